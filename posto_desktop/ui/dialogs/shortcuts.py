"""All keys in one searchable list (F1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QListView, QWidget

from posto_desktop.core.matching import Query
from posto_desktop.models.palette import Found, PaletteModel
from posto_desktop.ui.commands import key_words
from posto_desktop.ui.page import Page
from posto_desktop.ui.palette import found_delegate
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.large_dialog import LargeDialog


class ShortcutsDialog(LargeDialog):
    """Shows the keys of the window, of its pages, and those that act in lists."""

    def __init__(self, actions: Iterable[QAction], pages: Iterable[Page], parent: QWidget) -> None:
        super().__init__(
            "keyboard-shortcuts",
            self.tr("Keyboard shortcuts"),
            self.tr("Everything can be done with the keyboard. Ctrl+K finds all commands."),
            560,
            620,
            parent,
        )
        self._rows = list(_rows_of(actions, pages))
        kinds = dict.fromkeys(kind for kind, _, _ in self._rows)
        self.model = PaletteModel([(kind, kind) for kind in kinds], self, most=100)
        self.search = SearchField(self.tr("Find a key"), self.tr("Find a key or what it does"))
        self.search.textChanged.connect(self._show)
        self.body.addWidget(self.search)
        self.list = QListView(self)
        name_control(self.list, self.tr("Shortcuts"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(found_delegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.body.addWidget(self.list, 1)
        self.nothing = label("", "muted", object_name="nothing-found", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.body.addWidget(self.nothing, 1)
        self._show("")
        self.search.setFocus()

    @Slot(str)
    def _show(self, text: str) -> None:
        query = Query(text)
        plain = text.strip().lower().replace(" ", "")
        found = []
        for kind, what, keys in self._rows:
            pressed = plain and plain in keys.lower().replace(" ", "")
            # With a plus it is a key that was typed, not words.
            score = 0 if "+" in plain else query.score(what, kind)
            if pressed:
                score = max(score, 50)
            found.append(Found(kind, what, _nothing, keys=keys, score=score))
        self.model.set_found(found)
        count = sum(one.score > 0 for one in found)
        self.list.setVisible(count > 0)
        self.nothing.setVisible(count == 0)
        words = " ".join(text.split())[:60]
        self.nothing.setText(self.tr("No shortcut is called “{words}”").format(words=words))
        one, many = self.tr("1 shortcut"), self.tr("{n} shortcuts")
        self.say((one if count == 1 else many.format(n=count)) if text.strip() else "")


def _nothing() -> None:
    """A key is pressed, not chosen here."""


def _rows_of(actions: Iterable[QAction], pages: Iterable[Page]) -> Iterator[tuple[str, str, str]]:
    """Kind, what it does, and the keys as this system writes them."""
    everywhere = _tr("Everywhere")
    for action in actions:
        keys = key_words(action.shortcut())
        if keys and action.isVisible():
            yield everywhere, action.text(), keys
    for keys, what in _more():
        yield everywhere, what, _native(keys)
    for page in pages:
        title, commands = page.menu_commands() or ("", [])
        for command in commands:
            if command is not None and command.keys:
                yield title.replace("&", ""), command.text, _native(command.keys)
    lists = _tr("In lists and the calendar")
    for keys, what in _in_lists():
        yield lists, what, _native(keys)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MainWindow", text)


def _native(keys: str) -> str:
    return " · ".join(key_words(QKeySequence(one)) for one in keys.split(" "))


def _more() -> Sequence[tuple[str, str]]:
    """Keys that belong to no command of a menu."""
    return (
        ("Ctrl+Z Ctrl+Shift+Z", _tr("Undo, redo")),
        ("Ctrl+F", _tr("Search on this page")),
        ("Alt", _tr("The menu bar with all commands")),
        ("Tab Shift+Tab", _tr("Next control, previous control")),
        ("Menu Shift+F10", _tr("The menu of what has the keyboard")),
        ("Esc", _tr("Close what lies over the page")),
    )


def _in_lists() -> Sequence[tuple[str, str]]:
    return (
        ("Space", _tr("Tick the channel or the post")),
        ("Return", _tr("Open it")),
        ("S", _tr("Reschedule")),
        ("R", _tr("Retry")),
        ("Ctrl+D", _tr("Duplicate")),
        ("Delete", _tr("Delete, with Undo")),
        ("Ctrl+A", _tr("Select all that the filter shows")),
        ("Alt+Left Alt+Right", _tr("Move the file among the media")),
        ("T", _tr("Calendar: today")),
        ("M W D", _tr("Calendar: month, week, day")),
        ("PgUp PgDown", _tr("Calendar: earlier, later")),
    )
