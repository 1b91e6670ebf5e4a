"""Templates and open drafts, on the thread that owns posto.db.

The methods are called on the GUI thread and return at once; `run` puts a job on the worker,
`call_on_gui` brings results back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from posto_desktop.core import draft_list
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftsSnapshot, OutsideChanges
from posto_desktop.storage import draft_rows, watch_rows
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.call_on_gui import GuiCallNow
from posto_desktop.workers.service_signals import ServiceSignals

log = logging.getLogger(__name__)

Run = Callable[[Callable[[Database], None]], None]


class DraftWorker:
    """The list of drafts apart from saving and deleting single ones (workers.database_worker).

    Emits ``drafts_loaded(DraftsSnapshot)``, ``templates_loaded(list[Draft])`` sorted by name.
    """

    def __init__(self, run: Run, call_on_gui: GuiCallNow, signals: ServiceSignals) -> None:
        self._run = run
        self._call_on_gui, self._signals = call_on_gui, signals
        self._tabs: tuple[tuple[str, ...], str] | None = None

    def load(self, database: Database | None) -> None:
        """On the worker: emit `drafts_loaded` in any case, empty without a database."""
        snapshot = DraftsSnapshot()
        try:
            if database is not None:
                tabs, active = draft_rows.open_tabs(database)
                snapshot = draft_list.snapshot_of(
                    read_drafts(draft_rows.drafts(database)),
                    read_drafts(draft_rows.templates(database)),
                    tabs,
                    active,
                    watch_rows.draft_ids(database),
                )
        finally:
            self._call_on_gui(self._signals.drafts_loaded.emit, snapshot)

    def load_changes(self, known: Mapping[str, Draft], unsaved: Callable[[], set[str]]) -> None:
        """Emit `drafts_changed_outside`: what posto.db has now, after all that was to be saved.
        `known` are the drafts as the app had them when it asked; `unsaved` gives the ids of those
        that could not be written."""

        def read(database: Database) -> None:
            changes = OutsideChanges(
                known,
                {draft.id: draft for draft in read_drafts(draft_rows.drafts(database))},
                frozenset(unsaved()),
            )
            self._call_on_gui(self._signals.drafts_changed_outside.emit, changes)
            self._emit_templates(database)

        self._run(read)

    def save_open(self, draft_ids: Sequence[str], active: str) -> None:
        """Save the open drafts in order and the current one, if they changed."""
        tabs = (tuple(dict.fromkeys(draft_ids)), active)
        if tabs == self._tabs:
            return
        self._tabs = tabs

        def write(database: Database) -> None:
            try:
                draft_rows.put_open_tabs(database, *tabs)
            except StorageError:
                self._tabs = None  # the next change writes it
                raise

        self._run(write)

    def put_template(self, template: Draft) -> None:
        """Save a template; emit `templates_loaded`."""

        def write(database: Database) -> None:
            draft_rows.put_template(database, template.id, template.workspace, template.to_json())
            self._emit_templates(database)

        self._run(write)

    def delete_template(self, template_id: str) -> None:
        """Delete a template; emit `templates_loaded`."""

        def delete(database: Database) -> None:
            database.remove_draft(template_id)
            self._emit_templates(database)

        self._run(delete)

    def _emit_templates(self, database: Database) -> None:
        templates = read_drafts(draft_rows.templates(database))
        self._call_on_gui(
            self._signals.templates_loaded.emit,
            list(draft_list.snapshot_of((), templates).templates),
        )


def read_drafts(rows: Iterable[Row]) -> list[Draft]:
    """Return the readable drafts; damaged rows stay in the database."""
    drafts: list[Draft] = []
    for row in rows:
        try:
            drafts.append(Draft.from_json(row["body"]))
        except (ValueError, TypeError) as error:
            log.warning("A draft could not be read and stays where it is: %s", error)
    return drafts
