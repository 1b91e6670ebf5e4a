"""Converts bad answers and broken connections to errors with sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil
from urllib.parse import unquote, urlsplit

from posto_desktop.common.translation import english, translatable

from .answers import as_int, as_mapping, ended, error_of, looks_like_html, page_title
from .errors import AuthenticationError, NetworkError, PostoError, Remedy, ServiceError
from .remedies import AUTHORIZATION_HEADER, CERTIFICATE, MEMORY, UPLOAD_LIMIT

PLUGIN = "fs-poster/"
_REMEDIES = {"memory": MEMORY, "too_large": UPLOAD_LIMIT}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_AWAY = frozenset((502, 503, 521, 523, 525, 526, 530))
"""The server is away or overloaded, by its own word or that of a proxy in front of it. Those from
521 on are Cloudflare's, who also has 522 and 524: no answer in time."""
_UNCONNECTED = frozenset({"ConnectTimeoutError", "ConnectTimeout", "EmptyPoolError"})
_TIMEOUTS = _UNCONNECTED | {"ReadTimeoutError", "ReadTimeout", "TimeoutError"}
_PROXY_ERRORS = frozenset(
    {
        "GeneralProxyError",
        "ProxyConnectionError",
        "ProxyError",
        "SOCKS5AuthError",
        "SOCKS5Error",
    }
)
_WANTS_PASSWORD = re.compile(r"\b407\b")  # not part of a port number


def answer_error(
    *,
    host: str,
    method: str,
    route: str,
    status: int,
    data: object,
    text: str,
    location: str = "",
    retry_after: float | None = None,
) -> PostoError | None:
    """Return the error of an answer, or None for a good one.

    `data` is the JSON value or None; `text` the body if it was no JSON, already redacted.
    """
    refusal = error_of(data)
    code, message = refusal if refusal else (None, "")
    if status < 300 and code is not None:
        # PHP printed something before WordPress could set the status; the body has it, too.
        status = as_int(as_mapping(as_mapping(data).get("data")).get("status")) or status
    writes = method not in SAFE_METHODS
    if 300 <= status < 400:
        return _redirect_error(host, status, route, location, writes)
    if status == 401 or (status == 403 and refusal):
        return _auth_error(host, status, code, message)
    if status < 400:
        if refusal:
            return ServiceError(
                message, reason="refused", status=status, code=code, user_message=ended(message)
            )
        return None
    page = page_title(text) if not refusal and looks_like_html(text) else ""
    technical = f"{host} answered {status}" + (f" {code}" if code else "")
    technical += f": {message or page}" if message or page else ""
    memory = _memory_limit(data)
    if memory:
        reason, maybe = "memory", writes
        sentence = translatable(
            "Sdk", "{host} ran out of memory. Its PHP limit is {memory}."
        ).format(host=host, memory=memory)
    else:
        reason, sentence, maybe = _status_words(host, route, status, code, message, writes)
    if reason in {"busy", "maintenance"}:
        sentence += f" {try_again(retry_after)}"
    return ServiceError(
        technical,
        user_message=sentence,
        reason=reason,
        status=status,
        code=code,
        maybe_sent=maybe,
        retry_after=retry_after,
    ).with_remedies(_REMEDIES.get(reason, ()))


def _redirect_error(
    host: str, status: int, route: str, location: str, writes: bool
) -> ServiceError:
    """Return the error of a redirect. A moved site redirects to another host, or to the same route,
    before doing anything. For another page of the site the result is unknown."""
    technical = f"{host} answered {status} (to {location or 'nowhere'})"
    to = urlsplit(location)
    if writes and to.netloc == host and route.strip("/") not in unquote(to.path):
        return ServiceError(
            technical,
            user_message=translatable(
                "Sdk", "{host} redirected to a page, {location}, instead of sending data."
            ).format(host=host, location=location),
            reason="moved",
            status=status,
            maybe_sent=True,
        )
    sentences = [translatable("Sdk", "{host} has moved.").format(host=host)]
    if location:
        sentences.append(
            translatable("Sdk", "It now points to {location}.").format(location=location)
        )
    sentences.append(
        translatable("Sdk", "Sign in again with the new address. Nothing was carried out.")
    )
    return ServiceError(
        technical,
        user_message=" ".join(sentences),
        reason="moved",
        status=status,
    )


