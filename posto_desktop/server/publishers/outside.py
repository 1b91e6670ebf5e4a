"""Pages and pictures that a link names, read for its card: from public addresses alone.

The page is anybody's, so a link, a redirect or a picture may lead to a device of this network. The
address that was checked is the one that is connected to, at each redirect anew.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from posto_desktop import __version__
from posto_desktop.net import addresses
from posto_desktop.net.sessions import new_session

if TYPE_CHECKING:
    import requests

USER_AGENT = f"PostoDesktop/{__version__} (link preview)"
SECONDS = 12.0
_TIMEOUT = (5.0, 8.0)
_MOST_REDIRECTS = 5


class OutsideError(Exception):
    """It cannot be read, or must not."""


@dataclass(frozen=True)
class Outside:
    """What lies at an address; `url` is where it was found in the end."""

    url: str
    content_type: str
    body: bytes


def fetch(url: str, kinds: Iterable[str], most: int, *, whole: bool = False) -> Outside:
    """Read the first `most` bytes of what lies at an address, whose type is one of `kinds` or
    begins with it. With `whole` a longer thing is none. Raises OutsideError."""
    import requests as library

    if library.utils.get_environ_proxies(url, no_proxy=None):
        raise OutsideError("A proxy would look the address up, where nobody can check it.")
    sockets: list[socket.socket] = []
    # A server that drips bytes keeps within the limit of silence for ever.
    is_late = threading.Event()
    watch = threading.Timer(SECONDS, _end, [sockets, is_late])
    watch.daemon = True
    watch.start()
    try:
        with _session(sockets) as session:
            for _ in range(_MOST_REDIRECTS + 1):
                _require_web(url)
                with session.get(
                    url,
                    headers={"User-Agent": USER_AGENT, "Accept": "text/html,image/*;q=0.9"},
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    moved = answer.headers.get("Location", "")
                    if answer.status_code in (301, 302, 303, 307, 308) and moved:
                        url = urljoin(url, moved)
                        continue
                    if answer.status_code != 200:
                        raise OutsideError(f"status {answer.status_code}")
                    fetched = Outside(url, *_read(answer, tuple(kinds), most, whole))
                    if is_late.is_set():
                        raise OutsideError("it took too long")
                    return fetched
    except (
        library.exceptions.RequestException,
        addresses.PrivateAddressError,
        OSError,
        ValueError,
    ) as error:
        raise OutsideError(type(error).__name__) from error
    finally:
        watch.cancel()
    raise OutsideError("too many redirects")


def _end(sockets: list[socket.socket], is_late: threading.Event) -> None:
    is_late.set()
    for connection in sockets:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _read(
    answer: requests.Response, kinds: tuple[str, ...], most: int, whole: bool
) -> tuple[str, bytes]:
    kind = answer.headers.get("Content-Type", "")
    if not kind.strip().lower().startswith(kinds):
        raise OutsideError(f"it is {kind!r}")
    body = bytearray()
    for piece in answer.iter_content(16384):
        body += piece
        if len(body) > most:
            break
    if whole and len(body) > most:
        raise OutsideError("too long")
    return kind, bytes(body[:most])


def _require_web(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise OutsideError("no web address")


def _session(sockets: list[socket.socket]) -> requests.Session:
    """A session that connects to public addresses alone; its connections are put into `sockets`."""

    class PublicConnection:
        host: str
        port: int
        timeout: Any

        def _new_conn(self) -> socket.socket:
            sockets.append(connection := _connected(self.host, self.port, self.timeout))
            return connection

    return new_session(PublicConnection)


def _connected(host: str, port: int, timeout: Any) -> socket.socket:  # noqa: ANN401
    """A connection to a public address of a host."""
    resolved = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    names = [str(info[4][0]) for info in addresses.public_ones(resolved, host)]
    failed: OSError | None = None
    for address in list(dict.fromkeys(names))[:3]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failed = error
    raise failed or OSError("no address")
