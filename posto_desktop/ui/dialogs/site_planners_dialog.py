"""Dialog with the planners of the site: what posts there by itself, paused and resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from posto_desktop.models import site_planners as roles
from posto_desktop.models.site_planners import SitePlannersModel
from posto_desktop.sdk.planners import ACTIVE, PAUSED, Planner
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.row_cells import CellColumn, IconCell, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

__all__ = ["SitePlannersDialog"]

WIDTH, HEIGHT = 560, 440
_ICON = 20


class SitePlannersDialog(Dialog):
    """Signals: `statusRequested(int id, str status)`, `siteRequested()`."""

    statusRequested = Signal(int, str)
    siteRequested = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__("site-planners", self.tr("Planners of the site"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._can_change = False
        self.model = SitePlannersModel(now, self)
        head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(2)
        head.addWidget(label(self.tr("Planners of the site"), "dialog"))
        self.note = label("", "muted", object_name="site-planners-note", wrap=True)
        head.addWidget(self.note)
        self.box.addLayout(head)
        self.list = QListView(self)
        name_control(self.list, self.tr("Planners"), "planners")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(RowDelegate(self.list, _planner_row, _planner_size))
        self.list.setModel(self.model)
        self.list.selectionModel().currentChanged.connect(self._show_state)
        self.model.modelReset.connect(self._show_state)
        self.model.dataChanged.connect(self._show_state)
        self.box.addWidget(self.list, 1)
        self._make_foot()
        self.resize_inside(WIDTH, HEIGHT)
        self._show_state()
        self.list.setFocus()

    def _make_foot(self) -> None:
        row = self.add_foot(20)
        self.site = Button(self.tr("Open on the site"), icon="external-link", parent=self)
        self.site.setObjectName("open-on-the-site")
        self.site.clicked.connect(self.siteRequested)
        row.addWidget(self.site)
        row.addStretch(1)
        self.change = Button("", icon="pause", parent=self)
        self.change.setObjectName("pause-or-resume")
        self.change.clicked.connect(self._change)
        row.addWidget(self.change)
        self.close_button = Button(self.tr("Close"), parent=self)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.close_button)

    def show_planners(self, planners: Sequence[Planner], *, can_change: bool) -> None:
        """Show these planners, and keep the current one."""
        current = self.current()
        self._can_change = can_change
        self.model.set_planners(planners)
        row = self.model.row_of(current.id) if current is not None else 0
        if self.list.currentIndex().row() != max(0, row):
            self.list.setCurrentIndex(self.model.index(max(0, row)))
        self._show_state()

    def current(self) -> Planner | None:
        return self.model.planner(self.list.currentIndex().row())

    @Slot()
    def _show_state(self) -> None:
        planner = self.current()
        if self.model.rowCount() == 0:
            self.note.setText(self.tr("The site has no planners."))
        else:
            self.note.setText(self.tr("They post by themselves, whether Posto runs or not."))
        is_paused = planner is not None and planner.can_be_resumed
        words = self.tr("Resume") if is_paused else self.tr("Pause")
        self.change.setText(words)
        self.change.setAccessibleName(words)
        self.change.set_lucide("play" if is_paused else "pause")
        can_change = planner is not None and (planner.can_be_paused or planner.can_be_resumed)
        self.change.setVisible(self._can_change)
        self.change.setEnabled(can_change)

    @Slot()
    def _change(self) -> None:
        planner = self.current()
        if planner is not None:
            status = ACTIVE if planner.can_be_resumed else PAUSED
            self.statusRequested.emit(planner.id, status)


def _planner_size(_index: Index) -> QSize:
    theme = Theme.instance()
    return QSize(200, theme.line("control") + theme.line("small") + 20)


def _planner_row(index: Index, state: RowState) -> RowContent:
    theme = Theme.instance()
    planner: Planner = index.data(roles.PlannerRole)
    is_active = planner.status == ACTIVE
    title = TextCell(str(index.data(Qt.ItemDataRole.DisplayRole)), "control", fills=True)
    words = TextCell(str(index.data(roles.SecondLineRole)), "small", "text_muted", fills=True)
    ring = RowFocusRing() if state.focused and state.selected else None
    colour = theme.status("site").solid if is_active else theme.colour("text_faint")
    icon = {"active": "globe", "paused": "pause"}.get(planner.status, "check")
    return RowContent(
        [
            IconCell(icon, colour, side=_ICON),
            CellColumn([title, words], [theme.line("control"), theme.line("small")], gap=12),
        ],
        (24, 0, 24, 0),
        state.background(),
        ring=ring,
    )
