"""Publisher for Discord: channels, with a webhook or the user's own bot.

A bot's messages have a nonce that Discord enforces for some minutes, and its channels can be looked
through. A webhook has neither: after a lost answer the person decides. Source: Discord's documents
on webhooks, messages and uploads (API v10).
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
    Target,
)
from posto_desktop.server.publishers.checks import (
    check,
    id_in_link,
    id_of,
    objects,
    sent_since,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Forms
from posto_desktop.server.publishers.pictures import fitted_to

SERVER = "https://discord.com"
API = "/api/v10"
MOST_TEXT, MOST_ALT, MOST_FILES = 2000, 1024, 10
FILE_BYTES = 10 * 1024 * 1024
REQUEST_BYTES = 25 * 1024 * 1024
NONCE_SECONDS = 90.0
"""A nonce is known for "the past few minutes"."""
SIDE = 4096
LIMITS = Limits(
    text=MOST_TEXT, files=MOST_FILES, alt=MOST_ALT, image_bytes=FILE_BYTES, video_bytes=FILE_BYTES
)
_EPOCH = 1_420_070_400_000
_PAGE = 100
_TEXT_CHANNELS = (0, 5)
_MOST_CHANNELS = 500
_MESSAGE = r"/channels/[0-9]+/[0-9]+/([0-9]+)"
_WEBHOOK = re.compile(r"(https?://[^/\s]+)/api(?:/v\d+)?/webhooks/(\d+)/([\w-]+)/?(?:\?.*)?")


class DiscordWebhook(Publisher):
    method = "discord_webhook"
    name = translatable("Server", "Discord (webhook)")
    sends_files = True
    fields = (
        Field(
            "address",
            translatable("Server", "Webhook address"),
            is_secret=True,
            hint=translatable(
                "Server", "In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL."
            ),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        return _prepared(account, part)

    def send(self, account: Account, part: Part, record: Record) -> Result:
        path = f"{API}/webhooks/{account.remote_id}/{account.secret().get('token', '')}"
        http = Http.of(account, None, _explain)
        answer = _published(http, account, path, part, _message(part, record), {"wait": "true"})
        return _result(http, answer, str(account.facts.get("guild_id") or ""))

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        """Webhooks can look for nothing: the number in the address is believed."""
        return Result(id_in_link(link, _MESSAGE), link) if link else None

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        typed = entered.get("address", "").strip()
        match = _WEBHOOK.fullmatch(typed)
        if not match:
            redaction.hide(typed)
            raise Refused(
                translatable(
                    "Server",
                    "This is not the address of a webhook. It begins with "
                    "https://discord.com/api/webhooks/",
                )
            )
        server, number, token = match.groups()
        redaction.hide(token)
        secret = {"token": token}
        profile = _webhook_profile(Http(server, explain=_explain), number, token)
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        http = Http.of(account, None, _explain)
        return _webhook_profile(http, account.remote_id, account.secret().get("token", ""))


class DiscordBot(Publisher):
    method = "discord"
    name = translatable("Server", "Discord (bot)")
    sends_files = True
    fields = (
        Field(
            "token",
            translatable("Server", "Bot token"),
            is_secret=True,
            hint=translatable(
                "Server", "From discord.com/developers: your application, Bot, Reset Token."
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for discord.com."),
        ),
    )

    def prepare(self, account: Account, part: Part) -> Record:
        # A nonce has 25 letters at most.
        return {**_prepared(account, part), "nonce": part.key.replace("-", "")[:25]}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _bot_http(account)
        message = _message(part, record)
        message |= {"nonce": record["nonce"], "enforce_nonce": True}
        if part.answers is not None:
            message["message_reference"] = {
                "message_id": part.answers.id,
                "fail_if_not_exists": False,
            }
        guild, _, channel = account.target.partition("/")
        path = f"{API}/channels/{channel}/messages"
        return _result(http, _published(http, account, path, part, message, {}), guild)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        http = _bot_http(account)
        guild, _, channel = account.target.partition("/")
        answer = http.ask("GET", f"{API}/channels/{channel}/messages", params={"limit": _PAGE})
        since = sent_since(part, answer)
        messages = objects(answer.list())
        for message in messages:
            number = id_of(message.get("id"))
            if not number.isdecimal() or number in taken or _time(number) < since:
                continue
            if _is_same(message, account, part, record):
                return Found.SENT, Result(number, _link(http, guild, channel, number))
        times = [_time(id_of(message.get("id"))) for message in messages]
        if len(messages) >= _PAGE and min(times, default=0.0) >= since:
            return Found.CANNOT_TELL, None  # older ones are not shown
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return age < NONCE_SECONDS

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip().removeprefix("Bot ")
        redaction.hide(token)
        server = server_in(entered, SERVER)
        secret = {"token": token}
        profile = _bot_profile(Http(server, headers=_bot_headers(secret), explain=_explain))
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        return _bot_profile(_bot_http(account))


# -- messages --------------------------------------------------------------------------------------


def _prepared(account: Account, part: Part) -> Record:
    text = with_link(part)
    check(account, part, text, scales=True)
    if sum(min(attachment.size, FILE_BYTES) for attachment in part.media) > REQUEST_BYTES:
        raise Refused(
            translatable(
                "Server",
                "Discord allows 25 MB of files per message. Remove some or use smaller ones.",
            )
        )
    return {"text": text}


def _message(part: Part, record: Record) -> dict[str, Any]:
    """What a message says. Nobody is notified by it."""
    message: dict[str, Any] = {"content": record["text"], "allowed_mentions": {"parse": []}}
    if part.media:
        message["attachments"] = [
            {
                "id": number,
                "filename": attachment.name,
                **({"description": attachment.alt} if attachment.alt else {}),
            }
            for number, attachment in enumerate(part.media)
        ]
    return message


def _published(
    http: Http,
    account: Account,
    path: str,
    part: Part,
    message: Mapping[str, Any],
    params: Mapping[str, str],
) -> HttpAnswer:
    if not part.media:
        return http.publish("POST", path, json=message, params=params)
    files = [
        (f"files[{number}]", attachment, fitted_to(account.limits, attachment, SIDE))
        for number, attachment in enumerate(part.media)
    ]
    payload = {"payload_json": json_text.dumps(message)}
    with Forms(payload, files) as form:
        return http.publish("POST", path, **form.request, params=params)


def _result(http: Http, answer: HttpAnswer, guild: str) -> Result:
    message = answer.object()
    number, channel = id_of(message.get("id")), id_of(message.get("channel_id"))
    if not number.isdecimal():
        raise answer.no_use()
    return Result(number, _link(http, guild, channel, number) if channel else "")


def _link(http: Http, guild: str, channel: str, number: str) -> str:
    return f"{http.server}/channels/{guild or '@me'}/{channel}/{number}"


def _time(number: str) -> float:
    """When a message was made, which its id says."""
    return ((int(number) >> 22) + _EPOCH) / 1000 if number.isdecimal() else time.time()


def _is_same(message: Mapping[str, Any], account: Account, part: Part, record: Record) -> bool:
    author = message.get("author")
    if not isinstance(author, dict) or id_of(author.get("id")) != account.remote_id:
        return False
    nonce = message.get("nonce")
    if nonce is not None:
        return bool(nonce == record["nonce"])
    if str(message.get("content") or "").strip() != record["text"].strip():
        return False
    files = objects(message.get("attachments"))
    if [str(file.get("description") or "") for file in files] != [
        attachment.alt for attachment in part.media
    ]:
        return False
    reference = message.get("message_reference")
    answered = id_of(reference.get("message_id")) if isinstance(reference, dict) else ""
    return answered == (part.answers.id if part.answers else "")


# -- accounts --------------------------------------------------------------------------------------


def _explain(answer: HttpAnswer) -> PublishError | None:
    code = answer.fields.get("code")
    if code == 10015 or answer.status == 401:
        return SignInAgain(
            translatable(
                "Server", "{host} no longer knows this webhook or bot. Connect the channel again."
            ).format(host=answer.host)
        )
    return None


def _bot_headers(secret: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bot {secret.get('token', '')}"}


def _bot_http(account: Account) -> Http:
    return Http.of(account, _bot_headers(account.secret()), _explain)


def _webhook_profile(http: Http, number: str, token: str) -> Profile:
    answer = http.ask("GET", f"{API}/webhooks/{number}/{token}")
    webhook = answer.object()
    if id_of(webhook.get("id")) != number:
        raise answer.no_use()
    guild, channel = id_of(webhook.get("guild_id")), id_of(webhook.get("channel_id"))
    name = webhook.get("name")
    shown = name if isinstance(name, str) and name.strip() else "Webhook"
    return Profile(
        remote_id=number,
        handle=f"{shown} ({urlsplit(http.server).hostname})"[:255],
        name=shown[:255],
        network="discord",
        link=f"{http.server}/channels/{guild}/{channel}" if guild and channel else "",
        facts={"guild_id": guild, "channel_id": channel},
        limits=LIMITS,
    )


def _bot_profile(http: Http) -> Profile:
    answer = http.ask("GET", f"{API}/users/@me")
    bot = answer.object()
    number, name = id_of(bot.get("id")), bot.get("username")
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    targets = _channels(http)
    if not targets:
        raise Refused(
            translatable(
                "Server",
                "{name} is in no Discord server with a text channel. Invite it: at "
                "discord.com/developers, OAuth2, URL Generator, scope bot, permission Send "
                "Messages.",
            ).format(name=name)
        )
    return Profile(
        remote_id=number,
        handle=f"@{name}",
        name=name[:255],
        network="discord",
        limits=LIMITS,
        targets=tuple(targets),
    )


def _channels(http: Http) -> list[Target]:
    targets: list[Target] = []
    for guild in objects(http.ask("GET", f"{API}/users/@me/guilds").list()):
        number = id_of(guild.get("id"))
        if not number:
            continue
        for channel in objects(http.ask("GET", f"{API}/guilds/{number}/channels").list()):
            own = id_of(channel.get("id"))
            if own and channel.get("type") in _TEXT_CHANNELS:
                name = f"{guild.get('name') or number} #{channel.get('name') or own}"
                link = f"{http.server}/channels/{number}/{own}"
                targets.append(Target(f"{number}/{own}", name[:255], link, "discord"))
    return targets[:_MOST_CHANNELS]
