"""Checks of a video against a network: what is refused, and what the network would compress again.

A video is judged as it will be sent (`core.video_spec`): what Posto makes of it is a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posto_desktop.common.formats import decimal
from posto_desktop.common.translation import translate
from posto_desktop.core.checks.file_faults import (
    FileFault,
    FileValue,
    least_value,
    length_text,
    pixels_value,
    seconds_text,
    shape_fault,
    size_values,
    text_value,
    type_name,
    type_names,
)
from posto_desktop.core.checks.finding import Fix, Severity, listed, names, number, slugs
from posto_desktop.core.checks.post import ChannelGroup
from posto_desktop.core.limits import FileLimits, NetworkLimits
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.core.renditions import video_facts_of
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.core.video_spec import (
    MP4,
    VideoSpec,
    fitting_edit,
    made_facts,
    upright_limits,
    video_spec,
)

_CODEC_NAMES = {
    "h264": "H.264",
    "hevc": "HEVC (H.265)",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "prores": "ProRes",
    "mpeg4": "MPEG-4",
    "mjpeg": "Motion JPEG",
    "aac": "AAC",
    "mp3": "MP3",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "flac": "FLAC",
    "ac3": "Dolby Digital",
    "eac3": "Dolby Digital Plus",
}


def codec_name(codec: str) -> str:
    """Return the name of a codec as people know it."""
    return _CODEC_NAMES.get(codec) or codec.upper()


def video_faults(ref: MediaRef, limits: NetworkLimits) -> tuple[FileFault, ...]:
    """Return what a network has against a video, and what Posto makes of it there."""
    if limits.videos_max == 0:
        return ()  # reported once for the whole post
    facts, edit = video_facts_of(ref), ref.edit_for(limits.slug)
    spec = video_spec(facts, ref.type, ref.size, edit, limits.video)
    firm: Severity = "error" if limits.firm else "warning"
    mime = MP4 if spec.method else ref.type
    made = made_facts(spec, facts)
    faults = [_fault(unmet, firm, spec, made, mime, limits.video) for unmet in spec.unmet]
    if faults:
        fit = fitting_edit(facts, ref.size, edit, limits.video)
        stays = video_spec(facts, ref.type, ref.size, fit, limits.video).unmet
        faults = [
            replace(fault, fix="edit" if unmet == "bytes" else "") if unmet in stays else fault
            for unmet, fault in zip(spec.unmet, faults, strict=True)
        ]
    if spec.method == "remux":
        faults.append(FileFault("hint", "file_converted", "remuxed", fix="made"))
    elif spec.method == "encode":
        result = (
            text_value("pixels", f"{spec.width}×{spec.height}" if spec.width else "H.264"),
            FileValue("size", _about, (spec.size,)),
        )
        faults.append(FileFault("hint", "file_converted", "encoded", result, "made"))
        if facts.hdr:
            faults.append(FileFault("hint", "file_converted", "hdr_mapped", fix="made"))
    return tuple(faults)


def fit_fixes(ref: MediaRef, kind: str, groups: Sequence[ChannelGroup]) -> tuple[Fix, ...]:
    """Return the ways to make a video fit: the editor first where a part of it would be lost."""
    networks, limits = slugs(groups), _limits_of(groups)
    label = translate("Fixes", "Make it fit {name}").format(name=names(groups))
    fit = Fix("fit_video", label, ref.path, networks, limits)
    edit = Fix("edit_video", translate("Fixes", "Edit…"), ref.path, networks, limits)
    if kind == "made":
        # Nothing has to change: it opens as it is, for all networks.
        return (replace(edit, networks=(), limits=()),)
    if kind in ("trim", "edit"):
        trim = replace(edit, label=translate("Fixes", "Trim…"))
        return (trim, fit) if kind == "trim" else (trim,)
    return fit, edit


def _limits_of(groups: Sequence[ChannelGroup]) -> tuple[NetworkLimits, ...]:
    """Return one set of limits for each network: the tightest of its channels in bytes."""
    chosen: dict[str, NetworkLimits] = {}
    for group in groups:
        known = chosen.get(group.limits.slug)
        most, before = group.limits.video.max_bytes, known.video.max_bytes if known else None
        if known is None or (most is not None and (before is None or most < before)):
            chosen[group.limits.slug] = group.limits
    return tuple(chosen.values())


def _fault(
    unmet: str, firm: Severity, spec: VideoSpec, made: VideoFacts, mime: str, limits: FileLimits
) -> FileFault:
    match unmet:
        case "type":
            types = FileValue("types", type_names, tuple(sorted(limits.types or ())))
            values = (text_value("type", type_name(mime)), types)
            return FileFault(firm, "file_type", "type", values, "fit")
        case "codec" | "sound":
            return _codecs(firm, unmet, made, limits)
        case "bytes":
            values = size_values(spec.size, limits.max_bytes or 0)
            return FileFault(firm, "file_size", "large", values, "fit")
        case "long":
            length = FileValue("length", length_text, (spec.seconds,))
            values = (length, FileValue("most", length_text, (limits.max_seconds or 0,)))
            return FileFault(firm, "file_length", "long", values, "trim")
        case "brief":
            length = FileValue("length", seconds_text, (spec.seconds, 1))
            values = (length, FileValue("least", seconds_text, (limits.min_seconds or 0,)))
            return FileFault(firm, "file_length", "brief", values)
        case "large":
            return _large(spec, limits)
        case "small":
            values = (pixels_value("size", spec.width, spec.height), least_value(limits))
            return FileFault(firm, "file_small", "small", values)
        case "rate":
            return _frames(firm, made, limits)
        case "aspect":
            return shape_fault(firm, limits, spec.width / spec.height, "fit")
        case _:
            return _recompressed(unmet, made, limits)


def _recompressed(unmet: str, made: VideoFacts, limits: FileLimits) -> FileFault:
    """Return what networks put up with, and make something else of."""
    if unmet == "dense":
        rate = FileValue("rate", _megabits, (made.bit_rate,))
        values = (rate, FileValue("most", _megabits, (limits.max_bit_rate or 0,)))
        return FileFault("warning", "file_video", "dense", values, "fit")
    return FileFault("warning" if unmet == "index" else "hint", "file_video", unmet, (), "fit")


def _codecs(firm: Severity, words: str, made: VideoFacts, limits: FileLimits) -> FileFault:
    codec, allowed = made.video_codec, limits.codecs
    if words == "sound":
        codec, allowed = made.audio_codec, limits.audio_codecs
    values = (
        text_value("type", codec_name(codec)),
        FileValue("types", _codec_names, tuple(sorted(allowed or ()))),
    )
    return FileFault(firm, "file_video", words, values, "fit")


def _large(spec: VideoSpec, limits: FileLimits) -> FileFault:
    most = upright_limits((spec.width, spec.height), limits)
    words = "large_width" if most[0] else "large_height"
    allowed = FileValue("most", number, (most[0] or most[1],))
    if most[0] and most[1]:
        words, allowed = "large", pixels_value("most", most[0], most[1])
    size = pixels_value("size", spec.width, spec.height)
    # Most networks scale such a video.
    return FileFault("warning", "file_pixels", words, (size, allowed), "fit")


def _frames(firm: Severity, made: VideoFacts, limits: FileLimits) -> FileFault:
    words, most = "fast", limits.fps_max
    if limits.fps_min and made.fps < limits.fps_min:
        words, most = "slow", limits.fps_min
    values = (
        FileValue("rate", _plain_rate, (made.fps,)),
        FileValue("most", _plain_rate, (most or 0,)),
    )
    return FileFault(firm, "file_video", words, values, "fit")


def _codec_names(*codecs: str) -> str:
    return listed([codec_name(codec) for codec in codecs])


def _plain_rate(rate: float) -> str:
    return decimal(rate, 0 if abs(rate - round(rate)) < 0.05 else 2)


def _megabits(rate: float) -> str:
    return translate("Sizes", "{number} Mbit/s").format(number=decimal(rate / 1e6, 1))


def _about(size: int) -> str:
    digits = 1 if size < 10_000_000 else 0
    return translate("Sizes", "{number} MB").format(number=decimal(max(size, 50_000) / 1e6, digits))
