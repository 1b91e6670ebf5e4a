"""Settings dialog: changes apply at once, without confirmation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.slots import SETTING as SLOTS
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.setting_declarations import Value, declaration
from posto_desktop.storage.settings import Settings
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.settings.catalogue import PAGES, PageEntry, RowEntry, find, names_of, tr
from posto_desktop.ui.settings.context import SettingsContext, SettingsServices
from posto_desktop.ui.settings.nav_entry import NavEntry
from posto_desktop.ui.settings.page_factory import make_page
from posto_desktop.ui.settings.search_results import SearchResults
from posto_desktop.ui.settings.settings_page import RING, SettingsPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.choices import ChoiceGroup
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.dialog_placement import centre_dialog
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.no_matches import NoMatches
from posto_desktop.ui.widgets.widget_stack import WidgetStack


class SettingsDialog(Dialog):
    """Pages at the left, settings at the right. A page is created when first opened.

    `write` stores a value (default: `settings.set`); it may raise StorageError. `channels` are
    those of the open `workspace`, for the slots. Without `tools`, pages that need them are left
    out.

    Signals:
        changed(str name, object value): a setting has changed and is already applied.
    """

    changed = Signal(str, object)

    def __init__(
        self,
        settings: Settings,
        write: Callable[[str, Any], None] | None = None,
        parent: QWidget | None = None,
        *,
        channels: Sequence[Channel] = (),
        workspace: str = "",
        tools: SettingsServices | None = None,
        add_account: Callable[[], None] = lambda: None,
        forget_account: Callable[[str], None] = lambda _id: None,
        sign_in_again: Callable[[str], None] = lambda _id: None,
    ) -> None:
        super().__init__("settings-dialog", self.tr("Settings"), parent)
        self._settings = settings
        self._store = write or settings.set
        self._context = SettingsContext(
            settings.get,
            self.write,
            self.leave,
            channels,
            workspace,
            tools,
            add_account,
            forget_account,
            sign_in_again,
        )
        self._pages = [entry for entry in PAGES if _is_shown(entry, tools)]
        self._keys = [entry.key for entry in self._pages]
        self._titles = [tr(entry.title) for entry in self._pages]
        self._before: dict[str, Value] = {}
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._build_side())
        row.addLayout(self._build_main(), 1)
        self.box.addLayout(row)
        self._group.idClicked.connect(self._open)
        self._open(0)
        self._fit()
        Theme.instance().changed.connect(self._fit)
        add_keys(keys.FIND, self._focus_search, self)

    # -- building ------------------------------------------------------------------------------

    def _build_side(self) -> QFrame:
        self._side = side = QFrame(self)
        side.setProperty("role", "settings-side")
        column = QVBoxLayout(side)
        column.setContentsMargins(11, 16, 11, 12)
        column.setSpacing(8)
        title = label(self.tr("Settings"), "dialog")
        title.setContentsMargins(10, 0, 0, 0)
        column.addWidget(title)
        self.search = SearchField(self.tr("Find a setting"), "find-a-setting", parent=side)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._search)
        column.addWidget(self.search)
        self._names = QWidget(side)
        self._names.setAccessibleName(self.tr("Settings"))
        give_role(self._names, Role.PageTabList)
        nav = QVBoxLayout(self._names)
        nav.setContentsMargins(0, 0, 0, 0)
        nav.setSpacing(1)
        self._group = ChoiceGroup(self)
        self._stack = WidgetStack(self)
        self._made: dict[int, SettingsPage] = {}
        for number, page in enumerate(self._pages):
            entry = NavEntry(self._titles[number], page.icon, self._names)
            entry.setObjectName(f"settings-{page.key}")
            self._group.addButton(entry, number)
            nav.addWidget(entry)
            self._stack.addWidget(QWidget())
        nav.addStretch(1)
        column.addWidget(self._names, 1)
        self.results = SearchResults(side)
        self.results.chosen.connect(self._go_to)
        self.results.left.connect(self._focus_search)
        self.results.hide()
        column.addWidget(self.results, 1)
        self._nothing = NoMatches(self.search, "nothing-found", side)
        self._nothing.hide()
        column.addWidget(self._nothing, 1)
        return side

    def _build_main(self) -> QVBoxLayout:
        main = QVBoxLayout()
        main.setContentsMargins(0, 12, 0, 0)
        main.setSpacing(8 - RING)  # the pages add the rest
        head = QHBoxLayout()
        head.setContentsMargins(28, 0, 12, 0)
        head.setSpacing(6)
        self._title = label("", "dialog", object_name="settings-page-title")
        head.addWidget(self._title, 1)
        self.reset = Button(self.tr("Reset this page"), "quiet", icon="rotate-ccw", small=True)
        self.reset.setObjectName("reset-this-page")
        self.reset.clicked.connect(self._reset)
        head.addWidget(self.reset)
        close = IconButton("x", self.tr("Close"), "close", parent=self)
        close.clicked.connect(self.accept)
        head.addWidget(close)
        main.addLayout(head)
        self._problem = label("", "error", object_name="settings-problem", wrap=True)
        self._problem.setContentsMargins(28, RING, 28, 0)
        self._problem.hide()
        main.addWidget(self._problem)
        self._reset_bar = QWidget()
        around = QHBoxLayout(self._reset_bar)
        around.setContentsMargins(28, RING, 28, 0)
        card = QFrame()
        card.setProperty("role", "card-alt")
        around.addWidget(card)
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 5, 8, 5)
        self._reset_label = label("", "small", object_name="settings-told", wrap=True)
        row.addWidget(self._reset_label, 1)
        self.undo = Button(self.tr("Undo"), "link", small=True)
        name_control(self.undo, self.tr("Undo the reset"), "undo-the-reset")
        self.undo.clicked.connect(self._undo_reset)
        row.addWidget(self.undo)
        self._reset_bar.hide()
        main.addWidget(self._reset_bar)
        main.addWidget(self._stack, 1)
        return main

    @Slot()
    def _fit(self) -> None:
        """Grow with the text size, up to the size of the window below."""
        theme = Theme.instance()
        widest = max(button.sizeHint().width() for button in self._group.buttons())
        self._side.setFixedWidth(max(round(209 * theme.scale), widest + 23))
        self.resize_inside(*theme.pair("pane.dialog.settings"))
        if self.isVisible():
            centre_dialog(self)

    # -- pages ---------------------------------------------------------------------------------

    def show_page(self, key: str) -> None:
        """Open a page by its key in the catalogue."""
        self._open(self._keys.index(key))

    def show_row(self, key: str) -> None:
        """Open the page of a row by the row's key in the catalogue, and highlight the row."""
        row = next(entry for entry in _rows_of(self._pages) if entry.key == key)
        self._go_to(row)

    @property
    def page(self) -> SettingsPage:
        """Return the key of the current page."""
        return self._made[self._stack.currentIndex()]

    @Slot(int)
    def _open(self, number: int) -> None:
        self._group.button(number).setChecked(True)
        if number not in self._made:
            self._make(number)
        self._stack.setCurrentIndex(number)
        self._title.setText(self._titles[number])
        self.reset.setVisible(bool(self._resettable(number)))
        self._show_reset()
        self._reset_bar.hide()

    def _make(self, number: int) -> None:
        page = make_page(self._keys[number], self._context)
        # Tab reaches the page, because keys can scroll it.
        name = self.tr("{page} settings").format(page=self._titles[number])
        name_control(page, name, f"{self._keys[number]}-settings")
        old = self._stack.widget(number)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.insertWidget(number, page)
        self._made[number] = page

    def write(self, name: str, value: Value) -> None:
        """Apply a new value at once, then store it."""
        self._apply(name, value)
        try:
            self._store(name, value)
        except StorageError as error:
            self._problem.setText(
                self.tr("{reason} The change lasts until you quit Posto.").format(
                    reason=error.user_message
                )
            )
            self._problem.show()
        else:
            self._problem.hide()
        self._show_reset()
        self.changed.emit(name, value)

    @staticmethod
    def _apply(name: str, value: Value) -> None:
        """Apply visible changes before writing."""
        theme = Theme.instance()
        setters: dict[str, Callable[[Any], None]] = {
            "appearance.scheme": theme.setMode,
            "appearance.text_size": theme.set_text_size,
            "appearance.row_height": theme.set_row_height,
            "appearance.contrast": theme.set_more_contrast,
            "appearance.less_motion": theme.set_less_motion,
        }
        if name in setters:
            setters[name](value)

    # -- back to the defaults ------------------------------------------------------------------

    def _resettable(self, number: int) -> list[str]:
        # Slots are user data with their own Undo, not a preference.
        return [name for name in names_of(self._keys[number]) if name != SLOTS]

    def _changed_here(self) -> dict[str, Value]:
        names = self._resettable(self._stack.currentIndex())
        values = {name: self._settings.get(name) for name in names}
        return {name: value for name, value in values.items() if value != declaration(name).default}

    def _show_reset(self) -> None:
        changed = bool(self._changed_here())
        self.reset.setEnabled(changed)
        self.reset.setToolTip("" if changed else self.tr("All settings are at their defaults"))

    @Slot()
    def _reset(self) -> None:
        before = self._changed_here()
        self._write_all({name: declaration(name).default for name in before})
        self._before = before
        page = self._titles[self._stack.currentIndex()]
        self._reset_label.setText(self.tr("{page}: defaults restored").format(page=page))
        self._reset_bar.show()
        self.undo.setFocus()

    @Slot()
    def _undo_reset(self) -> None:
        before, self._before = self._before, {}
        self._reset_bar.hide()
        self._write_all(before)
        self.reset.setFocus()

    def _write_all(self, values: dict[str, Value]) -> None:
        for name, value in values.items():
            self.write(name, value)
        number = self._stack.currentIndex()
        self._make(number)
        self._stack.setCurrentIndex(number)
        self._show_reset()

    # -- looking for a setting -----------------------------------------------------------------

    @Slot(str)
    def _search(self, text: str) -> None:
        matches = find(text, self._keys)
        looking = bool(text.strip())
        self.results.show_rows(matches)
        self._names.setVisible(not looking)
        self.results.setVisible(looking and bool(matches))
        self._nothing.setVisible(looking and not matches)
        self._nothing.setText(self.tr("No setting matches “{text}”").format(text=text.strip()))

    @Slot(object)
    def _go_to(self, row: RowEntry) -> None:
        self.show_page(row.page)
        # Its size is known only after layout.
        QTimer.singleShot(0, self, lambda: self.page.show_row(row.key))

    @Slot()
    def _focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.search and pressed:
            key = event.key()  # type: ignore[attr-defined]
            if key == Qt.Key.Key_Down and self.results.isVisible():
                self.results.setFocus()
                return True
            if key == Qt.Key.Key_Down and self._names.isVisible():
                entry = self._group.button(self._group.checkedId())
                entry.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.results.choose_current()
                return True
        return super().eventFilter(watched, event)

    # -- closing -------------------------------------------------------------------------------

    def leave(self, then: Callable[[], None]) -> None:
        """Close, then run a function."""
        self.accept()
        then()

    def done(self, result: int) -> None:
        super().done(result)
        waiting, self._context.on_close[:] = list(self._context.on_close), []
        for callback in waiting:
            callback()


def _is_shown(entry: PageEntry, tools: SettingsServices | None) -> bool:
    if tools is None:
        return not entry.requires_services
    return tools.team is not None or not entry.requires_team


def _rows_of(pages: Sequence[PageEntry]) -> list[RowEntry]:
    from posto_desktop.ui.settings.catalogue import rows

    keys = {entry.key for entry in pages}
    return [row for row in rows() if row.page in keys]
