"""Finds the REST routes of a WordPress site from a typed address.

Most sites have them under ``/wp-json/``. Others have them under ``/index.php/wp-json/`` (no
rewriting), behind ``?rest_route=`` (plain permalinks) or under another name, which WordPress sends
in the Link header of each page. The search sends no password, and follows redirects only within the
site: the same host, with or without ``www.``, on the same port or from http's default port to
https's, and never from https to http. `may_follow` has the rule.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, NoReturn
from urllib.parse import urlsplit, urlunsplit

from posto_desktop.common.translation import translatable

from .answers import as_int, as_mapping, ended, error_of, looks_like_html, page_title
from .backoff import read_retry_after
from .endpoint import ROUTE_PLACE, Endpoint, is_same_host, joined, may_follow, split
from .errors import NetworkError, PostoError, ServiceError
from .faults import try_again
from .remedies import FRONT_PASSWORD, firewall
from .transport import MAX_REDIRECTS, Deadline, Route, Transport, total_seconds
from .wire import Answer

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REL = r"https://api\.w\.org/"
_LINK_HEADER = re.compile(rf"<([^<>]+)>\s*;\s*rel=\"?{_REL}\"?")
_LINK_TAG = re.compile(rf"(?i)<link\b[^<>]*\brel=[\"']?{_REL}[\"']?[^<>]*>")
_HREF = re.compile(r"(?i)\bhref=(?:\"([^\"]+)\"|'([^']+)')")
_BASIC = re.compile(r"(?i)\bbasic\b")
_REALM = re.compile(r"(?i)\brealm=\"([^\"]*)\"")
_MAX_LOOKED_AT = 200_000
MAX_WAITS = 2
"""Duration of the whole search as a multiple of one request's time limit."""

Barrier = Literal["", "closed", "front"]


@dataclass(frozen=True)
class FoundService:
    """Place of the routes, and their public index if guests may read it.

    `barrier` says why they may not: ``closed``, WordPress requires a sign-in; ``front``, the web
    server has its own password, with the name `realm`. `names_itself` is True if the site itself
    named this place, False if it was only tried and answered.
    """

    endpoint: Endpoint
    index: dict[str, Any] | None = None
    barrier: Barrier = ""
    realm: str = ""
    names_itself: bool = False


def find_service(
    endpoint: Endpoint,
    *,
    timeout: tuple[float, float],
    allow_http: bool = False,
    route: Route | None = None,
) -> FoundService:
    """Find the routes of the site at `endpoint` with some public requests.

    Raises `ServiceError` or `NetworkError` whose sentence says what is there instead.
    """
    return _Search(endpoint, timeout, allow_http, route).run()


def is_index(data: object) -> bool:
    """Return whether a JSON value is WordPress's index of routes."""
    return isinstance(data, dict) and "namespaces" in data


