"""Sends single requests over pooled connections and reads their answers with limits."""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Protocol
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import proxies_for
from posto_desktop.net.deadline import Deadline

from ..errors import Cancelled, NetworkError
from ..faults import SAFE_METHODS, network_error
from ..wire import too_large
from .route import Route
from .sessions import new_session

if TYPE_CHECKING:
    import requests


class RequestBody(Protocol):
    """A body that is read in pieces, and again from its beginning after `rewind`."""

    def __len__(self) -> int: ...
    def read(self, amount: int = -1, /) -> bytes: ...
    def rewind(self) -> None: ...


Body = bytes | RequestBody


class Exchange:
    """Sends single requests and reads their answers; `Transport` interprets them.

    Threads: every method may be called from any thread at once. ``_state`` has the request of each
    thread: ``wrote`` whether a byte of it has left this computer, ``deadline`` its time limit.

    There are two sessions, so that connections to private addresses are never reused where only
    public ones are allowed: see `Transport.stream`.
    """

    def __init__(
        self,
        timeout: tuple[float, float],
        *,
        user_agent: str,
        route: Route | None = None,
    ) -> None:
        self.timeout = timeout
        self.route = route or Route()
        self._user_agent = user_agent
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._sessions: dict[bool, requests.Session] = {}
        self._sockets: weakref.WeakSet[Any] = weakref.WeakSet()
        self._state = threading.local()

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Body | None,
        timeout: tuple[float, float],
        deadline: Deadline,
        *,
        public_only: bool = False,
    ) -> requests.Response:
        """Send a request; its answer has the headers read, and `_read` reads the rest, both within
        `deadline`. `public_only` refuses private addresses."""
        import requests as library
        from urllib3.exceptions import EmptyPoolError

        session = self._open(public_only)
        host = urlsplit(url).hostname or ""
        self._state.wrote = deadline.is_sent = False
        self._state.deadline = deadline
        try:
            return session.request(
                method,
                url,
                headers=dict(headers),
                data=data,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                proxies=proxies_for(url, self.route.proxy),
            )
        except (library.exceptions.RequestException, EmptyPoolError, OSError) as error:
            self._fail(error, method, url, timeout)
        except ValueError as error:  # of urllib3, or of a Location that requests parses
            wrote = bool(getattr(self._state, "wrote", True))
            raise NetworkError(
                f"{host}: {type(error).__name__}",
                user_message=translatable(
                    "Sdk", "{host} answered with an address that cannot be used."
                ).format(host=host)
                if wrote
                else translatable(
                    "Sdk", "The address of {host} cannot be used. Nothing was sent."
                ).format(host=host),
                reason="wrong_address",
                maybe_sent=wrote and method not in SAFE_METHODS,
            ) from None

    def _fail(
        self, error: Exception, method: str, url: str, timeout: tuple[float, float]
    ) -> NoReturn:
        wrote = bool(getattr(self._state, "wrote", True))
        if self._closed.is_set():
            raise _closed(maybe_sent=wrote and method not in SAFE_METHODS) from None
        deadline: Deadline = self._state.deadline
        # `from None`: the library's own error quotes URLs and headers.
        raise network_error(
            error,
            url=url,
            wrote=wrote,
            method=method,
            read_timeout=timeout[1],
            total=deadline.seconds,
            is_sent=deadline.is_sent,
        ) from None

    def _read(
        self,
        response: requests.Response,
        limit: int,
        timeout: tuple[float, float],
        write: Callable[[bytes], object] | None = None,
        cancel: threading.Event | None = None,
        method: str = "GET",
    ) -> list[bytes]:
        import requests as library

        host = urlsplit(response.url).hostname or ""
        parts: list[bytes] = []
        size = 0
        declared = response.headers.get("Content-Length", "")
        if re.fullmatch(r"[0-9]{1,18}", declared) and int(declared) > limit:
            raise too_large(host, limit, method)
        try:
            for piece in response.iter_content(65536):
                if self._closed.is_set():
                    raise _closed(maybe_sent=method not in SAFE_METHODS)
                self._check(cancel)
                size += len(piece)
                if size > limit:
                    raise too_large(host, limit, method)
                if write is None:
                    parts.append(piece)
                else:
                    write(piece)
        except library.exceptions.RequestException as error:
            self._state.wrote = True
            self._fail(error, method, response.url, timeout)
        return parts

    def _check(self, cancel: threading.Event | None) -> None:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if self._closed.is_set():
            raise NetworkError(
                "the connection was closed by this program",
                user_message=translatable("Sdk", "The connection is closed. Nothing was sent."),
                reason="closed",
            )

    def close(self) -> None:
        """Close everything, also requests running in other threads."""
        self._closed.set()
        with self._lock:
            sessions, self._sessions = self._sessions, {}
            sockets = list(self._sockets)
        for connection in sockets:
            connection.abort()
        for session in sessions.values():
            session.close()

    def _open(self, public_only: bool) -> requests.Session:
        with self._lock:
            if self._closed.is_set():
                self._check(None)
            session = self._sessions.get(public_only)
            if session is None:
                session = new_session(self._state, self._sockets, public_only, self.route)
                session.headers["User-Agent"] = self._user_agent
                self._sessions[public_only] = session
            return session


def _closed(*, maybe_sent: bool) -> NetworkError:
    return NetworkError(
        "the connection was closed by this program",
        user_message=translatable("Sdk", "The connection was closed before the answer arrived."),
        reason="closed",
        maybe_sent=maybe_sent,
    )
