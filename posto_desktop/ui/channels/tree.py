"""Channel tree; a click ticks a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDesktopServices,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QTreeView, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.core.post_rights import PostRights
from posto_desktop.models.channel_hints import why_no_settings, why_not_connected
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.accessibility.announcer import announce, announce_folded
from posto_desktop.ui.channels.channel_rows import CHEVRON_RIGHT, ChannelRows
from posto_desktop.ui.channels.group_actions import GroupActions, is_undo_key
from posto_desktop.ui.channels.group_drag import GroupDrag
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.row_delegate import Index, RowDelegate


class _Place(NamedTuple):
    """What the tree shows: the current channel, or the key and row of the current heading, the
    search and how far it is scrolled."""

    channel: int | None
    key: str | None
    row: int
    search: str
    scrolled: int


class ChannelTree(QTreeView):
    """Signals: reconnectRequested(object Channel), leaveUpwards() for Up on the first row;
    defaultsRequested(object Channel), networkSettingsRequested(str slug); of an account of this
    computer: unlockRequested(object Channel), disconnectRequested(object Channel);
    foldsChanged(): the user has folded or unfolded a group."""

    reconnectRequested = Signal(object)
    defaultsRequested = Signal(object)
    networkSettingsRequested = Signal(str)
    unlockRequested = Signal(object)
    disconnectRequested = Signal(object)
    leaveUpwards = Signal()
    foldsChanged = Signal()

    def __init__(self, model: ChannelsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Channels"), "channels")
        self._channels = model
        self._pressed = QModelIndex()
        self._folded: set[str] = set()
        self._menu: Menu | None = None
        self._rights = PostRights()
        self._group_actions: GroupActions | None = None
        self._drag: GroupDrag | None = None
        self._is_undo_of_groups = False
        self._typed = QElapsedTimer()
        self._place_before: _Place | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(True)
        self.setExpandsOnDoubleClick(False)
        self.setAnimated(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self._rows = ChannelRows(self)
        self._delegate = RowDelegate(self, rows.row, rows.size, quiet=True)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.expandAll()
        model.modelAboutToBeReset.connect(self._remember_place)
        model.modelReset.connect(self._restore_folds)
        model.modelReset.connect(self._restore_place)
        self.collapsed.connect(self._remember_fold)
        self.expanded.connect(self._forget_fold)
        Theme.instance().changed.connect(self._theme_changed)

    def set_rights(self, rights: PostRights) -> None:
        """Set what the signed-in person may do with channels."""
        self._rights = rights

    def use_groups(self, actions: GroupActions) -> None:
        """Offer the user's groups in the menus, by keys and to drags."""
        self._group_actions = actions
        self._drag = GroupDrag(self, self._channels, actions.groups)
        actions.groups.changed.connect(self._take_undo)
        self._channels.selectionChanged.connect(self._leave_undo)

    @Slot()
    def _take_undo(self) -> None:
        """Let the keys of undo and redo mean the groups, until a channel is ticked: that is undone
        with the message."""
        self._is_undo_of_groups = True

    @Slot()
    def _leave_undo(self) -> None:
        self._is_undo_of_groups = False

    @property
    def is_compact(self) -> bool:
        return self._rows.is_compact

    def set_compact(self, compact: bool) -> None:
        """Show channels on one line each, or on two."""
        self._rows.is_compact = compact
        self._theme_changed()

    def mark_match(self, index: QModelIndex) -> None:
        """Highlight the channel that Enter in the search ticks; invalid: none."""
        self._rows.match = QPersistentModelIndex(index)
        if index.isValid():
            self.scrollTo(index)
        self.viewport().update()

    def drawBranches(self, painter: QPainter, rect: object, index: object) -> None:
        """Paint nothing: the delegate paints the chevrons."""

    def drawRow(self, painter: QPainter, option: object, index: object) -> None:
        # Ticks matter here: do not let the style highlight the selected row.
        option.showDecorationSelected = False  # type: ignore[attr-defined]
        super().drawRow(painter, option, index)  # type: ignore[arg-type]

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        # Ticks and pictures do not change heights: skip QTreeView's new layout of the rows.
        QAbstractItemView.dataChanged(self, first, last, roles)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._pressed = self.indexAt(place)
        if self._drag is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag.press(self._pressed, place)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and self._drag.move(event.position().toPoint()):
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._drag is not None and self._drag.release():
            self._pressed = QModelIndex()
            return
        place = event.position().toPoint()
        index = self.indexAt(place)
        pressed, self._pressed = self._pressed, QModelIndex()
        if event.button() != Qt.MouseButton.LeftButton or index != pressed:
            return
        if not index.isValid():
            return
        if not index.parent().isValid() and self._on_chevron(place):
            self.setExpanded(index, not self.isExpanded(index))
            return
        channel = index.data(ChannelsModel.ChannelRole)
        is_alone = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_alone and channel is not None:
            self._channels.check_only(channel.id)
        elif is_alone:
            self._channels.check_section(index)
        else:
            self._toggle(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        channel = index.data(ChannelsModel.ChannelRole) if index.isValid() else None
        if channel is not None and event.button() == Qt.MouseButton.LeftButton:
            self._channels.check_only(channel.id)
            event.accept()
        else:
            # On a group a double click counts as two clicks.
            self._pressed = index

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drag is not None and self._drag.is_active:
            painter = QPainter(self.viewport())
            self._drag.paint(painter)
            painter.end()

    def _on_chevron(self, place: QPoint) -> bool:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return place.x() > self.viewport().width() - CHEVRON_RIGHT
        return place.x() < CHEVRON_RIGHT

    # Keyboard

    def event(self, event: QEvent) -> bool:
        # Else the page would take the keys of undo.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_undo_of_groups
            and is_undo_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key, plain = event.key(), not event.modifiers()
        if key == Qt.Key.Key_Escape and self._drag is not None and self._drag.cancel():
            return
        actions = self._group_actions
        if self._is_undo_of_groups and actions is not None and actions.handle_undo(event):
            return
        if actions is not None and actions.handle_key(event, index, self._below(index)):
            return
        if key == Qt.Key.Key_Space and self._is_typing():
            self.keyboardSearch(" ")
        elif key == Qt.Key.Key_Space and index.isValid():
            self._toggle(index)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            if index.parent().isValid():
                self._toggle(index)
            else:
                self.setExpanded(index, not self.isExpanded(index))
        elif key == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._channels.check_all()
        elif key == Qt.Key.Key_Up and plain and not self.indexAbove(index).isValid():
            self.leaveUpwards.emit()
        else:
            super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        """Tick a row, or untick it, and say so."""
        self._channels.toggle(index)
        announce(str(index.data(Qt.ItemDataRole.AccessibleTextRole)), "tick")

    def keyboardSearch(self, search: str) -> None:
        self._typed.start()
        super().keyboardSearch(search)

    def _is_typing(self) -> bool:
        """Return True while a name is typed, whose spaces tick nothing."""
        return self._typed.isValid() and not self._typed.hasExpired(
            QApplication.keyboardInputInterval()
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_keyboard = came_by_keys(event)
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and by_keyboard:
            self.setCurrentIndex(self._channels.index(0, 0))

    # Menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self._below(index)
        menu = self._menu_of(index, place)
        if menu is not None:
            menu.popup(place)

    def _below(self, index: QModelIndex) -> QPoint:
        """Return the place below a row on the screen."""
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def _menu_of(self, index: QModelIndex, place: QPoint) -> Menu | None:
        if not index.isValid():
            return None
        channel = index.data(ChannelsModel.ChannelRole)
        if channel is not None:
            return self.channel_menu(channel, place)
        group = index.data(ChannelsModel.GroupKeyRole)
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = None
        menu = Menu(self)
        if self._channels.can_tick and index.model().rowCount(index):
            only = self.tr("Only “{name}”").format(name=index.data().replace("&", "&&"))
            menu.add(only, "check", partial(self._check_section, QPersistentModelIndex(index)))
        if self._channels.grouping == "group" and self._group_actions is not None:
            if group:
                self._group_actions.fill_group_menu(menu, group, place)
        elif network := self._network_of(index):
            if menu.actions():
                menu.addSeparator()
            self._add_settings(menu, network)
        if not menu.actions():
            menu.deleteLater()
            return None
        self._menu = menu
        return menu

    def _check_section(self, index: QPersistentModelIndex) -> None:
        if index.isValid():
            self._channels.check_section(index)

    def channel_menu(self, channel: Channel, place: QPoint | None = None) -> Menu:
        """Return the context menu of a channel; the name of a new group is asked for at `place`."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = Menu(self)
        if self._channels.can_tick:
            menu.add(self.tr("Only this channel"), "check").triggered.connect(
                self._check_only_channel
            )
            together = self.tr("All of {network}").format(network=network_name(channel.network))
            menu.add(together, "list").triggered.connect(self._check_network)
            if channel.link or not channel.active:
                menu.addSeparator()
        if channel.link.startswith(("https://", "http://")):
            menu.add(self.tr("Open in the browser"), "external-link").triggered.connect(self._open)
        self._add_health(menu, channel)
        if self._group_actions is not None:
            at = place if place is not None else self.mapToGlobal(QPoint(0, 0))
            self._group_actions.add_move_menu(menu, channel.id, at)
        if menu.actions():
            menu.addSeparator()
        defaults = menu.add(self.tr("Defaults…"), "sliders-horizontal")
        defaults.triggered.connect(self._ask_defaults)
        self._add_settings(menu, channel.network)
        if self._channels.account(channel.id) is not None:
            menu.addSeparator()
            leave = menu.add(self.tr("Disconnect…"), "log-out", danger=True)
            leave.triggered.connect(self._disconnect)
            self._gate_connecting(leave)
        menu.setProperty("channel", channel.id)
        return menu

    def _add_health(self, menu: Menu, channel: Channel) -> None:
        """The one action that mends a channel."""
        account = self._channels.account(channel.id)
        if account is None:
            if not channel.active:
                menu.add(self.tr("Reconnect…"), "plug").triggered.connect(self._reconnect)
        elif account.health == "locked" and not self._rights.role:
            menu.add(self.tr("Unlock the keychain"), "key-round").triggered.connect(self._unlock)
        elif account.health in ("locked", "unreachable"):
            check = menu.add(self.tr("Check again"), "refresh-cw")
            check.triggered.connect(self._unlock)
            if not self._rights.may_set_channels:
                check.setEnabled(False)
                check.setToolTip(why_no_settings())
        else:
            sign_in = menu.add(self.tr("Sign in again…"), "plug")
            sign_in.triggered.connect(self._reconnect)
            self._gate_connecting(sign_in)

    def _gate_connecting(self, entry: QAction) -> None:
        """Offer what needs the right to connect accounts only to who has it."""
        if not self._rights.may_connect:
            entry.setEnabled(False)
            entry.setToolTip(why_not_connected(self._rights.role))

    @Slot()
    def _unlock(self) -> None:
        if channel := self._menu_channel():
            self.unlockRequested.emit(channel)

    @Slot()
    def _disconnect(self) -> None:
        if channel := self._menu_channel():
            self.disconnectRequested.emit(channel)

    def _add_settings(self, menu: Menu, network: str) -> None:
        words = self.tr("Settings of {network}…").format(network=network_name(network))
        entry = menu.add(words, "settings", partial(self.networkSettingsRequested.emit, network))
        if not self._rights.may_set_channels:
            entry.setEnabled(False)
            entry.setToolTip(why_no_settings())

    def _network_of(self, index: QModelIndex) -> str:
        """Return the network of a group's channels; "" if there are several."""
        networks = {
            self._channels.index(row, 0, index).data(ChannelsModel.ChannelRole).network
            for row in range(self._channels.rowCount(index) if index.isValid() else 0)
        }
        return networks.pop() if len(networks) == 1 else ""

    def _menu_channel(self) -> Channel | None:
        return self._channels.channel(self._menu.property("channel")) if self._menu else None

    @Slot()
    def _check_only_channel(self) -> None:
        if channel := self._menu_channel():
            self._channels.check_only(channel.id)

    @Slot()
    def _check_network(self) -> None:
        if channel := self._menu_channel():
            same = [c.id for c in self._channels.channels() if c.network == channel.network]
            self._channels.set_checked_ids(self._channels.checked_ids() | set(same))

    @Slot()
    def _open(self) -> None:
        if channel := self._menu_channel():
            QDesktopServices.openUrl(channel.link)

    @Slot()
    def _ask_defaults(self) -> None:
        if channel := self._menu_channel():
            self.defaultsRequested.emit(channel)

    @Slot()
    def _reconnect(self) -> None:
        if channel := self._menu_channel():
            self.reconnectRequested.emit(channel)

    # Folding

    def folded(self) -> frozenset[str]:
        """Return the keys of the groups that are folded."""
        return frozenset(self._folded)

    def set_folded(self, keys: frozenset[str]) -> None:
        """Fold these groups, also those that come later."""
        self._folded = set(keys)
        self._restore_folds()

    @Slot()
    def _restore_folds(self) -> None:
        # A filter expands all groups, so that all matches are visible.
        searching = bool(self._channels.filter_text)
        folded = set(self._folded)
        self.expandAll()
        self._folded = folded
        if searching:
            return
        for row in range(self._channels.rowCount()):
            index = self._channels.index(row, 0)
            if index.data(ChannelsModel.GroupKeyRole) in folded:
                self.collapse(index)

    def _announce_fold(self, index: QModelIndex, *, is_folded: bool) -> None:
        if self.hasFocus() and index == self.currentIndex():
            announce_folded(str(index.data()), is_folded)

    @Slot(QModelIndex)
    def _remember_fold(self, index: QModelIndex) -> None:
        self._announce_fold(index, is_folded=True)
        key = index.data(ChannelsModel.GroupKeyRole)
        if key not in self._folded:
            self._folded.add(key)
            self.foldsChanged.emit()

    @Slot(QModelIndex)
    def _forget_fold(self, index: QModelIndex) -> None:
        self._announce_fold(index, is_folded=False)
        key = index.data(ChannelsModel.GroupKeyRole)
        if not self._channels.filter_text and key in self._folded:
            self._folded.discard(key)
            self.foldsChanged.emit()

    # Place

    @Slot()
    def _remember_place(self) -> None:
        """Remember the current row and the scroll position while the rows are made anew."""
        index = self.currentIndex()
        channel = index.data(ChannelsModel.ChannelRole) if index.isValid() else None
        key = index.data(ChannelsModel.GroupKeyRole) if index.isValid() else None
        self._place_before = _Place(
            channel.id if channel is not None else None,
            key,
            index.row(),
            self._channels.filter_text,
            self.verticalScrollBar().value(),
        )

    @Slot()
    def _restore_place(self) -> None:
        before, self._place_before = self._place_before, None
        if before is None or before.search != self._channels.filter_text:
            return
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(before.scrolled)
        if before.channel is not None:
            index = self._channels.index_of(before.channel)
        elif before.key is not None:
            index = self._heading(before.key, before.row)
        else:
            return
        # By keyboard the view follows the current row; under the pointer nothing moves.
        self.setAutoScroll(self._delegate.shows_ring)
        self.setCurrentIndex(index)
        self.setAutoScroll(True)

    def _heading(self, key: str, row: int) -> QModelIndex:
        """Find a group's heading; after its removal the one that took its row."""
        rows = range(self._channels.rowCount())
        keys = [self._channels.index(at, 0).data(ChannelsModel.GroupKeyRole) for at in rows]
        return self._channels.index(keys.index(key) if key in keys else min(row, len(keys) - 1), 0)

    @Slot()
    def _theme_changed(self) -> None:
        self.doItemsLayout()
        self.viewport().update()
