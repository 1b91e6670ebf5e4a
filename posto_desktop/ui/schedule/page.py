"""The schedule: what goes out when and where, what failed and why, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models import words
from posto_desktop.models.pictures import PictureBook
from posto_desktop.models.schedule_rows import Row
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.dialogs.confirm import ask_send_again
from posto_desktop.ui.schedule.bulk_bar import HEIGHT as BAR_HEIGHT
from posto_desktop.ui.schedule.bulk_bar import BulkBar
from posto_desktop.ui.schedule.inspector import Inspector
from posto_desktop.ui.schedule.loading_line import LoadingLine
from posto_desktop.ui.schedule.pane_wish import PaneWish
from posto_desktop.ui.schedule.side_pane import PaneHost
from posto_desktop.ui.schedule.status_chips import StatusChips
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.schedule.tools import ScheduleTools
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command

__all__ = ["SchedulePage"]

CLOCK_MS = 30_000


class SchedulePage(QWidget):
    """Table, filters, bulk bar and inspector over a `SchedulesModel`. Asks, does nothing itself.

    Signals: `refreshRequested()`, `retryRequested(list ids)`, `deleteRequested(list ids)` (the rows
    are out of sight already; `restore_rows` brings them back), `sendNowRequested(list ids)`,
    `resolveRequested(list ids, str answer)` with "there" or "send_again" for posts that may be
    published, `openRequested(str url)`, `duplicateRequested(object list[Schedule])` (posts of one
    message), `newMessageRequested()`, `pictureRequested(str url)` (answer with `set_picture`),
    `inspectorWished(str)`: the user opened or closed the inspector, "open" or "closed"; tell it to
    `set_inspector_wish` the next time.
    """

    refreshRequested = Signal()
    retryRequested = Signal(list)
    deleteRequested = Signal(list)
    sendNowRequested = Signal(list)
    resolveRequested = Signal(list, str)
    openRequested = Signal(str)
    duplicateRequested = Signal(object)
    newMessageRequested = Signal()
    pictureRequested = Signal(object)
    inspectorWished = Signal(str)

    def __init__(self, model: SchedulesModel | None = None, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("schedule-page")
        self.model = model or SchedulesModel(self)
        self.pictures = PictureBook(self)
        self.pictures.requested.connect(self.pictureRequested)
        self._loaded = False
        self._begun = False
        self._trouble = ""
        self._trouble_since = self._read_at = datetime.fromtimestamp(0, UTC)
        self._channel_links: dict[int, str] = {}
        main = self._make_main()
        self.inspector = Inspector(self.model, self.pictures)
        self._panes = PaneHost(
            main, self.inspector, Theme.instance().px("pane.inspector.default"), self
        )
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._panes)
        self._wish = PaneWish(self._panes, self.tools.details, self)
        self._wire()
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.model.refresh_clock)
        self._follow_counts()

    # --- building ---------------------------------------------------------------------------------

    def _make_main(self) -> QWidget:
        self._main = QWidget()
        self._main.installEventFilter(self)
        self._main.setObjectName("schedule-main")
        self._main.setMinimumWidth(420)
        box = QVBoxLayout(self._main)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(0)
        self.tools = ScheduleTools(self._main)
        self.search, self.as_of = self.tools.search, self.tools.as_of
        self.network_filter, self.status_filter = self.tools.network, self.tools.status
        self.refresh, self.new_message = self.tools.refresh, self.tools.new_message
        box.addWidget(self.tools)
        box.addSpacing(8)
        chips = QHBoxLayout()
        chips.setContentsMargins(16, 0, 4, 0)
        self.chips = StatusChips(self._main)
        chips.addWidget(self.chips)
        box.addLayout(chips)
        box.addSpacing(12)
        self.table = ScheduleTable(self.model, self.pictures, self._main)
        box.addWidget(self.table, 1)
        self.loading = LoadingLine(self._main)
        self._empty = EmptyState("calendar-plus", "", "", parent=self._main)
        self._empty.hide()
        self.bulk = BulkBar(self._main)
        return self._main

    def _wire(self) -> None:
        model, table, bulk, inspector = self.model, self.table, self.bulk, self.inspector
        model.countsChanged.connect(self._follow_counts)
        model.ticksChanged.connect(self._follow_ticks)
        self.search.textChanged.connect(model.set_search)
        self.chips.chosen.connect(self.set_status_filter)
        self.tools.networkChosen.connect(model.set_network)
        self.tools.statusChosen.connect(self.set_status_filter)
        self.refresh.clicked.connect(self.refreshRequested)
        self.new_message.clicked.connect(self.newMessageRequested)
        self.tools.details.clicked.connect(self.toggle_inspector)
        self._wish.changed.connect(self.inspectorWished)
        table.currentChangedTo.connect(self._current_changed)
        table.openInspectorRequested.connect(self.open_inspector)
        table.linkClicked.connect(self._open_link)
        table.keyRequested.connect(self._key)
        table.menuRequested.connect(self._show_menu)
        bulk.retryClicked.connect(self.retry)
        bulk.sendNowClicked.connect(self.send_now)
        bulk.duplicateClicked.connect(self.duplicate)
        bulk.openClicked.connect(self.open_post)
        bulk.deleteClicked.connect(self.delete)
        bulk.closed.connect(self._untick)
        inspector.closed.connect(self.close_inspector)
        inspector.stepRequested.connect(table.step)
        inspector.fixRequested.connect(self._fix)
        inspector.duplicateRequested.connect(self._duplicate_one)
        inspector.openRequested.connect(self.openRequested)
        inspector.menuRequested.connect(self._show_menu)
        self._empty.clicked.connect(self._empty_button)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.tools.focus_search)
        pane = QShortcut(QKeySequence("Ctrl+Alt+P"), self)
        pane.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        pane.activated.connect(self.toggle_inspector)

    # --- what the app tells the page --------------------------------------------------------------

    @Slot(object, bool, object)
    def set_schedules(
        self, schedules: Iterable[Schedule], from_cache: bool = False, as_of: datetime | None = None
    ) -> None:
        """Show these rows. From the cache they carry their age ("As of 14:05")."""
        self._loaded = self._loaded or not from_cache
        if not from_cache:
            self.loading.stop()
            self._read_at = as_of or datetime.now(UTC)
            if self._read_at > self._trouble_since:
                self._trouble = ""
        self.pictures.retry_missing()
        self.model.set_rows(schedules)
        self._say_empty()
        self.set_as_of(as_of if from_cache or self._trouble else None)
        self._begin()

    @Slot(object, object, object)
    def add_schedules(
        self,
        schedules: Sequence[Schedule],
        gone: Collection[int] = (),
        as_of: datetime | None = None,
    ) -> None:
        """Show a part of the plan while more of it is read. `as_of` tells the age of what was only
        remembered."""
        if as_of is not None and not self._loaded:
            self.set_as_of(as_of)
        self.model.change_rows(schedules, gone)

    @Slot(str, str)
    def set_connection(self, kind: str, text: str) -> None:
        """The state of the workspace's connection. What is wrong stays said until rows come that
        were read later: a service can answer, and still not give its schedule."""
        if kind == "connecting":
            self._trouble = ""
            self.loading.start()
        else:
            self.loading.stop()
        if kind not in ("connecting", "connected"):
            self._trouble, self._trouble_since = text, datetime.now(UTC)
            if self._loaded:
                self.set_as_of(self._read_at)
        self._say_empty()

    @Slot(object)
    def set_as_of(self, moment: datetime | None) -> None:
        """Say how old the rows are; None when they are current."""
        self.tools.set_as_of(moment)

    @Slot(bool)
    def set_loading(self, on: bool) -> None:
        """Show or hide the line under the head; old rows stay as they are."""
        if on:
            self.loading.start()
        else:
            self.loading.stop()
            self._loaded = True
            self._follow_counts()

    @Slot(int, int)
    def set_progress(self, done: int, total: int) -> None:
        if total > 0 and done >= total:
            self.loading.stop()
        else:
            self.loading.start()
            self.loading.set_progress(done, total)

    @Slot(object)
    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Keep rows of the ticked channels; None keeps all."""
        self.model.set_channels(ids)

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Tell the labels of messages, by the mark or the group of their posts."""
        self.inspector.set_labels(labels)

    @Slot(str)
    def set_inspector_wish(self, wish: str) -> None:
        """Tell what the user last wanted: "open", "closed", or "" for nothing yet."""
        self._wish.wish = wish

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Tell where a channel can be looked at, by its id, for "Open … and look"."""
        self._channel_links = dict(links)
        self.inspector.set_channel_links(links)

    @Slot(object, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """Answer to `pictureRequested`; a null image when there is none."""
        self.pictures.put(url, image)

    def restore_rows(self, ids: Collection[int] | None = None) -> None:
        """Bring rows back whose deletion was undone or refused; None brings all back."""
        self.model.unhide(ids)

    def clear(self) -> None:
        """Forget everything, for another workspace."""
        self._loaded = self._begun = False
        self._trouble = ""
        self._shut_inspector()
        self.table.forget_place()
        self.pictures.clear()
        self._channel_links = {}
        self.search.clear()
        self.set_status_filter(None)
        self.model.clear_filters()
        self.model.unhide()
        self.model.set_rows(())
        self.set_as_of(None)

    # --- filters ----------------------------------------------------------------------------------

    @Slot(object)
    def set_status_filter(self, key: str | None) -> None:
        self.model.set_status(key)
        self.chips.set_chosen(key)
        self.tools.set_status(key)

    @Slot()
    def clear_filters(self) -> None:
        """Drop search, status and network filter."""
        self.tools.clear_filters()
        self.set_status_filter(None)
        self.model.clear_filters()

    @Slot()
    def _follow_counts(self) -> None:
        self.chips.set_counts(self.model.counts())
        if not self.tools.set_networks(self.model.networks()):
            self.model.set_network(None)
        self._follow_ticks()
        self._say_empty()
        shown = self.inspector.schedule()
        if shown is not None and self._panes.is_open():
            fresh = self.model.schedule(shown.id)
            if fresh is None:
                self._shut_inspector()
            else:
                self.inspector.show_schedule(fresh)

    def _say_empty(self) -> None:
        model = self.model
        if model.shown() or not (self._loaded or model.total() or self._trouble):
            self._empty.hide()
            return
        if model.total() == 0 and self._trouble:
            self._tell_empty(
                "triangle-alert",
                self.tr("The schedule could not be loaded"),
                self._trouble,
                self.tr("Try again"),
            )
        elif model.total() == 0:
            self._tell_empty(
                "calendar-plus",
                self.tr("Nothing scheduled yet"),
                self.tr("Messages you schedule will line up here."),
                self.tr("New message"),
            )
        else:
            hidden = model.total()
            without = model.count_without_status()
            if model.status_filter and without:
                said = self.tr("Without the status filter: {posts}.").format(
                    posts=words.posts(without)
                )
            else:
                said = self.tr("The filters hide {posts}.").format(posts=words.posts(hidden))
            own = bool(self.search.text() or model.status_filter or model.network_filter)
            if not own:
                said += " " + self.tr("They belong to channels that are not ticked.")
            self._tell_empty(
                "search-x",
                self.tr("No post matches"),
                said,
                self.tr("Clear filters") if own else "",
            )
        self._place_floating()
        self._empty.show()

    def _tell_empty(self, icon: str, title: str, words: str, button: str) -> None:
        self._empty.set_texts(title, words, icon)
        self._empty.set_button(button)

    @Slot()
    def _empty_button(self) -> None:
        if self.model.total() == 0 and self._trouble:
            self.refreshRequested.emit()
        elif self.model.total() == 0:
            self.newMessageRequested.emit()
        else:
            self.clear_filters()

    # --- current row and inspector ----------------------------------------------------------------

    @Slot(object)
    def _current_changed(self, schedule: Schedule) -> None:
        if self._panes.is_open():
            self.inspector.show_schedule(schedule)
        if not self.model.tick_count():  # else the buttons are about what is ticked
            self._follow_ticks()

    @Slot()
    def _begin(self) -> None:
        """Once there are rows: open the inspector, if it was open, or if there is much room."""
        if self._begun or not (self._loaded and self.isVisible() and self.model.shown()):
            return
        self._begun = True
        if self._wish.opens():
            with self._wish.by_itself():
                self.open_inspector()

    @Slot()
    def open_inspector(self) -> None:
        if self.table.current_id() is None:
            self.table.go_to_first()
        key = self.table.current_id()
        schedule = self.model.schedule(key) if key is not None else None
        if schedule is not None:
            self.inspector.show_schedule(schedule)
            self._panes.set_open(True)
        self.tools.details.setChecked(self._panes.is_open())

    def _shut_inspector(self) -> None:
        """Close it because there is nothing to show in it any more."""
        with self._wish.by_itself():
            self.close_inspector()

    @Slot()
    def close_inspector(self) -> None:
        had_focus = self.inspector.isAncestorOf(self.focusWidget() or self)
        self._panes.set_open(False)
        if had_focus:
            self.table.setFocus()

    @Slot()
    def toggle_inspector(self) -> None:
        if self._panes.is_open():
            self.close_inspector()
        else:
            self.open_inspector()

    def inspector_is_open(self) -> bool:
        return self._panes.is_open()

    def show_schedule(self, key: int) -> None:
        """Go to a row and open it, from a toast or the Activity page."""
        if self.model.row_of(key) < 0:
            self.clear_filters()
        self.table.set_current(key)
        if self.table.current_id() == key:
            with self._wish.by_itself():
                self.open_inspector()

    # --- acting -----------------------------------------------------------------------------------

    def acting(self) -> list[Schedule]:
        """Return what the buttons act on: the ticked rows, else the current one."""
        ticked = self.model.ticked()
        if ticked:
            return ticked
        key = self.table.current_id()
        if key is None or self.model.row_of(key) < 0:
            return []
        schedule = self.model.schedule(key)
        return [schedule] if schedule is not None else []

    def _of(self, rows: list[Schedule], what: str) -> list[int]:
        """Return the ids of the rows for which an action makes sense."""
        status = self.model.status_by_id
        if what == "retry":
            # Posts that may be live already are never retried together with others.
            return [one.id for one in rows if status(one.id) == "failed"]
        if what == "send_now":
            return [one.id for one in rows if one.status == "missed"]
        return [one.id for one in rows if one.status != "sending"]

    @Slot()
    def _follow_ticks(self) -> None:
        # One pass over plain rows: all 100,000 may be ticked.
        rows = self.model.ticked_rows()
        if not rows:
            current = [self.model.row_by_id(one.id) for one in self.acting()]
            rows = [row for row in current if row is not None]
        said = Counter([row.schedule.status for row in rows])
        self.bulk.show_for(
            len(rows),
            retry=sum(row.status == "failed" for row in rows),
            send_now=said["missed"],
            duplicate=_is_one_message(rows),
            link=len(rows) == 1 and bool(rows[0].schedule.link),
            delete=len(rows) - said["sending"],
        )
        shown = self.model.tick_count() > 0
        self.bulk.setVisible(shown)
        self.table.set_space_below(BAR_HEIGHT + 32 if shown else 0)
        if shown:
            self.bulk.raise_()

    @Slot()
    def _untick(self) -> None:
        self.model.tick_all(False)
        self.table.setFocus()

    @Slot()
    def retry(self) -> None:
        self._ask(self.retryRequested, "retry")

    @Slot()
    def send_now(self) -> None:
        self._ask(self.sendNowRequested, "send_now")

    def _ask(self, signal: object, what: str) -> None:
        ids = self._of(self.acting(), what)
        if ids:
            self.model.tick_all(False)
            signal.emit(ids)  # type: ignore[attr-defined]

    @Slot()
    def delete(self) -> None:
        self._delete(self._of(self.acting(), "delete"))

    def _delete(self, ids: list[int]) -> None:
        if not ids:
            return
        self.model.tick_all(False)
        current = self.table.current_id()
        if current in ids:
            if self.inspector_is_open():
                self._shut_inspector()
            self._move_off(set(ids))
        self.model.hide(ids)
        self.deleteRequested.emit(ids)

    def _move_off(self, going: set[int]) -> None:
        """Let the row after the deleted ones be the current one, else the row before them."""
        start = self.table.currentIndex().row()
        count = self.model.rowCount()
        for row in (*range(start + 1, count), *range(start - 1, -1, -1)):
            schedule = self.model.schedule_at(row)
            if schedule is not None and schedule.id not in going:
                self.table.set_current(schedule.id)
                return

    @Slot()
    def duplicate(self) -> None:
        rows = self.acting()
        if len({one.group_id or str(one.id) for one in rows}) == 1:
            self.model.tick_all(False)
            self.duplicateRequested.emit(rows)

    @Slot(object)
    def _duplicate_one(self, schedule: Schedule) -> None:
        self.duplicateRequested.emit([schedule])

    @Slot()
    def copy_text(self) -> None:
        rows = self.acting()
        if len(rows) == 1:
            QGuiApplication.clipboard().setText(rows[0].text)

    @Slot()
    def open_post(self) -> None:
        rows = self.acting()
        if len(rows) == 1 and rows[0].link:
            self.openRequested.emit(rows[0].link)

    @Slot(object)
    def _open_link(self, schedule: Schedule) -> None:
        if schedule.link:
            self.openRequested.emit(schedule.link)

    @Slot(str)
    def _key(self, what: str) -> None:
        {"retry": self.retry, "delete": self.delete, "duplicate": self.duplicate}[what]()

    @Slot(str, object)
    def _fix(self, what: str, schedule: Schedule) -> None:
        if what == "retry":
            self.retryRequested.emit([schedule.id])
        elif what == "there":
            self.resolveRequested.emit([schedule.id], "there")
        elif what == "send_again":
            ids = [schedule.id]
            ask = ask_send_again(self, schedule.network)
            ask.accepted.connect(lambda: self.resolveRequested.emit(ids, "send_again"))
            ask.open()
        elif what == "delete":
            self._delete([schedule.id])
        elif what == "send_now":
            self.sendNowRequested.emit([schedule.id])
        elif what == "look":
            url = schedule.link or self._channel_links.get(schedule.channel_id, "")
            if url:
                self.openRequested.emit(url)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        self.make_menu().popup(place)

    def make_menu(self) -> Menu:
        """Return the actions of the rows that they would act on; it deletes itself on close."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = self.acting()
        menu.add(self.tr("Open inspector"), "panel-right", self.open_inspector, shortcut="Return")
        retry = menu.add(self.tr("Retry"), "rotate-cw", self.retry, shortcut="R")
        retry.setEnabled(bool(self._of(rows, "retry")))
        if self._of(rows, "send_now"):
            menu.add(self.tr("Send now"), "send", self.send_now)
        menu.add(self.tr("Duplicate"), "copy", self.duplicate, shortcut="Ctrl+D")
        if len(rows) == 1 and rows[0].text:
            menu.add(self.tr("Copy text"), "clipboard-copy", self.copy_text)
        link = menu.add(self.tr("Open post"), "external-link", self.open_post)
        link.setEnabled(len(rows) == 1 and bool(rows[0].link))
        menu.addSeparator()
        count = len(self._of(rows, "delete"))
        said = self.tr("Delete")
        if count > 1:
            said = self.tr("Delete {posts}").format(posts=words.posts(count))
        delete = menu.add(said, "trash-2", self.delete, shortcut="Del", danger=True)
        delete.setEnabled(count > 0)
        return menu

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        from posto_desktop.ui.schedule.commands import commands_of

        return commands_of(self)

    def toast_main(self) -> QWidget:
        """What toasts stand in the middle of: not the pane at the right."""
        return self._main

    # --- geometry ---------------------------------------------------------------------------------

    def _place_floating(self) -> None:
        table = self.table.geometry()
        head = self.table.horizontalHeader().height()
        self.loading.setGeometry(table.left(), table.top() + head, table.width(), 2)
        hint = self._empty.sizeHint()
        width = min(max(hint.width(), 360), max(table.width() - 32, 1))
        height = hint.height()
        self._empty.setGeometry(
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

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        if watched is self._main and event.type() == QEvent.Type.Resize:
            # The splitter resizes the main area without resizing the page.
            QTimer.singleShot(0, self, self._place_floating)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.model.refresh_clock()
        self._clock.start()
        self._place_floating()
        QTimer.singleShot(0, self, self._begin)  # where the rows stand is known by then

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()


def _is_one_message(rows: list[Row]) -> bool:
    """Whether all of the rows, and at least one, are posts of one message."""
    groups: set[str] = set()
    for row in rows:
        groups.add(row.schedule.group_id or str(row.id))
        if len(groups) > 1:
            return False
    return bool(groups)
