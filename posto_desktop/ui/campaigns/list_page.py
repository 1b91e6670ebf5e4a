"""The list of campaigns: find one, open it, begin a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.campaign import Campaign
from posto_desktop.models.campaigns import CampaignsModel, Standing, title_of
from posto_desktop.models.numbers import grouped
from posto_desktop.ui.campaigns.head import LONGEST_NAME
from posto_desktop.ui.campaigns.plain_table import LEFT, PlainTable, mirror
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.menu import Menu


class RenameField(QLineEdit):
    """A field over a row. Signal ``done(id, name)``; the id is "" when it was given up."""

    done = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("New name"))
        self.setMaxLength(LONGEST_NAME)
        self._id = ""
        self.editingFinished.connect(self._finished)
        self.hide()

    def ask(self, campaign_id: str, name: str, place: QRect) -> None:
        """Show it with the name selected."""
        self._id = campaign_id
        self.setText(name)
        self.setGeometry(place)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finished(self) -> None:
        campaign_id, self._id = self._id, ""
        if campaign_id:
            self.hide()
            self.done.emit(campaign_id, self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._id = ""
            self.hide()
            self.done.emit("", "")
            return
        super().keyPressEvent(event)


Index = QModelIndex | QPersistentModelIndex
SIDE = 24
INSET = 12
_ICON = 36
_MORE = 44
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class _Delegate(QStyledItemDelegate):
    """Paints a campaign: icon, name and pill, numbers, when it was changed."""

    def __init__(self, model: CampaignsModel, view: PlainTable, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._view = model, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(300, Theme.instance().px("row.campaign"))

    @staticmethod
    def more_rect(row: QRect, mirrored: bool) -> QRect:
        place = QRect(row.right() + 1 - SIDE - 30, row.y(), _MORE, row.height())
        return mirror(place, row, mirrored)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, view, row, number = Theme.instance(), self._view, option.rect, index.row()
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        card = row.adjusted(INSET, 0, -INSET, -1)
        selected = number == view.current_row()
        if selected or number == view.hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if selected else "hover_row"))
            painter.drawRoundedRect(QRectF(card), 8, 8)
        if number + 1 < self._model.rowCount():
            line = row.adjusted(SIDE, row.height() - 1, -SIDE, 0)
            painter.fillRect(line, theme.colour("border"))
        if view.ring and selected:
            painters.paint_row_focus(painter, card, 8)
        top = row.y() + (row.height() - _ICON) // 2
        mark = mirror(QRect(row.x() + SIDE, top, _ICON, _ICON), row, mirrored)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(QRectF(mark), 9, 9)
        painters.paint_icon(painter, mark, "layers", 20, theme.colour("accent_soft_text"))
        self._words(painter, row, number, mirrored)
        painter.restore()

    def _words(self, painter: QPainter, row: QRect, number: int, mirrored: bool) -> None:
        theme = Theme.instance()
        campaign, standing = self._model.campaign_at(number), self._model.standing_at(number)
        if campaign is None:
            return
        dots = mirror(QRect(row.right() + 1 - SIDE - 16, row.y(), 16, row.height()), row, mirrored)
        painters.paint_icon(painter, dots, "ellipsis", 16, theme.colour("text_muted"))
        age = self._model.age_at(number)
        painter.setFont(theme.numbers("small"))
        painter.setPen(theme.colour("text_faint"))
        width = painter.fontMetrics().horizontalAdvance(age) + 2
        end = SIDE + 16 + 16
        place = QRect(row.right() + 1 - end - width, row.y(), width, row.height())
        painter.drawText(mirror(place, row, mirrored), LEFT if mirrored else _RIGHT, age)
        left = row.x() + SIDE + _ICON + 14
        area = QRect(left, row.y(), place.left() - 16 - left, row.height())
        first, second = theme.line("body"), theme.line("small")
        top = row.y() + (row.height() - first - second - 3) // 2
        line = QRect(area.x(), top, area.width(), first)
        pill = painters.pill_size(standing.status, standing.words)
        font = theme.font("strong")
        title = QFontMetrics(font).elidedText(
            title_of(campaign), Qt.TextElideMode.ElideRight, line.width() - pill.width() - 10
        )
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        painter.drawText(mirror(line, row, mirrored), LEFT, title)
        used = QFontMetrics(font).horizontalAdvance(title) + 10
        spot = QRect(line.x() + used, line.y(), pill.width(), line.height())
        painters.paint_pill(painter, mirror(spot, row, mirrored), standing.status, standing.words)
        painter.setFont(theme.numbers("small"))
        painter.setPen(theme.colour("text_muted"))
        below = QRect(area.x(), top + first + 3, area.width(), second)
        words = painter.fontMetrics().elidedText(
            self._model.line_at(number), Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(mirror(below, row, mirrored), LEFT, words)


class _View(PlainTable):
    """Signals: ``acted(str key)``: open, rename, duplicate, delete the current campaign;
    ``menuWanted(QPoint)``."""

    acted = Signal(str)
    menuWanted = Signal(QPoint)

    def __init__(self, model: CampaignsModel, parent: QWidget) -> None:
        super().__init__("Campaigns list", parent)
        self.setAccessibleName(self.tr("Campaigns list"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setModel(model)
        self.by_mouse = False
        """Whether what is asked for just now is asked with the mouse."""
        self.delegate = _Delegate(model, self, self)
        self.setItemDelegate(self.delegate)
        self.restyle()

    def restyle(self) -> None:
        self.set_row_height(Theme.instance().px("row.campaign"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers()
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.acted.emit("open")
        elif key == Qt.Key.Key_F2:
            self.acted.emit("rename")
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.acted.emit("delete")
        elif key == Qt.Key.Key_D and control:
            self.acted.emit("duplicate")
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.delegate.more_rect(self.visualRect(index), mirrored).contains(place):
            self.menuWanted.emit(self.viewport().mapToGlobal(place))
        else:
            self.by_mouse = True
            self.acted.emit("open")
            self.by_mouse = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            self.go_to(index.row())
        if self.current_row() >= 0:
            self.menuWanted.emit(event.globalPos())


class CampaignsList(QWidget):
    """Signals, with the id of a campaign: ``opened(str)``, ``renamed(str, str)``,
    ``duplicated(str)``, ``deleted(str)``; and ``newRequested()``."""

    opened = Signal(str)
    renamed = Signal(str, str)
    duplicated = Signal(str)
    deleted = Signal(str)
    newRequested = Signal()

    def __init__(self, model: CampaignsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        model.setParent(self)
        self._loaded = False
        self.setAccessibleName(self.tr("Campaigns"))
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
        )  # for whoever opens the page before it has rows
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = _Head(self)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(SIDE, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(label(self.tr("Campaigns"), "page", object_name="campaigns-title"))
        self.count = label("", "muted", object_name="campaigns-count")
        row.addWidget(self.count)
        row.addStretch(1)
        self.search = SearchField(self.tr("Search campaigns"), parent=self._head)
        self.search.setMinimumWidth(160)
        self.search.setMaximumWidth(228)
        row.addWidget(self.search, 1)
        self.new = Button(self.tr("New campaign"), "primary", icon="plus", parent=self._head)
        name_control(self.new, self.tr("New campaign"))
        self.new.setToolTip(self.tr("Begin a campaign (Ctrl+Shift+N)"))
        self.new.clicked.connect(self.newRequested)
        row.addWidget(self.new)
        column.addWidget(self._head)
        self.view = _View(model, self)
        self.view.acted.connect(self._act)
        self.view.menuWanted.connect(self._open_menu)
        column.addWidget(self.view, 1)
        self.empty = EmptyState(
            "layers",
            self.tr("No campaigns yet"),
            self.tr(
                "A campaign is a row of messages that go out in a rhythm. "
                "Pictures that you drop on the window can become one."
            ),
            self.tr("New campaign"),
            button_icon="plus",
            primary=True,
            parent=self,
        )
        self.empty.clicked.connect(self.newRequested)
        column.addWidget(self.empty, 1)
        self._none = label("", "muted", object_name="no-campaigns-found", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setContentsMargins(SIDE, 40, SIDE, 40)
        column.addWidget(self._none, 1)
        self._rename = RenameField(self.view.viewport())
        self._rename.done.connect(self._rename_done)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._into_list)
        self.restyle()
        self._show_rows()

    def set_campaigns(
        self, campaigns: Sequence[Campaign], standings: Mapping[str, Standing]
    ) -> None:
        """Show these campaigns."""
        current = self.current_id()
        self.model.set_campaigns(campaigns, standings)
        row = self.model.row_of(current) if current else -1
        if row >= 0:
            self.view.go_to(row)
        self._show_rows()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """List campaigns that go to these channels; None lists all."""
        current = self.current_id()
        self.model.set_channels(ids)
        if current:
            self.select(current)
        self._show_rows()

    def set_loaded(self) -> None:
        """All campaigns are known: where there are none, say so."""
        if self._loaded:
            return
        self._loaded = True
        self._show_rows()
        if self.window().focusWidget() is self:  # also while the window is not active yet
            self.stop().setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def stop(self) -> QWidget:
        """What the keyboard goes to: the rows, else what stands in their place."""
        if not self._loaded:
            return self
        if self.model.rowCount():
            return self.view
        return self.search if self.model.count() else self.empty.button

    def current_id(self) -> str:
        campaign = self.model.campaign_at(self.view.current_row())
        return campaign.id if campaign is not None else ""

    def select(self, campaign_id: str) -> None:
        self.view.go_to(self.model.row_of(campaign_id))

    def _show_rows(self) -> None:
        count, shown = self.model.count(), self.model.rowCount()
        self.view.setVisible(shown > 0)
        self.empty.setVisible(self._loaded and not count)
        self._none.setVisible(bool(count and not shown))
        self.search.setVisible(count > 0)
        self.new.setVisible(count > 0)
        words = ""
        if count:
            words = (
                self.tr("{n} campaigns").format(n=grouped(count))
                if count > 1
                else self.tr("1 campaign")
            )
        self.count.setText(words)
        none = self.tr("No campaign has these words. The search hides {n}.")
        if self.model.is_by_channel and self.search.text():
            none = self.tr("No campaign is shown. The search and the hidden channels hide {n}.")
        elif self.model.is_by_channel:
            none = self.tr("No campaign goes to the shown channels. {n} go to hidden ones.")
            if count == 1:
                none = self.tr("The campaign goes to hidden channels.")
        self._none.setText(none.format(n=grouped(count)))

    @Slot(str)
    def _search(self, text: str) -> None:
        self.model.set_query(text)
        self._show_rows()

    @Slot()
    def _into_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(str)
    def _act(self, key: str) -> None:
        campaign_id = self.current_id()
        if not campaign_id:
            return
        if key == "rename":
            self.start_rename()
        else:
            signals = {"open": self.opened, "duplicate": self.duplicated, "delete": self.deleted}
            signals[key].emit(campaign_id)

    def start_rename(self) -> None:
        """Write the name of the current campaign in its place."""
        campaign = self.model.campaign_at(self.view.current_row())
        if campaign is not None:
            rect = self.view.visualRect(self.view.currentIndex())
            left = SIDE + _ICON + 14 - 9
            place = QRect(left, rect.center().y() - 16, rect.width() - left - 160, 32)
            self._rename.ask(campaign.id, campaign.name, place)

    @Slot(str, str)
    def _rename_done(self, campaign_id: str, name: str) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if campaign_id:
            self.renamed.emit(campaign_id, name)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def menu(self) -> Menu:
        """What can be done with the current campaign."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, icon, key, keys in (
            (self.tr("Open"), "square-pen", "open", "Return"),
            (self.tr("Rename"), "pencil", "rename", "F2"),
            (self.tr("Duplicate"), "copy", "duplicate", "Ctrl+D"),
        ):
            menu.add(words, icon, lambda key=key: self._act(key), shortcut=keys)
        menu.addSeparator()
        menu.add(
            self.tr("Delete"),
            "trash-2",
            lambda: self._act("delete"),
            shortcut="Delete",
            danger=True,
        )
        return menu

    def restyle(self) -> None:
        self._head.setFixedHeight(round(64 * Theme.instance().scale))
        self.view.restyle()


class _Head(QFrame):
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
