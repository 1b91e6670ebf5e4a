"""List model of the calls of agents, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.common.sentences import in_users_language
from posto_desktop.core.proposals import AgentCall
from posto_desktop.models import dates

Index = QModelIndex | QPersistentModelIndex


class AgentCallsModel(QAbstractListModel):
    """Plain rows. Their texts come from outside; our own ones are stored in English."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self._rows: list[AgentCall] = []

    def set_rows(self, rows: Sequence[AgentCall]) -> None:
        shown = list(map(_in_users_language, rows))
        if shown == self._rows:
            return
        self.beginResetModel()
        self._rows = shown
        self.endResetModel()

    def call(self, row: int) -> AgentCall | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def when(self, call: AgentCall) -> str:
        return dates.short_when(call.at, self._now(), self._zone)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        call = self.call(index.row()) if index.isValid() else None
        if call is None:
            return None
        title = " ".join(part for part in (call.tool, call.summary) if part)
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (title, call.outcome, call.client, self.when(call))
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:  # the row may elide all of it
            return "\n".join(part for part in (title, call.outcome, call.client) if part)
        return None


def _in_users_language(call: AgentCall) -> AgentCall:
    return replace(
        call, summary=in_users_language(call.summary), outcome=in_users_language(call.outcome)
    )
