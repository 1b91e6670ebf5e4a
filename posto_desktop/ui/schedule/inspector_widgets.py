"""Widgets of the inspector: networks of a post's siblings, rows of details."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.limits import network_name
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["FactList", "NetworkBadges"]

_BADGE_STEP, _LEAST_BADGE_STEP, _BADGE_GAP = 22, 9, 4


class NetworkBadges(QWidget):
    """Network badges in a row, followed by a status text."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._slugs: list[str] = []
        self._words = ""
        self.setFixedHeight(20)

    def show_networks(self, slugs: list[str], words: str) -> None:
        self._slugs, self._words = slugs[:7], words
        names = listed(network_name(slug) for slug in slugs)
        self.setAccessibleName(f"{names}: {words}")
        self.setToolTip(f"{names}: {words}" if words else names)
        self.update()

    def measure(self) -> tuple[int, str]:
        """Return the step between badges and the elided text. Badges overlap, as far as they stay
        recognisable, before the text is cut."""
        count, metrics = len(self._slugs), QFontMetrics(Theme.instance().font("body"))
        step, room = _BADGE_STEP, self.width() - _BADGE_GAP
        if self._words and count > 1:
            badges_width = room - _BADGE_STEP - metrics.horizontalAdvance(self._words) - 1
            step = max(_LEAST_BADGE_STEP, min(step, badges_width // (count - 1)))
        room -= (count - 1) * step + _BADGE_STEP if count else 0
        return step, metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, max(0, room))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), Theme.instance()
        painter.setLayoutDirection(self.layoutDirection())
        step, shown = self.measure()
        left = 0
        for slug in self._slugs:
            badge = icons.network_badge(slug, 18, self.devicePixelRatioF())
            place = painters.placed(painter, QRect(left, 1, 18, 18), self.rect())
            painter.drawPixmap(place.topLeft(), badge)
            left += step
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        left += _BADGE_STEP - step + _BADGE_GAP
        area = painters.placed(painter, self.rect().adjusted(left, 0, 0, 0), self.rect())
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignVCenter), painters.oriented(painter, shown)
        )


class FactList(QWidget):
    """Section with a title and rows of two columns; hidden without rows."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline(self))
        box.addSpacing(14)
        box.addWidget(Paragraph(title, "strong", type_name="strong"))
        box.addSpacing(8)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 80)
        self._grid.setColumnStretch(1, 196)
        box.addLayout(self._grid)
        self._lines: list[tuple[Paragraph, Paragraph]] = []
        self._rows: list[tuple[str, str]] = []
        self.hide()

    def rows(self) -> list[tuple[str, str]]:
        """Return the shown (name, value) pairs."""
        return list(self._rows)

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these rows; existing labels are reused."""
        if self._rows == list(rows):
            return
        self._rows = list(rows)
        while len(self._lines) < len(self._rows):
            line = (Paragraph("", "muted"), Paragraph(""))
            at = self._grid.rowCount()
            for column, part in enumerate(line):
                self._grid.addWidget(part, at, column, Qt.AlignmentFlag.AlignTop)
            self._lines.append(line)
        for at, line in enumerate(self._lines):
            for column, part in enumerate(line):
                part.setVisible(at < len(self._rows))
                if at < len(self._rows):
                    part.setText(self._rows[at][column])
        self.setVisible(bool(self._rows))
