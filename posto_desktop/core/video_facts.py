"""What is in a video file: plain data, read by `media.video_header` or ffprobe, and stored with the
draft."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

NO_SOUND = "none"
"""`VideoFacts.audio_codec` of a video without sound."""

_LONGEST_NAME = 40
_MOST = 1 << 50


@dataclass(frozen=True)
class VideoFacts:
    """Zero, empty and None are unknown. Codecs have ffmpeg's names.

    `width` and `height` are those of the picture as shown, `duration` is in seconds, `bit_rate`
    that of the whole file. `colours` is the pixel format ("yuv420p"). `hdr`: brighter than a
    standard screen shows. `moov_first`: a player can start before it has all of the file. `odd`:
    pixels that are not square. `interlaced`: lines of two moments in each frame. `edit_list`: the
    container leaves a part of the stream out. `subtitles`: streams of texts. `reordered`: how many
    frames are stored before others that are shown earlier.
    """

    video_codec: str = ""
    audio_codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    duration: float = 0.0
    fps: float = 0.0
    bit_rate: int = 0
    audio_bit_rate: int = 0
    sample_rate: int = 0
    channels: int = 0
    colours: str = ""
    hdr: bool = False
    moov_first: bool | None = None
    odd: bool = False
    interlaced: bool = False
    edit_list: bool = False
    subtitles: int = 0
    reordered: int = 0

    @property
    def has_sound(self) -> bool:
        """True also if it is unknown."""
        return self.audio_codec != NO_SOUND

    def to_json(self) -> dict[str, Any]:
        empty = asdict(VideoFacts())
        return {name: value for name, value in asdict(self).items() if value != empty[name]}

    @classmethod
    def from_json(cls, data: object) -> VideoFacts | None:
        """Read facts, dropping invalid values; None if there are none."""
        if not isinstance(data, Mapping):
            return None
        empty = cls()
        values = {
            each.name: _clean(data.get(each.name), getattr(empty, each.name))
            for each in fields(cls)
            if each.name != "moov_first"
        }
        moov_first = data.get("moov_first")
        return cls(**values, moov_first=moov_first if isinstance(moov_first, bool) else None)


def _clean(value: object, default: object) -> Any:  # noqa: ANN401 - of the type of the default
    if isinstance(default, bool):
        return value is True
    if isinstance(default, str):
        plain = isinstance(value, str) and value.isascii() and value.isprintable()
        return value[:_LONGEST_NAME] if plain and isinstance(value, str) else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    if isinstance(value, float) and not math.isfinite(value):
        return default
    number = max(0, min(value, _MOST))
    return float(number) if isinstance(default, float) else int(number)
