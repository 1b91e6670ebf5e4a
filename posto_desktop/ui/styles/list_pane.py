"""List of styles on the left: search, sections, order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from posto_desktop.models.styles import SecondLineRole, StyleRole, StylesModel
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.row_cells import CellBackground, CellColumn, IconCell, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

HEAD = 34
PLAIN_ICON = "swatch-book"
# : The icons that a style may use; files can contain any name.
STYLE_ICONS = (
    "swatch-book", "megaphone", "newspaper", "shopping-bag", "coffee", "bike", "flower-2",
    "calendar", "heart", "image", "bookmark", "sparkle", "tag", "radio-tower",
)  # fmt: skip


def icon_of(style: StyleFile) -> str:
    """Return the icon of a style, or the default for an unknown name."""
    if not style.content and style.problem:
        return "triangle-alert"
    return style.icon if style.icon in STYLE_ICONS else PLAIN_ICON


def _size(index: Index) -> QSize:
    theme = Theme.instance()
    if index.data(StyleRole) is None:
        return QSize(120, round(HEAD * theme.scale))
    return QSize(120, theme.px("row.style_list"))


def _row(index: Index, state: RowState) -> RowContent:
    style, title = index.data(StyleRole), str(index.data())
    if style is None:
        return RowContent([TextCell(title, "small", "text_muted")], (10, 6, 10, 0))
    theme, chosen = Theme.instance(), state.selected
    mark = IconCell(
        icon_of(style),
        "accent_soft_text" if chosen else "text_muted",
        side=30,
        tile=CellBackground("surface" if chosen else "sunken", 6),
    )
    bad = bool(style.problem or style.notes)
    second = " ".join(str(index.data(SecondLineRole)).split())
    words = CellColumn(
        [
            TextCell(title, "control"),
            TextCell(second, "caption", "danger_text" if bad else "text_muted"),
        ],
        [theme.line("body"), theme.line("caption")],
        gap=10,
    )
    return RowContent(
        [mark, words],
        (8, 0, 8, 0),
        state.background(),
        ring=RowFocusRing() if chosen and state.focused else None,
    )


class StyleListView(QListView):
    """List view of the styles. `handle_key` handles a shortcut and returns True if it did."""

    def __init__(self, model: StylesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Styles list"), "styles-list")
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self, _row, _size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.handle_key(event):
            super().keyPressEvent(event)


class StyleListPane(QWidget):
    """Signals: ``chosen(StyleFile)``; ``menuRequested(QPoint global)``."""

    chosen = Signal(object)
    menuRequested = Signal(QPoint)

    def __init__(self, model: StylesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._is_silent = False
        self.setFixedWidth(Theme.instance().px("pane.styles_list"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        head = self._head = QWidget(self)
        head.setFixedHeight(Theme.instance().px("size.tab_row"))
        row = QHBoxLayout(head)
        row.setContentsMargins(18, 0, 8, 0)
        row.setSpacing(0)
        row.addWidget(label(self.tr("Styles"), "strong"), 1)
        self.import_button = IconButton(
            "file-up", self.tr("Import styles"), "import-styles", parent=head
        )
        self.import_button.setToolTip(self.tr("Import styles from files"))
        self.new_button = IconButton("plus", self.tr("New style"), "new-style", parent=head)
        self.defaults_button = IconButton(
            "sliders-horizontal",
            self.tr("Defaults of channels"),
            "defaults-of-channels",
            parent=head,
        )
        self.defaults_button.setToolTip(self.tr("Defaults of networks and channels"))
        row.addWidget(self.defaults_button)
        row.addWidget(self.import_button)
        row.addWidget(self.new_button)
        column.addWidget(head)
        box = QHBoxLayout()
        box.setContentsMargins(8, 0, 8, 4)
        self.search = SearchField(
            self.tr("Search styles"), "search-styles", self.tr("Find a style"), self
        )
        box.addWidget(self.search)
        column.addLayout(box)
        inside = QHBoxLayout()
        inside.setContentsMargins(8, 0, 8, 0)
        self.view = StyleListView(model, self)
        inside.addWidget(self.view)
        column.addLayout(inside, 1)
        foot = label("", "small", object_name="styles-foot", wrap=True)
        foot.setContentsMargins(18, 6, 14, 14)
        self._foot = foot
        column.addWidget(foot)
        self.search.textChanged.connect(self._search)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self._update_foot()

    def set_styles(self, styles: tuple[StyleFile, ...]) -> None:
        """Show these styles and keep the current one."""
        current = self.current()
        self._is_silent = True
        try:
            self.model.set_styles(styles)
            if current is not None:
                self.select(current.name, builtin=current.builtin)
        finally:
            self._is_silent = False
        self._update_foot()

    def current(self) -> StyleFile | None:
        return self.model.style(self.view.currentIndex())

    def select(self, name: str, *, builtin: bool | None = None) -> bool:
        """Make a style current without emitting `chosen`. Return False if it is not shown."""
        row = self.model.row_of(name, builtin=builtin)
        if row < 0:
            return False
        before, self._is_silent = self._is_silent, True
        try:
            self.view.setCurrentIndex(self.model.index(row))
        finally:
            self._is_silent = before
        return True

    def reveal(self, style: StyleFile) -> None:
        """Make a style current; clear a search that hides it."""
        if not self.select(style.name, builtin=style.builtin) and self.search.text():
            self.search.clear()
            self.select(style.name, builtin=style.builtin)

    @Slot(str)
    def _search(self, words: str) -> None:
        current = self.current()
        self._is_silent = True
        try:
            self.model.set_search(words)
            if current is not None:
                self.select(current.name, builtin=current.builtin)
        finally:
            self._is_silent = False
        self._update_foot()

    def _update_foot(self) -> None:
        hidden = self.model.hidden
        self._foot.setText(self.tr("The search hides %n style(s)", "", hidden) if hidden else "")
        self._foot.setVisible(hidden > 0)

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        style = self.model.style(index)
        if style is not None and not self._is_silent:
            self.chosen.emit(style)

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self.current() is not None:
            self.menuRequested.emit(self.view.viewport().mapToGlobal(place))

    def restyle(self) -> None:
        theme = Theme.instance()
        self.setFixedWidth(theme.px("pane.styles_list"))
        self._head.setFixedHeight(theme.px("size.tab_row"))
        self.view.doItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        x = 0 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.width() - 1
        painter.fillRect(x, 0, 1, self.height(), theme.colour("border"))
        painter.end()
