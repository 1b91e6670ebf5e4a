"""Limits of bytes: kept by quality first, then by size."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import RenditionError
from posto_desktop.media import picture_writer
from posto_desktop.media.renditions import RenditionStore
from tests.unit.media.renditions.photos import photo, reopened, watched
from tests.unit.workers import samples
from tests.unit.workers.samples import noise, save


def test_the_quality_that_is_wished(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(600, 400), quality=97))
    made = {
        edits: make(media, Edit(max_side=300, quality=edits), "mastodon")
        for edits in (70, None, 95)
    }
    assert [rendition.quality for rendition in made.values()] == [70, picture_writer.BEST, 95]
    sizes = [rendition.size for rendition in made.values()]
    assert sizes == sorted(set(sizes))
    for edits, rendition in made.items():
        data = io.BytesIO()
        half = Image.open(media.path).convert("RGB").resize((300, 200), Image.Resampling.LANCZOS)
        half.save(data, "JPEG", quality=edits or picture_writer.BEST)
        with Image.open(io.BytesIO(data.getvalue())) as same, Image.open(rendition.path) as written:
            assert written.quantization == same.quantization  # type: ignore[attr-defined]
    # A limit is kept below it, and nothing is written anew for the sake of quality alone.
    limit = made[70].size - 2_000
    light = make(media, Edit(max_side=300, quality=70, max_bytes=limit), "mastodon")
    assert light.size <= limit
    assert light.quality is not None
    assert light.quality < 70
    assert make(media, Edit(quality=70, keep_metadata=True), "mastodon").original


def test_a_quality_below_the_least_of_a_limit_is_no_trap(
    make: RenditionStore, tmp_path: Path
) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(600, 400), quality=97))
    made = make(media, Edit(quality=60, max_bytes=30_000), "twitter")
    assert made.size <= 30_000
    assert (made.quality or 0) <= 60


def test_a_limit_of_bytes_is_kept_by_quality_first(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(600, 400), quality=97))
    limit = 150_000
    assert media.size > limit
    made = make(media, Edit(max_bytes=limit), "twitter")
    picture = reopened(made)
    assert picture.size == (600, 400)
    assert made.size <= limit
    assert made.quality is not None
    assert picture_writer.LEAST <= made.quality < picture_writer.BEST
    # It is the best that fits: one step more would not.
    data = io.BytesIO()
    with Image.open(media.path) as original:
        original.save(data, "JPEG", quality=made.quality + 1)
    assert len(data.getvalue()) > limit


def test_then_by_size(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.png", noise(600, 400)))
    made = make(media, Edit(max_bytes=30_000), "twitter")
    picture = reopened(made)
    assert made.mime == "image/jpeg"
    assert made.size <= 30_000
    assert made.size > 10_000
    assert picture.width < 600
    assert picture.width / picture.height == pytest.approx(1.5, rel=0.02)


def test_a_png_with_transparency_is_made_smaller_as_png(
    make: RenditionStore, tmp_path: Path
) -> None:
    clear = noise(300, 200)
    clear.putalpha(120)
    media = watched(save(tmp_path, "a.png", clear))
    made = make(media, Edit(max_bytes=40_000), "twitter")
    assert (made.mime, reopened(made).mode, made.quality) == ("image/png", "RGBA", None)
    assert made.size <= 40_000


def test_a_screenshot_whose_alpha_says_nothing_becomes_a_jpeg(
    make: RenditionStore, tmp_path: Path
) -> None:
    solid = noise(600, 400).convert("RGBA")
    made = make(watched(save(tmp_path, "a.png", solid)), Edit(max_bytes=150_000), "twitter")
    assert (made.mime, reopened(made).size) == ("image/jpeg", (600, 400))


def test_a_limit_that_nothing_keeps_is_told(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(300, 200)))
    with pytest.raises(RenditionError, match=r"^a\.jpg cannot be made as small as 0\.00 MB\.$"):
        make(media, Edit(max_bytes=50), "twitter")


def test_what_the_limit_does_not_touch_is_shared(
    make: RenditionStore, tmp_path: Path, cache: Path
) -> None:
    media = photo(tmp_path, size=(1600, 1200), exif=samples.exif(3))
    paths = {make(media, None, slug).path for slug in ("twitter", "fb", "mastodon", "bluesky")}
    assert len(paths) == 1
    assert len(list(cache.iterdir())) == 1
