"""Preview pane: a card for each selected network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui import icons
from posto_desktop.ui.shared.preview_card import PreviewCard
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import MenuButton
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.popup import below
from posto_desktop.workers.debouncer import Debouncer

SIDE = 16
BETWEEN = 14


class _Skeleton(QWidget):
    """Two pale placeholder cards while no network is selected."""

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
    """Signals: ``networkChosen(slug)``: a card's header was clicked; ``closeRequested()``;
    ``woke()``: the pane became visible, and its content may be outdated."""

    networkChosen = Signal(str)
    closeRequested = Signal()
    woke = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[str, PreviewCard] = {}
        self._columns: list[QVBoxLayout] = []
        self._overlay = False
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
        self._title = PlainLabel(self.tr("Preview"), self._head)
        self._title.setProperty("role", "strong")
        head.addWidget(self._title)
        head.addStretch(1)
        self.menu = PreviewMenu(self._head)
        self.menu.chosen.connect(self.show_network)
        head.addWidget(self.menu)
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
        self._body = QHBoxLayout(self._inside)
        self._body.setContentsMargins(SIDE, SIDE, SIDE, SIDE)
        self._body.setSpacing(BETWEEN)
        self._empty = _Skeleton(self._inside)
        self._empty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._scroll.setWidget(self._inside)
        outer.addWidget(self._scroll, 1)
        self._arranged: tuple[int, tuple[str, ...]] = (0, ())
        # Heights settle after the layout of the cards; balance the columns then.
        self._balance = Debouncer(0, self._arrange, self)
        # Update all visible cards first, the others one by one, with input and painting in between.
        self._late = Debouncer(0, self._catch_up, self, restart=False)
        self._arrange()

    # -- content ---------------------------------------------------------------------------

    def set_posts(self, posts: Sequence[PreviewPost]) -> None:
        """Show one card per post in this order; unchanged cards stay as they are."""
        keys = [post.key or post.slug for post in posts]
        for key in [key for key in self._cards if key not in keys]:
            card = self._cards.pop(key)
            card.hide()
            card.setParent(None)
            card.deleteLater()
        is_late = False
        for post, key in zip(posts, keys, strict=True):
            known = self._cards.get(key)
            if known is None:
                card = PreviewCard(post, self._inside)
                card.chosen.connect(self.networkChosen)
                self._cards[key] = card
            elif known.set_post(post):
                is_late = True
        if is_late:
            self._late.call()
        self.menu.set_posts(posts)
        if self._arranged[1] != tuple(keys):
            self._cards = {key: self._cards[key] for key in keys}
            self._arrange()

    @Slot()
    def _catch_up(self) -> None:
        late = [card for card in self._cards.values() if card.is_late]
        seen = [card for card in late if not card.visibleRegion().isEmpty()]
        for card in seen or late[:1]:
            card.catch_up()
        if len(late) > max(1, len(seen)):
            self._late.call()

    def card(self, key: str) -> PreviewCard | None:
        """Return the card of a network (its first, if its channels differ) or of a
        ``channel:ID``."""
        card = self._cards.get(key)
        if card is None:
            card = next((card for card in self._cards.values() if card.post.slug == key), None)
        return card

    def cards(self) -> list[PreviewCard]:
        return list(self._cards.values())

    @Slot(str)
    def show_network(self, key: str) -> None:
        """Mark the card of a network or ``channel:ID`` and scroll to it."""
        card = self.card(key)
        if card is None:
            self.menu.mark("")
            return
        self.menu.mark(card.post.key or card.post.slug)
        self._scroll.ensureWidgetVisible(card, 0, SIDE)
        top = card.mapTo(self._inside, card.rect().topLeft()).y() - SIDE
        self._scroll.verticalScrollBar().setValue(top)

    # -- layout ----------------------------------------------------------------------------

    def _column_count(self) -> int:
        least = Theme.instance().px("pane.preview_column_min")
        room = self.width() - 2 * SIDE + BETWEEN
        return max(1, min(max(1, len(self._cards)), room // (least + BETWEEN)))

    def _column_width(self, count: int) -> int:
        return max(60, (self.width() - 2 * SIDE - BETWEEN * (count - 1)) // count)

    @Slot()
    def _arrange(self) -> None:
        """Add each card to the column that is shortest."""
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
        width = self._column_width(count)
        for card in self._cards.values():
            # The height follows from the width, and the columns from the heights.
            card.resize(width, card.height())
            shortest = heights.index(min(heights))
            self._columns[shortest].addWidget(card)
            card.show()
            heights[shortest] += card.sizeHint().height() + BETWEEN
        for column_layout in self._columns:
            column_layout.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._column_count() != self._arranged[0]:
            self._balance.call()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_background()  # the style sheet reset it when it was first applied
        self.woke.emit()

    def set_overlay(self, overlay: bool) -> None:
        """Show an edge line and a close button if the pane is an overlay."""
        self._overlay = overlay
        self.close_button.setVisible(overlay)

    def _fill_background(self) -> None:
        """Fill the background of the cards, which are repainted with each key press."""
        palette = self._inside.palette()
        palette.setColor(QPalette.ColorRole.Window, Theme.instance().colour("surface_alt"))
        self._inside.setPalette(palette)

    def set_head_height(self, height: int) -> None:
        """Set the height, including the line below."""
        self._head.setFixedHeight(height)
        self.update()

    def restyle(self) -> None:
        self._fill_background()
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
        if self._overlay:
            # Beside the message the splitter handle is the line.
            x = self.width() - 1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
            painter.fillRect(x, 0, 1, self.height(), line)
        painter.fillRect(0, self._head.height() - 1, self.width(), 1, line)
        painter.end()


class PreviewMenu(MenuButton):
    """Lists the previews, where there are several; the tabs of the networks stand beside it.

    Signal ``chosen(key)``: of the preview to show.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(self.tr("Go to preview"), "go-to-preview", "eye", parent)
        self._posts: Sequence[PreviewPost] = ()
        self._shown_key = ""
        self.clicked.connect(self._open_menu)
        self.hide()

    def set_posts(self, posts: Sequence[PreviewPost]) -> None:
        """Set the previews; called with each key press."""
        if len(posts) != len(self._posts):
            words = self.tr("%n preview(s)", "", len(posts))
            self.setText(words)
            #: {words}: "3 previews".
            self.setAccessibleName(self.tr("{words}, go to one").format(words=words))
            self.setVisible(len(posts) > 1)
        self._posts = posts

    def mark(self, key: str) -> None:
        """Set the preview that was gone to last."""
        self._shown_key = key

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ratio = self.devicePixelRatioF()
        for post in self._posts:
            key = post.key or post.slug
            parts = [post.network if key == post.slug else f"{post.network}, {post.channel}"]
            if post.problem:
                parts.append(post.problem)
            badge = QIcon(icons.network_badge(post.slug, 16, ratio))
            action = menu.addAction(badge, " · ".join(parts).replace("&", "&&"))
            action.triggered.connect(partial(self.chosen.emit, key))
            if key == self._shown_key:
                menu.setActiveAction(action)
        menu.popup(below(self))
