"""Row descriptions of the feed for the delegate: a card for each post."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle

from posto_desktop.core.limits import network_name
from posto_desktop.models.feed import FeedItem, FeedModel
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.feed.card_layout import (
    ALIGN_LEFT,
    FeedCardLayout,
    host_of,
    lay_out_card,
    mirrored_card,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.painters import rounded_pixmap
from posto_desktop.ui.widgets.row_cells import CustomCell
from posto_desktop.ui.widgets.row_delegate import Index, RowContent, RowState
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["FeedRows"]

KEPT = 200


class FeedRows:
    """Lays cards out once per post and width; painting and sizes use the same layout."""

    def __init__(self, model: FeedModel, pictures: ImageCache) -> None:
        self._model = model
        self._pictures = pictures
        self._cards: OrderedDict[tuple[FeedItem, int, bool], FeedCardLayout] = OrderedDict()
        self.width = 600

    def clear_cache(self) -> None:
        """Forget all layouts after a change of theme or text size."""
        self._cards.clear()

    def card(self, item: FeedItem, is_mirrored: bool = False) -> FeedCardLayout:
        key = (item, self.width, is_mirrored)
        layout = self._cards.get(key)
        if layout is None:
            layout = lay_out_card(item, self.width)
            if is_mirrored:
                layout = mirrored_card(layout, self.width)
            self._cards[key] = layout
            while len(self._cards) > KEPT:
                self._cards.popitem(last=False)
        else:
            self._cards.move_to_end(key)
        return layout

    def size(self, index: Index) -> QSize:
        item = index.data(FeedModel.ItemRole)
        return QSize(self.width, self.card(item).height if item is not None else 0)

    def row(self, index: Index, state: RowState) -> RowContent:
        item: FeedItem | None = index.data(FeedModel.ItemRole)
        if item is None:
            return RowContent([])
        card, shown = self.card(item, state.mirrored), item
        links = {"link": card.link} if card.link is not None else {}
        if shown.url:
            links["open"] = card.open

        def draw(painter: QPainter, place: QRect) -> None:
            painter.save()
            painter.translate(place.topLeft())
            self._paint(painter, shown, card)
            if state.ringed:
                painters.paint_row_focus(painter, card.frame, 10)
            painter.restore()

        return RowContent([CustomCell(draw, links=links)])

    def alt_at(self, item: FeedItem, point: QPoint, is_mirrored: bool) -> str:
        """Return the alternative text of the picture at a point of the row; "" if there is none."""
        for number, place in enumerate(self.card(item, is_mirrored).pictures):
            if place.contains(point):
                return item.media[number].alt
        return ""

    def _paint(self, painter: QPainter, item: FeedItem, card: FeedCardLayout) -> None:
        theme = Theme.instance()
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(QRectF(card.frame).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        self._head(painter, item, card)
        painter.setPen(theme.colour("text"))
        if card.title is not None:
            card.title.layout.draw(painter, card.title.at)
        if card.text is not None:
            card.text.layout.draw(painter, card.text.at)
        self._grid(painter, item, card)
        if card.link is not None:
            self._link(painter, card.link, item.link)
        if card.comment is not None and card.comment_mark is not None:
            faint = theme.colour("text_faint")
            painters.paint_icon(painter, card.comment_mark, "message-circle", 16, faint)
            painter.setPen(theme.colour("text_muted"))
            card.comment.layout.draw(painter, card.comment.at)

    def _head(self, painter: QPainter, item: FeedItem, card: FeedCardLayout) -> None:
        theme = Theme.instance()
        image = self._pictures.get(item.picture)
        side = card.avatar.width()
        dpr = painters.device_ratio(painter)
        painters.paint_avatar(
            painter,
            card.avatar,
            rounded_pixmap(image, card.avatar.size(), side // 2, dpr) if image else None,
            item.channel_name,
            item.network,
            badge=18,
            background=theme.colour("raised"),
        )
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        name = painter.fontMetrics().elidedText(
            item.channel_name, Qt.TextElideMode.ElideRight, card.name.width()
        )
        painter.drawText(card.name, ALIGN_LEFT, name)
        painter.setFont(theme.numbers("small"))
        painter.setPen(theme.colour("text_muted"))
        words = [
            network_name(item.network),
            self._model.when(item),
            QCoreApplication.translate("FeedRows", "Sandbox"),
        ]
        painter.drawText(card.when, ALIGN_LEFT, " · ".join(word for word in words if word))
        if item.url:
            painters.paint_icon(painter, card.open, "external-link", 16, theme.colour("text_muted"))

    def _grid(self, painter: QPainter, item: FeedItem, card: FeedCardLayout) -> None:
        theme = Theme.instance()
        for number, place in enumerate(card.pictures):
            media = item.media[number]
            image = self._pictures.get(media.thumb)
            video = media.kind.startswith("video")
            paint_picture(painter, place, image, "play" if video else "image", 8)
            if video and image is not None:
                self._play(painter, place)
        if card.more and card.pictures:
            place = card.pictures[-1]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("media_badge"))
            painter.drawRoundedRect(QRectF(place), 8, 8)
            painter.setPen(theme.colour("media_badge_text"))
            painter.setFont(theme.font("page"))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), f"+{card.more + 1}")

    def _play(self, painter: QPainter, place: QRect) -> None:
        theme = Theme.instance()
        centre = QRectF(place).center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(centre, 24, 24)
        box = QRect(round(centre.x()) - 10, round(centre.y()) - 10, 20, 20)
        painters.paint_icon(painter, box, "play", 20, theme.colour("media_badge_text"))

    def _link(self, painter: QPainter, place: QRect, url: str) -> None:
        theme = Theme.instance()
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("surface_alt"))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        mark = QRect(place.left() + 14, place.top(), 16, place.height())
        way = painter.layoutDirection()
        mark = QStyle.visualRect(way, place, mark)
        painters.paint_icon(painter, mark, "link", 16, theme.colour("text_muted"))
        left = place.left() + 42
        room = place.right() - left - 12
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text"))
        upper = QRect(left, place.top() + 7, room, theme.line("control"))
        painter.drawText(QStyle.visualRect(way, place, upper), ALIGN_LEFT, host_of(url))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted"))
        shown = painter.fontMetrics().elidedText(url, Qt.TextElideMode.ElideMiddle, room)
        lower = QRect(left, upper.bottom(), room, theme.line("small") + 2)
        painter.drawText(QStyle.visualRect(way, place, lower), ALIGN_LEFT, shown)
