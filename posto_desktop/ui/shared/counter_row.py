"""Character counters of a message: those that matter, and a popup with the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import CounterRing, PlainLabel
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.assessment import CharacterCount

BETWEEN = 12
FEW = 3
"""Up to so many counters are all shown."""
TIGHT = 0.1
LEFT_TO_RIGHT = "\u200e"
"""Keeps a sign before its number in right-to-left layouts."""


class CounterRow(QWidget):
    """Shows the counter with the fewest characters left, always, and those that are nearly full or
    over; further ones only where they are few. A button says how many more there are and opens
    them all.

    Signal ``networkChosen(slug)``: the user wants the text of this network.
    """

    networkChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rings: dict[str, CounterRing] = {}
        self._counts: dict[str, CharacterCount] = {}
        self._own: Collection[str] = ()
        self._ranked: list[str] = []
        self._ring_slugs: list[str] = []
        self._widths: dict[tuple[str, str, float], int] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(BETWEEN)
        self._row.addStretch(1)
        self.note = PlainLabel(self)
        self.note.setProperty("role", "small")
        self.note.setObjectName("link-price")
        self.note.hide()
        self._row.addWidget(self.note)
        self.more = _MoreButton(self)
        self.more.clicked.connect(self.open_all)
        self.more.hide()
        self._row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Sequence[CharacterCount], own: Collection[str] = ()) -> None:
        """Show these counts. Networks in `own` have a text of their own, which is not the one that
        is written: their counters are shown only if they are nearly full."""
        shown = {count.slug: count for count in counts if count.limit}
        if shown == self._counts and list(shown) == list(self._counts) and own == self._own:
            return  # nothing changed; called on each key press
        is_other = len(shown) != len(self._counts)
        self._counts, self._own = shown, own
        # As tuples, whose comparison calls nothing: this is on the way of each letter.
        ranked = [
            (slug in own and count.used <= (count.limit or 0), (count.limit or 0) - count.used, at)
            for at, (slug, count) in enumerate(shown.items())
        ]
        slugs = list(shown)
        ranked.sort()
        self._ranked = [slugs[at] for _own, _left, at in ranked]
        ring_slugs = self._ranked[: FEW if len(slugs) <= FEW else 1]
        for _is_own, left, at in ranked[len(ring_slugs) :]:
            if left < (shown[slugs[at]].limit or 0) * TIGHT:
                ring_slugs.append(slugs[at])
        is_other |= ring_slugs != self._ring_slugs
        self._ring_slugs = ring_slugs
        if is_other:
            self._keep_rings(slugs)
        for slug in ring_slugs:
            count = shown[slug]
            is_other |= self._rings[slug].set_count(count.used, count.limit or 0)
        # Only with a single ring: there is no room for it beside several.
        price = next(iter(shown.values())).link if len(shown) == 1 else 0
        if price or not self.note.isHidden():
            self.note.setText(self.tr("each link counts {n}").format(n=price) if price else "")
            self.note.setVisible(bool(price))
        if is_other:
            self._fit()

    def counts(self) -> Mapping[str, CharacterCount]:
        """Return all counts by network."""
        return dict(self._counts)

    def ranked(self) -> list[CharacterCount]:
        """Return all counts, the one with the fewest characters left first."""
        return [self._counts[slug] for slug in self._ranked]

    def is_own(self, slug: str) -> bool:
        """Whether a network has a text of its own beside the one that is written."""
        return slug in self._own

    def _keep_rings(self, slugs: Sequence[str]) -> None:
        """Make the rings of `_ring_slugs`, in the order of the networks; drop those of others."""
        for slug in [slug for slug in self._rings if slug not in self._ring_slugs]:
            ring = self._rings.pop(slug)
            self._row.removeWidget(ring)
            ring.hide()
            ring.deleteLater()
        ring_slugs = [slug for slug in slugs if slug in self._ring_slugs]
        self._rings = {slug: self._rings.get(slug) or self._ring(slug) for slug in ring_slugs}
        in_order: list[QWidget] = [*self._rings.values(), self.more]
        for widget in in_order:
            self._row.removeWidget(widget)
            self._row.addWidget(widget)

    def _ring(self, slug: str) -> CounterRing:
        ring = CounterRing(slug, self)
        ring.setObjectName(f"counter-{slug}")
        return ring

    def _fit(self) -> None:
        """Hide those with the most characters left where they do not fit, never the first."""
        scale = Theme.instance().scale
        count = len(self._counts)
        shown = list(self._ring_slugs)
        total = sum([self._width(slug, scale) + BETWEEN for slug in shown])
        room = self.width() + BETWEEN
        if len(shown) < count or total > room:
            room -= self.more.reserved() + BETWEEN
        while len(shown) > 1 and total > room:
            total -= self._width(shown.pop(), scale) + BETWEEN
        for slug, ring in self._rings.items():
            ring.setVisible(slug in shown)
        hidden = count - len(shown)
        self.more.show_count(hidden, any(slug not in shown for slug in self._ring_slugs))

    def _width(self, slug: str, scale: float) -> int:
        """Return the width of a ring; fonts are measured once per digit count and text size."""
        ring = self._rings[slug]
        key = (ring.shape, ring.state, scale)
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = ring.sizeHint().width()
        return width

    def words(self) -> str:
        """Return all counts in words, a line each."""
        lines = []
        for count in self.ranked():
            left = count.left or 0
            words = self.tr("{network}: %Ln character(s) left", "", left)
            if left < 0:
                words = self.tr("{network}: %Ln character(s) too many", "", -left)
            lines.append(words.format(network=count.name))
        return "\n".join(lines)

    @Slot()
    def open_all(self) -> None:
        """Show all counts in a popup."""
        from posto_desktop.ui.shared.counts_popup import CountsPopup

        popup = CountsPopup(self.ranked(), self._own, self)
        popup.chosen.connect(self.networkChosen)
        place = below(self.more)
        if not self.isRightToLeft():
            place.setX(place.x() + self.more.width() - popup.sizeHint().width())
        popup.show_at(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()  # the text size may have changed

    def minimumSizeHint(self) -> QSize:
        return QSize(60, Theme.instance().px("size.control_small"))

    def sizeHint(self) -> QSize:
        return QSize(200, Theme.instance().px("size.control_small"))


class _MoreButton(Button):
    """ "+5": opens the counters that are not shown; its tooltip has all of them."""

    def __init__(self, row: CounterRow) -> None:
        super().__init__("", "quiet", small=True, parent=row)
        self._counters = row
        self._count, self._has_tight = 0, False
        self.setObjectName("more-counters")

    def show_count(self, count: int, has_tight: bool) -> None:
        """Show how many are hidden; `has_tight`: one of them is nearly full."""
        self.setVisible(count > 0)
        if has_tight != self._has_tight:
            self._has_tight = has_tight
            self.set_variant("quiet-danger" if has_tight else "quiet")
        if count != self._count:
            self._count = count
            self.setText(f"{LEFT_TO_RIGHT}+{count}" if self.isRightToLeft() else f"+{count}")
            words = self.tr("+{count}, characters left on all networks")
            self.setAccessibleName(words.format(count=count))

    def reserved(self) -> int:
        """Return the width that it needs at most."""
        return self.fontMetrics().horizontalAdvance("+99") + 2 * 9 + 2

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._counters.words(), self)
            return True
        return super().event(event)
