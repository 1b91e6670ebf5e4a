"""List model of the planners of the site, by title, finished ones last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.message_words import channels
from posto_desktop.sdk.planners import ACTIVE, FINISHED, PAUSED, Planner

__all__ = ["PlannerRole", "SecondLineRole", "SitePlannersModel"]

Index = QModelIndex | QPersistentModelIndex

PlannerRole = int(Qt.ItemDataRole.UserRole) + 1
SecondLineRole = PlannerRole + 1


class SitePlannersModel(QAbstractListModel):
    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._planners: list[Planner] = []

    def set_planners(self, planners: Sequence[Planner]) -> None:
        """Show these; only those that are others change."""
        rows = sorted(planners, key=_place)
        if [planner.id for planner in rows] == [planner.id for planner in self._planners]:
            self._planners = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._planners = rows
        self.endResetModel()

    def planner(self, row: int) -> Planner | None:
        return self._planners[row] if 0 <= row < len(self._planners) else None

    def row_of(self, planner_id: int) -> int:
        ids = [planner.id for planner in self._planners]
        return ids.index(planner_id) if planner_id in ids else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._planners)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        planner = self.planner(index.row()) if index.isValid() else None
        if planner is None:
            return None
        title = planner.title or translate("SitePlanners", "Site planner")
        if role == PlannerRole:
            return planner
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == SecondLineRole:
            return self._second_line(planner)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, {self._second_line(planner)}"
        return None

    def _second_line(self, planner: Planner) -> str:
        parts = [_status_word(planner.status)]
        if planner.status == ACTIVE and planner.next_at is not None:
            when = dates.spoken_when(planner.next_at, self._now())
            parts.append(translate("SitePlanners", "next {when}").format(when=when))
        if planner.channels:
            parts.append(channels(len(planner.channels)))
        return " · ".join(parts)


def _place(planner: Planner) -> tuple[bool, str, int]:
    """Sort by title, finished ones last: a planner that is paused stays where it is."""
    return planner.status == FINISHED, planner.title.casefold(), planner.id


def _status_word(status: str) -> str:
    words = {
        #: Status of a planner: it posts.
        ACTIVE: translate("SitePlanners", "Active"),
        #: Status of a planner.
        PAUSED: translate("SitePlanners", "Paused"),
        #: Status of a planner: it has posted everything.
        FINISHED: translate("SitePlanners", "Finished"),
    }
    return words.get(status) or status.replace("_", " ").capitalize()
