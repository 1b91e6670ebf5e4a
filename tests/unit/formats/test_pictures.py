"""Headers of pictures are read within bounds, whatever is in them."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.formats.pictures import MAX_SCANS, HeaderError, PictureHeader, read_header
from tests.fakes import bombs
from tests.fakes.bombs import encoded

FORMS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
}


def header(data: bytes, mime: str) -> PictureHeader:
    return read_header(io.BytesIO(data), mime)


@pytest.mark.parametrize("form", FORMS)
def test_the_size_is_that_of_the_picture(form: str) -> None:
    facts = header(encoded(Image.new("RGB", (120, 80)), form), FORMS[form])
    assert (facts.width, facts.height, facts.scans, facts.too_much) == (120, 80, 1, None)


def test_scans_are_counted() -> None:
    data = encoded(Image.effect_noise((90, 60), 50), "JPEG", progressive=True)
    facts = header(data, "image/jpeg")
    assert (facts.is_progressive, facts.scans) == (True, data.count(b"\xff\xda"))
    for count in (1, 2, MAX_SCANS):
        facts = header(bombs.jpeg(40, 40, count), "image/jpeg")
        assert (facts.scans, facts.too_much) == (count, None)
    too_many = header(bombs.jpeg(40, 40, MAX_SCANS + 1), "image/jpeg").too_much
    assert too_many is not None
    assert too_many.unit == "scans"


def test_scans_behind_a_mark_that_is_data_are_counted() -> None:
    data = bombs.jpeg(40, 40, 50)
    at = data.index(b"\xff\xda")
    hidden = data[:at] + bombs.segment(0xFE, b"\xff\xd9" * 40) + data[at:]
    assert header(hidden, "image/jpeg").scans == MAX_SCANS + 1
    # What follows the end of the picture is none of it: phones put films there.
    whole = bombs.plain_jpeg() + bombs.jpeg(40, 40, 50)
    assert header(whole, "image/jpeg").scans == 1


def test_a_scan_across_the_blocks_that_are_read_is_counted_once() -> None:
    start = bombs.jpeg(40, 40, 1)[:-2]
    again = bombs.scan([1], 1, 63, 0)
    for filling in range(64 * 1024 - 12, 64 * 1024 + 4):
        data = start + bytes(filling - len(start)) + again + b"\0" * 70_000 + b"\xff\xd9"
        assert header(data, "image/jpeg").scans == 2, filling


def test_a_picture_inside_that_is_larger_counts() -> None:
    data = bytearray(bombs.gif(10, 10))
    at = data.index(b"\x2c")
    data[at + 5 : at + 9] = struct.pack("<HH", 60_000, 50_000)
    assert header(bytes(data), "image/gif").pixels == 3_000_000_000
    inside = bombs.lossless(16_000, 16_000)[12:]
    kind, body = inside[:4], inside[8:]
    small = bombs.riff((b"VP8X", bytes(4) + b"\x09\0\0" + b"\x09\0\0"), (kind, body))
    assert header(small, "image/webp").pixels == 256_000_000


def test_what_is_not_known_costs_most() -> None:
    assert header(b"", "image/x-unknown").seconds == float("inf")
    assert header(bombs.tiff((256, 4, 1, 9), (257, 4, 1, 9)), "image/tiff").seconds == float("inf")
    photo = PictureHeader("image/jpeg", 4000, 3000)
    assert photo.seconds < 0.2
    assert PictureHeader("image/jpeg", 6000, 6000, 40, True).seconds > 2


@given(st.binary(max_size=600), st.sampled_from([*FORMS.values(), "image/heic", ""]))
def test_no_bytes_make_it_fall(data: bytes, mime: str) -> None:
    try:
        facts = header(data, mime)
    except HeaderError:
        return
    assert facts.width >= 0
    assert facts.height >= 0


@given(st.data())
def test_no_change_of_a_good_file_makes_it_fall(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(FORMS)))
    whole = bytearray(WHOLE[form])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = header(bytes(whole), FORMS[form])
    except HeaderError:
        return
    assert facts.pixels >= 0


WHOLE = {form: encoded(Image.effect_noise((60, 40), 50).convert("RGB"), form) for form in FORMS}
