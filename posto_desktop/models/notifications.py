"""List model of notifications, newest first; they outlive their toasts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.entries import moment
from posto_desktop.models import dates

__all__ = ["KINDS", "NotificationRow", "NotificationTarget", "NotificationsModel"]

KINDS = ("ok", "info", "warning", "error")
LIMIT = 200
Index = QModelIndex | QPersistentModelIndex


class NotificationTarget(NamedTuple):
    """Target of a notification: ``kind`` and ``arg`` as in
    `workers.notification.NotificationAction`, in the workspace with that id ("" if the same in
    all)."""

    kind: str
    arg: str = ""
    workspace: str = ""


@dataclass
class NotificationRow:
    """One notification. ``times`` counts repetitions of the same text; ``about`` identifies the
    cause, "" for none."""

    kind: str
    text: str
    detail: str
    at: datetime
    unread: bool = True
    times: int = 1
    leads_to: NotificationTarget | None = None
    about: str = ""


class NotificationsModel(QAbstractListModel):
    """Signals: `unreadChanged(int)` for the bell; `added(NotificationRow)`, `allRead()` and
    `cleared()` for storing the list.

    One entry per cause: a repeated notification moves to the top and is counted, and one with the
    same `about` replaces the earlier one.
    """

    unreadChanged = Signal(int)
    added = Signal(object)
    allRead = Signal()
    cleared = Signal()
    NotificationRole = Qt.ItemDataRole.UserRole + 1

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ):
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._rows: list[NotificationRow] = []

    def add(
        self,
        kind: str,
        text: str,
        detail: str = "",
        leads_to: NotificationTarget | None = None,
        about: str = "",
        *,
        unread: bool = True,
    ) -> None:
        """Add a notification on top; ``kind`` is one of `KINDS`. It is not `unread` if it only
        confirms what the user has just done."""
        kind = kind if kind in KINDS else "info"
        times = 1
        for at, row in enumerate(self._rows):
            same = (row.kind, row.text, row.detail, row.about) == (kind, text, detail, about)
            if same or (about and row.about == about):
                times = row.times + 1 if not about else 1
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
                break
        self.beginInsertRows(QModelIndex(), 0, 0)
        added = NotificationRow(kind, text, detail, self._now(), unread, times, leads_to, about)
        self._rows.insert(0, added)
        self.endInsertRows()
        if len(self._rows) > LIMIT:
            self.beginRemoveRows(QModelIndex(), LIMIT, len(self._rows) - 1)
            del self._rows[LIMIT:]
            self.endRemoveRows()
        self.unreadChanged.emit(self.unread())
        self.added.emit(added)

    def restore(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add notifications of earlier runs below those of this one.

        Rows as from `storage.notification_rows`, newest first: ``kind``, ``text``, ``detail``,
        ``at`` (Unix seconds), ``seen``, ``about``, and the target. Duplicates become one, at the
        position of the newest.
        """
        known = {(row.kind, row.text, row.detail, row.about): row for row in self._rows}
        older: list[NotificationRow] = []
        for row in rows:
            kind = row["kind"] if row["kind"] in KINDS else "info"
            about = str(row.get("about", ""))
            key = (kind, str(row["text"]), str(row["detail"]), about)
            at = moment(row["at"])
            if key in known:
                known[key].times += 1
            elif at is not None and len(self._rows) + len(older) < LIMIT:
                place = (row.get(field, "") for field in ("leads_to", "argument", "workspace"))
                leads_to = NotificationTarget(*map(str, place))
                known[key] = NotificationRow(
                    *key[:3],
                    at,
                    not row["seen"],
                    leads_to=leads_to if leads_to.kind else None,
                    about=about,
                )
                older.append(known[key])
        if older:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(older) - 1)
            self._rows += older
            self.endInsertRows()
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
            self.unreadChanged.emit(self.unread())

    def unread(self) -> int:
        return sum(row.unread for row in self._rows)

    def mark_read(self) -> None:
        if not self.unread():
            return
        for row in self._rows:
            row.unread = False
        self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
        self.unreadChanged.emit(0)
        self.allRead.emit()

    def change(self, about: str, text: str, detail: str) -> None:
        """Change the words of the notification of a cause, where it stands."""
        for at, row in enumerate(self._rows):
            if about and row.about == about and (row.text, row.detail) != (text, detail):
                row.text, row.detail = text, detail
                self.dataChanged.emit(self.index(at), self.index(at))
                self.added.emit(row)

    def remove(self, about: str) -> None:
        """Remove the notifications of a cause that is gone."""
        for at in reversed(range(len(self._rows))):
            if about and self._rows[at].about == about:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
        self.unreadChanged.emit(self.unread())

    def clear(self) -> None:
        if self._rows:
            self.beginResetModel()
            self._rows = []
            self.endResetModel()
            self.unreadChanged.emit(0)
            self.cleared.emit()

    def notification(self, row: int) -> NotificationRow | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def when(self, row: NotificationRow) -> str:
        return dates.short_when(row.at, self._now(), self._zone)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text if row.times == 1 else f"{row.text} (×{row.times})"
        if role == self.NotificationRole:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            word = {
                "error": translate("NotificationsModel", "Error"),
                "warning": translate("NotificationsModel", "Warning"),
            }.get(row.kind, "")
            return ", ".join(part for part in (word, row.text, self.when(row)) if part)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.detail or None
        return None
