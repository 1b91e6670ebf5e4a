"""What is made of a video for a network: nothing, the same streams in another container, or a new
encoding. Decided from facts; `media.video_writer` carries it out.

Posto changes a video only as its edit says: `Edit.fit` converts it to what the network takes, crop,
trim and sizes apply as they are set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from posto_desktop.core.edits import Crop, Edit
from posto_desktop.core.limits import FileLimits
from posto_desktop.core.media_requirements import Unmet, ratio_crop
from posto_desktop.core.video_facts import NO_SOUND, VideoFacts

Method = Literal["", "remux", "encode"]
"""How it is made: not at all, the same streams written anew, or encoded anew."""

MP4 = "video/mp4"
LEAST_SECONDS = 0.1
"""Shortest part of a video that can be left."""

MP4_CODECS = frozenset({"h264", "hevc"})
"""Video that players expect in an MP4."""
MP4_AUDIO = frozenset({"aac", NO_SOUND})
PLAIN_COLOURS = frozenset({"", "yuv420p", "yuvj420p"})
AUDIO_RATE = 128_000
LEAST_AUDIO_RATE = 48_000

# Bits a pixel of H.264 at the quality that Posto uses, by experience; detail decides.
_BITS_PER_PIXEL = 0.085
_LEAST_BITS_PER_PIXEL = 0.035
_DEFAULT_FPS = 30.0
# Containers take some bytes, and encoders miss their target by some.
_OVERHEAD = 0.97
_CONTAINER_BYTES = 3_000
_CONTAINER_RATE = 10_000  # bits a second of the index
LEAST_RATE = 40_000
_FAR_BELOW = 3
_LEAST_SIDE = 96


@dataclass(frozen=True)
class VideoSpec:
    """How a video is made. `seconds`, `width`, `height` and `size` are of the result, as far as
    known; `size` of a new encoding is an estimate. `max_bytes` and `max_bit_rate` hold the encoder
    back; they are None where it stays far below anyway, so that networks can share a file. `limit`:
    the bytes that the result may have in any case.

    `start` and `end` are seconds of the original; None: from its start, to its end. `fps`: reduced
    or raised to; None: as it is. `copies_audio`: the sound is not encoded anew. `reasons` are for
    people.
    """

    method: Method = ""
    start: float | None = None
    end: float | None = None
    at_key_frames: bool = False
    crop: Crop | None = None
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    fps: float | None = None
    size: int = 0
    max_bytes: int | None = None
    max_bit_rate: int | None = None
    limit: int | None = None
    copies_audio: bool = True
    keep_metadata: bool = False
    reasons: tuple[str, ...] = ()
    unmet: tuple[Unmet, ...] = ()

    @property
    def key(self) -> str:
        """Return what decides the made file, for the cache."""
        crop = ",".join(f"{fraction:.6f}" for fraction in self.crop) if self.crop else ""
        span = f"{self.start or 0:.3f}-{'' if self.end is None else f'{self.end:.3f}'}"
        parts = (
            self.method,
            span,
            "k" if self.at_key_frames else "",
            crop,
            *((self.width, self.height) if self.method == "encode" else ()),
            self.fps or "",
            self.max_bytes or "",
            self.max_bit_rate or "",
            "copy" if self.copies_audio else "aac",
            "keep" if self.keep_metadata else "bare",
        )
        return "video;" + ";".join(map(str, parts))


def video_spec(
    facts: VideoFacts, mime: str, size: int, edit: Edit, limits: FileLimits
) -> VideoSpec:
    """Return what is made of a video of `size` bytes for a network with these limits."""
    start, end, seconds = _span(facts, edit)
    crop = edit.crop
    shown = _shown(facts, crop)
    fitted = _fitted(shown, edit, limits)
    fps = _fps(facts, limits) if edit.fit else None
    cap = _least((edit.max_bytes, limits.max_bytes if edit.fit else None))
    rate_cap = limits.max_bit_rate if edit.fit else None
    share = seconds / facts.duration if facts.duration else 1.0
    left = round(size * share)
    encoded = [
        word
        for word, so in (
            ("cut", crop is not None),
            ("trimmed", bool(start) and not edit.at_key_frames),
            ("smaller", fitted != shown),
            ("frames", fps is not None),
            ("lighter", _is_heavy(facts, left, seconds, cap, rate_cap)),
            ("codec", edit.fit and not _takes_codec(facts, limits)),
            ("colours", edit.fit and (facts.hdr or facts.colours not in PLAIN_COLOURS)),
            ("lines", edit.fit and facts.interlaced),
            ("pixels", edit.fit and facts.odd),
        )
        if so
    ]
    copied = [
        word
        for word, so in (
            ("span", edit.trims),
            ("container", edit.fit and not _takes_type(mime, limits)),
            ("moov", edit.fit and limits.moov_first and facts.moov_first is False),
            ("edits", edit.fit and limits.moov_first and facts.edit_list),
            ("sound", edit.fit and not _takes_audio(facts, limits)),
        )
        if so
    ]
    if not encoded and copied and not _fits_mp4(facts):
        encoded = ["codec"]
    method: Method = "encode" if encoded else "remux" if copied else ""
    if not method:
        unmet = _unmet(shown, facts.duration, facts.fps, size, mime, facts, limits)
        return VideoSpec(
            width=shown[0],
            height=shown[1],
            seconds=facts.duration,
            size=size,
            keep_metadata=edit.keep_metadata,
            unmet=unmet,
        )
    out = fitted
    if method == "encode" and all(fitted):
        out = _even(_for_bytes(fitted, seconds, fps or facts.fps, cap, facts))
    spec = VideoSpec(
        method,
        start,
        end,
        edit.at_key_frames and method == "remux" and bool(start),
        crop if method == "encode" else None,
        *out,
        seconds=seconds,
        fps=fps if method == "encode" else None,
        size=left,
        max_bytes=cap if method == "encode" else None,
        max_bit_rate=rate_cap if method == "encode" else None,
        limit=cap,
        copies_audio=_copies_audio(facts, edit, method, limits),
        keep_metadata=edit.keep_metadata,
        reasons=tuple(encoded + copied),
    )
    if method == "encode":
        spec = _without_idle_limits(spec, facts)
        spec = replace(spec, size=estimated_size(spec, facts))
        # A cap or a bit rate of the original that keeps its sound may not leave room for it.
        if spec.max_bytes and spec.copies_audio and not _has_room_for_audio(spec, facts):
            spec = replace(spec, copies_audio=False)
    made = made_facts(spec, facts)
    unmet = _unmet(out, seconds, made.fps, spec.size, MP4, made, limits)
    if method == "encode":
        # The encoder keeps to the limit, as far as that is possible at all.
        unmet = tuple(each for each in unmet if each != "bytes")
        if spec.max_bytes and _video_rate(spec.max_bytes, spec, facts) < LEAST_RATE:
            unmet = (*unmet, "bytes")
    return replace(spec, unmet=unmet)


def made_facts(spec: VideoSpec, facts: VideoFacts) -> VideoFacts:
    """Return what is expected to be in the result."""
    if not spec.method:
        return facts
    sound = facts.audio_codec if spec.copies_audio or not facts.has_sound else "aac"
    channels = facts.channels if spec.copies_audio else min(2, facts.channels)
    made = replace(
        facts,
        audio_codec=sound,
        channels=channels,
        duration=spec.seconds,
        moov_first=True,
        edit_list=False,
    )
    if spec.method == "remux":
        return made
    return replace(
        made,
        video_codec="h264",
        width=spec.width,
        height=spec.height,
        rotation=0,
        fps=spec.fps or facts.fps,
        bit_rate=round(spec.size * 8 / spec.seconds) if spec.seconds else 0,
        colours="yuv420p",
        hdr=False,
        odd=False,
        interlaced=False,
    )


def changes_video(edit: Edit) -> bool:
    """Return whether an edit may need more than the file as it is."""
    return bool(edit.fit or edit.trims or edit.crop or edit.max_side or edit.max_bytes)


def fitting_edit(facts: VideoFacts, size: int, edit: Edit, limits: FileLimits) -> Edit:
    """Return the edit with what has to change so that a network takes the video: conversion, the
    smallest centred crop, and an end. What it can not change stays."""
    new = replace(edit, fit=True)
    width, height = _shown(facts, edit.crop)
    ratio = width / height if width and height else 0.0
    shape = None
    if ratio and limits.aspect_min is not None and ratio < limits.aspect_min:
        shape = limits.aspect_min
    elif ratio and limits.aspect_max is not None and ratio > limits.aspect_max:
        shape = limits.aspect_max
    inner = ratio_crop(width, height, shape) if shape else None
    if inner is not None:
        left, top, wide, high = edit.crop or (0.0, 0.0, 1.0, 1.0)
        new = replace(
            new,
            crop=(
                left + inner[0] * wide,
                top + inner[1] * high,
                inner[2] * wide,
                inner[3] * high,
            ),
        )
    start, _end, seconds = _span(facts, edit)
    if limits.max_seconds is not None and seconds > limits.max_seconds:
        # A little less than what is allowed: streams end with whole frames.
        new = replace(new, end=round((start or 0.0) + limits.max_seconds - 0.05, 3))
    if limits.max_bytes is not None and (new.max_bytes or size) > limits.max_bytes:
        new = replace(new, max_bytes=limits.max_bytes)
    return new


def estimated_size(spec: VideoSpec, facts: VideoFacts) -> int:
    """Return about how many bytes a new encoding has."""
    sound = sound_rate(spec, facts)
    return round((video_rate(spec, facts) + sound) * spec.seconds / 8 / _OVERHEAD)


def video_rate(spec: VideoSpec, facts: VideoFacts) -> int:
    """Return the bits a second that the picture of a new encoding is expected to take."""
    pixels = max(1, spec.width * spec.height)
    usual = _BITS_PER_PIXEL * pixels * (spec.fps or facts.fps or _DEFAULT_FPS)
    whole = facts.bit_rate - facts.audio_bit_rate
    if whole > 0 and facts.width and facts.height:
        # A video that was compressed much does not grow by much.
        area = facts.width * facts.height * (spec.crop[2] * spec.crop[3] if spec.crop else 1.0)
        usual = min(usual, 1.2 * whole * (pixels / max(1.0, area)) ** 0.75)
    return int(min(usual, most_video_rate(spec, facts) or usual))


def most_video_rate(spec: VideoSpec, facts: VideoFacts) -> int | None:
    """Return the most bits a second that the picture may take on average; None: any."""
    rates = []
    if spec.max_bytes:
        rates.append(max(LEAST_RATE, _video_rate(spec.max_bytes, spec, facts)))
    if spec.max_bit_rate:
        rates.append(round(spec.max_bit_rate * 0.9) - sound_rate(spec, facts))
    return min(rates, default=None)


def sound_rate(spec: VideoSpec, facts: VideoFacts) -> int:
    """Return the bits a second of the sound of a new encoding."""
    if not facts.has_sound:
        return 0
    if spec.copies_audio:
        return facts.audio_bit_rate or AUDIO_RATE
    if spec.max_bytes and spec.seconds:
        whole = spec.max_bytes * 8 / spec.seconds
        return int(min(AUDIO_RATE, max(LEAST_AUDIO_RATE, whole * 0.1)))
    return AUDIO_RATE


def seconds_to_make(spec: VideoSpec, facts: VideoFacts, pixels_a_second: float) -> float:
    """Return about how long making it takes, with the speed of this computer."""
    if spec.method != "encode":
        return 1.0
    frames = spec.seconds * (facts.fps or _DEFAULT_FPS)
    # Decoding what is scaled down takes time, too.
    area = spec.width * spec.height + 0.3 * facts.width * facts.height
    return frames * area / max(1.0, pixels_a_second)


# -- parts of the decision ---------------------------------------------------------------------


def _span(facts: VideoFacts, edit: Edit) -> tuple[float | None, float | None, float]:
    """Return start, end, and the length of what is left."""
    start, end = edit.start or None, edit.end
    if facts.duration:
        if start is not None and start > facts.duration - LEAST_SECONDS:
            start = max(0.0, facts.duration - LEAST_SECONDS) or None
        if end is not None and end >= facts.duration - 0.001:
            end = None
    last = facts.duration if end is None else end
    return start, end, max(0.0, last - (start or 0.0))


def _shown(facts: VideoFacts, crop: Crop | None) -> tuple[int, int]:
    """Return the pixels after the crop: even ones, since colours are stored for pairs."""
    if not facts.width or not facts.height or crop is None:
        return facts.width, facts.height
    return _even((round(crop[2] * facts.width), round(crop[3] * facts.height)))


def _fitted(shown: tuple[int, int], edit: Edit, limits: FileLimits) -> tuple[int, int]:
    width, height = shown
    if not width or not height:
        return shown
    scales = [1.0]
    if edit.max_side:
        scales.append(edit.max_side / max(width, height))
    if edit.fit:
        most_width, most_height = upright_limits(shown, limits)
        scales += [
            most / have for most, have in ((most_width, width), (most_height, height)) if most
        ]
        if limits.max_pixels:
            scales.append((limits.max_pixels / (width * height)) ** 0.5)
    scale = min(scales)
    if scale >= 1.0:
        return shown
    return _even((int(width * scale), int(height * scale)))


def upright_limits(shown: tuple[int, int], limits: FileLimits) -> tuple[int | None, int | None]:
    """Return the most pixels in width and height. Limits are written for landscape: they are
    swapped for an upright video."""
    most = (limits.max_width, limits.max_height)
    if shown[1] > shown[0] and most[0] and most[1] and most[0] > most[1]:
        return most[1], most[0]
    return most


def _even(size: tuple[int, int]) -> tuple[int, int]:
    return max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2)


def _fps(facts: VideoFacts, limits: FileLimits) -> float | None:
    # Rates are measured: 23.976 and 59.94 are taken for 24 and 60.
    if limits.fps_max and facts.fps > limits.fps_max * 1.005:
        return float(limits.fps_max)
    if limits.fps_min and 0 < facts.fps < limits.fps_min * 0.995:
        return max(24.0, float(limits.fps_min))
    return None


def _is_heavy(
    facts: VideoFacts, left: int, seconds: float, cap: int | None, rate_cap: int | None
) -> bool:
    if cap is not None and left > cap:
        return True
    rate = facts.bit_rate or (left * 8 / seconds if seconds else 0)
    return rate_cap is not None and rate > rate_cap


def _takes_type(mime: str, limits: FileLimits) -> bool:
    return limits.types is None or not mime or mime in limits.types


def _takes_codec(facts: VideoFacts, limits: FileLimits) -> bool:
    return limits.codecs is None or not facts.video_codec or facts.video_codec in limits.codecs


def _takes_audio(facts: VideoFacts, limits: FileLimits) -> bool:
    if facts.audio_codec in ("", NO_SOUND):
        return True
    if limits.audio_codecs is None:
        return True
    return facts.audio_codec in limits.audio_codecs and facts.channels <= 2


def _copies_audio(facts: VideoFacts, edit: Edit, method: Method, limits: FileLimits) -> bool:
    # The sound of a new encoding begins with its picture, not with the packet before.
    if facts.audio_codec not in MP4_AUDIO or (method == "encode" and edit.start):
        return False
    return not edit.fit or _takes_audio(facts, limits)


def _fits_mp4(facts: VideoFacts) -> bool:
    return not facts.video_codec or facts.video_codec in MP4_CODECS


def _for_bytes(
    size: tuple[int, int],
    seconds: float,
    fps: float,
    cap: int | None,
    facts: VideoFacts,
) -> tuple[int, int]:
    """Return fewer pixels where so few bytes would show nothing but blocks."""
    if cap is None or not seconds or not size[0]:
        return size
    spec = VideoSpec("encode", max_bytes=cap, seconds=seconds, copies_audio=False)
    rate = max(LEAST_RATE, _video_rate(cap, spec, facts))
    most = rate / (_LEAST_BITS_PER_PIXEL * (fps or _DEFAULT_FPS))
    scale = (most / (size[0] * size[1])) ** 0.5
    if scale >= 1.0:
        return size
    scale = max(scale, min(1.0, _LEAST_SIDE / min(size)))
    return int(size[0] * scale), int(size[1] * scale)


def _video_rate(max_bytes: int, spec: VideoSpec, facts: VideoFacts) -> int:
    """Return the bits a second that a limit of bytes leaves for the picture."""
    if not spec.seconds:
        return LEAST_RATE
    room = max(0, max_bytes - _CONTAINER_BYTES) * _OVERHEAD
    return int(room * 8 / spec.seconds) - _CONTAINER_RATE - sound_rate(spec, facts)


def _has_room_for_audio(spec: VideoSpec, facts: VideoFacts) -> bool:
    whole = (spec.max_bytes or 0) * 8 / spec.seconds if spec.seconds else 0
    return sound_rate(spec, facts) <= max(LEAST_AUDIO_RATE, whole * 0.15)


def _unmet(
    shown: tuple[int, int],
    seconds: float,
    fps: float,
    size: int,
    mime: str,
    facts: VideoFacts,
    limits: FileLimits,
) -> tuple[Unmet, ...]:
    width, height = shown
    ratio = width / height if width and height else None
    most_width, most_height = upright_limits(shown, limits)
    checks: tuple[tuple[Unmet, bool], ...] = (
        ("type", not _takes_type(mime, limits)),
        ("codec", not _takes_codec(facts, limits)),
        ("sound", not _takes_audio(facts, limits)),
        ("bytes", limits.max_bytes is not None and size > limits.max_bytes),
        ("long", bool(limits.max_seconds) and seconds > (limits.max_seconds or 0)),
        ("brief", bool(limits.min_seconds) and 0 < seconds < (limits.min_seconds or 0)),
        (
            "large",
            bool(most_width and width > most_width) or bool(most_height and height > most_height),
        ),
        ("small", 0 < width < (limits.min_width or 0) or 0 < height < (limits.min_height or 0)),
        ("rate", _fps(replace(facts, fps=fps), limits) is not None),
        ("dense", limits.max_bit_rate is not None and facts.bit_rate > limits.max_bit_rate),
        ("index", limits.moov_first and facts.moov_first is False),
        ("hdr", facts.hdr),
        ("aspect", ratio is not None and _is_odd_shape(width, height, limits)),
    )
    return tuple(name for name, so in checks if so)


def _is_odd_shape(width: int, height: int, limits: FileLimits) -> bool:
    # Forgive two pixels: videos have even sizes.
    if limits.aspect_min is not None and (width + 2) / height < limits.aspect_min:
        return True
    return limits.aspect_max is not None and width / (height + 2) > limits.aspect_max


def _without_idle_limits(spec: VideoSpec, facts: VideoFacts) -> VideoSpec:
    """Return the spec without limits that a new encoding does not come near."""
    free = replace(spec, max_bytes=None, max_bit_rate=None)
    size, rate = estimated_size(free, facts), video_rate(free, facts)
    return replace(
        spec,
        max_bytes=None if spec.max_bytes and size * _FAR_BELOW < spec.max_bytes else spec.max_bytes,
        max_bit_rate=None
        if spec.max_bit_rate and rate * _FAR_BELOW < spec.max_bit_rate
        else spec.max_bit_rate,
    )


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)
