"""Decodes text files: byte order marks, UTF-8, UTF-16 without a mark, else Windows code pages."""

from __future__ import annotations

import codecs

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.importing.problem import ImportProblem

ENCODINGS: tuple[tuple[str, str], ...] = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", translatable("Encodings", "Windows, Western (1252)")),
    ("cp1250", translatable("Encodings", "Windows, Central European (1250)")),
    ("cp1251", translatable("Encodings", "Windows, Cyrillic (1251)")),
    ("iso8859-15", "ISO 8859-15"),
    ("mac_roman", "Mac Roman"),
    ("gb18030", translatable("Encodings", "Chinese (GB 18030)")),
    ("shift_jis", translatable("Encodings", "Japanese (Shift JIS)")),
)
"""The encodings to choose from, with their shown names."""

_MARKS = (
    # UTF-32 marks begin with those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 8_192
_PIECE = 1024 * 1024


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text and its encoding, a key of `ENCODINGS` or "utf-32".

    Invalid bytes in a chosen encoding become the replacement character. Raises ImportProblem if the
    bytes are no text.
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if encoding:
        text = _decoded(data, _marked_codec(encoding, marked, data), "replace")
    elif marked:
        encoding = marked
        text = _decoded(data, _marked_codec(marked, marked, data), "replace")
    else:
        encoding = _bare_utf16(data) or "utf-8"
        try:
            text = _decoded(data, encoding, "strict")
        except UnicodeDecodeError:
            encoding = "utf-8" if _cut_utf8(data) else "cp1252"
            text = _decoded(data, encoding, "replace")
        encoding = "utf-16" if encoding.startswith("utf-16") else encoding
    if text.startswith("\ufeff"):
        text = text[1:]
    _refuse_binary(text)
    return text.replace("\x00", ""), encoding


def _decoded(data: bytes, codec: str, errors: str) -> str:
    """As `bytes.decode`, but in pieces, so that other threads can run."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    pieces = [
        decoder.decode(data[at : at + _PIECE], at + _PIECE >= len(data))
        for at in range(0, len(data), _PIECE)
    ]
    return "".join(pieces)


def label(encoding: str) -> str:
    """Return an encoding's shown name."""
    name = dict(ENCODINGS).get(encoding)
    return translate("Encodings", name) if name is not None else encoding.upper()


def _marked_codec(encoding: str, marked: str, data: bytes) -> str:
    if encoding == "utf-16" and marked != "utf-16":
        return _bare_utf16(data) or "utf-16-le"
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _bare_utf16(data: bytes) -> str:
    """Detect UTF-16 without a mark: every second byte of Western text is zero."""
    head = data[: _LOOKED_AT - _LOOKED_AT % 2]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _cut_utf8(data: bytes) -> bool:
    """Detect UTF-8 with a few broken characters, as of programs that cut at a size."""
    text = _decoded(data, "utf-8", "replace")
    foreign = sum(1 for sign in text if sign > "\x7f")
    lost = text.count("\ufffd")
    return foreign >= 20 * lost


def _refuse_binary(text: str) -> None:
    head = text[:_LOOKED_AT]
    odd = sum(1 for sign in head if sign < " " and sign not in "\t\n\r\f\v\x00\x1a")
    if odd > max(2, len(head) // 50) or head.count("\x00") > len(head) // 10 + 2:
        raise ImportProblem(
            translate(
                "Importing",
                "This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.",
            )
        )
