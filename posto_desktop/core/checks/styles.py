"""The style of a post: whether it is there and can be used."""

from __future__ import annotations

from posto_desktop.core.checks.finding import Finding, Fix
from posto_desktop.core.checks.post import Post
from posto_desktop.core.styles import settings_of, template_of
from posto_desktop.sdk import templates


def check(post: Post) -> list[Finding]:
    dress = post.draft.dress
    if dress is None or not post.draft.style:
        return []
    fix = Fix("no_style", "Send without a style")
    if dress.missing:
        why = dress.why or f"There is no style “{post.draft.style}” (any more)."
        return [Finding("error", "style_missing", why, fix=fix)]
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
