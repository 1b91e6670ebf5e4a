"""Checks of each file against each network: what is refused, what is changed.

A picture is judged as it will be sent (`core.renditions`): automatic conversion or scaling is only
mentioned, and only if the user would see a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from posto_desktop.common.plurals import plural
from posto_desktop.core import renditions
from posto_desktop.core.checks.finding import (
    Code,
    Finding,
    Fix,
    Severity,
    about,
    by_firmness,
    leave_out,
    leave_out_files,
    listed,
    names,
    number,
    remove_files,
    slugs,
)
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.limits import FileLimits, NetworkLimits

_TYPE_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/heic": "HEIC",
    "image/heif": "HEIF",
    "image/avif": "AVIF",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
    "video/ogg": "Ogg",
    "video/x-m4v": "M4V",
    "video/x-matroska": "MKV",
}


@dataclass(frozen=True)
class _Fault:
    """A property of a file and a network's reaction; equal ones of several networks merge."""

    severity: Severity
    code: Code
    has: str
    allowed: str = ""
    becomes: str = ""
    fix: str = ""
    advice: str = ""


def check(post: CheckedPost) -> list[Finding]:
    findings = _mixed(post)
    # Checked once a network: its channels all get the same files.
    taking = [group for group in post.parts if group.media]
    networks = list({group.limits.slug: group for group in reversed(taking)}.values())[::-1]
    members = {
        network_group.limits.slug: [
            group for group in taking if group.limits.slug == network_group.limits.slug
        ]
        for network_group in networks
    }
    for ref in post.media:
        remove = Fix("remove_media", "Remove", ref.path)
        if ref.path in post.missing:
            sentence = f"{ref.name} was not found. Put it back or remove it here."
            findings.append(Finding("error", "file_missing", sentence, file=ref.path, fix=remove))
        elif ref.problem:
            findings.append(
                Finding("error", "file_unusable", ref.problem, file=ref.path, fix=remove)
            )
        else:
            getting = networks
            if ref.left_out:
                getting = [group for group in networks if group.limits.slug not in ref.left_out]
            findings += _file(ref, getting, members)
    return findings


def _mixed(post: CheckedPost) -> list[Finding]:
    findings = []
    mixing = [
        group
        for group in post.parts
        if group.limits.mixes_kinds is False
        and len(group.media) > 1
        and len({ref.kind == "video" for ref in group.media}) > 1
    ]
    for group, severity in by_firmness(mixing):
        sentence = f"{names(group)} cannot mix pictures and video in one post."
        first = next(ref for ref in post.media if ref.kind == "video")
        ways = [
            remove_files("keep_pictures", [ref for ref in post.media if ref.kind == "video"]),
            remove_files("keep_video", [ref for ref in post.media if ref is not first]),
        ]
        # If other networks show both kinds, do not offer to remove files from all.
        not_mixing = [candidate for candidate in post.groups if candidate not in mixing]
        ways.insert(0 if any(map(_shows_both, not_mixing)) else 2, leave_out(group))
        if {candidate.limits.slug for candidate in not_mixing} - {
            candidate.limits.slug for candidate in mixing
        }:
            ways.insert(0, _keep_one_kind(group))
        findings.append(
            about(group, severity, "mixed_kinds", sentence, fix=ways[0], more=tuple(ways[1:]))
        )
    return findings


def _keep_one_kind(groups: Sequence[ChannelGroup]) -> Fix:
    """Return the fix that keeps only files of the first file's kind on these networks."""
    media = groups[0].media
    is_video = media[0].kind == "video"
    removed = [ref for ref in media if (ref.kind == "video") != is_video]
    if is_video:
        removed += [ref for ref in media if ref.kind == "video"][1:]
    return leave_out_files(groups, removed, "picture:0,video:1" if is_video else "video:0")


def _shows_both(group: ChannelGroup) -> bool:
    limits = group.limits
    return bool(group.media) and limits.media_max != 0 and limits.videos_max != 0


