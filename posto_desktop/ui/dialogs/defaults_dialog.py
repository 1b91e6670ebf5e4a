"""Dialog "Defaults" of a channel: shows which layer sets each option, and edits the local
layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QWidget,
)

from posto_desktop.core.draft import Draft
from posto_desktop.core.history import PersistedHistory
from posto_desktop.core.limits import network_name
from posto_desktop.core.style_layers import NETWORK, rows_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.defaults import DefaultsModel
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.records import Channel
from posto_desktop.ui import keys
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.dialogs.defaults_editor import DefaultEditor
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.large_dialog import LargeDialog
from posto_desktop.ui.widgets.table_row_delegate import TableRowDelegate

if TYPE_CHECKING:
    from posto_desktop.delivery.style_store import StyleResult


__all__ = ["DefaultsDialog"]

WIDTH, HEIGHT = 980, 720
EDITOR_HEIGHT = 216


@dataclass(frozen=True)
class _Step:
    """Undo step: changes at `where`, as in `sdk.defaults.Defaults.change`, and the values
    before."""

    target: object
    before: Mapping[str, Any]
    size: int = 500


class DefaultsDialog(LargeDialog):
    """View only; the controller applies the requests.

    Signals: ``changeRequested(object where, object changes)`` as in `sdk.defaults.Defaults.change`;
    ``pictureWanted()``: ask for a watermark picture.
    """

    changeRequested = Signal(object, object)
    pictureWanted = Signal()

    def __init__(
        self,
        channels: Sequence[Channel],
        chosen: int = 0,
        style: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("defaults", _tr_title(), _tr_about(), WIDTH, HEIGHT, parent)
        self._channels = list(channels)
        self._style_registry = StyleRegistry()
        self._service = ""
        self._draft: Draft | None = None
        self._style = style
        self._history: PersistedHistory[_Step] = PersistedHistory()
        self._build_choices(chosen)
        self.model = DefaultsModel(self)
        self.table = QTableView(self)
        name_control(self.table, self.tr("Layers of the defaults"), "layers-of-the-defaults")
        self.table.setModel(self.model)
        self.table.setItemDelegate(TableRowDelegate(self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(Theme.instance().px("size.control"))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        # Option names must not elide; values have tooltips.
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)  # full text in the tooltip
        header.setMinimumSectionSize(60)
        self.body.addWidget(self.table, 1)
        self.editor = DefaultEditor(self)
        self.editor.changed.connect(self._changed)
        self.editor.pictureWanted.connect(self.pictureWanted)
        self.body.addWidget(hairline(self))
        self.body.addWidget(self.editor)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.undo.clicked.connect(self._undo_change)
        add_keys(keys.UNDO, self._undo_change, self)
        self._show()
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _build_choices(self, chosen: int) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = label(self.tr("Channel"), "muted")
        self.channel_box = ComboBox("defaults-channel", self)
        words.setBuddy(self.channel_box)
        for channel in self._channels:
            network = network_name(channel.network)
            self.channel_box.addItem(f"{channel.name} · {network}", channel.id)
        self.channel_box.setCurrentIndex(max(0, self.channel_box.findData(chosen)))
        self.channel_box.activated.connect(self._channel_chosen)
        row.addWidget(words)
        row.addWidget(self.channel_box, 2)
        #: Noun: how messages look on each network.
        words = label(self.tr("Style"), "muted")
        self.style_box = ComboBox("defaults-style", self)
        words.setBuddy(self.style_box)
        self.style_box.activated.connect(self._style_chosen)
        row.addSpacing(8)
        row.addWidget(words)
        row.addWidget(self.style_box, 1)
        self.body.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # One height for all options, so that nothing jumps; less if the table needs the room.
        editor_height = round(EDITOR_HEIGHT * Theme.instance().scale)
        self.editor.setMinimumHeight(min(editor_height, self.height() * 3 // 10))

    # -- what the app tells the dialog --------------------------------------------------------

    @Slot(object)
    def set_style_registry(self, style_registry: StyleRegistry) -> None:
        """Set the styles and defaults as stored."""
        self._style_registry = style_registry
        self.style_box.clear()
        self.style_box.addItem(self.tr("No style"), "")
        for named_style in style_registry.usable():
            self.style_box.addItem(style_title(named_style), named_style.name)
        self.style_box.setCurrentIndex(max(0, self.style_box.findData(self._style)))
        self.editor.set_words(style_registry.words)
        self._show()
        if style_registry.problem:
            self.set_state_text(style_registry.problem)

    def set_service(self, address: str) -> None:
        """Set the service of these channels."""
        self._service = address
        self._show()

    def set_draft(self, draft: Draft | None) -> None:
        """Set the open message, whose options override all layers."""
        self._draft = draft
        self._show()

    @Slot(object)
    def set_outcome(self, outcome: StyleResult) -> None:
        """Show the result of a request (a workers.styles.Outcome)."""
        if outcome.kind == "mark":
            self.editor.set_picture(outcome.path)
        elif outcome.kind == "default":
            self._history.written(_Step(outcome.target, dict(outcome.values)))
            self.undo.setVisible(self._history.can_undo)
            self.set_state_text(self.tr("Saved on this computer"))

    @Slot(str, str)
    def set_refused(self, _name: str, why: str) -> None:
        """Show why a request failed; nothing was changed."""
        self._history.failed()
        self.set_state_text(why)

    # -- showing --------------------------------------------------------------------------------

    @property
    def channel(self) -> Channel | None:
        """Return the selected channel."""
        number = self.channel_box.currentData()
        return next((channel for channel in self._channels if channel.id == number), None)

    def _show(self) -> None:
        channel = self.channel
        if channel is None:
            self.editor.show_row(None)
            self.set_state_text(self.tr("No channels yet"))
            return
        resolved_style = self._style_registry.resolved_style(self._style, self._service)
        draft = self._draft
        if draft is not None:
            draft = replace(draft, style=self._style, resolved_style=resolved_style)
        self.editor.set_names(network_name(channel.network), channel.name)
        self.model.set_rows(
            rows_of(channel, resolved_style, draft),
            channel.name,
            channel.network,
            self.style_box.currentText() if self._style else "",
        )
        self._show_row()

    def _show_row(self) -> None:
        current = self.table.currentIndex()
        self.editor.show_row(self.model.row(current.row()) if current.isValid() else None)

    # -- what the user does ---------------------------------------------------------------------

    @Slot()
    def _channel_chosen(self) -> None:
        self.editor.flush()
        row = max(0, self.table.currentIndex().row())
        self._show()
        if self.model.rowCount():
            at = self.model.index(min(row, self.model.rowCount() - 1), 0)
            self.table.setCurrentIndex(at)
            self._show_row()

    @Slot()
    def _style_chosen(self) -> None:
        self._style = self.style_box.currentData() or ""
        self._show()

    @Slot(QModelIndex, QModelIndex)
    def _row_chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_row()

    @Slot(str, str, object)
    def _changed(self, layer: str, key: str, value: object) -> None:
        channel = self.channel
        if channel is not None:
            target = channel.network if layer == NETWORK else (self._service, channel.id)
            self.changeRequested.emit(target, {key: value})

    @Slot()
    def _undo_change(self) -> None:
        self.editor.flush()
        step = self._history.undo()
        if step is not None:
            self.changeRequested.emit(step.target, dict(step.before))

    def done(self, result: int) -> None:
        self.editor.flush()
        super().done(result)


def _tr_title() -> str:
    return QCoreApplication.translate("DefaultsDialog", "Defaults")


def _tr_about() -> str:
    return QCoreApplication.translate(
        "DefaultsDialog",
        "Used when a message does not set an option. Layers further right take precedence.",
    )
