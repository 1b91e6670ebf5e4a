"""The message being written: its draft, what follows from it, and when it is kept.

No widgets here.  The page tells what changed; the composer waits for a pause, assesses the
message and announces the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.compose.assess import Assessment, assess, assess_job, networks_of
from posto_desktop.ui.compose.plan import Plan, plan_job, plan_of_entries
from posto_desktop.ui.compose.when_reading import When, understand

# Up to this many characters and files a message is assessed between two keys; beyond, on a worker.
SHORT = 20_000
FEW_FILES = 40
SOON_MS = 12
SOON_LONG_MS = 300
SAVE_MS = 500


class Composer(QObject):
    """Signals: ``assessed(Assessment)``; ``kept(Draft)`` to be stored;
    ``emptied(str)`` the id of a stored draft that has nothing left in it.

    ``opened(Draft)``: another draft is at hand; ``replaced(Draft)``: its content is another one
    than before, not by way of the widgets (opened, undone, mended): show it in all of them.
    """

    assessed = Signal(object)
    opened = Signal(object)
    replaced = Signal(object)
    kept = Signal(object)
    emptied = Signal(str)
    pulling = Signal()

    def __init__(
        self, runner: Any, clock: Callable[[], datetime], zone: tzinfo, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._clock = clock
        self._zone = zone
        self.workspace = LOCAL
        self.draft = Draft()
        self.channels: list[Channel] = []
        """Those of the draft's channels that the workspace lists, in the order of its list."""
        self.missing: frozenset[str] = frozenset()
        self.plan = Plan()
        """The workspace's schedules that are still to be sent."""
        self.waiting = Plan()
        """What is on its way from this computer."""
        self.result = Assessment()
        self._plan_job: Any = None
        self._stored: set[str] = set()
        self._dirty = False
        self._stale = False
        self._job: Any = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(SAVE_MS)
        self._save.timeout.connect(self.keep)

    # -- the draft -------------------------------------------------------------------------

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Work on this draft from now on."""
        self._soon.stop()
        self._save.stop()
        self._dirty = False
        self.draft = draft
        self.missing = frozenset()
        if stored:
            self._stored.add(draft.id)
        self.opened.emit(draft)
        self.replaced.emit(self.draft)
        self.refresh()

    def set_plan(self, rows: Sequence[Schedule]) -> None:
        """What the workspace has planned; read on a worker, for it may be much."""
        self._plan_job = self._runner.submit(plan_job, rows, parent=self)
        self._plan_job.done.connect(self._plan_read)

    @Slot(object)
    def _plan_read(self, plan: Plan) -> None:
        if self.sender() is not self._plan_job:
            return  # a newer one is being read
        self._plan_job = None
        self.plan = plan
        self.look_again()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What is in the outbox."""
        self.waiting = plan_of_entries(entries, self._clock())
        self.look_again()

    def networks(self) -> dict[str, list[Channel]]:
        return networks_of(self.channels)

    def reading(self) -> When:
        return understand(self.draft.when_text, self._clock(), self._zone)

    def is_long(self) -> bool:
        draft = self.draft
        return self._has_long_text() or len(draft.media) > FEW_FILES

    def _has_long_text(self) -> bool:
        draft = self.draft
        return len(draft.text) + sum(map(len, draft.variants.values())) > SHORT

    def touch(self) -> None:
        """The user changed something: assess soon, keep within a second."""
        self._dirty = True
        self.look_again()
        if not self._save.isActive():
            # Not restarted: a draft is kept while typing goes on, not only after a pause.
            self._save.start()

    def look_again(self) -> None:
        """Assess soon without anything to keep (channels or the clock changed)."""
        wait = SOON_LONG_MS if self.is_long() else SOON_MS
        # A long text waits for a pause in typing. What is found out about hundreds of files comes
        # without one, and must not put the checks off until the last of them.
        if not self._soon.isActive() or self._has_long_text():
            self._soon.start(wait)

    @Slot()
    def refresh(self) -> None:
        """Assess now; a long message goes to a worker and the answer follows."""
        self._soon.stop()
        self.pulling.emit()
        if not self.is_long():
            self._job = None
            self._show(self._assess())
            return
        if self._job is not None:
            self._stale = True
            return
        self._stale = False
        self._job = self._runner.submit(
            assess_job,
            self.draft,
            tuple(self.channels),
            self._now(),
            self.reading(),
            self.missing,
            (self.plan, self.waiting),
            parent=self,
        )
        self._job.done.connect(self._assessed_later)
        self._job.failed.connect(self._assess_failed)

    def settle(self) -> Assessment:
        """Bring everything up to date at once: the button was pressed."""
        self._soon.stop()
        self.pulling.emit()
        self._show(self._assess())
        return self.result

    def _now(self) -> datetime:
        """In the user's zone: checks name times by its clock."""
        return self._clock().astimezone(self._zone)

    def _assess(self) -> Assessment:
        now, plans = self._now(), (self.plan, self.waiting)
        return assess(self.draft, self.channels, now, self.reading(), self.missing, plans)

    @Slot(object)
    def _assessed_later(self, result: Assessment) -> None:
        if self.sender() is not self._job:
            return  # the message became short or was replaced meanwhile
        self._job = None
        self._show(result)
        if self._stale:
            self.look_again()

    @Slot(object)
    def _assess_failed(self, _error: object) -> None:
        self._job = None

    def _show(self, result: Assessment) -> None:
        self.result = result
        self.assessed.emit(result)

    # -- keeping ---------------------------------------------------------------------------

    @Slot()
    def keep(self) -> None:
        """Hand the draft out for storing, if something changed."""
        self._save.stop()
        if not self._dirty:
            return
        self.pulling.emit()
        self._dirty = False
        draft = self.draft = replace(self.draft, updated_at=datetime.now(UTC))
        if draft.is_empty:
            if draft.id in self._stored:
                self._stored.discard(draft.id)
                self.emptied.emit(draft.id)
            return
        self._stored.add(draft.id)
        self.kept.emit(draft)

    def is_stored(self, draft_id: str) -> bool:
        return draft_id in self._stored

    def forget(self, draft_id: str) -> None:
        self._stored.discard(draft_id)

    def discard_changes(self) -> None:
        """Nothing of this draft is to be kept any more (it was posted or discarded)."""
        self._soon.stop()
        self._save.stop()
        self._dirty = False
