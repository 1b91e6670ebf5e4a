"""Requests to Nostr relays, one connection each (NIP-01, NIP-42)."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.leases import require_lease
from posto_desktop.server.publishers.base import Record, Refused
from posto_desktop.server.publishers.http import (
    CONNECT_SECONDS,
    USER_AGENT,
)
from posto_desktop.server.publishers.http_sessions import current_route, proxies_of, trusted
from posto_desktop.server.publishers.nostr_events import is_valid, make_event
from posto_desktop.server.redaction import clean

if TYPE_CHECKING:
    import socket
    import ssl

    from websocket import WebSocket

SILENT_SECONDS = 20.0
_MOST_ANSWER = 2 * 1024 * 1024
_MOST_EVENTS = 200
_LONGEST_SENTENCE = 300
AUTHENTICATION = 22242
Answered = TypeVar("Answered")


class RelayOutcome(Enum):
    """What became of an event at a relay."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    """What a relay says of an event. `sentence` is its own."""

    relay: str
    outcome: RelayOutcome
    sentence: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.relay).hostname or self.relay


class _AwayError(Exception):
    """No connection was made."""


class _BrokenError(Exception):
    """No usable answer came."""


def require_relay(url: str) -> str:
    """The address of a relay as it is used. Raises Refused."""
    text = url.strip().rstrip("/")
    if "://" not in text:
        text = f"wss://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.username or parts.password or any(letter.isspace() for letter in text):
        raise Refused(
            translatable(
                "Server", "{address} is not the address of a relay. Example: wss://relay.damus.io"
            ).format(address=url.strip()[:100])
        )
    if parts.scheme != "wss" and not (parts.scheme == "ws" and is_loopback(host)):
        raise Refused(
            translatable("Server", "The address of the relay {host} must begin with wss://").format(
                host=host
            )
        )
    return text


def send(relays: Sequence[str], event: Record, private: bytes, proxy: str = "") -> list[Reply]:
    """Hand an event to all relays at once, and return what each says."""
    return _at_all(relays, lambda relay: _send(relay, event, private, proxy))


def find(
    relays: Sequence[str], event_filter: Record, proxy: str = ""
) -> dict[str, list[Record] | None]:
    """The events that each relay has of a filter, signed as they should be; None for a relay that
    did not say."""

    def ask(relay: str) -> list[Record] | None:
        try:
            return _find(relay, event_filter, proxy)
        except (_AwayError, _BrokenError):
            return None

    return dict(zip(relays, _at_all(relays, ask), strict=True))


def _at_all(relays: Sequence[str], ask: Callable[[str], Answered]) -> list[Answered]:
    if len(relays) == 1:
        return [ask(relays[0])]
    with ThreadPoolExecutor(len(relays) or 1, thread_name_prefix="relay") as pool:
        return list(pool.map(ask, relays))


# -- one relay -------------------------------------------------------------------------------------


def _send(relay: str, event: Record, private: bytes, proxy: str) -> Reply:
    try:
        with _connected(relay, proxy) as connection:
            return _sent(connection, relay, event, private)
    except _AwayError:
        return Reply(relay, RelayOutcome.AWAY, translatable("Server", "It cannot be reached."))
    except _BrokenError as error:
        return Reply(relay, RelayOutcome.UNCLEAR, str(error))


def _sent(connection: _Connection, relay: str, event: Record, private: bytes) -> Reply:
    connection.send(["EVENT", event])
    challenge = ""
    waits_for = ""
    for message in connection.messages():
        kind = message[0]
        if kind == "AUTH" and len(message) > 1 and isinstance(message[1], str):
            challenge = message[1]
        elif kind == "OK" and _is_about(message, event["id"]):
            words = message[3] if len(message) > 3 and isinstance(message[3], str) else ""
            if message[2] is not True and words.startswith("auth-required:") and challenge:
                waits_for = connection.authenticate(relay, challenge, private)
                challenge = ""
                continue
            return _sorted(relay, message[2] is True, words)
        elif kind == "OK" and len(message) > 2 and waits_for and message[1] == waits_for:
            if message[2] is not True:
                words = message[3] if len(message) > 3 and isinstance(message[3], str) else ""
                return Reply(relay, RelayOutcome.REFUSED, _sentence(words))
            connection.send(["EVENT", event])
        elif kind == "NOTICE" and len(message) > 1 and isinstance(message[1], str):
            connection.notice = message[1]
    raise _BrokenError(
        _sentence(connection.notice)
        or translatable("Server", "It did not report whether it accepted the post.")
    )


def _is_about(message: list[Any], number: str) -> bool:
    """Whether an OK is about an event. nostr-relay names none when it refuses one, and each
    connection hands over one alone; that something was taken is believed with its id only."""
    return len(message) > 2 and (message[1] == number or (message[1] == "" and message[2] is False))


def _sorted(relay: str, is_taken: bool, words: str) -> Reply:
    """The reply in an OK. `duplicate:` means that the relay has the event already."""
    prefix = words.partition(":")[0].strip()
    if is_taken or prefix == "duplicate":
        return Reply(relay, RelayOutcome.TAKEN, _sentence(words))
    if prefix in ("rate-limited", "error"):
        return Reply(relay, RelayOutcome.LATER, _sentence(words))
    return Reply(
        relay,
        RelayOutcome.REFUSED,
        _sentence(words) or translatable("Server", "It did not accept the post."),
    )


def _find(relay: str, event_filter: Record, proxy: str) -> list[Record]:
    events: list[Record] = []
    with _connected(relay, proxy) as connection:
        connection.send(["REQ", "posto", event_filter])
        for message in connection.messages():
            if message[:2] == ["EOSE", "posto"]:
                return events
            if message[:2] == ["CLOSED", "posto"]:
                break
            if message[:2] == ["EVENT", "posto"] and len(message) > 2 and is_valid(message[2]):
                events.append(message[2])
                if len(events) > _MOST_EVENTS:
                    break
    raise _BrokenError(translatable("Server", "It did not answer the question."))


class _Connection:
    """A connection that is open for as long as one question may take."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._until = time.monotonic() + SILENT_SECONDS
        self.notice = ""

    def send(self, message: list[Any]) -> None:
        text = json.dumps(message, ensure_ascii=False)
        require_lease()
        try:
            self._socket.send(text)
        except Exception as error:
            raise _BrokenError(translatable("Server", "The connection broke.")) from error

    def authenticate(self, relay: str, challenge: str, private: bytes) -> str:
        """Say who this is (NIP-42); the id of what the relay answers to."""
        tags = [["relay", relay], ["challenge", challenge]]
        event = make_event(private, AUTHENTICATION, int(time.time()), tags, "")
        self.send(["AUTH", event])
        return str(event["id"])

    def messages(self) -> Iterator[list[Any]]:
        """What the relay says, as long as it may take."""
        import websocket as library

        received = 0
        while (left := self._until - time.monotonic()) > 0:
            try:
                self._socket.settimeout(left)
                data = self._socket.recv()
            except library.WebSocketTimeoutException:
                return
            except (library.WebSocketException, OSError, ValueError):
                raise _BrokenError(translatable("Server", "The connection broke.")) from None
            received += len(data)
            if not data or received > _MOST_ANSWER:
                return
            try:
                message = json_text.loads(data)
            except ValueError:
                raise _BrokenError(
                    translatable("Server", "Its answer is not one of a relay.")
                ) from None
            if isinstance(message, list) and message:
                yield message


