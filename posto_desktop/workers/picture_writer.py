"""Measures pictures and writes what networks need of them, from the untouched original.

Runs in the helper process (`workers.picture_process`), after the header was checked there.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from posto_desktop.core.renditions import (
    MAX_PIXELS_WHOLE,
    OriginalMedia,
    RenditionError,
    RenditionSpec,
    pixel_box,
)
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.animation_facts import animation_facts
from posto_desktop.workers.edit_pillow import (
    ORIENTATION,
    PILLOW_ERRORS,
    exif_of,
    orientation,
    pillow,
    simple,
    upright_turn,
)
from posto_desktop.workers.media_files import FileFacts, damaged

if TYPE_CHECKING:
    from PIL import Image
    from PIL.Image import Image as Picture

BEST = 90
"""The usual quality of a JPEG that need not be small; above it files grow, and few see why."""

LEAST = 60
"""Below this quality a smaller picture looks better than a worse one."""

_PLAIN = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_SHRINKS = 12
_SPARE = 1.25


@dataclass(frozen=True)
class Made:
    """A picture that was written: its bytes, pixels and, for a JPEG, its quality."""

    data: bytes
    mime: str
    width: int
    height: int
    quality: int | None = None


def measure(file: FileFacts) -> OriginalMedia:
    """The facts that decide what has to be done to a picture, by its header alone. Raises
    RenditionError."""
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
    """Write a picture as planned. Raises RenditionError and Cancelled."""
    try:
        picture, exif = _prepared(file, spec, cancel)
    except MemoryError:
        raise
    except PILLOW_ERRORS:
        raise RenditionError(damaged(file.name)) from None
    made = _within(picture, spec, exif, cancel)
    if made is None:
        size = f"{(spec.max_bytes or 0) / 1e6:.2f} MB"
        raise RenditionError(f"{file.name} cannot be made as small as {size}.")
    return made


def _prepared(
    file: FileFacts, spec: RenditionSpec, cancel: threading.Event
) -> tuple[Picture, bytes | None]:
    """The picture turned, cut, made smaller, in sRGB, and its EXIF if that is kept."""
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
    # Nothing of what the file said about itself may travel on by accident.
    picture.info = {}
    if spec.mark is not None:
        from posto_desktop.workers.watermark_images import with_watermark

        picture = with_watermark(picture, spec.mark)
    return picture, exif


def _read(file: FileFacts, spec: RenditionSpec) -> tuple[Picture, int, bytes | None]:
    """The decoded picture, how it lies, and the EXIF to keep. Nobody else holds its pixels."""
    with pillow(file.mime).open(file.path) as opened:
        lies = orientation(opened)
        exif = _kept_exif(opened) if spec.keep_metadata else None
        _draft(opened, spec, lies)
        _check_pixels(file, opened.width, opened.height)
        opened.load()
        moves = getattr(opened, "is_animated", False)
        return opened.copy() if moves else opened, lies, exif


def _draft(picture: Picture, spec: RenditionSpec, lies: int) -> None:
    """Let a JPEG be read at half, a quarter or an eighth where that is still large enough."""
    if picture.format not in ("JPEG", "MPO") or not spec.width:
        return
    width, height = picture.size
    if (lies >= 5) != bool(spec.turns % 2):
        width, height = height, width
    left, top, right, bottom = pixel_box(spec.crop, width, height)
    scale = max(spec.width / (right - left), spec.height / (bottom - top))
    if scale < 0.5:
        # More than is needed, so that the fine scaling has something to choose from.
        wanted = tuple(max(1, int(side * scale * _SPARE)) for side in picture.size)
        picture.draft(None, (wanted[0], wanted[1]))


def in_srgb(picture: Picture, profile: bytes | None) -> Picture:
    """The picture in sRGB (or grey), which looks right also where profiles are not read."""
    if picture.mode == "CMYK" or (profile and picture.mode in ("RGB", "RGBA", "L", "LAB")):
        converted = _by_profile(picture, profile)
        if converted is not None:
            return converted
    if picture.mode in ("L", "RGB", "RGBA", "LA"):
        return picture
    return picture.convert("RGB")


def _by_profile(picture: Picture, profile: bytes | None) -> Picture | None:
    """None where there is no profile, or none that fits the picture."""
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
        return None  # a profile that nobody can read colours nothing


def _within(
    picture: Picture, spec: RenditionSpec, exif: bytes | None, cancel: threading.Event
) -> Made | None:
    """Encoded within the limit: by quality first, then by size. None when that is impossible."""
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
    """The best quality that keeps the limit, between one that does and one that does not."""
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
        # Not `optimize`: into memory that is one call that holds the interpreter, and with it the
        # window, for 0.2 s at 12 MP, to make the file a few per cent smaller.
        picture.save(data, "JPEG", quality=quality, **notes)
    else:
        picture.save(data, "PNG", **notes)
    return Made(data.getvalue(), f"image/{form}", *picture.size, quality)


def is_solid(picture: Picture) -> bool:
    """Whether nothing shines through. Screenshots often have an alpha channel that says nothing."""
    if picture.mode != "RGBA":
        return True
    return picture.getchannel("A").getextrema() == (255, 255)


def on_white(picture: Picture) -> Picture:
    """Without transparency: what shines through becomes white."""
    if picture.mode in ("L", "RGB"):
        return picture
    alpha = picture.getchannel("A")
    flat: Picture = pillow().new("RGB", picture.size, "white")
    flat.paste(picture.convert("RGB"), mask=alpha)
    return flat


def _kept_exif(picture: Picture) -> bytes | None:
    """The EXIF of a picture that will be upright; None where it cannot be written again."""
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
        raise RenditionError(
            f"{file.name} has {width * height / 1e6:,.0f} megapixels; "
            f"Posto edits pictures of up to {MAX_PIXELS_WHOLE / 1e6:.0f}. Make it smaller first."
        )


def _stop(cancel: threading.Event) -> None:
    if cancel.is_set():
        raise Cancelled
