"""HTTP client for networks: one connection a request, each failure classified.

`ask` is for all that publishes nothing and may be repeated; `publish` for the one call that does.
What leaves no doubt that nothing was done (no connection was made) is TryLater for both. After the
first byte was written the outcome of `publish` is an answer, a refusal, or Unclear.
"""

from __future__ import annotations

import base64
import contextlib
import email.utils
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from posto_desktop import __version__
from posto_desktop.common import json_text
from posto_desktop.common.markup import decode_entities, strip_tags
from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.publishers.base import (
    Account,
    PublishError,
    RateLimited,
    Refused,
    ServerAway,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.http_sessions import (
    RequestTrace,
    current_route,
    new_session,
    proxies_of,
)
from posto_desktop.server.publishers.traffic import counted
from posto_desktop.server.redaction import clean, hide

__all__ = [
    "Http",
    "HttpAnswer",
    "HttpLimits",
    "forget_budgets",
    "is_scarce",
]

if TYPE_CHECKING:
    import requests

USER_AGENT = f"PostoDesktop/{__version__}"
CONNECT_SECONDS, SILENT_SECONDS = 15.0, 45.0
_SLOWEST = 32 * 1024
"""Bytes a second that an upload has to make."""
_MOST_ANSWER = 8 * 1024 * 1024
_MOST_REDIRECTS = 5
_LONGEST_SENTENCE = 300
_LONGEST_WAIT = 24 * 3600.0
_USUAL_WAIT = 60.0
_AWAY = 30.0
_KEPT_FOR_POSTS = 20
"""Requests of a budget that only posts may use."""
Body = bytes | Iterable[bytes]
Explain = Callable[["HttpAnswer"], PublishError | None]


@dataclass(frozen=True)
class HttpLimits:
    """What a request may take: seconds to connect, of silence and in all (None: by its size), bytes
    of the answer, and redirects."""

    connect: float
    silent: float
    total: float | None = None
    most_answer: int = _MOST_ANSWER
    redirects: int = _MOST_REDIRECTS


@dataclass(frozen=True)
class HttpAnswer:
    """What a server answered. `publishes` is whether the request was the one that publishes."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    publishes: bool = False

    def json(self) -> object:
        """The body as JSON, also behind what a badly kept site writes before it; None for what is
        none."""
        with contextlib.suppress(ValueError):
            return json_text.loads(self.body)
        if self.body.rstrip().rpartition(b"\n")[2] == b"[]":
            return []
        starts = (self.body.find(mark) for mark in (b'{"', b'[{"'))
        for start in sorted(position for position in starts if position > 0):
            with contextlib.suppress(ValueError):
                return json_text.loads(self.body[start:])
        return None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. What is none is Unclear where something may be published by
        that, and TryLater elsewhere."""
        value = self.json()
        if isinstance(value, dict):
            return value
        raise self.no_use()

    @property
    def fields(self) -> dict[str, Any]:
        """The body where it is a JSON object, {} where it is none."""
        value = self.json()
        return value if isinstance(value, dict) else {}

    def list(self) -> list[Any]:
        """The body as a JSON list, as `object`."""
        value = self.json()
        if isinstance(value, list):
            return value
        raise self.no_use()

    def no_use(self) -> PublishError:
        """The error for an answer that is not what it should be."""
        error_sentence = translatable(
            "Server", "{host} sent an answer that Posto does not understand."
        ).format(host=self.host)
        return Unclear(error_sentence) if self.publishes else TryLater(error_sentence, _AWAY)

    def sign_in_again(self) -> SignInAgain:
        """The error for an answer that does not take the credential."""
        sentence = (
            translatable("Server", "{host} does not accept the sign-in ({answer}). Sign in again.")
            if self.error_sentence
            else translatable("Server", "{host} does not accept the sign-in. Sign in again.")
        )
        answer = self.error_sentence.rstrip(".")
        return SignInAgain(sentence.format(host=self.host, answer=answer))

    @property
    def error_sentence(self) -> str:
        """The server's own sentence about what is wrong, "" without one."""
        return _sentence(self.json())


class Http:
    """The way to one server. `headers` may hold credentials: they go to that server's origin and
    nowhere else. `explain` may sort an answer of the status 400 and above differently."""

    def __init__(
        self,
        server: str,
        *,
        headers: Mapping[str, str] | None = None,
        proxy: str = "",
        budget: str = "",
        explain: Explain | None = None,
        limits: HttpLimits | None = None,
    ) -> None:
        require_safe(server)
        self.server = server.rstrip("/")
        self.host = urlsplit(self.server).hostname or ""
        self._headers = dict(headers or {})
        scheme, _, mark = self._headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            hide(mark)  # a password in another form
        self._proxy = proxy
        self._budget = budget
        self._explain = explain
        self._own_limits = limits

    @classmethod
    def of(
        cls,
        account: Account,
        headers: Mapping[str, str] | None = None,
        explain: Explain | None = None,
    ) -> Http:
        """The way to the server of an account, which has a budget of requests of its own."""
        return cls(
            account.server,
            headers=headers,
            proxy=account.proxy,
            budget=_budget_of(account),
            explain=explain,
        )

    @property
    def _limits(self) -> HttpLimits:
        return self._own_limits or HttpLimits(CONNECT_SECONDS, SILENT_SECONDS)

    def ask(self, method: str, path: str, **body: Any) -> HttpAnswer:
        """The answer to a request that may be repeated, its status below 300. Keywords: `params`,
        `json`, `form`, `data` with `length`, `headers`, `missing_is_fine` (404 is answered).
        Raises TryLater, RateLimited, SignInAgain and Refused."""
        return self._call(method, path, False, body)

    def publish(self, method: str, path: str, **body: Any) -> HttpAnswer:
        """The answer to the request that publishes. Raises Unclear, too."""
        return self._call(method, path, True, body)

    def _call(self, method: str, path: str, publishes: bool, body: dict[str, Any]) -> HttpAnswer:
        missing_is_fine = body.pop("missing_is_fine", False)
        url = path if "://" in path else f"{self.server}{path}"
        _budgets.require(self._budget)
        for _ in range(self._limits.redirects + 1):
            answer = self._once(method, url, publishes, body)
            _budgets.note(self._budget, answer)
            moved = answer.headers.get("Location", "")
            if answer.status not in (301, 302, 303, 307, 308) or not moved:
                break
            if not self._limits.redirects:
                raise _redirects(self.host)
            if method not in ("GET", "HEAD"):
                raise self._moved(answer)
            try:
                url = urljoin(url, moved)
                body = _carried_on(body, is_same=_origin(url) == _origin(self.server))
            except ValueError:
                raise Refused(
                    translatable("Server", "{host} redirects to an invalid address.").format(
                        host=self.host
                    )
                ) from None
        else:
            raise Refused(
                translatable("Server", "{host} redirects in a loop.").format(host=self.host)
            )
        if answer.status < 300 or (answer.status == 404 and missing_is_fine):
            return answer
        raise self._error(answer)

    def _moved(self, answer: HttpAnswer) -> PublishError:
        if answer.publishes and answer.status in (301, 302, 303):
            return Unclear(str(_redirects(self.host)))
        return TryLater(
            translatable("Server", "{host} has moved. Connect the account again.").format(
                host=self.host
            ),
            300,
        )

    def _error(self, answer: HttpAnswer) -> PublishError:
        error = self._explain(answer) if self._explain and answer.status >= 400 else None
        if error is not None:
            return error
        status, error_sentence = answer.status, answer.error_sentence
        if status == 429:
            wait = _wait(answer)
            return RateLimited(
                (
                    translatable("Server", "{host} accepts no more requests for now.").format(
                        host=self.host
                    )
                    + f" {error_sentence}"
                ).strip(),
                wait,
            )
        if status == 401:
            return answer.sign_in_again()
        if status >= 500 or status == 408 or status < 400:
            sentence = (
                translatable("Server", "{host} has a problem right now (status {status}).").format(
                    host=self.host, status=status
                )
                + f" {error_sentence}"
            ).strip()
            return Unclear(sentence) if answer.publishes else TryLater(sentence, _AWAY)
        if error_sentence:
            return Refused(f"{self.host}: {error_sentence}")
        return Refused(
            translatable("Server", "{host} did not accept this (status {status}).").format(
                host=self.host, status=status
            )
        )

    def _once(self, method: str, url: str, publishes: bool, body: dict[str, Any]) -> HttpAnswer:
        import requests as library

        require_safe(url)
        noted, route = RequestTrace(), current_route()
        host = urlsplit(url).hostname or ""
        headers = {"User-Agent": USER_AGENT, **body.get("headers", {})}
        if _origin(url) == _origin(self.server):
            headers |= self._headers
        size = _size(body)
        limits = self._limits
        total = limits.total or limits.connect + 2 * limits.silent + longest_upload(size)
        watch = threading.Timer(total, noted.end)
        watch.daemon = True
        watch.start()
        try:
            with new_session(noted, route) as session:
                response = session.request(
                    method,
                    url,
                    params=body.get("params"),
                    json=body.get("json"),
                    data=body.get("form") if "form" in body else counted(body.get("data")),
                    headers=headers,
                    timeout=(limits.connect, limits.silent),
                    allow_redirects=False,
                    stream=True,
                    proxies=proxies_of(url, self._proxy, route),
                    verify=True,
                )
                content = _read(response, limits.most_answer)
                if noted.is_too_long:  # what came until then may look whole
                    raise OSError("the answer took too long")
        except (library.exceptions.RequestException, OSError, ValueError) as error:
            # `from None`: the library's own errors quote addresses and headers.
            is_own = bool(self._budget) and _origin(url) == _origin(self.server)
            raise _failed(error, host, noted, publishes, is_own) from None
        finally:
            watch.cancel()
        return HttpAnswer(host, response.status_code, response.headers, content, publishes)


class _TooLongError(ValueError):
    pass


def _redirects(host: str) -> Refused:
    return Refused(translatable("Server", "{host} redirects to another address.").format(host=host))


def _read(response: requests.Response, most: int) -> bytes:
    content = bytearray()
    for piece in response.iter_content(65536):
        content += piece
        if len(content) > most:
            raise _TooLongError
    declared = response.headers.get("Content-Length", "")
    is_whole = response.headers.get("Content-Encoding") or response.request.method == "HEAD"
    if declared.isdigit() and not is_whole and len(content) < int(declared):
        raise OSError("the answer was cut")
    return bytes(content)


def _failed(
    error: Exception, host: str, noted: RequestTrace, publishes: bool, is_own: bool
) -> PublishError:
    """The error for a request without an answer; `is_own`: to the server of an account."""
    import requests.exceptions as kinds

    if not noted.is_connected:
        if isinstance(error, ValueError) and not isinstance(error, kinds.RequestException):
            return Refused(
                translatable("Server", "The address of {host} cannot be used.").format(host=host)
            )
        away = ServerAway if is_own else TryLater
        if isinstance(error, kinds.SSLError):
            return away(
                (
                    translatable(
                        "Server",
                        "The certificate of {host} cannot be verified. If this is your own server, "
                        "add its certificate under Settings > Network.",
                    ).format(host=host)
                ),
                _AWAY,
            )
        if isinstance(error, kinds.ProxyError):
            return away(translatable("Server", "The proxy cannot be reached."), _AWAY)
        return away(translatable("Server", "{host} cannot be reached.").format(host=host), _AWAY)
    if isinstance(error, _TooLongError):
        error_sentence = translatable("Server", "The answer of {host} is too large.").format(
            host=host
        )
    elif noted.is_too_long or isinstance(error, kinds.Timeout):
        error_sentence = translatable("Server", "{host} did not answer in time.").format(host=host)
    else:
        error_sentence = translatable("Server", "The connection to {host} was interrupted.").format(
            host=host
        )
    return Unclear(error_sentence) if publishes else TryLater(error_sentence, _AWAY)


def token_header(secret: Mapping[str, str]) -> dict[str, str]:
    """Return the header that signs in by the token of an account."""
    return {"Authorization": f"Bearer {secret.get('token', '')}"}


def basic_header(name: str, password: str) -> dict[str, str]:
    """Return the header that signs in by a name and a password."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def longest_upload(size: int) -> float:
    """Return the seconds that so many bytes may take."""
    return size / _SLOWEST


def require_safe(url: str) -> None:
    """Raise Refused for an address over which a password would be sent in the clear."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(translatable("Server", "The address of the server cannot be read.")) from None
    if parts.username or parts.password:
        raise Refused(
            translatable(
                "Server", "Remove the user name and password from the address of {host}."
            ).format(host=host)
        )
    if not host or parts.scheme not in ("http", "https"):
        raise Refused(translatable("Server", "The address of the server must begin with https://."))
    if parts.scheme == "http" and not is_loopback(host):
        raise Refused(
            translatable(
                "Server", "{host} must use https, because Posto sends it a password."
            ).format(host=host)
        )


def _carried_on(body: Mapping[str, Any], *, is_same: bool) -> dict[str, Any]:
    """Return what of a request goes on to the address of a redirect, which has parameters of its
    own: another origin gets nothing that may be a credential."""
    left_out = {"params"} if is_same else {"params", "headers", "json", "form", "data"}
    return {name: value for name, value in body.items() if name not in left_out}


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def _size(body: Mapping[str, Any]) -> int:
    data = body.get("data")
    if isinstance(data, bytes):
        return len(data)
    return int(body.get("length") or 0)


def _sentence(value: object) -> str:
    """What an answer in JSON says is wrong, in the ways of many servers."""
    if isinstance(value, list) and value:
        return _sentence(value[0])
    if not isinstance(value, dict):
        return ""
    for name in ("error_description", "message", "error", "detail", "description", "errors"):
        inner = value.get(name)
        if isinstance(inner, dict | list):
            inner = _sentence(inner)
        if isinstance(inner, str) and inner.strip():
            text = " ".join(decode_entities(strip_tags(inner)).split())
            return clean(text)[:_LONGEST_SENTENCE]
    return ""


# -- limits of requests ----------------------------------------------------------------------------


def _wait(answer: HttpAnswer) -> float:
    """Seconds that the server asks to wait."""
    headers, now = answer.headers, time.time()
    waits = [_seconds(headers.get("Retry-After"), now)]
    for name in ("X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset"):
        waits.append(_seconds(headers.get(name), now))
    fields = answer.fields
    inner = fields.get("parameters")
    waits += [
        _number(fields.get("retry_after")),
        _number(fields.get("retry_after_ms"), 1000),
        _number(inner.get("retry_after")) if isinstance(inner, dict) else None,
    ]
    known = [seconds for seconds in waits if seconds is not None]
    return min(max(1.0, *known), _LONGEST_WAIT) if known else _USUAL_WAIT


def _number(value: object, divisor: float = 1) -> float | None:
    return float(value) / divisor if isinstance(value, int | float) and value >= 0 else None


def _seconds(text: str | None, now: float) -> float | None:
    """Seconds until what a header says: a number, a Unix time or a date."""
    if not text:
        return None
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        moment = _moment(text)
        return None if moment is None else moment - now
    if not 0 <= number < 1e11:
        return None
    return number - now if number > 1e8 else number


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


class _Budgets:
    """Until when an account has used up what its server takes, as that server said, and how much
    it had left."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._left: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def require(self, budget: str) -> None:
        with self._lock:
            left = self._until.get(budget, 0.0) - time.monotonic()
        if budget and left > 0:
            raise RateLimited(
                translatable("Server", "The server accepts no more requests for now."), left
            )

    def note(self, budget: str, answer: HttpAnswer) -> None:
        if not budget:
            return
        left = next(
            (
                answer.headers[name]
                for name in ("X-RateLimit-Remaining", "RateLimit-Remaining")
                if name in answer.headers
            ),
            "",
        )
        if left.strip().isdecimal():
            with self._lock:
                self._left[budget] = (int(left), time.monotonic() + _wait(answer))
        if left.strip() == "0" or answer.status == 429:
            with self._lock:
                self._until[budget] = time.monotonic() + _wait(answer)

    def is_scarce(self, budget: str) -> bool:
        with self._lock:
            left, until = self._left.get(budget, (_KEPT_FOR_POSTS, 0.0))
            is_used_up = self._until.get(budget, 0.0) > time.monotonic()
        return is_used_up or (left < _KEPT_FOR_POSTS and until > time.monotonic())

    def clear(self) -> None:
        with self._lock:
            self._until.clear()
            self._left.clear()


_budgets = _Budgets()


def is_scarce(account: Account) -> bool:
    """Return whether the server takes so little of an account that posts need all of it."""
    return _budgets.is_scarce(_budget_of(account))


def _budget_of(account: Account) -> str:
    return f"{account.method} {account.id}"


def forget_budgets() -> None:
    """For tests: nobody has asked to wait."""
    _budgets.clear()