def _file(
    ref: MediaRef, networks: Sequence[ChannelGroup], members: dict[str, list[ChannelGroup]]
) -> list[Finding]:
    findings: list[Finding] = []
    merged: dict[_Fault, list[ChannelGroup]] = {}
    for network in networks:
        for fault in _faults(ref, network.limits):
            merged.setdefault(fault, []).extend(members[network.limits.slug])
    for fault, groups in merged.items():
        allow = plural(len(slugs(groups)), "allows", "allow")
        if fault.advice:
            sentence = f"{ref.name} {fault.has} {names(groups)}. {fault.advice}"
        elif fault.becomes:
            sentence = f"{ref.name} {fault.has}: {fault.becomes} {names(groups)}."
        else:
            sentence = f"{ref.name} {fault.has}; {names(groups)} {allow} {fault.allowed}."
        remove = Fix("remove_media", "Remove", ref.path)
        which = slugs(groups)
        # Removing a file from the whole message because of one network is rarely wanted.
        away = [remove]
        if any(group.limits.slug not in which for group in networks):
            label = f"Leave it out for {names(groups)}"
            away.insert(0, Fix("leave_out_file", label, ref.path, which))
        fix: Fix | None = None
        more: tuple[Fix, ...] = ()
        if fault.fix == "crop":
            fix = Fix("crop", "Crop", ref.path, which)
            more = (Fix("crop_to_fit", "Crop the middle", ref.path, which), *away)
        elif fault.fix == "still":
            fix = Fix("send_still", "Send a still picture", ref.path, which)
            more = (*away, leave_out(groups))
        elif not fault.becomes:
            fix, *further = away
            more = (*further, leave_out(groups))
        findings.append(about(groups, fault.severity, fault.code, sentence, ref.path, fix, more))
    return [*findings, *_description(ref, networks, members)]


def _description(
    ref: MediaRef, networks: Sequence[ChannelGroup], members: dict[str, list[ChannelGroup]]
) -> list[Finding]:
    if ref.kind == "video":
        return []
    telling = [
        group
        for network_group in networks
        if network_group.limits.alt_text_sent
        for group in members[network_group.limits.slug]
    ]
    if not telling:
        return []
    alt = ref.alt.strip()
    if not alt:
        sentence = f"{ref.name} has no description for people who cannot see it."
        fix = Fix("describe", "Describe", ref.path)
        return [about(telling, "hint", "no_description", sentence, ref.path, fix)]
    long = [group for group in telling if group.limits.alt_max and len(alt) > group.limits.alt_max]
    if not long:
        return []
    most = min(group.limits.alt_max or 0 for group in long)
    sentence = (
        f"The description of {ref.name} has {number(len(alt))} characters; "
        f"{names(long)} cuts it at {number(most)}."
    )
    fix = Fix("shorten_alt", "Shorten it", f"{most}:{ref.path}", slugs(long))
    more = (Fix("describe", "Edit it", ref.path),)
    return [about(long, "warning", "description_too_long", sentence, ref.path, fix, more)]


@lru_cache(maxsize=4096)
def _faults(ref: MediaRef, limits: NetworkLimits) -> tuple[_Fault, ...]:
    if limits.media_max == 0:
        return ()  # reported once for the whole post
    if ref.kind == "video":
        return tuple(_video(ref, limits))
    return tuple(_picture(ref, limits))


def _picture(ref: MediaRef, limits: NetworkLimits) -> list[_Fault]:
    firm: Severity = "error" if limits.firm else "warning"
    made = renditions.rendition_spec(ref, ref.edit_for(limits.slug), limits.slug)
    faults = []
    if "gif" in made.unmet:
        severity: Severity = "error" if limits.gif_refused_by_backend else firm
        return [_Fault(severity, "file_type", "is a GIF", "none", fix="still")]
    if "converted" in made.reasons and not ref.edit_for(limits.slug).format:
        form = _type_name(f"image/{made.format}")
        has = f"is {_type_name(ref.type)}" if ref.type else "is of an unknown type"
        faults.append(_Fault("hint", "file_type", has, becomes=f"it becomes {form} for"))
    most = made.max_bytes
    if "lighter" in made.reasons and most is not None:
        have, allowed = _megabytes(ref.size, most)
        faults.append(
            _Fault("hint", "file_size", f"is {have}", becomes=f"Posto shrinks it to {allowed} for")
        )
    if "aspect" in made.unmet:
        # Size after the crop in original pixels; scaling keeps its shape.
        width, height = renditions.shape(
            renditions.OriginalMedia.of(ref), ref.edit_for(limits.slug)
        )
        # Some services crop by themselves; others pass the file on and it is refused.
        severity = "warning" if limits.fits_aspect else firm
        faults.append(_shape(severity, limits.image, width / height, fix="crop"))
    if "small" in made.unmet:
        width, height = _effective(ref, made)
        least = limits.image
        allowed = f"{least.min_width or 1}×{least.min_height or 1} pixels or more"
        if least.min_height is None:
            allowed = f"{least.min_width} pixels or more in width"
        faults.append(_Fault(firm, "file_small", f"is {width}×{height}", allowed))
    return faults


def _effective(ref: MediaRef, made: renditions.RenditionSpec) -> tuple[int, int]:
    return (made.width or ref.width, made.height or ref.height)


