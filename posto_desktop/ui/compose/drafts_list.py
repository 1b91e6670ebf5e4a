"""The drafts and templates in a popup: search, open, duplicate, label, keep as template, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.draft import Draft
from posto_desktop.models.drafts import DraftsModel, Lookups
from posto_desktop.ui import keys
from posto_desktop.ui.compose.drafts_foot import DraftsFoot
from posto_desktop.ui.compose.drafts_rows import draft_row, draft_size
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.choices import Segmented
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_delegate import RowDelegate

WIDTH, HEIGHT = 600, 480


class DraftsList(Popup):
    """Signals, each with the id of a draft or template: ``opened(str)``, ``duplicated(str)``,
    ``deleted(str)``, ``labelled(str, list)``, ``templateWanted(str, name)``,
    ``templateUsed(str)``, ``renamed(str, name)``, ``templateDeleted(str)``; and
    ``newRequested()``, ``undoRequested()``: take the last deletion back.
    """

    opened = Signal(str)
    duplicated = Signal(str)
    deleted = Signal(str)
    labelled = Signal(str, list)
    templateWanted = Signal(str, str)
    templateUsed = Signal(str)
    renamed = Signal(str, str)
    templateDeleted = Signal(str)
    newRequested = Signal()
    undoRequested = Signal()

    def __init__(
        self,
        lookups: Lookups,
        known_labels: Callable[[], Sequence[str]],
        parent: QWidget,
    ) -> None:
        super().__init__("drafts-popup", parent)
        self.setAccessibleName(self.tr("Drafts and templates"))
        self._drafts: Sequence[Draft] = ()
        self._templates: Sequence[Draft] = ()
        self._open_ids: Sequence[str] = ()
        self._pressed_at = QPoint()
        self.model = DraftsModel(lookups, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.search = SearchField(self.tr("Search drafts"), parent=self)
        head.addWidget(self.search, 1)
        self.kinds = Segmented(
            self.tr("Drafts or templates"),
            [("drafts", self.tr("Drafts")), ("templates", self.tr("Templates"))],
            self,
        )
        head.addWidget(self.kinds)
        column.addLayout(head)
        self._build_list(column)
        self.foot = DraftsFoot(known_labels, self)
        self.foot.acted.connect(self._act)
        self.foot.named.connect(self._named)
        self.foot.labelled.connect(self._labels_edited)
        self.foot.left.connect(self._back_to_list)
        column.addWidget(self.foot)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        self.kinds.changed.connect(self._kind_chosen)
        self.model.modelReset.connect(self._rows_changed)
        self.fit(HEIGHT * 2, HEIGHT * 2)
        self._show_kind()

    def fit(self, width: int, height: int) -> None:
        """Take no more room than this, as far as the rows allow."""
        scale = Theme.instance().scale
        self.setFixedSize(
            max(round(360 * scale), min(round(WIDTH * scale), width)),
            max(round(260 * scale), min(round(HEIGHT * scale), height)),
        )

    def _build_list(self, column: QVBoxLayout) -> None:
        self.list = QListView(self)
        name_control(self.list, self.tr("Drafts"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.delegate = RowDelegate(self.list, draft_row, draft_size)
        self.list.setItemDelegate(self.delegate)
        self.list.setModel(self.model)
        self.list.clicked.connect(self._clicked)
        self.list.selectionModel().currentChanged.connect(self._show_able)
        column.addWidget(self.list, 1)
        self._none = PlainLabel(self)
        self._none.setObjectName("no-drafts")
        self._none.setProperty("role", "muted")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setWordWrap(True)
        column.addWidget(self._none, 1)

    # -- what is shown -----------------------------------------------------------------------

    def fill(
        self, drafts: Sequence[Draft], templates: Sequence[Draft], open_ids: Sequence[str]
    ) -> None:
        """Show these; the row that was current stays so."""
        self._drafts, self._templates, self._open_ids = drafts, templates, open_ids
        self._show_rows()

    def show_templates(self, template_id: str = "") -> None:
        """Go to the templates, and there to this one."""
        self.kinds.set_value("templates")
        self._show_kind()
        if template_id:
            self.search.clear()
            self._go_to(self.model.row_of(template_id))
            self._to_rows()

    @property
    def has_templates(self) -> bool:
        """Whether the templates are shown, not the drafts."""
        return self.kinds.value() == "templates"

    @Slot(str)
    def _kind_chosen(self, _key: str) -> None:
        self._show_kind()
        self._to_rows()

    def _to_rows(self) -> None:
        """Enter opens the current row from here on; without rows one can only search."""
        place = self.list if self.model.rowCount() else self.search
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_kind(self) -> None:
        templates = self.has_templates
        words = self.tr("Search templates") if templates else self.tr("Search drafts")
        name_control(self.search, words)
        self.search.setPlaceholderText(words)
        name_control(self.list, self.tr("Templates") if templates else self.tr("Drafts"))
        self.foot.show_kind(templates=templates)
        self._show_rows()

    def _show_rows(self) -> None:
        row, current = self.list.currentIndex().row(), self.current()
        rows = self._templates if self.has_templates else self._drafts
        self.model.set_rows(rows, () if self.has_templates else self._open_ids)
        place = self.model.row_of(current.id) if current is not None else -1
        self._go_to(place if place >= 0 else row)

    @Slot(str)
    def _search(self, query: str) -> None:
        self.model.search(query)
        self._go_to(0)

    def _go_to(self, row: int) -> None:
        row = max(0, min(row, self.model.rowCount() - 1))
        self.list.setCurrentIndex(self.model.index(row))

    @Slot()
    def _rows_changed(self) -> None:
        empty = self.model.rowCount() == 0
        if empty and self.list.hasFocus():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.list.setVisible(not empty)
        self._none.setVisible(empty)
        if empty:
            self._none.setText(self._empty_words())
        self._show_able()

    def _empty_words(self) -> str:
        if self.has_templates:
            if self.model.total:
                return self.tr("No template matches.")
            return self.tr("No templates. “Save as template…” beside Post keeps a message as one.")
        if self.model.total:
            return self.tr("No draft matches.")
        return self.tr("No drafts. What you write is kept here by itself.")

    def current(self) -> Draft | None:
        """The draft or template of the current row."""
        return self.model.draft(self.list.currentIndex().row())

    @Slot()
    def _show_able(self) -> None:
        self.foot.set_able(self.current() is not None)

    # -- acting ------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        """A row opens with one click, as in a menu; the dots at its end show what else there is."""
        if self.delegate.target_at(self._pressed_at) == "more":
            self._open_menu(self.delegate.targets(index)["more"].center())
        else:
            self._open()

    @Slot()
    def _open(self) -> None:
        draft = self.current()
        if draft is None:
            return
        templates = self.has_templates
        self.close()
        (self.templateUsed if templates else self.opened).emit(draft.id)

    @Slot(str)
    def _act(self, key: str) -> None:
        """Do with the current row what a button, a key or the menu says."""
        draft, templates = self.current(), self.has_templates
        if key == "new":
            self.close()
            self.newRequested.emit()
        elif draft is None or (key != "delete" and templates != (key == "rename")):
            return
        elif key == "delete":
            (self.templateDeleted if templates else self.deleted).emit(draft.id)
        elif key == "duplicate":
            self.duplicated.emit(draft.id)
            self._go_to(0)
        elif key == "labels":
            self.foot.ask_labels(draft)
        else:
            self.foot.ask_name(draft, rename=templates)

    @Slot(str)
    def _named(self, name: str) -> None:
        draft = self.current()
        self._back_to_list()
        if draft is not None:
            (self.renamed if self.has_templates else self.templateWanted).emit(draft.id, name)

    @Slot(list)
    def _labels_edited(self, labels: list[str]) -> None:
        draft = self.current()
        if draft is not None:
            self.labelled.emit(draft.id, labels)

    @Slot()
    def _back_to_list(self) -> None:
        self.foot.show_buttons()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        if not index.isValid():
            return
        self.list.setCurrentIndex(index)
        menu = self.menu()
        menu.popup(self.list.viewport().mapToGlobal(place))

    def menu(self) -> QMenu:
        """What can be done with the current row."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries: list[tuple[str, str, str, str]] = [
            ("duplicate", "copy", self.tr("Duplicate"), keys.DUPLICATE),
            ("labels", "tag", self.tr("Labels…"), keys.LABELS),
            ("template", "bookmark", self.tr("Save as template…"), keys.TEMPLATE),
        ]
        words, icon = self.tr("Open"), "square-pen"
        if self.has_templates:
            entries = [("rename", "pencil", self.tr("Rename…"), keys.RENAME)]
            words, icon = self.tr("New message from it"), "plus"
        menu.add(words, icon, self._open, shortcut=keys.OPEN)
        for key, icon, words, shortcut in entries:
            menu.add(words, icon, shortcut=shortcut).setData(key)
        menu.addSeparator()
        words = self.tr("Delete")
        menu.add(words, "trash-2", shortcut=keys.DELETE, danger=True).setData("delete")
        menu.triggered.connect(self._menu_chosen)
        return menu

    @Slot(QAction)
    def _menu_chosen(self, action: QAction) -> None:
        if action.data():
            self._act(str(action.data()))

    # -- keys --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pressed_at = event.position().toPoint()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            act = self._search_key if watched is self.search else self._list_key
            if act(event):
                return True
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) and self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.matches(QKeySequence.StandardKey.Undo) and not self.search.isUndoAvailable():
            self.undoRequested.emit()
        else:
            return self._key(event)
        return True

    def _list_key(self, event: QKeyEvent) -> bool:
        key, plain = event.key(), not event.modifiers()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self._act("delete")
        elif key == Qt.Key.Key_Up and self.list.currentIndex().row() <= 0:
            self.search.setFocus(Qt.FocusReason.BacktabFocusReason)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undoRequested.emit()
        elif key == Qt.Key.Key_L and plain:
            self._act("labels")
        elif key == Qt.Key.Key_T and plain:
            self._act("template")
        else:
            return self._key(event)
        return True

    def _key(self, event: QKeyEvent) -> bool:
        """Keys that mean the same in the search field and in the list."""
        key = event.key()
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_D and control:
            self._act("duplicate")
        elif key == Qt.Key.Key_F2:
            self._act("rename")
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and control:
            self.kinds.set_value("drafts" if self.has_templates else "templates")
            self._show_kind()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.foot.is_asking:
            self._back_to_list()
            return
        super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