class _Search:
    def __init__(
        self,
        endpoint: Endpoint,
        timeout: tuple[float, float],
        allow_http: bool,
        route: Route | None,
    ) -> None:
        self._start = endpoint
        self._timeout, self._allow_http, self._route = timeout, allow_http, route
        # The user waits, however many places there are to try.
        self._deadline = Deadline(MAX_WAITS * total_seconds(timeout), timeout[1])
        self._seen: set[str] = set()
        self._names_itself = False

    def run(self) -> FoundService:
        at = self._start
        for _ in range(2 * MAX_REDIRECTS):
            if at.base in self._seen:
                break
            self._seen.add(at.base)
            result = self._look(at)
            if isinstance(result, FoundService):
                return result
            at = result
        sentence = translatable(
            "Sdk",
            "{host} redirects in a loop. Check both site addresses in WordPress under "
            "Settings > General, and the redirect rules of the web server.",
        ).format(host=self._start.host)
        raise ServiceError(sentence, reason="redirect_loop")

    def _look(self, at: Endpoint) -> FoundService | Endpoint:
        """Request the index at `at`: return the result, or where to look next."""
        with closing(self._transport(at)) as transport:
            asked = at.url("")
            answer = self._probe(transport, asked)
            service = self._judge(at, answer)
            if service is not None:
                return self._answered_behind(at, asked, answer) or service
            moved = self._moved(at, asked, answer)
            if moved is not None:
                return moved
            if answer.status == 429 or answer.status >= 500:
                _unavailable(at.host, answer)
            return self._look_around(transport, at, answer)

    def _look_around(
        self, transport: Transport, at: Endpoint, answer: Answer
    ) -> FoundService | Endpoint:
        """The routes are not at `at`, according to `answer`: ask the site where they are."""
        asked = at.url("")
        announced = self._answered(at, asked, answer)
        front = answer
        if announced is None:
            page = f"{at.site}/"
            front = self._probe(transport, page)
            if is_index(front.data):  # the address was that of the routes themselves
                return FoundService(Endpoint(f"{page}{ROUTE_PLACE}"), front.data)
            announced = self._answered(at, page, front)
            moved = self._moved(Endpoint(at.site), page, front)
            if moved is not None and moved.site != at.site:
                return moved
        if announced is not None and announced.url("") != asked:
            self._names_itself = True
            return announced
        # Do not circumvent deliberate blocking of programs.
        if answer.status not in {401, 403} and (announced is not None or front.status == 200):
            guessed = self._guess(transport, at)
            if guessed is not None:
                return guessed
        _refuse(at, answer, is_wordpress=announced is not None)

    def _answered_behind(self, at: Endpoint, asked: str, answer: Answer) -> Endpoint | None:
        """Return the place that a closed API names for itself, if the requested one lies below it:
        a sign-in there would find nothing."""
        if is_index(answer.data):
            return None
        try:
            announced = self._answered(at, asked, answer)
        except (NetworkError, ServiceError):  # that of another site: this one has answered
            return None
        return announced if announced is not None and announced.url("") != asked else None

    def _judge(self, at: Endpoint, answer: Answer) -> FoundService | None:
        """Return the meaning of an index answer, if it is from WordPress's REST API."""
        if is_index(answer.data):
            return FoundService(at, answer.data, names_itself=self._names_itself)
        if _is_closed(at, answer):
            return FoundService(at, barrier="closed", names_itself=self._names_itself)
        realm = _front_realm(answer)
        if realm is not None:
            return FoundService(at, barrier="front", realm=realm, names_itself=self._names_itself)
        return None

    def _answered(self, at: Endpoint, page: str, answer: Answer) -> Endpoint | None:
        """Return the place that a WordPress page names in its Link header or its head."""
        for target in _links(answer):
            parts = split(joined(page, target))
            if parts is None or parts.scheme not in {"http", "https"}:
                continue
            if parts.query.startswith("rest_route="):
                address = urlunsplit((*parts[:3], "rest_route=", ""))
            elif parts.path.rstrip("/").endswith("/wp-json"):
                address = urlunsplit((*parts[:3], "", ""))
            else:
                path = f"{parts.path.rstrip('/')}/{ROUTE_PLACE}"
                address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
            return self._follow(at, address)
        return None

    def _moved(self, at: Endpoint, asked: str, answer: Answer) -> Endpoint | None:
        """Return the target of an index redirect as a base address."""
        location = _header(answer, "location")
        if answer.status not in _REDIRECTS or not location:
            return None
        target = joined(asked, location)
        parts, before = split(target), urlsplit(asked)
        if parts is None:
            return Endpoint.parse(target)  # raises with the reason
        if (parts.path, parts.query) == (before.path, before.query):
            # Another host or scheme, the same place there.
            site_parts = urlsplit(at.base)
            target = urlunsplit((parts.scheme, parts.netloc, site_parts.path, site_parts.query, ""))
        return self._follow(at, target)

    def _follow(self, at: Endpoint, target: str) -> Endpoint:
        """Return `target` as an endpoint. Raises if it belongs to another site."""
        parts = urlsplit(target)
        if at.base.startswith("https:") and parts.scheme == "http":
            raise NetworkError(
                "sent on to http",
                user_message=translatable(
                    "Sdk",
                    "{host} redirects to an address without https. The password was not sent.",
                ).format(host=at.host),
                reason="insecure_http",
            )
        named = parts.netloc.rpartition("@")[2]
        if parts.hostname and not may_follow(at.base, target):
            raise ServiceError(
                f"{at.host} leads to {named}",
                user_message=translatable(
                    "Sdk",
                    "{host} redirects to another site, {named}. If it is yours, enter {named} as "
                    "the address. The password was not sent.",
                ).format(host=at.host, named=named),
                reason="other_site",
            )
        return Endpoint.parse(target, allow_http=self._allow_http)

    def _guess(self, transport: Transport, at: Endpoint) -> FoundService | None:
        """Try other usual places of the routes, if the site does not name any."""
        for base in (f"{at.site}/?rest_route=", f"{at.site}/index.php/wp-json/{ROUTE_PLACE}"):
            candidate = Endpoint(base)
            if base not in self._seen:
                self._seen.add(base)
                service = self._judge(candidate, self._probe(transport, candidate.url("")))
                if service is not None:
                    return service
        return None

    def _probe(self, transport: Transport, url: str) -> Answer:
        """Make one request within its own and the whole search's time limit."""
        seconds = min(total_seconds(self._timeout), self._deadline.left)
        return transport.probe(url, Deadline(seconds, self._timeout[1]))

    def _transport(self, at: Endpoint) -> Transport:
        return Transport(at, None, timeout=self._timeout, retries=1, route=self._route)


def _header(answer: Answer, name: str) -> str:
    headers: Mapping[str, str] = answer.headers
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _links(answer: Answer) -> Iterator[str]:
    match = _LINK_HEADER.search(_header(answer, "link"))
    if match:
        yield match.group(1)
    for tag in _LINK_TAG.findall(answer.text[:_MAX_LOOKED_AT]):
        href = _HREF.search(tag)
        if href:
            yield html.unescape(href.group(1) or href.group(2))


