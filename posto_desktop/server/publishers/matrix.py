"""Publisher for Matrix: messages to a room, with a device session of its own.

A transaction id of ours makes a repeated message the same message, as long as the device is the
same and the server remembers; later the room is looked through. Each picture is a message of its
own. Source: Matrix client-server API v1.11; tried with Synapse 1.163.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeGuard
from urllib.parse import quote, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Post,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    Secret,
    SignIn,
    Target,
    TryLater,
    Unclear,
    numbered,
    split,
)
from posto_desktop.server.publishers.checks import (
    CLOCK_MARGIN,
    check,
    objects,
    sent_since,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header
from posto_desktop.server.publishers.pictures import fitted, scaled_note

CLIENT = "/_matrix/client/v3"
MOST_TEXT = 20_000
"""Bytes of a text: an event may have 65,536 of them with all that the server adds."""
SAFE_SECONDS = 25 * 60.0
"""How long any server remembers a transaction id."""
SYNAPSE_SAFE_SECONDS = 20 * 3600.0
"""Synapse keeps them for a day."""
SIDE = 4000
_PAGE = 100
_MOST_ROOMS = 500
_MOST_PAGES = 10


class Matrix(Publisher):
    method = "matrix"
    name = "Matrix"
    settle = 0.0  # see _absent
    remembers = ("device_id",)
    ahead = 600.0
    fields = (
        Field("user", translatable("Server", "Matrix ID"), hint="@you:matrix.org"),
        Field(
            "password",
            translatable("Server", "Password"),
            is_secret=True,
            is_required=False,
            hint=translatable("Server", "Used once to sign in, never saved."),
        ),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            is_required=False,
            hint=translatable(
                "Server", "Instead of the password, if the server signs in only in the browser."
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable(
                "Server", "Only needed if your Matrix ID does not lead to your server."
            ),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def parts(self, post: Post) -> list[Part]:
        """A message for each text and one for each picture, in the order in which they show."""
        pieces: list[Part] = []
        for whole in split(post):
            if with_link(whole) or not whole.media:
                pieces.append(replace(whole, media=()))
            pieces += [replace(whole, text="", media=(attachment,)) for attachment in whole.media]
        return numbered(post, pieces)

    def prepare(self, account: Account, part: Part) -> Record:
        text = "" if part.media else with_link(part)
        check(account, part, text)
        return {
            "transaction": part.key,
            "device": account.facts.get("device_id", ""),
            "text": text,
            "relation": _relation(part),
            "file": None,
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        http = _http(account)
        if part.number == 0:
            _require_open(http, account)
        if part.media and record["file"] is None:
            file = _uploaded(http, part.media[0], account)
            record = {**record, "file": file, "notes": [file["note"]] if file["note"] else []}
            keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        if record["device"] != account.facts.get("device_id") and _age(part) > 5:
            # Connected anew since it was tried: the transaction id means nothing to this device.
            outcome, result = self.lookup(account, part, record, ())
            if outcome is Found.SENT and result is not None:
                return result
            if outcome is Found.CANNOT_TELL:
                raise Unclear(translatable("Server", "The message may be in the room already."))
        path = f"/send/m.room.message/{quote(record['transaction'], safe='')}"
        answer = _http(account).publish("PUT", _room(account) + path, json=_content(part, record))
        event = answer.object().get("event_id")
        if not _is_event(event):
            raise answer.no_use()
        return _result(account, event)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        http = _http(account)
        same_device = record["device"] == account.facts.get("device_id")
        content = _content(part, record)
        start = ""
        for _ in range(_MOST_PAGES):
            params = {"dir": "b", "limit": _PAGE, "filter": '{"types":["m.room.message"]}'}
            if start:
                params["from"] = start
            answer = http.ask("GET", f"{_room(account)}/messages", params=params)
            since = sent_since(part, answer)
            page = answer.object()
            events = page.get("chunk")
            if not isinstance(events, list):
                raise answer.no_use()
            for event in events:
                if not isinstance(event, dict) or event.get("sender") != account.remote_id:
                    continue
                number = event.get("event_id")
                if not _is_event(number) or number in taken:
                    continue
                if _is_ours(event, record, content, since, same_device):
                    return Found.SENT, _result(account, number)
            further = page.get("end")
            start = further if isinstance(further, str) else ""
            oldest = min((_time(event) for event in events), default=0.0)
            if not start or oldest < since:
                return self._absent(account, part, same_device), None
        return Found.CANNOT_TELL, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["device"]) and age < SAFE_SECONDS

    def _absent(self, account: Account, part: Part, same_device: bool) -> Found:
        """What it means that a message is not in the room."""
        age = _age(part)
        if same_device:
            # A request that is still under way is the same message as the next one.
            return Found.NOT_SENT if 0 <= age < _safe_seconds(account) else Found.CANNOT_TELL
        if 0 <= age < CLOCK_MARGIN:
            raise TryLater(
                translatable("Server", "Posto cannot yet tell whether the message was sent."),
                CLOCK_MARGIN - age,
            )
        return Found.NOT_SENT

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        user = entered.get("user", "").strip()
        password, token = entered.get("password", ""), entered.get("token", "").strip()
        server = _server(user, entered.get("server", "").strip())
        for secret in (password, token):
            redaction.hide(secret)
        if password and not token:
            device = entered.get("device_id") or f"POSTO{secrets.token_hex(5).upper()}"
            token = _log_in(server, user, password, device)
        if not token:
            raise Refused(translatable("Server", "Enter the password or an access token."))
        credentials: Secret = {"token": token}
        profile = _profile(Http(server, headers=token_header(credentials), explain=_explain))
        if user.startswith("@") and user.lower() != profile.remote_id.lower():
            raise Refused(
                translatable("Server", "The access token belongs to {handle}.").format(
                    handle=profile.remote_id
                )
            )
        return Connected(server, profile, credentials)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account))

    def revoke(self, account: Account) -> None:
        _http(account).ask("POST", f"{CLIENT}/logout", json={})


# -- messages --------------------------------------------------------------------------------------


def _relation(part: Part) -> str:
    """How a message hangs on those before it: "" for the post and its own pictures, `thread` for
    what goes on, `reply` for the first comment."""
    if part.kind == "comment":
        return "reply"
    own = len(part.post.media) + bool(part.post.text or part.post.link)
    return "thread" if part.number >= max(1, own) else ""


def _content(part: Part, record: Record) -> Record:
    content = _image(part.media[0], record["file"]) if part.media else _text(record["text"])
    root = part.root
    if root is None or not record["relation"]:
        return content
    if record["relation"] == "reply":
        return {**content, "m.relates_to": {"m.in_reply_to": {"event_id": root.id}}}
    before = part.before[-1]
    relation = {
        "rel_type": "m.thread",
        "event_id": root.id,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": before.id},
    }
    return {**content, "m.relates_to": relation}


def _text(text: str) -> Record:
    return {"msgtype": "m.text", "body": text}


def _image(attachment: Attachment, file: Record) -> Record:
    """A picture or a video. `body` is what is read aloud: the description, else the name."""
    info: Record = {"mimetype": file["mime"], "size": file["size"]}
    if file["width"] and file["height"]:
        info |= {"w": file["width"], "h": file["height"]}
    return {
        "msgtype": "m.video" if attachment.kind == "video" else "m.image",
        "body": attachment.alt or attachment.name,
        "filename": attachment.name,
        "url": file["url"],
        "info": info,
    }


def _uploaded(http: Http, attachment: Attachment, account: Account) -> Record:
    most = account.facts.get("upload_bytes")
    params = {"filename": attachment.name}
    path = "/_matrix/media/v3/upload"
    if attachment.kind == "image":
        picture = fitted(attachment, most if isinstance(most, int) else 2**62, SIDE)
        size, mime = len(picture.data), picture.mime
        width, height = picture.width, picture.height
        note = scaled_note(attachment, picture) if picture.is_scaled else ""
        headers = {"Content-Type": mime}
        answer = http.ask("POST", path, params=params, data=picture.data, headers=headers)
    else:
        size, mime = attachment.size, attachment.mime
        width, height = attachment.width, attachment.height
        note = ""
        headers = {"Content-Type": mime}
        with open_attachment(attachment) as file:
            answer = http.ask("POST", path, params=params, data=file, length=size, headers=headers)
    url = answer.object().get("content_uri")
    if not isinstance(url, str) or not url.startswith("mxc://"):
        raise answer.no_use()
    return {
        "url": url,
        "size": size,
        "mime": mime,
        "width": width,
        "height": height,
        "note": note,
    }


def _require_open(http: Http, account: Account) -> None:
    """Raise Refused for a room that has become encrypted: what we send would stay readable."""
    path = f"{_room(account)}/state/m.room.encryption"
    if http.ask("GET", path, missing_is_fine=True).status == 404:
        return
    raise Refused(
        translatable(
            "Server",
            "The room is now encrypted, and Posto cannot send encrypted messages. Choose "
            "another room.",
        )
    )


# -- looking for a message -------------------------------------------------------------------------


def _is_ours(
    event: Mapping[str, Any], record: Record, content: Record, since: float, same_device: bool
) -> bool:
    unsigned = event.get("unsigned")
    transaction = unsigned.get("transaction_id") if isinstance(unsigned, dict) else None
    if transaction is not None:
        return bool(transaction == record["transaction"])
    if same_device or _time(event) < since:
        return False  # an event of this device has its transaction id
    event_content = event.get("content")
    if not isinstance(event_content, dict):
        return False
    names = ("msgtype", "body", "filename", "m.relates_to")
    return all(event_content.get(name) == content.get(name) for name in names)


def _time(event: object) -> float:
    value = event.get("origin_server_ts") if isinstance(event, dict) else None
    return value / 1000 if type(value) is int else float("inf")


def _age(part: Part) -> float:
    return time.time() - (part.first_sent or time.time())


def _safe_seconds(account: Account) -> float:
    is_synapse = account.facts.get("software") == "synapse"
    return SYNAPSE_SAFE_SECONDS if is_synapse else SAFE_SECONDS


def _is_event(number: object) -> TypeGuard[str]:
    return isinstance(number, str) and len(number) > 1 and _is_id(number, "$")


def _is_id(text: str, sign: str) -> bool:
    """Whether a text can be the id of something whose ids begin with `sign`."""
    return text.startswith(sign) and text.isprintable()


def _result(account: Account, event: str) -> Result:
    room, place = quote(account.target, safe="!:"), quote(event, safe="$:")
    return Result(event, f"https://matrix.to/#/{room}/{place}")


# -- signing in ------------------------------------------------------------------------------------


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()), _explain)


def _room(account: Account) -> str:
    return f"{CLIENT}/rooms/{quote(account.target, safe='')}"


def _explain(answer: HttpAnswer) -> PublishError | None:
    name = answer.fields.get("errcode")
    if name in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"):
        return answer.sign_in_again()
    if name == "M_TOO_LARGE":
        return Refused(
            (
                translatable("Server", "{host} does not accept this much.").format(host=answer.host)
                + f" {answer.error_sentence}"
            ).strip()
        )
    return None


def _server(user: str, typed: str) -> str:
    """The address of a homeserver: where its name says it is, or as it was typed."""
    if "://" in typed:
        return typed.rstrip("/")
    name = typed or user.partition(":")[2]
    if not name:
        raise Refused(
            translatable("Server", "Enter the full Matrix ID, for example @you:matrix.org.")
        )
    url = f"https://{name}"
    try:
        answer = Http(url).ask("GET", "/.well-known/matrix/client", missing_is_fine=True)
    except (Refused, TryLater):
        return url
    home = answer.fields.get("m.homeserver")
    base = home.get("base_url") if isinstance(home, dict) else None
    return base.rstrip("/") if isinstance(base, str) and base else url


def _log_in(server: str, user: str, password: str, device: str) -> str:
    http = Http(server)
    flows = objects(http.ask("GET", f"{CLIENT}/login").object().get("flows"))
    kinds = [flow.get("type") for flow in flows]
    if "m.login.password" not in kinds:
        raise Refused(
            translatable(
                "Server",
                "{host} signs in only in the browser. Enter an access token instead. In "
                "Element it is under All settings, Help and about.",
            ).format(host=urlsplit(server).hostname)
        )
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "device_id": device,
        "initial_device_display_name": "Posto Desktop",
    }
    try:
        answer = http.ask("POST", f"{CLIENT}/login", json=body)
    except Refused as error:
        raise Refused(
            f"{error} " + translatable("Server", "Check the Matrix ID and the password.")
        ) from None
    token = answer.object().get("access_token")
    if not isinstance(token, str) or not token:
        raise answer.no_use()
    redaction.hide(token)
    return token


def _profile(http: Http) -> Profile:
    answer = http.ask("GET", f"{CLIENT}/account/whoami")
    identity = answer.object()
    user, device = identity.get("user_id"), identity.get("device_id")
    if not isinstance(user, str) or not _is_id(user, "@"):
        raise answer.no_use()
    software = "synapse" if answer.headers.get("Server", "").startswith("Synapse") else ""
    facts = {
        "device_id": device if isinstance(device, str) else "",
        "software": software,
        "upload_bytes": _upload_bytes(http),
    }
    rooms = _rooms(http, user)
    if not rooms:
        raise Refused(
            translatable(
                "Server",
                "{account} is in no room where Posto can publish. Create or join an "
                "unencrypted room where you may write.",
            ).format(account=user)
        )
    return Profile(
        remote_id=user,
        handle=user,
        name=_name(http, user),
        network="matrix",
        link=f"https://matrix.to/#/{quote(user, safe='@:')}",
        facts=facts,
        limits=Limits(text=MOST_TEXT, unit="utf8_bytes"),
        targets=tuple(rooms),
    )


def _name(http: Http, user: str) -> str:
    path = f"{CLIENT}/profile/{quote(user, safe='')}/displayname"
    name = http.ask("GET", path, missing_is_fine=True).fields.get("displayname")
    return (name if isinstance(name, str) and name else user)[:255]


def _upload_bytes(http: Http) -> int | None:
    for path in ("/_matrix/client/v1/media/config", "/_matrix/media/v3/config"):
        answer = http.ask("GET", path, missing_is_fine=True)
        value = answer.json()
        if answer.status != 404 and isinstance(value, dict):
            most = value.get("m.upload.size")
            return most if type(most) is int and most > 0 else None
    return None


def _rooms(http: Http, user: str) -> list[Target]:
    """The rooms in which the user may write and which are not encrypted, by name."""
    kinds = ["name", "canonical_alias", "encryption", "power_levels", "create"]
    nothing: Record = {"not_types": ["*"]}
    event_filter: Record = {
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "ephemeral": nothing,
            "account_data": nothing,
            "timeline": {"limit": 1, **nothing},
            "state": {"types": [f"m.room.{kind}" for kind in kinds]},
        },
    }
    params = {"timeout": 0, "filter": json.dumps(event_filter)}
    rooms = http.ask("GET", f"{CLIENT}/sync", params=params).object().get("rooms")
    joined = rooms.get("join") if isinstance(rooms, dict) else None
    targets: list[Target] = []
    for room, facts in (joined if isinstance(joined, dict) else {}).items():
        state = _state(facts)
        if not _is_id(room, "!") or "m.room.encryption" in state or not _may_write(state, user):
            continue
        if state.get("m.room.create", {}).get("type") == "m.space":
            continue
        name = state.get("m.room.name", {}).get("name")
        name = name or state.get("m.room.canonical_alias", {}).get("alias") or room
        link = f"https://matrix.to/#/{quote(room, safe='!:')}"
        targets.append(Target(room, str(name)[:255], link, "matrix"))
    targets.sort(key=lambda room: room.name.casefold())
    return targets[:_MOST_ROOMS]


def _state(facts: object) -> dict[str, dict[str, Any]]:
    state = facts.get("state") if isinstance(facts, dict) else None
    events = state.get("events") if isinstance(state, dict) else None
    return {
        str(event.get("type")): {**event["content"], "sender": event.get("sender")}
        for event in (events if isinstance(events, list) else [])
        if isinstance(event, dict)
        and isinstance(event.get("content"), dict)
        and event.get("state_key") == ""
    }


def _may_write(state: Mapping[str, Mapping[str, Any]], user: str) -> bool:
    levels = state.get("m.room.power_levels")
    created = state.get("m.room.create", {})
    more_creators = created.get("additional_creators")
    creators = [created.get("sender"), *(more_creators if isinstance(more_creators, list) else [])]
    if levels is None or user in creators:
        return True  # since room version 12 no level holds for who made it
    users, events = levels.get("users"), levels.get("events")
    own_level = users.get(user) if isinstance(users, dict) else None
    if own_level is None:
        own_level = levels.get("users_default", 0)
    needed = events.get("m.room.message") if isinstance(events, dict) else None
    if needed is None:
        needed = levels.get("events_default", 0)
    return not (type(own_level) is int and type(needed) is int) or own_level >= needed
