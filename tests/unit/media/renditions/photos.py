"""Pictures whose bytes are remembered, and renditions opened again and measured."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.renditions import Rendition
from tests.unit.workers import samples
from tests.unit.workers.samples import drawing, save

DATA = Path(__file__).parents[3] / "data"
BLUE, RED = (30, 30, 200), (200, 30, 30)
SEEN: dict[Path, tuple[str, int]] = {}
"""The originals of a test, with their SHA-256 and time."""


def watched(media: MediaRef) -> MediaRef:
    path = Path(media.path)
    SEEN[path] = (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
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
    pixel = picture.convert("RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 12
