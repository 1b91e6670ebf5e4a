"""Checks of each file against each network: what is refused, what is changed.

A picture is judged as it will be sent (`core.renditions`): automatic conversion or scaling is only
mentioned, and only if the user would see a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from posto_desktop.common.formats import decimal
from posto_desktop.common.translation import translate
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
    network_count,
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


# The sentences about a file, for a number of networks.
_SENTENCES: dict[str, Callable[[int], str]] = {
    "gif": lambda count: translate(
        "Checks", "{file} is a GIF; {networks} (allows/allow) none.", "", count
    ),
    "converted": lambda _count: translate(
        "Checks", "{file} is {type}: it becomes {other} for {networks}."
    ),
    "converted_unknown": lambda _count: translate(
        "Checks", "{file} is of an unknown type: it becomes {other} for {networks}."
    ),
    "shrunk": lambda _count: translate(
        "Checks", "{file} is {size}: Posto shrinks it to {most} for {networks}."
    ),
    "wide": lambda _count: translate(
        "Checks", "{file} is too wide for {networks}. Crop to {ratio} or narrower."
    ),
    "tall": lambda _count: translate(
        "Checks", "{file} is too tall for {networks}. Crop to {ratio} or wider."
    ),
    "tall_unknown": lambda _count: translate(
        "Checks", "{file} is too tall for {networks}. Crop it."
    ),
    "small": lambda count: translate(
        "Checks", "{file} is {size}; {networks} (allows/allow) {least} pixels or more.", "", count
    ),
    "narrow": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.",
        "",
        count,
    ),
    "large": lambda count: translate(
        "Checks", "{file} is {size}; {networks} (allows/allow) up to {most}.", "", count
    ),
    "large_width": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.",
        "",
        count,
    ),
    "large_height": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.",
        "",
        count,
    ),
    "type": lambda count: translate(
        "Checks", "{file} is {type}; {networks} (allows/allow) {types}.", "", count
    ),
    "long": lambda count: translate(
        "Checks", "{file} lasts {length}; {networks} (allows/allow) up to {most}.", "", count
    ),
    "brief": lambda count: translate(
        "Checks", "{file} lasts {length}; {networks} (allows/allow) {least} or more.", "", count
    ),
}


@dataclass(frozen=True)
class _Value:
    """A value in a sentence, which becomes text when it is shown."""

    name: str
    text: Callable[..., str]
    values: tuple[object, ...]


@dataclass(frozen=True)
class _Fault:
    """A property of a file and a network's reaction; equal ones of several networks merge.

    `words` is a key of `_SENTENCES`."""

    severity: Severity
    code: Code
    words: str
    values: tuple[_Value, ...] = ()
    fix: str = ""

    def sentence(self, ref: MediaRef, groups: Sequence[ChannelGroup]) -> str:
        values = {value.name: value.text(*value.values) for value in self.values}
        words = _SENTENCES[self.words](network_count(groups))
        return words.format(file=ref.name, networks=names(groups), **values)


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
        if ref.path in post.missing:
            remove = _remove(ref)
            sentence = translate(
                "Checks", "{file} was not found. Put it back or remove it here."
            ).format(file=ref.name)
            findings.append(Finding("error", "file_missing", sentence, file=ref.path, fix=remove))
        elif ref.problem:
            remove = _remove(ref)
            findings.append(
                Finding("error", "file_unusable", ref.problem, file=ref.path, fix=remove)
            )
        else:
            getting = networks
            if ref.left_out:
                getting = [group for group in networks if group.limits.slug not in ref.left_out]
            findings += _file(ref, getting, members)
    return findings


def _remove(ref: MediaRef) -> Fix:
    return Fix("remove_media", translate("Fixes", "Remove"), ref.path)


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
        sentence = translate(
            "Checks", "{networks} cannot mix pictures and video in one post."
        ).format(networks=names(group))
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
        sentence = fault.sentence(ref, groups)
        which = slugs(groups)
        # Removing a file from the whole message because of one network is rarely wanted.
        away = [_remove(ref)]
        if any(group.limits.slug not in which for group in networks):
            label = translate("Fixes", "Leave it out for {name}").format(name=names(groups))
            away.insert(0, Fix("leave_out_file", label, ref.path, which))
        fix: Fix | None = None
        more: tuple[Fix, ...] = ()
        if fault.fix == "crop":
            fix = Fix("crop", translate("Fixes", "Crop"), ref.path, which)
            middle = translate("Fixes", "Crop the middle")
            more = (Fix("crop_to_fit", middle, ref.path, which), *away)
        elif fault.fix == "still":
            fix = Fix("send_still", translate("Fixes", "Send a still picture"), ref.path, which)
            more = (*away, leave_out(groups))
        elif fault.severity != "hint":
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
        sentence = translate(
            "Checks", "{file} has no description for people who cannot see it."
        ).format(file=ref.name)
        fix = Fix("describe", translate("Fixes", "Describe"), ref.path)
        return [about(telling, "hint", "no_description", sentence, ref.path, fix)]
    long = [group for group in telling if group.limits.alt_max and len(alt) > group.limits.alt_max]
    if not long:
        return []
    most = min(group.limits.alt_max or 0 for group in long)
    sentence = translate(
        "Checks",
        "The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.",
        "",
        network_count(long),
    ).format(file=ref.name, count=number(len(alt)), networks=names(long), limit=number(most))
    label = translate("Fixes", "Shorten it")
    fix = Fix("shorten_alt", label, f"{most}:{ref.path}", slugs(long))
    more = (Fix("describe", translate("Fixes", "Edit it"), ref.path),)
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
        return [_Fault(severity, "file_type", "gif", fix="still")]
    if "converted" in made.reasons and not ref.edit_for(limits.slug).format:
        other = _text("other", _type_name(f"image/{made.format}"))
        values = (_text("type", _type_name(ref.type)), other)
        words = "converted" if ref.type else "converted_unknown"
        faults.append(_Fault("hint", "file_type", words, values))
    most = made.max_bytes
    if "lighter" in made.reasons and most is not None:
        faults.append(_Fault("hint", "file_size", "shrunk", _sizes(ref.size, most)))
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
        size, least = _pixels("size", width, height), _least(limits.image)
        if limits.image.min_height is None:
            least = _Value("least", number, (limits.image.min_width or 1,))
        words = "narrow" if limits.image.min_height is None else "small"
        faults.append(_Fault(firm, "file_small", words, (size, least)))
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
        faults.append(_Fault(firm, "file_size", "large", _sizes(ref.size, most)))
    kind = ref.type
    if about_video.types is not None and kind and kind not in about_video.types:
        types = _Value("types", _type_names, tuple(sorted(about_video.types)))
        faults.append(_Fault(firm, "file_type", "type", (_text("type", _type_name(kind)), types)))
    if ref.duration:
        longest, shortest = about_video.max_seconds, about_video.min_seconds
        if longest is not None and ref.duration > longest:
            length = _Value("length", _length, (ref.duration,))
            values = (length, _Value("most", _length, (longest,)))
            faults.append(_Fault(firm, "file_length", "long", values))
        elif shortest is not None and ref.duration < shortest:
            length = _Value("length", _seconds, (ref.duration, 1))
            values = (length, _Value("least", _seconds, (shortest,)))
            faults.append(_Fault(firm, "file_length", "brief", values))
    if ref.width and ref.height:
        faults += _frame(ref, about_video, firm)
    return faults


def _frame(ref: MediaRef, video: FileLimits, firm: Severity) -> list[_Fault]:
    """Check a video's pixels. The app does not scale videos, but most networks do."""
    width, height = ref.width, ref.height
    size = _pixels("size", width, height)
    faults = []
    # Limits are written for landscape: swap them for portrait videos.
    most = (video.max_width, video.max_height)
    if height > width and most[0] and most[1] and most[0] > most[1]:
        most = (most[1], most[0])
    if (most[0] and width > most[0]) or (most[1] and height > most[1]):
        words = "large_width" if most[0] else "large_height"
        allowed = _Value("most", number, (most[0] or most[1],))
        if most[0] and most[1]:
            words, allowed = "large", _pixels("most", most[0], most[1])
        faults.append(_Fault("warning", "file_pixels", words, (size, allowed)))
    if width < (video.min_width or 0) or height < (video.min_height or 0):
        faults.append(_Fault(firm, "file_small", "small", (size, _least(video))))
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
        return _Fault(severity, "file_shape", "wide", (_text("ratio", _ratio(high)),), fix)
    if low is None:
        return _Fault(severity, "file_shape", "tall_unknown", fix=fix)
    return _Fault(severity, "file_shape", "tall", (_text("ratio", _ratio(low)),), fix)