@contextlib.contextmanager
def _connected(relay: str, proxy: str) -> Iterator[_Connection]:
    """A connection to a relay. Raises _AwayError where none is made."""
    import websocket as library

    context = _trusted(relay)
    url = relay.replace("ws", "http", 1)
    by = urlsplit(proxies_of(url, proxy).get(urlsplit(url).scheme, ""))
    options: dict[str, Any] = {"sslopt": {"context": context}} if context else {}
    try:
        if by.scheme.startswith("socks"):
            options["socket"] = _by_socks(relay, by, context)
        else:
            options |= _proxy_options(by)
        opened = library.create_connection(
            relay,
            timeout=CONNECT_SECONDS,
            header=[f"User-Agent: {USER_AGENT}"],
            redirect_limit=0,
            **options,
        )
    except (library.WebSocketException, OSError, ValueError):
        raise _AwayError from None
    try:
        yield _Connection(opened)
    finally:
        with contextlib.suppress(Exception):
            opened.send_close()  # nobody waits for what the relay says to that
        opened.shutdown()  # type: ignore[no-untyped-call]


def _trusted(relay: str) -> ssl.SSLContext | None:
    """The certificates that requests trust, and those of the settings; None without TLS."""
    if not relay.startswith("wss:"):
        return None
    import ssl

    from certifi import where

    context = trusted(current_route()) or ssl.create_default_context()
    context.load_verify_locations(where())
    context.check_hostname = True
    return context


def _proxy_options(by: SplitResult) -> dict[str, Any]:
    """What the library is told of a proxy; without one it is not to look for one itself."""
    if not by.hostname:
        return {"http_no_proxy": ["*"]}
    options: dict[str, Any] = {
        "http_proxy_host": by.hostname,
        "http_proxy_port": by.port or 80,
        "proxy_type": "http",
    }
    if by.username:
        options["http_proxy_auth"] = (unquote(by.username), unquote(by.password or ""))
    return options


def _by_socks(relay: str, by: SplitResult, context: ssl.SSLContext | None) -> socket.socket:
    """A connection by a SOCKS proxy, which the library would need another library for."""
    import socks  # type: ignore[import-untyped,unused-ignore]

    parts = urlsplit(relay)
    host = parts.hostname or ""
    made: socket.socket = socks.create_connection(
        (host, parts.port or (443 if context else 80)),
        timeout=CONNECT_SECONDS,
        proxy_type=socks.SOCKS4 if by.scheme.startswith("socks4") else socks.SOCKS5,
        proxy_addr=by.hostname,
        proxy_port=by.port or 1080,
        proxy_rdns=by.scheme in ("socks5h", "socks4a"),
        proxy_username=unquote(by.username or "") or None,
        proxy_password=unquote(by.password or "") or None,
    )
    if context is None:
        return made
    try:
        return context.wrap_socket(made, server_hostname=host)
    except BaseException:
        made.close()
        raise


def _sentence(words: str) -> str:
    return clean(" ".join(words.split()))[:_LONGEST_SENTENCE]
