"""Reads what is in a video with ffprobe. Blocks."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.core.video_facts import NO_SOUND, VideoFacts
from posto_desktop.media.media_files import FileFacts
from posto_desktop.media.video_header import read_video_header
from posto_desktop.media.video_tools import (
    ToolError,
    VideoTools,
    answer_of,
    find_tools,
    input_options,
)

_FIELDS = (
    "stream=codec_type,codec_name,width,height,pix_fmt,avg_frame_rate,r_frame_rate,duration,"
    "bit_rate,sample_rate,channels,color_transfer,sample_aspect_ratio,field_order,has_b_frames"
    ":stream_disposition=attached_pic:stream_side_data=rotation,side_data_type"
    ":format=duration,bit_rate,size"
)
_HDR = ("smpte2084", "arib-std-b67")
TEXT_SUBTITLES = ("mov_text", "subrip", "ass", "ssa", "webvtt", "text")


def read_streams(tools: VideoTools, path: str) -> VideoFacts:
    """Return the facts of a video, all zero if it has no picture. Raises ToolError, OSError."""
    answer = answer_of(
        [
            tools.ffprobe,
            "-hide_banner",
            "-v",
            "error",
            "-of",
            "json",
            "-show_entries",
            _FIELDS,
            *input_options(path),
        ]
    )
    try:
        data = json_text.loads(answer)
    except ValueError:
        raise ToolError(["ffprobe answered what is no JSON."]) from None
    return _facts(data if isinstance(data, Mapping) else {})


def read_video_facts(file: FileFacts, tools: VideoTools | None) -> VideoFacts:
    """Return what is in a video: by ffprobe, else by its own index; empty if neither can tell."""
    header = None
    with contextlib.suppress(OSError):
        header = read_video_header(file.path, file.mime)
    if tools is None:
        return header or VideoFacts()
    try:
        facts = read_streams(tools, file.path)
    except (ToolError, OSError):
        return header or VideoFacts()
    if header is None:
        return facts
    return replace(
        facts,
        moov_first=header.moov_first,
        edit_list=header.edit_list,
        hdr=facts.hdr or header.hdr,
    )


def look_inside(file: FileFacts, ffmpeg: str) -> VideoFacts | None:
    """Return what is in a video without starting another program, if its own index tells, else by
    ffprobe, if there is one; None if neither can tell."""
    with contextlib.suppress(OSError):
        header = read_video_header(file.path, file.mime)
        if header is not None:
            return header
    facts = read_video_facts(file, find_tools(ffmpeg))
    return facts if facts.video_codec else None


def _facts(data: Mapping[str, Any]) -> VideoFacts:
    streams = [each for each in data.get("streams") or () if isinstance(each, Mapping)]
    about = data.get("format")
    about = about if isinstance(about, Mapping) else {}
    picture = next(
        (
            each
            for each in streams
            if each.get("codec_type") == "video"
            and not _mapping(each.get("disposition")).get("attached_pic")
        ),
        None,
    )
    if picture is None:
        return VideoFacts()
    sound = next((each for each in streams if each.get("codec_type") == "audio"), None)
    width, height = _whole(picture.get("width")), _whole(picture.get("height"))
    square = _ratio(picture.get("sample_aspect_ratio"), ":")
    is_odd = square not in (0.0, 1.0)
    if is_odd:
        width = round(width * square)
    sides = [_mapping(each) for each in picture.get("side_data_list") or ()]
    # ffprobe counts against the clock.
    turn = next((-_real(each["rotation"]) for each in sides if "rotation" in each), 0.0)
    rotation = round(turn / 90) * 90 % 360
    if rotation in (90, 270):
        width, height = height, width
    kinds = " ".join(str(each.get("side_data_type")) for each in sides)
    return VideoFacts(
        video_codec=str(picture.get("codec_name") or ""),
        audio_codec=str(sound.get("codec_name") or "") if sound else NO_SOUND,
        width=width,
        height=height,
        rotation=rotation,
        duration=_real(about.get("duration")) or _real(picture.get("duration")),
        fps=round(
            _ratio(picture.get("avg_frame_rate"), "/") or _ratio(picture.get("r_frame_rate"), "/"),
            3,
        ),
        bit_rate=_whole(about.get("bit_rate")),
        audio_bit_rate=_whole(sound.get("bit_rate")) if sound else 0,
        sample_rate=_whole(sound.get("sample_rate")) if sound else 0,
        channels=_whole(sound.get("channels")) if sound else 0,
        colours=str(picture.get("pix_fmt") or ""),
        hdr=picture.get("color_transfer") in _HDR or "DOVI" in kinds,
        odd=is_odd,
        interlaced=picture.get("field_order") in ("tt", "bb", "tb", "bt"),
        reordered=min(16, _whole(picture.get("has_b_frames"))),
        subtitles=sum(
            1
            for each in streams
            if each.get("codec_type") == "subtitle" and each.get("codec_name") in TEXT_SUBTITLES
        ),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: object) -> int:
    return int(_real(value))


def _real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0.0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return min(number, 1e15) if math.isfinite(number) else 0.0


def _ratio(value: object, sign: str) -> float:
    if not isinstance(value, str) or len(value) > 40:
        return 0.0
    try:
        return float(Fraction(value.replace(sign, "/")))
    except (ValueError, ZeroDivisionError, OverflowError):
        return 0.0
