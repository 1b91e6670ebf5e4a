"""Dialog with all keyboard shortcuts in a searchable list (F1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QListView, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.matching import Query
from posto_desktop.models.command_palette import PaletteItem, PaletteModel
from posto_desktop.ui import keys as key_names
from posto_desktop.ui.command_palette import palette_delegate
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.large_dialog import LargeDialog
from posto_desktop.ui.widgets.no_matches import NoMatches


class ShortcutsDialog(LargeDialog):
    """Shows the shortcuts of the window, of its pages and of lists."""

    def __init__(
        self, actions: Iterable[QAction], pages: Iterable[AppPage], parent: QWidget
    ) -> None:
        super().__init__(
            "keyboard-shortcuts",
            self.tr("Keyboard shortcuts"),
            self.tr("Everything works with the keyboard. {keys} finds all commands.").format(
                keys=key_names.words(key_names.SEARCH)
            ),
            560,
            620,
            parent,
        )
        self._rows = list(_rows_of(actions, pages))
        kinds = dict.fromkeys(kind for kind, _, _ in self._rows)
        self.model = PaletteModel([(kind, kind) for kind in kinds], self, most=100)
        self.search = SearchField(
            self.tr("Find a shortcut"), "find-a-shortcut", self.tr("Find a shortcut")
        )
        self.search.textChanged.connect(self._show)
        self.body.addWidget(self.search)
        self.list = QListView(self)
        name_control(self.list, self.tr("Shortcuts"), "shortcuts")
        self.list.setModel(self.model)
        self.list.setItemDelegate(palette_delegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.body.addWidget(self.list, 1)
        self.nothing = NoMatches(self.search, "nothing-found")
        self.nothing.hide()
        self.body.addWidget(self.nothing, 1)
        self._show("")
        self.search.setFocus()

    @Slot(str)
    def _show(self, text: str) -> None:
        query = Query(text)
        plain = text.strip().lower().replace(" ", "")
        items = []
        for kind, action_name, keys in self._rows:
            pressed = plain and plain in keys.lower().replace(" ", "")
            # With a plus the query is a shortcut, not words.
            score = 0 if "+" in plain else query.score(action_name, kind)
            if pressed:
                score = max(score, 50)
            items.append(PaletteItem(kind, action_name, _nothing, keys=keys, score=score))
        self.model.set_found(items)
        count = sum(item.score > 0 for item in items)
        self.list.setVisible(count > 0)
        self.nothing.setVisible(count == 0)
        words = " ".join(text.split())[:60]
        self.nothing.setText(self.tr("No shortcut matches “{words}”").format(words=words))
        self.set_state_text(self.tr("%n shortcut(s)", "", count) if text.strip() else "")


def _nothing() -> None:
    """Nothing happens: the list only informs."""


def _rows_of(
    actions: Iterable[QAction], pages: Iterable[AppPage]
) -> Iterator[tuple[str, str, str]]:
    """Return group, action and shortcuts in the system's notation."""
    everywhere = translate("MainWindow", "Everywhere")
    for action in actions:
        keys = key_names.words(action.shortcut())
        if keys and action.isVisible():
            yield everywhere, action.text(), keys
    for keys, action_name in _more():
        yield everywhere, action_name, _native(keys)
    for page in pages:
        if page.commands is None:
            continue
        title = page.commands.title.replace("&", "")
        for command in page.commands.entries():
            if command is not None and command.keys:
                yield title, command.text(), key_names.words(command.keys)
    lists = translate("MainWindow", "In lists and the calendar")
    for keys, action_name in _in_lists():
        yield lists, action_name, _native(keys)


def _native(keys: str) -> str:
    return " · ".join(key_names.words(key) for key in keys.split(" "))


def _more() -> Sequence[tuple[str, str]]:
    """Return shortcuts that belong to no menu command."""
    return (
        (
            f"{key_names.UNDO} {key_names.REDO} {key_names.REDO_TOO}",
            translate("MainWindow", "Undo, redo"),
        ),
        (key_names.FIND, translate("MainWindow", "Search on this page")),
        (key_names.MENU_BAR, translate("MainWindow", "The menu bar with all commands")),
        (
            f"{key_names.NEXT_CONTROL} {key_names.PREVIOUS_CONTROL}",
            translate("MainWindow", "Next control, previous control"),
        ),
        (key_names.CONTEXT_MENU, translate("MainWindow", "Context menu")),
        (key_names.CLOSE, translate("MainWindow", "Close a dialog or popup")),
        (key_names.NOT_SUGGESTED, translate("MainWindow", "Suggest a hashtag or mention no more")),
    )


def _in_lists() -> Sequence[tuple[str, str]]:
    calendar = f"{key_names.MONTH} {key_names.WEEK} {key_names.DAY}"
    return (
        (key_names.TICK, translate("MainWindow", "Tick the channel or post")),
        (key_names.TICK_FOUND, translate("MainWindow", "Tick all channels found, in the search")),
        (
            f"{key_names.MOVE_UP} {key_names.MOVE_DOWN}",
            translate("MainWindow", "Move the group or channel"),
        ),
        #: Verb.
        (key_names.OPEN, translate("MainWindow", "Open")),
        (key_names.RESCHEDULE, translate("MainWindow", "Reschedule")),
        (key_names.RETRY, translate("MainWindow", "Retry")),
        (key_names.DUPLICATE, translate("MainWindow", "Duplicate")),
        (key_names.DELETE, translate("MainWindow", "Delete, with Undo")),
        (key_names.SELECT_ALL, translate("MainWindow", "Select all posts shown")),
        (
            f"{key_names.DAY_BEFORE} {key_names.DAY_AFTER}",
            translate("MainWindow", "Schedule: day before, day after"),
        ),
        (f"{key_names.BACK} {key_names.FORTH}", translate("MainWindow", "Move the file")),
        (key_names.TODAY, translate("MainWindow", "Calendar: today")),
        (calendar, translate("MainWindow", "Calendar: month, week, day")),
        (
            f"{key_names.EARLIER} {key_names.LATER}",
            translate("MainWindow", "Calendar: earlier, later"),
        ),
    )
