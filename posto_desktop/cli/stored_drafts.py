"""The drafts in posto.db as commands find and change them, beside a running app."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from posto_desktop.cli.exits import not_found, refused, usage
from posto_desktop.cli.output import one_line
from posto_desktop.cli.session import Session
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.storage import draft_rows
from posto_desktop.storage.database import Row

log = logging.getLogger(__name__)

_SHORTEST = 6
"""Least characters of an id that are shown."""


class StoredDrafts:
    """Finds and changes drafts. A draft that is open in the running app is left alone, since the
    app has a newer one in its window."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._db = session.database

    def all(self) -> list[Draft]:
        """Return the drafts that are not empty, newest first."""
        drafts = _readable(draft_rows.drafts(self._db))
        drafts = [draft for draft in drafts if not draft.is_empty]
        return sorted(drafts, key=lambda draft: draft.updated_at, reverse=True)

    def deleted(self) -> list[Draft]:
        """Return those that a command deleted, the last one first."""
        return _readable(draft_rows.deleted(self._db))

    def open_ids(self) -> list[str]:
        """Return the ids of those that are open in the app, or were when it ended."""
        return draft_rows.open_tabs(self._db)[0]

    def short_length(self) -> int:
        """Return the number of characters by which all ids differ."""
        ids = sorted(draft_rows.ids(self._db))
        length = _SHORTEST
        for before, after in itertools.pairwise(ids):
            while length < len(after) and before[:length] == after[:length]:
                length += 1
        return length

    def find(self, asked: str, *, is_deleted: bool = False) -> Draft:
        """Return the draft with an id or a beginning of one. Raises CommandError."""
        drafts = self.deleted() if is_deleted else self.all()
        prefix = asked.strip().lower()
        matches = [draft for draft in drafts if draft.id == asked] or [
            draft for draft in drafts if prefix and draft.id.lower().startswith(prefix)
        ]
        if not matches:
            what = "deleted draft" if is_deleted else "draft"
            raise not_found(f"There is no {what} {asked}. See: posto draft list.")
        if len(matches) > 1:
            length = self.short_length()
            listed = "; ".join(
                f"{draft.id[:length]} {one_line(title_of(draft), 30)}" for draft in matches[:5]
            )
            raise usage(f"{len(matches)} drafts have an id that begins with {asked}: {listed}.")
        return matches[0]

    def find_all(self, asked: Iterable[str], *, is_deleted: bool = False) -> list[Draft]:
        """Return these drafts, each once. Raises CommandError."""
        matches = [self.find(word, is_deleted=is_deleted) for word in asked]
        return list({draft.id: draft for draft in matches}.values())

    def demand_closed(self, drafts: Sequence[Draft]) -> None:
        """Raise CommandError if one is open in the app that runs."""
        open_ids = set(self.open_ids())
        shown = [draft for draft in drafts if draft.id in open_ids]
        if shown and self._session.notify_app(["drafts"]):
            raise refused(
                f"{one_line(title_of(shown[0]), 40)} is open in Posto Desktop, which may have more "
                "of it. Nothing was changed. Close its tab there first."
            )

    def put(self, draft: Draft, *, is_new: bool = False, seen: Draft | None = None) -> None:
        """Write a draft. `seen` is what it was changed from: raises CommandError if another
        process changed it since."""
        draft = replace(draft, updated_at=datetime.now(UTC))
        with self._db.transaction():
            if not is_new:
                self.demand_closed([draft])
                self.demand_same(seen or draft)
            self._db.put_draft(draft.id, draft.workspace, draft.to_json())
        self._session.notify_app(["drafts"])

    def demand_same(self, seen: Draft) -> None:
        """Raise CommandError if a draft is not what it was. For use in a transaction."""
        row = draft_rows.draft(self._db, seen.id)
        if row is None or _readable([row]) != [seen]:
            raise refused("This draft was changed meanwhile. Nothing was done.")

    def delete(self, drafts: Sequence[Draft]) -> None:
        """Delete drafts, so that `restore` brings them back."""
        draft_rows.delete(self._db, [draft.id for draft in drafts], time.time())
        self._session.notify_app(["drafts"])

    def restore(self, drafts: Sequence[Draft]) -> None:
        draft_rows.restore(self._db, [draft.id for draft in drafts])
        self._session.notify_app(["drafts"])


def _readable(rows: Iterable[Row]) -> list[Draft]:
    """Return the readable drafts; damaged rows stay in the database."""
    drafts = []
    for row in rows:
        try:
            drafts.append(Draft.from_json(row["body"]))
        except (ValueError, TypeError) as error:
            log.warning("A draft could not be read and stays where it is: %s", error)
    return drafts
