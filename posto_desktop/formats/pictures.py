"""Picture headers, and the limits for decoding.

A decoder's memory depends on the size in the header, and its time on the number of passes, whatever
the file's own size. So both are read first, with a bounded number of bytes and without decoding. A
header may lie: decoding itself has limits, too (see `server.process_limits`).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

from posto_desktop.common.translation import translatable

__all__ = ["MAX_SCANS", "UPRIGHT", "ExceededLimit", "HeaderError", "PictureHeader", "read_header"]

MAX_SCANS = 40
"""Most scans of a JPEG. Encoders make up to 20; each one costs a decoder about 1.5 ms a megapixel.
"""

UPRIGHT = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""EXIF orientations with the `PIL.Image.Transpose` that makes the picture upright."""

_MEGA = 1_000_000
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_BLOCK = 64 * 1024
_MAX_MARKERS = 5_000
_MAX_SCANNED = 128 * 1024 * 1024
_MAX_CHUNKS = 1_000
_MAX_BOXES = 64
_LARGEST_META = 4 * 1024 * 1024
# Most megapixels to open, by a decoder's memory for each: 4 bytes a pixel in most formats (TIFF,
# PNG, BMP, GIF), 7 in HEIC, 9 in AVIF, 15 in WebP, and 6 for the coefficients of a progressive
# JPEG. A baseline JPEG is scaled down while it is read.
_MOST = {
    translatable("PictureKinds", "JPEGs"): 268,
    translatable("PictureKinds", "progressive JPEGs"): 40,
    translatable("PictureKinds", "WebP pictures"): 24.5,
    translatable("PictureKinds", "AVIF pictures"): 34,
    translatable("PictureKinds", "HEIC pictures"): 50,
    translatable("PictureKinds", "such files"): 64,
}
_NAMES = {
    "image/webp": "WebP pictures",
    "image/avif": "AVIF pictures",
    "image/heic": "HEIC pictures",
    "image/heif": "HEIC pictures",
}


class HeaderError(Exception):
    """The file does not have the structure of its type."""


@dataclass(frozen=True)
class ExceededLimit:
    """Why a picture is not opened. `unit`: "pixels" or "scans"; `amount` and `most` are numbers of
    those; `kind` names the files that `most` applies to, as "progressive JPEGs"."""

    unit: str
    amount: int
    most: int
    kind: str


@dataclass(frozen=True)
class PictureHeader:
    """Stored pixels (0: unknown) and, for a JPEG, its scans, counted up to `MAX_SCANS` + 1."""

    mime: str
    width: int = 0
    height: int = 0
    scans: int = 1
    is_progressive: bool = False

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def kind(self) -> str:
        """Return the plural name of such files."""
        if self.mime == "image/jpeg":
            return "progressive JPEGs" if self.is_progressive else "JPEGs"
        return _NAMES.get(self.mime, "such files")

    @property
    def too_much(self) -> ExceededLimit | None:
        """Return why it must not be decoded; None if it may be."""
        most = round(_MOST[self.kind] * _MEGA)
        if self.pixels > most:
            return ExceededLimit("pixels", self.pixels, most, self.kind)
        if self.scans > MAX_SCANS:
            return ExceededLimit("scans", self.scans, MAX_SCANS, self.kind)
        return None

    @property
    def seconds(self) -> float:
        """Return the approximate decoding time on a computer of 2020; infinite if unknown."""
        if not self.pixels or self.mime == "image/tiff":
            return float("inf")
        if self.mime != "image/jpeg":
            a_megapixel = 0.045
        elif self.is_progressive:
            a_megapixel = 0.02 + 0.0015 * self.scans
        else:
            a_megapixel = 0.006
        return a_megapixel * self.pixels / _MEGA


