"""Activity page: the outbox with the status of every post, and the history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.entries import Entry
from posto_desktop.models.delivery_status import DeliveryStatus
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.reasons import is_about_comment
from posto_desktop.ui import keys
from posto_desktop.ui.activity.agent_calls_list import AgentCallsList
from posto_desktop.ui.activity.entry_details import EntryDetails
from posto_desktop.ui.activity.entry_stories import MOST_STORIES
from posto_desktop.ui.activity.header import ActivityHeader
from posto_desktop.ui.activity.outbox_list import OutboxList
from posto_desktop.ui.activity.proposal_area import ProposalArea
from posto_desktop.ui.commands import Commands, add_keys
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.shared.main_area import MainArea
from posto_desktop.ui.shared.send_now_question import SendNowQuestion
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.banner import Banner
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.side_pane import PaneHost
from posto_desktop.viewmodels.activity_view import ActivityView, ActivityViewState
from posto_desktop.viewmodels.insights_state import InsightsState
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.proposals_state import ProposalsState
from posto_desktop.viewmodels.story_polling import StoryPolling

if TYPE_CHECKING:
    from posto_desktop.ui.activity.insights_panel import InsightsPanel

__all__ = ["ActivityPage"]


class ActivityPage(AppPage):
    """Shows `state` and the entries of its model. The page requests actions; others carry them out.

    Signals for entries in the outbox: `cancelRequested(str id)`, `retryRequested(str id)` (an
    unclear entry is looked up again and never sent), `resolveRequested(str id, str answer)` with
    "there" or "send_again". For posts in the schedule: `retryRowsRequested(list ids)`,
    `sendNowRowsRequested(list ids)`, `resolveRowsRequested(list ids, str answer)`,
    `foundRequested(int id, str url)` (it is there), `commentRequested(int id)` (send the first
    comment again), `deleteRowsRequested(list ids)`, `storyRequested(Schedule)` (answer by `facts`),
    `editRowRequested(Schedule, Entry)`: a post that its network refused. Others:
    `pauseRequested(bool)`, `holdRequested(str id, bool)` (pause one entry), `sendFirstRequested(str
    id)` (send before all others), `openRequested(str url)`,
    `editRequested(object core.draft.Draft)`, `editEntryRequested(str)` (a waiting post),
    `pictureRequested(str path)` (a local file; answer with `set_picture`), `allChannelsRequested()`
    (show the entries of all channels), `newMessageRequested()`. For `proposals`:
    `confirmRequested(str digest)`, `declineRequested(str digest)`, `callsRequested()` (read the
    calls of agents). `insightsShown()`: the insights come into view."""

    cancelRequested = Signal(str)
    retryRequested = Signal(str)
    resolveRequested = Signal(str, str)
    retryRowsRequested = Signal(list)
    sendNowRowsRequested = Signal(list)
    resolveRowsRequested = Signal(list, str)
    foundRequested = Signal(object, str)
    commentRequested = Signal(object)
    deleteRowsRequested = Signal(list)
    storyRequested = Signal(object)
    editRowRequested = Signal(object, object)
    pauseRequested = Signal(bool)
    holdRequested = Signal(str, bool)
    sendFirstRequested = Signal(str)
    openRequested = Signal(str)
    editRequested = Signal(object)
    editEntryRequested = Signal(str)
    pictureRequested = Signal(object)
    allChannelsRequested = Signal()
    newMessageRequested = Signal()
    signInRequested = Signal()
    confirmRequested = Signal(str)
    declineRequested = Signal(str)
    callsRequested = Signal()
    insightsShown = Signal()

    def __init__(
        self,
        state: ActivityViewState | None = None,
        facts: PostFacts | None = None,
        parent: QWidget | None = None,
        *,
        proposals: ProposalsState | None = None,
        insights: InsightsState | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("activity-page")
        self.state = state or ActivityViewState(OutboxModel(self), self)
        self.model = self.state.model
        self.facts = facts or PostFacts(self)
        self.proposals = proposals or ProposalsState(self)
        self.insights_state = insights or InsightsState(self)
        self.insights: InsightsPanel | None = None
        self.send_now_question = SendNowQuestion(self)
        self._story_polling = StoryPolling(self.facts, self)
        self.pictures = ImageCache(self)
        self.pictures.requested.connect(self.pictureRequested)
        self._main = MainArea()
        self._main.setMinimumWidth(420)
        self.list = OutboxList(self.state, self.pictures, self._main)
        box = QVBoxLayout(self._main)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(8)
        self.head = ActivityHeader(self._main)
        box.addWidget(self.head)
        self._expiry = QWidget(self._main)
        around = QVBoxLayout(self._expiry)
        around.setContentsMargins(24, 0, 24, 0)
        self.expiry = Banner(self._expiry, severe=False)
        around.addWidget(self.expiry)
        self._expiry.hide()
        box.addWidget(self._expiry)
        self.proposal_area = ProposalArea(self.proposals, self.pictures, self._main)
        box.addWidget(self.proposal_area)
        box.addWidget(self.list, 1)
        self.calls = AgentCallsList(self.proposals.calls, self._main)
        self.calls.hide()
        box.addWidget(self.calls, 1)
        self._box = box
        self._empty = EmptyState("inbox", "", "", instead_of=self.list, parent=self._main)
        self._empty.clicked.connect(self._empty_pressed)
        self.details = EntryDetails(self.model, self.pictures, self.facts)
        width = Theme.instance().px("pane.inspector.campaign_activity_styles")
        self._panes = PaneHost(self._main, self.details, width, self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._panes)
        self._add_commands()
        self._connect_signals()
        self._show_view(self.state.view, frozenset(vars(self.state.view)))
        self._calls_changed()

    def _connect_signals(self) -> None:
        self.state.changed.connect(self._show_view)
        self.expiry.clicked.connect(self.signInRequested)
        self.proposal_area.confirmRequested.connect(self.confirmRequested)
        self.proposal_area.declineRequested.connect(self.declineRequested)
        self.proposals.changed.connect(self._update_empty)
        self.proposals.callsChanged.connect(self._calls_changed)
        self.state.allChannelsRequested.connect(self.allChannelsRequested)
        self.model.countsChanged.connect(self._update_empty)
        self.list.entryChosen.connect(self._entry_chosen)
        self.list.openRequested.connect(self.open_details)
        self.list.actionRequested.connect(self._handle_action)
        self.details.closed.connect(self.close_details)
        self.details.foundRequested.connect(self.foundRequested)
        self.details.openRequested.connect(self.openRequested)
        self._story_polling.storyRequested.connect(self.storyRequested)
        self.facts.changed.connect(self._facts_changed)
        self.details.actionRequested.connect(self._handle_action)
        self.head.viewChosen.connect(self.state.choose_view)
        self.head.pauseRequested.connect(self.pauseRequested)
        self.head.workspacesChosen.connect(self.state.list_all_workspaces)
        self.model.countsChanged.connect(self._show_workspaces)
        self.head.search.textChanged.connect(self.state.search_for)
        self._panes.openChanged.connect(self.state.set_details_open)
        self._main.resized.connect(self._place_empty)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        add_keys(keys.FIND, self._find, self, inside)
        add_keys(keys.SIDE_PANE, self.toggle_details, self, inside)

    def _add_commands(self) -> None:
        self.commands = commands = Commands(self.tr("Activity"), self)
        state = self.state
        commands.add(self.tr("Outbox"), partial(state.choose_view, "outbox"))
        commands.add(self.tr("History"), partial(state.choose_view, "history"))
        commands.add(self.tr("Insights"), partial(state.choose_view, "insights"))
        commands.add_separator()
        commands.add(self._table_words, self.toggle_table, keys.AS_TABLE, can=self._shows_insights)
        export = self.insights_state.exportRequested
        for kind, words in (
            ("csv", self.tr("Export insights as a table…")),
            ("pdf", self.tr("Export insights as PDF…")),
        ):
            commands.add(words, partial(export.emit, kind), can=self._has_report)

    def _table_words(self) -> str:
        is_table = self.insights_state.view.as_table
        return self.tr("Show insights as plots") if is_table else self.tr("Show insights as tables")

    def _shows_insights(self) -> bool:
        return self.state.view.view == "insights"

    def _has_report(self) -> bool:
        report = self.insights_state.view.report
        return self._shows_insights() and report is not None and report.n > 0

    @Slot()
    def toggle_table(self) -> None:
        """Show the insights as tables, or as plots again."""
        if self._shows_insights():
            self.insights_state.set_table(not self.insights_state.view.as_table)

    def show_expiry(self, words: str) -> None:
        """Show which sign-in of an account of this computer ends soon; "" for none."""
        self.expiry.set_message(words, self.tr("Sign in again"))
        self._expiry.setVisible(bool(words))

    # --- what is shown ----------------------------------------------------------------------------

    @Slot(object, object)
    def _show_view(self, view: ActivityView, changed: frozenset[str]) -> None:
        if "view" in changed:
            had_focus = self._has_focus_in_view()
            self.head.set_view(view.view)
            self.list.setVisible(view.view in ("outbox", "history"))
            self._show_insights(on=view.view == "insights")
            self.calls.setVisible(view.view == "agents")
            if view.view == "agents":
                self.callsRequested.emit()
            if had_focus:  # Qt would move it to the button that pauses everything
                self.pane_stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)
        if "search" in changed:
            self.head.set_search(view.search)
        if "is_paused" in changed:
            self.head.set_paused(view.is_paused)
        if changed & {"connection", "connection_words"}:
            self.head.set_connection(view.connection, view.connection_words)
        if "all_workspaces" in changed:
            self._show_workspaces()
        if "current" in changed:
            self.list.show_current(view.current)
        if changed & {"current", "details_open", "channel_links"}:
            self._show_details()
        if changed & {"view", "search", "is_paused"}:
            self._update_empty()

    def _has_focus_in_view(self) -> bool:
        focus, views = QApplication.focusWidget(), (self.list, self.insights, self.calls)
        return focus is not None and any(
            view is focus or view.isAncestorOf(focus) for view in views if view is not None
        )

    def _show_insights(self, *, on: bool) -> None:
        if on and self.insights is None:
            from posto_desktop.ui.activity.insights_panel import InsightsPanel

            self.insights = InsightsPanel(self.insights_state, self._main)
            self._box.addWidget(self.insights, 1)
        if self.insights is not None:
            self.insights.setVisible(on)
        if on:
            self.insightsShown.emit()

    @Slot()
    def _show_workspaces(self) -> None:
        others = self.model.other_workspaces()
        self.head.set_workspaces(others, self.state.view.all_workspaces)

    @Slot()
    def _calls_changed(self) -> None:
        self.head.set_agents_listed(self.proposals.has_calls)
        if self.state.view.view == "agents" and not self.proposals.has_calls:
            self.state.choose_view("outbox")
        self._update_empty()

    def _show_details(self) -> None:
        entry = self.state.entry
        if entry is not None:
            self.details.show_entry(entry)
            self.details.set_can_look(bool(self.state.links_of(entry)))
        is_open = entry is not None and self.state.view.details_open
        rows = self.model.delivery_status(entry).rows if entry is not None and is_open else ()
        self._story_polling.follow(rows[:MOST_STORIES])
        self._panes.set_open(self.state.view.details_open)

    @Slot(str)
    def _facts_changed(self, name: str) -> None:
        if name in ("story", "sent_again") and self.state.view.details_open:
            self._show_details()

    @Slot(object, QImage)
    def set_picture(self, path: str, image: QImage) -> None:
        """Answer `pictureRequested`; a null image if there is none."""
        self.pictures.put(path, image)

    @Slot()
    def _find(self) -> None:
        self.state.choose_view("history")
        self.head.focus_search()

    # --- details ----------------------------------------------------------------------------------

    @Slot()
    def _entry_chosen(self) -> None:
        if self._panes.is_open() or not self._panes.is_overlay():
            self.open_details()

    @Slot()
    def open_details(self) -> None:
        self.state.set_details_open(True)

    @Slot()
    def close_details(self) -> None:
        self.state.set_details_open(False)
        self.list.setFocus()

    @Slot()
    def toggle_details(self) -> None:
        if self.state.view.details_open:
            self.close_details()
        else:
            self.open_details()

    @Slot()
    def _update_empty(self) -> None:
        lists_entries = self.state.view.view in ("outbox", "history")
        empty = lists_entries and self.model.rowCount() == 0 and not self.proposals.waiting
        # Keep the empty list visible below: assistive software looks for it.
        self._empty.setVisible(empty)
        if empty:
            self._show_empty_texts()
            self._place_empty()
        if self.state.view.details_open:
            self._show_details()

    def _show_empty_texts(self) -> None:
        button = ""
        hidden = self.model.hidden_by_channel() if not self.state.view.search else 0
        if hidden:
            icon, title = "search-x", self.tr("No post matches")
            text = self.tr("Hidden channels contain %Ln post(s).", "", hidden)
            button = self.tr("Show hidden channels")
        elif not self.model.has_entries():
            icon, title, button = "inbox", self.tr("Nothing sent yet"), self.tr("New message")
            text = self.tr("What you send is listed here, with what becomes of it.")
        elif self.state.view.view == "outbox":
            icon, title = "inbox", self.tr("All done")
            text = self.tr("No post is waiting and none has failed.")
        elif self.model.total_of_history() == 0:
            icon, title = "calendar-clock", self.tr("Nothing older")
            text = self.tr("Posts sent before today are listed here for 30 days.")
        else:
            icon, title, button = "search-x", self.tr("No post matches"), self.tr("Clear search")
            text = self.tr("The search hides %Ln post(s).", "", self.model.total_of_history())
        self._empty.set_texts(title, text, icon)
        self._empty.set_button(button)

    @Slot()
    def _empty_pressed(self) -> None:
        if not self.model.has_entries():
            self.newMessageRequested.emit()
        elif self.state.view.search:
            self.state.search_for("")
        else:
            self.allChannelsRequested.emit()

    # --- actions ----------------------------------------------------------------------------------

    @Slot(str, str)
    def _handle_action(self, kind: str, key: str) -> None:
        entry = self.model.entry(key)
        if kind == "open":
            self.open_details()
        elif entry is None:
            return
        elif kind in ("look", "open_post"):
            links = self.state.links_of(entry)
            if kind == "open_post":
                links = [row.link for row in self.model.delivery_status(entry).rows if row.link]
            for link in dict.fromkeys(links):
                self.openRequested.emit(link)
        elif kind == "edit" and entry.state == "waiting":
            self.editEntryRequested.emit(entry.id)
        elif kind == "edit":
            self._edit(entry)
        elif self.model.delivery_status(entry).kind == "outbox":
            self._handle_entry_action(kind, entry)
        else:
            delivery_status = self.model.delivery_status(entry)
            self._handle_rows_action(kind, delivery_status)
            if delivery_status.missing:
                self._handle_missing_action(kind, entry, delivery_status)

    def _edit(self, entry: Entry) -> None:
        """Edit a message again: at what was refused where only one channel of this computer did."""
        delivery_status = self.model.delivery_status(entry)
        failed = delivery_status.concerned if delivery_status.kind == "failed" else ()
        story = self.facts.story_of(failed[0]) if len(failed) == 1 else None
        if story is not None and story.is_own and not delivery_status.missing:
            self.editRowRequested.emit(failed[0], entry)
        else:
            self.editRequested.emit(self.state.draft_of(entry))

    def _handle_entry_action(self, kind: str, entry: Entry) -> None:
        """Handle an action on an entry that the service does not have yet, or may not have."""
        if kind == "cancel":
            self._cancel(entry)
        elif kind in ("there", "send_again"):
            self.resolveRequested.emit(entry.id, kind)
        elif kind == "hold":
            on = not self.model.is_held(entry)
            self.holdRequested.emit(entry.id, on)
            self.model.set_held(entry.id, on)
        elif kind == "hurry":
            self.sendFirstRequested.emit(entry.id)
        elif entry.can_retry:
            self.retryRequested.emit(entry.id)

    def _handle_rows_action(self, kind: str, delivery_status: DeliveryStatus) -> None:
        """Handle an action on posts in the schedule."""
        is_question = delivery_status.kind == "needs_you"
        if kind == "cancel":
            ids = [
                row.id for row in delivery_status.rows if row.status not in ("sending", "success")
            ]
            if delivery_status.missing and not delivery_status.concerned:
                ids = []  # published posts stay
            if delivery_status.kind in ("scheduled", "failed", "late", "needs_you") and ids:
                self.deleteRowsRequested.emit(ids)
        elif kind == "retry" and delivery_status.kind == "failed" and delivery_status.ids:
            self.retryRowsRequested.emit(delivery_status.ids)
        elif kind == "send_now" and delivery_status.kind == "late":
            ids = [row.id for row in delivery_status.concerned if row.status == "missed"]
            self.send_now_question.before(len(ids), partial(self.sendNowRowsRequested.emit, ids))
        elif kind == "comment":
            for row in delivery_status.rows:
                if is_about_comment(row) == "missing":
                    self.commentRequested.emit(row.id)
        elif kind == "there" and is_question:
            self.resolveRowsRequested.emit(delivery_status.ids, "there")
        elif kind == "send_again" and is_question:
            self.resolveRowsRequested.emit(delivery_status.ids, "send_again")

    def _handle_missing_action(
        self, kind: str, entry: Entry, delivery_status: DeliveryStatus
    ) -> None:
        """Handle an action on the channels that the service refused while it took others."""
        if kind == "retry" and delivery_status.kind == "failed":
            self.retryRequested.emit(entry.id)
        elif kind == "cancel" and delivery_status.concerned:
            # together with the deleted posts; undo restores both
            self.cancelRequested.emit(entry.id)
        elif kind == "cancel":
            self._cancel(entry)

    def _cancel(self, entry: Entry) -> None:
        if not entry.can_cancel:
            return
        if entry.state in ("waiting", "uploading"):
            # Nothing was posted and the entry keeps the text: no confirmation needed.
            self.cancelRequested.emit(entry.id)
            return
        text = self.tr(
            "Removes “{title}” from the outbox. Its text stays under Done today."
        ).format(title=entry.title[:80])
        if entry.state == "unclear":
            text = self.tr(
                "Posto stops checking for it. If the post was published, it stays published."
            )
        title = self.tr("Discard this post?")
        if entry.is_partly:
            names = listed(item.channel_name for item in entry.missing)
            title = self.tr("Do not send to {channels}?").format(channels=names[:120])
            text = self.tr("The post on the other channels does not change.")
        dialog = ConfirmDialog(title, text, self.tr("Discard"), parent=self)
        dialog.setProperty("entry", entry.id)
        dialog.accepted.connect(self._discard_confirmed)
        dialog.open()

    @Slot()
    def _discard_confirmed(self) -> None:
        sender: QObject = self.sender()
        self.cancelRequested.emit(str(sender.property("entry")))

    def pane_stops(self) -> list[QWidget]:
        """Return the list that is shown, or the choices of the insights."""
        if self.insights is not None and self.state.view.view == "insights":
            return [self.insights.first_stop()]
        return [self.calls if self.state.view.view == "agents" else self.list]

    def toast_main(self) -> QWidget:
        """Return the widget that toasts are centred in; it excludes the details pane."""
        return self._main

    # --- geometry ---------------------------------------------------------------------------------

    @Slot()
    def _place_empty(self) -> None:
        width, height = self._main.width(), self._main.height()
        wide = min(420, max(1, width - 32))
        tall = self._empty.sizeHint().height()
        self._empty.setGeometry((width - wide) // 2, max(80, (height - tall) * 2 // 5), wide, tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()
