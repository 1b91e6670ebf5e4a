"""Workspace switcher of the top bar, with its menu."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget, QWidgetAction

from posto_desktop.common.translation import translate
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.menu import Menu

LOCAL = "local"
"""Id of the workspace on this computer."""

CONNECTION_STATES = ("connected", "connecting", "offline", "sign_in_again", "error")


@dataclass(frozen=True)
class WorkspaceRow:
    """One workspace; `state` is one of STATES or "" if unknown."""

    id: str
    name: str
    host: str
    state: str = ""


class WorkspaceButton(QAbstractButton):
    """Avatar, name, host and a dot for the connection; opens the menu of workspaces.

    Signals:
        workspaceChosen(str id): open another workspace.
        addRequested(): sign in to another service.
        manageRequested(): rename or remove services.
        signInAgainRequested(str id): the password of a workspace no longer works.
        forgetRequested(str id): remove the current service from this computer.
    """

    workspaceChosen = Signal(str)
    addRequested = Signal()
    manageRequested = Signal()
    signInAgainRequested = Signal(str)
    forgetRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Workspace"), "workspace")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 7)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[WorkspaceRow] = []
        self._current = LOCAL
        self._state_text = ""
        self._menu: Menu | None = None
        self.clicked.connect(self.open_menu)
        self.set_workspaces([WorkspaceRow(LOCAL, self.tr("This computer"), "")], LOCAL)

    def set_workspaces(self, rows: list[WorkspaceRow], current: str) -> None:
        """Show these workspaces; `current` is the id of the open one."""
        known = self.current().state if current == self._current else ""
        self._rows = [
            replace(row, state=row.state or known) if row.id == current else row for row in rows
        ]
        self._current = current
        self._refresh()

    def set_state(self, state: str, text: str = "") -> None:
        """Show the connection of the open workspace: one of STATES, and a sentence."""
        self._rows = [
            WorkspaceRow(row.id, row.name, row.host, state) if row.id == self._current else row
            for row in self._rows
        ]
        self._state_text = text
        self._refresh()

    def current(self) -> WorkspaceRow:
        for row in self._rows:
            if row.id == self._current:
                return row
        return WorkspaceRow(self._current, self._current, "")

    def second_line(self, row: WorkspaceRow) -> str:
        """Return the text under a workspace's name."""
        if row.state == "sign_in_again":
            return self.tr("Sign in again")
        if row.id == LOCAL:
            return row.host or self.tr("Sandbox, nothing is published")
        return row.host

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        return QSize(248, max(40, theme.line("body") + theme.line("caption") + 4))

    @Slot()
    def open_menu(self) -> None:
        self.make_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def make_menu(self) -> Menu:
        """Build the menu of the current workspaces."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = Menu(self)
        menu.setMinimumWidth(272)
        for row in self._rows:
            entry = _WorkspaceEntry(row, self.second_line(row), row.id == self._current, menu)
            action = QWidgetAction(menu)
            action.setDefaultWidget(entry)
            action.setText(row.name)
            action.setData(row.id)
            entry.clicked.connect(action.trigger)
            action.triggered.connect(self._chosen)
            menu.addAction(action)
        menu.addSeparator()
        now = self.current()
        if now.state == "sign_in_again":
            menu.add(self.tr("Sign in again…"), "key-round").triggered.connect(self._sign_in_again)
        menu.add(self.tr("Add a workspace…"), "plus").triggered.connect(self.addRequested)
        if len(self._rows) > 1:
            manage = menu.add(self.tr("Manage workspaces…"), "sliders-horizontal")
            manage.triggered.connect(self.manageRequested)
        if now.id != LOCAL:
            sign_out = menu.add(self.tr("Sign out of {name}").format(name=now.name), "log-out")
            sign_out.triggered.connect(self._forget)
        return menu

    @Slot()
    def _chosen(self) -> None:
        action = self.sender()
        if self._menu is not None:
            self._menu.close()
        if isinstance(action, QWidgetAction) and action.data() != self._current:
            self.workspaceChosen.emit(action.data())

    @Slot()
    def _sign_in_again(self) -> None:
        self.signInAgainRequested.emit(self._current)

    @Slot()
    def _forget(self) -> None:
        self.forgetRequested.emit(self._current)

    def _refresh(self) -> None:
        row = self.current()
        words = _state_word(row.state)
        second = "" if row.state == "sign_in_again" else self.second_line(row)
        parts = (row.name, second, self._state_text or words)
        self.setToolTip("\n".join(part for part in parts if part))
        described = (row.name, self._state_text or words)
        self.setAccessibleDescription(", ".join(part for part in described if part))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        opened = self._menu is not None and self._menu.isVisible()
        if self.underMouse() or self.isDown() or opened:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
        row, whole = self.current(), self.rect()
        middle = self.height() // 2
        icon = painters.placed(painter, QRect(4, middle - 14, 28, 28), whole)
        paint_workspace_icon(painter, icon, row)
        right = self.width() - 24
        chevron = painters.placed(painter, QRect(self.width() - 22, middle - 8, 16, 16), whole)
        painters.paint_icon(painter, chevron, "chevrons-up-down", 16, theme.colour("text_muted"))
        room = painters.placed(painter, QRect(42, 0, right - 42, self.height()), whole)
        _paint_lines(painter, room, row, self.second_line(row))
        painter.end()


class _WorkspaceEntry(QAbstractButton):
    """One workspace inside the menu."""

    def __init__(self, row: WorkspaceRow, second: str, current: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._row, self._second, self._current = row, second, current
        self.setText(row.name)
        self.setAccessibleName(row.name)
        self.setToolTip("\n".join(part for part in (row.name, second) if part))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        name = QFontMetrics(theme.font("strong")).horizontalAdvance(self._row.name)
        second = QFontMetrics(theme.font("caption")).horizontalAdvance(self._second)
        height = theme.line("body") + theme.line("caption") + 10
        return QSize(min(420, max(260, 46 + max(name, second) + 31)), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._current or self.underMouse() or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if self._current else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        middle, whole = self.height() // 2, self.rect()
        icon = painters.placed(painter, QRect(9, middle - 14, 28, 28), whole)
        paint_workspace_icon(painter, icon, self._row)
        room = QRect(46, 0, self.width() - 46 - 30, self.height())
        room = painters.placed(painter, room, whole)
        _paint_lines(painter, room, self._row, self._second, dot=False, current=self._current)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("control_border"))
        if self._row.state:
            painter.setBrush(_dot_colour(self._row.state))
        dot = painters.placed(painter, QRect(self.width() - 20, middle, 7, 7), whole)
        painter.drawEllipse(QRectF(dot).translated(0, -3.5))
        painter.end()


def paint_workspace_icon(painter: QPainter, rect: QRect, row: WorkspaceRow) -> None:
    """Paint a workspace's square icon: a screen for this computer, else its initial."""
    theme = Theme.instance()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if row.id == LOCAL:
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(rect), 7, 7)
        painters.paint_icon(painter, rect, "monitor", 16, theme.colour("text_on_accent"))
    else:
        fg, bg = theme.label_colours("teal")
        painter.setBrush(bg)
        painter.drawRoundedRect(QRectF(rect), 7, 7)
        painter.setPen(fg)
        painter.setFont(theme.font("strong"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, painters.initial_of(row.name))
    painter.restore()


def _paint_lines(
    painter: QPainter,
    room: QRect,
    row: WorkspaceRow,
    second: str,
    *,
    dot: bool = True,
    current: bool = False,
) -> None:
    theme = Theme.instance()
    upper, lower = theme.line("body"), theme.line("caption")
    top = room.y() + (room.height() - upper - lower) // 2
    strong, small = theme.font("strong"), theme.font("caption")
    painter.setFont(strong)
    painter.setPen(theme.colour("accent_soft_text" if current else "text"))
    name = QFontMetrics(strong).elidedText(row.name, Qt.TextElideMode.ElideRight, room.width())
    line = QRect(room.x(), top, room.width(), upper)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
    whole_line = second_line = QRect(room.x(), top + upper - 1, room.width(), lower)
    if dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_dot_colour(row.state))
        spot = QRect(room.x(), second_line.center().y() - 3, 7, 7)
        painter.drawEllipse(QRectF(painters.placed(painter, spot, room)))
        second_line = painters.placed(painter, whole_line.adjusted(12, 0, 0, 0), whole_line)
    painter.setFont(small)
    attention = row.state == "sign_in_again"
    painter.setPen(theme.status("late").fg if attention else theme.colour("text_muted"))
    # Elide a host in the middle and a sentence at its end.
    middle, end = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
    mode = middle if second == row.host else end
    shown = QFontMetrics(small).elidedText(second, mode, second_line.width())
    painter.drawText(second_line, Qt.AlignmentFlag.AlignVCenter, shown)


def _dot_colour(state: str) -> object:
    theme = Theme.instance()
    if state == "connected":
        return theme.status("sent").solid
    if state in ("sign_in_again", "error"):
        return theme.status("late").solid
    return theme.status("draft").solid


def _state_word(state: str) -> str:
    return {
        "connected": translate("WorkspaceButton", "Connected"),
        "connecting": translate("WorkspaceButton", "Connecting"),
        "offline": translate("WorkspaceButton", "Offline"),
        "sign_in_again": translate("WorkspaceButton", "Sign in again"),
        "error": translate("WorkspaceButton", "Not connected"),
    }.get(state, "")
