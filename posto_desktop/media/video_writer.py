"""Makes a video as a `VideoSpec` says, with ffmpeg. Blocks.

The result counts only after ffprobe has seen that it is what was asked for: its length, pixels,
codec and bytes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from posto_desktop.core.edits import Crop
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.renditions import RenditionError
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.core.video_spec import (
    LEAST_RATE,
    VideoSpec,
    estimated_size,
    most_video_rate,
    sound_rate,
    video_rate,
)
from posto_desktop.media.video_probe import read_streams
from posto_desktop.media.video_tools import ToolError, VideoTools, input_options, run

Progress = Callable[[float], None]

MARGIN_BYTES = 64_000_000
"""Room that stays free on the disk."""

_TRIES = 3
_QUALITY = 21  # of libx264, lower is better
_GOP_SECONDS = 2
_MAX_SAMPLE_RATE = 48_000
# A picture that would need more than it may have gets its bits in two passes.
_TIGHT = 1.0
_LENGTH_SLACK = 0.6
_SMALLEST_STEP = 0.9


@dataclass(frozen=True)
class MadeVideo:
    size: int
    facts: VideoFacts


def write_video(
    source: str,
    name: str,
    target: Path,
    spec: VideoSpec,
    facts: VideoFacts,
    tools: VideoTools,
    *,
    cancel: threading.Event,
    progress: Progress | None = None,
) -> MadeVideo:
    """Write a video to `target`, whose folder is its own. Raises RenditionError, Cancelled,
    OSError."""
    if spec.method == "encode" and not tools.can_encode:
        raise RenditionError(FileProblem.of("video_encoder", file=name))
    check_room(target.parent, spec, facts, name)
    try:
        if spec.method == "remux":
            run(
                remux_command(tools, source, target.name, spec, facts),
                cancel=cancel,
                moved=_share(progress, spec.seconds),
                folder=target.parent,
            )
        else:
            _encode(source, target, spec, facts, tools, cancel, progress)
        made = read_streams(tools, str(target))
    except ToolError as error:
        raise RenditionError(_problem(error, name)) from None
    size = target.stat().st_size
    _verify(name, spec, facts, made, size)
    with target.open("r+b") as file:
        os.fsync(file.fileno())
    return MadeVideo(size, made)


def check_room(folder: Path, spec: VideoSpec, facts: VideoFacts, name: str) -> None:
    """Raise if the disk has no room for the result. The index is moved to its front, for which
    ffmpeg writes nothing twice."""
    wanted = max(spec.size, estimated_size(spec, facts) if spec.method == "encode" else 0)
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if free < wanted * 1.2 + MARGIN_BYTES:
        raise RenditionError(
            FileProblem.of("room", file=name, number=wanted / 1e6, free=free / 1e6)
        )


# -- commands ----------------------------------------------------------------------------------


def remux_command(
    tools: VideoTools, source: str, target: str, spec: VideoSpec, facts: VideoFacts
) -> list[str]:
    """Return the command that writes the same streams anew, and the sound if it has to change."""
    return [
        tools.ffmpeg,
        *_span(spec),
        *input_options(source),
        *_length(spec, facts.reordered / facts.fps if facts.fps else 0.0),
        *_streams(facts),
        "-c:v",
        "copy",
        *(("-tag:v", "hvc1") if facts.video_codec == "hevc" else ()),
        *_end_of_copy(tools, spec, facts),
        *_sound(spec, facts),
        *_container(spec, target),
    ]


def encode_command(
    tools: VideoTools,
    source: str,
    target: str,
    spec: VideoSpec,
    facts: VideoFacts,
    rate: int | None,
    number: int = 0,
) -> list[str]:
    """Return the command of a new encoding; `rate` in bits a second for the picture, None: by
    quality alone. `number` is 1 or 2 of two passes, 0 for one."""
    fps = spec.fps or facts.fps or 30.0
    command = [
        tools.ffmpeg,
        *_span(spec),
        *input_options(source),
        *_length(spec),
        *_streams(facts),
        "-vf",
        ",".join(filters(tools, spec, facts)),
        "-c:v",
        tools.encoder,
        "-pix_fmt",
        "yuv420p",
        "-g",
        str(round(fps * _GOP_SECONDS)),
        *_quality(tools, spec, facts, rate, number),
    ]
    if spec.fps:
        command += ["-r", f"{spec.fps:g}"]
    command += ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
    if number == 1:
        return [*command, "-an", "-sn", "-pass", "1", "-passlogfile", "passes", "-f", "null", "-"]
    if number == 2:
        command += ["-pass", "2", "-passlogfile", "passes"]
    return [*command, *_sound(spec, facts), *_container(spec, target)]


def filters(tools: VideoTools, spec: VideoSpec, facts: VideoFacts) -> list[str]:
    """Return the filters; ffmpeg itself turns the picture upright before them."""
    chain = []
    if facts.interlaced:
        chain.append("yadif")
    if facts.odd:
        chain.append("scale=trunc(iw*sar/2)*2:ih,setsar=1")
    width, height = facts.width, facts.height
    if spec.crop is not None and width and height:
        left, top, wide, high = pixel_crop(spec.crop, width, height)
        chain.append(f"crop={wide}:{high}:{left}:{top}")
        width, height = wide, high
    if spec.width and spec.height and (spec.width, spec.height) != (width, height):
        chain.append(f"scale={spec.width}:{spec.height}:flags=lanczos")
    if facts.hdr and tools.maps_tones:
        chain += [
            "zscale=t=linear:npl=100",
            "format=gbrpf32le",
            "zscale=p=bt709",
            "tonemap=hable:desat=0",
            "zscale=t=bt709:m=bt709:r=tv",
        ]
    return [*chain, "setsar=1", "format=yuv420p"]


def pixel_crop(crop: Crop, width: int, height: int) -> tuple[int, int, int, int]:
    """Return a crop in whole pixels: left, top, width, height. Sides are even."""
    wide = max(2, round(crop[2] * width) // 2 * 2)
    high = max(2, round(crop[3] * height) // 2 * 2)
    left = max(0, min(round(crop[0] * width), width - wide))
    top = max(0, min(round(crop[1] * height), height - high))
    return left, top, wide, high


def _span(spec: VideoSpec) -> list[str]:
    if not spec.start:
        return []
    # A copy begins at the key frame at or before this moment; rounding must not miss it.
    moment = spec.start + 0.002 if spec.method == "remux" else spec.start
    return ["-ss", f"{moment:.3f}"]


def _end_of_copy(tools: VideoTools, spec: VideoSpec, facts: VideoFacts) -> list[str]:
    """Return the filter that leaves out what is stored before the end and shown after it."""
    if spec.end is None or not facts.reordered or not tools.drops_frames:
        return []
    return ["-bsf:v", f"noise=drop='gte(pts*tb,{spec.end - (spec.start or 0.0):.3f})'"]


def _length(spec: VideoSpec, early: float = 0.0) -> list[str]:
    """Return the option of the length. A copy ends by when frames are stored, which is `early`: so
    much more would be shown."""
    if spec.end is None:
        return []
    return ["-t", f"{max(0.05, spec.end - (spec.start or 0.0) - early):.3f}"]


def _streams(facts: VideoFacts) -> list[str]:
    streams = ["-map", "0:v:0", "-map", "0:a:0?", "-dn"]
    if facts.subtitles:
        return [*streams, "-map", "0:s?", "-c:s", "mov_text"]
    return [*streams, "-sn"]


def _sound(spec: VideoSpec, facts: VideoFacts) -> list[str]:
    if not facts.has_sound:
        return ["-an"]
    if spec.copies_audio:
        return ["-c:a", "copy"]
    sound = ["-c:a", "aac", "-b:a", str(sound_rate(spec, facts))]
    if facts.channels > 2 or not facts.channels:
        sound += ["-ac", "2"]
    if facts.sample_rate > _MAX_SAMPLE_RATE or not facts.sample_rate:
        sound += ["-ar", str(_MAX_SAMPLE_RATE)]
    return sound


def _container(spec: VideoSpec, target: str) -> list[str]:
    """Return the options of an MP4 that starts at once, says nothing about who made it, and is
    the same each time it is made."""
    about = ["-map_metadata", "0" if spec.keep_metadata else "-1", "-map_chapters", "-1"]
    flags = "+faststart+use_metadata_tags" if spec.keep_metadata else "+faststart"
    return [
        *about,
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-flags:a",
        "+bitexact",
        "-movflags",
        flags,
        "-write_tmcd",
        "0",
        "-max_muxing_queue_size",
        "1024",
        "-f",
        "mp4",
        "-y",
        f"file:{target}",
    ]


def _quality(
    tools: VideoTools, spec: VideoSpec, facts: VideoFacts, rate: int | None, number: int
) -> list[str]:
    if tools.encoder != "libx264":
        usual = rate or round(video_rate(spec, facts) * 1.3)
        return ["-b:v", str(usual), "-maxrate", str(usual), "-bufsize", str(usual)]
    common = ["-preset", "fast", "-profile:v", "high", "-flags:v", "+cgop"]
    if number and rate:
        return [*common, "-b:v", str(rate), "-maxrate", str(rate * 2), "-bufsize", str(rate * 2)]
    if rate:
        return [*common, "-crf", str(_QUALITY), "-maxrate", str(rate), "-bufsize", str(rate)]
    return [*common, "-crf", str(_QUALITY)]


# -- encoding ----------------------------------------------------------------------------------


def _encode(
    source: str,
    target: Path,
    spec: VideoSpec,
    facts: VideoFacts,
    tools: VideoTools,
    cancel: threading.Event,
    progress: Progress | None,
) -> None:
    rate = most_video_rate(spec, facts)
    # By quality where that is far below the limit; the limit then only holds peaks back.
    in_two = (
        rate is not None
        and tools.has_two_passes
        and rate < _TIGHT * video_rate(_unlimited(spec), facts)
    )
    for attempt in range(_TRIES):
        for number in (1, 2) if in_two else (0,):
            begin, part = {1: (0.0, 0.4), 2: (0.4, 0.6)}.get(number, (0.0, 1.0))
            run(
                encode_command(tools, source, target.name, spec, facts, rate, number),
                cancel=cancel,
                moved=_share(progress, spec.seconds, begin, part),
                folder=target.parent,
            )
        for left in target.parent.glob("passes*"):
            with contextlib.suppress(OSError):
                left.unlink()
        size = target.stat().st_size
        if spec.limit is None or size <= spec.limit or attempt == _TRIES - 1:
            return
        limited = most_video_rate(replace(spec, max_bytes=spec.limit), facts) or 0
        if rate is not None and in_two:
            limited = min(limited, int(rate * min(_SMALLEST_STEP, 0.97 * spec.limit / size)))
        if limited < LEAST_RATE / 2:
            return  # too large; it would be nothing but blocks
        rate, in_two = limited, tools.has_two_passes


def _unlimited(spec: VideoSpec) -> VideoSpec:
    return replace(spec, max_bytes=None, max_bit_rate=None)


def _share(
    progress: Progress | None, seconds: float, begin: float = 0.0, part: float = 1.0
) -> Progress | None:
    if progress is None:
        return None
    emit = progress

    def moved(done: float) -> None:
        emit(begin + part * min(1.0, done / seconds if seconds else 0.0))

    return moved


def _verify(name: str, spec: VideoSpec, facts: VideoFacts, made: VideoFacts, size: int) -> None:
    """Raise if the result is not what was asked for."""
    if not made.video_codec or not made.width:
        raise RenditionError(FileProblem.of("video_result", file=name))
    slack = _LENGTH_SLACK + (facts.duration if spec.at_key_frames else 0.02 * spec.seconds)
    if spec.seconds and abs(made.duration - spec.seconds) > slack:
        raise RenditionError(FileProblem.of("video_result", file=name))
    if spec.limit is not None and size > spec.limit and spec.method == "encode":
        raise RenditionError(FileProblem.of("small", file=name, number=spec.limit / 1e6))
    if spec.method == "encode":
        wanted = (spec.width, spec.height)
        if (
            made.video_codec != "h264"
            or made.hdr
            or (
                all(wanted)
                and wanted
                != (
                    made.width,
                    made.height,
                )
            )
        ):
            raise RenditionError(FileProblem.of("video_result", file=name))


def _problem(error: ToolError, name: str) -> FileProblem:
    if error.is_full_disk:
        return FileProblem.of("full", file=name)
    if error.silent:
        return FileProblem.of("video_silent", file=name)
    return FileProblem.of("video_failed", file=name, reason=error.reason.rstrip(".") or "ffmpeg")
