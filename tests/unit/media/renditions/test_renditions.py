"""Renditions for each network: upright, cut, converted, without their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import crop_presets
from posto_desktop.media import picture_writer
from posto_desktop.media.renditions import RenditionStore
from tests.unit.media.renditions.photos import (
    BLUE,
    DATA,
    RED,
    SEEN,
    near,
    photo,
    reopened,
    watched,
)
from tests.unit.workers import samples
from tests.unit.workers.samples import drawing, moving, ref, save


@pytest.mark.parametrize("edits", [Edit(turns=1), Edit(crop=(0.1, 0.2, 0.33, 0.7))])
def test_a_panorama_of_100_megapixels_is_made_ready(
    make: RenditionStore, tmp_path: Path, edits: Edit
) -> None:
    wide = tmp_path / "wide.jpg"
    Image.new("L", (20_001, 4_999), 120).save(wide, quality=50)
    picture = reopened(make(watched(ref(wide)), edits, "telegram"))
    assert 0 < picture.width * picture.height < 64_000_000


def test_a_photo_that_fits_only_loses_its_notes(make: RenditionStore, tmp_path: Path) -> None:
    media = photo(tmp_path)
    made = make(media, None, "twitter")
    picture = reopened(made)
    assert (made.original, made.cleaned, made.quality) == (False, True, None)
    assert Path(made.path).name == "IMG-1.jpg"
    assert not picture.getexif()
    with Image.open(media.path) as before:
        assert picture.tobytes() == before.tobytes()
    again = make(media, None, "linkedin")
    assert again.path == made.path


def test_a_photo_without_notes_goes_itself(
    make: RenditionStore, tmp_path: Path, cache: Path
) -> None:
    made = make(photo(tmp_path, exif=b""), None, "twitter")
    assert (made.path, made.original, made.cleaned) == (str(tmp_path / "IMG 1.jpg"), True, True)
    assert not cache.exists()


def test_notes_may_be_kept(make: RenditionStore, tmp_path: Path) -> None:
    media = photo(tmp_path, exif=samples.exif(6))
    edit = Edit(keep_metadata=True, max_side=60)
    picture = reopened(make(media, edit, "twitter"))
    assert picture.getexif()[0x010F] == "Nordlicht Cam"
    assert picture.getexif()[0x0112] == 1
    whole = make(photo(tmp_path, "b.jpg"), Edit(keep_metadata=True), "twitter")
    assert (whole.original, whole.cleaned) == (True, False)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_every_orientation_becomes_upright(
    make: RenditionStore, tmp_path: Path, orientation: int
) -> None:
    turns = Image.Transpose
    undo = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_90,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_270,
    }[orientation]
    lying = drawing().transpose(undo)
    media = watched(
        save(tmp_path, "a.jpg", lying, quality=95, exif=samples.exif(orientation), subsampling=0)
    )
    made = make(media, None, "twitter")
    picture = reopened(made)
    assert (picture.size, made.quality) == ((120, 80), picture_writer.BEST)
    assert not picture.getexif()
    assert near(picture, (20, 20), BLUE)
    assert near(picture, (100, 20), RED)
    assert near(picture, (20, 60), RED)


def test_wishes_are_carried_out_on_the_upright_picture(
    make: RenditionStore, tmp_path: Path
) -> None:
    lying = drawing(240, 160).transpose(Image.Transpose.ROTATE_90)
    media = watched(save(tmp_path, "a.jpg", lying, quality=95, exif=samples.exif(6)))
    # Upright it is 240 x 160 with the blue at the top left; turned once, the blue is at the
    # top right of 160 x 240.
    edit = Edit(turns=1, crop=(0.5, 0.0, 0.5, 0.5), max_side=60)
    picture = reopened(make(media, edit, "twitter"))
    assert picture.size == (40, 60)
    assert all(near(picture, place, BLUE) for place in ((3, 3), (36, 3), (3, 56), (36, 56)))


@pytest.mark.parametrize("network", ["instagram", "twitter", "pinterest", "tiktok"])
def test_every_preset_leads_to_its_shape(
    make: RenditionStore, tmp_path: Path, network: str
) -> None:
    from posto_desktop.core.renditions import ratio_crop

    media = photo(tmp_path, size=(1600, 1200))
    for preset in crop_presets(network):
        made = make(media, Edit(crop=ratio_crop(1600, 1200, preset.ratio)), network)
        picture = reopened(made)
        assert picture.width / picture.height == pytest.approx(preset.ratio, rel=0.01)
        story = preset.label.startswith("9:16") and network == "instagram"
        assert made.unmet == (("aspect",) if story else ())


@pytest.mark.parametrize(
    ("name", "options", "network", "mime"),
    [
        ("a.bmp", {}, "fb", "image/jpeg"),
        ("a.tiff", {}, "fb", "image/jpeg"),
        ("a.tif", {"compression": "tiff_lzw"}, "twitter", "image/jpeg"),
        ("a.webp", {}, "linkedin", "image/jpeg"),
        ("a.webp", {}, "twitter", "image/webp"),
        ("a.avif", {}, "twitter", "image/jpeg"),
        ("a.png", {}, "instagram", "image/jpeg"),
        ("a.png", {}, "twitter", "image/png"),
    ],
)
def test_other_formats_are_converted_where_needed(
    make: RenditionStore,
    tmp_path: Path,
    name: str,
    options: dict[str, Any],
    network: str,
    mime: str,
) -> None:
    media = watched(save(tmp_path, name, drawing(), **options))
    made = make(media, None, network)
    picture = reopened(made)
    assert made.mime == mime
    assert near(picture, (20, 20), BLUE)
    assert near(picture, (100, 70), RED)


def test_heic_becomes_jpeg_without_its_place(make: RenditionStore, tmp_path: Path) -> None:
    path = tmp_path / "garden.heic"
    path.write_bytes((DATA / "garden.heic").read_bytes())
    made = make(watched(ref(path)), None, "mastodon")
    picture = reopened(made)
    assert (made.mime, picture.size) == ("image/jpeg", (64, 48))
    assert not picture.getexif()
    assert b"Nordlicht Cam" not in Path(made.path).read_bytes()
    assert near(picture, (10, 20), BLUE)
    assert near(picture, (50, 20), RED)


def test_transparency_becomes_white_in_a_jpeg(make: RenditionStore, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    clear.paste((30, 30, 200, 255), (0, 0, 200, 200))
    media = watched(save(tmp_path, "a.png", clear))
    picture = reopened(make(media, None, "instagram"))
    assert near(picture, (50, 50), BLUE)
    assert near(picture, (300, 300), (255, 255, 255))
    picture = reopened(make(media, Edit(max_side=100), "twitter"))
    assert (picture.mode, picture.getpixel((80, 80))) == ("RGBA", (0, 0, 0, 0))


def test_a_palette_with_a_transparent_colour(make: RenditionStore, tmp_path: Path) -> None:
    indexed = drawing(400, 400).quantize(8)
    clear = indexed.getpixel((300, 300))
    media = watched(save(tmp_path, "a.png", indexed, transparency=clear))
    assert near(reopened(make(media, None, "instagram")), (300, 300), (255, 255, 255))


def test_another_colour_space_becomes_srgb(make: RenditionStore, tmp_path: Path) -> None:
    profile = samples.other_profile()
    media = watched(save(tmp_path, "a.jpg", drawing(400, 400), icc_profile=profile, quality=95))
    bare = reopened(make(media, None, "twitter"))
    assert bare.info["icc_profile"] == profile  # untouched pixels keep what explains them
    picture = reopened(make(media, Edit(max_side=200), "twitter"))
    assert "icc_profile" not in picture.info
    # Red and blue have changed places, and so they are seen: the numbers have to change.
    assert near(picture, (50, 50), RED)
    assert near(picture, (150, 150), BLUE)


def test_a_profile_of_garbage_colours_nothing(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", drawing(), icc_profile=b"garbage" * 20, quality=95))
    assert near(reopened(make(media, Edit(max_side=60), "twitter")), (10, 10), BLUE)


def test_four_colours_and_sixteen_bits(make: RenditionStore, tmp_path: Path) -> None:
    cmyk = watched(save(tmp_path, "a.jpg", drawing(mode="CMYK"), quality=95))
    picture = reopened(make(cmyk, None, "twitter"))
    assert picture.mode == "RGB"
    assert near(picture, (20, 20), BLUE)
    deep = Image.new("I;16", (40, 30), 65535 // 2)
    for name in ("deep.png", "deep.tiff"):
        grey = reopened(make(watched(save(tmp_path, name, deep)), None, "twitter"))
        assert near(grey, (5, 5), (127, 127, 127)), name
    fractions = Image.new("F", (40, 30), 0.25)
    grey = reopened(make(watched(save(tmp_path, "f.tiff", fractions)), None, "twitter"))
    assert grey.getpixel((3, 3)) in (63, 64, 65)


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0garbage",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*" + b"\xff" * 90,
    ],
)
def test_garbage_in_the_notes_is_no_reason_to_fail(
    make: RenditionStore, tmp_path: Path, exif: bytes
) -> None:
    media = photo(tmp_path, exif=exif)
    for edit in (None, Edit(max_side=60), Edit(max_side=60, keep_metadata=True)):
        assert near(reopened(make(media, edit, "twitter")), (10, 10), BLUE)


def test_a_gif_keeps_moving(make: RenditionStore, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(moving(7, (400, 400)))
    media = watched(ref(path))
    assert make(media, None, "twitter").original
    made = make(media, Edit(max_side=200), "twitter")
    with Image.open(made.path) as picture:
        assert (picture.n_frames, picture.size) == (7, (200, 200))  # type: ignore[attr-defined]
    refused = make(media, None, "instagram")
    assert (refused.original, refused.unmet) == (True, ("gif",))
    still = make(media, Edit(format="jpeg"), "instagram")
    assert (reopened(still).format, still.mime, still.unmet) == (None, "image/jpeg", ())


def test_a_moving_webp_becomes_a_moving_gif(make: RenditionStore, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(moving(4, form="WEBP"))
    made = make(watched(ref(path)), None, "linkedin")
    with Image.open(made.path) as picture:
        assert (picture.format, picture.n_frames) == ("GIF", 4)  # type: ignore[attr-defined]


def test_a_film_loses_its_place(make: RenditionStore, tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    path.write_bytes(samples.film())
    made = make(watched(ref(path)), Edit(cover=1.0), "twitter")
    data = Path(made.path).read_bytes()
    assert (made.original, made.cleaned, made.mime) == (False, True, "video/quicktime")
    assert samples.PLACE not in data
    path.write_bytes(samples.film()[:-9])
    SEEN.clear()
    broken = make(ref(path), None, "twitter")
    assert (broken.original, broken.cleaned) == (True, False)