def _memory_limit(data: object) -> str:
    """Return PHP's memory limit, if WordPress reports that it was exceeded."""
    fatal = as_mapping(as_mapping(as_mapping(data).get("data")).get("error")).get("message")
    match = re.search(r"Allowed memory size of ([0-9]{1,15}) bytes exhausted", str(fatal))
    return f"{int(match.group(1)) / 1024 / 1024:.0f} MB" if match else ""


def busy_error(host: str, wait: float, why: str) -> ServiceError:
    """Return the error for a request that is not made because of a recent pause of the host; `why`
    is ``busy`` or ``maintenance``."""
    status = 503 if why == "maintenance" else 429
    _reason, sentence, _maybe = _status_words(host, "", status, "wp_die", "", writes=False)
    return ServiceError(
        f"{host} asked for {wait:.0f} s without requests",
        user_message=f"{sentence} {try_again(wait)}",
        reason=why,
        status=status,
        retry_after=wait,
    )


def cached_error(host: str) -> ServiceError:
    """Return the error for a cached answer where a current one is required."""
    return wrong_answer(
        "the answer comes from a cache",
        translatable(
            "Sdk", "{host} answered with old data from a cache. Exclude /wp-json/ from its cache."
        ).format(host=host),
        reason="cached",
    )


def try_again(seconds: float | None) -> str:
    """Return when to retry; rounded up, since an earlier retry would be refused."""
    if seconds is None:
        return translatable("Sdk", "Try again later.")
    if seconds > 1.5 * 3600:
        return english("Sdk", "Try again in %n hour(s).", "", ceil(seconds / 3600))
    if seconds > 1.5 * 60:
        return english("Sdk", "Try again in %n minute(s).", "", ceil(seconds / 60))
    return english("Sdk", "Try again in %n second(s).", "", max(1, ceil(seconds)))


def lasting(seconds: float) -> str:
    """Return a rounded duration in words: "40 seconds", "3 minutes"."""
    if seconds >= 2 * 3600:
        return english("Sdk", "%n hour(s)", "", round(seconds / 3600))
    if seconds >= 2 * 60:
        return english("Sdk", "%n minute(s)", "", round(seconds / 60))
    return english("Sdk", "%n second(s)", "", max(1, round(seconds)))


def unreadable_error(*, host: str, method: str, status: int, text: str, why: str) -> ServiceError:
    """Return the error for an answer that is not JSON. A write may have been carried out anyway."""
    page = page_title(text) if looks_like_html(text) else ""
    if looks_like_html(text):
        sentence = (
            translatable(
                "Sdk",
                "{host} answered with a web page instead of data (“{page}”). The address may be "
                "wrong, or a firewall blocks Posto.",
            )
            if page
            else translatable(
                "Sdk",
                "{host} answered with a web page instead of data. The address may be wrong, or a "
                "firewall blocks Posto.",
            )
        ).format(host=host, page=page)
        reason = "html"
    else:
        sentence = translatable("Sdk", "The answer of {host} could not be read: {why}.").format(
            host=host, why=why
        )
        reason = "unreadable"
    return ServiceError(
        f"{host} answered {status}, but {why}" + (f" ({page})" if page else ""),
        user_message=sentence,
        reason=reason,
        status=status,
        maybe_sent=method not in SAFE_METHODS,
    )


def may_be_elsewhere(error: PostoError) -> bool:
    """Return whether a first answer suggests that the site's routes are elsewhere or missing.

    WordPress's REST API answers in JSON with error codes; redirects, web pages and a plain 404 come
    from something else. A 401 can have reasons that only the public index reveals.
    """
    if isinstance(error, AuthenticationError):
        return error.status == 401
    if not isinstance(error, ServiceError):
        return False
    if error.code is not None:  # below a renamed address of the routes everything is missing
        return error.code == "rest_no_route"
    return error.reason in {"moved", "html", "firewall"} or error.status in {404, 405}


