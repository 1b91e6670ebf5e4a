"""The address of a service and the addresses of its routes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit, urlunsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback

from .errors import NetworkError, ServiceError

DEFAULT_BASE_URL = "https://xmachine.online"

ROUTE_PLACE = "{route}"
"""Suffix of a base address whose routes are under another path than ``/wp-json/``."""

# Paths that people paste along with the address.
_TAILS = re.compile(r"(?i)/(?:wp-json|wp-admin|wp-login\.php|index\.php|xmlrpc\.php)(?:/.*)?$")
# A site whose web server cannot rewrite addresses.
_BY_INDEX = re.compile(r"(/index\.php/wp-json)(?:/.*)?$")
_PLACE = re.compile(r"(?i)/(?:\{|%7b)route(?:\}|%7d)$")

Params = Iterable[tuple[str, str | int | bool]]


def split(url: str) -> SplitResult | None:
    """Return `url` in parts, None if it is invalid."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def joined(url: str, location: str) -> str:
    """Return the target of `location` from `url`; unchanged if it is invalid."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def same_origin(first: str, second: str) -> bool:
    """Return whether two URLs share scheme, host and port, so that credentials of one fit the
    other."""
    try:
        return _origin(first) == _origin(second)
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or {"http": 80, "https": 443}.get(scheme)
    return scheme, (parts.hostname or "").rstrip(".").lower(), port


@dataclass(frozen=True)
class Endpoint:
    """Address of a service. ``base`` has one of three forms:

    ``https://example.com/blog``: the routes are under ``/blog/wp-json/``, the usual case;
    ``https://example.com/?rest_route=``: plain permalinks, routes cannot be reached by path;
    ``https://example.com/api/{route}``: they are under another path (``/index.php/wp-json/``, or a
    renamed one).
    """

    base: str

    @classmethod
    def parse(cls, text: str, *, allow_http: bool = False) -> Endpoint:
        """Parse an address as people type it.

        Raises `ServiceError` (``reason="wrong_address"``) for an invalid one, and `NetworkError`
        (``reason="insecure_http"``) for http to another computer unless `allow_http`.
        """
        typed = "".join(c for c in text.strip() if c.isprintable())
        if not typed:
            raise _wrong(translatable("Sdk", "Enter the address of the service."))
        if not re.match(r"(?i)[a-z][a-z0-9+.\-]*://", typed):
            host = re.split(r"[/:?#]", typed.removeprefix("["), maxsplit=1)[0]
            typed = ("http://" if is_loopback(host) else "https://") + typed
        try:
            parts = urlsplit(typed)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise _wrong(translatable("Sdk", "This is not a web address.")) from error
        if parts.scheme.lower() not in {"http", "https"} or not _is_host(host):
            raise _wrong(
                translatable(
                    "Sdk", "This is not a web address. An address looks like https://example.com."
                )
            )
        if parts.username is not None or parts.password is not None:
            raise _wrong(
                translatable(
                    "Sdk",
                    "The address holds a user name or a password. Enter them in their own "
                    "fields; an address is shown and stored openly.",
                )
            )
        if parts.scheme.lower() == "http" and not allow_http and not is_loopback(host):
            raise NetworkError(
                f"plain http to {host} refused",
                user_message=translatable(
                    "Sdk",
                    "The address of {host} starts with http, so the password would travel "
                    "readable for anyone on the way. Use https. Nothing was sent.",
                ).format(host=host),
                reason="insecure_http",
            )
        netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        if parts.query.startswith("rest_route="):
            path, query = parts.path or "/", "rest_route="
        elif place := _PLACE.search(parts.path):
            path, query = f"{parts.path[: place.start()]}/{ROUTE_PLACE}", ""
        elif by_index := _BY_INDEX.search(parts.path):
            path, query = f"{parts.path[: by_index.end(1)]}/{ROUTE_PLACE}", ""
        else:
            path, query = _TAILS.sub("", parts.path).rstrip("/"), ""
        return cls(urlunsplit((parts.scheme.lower(), netloc, path, query, "")))

    @property
    def host(self) -> str:
        """Host with an unusual port, for messages."""
        return urlsplit(self.base).netloc

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def site(self) -> str:
        """Address for people, without the path of the routes."""
        parts = urlsplit(self.base)
        path = parts.path
        if path.endswith(f"/{ROUTE_PLACE}"):
            root = path.removesuffix(f"/{ROUTE_PLACE}")
            path = root.rpartition("/")[0].removesuffix("/index.php")
        elif parts.query:
            path = path.removesuffix("index.php")
        return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))

    def url(self, route: str, params: Params = ()) -> str:
        """Return the URL of a REST route such as ``wp/v2/media``; ``""`` is the index of routes."""
        pairs = urlencode([(key, _wire(value)) for key, value in params], errors="replace")
        path = quote(route.strip("/"), safe="/-._~")
        if self.base.endswith("?rest_route="):
            return f"{self.base}/{path}" + (f"&{pairs}" if pairs else "")
        root = self.base.removesuffix(ROUTE_PLACE)
        if root == self.base:
            root += "/wp-json/"
        return f"{root}{path}" + (f"?{pairs}" if pairs else "")


def site_of(base_url: str) -> str:
    """Return a service's address for people; an invalid one unchanged."""
    try:
        return Endpoint.parse(base_url, allow_http=True).site
    except (NetworkError, ServiceError):
        return base_url


def is_same_host(first_url: str, second_url: str) -> bool:
    """Return whether two hosts belong to one site: the same name, with or without ``www.``, or this
    computer by two of its names. Both may receive the same password."""
    if is_loopback(first_url) and is_loopback(second_url):
        return True
    first, second = (
        host.rstrip(".").lower().removeprefix("www.") for host in (first_url, second_url)
    )
    return first == second


def may_follow(first_url: str, second_url: str) -> bool:
    """Return whether a password for `first_url` may be sent to `second_url`, a redirect target.

    Allowed if the hosts belong to one site (`is_same_host`) and the ports are equal, or those of a
    site that moved from http (80) to https (443): another port of a computer can be another
    person's. On this computer any port is allowed, since test sites often have their web server on
    another one; this applies only if the user typed an address of this computer. Never from https
    to http.
    """
    (first, host, port), (second, second_host, place) = _origin(first_url), _origin(second_url)
    if not is_same_host(host, second_host) or (first, second) == ("https", "http"):
        return False
    is_upgrade = (first, port, second, place) == ("http", 80, "https", 443)
    return port == place or is_upgrade or is_loopback(host)


def _wire(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _is_host(host: str) -> bool:
    if not host or len(host) > 253:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return bool(re.fullmatch(r"(?i)[a-z0-9_]([a-z0-9_.\-]*[a-z0-9_])?\.?", ascii_host))


def _wrong(sentence: str) -> ServiceError:
    return ServiceError(sentence, user_message=sentence, reason="wrong_address")
