"""Publisher for Misskey, Sharkey and compatible servers.

Signing in is MiAuth, which needs no registration. A note has no key: after a lost answer the
account's own notes are looked through, by their files, else by their words. Source: Misskey's API.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_of
from posto_desktop.server.publishers.base import (
    TEST_TEXT,
    Account,
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
)
from posto_desktop.server.publishers.checks import (
    check,
    figures,
    id_in_link,
    id_of,
    objects,
    sent_since,
    time_of,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.multipart import Form
from posto_desktop.server.publishers.pictures import fitted_to, scaled_note

USUAL_TEXT, MOST_FILES, MOST_ALT = 3000, 16, 512
SIDE = 4096
PERMISSIONS = "read:account,write:notes,write:drive"
_PAGE = 100
_VISIBILITIES = ("public", "home", "followers", "specified")


class Misskey(Publisher):
    method = "misskey"
    name = translatable("Server", "Misskey and Sharkey")
    signs_in_by_browser = True
    ahead = 600.0
    fields = (
        Field(
            "server",
            translatable("Server", "Server or handle"),
            hint="misskey.io or @you@misskey.io",
        ),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            is_required=False,
            hint=translatable("Server", "Leave this empty to sign in with the browser."),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text, scales=True)
        visibility, warning = part.post.extra.get("visibility"), part.post.extra.get("spoiler_text")
        return {
            "text": text,
            "files": {},
            "notes": [],
            "visibility": visibility if visibility in _VISIBILITIES else "public",
            "cw": warning if isinstance(warning, str) and warning else None,
            "sensitive": part.post.extra.get("sensitive") is True,
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        http = _http(account)
        for number, attachment in enumerate(part.media):
            if str(number) in record["files"]:
                continue
            fields = {"i": _token(account), "name": attachment.name, "force": "true"}
            if attachment.alt:
                fields["comment"] = attachment.alt
            if record["sensitive"]:
                fields["isSensitive"] = "true"
            picture = fitted_to(account.limits, attachment, SIDE)
            with Form(fields, "file", attachment, picture) as form:
                answer = http.ask("POST", "/api/drive/files/create", **form.request)
            file = id_of(answer.object().get("id"))
            if not file:
                raise answer.no_use()
            notes = record["notes"] + ([scaled_note(attachment, picture)] if picture else [])
            record = {**record, "files": {**record["files"], str(number): file}, "notes": notes}
            keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body: dict[str, Any] = {"i": _token(account), "visibility": record["visibility"]}
        if record["text"]:
            body["text"] = record["text"]
        if part.media:
            body["fileIds"] = _files(part, record)
        if record["cw"]:
            body["cw"] = record["cw"]
        if part.answers is not None:
            body["replyId"] = part.answers.id
        answer = _http(account).publish("POST", "/api/notes/create", json=body)
        note = answer.object().get("createdNote")
        result = _result(account, note if isinstance(note, dict) else {})
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        body = {
            "i": _token(account),
            "userId": account.remote_id,
            "limit": _PAGE,
            "withReplies": True,
            "withRenotes": False,
        }
        answer = _http(account).ask("POST", "/api/users/notes", json=body)
        since = sent_since(part, answer)
        notes = objects(answer.list())
        recent = [note for note in notes if time_of(note.get("createdAt")) >= since]
        for note in recent:
            result = _result(account, note)
            if result and result.id not in taken and _is_same(note, part, record):
                return Found.SENT, result
        if len(recent) >= _PAGE:
            return Found.CANNOT_TELL, None  # older ones are not shown
        return Found.NOT_SENT, None

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        if not link:
            return super().find(account, part, record, link, taken)
        note = _note(account, id_in_link(link, r".*/notes/([0-9a-zA-Z]+)"))
        if note.get("userId") != account.remote_id:
            raise Refused(
                translatable("Server", "{handle} has no note at this address.").format(
                    handle=account.handle
                )
            )
        return _result(account, note)

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        named = (
            ("Replies", "repliesCount"),
            ("Renotes", "renoteCount"),
            ("Reactions", "reactionCount"),
        )
        note = _note(account, remote_id)
        known = figures(note, named)
        reactions = note.get("reactions")
        if "reactionCount" not in note and isinstance(reactions, dict):
            total = sum(count for count in reactions.values() if type(count) is int)
            known.append({"label": "Reactions", "value": total})
        return known

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for file in record["files"].values():
            body = {"i": _token(account), "fileId": file}
            try:
                _http(account).ask("POST", "/api/drive/files/delete", json=body)
            except Refused:
                continue  # it is gone already

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        server = server_of(entered.get("server", ""))
        http = Http(server, explain=_explain)
        token = entered.get("token", "").strip() or _signed_in(http, sign_in)
        redaction.hide(token)
        return Connected(server, _profile(http, token), {"token": token})

    def test_words(self, account: Account) -> str:
        return translatable(
            "Server", "A test note is visible only to chosen people, and nobody is chosen."
        )

    def send_test(self, account: Account) -> Result:
        body = {
            "i": _token(account),
            "text": TEST_TEXT,
            "visibility": "specified",
            "visibleUserIds": [],
        }
        answer = _http(account).publish("POST", "/api/notes/create", json=body)
        created = answer.object().get("createdNote")
        note = created if isinstance(created, dict) else {}
        result = _result(account, note)
        if result is None:
            raise answer.no_use()
        if note.get("visibility") != "specified" or note.get("visibleUserIds"):
            self.delete_test(account, result)
            raise Refused(
                translatable(
                    "Server", "{host} showed the test note to others, so Posto deleted it."
                ).format(host=answer.host)
            )
        return result

    def delete_test(self, account: Account, post: Result) -> None:
        body = {"i": _token(account), "noteId": post.id}
        _http(account).ask("POST", "/api/notes/delete", json=body)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account), _token(account))


def _note(account: Account, number: str) -> dict[str, Any]:
    body = {"i": _token(account), "noteId": number}
    return _http(account).ask("POST", "/api/notes/show", json=body).object()


def _token(account: Account) -> str:
    return account.secret().get("token", "")


def _http(account: Account) -> Http:
    return Http.of(account, None, _explain)


def _explain(answer: HttpAnswer) -> PublishError | None:
    error = answer.fields.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if code in ("AUTHENTICATION_FAILED", "CREDENTIAL_REQUIRED", "YOUR_ACCOUNT_SUSPENDED"):
        return answer.sign_in_again()
    if code == "RATE_LIMIT_EXCEEDED" and "Retry-After" not in answer.headers:
        return RateLimited(
            translatable("Server", "{host} accepts no more requests for now.").format(
                host=answer.host
            ),
            60,
        )
    return None


def _files(part: Part, record: Record) -> list[str]:
    return [str(record["files"][str(number)]) for number in range(len(part.media))]


def _result(account: Account, note: Mapping[str, Any]) -> Result | None:
    number = id_of(note.get("id"))
    return Result(number, f"{account.server}/notes/{number}") if number else None


def _is_same(note: Mapping[str, Any], part: Part, record: Record) -> bool:
    if (note.get("replyId") or None) != (part.answers.id if part.answers else None):
        return False
    listed = note.get("fileIds")
    files = [str(file_id) for file_id in listed] if isinstance(listed, list) else []
    if files != _files(part, record):
        return False
    return bool(files) or str(note.get("text") or "").strip() == record["text"].strip()


# -- signing in ------------------------------------------------------------------------------------


def _signed_in(http: Http, sign_in: SignIn) -> str:
    """The token that the person allows in the browser."""
    session = str(uuid.uuid4())
    callback = f"{sign_in.listen()}?{urlencode({'state': sign_in.state})}"
    query = {"name": "Posto Desktop", "callback": callback, "permission": PERMISSIONS}
    sign_in.open(f"{http.server}/miauth/{session}?{urlencode(query)}")
    grant = http.ask("POST", f"/api/miauth/{session}/check", json={}).object()
    token = grant.get("token")
    if grant.get("ok") is not True or not isinstance(token, str) or not token:
        raise Refused(
            translatable("Server", "{host} did not grant access. Try again.").format(host=http.host)
        )
    return token


def _profile(http: Http, token: str) -> Profile:
    answer = http.ask("POST", "/api/i", json={"i": token})
    user = answer.object()
    number, name = id_of(user.get("id")), user.get("username")
    if not number or not isinstance(name, str) or not name:
        raise answer.no_use()
    picture, host = user.get("avatarUrl"), urlsplit(http.server).netloc
    return Profile(
        remote_id=number,
        handle=f"@{name}@{host}",
        name=str(user.get("name") or name)[:255],
        network="misskey",
        link=f"{http.server}/@{name}",
        picture=picture if isinstance(picture, str) else "",
        limits=_limits(http),
    )


def _limits(http: Http) -> Limits:
    """What the server says that it takes."""
    server_facts = http.ask("POST", "/api/meta", json={"detail": True}).object()
    most, policies = server_facts.get("maxNoteTextLength"), server_facts.get("policies")
    megabytes = policies.get("maxFileSizeMb") if isinstance(policies, dict) else None
    size = megabytes * 2**20 if type(megabytes) is int and 0 < megabytes < 10**6 else None
    return Limits(
        text=most if type(most) is int and most > 0 else USUAL_TEXT,
        unit="code_points",
        files=MOST_FILES,
        alt=MOST_ALT,
        image_bytes=size,
        video_bytes=size,
    )
