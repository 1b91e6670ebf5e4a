"""Recognises the network behind a typed handle, site or server.

A text that says it by itself is asked of nobody. Elsewhere the server that it names is asked what
it is, all ways at once.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.publishers.base import PublishError, TryLater
from posto_desktop.server.publishers.http import Http, require_safe
from posto_desktop.server.redaction import clean

SECONDS = 10.0
"""How long the server that was named may take."""

_MATRIX_ID = re.compile(r"@[^@:\s]+:[^@\s]+")
_FEDIVERSE = re.compile(r"@?[^@\s/:]+@([^@\s/]+)")
_HOST = re.compile(r"(?:(?:[\w-]+\.)+[\w-]{2,}|localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?")
# Software with an interface of its own; all else in the Fediverse is asked for Mastodon's.
_OWN_INTERFACE = {
    "misskey": "Misskey",
    "sharkey": "Sharkey",
    "lemmy": "Lemmy",
    "peertube": "PeerTube",
    "writefreely": "WriteFreely",
    "ghost": "Ghost",
    "wordpress": "WordPress",
}
_SERVES = {"sharkey": "misskey"}
_PROPER_NAMES = {
    "mastodon": "Mastodon",
    "snac": "snac2",
    "gotosocial": "GoToSocial",
    "pixelfed": "Pixelfed",
    "pleroma": "Pleroma",
    "akkoma": "Akkoma",
    "friendica": "Friendica",
    "hollo": "Hollo",
}


@dataclass(frozen=True)
class RecognisedServer:
    """`method` is that of a publisher, "" where this computer has none for it; `software` is what
    people call it, `host` where it runs; `fields` is what can be filled in already. `problem` is
    why the server could not be asked."""

    method: str
    software: str
    host: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "software": self.software,
            "host": self.host,
            "fields": self.fields,
            "problem": self.problem,
        }


def recognise(text: str, methods: Collection[str]) -> RecognisedServer | None:
    """The network of what was typed, None where nothing is known of it. `methods` are those that
    can be connected. Takes up to SECONDS."""
    typed = text.strip()
    recognised = _by_itself(typed)
    if recognised is None:
        recognised = _asked(typed)
    if recognised is None:
        return None
    if recognised.method in methods:
        return recognised
    return RecognisedServer("", recognised.software, recognised.host, problem=recognised.problem)


def _by_itself(typed: str) -> RecognisedServer | None:
    lower = typed.lower()
    if lower.startswith(("nsec1", "npub1", "wss://", "ws://")):
        fields = {"relays": typed} if lower.startswith("ws") else {}
        return RecognisedServer("nostr", "Nostr", fields=fields)
    if _MATRIX_ID.fullmatch(typed):
        host = typed.partition(":")[2]
        return RecognisedServer("matrix", "Matrix", host, {"user": typed})
    handle = lower.lstrip("@")
    if _HOST.fullmatch(handle) and handle.endswith(".bsky.social"):
        return RecognisedServer("bluesky", "Bluesky", "bsky.social", {"handle": handle})
    if lower in ("bsky.app", "bsky.social", "https://bsky.app", "https://bsky.social"):
        return RecognisedServer("bluesky", "Bluesky", "bsky.social")
    if lower in ("ntfy.sh", "https://ntfy.sh"):
        return RecognisedServer("ntfy", "ntfy", "ntfy.sh", {"server": "https://ntfy.sh"})
    return None


def _asked(typed: str) -> RecognisedServer | None:
    server = _server_of(typed)
    if server is None:
        return None
    try:
        require_safe(server)
    except PublishError as error:
        return RecognisedServer("", "", problem=str(error))
    looks: list[Callable[[str, str], RecognisedServer | None]] = [
        _fediverse,
        _wordpress,
        _bluesky_handle,
        _bluesky_server,
        _matrix,
        _ntfy,
    ]
    answers: dict[int, RecognisedServer] = {}

    problems: list[str] = []

    def run(number: int) -> None:
        with contextlib.suppress(ValueError, OSError):
            try:
                recognised = looks[number](server, typed)
            except TryLater as error:
                problems.append(clean(str(error)))
                return
            except PublishError:
                return
            if recognised is not None:
                answers[number] = recognised

    threads = [
        threading.Thread(target=run, args=(number,), name="recognise", daemon=True)
        for number in range(len(looks))
    ]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + SECONDS
    for number, thread in enumerate(threads):
        thread.join(max(0.0, limit - time.monotonic()))
        if number in answers:
            return answers[number]
    # The look for a WordPress tells of nothing; all others say the same where nobody answers.
    if not answers and len(problems) >= len(looks) - 1 and len(set(problems)) == 1:
        return RecognisedServer("", "", problem=problems[0])
    return next(iter(answers.values()), None)


def _server_of(typed: str) -> str | None:
    """The address of the server that a text names."""
    handle = _FEDIVERSE.fullmatch(typed)
    text = handle[1] if handle else typed
    scheme, separator, location = text.partition("://")
    if not separator:
        location = scheme
        scheme = "http" if is_loopback(_host_of(location)) else "https"
    if scheme.lower() not in ("http", "https"):
        return None
    place = location.partition("/")[0]
    if not _HOST.fullmatch(place.lower().lstrip("@")):
        return None
    return f"{scheme.lower()}://{place.lower().lstrip('@')}"


def _host_of(place: str) -> str:
    try:
        return urlsplit(f"//{place}").hostname or ""
    except ValueError:
        return ""


def _fediverse(server: str, typed: str) -> RecognisedServer | None:
    http = Http(server)
    software = ""
    with contextlib.suppress(PublishError):
        links = http.ask("GET", "/.well-known/nodeinfo").fields.get("links")
        address = links[-1].get("href") if isinstance(links, list) and links else None
        if isinstance(address, str) and urlsplit(address).hostname == urlsplit(server).hostname:
            software_facts = http.ask("GET", address).fields.get("software")
            software = (
                str(software_facts.get("name") or "").lower()
                if isinstance(software_facts, dict)
                else ""
            )
    if software in _OWN_INTERFACE:
        if software == "wordpress":
            return None
        method = _SERVES.get(software, software)
        return RecognisedServer(method, _OWN_INTERFACE[software], http.host, {"server": server})
    instance = http.ask("GET", "/api/v1/instance").fields
    if not isinstance(instance.get("uri") or instance.get("domain"), str):
        return None
    name = _PROPER_NAMES.get(software, software or "Mastodon")
    server_field = typed if "@" in typed.lstrip("@") and server.startswith("https") else server
    return RecognisedServer("mastodon", name, http.host, {"server": server_field})


def _wordpress(server: str, typed: str) -> RecognisedServer | None:
    http = Http(server)
    path = urlsplit(typed if "://" in typed else f"//{typed}").path.rstrip("/")
    for place in dict.fromkeys((path, "")):
        with contextlib.suppress(PublishError):
            index = http.ask("GET", f"{place}/?rest_route=/").fields
            if isinstance(index.get("namespaces"), list) and "wp/v2" in index["namespaces"]:
                return RecognisedServer(
                    "wordpress", "WordPress", http.host, {"server": f"{server}{place}"}
                )
    return None


def _bluesky_handle(server: str, _typed: str) -> RecognisedServer | None:
    http = Http(server)
    answer = http.ask("GET", "/.well-known/atproto-did")
    if not answer.body.strip().startswith(b"did:"):
        return None
    handle = urlsplit(server).netloc
    return RecognisedServer("bluesky", "Bluesky", http.host, {"handle": handle})


def _bluesky_server(server: str, _typed: str) -> RecognisedServer | None:
    http = Http(server)
    answer = http.ask("GET", "/xrpc/com.atproto.server.describeServer")
    if "availableUserDomains" not in answer.fields:
        return None
    return RecognisedServer("bluesky", "Bluesky", http.host, {"server": server})


def _matrix(server: str, _typed: str) -> RecognisedServer | None:
    http = Http(server)
    if not isinstance(http.ask("GET", "/_matrix/client/versions").fields.get("versions"), list):
        return None
    return RecognisedServer("matrix", "Matrix", http.host, {"server": server})


def _ntfy(server: str, _typed: str) -> RecognisedServer | None:
    http = Http(server)
    if http.ask("GET", "/v1/health").fields.get("healthy") is not True:
        return None
    return RecognisedServer("ntfy", "ntfy", http.host, {"server": server})
