"""Bar chart of a campaign's days: its own posts and all others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.models.campaign_timeline import TimelineBar
from posto_desktop.models.dates import day_words
from posto_desktop.ui.theme import Theme

_HEIGHT = 40
_GAP = 0.2
_LEAST, _OWN, _OTHER = 2.0, 30.0, 14.0


class CampaignChart(QWidget):
    """Bars from the week of the first post to that of the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("campaign-chart")
        self.setAccessibleName(self.tr("Days of the campaign"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: Sequence[TimelineBar] = ()

    def set_bars(self, bars: Sequence[TimelineBar]) -> None:
        self._bars = bars
        own, other_posts = sum(bar.own_posts for bar in bars), sum(bar.other_posts for bar in bars)
        words = self.tr("{own} posts of this campaign, {other} other posts").format(
            own=own, other=other_posts
        )
        self.setAccessibleDescription(words)
        self.setToolTip(words if bars else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT + 6 + Theme.instance().line("caption"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bars = self._bars
        step = self.width() / max(21, len(bars))
        width = max(1.0, step * (1 - _GAP))
        radius = min(2.0, width / 3)
        most = max((bar.own_posts for bar in bars), default=1) or 1
        most_other = max((bar.other_posts for bar in bars), default=1) or 1
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.setFont(theme.font("caption"))
        free = 0.0
        for place, bar in enumerate(bars):
            x = place * step
            x = self.width() - x - width if mirrored else x
            if bar.is_weekend:
                painter.setBrush(theme.colour("raised" if theme.is_dark else "sunken"))
                painter.drawRoundedRect(QRectF(x, 0, width, _HEIGHT), radius, radius)
            level = 0.0
            if bar.other_posts:
                level = _OTHER * (0.6 + 0.4 * bar.other_posts / most_other)
                painter.setBrush(theme.status("draft").solid)
                bar_rect = QRectF(x, _HEIGHT - level, width, level)
                painter.drawRoundedRect(bar_rect, radius, radius)
            if bar.own_posts:
                height = max(_OWN * (0.6 + 0.4 * bar.own_posts / most), level + 8)
                painter.setBrush(theme.colour("accent"))
                top = min(float(_HEIGHT), height)
                foot = level * 0.5 if level else 0.0
                bar_rect = QRectF(x, _HEIGHT - top, width, top - foot)
                painter.drawRoundedRect(bar_rect, radius, radius)
            if not bar.own_posts and not bar.other_posts:
                painter.setBrush(theme.colour("border_strong"))
                painter.drawRect(QRectF(x, _HEIGHT - _LEAST, width, _LEAST))
            if (bar.days > 1 or bar.first.weekday() == 0) and place * step >= free:
                words = day_words(bar.first, "d MMM")
                room = painter.fontMetrics().horizontalAdvance(words) + 12
                free = place * step + room
                if free <= self.width() + 12:
                    area = QRectF(x, _HEIGHT + 6, room, theme.line("caption"))
                    if mirrored:
                        area.moveRight(x + width)
                    painter.setPen(theme.colour("text_faint"))
                    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                    painter.drawText(area, int(align), words)
                    painter.setPen(Qt.PenStyle.NoPen)
        painter.end()


class ChartLegend(QWidget):
    """Legend of the chart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("campaign-legend")
        self._parts = (
            ("accent", self.tr("This campaign")),
            ("draft", self.tr("Other posts")),
        )
        self.setToolTip(" · ".join(words for _name, words in self._parts))

    def sizeHint(self) -> QSize:
        return QSize(200, Theme.instance().line("small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = 0
        for name, words in self._parts:
            colour = theme.colour(name) if name == "accent" else theme.status(name).solid
            metrics = painter.fontMetrics()
            room = max(0, self.width() - x - 15)
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(words)
            left = self.width() - x - 9 if mirrored else x
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, self.height() / 2 - 4.5, 9, 9), 2, 2)
            painter.setPen(theme.colour("text_muted"))
            text = QRectF(x + 15, 0, width + 2, self.height())
            if mirrored:
                text.moveLeft(self.width() - x - 15 - width - 2)
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), words)
            x += 15 + width + 14
        painter.end()