def _is_closed(at: Endpoint, answer: Answer) -> bool:
    """Return whether WordPress itself restricts its routes to signed-in users."""
    refusal = error_of(answer.data)
    if refusal is not None:
        # If something was printed before the answer, only the body has the real status.
        status = as_int(as_mapping(as_mapping(answer.data).get("data")).get("status"))
        return refusal[0] is not None and status in {401, 403}
    location = split(joined(at.url(""), _header(answer, "location")))
    return (
        answer.status in _REDIRECTS
        and location is not None
        and location.path.endswith("/wp-login.php")
        and is_same_host(location.hostname or "", urlsplit(at.base).hostname or "")
    )


def _front_realm(answer: Answer) -> str | None:
    """Return the realm of the web server's own password protection; None without one."""
    asks = _header(answer, "www-authenticate")
    if answer.status != 401 or "basic" not in asks.lower() or error_of(answer.data):
        return None
    basic = _BASIC.search(asks)
    match = _REALM.search(asks, basic.end()) if basic else None
    return match.group(1).strip()[:80] if match else ""


def front_error(host: str, realm: str) -> ServiceError:
    """Return the error for a web server with its own password, which cannot be sent beside
    WordPress's."""
    asks = (
        translatable(
            "Sdk",
            "The web server of {host} asks for its own user name and password (“{realm}”).",
        )
        if realm
        else translatable(
            "Sdk", "The web server of {host} asks for its own user name and password."
        )
    ).format(host=host, realm=realm)
    advice = translatable(
        "Sdk",
        "Posto can send only the WordPress sign-in. Exclude /wp-json/ from that "
        "protection; WordPress checks the sign-in there itself.",
    )
    sentence = f"{asks} {advice}"
    return ServiceError(sentence, reason="front_password", status=401).with_remedies(FRONT_PASSWORD)


def _unavailable(host: str, answer: Answer) -> NoReturn:
    refusal = error_of(answer.data)
    wait = read_retry_after(_header(answer, "retry-after"))
    later = try_again(wait)
    if answer.status == 503 and refusal and refusal[0] == "wp_die":
        sentence, reason = (
            translatable("Sdk", "{host} is down for maintenance.").format(host=host) + f" {later}",
            "maintenance",
        )
    elif answer.status == 429:
        sentence, reason = (
            translatable("Sdk", "{host} received too many requests (429).").format(host=host)
            + f" {later}",
            "offline",
        )
    else:
        sentences = [
            translatable("Sdk", "{host} cannot answer right now ({status}).").format(
                host=host, status=answer.status
            )
        ]
        if refusal and refusal[1]:
            sentences.append(
                translatable("Sdk", "It said: {message}").format(message=ended(refusal[1]))
            )
        sentence = " ".join([*sentences, later])
        reason = "offline"
    raise ServiceError(sentence, reason=reason, status=answer.status, retry_after=wait)


def _asks_for_https(answer: Answer) -> bool:
    """Whether a port for https, or the reverse proxy of a team's server (`packaging/server`), has
    refused plain http. A page that blocks programs may name https addresses as well."""
    is_plain = answer.status == 403 and not looks_like_html(answer.text)
    return (is_plain or answer.status == 400) and "https" in answer.text[:1_000].lower()


def _refuse(at: Endpoint, answer: Answer, *, is_wordpress: bool) -> NoReturn:
    host, status = at.host, answer.status
    title = page_title(answer.text) if looks_like_html(answer.text) else ""
    refusal = error_of(answer.data)
    if refusal and refusal[0] == "posto_wrong_host" and refusal[1]:
        # A team's server knows at which address people reach it.
        raise ServiceError(ended(refusal[1]), reason="wrong_address", status=status)
    if at.base.startswith("http:") and _asks_for_https(answer):
        sentence = translatable(
            "Sdk", "{host} does not answer apps over http. Begin the address with https://."
        ).format(host=host)
        raise ServiceError(sentence, reason="wrong_address", status=status)
    if status in {401, 403}:
        sentence = translatable(
            "Sdk",
            "A firewall or security plugin of {host} blocks requests from apps "
            "({status}). Allow Posto there.",
        ).format(host=host, status=status)
        error: PostoError = ServiceError(sentence, reason="not_allowed", status=status)
        raise error.with_remedies(firewall(at.url("")))
    if is_wordpress:
        page = (
            translatable(
                "Sdk",
                "{host} is a WordPress site, but answers with a web page (“{page}”) instead of "
                "data.",
            )
            if title
            else translatable(
                "Sdk", "{host} is a WordPress site, but answers with a web page instead of data."
            )
        ).format(host=host, page=title)
        cause = translatable(
            "Sdk",
            "A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.",
        )
        sentence = f"{page} {cause}"
        blocked = ServiceError(sentence, reason="not_wordpress", status=status)
        raise blocked.with_remedies(firewall(at.url("")))
    if status == 404:
        sentence = translatable(
            "Sdk",
            "{host} has no WordPress at this address. Check the address; a site in a "
            "folder needs the folder too, as in example.com/blog.",
        ).format(host=host)
        raise ServiceError(sentence, reason="wrong_address", status=status)
    sentence = translatable(
        "Sdk", "{host} is not a WordPress site, or blocks Posto. Check the address."
    ).format(host=host)
    raise ServiceError(sentence, reason="not_wordpress", status=status)
