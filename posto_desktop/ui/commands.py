"""Commands of a page, each declared once: text, shortcut, icon, tooltip, enabled state.

Menu bar, menus, command palette, shortcut list and buttons share one `Command`.
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
    """QAction that calls `run`. `refresh` sets the enabled state by `can` and `why_not` (a reason,
    "" for none), and the text by `words`.

    `tip` is the tooltip of its buttons, which append the shortcut.
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
        """Reason from `why_not` for being disabled."""
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
        """Update text, enabled state and tooltip."""
        if callable(self._words):
            self.setText(self._words())
        reason = self._why_not() if self._why_not is not None else ""
        self.setEnabled(not reason and (self._can is None or self._can()))
        tip = self._tip() if callable(self._tip) else self._tip
        if (reason, tip) != (self.reason, self.tip):
            self.reason, self.tip = reason, tip
            self.setToolTip(reason)  # for menus
            self.changed.emit()

    def bind(self, button: QAbstractButton) -> None:
        """Make a button trigger this command. The button follows its enabled state; its tooltip is
        the reason while disabled, else `tip` with the shortcut. Without a `tip` it keeps its own
        tooltip."""
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
    """Run a function by these shortcuts within `context`, by default in the owner's window."""
    for sequence in key_names.sequences(keys):
        shortcut = QShortcut(sequence, owner)
        shortcut.setContext(context)
        shortcut.activated.connect(run)


class Commands(QObject):
    """Commands of a page in the order of its menu.

    A shortcut calls `Command.run` even while the command is disabled: the state may be outdated,
    and Qt would ignore the key silently. `run` checks again and shows the reason.
    """

    def __init__(
        self,
        title: str,
        page: QWidget,
        context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
        *,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """`title` is that of the menu, `context` the scope of the shortcuts. `look` is called
        before each refresh, to prepare what several commands depend on."""
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
        """Add a command. Its shortcut works everywhere in the page; with `in_view` only in views
        that call `handle_key`."""
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
        self._entries.append(None)

    def add_keys(
        self,
        keys: str,
        run: Callable[[], object],
        context: Qt.ShortcutContext | None = None,
    ) -> None:
        """Add a shortcut without a menu entry."""
        add_keys(keys, run, self._page, self._context if context is None else context)

    def handle_key(self, event: QKeyEvent, among: Iterable[Command] | None = None) -> bool:
        """Run the `in_view` command (or one of `among`) with the pressed key; return True if there
        is one. Call it from `keyPressEvent`."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        for command in self._in_view if among is None else among:
            if pressed in command.shortcuts():
                command.run()
                return True
        return False

    def is_key_of(self, event: QKeyEvent, among: Iterable[Command]) -> bool:
        """Return True if one of these commands has the pressed key and can be run."""
        self.refresh()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        return any(pressed in command.shortcuts() and command.isEnabled() for command in among)

    def entries(self) -> Sequence[Command | None]:
        """Return the refreshed commands; None is a separator."""
        self.refresh()
        return self._entries

    def menu(self, parent: QWidget) -> Menu:
        """Return a menu of the visible commands; it deletes itself on close."""
        menu = Menu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command in self.entries():
            if command is None:
                menu.addSeparator()
            elif command.isVisible():
                menu.addAction(command)
        return menu

    @Slot()
    def refresh(self) -> None:
        """Update all commands."""
        self._look()
        for command in self._entries:
            if command is not None:
                command.refresh()
