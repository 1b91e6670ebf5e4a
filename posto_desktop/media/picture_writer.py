"""Measures pictures and encodes renditions from the original.

Runs in the helper process (`media.picture_process`), after the header was checked there.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from posto_desktop.core.file_problems import FileProblem, megapixels
from posto_desktop.core.renditions import (
    MAX_PIXELS_WHOLE,
    OriginalMedia,
    RenditionError,
    RenditionSpec,
    pixel_box,
)
from posto_desktop.media.animation_facts import animation_facts
from posto_desktop.media.edit_pillow import (
    ORIENTATION,
    PILLOW_ERRORS,
    exif_of,
    orientation,
    pillow,
    simple,
    upright_turn,
)
from posto_desktop.media.media_files import FileFacts, damaged
from posto_desktop.sdk.errors import Cancelled

if TYPE_CHECKING:
    from PIL import Image
    from PIL.Image import Image as Picture

BEST = 90
"""Default quality of a JPEG; above it files grow with little visible gain."""

LEAST = 60
"""Below this quality, scaling down looks better than compressing more."""

_PLAIN = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_SHRINKS = 12
_SPARE = 1.25


@dataclass(frozen=True)
class Made:
    """An encoded picture: bytes, pixels and, for a JPEG, quality."""

    data: bytes
    mime: str
    width: int
    height: int
    quality: int | None = None


def measure(file: FileFacts) -> OriginalMedia:
    """Return a picture's facts from its header alone. Raises RenditionError."""
    image = pillow(file.mime)
    try:
        frames = animation_facts(file.path, file.mime).frames
        with image.open(file.path) as picture:
            width, height = picture.size
            lies = orientation(picture)
            alpha = picture.has_transparency_data
            plain = picture.mode in _PLAIN
    except PILLOW_ERRORS:
        raise RenditionError(damaged(file.name)) from None
    if lies >= 5:
        width, height = height, width
    return OriginalMedia(file.mime, width, height, file.size, frames, bool(alpha), lies == 1, plain)


def write_still(file: FileFacts, spec: RenditionSpec, cancel: threading.Event) -> Made:
    """Encode a picture by `spec`. Raises RenditionError and Cancelled."""
    try:
        picture, exif = _prepared(file, spec, cancel)
    except MemoryError:
        raise
    except PILLOW_ERRORS:
        raise RenditionError(damaged(file.name)) from None
    made = _within(picture, spec, exif, cancel)
    if made is None:
        problem = FileProblem.of("small", file=file.name, number=(spec.max_bytes or 0) / 1e6)
        raise RenditionError(problem)
    return made


def _prepared(
    file: FileFacts, spec: RenditionSpec, cancel: threading.Event
) -> tuple[Picture, bytes | None]:
    """Return the picture rotated, cropped, scaled, in sRGB, and the EXIF to keep."""
    image = pillow(file.mime)
    picture, lies, exif = _read(file, spec)
    profile = picture.info.get("icc_profile")
    for turn in (upright_turn(image, lies), _turned(image, spec.turns)):
        _stop(cancel)
        if turn is not None:
            picture = picture.transpose(turn)
    if spec.crop is not None:
        picture = picture.crop(pixel_box(spec.crop, *picture.size))
    picture = simple(picture)
    _stop(cancel)
    if spec.width and picture.size != (spec.width, spec.height):
        picture = picture.resize(
            (spec.width, spec.height), image.Resampling.LANCZOS, reducing_gap=3.0
        )
    _stop(cancel)
    picture = in_srgb(picture, profile)
    # Drop all metadata of the source.
    picture.info = {}
    if spec.mark is not None:
        from posto_desktop.media.watermark_images import with_watermark

        picture = with_watermark(picture, spec.mark)
    return picture, exif


def _read(file: FileFacts, spec: RenditionSpec) -> tuple[Picture, int, bytes | None]:
    """Return the decoded picture, its orientation, and the EXIF to keep. Nothing else references
    its pixels."""
    with pillow(file.mime).open(file.path) as opened:
        lies = orientation(opened)
        exif = _kept_exif(opened) if spec.keep_metadata else None
        _draft(opened, spec, lies)
        _check_pixels(file, opened.width, opened.height)
        opened.load()
        moves = getattr(opened, "is_animated", False)
        return opened.copy() if moves else opened, lies, exif


def _draft(picture: Picture, spec: RenditionSpec, lies: int) -> None:
    """Decode a JPEG at a half, a quarter or an eighth if that is large enough."""
    if picture.format not in ("JPEG", "MPO") or not spec.width:
        return
    width, height = picture.size
    if (lies >= 5) != bool(spec.turns % 2):
        width, height = height, width
    left, top, right, bottom = pixel_box(spec.crop, width, height)
    scale = max(spec.width / (right - left), spec.height / (bottom - top))
    if scale < 0.5:
        # Leave some excess for the final scaling.
        draft_size = tuple(max(1, int(side * scale * _SPARE)) for side in picture.size)
        picture.draft(None, (draft_size[0], draft_size[1]))


