"""Card of one watched folder: how it is doing, and what becomes of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.watch_folder import FolderStatus, WatchFolder
from posto_desktop.models.watch_words import status_words
from posto_desktop.sdk.records import Channel
from posto_desktop.stores.watch_folders import WatchFolderStore
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.settings.slot_channels_popup import ChannelsPopup
from posto_desktop.ui.widgets.buttons import (
    Button,
    IconButton,
    MenuButton,
    name_button,
    name_control,
    set_enabled,
)
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, label, set_role
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers.watch_folders import CampaignName

_PROBLEMS = ("missing", "denied", "unusable")


class WatchFolderCard(SettingsCard):
    """Shows a folder of the store and changes it there."""

    def __init__(
        self,
        folder: WatchFolder,
        store: WatchFolderStore,
        channels: Sequence[Channel],
        own_groups: Groups,
        styles: Sequence[str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._folder, self._store, self._channels = folder, store, channels
        self._own_groups, self._styles = own_groups, styles
        self._campaigns: Sequence[CampaignName] = ()
        self._restore: Callable[[], None] | None = None
        self.is_removed = False
        self.setObjectName("watched-folder")
        self.setAccessibleName(folder.name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add_widget(self._build_head())
        self._options: list[QWidget] = []
        self._build_options()
        self.show_options(False)

    def _build_head(self) -> QWidget:
        name = self._folder.name
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 9, 10, 9)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedLabel(name, "lead"))
        words.addWidget(ElidedLabel(self._folder.path, "small", mode=Qt.TextElideMode.ElideMiddle))
        self.state = label("", "small", object_name="watch-state", wrap=True)
        words.addWidget(self.state)
        row.addLayout(words, 1)
        self.pause = IconButton("pause", "", "pause-folder", parent=head)
        self.pause.clicked.connect(self._toggle_pause)
        self.more = IconButton(
            "sliders-horizontal",
            self.tr("Options of {name}").format(name=name),
            "folder-options",
            checkable=True,
            parent=head,
        )
        give_role(self.more, Role.Button, expands=True)
        self.more.toggled.connect(self.show_options)
        self.remove = IconButton(
            "trash-2",
            self.tr("Stop watching {name}").format(name=name),
            "remove-folder",
            parent=head,
        )
        self.remove.clicked.connect(self._remove)
        self.undo = Button(self.tr("Undo"), "link", parent=head)
        words_of_undo = self.tr("Undo: watch {name} again").format(name=name)
        name_control(self.undo, words_of_undo, "undo-remove-folder")
        self.undo.clicked.connect(self._undo)
        self.undo.hide()
        for button in (self.pause, self.more, self.remove, self.undo):
            row.addWidget(button)
        return head

    def _build_options(self) -> None:
        self.destination = ComboBox("watch-destination")
        self.destination.activated.connect(self._choose_destination)
        self._add_option(self.tr("New files become"), "", self.destination)
        self.channels_button = MenuButton(
            self.tr("Channels for files of {name}").format(name=self._folder.name),
            "watch-channels",
            parent=self,
        )
        self.channels_button.clicked.connect(self._ask_channels)
        self._channels_row = self._add_option(
            self.tr("Channels"), self.tr("A text file beside can name others"), self.channels_button
        )
        self.style_box = ComboBox("watch-style")
        self.style_box.addItem(self.tr("No style"), "")
        for style in self._styles:
            self.style_box.addItem(style, style)
        self.style_box.activated.connect(
            lambda _index: self._edit(style=str(self.style_box.currentData()))
        )
        self._style_row = self._add_option(self.tr("Style"), "", self.style_box)
        self.deep = Switch(self.tr("Folders inside, too"), "watch-subfolders")
        self.deep.toggled.connect(lambda on: self._edit(has_subfolders=on))
        self._add_option(self.tr("Folders inside, too"), "", self.deep)
        self.scheduling = Switch(self.tr("Schedule into the next free slot"), "watch-schedules")
        self.scheduling.toggled.connect(lambda on: self._edit(is_scheduling=on))
        self._scheduling_row = self._add_option(
            self.tr("Schedule into the next free slot"),
            self.tr("By itself, with Undo. Off: you decide about each draft"),
            self.scheduling,
        )

    def _add_option(self, title: str, hint: str, control: QWidget) -> SettingRow:
        row = SettingRow(title, hint, control, self)
        line = self.add_widget(row)
        if line is not None:
            row.setProperty("line", line)
        self._options += [row, *([line] if line is not None else [])]
        return row

    # -- showing -------------------------------------------------------------------------------

    @Slot(bool)
    def show_options(self, on: bool) -> None:
        """Show or hide what can be chosen."""
        self.more.setChecked(on)
        for widget in self._options:
            widget.setVisible(on and not self.is_removed)
        self._update_rows()

    def _update_rows(self) -> None:
        """A campaign has its own channels and times, evergreen messages have their own rules."""
        is_shown = self.more.isChecked() and not self.is_removed
        destination = self._folder.destination
        for row, fits in (
            (self._channels_row, destination != "campaign"),
            (self._style_row, destination != "campaign"),
            (self._scheduling_row, destination == "drafts"),
        ):
            for widget in (row, row.property("line")):
                if isinstance(widget, QWidget):
                    widget.setVisible(is_shown and fits)

    def set_folder(self, folder: WatchFolder) -> None:
        self._folder = folder
        words = self.tr("Resume {name}") if folder.is_paused else self.tr("Pause {name}")
        self.pause.set_lucide("play" if folder.is_paused else "pause")
        name_button(self.pause, words.format(name=folder.name))
        self.pause.setToolTip(words.format(name=folder.name))
        self._show_destination()
        self.channels_button.setText(self._channel_words())
        set_enabled(
            self.channels_button,
            bool(self._channels),
            self.tr("Open the workspace of this folder to choose its channels"),
        )
        self.style_box.setCurrentIndex(max(0, self.style_box.findData(folder.style)))
        for switch, on in (
            (self.deep, folder.has_subfolders),
            (self.scheduling, folder.is_scheduling),
        ):
            switch.blockSignals(True)
            switch.setChecked(on)
            switch.blockSignals(False)
        self._update_rows()
        self.set_status(self._store.status(folder.id))

    def set_status(self, status: FolderStatus) -> None:
        if not self.is_removed:
            self.state.setText(status_words(status))
            set_role(self.state, "error-small" if status.state in _PROBLEMS else "small")

    def set_campaigns(self, campaigns: Sequence[CampaignName]) -> None:
        self._campaigns = [
            campaign for campaign in campaigns if campaign.workspace == self._folder.workspace
        ]
        self._show_destination()

    def _show_destination(self) -> None:
        box, folder = self.destination, self._folder
        box.clear()
        box.addItem(self.tr("Drafts"), ("drafts", ""))
        box.addItem(self.tr("Evergreen messages"), ("evergreen", ""))
        for campaign in self._campaigns:
            name = campaign.name or self.tr("Campaign without a name")
            words = self.tr("Messages of “{campaign}”").format(campaign=name)
            box.addItem(words, ("campaign", campaign.id))
        chosen = [folder.destination, folder.campaign_id]
        for at in range(box.count()):
            if list(box.itemData(at)) == chosen:
                box.setCurrentIndex(at)
                return
        if folder.destination == "campaign":
            box.addItem(self.tr("A campaign that was deleted"), tuple(chosen))
            box.setCurrentIndex(box.count() - 1)

    def _channel_words(self) -> str:
        ids = self._folder.channel_ids
        if not ids:
            return self.tr("None chosen")
        if len(ids) == 1:
            name = next((channel.name for channel in self._channels if channel.id == ids[0]), "")
            return name or self.tr("%n channel(s)", "", 1)
        return self.tr("%n channel(s)", "", len(ids))

    # -- changing ------------------------------------------------------------------------------

    def _edit(self, **fields: object) -> None:
        self._store.edit(self._folder.id, **fields)

    @Slot()
    def _toggle_pause(self) -> None:
        self._edit(is_paused=not self._folder.is_paused)

    @Slot(int)
    def _choose_destination(self, _index: int) -> None:
        destination, campaign_id = self.destination.currentData()
        self._edit(destination=destination, campaign_id=campaign_id)

    @Slot()
    def _ask_channels(self) -> None:
        note = self.tr("Drafts from this folder go to these channels")
        popup = ChannelsPopup(
            self._channels, self._folder.channel_ids, self, self._own_groups, note
        )
        popup.chosen.connect(lambda ids: self._edit(channel_ids=tuple(ids)))
        popup.show_at(below(self.channels_button))
        target = popup.focusProxy()
        if target is not None:
            target.setFocus(Qt.FocusReason.PopupFocusReason)

    # -- removing ------------------------------------------------------------------------------

    @Slot()
    def _remove(self) -> None:
        self._restore = self._store.remove(self._folder.id)
        self.undo.show()
        self.undo.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _undo(self) -> None:
        restore, self._restore = self._restore, None
        if restore is not None:
            restore()
        self.remove.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_removed(self, is_removed: bool) -> None:
        """Show only that it is watched no more, with Undo."""
        if is_removed == self.is_removed:
            return
        self.is_removed = is_removed
        for button in (self.pause, self.more, self.remove):
            button.setVisible(not is_removed)
        self.undo.setVisible(is_removed and self._restore is not None)
        self.show_options(self.more.isChecked())
        if is_removed:
            words = self.tr("No longer watched. Its files and drafts stay.")
            self.state.setText(words)
            set_role(self.state, "small")
        else:
            self.set_status(self._store.status(self._folder.id))