def name_usual_port(error: NetworkError, base: str) -> None:
    """Add the requested port to a connection refusal if the address names none."""
    parts = urlsplit(base)
    if error.is_refused and parts.port is None:
        usual = {"http": 80, "https": 443}[parts.scheme]
        error.english_message = translatable(
            "Sdk",
            "{host} is not responding on port {usual}, the default for {scheme}. If the "
            "site uses another port, add it to the address, for example {host}:8080. "
            "Nothing was sent.",
        ).format(host=parts.netloc, usual=usual, scheme=parts.scheme)


def wrong_answer(
    why: str, sentence: str, *, maybe_sent: bool = False, reason: str = "unreadable"
) -> ServiceError:
    """Return the error for a readable but unexpected answer. `sentence` is for people."""
    return ServiceError(
        why, user_message=sentence, reason=reason, status=200, maybe_sent=maybe_sent
    )


def _auth_error(host: str, status: int, code: str | None, message: str) -> AuthenticationError:
    if status == 401:
        # WordPress gives one answer for a wrong password, a password removed by a proxy, and
        # disabled application passwords, so the sentence must name all of them.
        return AuthenticationError(
            f"{host} answered 401 {code or ''}".rstrip(),
            user_message=translatable(
                "Sdk",
                "{host} did not accept the sign-in. The user name or the application "
                "password is wrong, or the web server drops the Authorization header.",
            ).format(host=host),
            reason="wrong_password",
            status=status,
            code=code,
        ).with_remedies(AUTHORIZATION_HEADER)
    return AuthenticationError(
        f"{host} answered 403 {code or ''}: {message}",
        user_message=translatable(
            "Sdk", "{host} does not allow this account to do that: {message}"
        ).format(host=host, message=ended(message)),
        reason="not_allowed",
        status=status,
        code=code,
    )


def _status_words(
    host: str, route: str, status: int, code: str | None, message: str, writes: bool
) -> tuple[str, str, bool]:
    """Return (reason, sentence, maybe carried out) for a status of 400 and more."""
    quote = (
        (" " + translatable("Sdk", "It said: {message}").format(message=ended(message)))
        if message
        else ""
    )
    if status == 403:
        sentence = translatable(
            "Sdk",
            "A firewall or security plugin of {host} blocked the request (403). Allow Posto there.",
        ).format(host=host)
        return "firewall", sentence, False
    if status == 404 and code == "rest_no_route" and route.startswith(PLUGIN):
        return (
            "no_plugin",
            translatable("Sdk", "{host} has no FS Poster plugin, or one too old for this.").format(
                host=host
            ),
            False,
        )
    if status == 404 and not code:
        return (
            "wrong_address",
            translatable("Sdk", "{host} has nothing at this address (404).").format(host=host),
            False,
        )
    if status == 407:
        words = translatable(
            "Sdk", "The proxy to {host} rejected its user name or password."
        ).format(host=host)
        return "offline", f"{words} " + translatable("Sdk", "Nothing was sent."), False
    if status == 413:
        return (
            "too_large",
            translatable(
                "Sdk", "{host} does not accept requests this large (413). Nothing was sent."
            ).format(host=host),
            False,
        )
    if status == 507:
        return "no_room", _no_room_words(host, code, message, quote), False
    if status == 429:
        return (
            "busy",
            translatable("Sdk", "{host} received too many requests (429).").format(host=host),
            False,
        )
    if status < 500:
        return (
            "refused",
            translatable("Sdk", "{host} refused the request ({status}).").format(
                host=host, status=status
            )
            + quote,
            False,
        )
    if code is not None and code.startswith("rest_"):
        # WordPress reports permanent refusals as 500 too; it finished and says so.
        return (
            "refused",
            translatable("Sdk", "{host} refused the request.").format(host=host) + quote,
            False,
        )
    if status == 503 and code == "wp_die":
        # Maintenance mode ends WordPress before any plugin is loaded. It always says "Check back
        # in a minute", whatever its Retry-After is.
        return (
            "maintenance",
            translatable("Sdk", "{host} is down for maintenance.").format(host=host),
            False,
        )
    if status in {504, 524, 522, 408}:
        return (
            "timeout",
            translatable("Sdk", "{host} did not answer in time ({status}).").format(
                host=host, status=status
            ),
            writes,
        )
    return (
        "unavailable",
        _unavailable_words(status).format(host=host, status=status) + quote,
        writes,
    )


