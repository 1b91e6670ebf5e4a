"""Publisher for Slack: channels of a workspace, with the user's own app.

Each message carries our key as metadata, by which it is found again. Pictures are uploaded before,
and shown by the message as blocks with their descriptions. Source: Slack's Web API.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Profile,
    Publisher,
    PublishError,
    RateLimited,
    Record,
    Refused,
    Result,
    SignIn,
    SignInAgain,
    Target,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import (
    check,
    id_of,
    is_web_address,
    objects,
    sent_since,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header

SERVER = "https://slack.com"
MOST_TEXT, MOST_ALT, MOST_FILES = 12_000, 1000, 10
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    mime_types=("image/jpeg", "image/png", "image/gif"),
)
_MARK = "posto_desktop"
_PAGE = 100
_MOST_PAGES = 10
_ENDED = ("invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed")
_FAULTS = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
_SENTENCES = {
    "channel_not_found": translatable(
        "Server", "The channel does not exist, or the app is not in it."
    ),
    "not_in_channel": translatable(
        "Server", "The app is not in the channel. Write /invite and its name there."
    ),
    "is_archived": translatable("Server", "The channel is archived."),
    "msg_too_long": translatable("Server", "The text is too long for Slack."),
    "missing_scope": (
        translatable(
            "Server",
            "The app lacks a permission. Add it under OAuth & Permissions and reinstall the app.",
        )
    ),
    "restricted_action": translatable(
        "Server", "The workspace does not allow this app to write there."
    ),
}


class Slack(Publisher):
    method = "slack"
    name = "Slack"
    ahead = 600.0
    fields = (
        Field(
            "token",
            translatable("Server", "Bot token"),
            is_secret=True,
            hint=translatable(
                "Server",
                "xoxb-… from api.slack.com/apps: OAuth & Permissions, after Install to Workspace.",
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty for slack.com."),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text)
        return {"text": text, "key": part.key, "files": {}}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        http = _http(account)
        for number, attachment in enumerate(part.media):
            known = record["files"].get(str(number))
            if known is None:
                known = {"id": _uploaded(http, attachment), "ready": False}
                record = {**record, "files": {**record["files"], str(number): known}}
                keep(record)
            if not known["ready"]:
                _require_ready(http, known["id"])
                known = {**known, "ready": True}
                record = {**record, "files": {**record["files"], str(number): known}}
                keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body: dict[str, Any] = {
            "channel": account.target,
            "text": _escaped(record["text"]),
            "mrkdwn": False,
            "metadata": {"event_type": _MARK, "event_payload": {"key": record["key"]}},
        }
        if part.media:
            body["blocks"] = _blocks(part, record)
        if part.root is not None:
            body["thread_ts"] = part.root.id
        answer = _http(account).publish("POST", "/api/chat.postMessage", json=body)
        result = _result(account, _checked_body(answer).get("ts"))
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        http = _http(account)
        since = sent_since(part, http.ask("GET", "/api/api.test"))
        params = {
            "channel": account.target,
            "oldest": f"{since:.6f}",
            "limit": str(_PAGE),
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if part.root is not None:
            method, params["ts"] = "conversations.replies", part.root.id
        for _ in range(_MOST_PAGES):
            page = _checked_body(http.ask("GET", f"/api/{method}", params=params))
            for message in objects(page.get("messages")):
                result = _result(account, message.get("ts"))
                if result and result.id not in taken and _key_of(message) == record["key"]:
                    return Found.SENT, result
            cursor = _cursor(page)
            if not cursor:
                return Found.NOT_SENT, None
            params["cursor"] = cursor
        return Found.CANNOT_TELL, None

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for known in record["files"].values():
            try:
                _checked_body(
                    _http(account).ask("POST", "/api/files.delete", json={"file": known["id"]})
                )
            except Refused:
                continue

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if token.startswith(("xoxp-", "xoxa-", "https://hooks.")) or not token:
            raise Refused(
                translatable("Server", "Enter the bot token of your app. It begins with xoxb-")
            )
        server = server_in(entered, SERVER)
        secret = {"token": token}
        return Connected(server, _profile(Http(server, headers=token_header(secret))), secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account))

    def revoke(self, account: Account) -> None:
        _checked_body(_http(account).ask("POST", "/api/auth.revoke"))


# -- messages --------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    """A text in which Slack sees no commands: it has these three letters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(part: Part, record: Record) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if record["text"]:
        words = {"type": "text", "text": record["text"]}
        section = {"type": "rich_text_section", "elements": [words]}
        blocks.append({"type": "rich_text", "elements": [section]})
    for number, attachment in enumerate(part.media):
        known = record["files"][str(number)]
        alt = attachment.alt or attachment.name
        blocks.append({"type": "image", "slack_file": {"id": known["id"]}, "alt_text": alt})
    return blocks


