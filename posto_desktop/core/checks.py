"""What is wrong with a post before it is sent, and where.

`check` is pure and quick (well under 2 ms for 30 channels): the editor calls it on each key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from posto_desktop.core import text as texts
from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.limits import FileLimits, Limits, limits_for
from posto_desktop.core.posts import ChannelLike, text_of

Severity = Literal["error", "warning", "hint"]

_ORDER = {"error": 0, "warning": 1, "hint": 2}
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
# PHP's strip_tags on the service eats from "<" to the next ">" unless a space follows the "<".
_TAG_LIKE = re.compile(r"<[^\s<>]")
_SPINTAX = re.compile(r"\{[^{}]*\|[^{}]*\}")


@dataclass(frozen=True)
class Fix:
    """Something the app can do about a finding. `kind` names it, `arg` is a slug or a path."""

    kind: str
    label: str
    arg: str = ""


@dataclass(frozen=True)
class Finding:
    """`error`: will be refused; `warning`: will be changed or may fail; `hint`: advice.

    `channel_ids` are the channels it is about (empty: the whole post), `file` a path.
    """

    severity: Severity
    code: str
    sentence: str
    networks: tuple[str, ...] = ()
    channel_ids: tuple[int, ...] = ()
    file: str | None = None
    fix: Fix | None = None


class ReadingLike(Protocol):
    """As much of sdk.times.Reading as the check needs."""

    @property
    def when(self) -> datetime | None: ...


@dataclass
class _Network:
    limits: Limits
    channel_ids: list[int] = field(default_factory=list)


def check(
    draft: Draft,
    channels: Sequence[ChannelLike],
    now: datetime,
    reading: ReadingLike | None = None,
    *,
    missing: Collection[str] = (),
) -> list[Finding]:
    """Everything worth saying about the post, the worst first.

    `reading` is how the When field was understood, None when it is empty or could not be read;
    `missing` are paths of the draft's files that are no longer there (the caller looks).
    """
    findings: list[Finding] = []
    if not channels:
        findings.append(
            Finding(
                "error",
                "no_channel",
                "No channel is selected. Select where the post should go.",
                fix=Fix("choose_channels", "Select channels"),
            )
        )
    findings += _check_time(draft, now, reading)
    networks = _by_network(channels)
    if draft.is_empty:
        findings.append(
            Finding(
                "error",
                "empty",
                "There is nothing to post yet. Write a text or add a picture.",
            )
        )
    else:
        for network in networks:
            findings += _check_text(draft, network)
            findings += _check_counts(draft, network)
    findings += _check_files(draft, networks, missing)
    findings += _check_sessions(channels)
    if draft.workspace != LOCAL and not draft.is_empty:
        findings += _check_service_text(draft, networks)
    findings.sort(key=lambda one: _ORDER[one.severity])
    return findings


def blocked_channels(findings: Sequence[Finding], channels: Sequence[ChannelLike]) -> set[int]:
    """The ids of channels that an error names; all of them when an error is about the post."""
    blocked: set[int] = set()
    for finding in findings:
        if finding.severity == "error":
            if not finding.channel_ids:
                return {channel.id for channel in channels}
            blocked.update(finding.channel_ids)
    return blocked


def _by_network(channels: Sequence[ChannelLike]) -> list[_Network]:
    found: dict[str, _Network] = {}
    for channel in channels:
        limits = limits_for(channel.network)
        found.setdefault(limits.slug, _Network(limits)).channel_ids.append(channel.id)
    return list(found.values())


def _about(
    networks: Sequence[_Network],
    severity: Severity,
    code: str,
    sentence: str,
    file: str | None = None,
    fix: Fix | None = None,
) -> Finding:
    return Finding(
        severity,
        code,
        sentence,
        networks=tuple(one.limits.slug for one in networks),
        channel_ids=tuple(number for one in networks for number in one.channel_ids),
        file=file,
        fix=fix,
    )


def _check_time(draft: Draft, now: datetime, reading: ReadingLike | None) -> list[Finding]:
    typed = draft.when_text.strip()
    if reading is None:
        if typed and typed.lower() != "now":
            return [Finding("error", "when_unreadable", f"The time “{typed}” was not understood.")]
        return []
    if reading.when is not None and reading.when <= now:
        return [
            Finding(
                "error",
                "when_past",
                "The time has passed already. Choose a later one.",
                fix=Fix("edit_when", "Change the time"),
            )
        ]
    return []


def _check_text(draft: Draft, network: _Network) -> list[Finding]:
    limits = network.limits
    text = text_of(draft, limits.slug)
    with_media = bool(draft.media)
    fix = Fix("edit_for", f"Edit for {limits.name}", limits.slug)
    if not text.strip():
        if limits.text_required == "always":
            return [_about([network], "error", "text_missing", f"{limits.name} needs a text.")]
        if limits.text_required == "if_no_media" and not with_media:
            sentence = f"{limits.name} needs a text or a file; its own text is empty."
            return [_about([network], "error", "text_missing", sentence, fix=fix)]
        return []
    longest = limits.text_limit(with_media)
    length = texts.count_as(text, limits)
    if longest is not None and length > longest:
        under = " under a picture or video" if with_media and limits.text_max_with_media else ""
        sentence = (
            f"{limits.name} takes {_number(longest)} characters{under}, "
            f"this text has {_number(length)}."
        )
        severity: Severity = "error" if limits.firm or limits.cut_at is not None else "warning"
        return [_about([network], severity, "text_too_long", sentence, fix=fix)]
    most = limits.text_max_bytes
    if most is not None and (amount := texts.size(text)) > most:
        sentence = (
            f"{limits.name} takes {_number(most)} bytes of text, this text has "
            f"{_number(amount)}: accents and emoji take several each."
        )
        severity = "error" if limits.firm else "warning"
        return [_about([network], severity, "text_too_long", sentence, fix=fix)]
    cut = limits.text_cut(with_media)
    if draft.workspace != LOCAL and cut is not None and length > cut:
        sentence = (
            f"The service cuts texts for {limits.name} at {_number(cut)} characters, "
            f"this text has {_number(length)}."
        )
        return [_about([network], "warning", "text_cut", sentence, fix=fix)]
    return []


def _check_counts(draft: Draft, network: _Network) -> list[Finding]:
    """How many files there are, and whether any has to be there."""
    limits = network.limits
    media = draft.media
    findings = []
    if limits.media_required and not media:
        wanted = "a picture" if limits.videos_max == 0 else "a picture or a video"
        if limits.images_max == 0:
            wanted = "a video"
        findings.append(
            _about(
                [network],
                "error",
                "media_missing",
                f"{limits.name} needs {wanted}.",
                fix=Fix("add_media", "Add media"),
            )
        )
    severity: Severity = "error" if limits.firm else "warning"
    videos = sum(1 for one in media if one.kind == "video")
    gifs = sum(1 for one in media if one.kind == "gif")
    for have, most, what in (
        (len(media), limits.media_max, "file"),
        (len(media) - videos, limits.images_max, "picture"),
        (videos, limits.videos_max, "video"),
        (gifs, limits.gifs_max, "GIF"),
    ):
        if most is not None and have > most:
            if most == 0:
                sentence = f"{limits.name} takes no {what}s through Posto."
            else:
                sentence = f"{limits.name} takes {_many(most, what)} in one post, this has {have}."
            findings.append(_about([network], severity, "too_many_files", sentence))
            break
    return findings


def _check_files(
    draft: Draft, networks: Sequence[_Network], missing: Collection[str]
) -> list[Finding]:
    findings: list[Finding] = []
    kinds = {"video" if one.kind == "video" else "image" for one in draft.media}
    mixing = [one for one in networks if len(kinds) > 1 and one.limits.mixes_kinds is False]
    for group, severity in _split_by_firmness(mixing):
        sentence = f"{_names(group)} cannot mix pictures and video in one post."
        findings.append(_about(group, severity, "mixed_kinds", sentence))
    for ref in draft.media:
        remove = Fix("remove_media", "Remove", ref.path)
        if ref.path in missing:
            sentence = f"{ref.name} is no longer where it was. Put it back or remove it here."
            findings.append(Finding("error", "file_missing", sentence, file=ref.path, fix=remove))
            continue
        if ref.problem:
            findings.append(
                Finding("error", "file_unusable", ref.problem, file=ref.path, fix=remove)
            )
            continue
        findings += _check_file(ref, networks)
    return findings


def _check_file(ref: MediaRef, networks: Sequence[_Network]) -> list[Finding]:
    findings: list[Finding] = []
    groups: dict[_Fault, list[_Network]] = {}
    for network in networks:
        for fault in _file_faults(ref, network.limits):
            groups.setdefault(fault, []).append(network)
    for fault, group in groups.items():
        take = "takes" if len(group) == 1 else "take"
        sentence = f"{ref.name} {fault.has}; {_names(group)} {take} {fault.takes}."
        findings.append(_about(group, fault.severity, fault.code, sentence, file=ref.path))
    describing = [one for one in networks if one.limits.alt_text_sent]
    if describing and ref.kind != "video" and not ref.alt.strip():
        sentence = f"{ref.name} has no description for people who cannot see it."
        fix = Fix("describe", "Describe", ref.path)
        findings.append(_about(describing, "hint", "no_description", sentence, ref.path, fix))
    return findings


@dataclass(frozen=True)
class _Fault:
    """What a file has and what a network takes instead; equal ones of several networks merge."""

    severity: Severity
    code: str
    has: str
    takes: str


def _file_faults(ref: MediaRef, limits: Limits) -> list[_Fault]:
    firm: Severity = "error" if limits.firm else "warning"
    if limits.media_max == 0:
        return []  # said once for the whole post
    if ref.kind == "gif":
        if limits.gif_accepted is False:
            severity: Severity = "error" if limits.gif_refused_by_backend else firm
            return [_Fault(severity, "file_type", "is a GIF", "none")]
        return _size_faults(ref, firm, limits.gif_max_bytes)
    about: FileLimits = limits.video if ref.kind == "video" else limits.image
    faults = _size_faults(ref, firm, about.max_bytes)
    kind = ref.type
    if about.types is not None and kind and kind not in about.types:
        takes = _and([_type_name(one) for one in sorted(about.types)])
        # Pictures are often converted on the way; a video of a wrong kind never is.
        severity = firm if ref.kind == "video" else "warning"
        faults.append(_Fault(severity, "file_type", f"is {_type_name(kind)}", takes))
    if ref.kind == "video" and ref.duration:
        longest, shortest = about.max_seconds, about.min_seconds
        if longest is not None and ref.duration > longest:
            has, takes = f"lasts {_length(ref.duration)}", f"up to {_length(longest)}"
            faults.append(_Fault(firm, "file_length", has, takes))
        elif shortest is not None and ref.duration < shortest:
            has, takes = f"lasts {ref.duration:.1f} s", f"{shortest:g} s or more"
            faults.append(_Fault(firm, "file_length", has, takes))
    return faults


def _size_faults(ref: MediaRef, firm: Severity, most: int | None) -> list[_Fault]:
    if most is None or ref.size <= most:
        return []
    have, takes = _megabytes(ref.size, most)
    return [_Fault(firm, "file_size", f"is {have}", f"up to {takes}")]


def _check_sessions(channels: Sequence[ChannelLike]) -> list[Finding]:
    return [
        Finding(
            "warning",
            "session_expired",
            f"The {limits_for(channel.network).name} session of {channel.name} has expired. "
            "The post will fail there until it is connected again.",
            networks=(limits_for(channel.network).slug,),
            channel_ids=(channel.id,),
            fix=Fix("untick_channel", "Leave out", str(channel.id)),
        )
        for channel in channels
        if not channel.active
    ]


def _check_service_text(draft: Draft, networks: Sequence[_Network]) -> list[Finding]:
    """What the service's own text processing would change without a word."""
    findings = []
    tests: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        (
            "text_tags",
            lambda text: _TAG_LIKE.search(text) is not None,
            "The service removes what looks like a tag: from “<” on, text may be lost.",
        ),
        (
            "text_spintax",
            lambda text: _SPINTAX.search(text) is not None,
            "The service picks one part of “{a|b}” at random.",
        ),
    )
    for code, found, sentence in tests:
        hit = [one for one in networks if found(text_of(draft, one.limits.slug))]
        if hit:
            findings.append(_about(hit, "warning", code, sentence))
    return findings


