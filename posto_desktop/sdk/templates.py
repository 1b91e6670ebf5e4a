"""Expands the templates of styles, defaults and settings.

Used by preview, checks and sending. The service must never expand them: a composed post belongs to
a hidden WordPress post, so ``{post_title}`` would become that post's title there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posto_desktop.common.translation import translatable

from .errors import SettingsError
from .networks import label

VARIABLES = (
    "post_title",
    "post_content",
    "post_excerpt",
    "post_url",
    "hashtags",
    "channel_name",
    "social_network_name",
    "date",
)

# The service's form: {name} or {name key="value"}. {a|b} is its random choice, not a variable.
# Surrounding spaces and dashes match too, so that mistakes are reported and not published.
_VARIABLE = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_\-]*)((?:\s[^{}|]*)?)\}")
_HASHTAG = re.compile(r"(?<![\w&#/])#(?=\w*[^\W\d_])\w+")


# A longer text is a mistake: no network accepts a tenth of it.
MAX_TEMPLATE = 100_000


@dataclass(frozen=True)
class TemplateToken:
    """A variable in a template: from `start` to before `end`."""

    start: int
    end: int
    name: str

    @property
    def known(self) -> bool:
        return self.name in VARIABLES


def tokens(template: str) -> list[TemplateToken]:
    """Return the variables in `template` with their positions."""
    return [TemplateToken(*match.span(), match.group(1)) for match in _VARIABLE.finditer(template)]


def used(template: str) -> list[str]:
    """Return the variables in `template`, in order, each once."""
    return list(dict.fromkeys(match.group(1) for match in _VARIABLE.finditer(template)))


def unknown(template: str) -> list[str]:
    """Return the unknown variables in `template`."""
    return [name for name in used(template) if name not in VARIABLES]


def check(template: str) -> None:
    """Raise `SettingsError` that names the unknown variables of `template`, or for its length."""
    if len(template) > MAX_TEMPLATE:
        raise SettingsError(
            translatable(
                "Sdk", "The template has {count} characters; at most {limit} are taken."
            ).format(count=f"{len(template):,}", limit=f"{MAX_TEMPLATE:,}")
        )
    strange = unknown(template)
    if strange:
        shown = ", ".join(f"{{{name}}}" for name in strange)
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise SettingsError(
            translatable(
                "Sdk", "The template has unknown variables: {shown}. Known are {known}."
            ).format(shown=shown, known=known),
            names=strange,
        )


def expand(template: str, variables: Mapping[str, str], *, strict: bool = True) -> str:
    """Return `template` with every ``{name}`` replaced by its text.

    Texts are inserted literally, so braces in a message never expand. Unknown variables raise
    `SettingsError` if `strict`, else they stay for the service to expand.
    """
    if strict:
        strange = [name for name in used(template) if name not in variables]
        if strange:
            check(template)
            raise SettingsError(
                "No text for " + ", ".join(f"{{{name}}}" for name in strange) + ".", names=strange
            )
    return _VARIABLE.sub(lambda m: variables.get(m.group(1), m.group(0)), template)


def filled_at(template: str, variables: Mapping[str, str]) -> list[TemplateToken]:
    """Return the positions of the variables' texts in ``expand(template, variables,
    strict=False)``."""
    positions: list[TemplateToken] = []
    moved = 0
    for token in tokens(template):
        text = variables.get(token.name)
        if text is None:
            continue
        start = token.start + moved
        positions.append(TemplateToken(start, start + len(text), token.name))
        moved += len(text) - (token.end - token.start)
    return positions


def variables_for(
    message: str,
    template: str,
    *,
    channel_name: str = "",
    network: str = "",
    link: str | None = None,
    day: date | None = None,
) -> dict[str, str]:
    """Return the values for the variables of `template`.

    A template with only ``{post_title}`` gets the whole message. With ``{post_excerpt}`` or
    ``{post_content}`` beside it the title is the first line and the rest follows.
    """
    from .counting import first_url  # late: its patterns are slow to compile

    names = set(used(template))
    whole = message.strip()
    title, content, excerpt = whole, whole, whole
    if "post_title" in names and names & {"post_content", "post_excerpt"}:
        title, _, below_title = whole.partition("\n")
        title, content = title.strip(), below_title.strip()
        excerpt = content
        if "post_content" in names:
            excerpt = re.split(r"\n\s*\n", content, maxsplit=1)[0].strip()
    return {
        "post_title": title,
        "post_content": content,
        "post_excerpt": excerpt,
        "post_url": link or first_url(whole) or "",
        "hashtags": " ".join(hashtags(whole)),
        "channel_name": channel_name,
        "social_network_name": label(network) if network else "",
        "date": (day or date.today()).isoformat(),
    }


def hashtags(text: str) -> list[str]:
    """Return the hashtags in `text` with their ``#``, each once, as first written."""
    seen: dict[str, str] = {}
    for match in _HASHTAG.finditer(text):
        seen.setdefault(match.group().lower(), match.group())
    return list(seen.values())


def tidy(text: str) -> str:
    """Return `text` without the gaps that empty variables leave at its ends and between its lines.

    Line breaks of all systems become one kind: the service drops a carriage return, which would
    join two lines.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Each stretch matches once: otherwise a megabyte of spaces takes hours.
    lines = re.sub(r"(?<![ \t])[ \t]+\n", "\n", text.strip())
    return re.sub(r"\n{4,}", "\n\n\n", lines)