def _no_room_words(host: str, code: str | None, message: str, quote: str) -> str:
    if code == "posto_upload_quota":
        return ended(message)  # the host has room: it is the person's share that is used up
    return translatable("Sdk", "{host} has no storage space left.").format(host=host) + quote


def _unavailable_words(status: int) -> str:
    if status in _AWAY:
        return translatable("Sdk", "{host} cannot answer right now ({status}).")
    return translatable("Sdk", "{host} has an internal error ({status}).")


def network_error(
    error: BaseException,
    *,
    url: str,
    wrote: bool,
    method: str,
    read_timeout: float,
    total: float = 0.0,
    is_sent: bool = True,
) -> NetworkError:
    """Return the error for a failure below HTTP. `wrote`: a byte of the request left this computer;
    `is_sent`: all of it did; `total` is its time limit in seconds."""
    address = urlsplit(url)
    host = address.hostname or ""
    maybe = wrote and method not in SAFE_METHODS
    chain = list(_chain(error))
    names = {type(link).__name__ for link in chain}
    chain_text = " ".join(str(link) for link in chain)
    unsent = "" if maybe else (" " + translatable("Sdk", "Nothing was sent."))
    remedies: tuple[Remedy, ...] = ()
    refused = False
    if tls_fault := _tls_fault(host, address.netloc, names, chain_text, chain, wrote):
        reason = "tls"
        sentence, remedies = f"{tls_fault[0]}{unsent}", tls_fault[1]
    elif words := _proxy_words(host, names, chain_text):
        reason, sentence = "offline", f"{words}{unsent}"
    elif names & {"NameResolutionError", "gaierror"}:
        reason = "offline"
        sentence = (
            translatable(
                "Sdk",
                "{host} could not be found. The address is wrong or this computer is offline.",
            ).format(host=host)
            + unsent
        )
    elif "EndlessHead" in names and wrote and "DeadlineExceeded" not in names:
        reason = "broken"
        sentence = translatable(
            "Sdk", "The answer of {host} could not be read: its headers do not end."
        ).format(host=host)
    elif "DeadlineExceeded" in names and wrote:
        reason, sentence = "timeout", _deadline_words(host, is_sent, total)
    elif names & _TIMEOUTS:
        reason, sentence = (
            "timeout",
            translatable("Sdk", "{host} could not be reached in time.").format(host=host) + unsent,
        )
        if wrote and not names & _UNCONNECTED:
            sentence = translatable(
                "Sdk", "{host} did not answer within {seconds} seconds."
            ).format(host=host, seconds=f"{read_timeout:g}")
    elif "ConnectionRefusedError" in names:
        reason, sentence = (
            "offline",
            translatable("Sdk", "{host} is not responding.").format(host=address.netloc) + unsent,
        )
        refused = True
    elif not wrote:
        reason, sentence = (
            "offline",
            translatable("Sdk", "{host} cannot be reached.").format(host=host) + unsent,
        )
    else:
        reason, sentence = (
            "broken",
            translatable("Sdk", "The connection to {host} broke before the answer arrived.").format(
                host=host
            ),
        )
    return NetworkError(
        f"{host}: {type(chain[-1]).__name__} ({reason})",
        user_message=sentence,
        reason=reason,
        maybe_sent=maybe,
        is_refused=refused,
    ).with_remedies(remedies)


