"""The calendar itself: an item view that paints its days and cards, and moves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QFrame,
    QTableView,
    QToolTip,
    QWidget,
)

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import Card
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui.calendar.agenda_face import AgendaFace
from posto_desktop.ui.calendar.cards import CardPainter
from posto_desktop.ui.calendar.dragging import Drag, paint_ghost
from posto_desktop.ui.calendar.face import Face, Hit, Spot, Target
from posto_desktop.ui.calendar.month_face import MonthFace
from posto_desktop.ui.calendar.time_face import TimeFace
from posto_desktop.ui.calendar.walking import Walk
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.drop_sheet import read_drag

__all__ = ["DRAFT_MIME", "CalendarView"]

DRAFT_MIME = "application/x-posto-draft"
STEP, FINE_STEP = 15, 5
_EDGE = 28
_FRAME_MS = 16


class CalendarView(QTableView):
    """Signals:
    moveRequested(object Card, object datetime, bool ask): a card was put elsewhere; `ask` which
        of its posts.
    openRequested(object Card), menuRequested(object Card, QPoint global),
    moreRequested(list[Card], QRect global), rescheduleRequested(object Card, QRect global)
    startRequested(object datetime): a message is to be started for this time (aware UTC).
    draftDropped(str id, object datetime), filesDropped(object list[str], object datetime)
    pageRequested(int step, object date): the keys went over the edge, to this day.
    currentMoved(): another day or card is the current one.
    keyTyped(str): a letter or key that the page knows ("Delete", "D"...).
    """

    moveRequested = Signal(object, object, bool)
    openRequested = Signal(object)
    menuRequested = Signal(object, QPoint)
    moreRequested = Signal(list, QRect)
    rescheduleRequested = Signal(object, QRect)
    startRequested = Signal(object)
    draftDropped = Signal(str, object)
    filesDropped = Signal(object, object)
    pageRequested = Signal(int, object)
    currentMoved = Signal()
    keyTyped = Signal(str)

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
        self._placed = False
        self._wants_start = True
        self._pressed: tuple[QPoint, Hit] | None = None
        self.drag: Drag | None = None
        self._hover = Hit()
        self._current: tuple[date | None, str] = (None, "")
        self._snap: QVariantAnimation | None = None
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
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self._edge = QTimer(self)
        self._edge.setInterval(_FRAME_MS)
        self._edge.timeout.connect(self._scroll_at_edge)
        self._spin = QTimer(self)
        self._spin.setInterval(1000 // 12)
        self._spin.timeout.connect(self._turn)
        self.walk = Walk(self)
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
        if self._wants_start and self.calendar.days and seen > 50:
            self._wants_start = False
            bar.setValue(self.face.start_of_view())

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

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
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
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect = self.visualRect(index)
        if rect.isEmpty() or (
            self.calendar.card_at(index) is None and self.view in ("day", "week")
        ):
            return
        bar = self.verticalScrollBar()
        top = rect.top() - self.face.head
        if top < 4:
            bar.setValue(bar.value() + top - 8)
        elif rect.bottom() > self.viewport().height() - 4:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 12)

    def current_is_column(self) -> bool:
        """Whether a day is as tall as the content, so that there is nothing to scroll to."""
        return self.view in ("day", "week")

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
        painters.paint_row_focus(painter, rect.adjusted(1, 1, -1, -1), 6)

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
        self.currentMoved.emit()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
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
        self.cancel_drag()
        self._pressed = None
        self._hover = Hit()
        day, key = self._current
        self._relayout()
        self.set_current(day, key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.walk.to_today()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        self.viewport().update()

    # -- the pointer ---------------------------------------------------------------------------

    def _hit(self, place: QPoint) -> Hit:
        if place.y() < self.face.head:
            return Hit()
        self._place()
        return self.face.hit(self.to_content(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        hit = self._hit(place)
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        if hit.card is not None or hit.day is not None:
            self.set_current(hit.day, hit.card.key if hit.card is not None else "")
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (place, hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self.drag is not None and not self.drag.by_keys:
            self._drag_to(place, event.modifiers())
            return
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            start, hit = self._pressed
            far = (place - start).manhattanLength() >= QApplication.startDragDistance()
            if far and hit.card is not None and hit.card.movable and not hit.more:
                self._begin_drag(start, hit.card)
                if self.drag is not None:
                    self._drag_to(place, event.modifiers())
            return
        self._set_hover(self._hit(place))

    def _set_hover(self, hit: Hit) -> None:
        before, self._hover = self._hover, hit
        if before.slot != hit.slot or before.rect != hit.rect:
            self.viewport().update(before.rect.translated(0, self.down()))
            self.viewport().update(hit.rect.translated(0, self.down()))
        pointing = hit.slot is not None or hit.card is not None or bool(hit.more)
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
        )

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hover(Hit())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        if self.drag is not None and not self.drag.by_keys:
            self._drag_to(event.position().toPoint(), event.modifiers())
            self._drop(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        if pressed is None:
            return
        hit = pressed[1]
        if hit.more:
            corner = self.viewport().mapToGlobal(hit.rect.translated(0, self.down()).topLeft())
            self.moreRequested.emit(hit.more, QRect(corner, hit.rect.size()))
        elif hit.slot is not None:
            self.startRequested.emit(hit.slot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        hit = self._hit(event.position().toPoint())
        if hit.card is not None:
            self.openRequested.emit(hit.card)
        elif hit.moment is not None and hit.slot is None and not hit.more:
            self.startRequested.emit(hit.moment)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        card = self.current_card()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            card = self._hit(event.pos()).card
        if card is None:
            return
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            rect = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(rect.center())
        self.menuRequested.emit(card, place)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._hit(event.pos())
            if hit.card is not None and self.drag is None:
                rect = hit.rect.translated(0, self.down())
                QToolTip.showText(event.globalPos(), self.calendar.tip(hit.card), self, rect)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    # -- dragging ------------------------------------------------------------------------------

    def _begin_drag(self, place: QPoint, card: Card) -> None:
        spot = self.face.spot_of(card.key)
        if spot is None or self.view == "agenda":
            return
        content = self.to_content(place)
        grab = content - spot.rect.topLeft()
        self.drag = Drag(spot, grab, place, picture=self._picture_of(spot))
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._set_hover(Hit())
        self.viewport().update()

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

    def _drag_to(self, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        drag = self.drag
        if drag is None:
            return
        before = self._drag_area(drag)
        day = drag.target.day if drag.target is not None else None
        drag.place = place
        step = FINE_STEP if keys & Qt.KeyboardModifier.AltModifier else STEP
        drag.target = None
        if place.y() >= self.face.head and self.viewport().rect().contains(place):
            grab = drag.grab
            if drag.card is not None and self.view == "month":
                grab = QPoint()
            drag.target = self.face.target(self.to_content(place), grab, step, drag.card)
        self._show_new_time(drag)
        if (drag.target.day if drag.target is not None else None) != day:
            self.viewport().update()
        else:
            self.viewport().update(before.united(self._drag_area(drag)))
        near = min(place.y() - self.face.head, self.viewport().height() - place.y()) < _EDGE
        if near and not self._edge.isActive():
            self._edge.start()
        elif not near:
            self._edge.stop()

    def _show_new_time(self, drag: Drag) -> None:
        """The card says on itself when it would go out."""
        if drag.spot is None:
            return
        moment = drag.target.moment if drag.target is not None else drag.spot.card.moment
        if moment != drag.shown:
            drag.shown = moment
            there = replace(drag.spot.card, moment=moment)
            drag.moving = self._picture_of(Spot(there, drag.spot.rect, drag.spot.kind))

    def _drag_area(self, drag: Drag) -> QRect:
        margin = painters.SHADOW_MARGIN
        floating = drag.floating()
        area = floating.adjusted(-margin, -margin, margin, margin)
        area = area.united(drag.tip_rect(floating, self.down(), self.calendar.zone))
        if drag.target is not None:
            area = area.united(drag.target.rect.translated(0, self.down()))
        return area.adjusted(-140, -4, 4, 4)

    @Slot()
    def _scroll_at_edge(self) -> None:
        if self.drag is None:
            self._edge.stop()
            return
        place = self.drag.place
        above = place.y() - self.face.head
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + (-10 if above < _EDGE else 10))
        self._drag_to(place, QApplication.keyboardModifiers())

    def cancel_drag(self) -> None:
        """Everything is where it was."""
        self._edge.stop()
        if self._snap is not None:
            self._snap.stop()
            self._snap = None
        if self.drag is not None:
            self.drag = None
            self.viewport().unsetCursor()
            self.viewport().update()

    def _drop(self, ask: bool) -> None:
        drag = self.drag
        self._edge.stop()
        if drag is None or drag.card is None:
            self.cancel_drag()
            return
        target, card = drag.target, drag.card
        if target is None or target.moment == card.moment:
            self.cancel_drag()
            return

        def done() -> None:
            self.cancel_drag()
            self.moveRequested.emit(card, target.moment, ask)

        duration = int(Theme.instance().token("motion.drag_snap_ms"))
        if drag.by_keys or not duration:
            done()
        else:
            self._snap_to(drag, target, duration, done)

    def _snap_to(self, drag: Drag, target: Target, duration: int, done: Callable[[], None]) -> None:
        goal = target.rect.translated(0, self.down()).topLeft() + drag.grab
        snap = QVariantAnimation(self)
        snap.setDuration(duration)
        snap.setStartValue(drag.place)
        snap.setEndValue(goal)
        snap.setEasingCurve(QEasingCurve.Type.OutCubic)

        def moved(place: object) -> None:
            if isinstance(place, QPoint):
                drag.place = place
                self.viewport().update()

        snap.valueChanged.connect(moved)
        snap.finished.connect(done)
        self._snap = snap
        snap.start(QVariantAnimation.DeletionPolicy.KeepWhenStopped)

    def lift(self, days: int, minutes: int) -> None:
        """Move the current card with keys, from where it is or was taken to already."""
        drag = self.drag if self.drag is not None and self.drag.by_keys else None
        if drag is None:
            card = self.current_card()
            spot = self._spot(card) if card is not None else None
            if card is None or spot is None or not card.movable or self.view == "agenda":
                return
            own = Spot(card, spot.rect, spot.kind)
            drag = Drag(own, picture=self._picture_of(own), by_keys=True)
            drag.target = Target(card.day, card.moment, own.rect)
        target = drag.target
        if target is None or drag.card is None:
            return
        moment = self.walk.shifted(target.moment, days, minutes)
        day = self.calendar.axis.place(moment)[0]
        if day not in self.calendar.days or moment <= self.calendar.now():
            return
        self.drag = drag
        drag.target = Target(day, moment, self.face.rect_of_target(day, moment))
        self.viewport().update()
        self.walk.announce(", ".join(word for word in drag.words(self.calendar.zone) if word))

    # -- what comes from outside ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if self.view != "agenda" and (mime.hasFormat(DRAFT_MIME) or read_drag(mime).paths):
            self.drag = Drag(None, place=event.position().toPoint())
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_to(event.position().toPoint(), event.modifiers())
        if self.drag is not None and self.drag.target is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.cancel_drag()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drag_to(event.position().toPoint(), event.modifiers())
        target = self.drag.target if self.drag is not None else None
        self.cancel_drag()
        if target is None:
            event.ignore()
            return
        mime = event.mimeData()
        event.acceptProposedAction()
        if mime.hasFormat(DRAFT_MIME):
            draft = bytes(mime.data(DRAFT_MIME).data()).decode("utf-8", "replace")
            self.draftDropped.emit(draft, target.moment)
        else:
            self.filesDropped.emit(list(read_drag(mime).paths), target.moment)

    # -- keys ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.walk.key(event):
            # The table's own keys would walk through rows that are only there for its model.
            event.ignore()

    def drop_lifted(self) -> bool:
        """Put down what was lifted with keys; False when nothing was."""
        if self.drag is None or not self.drag.by_keys:
            return False
        self._drop(False)
        return True

    def rect_of_card(self, card: Card) -> QRect:
        """Where a card is on the screen."""
        spot = self._spot(card)
        rect = spot.rect.translated(0, self.down()) if spot is not None else self.viewport().rect()
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._spin.stop()
        self.cancel_drag()

    def time_passed(self) -> None:
        """The now line moves, and what is over turns pale."""
        self.repaint_all()

    def start_of(self, day: date) -> datetime | None:
        """When a message goes out that is started on a day with the keyboard."""
        face = self._faces["month"]
        assert isinstance(face, MonthFace)
        return face.start_on(day)
