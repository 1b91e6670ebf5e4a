"""Tests of removing metadata from pictures: pixels stay, in each format."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from posto_desktop.media.picture_metadata import CLEANERS, cleaned
from tests.unit.workers import samples
from tests.unit.workers.samples import SECRET, drawing, encoded, moving


def png_with_notes() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return encoded(drawing(), "PNG", pnginfo=notes, exif=samples.exif(), dpi=(72, 72))


def webp_with_notes() -> bytes:
    return encoded(drawing(), "WEBP", exif=samples.exif(), xmp=SECRET, lossless=True)


def jpeg_with_notes() -> bytes:
    return encoded(
        drawing(), "JPEG", exif=samples.exif(), comment=SECRET, xmp=SECRET, progressive=True
    )


def gif_with_notes() -> bytes:
    data = moving()
    return data[:-1] + b"\x21\xfe\x0d" + SECRET + b"\0" + data[-1:]


FILES = {
    "image/jpeg": jpeg_with_notes,
    "image/png": png_with_notes,
    "image/webp": webp_with_notes,
    "image/gif": gif_with_notes,
}


@pytest.mark.parametrize("mime", FILES)
def test_notes_go_and_pixels_stay(mime: str) -> None:
    data = FILES[mime]()
    assert SECRET in data
    bare = cleaned(data, mime)
    assert bare is not None
    assert SECRET not in bare
    assert len(bare) < len(data)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(bare)) as after:
        assert not after.getexif()
        assert after.tobytes() == before.tobytes()
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
    assert cleaned(bare, mime) is None  # nothing is left to be taken out


@pytest.mark.parametrize("mime", FILES)
def test_what_hangs_behind_the_picture_goes(mime: str) -> None:
    data = FILES[mime]() + b"a film of the moment before, at 54.08, 12.13"
    bare = cleaned(data, mime)
    assert bare is not None
    assert b"54.08" not in bare
    with Image.open(io.BytesIO(bare)) as after:
        after.load()


@pytest.mark.parametrize(("mime", "form"), [("image/jpeg", "JPEG"), ("image/png", "PNG")])
def test_the_colour_profile_stays(mime: str, form: str) -> None:
    profile = samples.other_profile()
    data = encoded(drawing(), form, exif=samples.exif(), icc_profile=profile)
    with Image.open(io.BytesIO(cleaned(data, mime) or b"")) as after:
        assert after.info["icc_profile"] == profile


def test_a_moving_png_and_a_moving_webp_still_move() -> None:
    for mime, form in (("image/png", "PNG"), ("image/webp", "WEBP")):
        data = moving(4, form=form) + b"\0"
        with Image.open(io.BytesIO(cleaned(data, mime) or b"")) as after:
            assert after.n_frames == 4  # type: ignore[attr-defined]


def test_four_colours_and_small_pictures_inside() -> None:
    cmyk = encoded(drawing(mode="CMYK"), "JPEG", exif=samples.exif())
    with Image.open(io.BytesIO(cleaned(cmyk, "image/jpeg") or b"")) as after:
        assert after.mode == "CMYK"
        with Image.open(io.BytesIO(cmyk)) as before:
            assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("mime", FILES)
def test_a_file_that_is_cut_off_is_told(mime: str) -> None:
    data = FILES[mime]()
    for length in (3, 14, len(data) // 2, len(data) - 3):
        with pytest.raises(ValueError):
            cleaned(data[:length], mime)


@given(st.binary(max_size=300), st.sampled_from(sorted(CLEANERS)), st.integers(0, 40))
def test_no_bytes_do_more_than_be_refused(tail: bytes, mime: str, start: int) -> None:
    data = FILES[mime]()[:start] + tail
    try:
        result = cleaned(data, mime)
    except ValueError:
        return
    assert result is None or len(result) <= len(data)


def test_what_cannot_be_cleaned_is_left_alone() -> None:
    assert cleaned(b"II*\0", "image/tiff") is None
