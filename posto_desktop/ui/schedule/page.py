"""Schedule page: all posts with their times, status and problems, and the actions for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.page import PostsPage
from posto_desktop.ui.schedule.bulk_bar import HEIGHT as BAR_HEIGHT
from posto_desktop.ui.schedule.bulk_bar import BulkBar
from posto_desktop.ui.schedule.column_menus import ColumnMenus, group_words
from posto_desktop.ui.schedule.empty_schedule import EmptySchedule
from posto_desktop.ui.schedule.filter_controller import FilterController
from posto_desktop.ui.schedule.inspector_pane import InspectorPane
from posto_desktop.ui.schedule.row_actions import RowActions
from posto_desktop.ui.schedule.saved_views_menu import SavedViewsMenu
from posto_desktop.ui.schedule.status_chips import StatusChips
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.schedule.toolbar import ScheduleToolbar
from posto_desktop.ui.shared.main_area import MainArea
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.loading_line import LoadingLine
from posto_desktop.ui.widgets.side_pane import PaneHost
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_load_state import LoadStatus, ScheduleLoadState
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection
from posto_desktop.viewmodels.schedule_view import ScheduleView, ScheduleViewState

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.post_stories import PostStory
    from posto_desktop.ui.schedule.inspector import Inspector

__all__ = ["ScheduleTablePage"]

CLOCK_MS = 30_000


class ScheduleTablePage(PostsPage):
    """Table, filters, bulk bar and inspector over a `SchedulesModel`. The page creates and connects
    its parts; others carry out what it requests.

    Objects without widgets own the state: `state` (filters, order, columns, saved views,
    inspector), `selection` (the current post), `reading` (progress of loading the schedule),
    `facts` (labels and other facts about posts). `notifier` shows toasts.

    Signals of the parts: `row_actions` (posts), `inspector_pane.insightsRequested` and
    `storyRequested`, `column_menus.rowHeightRequested`. Signals of the page:
    `refreshRequested()`, `openRequested(str url)`, `newMessageRequested()`, `exportRequested()`,
    `allChannelsRequested()` (show the posts of all channels), `undoRequested()`, `redoRequested()`,
    `pictureRequested(str url)` (answer with `set_picture`), and `barMoved()` (the bulk bar appeared
    or disappeared; `toast_inset` changed)."""

    commands: Commands

    refreshRequested = Signal()
    openRequested = Signal(str)
    newMessageRequested = Signal()
    exportRequested = Signal()
    allChannelsRequested = Signal()
    undoRequested = Signal()
    redoRequested = Signal()
    pictureRequested = Signal(object)
    barMoved = Signal()

    def __init__(self, model: SchedulesModel | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schedule-page")
        self.model = model or SchedulesModel(self)
        self.pictures = ImageCache(self)
        self.notifier = PageNotifier(self)
        self.state = ScheduleViewState(self.notifier, self)
        self.selection = ScheduleSelection(self.model, self)
        self.reading = ScheduleLoadState(self)
        self.facts = PostFacts(self)
        self.panes = PaneHost(
            self._make_main(), None, Theme.instance().px("pane.inspector.default"), self
        )
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.panes)
        self._make_parts()
        self._connect_state()
        self._connect_actions()
        self._add_commands()
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.model.refresh_clock)
        self._counts_changed()

    # --- made once --------------------------------------------------------------------------------

    def _make_main(self) -> QWidget:
        self._main = MainArea()
        self._main.resized.connect(self._place_floating, Qt.ConnectionType.QueuedConnection)
        self._main.setObjectName("schedule-main")
        self._main.setMinimumWidth(420)
        box = QVBoxLayout(self._main)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(0)
        self.toolbar = ScheduleToolbar(self._main)
        box.addWidget(self.toolbar)
        box.addSpacing(8)
        chips = QHBoxLayout()
        chips.setContentsMargins(16, 0, 4, 0)
        self.chips = StatusChips(self._main)
        chips.addWidget(self.chips, 1)
        box.addLayout(chips)
        self._chips_row = chips
        # Later: a layout that is placing its widgets must not lose one.
        self.toolbar.tailFits.connect(self._place_tail, Qt.ConnectionType.QueuedConnection)
        self._filter_row_at = box.count()
        box.addSpacing(12)
        self.table = ScheduleTable(self.model, self.selection, self.pictures, self._main)
        box.addWidget(self.table, 1)
        self.loading = LoadingLine(self._main)
        self.empty = EmptyState("calendar-plus", "", "", instead_of=self.table, parent=self._main)
        self.empty.button.setObjectName("schedules-empty-action")
        self.empty.hide()
        self.bulk = BulkBar(self._main)
        return self._main

    def _make_parts(self) -> None:
        toolbar, model, state = self.toolbar, self.model, self.state
        self.row_actions = RowActions(self.selection, state, self.facts, model, self)
        self.filter_controller = FilterController(
            toolbar, self.chips, self.table, self._add_filter_row, state, model, self
        )
        self.column_menus = ColumnMenus(self.table.head, toolbar.columns, state, self)
        self.saved_views_menu = SavedViewsMenu(toolbar.views, state, self)
        self.empty_schedule = EmptySchedule(
            self.empty, self._place_floating, state, self.reading, model, self
        )
        self.inspector_pane = InspectorPane(
            self.panes,
            toolbar.details,
            self.table,
            self.pictures,
            self.selection,
            state,
            self.reading,
            self.facts,
            model,
            self,
        )

    def _connect_state(self) -> None:
        self.state.changed.connect(self._show_view)
        self.reading.changed.connect(self._show_reading)
        self.model.countsChanged.connect(self._counts_changed)
        self.model.ticksChanged.connect(self._show_available)
        self.model.ticksChanged.connect(self._announce_ticks)
        self.selection.changed.connect(self._current_changed)
        self.selection.left.connect(self._show_available)

    def _connect_actions(self) -> None:
        """Connect the widgets with the objects that carry out their requests."""
        actions, table, bulk, toolbar = self.row_actions, self.table, self.bulk, self.toolbar
        toolbar.refresh.clicked.connect(self.refreshRequested)
        toolbar.new_message.clicked.connect(self.newMessageRequested)
        toolbar.export.clicked.connect(self.exportRequested)
        table.linkClicked.connect(actions.open_link)
        table.menuRequested.connect(actions.show_menu)
        table.editRequested.connect(actions.edit_post)
        bulk.closed.connect(self._untick_and_leave)
        actions.openRequested.connect(self.openRequested)
        actions.exportRequested.connect(self.exportRequested)
        actions.openInspectorRequested.connect(self.inspector_pane.open)
        pane = self.inspector_pane
        pane.fixRequested.connect(actions.fix)
        pane.reviewRequested.connect(actions.reviews.answer)
        pane.foundRequested.connect(actions.outcomes.report_found)
        pane.duplicateRequested.connect(actions.duplicate_post)
        pane.editRequested.connect(actions.edit_post)
        pane.messageRequested.connect(actions.act_on_message)
        pane.postRequested.connect(self.show_schedule)
        pane.menuRequested.connect(actions.show_menu)
        pane.openRequested.connect(self.openRequested)
        empty = self.empty_schedule
        empty.refreshRequested.connect(self.refreshRequested)
        empty.newMessageRequested.connect(self.newMessageRequested)
        empty.allChannelsRequested.connect(self.allChannelsRequested)
        self.pictures.requested.connect(self.pictureRequested)

    def _add_commands(self) -> None:
        """Let the shortcuts work from the channels pane, too, while the page is visible."""
        toolbar, pane, actions = self.toolbar, self.inspector_pane, self.row_actions
        commands = self.commands = Commands(
            self.tr("&Post"), self, Qt.ShortcutContext.WindowShortcut, look=actions.look
        )
        has_rows = actions.has_rows
        #: Verb.
        commands.add(self.tr("Open"), self._open, keys.OPEN, can=has_rows, in_view=True)
        words = self.tr("Show or hide the inspector")
        commands.add(words, pane.toggle, keys.SIDE_PANE, can=has_rows)
        commands.add(self.tr("Find in the schedule"), toolbar.focus_search, keys.FIND)
        commands.add(self.tr("Dates…"), self.filter_controller.show_dates)
        commands.add(self.tr("Saved views"), self.saved_views_menu.show_menu)
        commands.add(self.tr("Columns and rows…"), self.column_menus.show_columns)
        self._group_command = commands.add(group_words(), self._toggle_grouping)
        self._group_command.setCheckable(True)
        for words, key, on in (
            (self.tr("Unfold all messages"), keys.UNFOLD_ALL, True),
            (self.tr("Fold all messages"), keys.FOLD_ALL, False),
        ):
            fold = partial(self.model.set_all_open, on)
            commands.add(words, fold, key, can=lambda: self.model.is_grouped, in_view=True)
        commands.add(
            self.tr("Clear filters"),
            self.state.clear_filters,
            can=lambda: self.state.view.filters != ScheduleFilters(),
        )
        commands.add_separator()
        actions.add_commands(commands, self.bulk)
        self.table.handle_key = commands.handle_key
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        commands.add_keys(keys.UNDO, self.undo, context=inside)
        commands.add_keys(f"{keys.REDO} {keys.REDO_TOO}", self.redo, context=inside)

    def _toggle_grouping(self) -> None:
        self.state.group(not self.state.view.grouped)

    def _open(self) -> None:
        if self.row_actions.has_rows():
            self.inspector_pane.open()

    @Slot()
    def undo(self) -> None:
        """Request undo of the last move or deletion."""
        self.undoRequested.emit()

    @Slot()
    def redo(self) -> None:
        """Request redo of what was undone last."""
        self.redoRequested.emit()

    # --- what is shown ----------------------------------------------------------------------------

    @Slot(object, object)
    def _show_view(self, view: ScheduleView, changed: frozenset[str]) -> None:
        if "filters" in changed:
            self.filter_controller.show_filters(view.filters)
        if "columns" in changed:
            self.table.set_columns(view.columns)
        if "sort" in changed:
            self.table.show_sort(view.sort)
        if "grouped" in changed:
            self.model.set_grouped(view.grouped)
            self._group_command.setChecked(view.grouped)
        if "inspector_open" in changed:
            self.inspector_pane.show_open(view.inspector_open)
        if changed & {"filters", "sort", "columns", "grouped", "saved", "chosen"}:
            self.saved_views_menu.show_view(view)

    @Slot(object, object)
    def _show_reading(self, reading: LoadStatus, changed: frozenset[str]) -> None:
        if changed & {"busy", "done", "total"}:
            self.loading.set_busy(reading.busy, reading.done, reading.total)
        if "as_of" in changed:
            self.toolbar.set_as_of(reading.as_of)
        if changed & {"loaded", "trouble"}:
            self.empty_schedule.show()

    @Slot()
    def _counts_changed(self) -> None:
        """Update counts and texts after a change of rows or filters."""
        self._show_available()
        self.empty_schedule.show()

    @Slot(object)
    def _current_changed(self, _schedule: Schedule) -> None:
        if not self.model.tick_count():  # the buttons act on the ticked rows alone
            self._show_available()

    @Slot()
    def _show_available(self) -> None:
        """Enable the bulk bar's buttons for the ticked rows."""
        self.commands.refresh()
        self.bulk.show_available(self.row_actions.can)
        shown = self.model.tick_count() > 0
        if shown == self.bulk.isHidden():
            self.bulk.setVisible(shown)
            self.barMoved.emit()
        self.table.set_space_below(BAR_HEIGHT + 32 if shown else 0)
        if shown:
            self.bulk.raise_()

    @Slot()
    def _announce_ticks(self) -> None:
        if self.isVisible():
            announce(self.bulk.words(self.model.tick_count()), "ticks")

    @Slot()
    def _untick_and_leave(self) -> None:
        self.model.tick_all(False)
        self.table.setFocus()

    # --- what the controllers report --------------------------------------------------------------

    @Slot(object, bool, object)
    def set_schedules(
        self, schedules: Iterable[Schedule], from_cache: bool = False, as_of: datetime | None = None
    ) -> None:
        """Show these rows. Rows from the cache come with their age ("As of 14:05")."""
        self.pictures.retry_missing()
        self.model.set_rows(schedules)
        self.reading.set_rows_loaded(from_cache, as_of)
        self.inspector_pane.begin()

    def set_site_rows(self, rows: Sequence[Schedule], known: SiteSchedule) -> None:
        """Set the posts that the site's planners will make."""
        self.facts.set_planners(
            bool(known.planners), can_pause=known.can_change, as_of=known.cached_at
        )
        self.model.set_site_rows(rows)

    @Slot(object, object, object)
    def add_schedules(
        self,
        schedules: Sequence[Schedule],
        removed: Collection[int] = (),
        as_of: datetime | None = None,
    ) -> None:
        """Show a part of the schedule while the rest is loading. `as_of` is the age of cached
        rows."""
        self.reading.set_some_loaded(as_of)
        self.model.change_rows(schedules, removed)

    @Slot(str, str)
    def set_connection(self, kind: str, text: str) -> None:
        """Show the state of the workspace's connection."""
        self.reading.set_connection(kind, text)

    @Slot(object)
    def set_as_of(self, moment: datetime | None) -> None:
        """Show the age of the rows; None if they are current."""
        self.reading.set_as_of(moment)

    @Slot(bool)
    def set_loading(self, on: bool) -> None:
        """Show or hide the loading line; the rows stay."""
        self.reading.set_loading(on)

    @Slot(int, int)
    def set_progress(self, done: int, total: int) -> None:
        """Show how many rows are loaded: (loaded, total)."""
        self.reading.set_progress(done, total)

    @Slot(int, int)
    def set_moving(self, ended: int, total: int) -> None:
        """Show how many posts have moved: (moved, total)."""
        self.reading.set_moving(ended, total)

    @Slot(object)
    def follow_moves(self, ids: Mapping[int, int]) -> None:
        """Replace ids of moved posts: {old id: new id}."""
        self.selection.follow(ids)

    @Slot(object)
    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show only the posts of these channels; None shows all."""
        self.model.set_channels(ids)

    def set_evergreen(self, refs: Collection[str]) -> None:
        """Set the marks of posts that evergreen messages have made."""
        self.model.set_evergreen(refs)

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Set the labels of messages, by the mark or the group id of their posts."""
        self.model.set_labels(labels)
        self.filter_controller.offer_labels()
        self.facts.set_labels(labels)

    def set_entries(self, entries: Mapping[str, Entry]) -> None:
        """Set facts about messages sent from this computer, by the mark or the group id of their
        posts."""
        self.facts.set_entries(entries)

    def set_site(self, url: str) -> None:
        """Set the web address of the workspace's site; "" for the workspace on this computer."""
        self.facts.set_site(url)

    @Slot(object, object)
    def set_story(self, key: int, story: PostStory) -> None:
        """Answer `storyRequested`."""
        self.facts.set_story(key, story)

    def set_sent_again(self, ids: frozenset[int]) -> None:
        """Show which posts are about to be sent again."""
        self.facts.set_sent_again(ids)
        self._show_available()

    def set_insights(self, key: int, insights: Mapping[str, str]) -> None:
        """Answer `insightsRequested`."""
        self.facts.set_insights(key, insights)

    def set_channel_links(self, links: Mapping[int, str]) -> None:
        """Set the profile addresses of channels by id, for "Open … and look"."""
        self.facts.set_channel_links(links)

    @Slot(object, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """Answer `pictureRequested`; a null image if there is none."""
        self.pictures.put(url, image)

    def restore_rows(self, ids: Collection[int] | None = None) -> None:
        """Show rows again whose deletion was undone or refused; None shows all."""
        self.model.unhide(ids)

    def untick(self) -> None:
        """Untick all rows after an action on them."""
        self.model.tick_all(False)

    def show_schedule(self, key: int) -> None:
        """Go to a row and open it in the inspector, for toasts and the Activity page."""
        if self.model.row_of(key) < 0:
            self.state.clear_filters()
        if self.model.row_of(key) < 0 and self.model.is_by_channel:
            self.allChannelsRequested.emit()
        self.model.reveal(key)
        if self.selection.go_to(key):
            self.inspector_pane.open(by_user=False)

    def clear(self) -> None:
        """Reset for another workspace."""
        self.reading.forget()
        self.inspector_pane.forget()
        self.selection.forget()
        self.facts.forget()
        self.table.forget_place()
        self.pictures.clear()
        self.state.clear_filters()
        self.model.unhide()
        self.model.set_rows(())

    # --- what others read -------------------------------------------------------------------------

    def pane_stops(self) -> list[QWidget]:
        """Return the stops of F6: the table, then the inspector while it is open."""
        return [self.table, *self.inspector_pane.stops()]

    @property
    def inspector(self) -> Inspector:
        """The inspector; created on first use."""
        return self.inspector_pane.inspector

    def toast_main(self) -> QWidget:
        """The widget that toasts are centred in; it excludes the inspector."""
        return self._main

    def toast_inset(self) -> int:
        """The height of the bulk bar, which toasts must clear."""
        return self.bulk.height() + 16 if self.bulk.isVisible() else 0

    # --- layout -----------------------------------------------------------------------------------

    def _add_filter_row(self, row: QWidget) -> None:
        """Insert the row of filter chips above the table."""
        row.setParent(self._main)
        box = self._main.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(self._filter_row_at, row)
        QTimer.singleShot(0, self, self._place_floating)

    @Slot(bool)
    def _place_tail(self, fits: bool) -> None:
        """Move the toolbar's icon buttons beside the chips if the toolbar is too narrow."""
        focused = self.focusWidget()
        if fits:
            self.toolbar.restore_tail()
        else:
            self._chips_row.addWidget(self.toolbar.tail)
        self._chips_row.setContentsMargins(16, 0, 4 if fits else 16, 0)
        if focused is not None and self.toolbar.tail.isAncestorOf(focused):
            focused.setFocus()

    @Slot()
    def _place_floating(self) -> None:
        """Position the widgets that float over the table."""
        table = self.table.geometry()
        head = self.table.horizontalHeader().height()
        self.loading.setGeometry(table.left(), table.top() + head, table.width(), 2)
        hint = self.empty.sizeHint()
        width = min(max(hint.width(), 360), max(table.width() - 32, 1))
        height = hint.height()
        self.empty.setGeometry(
            table.center().x() - width // 2,
            table.top() + head + max(24, (table.height() - head - height) * 2 // 5),
            width,
            height,
        )
        if self.bulk.isVisible():
            self.bulk.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_floating()

    # --- being seen -------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.refresh_clock()
        self._clock.start()
        self._place_floating()
        # The layout has been computed by then.
        QTimer.singleShot(0, self, self.inspector_pane.begin)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self.state.save_now()
