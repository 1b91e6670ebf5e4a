"""The list of drafts: search, titles, templates, and the open drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from posto_desktop.core.draft import Draft, channel_of
from posto_desktop.core.folding import fold
from posto_desktop.core.posts import headline

MAX_OPEN = 20
MAX_LABELS = 20
LONGEST_LABEL = 50
# Characters of each text that are searched.
_SEARCHED = 20_000

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class DraftsSnapshot:
    """All drafts, newest first, the templates by name, and the open drafts in tab order.

    `active` is the id of the current draft, empty when none is open.
    """

    drafts: tuple[Draft, ...] = ()
    templates: tuple[Draft, ...] = ()
    open_ids: tuple[str, ...] = ()
    active: str = ""

    @property
    def open(self) -> tuple[Draft, ...]:
        by_id = {draft.id: draft for draft in self.drafts}
        return tuple(by_id[draft_id] for draft_id in self.open_ids)


@dataclass(frozen=True)
class OutsideChanges:
    """The stored drafts by id, after another process changed some. `known` are those that the app
    had when it began to read; `unsaved` ids of drafts that it could not write."""

    known: Mapping[str, Draft]
    stored: Mapping[str, Draft]
    unsaved: frozenset[str] = frozenset()


def snapshot_of(
    drafts: Iterable[Draft],
    templates: Iterable[Draft] = (),
    tabs: Sequence[str] = (),
    active: str = "",
    from_folders: Collection[str] = (),
) -> DraftsSnapshot:
    """Build the snapshot from stored data. Tabs of deleted drafts are dropped; without any tab the
    newest draft is open, so that after a crash the last text is shown. Drafts that watched folders
    made (`from_folders`) are not: nobody has opened them yet."""
    ordered = sorted(drafts, key=lambda draft: draft.updated_at, reverse=True)
    ids = {draft.id for draft in ordered}
    open_ids = tuple(draft_id for draft_id in dict.fromkeys(tabs) if draft_id in ids)[:MAX_OPEN]
    if not open_ids:
        open_ids = tuple(draft.id for draft in ordered if draft.id not in from_folders)[:1]
    if active not in open_ids:
        active = open_ids[0] if open_ids else ""
    named = sorted(templates, key=lambda template: (fold(title_of(template)), template.id))
    return DraftsSnapshot(tuple(ordered), tuple(named), open_ids, active)


def title_of(draft: Draft) -> str:
    """Return a draft's title: its name, else the first non-empty line, else its first file; empty
    for an empty draft."""
    if draft.name.strip():
        return draft.name.strip()
    further = (text for parts in draft.threads.values() for text in parts)
    for text in (draft.text, *draft.variants.values(), draft.title, *further):
        line = headline(text)
        if line:
            return line
    return draft.media[0].name if draft.media else draft.link.strip()


def search(drafts: Iterable[Draft], query: str) -> list[Draft]:
    """Return the drafts that contain every word of the query, in the given order: in a text, a
    label, a file name, the name, the title, the link or the first comment. Ignores accents and
    case."""
    return DraftFinder(drafts).find(query)


class DraftFinder:
    """Repeated search in the same drafts: prepares their texts once."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._drafts = list(drafts)
        self._hays: list[str] | None = None

    def find(self, query: str) -> list[Draft]:
        """As `search` does."""
        words = fold(query).split()
        if not words:
            return list(self._drafts)
        if self._hays is None:
            self._hays = [_hay(draft) for draft in self._drafts]
        return [
            draft for draft, hay in zip(self._drafts, self._hays, strict=True) if _holds(hay, words)
        ]


def labels_of(drafts: Iterable[Draft]) -> list[str]:
    """Return all labels in use, sorted, each once ignoring case."""
    seen: dict[str, str] = {}
    for draft in drafts:
        for label in draft.labels:
            seen.setdefault(fold(label), label)
    return [seen[key] for key in sorted(seen)]


def clean_labels(labels: Iterable[str]) -> list[str]:
    """Return labels as they are stored: trimmed, unique, limited in number."""
    seen: dict[str, str] = {}
    for label in labels:
        shown = " ".join(label.split())[:LONGEST_LABEL].strip()
        if shown:
            seen.setdefault(fold(shown), shown)
    return list(seen.values())[:MAX_LABELS]


def template_from(draft: Draft, name: str) -> Draft:
    """Return a template with the draft's content and the words of its time ("fri 18:30"), which
    mean another day each week. Repetition is not kept."""
    return replace(draft.duplicate(), name=name.strip() or title_of(draft), repeat=None)


def draft_from(template: Draft, workspace: str) -> Draft:
    """Return a new draft with the template's content."""
    now = datetime.now(UTC)
    fresh = replace(template.duplicate(), name="", created_at=now, updated_at=now)
    if workspace and workspace != template.workspace:
        # Channel numbers are valid in one workspace only.
        fresh = replace(
            fresh.moved_to(workspace, chosen=bool(fresh.channel_ids)),
            variants=_without_channels(fresh.variants),
            options=_without_channels(fresh.options),
            threads=_without_channels(fresh.threads),
            thread_forms=_without_channels(fresh.thread_forms),
        )
    return fresh


def _holds(hay: str, words: Sequence[str]) -> bool:
    return all(word in hay for word in words)


def _hay(draft: Draft) -> str:
    texts = (
        draft.text,
        *draft.variants.values(),
        *(text for parts in draft.threads.values() for text in parts),
        *draft.labels,
        *(ref.name for ref in draft.media),
        draft.name,
        draft.title,
        draft.link,
        draft.first_comment,
    )
    return "\n".join(fold(text[:_SEARCHED]) for text in texts if text)


def _without_channels(values: Mapping[str, _Value]) -> dict[str, _Value]:
    return {key: value for key, value in values.items() if channel_of(key) is None}
