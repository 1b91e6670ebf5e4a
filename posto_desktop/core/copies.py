"""Posts that there are, as a new message that can be changed and sent once more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Schedule


def by_message(rows: Iterable[Schedule]) -> list[list[Schedule]]:
    """The rows of each message together, in the order in which the messages come."""
    found: dict[str, list[Schedule]] = {}
    for row in rows:
        found.setdefault(row.group_id or f"#{row.id}", []).append(row)
    return list(found.values())


def copy_of(rows: Sequence[Schedule], workspace: str) -> Draft:
    """A new message from the posts of one: text, variants and channels. It has no time, and no
    files yet: those have to be fetched (`files_of`)."""
    first = rows[0]
    return replace(
        Draft(),
        workspace=workspace,
        text=first.text,
        variants={row.network: row.text for row in rows if row.text != first.text},
        channel_ids=tuple(dict.fromkeys(row.channel_id for row in rows)),
    )


def files_of(rows: Sequence[Schedule]) -> list[str]:
    """The addresses of a message's files, in their order."""
    return [item.url for item in rows[0].media if item.url]
