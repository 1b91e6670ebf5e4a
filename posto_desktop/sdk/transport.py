"""The one place that makes HTTP requests.

A `Transport` keeps one pooled session for one service. It never follows redirects on API calls
(they would drop the password and turn POST into GET), sends the password to the service's own
origin only, repeats only what is safe to repeat, and hides secrets in everything it says.

Threads: every method may be called from any thread at once.
"""

from __future__ import annotations

import ipaddress
import json as jsonlib
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urljoin, urlsplit

from .answers import Unreadable, read_json
from .backoff import MAX_RETRY_AFTER, Backoff, read_retry_after
from .endpoint import Endpoint, Params, is_loopback, require_public, same_origin
from .errors import Cancelled, MediaUploadError, NetworkError, PostoError, ServiceError
from .faults import SAFE_METHODS, answer_error, network_error, unreadable_error
from .redact import Redactor, bare_url, token_secrets

if TYPE_CHECKING:
    import requests

log = logging.getLogger("posto_desktop.sdk")

DEFAULT_TIMEOUT = (10.0, 60.0)
MAX_ANSWER = 64 * 1024 * 1024
MAX_REDIRECTS = 5
LANES = 10
"""Connections kept to one host; more requests than that at once wait for one of them."""

_RETRY_STATUS = frozenset({429, 500, 502, 503, 504})
BLOCK = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """A read answer: HTTP status, the JSON value (None for an empty one) and some headers."""

    status: int
    data: Any
    headers: Mapping[str, str]
    text: str = ""