def _video(ref: MediaRef, limits: NetworkLimits) -> list[_Fault]:
    firm: Severity = "error" if limits.firm else "warning"
    if limits.videos_max == 0:
        return []  # reported once for the whole post
    about_video = limits.video
    faults = []
    most = about_video.max_bytes
    if most is not None and ref.size > most:
        have, allowed = _megabytes(ref.size, most)
        faults.append(_Fault(firm, "file_size", f"is {have}", f"up to {allowed}"))
    kind = ref.type
    if about_video.types is not None and kind and kind not in about_video.types:
        allowed = listed([_type_name(mime_type) for mime_type in sorted(about_video.types)])
        faults.append(_Fault(firm, "file_type", f"is {_type_name(kind)}", allowed))
    if ref.duration:
        longest, shortest = about_video.max_seconds, about_video.min_seconds
        if longest is not None and ref.duration > longest:
            has, allowed = f"lasts {_length(ref.duration)}", f"up to {_length(longest)}"
            faults.append(_Fault(firm, "file_length", has, allowed))
        elif shortest is not None and ref.duration < shortest:
            has, allowed = f"lasts {ref.duration:.1f} s", f"{shortest:g} s or more"
            faults.append(_Fault(firm, "file_length", has, allowed))
    if ref.width and ref.height:
        faults += _frame(ref, about_video, firm)
    return faults


def _frame(ref: MediaRef, video: FileLimits, firm: Severity) -> list[_Fault]:
    """Check a video's pixels. The app does not scale videos, but most networks do."""
    width, height = ref.width, ref.height
    has = f"is {width}×{height}"
    faults = []
    # Limits are written for landscape: swap them for portrait videos.
    most = (video.max_width, video.max_height)
    if height > width and most[0] and most[1] and most[0] > most[1]:
        most = (most[1], most[0])
    if (most[0] and width > most[0]) or (most[1] and height > most[1]):
        allowed = f"up to {most[0]}×{most[1]}" if most[0] and most[1] else ""
        allowed = (
            allowed or f"up to {most[0] or most[1]} pixels in {'width' if most[0] else 'height'}"
        )
        faults.append(_Fault("warning", "file_pixels", has, allowed))
    if width < (video.min_width or 0) or height < (video.min_height or 0):
        allowed = f"{video.min_width or 1}×{video.min_height or 1} pixels or more"
        faults.append(_Fault(firm, "file_small", has, allowed))
    ratio = width / height
    narrow = video.aspect_min is not None and ratio < video.aspect_min
    flat = video.aspect_max is not None and ratio > video.aspect_max
    if narrow or flat:
        faults.append(_shape(firm, video, ratio))
    return faults


def _shape(severity: Severity, limits: FileLimits, ratio: float, fix: str = "") -> _Fault:
    """Return the finding for a ratio (width / height) outside the limits."""
    low, high = limits.aspect_min, limits.aspect_max
    if high is not None and ratio > high:
        advice = f"Crop to {_ratio(high)} or narrower."
        return _Fault(severity, "file_shape", "is too wide for", fix=fix, advice=advice)
    advice = f"Crop to {_ratio(low)} or wider." if low is not None else "Crop it."
    return _Fault(severity, "file_shape", "is too tall for", fix=fix, advice=advice)


def _ratio(value: float) -> str:
    for wide, high in ((1, 1), (4, 5), (3, 4), (2, 3), (9, 16), (16, 9), (4, 3), (3, 2)):
        if abs(value - wide / high) < 0.005:
            return f"{wide}:{high}"
    if value < 1:
        return f"1:{1 / value:.3g}"
    return f"{value:.3g}:1"


def _type_name(mime: str) -> str:
    return _TYPE_NAMES.get(mime) or mime.rsplit("/", 1)[-1].upper()


def _megabytes(size: int, most: int) -> tuple[str, str]:
    """Return both sizes in the network's unit, with enough digits to differ."""
    unit = 1_000_000 if most % 1_000_000 == 0 else 1_048_576
    limit = f"{most / unit:g} MB" if most >= unit else f"{most / 1000:g} kB"
    for digits in (1, 2, 3):
        have = f"{size / unit:.{digits}f} MB"
        if float(have.split()[0]) > most / unit:
            return have, limit
    return f"{number(size)} bytes", f"{number(most)} bytes"


def _length(seconds: float) -> str:
    whole = round(seconds)
    hours, within_hour = divmod(whole, 3600)
    minutes, seconds_left = divmod(within_hour, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds_left:02} h"
    return f"{minutes}:{seconds_left:02} min" if minutes else f"{whole} s"
