"""Small picture files that expand to huge memory or hours of decoding, built byte by byte.

`BOMBS` is for the tests (all of it is built in a second or two), `heavy_bombs` adds what takes some
seconds to build. A name tells what is wrong; its ending, what the file is.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

# -- JPEG --------------------------------------------------------------------------------------


def segment(code: int, body: bytes) -> bytes:
    return bytes((0xFF, code)) + struct.pack(">H", len(body) + 2) + body


def jpeg(width: int, height: int, scans: int, parts: int = 3, *, refined: bool = True) -> bytes:
    """A progressive JPEG of one colour: one scan for its level, and others that change nothing but
    have a decoder visit every block."""
    frame = b"".join(bytes((number + 1, 0x11, 0)) for number in range(parts))
    made = b"\xff\xd8" + segment(0xDB, b"\0" + bytes([1] * 64))
    made += segment(0xC2, struct.pack(">BHHB", 8, height, width, parts) + frame)
    made += segment(0xC4, b"\0" + bytes([1] + [0] * 15) + b"\0")
    made += segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\xe0")  # a run of empty blocks
    blocks = -(-width // 8) * -(-height // 8)
    made += scan(range(1, parts + 1), 0, 0, 0) + bytes(-(-blocks * parts // 8))
    bits = ("0" + "1" * 14) * -(-blocks // 32767)
    bits += "1" * (-len(bits) % 8)
    runs = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    again = scan([1], 1, 63, 0x10 if refined else 0) + runs
    return made + again * (scans - 1) + b"\xff\xd9"


def scan(parts: object, first: int, last: int, approximation: int) -> bytes:
    which = b"".join(bytes((part, 0)) for part in parts)  # type: ignore[attr-defined]
    return segment(0xDA, bytes([len(which) // 2]) + which + bytes((first, last, approximation)))


def plain_jpeg() -> bytes:
    return encoded(Image.new("RGB", (64, 48), "teal"), "JPEG")


def behind_start(data: bytes, inserted: bytes) -> bytes:
    return data[:2] + inserted + data[2:]


def no_height() -> bytes:
    """The height comes behind the first scan (DNL), as 65,535."""
    data = bytearray(plain_jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 7] = b"\0\0"
    return bytes(data[:-2]) + segment(0xDC, b"\xff\xff") + b"\xff\xd9"


def restarts() -> bytes:
    data = plain_jpeg()
    at = data.index(b"\xff\xda")
    marks = b"".join(bytes((0xFF, 0xD0 + number % 8)) for number in range(500_000))
    return data[:at] + segment(0xDD, b"\0\1") + data[at:-2] + marks + b"\xff\xd9"


def exif(*rows: tuple[int, int, int, int], after: int = 0) -> bytes:
    table = b"".join(struct.pack(">HHII", *row) for row in rows)
    body = b"MM\0*" + struct.pack(">IH", 8, len(rows)) + table + struct.pack(">I", after)
    return segment(0xE1, b"Exif\0\0" + body)


def nested_notes() -> bytes:
    """Notes that lead to themselves, to others that do, and to two thousand million bytes."""
    rows = [(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), (0x927C, 7, 0x7FFFFFFF, 8)]
    return behind_start(plain_jpeg(), exif(*rows, after=8) + exif(*rows, after=8))


def long_notes() -> bytes:
    return behind_start(plain_jpeg(), segment(0xE1, b"Exif\0\0" + bytes(60_000)) * 200)


# -- PNG ---------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def deflated(size: int) -> bytes:
    """So many zeros."""
    packer, block = zlib.compressobj(9), bytes(1024 * 1024)
    pieces = [packer.compress(block) for _ in range(size // len(block))]
    pieces.append(packer.compress(bytes(size % len(block))))
    return b"".join(pieces) + packer.flush()


def png(width: int, height: int, *more: bytes, colours: int = 0, bits: int = 1) -> bytes:
    """A PNG of zeros; `colours` 0 grey, 2 RGB, 6 RGBA. `more` chunks come before the pixels."""
    row = 1 + -(-width * {0: 1, 2: 3, 6: 4}[colours] * bits // 8)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0))
    pixels = chunk(b"IDAT", deflated(row * height))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels + chunk(b"IEND", b"")


def claimed_png(width: int, height: int, *more: bytes) -> bytes:
    """The size is only claimed."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(9)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels + chunk(b"IEND", b"")


def apng(frames: int) -> bytes:
    pixels = zlib.compress(b"\0\0")
    pieces = [chunk(b"acTL", struct.pack(">II", frames, 0))]
    control = struct.pack(">IIIIHHBB", 1, 1, 0, 0, 1, 100, 0, 0)
    pieces.append(chunk(b"fcTL", struct.pack(">I", 0) + control))
    pieces.append(chunk(b"IDAT", pixels))
    for number in range(1, frames):
        pieces.append(chunk(b"fcTL", struct.pack(">I", 2 * number - 1) + control))
        pieces.append(chunk(b"fdAT", struct.pack(">I", 2 * number) + pixels))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(pieces) + chunk(b"IEND", b"")


# -- GIF, WebP, BMP ----------------------------------------------------------------------------


def gif(width: int, height: int, frames: int = 1) -> bytes:
    """Frames of one pixel on a screen of this size."""
    frame = b"\x21\xf9\x04\0\1\0\0\0" + b"\x2c\0\0\0\0\1\0\1\0\0" + b"\x02\x02\x44\x01\0"
    screen = struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    return b"GIF89a" + screen + frame * frames + b"\x3b"


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def lossless(width: int, height: int) -> bytes:
    """One colour: a decoder needs no bits for a pixel of it, so the size can be any."""
    made = bytearray(encoded(Image.new("RGB", (64, 64), (9, 99, 200)), "WEBP", lossless=True))
    at = made.index(b"VP8L") + 9
    size = int.from_bytes(made[at : at + 4], "little") >> 28 << 28
    made[at : at + 4] = (size | (width - 1) | (height - 1) << 14).to_bytes(4, "little")
    return bytes(made)


