"""Tests of photos with broken metadata: the picture is posted without it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.core.draft import MediaRef
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.workers import thumbnails
from tests.unit.workers.samples import drawing, encoded


def notes(*entries: tuple[int, int, int, int], after: int = 0, at: int = 8) -> bytes:
    """The notes of a camera: (tag, type, count, value or place) each."""
    rows = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    head = b"MM\0*" + struct.pack(">I", at)
    return head + struct.pack(">H", len(entries)) + rows + struct.pack(">I", after)


def photo(path: Path, made: bytes) -> Path:
    plain = encoded(drawing(120, 80), "JPEG", quality=95)
    body = b"Exif\0\0" + made
    path.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:])
    return path


UPRIGHT, TURNED = (120, 80), (80, 120)
ORIENTATION, EXIF, GPS, MAKER = 0x112, 0x8769, 0x8825, 0x927C
GARBAGE = {
    "a way to turn that there is not": (notes((ORIENTATION, 3, 1, 9 << 16)), UPRIGHT),
    "the largest number": (notes((ORIENTATION, 3, 1, 0xFFFF0000)), UPRIGHT),
    "a text": (notes((ORIENTATION, 2, 4, 0x36000000)), UPRIGHT),
    "four thousand million values": (notes((ORIENTATION, 3, 0xFFFFFFFF, 6 << 16)), UPRIGHT),
    "a kind that there is not": (notes((ORIENTATION, 99, 1, 6 << 16)), UPRIGHT),
    "itself again": (notes((ORIENTATION, 3, 1, 6 << 16), (EXIF, 4, 1, 8), after=8), TURNED),
    "outside of the file": (notes((ORIENTATION, 3, 1, 6 << 16), at=0xFFFFFFF0), UPRIGHT),
    "two thousand million bytes": (notes((MAKER, 7, 0x7FFFFFFF, 8), (GPS, 4, 1, 8)), UPRIGHT),
    "more rows than it has": (b"MM\0*\0\0\0\x08\xff\xff", UPRIGHT),
    "cut off": (b"MM\0", UPRIGHT),
    "anything": (bytes(range(256)) * 40, UPRIGHT),
}


def check(path: Path, folder: Path) -> tuple[int, int]:
    """The pixels of the picture, which are the same wherever it is shown or sent."""
    facts = thumbnails.look(str(path), None)
    assert (facts.kind, facts.problem) == ("image", None)
    shown = thumbnails.thumbnail(str(path), 120, 120, None)
    assert (shown.width(), shown.height()) == (facts.width, facts.height)
    ref = MediaRef(str(path), path.name, path.stat().st_size)
    made = RenditionStore(folder)(ref, None, "mastodon")
    with Image.open(made.path) as sent:
        assert sent.size == (facts.width, facts.height)
        assert not sent.getexif()
    return facts.width, facts.height


@pytest.mark.parametrize("name", list(GARBAGE))
def test_the_picture_counts(qapp: Any, tmp_path: Path, name: str) -> None:
    made, pixels = GARBAGE[name]
    assert check(photo(tmp_path / "photo.jpg", made), tmp_path / "cache") == pixels


@given(made=st.binary(max_size=300))
def test_no_notes_make_it_fall(
    qapp: Any, tmp_path_factory: pytest.TempPathFactory, made: bytes
) -> None:
    folder = tmp_path_factory.mktemp("notes")
    path = photo(folder / "photo.jpg", b"MM\0*\0\0\0\x08" + made)
    assert check(path, folder / "cache") in (UPRIGHT, TURNED)
