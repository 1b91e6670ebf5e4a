"""Where the days and cards of the calendar are: a table laid out by faces, not rows and columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFrame, QTableView, QWidget

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import Card
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui.calendar.agenda_face import AgendaFace
from posto_desktop.ui.calendar.cards import CardPainter
from posto_desktop.ui.calendar.face import Face, Spot
from posto_desktop.ui.calendar.month_face import MonthFace
from posto_desktop.ui.calendar.time_face import TimeFace

__all__ = ["CalendarGrid"]

Index = QModelIndex | QPersistentModelIndex


class CalendarGrid(QTableView):
    """An item view whose places are those of its face: day, week, month or agenda."""

    def __init__(
        self, model: CalendarModel, pictures: PictureBook, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        # First: the setters below ask virtual methods that need these.
        self.calendar = model
        self.cards = CardPainter(pictures, model.zone)
        self._faces: dict[str, Face] = {
            "day": TimeFace(model, self.cards),
            "week": TimeFace(model, self.cards),
            "month": MonthFace(model, self.cards),
            "agenda": AgendaFace(model, self.cards),
        }
        self.view = "week"
        self.face = self._faces["week"]
        self._placed = False
        self._wants_start = True
        self.setObjectName("calendar")
        self.setAccessibleName(self.tr("Calendar"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.hide()  # nobody lays it out any more
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setModel(model)

    @Slot()
    def repaint_all(self, *_what: object) -> None:
        """Something that is painted looks different now, or is elsewhere."""
        self.viewport().update()

    def set_view(self, view: str) -> None:
        """One of "day", "week", "month", "agenda". The model has to be given its days as well."""
        self.view = view
        self.face = self._faces[view]
        self._wants_start = True
        self.relayout()

    @Slot()
    def restyle(self) -> None:
        self.cards.forget_words()
        self.relayout()

    def relayout(self) -> None:
        """Cards are others, or look different."""
        self._placed = False
        self.updateGeometries()
        self.repaint_all()

    def place_all(self) -> None:
        if self._placed:
            return
        self._placed = True
        self.cards.conflicts = set(self.calendar.conflicts)
        self.cards.moving = {
            card.key for card in self.calendar.cards if self.calendar.is_moving(card)
        }
        self.face.mirrored = self.isRightToLeft()
        self.face.lay_out(self.viewport().size())

    def updateGeometries(self) -> None:
        # The headers and rows of the table have no part in where things are.
        if not hasattr(self, "face"):
            return
        self.place_all()
        bar = self.verticalScrollBar()
        seen = max(0, self.viewport().height() - self.face.head)
        bar.setPageStep(max(1, seen))
        bar.setSingleStep(24)
        bar.setRange(0, max(0, self.face.height - seen))
        if self._wants_start and self._has_its_days() and seen > 50:
            self._wants_start = False
            self._placed = False  # the table asks before the model says that it was reset
            self.place_all()
            bar.setValue(self.face.start_of_view(seen))

    def to_start(self) -> None:
        """Scroll to where the view begins, with the present hour in sight."""
        self._wants_start = True
        self.updateGeometries()

    def _has_its_days(self) -> bool:
        """Whether the model has the view's days by now, and not those of the view before."""
        count = len(self.calendar.days)
        return count == {"day": 1, "week": 7}.get(self.view, count) > 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._placed = False
        super().resizeEvent(event)
        self.updateGeometries()
        self.repaint_all()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.repaint_all()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def down(self) -> int:
        """From the content to the viewport."""
        return self.face.head - self.verticalOffset()

    def to_content(self, place: QPoint) -> QPoint:
        return place - QPoint(0, self.down())

    def visualRect(self, index: Index) -> QRect:
        self.place_all()
        card = self.calendar.card_at(index)
        if card is not None:
            spot = self._spot(card)
            return spot.rect.translated(0, self.down()) if spot is not None else QRect()
        day = self.calendar.day_at(index) if self.calendar.is_day(index) else None
        return self.face.day_rect(day).translated(0, self.down()) if day is not None else QRect()

    def _spot(self, card: Card) -> Spot | None:
        """Where a card is drawn, or the card behind which it stands."""
        for spot in self.face.spots:
            if spot.card.key == card.key or any(one.key == card.key for one in spot.behind):
                return spot
        return None

    def indexAt(self, place: QPoint) -> QModelIndex:
        self.place_all()
        hit = self.face.hit(self.to_content(place))
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
        top = rect.top() - self.face.head
        if top < self.face.margin - 4:
            bar.setValue(bar.value() + top - self.face.margin)
        elif rect.bottom() > self.viewport().height() - 4:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 12)

    def sizeHint(self) -> QSize:
        return QSize(700, 500)
