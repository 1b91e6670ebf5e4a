"""Parsers for query strings, form bodies, multipart, and Content-Disposition.

Their input is untrusted: they must end, stay within memory and raise only `FormError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, unquote_to_bytes

MAX_FIELDS = 20_000
MAX_PART_HEADERS = 16 * 1024
_CHUNK = 64 * 1024


class FormError(ValueError):
    """The request's body or header is invalid; the message says why."""


class FormFields:
    """Fields of a query string or a form, parsed as by PHP, lists in any of three spellings.

    `a[]=1&a[]=2`, `a[0]=1&a[1]=2` and (the public client) `a=1,2` are the same list.
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            base = name.split("[", 1)[0] if name.endswith("]") else name
            self._values.setdefault(base, []).append(value)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def text(self, name: str, default: str = "") -> str:
        """Return the last value of that name, as in PHP."""
        values = self._values.get(name)
        return values[-1] if values else default

    def number(self, name: str) -> int | None:
        """Return an integer, or None if it is missing or invalid."""
        return whole_number(self.text(name))

    def many(self, name: str) -> list[str]:
        """Return all non-empty values of that name, with comma lists split."""
        values = self._values.get(name, [])
        return [part.strip() for value in values for part in value.split(",") if part.strip()]


def whole_number(text: object) -> int | None:
    """Return an int from an int or its decimal spelling; None for all else, booleans and huge ones
    too."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return text if abs(text) < 2**63 else None
    if isinstance(text, float):
        return int(text) if text.is_integer() and abs(text) < 2**53 else None
    if not isinstance(text, str):
        return None
    match = re.fullmatch(r"\s*([+-]?[0-9]{1,18})(?:\.0*)?\s*", text, re.ASCII)
    return int(match.group(1)) if match else None


def parse_fields(text: str) -> FormFields:
    """Parse a query string or an `application/x-www-form-urlencoded` body.

    `text` may hold bytes as Latin-1 characters, as in WSGI, or percent-encoded UTF-8.
    """
    pairs: list[tuple[str, str]] = []
    for piece in text.split("&"):
        if not piece:
            continue
        if len(pairs) >= MAX_FIELDS:
            raise FormError("The form has too many fields.")
        name, _, value = piece.partition("=")
        pairs.append((_decode_field(name), _decode_field(value)))
    return FormFields(pairs)


def _decode_field(text: str) -> str:
    raw = text.replace("+", " ").encode("utf-8", "replace")
    if not text.isascii():
        try:
            raw = text.replace("+", " ").encode("latin-1")
        except UnicodeEncodeError:
            pass
    decoded = unquote_to_bytes(raw).decode("utf-8", "replace")
    return decoded.replace("\0", "")


def header_text(value: str) -> str:
    """Return a header as text: WSGI decodes it as Latin-1, browsers and scripts send UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value


_PARAMETER = re.compile(
    r""";[ \t]*(?P<name>[A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*
        (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^;"]*))""",
    re.VERBOSE | re.DOTALL,
)


def header_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return `('attachment', {'filename': 'a b.png'})` from a Content-Disposition or Content-Type.

    `filename*` (RFC 5987) is decoded and wins over `filename`.
    """
    value = header_text(value)
    kind = value.split(";", 1)[0].strip().lower()
    parameters: dict[str, str] = {}
    extended: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        name = match["name"].lower()
        if match["quoted"] is not None:
            text = re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL)
        else:
            text = match["plain"].strip()
        if name.endswith("*"):
            decoded = _decode_extended(text)
            if decoded:
                extended[name[:-1]] = decoded
        else:
            parameters.setdefault(name, text)
    return kind, parameters | extended


def _decode_extended(text: str) -> str:
    charset, _, after_charset = text.partition("'")
    _, separator, encoded = after_charset.partition("'")
    if not separator or charset.lower() not in ("utf-8", "iso-8859-1"):
        return ""
    return unquote(encoded, charset, "replace")


class FormPart:
    """One part of a multipart body; read it before asking for the next one."""

    def __init__(self, body: Multipart, headers: dict[str, str]) -> None:
        self._body = body
        self.headers = headers
        _, parameters = header_parameters(headers.get("content-disposition", ""))
        self.name = parameters.get("name", "")
        self.filename: str | None = parameters.get("filename")
        self.content_type = headers.get("content-type", "").split(";", 1)[0].strip().lower()

    def read(self, size: int) -> bytes:
        """Return about `size` bytes at most; b'' at the end of the part."""
        return self._body._read_part(size)

    def text(self, limit: int = 64 * 1024) -> str:
        """Return a small text field. Raises FormError if it is longer than `limit` bytes."""
        data = bytearray()
        while block := self.read(_CHUNK):
            data += block
            if len(data) > limit:
                raise FormError(f"The field {self.name!r} is too long.")
        return data.decode("utf-8", "replace").replace("\0", "")


class Multipart:
    """Reads a multipart body from `read(size)` part by part, buffering only a few blocks."""

    def __init__(self, read: Callable[[int], bytes], boundary: str) -> None:
        if not boundary or len(boundary) > 200:
            raise FormError("The multipart body has no boundary.")
        self._source = read
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        # The first delimiter may be at the very start of the body.
        self._buffer = bytearray(b"\r\n")
        self._ended = False
        self._in_part = False

    def parts(self) -> Iterator[FormPart]:
        self._in_part = True  # text before the first delimiter is skipped like a part
        for _ in range(MAX_FIELDS):
            while self._read_part(_CHUNK):
                pass
            if not self._next_part():
                return
            yield FormPart(self, self._read_headers())
        raise FormError("The form has too many fields.")

    def _fill(self) -> None:
        block = b"" if self._ended else self._source(_CHUNK)
        if not block:
            self._ended = True
            raise FormError("The multipart body ends too early.")
        self._buffer += block

    def _read_part(self, size: int) -> bytes:
        if not self._in_part:
            return b""
        while True:
            end = self._buffer.find(self._delimiter)
            if end < 0:
                # The last bytes may begin a delimiter.
                ready = len(self._buffer) - len(self._delimiter) + 1
                if ready <= 0:
                    self._fill()
                    continue
            elif end == 0:
                del self._buffer[: len(self._delimiter)]
                self._in_part = False
                return b""
            else:
                ready = end
            taken = bytes(self._buffer[: min(ready, max(size, 1))])
            del self._buffer[: len(taken)]
            return taken

    def _next_part(self) -> bool:
        """Skip the rest of a delimiter's line; return False for the closing one."""
        while len(self._buffer) < 2:
            self._fill()
        if self._buffer.startswith(b"--"):
            return False
        while (line_end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > 1024:
                raise FormError("The multipart body is malformed.")
            self._fill()
        if bytes(self._buffer[:line_end]).strip(b" \t"):
            raise FormError("The multipart body is malformed.")
        del self._buffer[:line_end]  # keep the line break: it may begin the empty line
        self._in_part = True
        return True

    def _read_headers(self) -> dict[str, str]:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_PART_HEADERS:
                raise FormError("A part's headers are too long.")
            self._fill()
        block = bytes(self._buffer[:end]).decode("latin-1")
        del self._buffer[: end + 4]
        headers: dict[str, str] = {}
        for line in block.split("\r\n"):
            name, separator, value = line.partition(":")
            if separator:
                headers.setdefault(name.strip().lower(), value.strip())
        return headers
