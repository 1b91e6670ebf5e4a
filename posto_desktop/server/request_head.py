"""Parses the head of a request, to choose its worker pool."""

from __future__ import annotations

from dataclasses import dataclass

_LONG_BODY = 1024 * 1024
SHORT_BODY = 16 * 1024
"""What forms and codes of strangers need."""


@dataclass(frozen=True)
class RequestHead:
    """The parts of a request's head that choose its pool. `headers` has names in lower case;
    `peer` is the other end of the connection, which may be a reverse proxy."""

    method: str
    target: str
    headers: dict[str, str]
    peer: str = ""

    @property
    def short_body(self) -> int:
        """The length of its body if that is short and comes without being asked for, else 0."""
        length = self.headers.get("content-length", "0").strip()
        if "expect" in self.headers or "transfer-encoding" in self.headers:
            return 0
        is_number = length.isascii() and length.isdigit() and len(length) < 16
        return int(length) if is_number and int(length) <= SHORT_BODY else 0

    @property
    def is_long(self) -> bool:
        """Whether its body may take a while to arrive."""
        length = self.headers.get("content-length", "0").strip()
        return "transfer-encoding" in self.headers or not (
            length.isascii() and length.isdigit() and len(length) < 16 and int(length) < _LONG_BODY
        )


def read_head(text: bytes, peer: str = "") -> RequestHead | None:
    """Parse the head of a request; None if it is invalid."""
    first, *lines = text.decode("latin-1").strip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        return None
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return RequestHead(words[0], words[1], headers, peer)
