"""One request and its answer: sent over pooled connections, read with limits, closed at will."""

from __future__ import annotations

import re
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from ..errors import Cancelled, NetworkError
from ..faults import SAFE_METHODS, network_error
from ..wire import too_large
from .lanes import new_session, proxies_for
from .route import Route

if TYPE_CHECKING:
    import requests


class Exchange:
    """Sends single requests and reads their answers; what they mean is for `Transport`.

    Threads: every method may be called from any thread at once. ``_state.wrote`` tells each
    thread whether a byte of its request has left this computer.
    """

    def __init__(
        self,
        timeout: tuple[float, float],
        *,
        user_agent: str,
        public_only: bool = False,
        route: Route | None = None,
    ) -> None:
        self.timeout = timeout
        self.route = route or Route()
        self._user_agent = user_agent
        self._public_only = public_only
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._sockets: weakref.WeakSet[Any] = weakref.WeakSet()
        self._state = threading.local()

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Any,
        timeout: tuple[float, float],
    ) -> requests.Response:
        import requests as library

        session = self._open()
        host = urlsplit(url).hostname or ""
        self._state.wrote = False
        try:
            return session.request(
                method,
                url,
                headers=dict(headers),
                data=data,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                proxies=proxies_for(url, host, self.route),
            )
        except library.exceptions.RequestException as error:
            self._fail(error, method, url, timeout)
        except OSError as error:
            self._fail(error, method, url, timeout)
        except ValueError as error:  # of urllib3, or of a Location that requests looks at
            wrote = bool(getattr(self._state, "wrote", True))
            raise NetworkError(
                f"{host}: {type(error).__name__}",
                user_message=f"{host} answered with an address that cannot be used."
                if wrote
                else f"The address of {host} cannot be used. Nothing was sent.",
                reason="wrong_address",
                maybe_sent=wrote and method not in SAFE_METHODS,
            ) from None

    def _fail(
        self, error: Exception, method: str, url: str, timeout: tuple[float, float]
    ) -> NoReturn:
        wrote = bool(getattr(self._state, "wrote", True))
        if self._closed.is_set():
            raise _closed(maybe_sent=wrote and method not in SAFE_METHODS) from None
        # `from None`: the library's own error quotes URLs and headers.
        raise network_error(
            error, url=url, wrote=wrote, method=method, read_timeout=timeout[1]
        ) from None

    def _read(
        self,
        response: requests.Response,
        limit: int,
        timeout: tuple[float, float],
        write: Callable[[bytes], object] | None = None,
        total_seconds: float | None = None,
        cancel: threading.Event | None = None,
        method: str = "GET",
    ) -> list[bytes]:
        import requests as library

        host = urlsplit(response.url).hostname or ""
        # A server that sends a byte a minute never runs into the read timeout.
        ends = time.monotonic() + (total_seconds or max(60.0, 3 * timeout[1]))
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
                if time.monotonic() > ends:
                    raise NetworkError(
                        f"{host}: the answer takes too long",
                        user_message=f"{host} sends its answer too slowly.",
                        reason="timeout",
                        maybe_sent=method not in SAFE_METHODS,
                    )
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
                user_message="The connection is closed. Nothing was sent.",
                reason="closed",
            )

    def close(self) -> None:
        """End everything, also requests that are under way in other threads."""
        self._closed.set()
        with self._lock:
            session, self._session = self._session, None
            sockets = list(self._sockets)
        for connection in sockets:
            connection.abort()
        if session is not None:
            session.close()

    def _open(self) -> requests.Session:
        with self._lock:
            if self._closed.is_set():
                self._check(None)
            if self._session is None:
                self._session = new_session(
                    self._state, self._sockets, self.timeout[1], self._public_only, self.route
                )
                self._session.headers["User-Agent"] = self._user_agent
            return self._session


def _closed(*, maybe_sent: bool) -> NetworkError:
    return NetworkError(
        "the connection was closed by this program",
        user_message="The connection was closed before the answer was there.",
        reason="closed",
        maybe_sent=maybe_sent,
    )
