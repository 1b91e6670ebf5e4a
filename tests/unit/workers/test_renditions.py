"""Renditions are opened again and measured; the originals stay as they were."""

from __future__ import annotations

import io
import os
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition, RenditionError, crop_presets
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers import picture_writer
from posto_desktop.workers import renditions as module
from posto_desktop.workers.rendition_jobs import make_rendition
from posto_desktop.workers.renditions import FACTS, RenditionStore
from posto_desktop.workers.runner import Job, JobCancelled
from tests.unit.workers import samples
from tests.unit.workers.samples import drawing, encoded, moving, noise, ref, save

DATA = Path(__file__).parents[2] / "data"
BLUE, RED = (30, 30, 200), (200, 30, 30)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def make(cache: Path) -> RenditionStore:
    return RenditionStore(cache)


@pytest.fixture(autouse=True)
def originals_stay(tmp_path: Path) -> Iterator[None]:
    """Whatever a test does: no file outside the cache is changed by the product."""
    yield
    for path, (mark, times) in _SEEN.items():
        if path.exists() and tmp_path in path.parents:
            assert (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == (
                mark,
                times,
            )
    _SEEN.clear()


_SEEN: dict[Path, tuple[str, int]] = {}


@pytest.mark.parametrize("edits", [Edit(turns=1), Edit(crop=(0.1, 0.2, 0.33, 0.7))])
def test_a_panorama_of_100_megapixels_is_made_ready(
    make: RenditionStore, tmp_path: Path, edits: Edit
) -> None:
    wide = tmp_path / "wide.jpg"
    Image.new("L", (20_001, 4_999), 120).save(wide, quality=50)
    picture = reopened(make(watched(ref(wide)), edits, "telegram"))
    assert 0 < picture.width * picture.height < 64_000_000


def watched(media: MediaRef) -> MediaRef:
    path = Path(media.path)
    _SEEN[path] = (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
    return media


def photo(folder: Path, name: str = "IMG 1.jpg", **options: Any) -> MediaRef:
    size = options.pop("size", (120, 80))
    options.setdefault("exif", samples.exif())
    return watched(save(folder, name, drawing(*size), quality=92, **options))


def reopened(made: Rendition) -> Image.Image:
    """The file as it is on the disk; what was told about it is compared with it."""
    path = Path(made.path)
    assert path.stat().st_size == made.size
    with Image.open(path) as picture:
        picture.load()
        assert Image.MIME[picture.format or ""] == made.mime
        if made.width:
            assert picture.size == (made.width, made.height)
        return picture.copy()


def near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = picture.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 12


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
    kept = reopened(make(media, Edit(max_side=100), "twitter"))
    assert (kept.mode, kept.getpixel((80, 80))) == ("RGBA", (0, 0, 0, 0))


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


def test_the_quality_that_is_wished(make: RenditionStore, tmp_path: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(600, 400), quality=97))
    made = {
        edits: make(media, Edit(max_side=300, quality=edits), "mastodon")
        for edits in (70, None, 95)
    }
    assert [one.quality for one in made.values()] == [70, picture_writer.BEST, 95]
    sizes = [one.size for one in made.values()]
    assert sizes == sorted(set(sizes))
    for edits, one in made.items():
        data = io.BytesIO()
        half = Image.open(media.path).convert("RGB").resize((300, 200), Image.Resampling.LANCZOS)
        half.save(data, "JPEG", quality=edits or picture_writer.BEST)
        with Image.open(io.BytesIO(data.getvalue())) as same, Image.open(one.path) as written:
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
    paths = {make(media, None, one).path for one in ("twitter", "fb", "mastodon", "bluesky")}
    assert len(paths) == 1
    assert len(list(cache.iterdir())) == 1


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
    made = make(watched(ref(path)), Edit(crop=(0, 0, 0.5, 0.5), cover=1.0), "twitter")
    data = Path(made.path).read_bytes()
    assert (made.original, made.cleaned, made.mime) == (False, True, "video/quicktime")
    assert samples.PLACE not in data
    path.write_bytes(samples.film()[:-9])
    _SEEN.clear()
    broken = make(ref(path), None, "twitter")
    assert (broken.original, broken.cleaned) == (True, False)


def test_bombs_are_refused_before_they_go_off(make: RenditionStore, tmp_path: Path) -> None:
    data = bytearray(encoded(Image.new("1", (8, 8)), "PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    import zlib

    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path = tmp_path / "bomb.png"
    path.write_bytes(data)
    with pytest.raises(RenditionError, match=r"^bomb\.png has 3,600 megapixels"):
        make(ref(path), Edit(max_side=100), "twitter")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp"])
def test_a_damaged_file_is_named(make: RenditionStore, tmp_path: Path, name: str) -> None:
    whole = save(tmp_path, name, noise(90, 60))
    path = Path(whole.path)
    path.write_bytes(path.read_bytes()[: whole.size // 2])
    for edit in (None, Edit(turns=1)):
        with pytest.raises(RenditionError, match=rf"^{name} is damaged"):
            make(ref(path), edit, "twitter")


def test_what_is_no_picture_is_named(make: RenditionStore, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"%PDF-1.7")
    with pytest.raises(RenditionError, match=r"^a\.jpg is no picture"):
        make(ref(tmp_path / "a.jpg"), None, "twitter")
    with pytest.raises(RenditionError, match=r"^b\.jpg was not found\.$"):
        make(MediaRef(str(tmp_path / "b.jpg"), "b.jpg"), None, "twitter")


def test_a_file_that_changes_meanwhile_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    media = photo(tmp_path)
    _SEEN.clear()
    write = module.write_still

    def meanwhile(*values: Any) -> Any:
        made = write(*values)
        Path(media.path).write_bytes(b"\xff\xd8\xff another")
        return made

    monkeypatch.setattr(module, "write_still", meanwhile)
    with pytest.raises(RenditionError, match=r"was changed while it was made ready\.$"):
        make(media, Edit(max_side=60), "twitter")
    assert list(cache.iterdir()) == []


def test_a_file_that_vanishes_meanwhile_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = photo(tmp_path)
    write = module.write_still

    def meanwhile(*values: Any) -> Any:
        made = write(*values)
        Path(media.path).unlink()
        return made

    monkeypatch.setattr(module, "write_still", meanwhile)
    with pytest.raises(RenditionError, match=r"^IMG 1\.jpg was not found\.$"):
        make(media, Edit(max_side=60), "twitter")


def test_another_content_under_the_same_name_is_another_rendition(
    make: RenditionStore, tmp_path: Path
) -> None:
    first = make(photo(tmp_path), Edit(max_side=60), "twitter")
    _SEEN.clear()
    media = watched(save(tmp_path, "IMG 1.jpg", Image.new("RGB", (90, 90), "green")))
    second = make(media, Edit(max_side=60), "twitter")
    assert first.path != second.path
    assert near(reopened(second), (5, 5), (0, 128, 0))


def test_it_is_made_once_by_many_at_once(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = photo(tmp_path)
    calls = []
    write = module.write_still
    monkeypatch.setattr(module, "write_still", lambda *v: calls.append(1) or write(*v))
    with ThreadPoolExecutor(6) as pool:
        made = [
            pool.submit(make, media, Edit(max_side=60), "twitter", threading.Event())
            for _ in range(12)
        ]
        assert len({one.result().path for one in made}) == 1
    assert len(calls) == 1
    assert (
        RenditionStore(make._folder)(media, Edit(max_side=60), "fb").path == made[0].result().path
    )
    assert len(calls) == 1


def test_what_was_kept_and_damaged_is_made_again(make: RenditionStore, tmp_path: Path) -> None:
    media = photo(tmp_path)
    first = make(media, Edit(max_side=60), "twitter")
    Path(first.path).write_bytes(b"")
    assert near(reopened(make(media, Edit(max_side=60), "twitter")), (5, 5), BLUE)
    (Path(first.path).parent / FACTS).write_text("[]")
    assert near(reopened(make(media, Edit(max_side=60), "twitter")), (5, 5), BLUE)


def test_the_oldest_goes_when_it_becomes_too_much(tmp_path: Path, cache: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(300, 200), quality=90))
    now = [0.0]
    make = RenditionStore(cache, most_bytes=60_000, clock=lambda: now[0])
    places = []
    for number, side in enumerate((290, 280, 270, 260)):
        place = Path(make(media, Edit(max_side=side), "twitter").path).parent
        os.utime(place / FACTS, (1000 + number, 1000 + number))
        places.append(place)
    assert all(place.exists() for place in places)  # used just now, by that clock
    now[0] = 10_000.0
    left = make.trim()
    assert left <= 60_000
    there = [place.exists() for place in places]
    assert there == sorted(there)
    assert there[0] is False
    assert there[-1] is True


def test_what_a_crash_left_goes(make: RenditionStore, cache: Path) -> None:
    (cache / ".making-old").mkdir(parents=True)
    os.utime(cache / ".making-old", (1000, 1000))
    (cache / ".making-new").mkdir()
    make.trim()
    assert [one.name for one in cache.iterdir()] == [".making-new"]


def test_it_can_be_stopped(make: RenditionStore, tmp_path: Path, cache: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        make(photo(tmp_path), Edit(max_side=60), "twitter", stop)
    assert not cache.exists() or not list(cache.iterdir())


def test_a_full_disk_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(RenditionError, match="cannot be made ready: No space left on device"):
        make(photo(tmp_path), Edit(max_side=60), "twitter")


WHOLE = {
    "a.jpg": encoded(noise(60, 40), "JPEG", exif=samples.exif(6)),
    "a.png": encoded(noise(30, 20), "PNG", exif=samples.exif(3)),
    "a.webp": encoded(noise(30, 20), "WEBP", exif=samples.exif()),
    "a.tiff": encoded(noise(30, 20), "TIFF", compression="tiff_lzw"),
    "a.avif": encoded(noise(30, 20), "AVIF"),
    "a.heic": (DATA / "garden.heic").read_bytes(),
    "a.gif": moving(4),
}


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8),
    st.sampled_from([None, Edit(max_side=20), Edit(turns=1, keep_metadata=True)]),
)
def test_no_damage_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[int, int]],
    edit: Edit | None,
) -> None:
    data = bytearray(WHOLE[name])
    for place, value in changes:
        data[place % len(data)] = value
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    path = folder / f"{sha256(data).hexdigest()[:12]}-{name}"
    path.write_bytes(data)
    made, said = None, path.name
    try:
        made = RenditionStore(folder / "cache")(ref(path), edit, "linkedin")
    except RenditionError as error:
        said = error.user_message
    assert said.startswith(path.name)
    assert made is None or Path(made.path).stat().st_size == made.size
    assert path.read_bytes() == data


def test_the_job(make: RenditionStore, tmp_path: Path) -> None:
    job = Job(1, lambda *_message: None)
    media = photo(tmp_path, size=(1600, 1200))
    assert make_rendition(job, make, media, None, "instagram").width == 1440
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        make_rendition(job, make, media, Edit(turns=1), "twitter")
