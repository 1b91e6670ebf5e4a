"""Controller of the Calendar page, and of the notifications about moved posts of all pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.sentences import in_users_language
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.page_controller import PostsPageController, open_url
from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.core.slots import SETTING
from posto_desktop.models.calendar_waiting import waiting_rows
from posto_desktop.workers.runner import Job

if TYPE_CHECKING:
    from posto_desktop.controllers.schedule_undo import ScheduleUndo
    from posto_desktop.core.draft import Draft
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.moves import Move
    from posto_desktop.sdk.records import Channel, Schedule
    from posto_desktop.ui.calendar.page import CalendarPage
    from posto_desktop.viewmodels.open_message import OpenMessage

THUMB = QSize(48, 48)


class CalendarController(PostsPageController["CalendarPage"]):
    """Signals: `duplicateRequested(list[Schedule] rows)`; `copyRequested(Draft)`: open this copy;
    `showRequested(object id)` and `entryRequested(str id)`: show the details of a row or of an
    entry of the outbox; `editRequested(list[Schedule] rows)`, `editEntryRequested(str id)`: edit
    that message; `plannerPauseRequested(int id)` and `siteRequested()`, about posts of the site's
    planners; `plannersRequested()`: list them."""

    KEY = "calendar"
    ICON = "calendar"
    MODULES = (
        "posto_desktop.models.calendar",
        "posto_desktop.models.calendar_range",
        "posto_desktop.ui.widgets.thumbnails",
        "posto_desktop.ui.calendar.card_painter",
        "posto_desktop.ui.calendar.time_grid_renderer",
        "posto_desktop.ui.calendar.month_renderer",
        "posto_desktop.ui.calendar.view",
        "posto_desktop.ui.calendar.draft_tray",
        "posto_desktop.ui.calendar.card_popup",
        "posto_desktop.ui.calendar.card_actions",
        "posto_desktop.ui.calendar.page",
    )

    duplicateRequested = Signal(object)
    copyRequested = Signal(object)
    showRequested = Signal(object)
    entryRequested = Signal(str)
    editRequested = Signal(object)
    editEntryRequested = Signal(str)
    plannerPauseRequested = Signal(int)
    siteRequested = Signal()
    plannersRequested = Signal()

    def __init__(
        self,
        context: AppContext,
        message: OpenMessage,
        undo: ScheduleUndo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, parent)
        self._message, self._undo = message, undo
        self._entries: Sequence[Entry] = ()
        self._waiting: dict[int, tuple[Schedule, str]] = {}
        service = context.service
        service.schedules_loaded.connect(self._loaded)
        service.moves_ended.connect(self._moved)
        service.outbox_changed.connect(self._entries_changed)
        context.channels.channelsChanged.connect(self.slots_changed)
        message.channels.changed.connect(self.slots_changed)
        message.store.changed.connect(self._drafts_changed)

    def title(self) -> str:
        return self.tr("Calendar")

    def build(self) -> CalendarPage:
        from posto_desktop.ui.calendar.page import CalendarPage

        page, service = CalendarPage(channels_of=self._channels_of), self.context.service
        page.rescheduleRequested.connect(service.reschedule)
        page.deleteRequested.connect(self._undo.delete)
        page.undoRequested.connect(self._undo.undo)
        page.redoRequested.connect(self._undo.redo)
        page.openRequested.connect(self._open)
        page.duplicateRequested.connect(self.duplicateRequested)
        page.editRequested.connect(self._edit)
        page.startRequested.connect(self._start)
        page.filesDropped.connect(self._start_with_files)
        page.draftRequested.connect(self._open_draft)
        page.draftMoveRequested.connect(self._move_draft)
        page.draftDeleteRequested.connect(self._delete_draft)
        page.draftDuplicateRequested.connect(self._duplicate_draft)
        page.retryRequested.connect(service.retry_schedules)
        page.sendNowRequested.connect(self._undo.send_now)
        settings, question = self.context.settings, page.card_actions.send_now_question
        question.is_asked = lambda: bool(settings.get("sending.confirm_now"))
        question.undo_seconds = lambda: int(settings.get("sending.hold_seconds"))
        page.linkRequested.connect(open_url)
        page.card_actions.plannerPauseRequested.connect(self.plannerPauseRequested)
        page.card_actions.siteRequested.connect(self.siteRequested)
        page.card_actions.plannersRequested.connect(self.plannersRequested)
        page.allChannelsRequested.connect(self.channel_filter.show_all)
        page.pictureRequested.connect(self.context.pictures.request)
        page.draftPictureRequested.connect(self._load_draft_picture)
        page.scope.choose_view(str(self.context.settings.get("calendar.view")))
        self._show_slots(page)
        self._show_drafts(page)
        QTimer.singleShot(0, self, self.holidays_changed)
        return page

    def clear(self) -> None:
        """Show nothing while another workspace opens."""
        self.forget("moving", "schedules", "waiting")
        self._waiting = {}
        if self.widget is not None:
            self.widget.clear()

    def set_site_rows(self, rows: Sequence[Schedule], known: SiteSchedule) -> None:
        """Show the posts that the site's planners will make, of what is known of them."""
        self.when_made("site rows", lambda page: page.set_site_rows(rows, known))

    def set_loading(self) -> None:
        self.when_made("loading", lambda page: page.set_loading(True))

    # -- updates of the page -------------------------------------------------------------------

    @Slot()
    def slots_changed(self) -> None:
        """Show other free slots: the settings, the channels or the message's channels changed."""
        if self.widget is not None:
            self._show_slots(self.widget)
            self._show_drafts(self.widget)

    def holidays_changed(self) -> None:
        """Read the holidays of the country in the settings, or show none."""
        if self.widget is None:
            return
        country = str(self.context.settings.get("calendar.holidays") or "")
        if not country:
            self.widget.set_holidays({})
            return
        year = date.today().year
        handle = self.context.runner.submit(
            read_holidays, country, tuple(range(year - 1, year + 4)), parent=self.widget
        )
        handle.done.connect(self._holidays_read)

    @Slot(object)
    def _holidays_read(self, holidays: dict[date, str]) -> None:
        if self.context.settings.get("calendar.holidays"):
            self.when_made("holidays", lambda page: page.set_holidays(holidays))

    def week_changed(self) -> None:
        """Show the days with another first day of the week."""
        if self.widget is not None:
            self.widget.show_days()

    def _show_slots(self, page: CalendarPage) -> None:
        # A free slot starts a message, so it shows the slots of the open message's channels.
        ids = [channel.id for channel in self._message.channels.listed]
        setting = self.context.settings.text(SETTING)
        page.set_slots(setting, self.context.workspaces.current, ids)

    @Slot()
    def _drafts_changed(self) -> None:
        if self.widget is not None:
            self._show_drafts(self.widget)

    def _show_drafts(self, page: CalendarPage) -> None:
        current = self.context.workspaces.current
        drafts = [draft for draft in self._message.store.drafts() if draft.workspace == current]
        page.set_drafts(drafts)

    def _channels_of(self, draft: Draft) -> list[Channel]:
        channels = map(self.context.channels.channel, draft.channel_ids)
        return [channel for channel in channels if channel is not None]

    @Slot(object, bool, object)
    def _loaded(self, rows: list[Schedule], cached: bool, as_of: datetime) -> None:
        moving = self.context.service.moving_ids()
        self.when_made("moving", lambda page: page.set_moving(moving))
        self.when_made("schedules", lambda page: page.set_schedules(rows, cached, as_of))
        self._show_waiting_entries()  # the rows may be of another workspace

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._show_waiting_entries()

    def _show_waiting_entries(self) -> None:
        waiting = waiting_rows(self._entries, self.context.workspaces.current)
        if waiting != self._waiting:
            self._waiting = waiting
            rows = [row for row, _ in waiting.values()]
            self.when_made("waiting", lambda page: page.set_waiting(rows))

    @Slot(object)
    def _open(self, number: int) -> None:
        """Open a row of the schedule, or an entry of the outbox by its negative number."""
        waiting = self._waiting.get(number)
        if waiting is not None:
            self.entryRequested.emit(waiting[1])
        else:
            self.showRequested.emit(number)

    @Slot(object)
    def _edit(self, rows: Sequence[Schedule]) -> None:
        """Edit the message of these rows, or an entry of the outbox."""
        waiting = self._waiting.get(rows[0].id)
        if waiting is not None:
            self.editEntryRequested.emit(waiting[1])
        else:
            self.editRequested.emit(rows)

    @Slot(object)
    def _load_draft_picture(self, path: str) -> None:
        handle = self.context.images.thumbnail(path, THUMB, 2.0, self)
        handle.done.connect(lambda image: self._show_draft_picture(path, image))
        handle.failed.connect(lambda _error: self._show_draft_picture(path, QImage()))

    def _show_draft_picture(self, path: str, image: QImage) -> None:
        if self.widget is not None:
            self.widget.set_draft_picture(path, image)

    # -- requests of the page ------------------------------------------------------------------

    @Slot(object)
    def _start(self, moment: datetime | None) -> None:
        """Start a new message, at this time if there is one."""
        self._message.open_drafts.start_new()
        self._set_when(moment)

    @Slot(object, object)
    def _start_with_files(self, paths: list[str], moment: datetime) -> None:
        self._message.open_drafts.start_new()
        self._message.add_files(paths)
        self._set_when(moment)

    @Slot(object, object)
    def _open_draft(self, draft: Draft, moment: datetime | None) -> None:
        self._message.open_drafts.load(draft)
        self._set_when(moment)

    def _set_when(self, moment: datetime | None) -> None:
        self.context.window.show_page("compose")
        if moment is not None:
            self._message.time.use(moment)
            self._message.open_drafts.focus()  # the time is set, so focus the text

    @Slot(object, object)
    def _move_draft(self, draft: Draft, moment: datetime) -> None:
        """Reschedule a draft, with Undo."""
        from posto_desktop.core.draft_list import title_of
        from posto_desktop.core.typed_time import typed
        from posto_desktop.models import dates
        from posto_desktop.models.when_text import local_zone

        before, after = draft.when_text, typed(moment, local_zone())
        when = dates.spoken_when(moment, datetime.now(UTC))
        title = title_of(draft)[:60]
        text = self.tr("“{draft}” moved to {when}").format(draft=title, when=when)
        back_text = self.tr("“{draft}” moved back").format(draft=title)
        self._set_draft_time(draft.id, after)

        def move_back() -> None:
            self._set_draft_time(draft.id, before)
            self.context.window.show_hint(back_text)

        def move_again() -> None:
            self._set_draft_time(draft.id, after)
            self.context.window.show_hint(text)

        self.context.window.show_notification(
            "ok",
            text,
            action_text=self.tr("Undo"),
            callback=self._undo.add_draft_step(move_back, move_again),
        )

    def _set_draft_time(self, draft_id: str, text: str) -> None:
        if self._message.draft.id == draft_id:
            self._message.time.choose(text)  # the open draft may be newer than the stored one
            return
        draft = self._message.store.get(draft_id)
        if draft is not None:
            now = datetime.now(UTC)
            self._message.store.put(replace(draft, when_text=text, updated_at=now))

    @Slot(str)
    def _delete_draft(self, draft_id: str) -> None:
        restore = self._message.open_drafts.delete(draft_id)
        if restore is not None:
            self._undo.add_draft_step(restore, lambda: self._delete_draft_again(draft_id))

    def _delete_draft_again(self, draft_id: str) -> None:
        """Redo a deletion. What it returns restores the draft as the first one does."""
        self._message.open_drafts.delete(draft_id)

    @Slot(object)
    def _duplicate_draft(self, draft: Draft) -> None:
        self.copyRequested.emit(draft.duplicate())

    # -- texts ---------------------------------------------------------------------------------

    @Slot(object)
    def _moved(self, moves: list[Move]) -> None:
        """Show the outcome of a move of posts, with Undo."""
        from posto_desktop.models import dates

        now = datetime.now(UTC)
        done = [move for move in moves if move.state == "done"]
        if done:
            count = sum(len(move.ids) for move in done)
            back, when = done[0].takes_back, ""
            if len({move.new for move in done}) == 1:
                when = dates.spoken_when(done[0].new_at, now)
                if back:
                    text = self.tr("%Ln post(s) moved back to {when}", "", count)
                else:
                    text = self.tr("%Ln post(s) moved to {when}", "", count)
            elif back:
                text = self.tr("%Ln post(s) moved back", "", count)
            else:
                text = self.tr("%Ln post(s) moved", "", count)
            text = text.format(when=when)
            if any(move.reason for move in done):
                text += ". " + in_users_language(next(move.reason for move in done if move.reason))
            batch = done[0].batch
            revert = self._undo.redo_step if back else self._undo.move_back
            label = self.tr("Redo") if back else self.tr("Undo")
            can_revert = not back or self._undo.can_redo(batch)
            self.context.window.show_notification(
                "ok",
                text,
                action_text=label if can_revert else None,
                callback=lambda: revert(batch),
                offers=batch,
            )
        for move in [move for move in moves if move.state == "failed"]:
            text = self.tr("%Ln post(s) not moved. {why}", "", len(move.ids)).format(
                why=in_users_language(move.reason)
            )
            if move.stays:
                when = dates.spoken_when(move.old_at, now)
                text += " " + self.tr("Still scheduled for {when}.").format(when=when)
            self.context.window.show_notification("error", text)


def read_holidays(_job: Job, country: str, years: tuple[int, ...]) -> dict[date, str]:
    """Return the holidays of these years by date; runs on a worker."""
    from posto_desktop.core.public_holidays import holidays_of

    return holidays_of(country, years)
