"""Campaigns page: the list of campaigns; or one campaign, with messages on the left and the
timeline on the right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm, reached
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.styles import style_title
from posto_desktop.models.when_text import ago, local_zone
from posto_desktop.ui.campaigns.campaign_actions import CampaignActions
from posto_desktop.ui.campaigns.editor_controller import MessageEditorController
from posto_desktop.ui.campaigns.evergreen.part import EvergreenPart
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.campaigns.message_actions import MessageActions
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.campaign_delivery import MANY
from posto_desktop.viewmodels.campaign_forecast import ForecastResult
from posto_desktop.viewmodels.campaigns_state import CampaignsState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.file_info import has_files
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

if TYPE_CHECKING:
    from posto_desktop.core.checks import Finding
    from posto_desktop.ui.campaigns.evergreen.view import EvergreenView

TICK_MS = 15_000
STATE_MS = 150


class CampaignsPage(CampaignsLayout):
    """Shows `campaigns` and passes the user's changes to it.

    Signals:
        slotsRequested(): give `campaigns.forecast` the weekly slots.
        settingsRequested(str): open a page of the settings.
        importRequested(), importFilesRequested(list paths), importPasteRequested(): open the import
            dialog and pass its messages to `add_messages`; importSampleRequested() with the sample.
        allChannelsRequested(): clear the filter of channels.
    """

    commands: Commands

    slotsRequested = Signal()
    settingsRequested = Signal(str)
    importRequested = Signal()
    importFilesRequested = Signal(list)
    importPasteRequested = Signal()
    importSampleRequested = Signal()
    allChannelsRequested = Signal()

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        *,
        paste_folder: Path,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        folder: Callable[[], str] = lambda: "",
        keep_folder: Callable[[str], None] = lambda _folder: None,
        first_channels: Callable[[], Sequence[int]] = tuple,
        avatar: Callable[[int], QImage | None] = lambda _channel_id: None,
        parent: QWidget | None = None,
    ) -> None:
        self.campaigns = CampaignsState(
            runner,
            images,
            paste_folder=paste_folder,
            clock=clock or (lambda: datetime.now(UTC)),
            zone=zone or local_zone(),
            first_channels=first_channels,
        )
        super().__init__(self.campaigns, images, parent)
        self.campaigns.setParent(self)
        self.evergreen = EvergreenPart(
            runner,
            images,
            self.pictures,
            self.campaigns.clock,
            self.campaigns.zone,
            first_channels=first_channels,
            avatar=avatar,
            folder=folder,
            keep_folder=keep_folder,
            page=self,
        )
        self.setAcceptDrops(True)
        self.editor_controller = MessageEditorController(
            self.campaigns, self.view, self.pictures, self
        )
        self.message_actions = MessageActions(
            self,
            self.campaigns,
            self.editor_controller,
            folder=folder,
            keep_folder=keep_folder,
            parent=self,
        )
        self.campaign_actions = CampaignActions(self, self.campaigns, self.message_actions, self)
        self.evergreen.made.connect(self._evergreen_made)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._time_passed)
        self._state_debouncer = Debouncer(STATE_MS, self._show_state_now, self)
        self._connect_campaigns()
        self._connect_list()
        self._connect_views()
        self.commands = self.campaign_actions.make_commands(self, self.importRequested.emit)
        Theme.instance().changed.connect(self._theme_changed)
        self.show_opened(None)

    def _connect_campaigns(self) -> None:
        campaigns = self.campaigns
        campaigns.entered.connect(self._focus_entered)
        campaigns.left.connect(self._focus_left)
        campaigns.selectionRequested.connect(self.list.select)
        campaigns.store.changed.connect(self.show_list)
        campaigns.editor.opened.connect(self.show_opened)
        campaigns.editor.changed.connect(self.show_changed)
        campaigns.editor.resultsChanged.connect(self.show_results)
        campaigns.editor.savedStateChanged.connect(self.show_state)
        campaigns.forecast.forecastChanged.connect(self.show_forecast)
        campaigns.forecast.checked.connect(self.show_findings)
        campaigns.delivery.summariesChanged.connect(self.show_list)
        campaigns.files.added.connect(self.select_new)
        campaigns.files.refused.connect(partial(campaigns.notifier.notify, "warning"))
        campaigns.files.tablesFound.connect(self.importFilesRequested)

    def _connect_list(self) -> None:
        campaigns = self.campaigns
        self.list.opened.connect(campaigns.open)
        self.list.renamed.connect(campaigns.store.rename)
        self.list.duplicated.connect(campaigns.duplicate)
        self.list.deleted.connect(campaigns.delete)
        self.list.newRequested.connect(campaigns.new)
        self.list.importRequested.connect(self.importRequested)
        self.list.sampleRequested.connect(self.importSampleRequested)
        self.list.allChannelsRequested.connect(self.allChannelsRequested)

    def _connect_views(self) -> None:
        campaigns, messages = self.campaigns, self.message_actions
        self.head.backRequested.connect(campaigns.close)
        self.head.renamed.connect(self._rename)
        self.head.nameLeft.connect(self.focus_messages)
        self.head.filesRequested.connect(messages.choose_files)
        self.head.pasteRequested.connect(messages.paste)
        self.rhythm.startTyped.connect(self._set_start)
        self.rhythm.rhythmChosen.connect(self._set_rhythm)
        self.rhythm.rhythmInsteadChosen.connect(messages.follow_rhythm)
        self.rhythm.styleChosen.connect(self._set_style)
        self.rhythm.slotsRequested.connect(partial(self.settingsRequested.emit, "publishing"))
        self.empty.clicked.connect(messages.write)
        self.empty.import_link.clicked.connect(self.importRequested)
        self.empty.sample_link.clicked.connect(self.importSampleRequested)
        self.view.openRequested.connect(self.editor_controller.open)
        self.view.menuRequested.connect(messages.open_menu)
        self.view.moveRequested.connect(messages.move)
        self.view.filesDropped.connect(messages.drop_files)
        self.view.textDropped.connect(messages.add_text)
        self.view.selectionModel().currentChanged.connect(self._show_current)
        self.editor_controller.filesRequested.connect(messages.choose_files_for)
        self.editor_controller.filesDropped.connect(campaigns.files.add_files)
        self.editor_controller.pasteRequested.connect(messages.add_mime)
        self.editor_controller.left.connect(self.focus_messages)
        self.editor_controller.lockedOpened.connect(messages.show_locked_reason)
        messages.importPasteRequested.connect(self.importPasteRequested)
        self.timeline.chosen.connect(self.view.go_to)
        self.timeline.fixed.connect(messages.move_to)
        self.timeline.closeRequested.connect(self.toggle_timeline)
        self.foot.saveRequested.connect(campaigns.close)

    # -- what the app asks of the page -----------------------------------------------------------

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show only campaigns and evergreen messages with these channels; None shows all."""
        self.list.set_channels(ids)
        self.evergreen.set_channel_filter(ids)

    def set_style_registry(self, style_registry: StyleRegistry, service: str) -> None:
        """Set the styles, and the service whose channel defaults apply."""
        self.rhythm.set_styles(
            [(style.name, style_title(style)) for style in style_registry.usable()]
        )
        self.campaigns.forecast.set_style_registry(style_registry, service)
        self.evergreen.set_style_registry(style_registry, service)

    def add_messages(self, messages: Sequence[CampaignMessage]) -> int:
        """Add imported messages to the open campaign, or to a new one. Return how many."""
        count = self.campaigns.add_messages(messages)
        self.select_new([message.id for message in messages[:count]])
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        return count

    @Slot()
    def undo(self) -> None:
        """Undo the last change in the open campaign, or of the evergreen messages."""
        if self.evergreen.is_shown:
            self.evergreen.state.undo()
        else:
            self.campaigns.editor.undo()

    @Slot()
    def redo(self) -> None:
        if self.evergreen.is_shown:
            self.evergreen.state.redo()
        else:
            self.campaigns.editor.redo()

    # -- campaigns or evergreen messages -----------------------------------------------------------

    @Slot()
    def open_evergreen(self) -> None:
        """Show the evergreen messages, with the keyboard in them."""
        self.campaigns.close()
        self.show_evergreen()
        self.focus_messages()

    @Slot()
    def open_campaigns(self) -> None:
        """Show the list of campaigns, with the keyboard in it."""
        self.campaigns.close()
        self.show_campaigns()
        self.focus_messages()

    @Slot()
    def switch_view(self) -> None:
        if self.evergreen.is_shown:
            self.open_campaigns()
        else:
            self.open_evergreen()

    @Slot(object)
    def _evergreen_made(self, view: EvergreenView) -> None:
        view.runs.model.modelReset.connect(self.commands.refresh)
        self.evergreen.state.previewChanged.connect(self.commands.refresh)
        self.evergreen.state.opened.connect(self.commands.refresh)
        self.campaign_actions.bind_evergreen(view)

    # -- what the user changes -------------------------------------------------------------------

    @Slot(str)
    def _rename(self, name: str) -> None:
        self.campaigns.editor.edit("name", name=name)

    @Slot(str)
    def _set_start(self, text: str) -> None:
        self.campaigns.editor.edit_rhythm("start", start_text=text)

    @Slot(object)
    def _set_rhythm(self, rhythm: Rhythm) -> None:
        self.campaigns.editor.edit_rhythm(rhythm=rhythm)

    @Slot(str)
    def _set_style(self, name: str) -> None:
        self.campaigns.editor.edit(style=name)

    # -- what is shown ---------------------------------------------------------------------------

    @Slot()
    def show_list(self) -> None:
        """Update the list unless a campaign is open."""
        if self.campaigns.editor.campaign is None:
            listed = self.campaigns.listed()
            self.list.set_campaigns(
                [campaign for campaign, _ in listed.values()],
                {key: summary for key, (_, summary) in listed.items()},
            )
        if self.campaigns.store.is_loaded:
            self.list.set_loaded()

    @Slot(object)
    def show_opened(self, campaign: Campaign | None) -> None:
        """Show the opened campaign; None shows the list."""
        self.editor_controller.close()
        if campaign is not None:
            self._show_fields(campaign)
            self.view.scrollToTop()
        self._show_part(campaign=campaign is not None)
        self.show_count()
        self._show_state_now()

    @Slot(object, object)
    def show_changed(self, campaign: Campaign, changed: frozenset[str]) -> None:
        """Update the fields that have changed."""
        self._show_fields(campaign, changed)
        if changed & {"messages", "channel_ids"}:
            self.show_count()
        self.show_state()

    def _show_fields(self, campaign: Campaign, changed: Collection[str] | None = None) -> None:
        if changed is None or "name" in changed:
            self.head.name.show_name(campaign.name)
        if changed is None or {"start_text", "rhythm", "style", "messages"}.intersection(changed):
            self.rhythm.show_campaign(campaign)

    @Slot()
    def show_count(self) -> None:
        """Show the numbers of messages and channels."""
        campaign = self.campaigns.editor.campaign
        count = len(campaign.messages) if campaign is not None else 0
        # A hidden widget loses the focus: pass it on to the one that replaces it.
        focus = self.window().focusWidget()
        had_focus = focus is not None and any(
            part is focus or part.isAncestorOf(focus) for part in (self.view, self.empty)
        )
        changes = self.view.isHidden() == (count > 0)
        self.view.setVisible(count > 0)
        self.empty.setVisible(not count)
        if had_focus and changes:
            place = self.view if count else self.empty.button
            place.setFocus(Qt.FocusReason.OtherFocusReason)
        self.add_message.setVisible(count > 0)
        self._show_hint()
        words = self.tr("%Ln message(s)", "", count)
        self.count.setText(words if count else self.tr("No messages"))
        channels = len(reached(campaign)) if campaign is not None else 0
        words = self.tr("to %Ln channel(s)", "", channels)
        self.targets.setText(words if channels else self.tr("no channels yet"))

    def _show_hint(self) -> None:
        """Show the hint about dragging if more than one message can be moved."""
        editor = self.campaigns.editor
        messages = editor.campaign.messages if editor.campaign is not None else ()
        locked = editor.locked_ids
        self.hint.setVisible(sum(message.id not in locked for message in messages) > 1)

    @Slot()
    def show_results(self) -> None:
        """Update after a change of delivery results."""
        self._show_hint()
        self.show_state()

    @Slot(object)
    def show_forecast(self, result: ForecastResult) -> None:
        """Show new times and the timeline."""
        self.rhythm.set_slots_missing(any(slot.problem == "no_slot" for slot in result.times))
        self.timeline.set_timeline(result.timeline, self.campaigns.messages.title_at)
        now = self.campaigns.clock().astimezone(self.campaigns.zone)
        self.show_outlook(result.outlook.summary(now))
        self.show_state()

    @Slot(object)
    def show_findings(self, findings: dict[str, list[Finding]]) -> None:
        """Update the state after a check."""
        if not findings or not self.campaigns.forecast.is_checking:
            self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Update header and action bar; with many messages delayed until the app is idle."""
        campaign = self.campaigns.editor.campaign
        if campaign is not None and len(campaign.messages) > MANY:
            self._state_debouncer.call()
        else:
            self._show_state_now()

    @Slot()
    def _show_state_now(self) -> None:
        editor, delivery = self.campaigns.editor, self.campaigns.delivery
        campaign = editor.campaign
        if campaign is None:
            return
        self.commands.refresh()
        can = self.campaign_actions.can
        self.foot.show_actions(stop=can.stop, retry=can.retry, draft=can.draft)
        self.head.show_state(*delivery.status_text())
        self.rhythm.set_locked(
            self.tr("Stop the campaign to change its schedule.") if editor.is_running else ""
        )
        saved = editor.saved_state
        if saved.failed:
            self.foot.show_state(self.tr("Not saved yet"), "bad", saved.sentence)
        elif editor.is_unsaved:
            self.foot.show_state(self.tr("Saving…"), "open")
        elif saved.saved_at is not None:
            #: {ago}: "2 min ago".
            words = self.tr("Saved on this computer {ago}")
            when = ago(saved.saved_at, self.campaigns.clock())
            self.foot.show_state(words.format(ago=when), "kept")
        else:
            self.foot.show_state(self.tr("Saved on this computer"), "kept")

    @Slot(list)
    def select_new(self, ids: list[str]) -> None:
        """Select added messages; of more than 50 only the last."""
        self.view.select_ids(ids[-1:] if len(ids) > 50 else ids)

    @Slot()
    def _show_current(self) -> None:
        self.timeline.set_current_place(self.view.current_row())

    @Slot(bool)
    def _focus_entered(self, is_new: bool) -> None:
        if not self.isVisible():
            return
        if is_new:
            self.head.name.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            by_mouse, reason = self.list.view.by_mouse, Qt.FocusReason
            self.pane_stops()[0].setFocus(
                reason.MouseFocusReason if by_mouse else reason.OtherFocusReason
            )

    @Slot(str)
    def _focus_left(self, campaign_id: str) -> None:
        self.list.select(campaign_id)
        if self.isVisible():
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _time_passed(self) -> None:
        self.rhythm.refresh()
        self.campaigns.forecast.refresh_soon()
        self.campaigns.delivery.refresh()
        self.evergreen.state.refresh_soon()
        self.show_state()

    # -- the rest --------------------------------------------------------------------------------

    def handle_paste(self) -> bool:
        """Paste while the focus is outside of the page. Return True if it was handled."""
        if self.is_open:
            self.message_actions.paste()
        return self.is_open

    @Slot()
    def _theme_changed(self) -> None:
        # A connection to the overridden slot would outlive the page.
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        self.editor_controller.refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor_controller.refit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self._tick.start()
        self.evergreen.look()
        self.slotsRequested.emit()
        self._time_passed()

    def hideEvent(self, event: QHideEvent) -> None:
        self.campaigns.editor.save()
        self._tick.stop()
        super().hideEvent(event)
        self.evergreen.look()

    def event(self, event: QEvent) -> bool:
        # Without this, the window would start a new message with the clipboard's files.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
            and self.is_open
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_open and event.matches(QKeySequence.StandardKey.Paste):
            self.message_actions.paste()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.is_open and (has_files(event.mimeData()) or event.mimeData().hasText()):
            event.acceptProposedAction()
            self.empty.set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.empty.set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.empty.set_over(False)
        self.message_actions.add_mime(event.mimeData())
