"""Popup with drafts and templates: search, open, duplicate, label, save as template, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.models import drafts as roles
from posto_desktop.models.drafts import DraftLookups, DraftsModel
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command, Commands, Words
from posto_desktop.ui.shared.labels_field import LabelsField
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.menu import Menu, menu_icon
from posto_desktop.ui.widgets.name_input import NameInput
from posto_desktop.ui.widgets.no_matches import NoMatches
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import (
    END,
    Cell,
    CellColumn,
    CellRow,
    IconCell,
    LabelsCell,
    NetworkBadgesCell,
    PictureCell,
    SpacerCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

WIDTH, HEIGHT = 600, 480


class DraftsList(Popup):
    """Signals, each with the id of a draft or template: ``opened(str)``, ``duplicated(str)``,
    ``deleted(str)``, ``labelled(str, list)``, ``templateRequested(str, name)``,
    ``templateUsed(str)``, ``renamed(str, name)``, ``templateDeleted(str)``,
    ``evergreenRequested(str)``; and ``newRequested()``, ``undoRequested()``: undo the last
    deletion."""

    opened = Signal(str)
    duplicated = Signal(str)
    deleted = Signal(str)
    labelled = Signal(str, list)
    templateRequested = Signal(str, str)
    templateUsed = Signal(str)
    renamed = Signal(str, str)
    templateDeleted = Signal(str)
    evergreenRequested = Signal(str)
    newRequested = Signal()
    undoRequested = Signal()

    def __init__(
        self,
        lookups: DraftLookups,
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
        self.search = SearchField(self.tr("Search drafts"), "search-drafts", parent=self)
        head.addWidget(self.search, 1)
        self.kinds = SegmentedControl(
            self.tr("Drafts or templates"),
            "drafts-or-templates",
            [("drafts", self.tr("Drafts")), ("templates", self.tr("Templates"))],
            self,
        )
        head.addWidget(self.kinds)
        column.addLayout(head)
        self._build_list(column)
        self.foot = DraftsFoot(known_labels, self)
        self.foot.newRequested.connect(self._start_new)
        self.foot.named.connect(self._named)
        self.foot.labelled.connect(self._labels_edited)
        self.foot.left.connect(self._back_to_list)
        column.addWidget(self.foot)
        self._add_commands()
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        self.kinds.changed.connect(self._kind_chosen)
        self.model.modelReset.connect(self._rows_changed)
        self.fit(HEIGHT * 2, HEIGHT * 2)
        self._show_kind()

    def fit(self, width: int, height: int) -> None:
        """Limit the size to this, as far as the rows allow."""
        scale = Theme.instance().scale
        self.setFixedSize(
            max(round(360 * scale), min(round(WIDTH * scale), width)),
            max(round(260 * scale), min(round(HEIGHT * scale), height)),
        )

    def _build_list(self, column: QVBoxLayout) -> None:
        self.list = QListView(self)
        name_control(self.list, self.tr("Drafts"), "drafts")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.delegate = RowDelegate(self.list, draft_row, draft_size)
        self.list.setItemDelegate(self.delegate)
        self.list.setModel(self.model)
        self.list.clicked.connect(self._clicked)
        self.list.selectionModel().currentChanged.connect(self._show_able)
        column.addWidget(self.list, 1)
        self._none = NoMatches(self.search, "no-drafts", self)
        column.addWidget(self._none, 1)

    # -- display -----------------------------------------------------------------------------

    def fill(
        self, drafts: Sequence[Draft], templates: Sequence[Draft], open_ids: Sequence[str]
    ) -> None:
        """Show these drafts and templates, and keep the current row."""
        self._drafts, self._templates, self._open_ids = drafts, templates, open_ids
        self._show_rows()

    def show_templates(self, template_id: str = "") -> None:
        """Show the templates and select this one."""
        self.kinds.set_value("templates")
        self._show_kind()
        if template_id:
            self.search.clear()
            self._go_to(self.model.row_of(template_id))
            self._to_rows()

    @property
    def has_templates(self) -> bool:
        """Return True if the templates are shown instead of the drafts."""
        return self.kinds.value() == "templates"

    @Slot(str)
    def _kind_chosen(self, _key: str) -> None:
        self._show_kind()
        self._to_rows()

    def _to_rows(self) -> None:
        """Focus the list, or the search if there are no rows."""
        place = self.list if self.model.rowCount() else self.search
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_kind(self) -> None:
        templates = self.has_templates
        words = self.tr("Search templates") if templates else self.tr("Search drafts")
        name_control(self.search, words, "search-templates" if templates else "search-drafts")
        self.search.setPlaceholderText(words)
        name_control(
            self.list,
            self.tr("Templates") if templates else self.tr("Drafts"),
            "templates" if templates else "drafts",
        )
        for act, command in self._actions.items():
            command.setVisible(act == "delete" or templates == (act == "rename"))
        self._delete_button.setAccessibleName(self._delete_text())
        self._open_row.setIcon(menu_icon("plus" if templates else "square-pen"))
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
            self._none.setText(self._empty_text())
        self._show_able()

    def _empty_text(self) -> str:
        if self.has_templates:
            if self.model.total:
                return self.tr("No template matches.")
            return self.tr("No templates yet. Use “Save as template…” in the menu beside Post.")
        if self.model.total:
            return self.tr("No draft matches.")
        return self.tr("No drafts yet. Your messages are saved here automatically.")

    def current(self) -> Draft | None:
        return self.model.draft(self.list.currentIndex().row())

    @Slot()
    def _show_able(self) -> None:
        self._commands.refresh()

    # -- actions -----------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        """Open the row on a click, as in a menu; the dots at its end open its menu."""
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

    def _add_commands(self) -> None:
        commands = self._commands = Commands("", self)
        self._actions: dict[str, Command] = {}
        able = self._has_row
        self._open_row = commands.add(
            self._open_text, self._open, keys.OPEN, can=able, in_view=True
        )
        rows: tuple[tuple[str, str, str, Words, str], ...] = (
            ("duplicate", "copy", self.tr("Duplicate"), self.tr("Duplicate draft"), keys.DUPLICATE),
            ("labels", "tag", self.tr("Labels…"), self.tr("Labels of draft"), keys.LABELS),
            (
                "template",
                "bookmark",
                self.tr("Save as template…"),
                self.tr("Save draft as template"),
                keys.TEMPLATE,
            ),
            (
                "evergreen",
                "evergreen",
                self.tr("Add to evergreen"),
                self.tr("Add draft to evergreen"),
                keys.EVERGREEN,
            ),
            ("rename", "pencil", self.tr("Rename…"), self.tr("Rename template"), keys.RENAME),
            ("delete", "trash-2", self.tr("Delete"), self._delete_text, keys.ERASE),
        )
        for act, icon, words, tip, key in rows:
            run, is_delete = partial(self._run_action, act), act == "delete"
            if is_delete:
                commands.add_separator()
            self._actions[act] = commands.add(
                words, run, key, icon=icon, tip=tip, can=able, danger=is_delete, in_view=True
            )
            name = tip() if callable(tip) else tip
            self._delete_button = self.foot.add_button(
                icon, name, f"{act}-draft", self._actions[act]
            )

    def _has_row(self) -> bool:
        return self.current() is not None

    def _open_text(self) -> str:
        #: Verb.
        return self.tr("New message from template") if self.has_templates else self.tr("Open")

    def _delete_text(self) -> str:
        return self.tr("Delete template") if self.has_templates else self.tr("Delete draft")

    @Slot()
    def _start_new(self) -> None:
        self.close()
        self.newRequested.emit()

    def _run_action(self, key: str) -> None:
        draft, templates = self.current(), self.has_templates
        if draft is None or not self._actions[key].isVisible():
            return
        if key == "delete":
            (self.templateDeleted if templates else self.deleted).emit(draft.id)
        elif key == "duplicate":
            self.duplicated.emit(draft.id)
            self._go_to(0)
        elif key == "evergreen":
            self.evergreenRequested.emit(draft.id)
        elif key == "labels":
            self.foot.ask_labels(draft)
        else:
            self.foot.ask_name(draft, rename=templates)

    @Slot(str)
    def _named(self, name: str) -> None:
        draft = self.current()
        self._back_to_list()
        if draft is not None:
            (self.renamed if self.has_templates else self.templateRequested).emit(draft.id, name)

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

    def menu(self) -> Menu:
        return self._commands.menu(self)

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
        if event.key() == Qt.Key.Key_Up and self.list.currentIndex().row() <= 0:
            self.search.setFocus(Qt.FocusReason.BacktabFocusReason)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undoRequested.emit()
        else:
            return self._commands.handle_key(event) or self._key(event)
        return True

    def _key(self, event: QKeyEvent) -> bool:
        """Handle keys that search field and list share."""
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and control:
            self.kinds.set_value("drafts" if self.has_templates else "templates")
            self._show_kind()
            return True
        return self._commands.handle_key(
            event, (self._actions["duplicate"], self._actions["rename"])
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.foot.has_question:
            self._back_to_list()
            return
        super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)


LONGEST_SUGGESTION = 60


class DraftsFoot(QWidget):
    """Footer with buttons, or a field for a name or for labels.

    Signals: ``newRequested()``; ``named(str)``, ``labelled(list)``: the input; ``left()``: focus
    the list.
    """

    newRequested = Signal()
    named = Signal(str)
    labelled = Signal(list)
    left = Signal()

    def __init__(self, known_labels: Callable[[], Sequence[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self._bar = QWidget(self)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        new = Button(self.tr("New message"), "quiet", icon="plus", small=True, parent=self._bar)
        new.setObjectName("new-message")
        new.clicked.connect(self.newRequested)
        row.addWidget(new)
        row.addStretch(1)
        self._row = row
        self._stack.addWidget(self._bar)
        self.name_row = NameInput(self)
        self.name_row.named.connect(self.named)
        self.name_row.left.connect(self.left)
        self._stack.addWidget(self.name_row)
        self._stack.addWidget(self._build_labels(known_labels))

    def _build_labels(self, known: Callable[[], Sequence[str]]) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        self.labels = LabelsField(known, holder)
        self.labels.edited.connect(self._labels_edited)
        row.addWidget(self.labels, 1)
        done = Button(self.tr("Done"), small=True, parent=holder)
        done.setObjectName("done")
        done.clicked.connect(self.left)
        row.addWidget(done, 0, Qt.AlignmentFlag.AlignBottom)
        return holder

    @property
    def has_question(self) -> bool:
        return self._stack.currentIndex() != 0

    def show_buttons(self) -> None:
        self._stack.setCurrentIndex(0)

    def add_button(self, icon: str, name: str, object_name: str, command: Command) -> IconButton:
        """Add a button for a command of the current row; it is visible when the command is."""
        button = IconButton(icon, name, object_name, parent=self._bar)
        command.bind(button)
        command.visibleChanged.connect(lambda: button.setVisible(command.isVisible()))
        self._row.addWidget(button)
        return button

    def ask_name(self, draft: Draft, *, rename: bool) -> None:
        """Ask for the name of a new template from this draft, or rename this template."""
        self._stack.setCurrentIndex(1)
        name, title = self.tr("Name of the template"), title_of(draft)
        if rename:
            self.name_row.ask(name, self.tr("Rename"), title)
        else:
            self.name_row.ask(name, self.tr("Save template"), title[:LONGEST_SUGGESTION])

    def ask_labels(self, draft: Draft) -> None:
        """Show the labels of a draft; each change emits ``labelled``."""
        self._stack.setCurrentIndex(2)
        self.labels.set_labels(draft.labels)
        self.labels.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _labels_edited(self) -> None:
        self.labelled.emit(self.labels.labels())


PAD = 12
THUMB = 36
_MORE = 32
_MOST_BADGES = 6


def draft_size(_index: Index) -> QSize:
    """Return the same size for each row, so that a thousand rows lay out at once."""
    theme = Theme.instance()
    return QSize(200, max(THUMB, theme.line("control") + theme.line("small")) + 18)


def draft_row(index: Index, state: RowState) -> RowContent:
    draft, gap = index.data(roles.DraftRole), 10
    cells: list[Cell] = [_row_text(index)]
    for media, image in zip(draft.media, index.data(roles.PicturesRole), strict=False):
        icon = "play" if media.kind == "video" else "image"
        cells.append(PictureCell(image, THUMB, icon, gap=4 if len(cells) > 1 else gap + 4))
        gap = 0
    cells.append(_side(index, gap + 12))
    cells.append(IconCell("ellipsis", side=_MORE, key="more"))
    ring = RowFocusRing() if state.focused and state.selected else None
    return RowContent(cells, (PAD, 0, 0, 0), state.background(), ring=ring)


def _row_text(index: Index) -> CellColumn:
    theme = Theme.instance()
    labels, line = index.data(roles.DraftRole).labels, str(index.data(roles.SecondLineRole))
    title = TextCell(str(index.data(roles.TitleRole)), "control", fills=True)
    words = TextCell(line, "small", "text_muted", fills=True, gap=6 if labels else 0)
    second = theme.line("small") if labels or line else 0
    below: list[Cell] = [LabelsCell(labels), words] if labels else [words]
    return CellColumn([title, CellRow(below)], [theme.line("control"), second])


def _side(index: Index, gap: int) -> CellColumn:
    """Return the cells at the end of a row: the age, and the networks below it."""
    theme = Theme.instance()
    words, colour = str(index.data(roles.AgeRole)), "text_faint"
    if index.data(roles.OpenRole):
        words, colour = QCoreApplication.translate("DraftRows", "Open now"), "accent_text"
    slugs = list(index.data(roles.NetworksRole))
    shown = slugs if len(slugs) <= _MOST_BADGES else slugs[: _MOST_BADGES - 1]
    badges: list[Cell] = [SpacerCell(), NetworkBadgesCell(shown)]
    beside = 0
    if len(shown) < len(slugs):
        more = f"+{len(slugs) - len(shown)}"
        beside = text_width(more, "caption") + 4
        badges.append(TextCell(more, "caption", "text_muted", END, fixed=beside))
    wide = max(
        text_width(words, "caption") + 2,
        len(shown) * 18 + beside,
        QFontMetrics(theme.font("caption")).height() * 4,
    )
    heights = [theme.line("control"), theme.line("small") if slugs else 0]
    age = TextCell(words, "caption", colour, END, fixed=wide)
    return CellColumn([age, CellRow(badges)], heights, fixed=wide, gap=gap)
