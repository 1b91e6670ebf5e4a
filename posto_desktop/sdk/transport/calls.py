"""Calls to one service: requests, retries, and the meaning of answers."""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import (
    PrivateAddressError,
    address_of,
    is_loopback,
    may_be_public,
    proxies_for,
    require_public,
)
from posto_desktop.net.deadline import Deadline, total_seconds

from ..answer_bodies import Rows, read_body
from ..answers import UnreadableAnswer
from ..backoff import Backoff, read_retry_after
from ..credentials import clean_token
from ..endpoint import Endpoint, Params, joined, same_origin, split
from ..errors import (
    AuthenticationError,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
)
from ..faults import (
    SAFE_METHODS,
    answer_error,
    busy_error,
    cached_error,
    may_be_elsewhere,
    name_usual_port,
    unreadable_error,
)
from ..redact import HIDDEN, Redactor, bare_url, token_secrets
from ..wire import Answer, encoded
from .exchange import Body, Exchange
from .route import Route
from .throttle import Throttle

if TYPE_CHECKING:
    from ..resolver import FoundService

log = logging.getLogger("posto_desktop.sdk")

DEFAULT_TIMEOUT = (10.0, 60.0)
MAX_ANSWER = 16 * 1024 * 1024
"""Most bytes of an answer, unless the caller expects a longer one."""
MAX_REDIRECTS = 5

CANCEL_SECONDS = 0.2
"""Seconds in which a waiting call notices its cancellation."""
FRESH = "posto_fresh"
"""Query parameter that makes each read's address unique."""
WORTH_TELLING = 0.5
"""Shortest wait in seconds that is logged."""


