"""Checks of a post's style: whether it exists and can be used."""

from __future__ import annotations

from posto_desktop.common.plurals import plural
from posto_desktop.core.checks.finding import Finding, Fix, about
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.styles import settings_of, template_of
from posto_desktop.sdk import style_parts, style_texts, templates


def check(post: CheckedPost) -> list[Finding]:
    resolved_style = post.draft.resolved_style
    if resolved_style is None:
        return []
    if not post.draft.style:
        return [*_names(post), *_marks(post, None)]
    fix = Fix("no_style", "Send without a style")
    if resolved_style.missing:
        why = resolved_style.why or f"The style “{post.draft.style}” does not exist."
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
    return [
        Finding(
            "error",
            "style_variable",
            f"The style “{post.draft.style}” has the unknown variable {{{name}}}.",
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
    whose = f"The style “{post.draft.style}” has" if post.draft.style else "The defaults have"
    findings = []
    for (part, name), (slugs, ids) in lost.items():
        part_word = "group of hashtags" if part == style_parts.HASHTAGS else "signature"
        sentence = f"{whose} a missing {part_word}, “{name}”. Nothing is added."
        networks = tuple(dict.fromkeys(slugs))
        findings.append(Finding("warning", "style_part_missing", sentence, networks, tuple(ids)))
    return findings


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
    whose = f"of the style “{post.draft.style}”" if post.draft.style else "of the defaults"
    findings = []
    for why, groups in lost.items():
        sentence = f"The watermark {whose} cannot be used. {why}"
        findings.append(about(groups, "error", "style_watermark", sentence, fix=fix))
    if without:
        files = {ref.path: ref for group in without for ref in group.media if ref.kind != "image"}
        first = next(iter(files.values())).name
        clause = plural(len(files), f"{first} goes", f"{first} and {len(files) - 1} more go")
        sentence = f"The watermark {whose} applies to still pictures only: {clause} without it."
        findings.append(about(without, "hint", "style_no_mark", sentence))
    return findings
