"""Requirements of networks for pictures and videos, and the shapes they show well."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from posto_desktop.core.edits import Crop
from posto_desktop.core.limits import FileLimits, limits_for
from posto_desktop.sdk import networks

Unmet = Literal[
    "aspect",
    "small",
    "gif",
    "bytes",
    "type",
    "codec",
    "sound",
    "large",
    "long",
    "brief",
    "rate",
    "dense",
    "index",
    "hdr",
]
"""Remaining objections of a network: the shape, too few pixels, animated GIFs, too many bytes (if
it cannot be scaled), a file type that cannot be converted; of a video also its codecs, too many
pixels, its length, frames a second, bits a second, where its index is, and brighter colours."""

# What every service stores (WordPress's defaults); other types are converted first.
SERVICE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


@dataclass(frozen=True)
class MediaRequirements:
    """A network's requirements, None if unknown; widths and heights in pixels."""

    slug: str
    types: tuple[str, ...] = SERVICE_TYPES
    max_bytes: int | None = None
    min_width: int | None = None
    min_height: int | None = None
    max_width: int | None = None
    max_height: int | None = None
    max_pixels: int | None = None
    aspect_min: float | None = None
    aspect_max: float | None = None
    gif_accepted: bool | None = None
    gif_max_bytes: int | None = None
    video: FileLimits = field(default_factory=FileLimits)


@dataclass(frozen=True)
class CropPreset:
    """A shape offered by the crop tool: its name as in "4:5" or "9:16 (story)", width / height."""

    label: str
    ratio: float


def unmet(width: int, height: int, media_requirements: MediaRequirements) -> tuple[Unmet, ...]:
    """Return the requirements that a picture of this size does not meet; none for an unknown
    size."""
    if not width or not height:
        return ()
    violated: list[Unmet] = []
    # Forgive one pixel of rounding: a crop to 4:5 is rarely exact.
    narrow = (
        media_requirements.aspect_min is not None
        and (width + 1) / height < media_requirements.aspect_min
    )
    flat = (
        media_requirements.aspect_max is not None
        and width / (height + 1) > media_requirements.aspect_max
    )
    if narrow or flat:
        violated.append("aspect")
    if width < (media_requirements.min_width or 0) or height < (media_requirements.min_height or 0):
        violated.append("small")
    return tuple(violated)


def crop_presets(network: str) -> tuple[CropPreset, ...]:
    """Return the shapes that a network shows well, the best first."""
    return _data(networks.canonical(network))[1]


def ratio_crop(width: int, height: int, ratio: float) -> Crop | None:
    """Return the largest centred crop of a ratio (width / height); None if it has it already."""
    if width <= 0 or height <= 0 or ratio <= 0:
        return None
    have = width / height
    if abs(have - ratio) < 1 / max(width, height):
        return None
    if have > ratio:
        share = ratio / have
        return ((1 - share) / 2, 0.0, share, 1.0)
    share = have / ratio
    return (0.0, (1 - share) / 2, 1.0, share)


def fitting_crop(width: int, height: int, network: str | MediaRequirements) -> Crop | None:
    """Return the smallest centred crop to a shape that the network accepts; None = none needed."""
    media_requirements = requirements_of(network) if isinstance(network, str) else network
    if width <= 0 or height <= 0:
        return None
    have = width / height
    if media_requirements.aspect_min is not None and have < media_requirements.aspect_min:
        return ratio_crop(width, height, media_requirements.aspect_min)
    if media_requirements.aspect_max is not None and have > media_requirements.aspect_max:
        return ratio_crop(width, height, media_requirements.aspect_max)
    return None


def requirements_of(network: str) -> MediaRequirements:
    """Return a network's requirements by slug or alias; for an unknown one, those of the
    service."""
    return _data(networks.canonical(network))[0]


@lru_cache(maxsize=128)
def _data(slug: str) -> tuple[MediaRequirements, tuple[CropPreset, ...]]:
    network = next(
        (candidate for candidate in networks.all_networks() if candidate.slug == slug), None
    )
    if network is None:
        return MediaRequirements(slug), ()
    image, gif = (network.raw.get(name) or {} for name in ("image", "gif"))
    types = image.get("types")
    media_requirements = MediaRequirements(
        slug,
        types=tuple(types) if types else SERVICE_TYPES,
        **{
            name: image.get(name)
            for name in (
                "max_bytes",
                "min_width",
                "min_height",
                "max_width",
                "max_height",
                "max_pixels",
                "aspect_min",
                "aspect_max",
            )
        },
        gif_accepted=gif.get("accepted"),
        gif_max_bytes=gif.get("max_bytes"),
        video=limits_for(slug).video,
    )
    presets = [_preset(raw) for raw in image.get("crop_presets") or ()]
    return media_requirements, tuple(preset for preset in presets if preset is not None)


def _preset(label: str) -> CropPreset | None:
    wide, _, high = label.partition(" ")[0].partition(":")
    try:
        return CropPreset(label, float(wide) / float(high))
    except (ValueError, ZeroDivisionError):
        return None
