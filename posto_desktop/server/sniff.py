"""Detects a file's type and size in pixels from its first bytes.

Names and Content-Type headers are unreliable; WordPress decides by content, too. Only headers are
read: no picture is decoded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

HEAD = 64 * 1024


@dataclass(frozen=True)
class Kind:
    """A media type and its file extension. `width`, `height` in pixels, None: unknown."""

    mime: str
    extension: str
    width: int | None = None
    height: int | None = None


_BRANDS = {
    b"avif": ("image/avif", "avif"),
    b"avis": ("image/avif", "avif"),
    b"heic": ("image/heic", "heic"),
    b"heix": ("image/heic", "heic"),
    b"mif1": ("image/heif", "heif"),
    b"qt  ": ("video/quicktime", "mov"),
    b"M4A ": ("audio/mp4", "m4a"),
    b"3gp4": ("video/3gpp", "3gp"),
    b"3gp5": ("video/3gpp", "3gp"),
    b"3gp6": ("video/3gpp", "3gp"),
    b"3g2a": ("video/3gpp2", "3g2"),
}


def sniff(file: BinaryIO) -> Kind | None:
    """Return the type of an open file (read from its start), None for one that no network
    accepts."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        return _sniff(head, file)
    except (struct.error, IndexError, ValueError):
        return None


def _sniff(head: bytes, file: BinaryIO) -> Kind | None:
    return _picture(head, file) or _film_or_sound(head)


def _picture(head: bytes, file: BinaryIO) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        width, height = _jpeg_size(file)
        return Kind("image/jpeg", "jpg", width, height)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = _unpack(">II", head, 16)
        return Kind("image/png", "png", width, height)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        width, height = _unpack("<HH", head, 6)
        return Kind("image/gif", "gif", width, height)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        width, height = _webp_size(head)
        return Kind("image/webp", "webp", width, height)
    if head[:2] == b"BM" and len(head) > 26 and head[6:10] == b"\0\0\0\0":
        width, height = _unpack("<ii", head, 18)
        return Kind("image/bmp", "bmp", _positive(width), _positive(height))
    if head[:4] in (b"II*\0", b"MM\0*"):
        return Kind("image/tiff", "tiff")
    return None


def _film_or_sound(head: bytes) -> Kind | None:
    """Return the type of other files than plain pictures, including pictures in video containers
    (AVIF, HEIC)."""
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Kind("video/avi", "avi")
    if head[4:8] == b"ftyp":
        mime, extension = _BRANDS.get(head[8:12], ("video/mp4", "mp4"))
        if head[8:12] == b"mif1" and b"avif" in head[16:64]:
            mime, extension = "image/avif", "avif"
        return Kind(mime, extension)
    if head[4:8] in (b"moov", b"mdat", b"wide") and len(head) > 16:
        return Kind("video/quicktime", "mov")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        if b"webm" in head[:4096]:
            return Kind("video/webm", "webm")
        return Kind("video/x-matroska", "mkv")
    if head.startswith((b"\0\0\1\xba", b"\0\0\1\xb3")):
        return Kind("video/mpeg", "mpeg")
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return Kind("audio/mpeg", "mp3")
    return None


def _unpack(pattern: str, data: bytes, offset: int) -> tuple[int, int]:
    """Return two numbers, or zeros for a truncated file."""
    if len(data) < offset + struct.calcsize(pattern):
        return 0, 0
    first, second = struct.unpack_from(pattern, data, offset)
    return int(first), int(second)


def _positive(number: int) -> int | None:
    return abs(number) or None


def _jpeg_size(file: BinaryIO) -> tuple[int | None, int | None]:
    """Return width and height from the frame header, also after large metadata."""
    file.seek(2)
    for _ in range(500):
        marker = file.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            return None, None
        if marker[1] == 0xFF:  # a fill byte
            file.seek(-3, 1)
            continue
        length = int.from_bytes(marker[2:4], "big")
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = file.read(5)
            if len(frame) < 5:
                return None, None
            height, width = struct.unpack(">HH", frame[1:5])
            return _positive(width), _positive(height)
        if length < 2:
            return None, None
        file.seek(length - 2, 1)
    return None, None


def _webp_size(head: bytes) -> tuple[int | None, int | None]:
    form = head[12:16]
    if form == b"VP8X" and len(head) >= 30:
        width = int.from_bytes(head[24:27], "little") + 1
        return width, int.from_bytes(head[27:30], "little") + 1
    if form == b"VP8 " and len(head) >= 30:
        width, height = _unpack("<HH", head, 26)
        return _positive(width & 0x3FFF), _positive(height & 0x3FFF)
    if form == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None, None
