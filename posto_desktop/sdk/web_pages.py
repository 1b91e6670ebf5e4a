"""Downloads the beginning of a web page and small pictures: limited, public addresses only."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable

from .endpoint import Endpoint
from .errors import ServiceError
from .redact import bare_url
from .transport import Route, Transport

PAGE_BYTES = 512 * 1024
PICTURE_BYTES = 5 * 1024 * 1024
SECONDS = 15.0
TIMEOUT = (5.0, 10.0)
# A page may have any length; only its beginning is read.
_ANY_LENGTH = 1 << 40
_HTML = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml", ""})


@dataclass(frozen=True)
class WebPage:
    """The beginning of a page. `url` is its final address after redirects."""

    url: str
    content_type: str
    body: bytes


class _Enough(Exception):
    """The wanted part has arrived."""


def outside_transport(route: Route | None = None) -> Transport:
    """Return a transport without a service and password: `Transport.stream` reaches public
    addresses only."""
    return Transport(
        Endpoint("https://outside.invalid"),
        None,
        timeout=TIMEOUT,
        retries=0,
        route=route,
    )


def fetch_page(
    transport: Transport,
    url: str,
    *,
    limit: int = PAGE_BYTES,
    seconds: float = SECONDS,
    cancel: threading.Event | None = None,
) -> WebPage:
    """Return the first `limit` bytes of a web page, or less if its head ends before.

    Raises `ServiceError` (``reason="type"``) if it is no page, and as `Transport.stream`.
    """
    body = bytearray()
    address_and_type = ["", ""]

    def answered(at: str, headers: Mapping[str, str]) -> None:
        kind = headers.get("Content-Type", "")
        if kind.partition(";")[0].strip().lower() not in _HTML:
            host = urlsplit(at).hostname or at
            raise ServiceError(
                f"{bare_url(at)} is no web page",
                user_message=translatable(
                    "Sdk", "This address of {host} leads to a file, not to a page."
                ).format(host=host),
                reason="type",
            )
        address_and_type[:] = [at, kind]

    def collect(piece: bytes) -> None:
        start = max(0, len(body) - 8)
        body.extend(piece)
        end = bytes(body[start:]).lower().find(b"</head")
        if end >= 0 or len(body) >= limit:
            raise _Enough

    try:
        transport.stream(
            url,
            collect,
            limit=_ANY_LENGTH,
            total=seconds,
            cancel=cancel,
            accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
            answered=answered,
        )
    except _Enough:
        pass
    return WebPage(address_and_type[0], address_and_type[1], bytes(body[:limit]))


def fetch_picture(
    transport: Transport,
    url: str,
    *,
    limit: int = PICTURE_BYTES,
    seconds: float = SECONDS,
    cancel: threading.Event | None = None,
) -> bytes:
    """Return the bytes at `url`, at most `limit`. The caller checks their type."""
    parts: list[bytes] = []
    transport.stream(url, parts.append, limit=limit, total=seconds, cancel=cancel, accept="image/*")
    return b"".join(parts)