def read_header(file: BinaryIO, mime: str) -> PictureHeader:
    """Return the header of an open file of this MIME type.

    Sizes of unknown types are 0. Raises HeaderError and OSError.
    """
    walk = _WALKS.get(mime)
    if walk is None:
        return PictureHeader(mime)
    try:
        return walk(file, mime)
    except (struct.error, IndexError, ValueError, OverflowError):
        raise HeaderError("cut off") from None


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    """Return exactly so many bytes from an offset. Raises HeaderError at the end of the file."""
    file.seek(at)
    data = file.read(size)
    if len(data) < size:
        raise HeaderError("cut off")
    return data


# -- JPEG --------------------------------------------------------------------------------------


def _jpeg(file: BinaryIO, mime: str) -> PictureHeader:
    at, width, height, parts, progressive = 2, 0, 0, 0, False
    for _ in range(_MAX_MARKERS):
        head = _read(file, at, 4)
        if head[0] != 0xFF:  # decoders go on with the next marker
            file.seek(at)
            marker = _MARKER.search(file.read(_BLOCK))
            if marker is None:
                raise HeaderError("no marker where one must be")
            at += marker.start()
            continue
        code = head[1]
        if code == 0xFF or code == 0x01 or 0xD0 <= code <= 0xD8:  # filling, or without a length
            at += 1 if code == 0xFF else 2
            continue
        if code == 0xD9:
            raise HeaderError("no picture")
        length = int.from_bytes(head[2:4], "big")
        if length < 2:
            raise HeaderError("a segment without a length")
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            height, width, parts = struct.unpack(">HHB", _read(file, at + 5, 5))
            progressive = code in _PROGRESSIVE
        elif code == 0xDA:
            if not parts:
                raise HeaderError("no size")
            # In a baseline JPEG a scan with all components is the only one.
            if not progressive and _read(file, at + 4, 1)[0] >= parts:
                return PictureHeader(mime, width, height)
            return PictureHeader(mime, width, height, _count_scans(file, at), True)
        at += 2 + length
    raise HeaderError("too many segments")