def _uploaded(http: Http, attachment: Attachment) -> str:
    """The id of a file that nobody sees yet."""
    form = {"filename": attachment.name, "length": str(attachment.size)}
    if attachment.alt:
        form["alt_txt"] = attachment.alt
    answer = http.ask("POST", "/api/files.getUploadURLExternal", form=form)
    upload = _checked_body(answer)
    number, url = id_of(upload.get("file_id")), upload.get("upload_url")
    if not number or not isinstance(url, str):
        raise answer.no_use()
    with open_attachment(attachment) as file:
        headers = {"Content-Type": attachment.mime}
        http.ask("POST", url, data=file, length=attachment.size, headers=headers)
    body = {"files": [{"id": number, "title": attachment.name}]}
    _checked_body(http.ask("POST", "/api/files.completeUploadExternal", json=body))
    return number


def _require_ready(http: Http, number: str) -> None:
    """Raise TryLater while Slack still works on a picture."""
    file = _checked_body(http.ask("GET", "/api/files.info", params={"file": number})).get("file")
    if not isinstance(file, dict) or not file.get("mimetype"):
        raise TryLater(
            translatable("Server", "Slack is still processing a picture of this post."), 3
        )


def _checked_body(answer: HttpAnswer) -> dict[str, Any]:
    """The body of an answer that says ok. Slack refuses with a status of 200."""
    body = answer.object()
    if body.get("ok") is True:
        return body
    name = body.get("error")
    if not isinstance(name, str) or not name or body.get("ok") is not False:
        raise answer.no_use()
    raise _error(answer, redaction.clean(name)[:100])


def _error(answer: HttpAnswer, name: str) -> PublishError:
    if name in _ENDED:
        return SignInAgain(
            translatable(
                "Server", "Slack no longer accepts the token ({name}). Connect the channel again."
            ).format(name=name)
        )
    if name in ("ratelimited", "rate_limited"):
        wait = answer.headers.get("Retry-After", "")
        return RateLimited(
            translatable("Server", "Slack accepts no more messages for now."),
            float(wait) if wait.isdecimal() else 30,
        )
    if name in _FAULTS:
        sentence = translatable("Server", "Slack has a problem right now ({name}).").format(
            name=name
        )
        return Unclear(sentence) if answer.publishes else TryLater(sentence, 30)
    return Refused(
        _SENTENCES.get(
            name, translatable("Server", "Slack did not accept this: {name}.").format(name=name)
        )
    )


def _key_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("key")) if isinstance(payload, dict) else ""


def _cursor(body: Mapping[str, Any]) -> str:
    more = body.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    return cursor if isinstance(cursor, str) else ""


def _result(account: Account, stamp: object) -> Result | None:
    if not isinstance(stamp, str) or not stamp.replace(".", "", 1).isdecimal():
        return None
    base = str(account.facts.get("workspace") or "")
    place = f"archives/{account.target}/p{stamp.replace('.', '')}"
    return Result(stamp, f"{base.rstrip('/')}/{place}" if base else "")


# -- accounts --------------------------------------------------------------------------------------


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()))


def _profile(http: Http) -> Profile:
    answer = http.ask("POST", "/api/auth.test")
    identity = _checked_body(answer)
    user, team = id_of(identity.get("user_id")), id_of(identity.get("team_id"))
    url, name = identity.get("url"), str(identity.get("user") or "bot")
    if not user or not team or not isinstance(url, str) or not is_web_address(url):
        raise answer.no_use()
    targets = _channels(http, url)
    if not targets:
        raise Refused(
            translatable(
                "Server",
                "The app is in no channel. Write /invite @{name} in the channel you want to use.",
            ).format(name=name)
        )
    return Profile(
        remote_id=f"{team}/{user}",
        handle=f"@{name} ({identity.get('team') or urlsplit(url).hostname})"[:255],
        name=str(identity.get("team") or name)[:255],
        network="slack",
        link=url,
        facts={"workspace": url},
        limits=LIMITS,
        targets=tuple(targets),
    )


def _channels(http: Http, url: str) -> list[Target]:
    targets: list[Target] = []
    params = {
        "types": "public_channel,private_channel",
        "exclude_archived": "true",
        "limit": "200",
    }
    for _ in range(_MOST_PAGES):
        page = _checked_body(http.ask("GET", "/api/conversations.list", params=params))
        for channel in objects(page.get("channels")):
            number = id_of(channel.get("id"))
            if number and channel.get("is_member") is True:
                name = f"#{channel.get('name') or number}"
                link = f"{url.rstrip('/')}/archives/{number}"
                targets.append(Target(number, name[:255], link, "slack"))
        cursor = _cursor(page)
        if not cursor:
            break
        params["cursor"] = cursor
    return targets
