"""What each network needs of a file, decided from its facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.media_requirements import unmet
from posto_desktop.core.renditions import (
    MediaRequirements,
    OriginalMedia,
    crop_presets,
    fitting_crop,
    ratio_crop,
    rendition_spec,
    requirements_of,
    shape,
)
from posto_desktop.sdk.networks import all_networks

MB = 1024 * 1024
PHOTO = OriginalMedia("image/jpeg", 4000, 3000, 3 * MB)
GIF = OriginalMedia("image/gif", 500, 300, MB, frames=20)


def test_a_photo_that_fits_goes_as_it_is_and_is_shared() -> None:
    for network in ("twitter", "linkedin", "fb", "mastodon", "telegram"):
        made = rendition_spec(PHOTO, None, network)
        assert not made.rewrite, (network, made.reasons)
        assert not made.untouched  # without place and camera
    assert (
        len({rendition_spec(PHOTO, None, slug).key for slug in ("twitter", "linkedin", "fb")}) == 1
    )
    assert rendition_spec(PHOTO, Edit(keep_metadata=True), "twitter").untouched


@pytest.mark.parametrize(
    ("original", "network", "form", "reasons"),
    [
        (PHOTO, "bluesky", "jpeg", {"lighter"}),
        (PHOTO, "instagram", "jpeg", {"smaller"}),
        (OriginalMedia("image/heic", 4000, 3000, MB), "twitter", "jpeg", {"converted"}),
        (OriginalMedia("image/heic", 4000, 3000, MB), "mastodon", "jpeg", {"converted"}),
        (OriginalMedia("image/tiff", 400, 300, MB), "fb", "jpeg", {"converted"}),
        (OriginalMedia("image/bmp", 400, 300, MB, alpha=True), "fb", "png", {"converted"}),
        (OriginalMedia("image/avif", 400, 300, MB), "no-such-network", "jpeg", {"converted"}),
        (OriginalMedia("image/webp", 400, 300, MB), "linkedin", "jpeg", {"converted"}),
        (OriginalMedia("image/webp", 400, 300, MB, alpha=True), "linkedin", "png", {"converted"}),
        (OriginalMedia("image/png", 400, 400, MB, alpha=True), "instagram", "jpeg", {"converted"}),
        (OriginalMedia("image/png", 3000, 300, MB), "tiktok", "jpeg", {"smaller", "converted"}),
        (OriginalMedia("image/png", 400, 300, 6 * MB), "twitter", "jpeg", {"lighter"}),
        (OriginalMedia("image/png", 400, 300, 6 * MB, alpha=True), "twitter", "png", {"lighter"}),
        (replace(PHOTO, upright=False), "twitter", "jpeg", {"turned"}),
        (replace(PHOTO, plain=False), "twitter", "jpeg", {"colours"}),
        (OriginalMedia("image/gif", 40, 30, MB), "fb", "png", {"converted"}),
    ],
)
def test_what_does_not_fit_is_written_anew(
    original: OriginalMedia, network: str, form: str, reasons: set[str]
) -> None:
    made = rendition_spec(original, None, network)
    assert (made.rewrite, made.format, set(made.reasons)) == (True, form, reasons)


def test_the_pixels_are_those_that_the_network_takes() -> None:
    assert (
        rendition_spec(PHOTO, None, "instagram").width,
        rendition_spec(PHOTO, None, "instagram").height,
    ) == (
        1440,
        1080,
    )
    tall = rendition_spec(OriginalMedia("image/jpeg", 3000, 6000, MB), None, "tiktok")
    assert (tall.width, tall.height) == (960, 1920)
    huge = rendition_spec(OriginalMedia("image/jpeg", 8000, 6000, MB), None, "mastodon")
    assert huge.width * huge.height <= 16777216 < (huge.width + 3) * (huge.height + 3)


def test_nothing_is_ever_made_larger() -> None:
    small = rendition_spec(
        OriginalMedia("image/jpeg", 200, 100, 5000), Edit(max_side=4000), "instagram"
    )
    assert (small.width, small.height, small.rewrite) == (200, 100, False)
    assert set(small.unmet) == {"aspect", "small"}


def test_wishes_are_measured_on_the_turned_picture() -> None:
    edit = Edit(crop=(0.0, 0.5, 0.5, 0.5), turns=1, max_side=1000)
    made = rendition_spec(PHOTO, edit, "twitter")
    assert (made.width, made.height) == (750, 1000)
    assert set(made.reasons) == {"cut", "turned", "smaller"}


def test_a_wished_format_is_written_where_the_network_takes_it() -> None:
    assert rendition_spec(PHOTO, Edit(format="png"), "twitter").format == "png"
    assert rendition_spec(PHOTO, Edit(format="png"), "instagram").format == "jpeg"
    assert not rendition_spec(PHOTO, Edit(format="jpeg"), "twitter").rewrite


def test_a_wished_size_in_bytes_and_that_of_the_network() -> None:
    assert rendition_spec(PHOTO, Edit(max_bytes=500_000), "bluesky").max_bytes == 500_000
    assert rendition_spec(PHOTO, Edit(max_bytes=2_000_000), "bluesky").max_bytes == 1_000_000
    assert not rendition_spec(PHOTO, Edit(max_bytes=4_000_000), "twitter").rewrite


def test_a_png_may_become_a_jpeg_only_where_nobody_minds() -> None:
    png = OriginalMedia("image/png", 400, 300, 900_000)
    cut = Edit(crop=(0, 0, 0.5, 0.5))
    assert rendition_spec(png, cut, "bluesky").or_jpeg
    assert not rendition_spec(png, replace(cut, format="png"), "bluesky").or_jpeg
    # Whether anything shines through is seen only when it is made.
    assert rendition_spec(replace(png, alpha=True), cut, "bluesky").or_jpeg


def test_what_moves_is_never_made_a_still_unasked() -> None:
    for network in all_networks():
        made = rendition_spec(GIF, Edit(crop=(0, 0, 0.5, 0.5)), network.slug)
        assert (made.kind, made.format) == ("gif", "gif"), network.slug
        assert rendition_spec(GIF, None, network.slug).rewrite is False
    assert rendition_spec(GIF, None, "instagram").unmet == ("gif",)
    assert rendition_spec(MediaRef("/a.gif", "a.gif", MB, "gif"), None, "fb").unmet == ("gif",)
    still = rendition_spec(GIF, Edit(format="jpeg"), "instagram")
    assert (still.kind, still.format, still.unmet) == ("image", "jpeg", ())


def test_a_moving_picture_in_a_format_that_is_not_taken_becomes_a_gif() -> None:
    webp = replace(GIF, mime="image/webp")
    assert rendition_spec(webp, None, "linkedin").format == "gif"
    assert not rendition_spec(webp, None, "twitter").rewrite


def test_a_gif_is_made_lighter_for_the_limit_of_gifs() -> None:
    heavy = replace(GIF, size=12 * MB)
    assert rendition_spec(heavy, None, "mastodon").max_bytes == 10 * MB
    assert not rendition_spec(heavy, None, "twitter").rewrite


def test_films_are_not_written_anew_unless_that_is_asked_for() -> None:
    film = OriginalMedia("video/webm", 1920, 1080, 600 * MB)
    made = rendition_spec(film, Edit(cover=2.0), "linkedin")
    assert not made.rewrite
    assert set(made.unmet) == {"type", "bytes"}
    assert rendition_spec(replace(film, mime="video/mp4", size=MB), None, "linkedin").unmet == ()


def test_what_is_not_known_yet_is_not_held_against_a_file() -> None:
    made = rendition_spec(MediaRef("/a.jpg", "a.jpg"), None, "instagram")
    assert (made.rewrite, made.width, made.unmet) == (False, 0, ())


def test_the_shapes_of_each_network() -> None:
    assert [preset.label for preset in crop_presets("instagram")] == [
        "4:5",
        "1:1",
        "1.91:1",
        "9:16 (story)",
    ]
    assert [round(preset.ratio, 4) for preset in crop_presets("instagram")] == [
        0.8,
        1.0,
        1.91,
        0.5625,
    ]
    assert crop_presets("x") == crop_presets("twitter")
    assert crop_presets("nowhere") == ()
    listed = sum(len(network.raw["image"]["crop_presets"]) for network in all_networks())
    assert sum(len(crop_presets(network.slug)) for network in all_networks()) == listed


@pytest.mark.parametrize("size", [(4000, 3000), (1000, 4000), (317, 211), (6000, 1000), (7, 9)])
@pytest.mark.parametrize("network", ["instagram", "telegram", "threads"])
def test_the_fitting_cut_leads_to_a_shape_that_is_taken(
    size: tuple[int, int], network: str
) -> None:
    crop = fitting_crop(*size, network)
    media_requirements = replace(requirements_of(network), min_width=None)
    made = rendition_spec(
        OriginalMedia("image/jpeg", *size, 1000), Edit(crop=crop), media_requirements
    )
    assert made.unmet == ()
    assert (crop is None) == ("aspect" not in unmet(*size, media_requirements))


def test_a_cut_of_a_shape_is_as_large_as_can_be() -> None:
    assert ratio_crop(4000, 3000, 1.0) == (0.125, 0.0, 0.75, 1.0)
    assert ratio_crop(3000, 4000, 1.0) == (0.0, 0.125, 1.0, 0.75)
    assert ratio_crop(500, 500, 1.0) is None
    assert ratio_crop(0, 500, 1.0) is None


def test_a_limit_that_nobody_knows_changes_nothing() -> None:
    assert not rendition_spec(replace(PHOTO, size=900 * MB), None, MediaRequirements("odd")).rewrite


@pytest.mark.parametrize(
    "edits", [None, Edit(turns=1), Edit(crop=(0.25, 0.25, 0.5, 0.5)), Edit(crop=(0, 0, 0.01, 1))]
)
def test_a_huge_photo_is_made_smaller_where_it_is_written_anew(edits: Edit | None) -> None:
    """It is never in memory as a whole, so it is read at half its size."""
    huge = OriginalMedia("image/jpeg", 16320, 12240, 28 * MB)
    made = rendition_spec(huge, edits, MediaRequirements("any", max_bytes=5 * MB))
    width, height = shape(huge, edits or Edit())
    assert made.rewrite
    assert max(made.width / width, made.height / height) < 0.4
    assert made.width / made.height == pytest.approx(width / height, rel=0.05)
    assert not rendition_spec(
        huge, None, MediaRequirements("any")
    ).rewrite  # as it is, where that is taken
    assert rendition_spec(huge, None, MediaRequirements("any", max_width=1080)).width == 1080
