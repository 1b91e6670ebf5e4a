"""What goes over the wire: bodies, parameters and answers as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..common import json_text
from .errors import PostoError, ServiceError, SettingsError
from .faults import SAFE_METHODS


@dataclass(frozen=True)
class Answer:
    """A read answer: HTTP status, the JSON value (None for an empty one) and some headers.

    `complaint` is a sentence: the error that an answer holds which counts as good all the same.
    """

    status: int
    data: Any
    headers: Mapping[str, str]
    text: str = ""
    complaint: str = ""

    @property
    def from_cache(self) -> bool:
        """Whether a cache on the way says that it gave this answer out of what it keeps."""
        age = self.headers.get("Age", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", age) and int(age) > 0:
            return True
        return any(_HIT.search(self.headers.get(name, "")) for name in _CACHES)


# RFC 9211, nginx and most content networks, Cloudflare, LiteSpeed and its own, hosts of WordPress,
# and the plugin WP REST Cache. What only says that something may be kept is not among them.
_CACHES = (
    "Cache-Status",
    "X-Cache",
    "X-Cache-Status",
    "CF-Cache-Status",
    "X-LiteSpeed-Cache",
    "X-QC-Cache",
    "X-Proxy-Cache",
    "X-Nginx-Cache",
    "X-FastCGI-Cache",
    "X-SRCache-Fetch-Status",
    "X-Varnish-Cache",
    "X-Kinsta-Cache",
    "X-HCDN-Cache-Status",
    "X-WP-Cached-Call",
)
_HIT = re.compile(r"(?i)\b(hit|stale|updating|served-cache)\b")


def encoded(value: object) -> bytes:
    """JSON in UTF-8. Raises `SettingsError` for what JSON cannot hold. Halves of surrogate pairs
    (from file names, mostly) become question marks: no service would take them."""
    try:
        text = json_text.dumps(value, ascii=False, strict=True)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"cannot be sent: {error}",
            user_message="A setting holds something that cannot be sent. Nothing was sent.",
        ) from error
    return text.encode("utf-8", "replace")


def encode_pairs(pairs: Iterable[tuple[str, object]]) -> list[tuple[str, str | int | bool]]:
    """Parameters without the empty ones."""
    return [(key, value) for key, value in pairs if isinstance(value, (str, int)) and value != ""]


def too_large(host: str, limit: int, method: str) -> PostoError:
    size = f"{limit / 1048576:.0f} MB" if limit >= 1048576 else f"{limit} bytes"
    return ServiceError(
        f"{host}: the answer is larger than {size}",
        user_message=f"The answer of {host} is larger than {size}.",
        reason="too_large",
        maybe_sent=method not in SAFE_METHODS,
    )


def timeouts(timeout: object) -> tuple[float, float]:
    """(connect, read) in seconds. Raises `SettingsError` for anything that is not that."""
    pair = timeout if isinstance(timeout, (tuple, list)) else (timeout, timeout)
    if len(pair) == 2 and all(isinstance(one, (int, float)) and one > 0 for one in pair):
        return float(pair[0]), float(pair[1])
    raise SettingsError(
        f"A timeout is seconds or (connect, read), longer than nothing, not {timeout!r}."
    )
