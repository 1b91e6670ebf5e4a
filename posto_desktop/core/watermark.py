"""A watermark as data: picture, position and size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from posto_desktop.core.file_problems import FileProblem
from posto_desktop.sdk.style_parts import CORNERS, MARGINS, OPACITIES, SIZES, Watermark


@dataclass(frozen=True)
class WatermarkImage:
    """The picture at `path` in a corner; the numbers as in `sdk.style_parts.Watermark`. `style` is
    the style it belongs to, for sentences."""

    path: str
    corner: str = CORNERS[3]
    size: float = 0.2
    opacity: float = 0.8
    margin: float = 0.03
    style: str = ""

    @classmethod
    def of(cls, mark: Watermark, path: str, style: str = "") -> WatermarkImage:
        return cls(path, mark.corner, mark.size, mark.opacity, mark.margin, style)

    @classmethod
    def from_json(cls, data: object) -> WatermarkImage | None:
        """Read one; None for invalid data. Numbers are clamped."""
        if not isinstance(data, Mapping):
            return None
        path, corner, style = data.get("path"), data.get("corner"), data.get("style")
        if not isinstance(path, str) or not path or corner not in CORNERS:
            return None
        size = _within(data.get("size"), *SIZES)
        opacity = _within(data.get("opacity"), *OPACITIES)
        margin = _within(data.get("margin"), *MARGINS)
        if size is None or opacity is None or margin is None:
            return None
        return cls(
            path, str(corner), size, opacity, margin, style if isinstance(style, str) else ""
        )

    def problem(self, why: FileProblem | str) -> FileProblem:
        """Return the problem of a watermark that cannot be used."""
        if self.style:
            return FileProblem.of("mark_of_style", style=self.style, reason=why)
        return FileProblem.of("mark", reason=why)

    @property
    def key(self) -> str:
        """Return the cache key of its placement; the picture's content is keyed separately."""
        return f"{self.corner},{self.size:.4f},{self.opacity:.3f},{self.margin:.4f}"

    def box(self, picture: tuple[int, int], mark: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return its place on a picture in pixels: left, top, width, height."""
        width, height = picture
        short = min(width, height)
        scale = self.size * short / max(mark)
        wide, high = (max(1, round(side * scale)) for side in mark)
        gap = round(self.margin * short)
        if self.corner == "center":
            return (width - wide) // 2, (height - high) // 2, wide, high
        # A mark that is too large with its margin extends to the opposite side, not outside.
        left = gap if self.corner.endswith("left") else width - wide - gap
        top = gap if self.corner.startswith("top") else height - high - gap
        left = max(0, min(left, width - wide))
        return left, max(0, min(top, height - high)), wide, high


def _within(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(most, max(least, float(value)))