def _text(name: str, text: str) -> _Value:
    return _Value(name, str, (text,))


def _pixels(name: str, width: int, height: int) -> _Value:
    return _text(name, f"{width}×{height}")


def _least(limits: FileLimits) -> _Value:
    return _pixels("least", limits.min_width or 1, limits.min_height or 1)


def _sizes(size: int, most: int) -> tuple[_Value, _Value]:
    """Return the size of a file and the largest that is allowed."""
    return _Value("size", _size, (size, most)), _Value("most", _most_size, (most, size))


def _ratio(value: float) -> str:
    for wide, high in ((1, 1), (4, 5), (3, 4), (2, 3), (9, 16), (16, 9), (4, 3), (3, 2)):
        if abs(value - wide / high) < 0.005:
            return f"{wide}:{high}"
    if value < 1:
        return f"1:{1 / value:.3g}"
    return f"{value:.3g}:1"


def _type_names(*mimes: str) -> str:
    return listed([_type_name(mime) for mime in mimes])


def _type_name(mime: str) -> str:
    return _TYPE_NAMES.get(mime) or mime.rsplit("/", 1)[-1].upper()


def _unit(most: int) -> int:
    """Return what the network takes for a megabyte."""
    return 1_000_000 if most % 1_000_000 == 0 else 1_048_576


