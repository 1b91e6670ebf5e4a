"""Publisher for Nostr: signed notes, sent to several relays.

A note's id is the hash of what it says, so a repeated note is the same note. Relays refuse what was
signed long ago: a note is dated anew before it is tried again, unless a relay may have it. Sources:
NIP-01, 10, 11, 19, 42, 65, 92, and Blossom's BUD-02 for pictures; tried with nostr-relay 1.14.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import json
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers import nostr_relays
from posto_desktop.server.publishers.addresses import with_scheme
from posto_desktop.server.publishers.attachments import open_attachment, upload_each
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
    Record,
    Refused,
    Result,
    ServerAway,
    SignIn,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import check, is_web_address, with_link
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.nostr_events import (
    Tags,
    encode_bech32,
    event_id,
    event_link,
    make_event,
    public_key,
    read_private_key,
)
from posto_desktop.server.publishers.nostr_relays import RelayOutcome, Reply, require_relay

RELAYS = ("wss://relay.damus.io", "wss://nos.lol", "wss://relay.primal.net")
MOST_RELAYS = 12
PROFILE, NOTE, RELAY_LIST, MEDIA = 0, 1, 10002, 24242
FRESH_SECONDS = 600.0
"""How long after it was dated relays take a note."""
ASKED_FOR = 3600.0
"""How long a relay that does not answer is asked whether it has a note."""
_SHOWN_AT = "https://njump.me/"
_TAG = re.compile(r"(?<![\w&/])#(\w{1,100})")


class Nostr(Publisher):
    method = "nostr"
    name = "Nostr"
    settle = 0.0
    ahead = 600.0
    fields = (
        Field(
            "key",
            translatable("Server", "Private key"),
            is_secret=True,
            hint=translatable(
                "Server", "nsec1… It stays in the keychain of this computer and cannot be changed."
            ),
        ),
        Field(
            "relays",
            translatable("Server", "Relays"),
            is_required=False,
            hint=translatable("Server", "Leave this empty to use the relays of your profile."),
        ),
        Field(
            "media_server",
            translatable("Server", "Media server"),
            is_required=False,
            hint=translatable(
                "Server", "For pictures: a Blossom server, for example https://blossom.primal.net"
            ),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        _require_packages()
        text = with_link(part).encode("utf-8", "replace").decode()
        check(account, part, text)
        if part.media and not account.facts.get("media_server"):
            raise Refused(
                translatable(
                    "Server",
                    "Nostr relays do not store files. Connect the account again and enter a "
                    "media server.",
                )
            )
        return {"text": text, "dated": 0, "media": {}}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        record = upload_each(
            part, record, "media", keep, lambda attachment: _uploaded(account, attachment)
        )
        now = int(time.time())
        if part.first_sent is not None and record["dated"]:
            if 0 <= now - record["dated"] < FRESH_SECONDS:
                return record
            if self.lookup(account, part, record, ())[0] is Found.SENT:
                return record  # sending it again is harmless
        return {**record, "dated": now}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        private = read_private_key(account.secret().get("key", ""))
        event = make_event(private, NOTE, *_note_content(account, part, record))
        replies = nostr_relays.send(_relays(account), event, private, account.proxy)
        taken = [reply.relay for reply in replies if reply.outcome is RelayOutcome.TAKEN]
        if not taken:
            raise _error(replies, time.time() - record["dated"])
        missing = {
            reply.relay: reply.sentence
            for reply in replies
            if reply.outcome is not RelayOutcome.TAKEN
        }
        return _result(account, event["id"], {"relays": taken, "missing": missing})

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None or not record["dated"]:
            return Found.NOT_SENT, None
        number = event_id(
            account.remote_id, record["dated"], NOTE, *_note_content(account, part, record)[1:]
        )
        events_by_relay = nostr_relays.find(_relays(account), {"ids": [number]}, account.proxy)
        having = [
            relay
            for relay, events in events_by_relay.items()
            if any(event["id"] == number for event in events or ())
        ]
        if having:
            return Found.SENT, _result(account, number, {"relays": having, "missing": {}})
        silent = [relay for relay, events in events_by_relay.items() if events is None]
        age = time.time() - part.first_sent
        if len(silent) == len(events_by_relay) or (silent and 0 <= age < ASKED_FOR):
            host = urlsplit(silent[0]).hostname
            raise TryLater(
                translatable("Server", "{host} did not report whether it has the post.").format(
                    host=host
                ),
                20,
            )
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return True

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for known in record["media"].values():
            number = known["sha256"]
            headers = _authorization(account, "delete", number, "Delete a file")
            with contextlib.suppress(Refused):
                _media_http(account).ask(
                    "DELETE", f"/{number}", headers=headers, missing_is_fine=True
                )

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        _require_packages()
        typed = entered.get("key", "").strip()
        redaction.hide(typed)
        private = read_private_key(typed)
        redaction.hide(private.hex())
        key = encode_bech32("nsec", private)
        redaction.hide(key)
        author = public_key(private)
        named = [relay for relay in re.split(r"[\s,;]+", entered.get("relays", "")) if relay]
        relays = _listed(named) if named else _own_relays(author)
        media = with_scheme(entered.get("media_server", "")).rstrip("/")
        if media:
            Http(media)  # refuses what cannot be used
        return Connected("", _profile(author, relays, media), {"key": key})

    def check(self, account: Account) -> Profile:
        account.secret()
        media = str(account.facts.get("media_server") or "")
        return _profile(account.remote_id, _relays(account), media, account.proxy)


# -- notes -----------------------------------------------------------------------------------------


def _require_packages() -> None:
    """Raise Refused unless what signs events and speaks with relays is there: it is an extra."""
    if not all(importlib.util.find_spec(name) for name in ("coincurve", "websocket")):
        raise Refused(
            translatable(
                "Server",
                "This installation of Posto cannot send to Nostr. Install what is missing: "
                "pip install 'posto[nostr]'",
            )
        )


def _relays(account: Account) -> list[str]:
    listed = account.facts.get("relays")
    known = (
        [relay for relay in listed if isinstance(relay, str)] if isinstance(listed, list) else []
    )
    if not known:
        raise Refused(
            translatable("Server", "No relay is known for this account. Connect it again.")
        )
    return known


def _note_content(account: Account, part: Part, record: Record) -> tuple[int, Tags, str]:
    """When a note was dated, its tags and its text."""
    media = [record["media"][str(number)] for number in range(len(part.media))]
    text = "\n".join([record["text"], *(known["url"] for known in media)]).strip()
    tags = _answering(account, part)
    tags += [["t", tag] for tag in dict.fromkeys(tag.lower() for tag in _TAG.findall(text))]
    for known, attachment in zip(media, part.media, strict=True):
        words = ["imeta", f"url {known['url']}", f"m {attachment.mime}", f"x {known['sha256']}"]
        if attachment.width and attachment.height:
            words.append(f"dim {attachment.width}x{attachment.height}")
        if attachment.alt:
            words.append(f"alt {attachment.alt}")
        tags.append(words)
    # Notes of one post are shown in the order of their dates.
    return record["dated"] + part.number, tags, text


def _answering(account: Account, part: Part) -> Tags:
    """The tags of a reply (NIP-10), by its root and what it answers."""
    root, answers = part.root, part.answers
    if root is None or answers is None:
        return []
    author = account.remote_id
    tags = [["e", root.id, _relay_of(root), "root", author]]
    if answers.id != root.id:
        tags.append(["e", answers.id, _relay_of(answers), "reply", author])
    return [*tags, ["p", author]]


def _relay_of(result: Result) -> str:
    relays = result.extra.get("relays")
    return str(relays[0]) if isinstance(relays, list) and relays else ""


def _result(account: Account, number: str, extra: Record) -> Result:
    return Result(number, _SHOWN_AT + event_link(number, account.remote_id), extra)


def _error(replies: Sequence[Reply], age: float) -> PublishError:
    """Why no relay has taken a note."""
    worst = sorted(replies, key=lambda reply: _ORDER.index(reply.outcome))[0]
    sentence = f"{worst.host}: {worst.sentence}"
    if worst.outcome is RelayOutcome.UNCLEAR:
        return Unclear(sentence)
    if all(reply.outcome is RelayOutcome.AWAY for reply in replies):
        return ServerAway(sentence, 30)
    if worst.outcome is RelayOutcome.REFUSED and age < FRESH_SECONDS:
        return Refused(sentence)
    return TryLater(sentence, 1 if worst.outcome is RelayOutcome.REFUSED else 30)


_ORDER = (
    RelayOutcome.UNCLEAR,
    RelayOutcome.LATER,
    RelayOutcome.AWAY,
    RelayOutcome.REFUSED,
    RelayOutcome.TAKEN,
)


# -- files -----------------------------------------------------------------------------------------


def _uploaded(account: Account, attachment: Attachment) -> Record:
    http = _media_http(account)
    headers = _authorization(account, "upload", attachment.sha256, f"Upload {attachment.name}")
    headers["Content-Type"] = attachment.mime
    with open_attachment(attachment) as file:
        answer = http.ask("PUT", "/upload", data=file, length=attachment.size, headers=headers)
    outcome = answer.object()
    url = outcome.get("url")
    if not is_web_address(url) or outcome.get("sha256") != attachment.sha256:
        raise answer.no_use()
    return {"url": url, "sha256": attachment.sha256}


def _media_http(account: Account) -> Http:
    server = str(account.facts.get("media_server") or "")
    return Http(server, proxy=account.proxy, explain=_explain)


def _authorization(account: Account, verb: str, sha256: str, outcome: str) -> dict[str, str]:
    private = read_private_key(account.secret().get("key", ""))
    now = int(time.time())
    tags = [["t", verb], ["x", sha256], ["expiration", str(now + 3600)]]
    event = json.dumps(make_event(private, MEDIA, now, tags, outcome))
    return {"Authorization": f"Nostr {base64.b64encode(event.encode()).decode()}"}


def _explain(answer: HttpAnswer) -> PublishError | None:
    reason = answer.headers.get("X-Reason") or answer.error_sentence
    if answer.status in (401, 402, 403):
        return Refused(
            redaction.clean(
                (
                    translatable("Server", "{host} does not accept your files.").format(
                        host=answer.host
                    )
                    + f" {reason}"
                ).strip()
            )
        )
    if answer.status in (400, 413, 415) and reason:
        return Refused(redaction.clean(f"{answer.host}: {reason[:300]}"))
    return None


# -- accounts --------------------------------------------------------------------------------------


def _listed(named: Sequence[str]) -> list[str]:
    relays = list(dict.fromkeys(require_relay(address) for address in named))
    if len(relays) > MOST_RELAYS:
        raise Refused(
            translatable("Server", "{count} relays are too many; enter at most {limit}.").format(
                count=len(relays), limit=MOST_RELAYS
            )
        )
    return relays


def _own_relays(author: str) -> list[str]:
    """The relays to which a person writes, as they have said (NIP-65); a few others if they have
    not."""
    newest = _newest(RELAYS, {"kinds": [RELAY_LIST], "authors": [author]}, "")
    relays: list[str] = []
    for tag in newest.get("tags", []):
        is_relay = len(tag) > 1 and tag[0] == "r" and (len(tag) < 3 or tag[2] == "write")
        if is_relay and isinstance(tag[1], str):
            with contextlib.suppress(Refused):
                relays.append(require_relay(tag[1]))
    return list(dict.fromkeys(relays))[:MOST_RELAYS] or list(RELAYS)


def _newest(relays: Sequence[str], event_filter: Record, proxy: str) -> Record:
    """The newest event of a filter, {} without one. Raises TryLater where no relay answers."""
    events_by_relay = nostr_relays.find(relays, {**event_filter, "limit": 5}, proxy)
    if all(events is None for events in events_by_relay.values()):
        hosts = ", ".join(str(urlsplit(relay).hostname) for relay in relays)
        raise TryLater(
            translatable("Server", "No relay can be reached: {hosts}.").format(hosts=hosts), 30
        )
    events = [
        event
        for listed in events_by_relay.values()
        for event in listed or ()
        if event["pubkey"] in event_filter["authors"] and event["kind"] in event_filter["kinds"]
    ]
    return max(events, key=lambda event: float(event["created_at"]), default={})


def _profile(author: str, relays: list[str], media: str, proxy: str = "") -> Profile:
    event = _newest(relays, {"kinds": [PROFILE], "authors": [author]}, proxy)
    try:
        outcome = json.loads(event.get("content") or "{}")
    except (ValueError, RecursionError):
        outcome = {}
    outcome = outcome if isinstance(outcome, dict) else {}
    public = encode_bech32("npub", bytes.fromhex(author))
    short = f"{public[:12]}…{public[-4:]}"
    name = outcome.get("display_name") or outcome.get("name")
    picture = outcome.get("picture")
    return Profile(
        remote_id=author,
        handle=public,
        name=(name if isinstance(name, str) and name.strip() else short)[:255],
        network="nostr",
        link=f"{_SHOWN_AT}{public}",
        picture=picture if isinstance(picture, str) and picture.startswith("https://") else "",
        facts={"relays": relays, "media_server": media},
        limits=Limits(text=_text_limit(relays, proxy), files=None if media else 0),
    )


def _text_limit(relays: Sequence[str], proxy: str) -> int | None:
    """The smallest of what the relays say that they take (NIP-11)."""
    known: list[int] = []
    for relay in relays:
        with contextlib.suppress(PublishError):
            http = Http(relay.replace("ws", "http", 1), proxy=proxy)
            headers = {"Accept": "application/nostr+json"}
            outcome: Any = http.ask("GET", "/", headers=headers).object().get("limitation")
            most = outcome.get("max_content_length") if isinstance(outcome, dict) else None
            if type(most) is int and most > 0:
                known.append(most)
    return min(known, default=None)