class Transport(Exchange):
    """Requests to one service.

    ``timeout`` is (connect, read) in seconds, ``retries`` how often a safe request is repeated. A
    call with all its repeats and pauses is limited by `net.deadline.total_seconds`, and by the
    deadline of the operation that it is a part of. A request that the host surely did not carry out
    because it asks to wait (429, maintenance) is repeated, whatever it is, while the call's waits
    stay within ``max_wait`` seconds too. ``throttle`` is shared with other transports to the same
    host. ``sleep`` and ``backoff`` are for tests. ``token`` follows ``Basic``; None = anonymous.
    ``route`` has the proxy and the trusted certificates. ``resolve`` (see
    `connect.EndpointResolver`) is called at most once, if the routes seem not to be at `endpoint`
    before the first good answer; `endpoint` is then replaced. ``allow_private`` lets `stream` fetch
    from other private addresses, too.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        token: str | None,
        *,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT,
        retries: int = 2,
        max_wait: float = 0.0,
        throttle: Throttle | None = None,
        sleep: Callable[[float], None] | None = None,
        backoff: Backoff | None = None,
        user_agent: str = "Posto-Desktop",
        route: Route | None = None,
        resolve: Callable[[Endpoint, PostoError], FoundService] | None = None,
        allow_private: bool = False,
    ) -> None:
        super().__init__(timeout, user_agent=user_agent, route=route)
        self.endpoint = endpoint
        self.retries = max(0, retries)
        self.redact = Redactor(token_secrets(token) if token else ())
        self._token = token
        self._resolve = resolve
        self._allow_private = allow_private
        self._resolving = threading.Lock()
        self._names_itself = False
        self._backoff = backoff or Backoff()
        self.max_wait = max_wait
        self.throttle = throttle or Throttle()
        self._never_asked = secrets.token_hex(4)
        self._asked = itertools.count()
        self._test_sleep = sleep
        self._slept = 0.0  # by a test's `sleep`, which takes no time

    @classmethod
    def of(cls, base_url: Transport | str, auth_token: str = "") -> Transport:
        """Return the transport itself, or a new one for an address and a token, as in scripts."""
        if isinstance(base_url, str):
            return cls(Endpoint.parse(base_url), clean_token(auth_token))
        return base_url

    def __repr__(self) -> str:
        return f"<Transport {self.endpoint.base}>"

    # -- the calls ---------------------------------------------------------------------------

    def get(self, route: str, params: Params = (), **options: Any) -> object:
        """Return the JSON value of a GET. Raises as `call`."""
        return self.call("GET", route, params=params, **options).data

    def post(self, route: str, json: object, **options: Any) -> object:
        """Return the JSON value of a POST of `json`. Never repeated once it may have been carried
        out."""
        return self.call("POST", route, json=json, **options).data

    def call(  # noqa: C901 - one loop of tries, which share what they know
        self,
        method: str,
        route: str,
        *,
        params: Params = (),
        json: object = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        timeout: tuple[float, float] | None = None,
        cancel: threading.Event | None = None,
        empty_ok: bool = False,
        is_good: Callable[[Any], bool] | None = None,
        current: bool = False,
        most: int | None = None,
        rows: Rows | None = None,
    ) -> Answer:
        """Make one API call and read its answer.

        Raises `AuthenticationError`, `ServiceError` or `NetworkError`; for the latter two
        ``maybe_sent`` tells whether the call may have been carried out, and ``retry_after`` when
        the service wants to be asked again. `repeatable` defaults to True for GET and HEAD; `body`
        is bytes or an object with ``__len__``, ``read`` and ``rewind``. `cancel` ends waits. JSON
        that `is_good` accepts is an answer even with an error, under any status; the error is its
        ``complaint``. Reads bypass caches by a unique address; with `current` an answer that still
        declares itself cached raises `ServiceError` (``reason="cached"``). `most` is the limit of
        the answer in bytes, default `MAX_ANSWER`; `rows` converts the rows of a long one, see
        `answer_bodies`.
        """
        safe = method in SAFE_METHODS if repeatable is None else repeatable
        sent = {"Accept": "application/json", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Basic {self._token}"
        data = body
        if json is not None:
            data = encoded(json)
            sent.setdefault("Content-Type", "application/json; charset=utf-8")
        if method in SAFE_METHODS:
            # Caches in front of a site keep lists for minutes despite headers; a unique address
            # misses them. WordPress ignores the parameter.
            sent["Cache-Control"] = "no-cache"
            params = [*params, (FRESH, f"{self._never_asked}{next(self._asked)}")]
        endpoint = self.endpoint
        waits = timeout or self.timeout
        deadline = Deadline(
            total_seconds(waits, len(data) if data is not None else 0),
            waits[1],
            writes=method not in SAFE_METHODS,
            check=None if cancel is None else partial(self._check, cancel),
            clock=self._now,
        )
        tried = refusals = 0
        waited = pause = 0.0
        lost: NetworkError | ServiceError | None = None
        while True:
            started, asked = time.monotonic(), False
            try:
                if pause:
                    self.rest(pause, cancel)
                waited += self._wait_for_turn(method, route, waited, cancel, deadline)
                started, asked = time.monotonic(), True
                answer = self._once(
                    method,
                    endpoint.url(route, params),
                    route,
                    sent,
                    data,
                    waits,
                    deadline,
                    empty_ok,
                    is_good,
                    most,
                    rows,
                )
            except (AuthenticationError, NetworkError, ServiceError) as error:
                self._log(method, route, tried + refusals, started, error)
                if asked and self._look_elsewhere(endpoint, error):
                    endpoint, pause = self.endpoint, 0.0
                    if data is not None and not isinstance(data, bytes):
                        data.rewind()
                    continue
                if isinstance(error, AuthenticationError):
                    raise
                if error.maybe_sent:
                    lost = error
                wait: float | None = None
                if not asked:
                    again = False
                elif error.failure.is_asked:
                    wait = self._backoff.busy_wait(refusals, error.retry_after)
                    self.throttle.ask(wait, self._now(), error.reason or "busy")
                    refusals += 1
                    again, pause = waited + wait <= self.max_wait, 0.0
                else:
                    wait = self._wait_before_repeat(error, safe, tried, waited)
                    again, pause = wait is not None, wait or 0.0
                    tried += 1
                again = again and (wait or 0.0) < deadline.left
                if not again or self._closed.is_set():
                    if isinstance(error, NetworkError) and self._resolve is not None:
                        name_usual_port(error, endpoint.base)
                    try:
                        # Remember an earlier try that may have been carried out.
                        raise error if error.maybe_sent or lost is None else lost
                    finally:
                        lost = None  # an error held by this frame would keep the frame alive
                if data is not None and not isinstance(data, bytes):
                    data.rewind()
            else:
                self._log(method, route, tried + refusals, started, answer.status)
                if current and answer.from_cache:
                    raise cached_error(self.endpoint.host)
                self._resolve = None  # the routes are here
                return answer

    def _look_elsewhere(
        self, asked: Endpoint, error: AuthenticationError | NetworkError | ServiceError
    ) -> bool:
        """Return whether the routes turn out to be elsewhere than `asked`, and the call can be
        repeated there. Raises the resolver's error instead of `error`."""
        if not may_be_elsewhere(error):
            return False
        with self._resolving:  # calls that fail meanwhile wait for the same answer
            if self.endpoint == asked:
                resolve, self._resolve = self._resolve, None
                if resolve is None:
                    return False
                try:
                    service = resolve(asked, error)
                except (AuthenticationError, NetworkError, ServiceError) as explained:
                    if isinstance(explained, NetworkError) and explained.reason != "insecure_http":
                        self._resolve = resolve  # the site was out of reach: ask it again
                        raise error from explained
                    if error.maybe_sent:
                        raise error from explained
                    raise
                if service.endpoint == asked:
                    return False
                log.info("the routes are at %s", service.endpoint.base)
                self.endpoint = service.endpoint
                self._names_itself = service.names_itself
        # An address without the routes cannot have carried anything out. A write is repeated only
        # if the site itself named the new place.
        return self._names_itself or not error.maybe_sent

    def _wait_for_turn(
        self,
        method: str,
        route: str,
        waited: float,
        cancel: threading.Event | None,
        deadline: Deadline,
    ) -> float:
        """Wait out the host's pause; return the seconds waited. Raises `ServiceError` if that would
        exceed the call's time or total wait."""
        total = 0.0
        while True:
            self._check(cancel)
            asks = self.throttle.asks
            most = min(self.max_wait - waited - total, deadline.left)
            wait = self.throttle.turn(self._now(), most)
            if not wait:
                return total
            if wait > most:
                raise busy_error(self.endpoint.host, wait, self.throttle.why)
            if wait >= WORTH_TELLING:
                host = self.endpoint.host
                log.warning("%s asks to wait: %s %s goes on in %.0f s", host, method, route, wait)
            self.rest(wait, cancel)
            total += wait
            if self.throttle.asks == asks:
                return total

    def rest(self, seconds: float, cancel: threading.Event | None = None) -> None:
        """Wait. Raises `Cancelled` soon after `cancel` is set, and `NetworkError` when the
        transport is closed."""
        self._check(cancel)
        if self._test_sleep is not None:
            self._test_sleep(seconds)
            self._slept += seconds
        elif cancel is None:
            self._closed.wait(seconds)
        else:
            ends = time.monotonic() + seconds
            while (left := ends - time.monotonic()) > 0 and not cancel.is_set():
                if self._closed.wait(min(left, CANCEL_SECONDS)):
                    break
        self._check(cancel)

    def _now(self) -> float:
        return time.monotonic() + self._slept

    def _wait_before_repeat(
        self, error: NetworkError | ServiceError, safe: bool, tried: int, waited: float
    ) -> float | None:
        """Return the seconds before repeating the request; None = it must not be repeated."""
        failure = error.failure
        if not failure.passes or not failure.repeats(self.retries, tried + 1):
            return None
        if failure.is_maybe and not safe:
            return None
        if failure.wait is not None and waited + failure.wait > self.max_wait:
            return None  # too long to keep a caller waiting; the error has the figure
        return self._backoff.wait(tried, failure.wait)

    def _once(
        self,
        method: str,
        url: str,
        route: str,
        headers: Mapping[str, str],
        data: Body | None,
        timeout: tuple[float, float],
        deadline: Deadline,
        empty_ok: bool,
        is_good: Callable[[Any], bool] | None,
        most: int | None,
        rows: Rows | None,
    ) -> Answer:
        host = self.endpoint.host
        response = self._send(method, url, headers, data, timeout, deadline)
        try:
            pieces = self._read(response, most or MAX_ANSWER, timeout, method=method)
        finally:
            response.close()
        status = response.status_code
        body = read_body(pieces if method != "HEAD" else (), rows)
        del pieces
        value, problem, text = body.value, body.problem, body.text
        if body.is_empty and not empty_ok and method != "HEAD" and status != 204:
            problem = UnreadableAnswer(translatable("Sdk", "it is empty"))
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
            location=bare_url(joined(url, location)) if location else "",
            retry_after=retry_after,
        )
        if fault is None and problem is not None:
            fault = unreadable_error(
                host=host, method=method, status=status, text=shown, why=str(problem)
            )
        if fault is not None:
            fault.args = (self.redact(fault),)
            fault.english_message = self.redact(fault.english_message)
            if is_good is None or problem is not None or not is_good(value):
                raise fault
        return Answer(
            status,
            value,
            response.headers,
            text if problem is None else shown,
            fault.english_message if fault is not None else "",
        )

    def probe(self, url: str, deadline: Deadline | None = None) -> Answer:
        """GET a public page without credentials; any status is an answer.

        ``data`` is the JSON value or None. Network faults raise `NetworkError` as usual. Several
        probes can share one `deadline`.
        """
        deadline = deadline or Deadline(total_seconds(self.timeout), self.timeout[1])
        tried = 0
        while True:
            self._check(None)
            try:
                response = self._send(
                    "GET", url, {"Accept": "application/json"}, None, self.timeout, deadline
                )
                try:
                    body = read_body(self._read(response, MAX_ANSWER, self.timeout))
                finally:
                    response.close()
            except NetworkError as error:
                wait = self._wait_before_repeat(error, True, tried, 0.0)
                if wait is None or error.reason == "timeout":
                    raise
                tried += 1
                self.rest(wait)
                continue
            return Answer(response.status_code, body.value, response.headers, body.text)

    # -- downloads -----------------------------------------------------------------------------

    def stream(
        self,
        url: str,
        write: Callable[[bytes], object],
        *,
        limit: int,
        timeout: tuple[float, float] | None = None,
        total: float = 120.0,
        cancel: threading.Event | None = None,
        accept: str = "*/*",
        answered: Callable[[str, Mapping[str, str]], object] | None = None,
    ) -> Mapping[str, str]:
        """GET `url` in pieces into `write`; return the headers of the last answer.

        Addresses come from services, pages and files of others. So only the service's own origin
        may be at a private address; anywhere else must be public, and gets no password. At most
        five redirects are followed, each checked like the first address, never from https to http.
        More than `limit` bytes or `total` seconds raise `ServiceError` or `NetworkError`, a private
        address `MediaUploadError` (``reason="private_address"``). `answered` is called with the
        last address and its headers before anything is read; exceptions of it and of `write` end
        the download.
        """
        waits = timeout or self.timeout
        deadline = Deadline(
            total, waits[1], check=None if cancel is None else partial(self._check, cancel)
        )
        at = url
        for _hop in range(MAX_REDIRECTS + 1):
            self._check(cancel)
            parts = split(at)
            if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
                bare = bare_url(at)
                name = "This" if bare == HIDDEN else bare
                raise MediaUploadError(
                    translatable("Sdk", "{name} is not a web address.").format(name=name),
                    reason="address",
                )
            headers = {"Accept": accept}
            own = same_origin(at, self.endpoint.base)
            public_only = not (own or self._allow_private)
            if self._token and own:
                headers["Authorization"] = f"Basic {self._token}"
            try:
                if public_only:
                    self._check_public(at, parts.hostname)
                response = self._send(
                    "GET", at, headers, None, waits, deadline, public_only=public_only
                )
            except PrivateAddressError as error:
                sentence = translatable(
                    "Sdk",
                    "{host} lies in a private network, so nothing is fetched from there. "
                    "Download the file yourself and attach it.",
                ).format(host=error.host)
                raise MediaUploadError(
                    sentence, user_message=sentence, reason="private_address"
                ) from None
            try:
                location = response.headers.get("Location")
                if response.status_code in {301, 302, 303, 307, 308} and location:
                    following = joined(at, location)
                    if parts.scheme == "https" and not following.lower().startswith("https:"):
                        raise MediaUploadError(
                            translatable("Sdk", "{host} sends to an address without https.").format(
                                host=parts.hostname
                            ),
                            reason="insecure_http",
                        )
                    at = following
                    continue
                if response.status_code != 200:
                    raise ServiceError(
                        f"{parts.hostname} answered {response.status_code}",
                        user_message=translatable("Sdk", "{host} answered {status}.").format(
                            host=parts.hostname, status=response.status_code
                        ),
                        reason="refused",
                        status=response.status_code,
                    )
                if answered is not None:
                    answered(at, response.headers)
                self._read(response, limit, waits, write, cancel)
                return response.headers
            finally:
                response.close()
        raise MediaUploadError(
            translatable("Sdk", "{address} redirects in a loop.").format(address=bare_url(url)),
            reason="redirect_loop",
        )

    def _check_public(self, url: str, host: str) -> None:
        """Refuse an address that is visibly not public. Connections refuse private ones, too; but
        if a proxy connects, only this check applies."""
        address = address_of(host)
        if address:
            require_public(address, host)
        elif is_loopback(host) or (proxies_for(url, self.route.proxy) and not may_be_public(host)):
            raise PrivateAddressError(host)

    def _log(self, method: str, route: str, tried: int, started: float, outcome: object) -> None:
        if log.isEnabledFor(logging.DEBUG):
            spent = (time.monotonic() - started) * 1000
            again = f" (try {tried + 1})" if tried else ""
            log.debug("%s %s -> %s in %.0f ms%s", method, route, self.redact(outcome), spent, again)
