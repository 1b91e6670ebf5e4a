"""Item view of the calendar, laid out by renderers instead of rows and columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFrame, QTableView, QWidget

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.calendar.agenda_renderer import AgendaRenderer
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.calendar.month_renderer import MonthRenderer
from posto_desktop.ui.calendar.renderer import CalendarRenderer, CardItem
from posto_desktop.ui.calendar.time_grid_renderer import TimeGridRenderer

__all__ = ["CalendarGrid"]

Index = QModelIndex | QPersistentModelIndex


class CalendarGrid(QTableView):
    """Table view whose rectangles come from its renderer: day, week, month or agenda."""

    def __init__(
        self, model: CalendarModel, pictures: ImageCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        # Set first: the setters below call virtual methods that read these.
        self.calendar = model
        self.cards = CardPainter(pictures, model.zone)
        self._renderers: dict[str, CalendarRenderer] = {
            "day": TimeGridRenderer(model, self.cards),
            "week": TimeGridRenderer(model, self.cards),
            "month": MonthRenderer(model, self.cards),
            "agenda": AgendaRenderer(model, self.cards),
        }
        self.view = "week"
        self.renderer = self._renderers["week"]
        self._is_laid_out = False
        self._scrolls_to_start = True
        self.setObjectName("calendar")
        self.setAccessibleName(self.tr("Calendar"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.hide()  # the overridden layout would leave it at 0, 0
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setModel(model)

    @Slot()
    def repaint_all(self, *_args: object) -> None:
        """Repaint everything after a change of looks or positions."""
        self.viewport().update()

    def set_view(self, view: str) -> None:
        """Switch to "day", "week", "month" or "agenda". The caller also sets the model's days."""
        self.view = view
        self.renderer = self._renderers[view]
        self._scrolls_to_start = True
        self.relayout()

    @Slot()
    def restyle(self) -> None:
        self.cards.clear_cache()
        self.relayout()

    def relayout(self) -> None:
        """Lay the cards out again."""
        self._is_laid_out = False
        self.updateGeometries()
        self.repaint_all()

    def lay_out_cards(self) -> None:
        if self._is_laid_out:
            return
        self._is_laid_out = True
        self.cards.conflicts = set(self.calendar.conflicts)
        self.cards.zone_forms = self.calendar.zone_forms
        self.cards.is_evergreen = self.calendar.is_evergreen
        self.cards.moving = {
            card.key for card in self.calendar.cards if self.calendar.is_moving(card)
        }
        self.renderer.mirrored = self.isRightToLeft()
        self.renderer.lay_out(self.viewport().size())

    def updateGeometries(self) -> None:
        # The table's headers and sections do not affect the layout.
        if not hasattr(self, "renderer"):
            return
        self.lay_out_cards()
        bar = self.verticalScrollBar()
        seen = max(0, self.viewport().height() - self.renderer.head)
        bar.setPageStep(max(1, seen))
        bar.setSingleStep(24)
        bar.setRange(0, max(0, self.renderer.height - seen))
        if self._scrolls_to_start and self._has_days_of_view() and seen > 50:
            self._scrolls_to_start = False
            self._is_laid_out = False  # the table may ask before the model emits its reset
            self.lay_out_cards()
            bar.setValue(self.renderer.initial_scroll(seen))

    def scroll_to_start(self) -> None:
        """Scroll to the view's start, with the current hour visible."""
        self._scrolls_to_start = True
        self.updateGeometries()

    def _has_days_of_view(self) -> bool:
        """Return True if the model already has the days of this view."""
        count = len(self.calendar.days)
        return count == {"day": 1, "week": 7}.get(self.view, count) > 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._is_laid_out = False
        super().resizeEvent(event)
        self.updateGeometries()
        self.repaint_all()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.repaint_all()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def content_offset(self) -> int:
        """Return the offset from content to viewport."""
        return self.renderer.head - self.verticalOffset()

    def to_content(self, place: QPoint) -> QPoint:
        return place - QPoint(0, self.content_offset())

    def visualRect(self, index: Index) -> QRect:
        self.lay_out_cards()
        card = self.calendar.card_at(index)
        if card is not None:
            item = self._item(card)
            return item.rect.translated(0, self.content_offset()) if item is not None else QRect()
        day = self.calendar.day_at(index) if self.calendar.is_day(index) else None
        return (
            self.renderer.day_rect(day).translated(0, self.content_offset())
            if day is not None
            else QRect()
        )

    def _item(self, card: CalendarCard) -> CardItem | None:
        """Find the item that stands for a card: its own, or the one that covers it."""
        for item in self.renderer.items:
            if item.card.key == card.key or any(covered.key == card.key for covered in item.behind):
                return item
        return None

    def indexAt(self, place: QPoint) -> QModelIndex:
        self.lay_out_cards()
        hit = self.renderer.hit(self.to_content(place))
        if hit.card is not None:
            return self.calendar.index_of_card(hit.card)
        return self.calendar.index_of_day(hit.day) if hit.day is not None else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect = self.visualRect(index)
        if rect.isEmpty() or (
            self.calendar.card_at(index) is None and self.view in ("day", "week")
        ):
            return
        bar = self.verticalScrollBar()
        top = rect.top() - self.renderer.head
        if top < self.renderer.margin - 4:
            bar.setValue(bar.value() + top - self.renderer.margin)
        elif rect.bottom() > self.viewport().height() - 4:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 12)

    def sizeHint(self) -> QSize:
        return QSize(700, 500)