def _split_by_firmness(
    networks: Sequence[_Network],
) -> list[tuple[list[_Network], Severity]]:
    firm = [one for one in networks if one.limits.firm]
    loose = [one for one in networks if not one.limits.firm]
    groups: list[tuple[list[_Network], Severity]] = [(firm, "error"), (loose, "warning")]
    return [(group, severity) for group, severity in groups if group]


def _names(networks: Sequence[_Network]) -> str:
    return _and([one.limits.name for one in networks])


def _and(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _many(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _number(value: int) -> str:
    """Grouped by a narrow space from 10 000 on, as people read counts."""
    return str(value) if value < 10_000 else f"{value:,}".replace(",", "\u202f")


def _type_name(mime: str) -> str:
    return _TYPE_NAMES.get(mime) or mime.rsplit("/", 1)[-1].upper()


def _megabytes(size: int, most: int) -> tuple[str, str]:
    """Both in the unit that the network counts in; never the same text for different sizes."""
    unit = 1_000_000 if most % 1_000_000 == 0 else 1_048_576
    limit = f"{most / unit:g} MB" if most >= unit else f"{most / 1000:g} kB"
    for digits in (1, 2, 3):
        have = f"{size / unit:.{digits}f} MB"
        if float(have.split()[0]) > most / unit:
            return have, limit
    return f"{_number(size)} bytes", f"{_number(most)} bytes"


def _length(seconds: float) -> str:
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, seconds_left = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds_left:02} h"
    return f"{minutes}:{seconds_left:02} min" if minutes else f"{whole} s"
