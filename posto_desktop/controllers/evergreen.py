"""Controller of the evergreen messages: joins their view to the service, and adds messages from
Compose, Drafts and Schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.notifier import show_notification
from posto_desktop.core.edited_message import message_key
from posto_desktop.core.evergreen import EvergreenMessage

if TYPE_CHECKING:
    from posto_desktop.controllers.calendar import CalendarController
    from posto_desktop.controllers.campaigns import CampaignsController
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.message_edit import MessageEditController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.core.draft import Draft
    from posto_desktop.core.evergreen import Filling, TakenBackRuns
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.campaigns.page import CampaignsPage
    from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
    from posto_desktop.viewmodels.evergreen_steps import Refill, RunRequest
    from posto_desktop.workers.message_opener import OpenedMessage

REFILL, DAYS_AHEAD = "evergreen.refill", "evergreen.days_ahead"


class EvergreenController(QObject):
    """Joins the evergreen part of the Campaigns page, when that is made, to `service.evergreen`."""

    def __init__(
        self,
        context: AppContext,
        campaigns: CampaignsController,
        calendar: CalendarController,
        compose: ComposeController,
        schedule: ScheduleController,
        message_edit: MessageEditController,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._campaigns, self._compose = context, campaigns, compose
        self._schedule, self._message_edit = schedule, message_edit
        self._calendar = calendar
        self._has_marks = False
        self._save_setting = save_setting
        self._page: CampaignsPage | None = None
        self._batches: dict[str, _Batch] = {}
        campaigns.pageMade.connect(self._join)
        context.service.message_opened.connect(self._opened)
        context.service.schedules_loaded.connect(self._load_marks)
        context.service.evergreen.marks_changed.connect(self._show_marks)
        context.channels.channelsChanged.connect(self._channels_changed)
        compose.outlook.changed.connect(self._show_outlook)
        compose.page.evergreenRequested.connect(self.add_draft)

    @Slot()
    def _load_marks(self) -> None:
        """Read the marks of runs once posts are shown that may have them."""
        if not self._has_marks:
            self._has_marks = True
            self._context.service.evergreen.load()

    @Slot(object)
    def _show_marks(self, marks: Mapping[str, str]) -> None:
        """Show in Schedule and Calendar which posts are runs of evergreen messages."""
        refs = frozenset(marks)
        self._schedule.when_made("evergreen", lambda page: page.set_evergreen(refs))
        self._calendar.when_made("evergreen", lambda page: page.set_evergreen(refs))

    @property
    def _state(self) -> EvergreenViewState | None:
        return self._page.evergreen.state if self._page is not None else None

    @Slot(object)
    def _join(self, page: CampaignsPage) -> None:
        """Connect the page's evergreen part."""
        self._page = page
        evergreen, worker = page.evergreen, self._context.service.evergreen
        state = evergreen.state
        worker.loaded.connect(state.set_messages)
        worker.saved.connect(state.set_saved)
        worker.not_saved.connect(state.set_not_saved)
        worker.previewed.connect(state.set_preview)
        worker.filled.connect(self._filled)
        worker.fill_failed.connect(state.show_fill_failed)
        worker.taken_back.connect(self._taken_back)
        worker.restored.connect(state.show_restored)
        worker.run_changed.connect(state.refresh_soon)
        state.saved.connect(worker.save)
        state.removed.connect(worker.delete)
        state.restored.connect(worker.restore)
        state.previewRequested.connect(worker.preview)
        state.fillRequested.connect(worker.fill)
        state.runsRequested.connect(self._change_runs)
        state.refillRequested.connect(self._keep_refill)
        state.messagesChanged.connect(self._show_outlook)
        state.historyChanged.connect(self._withdraw)
        state.notifier.requested.connect(partial(show_notification, self._context.window))
        evergreen.slotsRequested.connect(partial(page.settingsRequested.emit, "publishing"))
        evergreen.editScheduledRequested.connect(self._edit_scheduled)
        evergreen.showScheduledRequested.connect(self._show_scheduled)
        self._context.pictures.ready.connect(evergreen.pictures_arrived)
        self._context.service.schedules_loaded.connect(state.refresh_soon)
        self._context.service.outbox_changed.connect(state.refresh_soon)
        state.set_workspace(self._campaigns.workspace)
        self._channels_changed()
        self.settings_changed()
        worker.load()

    @Slot()
    def settings_changed(self) -> None:
        """Show whether, and how far ahead, slots are filled by themselves."""
        from posto_desktop.viewmodels.evergreen_steps import Refill

        state, settings = self._state, self._context.settings
        if state is not None:
            state.set_refill(Refill(settings.is_on(REFILL), settings.number(DAYS_AHEAD)))

    @Slot()
    def _channels_changed(self) -> None:
        if self._page is not None:
            self._page.evergreen.set_channels(self._context.channels.channels())

    @Slot()
    def _show_outlook(self) -> None:
        """Say why what is filled would wait on this computer."""
        state = self._state
        if state is None:
            return
        ids = {number for message in state.listed() for number in message.channel_ids}
        chosen = [channel for channel in self._context.channels.channels() if channel.id in ids]
        state.set_outlook(self._compose.outlook.of(chosen).sentence if chosen else "")

    # -- requests of the view --------------------------------------------------------------------

    @Slot(object)
    def _change_runs(self, request: RunRequest) -> None:
        worker = self._context.service.evergreen
        actions: Mapping[str, Callable[..., object]] = {
            "skip": worker.skip,
            "skip_slot": worker.skip_slot,
            "unskip": worker.unskip,
            "pin": worker.pin,
            "unpin": worker.unpin,
            "edit_run": worker.edit_run,
            "undo_fill": worker.undo_fill,
            "redo_fill": worker.redo_fill,
        }
        actions[request.action](*request.arguments)

    @Slot(object)
    def _keep_refill(self, refill: Refill) -> None:
        settings = self._context.settings
        if refill.is_on != settings.is_on(REFILL):
            self._save_setting(REFILL, refill.is_on)
        if refill.days_ahead != settings.number(DAYS_AHEAD):
            self._save_setting(DAYS_AHEAD, refill.days_ahead)
        self.settings_changed()

    @Slot()
    def _withdraw(self) -> None:
        """Close the toasts whose Undo or Redo would do something else by now."""
        from posto_desktop.viewmodels.evergreen_state import UNDO_STEP

        self._context.window.toasts.withdraw(UNDO_STEP)

    @Slot(object)
    def _filled(self, filling: Filling) -> None:
        if self._state is not None:
            self._state.show_filled(filling)

    @Slot(object)
    def _taken_back(self, result: TakenBackRuns) -> None:
        if self._state is not None:
            self._state.show_taken_back(result)

    def _rows_of(self, posto_ref: str) -> list[Schedule]:
        ids = set(self._schedule.ids_of(posto_ref))
        return [row for row in self._schedule.rows if row.id in ids]

    @Slot(str)
    def _edit_scheduled(self, posto_ref: str) -> None:
        rows = self._rows_of(posto_ref)
        if rows:
            self._message_edit.edit(rows)
        else:
            self._say_not_there_yet()

    @Slot(str)
    def _show_scheduled(self, posto_ref: str) -> None:
        rows = self._rows_of(posto_ref)
        if rows:
            self._schedule.show_schedule(rows[0].id)
        else:
            self._say_not_there_yet()

    def _say_not_there_yet(self) -> None:
        words = self.tr("This post is not in the schedule yet: it waits in Activity.")
        self._context.window.show_notification("info", words)

    # -- adding ----------------------------------------------------------------------------------

    @Slot(object)
    def add_draft(self, draft: Draft) -> None:
        """Add a draft, and open it to set its rules, with Undo that leads back."""
        self._add([draft])

    @Slot(object)
    def add_rows(self, messages: Sequence[Sequence[Schedule]]) -> None:
        """Add the messages of these posts of the schedule, once their files are there."""
        batch = _Batch(len(messages))
        for rows in messages:
            key = uuid4().hex
            self._batches[key] = batch
            self._context.service.open_message(self._whole(rows), key, edits=False)

    def _whole(self, rows: Sequence[Schedule]) -> list[Schedule]:
        """Return all posts of a message: it goes to all its channels."""
        key = message_key(rows[0])
        same = {row.channel_id: row for row in self._schedule.rows if message_key(row) == key}
        return list(({row.channel_id: row for row in rows} | same).values())

    @Slot(object)
    def _opened(self, opened: OpenedMessage) -> None:
        batch = self._batches.pop(opened.key, None)
        if batch is None:
            return
        trouble = opened.problem or opened.warning
        if trouble:
            kind = "error" if opened.problem else "warning"
            self._context.window.show_notification(kind, trouble)
        batch.left -= 1
        if opened.draft is not None:
            batch.drafts.append(opened.draft)
        if not batch.left and batch.drafts:
            self._add(batch.drafts)

    def _add(self, drafts: Sequence[Draft]) -> None:
        window = self._context.window
        before = window.wanted_page()
        window.show_page(self._campaigns.KEY)
        page = self._campaigns.make()
        page.open_evergreen()
        state = page.evergreen.state
        messages = [EvergreenMessage.from_draft(draft) for draft in drafts]
        state.add(messages)
        if len(messages) == 1:
            state.open(messages[0].id)
        else:
            state.selectionRequested.emit(messages[0].id)

        def back() -> None:
            state.undo()
            window.show_page(before)

        words = self.tr("%Ln message(s) added to Evergreen", "", len(messages))
        window.show_notification("ok", words, action_text=self.tr("Undo"), callback=back)


class _Batch:
    """Messages that are added together: how many are still to come, and the drafts made."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.drafts: list[Draft] = []