def in_srgb(picture: Picture, profile: bytes | None) -> Picture:
    """Convert to sRGB (or grey), which is right even without colour management."""
    if picture.mode == "CMYK" or (profile and picture.mode in ("RGB", "RGBA", "L", "LAB")):
        converted = _by_profile(picture, profile)
        if converted is not None:
            return converted
    if picture.mode in ("L", "RGB", "RGBA", "LA"):
        return picture
    return picture.convert("RGB")


def _by_profile(picture: Picture, profile: bytes | None) -> Picture | None:
    """Return None without a matching profile."""
    from PIL import ImageCms

    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
            return picture
        target = ImageCms.createProfile("sRGB")
        if picture.mode == "RGBA":
            alpha = picture.getchannel("A")
            solid = ImageCms.profileToProfile(
                picture.convert("RGB"), source, target, outputMode="RGB"
            )
            if solid is not None:
                solid.putalpha(alpha)
            return solid
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, *PILLOW_ERRORS):
        return None  # an invalid profile has no effect


def _within(
    picture: Picture, spec: RenditionSpec, exif: bytes | None, cancel: threading.Event
) -> Made | None:
    """Encode within the byte limit: lower quality first, then smaller. None if impossible."""
    limit = spec.max_bytes
    jpeg = spec.format == "jpeg"
    if jpeg:
        picture = on_white(picture)
    elif limit:
        made = _encode(picture, "png", None, exif)
        if len(made.data) <= limit:
            return made
        if spec.or_jpeg and is_solid(picture):
            jpeg, picture = True, on_white(picture)
    best = spec.quality or BEST
    for _ in range(_SHRINKS):
        _stop(cancel)
        made = _encode(picture, "jpeg" if jpeg else "png", best if jpeg else None, exif)
        if limit is None or len(made.data) <= limit:
            return made
        if jpeg:
            least = _encode(picture, "jpeg", LEAST, exif)
            if len(least.data) <= limit:
                return _best_below(picture, limit, least, made, exif, cancel)
            made, best = least, min(best, 85)
        scale = max(0.3, min(0.9, (limit / len(made.data)) ** 0.5 * 0.97))
        smaller = tuple(max(1, round(side * scale)) for side in picture.size)
        if smaller == picture.size:
            break
        picture = picture.resize((smaller[0], smaller[1]), reducing_gap=3.0)
    return None


def _best_below(
    picture: Picture,
    limit: int,
    fits: Made,
    heavy: Made,
    exif: bytes | None,
    cancel: threading.Event,
) -> Made:
    """Search the best quality within the limit, between one that fits and one that does not."""
    assert fits.quality is not None
    assert heavy.quality is not None
    low, high = fits.quality, heavy.quality
    while high - low > 1:
        _stop(cancel)
        middle = (low + high) // 2
        made = _encode(picture, "jpeg", middle, exif)
        if len(made.data) <= limit:
            low, fits = middle, made
        else:
            high = middle
    return fits


def _encode(picture: Picture, form: str, quality: int | None, exif: bytes | None) -> Made:
    data = io.BytesIO()
    notes: dict[str, Any] = {"exif": exif} if exif else {}
    if form == "jpeg":
        # Not `optimize`: it holds the interpreter for 0.2 s at 12 MP and saves only a few per cent.
        picture.save(data, "JPEG", quality=quality, **notes)
    else:
        picture.save(data, "PNG", **notes)
    return Made(data.getvalue(), f"image/{form}", *picture.size, quality)


def is_solid(picture: Picture) -> bool:
    """Return whether the picture is opaque. Screenshots often have an unused alpha channel."""
    if picture.mode != "RGBA":
        return True
    return picture.getchannel("A").getextrema() == (255, 255)


def on_white(picture: Picture) -> Picture:
    """Blend transparency with white."""
    if picture.mode in ("L", "RGB"):
        return picture
    alpha = picture.getchannel("A")
    flat: Picture = pillow().new("RGB", picture.size, "white")
    flat.paste(picture.convert("RGB"), mask=alpha)
    return flat


def _kept_exif(picture: Picture) -> bytes | None:
    """Return the EXIF for an upright picture; None if it cannot be written."""
    try:
        exif = exif_of(picture)
        if not exif:
            return None
        exif[ORIENTATION] = 1
        return exif.tobytes()
    except PILLOW_ERRORS:
        return None


def _turned(image: ModuleType, turns: int) -> Image.Transpose | None:
    return upright_turn(image, {1: 6, 2: 3, 3: 8}.get(turns, 1))


def _check_pixels(file: FileFacts, width: int, height: int) -> None:
    if width * height > MAX_PIXELS_WHOLE:
        count, most = megapixels(width * height), megapixels(MAX_PIXELS_WHOLE)
        problem = FileProblem.of("edit_pixels", file=file.name, count=count, most=most)
        raise RenditionError(problem)


def _stop(cancel: threading.Event) -> None:
    if cancel.is_set():
        raise Cancelled
