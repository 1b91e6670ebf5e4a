"""Controller of the inspector pane: creates it on first use, opens, closes and updates it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.core.moves import MOVABLE
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.side_pane import PaneHost
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_load_state import ScheduleLoadState
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection
from posto_desktop.viewmodels.schedule_view import ScheduleViewState
from posto_desktop.viewmodels.story_polling import StoryPolling
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.inspector import Inspector

__all__ = ["InspectorPane"]

INSIGHTS_DELAY_MS = 400
"""Delay before insights of the shown post are requested."""
CLOSE_DELAY_MS = 2000
"""Delay before the pane closes when its scheduled post disappears: a move may bring the post back
under another id."""


class InspectorPane(QObject):
    """Owns the inspector, which is created late to show the table sooner.
    `ScheduleView.inspector_open` holds whether it is open.

    Signals: `fixRequested(str, Schedule)`, `foundRequested(str url, Schedule)`,
    `duplicateRequested(Schedule)`, `editRequested(Schedule)`, `openRequested(str url)`,
    `postRequested(int)`, `menuRequested(QPoint)` (global position),
    `reviewRequested(str, Schedule)` as those of `Inspector`;
    `insightsRequested(int id)`; `messageRequested(str action, list of Schedule)`: "reschedule" or
    "duplicate" all posts of a message; `storyRequested(Schedule)`, again and again while something
    happens to the shown post; `shownChanged()`: it shows other posts."""

    fixRequested = Signal(str, object)
    foundRequested = Signal(str, object)
    duplicateRequested = Signal(object)
    editRequested = Signal(object)
    openRequested = Signal(str)
    menuRequested = Signal(object)
    reviewRequested = Signal(str, object)
    postRequested = Signal(int)
    messageRequested = Signal(str, object)
    insightsRequested = Signal(object)
    storyRequested = Signal(object)
    shownChanged = Signal()

    def __init__(
        self,
        panes: PaneHost,
        button: QAbstractButton,
        table: ScheduleTable,
        pictures: ImageCache,
        selection: ScheduleSelection,
        state: ScheduleViewState,
        reading: ScheduleLoadState,
        facts: PostFacts,
        model: SchedulesModel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._panes, self._button, self._table = panes, button, table
        self._pictures, self._selection, self._state = pictures, selection, state
        self._reading, self._facts, self._model = reading, facts, model
        self._inspector: Inspector | None = None
        self._shown_posts: list[Schedule] = []
        self._is_started = False
        self._insights_delay = Debouncer(INSIGHTS_DELAY_MS, self._request_insights, self)
        self._story = StoryPolling(facts, self)
        self._story.storyRequested.connect(self.storyRequested)
        self._close_delay = Debouncer(CLOSE_DELAY_MS, self._close_if_removed, self, restart=False)
        button.clicked.connect(self.toggle)
        panes.openChanged.connect(state.set_inspector)  # Esc in the pane closes it
        table.openInspectorRequested.connect(self.open)
        selection.changed.connect(self._show_if_open)
        selection.replaced.connect(self._show_if_open)
        model.countsChanged.connect(self._refresh_shown)

    @property
    def inspector(self) -> Inspector:
        """Return the inspector; the first call creates it."""
        if self._inspector is None:
            self._inspector = self._make()
        return self._inspector

    def stops(self) -> list[QWidget]:
        """Return the inspector if it is visible."""
        inspector = self._inspector
        return [inspector] if inspector is not None and inspector.isVisible() else []

    def _make(self) -> Inspector:
        from posto_desktop.ui.schedule.inspector import Inspector

        inspector = Inspector(self._model, self._pictures, self._facts)
        inspector.closed.connect(self.close)
        inspector.stepRequested.connect(self._table.step)
        inspector.fixRequested.connect(self._fix)
        inspector.foundRequested.connect(self.foundRequested)
        inspector.editRequested.connect(self.editRequested)
        inspector.duplicateRequested.connect(self._duplicate)
        inspector.postRequested.connect(self.postRequested)
        inspector.shownRequested.connect(self.postRequested)
        inspector.openRequested.connect(self.openRequested)
        inspector.menuRequested.connect(self.menuRequested)
        inspector.reviewRequested.connect(self.reviewRequested)
        self._panes.set_side(inspector)
        return inspector

    @Slot(str, object)
    def _fix(self, fix: str, schedule: Schedule) -> None:
        message = self.inspector.message()
        if fix == "open_site":
            self.openRequested.emit(self._facts.site)
        elif fix in ("pause", "open_planner"):
            self.fixRequested.emit(fix, schedule)
        elif message is not None:
            self.messageRequested.emit(fix, [row.schedule for row in message.posts])
        else:
            self.fixRequested.emit(fix, schedule)

    @Slot(object)
    def _duplicate(self, schedule: Schedule) -> None:
        message = self.inspector.message()
        if message is not None:
            posts = [row.schedule for row in message.posts]
            self.messageRequested.emit("duplicate", posts)
        else:
            self.duplicateRequested.emit(schedule)

    # --- opening and closing ----------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """Open the pane when the first rows are visible, if the user left it open or the window is
        wide."""
        is_seen = self._table.isVisible() and self._model.shown() > 0
        if self._is_started or not (self._reading.reading.loaded and is_seen):
            return
        self._is_started = True
        if self._should_open():
            # Create and open it in separate events, so that neither delays the first paint long.
            QTimer.singleShot(0, self, self._make_first)

    @Slot()
    def _make_first(self) -> None:
        if self._is_started and self.inspector is not None:
            QTimer.singleShot(0, self, self._open_first)

    @Slot()
    def _open_first(self) -> None:
        if self._is_started and self._should_open():
            self.open(by_user=False)

    def _should_open(self) -> bool:
        """Return whether to open the pane at start. It never covers the rows by itself; without a
        choice by the user it opens only in a wide window."""
        width, token = self._panes.window().width(), Theme.instance().token
        preference = self._state.view.inspector_preference
        if preference == "open":
            return width >= token("breakpoint.side_panes_overlay_below")
        return preference != "closed" and width >= token("breakpoint.tab_icons_from")

    def forget(self) -> None:
        """Reset for another workspace."""
        self._is_started = False
        self._state.set_inspector(False, by_user=False)

    @Slot()
    def open(self, *, by_user: bool = True) -> None:
        """Open the pane with the current post, else with the first visible one."""
        current = self._selection.current_id
        if current is None or self._model.row_of(current) < 0:
            self._table.go_to_first()
        schedule = self._selection.current()
        if schedule is not None:
            self._show(schedule)
            self._state.set_inspector(True, by_user=by_user)
        self._button.setChecked(self._state.view.inspector_open)

    @Slot()
    def close(self) -> None:
        self._state.set_inspector(False)

    @Slot()
    def toggle(self) -> None:
        if self._state.view.inspector_open:
            self.close()
        else:
            self.open()

    def show_open(self, on: bool) -> None:
        """Show or hide the pane. When it closes, its focus moves to the table."""
        inspector, focused = self._inspector, self._panes.focusWidget()
        had_focus = bool(inspector and focused and inspector.isAncestorOf(focused))
        self._panes.set_open(on)
        self._button.setChecked(on)
        self._story.follow(self._with_story(self._shown()))
        self.shownChanged.emit()
        if had_focus and not on:
            self._table.setFocus()

    # --- what it shows ----------------------------------------------------------------------------

    @Slot(object)
    def _show_if_open(self, schedule: Schedule) -> None:
        if self._state.view.inspector_open:
            self._show(schedule)

    def _show(self, schedule: Schedule) -> None:
        self.inspector.show_schedule(schedule, whole=self._selection.is_whole)
        self._shown_posts = self._posts_of(schedule)
        self._insights_delay.call()
        self._story.follow(self._with_story(schedule))
        self.shownChanged.emit()

    def shown_posts(self) -> list[Schedule]:
        """Return the shown posts, of a message all; none while the pane is closed."""
        return list(self._shown_posts) if self._shown() is not None else []

    def show_people(self, people: Sequence[PresentPerson], *, is_new: bool = False) -> None:
        """Show who else has the shown post open; `is_new`: somebody came."""
        if self._inspector is not None:
            self._inspector.show_people(people)
            if is_new:
                self._inspector.presence.announce()

    def _with_story(self, schedule: Schedule | None) -> list[Schedule]:
        """Return the post whose story is shown; none for a message."""
        return [schedule] if schedule is not None and not self._selection.is_whole else []

    def _posts_of(self, schedule: Schedule) -> list[Schedule]:
        """Return what the inspector shows of a post: itself, or all posts of its message."""
        message = self._model.message_of(schedule.id) if self._selection.is_whole else None
        return [row.schedule for row in message.posts] if message is not None else [schedule]

    def _shown(self) -> Schedule | None:
        """Return the shown post; None if the pane is closed."""
        is_open = self._state.view.inspector_open
        return self._inspector.schedule() if self._inspector is not None and is_open else None

    @Slot()
    def _refresh_shown(self) -> None:
        shown = self._shown()
        if shown is None:
            return
        fresh = self._model.schedule(shown.id)
        if fresh is None and shown.status in MOVABLE:
            self._close_delay.call()
        elif fresh is None or self._model.is_being_deleted(shown.id):
            self._state.set_inspector(False, by_user=False)
        elif self._model.row_of(shown.id) < 0:
            self.inspector.set_filtered_out(True)
        else:
            self.inspector.set_filtered_out(False)
            if self._posts_of(fresh) != self._shown_posts:
                self._show(fresh)

    @Slot()
    def _close_if_removed(self) -> None:
        shown = self._shown()
        if shown is not None and self._model.schedule(shown.id) is None:
            self._state.set_inspector(False, by_user=False)

    @Slot()
    def _request_insights(self) -> None:
        """Request the insights of a published post."""
        shown = self._shown()
        if shown is not None and shown.status == "success" and not self._selection.is_whole:
            self.insightsRequested.emit(shown.id)
