"""The details of the current row: made when they are first wanted, opened, closed, kept fresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot

from posto_desktop.core.moves import MOVABLE
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.pane_wish import PaneWish
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.ui.schedule.inspector import Inspector
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Inspecting"]

REST_MS = 400
"""So long a post is looked at before it is asked how it does."""
GONE_MS = 2000
"""So long a post that waited for its time may be gone: it is being moved, and may come back under
another id."""


class Inspecting(Part):
    """The pane at the right. Making it takes time that the first sight of the table can do
    without."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._inspector: Inspector | None = None
        self._begun = False
        self._channel_links: dict[int, str] = {}
        self._labels: Mapping[str, Sequence[str]] = {}
        self._entries: Mapping[str, Entry] = {}
        self._site = ""
        self._insights: dict[int, Mapping[str, str]] = {}
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._want_insights)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(GONE_MS)
        self._gone.timeout.connect(self._shut_if_gone)
        self.wish = PaneWish(page.panes, page.tools.details, self)
        self.wish.changed.connect(page.inspectorWished)
        page.tools.details.clicked.connect(self.toggle)
        page.table.currentChangedTo.connect(self._current_changed)
        page.table.openInspectorRequested.connect(self.open)
        page.model.countsChanged.connect(self._freshen)

    @property
    def inspector(self) -> Inspector:
        """The pane; the first call makes it."""
        if self._inspector is None:
            self._inspector = self._make()
        return self._inspector

    def _make(self) -> Inspector:
        from posto_desktop.ui.schedule.inspector import Inspector

        page = self.page
        inspector = Inspector(page.model, page.pictures)
        inspector.set_channel_links(self._channel_links)
        inspector.set_labels(self._labels)
        inspector.set_entries(self._entries)
        inspector.set_site(self._site)
        inspector.closed.connect(self.close)
        inspector.stepRequested.connect(page.table.step)
        inspector.fixRequested.connect(self._fix)
        inspector.duplicateRequested.connect(page.acting.duplicate_one)
        inspector.openRequested.connect(page.openRequested)
        inspector.menuRequested.connect(page.acting.show_menu)
        page.panes.set_side(inspector)
        return inspector

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        self._labels = labels
        if self._inspector is not None:
            self._inspector.set_labels(labels)

    def set_channel_links(self, links: dict[int, str]) -> None:
        self._channel_links = dict(links)
        if self._inspector is not None:
            self._inspector.set_channel_links(links)

    def set_site(self, url: str) -> None:
        """Tell where the site of the workspace is; "" where there is none to open."""
        self._site = url
        if self._inspector is not None:
            self._inspector.set_site(url)

    @Slot(str, object)
    def _fix(self, what: str, schedule: Schedule) -> None:
        if what == "open_site":
            self.page.openRequested.emit(self._site)
        else:
            self.page.acting.fix(what, schedule)

    def set_entries(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        if self._inspector is not None:
            self._inspector.set_entries(entries)

    def set_insights(self, key: int, insights: Mapping[str, str]) -> None:
        """Answer to `SchedulePage.insightsWanted`."""
        self._insights[key] = insights
        if self._inspector is not None:
            self._inspector.set_insights(key, list(insights.items()))

    # --- opening and closing ----------------------------------------------------------------------

    def is_open(self) -> bool:
        return self.page.panes.is_open()

    @Slot()
    def begin(self) -> None:
        """Once there are rows: open it, if it was open, or if there is much room."""
        page = self.page
        if self._begun or not (page.showing.loaded and page.isVisible() and page.model.shown()):
            return
        self._begun = True
        if self.wish.opens():
            # Each in an event of its own.
            QTimer.singleShot(0, self, self._make_first)

    @Slot()
    def _make_first(self) -> None:
        if self._begun and self.inspector is not None:
            QTimer.singleShot(0, self, self._open_first)

    @Slot()
    def _open_first(self) -> None:
        if self._begun and self.wish.opens() and not self.is_open():
            with self.wish.by_itself():
                self.open()

    def forget(self) -> None:
        """Another workspace comes: begin anew."""
        self._begun = False
        self._channel_links = {}
        self._insights.clear()
        self.shut()

    @Slot()
    def open(self) -> None:
        page, table = self.page, self.page.table
        if table.current_id() is None:
            table.go_to_first()
        key = table.current_id()
        schedule = page.model.schedule(key) if key is not None else None
        if schedule is not None:
            self._show(schedule)
            page.panes.set_open(True)
        page.tools.details.setChecked(self.is_open())

    def shut(self) -> None:
        """Close it because there is nothing to show in it any more."""
        with self.wish.by_itself():
            self.close()

    @Slot()
    def close(self) -> None:
        inspector = self._inspector
        focused = self.page.focusWidget()
        had_focus = bool(inspector and focused and inspector.isAncestorOf(focused))
        self.page.panes.set_open(False)
        if had_focus:
            self.page.table.setFocus()

    @Slot()
    def toggle(self) -> None:
        if self.is_open():
            self.close()
        else:
            self.open()

    # --- what it shows ----------------------------------------------------------------------------

    @Slot(object)
    def _current_changed(self, schedule: Schedule) -> None:
        if self.is_open():
            self._show(schedule)
        if not self.page.model.tick_count():  # else the buttons are about what is ticked
            self.page.acting.follow_ticks()

    @Slot()
    def _freshen(self) -> None:
        shown = self._inspector.schedule() if self._inspector is not None else None
        if shown is None or not self.is_open():
            return
        fresh = self.page.model.schedule(shown.id)
        if fresh is None and shown.status in MOVABLE:
            if not self._gone.isActive():
                self._gone.start()
        elif fresh is None:
            self.shut()
        elif fresh != shown:
            self._show(fresh)

    @Slot()
    def _shut_if_gone(self) -> None:
        shown = self._inspector.schedule() if self._inspector is not None else None
        if shown is not None and self.page.model.schedule(shown.id) is None and self.is_open():
            self.shut()

    def take_over(self, key: int) -> None:
        """The post that is shown has this id now."""
        schedule = self.page.model.schedule(key)
        if schedule is not None and self.is_open():
            self._show(schedule)

    def _show(self, schedule: Schedule) -> None:
        self.inspector.show_schedule(schedule)
        known = self._insights.get(schedule.id, {})
        self.inspector.set_insights(schedule.id, list(known.items()))
        self._resting.start()

    @Slot()
    def _want_insights(self) -> None:
        """Ask how a post does once it is looked at for a moment; again when it is opened again."""
        shown = self._inspector.schedule() if self._inspector is not None else None
        if shown is not None and self.is_open() and shown.status == "success":
            self.page.insightsWanted.emit(shown.id)
