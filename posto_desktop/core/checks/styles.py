"""Checks of a post's style: whether it exists and can be used."""

from __future__ import annotations

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import Finding, Fix, about, listed
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.styles import settings_of, template_of
from posto_desktop.sdk import style_parts, style_texts, templates


def check(post: CheckedPost) -> list[Finding]:
    resolved_style = post.draft.resolved_style
    if resolved_style is None:
        return []
    if not post.draft.style:
        return [*_names(post), *_marks(post, None)]
    fix = Fix("no_style", translate("Fixes", "Send without a style"))
    if resolved_style.missing:
        why = in_users_language(resolved_style.why)
        if not why:
            words = translate("Checks", "The style “{name}” does not exist.")
            why = words.format(name=post.draft.style)
        return [Finding("error", "style_missing", why, fix=fix)]
    return [*_variables(post, fix), *_names(post), *_marks(post, fix)]


def _variables(post: CheckedPost, fix: Fix) -> list[Finding]:
    strange: dict[str, tuple[list[str], list[int]]] = {}
    for group in post.groups:
        template = template_of(settings_of(post.draft, group.channels[0], group.limits.slug))
        for name in templates.unknown(template):
            slugs, ids = strange.setdefault(name, ([], []))
            slugs.append(group.limits.slug)
            ids += group.ids
    words = translate("Checks", "The style “{name}” has the unknown variable {variable}.")
    return [
        Finding(
            "error",
            "style_variable",
            words.format(name=post.draft.style, variable=f"{{{name}}}"),
            tuple(dict.fromkeys(slugs)),
            tuple(ids),
            fix=fix,
        )
        for name, (slugs, ids) in strange.items()
    ]


def _names(post: CheckedPost) -> list[Finding]:
    """Report missing hashtag groups and signatures that the style or the defaults use."""
    resolved_style = post.draft.resolved_style
    if resolved_style is None:
        return []
    lost: dict[tuple[str, str], tuple[list[str], list[int]]] = {}
    for group in post.groups:
        settings = settings_of(post.draft, group.channels[0], group.limits.slug)
        for missing in style_texts.missing_names(settings, resolved_style.words):
            slugs, ids = lost.setdefault(missing, ([], []))
            slugs.append(group.limits.slug)
            ids += group.ids
    findings = []
    for (part, name), (slugs, ids) in lost.items():
        sentence = _missing_part(post.draft.style, part).format(style=post.draft.style, name=name)
        networks = tuple(dict.fromkeys(slugs))
        findings.append(Finding("warning", "style_part_missing", sentence, networks, tuple(ids)))
    return findings


def _missing_part(style: str, part: str) -> str:
    """Return the sentence about a missing part of a style, or of the defaults ("")."""
    if part == style_parts.HASHTAGS and style:
        return translate(
            "Checks",
            "The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.",
        )
    if part == style_parts.HASHTAGS:
        return translate(
            "Checks", "The defaults have a missing group of hashtags, “{name}”. Nothing is added."
        )
    if style:
        return translate(
            "Checks", "The style “{style}” has a missing signature, “{name}”. Nothing is added."
        )
    return translate("Checks", "The defaults have a missing signature, “{name}”. Nothing is added.")


def _marks(post: CheckedPost, fix: Fix | None) -> list[Finding]:
    """Report watermarks that cannot be used, and files that get none."""
    resolved_style = post.draft.resolved_style
    if resolved_style is None:
        return []
    lost: dict[str, list[ChannelGroup]] = {}
    without: list[ChannelGroup] = []
    for group in post.groups:
        mark = style_parts.watermark_of(resolved_style.settings(group.limits.slug))
        if mark is None:
            continue
        why = resolved_style.no_marks.get(mark.file)
        if why is not None and any(ref.kind == "image" for ref in group.media):
            lost.setdefault(why, []).append(group)
        if any(ref.kind != "image" for ref in group.media):
            without.append(group)
    style, findings = post.draft.style, []
    for why, groups in lost.items():
        sentence = (
            translate("Checks", "The watermark of the style “{style}” cannot be used. {reason}")
            if style
            else translate("Checks", "The watermark of the defaults cannot be used. {reason}")
        ).format(style=style, reason=why)
        findings.append(about(groups, "error", "style_watermark", sentence, fix=fix))
    if without:
        files = {ref.path: ref for group in without for ref in group.media if ref.kind != "image"}
        names = listed([ref.name for ref in files.values()])
        sentence = (
            translate(
                "Checks",
                "The watermark of the style “{style}” applies to still pictures only: {files} "
                "(goes/go) without it.",
                "",
                len(files),
            )
            if style
            else translate(
                "Checks",
                "The watermark of the defaults applies to still pictures only: {files} (goes/go) "
                "without it.",
                "",
                len(files),
            )
        ).format(style=style, files=names)
        findings.append(about(without, "hint", "style_no_mark", sentence))
    return findings
