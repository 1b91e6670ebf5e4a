"""The right pane: what each selected network will show, one card each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui import icons
from posto_desktop.ui.compose.preview_card import PreviewCard, PreviewPost
from posto_desktop.ui.compose.scroll import OverlayScrollArea
from posto_desktop.ui.theme import Theme

SIDE = 16
BETWEEN = 14


class _Jump(QToolButton):
    """A network's mark in the head of the pane; red dot when its card has a problem."""

    def __init__(self, slug: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.slug = slug
        self._problem = False
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFixedSize(30, 30)
        self.setProperty("focusRadius", 6)
        self.setToolTip(name)
        self.setAccessibleName(self.tr("Preview for {name}").format(name=name))
        self.setObjectName(f"preview-for-{slug}")

    def set_problem(self, problem: bool) -> None:
        if problem != self._problem:
            self._problem = problem
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        badge = icons.network_badge(self.slug, 18, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(6, 6), badge)
        if self._problem:
            painter.setPen(QPen(theme.colour("surface_alt"), 1.5))
            painter.setBrush(theme.status("failed").solid)
            painter.drawEllipse(QPointF(24, 6), 4.5, 4.5)
        painter.end()


class _Skeleton(QWidget):
    """Two pale cards while no network is selected, and what will be here."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() - 2.0
        top = 1.0
        for picture in (150.0, 240.0):
            height = 102 + picture + 15
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.drawRoundedRect(QRectF(1.5, top + 0.5, width - 1, height), 10, 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("sunken"))
            painter.drawEllipse(QRectF(15, top + 15, 34, 34))
            painter.drawRoundedRect(QRectF(59, top + 19, min(96.0, width - 90), 9), 4.5, 4.5)
            painter.drawRoundedRect(QRectF(59, top + 36, 60, 9), 4.5, 4.5)
            painter.drawRoundedRect(QRectF(15, top + 63, width - 54, 9), 4.5, 4.5)
            painter.drawRoundedRect(QRectF(15, top + 80, width - 96, 9), 4.5, 4.5)
            pen = QPen(theme.colour("slot_line"), 1)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            area = QRectF(15.5, top + 102.5, width - 29, picture)
            painter.drawRoundedRect(area, 6, 6)
            mark = icons.pixmap("image", 20, theme.colour("text_faint"), self.devicePixelRatioF())
            painter.drawPixmap(area.center() - QPointF(10, 10), mark)
            top += height + BETWEEN
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_faint"))
        painter.drawText(
            QRectF(20, top + 6, width - 40, 44),
            int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap),
            self.tr("Each network's view of your post appears here while you type."),
        )
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(330, 102 * 2 + 390 + 30 + BETWEEN * 2 + 56)


class PreviewPane(QFrame):
    """Signal ``networkChosen(slug)``: a card's head was clicked; ``closeRequested()``."""

    networkChosen = Signal(str)
    closeRequested = Signal()

    def __init__(
        self, picture: Callable[[str], QImage | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._cards: dict[str, PreviewCard] = {}
        self._jumps: dict[str, _Jump] = {}
        self._columns: list[QVBoxLayout] = []
        self.setObjectName("preview")
        self.setAccessibleName(self.tr("Preview"))
        self.setMinimumWidth(Theme.instance().px("pane.preview.min"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._head = QWidget(self)
        self._head.setFixedHeight(Theme.instance().px("size.tab_row"))
        head = QHBoxLayout(self._head)
        head.setContentsMargins(SIDE, 0, 10, 0)
        head.setSpacing(2)
        title = QLabel(self.tr("Preview"), self._head)
        title.setProperty("role", "strong")
        head.addWidget(title)
        head.addStretch(1)
        self._jump_row = QHBoxLayout()
        self._jump_row.setSpacing(2)
        head.addLayout(self._jump_row)
        self.close_button = QToolButton(self._head)
        self.close_button.setIcon(icons.icon("x"))
        self.close_button.setIconSize(QSize(16, 16))
        self.close_button.setAutoRaise(True)
        self.close_button.setFixedSize(30, 30)
        self.close_button.setAccessibleName(self.tr("Close preview"))
        self.close_button.setObjectName("close-preview")
        self.close_button.clicked.connect(self.closeRequested)
        self.close_button.hide()
        head.addWidget(self.close_button)
        outer.addWidget(self._head)
        self._scroll = OverlayScrollArea(self)
        self._inside = QWidget()
        self._inside.setAutoFillBackground(False)
        self._body = QHBoxLayout(self._inside)
        self._body.setContentsMargins(SIDE, SIDE, SIDE, SIDE)
        self._body.setSpacing(BETWEEN)
        self._empty = _Skeleton(self._inside)
        self._empty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._scroll.setWidget(self._inside)
        outer.addWidget(self._scroll, 1)
        self._arranged: tuple[int, tuple[str, ...]] = (0, ())
        # Heights settle when the cards are laid out; columns are balanced after that.
        self._balance = QTimer(self)
        self._balance.setSingleShot(True)
        self._balance.setInterval(0)
        self._balance.timeout.connect(self._arrange)
        self._arrange()

    # -- content ---------------------------------------------------------------------------

    def set_posts(self, posts: Sequence[PreviewPost]) -> None:
        """One card per post, in this order; unchanged cards are not touched."""
        wanted = [post.slug for post in posts]
        for slug in list(self._cards):
            if slug not in wanted:
                card, jump = self._cards.pop(slug), self._jumps.pop(slug)
                for widget in (card, jump):
                    widget.hide()
                    widget.setParent(None)
                    widget.deleteLater()
        for number, post in enumerate(posts):
            card = self._cards.get(post.slug)
            if card is None:
                card = PreviewCard(post, self._picture, self._inside)
                card.chosen.connect(self.networkChosen)
                self._cards[post.slug] = card
                jump = _Jump(post.slug, post.network, self._head)
                jump.clicked.connect(self._jump_clicked)
                self._jumps[post.slug] = jump
                self._jump_row.insertWidget(number, jump)
            else:
                card.set_post(post)
            self._jumps[post.slug].set_problem(bool(post.problem))
        self._cards = {slug: self._cards[slug] for slug in wanted}
        for number, slug in enumerate(wanted):
            if self._jump_row.indexOf(self._jumps[slug]) != number:
                self._jump_row.removeWidget(self._jumps[slug])
                self._jump_row.insertWidget(number, self._jumps[slug])
        if self._arranged[1] != tuple(wanted):
            self._arrange()
        self._fit_jumps()

    def card(self, slug: str) -> PreviewCard | None:
        return self._cards.get(slug)

    def pictures_changed(self, path: str) -> None:
        for card in self._cards.values():
            card.pictures_changed(path)

    def show_network(self, slug: str) -> None:
        """Mark and bring into view the card of a network."""
        for other, jump in self._jumps.items():
            jump.setChecked(other == slug)
        card = self._cards.get(slug)
        if card is not None:
            self._scroll.ensureWidgetVisible(card, 0, SIDE)
            top = card.mapTo(self._inside, card.rect().topLeft()).y() - SIDE
            self._scroll.verticalScrollBar().setValue(top)

    def _jump_clicked(self) -> None:
        jump = self.sender()
        if isinstance(jump, _Jump):
            self.show_network(jump.slug)

    # -- layout ----------------------------------------------------------------------------

    def _column_count(self) -> int:
        least = Theme.instance().px("pane.preview_column_min")
        room = self.width() - 2 * SIDE + BETWEEN
        return max(1, min(max(1, len(self._cards)), room // (least + BETWEEN)))

    def _arrange(self) -> None:
        """Put the cards into columns, each next one where it is shortest."""
        count = self._column_count()
        self._arranged = (count, tuple(self._cards))
        while self._body.count():
            item = self._body.takeAt(0)
            column = item.layout() if item is not None else None
            if column is not None:
                while column.count():
                    column.takeAt(0)
                column.deleteLater()
        self._columns = []
        for _number in range(count):
            column_layout = QVBoxLayout()
            column_layout.setSpacing(BETWEEN)
            self._body.addLayout(column_layout, 1)
            self._columns.append(column_layout)
        heights = [0] * count
        self._empty.setVisible(not self._cards)
        if not self._cards:
            self._columns[0].addWidget(self._empty)
        for card in self._cards.values():
            shortest = heights.index(min(heights))
            self._columns[shortest].addWidget(card)
            card.show()
            heights[shortest] += card.sizeHint().height() + BETWEEN
        for column_layout in self._columns:
            column_layout.addStretch(1)

    def _fit_jumps(self) -> None:
        """The marks that fit beside the title; the pane itself can be scrolled to the others."""
        room = (self.width() - 120 - (32 if self.close_button.isVisible() else 0)) // 32
        for number, jump in enumerate(self._jumps.values()):
            jump.setVisible(number < max(1, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_jumps()
        if self._column_count() != self._arranged[0]:
            self._balance.start()

    def set_overlay(self, overlay: bool) -> None:
        """Floating over the message it has a button to close it."""
        self.close_button.setVisible(overlay)
        self._fit_jumps()

    def restyle(self) -> None:
        for card in self._cards.values():
            card.restyle()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Theme.instance().px("pane.preview.default"), 600)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        line = theme.colour("border")
        painter.fillRect(0, 0, 1, self.height(), line)
        painter.fillRect(0, self._head.height() - 1, self.width(), 1, line)
        painter.end()
