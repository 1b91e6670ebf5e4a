"""Captions inside of pictures, as programs write them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.core.sidecar_texts import SidecarTexts
from posto_desktop.media.complete_files import is_complete
from posto_desktop.media.embedded_texts import embedded_texts
from posto_desktop.sdk.media_types import SNIFF, sniff
from tests.unit.core.test_sidecar import XMP

EXPECTED = SidecarTexts(text="The sea & me", alt="Waves", labels=("Sea", "Buns"))


def iptc(*records: tuple[int, bytes]) -> bytes:
    """Return the segment of a JPEG with these records."""
    data = b"".join(
        bytes((0x1C, 2, number)) + len(value).to_bytes(2, "big") + value
        for number, value in records
    )
    resource = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) & 1)
    other = b"8BIM\x03\xed\0\0" + (16).to_bytes(4, "big") + bytes(16)
    body = b"Photoshop 3.0\0" + other + resource
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def save(form: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), (9, 9, 9)).save(buffer, form, **more)
    return buffer.getvalue()


def texts_of(folder: Path, data: bytes) -> SidecarTexts:
    path = folder / "picture"
    path.write_bytes(data)
    return embedded_texts(path, sniff(data[:SNIFF]) or "")


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG", "TIFF"])
def test_xmp_of_each_kind_of_picture(tmp_path: Path, form: str) -> None:
    if form == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP)
        data = save(form, pnginfo=info)
    elif form == "TIFF":
        data = save(form, tiffinfo={700: XMP.encode()})
    else:
        data = save(form, xmp=XMP.encode())
    assert texts_of(tmp_path, data) == EXPECTED


def test_iptc_caption_and_keywords(tmp_path: Path) -> None:
    data = save("JPEG")
    segment = iptc((120, "Café am Meer".encode()), (25, b"Sea"), (25, "Brötchen".encode("latin-1")))
    expected = SidecarTexts(text="Café am Meer", labels=("Sea", "Brötchen"))
    assert texts_of(tmp_path, data[:2] + segment + data[2:]) == expected


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_exif_description_but_not_that_of_cameras(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "A cup"
    assert texts_of(tmp_path, save(form, exif=exif)).text == "A cup"
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA         "
    assert texts_of(tmp_path, save(form, exif=exif)).is_empty


def test_xmp_goes_before_iptc(tmp_path: Path) -> None:
    data = save("JPEG", xmp=XMP.encode())
    segment = iptc((120, b"Other"))
    assert texts_of(tmp_path, data[:2] + segment + data[2:]) == EXPECTED


BASES = [
    save("JPEG", xmp=XMP.encode()),
    save("WEBP", xmp=XMP.encode()),
    save("TIFF", tiffinfo={700: XMP.encode()}),
    save("PNG"),
    save("GIF"),
]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(BASES), st.data())
def test_damaged_pictures_give_nothing_worse_than_nothing(
    tmp_path: Path, base: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(base) - 1))
    bad = data.draw(st.binary(max_size=5))
    damaged = base[:at] + bad + base[at + data.draw(st.integers(0, 9)) :]
    texts = texts_of(tmp_path, damaged)
    assert len(texts.text) <= 20_000
    is_complete(tmp_path / "picture", sniff(base[:SNIFF]) or "")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"])
def test_each_kind_of_picture_is_incomplete_without_its_end(tmp_path: Path, form: str) -> None:
    path, data = tmp_path / "picture", save(form)
    mime = sniff(data[:SNIFF]) or ""
    path.write_bytes(data)
    assert is_complete(path, mime)
    for length in (len(data) - 3, len(data) // 2):
        path.write_bytes(data[:length])
        assert not is_complete(path, mime), length


@pytest.mark.parametrize(
    ("size", "complete"), [(b"\x10\x00\x00\x08", True), (b"\x10\x00\x00\x40", False)]
)
def test_a_matroska_file_ends_where_its_segment_does(
    tmp_path: Path, size: bytes, complete: bool
) -> None:
    path = tmp_path / "film.webm"
    path.write_bytes(b"\x1aE\xdf\xa3\x84webm" + b"\x18\x53\x80\x67" + size + bytes(8))
    assert is_complete(path, "video/webm") is complete
    path.write_bytes(b"\x1aE\xdf\xa3\x84webm" + b"\x18\x53\x80\x67\xff" + bytes(8))
    assert is_complete(path, "video/webm")  # a live recording gives no size