def _digits(size: int, most: int) -> int | None:
    """Return how many decimals a size in megabytes needs to differ from its limit; None for more
    than are shown."""
    unit = _unit(most)
    return next((digits for digits in (1, 2, 3) if round(size / unit, digits) > most / unit), None)


def _size(size: int, most: int) -> str:
    digits = _digits(size, most)
    return _bytes(size) if digits is None else _megabytes(decimal(size / _unit(most), digits))


def _most_size(most: int, size: int) -> str:
    unit = _unit(most)
    if _digits(size, most) is None:
        return _bytes(most)
    if most >= unit:
        return _megabytes(_plain(most / unit))
    return translate("Sizes", "{number} kB").format(number=_plain(most / 1000))


def _megabytes(text: str) -> str:
    return translate("Sizes", "{number} MB").format(number=text)


def _bytes(count: int) -> str:
    return translate("Sizes", "%Ln byte(s)", "", count)


def _plain(value: float) -> str:
    """Return a number with as few decimals as it needs, at most three."""
    digits = next((digits for digits in (0, 1, 2) if round(value, digits) == value), 3)
    return decimal(value, digits)


def _length(seconds: float) -> str:
    whole = round(seconds)
    hours, within_hour = divmod(whole, 3600)
    minutes, seconds_left = divmod(within_hour, 60)
    if hours:
        time = f"{hours}:{minutes:02}:{seconds_left:02}"
        return translate("Sizes", "{time} h", "hours, minutes and seconds").format(time=time)
    if minutes:
        time = f"{minutes}:{seconds_left:02}"
        return translate("Sizes", "{time} min", "minutes and seconds").format(time=time)
    return _seconds(whole)


def _seconds(seconds: float, digits: int | None = None) -> str:
    text = _plain(seconds) if digits is None else decimal(seconds, digits)
    return translate("Sizes", "{number} s", "seconds").format(number=text)
