"""Checks of each file against each network: what is refused, what is changed.

A picture is judged as it will be sent (`core.renditions`): automatic conversion or scaling is only
mentioned, and only if the user would see a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from posto_desktop.common.translation import translate
from posto_desktop.core import renditions
from posto_desktop.core.checks.file_faults import (
    FileFault,
    FileValue,
    least_value,
    pixels_value,
    shape_fault,
    size_values,
    text_value,
    type_name,
)
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    Severity,
    about,
    by_firmness,
    leave_out,
    leave_out_files,
    names,
    network_count,
    number,
    remove_files,
    slugs,
)
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.checks.videos import fit_fixes, video_faults
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.limits import NetworkLimits


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
    merged: dict[FileFault, list[ChannelGroup]] = {}
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
        elif fault.fix == "made":
            fix, *further = fit_fixes(ref, fault.fix, groups)
            more = tuple(further)
        elif fault.fix in ("fit", "trim", "edit"):
            fix, *further = fit_fixes(ref, fault.fix, groups)
            more = (*further, *away, leave_out(groups))
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
def _faults(ref: MediaRef, limits: NetworkLimits) -> tuple[FileFault, ...]:
    if limits.media_max == 0:
        return ()  # reported once for the whole post
    if ref.kind == "video":
        return video_faults(ref, limits)
    return tuple(_picture(ref, limits))


def _picture(ref: MediaRef, limits: NetworkLimits) -> list[FileFault]:
    firm: Severity = "error" if limits.firm else "warning"
    made = renditions.rendition_spec(ref, ref.edit_for(limits.slug), limits.slug)
    faults = []
    if "gif" in made.unmet:
        severity: Severity = "error" if limits.gif_refused_by_backend else firm
        return [FileFault(severity, "file_type", "gif", fix="still")]
    if "converted" in made.reasons and not ref.edit_for(limits.slug).format:
        other = text_value("other", type_name(f"image/{made.format}"))
        values = (text_value("type", type_name(ref.type)), other)
        words = "converted" if ref.type else "converted_unknown"
        faults.append(FileFault("hint", "file_type", words, values))
    most = made.max_bytes
    if "lighter" in made.reasons and most is not None:
        faults.append(FileFault("hint", "file_size", "shrunk", size_values(ref.size, most)))
    if "aspect" in made.unmet:
        # Size after the crop in original pixels; scaling keeps its shape.
        width, height = renditions.shape(
            renditions.OriginalMedia.of(ref), ref.edit_for(limits.slug)
        )
        # Some services crop by themselves; others pass the file on and it is refused.
        severity = "warning" if limits.fits_aspect else firm
        faults.append(shape_fault(severity, limits.image, width / height, fix="crop"))
    if "small" in made.unmet:
        width, height = _effective(ref, made)
        size, least = pixels_value("size", width, height), least_value(limits.image)
        if limits.image.min_height is None:
            least = FileValue("least", number, (limits.image.min_width or 1,))
        words = "narrow" if limits.image.min_height is None else "small"
        faults.append(FileFault(firm, "file_small", words, (size, least)))
    return faults


def _effective(ref: MediaRef, made: renditions.RenditionSpec) -> tuple[int, int]:
    return (made.width or ref.width, made.height or ref.height)
