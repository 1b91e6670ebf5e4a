"""Emoji picker with search, groups, recent emoji and skin tones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.emoji import Emoji, EmojiCatalog
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.compose.emoji_grid import EmojiCell, EmojiGrid, has_emoji_font, missing
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control, object_name_of
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.widget_stack import WidgetStack

HEIGHT = 400
# The emoji on the button of each group.
_FACES = {0: "😀", 1: "👋", 3: "🐻", 4: "🍎", 5: "🚗", 6: "🎉", 7: "💡", 8: "🔣", 9: "🏁"}
_HAND = "✋"
_TONES = "🏻🏼🏽🏾🏿"


class _EmojiButton(QToolButton):
    """A small button that shows an emoji, or an icon without one."""

    def __init__(
        self, emoji_char: str, name: str, object_name: str, *, icon: str = "", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._emoji_char, self._icon = emoji_char, icon
        name_control(self, name, object_name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        side = Theme.instance().px("size.control")
        self.setFixedSize(side, side)

    def spread(self) -> None:
        """Let the button share the width of its row."""
        self.setMinimumWidth(20)
        self.setMaximumWidth(16_777_215)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_emoji(self, emoji_char: str) -> None:
        self._emoji_char = emoji_char
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = Theme.instance()
        painter = QPainter(self)
        if self._emoji_char:
            painter.setFont(theme.font("dialog"))
            painter.setPen(theme.colour("text"))
            painter.drawText(
                QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), self._emoji_char
            )
        else:
            role = "accent_soft_text" if self.isChecked() else "text_muted"
            painters.paint_icon(painter, self.rect(), self._icon, 17, theme.colour(role))
        painter.end()


class EmojiPicker(Popup):
    """Shows "Loading" until `set_book`.

    Signals: ``chosen(str)``: insert this; ``toneChosen(int)``: 0 (none) to 5.
    """

    chosen = Signal(str)
    toneChosen = Signal(int)

    def __init__(self, recent: Sequence[str], tone: int, parent: QWidget) -> None:
        super().__init__("emoji-picker", parent)
        self.setAccessibleName(self.tr("Emoji picker"))
        self._recent, self._tone = list(recent), tone
        self._book: EmojiCatalog | None = None
        self._missing: frozenset[str] = frozenset()
        self._starts: dict[str, int] = {}
        self._titles: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.search = SearchField(self.tr("Search emoji"), "search-emoji", parent=self)
        self.search.textChanged.connect(self._fill)
        self.tone = _EmojiButton("", self.tr("Skin tone"), "skin-tone", icon="hand", parent=self)
        self.tone.clicked.connect(self._open_tones)
        head.addWidget(self.search, 1)
        head.addWidget(self.tone)
        column.addLayout(head)
        self._groups = QHBoxLayout()
        self._groups.setSpacing(0)
        column.addLayout(self._groups)
        self._buttons = QButtonGroup(self)
        self._buttons.idClicked.connect(self._go_to)
        self.grid = EmojiGrid(self)
        self.grid.chosen.connect(self._choose)
        self.grid.typed.connect(self._type)
        self.grid.leftAbove.connect(self.search.setFocus)
        self.grid.pointed.connect(self._name)
        self.grid.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.words = PlainLabel(self.tr("Loading emoji"), self)
        self.words.setObjectName("emoji-state")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = WidgetStack(self)
        self._pages.addWidget(self.words)
        self._pages.addWidget(self.grid)
        column.addWidget(self._pages, 1)
        self.name = ElidedLabel("", "small", parent=self)
        self.name.setObjectName("emoji-name")
        column.addWidget(self.name)
        # A fixed size, so that the list does not jump when the groups load.
        self.setFixedSize(self.grid.width() + 20, round(HEIGHT * Theme.instance().scale))

    @Slot(object)
    def set_book(self, book: EmojiCatalog) -> None:
        """Show the emoji once they are loaded."""
        self._book = book
        self._missing = missing(book.emoji)
        self._titles = [self.tr("Recently used"), *(name for _number, name in book.groups)]
        self._add_group(0, "", self._titles[0], "recently-used", "clock")
        for place, (number, name) in enumerate(book.groups, 1):
            self._add_group(
                place, _FACES.get(number, ""), _capital(name), object_name_of(name), "smile"
            )
        self._show_tone()
        if not has_emoji_font():
            self.name.setText(self.tr("Install an emoji font to see emoji."))
        self._fill()

    @Slot(object)
    def set_failed(self, _error: object) -> None:
        self.words.setText(self.tr("The emoji could not be loaded. See the log for details."))

    def _add_group(
        self, place: int, emoji_char: str, name: str, object_name: str, icon: str
    ) -> None:
        button = _EmojiButton(emoji_char, name, object_name, icon=icon, parent=self)
        button.setCheckable(True)
        button.spread()
        self._buttons.addButton(button, place)
        give_role(button, Role.RadioButton)
        self._groups.addWidget(button)

    # -- display ---------------------------------------------------------------------------

    @Slot()
    def _fill(self) -> None:
        book = self._book
        if book is None:
            return
        query = self.search.text().strip()
        if query:
            emojis = [emoji for emoji in book.search(query) if emoji.char not in self._missing]
            self.grid.set_sections([("", [self._cell(emoji) for emoji in emojis])])
            self._starts = {}
            self.words.setText(self.tr("No emoji for “{query}”").format(query=query))
            self._pages.setCurrentIndex(1 if emojis else 0)
            self._check_group(-1)
            return
        sections: list[tuple[str, list[EmojiCell]]] = []
        lately = [EmojiCell(char, emoji.name) for char in self._recent if (emoji := book.get(char))]
        if lately:
            sections.append((self._titles[0], lately))
        for number, name in book.groups:
            cells = [self._cell(e) for e in book.in_group(number) if e.char not in self._missing]
            sections.append((_capital(name), cells))
        starts = self.grid.set_sections(sections)
        self._starts = {title.casefold(): row for title, row in starts.items()}
        self._buttons.button(0).setEnabled(bool(lately))
        self._pages.setCurrentIndex(1)
        self._scrolled()

    def _cell(self, emoji: Emoji) -> EmojiCell:
        return EmojiCell(emoji.toned(self._tone), emoji.name)

    @Slot(str)
    def _name(self, name: str) -> None:
        if has_emoji_font():
            self.name.setText(_capital(name))

    @Slot(int)
    def _go_to(self, place: int) -> None:
        self.search.clear()
        row = self._starts.get(self._titles[place].casefold())
        if row is not None:
            self.grid.show_row(row)
            self._check_group(place)

    @Slot()
    def _scrolled(self) -> None:
        top = self.grid.row_at_top()
        shown = [
            place
            for place, title in enumerate(self._titles)
            if self._starts.get(title.casefold(), top + 1) <= top
        ]
        if shown:
            self._check_group(shown[-1])

    def _check_group(self, place: int) -> None:
        button = self._buttons.button(place)
        self._buttons.setExclusive(False)
        for group_button in self._buttons.buttons():
            group_button.setChecked(group_button is button)
        self._buttons.setExclusive(button is not None)

    # -- skin tones ------------------------------------------------------------------------

    def _show_tone(self) -> None:
        self.tone.set_emoji(_HAND + (_TONES[self._tone - 1] if self._tone else ""))
        book = self._book
        name = book.tones[self._tone - 1] if book and self._tone else self.tr("none chosen")
        self.tone.setToolTip(self.tr("Skin tone: {name}").format(name=name))

    @Slot()
    def _open_tones(self) -> None:
        if self._book is None:
            return
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = [self.tr("No skin tone"), *map(_capital, self._book.tones)]
        for tone, name in enumerate(names):
            hand = _HAND + (_TONES[tone - 1] if tone else "")
            action = menu.add(f"{hand}  {name}")
            action.setCheckable(True)
            action.setChecked(tone == self._tone)
            action.setData(tone)
        menu.triggered.connect(lambda action: self.set_tone(int(action.data())))
        menu.popup(self.tone.mapToGlobal(QPoint(0, self.tone.height() + 2)))

    def set_tone(self, tone: int) -> None:
        """Show all emoji in this skin tone."""
        if tone != self._tone:
            self._tone = tone
            self._show_tone()
            place = self.grid.verticalScrollBar().value()
            self._fill()
            self.grid.verticalScrollBar().setValue(place)
            self.toneChosen.emit(tone)

    # -- choosing --------------------------------------------------------------------------

    @Slot(str, bool)
    def _choose(self, char: str, more: bool) -> None:
        if not more:
            self.close()
        self.chosen.emit(char)

    @Slot(object)
    def _type(self, event: QKeyEvent) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        QApplication.sendEvent(self.search, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.search.hasFocus() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pages.currentIndex() == 1:
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.grid.choose_current(shift)
            return
        if key == Qt.Key.Key_Down and not self.grid.hasFocus():
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def sizeHint(self) -> QSize:
        return self.size()


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
