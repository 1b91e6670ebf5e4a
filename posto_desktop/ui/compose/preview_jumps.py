"""The networks' marks above the previews: a click brings a card into view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton

SIDE, STEP = 30, 32


class Jump(QToolButton):
    """A network's mark; a red dot when its card has a problem."""

    def __init__(self, post: PreviewPost, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = post.key or post.slug
        self._slug = post.slug
        self._problem = ""
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFixedSize(SIDE, SIDE)
        self.setProperty("focusRadius", 6)
        name = post.network
        if self.key != post.slug:
            name = f"{post.network}, {post.channel}"
        self.name = name
        self.setToolTip(name)
        self.setAccessibleName(self.tr("Preview for {name}").format(name=name))
        self.setObjectName(f"preview-for-{self.key}".replace(":", "-"))

    def set_problem(self, problem: str) -> None:
        if problem != self._problem:
            # Only whether there is one can be seen, not which.
            if bool(problem) != bool(self._problem):
                self.update()
            self._problem = problem
            self.setAccessibleDescription(problem)
            self.setToolTip(f"{self.name}\n{problem}" if problem else self.name)

    @property
    def problem(self) -> str:
        return self._problem

    def mark(self) -> QIcon:
        """The mark as an icon, for a menu."""
        return QIcon(icons.network_badge(self._slug, 16, self.devicePixelRatioF()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        badge = icons.network_badge(self._slug, 18, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(6, 6), badge)
        if self._problem:
            painter.setPen(QPen(theme.colour("surface_alt"), 1.5))
            painter.setBrush(theme.status("failed").solid)
            painter.drawEllipse(QPointF(24, 6), 4.5, 4.5)
        painter.end()


class Jumps(QWidget):
    """A row of marks as long as there is room; the others are in a menu at its end.

    Signal ``chosen(key)``.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._jumps: dict[str, Jump] = {}
        self._shown: list[tuple[str, str]] = []
        self._room = 10_000
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(STEP - SIDE)
        self._more = IconButton("ellipsis", self.tr("More previews"), parent=self)
        self._more.setFixedSize(SIDE, SIDE)
        self._more.clicked.connect(self._open_menu)
        self._more.hide()
        self._row.addWidget(self._more)

    def set_posts(self, posts: Sequence[PreviewPost]) -> None:
        shown = [(post.key, post.problem) for post in posts]
        if shown == self._shown:
            return  # told with each key press
        self._shown = shown
        wanted = [post.key or post.slug for post in posts]
        moved = list(self._jumps) != wanted
        for key in [key for key in self._jumps if key not in wanted]:
            jump = self._jumps.pop(key)
            jump.hide()
            jump.setParent(None)
            jump.deleteLater()
        for post, key in zip(posts, wanted, strict=True):
            if key not in self._jumps:
                jump = Jump(post, self)
                jump.clicked.connect(self._clicked)
                self._jumps[key] = jump
            self._jumps[key].set_problem(post.problem)
        if not moved:
            return
        self._jumps = {key: self._jumps[key] for key in wanted}
        for number, jump in enumerate(self._jumps.values()):
            if self._row.indexOf(jump) != number:
                self._row.removeWidget(jump)
                self._row.insertWidget(number, jump)
        self.fit(self._room)

    def fit(self, room: int) -> None:
        """Show the marks that fit into ``room`` pixels."""
        self._room = room
        places = max(1, room // STEP)
        all_fit = len(self._jumps) <= places
        shown = len(self._jumps) if all_fit else max(0, places - 1)
        for number, jump in enumerate(self._jumps.values()):
            jump.setVisible(number < shown)
        self._more.setVisible(not all_fit)

    def mark(self, key: str) -> None:
        for other, jump in self._jumps.items():
            jump.setChecked(other == key)

    @Slot()
    def _clicked(self) -> None:
        jump = self.sender()
        if isinstance(jump, Jump):
            self.chosen.emit(jump.key)

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for jump in self._jumps.values():
            if jump.isHidden():
                words = f"{jump.name} · {jump.problem}" if jump.problem else jump.name
                action = menu.addAction(jump.mark(), words.replace("&", "&&"))
                action.triggered.connect(jump.click)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
