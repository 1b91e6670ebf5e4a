"""Publisher for Telegram: channels and groups, with the user's own bot.

Nothing can be asked about a message whose answer was lost: the person decides. Pictures are sent
with the message itself. Source: Telegram's Bot API. The bot's token is part of every address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Limits,
    Part,
    Post,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
    Target,
    numbered,
    split,
)
from posto_desktop.server.publishers.checks import (
    check,
    id_in_link,
    id_of,
    length,
    objects,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Forms
from posto_desktop.server.publishers.pictures import Picture, fitted_to

SERVER = "https://api.telegram.org"
MOST_TEXT, MOST_CAPTION, MOST_FILES = 4096, 1024, 10
SIDE = 5000
"""Width and height of a photo are 10,000 together at most."""
LIMITS = Limits(
    text=MOST_TEXT,
    unit="utf16_units",
    files=MOST_FILES,
    image_bytes=10 * 1024 * 1024,
    video_bytes=50 * 1024 * 1024,
)
_TOKEN = re.compile(r"\d{3,20}:[\w-]{20,100}")
_MAY_WRITE = ("creator", "administrator", "member")


class Telegram(Publisher):
    method = "telegram"
    name = "Telegram"
    sends_files = True
    usual_budgets = (Budget(20, 60, per="channel"),)
    fields = (
        Field(
            "token",
            translatable("Server", "Bot token"),
            is_secret=True,
            hint=translatable("Server", "From @BotFather: 123456:ABC…"),
        ),
        Field(
            "chat",
            translatable("Server", "Channel or group"),
            is_required=False,
            hint=translatable(
                "Server", "@name or number. Or write something there, and leave this empty."
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for api.telegram.org."),
        ),
    )

    def parts(self, post: Post) -> list[Part]:
        """What is too long to stand under pictures is a message of its own below them."""
        pieces: list[Part] = []
        for whole in split(post):
            text = with_link(whole)
            if whole.media and length(text, LIMITS) > MOST_CAPTION:
                bare = replace(post, text="", title="", link="")
                pieces += [
                    replace(whole, text="", post=bare if whole.kind == "post" else post),
                    replace(whole, text=text, media=()),
                ]
            else:
                pieces.append(whole)
        return numbered(post, pieces)

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text, scales=True)
        if len(part.media) > 1 and any(attachment.mime == "image/gif" for attachment in part.media):
            raise Refused(
                translatable(
                    "Server",
                    "Telegram allows an animation only without other files. Put it in its own "
                    "post.",
                )
            )
        return {"text": text}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        fields: dict[str, Any] = {"chat_id": account.target}
        if part.answers is not None:
            fields["reply_parameters"] = {
                "message_id": int(part.answers.id),
                "allow_sending_without_reply": True,
            }
        if not part.media:
            answer = http.publish("POST", "/sendMessage", json={**fields, "text": record["text"]})
        else:
            answer = _sent_files(http, account, part.media, fields, record["text"])
        return _result(answer)

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        """Bots can read no posts: the number in the address is believed."""
        return Result(id_in_link(link, r"/(?:c/)?\w+/([0-9]+)"), link) if link else None

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if not _TOKEN.fullmatch(token):
            raise Refused(
                translatable(
                    "Server", "This is not the token of a bot. @BotFather shows it: 123456:ABC…"
                )
            )
        server = server_in(entered, SERVER)
        http = Http(f"{server}/bot{token}", explain=_explain)
        profile = _profile(http, [chat for chat in entered.get("chat", "").split() if chat])
        return Connected(server, profile, {"token": token})

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), [account.target] if account.target else [])


def _http(account: Account) -> Http:
    token = account.secret().get("token", "")
    return Http.of(replace(account, server=f"{account.server}/bot{token}"), None, _explain)


def _explain(answer: HttpAnswer) -> PublishError | None:
    parameters = answer.fields.get("parameters")
    if answer.status in (401, 404):  # 404 for what is not even the form of a token
        return SignInAgain(
            translatable(
                "Server", "Telegram no longer knows this bot. Ask @BotFather for its token."
            )
        )
    if answer.status == 403:
        return Refused(
            (
                translatable("Server", "The bot may not write there.") + f" {answer.error_sentence}"
            ).strip()
        )
    if isinstance(parameters, dict) and parameters.get("migrate_to_chat_id"):
        return Refused(
            translatable(
                "Server", "The group has become a supergroup with a new number. Connect it again."
            )
        )
    return None


def _sent_files(
    http: Http,
    account: Account,
    media: tuple[Attachment, ...],
    fields: Mapping[str, Any],
    caption: str,
) -> HttpAnswer:
    files: list[tuple[str, Attachment, Picture | None]] = []
    for number, attachment in enumerate(media):
        files.append((f"file{number}", attachment, fitted_to(account.limits, attachment, SIDE)))
    if len(media) == 1:
        kind = _kind(media[0])
        body = {**fields, kind: "attach://file0", **({"caption": caption} if caption else {})}
        method = f"/send{kind.capitalize()}"
    else:
        items: list[dict[str, str]] = [
            {"type": _kind(attachment), "media": f"attach://file{number}"}
            for number, attachment in enumerate(media)
        ]
        if caption:
            items[0]["caption"] = caption
        body, method = {**fields, "media": items}, "/sendMediaGroup"
    shown = {
        name: value if isinstance(value, str) else json_text.dumps(value)
        for name, value in body.items()
    }
    with Forms(shown, files) as form:
        return http.publish("POST", method, **form.request)


def _kind(attachment: Attachment) -> str:
    if attachment.mime == "image/gif":
        return "animation"
    return "video" if attachment.kind == "video" else "photo"


def _result(answer: HttpAnswer) -> Result:
    reply = answer.object()
    result = reply.get("result")
    message = result[0] if isinstance(result, list) and result else result
    if reply.get("ok") is not True or not isinstance(message, dict):
        raise answer.no_use()
    number = id_of(message.get("message_id"))
    if not number.isdecimal():
        raise answer.no_use()
    chat = message.get("chat")
    return Result(number, _link(chat if isinstance(chat, dict) else {}, number))


def _link(chat: Mapping[str, Any], number: str = "") -> str:
    """Where a chat or a message is shown, "" for chats without an address."""
    name, chat_id = chat.get("username"), id_of(chat.get("id")) or str(chat.get("id") or "")
    if isinstance(name, str) and name:
        return f"https://t.me/{name}/{number}".rstrip("/")
    if chat_id.startswith("-100"):
        return f"https://t.me/c/{chat_id[4:]}/{number}".rstrip("/")
    return ""


# -- accounts --------------------------------------------------------------------------------------


def _asked(http: Http, method: str, **body: Any) -> object:
    answer = http.ask("POST", f"/{method}", json=body)
    reply = answer.object()
    if reply.get("ok") is not True or "result" not in reply:
        raise answer.no_use()
    return reply["result"]


def _profile(http: Http, typed: list[str]) -> Profile:
    bot = _asked(http, "getMe")
    bot = bot if isinstance(bot, dict) else {}
    number, name = id_of(bot.get("id")), bot.get("username")
    if not number.isdecimal() or not isinstance(name, str) or not name:
        raise Refused(translatable("Server", "Telegram did not report which bot this is."))
    chats = [_asked(http, "getChat", chat_id=chat_name) for chat_name in typed] or _heard_of(http)
    targets = [
        _target(chat) for chat in objects(chats) if _require_may_write(http, chat, int(number))
    ]
    if not targets:
        raise Refused(
            translatable(
                "Server",
                "@{name} knows no channel yet. Make it an administrator of yours, write "
                "something there, and connect again; or enter the channel's @name.",
            ).format(name=name)
        )
    return Profile(
        remote_id=number,
        handle=f"@{name}",
        name=str(bot.get("first_name") or name)[:255],
        network="telegram",
        link=f"https://t.me/{name}",
        limits=LIMITS,
        targets=tuple(targets),
    )


def _heard_of(http: Http) -> list[dict[str, Any]]:
    """The channels and groups in which the bot heard something lately."""
    chats: dict[str, dict[str, Any]] = {}
    for update in objects(_asked(http, "getUpdates")):
        for kind in ("my_chat_member", "channel_post", "message"):
            event = update.get(kind)
            chat = event.get("chat") if isinstance(event, dict) else None
            if isinstance(chat, dict) and chat.get("type") in ("channel", "group", "supergroup"):
                chats[str(chat.get("id"))] = chat
    return list(chats.values())


def _require_may_write(http: Http, chat: Mapping[str, Any], bot: int) -> bool:
    """Raise Refused where the bot may not publish."""
    member = _asked(http, "getChatMember", chat_id=chat.get("id"), user_id=bot)
    member = member if isinstance(member, dict) else {}
    may_post = chat.get("type") != "channel" or member.get("can_post_messages") is True
    is_owner = member.get("status") == "creator"
    if member.get("status") not in _MAY_WRITE or not (may_post or is_owner):
        raise Refused(
            translatable(
                "Server",
                "The bot may not publish in {channel}. Make it an administrator there and "
                "allow it to post messages.",
            ).format(channel=chat.get("title") or chat.get("id"))
        )
    return True


def _target(chat: Mapping[str, Any]) -> Target:
    number = str(chat.get("id"))
    return Target(number, str(chat.get("title") or number)[:255], _link(chat), "telegram")
