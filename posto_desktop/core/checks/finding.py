"""Findings, their fixes, and text helpers for their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from posto_desktop.common.formats import grouped
from posto_desktop.common.locale_words import listed as joined
from posto_desktop.common.translation import translate

if TYPE_CHECKING:
    from posto_desktop.core.checks.post import ChannelGroup
    from posto_desktop.core.draft import MediaRef
    from posto_desktop.core.limits import NetworkLimits

Severity = Literal["error", "warning", "hint"]
Code = Literal[
    "comment_unsupported",
    "description_too_long",
    "empty",
    "file_converted",
    "file_length",
    "file_missing",
    "file_pixels",
    "file_shape",
    "file_size",
    "file_small",
    "file_type",
    "file_unusable",
    "file_video",
    "goes_out_later",
    "link_drops_media",
    "link_no_address",
    "link_unsupported",
    "long_paragraph",
    "media_missing",
    "mixed_kinds",
    "no_channel",
    "no_description",
    "part_empty",
    "refused",
    "same_planned",
    "same_text",
    "session_expired",
    "sign_in_ends",
    "site_blank_lines",
    "site_links",
    "style_missing",
    "style_no_mark",
    "style_part_missing",
    "style_variable",
    "style_watermark",
    "text_cut",
    "text_entities",
    "text_missing",
    "text_spintax",
    "text_tags",
    "text_too_long",
    "text_variables",
    "thread_comments",
    "thread_files",
    "thread_first",
    "thread_joined",
    "thread_unsupported",
    "title_missing",
    "title_too_long",
    "too_many_files",
    "too_many_hashtags",
    "too_many_mentions",
    "when_far",
    "when_near",
    "when_past",
    "when_unreadable",
]

ORDER = {"error": 0, "warning": 1, "hint": 2}
MAX_NAMES = 4


@dataclass(frozen=True)
class Fix:
    """Action that resolves a finding.

    `kind` names it (those of `core.fixes.KINDS` change the draft, the window handles the others).
    `arg` is its target: a path, a slug, `channel:ID`, ids separated by commas, a time, or the key
    of a part (`core.draft.part_key`).
    `networks` are the slugs it applies to, `limits` what the text has to keep to (empty: those of
    the networks).
    """

    kind: str
    label: str
    arg: str = ""
    networks: tuple[str, ...] = ()
    limits: tuple[NetworkLimits, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Finding:
    """Result of a check. `error`: will be refused; `warning`: will be changed or may fail; `hint`:
    advice.

    `channel_ids` are the channels concerned (empty: the whole post), `file` a path. `fix` is the
    button, `more` are alternatives for a menu beside it.
    """

    severity: Severity
    code: Code
    sentence: str
    networks: tuple[str, ...] = ()
    channel_ids: tuple[int, ...] = ()
    file: str | None = None
    fix: Fix | None = None
    more: tuple[Fix, ...] = ()


def about(
    groups: Sequence[ChannelGroup],
    severity: Severity,
    code: Code,
    sentence: str,
    file: str | None = None,
    fix: Fix | None = None,
    more: tuple[Fix, ...] = (),
) -> Finding:
    """Return a finding about the channels of these groups."""
    channel_ids: list[int] = []
    for group in groups:
        channel_ids += group.ids
    return Finding(
        severity,
        code,
        sentence,
        networks=slugs(groups),
        channel_ids=tuple(dict.fromkeys(channel_ids)),
        file=file,
        fix=fix,
        more=more,
    )


def slugs(groups: Iterable[ChannelGroup]) -> tuple[str, ...]:
    # No generator: each of its steps is a call, and this runs for each character.
    return tuple(dict.fromkeys([group.limits.slug for group in groups]))


def firmness(group: ChannelGroup) -> Severity:
    """Return the severity of exceeding a limit of this network: only verified limits are errors."""
    return "error" if group.limits.firm else "warning"


def by_firmness(groups: Sequence[ChannelGroup]) -> list[tuple[list[ChannelGroup], Severity]]:
    firm = [group for group in groups if group.limits.firm]
    loose = [group for group in groups if not group.limits.firm]
    parts: list[tuple[list[ChannelGroup], Severity]] = [(firm, "error"), (loose, "warning")]
    return [part for part in parts if part[0]]


def leave_out(groups: Sequence[ChannelGroup]) -> Fix:
    """Return the fix that removes these channels from the post."""
    ids = [str(number) for group in groups for number in group.ids]
    if len(ids) == 1:
        label = translate("Fixes", "Leave out {name}").format(name=groups[0].limits.name)
        return Fix("untick_channel", label, ids[0])
    return Fix("untick_channels", leave_out_label(len(ids)), ",".join(ids))


def leave_out_label(count: int) -> str:
    return translate("Fixes", "Leave out %Ln channel(s)", "", count)


def remove_files(
    kind: str, removed: Sequence[MediaRef], arg: str = "", networks: tuple[str, ...] = ()
) -> Fix:
    """Return a fix that removes these files from the whole message, with a text that says so."""
    label = translate("Fixes", "Remove {names} from the message").format(
        names=listed([short(ref.name, 20) for ref in removed])
    )
    if len(removed) > 2:
        label = translate("Fixes", "Remove %n file(s) from the message", "", len(removed))
    return Fix(kind, label, arg, networks)


def leave_out_files(groups: Sequence[ChannelGroup], removed: Sequence[MediaRef], arg: str) -> Fix:
    """Return a fix that sends these files to all networks except those of the groups."""
    networks, count = names(groups), len(removed)
    if count == 1:
        label = translate("Fixes", "Leave out {file} for {networks}").format(
            file=short(removed[0].name, 20), networks=networks
        )
    else:
        label = translate("Fixes", "Leave out %n file(s) for {networks}", "", count).format(
            networks=networks
        )
    return Fix("leave_out_files", label, arg, slugs(groups))


def names(groups: Sequence[ChannelGroup]) -> str:
    """Return the names of the groups' networks: "X and Bluesky"."""
    return listed(list(dict.fromkeys(group.limits.name for group in groups)))


def network_count(groups: Sequence[ChannelGroup]) -> int:
    """Return how many networks `names` names, for "(takes/take)"."""
    return len(slugs(groups))


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c", "a, b, c and 5 more"."""
    if len(words) < 2:
        return "".join(words)
    if len(words) > MAX_NAMES:
        shown = words[: MAX_NAMES - 1]
        return translate("Lists", "{names} and %Ln more", "", len(words) - len(shown)).format(
            names=joined(shown)
        )
    return translate("Lists", "{names} and {last}").format(names=joined(words[:-1]), last=words[-1])


def number(value: int) -> str:
    """Return the number with digit grouping."""
    return grouped(value)


def short(text: str, longest: int = 24) -> str:
    """Return a short quote of the user's text on one line."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
