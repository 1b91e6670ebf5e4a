"""The schedule: what goes out when and where, what failed and why, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.acting import Acting
from posto_desktop.ui.schedule.arranging import Arranging
from posto_desktop.ui.schedule.filtering import Filtering
from posto_desktop.ui.schedule.following import Following
from posto_desktop.ui.schedule.inspecting import Inspecting
from posto_desktop.ui.schedule.layout import ScheduleLayout
from posto_desktop.ui.schedule.showing import Showing
from posto_desktop.ui.schedule.viewing import Viewing

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.ui.commands import Command
    from posto_desktop.ui.schedule.inspector import Inspector

__all__ = ["SchedulePage"]

CLOCK_MS = 30_000


class SchedulePage(ScheduleLayout):
    """Table, filters, bulk bar and inspector over a `SchedulesModel`. Asks, does nothing itself.

    Signals: `refreshRequested()`, `retryRequested(list ids)`, `deleteRequested(list ids)` (the rows
    are out of sight already; `restore_rows` brings them back), `sendNowRequested(list ids)`,
    `resolveRequested(list ids, str answer)` with "there" or "send_again" for posts that may be
    published, `openRequested(str url)`, `duplicateRequested(object list[Schedule])` (posts of one
    message), `duplicatesRequested(object list of such lists)`, `newMessageRequested()`,
    `exportRequested()`, `rescheduleRequested(object list[Schedule])`, `undoRequested()`,
    `pictureRequested(str url)` (answer with `set_picture`),
    `inspectorWished(str)`: the user opened or closed the inspector, "open" or "closed"; tell it to
    `set_inspector_wish` the next time; `keepRequested(str name, str value)`: remember how the table
    is arranged, tell it to `set_kept` the next time; `rowHeightWished(str)` with "comfortable" or
    "compact"; `undoOffered(str text, object callback)`: something was deleted, and can be had back;
    `insightsWanted(object id)` (answer with `set_insights`); `allChannelsRequested()`: show the
    posts of all channels (`set_channel_filter`); `hintGiven(str)`: why a key or a button does
    nothing with what is chosen; `barMoved()`: the bar over the table came or went,
    toasts stand above it (`toast_inset`).
    """

    refreshRequested = Signal()
    retryRequested = Signal(list)
    deleteRequested = Signal(list)
    sendNowRequested = Signal(list)
    resolveRequested = Signal(list, str)
    openRequested = Signal(str)
    duplicateRequested = Signal(object)
    duplicatesRequested = Signal(object)
    newMessageRequested = Signal()
    exportRequested = Signal()
    rescheduleRequested = Signal(object)
    undoRequested = Signal()
    pictureRequested = Signal(object)
    inspectorWished = Signal(str)
    keepRequested = Signal(str, str)
    rowHeightWished = Signal(str)
    undoOffered = Signal(str, object)
    insightsWanted = Signal(object)
    allChannelsRequested = Signal()
    hintGiven = Signal(str)
    barMoved = Signal()

    def __init__(self, model: SchedulesModel | None = None, parent: QWidget | None = None):
        super().__init__(model, parent)
        self.pictures.requested.connect(self.pictureRequested)
        self.showing = Showing(self)
        self.following = Following(self)
        self.acting = Acting(self)
        self.filtering = Filtering(self)
        self.arranging = Arranging(self)
        self.viewing = Viewing(self)
        self.inspecting = Inspecting(self)
        self.refresh.clicked.connect(self.refreshRequested)
        self.new_message.clicked.connect(self.newMessageRequested)
        self.tools.export.clicked.connect(self.exportRequested)
        standard, context = QKeySequence.StandardKey, Qt.ShortcutContext
        for keys, slot, where in (
            # From the channels, too, while the page is seen.
            (QKeySequence(standard.Find), self.tools.focus_search, context.WindowShortcut),
            (QKeySequence("Ctrl+Alt+P"), self.inspecting.toggle, context.WindowShortcut),
            (QKeySequence(standard.Undo), self.undo, context.WidgetWithChildrenShortcut),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(where)
            shortcut.activated.connect(slot)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.model.refresh_clock)
        self.filtering.follow_counts()

    @Slot()
    def undo(self) -> None:
        """Ask for what was moved or deleted last to be taken back."""
        self.undoRequested.emit()

    # --- what the app tells the page --------------------------------------------------------------

    @Slot(object, bool, object)
    def set_schedules(
        self, schedules: Iterable[Schedule], from_cache: bool = False, as_of: datetime | None = None
    ) -> None:
        """Show these rows. From the cache they carry their age ("As of 14:05")."""
        self.showing.set_schedules(schedules, from_cache, as_of)

    @Slot(object, object, object)
    def add_schedules(
        self,
        schedules: Sequence[Schedule],
        gone: Collection[int] = (),
        as_of: datetime | None = None,
    ) -> None:
        """Show a part of the plan while more of it is read. `as_of` tells the age of what was only
        remembered."""
        self.showing.add_schedules(schedules, gone, as_of)

    @Slot(str, str)
    def set_connection(self, kind: str, text: str) -> None:
        """The state of the workspace's connection. What is wrong stays said until rows come that
        were read later: a service can answer, and still not give its schedule."""
        self.showing.set_connection(kind, text)

    @Slot(object)
    def set_as_of(self, moment: datetime | None) -> None:
        """Say how old the rows are; None when they are current."""
        self.tools.set_as_of(moment)

    @Slot(bool)
    def set_loading(self, on: bool) -> None:
        """Show or hide the line under the head; old rows stay as they are."""
        self.showing.set_loading(on)

    @Slot(int, int)
    def set_progress(self, done: int, total: int) -> None:
        """Say how many rows of how many were read."""
        self.showing.set_progress(done, total)

    @Slot(int, int)
    def set_moving(self, ended: int, total: int) -> None:
        """Say how many posts of how many have got their new time."""
        self.showing.set_moving(ended, total)

    @Slot(object)
    def follow_moves(self, ids: Mapping[int, int]) -> None:
        """Tell which new ids posts that were moved have, by their old ones."""
        self.following.follow(ids)

    @Slot(object)
    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Keep rows of these channels; None keeps all."""
        self.model.set_channels(ids)

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Tell the labels of messages, by the mark or the group of their posts."""
        self.filtering.set_labels(labels)
        self.inspecting.set_labels(labels)

    def set_entries(self, entries: Mapping[str, Entry]) -> None:
        """Tell what was sent from this computer, by the mark or the group of its posts."""
        self.inspecting.set_entries(entries)

    def set_site(self, url: str) -> None:
        """Tell where the site of the workspace can be opened; "" for this computer."""
        self.inspecting.set_site(url)

    @Slot(object, object)
    def set_insights(self, key: int, insights: Mapping[str, str]) -> None:
        """Answer to `insightsWanted`."""
        self.inspecting.set_insights(key, insights)

    def set_kept(self, columns: str, sort: str, views: str) -> None:
        """Take what `keepRequested` told earlier of "columns", "sort" and "views"."""
        self.viewing.set_kept(views)
        self.arranging.set_kept(columns, sort)

    @Slot(str)
    def set_inspector_wish(self, wish: str) -> None:
        """Tell what the user last wanted: "open", "closed", or "" for nothing yet."""
        self.inspecting.wish.wish = wish

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Tell where a channel can be looked at, by its id, for "Open … and look"."""
        self.acting.set_channel_links(links)
        self.inspecting.set_channel_links(links)

    @Slot(object, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """Answer to `pictureRequested`; a null image when there is none."""
        self.pictures.put(url, image)

    def restore_rows(self, ids: Collection[int] | None = None) -> None:
        """Bring rows back whose deletion was undone or refused; None brings all back."""
        self.model.unhide(ids)

    def untick(self) -> None:
        """What was to be done with the ticked rows is done."""
        self.model.tick_all(False)

    def show_schedule(self, key: int) -> None:
        """Go to a row and open it, from a toast or the Activity page."""
        if self.model.row_of(key) < 0:
            self.filtering.clear()
        if self.model.row_of(key) < 0 and self.model.is_by_channel:
            self.allChannelsRequested.emit()
        self.table.set_current(key)
        if self.table.current_id() == key:
            with self.inspecting.wish.by_itself():
                self.inspecting.open()

    def clear(self) -> None:
        """Forget everything, for another workspace."""
        self.showing.forget()
        self.following.forget()
        self.inspecting.forget()
        self.table.forget_place()
        self.pictures.clear()
        self.acting.set_channel_links({})
        self.filtering.clear()
        self.model.unhide()
        self.model.set_rows(())
        self.set_as_of(None)

    # --- what others ask --------------------------------------------------------------------------

    @property
    def inspector(self) -> Inspector:
        """The pane with the details of the current row; it is made when it is first wanted."""
        return self.inspecting.inspector

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        from posto_desktop.ui.schedule.commands import commands_of

        return commands_of(self)

    # --- being seen -------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.refresh_clock()
        self._clock.start()
        self.place_floating()
        QTimer.singleShot(0, self, self.inspecting.begin)  # where the rows stand is known by then

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self.arranging.settle()
