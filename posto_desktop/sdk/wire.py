"""Wire data: request bodies, parameters and parsed answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from posto_desktop.common.translation import translatable

from ..common import json_text
from .errors import PostoError, ServiceError, SettingsError
from .faults import SAFE_METHODS


@dataclass(frozen=True)
class Answer:
    """A parsed answer: HTTP status, the JSON value (None for an empty one) and some headers.

    `complaint` is a sentence: the error in an answer that was accepted anyway.
    """

    status: int
    data: Any
    headers: Mapping[str, str]
    text: str = ""
    complaint: str = ""

    @property
    def from_cache(self) -> bool:
        """Return whether an intermediate cache declares that it supplied this answer."""
        age = self.headers.get("Age", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", age) and int(age) > 0:
            return True
        return any(_HIT.search(self.headers.get(name, "")) for name in _CACHES)


# RFC 9211, nginx and most CDNs, Cloudflare, LiteSpeed and its own, hosts of WordPress, and the
# plugin WP REST Cache. Headers that only permit caching are not included.
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
    """Return JSON in UTF-8. Raises `SettingsError` for non-JSON values. Lone surrogates (mostly
    from file names) become question marks: no service accepts them."""
    try:
        text = json_text.dumps(value, ascii=False, strict=True)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"cannot be sent: {error}",
            user_message=translatable(
                "Sdk", "A setting holds something that cannot be sent. Nothing was sent."
            ),
        ) from error
    return text.encode("utf-8", "replace")


def encode_pairs(pairs: Iterable[tuple[str, object]]) -> list[tuple[str, str | int | bool]]:
    """Return parameters without the empty ones."""
    return [(key, value) for key, value in pairs if isinstance(value, (str, int)) and value != ""]


def too_large(host: str, limit: int, method: str) -> PostoError:
    size = (
        f"{limit / 1048576:.0f} MB"
        if limit >= 1048576
        else translatable("Sdk", "{limit} bytes").format(limit=limit)
    )
    return ServiceError(
        f"{host}: the answer is larger than {size}",
        user_message=translatable("Sdk", "The answer of {host} is larger than {size}.").format(
            host=host, size=size
        ),
        reason="too_large",
        maybe_sent=method not in SAFE_METHODS,
    )


def timeouts(timeout: object) -> tuple[float, float]:
    """Return (connect, read) in seconds. Raises `SettingsError` for anything else."""
    pair = timeout if isinstance(timeout, (tuple, list)) else (timeout, timeout)
    if len(pair) == 2 and all(
        isinstance(seconds, (int, float)) and seconds > 0 for seconds in pair
    ):
        return float(pair[0]), float(pair[1])
    raise SettingsError(
        f"A timeout is seconds or (connect, read), longer than nothing, not {timeout!r}."
    )
