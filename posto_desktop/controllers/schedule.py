"""Controller of the Schedule page: the schedule of the open workspace and actions on its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.page_controller import PostsPageController, open_url
from posto_desktop.controllers.schedule_undo import ScheduleUndo
from posto_desktop.core.pending_edits import later_edits, successors
from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.core.slots import SETTING, read
from posto_desktop.models.post_story import refusal_of
from posto_desktop.models.zone_words import ZoneTimes
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.moves import Move
    from posto_desktop.sdk.post_stories import PostStory
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.schedule.page import ScheduleTablePage
    from posto_desktop.ui.schedule.reschedule_dialog import RescheduleDialog
    from posto_desktop.viewmodels.notification import PageNotification
    from posto_desktop.workers.notification import ConnectionState


STORY_MS = 1500
"""How long the story of a post is waited for before it is edited without."""


class ScheduleController(PostsPageController["ScheduleTablePage"]):
    """Signals: `duplicateRequested(list[Schedule] rows)` of one message,
    `duplicatesRequested(list of such lists)`, `editRequested(list[Schedule] rows)` of one message,
    `editRefusedRequested(Schedule, Refusal, Entry or None)`: a refused post with its entry of the
    outbox, `newMessageRequested()`; `plannerPauseRequested(int id)` and `siteRequested()`, about
    posts of the site's planners; `plannersRequested()`: list them."""

    KEY = "schedule"
    ICON = "list"
    MODULES = (
        "posto_desktop.models.schedule_rows",
        "posto_desktop.models.schedule_words",
        "posto_desktop.models.schedule_messages",
        "posto_desktop.models.schedule_views",
        "posto_desktop.models.schedule_hints",
        "posto_desktop.models.schedules",
        "posto_desktop.ui.widgets.scrim",
        "posto_desktop.ui.widgets.confirm_dialog",
        "posto_desktop.ui.schedule.delegate",
        "posto_desktop.ui.schedule.rows_view",
        "posto_desktop.ui.schedule.table",
        "posto_desktop.ui.schedule.toolbar",
        "posto_desktop.viewmodels.schedule_view",
        "posto_desktop.ui.schedule.outcome_actions",
        "posto_desktop.ui.schedule.row_actions",
        "posto_desktop.ui.schedule.column_menus",
        "posto_desktop.ui.schedule.page",
        "posto_desktop.models.post_story",
        "posto_desktop.ui.shared.story_list",
        "posto_desktop.ui.schedule.inspector_widgets",
        "posto_desktop.ui.schedule.inspector",
    )

    duplicateRequested = Signal(object)
    duplicatesRequested = Signal(object)
    evergreenRequested = Signal(object)
    editRequested = Signal(object)
    editRefusedRequested = Signal(object, object, object)
    newMessageRequested = Signal()
    plannerPauseRequested = Signal(int)
    siteRequested = Signal()
    plannersRequested = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.rows: list[Schedule] = []
        """Rows of the last read schedule, without pending deletions."""
        self.undo = ScheduleUndo(context, self)
        self.undo.restored.connect(self.restore_rows)
        self._labels: dict[str, tuple[str, ...]] = {}
        self._entries: Sequence[Entry] = ()
        self._shown_workspace = ""
        self._moving_dialog: RescheduleDialog | None = None
        self._edited: Schedule | None = None
        """A refused post that is opened in Compose when its story is known."""
        self._early: list[tuple[list[Schedule], Collection[int], datetime | None]] = []
        service = context.service
        service.schedules_loaded.connect(self._loaded)
        service.schedules_arriving.connect(self._rows_arrived)
        service.outbox_changed.connect(self._entries_changed)
        service.moves_progress.connect(self._moving)
        service.moves_ended.connect(self._moved)
        service.insights_loaded.connect(self._insights_loaded)
        service.story_loaded.connect(self._story_loaded)
        service.answers.changed.connect(self._sent_again_changed)

    def title(self) -> str:
        return self.tr("Schedule")

    def build(self) -> ScheduleTablePage:
        from posto_desktop.ui.schedule.page import ScheduleTablePage

        page, service = ScheduleTablePage(), self.context.service
        actions = page.row_actions
        page.refreshRequested.connect(service.refresh_schedules)
        actions.retryRequested.connect(service.retry_schedules)
        actions.deleteRequested.connect(self.undo.delete)
        page.undoRequested.connect(self.undo.undo_posts)
        page.redoRequested.connect(self.undo.redo_posts)
        actions.sendNowRequested.connect(self.undo.send_now)
        outcomes = actions.outcomes
        outcomes.resolveRequested.connect(self._resolve)
        outcomes.foundRequested.connect(self._resolve_found)
        outcomes.commentRequested.connect(service.retry_comment)
        outcomes.undoRequested.connect(self._leave_unclear)
        outcomes.editRequested.connect(self._edit_refused)
        page.openRequested.connect(open_url)
        actions.duplicateRequested.connect(self.duplicateRequested)
        actions.duplicatesRequested.connect(self.duplicatesRequested)
        actions.evergreenRequested.connect(self.evergreenRequested)
        actions.editRequested.connect(self.editRequested)
        page.newMessageRequested.connect(self.newMessageRequested)
        page.exportRequested.connect(self._export)
        actions.rescheduleRequested.connect(self._reschedule)
        actions.plannerPauseRequested.connect(self.plannerPauseRequested)
        actions.siteRequested.connect(self.siteRequested)
        actions.plannersRequested.connect(self.plannersRequested)
        page.pictureRequested.connect(self.context.pictures.request)
        self.slots_changed()
        setting = self.context.settings.text
        page.state.restore(
            columns=setting("schedule.columns"),
            sort=setting("schedule.sort"),
            grouping=setting("schedule.grouping"),
            views=setting("schedule.views"),
            inspector=setting("schedule.inspector"),
        )
        page.state.saveRequested.connect(self._save)
        page.column_menus.rowHeightRequested.connect(self._set_row_height)
        page.notifier.requested.connect(self._show_notification)
        settings, question = self.context.settings, actions.send_now_question
        question.is_asked = lambda: bool(settings.get("sending.confirm_now"))
        question.undo_seconds = lambda: int(settings.get("sending.hold_seconds"))
        actions.hintRequested.connect(self.context.window.show_hint)
        page.barMoved.connect(self.context.window.toasts.unsettled)
        page.inspector_pane.insightsRequested.connect(service.fetch_insights)
        page.inspector_pane.storyRequested.connect(self._fetch_story)
        page.allChannelsRequested.connect(self.channel_filter.show_all)
        for change in self._early:
            page.add_schedules(*change)
        self._early = []
        return page

    def clear(self) -> None:
        self.rows, self._early = [], []
        self.undo.clear()
        self.forget("schedules", "channel links")
        if self.widget is not None:
            self.widget.clear()
        if self._moving_dialog is not None:
            self._moving_dialog.reject()  # its posts are of this workspace

    def set_site_rows(self, rows: Sequence[Schedule], known: SiteSchedule) -> None:
        """Show the posts that the site's planners will make, of what is known of them."""
        self.when_made("site rows", lambda page: page.set_site_rows(rows, known))

    def set_loading(self) -> None:
        self.when_made("loading", lambda page: page.set_loading(True))

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Set the web addresses of channels, by channel id."""
        self.when_made("channel links", lambda page: page.set_channel_links(links))

    def restore_rows(self) -> None:
        """Show rows again whose deletion was undone."""
        if self.widget is not None:
            self.widget.restore_rows()

    def show_schedule(self, key: int) -> None:
        self.when_made("post", lambda page: page.show_schedule(key))
        self.context.window.show_page(self.KEY)

    def ids_of(self, posto_ref: str) -> list[int]:
        """Return the row ids of one entry of the outbox, and of the edits of its posts."""
        marks = {posto_ref, *(entry.posto_ref for entry in self.edits_of(posto_ref))}
        return [row.id for row in self.rows if row.posto_ref in marks]

    def edits_of(self, posto_ref: str) -> list[Entry]:
        """Return the edits of the posts of one entry, those that wait included."""
        return later_edits(self._entries, posto_ref)

    @Slot(int, int)
    def _moving(self, ended: int, total: int) -> None:
        if self.widget is not None:
            self.widget.set_moving(ended, total)

    @Slot(object)
    def _moved(self, moves: Sequence[Move]) -> None:
        if self.widget is not None:
            done = [move for move in moves if move.state == "done"]
            ids = {
                old: new for move in done for old, new in zip(move.ids, move.new_ids, strict=False)
            }
            self.widget.follow_moves(ids)

    @Slot()
    def _export(self) -> None:
        from posto_desktop.controllers.schedule_export import ScheduleExportController

        ScheduleExportController(self.context, self.make()).open()

    @Slot(object)
    def _reschedule(self, rows: list[Schedule]) -> None:
        from posto_desktop.controllers.reschedule import RescheduleController

        # While the schedule loads, the page already has more rows than `self.rows`.
        page = self.make()
        moving = RescheduleController(self.context, rows, page.model.schedules())
        moving.dialog.chosen.connect(lambda _times: page.untick())
        self._moving_dialog = moving.dialog
        moving.dialog.finished.connect(self._moving_closed)
        moving.open()

    @Slot()
    def _moving_closed(self) -> None:
        self._moving_dialog = None

    @Slot(str, str)
    def _save(self, name: str, value: str) -> None:
        # A setting that cannot be remembered is no error worth showing.
        with suppress(StorageError):
            self.context.settings.set(f"schedule.{name}", value)

    @Slot(str)
    def _set_row_height(self, name: str) -> None:
        """Save and apply the row height, which all tables share."""
        from posto_desktop.ui.theme import Theme

        with suppress(StorageError):
            self.context.settings.set("appearance.row_height", name)
        Theme.instance().set_row_height(name)

    @Slot(object)
    def _show_notification(self, notification: PageNotification) -> None:
        self.context.window.show_notification(
            notification.kind, notification.text, "", notification.action, notification.callback
        )

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._show_entries()
        self._follow_edits()

    def _follow_edits(self) -> None:
        """Go on with the row of a post whose edit made another."""
        if self.widget is not None:
            self.widget.follow_moves(successors(self._entries, self.rows))

    def _show_entries(self) -> None:
        """Show labels, which exist only on this computer: uploaded entries still hold them. Entries
        of other workspaces are left out, because their marks may be equal."""
        self._shown_workspace = workspace = self.context.service.workspace_id
        entries = [entry for entry in self._entries if entry.workspace == workspace]
        labels = {
            mark: entry.draft.labels
            for entry in entries
            if entry.draft.labels
            for mark in (entry.posto_ref, entry.group_id)
            if mark
        }
        if labels != self._labels:
            self._labels = labels
            self.when_made("labels", lambda page: page.set_labels(labels))
        known = {
            mark: entry for entry in entries for mark in (entry.posto_ref, entry.group_id) if mark
        }
        self.when_made("entries", lambda page: page.set_entries(known))

    def slots_changed(self) -> None:
        """Show times in the zones of weekly slots: the slots or the workspace changed."""
        groups = tuple(read(self.context.settings.text(SETTING)))
        zone_times = ZoneTimes(groups, self.context.service.workspace_id)
        self.when_made("zones", lambda page: page.model.set_zone_times(zone_times))

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        super()._state_changed(state)
        if self._shown_workspace != self.context.service.workspace_id:
            self._show_entries()
            self.slots_changed()
        address = self.context.service.service_address
        self.when_made("site", lambda page: page.set_site(address))

    @Slot(list, str)
    def _resolve(self, ids: list[int], answer: str) -> None:
        """Carry out the user's answer about posts that may be published."""
        if answer == "send_again":
            self.undo.send_again(ids)
        else:
            self.context.service.resolve_schedules(ids, answer)

    @Slot(object)
    def _leave_unclear(self, key: int) -> None:
        """Do not send a post again that is about to be."""
        token = self.context.service.answers.token_of(key)
        if token:
            self.undo.cancel_retries(token)

    @Slot(object, str)
    def _resolve_found(self, key: int, address: str) -> None:
        self.context.service.resolve_schedules([key], "there", address)

    @Slot(object)
    def _edit_refused(self, post: Schedule) -> None:
        """Edit a refused post, at once or when its story says what was refused."""
        self._edited = post
        if self.make().facts.story_of(post) is None:
            self._fetch_story(post)
            QTimer.singleShot(STORY_MS, self, self._edit_now)
        else:
            self._edit_now()

    @Slot()
    def _edit_now(self) -> None:
        post, self._edited = self._edited, None
        if post is not None:
            facts = self.make().facts
            refusal = refusal_of(post, facts.story_of(post))
            self.editRefusedRequested.emit(post, refusal, facts.entry_of(post))

    @Slot(object)
    def _fetch_story(self, schedule: Schedule) -> None:
        self.context.service.fetch_story(schedule.id, schedule.status)

    @Slot(object, object)
    def _story_loaded(self, key: int, story: PostStory) -> None:
        if self.widget is not None:
            self.widget.set_story(key, story)
        if self._edited is not None and self._edited.id == key:
            self._edit_now()

    @Slot(object)
    def _sent_again_changed(self, ids: frozenset[int]) -> None:
        if self.widget is not None:
            self.widget.set_sent_again(ids)

    @Slot(object, object)
    def _insights_loaded(self, key: int, insights: dict[str, str]) -> None:
        if self.widget is not None:
            self.widget.set_insights(key, insights)

    @Slot(object, bool, object)
    def _loaded(self, rows: list[Schedule], cached: bool, as_of: datetime) -> None:
        self.rows, self._early = rows, []
        self._follow_edits()
        self.when_made("schedules", lambda page: page.set_schedules(rows, cached, as_of))
        # The service hides rows in deletion; rows that it lists again were not deleted.
        self.restore_rows()

    @Slot(object, object, object)
    def _rows_arrived(
        self, rows: list[Schedule], removed: Collection[int], as_of: datetime | None
    ) -> None:
        if self.widget is not None:
            self.widget.add_schedules(rows, removed, as_of)
        else:
            self._early.append((rows, removed, as_of))
