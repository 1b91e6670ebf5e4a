"""Channels of an outbox entry, with the status on each."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.ui.widgets.inline_icon import inline_network_badge
from posto_desktop.ui.widgets.labels import ElidedLabel, StatusPill, label
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["ChannelLines"]

_BADGE = 16
_GAP = 6


class ChannelLines(QWidget):
    """A line with badge and name for each channel, and its delivery status once the service has
    some of the posts (`has_states`). Channels that need the user come first and show the reason."""

    MOST = 6

    def __init__(self, model: OutboxModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("entry-channels")
        self._model = model
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._shown: object = None
        self.has_states = False

    def show_entry(self, entry: Entry) -> None:
        # For a single channel the pill above shows the status.
        states = self._model.channel_states(entry) if len(entry.items) > 1 else []
        self.has_states = bool(states)
        lines = [
            (state.item.network, state.name, state.status, state.word, state.why)
            for state in states
        ]
        if not states:
            lines = [(item.network, item.channel_name, "", "", "") for item in entry.items]
        if lines == self._shown:
            return
        self._shown = lines
        self._clear()
        troubled = sum(bool(why) for *_, why in lines)
        most = max(self.MOST, min(troubled, 2 * self.MOST))
        for network, name, status, word, why in lines[:most]:
            self._box.addWidget(self._line(network, name, status, word, why))
        if len(lines) > most:
            more = self.tr("and %n more", "", len(lines) - most)
            self._box.addWidget(label(more, "muted"))

    def _clear(self) -> None:
        while self._box.count():
            item = self._box.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()

    def _line(self, network: str, name: str, status: str, word: str, why: str) -> QWidget:
        line = QWidget(self)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        badge = inline_network_badge(network, _BADGE, line)
        badge.setToolTip(network_name(network))
        row.addWidget(badge)
        row.addWidget(ElidedLabel(name or network_name(network), "muted", parent=line), 1)
        if status:
            row.addWidget(StatusPill(status, word, line))
        elif word:
            row.addWidget(label(word, "caption"))
        column.addLayout(row)
        if word:
            line.setAccessibleName(", ".join(part for part in (name, word, why) if part))
        if why:
            reason_row = QHBoxLayout()
            reason_row.setContentsMargins(_BADGE + _GAP, 0, 0, 4)
            reason_row.addWidget(Paragraph(why, "small", type_name="small", parent=line))
            column.addLayout(reason_row)
        return line