def _tls_fault(
    host: str,
    site: str,
    names: set[str],
    chain_text: str,
    chain: Sequence[BaseException],
    wrote: bool,
) -> tuple[str, tuple[Remedy, ...]] | None:
    """Return why TLS failed, and what helps; None for other failures."""
    if "SSLCertVerificationError" in names or "CERTIFICATE_VERIFY_FAILED" in chain_text:
        why, own = _certificate_words(host, chain)
        return why, CERTIFICATE if own else ()
    if "WRONG_VERSION_NUMBER" in chain_text and not wrote:
        return (
            translatable(
                "Sdk",
                "{site} does not use https. Check the port, and whether the site has a "
                "certificate.",
            ).format(site=site),
            (),
        )
    if names & {"SSLError", "SSLZeroReturnError", "SSLEOFError"} and not wrote:
        return translatable(
            "Sdk", "{host} did not set up a secure connection. Check its certificate."
        ).format(host=host), ()
    return None


def _proxy_words(host: str, names: set[str], chain_text: str) -> str:
    """Return what is wrong with the proxy; "" for other failures."""
    if names & _PROXY_ERRORS and (_WANTS_PASSWORD.search(chain_text) or "SOCKS5AuthError" in names):
        return translatable(
            "Sdk", "The proxy to {host} rejected its user name or password."
        ).format(host=host)
    if "ProxyConnectionError" in names or (
        "ProxyError" in names and "Tunnel connection failed" not in chain_text
    ):
        return translatable("Sdk", "The proxy to {host} cannot be reached.").format(host=host)
    if names & _PROXY_ERRORS:
        return translatable("Sdk", "The proxy to {host} blocked the connection.").format(host=host)
    return ""


def _deadline_words(host: str, is_sent: bool, total: float) -> str:
    if is_sent:
        return translatable("Sdk", "{host} did not finish its answer within {duration}.").format(
            host=host, duration=lasting(total)
        )
    return translatable(
        "Sdk", "{host} received the data too slowly: the upload took more than {duration}."
    ).format(host=host, duration=lasting(total))


def _certificate_words(host: str, chain: Sequence[BaseException]) -> tuple[str, bool]:
    """Return (why a certificate is not trusted, whether adding a certificate can help).

    The numbers are OpenSSL's X509_V_ERR_… of ``openssl/x509_vfy.h``.
    """
    number = next((int(link.verify_code) for link in chain if hasattr(link, "verify_code")), None)
    if number == 10:
        return (
            translatable(
                "Sdk",
                "The certificate of {host} has expired. Ask the site's owner to renew it, "
                "and check the clock of this computer.",
            ).format(host=host)
        ), False
    if number == 9:
        return (
            translatable(
                "Sdk",
                "The certificate of {host} is not valid yet. Check the clock of this computer.",
            ).format(host=host)
        ), False
    if number in {62, 64}:
        return (
            translatable(
                "Sdk",
                "The certificate of {host} belongs to another name, so this may be another "
                "computer. Check the address, and try it with or without www.",
            ).format(host=host)
        ), False
    if number == 18:
        return (
            translatable(
                "Sdk",
                "The certificate of {host} is self-signed, so this may be another computer. "
                "If the site is yours, let Posto trust it.",
            ).format(host=host)
        ), True
    if number in {2, 19, 20, 21}:
        return (
            translatable(
                "Sdk",
                "The certificate of {host} comes from an unknown authority, so this may be "
                "another computer. If it is your company's, let Posto trust it. Otherwise "
                "the site must send its whole certificate chain.",
            ).format(host=host)
        ), True
    return (
        translatable(
            "Sdk", "The certificate of {host} is not trusted, so this may be another computer."
        ).format(host=host)
    ), True


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and everything it wraps: urllib3 keeps the cause in ``reason`` or in its
    args."""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        link = todo.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        todo += [getattr(link, "reason", None), link.__cause__, link.__context__, *link.args]
