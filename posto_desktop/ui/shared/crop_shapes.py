"""Crop shapes offered by the media editor, with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posto_desktop.common.translation import translate
from posto_desktop.core.edits import Crop
from posto_desktop.core.limits import network_name
from posto_desktop.core.media_requirements import CropPreset, crop_presets
from posto_desktop.models.numbers import trimmed

ORIGINAL, FREE = "original", "free"

# Common names of shapes; others show their ratio.
_NAMED = ((1, 1), (4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (9, 16), (16, 9), (1.91, 1))
_NAMED_ALSO = ((2, 1), (1, 2), (21, 9))


@dataclass(frozen=True)
class CropShape:
    """One crop shape: `key` is "original", "free" or "slug label"; `ratio` = width / height."""

    key: str
    name: str
    ratio: float | None = None
    slug: str = ""


def shapes_for(networks: Sequence[str]) -> list[CropShape]:
    """Return original, free, and the recommended shapes of these networks, best first."""
    shapes = [
        #: Shape of a crop: that of the picture.
        CropShape(ORIGINAL, translate("Shapes", "Original")),
        #: Shape of a crop: any.
        CropShape(FREE, translate("Shapes", "Free")),
    ]
    for slug in networks:
        for preset in crop_presets(slug):
            shapes.append(
                CropShape(f"{slug} {preset.label}", preset_name(slug, preset), preset.ratio, slug)
            )
    return shapes


def video_shapes() -> list[CropShape]:
    """Return original, free, and the shapes in which networks show videos."""
    shapes = shapes_for(())
    for wide, high in ((9, 16), (4, 5), (1, 1), (16, 9)):
        shapes.append(CropShape(f"{wide}:{high}", f"{wide}:{high}", wide / high))
    return shapes


def preset_name(slug: str, preset: CropPreset) -> str:
    """Return a title such as "Instagram portrait 4:5" or "Instagram story 9:16"."""
    numbers, _, use = preset.label.partition(" ")
    use = use.strip("() ")
    if not use:
        if abs(preset.ratio - 1) < 0.01:
            use = translate("Shapes", "square")
        elif preset.ratio < 1:
            use = translate("Shapes", "portrait")
        else:
            use = translate("Shapes", "landscape")
    elif use == "story":
        use = translate("Shapes", "story")
    #: "Instagram portrait 4:5": {use} is square, portrait or landscape.
    return translate("Shapes", "{network} {use} {numbers}").format(
        network=network_name(slug), use=use, numbers=numbers
    )


def ratio_name(ratio: float) -> str:
    """Return "4:5" for a known shape, else a ratio such as "1.43:1"."""
    for wide, high in (*_NAMED, *_NAMED_ALSO):
        if abs(ratio / (wide / high) - 1) < 0.012:
            return f"{wide}:{high}"
    if ratio >= 1:
        return f"{trimmed(ratio)}:1"
    return f"1:{trimmed(1 / ratio)}"


def crop_name(crop: Crop, width: int, height: int, turns: int = 0) -> str:
    """Return the shape of a crop in a picture of this size before rotation; "" if unknown."""
    if turns % 2:
        width, height = height, width
    if not width or not height or not crop[3]:
        return ""
    return ratio_name(crop[2] * width / (crop[3] * height))
