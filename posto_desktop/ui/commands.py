"""The commands of a page, each declared once: words, keys, icon, tooltip, whether it can be done.

Menu bar, menus, search over everything, list of keys and buttons all show the same `Command`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QKeyCombination, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.ui import keys as key_names
from posto_desktop.ui.widgets.menu import Menu, menu_icon

Words = str | Callable[[], str]


class Command(QAction):
    """`run` does it. Its enabled state is the one answer to whether it can be done now; `refresh`
    takes that from `can` and `why_not` (a reason, "" for none), and the text from `words`.

    `tip` is the tooltip of its buttons, to which they add the keys.
    """

    def __init__(
        self,
        words: Words,
        run: Callable[[], object],
        keys: str,
        parent: QObject,
        *,
        icon: str = "",
        tip: Words = "",
        can: Callable[[], bool] | None = None,
        why_not: Callable[[], str] | None = None,
        danger: bool = False,
    ) -> None:
        super().__init__(parent)
        self.run, self.keys = run, keys
        self._words, self._tip, self._can, self._why_not = words, tip, can, why_not
        self.reason = ""
        """Why it cannot be done, as `why_not` said."""
        self.tip = "" if callable(tip) else tip
        self.setText("" if callable(words) else words)
        self.setShortcuts(key_names.sequences(keys))
        if icon:
            self.setIcon(menu_icon(icon, danger=danger))
        self.setProperty("danger", danger)
        self.triggered.connect(self._run)

    @Slot()
    def _run(self) -> None:
        self.run()

    def refresh(self) -> None:
        """Take the text and the enabled state from how things stand."""
        if callable(self._words):
            self.setText(self._words())
        reason = self._why_not() if self._why_not is not None else ""
        self.setEnabled(not reason and (self._can is None or self._can()))
        tip = self._tip() if callable(self._tip) else self._tip
        if (reason, tip) != (self.reason, self.tip):
            self.reason, self.tip = reason, tip
            self.setToolTip(reason)  # in menus
            self.changed.emit()

    def bind(self, button: QAbstractButton) -> None:
        """Have a button do this. It is enabled as the command is, and tells why not, else what it
        does and with which keys; without a `tip` it keeps its own words."""
        button_tip = button.toolTip()

        def show() -> None:
            button.setEnabled(self.isEnabled())
            if self._tip or self._why_not is not None:
                tip = key_names.tip(self.tip, self.keys) if self.tip else button_tip
                button.setToolTip(self.reason or tip)

        button.clicked.connect(self.trigger)
        self.changed.connect(show)
        show()


def add_keys(
    keys: str,
    run: Callable[[], object],
    owner: QWidget,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Have these keys do something while their owner is seen, or where `context` says."""
    for one in key_names.sequences(keys):
        shortcut = QShortcut(one, owner)
        shortcut.setContext(context)
        shortcut.activated.connect(run)


class Commands(QObject):
    """The commands of a page in the order of its menu.

    A key calls `Command.run` also while the command is disabled: what is shown may be a moment old,
    and Qt would drop the key without a word. `run` looks anew, and says why it does nothing.
    """

    def __init__(
        self,
        title: str,
        page: QWidget,
        context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
        *,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """`title` is that of the menu; `context` says from where the keys work. `look` is called
        before the commands are asked how they stand, for what several of them go by."""
        super().__init__(page)
        self.title = title
        self._page, self._context, self._look = page, context, look
        self._entries: list[Command | None] = []
        self._in_view: list[Command] = []

    def add(
        self,
        words: Words,
        run: Callable[[], object],
        keys: str = "",
        icon: str = "",
        *,
        tip: Words = "",
        can: Callable[[], bool] | None = None,
        why_not: Callable[[], str] | None = None,
        danger: bool = False,
        in_view: bool = False,
    ) -> Command:
        """Add a command. Its keys work everywhere in the page; with `in_view` only where a view
        takes them, by `handle_key`."""
        command = Command(
            words, run, keys, self, icon=icon, tip=tip, can=can, why_not=why_not, danger=danger
        )
        self._entries.append(command)
        if in_view:
            self._in_view.append(command)
        else:
            self.add_keys(keys, run)
        return command

    def add_separator(self) -> None:
        """Begin another group of the menu."""
        self._entries.append(None)

    def add_keys(
        self,
        keys: str,
        run: Callable[[], object],
        context: Qt.ShortcutContext | None = None,
    ) -> None:
        """Add keys that belong to no entry of the menu."""
        add_keys(keys, run, self._page, self._context if context is None else context)

    def handle_key(self, event: QKeyEvent, among: Iterable[Command] | None = None) -> bool:
        """Run the command whose key was pressed in a view that has keys of its own, or one of
        these; whether there is one. For its `keyPressEvent`."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        for command in self._in_view if among is None else among:
            if pressed in command.shortcuts():
                command.run()
                return True
        return False

    def entries(self) -> Sequence[Command | None]:
        """The commands as things stand; None: a line between groups."""
        self.refresh()
        return self._entries

    def menu(self, parent: QWidget) -> Menu:
        """A menu of what is visible of them; it deletes itself on close."""
        menu = Menu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self.entries():
            if one is None:
                menu.addSeparator()
            elif one.isVisible():
                menu.addAction(one)
        return menu

    @Slot()
    def refresh(self) -> None:
        """Take all texts and states from how things stand."""
        self._look()
        for one in self._entries:
            if one is not None:
                one.refresh()
