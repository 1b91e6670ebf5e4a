"""Preview pane of a style: a sample or the open message, a card for each network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.shared.preview_card import PreviewCard
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.styles.tinted_card import TintedCard
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.viewmodels.styles_state import PRESENT, SAMPLE

SIDE = 16
BETWEEN = 14


class StylePreview(QFrame):
    """Signals: ``sourceChosen(str)``: "sample" or "present"; ``networkChosen(str)``: the head of a
    card was clicked; ``closeRequested()``."""

    sourceChosen = Signal(str)
    networkChosen = Signal(str)
    closeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("style-preview")
        self.setAccessibleName(self.tr("Preview of the style"))
        self._cards: dict[str, TintedCard] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(SIDE, 0, SIDE, 0)
        head.setSpacing(8)
        words = label(self.tr("Preview"), "strong")
        head.addWidget(words)
        head.addStretch(1)
        self.source = ComboBox("preview", self._head)
        self.source.addItem(self.tr("Sample"), SAMPLE)
        self.source.addItem(self.tr("Current message"), PRESENT)
        self.source.activated.connect(self._source_chosen)
        words.setBuddy(self.source)
        head.addWidget(self.source)
        self.close_button = IconButton(
            "x",
            self.tr("Close preview of the style"),
            "close-preview-of-the-style",
            parent=self._head,
        )
        self.close_button.clicked.connect(self.closeRequested)
        self.close_button.hide()
        head.addWidget(self.close_button)
        column.addWidget(self._head)
        self._area = OverlayScrollArea(self)
        inside = QWidget()
        self._body = QHBoxLayout(inside)
        self._body.setContentsMargins(SIDE, SIDE, SIDE, SIDE)
        self._body.setSpacing(BETWEEN)
        self._columns: list[QVBoxLayout] = []
        self._add_columns(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)  # `setWidget` switches it on
        self._inside = inside
        column.addWidget(self._area, 1)
        self._foot = ElidedLabel(
            self.tr("Tinted words come from the message"), "small", parent=self
        )
        self._foot.setObjectName("preview-foot")
        self._foot.setContentsMargins(SIDE, 0, SIDE, 0)
        column.addWidget(self._foot)
        self.restyle()

    def show_source(self, source: str, title: str) -> None:
        """Show the chosen source and the title of the open message; "" disables it."""
        at = self.source.findData(PRESENT)
        words = self.tr("Current message")
        self.source.setItemText(at, f"{words}: {title[:30]}" if title else words)
        item = self.source.model().index(at, 0)
        flags = Qt.ItemFlag.ItemIsEnabled if title else Qt.ItemFlag.NoItemFlags
        self.source.model().setData(item, int(flags.value), Qt.ItemDataRole.UserRole - 1)
        self.source.setCurrentIndex(self.source.findData(source))

    @Slot()
    def _source_chosen(self) -> None:
        self.sourceChosen.emit(str(self.source.currentData()))

    def set_posts(
        self, posts: Sequence[PreviewPost], tints: Mapping[str, Sequence[tuple[int, int]]]
    ) -> None:
        """Show a card for each post; `tints` has ranges (start, end) of each text by the card's
        key."""
        keys = [post.key or post.slug for post in posts]
        for key in [key for key in self._cards if key not in keys]:
            card = self._cards.pop(key)
            card.hide()
            card.setParent(None)
            card.deleteLater()
        cards: dict[str, TintedCard] = {}
        for post, key in zip(posts, keys, strict=True):
            preview_card = self._cards.get(key)
            if preview_card is None:
                preview_card = TintedCard(post, self._inside)
                preview_card.chosen.connect(self.networkChosen)
            else:
                preview_card.set_post(post)
                preview_card.catch_up()
            preview_card.set_tints(tints.get(key, ()))
            cards[key] = preview_card
        self._cards = cards
        self._arrange()

    def cards(self) -> list[PreviewCard]:
        """Return the cards in their order."""
        return list(self._cards.values())

    # -- columns -------------------------------------------------------------------------------

    def _add_columns(self, count: int) -> None:
        for _number in range(count):
            column = QVBoxLayout()
            column.setSpacing(BETWEEN)
            column.addStretch(1)
            self._body.addLayout(column, 1)
            self._columns.append(column)

    def _column_count(self) -> int:
        least = Theme.instance().px("pane.preview_column_min")
        room = self.width() - 2 * SIDE + BETWEEN
        return max(1, min(len(self._cards), room // (least + BETWEEN)))

    def _arrange(self) -> None:
        """Distribute the cards: each goes into the shortest column."""
        count = self._column_count()
        if count != len(self._columns):
            for column in self._columns:
                while column.count():
                    column.takeAt(0)
                self._body.removeItem(column)
                column.deleteLater()
            self._columns = []
            self._add_columns(count)
        width = (self.width() - 2 * SIDE - BETWEEN * (count - 1)) // count
        heights, places = [0] * count, [0] * count
        for card in self._cards.values():
            # Set the width first: the height depends on it.
            card.resize(max(60, width), card.height())
            at = heights.index(min(heights))
            if self._columns[at].indexOf(card) != places[at]:
                self._columns[at].insertWidget(places[at], card)
            places[at] += 1
            card.show()
            heights[at] += card.sizeHint().height() + BETWEEN

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._column_count() != len(self._columns):
            self._arrange()

    def set_overlay(self, overlay: bool) -> None:
        """Show a close button while the preview covers the editor."""
        self.close_button.setVisible(overlay)

    def restyle(self) -> None:
        theme = Theme.instance()
        self._head.setFixedHeight(theme.px("size.tab_row"))
        self._foot.setFixedHeight(round(40 * theme.scale))
        for card in self._cards.values():
            card.restyle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(Theme.instance().px("pane.inspector.campaign_activity_styles"), 600)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        line = theme.colour("border")
        painter.fillRect(0, 0, 1, self.height(), line)
        painter.fillRect(0, self._head.height() - 1, self.width(), 1, line)
        painter.fillRect(0, self._foot.y(), self.width(), 1, line)
        painter.end()
