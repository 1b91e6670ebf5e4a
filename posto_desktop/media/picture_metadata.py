"""Removes place, camera and other metadata from picture files without re-encoding.

Each function gets a whole file and returns it without metadata, or None if there is none. Raises
ValueError for an invalid file structure. Data for correct display stay: colour profile,
transparency, animation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_NEEDED = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)
_GIF_NEEDED = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def cleaned(data: bytes, mime: str) -> bytes | None:
    """Return the file without metadata; None if it has none, or if its type cannot be cleaned."""
    cleaner = CLEANERS.get(mime)
    if cleaner is None:
        return None
    try:
        return cleaner(data)
    except IndexError:
        raise ValueError("cut off") from None


def clean_jpeg(data: bytes) -> bytes | None:
    """Remove EXIF, XMP, IPTC, comments and data after the picture's end.

    Phones append a second picture or a short video there, with their own metadata.
    """
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    pieces = [b"\xff\xd8"]
    at, changed = 2, False
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        while data[at] == 0xFF:
            at += 1
        code = data[at]
        at += 1
        if code == 0xD9:
            pieces.append(b"\xff\xd9")
            break
        if code == 0x01 or 0xD0 <= code <= 0xD7:
            pieces.append(bytes((0xFF, code)))
            continue
        end = at + int.from_bytes(data[at : at + 2], "big")
        if end < at + 2 or end > len(data):
            raise ValueError("cut off")
        segment = _jpeg_segment(code, data[at + 2 : end])
        if segment is None:
            changed = True
        else:
            changed = changed or len(segment) != end - at + 2
            pieces.append(segment)
        at = end
        if code == 0xDA:
            following = _MARKER.search(data, at)
            if following is None:
                raise ValueError("cut off")
            # a marker may have several fill bytes
            scan = data[at : following.start()].rstrip(b"\xff")
            pieces.append(scan)
            at += len(scan)
    return b"".join(pieces) if changed or at != len(data) else None


def _jpeg_segment(code: int, body: bytes) -> bytes | None:
    """Return a segment's content to keep; None to drop it."""
    if code == 0xE0:
        if not body.startswith(b"JFIF\0") or len(body) < 14:
            return None
        body = body[:12] + b"\0\0"  # without an embedded thumbnail
    elif code == 0xE2:
        if not body.startswith(b"ICC_PROFILE\0"):
            return None
    elif code == 0xEE:
        if not body.startswith(b"Adobe"):
            return None
    elif code == 0xFE or 0xE0 <= code <= 0xEF:
        return None
    return bytes((0xFF, code)) + (len(body) + 2).to_bytes(2, "big") + body


def clean_png(data: bytes) -> bytes | None:
    """Remove texts, EXIF, times and optional chunks; keep animation."""
    if not data.startswith(_PNG_HEAD):
        raise ValueError("no PNG")
    pieces = [_PNG_HEAD]
    at, changed = 8, False
    while True:
        kind = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if len(kind) < 4 or end > len(data):
            raise ValueError("cut off")
        # An upper-case first letter marks critical chunks.
        if kind[0] & 0x20 == 0 or kind in _PNG_NEEDED:
            pieces.append(data[at:end])
        else:
            changed = True
        at = end
        if kind == b"IEND":
            break
    return b"".join(pieces) if changed or at != len(data) else None


def clean_webp(data: bytes) -> bytes | None:
    """Remove EXIF and XMP."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    pieces: list[bytes] = []
    at, changed = 12, False
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise ValueError("cut off")
    while at + 8 <= stop:
        kind = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + (size & 1)
        if at + 8 + size > stop:
            raise ValueError("cut off")
        chunk = data[at : min(end, len(data))]
        if kind == b"VP8X":
            # Clear the flags of removed chunks: 0x08 EXIF, 0x04 XMP.
            chunk = chunk[:8] + bytes((chunk[8] & ~0x0C,)) + chunk[9:]
            pieces.append(chunk)
        elif kind in (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            pieces.append(chunk)
        else:
            changed = True
        at = end
    if not changed and stop >= len(data):
        return None
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def clean_gif(data: bytes) -> bytes | None:
    """Remove comments and XMP; keep frames, times and the loop."""
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 13:
        raise ValueError("no GIF")
    at = 13 + _colours(data[10])
    pieces = [data[:at]]
    changed = False
    while True:
        start, kind = at, data[at]
        if kind == 0x3B:
            pieces.append(b"\x3b")
            at += 1
            break
        if kind == 0x21:
            label = data[at + 1]
            at = gif_blocks(data, at + 2)
            name = data[start + 3 : start + 14]
            if label == 0xFE or (label == 0xFF and name not in _GIF_NEEDED):
                changed = True
                continue
        elif kind == 0x2C:
            at = gif_blocks(data, at + 11 + _colours(data[at + 9]))
        else:
            raise ValueError("no block where one must be")
        pieces.append(data[start:at])
    return b"".join(pieces) if changed or at != len(data) else None


def gif_blocks(data: bytes, at: int) -> int:
    """Return the index after a chain of sub-blocks. Raises IndexError for a truncated file."""
    while size := data[at]:
        at += size + 1
    return at + 1


def _colours(flags: int) -> int:
    """Return the size of the colour table in bytes."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


CLEANERS: dict[str, Callable[[bytes], bytes | None]] = {
    "image/jpeg": clean_jpeg,
    "image/png": clean_png,
    "image/webp": clean_webp,
    "image/gif": clean_gif,
}
