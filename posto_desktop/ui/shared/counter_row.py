"""Character counters of a message, one ring per selected network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import CounterRing, PlainLabel
from posto_desktop.viewmodels.assessment import CharacterCount

BETWEEN = 12


class CounterRow(QWidget):
    """Counters of all selected networks with a limit.

    In a narrow row, those with the most characters left are hidden first.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rings: dict[str, CounterRing] = {}
        self._counts: dict[str, CharacterCount] = {}
        self._widths: dict[tuple[str, str, float], int] = {}
        self._has_hidden = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(BETWEEN)
        self._row.addStretch(1)
        self.note = PlainLabel(self)
        self.note.setProperty("role", "small")
        self.note.setObjectName("link-price")
        self.note.hide()
        self._row.addWidget(self.note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Sequence[CharacterCount]) -> None:
        shown = {count.slug: count for count in counts if count.limit}
        if shown == self._counts and list(shown) == list(self._counts):
            return  # nothing changed; called on each key press
        is_wider = list(shown) != list(self._rings)
        if is_wider:
            for slug in list(self._rings):
                ring = self._rings[slug]
                self._row.removeWidget(ring)
                if slug not in shown:
                    del self._rings[slug]
                    ring.hide()
                    ring.deleteLater()
            self._rings = {slug: self._rings.get(slug) or self._ring(slug) for slug in shown}
            for ring in self._rings.values():
                self._row.addWidget(ring)
        for slug, count in shown.items():
            if self._counts.get(slug) != count:
                is_wider |= self._rings[slug].set_count(count.used, count.limit or 0)
        self._counts = shown
        # Only with a single ring: there is no room for it beside several.
        price = (
            next((shown_count.link for shown_count in shown.values()), 0) if len(shown) == 1 else 0
        )
        self.note.setText(self.tr("each link counts {n}").format(n=price) if price else "")
        self.note.setVisible(bool(price))
        if is_wider or self._has_hidden:
            self._fit()

    def counts(self) -> Mapping[str, CharacterCount]:
        return dict(self._counts)

    def _ring(self, slug: str) -> CounterRing:
        ring = CounterRing(slug, self)
        ring.setObjectName(f"counter-{slug}")
        return ring

    def _fit(self) -> None:
        def room(slug: str) -> float:
            count = self._counts[slug]
            return (count.left or 0) / (count.limit or 1)

        scale = Theme.instance().scale
        widths = {slug: self._width(slug, scale) + BETWEEN for slug in self._rings}
        total = sum(widths.values())
        hidden: set[str] = set()
        for slug in sorted(widths, key=room, reverse=True):
            if total <= self.width() + BETWEEN or len(hidden) >= len(widths) - 1:
                break
            hidden.add(slug)
            total -= widths[slug]
        self._has_hidden = bool(hidden)
        for slug, ring in self._rings.items():
            ring.setVisible(slug not in hidden)

    def _width(self, slug: str, scale: float) -> int:
        """Return the width of a ring; fonts are measured once per digit count and text size."""
        ring = self._rings[slug]
        key = (ring.shape, ring.state, scale)
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = ring.sizeHint().width()
        return width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()  # the text size may have changed

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 26)

    def sizeHint(self) -> QSize:
        return QSize(200, 26)