class Transport:
    """Requests to one service.

    ``timeout`` is (connect, read) in seconds, ``retries`` how often a safe request is repeated.
    ``sleep`` and ``backoff`` are for tests. ``token`` is what follows ``Basic``; None = anonymous.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        token: str | None,
        *,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT,
        retries: int = 2,
        sleep: Callable[[float], None] | None = None,
        backoff: Backoff | None = None,
        user_agent: str = "Posto-Desktop",
        public_only: bool = False,
    ) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self.retries = max(0, retries)
        self.redact = Redactor(token_secrets(token) if token else ())
        self._token = token
        self._backoff = backoff or Backoff()
        self._closed = threading.Event()
        self._sleep = sleep or self.pause
        self._user_agent = user_agent
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._sockets: weakref.WeakSet[Any] = weakref.WeakSet()
        self._state = threading.local()
        self._public_only = public_only

    def __repr__(self) -> str:
        return f"<Transport {self.endpoint.base}>"

    # -- the calls ---------------------------------------------------------------------------

    def get(self, route: str, params: Params = (), **options: Any) -> Any:
        """The JSON value of a GET. Raises as `call`."""
        return self.call("GET", route, params=params, **options).data

    def post(self, route: str, json: object, **options: Any) -> Any:
        """The JSON value of a POST of `json`. Never repeated once a byte was written."""
        return self.call("POST", route, json=json, **options).data

    def call(
        self,
        method: str,
        route: str,
        *,
        params: Params = (),
        json: object = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        timeout: tuple[float, float] | None = None,
        cancel: threading.Event | None = None,
        empty_ok: bool = False,
    ) -> Answer:
        """Make one API call and read its answer.

        Raises `AuthenticationError`, `ServiceError` or `NetworkError`; the latter two say by
        ``maybe_sent`` whether the call may have been carried out. `repeatable` defaults to True
        for GET and HEAD; `body` is bytes or an object with ``__len__``, ``read`` and ``rewind``.
        """
        safe = method in SAFE_METHODS if repeatable is None else repeatable
        sent = {"Accept": "application/json", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Basic {self._token}"
        data = body
        if json is not None:
            data = jsonlib.dumps(json, ensure_ascii=False).encode("utf-8")
            sent.setdefault("Content-Type", "application/json; charset=utf-8")
        url = self.endpoint.url(route, params)
        tried = 0
        while True:
            self._check(cancel)
            started = time.monotonic()
            try:
                answer = self._once(
                    method, url, route, sent, data, timeout or self.timeout, empty_ok
                )
            except (NetworkError, ServiceError) as error:
                self._log(method, route, tried, started, error)
                wait = self._may_repeat(error, safe, tried)
                if wait is None or self._closed.is_set():
                    raise
                if hasattr(data, "rewind"):
                    data.rewind()
                tried += 1
                self._sleep(wait)
            else:
                self._log(method, route, tried, started, answer.status)
                return answer

    def _may_repeat(self, error: PostoError, safe: bool, tried: int) -> float | None:
        """Seconds to wait before the same request goes out again; None = it must not."""
        if tried >= self.retries:
            return None
        retry_after: float | None = None
        if isinstance(error, NetworkError):
            if error.reason in {"tls", "closed"}:
                return None  # neither changes by itself
            if error.reason == "timeout" and tried:
                return None  # three times a minute is longer than anybody waits
            if not safe and getattr(self._state, "wrote", True):
                return None
        elif isinstance(error, ServiceError):
            if not safe or error.status not in _RETRY_STATUS or error.reason == "refused":
                return None
            retry_after = error.retry_after
            if retry_after is not None and retry_after > MAX_RETRY_AFTER:
                return None  # too long to keep a caller waiting; they are told the figure
        return self._backoff.wait(tried, retry_after)

    def _once(
        self,
        method: str,
        url: str,
        route: str,
        headers: Mapping[str, str],
        data: Any,
        timeout: tuple[float, float],
        empty_ok: bool,
    ) -> Answer:
        host = self.endpoint.host
        response = self._send(method, url, headers, data, timeout)
        try:
            raw = self._read(response, MAX_ANSWER, timeout, method=method)
        finally:
            response.close()
        text = raw.decode("utf-8", "replace")
        status = response.status_code
        value: Any = None
        problem: Unreadable | None = None
        if text.strip() and method != "HEAD":
            try:
                value = read_json(text)
            except Unreadable as error:
                problem = error
        elif not empty_ok and method != "HEAD" and status != 204:
            problem = Unreadable("it is empty")
        shown = "" if problem is None else self.redact(text[:20_000])
        retry_after = read_retry_after(response.headers.get("Retry-After"))
        location = response.headers.get("Location", "")
        fault = answer_error(
            host=host,
            method=method,
            route=route,
            status=status,
            data=value,
            text=shown,
            location=bare_url(urljoin(url, location)) if location else "",
            retry_after=retry_after,
        )
        if fault is None and problem is not None:
            fault = unreadable_error(
                host=host, method=method, status=status, text=shown, why=str(problem)
            )
        if fault is not None:
            fault.args = (self.redact(fault),)
            fault.user_message = self.redact(fault.user_message)
            raise fault
        return Answer(status, value, response.headers, text if problem is None else shown)

    def probe(self, url: str) -> Answer:
        """GET a public page without credentials and without judging it: any status is an answer.

        ``data`` is the JSON value or None. Network faults raise `NetworkError` as usual.
        """
        tried = 0
        while True:
            self._check(None)
            try:
                response = self._send(
                    "GET", url, {"Accept": "application/json"}, None, self.timeout
                )
                try:
                    text = self._read(response, MAX_ANSWER, self.timeout).decode("utf-8", "replace")
                finally:
                    response.close()
            except NetworkError as error:
                wait = self._may_repeat(error, True, tried)
                if wait is None or error.reason == "timeout":
                    raise
                tried += 1
                self._sleep(wait)
                continue
            try:
                value = read_json(text) if text.strip() else None
            except Unreadable:
                value = None
            return Answer(response.status_code, value, response.headers, text)

    # -- downloads -----------------------------------------------------------------------------

    def stream(
        self,
        url: str,
        write: Callable[[bytes], object],
        *,
        limit: int,
        timeout: tuple[float, float] | None = None,
        total_seconds: float = 120.0,
        cancel: threading.Event | None = None,
        accept: str = "*/*",
    ) -> Mapping[str, str]:
        """GET `url` piece by piece into `write`; the headers of the last answer.

        The password goes along only to the service's own origin. At most five redirects are
        followed, never from https to http. More than `limit` bytes or `total_seconds` raise
        `ServiceError` or `NetworkError`.
        """
        waits = timeout or self.timeout
        at = url
        for _hop in range(MAX_REDIRECTS + 1):
            self._check(cancel)
            parts = urlsplit(at)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise MediaUploadError(f"{bare_url(at)} is not a web address.", reason="address")
            if self._public_only and (is_loopback(parts.hostname) or _is_address(parts.hostname)):
                require_public(parts.hostname, parts.hostname)
            headers = {"Accept": accept}
            if self._token and same_origin(at, self.endpoint.base):
                headers["Authorization"] = f"Basic {self._token}"
            response = self._send("GET", at, headers, None, waits)
            try:
                location = response.headers.get("Location")
                if response.status_code in {301, 302, 303, 307, 308} and location:
                    following = urljoin(at, location)
                    if parts.scheme == "https" and urlsplit(following).scheme != "https":
                        raise MediaUploadError(
                            f"{parts.hostname} sends to an address without https.",
                            reason="insecure_http",
                        )
                    at = following
                    continue
                if response.status_code != 200:
                    raise ServiceError(
                        f"{parts.hostname} answered {response.status_code}",
                        user_message=f"{parts.hostname} answered {response.status_code}.",
                        reason="refused",
                        status=response.status_code,
                    )
                self._read(response, limit, waits, write, total_seconds, cancel)
                return response.headers
            finally:
                response.close()
        raise MediaUploadError(f"{bare_url(url)} sends round in circles.", reason="redirect_loop")

    # -- below ---------------------------------------------------------------------------------

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
                proxies=_proxies(url, host),
            )
        except library.exceptions.RequestException as error:
            self._fail(error, method, host, timeout)
        except OSError as error:
            self._fail(error, method, host, timeout)
        except ValueError as error:  # urllib3's LocationParseError and the like
            raise NetworkError(
                f"the address of {host} cannot be used", reason="wrong_address"
            ) from error

    def _fail(
        self, error: Exception, method: str, host: str, timeout: tuple[float, float]
    ) -> NoReturn:
        wrote = bool(getattr(self._state, "wrote", True))
        if self._closed.is_set():
            raise NetworkError(
                "the connection was closed by this program",
                user_message="The connection was closed before the answer was there.",
                reason="closed",
                maybe_sent=wrote and method not in SAFE_METHODS,
            ) from None
        # `from None`: the library's own error quotes URLs and headers.
        raise network_error(
            error, host=host, wrote=wrote, method=method, read_timeout=timeout[1]
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
    ) -> bytes:
        import requests as library

        host = urlsplit(response.url).hostname or ""
        # A server that sends a byte a minute never runs into the read timeout.
        ends = time.monotonic() + (total_seconds or max(60.0, 3 * timeout[1]))
        parts: list[bytes] = []
        size = 0
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(host, limit, method)
        try:
            for piece in response.iter_content(65536):
                self._check(cancel)
                size += len(piece)
                if size > limit:
                    raise _too_large(host, limit, method)
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
            self._fail(error, method, host, timeout)
        return b"".join(parts)

    def _check(self, cancel: threading.Event | None) -> None:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if self._closed.is_set():
            raise NetworkError(
                "the connection was closed by this program",
                user_message="The connection is closed. Nothing was sent.",
                reason="closed",
            )

    def pause(self, seconds: float) -> None:
        """Sleep, but wake when the transport is closed."""
        self._closed.wait(seconds)

    def _log(self, method: str, route: str, tried: int, started: float, outcome: object) -> None:
        if log.isEnabledFor(logging.DEBUG):
            spent = (time.monotonic() - started) * 1000
            again = f" (try {tried + 1})" if tried else ""
            log.debug("%s %s -> %s in %.0f ms%s", method, route, self.redact(outcome), spent, again)

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
                self._session = _new_session(
                    self._state, self._sockets, self.timeout[1], self._public_only
                )
                self._session.headers["User-Agent"] = self._user_agent
            return self._session


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _too_large(host: str, limit: int, method: str) -> PostoError:
    size = f"{limit / 1048576:.0f} MB" if limit >= 1048576 else f"{limit} bytes"
    return ServiceError(
        f"{host}: the answer is larger than {size}",
        user_message=f"The answer of {host} is larger than {size}.",
        reason="too_large",
        maybe_sent=method not in SAFE_METHODS,
    )


def _proxies(url: str, host: str) -> dict[str, str]:
    """The system's proxies, but never for this computer itself."""
    if is_loopback(host):
        return {}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def _new_session(
    state: threading.local,
    sockets: weakref.WeakSet[Any],
    write_timeout: float,
    public_only: bool,
) -> requests.Session:
    """A session that notes per thread whether a byte of the request was written.

    `state.wrote` decides whether a failed POST may be repeated, so it is measured where the bytes
    leave, not guessed from the kind of exception.
    """
    import http.cookiejar
    import socket

    import requests as library
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Noted:
        sock: Any
        proxy: Any
        host: str

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]
            if self.sock is not None:
                # urllib3 sends the body under the connect timeout; a slow disk behind an upload
                # deserves the longer one.
                self.sock.settimeout(write_timeout)
                if public_only and self.proxy is None:
                    # Where the name led in the end: a check before the connection could be
                    # fooled by a name server that answers differently the second time.
                    require_public(str(self.sock.getpeername()[0]), self.host)
            sockets.add(self)

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            state.wrote = True
            super().send(data)  # type: ignore[misc]

        def abort(self) -> None:
            if self.sock is not None:
                try:
                    self.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # already gone

    class PlainLane(Noted, HTTPConnection):
        pass

    class SecureLane(Noted, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainLane

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureLane

    class Lanes(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, blocksize=BLOCK, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    session = library.Session()
    # No .netrc (it would replace our Authorization), no cookies (they would sign in beside it).
    session.trust_env = False
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        session.verify = bundle
    adapter = Lanes(pool_connections=8, pool_maxsize=LANES, max_retries=0, pool_block=True)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def encode_pairs(pairs: Iterable[tuple[str, object]]) -> list[tuple[str, str | int | bool]]:
    """Parameters without the empty ones."""
    return [(key, value) for key, value in pairs if isinstance(value, (str, int)) and value != ""]
