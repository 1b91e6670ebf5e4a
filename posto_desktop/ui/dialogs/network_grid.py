"""Grid of the networks that can be connected: tiles in three groups."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.sdk.own_accounts import GROUPS, ConnectableNetwork
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control, object_name_of
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.painters import device_ratio

__all__ = ["NetworkGrid"]

COLUMNS = 3
_BADGE = 26
_LEFT = 12


class _Tile(QAbstractButton):
    """A network: its mark and its name."""

    def __init__(self, network: ConnectableNetwork, parent: QWidget) -> None:
        super().__init__(parent)
        self.network = network
        self.setText(network.name)
        self.setAccessibleName(network.name)
        self.setObjectName(f"network-{object_name_of(network.method)}")
        self.setAccessibleDescription(network.reason)
        self.setToolTip(network.reason)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", 8)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        give_role(self, Role.RadioButton)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        return QSize(round(180 * theme.scale), 2 * theme.line("small") + 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the grid moves the keyboard
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        background = "raised"
        if self.isChecked():
            background = "selected"
        elif self.underMouse():
            background = "hover_row"
        painter.setPen(QPen(theme.colour("accent" if self.isChecked() else "field_border"), 1))
        painter.setBrush(theme.colour(background))
        painter.drawRoundedRect(frame, 8, 8)
        way, whole = self.layoutDirection(), self.rect()
        top = (self.height() - _BADGE) // 2
        mark = QStyle.visualRect(way, whole, QRect(_LEFT, top, _BADGE, _BADGE))
        pixmap = icons.network_badge(self.network.network, _BADGE, device_ratio(painter))
        if not self.network.is_offered:
            painter.setOpacity(0.6)
        painter.drawPixmap(QPointF(mark.topLeft()), pixmap)
        painter.setOpacity(1.0)
        left = _LEFT + _BADGE + 10
        words = QStyle.visualRect(
            way, whole, QRect(left, 0, self.width() - left - 10, self.height())
        )
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text" if self.network.is_offered else "text_muted"))
        side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        wrapped = int(QStyle.visualAlignment(way, side)) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(words, wrapped, self.text())
        painter.end()


class NetworkGrid(QScrollArea):
    """Arrows go from tile to tile, Tab leaves.

    Signals: `chosen(str method)`, `activated(str method)`: also go on with it.
    """

    chosen = Signal(str)
    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Network"), "network")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._body.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(24, 4, 24, 12)
        self.verticalScrollBar().rangeChanged.connect(self._fit_margin)
        self._column.setSpacing(0)
        self.setWidget(self._body)
        self._tiles: dict[str, _Tile] = {}
        self._shown: list[_Tile] = []
        self._sections: dict[str, tuple[QWidget, QGridLayout]] = {}
        titles = {
            "at_once": (self.tr("Works at once"), ""),
            "own_app": (
                self.tr("Needs your own app"),
                self.tr(
                    "You register your own app with the network. Some networks charge for this."
                ),
            ),
            "service": (
                self.tr("Only through a Posto service"),
                self.tr("The network does not allow apps on your computer to publish."),
            ),
        }
        for group in GROUPS:
            self._add_section(group, *titles[group])
        self._column.addStretch(1)

    @Slot()
    def _fit_margin(self) -> None:
        """Beside a scroll bar tiles end as far from the edge as without one."""
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() > 0 else 0
        self._column.setContentsMargins(24, 4, 24 - beside, 12)

    def _add_section(self, group: str, title: str, about: str) -> None:
        section = QWidget(self._body)
        column = QVBoxLayout(section)
        column.setContentsMargins(0, 10, 0, 6)
        column.setSpacing(0)
        column.addWidget(label(title, "strong", object_name=f"networks-{object_name_of(group)}"))
        if about:
            column.addWidget(label(about, "small", wrap=True))
        column.addSpacing(8)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number in range(COLUMNS):
            grid.setColumnStretch(number, 1)
        column.addLayout(grid)
        self._column.addWidget(section)
        self._sections[group] = (section, grid)
        section.hide()

    def set_networks(self, networks: Sequence[ConnectableNetwork]) -> None:
        """Show these and no others."""
        for network in networks:
            tile = self._tiles.get(network.method)
            if tile is None or tile.network != network:
                self._make_tile(network)
        listed_tiles = [self._tiles[network.method] for network in networks]
        if listed_tiles == self._shown:
            return
        for tile in self._tiles.values():
            tile.setVisible(tile in listed_tiles)
        for group, (section, grid) in self._sections.items():
            for tile in self._shown:
                grid.removeWidget(tile)
            tiles = [tile for tile in listed_tiles if tile.network.group == group]
            for number, tile in enumerate(tiles):
                grid.addWidget(tile, number // COLUMNS, number % COLUMNS)
            section.setVisible(bool(tiles))
        self._shown = listed_tiles
        self._set_tab_stop()

    def _make_tile(self, network: ConnectableNetwork) -> None:
        stale = self._tiles.pop(network.method, None)
        if stale is not None:
            self._shown = [tile for tile in self._shown if tile is not stale]
            stale.deleteLater()
        tile = self._tiles[network.method] = _Tile(network, self._sections[network.group][0])
        tile.clicked.connect(self._clicked)

    def set_chosen(self, method: str) -> None:
        """Mark the network that is looked at; "" for none."""
        for name, tile in self._tiles.items():
            tile.setChecked(name == method)
        self._set_tab_stop()
        if method:  # as soon as what is said of it has its room
            QTimer.singleShot(0, self, self._show_chosen)

    @Slot()
    def _show_chosen(self) -> None:
        for tile in self._shown:
            if tile.isChecked():
                self.ensureWidgetVisible(tile, 0, 12)

    def focus_first(self) -> None:
        """Give the keyboard to the chosen tile, or the first."""
        stop = self._tab_stop()
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)

    def has_tiles(self) -> bool:
        return bool(self._shown)

    @Slot()
    def _clicked(self) -> None:
        tile = self.sender()
        if not isinstance(tile, _Tile):
            return
        if tile.isChecked():
            self.chosen.emit(tile.network.method)
        else:  # it was chosen already: a second click, or Enter where the arrows have led
            tile.setChecked(True)
            self.activated.emit(tile.network.method)

    def _tab_stop(self) -> _Tile | None:
        chosen = [tile for tile in self._shown if tile.isChecked()]
        return next(iter(chosen or self._shown), None)

    def _set_tab_stop(self) -> None:
        stop = self._tab_stop()
        for tile in self._tiles.values():
            policy = Qt.FocusPolicy.StrongFocus if tile is stop else Qt.FocusPolicy.ClickFocus
            tile.setFocusPolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.focusWidget() or self._body.focusWidget()
        if not isinstance(tile, _Tile) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        neighbour = self._neighbour(tile, Qt.Key(event.key()))
        if neighbour is None:
            super().keyPressEvent(event)
            return
        neighbour.setFocus(Qt.FocusReason.TabFocusReason)
        neighbour.click()

    def _neighbour(self, tile: _Tile, key: Qt.Key) -> _Tile | None:
        """The next tile in the direction of an arrow."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if key in steps:
            step = steps[key] * (-1 if self.isRightToLeft() else 1)
            at = self._shown.index(tile) + step
            return self._shown[at] if 0 <= at < len(self._shown) else None
        if key not in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return None
        down = key == Qt.Key.Key_Down
        middle = self._middle(tile)
        beyond = [
            candidate
            for candidate in self._shown
            if (self._middle(candidate).y() > middle.y() + 4) == down
            and abs(self._middle(candidate).y() - middle.y()) > 4
        ]
        return min(
            beyond,
            key=lambda candidate: (
                abs(self._middle(candidate).y() - middle.y()),
                abs(self._middle(candidate).x() - middle.x()),
            ),
            default=None,
        )

    def _middle(self, tile: _Tile) -> QPointF:
        return QPointF(tile.mapTo(self._body, tile.rect().center()))
