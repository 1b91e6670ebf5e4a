"""Watermarks on real pictures: taken in, laid over, refused with a sentence."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import RenditionError
from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.delivery.style_store import StyleStore
from posto_desktop.media import watermarks as stored_marks
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.workers import watermarks
from tests.unit.workers.samples import drawing, save

GREEN = (0, 200, 0)


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "My logo!.png"
    Image.new("RGBA", (40, 20), (*GREEN, 255)).save(path)
    return path


def test_taking_a_picture_in(tmp_path: Path, logo: Path) -> None:
    before = sha256(logo.read_bytes()).hexdigest()
    name = stored_marks.import_watermark(str(logo), tmp_path / "styles")
    assert name.startswith("My-logo-")
    assert name == stored_marks.import_watermark(str(logo), tmp_path / "styles")
    assert sha256(logo.read_bytes()).hexdigest() == before
    with Image.open(tmp_path / "styles" / "watermarks" / name) as picture:
        assert picture.size == (40, 20)
    assert not stored_marks.problem_of(tmp_path / "styles" / "watermarks" / name)


def test_a_large_one_is_kept_smaller(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    Image.new("L", (4000, 2000)).save(path)
    name = stored_marks.import_watermark(str(path), tmp_path)
    with Image.open(tmp_path / "watermarks" / name) as picture:
        assert picture.size == (1200, 600)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello", "is damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "is damaged"),
        (None, "was not found"),
    ],
)
def test_what_cannot_be_one(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=words):
        stored_marks.import_watermark(str(path), tmp_path / "styles")
    assert words in stored_marks.problem_of(path)
    assert not (tmp_path / "styles").exists()


@pytest.mark.parametrize(("name", "mode"), [("phone.jpg", "RGB"), ("scan.png", "I;16")])
def test_a_large_photo_and_a_scan_can_be_one(tmp_path: Path, name: str, mode: str) -> None:
    """48 megapixels, as phones take them, and 16 bits of grey."""
    size = (8064, 6048) if mode == "RGB" else (4000, 3000)
    Image.new(mode, size, (120, 120, 120) if mode == "RGB" else 40_000).save(tmp_path / name)
    mark = stored_marks.import_watermark(str(tmp_path / name), tmp_path)
    with Image.open(tmp_path / "watermarks" / mark) as picture:
        assert picture.width == 1200
        assert 100 < picture.convert("L").getpixel((600, 300)) < 170  # not white


def test_a_huge_one_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (20_000, 10_000)).save(path)
    with pytest.raises(SettingsError, match="has 200 megapixels; a watermark may have 64"):
        stored_marks.import_watermark(str(path), tmp_path / "styles")


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_it_lies_in_its_corner(tmp_path: Path, logo: Path, mode: str) -> None:
    ref = save(tmp_path, "photo.png", drawing(200, 100, mode))
    before = sha256(Path(ref.path).read_bytes()).hexdigest()
    mark = WatermarkImage(str(logo), "bottom-right", size=0.4, opacity=1.0, margin=0.0)
    made = RenditionStore(tmp_path / "cache")(ref, Edit(mark=mark), "twitter", threading.Event())
    with Image.open(made.path) as picture:
        assert picture.size == (200, 100)
        corner = picture.convert("RGB").getpixel((195, 95))
        other = picture.convert("RGB").getpixel((150, 95))
    assert corner == pytest.approx(GREEN, abs=12)
    assert other != pytest.approx(GREEN, abs=12)
    assert sha256(Path(ref.path).read_bytes()).hexdigest() == before


def test_half_opaque(tmp_path: Path, logo: Path) -> None:
    ref = save(tmp_path, "photo.png", Image.new("RGB", (100, 100), (200, 0, 0)))
    mark = WatermarkImage(str(logo), "top-left", size=0.5, opacity=0.5, margin=0.0)
    made = RenditionStore(tmp_path / "cache")(ref, Edit(mark=mark), "twitter", threading.Event())
    with Image.open(made.path) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == pytest.approx((100, 100, 0), abs=12)


def test_another_picture_in_its_place_makes_another_file(tmp_path: Path, logo: Path) -> None:
    ref = save(tmp_path, "photo.png", drawing(200, 100))
    make = RenditionStore(tmp_path / "cache")
    edit = Edit(mark=WatermarkImage(str(logo), size=0.4, opacity=1.0, margin=0.0))
    first = make(ref, edit, "twitter").path
    assert make(ref, edit, "twitter").path == first
    Image.new("RGBA", (40, 21), (0, 0, 200, 255)).save(logo)
    assert make(ref, edit, "twitter").path != first


def test_one_that_is_gone_names_its_style(tmp_path: Path) -> None:
    ref = save(tmp_path, "photo.png", drawing(20, 10))
    mark = WatermarkImage(str(tmp_path / "logo.png"), style="Launch")
    with pytest.raises(RenditionError) as caught:
        RenditionStore(tmp_path / "cache")(ref, Edit(mark=mark), "twitter")
    assert caught.value.user_message == (
        "The watermark of the style “Launch” cannot be used. logo.png was not found."
    )


def test_the_small_picture_shows_it(qapp: object, logo: Path) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(0xFFC80000)
    image.setDevicePixelRatio(2.0)
    mark = WatermarkImage(str(logo), "top-left", size=0.5, opacity=1.0, margin=0.0)
    shown = watermarks.with_scaled_watermark(image, mark)
    assert shown.devicePixelRatio() == 2.0
    assert shown.pixelColor(5, 5).getRgb()[:3] == GREEN
    assert shown.pixelColor(90, 90).getRgb()[:3] == (200, 0, 0)
    assert watermarks.with_scaled_watermark(image, None) is image
    missing = WatermarkImage(str(logo.with_name("gone.png")))
    assert watermarks.with_scaled_watermark(image, missing) is image


def test_the_wardrobe_names_those_that_are_gone(tmp_path: Path, logo: Path) -> None:
    store = StyleStore(tmp_path)
    name = stored_marks.import_watermark(str(logo), tmp_path / "styles")
    store.book.save("a", {"twitter": {"watermark": {"file": name}}})
    store.book.save("b", {"*": {"watermark": {"file": "gone.png"}}})
    style_registry = store.read()
    assert style_registry.no_marks == {"gone.png": "gone.png was not found."}
    resolved_style = style_registry.resolved_style("a")
    assert resolved_style is not None
    assert resolved_style.marks == str(tmp_path / "styles" / "watermarks")
