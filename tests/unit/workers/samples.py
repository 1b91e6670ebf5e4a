"""Pictures and films for the tests of what is uploaded: with places, cameras and colours."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageDraw

from posto_desktop.core.draft import MediaRef

SECRET = b"Nordlicht Cam"
PLACE = b"+54.0833+012.1333/"


def exif(orientation: int = 1, **more: object) -> bytes:
    notes = Image.Exif()
    notes[0x010F] = SECRET.decode()
    notes[0x0112] = orientation
    place = notes.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (54.0, 5.0, 0.0), "E", (12.0, 8.0, 0.0)
    return notes.tobytes()


def drawing(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """Red, with a blue quarter at the top left: what was turned or cut can be told."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(30, 30, 200))
    return picture.convert(mode)


def noise(width: int, height: int) -> Image.Image:
    """A picture that does not compress, always the same."""
    band = Image.effect_noise((width, height), 90)
    return Image.merge("RGB", (band, band.transpose(Image.Transpose.ROTATE_180), band))


def save(folder: Path, name: str, picture: Image.Image, **options: Any) -> MediaRef:
    path = folder / name
    picture.save(path, **options)
    return ref(path)


def ref(path: Path) -> MediaRef:
    return MediaRef(str(path), path.name, path.stat().st_size)


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def moving(frames: int = 5, size: tuple[int, int] = (60, 40), form: str = "GIF") -> bytes:
    """A white square that goes to the right over blue, 50 ms a frame."""
    pictures = []
    for number in range(frames):
        picture = Image.new("RGB", size, (20, 20, 120))
        left = number * 7 % max(1, size[0] - 10)
        ImageDraw.Draw(picture).rectangle((left, 5, left + 8, 14), fill="white")
        pictures.append(picture)
    return encoded(
        pictures[0], form, save_all=True, append_images=pictures[1:], duration=50, loop=0
    )


def other_profile() -> bytes:
    """A colour profile in which red and blue have changed places against sRGB."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = (data.index(name, 128) + 4 for name in (b"rXYZ", b"bXYZ"))
    data[red : red + 8], data[blue : blue + 8] = data[blue : blue + 8], data[red : red + 8]
    return bytes(data).replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def full(kind: bytes, *content: bytes) -> bytes:
    return box(kind, b"\0\0\0\0", *content)


def track(handler: bytes, start: int, sizes: list[int], *more: bytes) -> bytes:
    """A track whose samples lie in one chunk."""
    table = box(
        b"stbl",
        full(b"stsc", struct.pack(">IIII", 1, 1, len(sizes), 1)),
        full(b"stsz", struct.pack(">II", 0, len(sizes)), struct.pack(f">{len(sizes)}I", *sizes)),
        full(b"stco", struct.pack(">II", 1, start)),
    )
    name = full(b"hdlr", b"\0\0\0\0", handler, b"\0" * 12)
    return box(b"trak", box(b"mdia", name, box(b"minf", table)), *more)


def film() -> bytes:
    """Boxes of a film as phones write it: place in three spots, and a track of positions."""
    head = box(b"ftyp", b"qt  \0\0\0\0qt  ")
    frames, positions = b"FRAMEFRAME", PLACE * 2
    data = box(b"mdat", frames, positions)
    at = len(head) + 8
    movie = box(
        b"moov",
        full(b"mvhd", b"\0" * 96),
        track(b"vide", at, [5, 5], box(b"udta", box(b"\xa9xyz", PLACE))),
        track(b"meta", at + len(frames), [len(PLACE), len(PLACE)]),
        box(b"udta", box(b"\xa9xyz", PLACE), box(b"loci", PLACE), box(b"\xa9mak", SECRET)),
        box(b"meta", box(b"keys", b"com.apple.quicktime.make"), box(b"ilst", SECRET + PLACE)),
    )
    xmp = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), b"<x:xmpmeta>" + PLACE)
    return head + data + movie + xmp


def riff(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def _avi(head: bytes, form: bytes, movi: list[tuple[bytes, bytes]], frames: int) -> bytes:
    main = struct.pack("<14I", 100_000, 0, 0, 0x10, frames, 0, 1, 0, 64, 48, 0, 0, 0, 0)
    streams = riff(b"LIST", b"strl", riff(b"strh", head), riff(b"strf", form))
    index, at, chunks = b"", 4, b""
    for name, data in movi:
        index += name + struct.pack("<III", 0x10, at, len(data))
        chunk = riff(name, data)
        at += len(chunk)
        chunks += chunk
    return riff(
        b"RIFF",
        b"AVI ",
        riff(b"LIST", b"hdrl", riff(b"avih", main), streams),
        riff(b"LIST", b"movi", chunks),
        riff(b"idx1", index),
    )


def clip(greys: list[int]) -> bytes:
    """A film of 10 frames a second, each of one grey."""
    pictures = [encoded(Image.new("RGB", (64, 48), (grey,) * 3), "JPEG") for grey in greys]
    head = b"vidsMJPG" + struct.pack("<10I", 0, 0, 0, 1, 10, 0, len(greys), 0, 0, 0)
    head += struct.pack("<4H", 0, 0, 64, 48)
    form = struct.pack("<IiiHH4sIiiII", 40, 64, 48, 1, 24, b"MJPG", 64 * 48 * 3, 0, 0, 0, 0)
    return _avi(head, form, [(b"00dc", picture) for picture in pictures], len(greys))


def sound() -> bytes:
    """A film without a picture: one second of silence."""
    head = b"auds\0\0\0\0" + struct.pack("<10I", 0, 0, 0, 1, 8000, 0, 8000, 0, 0, 1)
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    silence = [(b"00wb", b"\x80" * 800)] * 10
    return _avi(head + b"\0" * 8, form, silence, 0)


def sound_mp4(seconds: int = 1, rate: int = 8000) -> bytes:
    """The same as phones and recorders write it: an MP4 with a track of sound alone."""
    count = seconds * rate
    head = box(b"ftyp", b"isom\0\0\2\0isom")
    data = box(b"mdat", b"\0\1" * count)
    matrix = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    form = struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, rate << 16)
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), box(b"twos", form)),
        full(b"stts", struct.pack(">III", 1, count, 1)),
        full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        full(b"stsz", struct.pack(">II", 2, count)),
        full(b"stco", struct.pack(">II", 1, len(head) + 8)),
    )
    here = box(b"dinf", full(b"dref", struct.pack(">I", 1), box(b"url ", b"\0\0\0\1")))
    media = box(
        b"mdia",
        full(b"mdhd", struct.pack(">8xIIHH", rate, count, 0x55C4, 0)),
        full(b"hdlr", b"\0\0\0\0soun" + b"\0" * 13),
        box(b"minf", full(b"smhd", b"\0" * 4), here, table),
    )
    track = struct.pack(">I8xI4xI16x", 7, 1, seconds * 1000) + matrix + b"\0" * 8
    movie = struct.pack(">8xIIIH10x", 1000, seconds * 1000, 1 << 16, 256) + matrix
    movie += b"\0" * 24 + struct.pack(">I", 2)
    return (
        head + data + box(b"moov", full(b"mvhd", movie), box(b"trak", box(b"tkhd", track), media))
    )
