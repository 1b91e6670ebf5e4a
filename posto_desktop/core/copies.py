"""Copies of existing posts as new drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Schedule


def by_message(rows: Iterable[Schedule]) -> list[list[Schedule]]:
    """Group the rows by message, in the order of their first rows."""
    found: dict[str, list[Schedule]] = {}
    for row in rows:
        found.setdefault(row.group_id or f"#{row.id}", []).append(row)
    return list(found.values())


def copy_of(rows: Sequence[Schedule], workspace: str) -> Draft:
    """Return a new draft from the posts of one message: text, variants and channels. It has no time
    and no files, which must be downloaded (`files_of`)."""
    first = rows[0]
    return replace(
        Draft(),
        workspace=workspace,
        text=first.text,
        variants={row.network: row.text for row in rows if row.text != first.text},
        channel_ids=tuple(dict.fromkeys(row.channel_id for row in rows)),
    )


def files_of(rows: Sequence[Schedule]) -> list[str]:
    """Return the addresses of a message's files, in their order."""
    return [item.url for item in rows[0].media if item.url]
