"""Calendar page: posts and drafts by day, moved by dragging."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.models import dates
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_drafts import TimedDrafts, no_channels
from posto_desktop.models.calendar_empty import EmptyDays, empty_days
from posto_desktop.models.drafts import DraftLookups
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.calendar.card_actions import CardActions
from posto_desktop.ui.calendar.draft_tray import DraftTray
from posto_desktop.ui.calendar.empty_hint import EmptyHint
from posto_desktop.ui.calendar.header import CalendarHeader
from posto_desktop.ui.calendar.view import CalendarView
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.page import PostsPage
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.loading_line import LoadingLine
from posto_desktop.viewmodels.calendar_drafts import CalendarDrafts
from posto_desktop.viewmodels.calendar_scope import CalendarScope, CalendarScopeState
from posto_desktop.viewmodels.schedule_load_state import LoadStatus, ScheduleLoadState

__all__ = ["CalendarPage"]


CLOCK_MS = 20_000


class CalendarPage(PostsPage):
    """Header, calendar and draft tray. The page requests actions; others carry them out.

    `scope` owns the visible days and posts, `drafts` the positions of drafts, `reading` the
    progress of loading the schedule. The current item belongs to the view.

    Signals: `rescheduleRequested(list ids, datetime)`, `deleteRequested(list ids)`,
    `undoRequested()`, `redoRequested()`, `openRequested(object id)` (show a row in the inspector;
    an object, since services may use large ids), `duplicateRequested(list[Schedule])`,
    `editRequested(list[Schedule])`, `startRequested(datetime | None)` (a new message for this
    time), `filesDropped(list[str], datetime)`, `draftRequested(Draft, datetime | None)` (open with
    this time), `draftMoveRequested(Draft, datetime)`, `draftDeleteRequested(str id)`,
    `draftDuplicateRequested(Draft)`, `retryRequested(list ids)`,
    `sendNowRequested(list ids)`, `linkRequested(str url)` (a post
    at its network), `allChannelsRequested()` (show the posts of all channels),
    `pictureRequested(str url)`, `draftPictureRequested(str path)`."""

    rescheduleRequested = Signal(list, object)
    deleteRequested = Signal(list)
    openRequested = Signal(object)
    duplicateRequested = Signal(object)
    editRequested = Signal(object)
    startRequested = Signal(object)
    filesDropped = Signal(object, object)
    draftRequested = Signal(object, object)
    draftMoveRequested = Signal(object, object)
    draftDeleteRequested = Signal(str)
    draftDuplicateRequested = Signal(object)
    retryRequested = Signal(list)
    sendNowRequested = Signal(list)
    linkRequested = Signal(str)
    allChannelsRequested = Signal()
    pictureRequested = Signal(object)
    draftPictureRequested = Signal(object)
    undoRequested = Signal()
    redoRequested = Signal()

    def __init__(
        self,
        model: CalendarModel | None = None,
        *,
        channels_of: Callable[[Draft], Sequence[Channel]] = no_channels,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-page")
        self.model = model or CalendarModel(self)
        self.pictures = ImageCache(self)
        self.pictures.requested.connect(self._request_picture)
        self._draft_pictures = ImageCache(self)
        self._draft_pictures.requested.connect(self.draftPictureRequested)
        self.scope = CalendarScopeState(self.model.now, self.model.zone, self)
        self.drafts = CalendarDrafts(channels_of, self.model.now, self.model.zone, self)
        self.reading = ScheduleLoadState(self)
        self._pending_rows: Sequence[Schedule] | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        zone = dates.zone_name(self.model.zone, self.model.now())
        self.head = CalendarHeader(zone, self)
        self.view = CalendarView(self.model, self.pictures, self)
        lookups = DraftLookups(
            age=lambda _draft: "",
            networks=lambda draft: list(
                dict.fromkeys(channel.network for channel in channels_of(draft))
            ),
            picture=self._draft_pictures.get,
        )
        self.tray = DraftTray(lookups, self)
        self.tray.hide()
        box.addWidget(self.head)
        box.addWidget(self.view, 1)
        box.addWidget(self.tray)
        self.card_actions = CardActions(self.view, self.drafts, self.pictures, self)
        self.loading = LoadingLine(self)
        self._empty_hint = EmptyHint(self.view, self)
        # The view below keeps the keyboard: its letters lead to other days.
        self._empty_state = EmptyState("calendar-plus", "", "", parent=self)
        self._empty_state.hide()
        self._empty: EmptyDays | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self._time_passed)
        self._connect_signals()
        self._add_commands()
        self._show_scope(self.scope.scope, frozenset({"view", "anchor"}))

    def _connect_signals(self) -> None:
        head, view, tray, card_actions = self.head, self.view, self.tray, self.card_actions
        card_actions.rescheduleRequested.connect(self.rescheduleRequested)
        card_actions.deleteRequested.connect(self.deleteRequested)
        card_actions.openRequested.connect(self.openRequested)
        card_actions.editRequested.connect(self.editRequested)
        card_actions.duplicateRequested.connect(self.duplicateRequested)
        card_actions.draftRequested.connect(self.draftRequested)
        card_actions.draftMoveRequested.connect(self.draftMoveRequested)
        card_actions.draftDeleteRequested.connect(self.draftDeleteRequested)
        card_actions.draftDuplicateRequested.connect(self.draftDuplicateRequested)
        card_actions.retryRequested.connect(self.retryRequested)
        card_actions.sendNowRequested.connect(self.sendNowRequested)
        card_actions.linkRequested.connect(self.linkRequested)
        card_actions.startRequested.connect(self.startRequested)
        head.stepRequested.connect(self.step)
        head.todayRequested.connect(self.go_today)
        head.viewChosen.connect(self.choose_view)
        head.statusChosen.connect(self.scope.filter_status)
        head.newRequested.connect(lambda: self.startRequested.emit(None))
        view.moveRequested.connect(card_actions.move)
        view.detailsRequested.connect(card_actions.show_details)
        view.placeRequested.connect(card_actions.offer_place)
        view.editRequested.connect(card_actions.edit_card)
        view.menuRequested.connect(card_actions.show_menu)
        view.moreRequested.connect(card_actions.show_more)
        view.startRequested.connect(self.startRequested)
        view.draftDropped.connect(self._draft_dropped)
        view.filesDropped.connect(self.filesDropped)
        view.dayRequested.connect(lambda day: self.scope.choose_view("day", day))
        view.pageRequested.connect(self._page)
        tray.openRequested.connect(lambda draft: self.draftRequested.emit(draft, None))
        tray.rescheduleRequested.connect(card_actions.ask_for_draft_time)
        self.scope.changed.connect(self._show_scope)
        self.drafts.changed.connect(self._show_drafts)
        self.reading.changed.connect(self._show_reading)
        self.model.modelReset.connect(self._show_empty)
        self._empty_hint.chosen.connect(self._act_on_empty)
        self._empty_state.clicked.connect(self._press_empty_state)
        self._draft_pictures.arrived.connect(tray.model.pictures_changed)

    def _add_commands(self) -> None:
        commands = self.commands = Commands(self.tr("&Calendar"), self)
        for words, name, letter in (
            (self.tr("Day"), "day", keys.DAY),
            (self.tr("Week"), "week", keys.WEEK),
            (self.tr("Month"), "month", keys.MONTH),
            (self.tr("Agenda"), "agenda", keys.AGENDA),
        ):
            commands.add(words, partial(self.choose_view, name), letter, in_view=True)
        commands.add_separator()
        commands.add(self.tr("Today"), self.go_today, keys.TODAY, in_view=True)
        commands.add(self.tr("Earlier"), partial(self.step, -1), keys.EARLIER, in_view=True)
        commands.add(self.tr("Later"), partial(self.step, 1), keys.LATER, in_view=True)
        commands.add_separator()
        self.card_actions.add_commands(commands)
        commands.add_keys(keys.UNDO, self.undo)
        commands.add_keys(f"{keys.REDO} {keys.REDO_TOO}", self.redo)
        self.view.handle_key = commands.handle_key

    @Slot()
    def undo(self) -> None:
        """Request undo of the last move or deletion."""
        self.undoRequested.emit()

    @Slot()
    def redo(self) -> None:
        """Request redo of what was undone last."""
        self.redoRequested.emit()

    # -- what the app tells the page -----------------------------------------------------------

    def set_waiting(self, rows: Sequence[Schedule]) -> None:
        """Set the posts that wait on this computer (`models.calendar_waiting`)."""
        self.model.set_waiting(rows)

    def set_site_rows(self, rows: Sequence[Schedule], known: SiteSchedule) -> None:
        """Set the posts that the site's planners will make."""
        self.card_actions.has_planners = bool(known.planners)
        self.model.set_site_rows(rows, can_pause=known.can_change, as_of=known.cached_at)

    @Slot(object)
    def set_moving(self, ids: frozenset[int]) -> None:
        """Set the posts that show a new time before the service has confirmed it."""
        if ids != self.model.moving:
            self.model.moving = ids
            self.view.relayout()

    @Slot(object, bool, object)
    def set_evergreen(self, refs: Collection[str]) -> None:
        """Set the marks of posts that evergreen messages have made."""
        self.model.set_evergreen(refs)

    def set_schedules(
        self, rows: Sequence[Schedule], from_cache: bool = False, as_of: datetime | None = None
    ) -> None:
        """Show these rows. Rows from the cache come with their age."""
        if self.isVisible():
            self.pictures.retry_missing()
            self.model.set_schedules(rows)
        else:
            # A hidden page does not filter a hundred thousand rows.
            self._pending_rows = rows
        self.reading.set_rows_loaded(from_cache, as_of)
        self._show_empty()  # other days may have changed

    @Slot(str, str)
    def set_connection(self, kind: str, text: str) -> None:
        """Show the state of the workspace's connection."""
        self.reading.set_connection(kind, text)

    @Slot(bool)
    def set_loading(self, on: bool) -> None:
        """Show or hide the loading state."""
        self.reading.set_loading(on)

    @Slot(int, int)
    def set_progress(self, done: int, total: int) -> None:
        """Show how many rows are loaded: (loaded, total)."""
        self.reading.set_progress(done, total)

    @Slot(object, object)
    def _show_reading(self, reading: LoadStatus, changed: frozenset[str]) -> None:
        if changed & {"busy", "done", "total"}:
            self.loading.set_busy(reading.busy, reading.done, reading.total)
        if changed & {"as_of", "trouble"}:
            self._show_age(reading.as_of, reading.trouble)
        if "loaded" in changed:
            self._show_empty()

    def _show_age(self, moment: datetime | None, trouble: str) -> None:
        if moment is None:
            self.head.set_as_of("", "")
            return
        tip = trouble or self.tr("This is the last known schedule.")
        text = self.tr("As of {time}").format(time=dates.clock(moment, self.model.zone))
        self.head.set_as_of(text, f"{dates.full_when(moment, self.model.zone)}\n{tip}")

    @Slot(object)
    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show only the posts of these channels; None shows all."""
        self.scope.filter_channels(ids)

    def set_slots(self, setting: str, workspace: str, ticked: Sequence[int]) -> None:
        """Set the weekly slots, and the channels whose free slots are shown."""
        self.model.set_slots(setting, workspace, ticked)

    @Slot(object)
    def set_holidays(self, holidays: Mapping[date, str]) -> None:
        """Set the public holidays: {day: name}."""
        self.model.set_holidays(holidays)

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """Show the drafts of the open workspace: those with a time in the calendar, the others in
        the tray."""
        self.drafts.set_drafts(drafts)
        if self.isVisible():
            self.drafts.place()

    @Slot(object, object)
    def _show_drafts(self, placed: TimedDrafts, changed: frozenset[str]) -> None:
        if "waiting" in changed:
            self.tray.set_drafts(placed.waiting)
        self.tray.list.viewport().update()  # a channel may have been renamed
        if "rows" in changed:
            self.model.set_drafts(placed.rows)
            self._show_empty()

    @Slot(object)
    def _request_picture(self, url: str) -> None:
        """Request a thumbnail: pictures of drafts are local files, those of posts come from the
        service."""
        if self.drafts.placed.shows_file(url):
            self.draftPictureRequested.emit(url)
        else:
            self.pictureRequested.emit(url)

    @Slot(object, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """Answer `pictureRequested`; a null image if there is none."""
        self.pictures.put(url, image)

    def set_draft_picture(self, path: str, image: QImage) -> None:
        """Answer `draftPictureRequested`."""
        self._draft_pictures.put(path, image)
        self.pictures.put(path, image)

    def clear(self) -> None:
        """Reset for another workspace."""
        self._pending_rows = None
        self.view.cancel_drag()
        self.pictures.clear()
        self._draft_pictures.clear()
        self.scope.forget()
        self.model.moving = frozenset()
        self.model.set_waiting(())
        self.model.set_schedules(())
        self.drafts.set_drafts(())
        self.drafts.place()
        self.reading.forget()

    # -- which days ----------------------------------------------------------------------------

    @Slot(object, object)
    def _show_scope(self, scope: CalendarScope, changed: frozenset[str]) -> None:
        if "channel_ids" in changed:
            self.model.set_channels(scope.channel_ids)
        if "status" in changed:
            self.head.set_status(scope.status)
            self.model.set_status(scope.status)
        if "view" in changed:
            self.head.views.set_value(scope.view)
            self.view.set_view(scope.view)
        if changed & {"view", "anchor", "from_week"}:
            self.show_days()
        else:
            self._show_empty()

    @Slot(str)
    def choose_view(self, view: str) -> None:
        """Show "day", "week", "month" or "agenda" around the current day."""
        self.scope.choose_view(view, self.view.current_day())
        if view == "agenda":
            self.view.leave_unlisted_day()

    def show_days(self) -> None:
        """Update the days of the view, after a change of the first weekday or of the date."""
        scope = self.scope.scope
        if scope.days != self.model.days:
            self.model.set_days(scope.days)
        else:
            self.model.refresh()
        if not self.view.currentIndex().isValid():
            self.view.to_today()
        self._show_title()
        self._show_empty()

    def _show_title(self) -> None:
        year = dates.local(self.model.now(), self.model.zone).year
        self.head.set_title(self.scope.scope.title(year, short=self.head.is_narrow))

    @Slot(int)
    def step(self, step: int) -> None:
        """Go forward (1) or back (-1)."""
        self._page(step, None)

    @Slot(int, object)
    def _page(self, step: int, day: date | None) -> None:
        if day is None:
            self.scope.step(step)
        else:
            self.scope.go_to(day)
        self.view.set_current(self.scope.scope.anchor)

    @Slot()
    def go_today(self) -> None:
        self.scope.go_today()
        self.view.to_today()
        self.view.scroll_to_start()

    @Slot()
    def _time_passed(self) -> None:
        self.drafts.place()
        self.model.refresh()
        self.view.time_passed()

    @Slot(str, object)
    def _draft_dropped(self, draft_id: str, moment: datetime) -> None:
        draft = self.drafts.waiting(draft_id)
        if draft is not None:
            self.draftRequested.emit(draft, moment)

    # -- days without messages -----------------------------------------------------------------

    @Slot()
    def _show_empty(self) -> None:
        """Say that the days have no message, and offer what helps."""
        empty = empty_days(self.model) if self.reading.reading.loaded else None
        self._empty = empty
        is_agenda = self.view.view == "agenda"
        self._empty_hint.show_empty(None if is_agenda else empty)
        if empty is not None and is_agenda:
            icon = "search-x" if empty.actions[0][0] == "clear" else "calendar-plus"
            self._empty_state.set_texts(empty.title, empty.text, icon)
            self._empty_state.set_button(empty.actions[0][1])
            self._place_empty()
        self._empty_state.setVisible(empty is not None and is_agenda)

    def _place_empty(self) -> None:
        area = self.view.geometry()
        wide = min(420, max(1, area.width() - 32))
        tall = self._empty_state.sizeHint().height()
        top = area.top() + max(60, (area.height() - tall) * 2 // 5)
        self._empty_state.setGeometry(area.left() + (area.width() - wide) // 2, top, wide, tall)

    @Slot()
    def _press_empty_state(self) -> None:
        if self._empty is not None:
            self._act_on_empty(self._empty.actions[0][0])

    @Slot(str)
    def _act_on_empty(self, action: str) -> None:
        moment = self._empty.moment if self._empty is not None else None
        if action == "clear":
            self.scope.filter_status(None)
            self.allChannelsRequested.emit()
        elif action == "today":
            self.go_today()
        elif action == "new":
            self.startRequested.emit(None)
        elif moment is not None:
            self.show_moment(moment)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_moment(self, moment: datetime) -> None:
        """Show the days around a message, and make it current."""
        day = dates.local(moment, self.model.zone).date()
        self.scope.go_to(day)
        self.view.scroll_to_start()
        cards = self.model.cards_on(day)
        nearest = next((card for card in cards if card.moment >= moment), None)
        self.view.set_current(day, nearest.key if nearest is not None else "")

    # -- frame ---------------------------------------------------------------------------------

    def pane_stops(self) -> list[QWidget]:
        """The widgets that F6 visits."""
        return [self.view, self.tray.list]

    def drop_inset(self) -> int:
        """The calendar accepts files itself, so the window shows no drop overlay."""
        return self.height()

    def toast_inset(self) -> int:
        tray = self.tray.height() if self.tray.isVisible() else 0
        return tray + self._empty_hint.inset()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.loading.setGeometry(0, self.head.height(), self.width(), 2)
        self._show_title()
        self._place_empty()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._pending_rows is not None:
            self.pictures.retry_missing()
            self.model.set_schedules(self._pending_rows)
            self._pending_rows = None
            self._show_empty()  # the model tells nothing if the shown days stay empty
        self._time_passed()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
