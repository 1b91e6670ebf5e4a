"""Dialog that creates, edits, orders and deletes snippets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.core.snippets import KINDS, LONGEST_NAME, Snippet, SnippetError, clean
from posto_desktop.models.snippets import kind_name
from posto_desktop.sdk import networks
from posto_desktop.ui import keys
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.compose.snippets_popup import SnippetsView
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import (
    Button,
    IconButton,
    MenuButton,
    name_control,
    set_enabled,
)
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, label
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import below

WIDTH, HEIGHT = 720, 540
LEFT = 270


class SnippetsDialog(Dialog):
    """Changes are saved by the button, by choosing another row and by closing.

    Signals: ``saveRequested(Snippet)``, ``deleteRequested(str id)``, ``restoreRequested(Snippet,
    int place)``, ``arrangeRequested(list[str])``, ``signatureChanged(str id)`` ("": none).
    """

    saveRequested = Signal(object)
    deleteRequested = Signal(str)
    restoreRequested = Signal(object, int)
    arrangeRequested = Signal(list)
    signatureChanged = Signal(str)

    def __init__(self, signature: str = "", parent: QWidget | None = None) -> None:
        super().__init__("snippets", self.tr("Snippets"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._signature = signature
        self._deleted: tuple[Snippet, int] | None = None
        self._fresh: Snippet | None = None
        """A new snippet that is not saved yet."""
        self._pending_id = ""
        self._saving = ""
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(self._make_left())
        columns.addWidget(self._make_right(), 1)
        self.box.addLayout(columns, 1)
        self._make_foot()
        self.resize_inside(WIDTH, HEIGHT)
        for key, button in ((keys.MOVE_UP, self.up), (keys.MOVE_DOWN, self.down)):
            add_keys(key, button.click, self.list, Qt.ShortcutContext.WidgetShortcut)
        self._show_current()

    def _make_left(self) -> QWidget:
        left = QFrame(self)
        left.setProperty("role", "settings-side")
        left.setFixedWidth(round(LEFT * Theme.instance().scale))
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 18, 10, 10)
        column.setSpacing(8)
        title = label(self.tr("Snippets"), "dialog")
        title.setContentsMargins(8, 0, 0, 0)
        column.addWidget(title)
        self.list = SnippetsView(self.tr("Saved snippets"), "saved-snippets", left)
        self.list.selectionModel().currentChanged.connect(self._row_chosen)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.new = Button(self.tr("New"), "quiet", icon="plus", small=True, parent=left)
        name_control(self.new, self.tr("New snippet"), "new-snippet")
        self.new.clicked.connect(self.start_new)
        self.up = IconButton("chevron-up", self.tr("Move up"), "move-up", parent=left)
        self.up.setToolTip(keys.tip(self.tr("Move up"), keys.MOVE_UP))
        self.up.clicked.connect(self._move_up)
        self.down = IconButton("chevron-down", self.tr("Move down"), "move-down", parent=left)
        self.down.setToolTip(keys.tip(self.tr("Move down"), keys.MOVE_DOWN))
        self.down.clicked.connect(self._move_down)
        self.remove = IconButton(
            "trash-2", self.tr("Delete snippet"), "delete-snippet", parent=left
        )
        self.remove.clicked.connect(self._delete)
        row.addWidget(self.new)
        row.addStretch(1)
        for button in (self.up, self.down, self.remove):
            row.addWidget(button)
        column.addLayout(row)
        return left

    def _make_right(self) -> QWidget:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = SnippetForm(right)
        self.form.edited.connect(self._show_state)
        self.form.signingChanged.connect(self._sign)
        self.nothing = label("", "muted", object_name="snippets-state", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setText(self.tr("Loading snippets"))
        column.addWidget(self.form, 1)
        column.addWidget(self.nothing, 1)
        return right

    def _make_foot(self) -> None:
        row = self.add_foot(20)
        self.status_label = ElidedLabel("", "muted", parent=self)
        self.status_label.setObjectName("snippets-said")
        self.undo = Button(self.tr("Undo"), "link", parent=self)
        name_control(self.undo, self.tr("Undo deleting"), "undo-deleting")
        self.undo.clicked.connect(self._restore)
        self.undo.hide()
        self.save = Button(self.tr("Save snippet"), "primary", parent=self)
        self.save.setObjectName("save-snippet")
        self.save.clicked.connect(self.save_form)
        self.close_button = Button(self.tr("Close"), parent=self)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.status_label, 1)
        row.addWidget(self.undo)
        row.addWidget(self.save)
        row.addWidget(self.close_button)

    # -- list ------------------------------------------------------------------------------

    @Slot(object)
    def set_snippets(self, snippets: Sequence[Snippet]) -> None:
        rows = list(snippets)
        if self._fresh is not None:
            if any(row.id == self._fresh.id for row in rows):
                self._fresh = None
            else:
                rows.append(self._fresh)
        chosen_id = self._current_id()
        if any(row.id == self._pending_id for row in rows):
            chosen_id, self._pending_id = self._pending_id, ""
        with QSignalBlocker(self.list.selectionModel()):
            before = self.list.currentIndex().row()
            self.list.rows.set_rows(rows)
            place = self.list.rows.row_of(chosen_id)
            self.list.choose_row(place if place >= 0 else max(0, before))
        self._show_current()
        self.list.viewport().update()

    @Slot(str, str)
    def show_refused(self, snippet_id: str, sentence: str) -> None:
        shown = self.form.shown
        if shown is not None and shown.id == snippet_id:
            self.form.show_error(sentence)
        else:
            self.status_label.setText(sentence)

    def _current(self) -> Snippet | None:
        return self.list.rows.snippet(self.list.currentIndex())

    def _current_id(self) -> str:
        current = self._current()
        return current.id if current is not None else ""

    def _show_current(self) -> None:
        """Show the current row in the form, unless it is being edited."""
        current, shown = self._current(), self.form.shown
        if current is not None:
            writing = shown is not None and shown.id == current.id and self.form.is_changed()
            saved = writing and self.form.value() is not None and self._is_saved(current)
            if not writing or saved:
                self.form.show_snippet(current, current.id == self._signature)
        self.form.setVisible(current is not None)
        self.nothing.setVisible(current is None)
        self._show_state()

    def _is_saved(self, current: Snippet) -> bool:
        """Return True if the store confirmed what the form shows."""
        value = self.form.value()
        if value is None:
            return False
        try:
            return clean(value) == current
        except SnippetError:
            return False

    def set_loaded(self) -> None:
        """Replace the loading text by that of an empty list."""
        self.nothing.setText(
            self.tr("No snippets yet. Save texts, hashtags and signatures you often use.")
        )

    @Slot()
    def _show_state(self) -> None:
        row, count = self.list.currentIndex().row(), self.list.rows.rowCount()
        has_changes = self._current() is not None and self._has_unsaved()
        set_enabled(self.save, has_changes, self.tr("No changes to save"))
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.remove.setEnabled(row >= 0)

    def _has_unsaved(self) -> bool:
        shown = self.form.shown
        return self.form.is_changed() or (
            self._fresh is not None and shown is not None and shown.id == self._fresh.id
        )

    # -- changes ---------------------------------------------------------------------------

    @Slot(QModelIndex, QModelIndex)
    def _row_chosen(self, _now: QModelIndex, _before: QModelIndex) -> None:
        shown = self.form.shown
        leaving = shown is not None and shown.id != self._current_id()
        if leaving and self.form.is_changed() and not self.save_form():
            # It cannot be saved: stay on its row; the form shows why.
            with QSignalBlocker(self.list.selectionModel()):
                self.list.choose_row(self.list.rows.row_of(shown.id if shown else ""))
            self.list.viewport().update()
            return
        if leaving and self._fresh is not None and shown is not None:
            self._forget_fresh(shown.id)
        self._show_current()

    def _forget_fresh(self, shown_id: str) -> None:
        """Drop a new, unsaved snippet when another row is chosen."""
        if self._fresh is not None and self._fresh.id == shown_id and not self._saving:
            fresh, self._fresh = self._fresh, None
            chosen_id = self._current_id()
            rows = [row for row in self.list.rows.rows() if row.id != fresh.id]
            with QSignalBlocker(self.list.selectionModel()):
                self.list.rows.set_rows(rows)
                self.list.choose_row(self.list.rows.row_of(chosen_id))

    @Slot()
    def save_form(self) -> bool:
        """Save the form; return False if it is invalid, and show why."""
        value = self.form.value()
        if value is None or not self._has_unsaved():
            return True
        try:
            snippet = clean(value, self.list.rows.rows())
        except SnippetError as error:
            self.form.show_error(error.user_message)
            return False
        self._saving = snippet.id
        self.saveRequested.emit(snippet)
        self._saving = ""
        self._fresh = None if self._fresh and self._fresh.id == snippet.id else self._fresh
        # The list shows it at once; the store's answer confirms it.
        rows = [snippet if row.id == snippet.id else row for row in self.list.rows.rows()]
        current_id = self._current_id()
        with QSignalBlocker(self.list.selectionModel()):
            self.list.rows.set_rows(rows)
            self.list.choose_row(self.list.rows.row_of(current_id))
        if current_id == snippet.id:
            self.form.show_snippet(snippet, snippet.id == self._signature)
        self.status_label.setText(self.tr("“{name}” saved").format(name=snippet.name))
        self.undo.hide()
        self._show_state()
        return True

    @Slot()
    def start_new(self) -> None:
        """Start a new snippet, which is stored when it is saved."""
        if self._has_unsaved() and not self.save_form():
            return
        current = self._current()
        self._fresh = Snippet("", "", current.kind if current is not None else "snippet")
        with QSignalBlocker(self.list.selectionModel()):
            self.list.rows.set_rows([*self.list.rows.rows(), self._fresh])
            self.list.choose_row(self.list.rows.rowCount() - 1)
        self._show_current()
        self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _move_up(self) -> None:
        self._move(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.list.currentIndex().row()
        rows = self.list.rows.rows()
        if not 0 <= row + by < len(rows):
            return
        rows.insert(row + by, rows.pop(row))
        with QSignalBlocker(self.list.selectionModel()):
            self.list.rows.set_rows(rows)
            self.list.choose_row(row + by)
        self._show_state()
        self.arrangeRequested.emit([snippet.id for snippet in rows])

    @Slot()
    def _delete(self) -> None:
        current, place = self._current(), self.list.currentIndex().row()
        if current is None:
            return
        fresh = self._fresh is not None and self._fresh.id == current.id
        rows = [row for row in self.list.rows.rows() if row.id != current.id]
        with QSignalBlocker(self.list.selectionModel()):
            self.list.rows.set_rows(rows)
            self.list.choose_row(place)
        self._show_current()
        if fresh:
            self._fresh = None
            return
        self._deleted = (current, place)
        self.status_label.setText(self.tr("“{name}” deleted").format(name=current.name))
        self.undo.show()
        if current.id == self._signature:
            self._set_signature("")
        self.deleteRequested.emit(current.id)

    @Slot()
    def _restore(self) -> None:
        if self._deleted is None:
            return
        (snippet, place), self._deleted = self._deleted, None
        self.undo.hide()
        self.status_label.setText("")
        self._pending_id = snippet.id
        self.restoreRequested.emit(snippet, place)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(bool)
    def _sign(self, on: bool) -> None:
        shown = self.form.shown
        if shown is not None:
            self._set_signature(shown.id if on else "")

    def _set_signature(self, snippet_id: str) -> None:
        self._signature = snippet_id
        self.signatureChanged.emit(snippet_id)

    # -- the window ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._delete()
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        # Save what was written; if it is invalid, show it once more with the reason.
        if self.form.is_changed() and not self.form.error.isVisible() and not self.save_form():
            return
        super().done(result)


class SnippetForm(QWidget):
    """Signals: ``edited()``: the user changed a value; ``signingChanged(bool)``: whether new
    messages get this signature automatically."""

    edited = Signal()
    signingChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Snippet | None = None
        self._networks: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(6)
        self.name = QLineEdit(self)
        self.name.setMaxLength(LONGEST_NAME)
        name_control(self.name, self.tr("Snippet name"), "snippet-name")
        self.name.textEdited.connect(self._edited)
        self._add(column, self.tr("Name"), self.name)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.kind = ComboBox("kind-of-snippet", self)
        for kind in KINDS:
            self.kind.addItem(kind_name(kind), kind)
        self.kind.activated.connect(self._kind_chosen)
        kind_side = QVBoxLayout()
        kind_side.setSpacing(6)
        self._add(kind_side, self.tr("Kind"), self.kind)
        self.networks = MenuButton(
            self.tr("Networks of the snippet"), "networks-of-the-snippet", "globe", self
        )
        self.networks.clicked.connect(self._choose_networks)
        networks_side = QVBoxLayout()
        networks_side.setSpacing(6)
        self._add(networks_side, self.tr("For"), self.networks)
        kind_side.addStretch(1)
        networks_side.addStretch(1)
        row.addLayout(kind_side, 1)
        row.addLayout(networks_side, 1)
        column.addLayout(row)
        self.text = QPlainTextEdit(self)
        self.text.setProperty("role", "field")
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(7)
        name_control(self.text, self.tr("Snippet text"), "snippet-text")
        self.text.textChanged.connect(self._edited)
        self._add(column, self.tr("Text"), self.text, 1)
        self.hint = label("", "small", wrap=True)
        self.hint.setObjectName("snippet-hint")
        column.addWidget(self.hint)
        self._signing = QWidget(self)
        signing = QHBoxLayout(self._signing)
        signing.setContentsMargins(0, 4, 0, 0)
        words = label(self.tr("Add to every new message"), "lead", wrap=True)
        self.sign = Switch(
            self.tr("Add to every new message"), "add-to-every-new-message", self._signing
        )
        words.setBuddy(self.sign)
        self.sign.toggled.connect(self.signingChanged)
        signing.addWidget(words, 1)
        signing.addWidget(self.sign)
        column.addWidget(self._signing)
        self.error = label("", "error", object_name="snippet-error", wrap=True)
        self.error.hide()
        column.addWidget(self.error)

    def _add(self, column: QVBoxLayout, words: str, field: QWidget, stretch: int = 0) -> None:
        name = PlainLabel(words, self)
        name.setProperty("role", "small")
        name.setBuddy(field)
        column.addWidget(name)
        align = Qt.AlignmentFlag.AlignLeading if isinstance(field, MenuButton) else None
        if align is not None:
            column.addWidget(field, stretch, align)
        else:
            column.addWidget(field, stretch)

    def show_snippet(self, snippet: Snippet, signing: bool) -> None:
        self._shown = snippet
        with QSignalBlocker(self.text), QSignalBlocker(self.sign):
            self.name.setText(snippet.name)
            self.kind.setCurrentIndex(self.kind.findData(snippet.kind))
            self.text.setPlainText(snippet.text)
            self.sign.setChecked(signing)
        self._networks = snippet.networks
        self._show_networks()
        self._show_kind()
        self.show_error("")

    @property
    def shown(self) -> Snippet | None:
        """Return the snippet that the form was filled with."""
        return self._shown

    def value(self) -> Snippet | None:
        if self._shown is None:
            return None
        return replace(
            self._shown,
            name=self.name.text().strip(),
            kind=self.kind.currentData(),
            text=self.text.toPlainText(),
            networks=self._networks,
        )

    def is_changed(self) -> bool:
        value = self.value()
        return value is not None and value != self._shown

    def show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    @Slot()
    def _edited(self) -> None:
        self.show_error("")
        self.edited.emit()

    @Slot()
    def _kind_chosen(self) -> None:
        self._show_kind()
        self._edited()

    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        hints = {
            "hashtags": self.tr("Skips hashtags already in the text"),
            "signature": self.tr("Added once, at the end of the text"),
            "snippet": self.tr("Inserted at the cursor"),
        }
        self.hint.setText(hints[kind])
        self._signing.setVisible(kind == "signature")

    # -- networks --------------------------------------------------------------------------

    def _show_networks(self) -> None:
        self.networks.setText(_names(self._networks) or self.tr("All networks"))

    @Slot()
    def _choose_networks(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        everywhere = menu.add(self.tr("All networks"))
        everywhere.setCheckable(True)
        everywhere.setChecked(not self._networks)
        everywhere.setData("")
        menu.addSeparator()
        for name, slug in sorted((Theme.instance().network(s).name, s) for s in _slugs()):
            action = menu.add(name)
            action.setCheckable(True)
            action.setChecked(slug in self._networks)
            action.setData(slug)
        menu.triggered.connect(lambda action: self.toggle_network(str(action.data())))
        menu.popup(below(self.networks))

    def toggle_network(self, slug: str) -> None:
        """Add or remove this network; "" means all networks."""
        if not slug:
            self._networks = ()
        elif slug in self._networks:
            self._networks = tuple(network for network in self._networks if network != slug)
        else:
            self._networks = (*self._networks, slug)
        self._show_networks()
        self._edited()


def _slugs() -> list[str]:
    """Return the networks to which text is posted."""
    return [network.slug for network in networks.all_networks() if network.slug != "youtube_video"]


def _names(slugs: Sequence[str]) -> str:
    names = [Theme.instance().network(slug).name for slug in slugs]
    return listed(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