def animated_webp(width: int, height: int, frames: int) -> bytes:
    small = encoded(Image.new("RGB", (2, 2)), "WEBP", lossless=True)[12:]
    corner = b"\0\0\0" + b"\0\0\0" + b"\1\0\0" + b"\1\0\0" + b"\x0a\0\0" + b"\0"
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = (b"VP8X", b"\x02\0\0\0" + sides)
    return riff(head, (b"ANIM", bytes(6)), *[(b"ANMF", corner + small)] * frames)


def bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IIiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + head + bytes(4)


# -- TIFF, HEIF --------------------------------------------------------------------------------


def tiff(*rows: tuple[int, int, int, int], after: int = 0, data: bytes = b"") -> bytes:
    table = b"".join(struct.pack("<HHII", *row) for row in rows)
    return b"II*\0" + struct.pack("<IH", 8, len(rows)) + table + struct.pack("<I", after) + data


def tiff_strip(width: int, height: int, data: bytes, *more: tuple[int, int, int, int]) -> bytes:
    """Grey, packed by deflate, in one strip."""
    rows = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8)]
    rows += [(262, 3, 1, 1), (273, 4, 1, 0), (277, 3, 1, 1), (278, 4, 1, height)]
    rows += [(279, 4, 1, len(data)), *more]
    at = 8 + 2 + 12 * len(rows) + 4
    rows[5] = (273, 4, 1, at)
    return tiff(*rows, data=data)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def heif(brand: bytes, width: int, height: int) -> bytes:
    """Nothing but a claim of its size."""
    sizes = box(b"ispe", bytes(4), struct.pack(">II", width, height)) * 64
    meta = box(b"meta", bytes(4), box(b"iprp", box(b"ipco", sizes)))
    return box(b"ftyp", brand, bytes(4), b"mif1", brand) + meta + box(b"mdat", bytes(64))


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def icc(size: int) -> bytes:
    return chunk(b"iCCP", b"p\0\0" + deflated(size))


def text(size: int, key: bytes = b"Comment") -> bytes:
    return chunk(b"zTXt", key + b"\0\0" + deflated(size))


def itext(size: int) -> bytes:
    return chunk(b"iTXt", b"Comment\0\1\0\0\0" + deflated(size))


MANY = 2**31 + 7

BOMBS: dict[str, Callable[[], bytes]] = {
    "progressive 256 megapixels.jpg": lambda: jpeg(16_000, 16_000, 2, 3),
    "progressive 256 megapixels in four colours.jpg": lambda: jpeg(16_000, 16_000, 2, 4),
    "thousand scans.jpg": lambda: jpeg(3000, 3000, 1000, 1),
    "many scans.jpg": lambda: jpeg(600, 600, 20_000, 1),
    "no height.jpg": no_height,
    "restarts.jpg": restarts,
    "notes of notes.jpg": nested_notes,
    "12 MB of notes.jpg": long_notes,
    "claims 3600 megapixels.png": lambda: claimed_png(60_000, 60_000),
    "text.png": lambda: png(64, 64, text(100_000_000)),
    "texts.png": lambda: png(64, 64, *[itext(3_000_000)] * 40),
    "profile.png": lambda: png(64, 64, icc(100_000_000)),
    "frames.png": lambda: apng(20_000),
    "screen.gif": lambda: gif(65_535, 65_535),
    "frames.gif": lambda: gif(100, 100, 100_001),
    "lossless 268 megapixels.webp": lambda: lossless(16_383, 16_383),
    "moving 268 megapixels.webp": lambda: animated_webp(16_384, 16_384, 3),
    "wide.bmp": lambda: bmp(MANY, 1),
    "huge.bmp": lambda: bmp(60_000, -60_000),
    "wide.tiff": lambda: tiff_strip(MANY, 1, b""),
    "round.tiff": lambda: tiff((256, 4, 1, 9), (257, 4, 1, 9), after=8),
    "tile.tiff": lambda: tiff_strip(
        64, 64, deflated(64 * 64), (322, 4, 1, 2**30), (323, 4, 1, 2**30)
    ),
    "strip.tiff": lambda: tiff_strip(64, 64, deflated(100_000_000)),
    "grid.heic": lambda: heif(b"heic", 60_000, 60_000),
    "grid.avif": lambda: heif(b"avif", 60_000, 60_000),
}


def heavy_bombs() -> dict[str, Callable[[], bytes]]:
    """What is as large as is opened at all, and what takes some seconds to be built."""
    return {
        "437 KB with 3600 megapixels.png": lambda: png(60_000, 60_000),
        "64 megapixels.png": lambda: png(8000, 8000, colours=6, bits=8),
        "64 megapixels of 16 bits.png": lambda: png(8000, 8000, colours=0, bits=16),
        "as many scans as may be.jpg": lambda: jpeg(6300, 6300, 40, 3),
        "24 megapixels.webp": lambda: encoded(
            Image.new("RGB", (4940, 4940)), "WEBP", lossless=True
        ),
        "34 megapixels.avif": lambda: encoded(Image.new("RGB", (5800, 5800)), "AVIF", speed=10),
        "64 megapixels.gif": lambda: encoded(Image.new("P", (8000, 8000)), "GIF"),
        "64 megapixels.tiff": lambda: encoded(
            Image.new("F", (8000, 8000)), "TIFF", compression="tiff_deflate"
        ),
        "a gigabyte of text.png": lambda: png(64, 64, text(2**30)),
    }