def _count_scans(file: BinaryIO, at: int) -> int:
    """Count the scans from this offset on; too many for an unterminated file."""
    scans, stop = 0, at + _MAX_SCANNED
    for _ in range(_MAX_SCANNED // _BLOCK + _MAX_MARKERS):
        file.seek(at)
        block = file.read(_BLOCK)
        marker = _MARKER.search(block)
        if marker is None:
            if len(block) < _BLOCK:
                return scans
            at += len(block) - 1
        elif marker.end() + 2 > len(block) == _BLOCK:
            at += marker.start()  # the segment's length is in the next block
        else:
            code = block[marker.end() - 1]
            if code == 0xD9:
                return scans
            scans += code == 0xDA
            length = int.from_bytes(block[marker.end() : marker.end() + 2], "big")
            at += marker.end() + (0 if code == 0x01 else max(2, length))
        if scans > MAX_SCANS or at > stop:
            break
    return MAX_SCANS + 1


# -- the others --------------------------------------------------------------------------------


def _png(file: BinaryIO, mime: str) -> PictureHeader:
    width, height = struct.unpack(">II", _read(file, 16, 8))
    return PictureHeader(mime, width, height)


def _gif(file: BinaryIO, mime: str) -> PictureHeader:
    """Return the screen, or the first frame if that is larger."""
    head = _read(file, 0, 13)
    width, height = struct.unpack("<HH", head[6:10])
    at = 13 + _colours(head[10])
    for _ in range(_MAX_CHUNKS):
        kind = _read(file, at, 2)
        if kind[0] == 0x2C:
            left, top, wide, high = struct.unpack("<HHHH", _read(file, at + 1, 8))
            return PictureHeader(mime, max(width, left + wide), max(height, top + high))
        if kind[0] != 0x21:
            raise HeaderError("no block where one must be")
        at += 2
        while size := _read(file, at, 1)[0]:
            at += size + 1
            if at > _LARGEST_META:
                raise HeaderError("too much before the picture")
        at += 1
    raise HeaderError("too many blocks")


def _colours(flags: int) -> int:
    """Return the size of the colour table in bytes."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _webp(file: BinaryIO, mime: str) -> PictureHeader:
    """Return the canvas, or the first picture if that is larger."""
    at, width, height = 12, 0, 0
    for _ in range(_MAX_CHUNKS):
        head = _read(file, at, 8)
        kind, size = head[:4], int.from_bytes(head[4:], "little")
        if kind == b"VP8X":
            data = _read(file, at + 8, 10)
            width = int.from_bytes(data[4:7], "little") + 1
            height = int.from_bytes(data[7:10], "little") + 1
        elif kind == b"ANMF":
            at += 8 + 16  # its own chunks follow
            continue
        elif kind in (b"VP8 ", b"VP8L"):
            wide, high = _webp_picture(kind, _read(file, at + 8, 10))
            return PictureHeader(mime, max(width, wide), max(height, high))
        at += 8 + size + (size & 1)
    raise HeaderError("too many chunks")


def _webp_picture(kind: bytes, data: bytes) -> tuple[int, int]:
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    bits = int.from_bytes(data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _bmp(file: BinaryIO, mime: str) -> PictureHeader:
    head = _read(file, 14, 12)
    if int.from_bytes(head[:4], "little") == 12:  # OS/2 header
        width, height = struct.unpack("<HH", head[4:8])
    else:
        width, height = struct.unpack("<Ii", head[4:12])  # negative for top-down
    return PictureHeader(mime, width, abs(height))


def _tiff(file: BinaryIO, mime: str) -> PictureHeader:
    """Read the sides from the first directory: of several pages only the first is used."""
    head = _read(file, 0, 8)
    order = "<" if head[:2] == b"II" else ">"
    (at,) = struct.unpack(order + "I", head[4:8])
    (count,) = struct.unpack(order + "H", _read(file, at, 2))
    sides = {256: 0, 257: 0}
    rows = _read(file, at + 2, 12 * count)
    for number in range(count):
        tag, kind, values = struct.unpack(order + "HHI", rows[12 * number : 12 * number + 8])
        if tag in sides and values == 1 and kind in (3, 4):
            form = order + ("H" if kind == 3 else "I")
            size = struct.calcsize(form)
            (sides[tag],) = struct.unpack(form, rows[12 * number + 8 : 12 * number + 8 + size])
    return PictureHeader(mime, sides[256], sides[257])


def _heif(file: BinaryIO, mime: str) -> PictureHeader:
    """Return the largest of the listed pictures; a grid of tiles is one of them."""
    at = 0
    for _ in range(_MAX_BOXES):
        kind, start, end = _box(file, at)
        if kind == b"meta":
            if end - start > _LARGEST_META:
                raise HeaderError("too much before the picture")
            return _largest(mime, _read(file, start, end - start))
        if kind == b"":
            break
        at = end
    return PictureHeader(mime)


def _box(file: BinaryIO, at: int) -> tuple[bytes, int, int]:
    """Return a box's type and the offsets of its content; an empty type at the end of the file."""
    file.seek(at)
    head = file.read(16)
    if len(head) < 8:
        return b"", at, at
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if size == 1:
        return kind, at + 16, at + max(16, int.from_bytes(head[8:16], "big"))
    if size == 0:
        return b"", at, at
    return kind, at + 8, at + max(8, size)


def _largest(mime: str, meta: bytes) -> PictureHeader:
    widest = highest = 0
    properties = meta.find(b"ipco")
    # All of its kind, wherever: extra matches cost nothing but a look.
    for match in re.finditer(rb"ispe\0\0\0\0", meta[max(0, properties) :]):
        at = max(0, properties) + match.end()
        if len(meta) >= at + 8:
            width, height = struct.unpack(">II", meta[at : at + 8])
            if width * height > widest * highest:
                widest, highest = width, height
    return PictureHeader(mime, widest, highest)


_WALKS = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/bmp": _bmp,
    "image/tiff": _tiff,
    "image/avif": _heif,
    "image/heic": _heif,
    "image/heif": _heif,
}
