"""Tests of detecting file types from bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.server.media import clean_name
from posto_desktop.server.sniff import sniff


def encoded(kind: str, size: tuple[int, int], **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (3, 2000)])
def test_sizes_are_read_without_decoding(kind: str, size: tuple[int, int]) -> None:
    sniffed = sniff(io.BytesIO(encoded(kind, size)))
    assert sniffed is not None
    assert (sniffed.width, sniffed.height) == size


def test_the_three_kinds_of_webp() -> None:
    for options in ({"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08"}):
        sniffed = sniff(io.BytesIO(encoded("WEBP", (300, 7), **options)))
        assert sniffed is not None
        assert (sniffed.mime, sniffed.width, sniffed.height) == ("image/webp", 300, 7)


def test_a_jpeg_with_much_metadata_before_its_size() -> None:
    data = encoded("JPEG", (50, 60))
    padding = b"\xff\xe1\xff\xff" + bytes(65533)
    sniffed = sniff(io.BytesIO(data[:2] + padding * 5 + data[2:]))
    assert sniffed is not None
    assert (sniffed.width, sniffed.height) == (50, 60)


@given(st.binary(max_size=200))
@example(b"\xff\xd8\xff")
@example(b"\xff\xd8\xff\xff\xff\xff\xff")
@example(b"\xff\xd8\xff\xe0\x00\x00" * 3)
@example(b"RIFF\0\0\0\0WEBPVP8X")
@example(b"\x89PNG\r\n\x1a\n")
@example(b"\0\0\0\0ftyp")
def test_no_bytes_break_it(data: bytes) -> None:
    sniff(io.BytesIO(data))


@given(
    st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP"]),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 255)), max_size=10),
    st.integers(0, 2000),
)
def test_no_damaged_picture_breaks_it(
    kind: str, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(encoded(kind, (9, 9))[:length])
    for place, value in changes:
        if place < len(data):
            data[place] = value
    sniff(io.BytesIO(bytes(data)))


@given(st.text(max_size=400), st.sampled_from(["jpg", "png", "mp4"]))
@example("", "png")
@example(".", "png")
@example("..", "png")
@example("con", "png")
@example("a" * 300 + ".png", "png")
@example("\u202egnp.exe", "png")
def test_names_are_safe_whatever_they_were(name: str, extension: str) -> None:
    cleaned = clean_name(name, extension)
    assert not set(cleaned) & set('/\\\0\n\r"<>:|?*%')
    assert not cleaned.startswith(".")
    assert len(cleaned.encode("utf-8", "replace")) <= 200
    stem, _, suffix = cleaned.rpartition(".")
    assert stem
    assert suffix.lower() in {extension, "jpeg"}
    assert "\u202e" not in cleaned
