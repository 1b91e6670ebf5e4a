"""The days and cards of the calendar on the screen: where they are, and how they are painted."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QTableView,
    QToolTip,
    QWidget,
)

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import Card
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui.calendar import beyond
from posto_desktop.ui.calendar.agenda_face import AgendaFace
from posto_desktop.ui.calendar.cards import CardPainter
from posto_desktop.ui.calendar.dragging import Drag, paint_ghost
from posto_desktop.ui.calendar.face import Face, Hit, Spot
from posto_desktop.ui.calendar.month_face import MonthFace
from posto_desktop.ui.calendar.time_face import TimeFace
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["CalendarSurface"]

Index = QModelIndex | QPersistentModelIndex
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class CalendarSurface(QTableView):
    """An item view over days and cards that paints them itself; faces say where things are."""

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
        self._canvas: QPixmap | None = None
        self.beyond: list[beyond.Beyond] = []
        """Messages out of sight that are told of at the edges, as they are painted."""
        self._placed = False
        self._wants_start = True
        self.drag: Drag | None = None
        self.by_keys = False
        """Whether what is current was chosen with keys: then it has the focus ring."""
        self._hover = Hit()
        self._current: tuple[date | None, str] = (None, "")
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
        self._spin = QTimer(self)
        self._spin.setInterval(1000 // 12)
        self._spin.timeout.connect(self._turn)
        self.setModel(model)
        model.modelReset.connect(self._model_reset)
        pictures.arrived.connect(self.repaint_all)
        Theme.instance().changed.connect(self._restyle)

    # -- geometry ------------------------------------------------------------------------------

    def set_view(self, view: str) -> None:
        """One of "day", "week", "month", "agenda". The model has to be given its days as well."""
        self.cancel_drag()
        self.view = view
        self.face = self._faces[view]
        self._wants_start = True
        self._relayout()

    @Slot()
    def _restyle(self) -> None:
        self.cards.forget_words()
        self._relayout()

    def _relayout(self) -> None:
        self._placed = False
        self._canvas = None
        self.updateGeometries()
        self.viewport().update()

    def _place(self) -> None:
        if self._placed:
            return
        self._placed = True
        self.cards.conflicts = set(self.calendar.conflicts)
        self.face.mirrored = self.isRightToLeft()
        self.face.lay_out(self.viewport().size())

    def updateGeometries(self) -> None:
        # The headers and rows of the table have no part in where things are.
        if not hasattr(self, "face"):
            return
        self._place()
        bar = self.verticalScrollBar()
        seen = max(0, self.viewport().height() - self.face.head)
        bar.setPageStep(max(1, seen))
        bar.setSingleStep(24)
        bar.setRange(0, max(0, self.face.height - seen))
        if self._wants_start and self._has_its_days() and seen > 50:
            self._wants_start = False
            self._placed = False  # the table asks before the model says that it was reset
            self._place()
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
        self._canvas = None
        super().resizeEvent(event)
        self.updateGeometries()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self._canvas = None
        self.viewport().update()

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
        self._place()
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
        self._place()
        hit = self.face.hit(self.to_content(place))
        if hit.card is not None:
            return self.calendar.index_of_card(hit.card)
        return self.calendar.index_of_day(hit.day) if hit.day is not None else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
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

    # -- painting ------------------------------------------------------------------------------

    @Slot()
    def repaint_all(self, *_what: object) -> None:
        """Something that is painted looks different now."""
        self._canvas = None
        self.viewport().update()

    def _painted(self) -> QPixmap:
        """All but what moves, painted once: dragging over it costs next to nothing."""
        if self._canvas is None:
            self._place()
            size, ratio = self.viewport().size(), self.devicePixelRatioF()
            canvas = QPixmap(size * ratio)
            canvas.setDevicePixelRatio(ratio)
            self.cards.now = self.calendar.now()
            painter = QPainter(canvas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(0, self.down())
            shown = QRect(
                0, self.verticalOffset(), size.width(), max(0, size.height() - self.face.head)
            )
            self.face.paint(painter, shown)
            self.beyond = self.face.beyond(shown)
            for one in self.beyond:
                beyond.paint(painter, one)
            painter.translate(0, -self.down())
            self.face.paint_head(painter)
            painter.end()
            self._canvas = canvas
            self._spin_if_sending()
        return self._canvas

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = self._painted()
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        below = QRect(0, self.face.head, self.viewport().width(), self.viewport().height())
        painter.setClipRect(below, Qt.ClipOperation.IntersectClip)
        if self.drag is not None:
            self._paint_drag(painter, self.drag)
        else:
            self._paint_hover(painter)
            self._paint_current(painter)
        painter.end()

    def _paint_drag(self, painter: QPainter, drag: Drag) -> None:
        theme = Theme.instance()
        if drag.target is not None:
            tint = theme.colour("accent")
            tint.setAlphaF(0.06)
            rect = self.face.day_rect(drag.target.day).translated(0, self.down())
            painter.fillRect(rect, tint)
        if drag.spot is not None:
            paint_ghost(painter, drag.spot.rect.translated(0, self.down()), drag.picture)
        drag.paint(painter, self.down(), self.calendar.zone)

    def _paint_hover(self, painter: QPainter) -> None:
        slot = self._hover.slot
        if slot is None or not isinstance(self.face, TimeFace):
            return
        theme = Theme.instance()
        rect = self._hover.rect.translated(0, self.down())
        painter.setBrush(theme.colour("accent_soft"))
        painter.setPen(QPen(theme.colour("accent_line"), 1))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        self.face.slot_words(painter, rect, slot, self.tr("New"), "accent_soft_text")

    def _paint_current(self, painter: QPainter) -> None:
        if not self.hasFocus():
            return
        index = self.currentIndex()
        card = self.calendar.card_at(index)
        rect = self.visualRect(index)
        if rect.isEmpty():
            return
        if card is None and self.view in ("day", "week"):
            rect = QRect(rect.x(), self.face.head, rect.width(), self.viewport().height())
            rect.setHeight(self.viewport().height() - self.face.head)
        if self.by_keys:
            painters.paint_row_focus(painter, rect.adjusted(1, 1, -1, -1), 6)
        elif card is not None:
            # Who works with the pointer needs no ring, but S and Delete act on this one.
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(Theme.instance().colour("accent"), 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def _spin_if_sending(self) -> None:
        sending = any(spot.card.status == "sending" for spot in self.face.spots)
        if sending and self.isVisible() and not self._spin.isActive():
            self._spin.start()
        elif not sending:
            self._spin.stop()

    @Slot()
    def _turn(self) -> None:
        self.cards.turn = (self.cards.turn + 1) % 12
        self.repaint_all()

    # -- the current day or card ---------------------------------------------------------------

    def current_card(self) -> Card | None:
        return self.calendar.card_at(self.currentIndex())

    def current_day(self) -> date | None:
        return self.calendar.day_at(self.currentIndex())

    def set_current(self, day: date | None, key: str = "") -> None:
        """Make a card the current one, or a day; what is not shown is remembered."""
        self._current = (day, key)
        card = self.calendar.card(key) if key else None
        if card is not None:
            index = self.calendar.index_of_card(card)
        else:
            index = self.calendar.index_of_day(day) if day is not None else QModelIndex()
        self.setCurrentIndex(index)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not current.isValid():
            return
        card = self.calendar.card_at(current)
        self._current = (self.calendar.day_at(current), card.key if card is not None else "")
        self.scrollTo(current)
        self.viewport().update()
        if self.hasFocus() and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Focus))

    @Slot()
    def _model_reset(self) -> None:
        self._hover = Hit()
        day, key = self._current
        self._relayout()
        self.set_current(day, key)
        self._keep_drag()

    def _keep_drag(self) -> None:
        """What is being dragged stays in the hand, unless it is not what it was any more."""
        drag = self.drag
        if drag is None or drag.spot is None:
            return
        self._place()
        before = drag.spot.card
        spot = self.face.spot_of(before.key)
        if spot is not None and (spot.card.movable, spot.card.moment) == (
            before.movable,
            before.moment,
        ):
            drag.spot = spot
        else:
            self.cancel_drag()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.by_keys = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        self.viewport().update()

    # -- for those that act on it --------------------------------------------------------------

    def _hit(self, place: QPoint) -> Hit:
        if place.y() < self.face.head:
            return Hit()
        self._place()
        content = self.to_content(place)
        for one in self.beyond:
            if one.rect.contains(content):
                return Hit(one.nearest.day, rect=one.rect, beyond=one)
        return self.face.hit(content)

    def _picture_of(self, spot: Spot) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(spot.rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.face.paint_card(painter, QRect(QPoint(), spot.rect.size()), spot)
        painter.end()
        return picture

    def _drag_area(self, drag: Drag) -> QRect:
        margin = painters.SHADOW_MARGIN
        floating = drag.floating()
        area = floating.adjusted(-margin, -margin, margin, margin)
        area = area.united(drag.tip_rect(self.viewport().rect(), self.down(), self.calendar.zone))
        if drag.target is not None:
            area = area.united(drag.target.rect.translated(0, self.down()))
        return area.adjusted(-140, -4, 4, 4)

    def cancel_drag(self) -> None:
        """Everything is where it was."""
        if self.drag is not None:
            self.drag = None
            self.viewport().unsetCursor()
            self.viewport().update()

    def rect_of_card(self, card: Card) -> QRect:
        """Where a card is on the screen."""
        spot = self._spot(card)
        rect = spot.rect.translated(0, self.down()) if spot is not None else self.viewport().rect()
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def start_of(self, day: date) -> datetime | None:
        """When a message goes out that is started on a day with the keyboard."""
        face = self._faces["month"]
        assert isinstance(face, MonthFace)
        return face.start_on(day)

    def time_passed(self) -> None:
        """The now line moves, and what is over turns pale."""
        self.repaint_all()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._spin.stop()
        self.cancel_drag()

    def tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """What a tool tip says at a point of the viewport, and for how much of it."""
        hit = self._hit(place)
        if self.drag is not None:
            return None
        rect = hit.rect.translated(0, self.down())
        if hit.beyond is not None:
            return hit.beyond.tip(), rect
        return (self.calendar.tip(hit.card), rect) if hit.card is not None else None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), tip[0], self, tip[1])
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)
