"""Dialog of the workspaces: add, rename, remove (with Undo)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.widget_stack import WidgetStack
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow, paint_workspace_icon

__all__ = ["WorkspaceListDialog"]

WIDTH = 480
ROW = 56


class _Mark(QWidget):
    def __init__(self, row: WorkspaceRow, parent: QWidget):
        super().__init__(parent)
        self._row = row
        self.setFixedSize(32, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_workspace_icon(QPainter(self), QRect(2, 2, 28, 28), self._row)


class _NameEdit(QLineEdit):
    """Enter keeps the name, Esc restores it. Signals: `cancelled()`."""

    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # must not trigger the dialog's default button


class _Row(QWidget):
    """Signals: `renamed(str id, str name)`, `removed(str id)`, `restored(str id)`."""

    renamed = Signal(str, str)
    removed = Signal(str)
    restored = Signal(str)

    def __init__(self, row: WorkspaceRow, parent: QWidget):
        super().__init__(parent)
        self.id = row.id
        self._name = row.name
        self.setObjectName("workspace-row")
        self.setAccessibleName(row.name)
        self.setFixedHeight(round(ROW * Theme.instance().scale))
        box = QHBoxLayout(self)
        box.setContentsMargins(24, 0, 18, 0)
        box.setSpacing(12)
        box.addWidget(_Mark(row, self))
        self._pages = WidgetStack(self)
        self._pages.addWidget(self._make_words(row))
        self.edit = _NameEdit(row.name, self)
        self.edit.setMaxLength(80)
        self.edit.setAccessibleName(self.tr("Name of {name}").format(name=row.name))
        self.edit.setObjectName("workspace-name")
        self.edit.editingFinished.connect(self._finish_rename)
        self.edit.cancelled.connect(self._cancel_rename)
        self._pages.addWidget(self.edit)
        self._removed_label = ElidedLabel("", "muted")
        self._pages.addWidget(self._removed_label)
        box.addWidget(self._pages, 1)
        self.rename = IconButton(
            "pencil", self.tr("Rename {name}").format(name=row.name), "rename-account", parent=self
        )
        self.rename.setObjectName("rename-workspace")
        self.rename.clicked.connect(self._start_rename)
        self.remove = IconButton(
            "trash-2", self.tr("Remove {name}").format(name=row.name), "remove-account", parent=self
        )
        self.remove.setObjectName("remove-workspace")
        self.remove.clicked.connect(self._remove)
        self.undo = Button(self.tr("Undo"), "link", parent=self)
        words = self.tr("Undo removing {name}").format(name=row.name)
        name_control(self.undo, words, "undo-remove")
        self.undo.clicked.connect(self._restore)
        for button in (self.rename, self.remove, self.undo):
            box.addWidget(button)
        self.rename.setVisible(row.id != LOCAL)
        self.remove.setVisible(row.id != LOCAL)
        self.undo.hide()

    def _make_words(self, row: WorkspaceRow) -> QWidget:
        words = QWidget(self)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(0)
        self._title = ElidedLabel(row.name, "strong")
        column.addWidget(self._title)
        second = row.host or self.tr("Sandbox, nothing is published")
        column.addWidget(ElidedLabel(second, "caption", mode=Qt.TextElideMode.ElideMiddle))
        return words

    @Slot()
    def _start_rename(self) -> None:
        self.edit.setText(self._name)
        self._pages.setCurrentWidget(self.edit)
        self.edit.setFocus()
        self.edit.selectAll()

    @Slot()
    def _finish_rename(self) -> None:
        if self._pages.currentWidget() is not self.edit:
            return
        self._pages.setCurrentIndex(0)
        name = " ".join(self.edit.text().split())
        if name and name != self._name:
            self.renamed.emit(self.id, name)

    def show_name(self, name: str) -> None:
        """Show the name that the workspace has now."""
        self._name = name
        self._title.setText(name)
        self.setAccessibleName(name)

    @Slot()
    def _cancel_rename(self) -> None:
        self.edit.setText(self._name)
        self._pages.setCurrentIndex(0)
        self.rename.setFocus()

    @Slot()
    def _remove(self) -> None:
        self._show_removed(True)
        self.undo.setFocus()
        self.removed.emit(self.id)

    @Slot()
    def _restore(self) -> None:
        self._show_removed(False)
        self.remove.setFocus()
        self.restored.emit(self.id)

    def _show_removed(self, on: bool) -> None:
        self._removed_label.setText(self.tr("{name} removed").format(name=self._name))
        self._pages.setCurrentIndex(2 if on else 0)
        self.rename.setVisible(not on)
        self.remove.setVisible(not on)
        self.undo.setVisible(on)


class WorkspaceListDialog(Dialog):
    """Signals: `addRequested()`, `renameRequested(str id, str name)` (answer with `show_name`),
    and, when the dialog closes, `removeRequested(str id)` for each workspace removed without Undo.

    Nothing is removed before it closes, so Undo stays inside the dialog.
    """

    addRequested = Signal()
    renameRequested = Signal(str, str)
    removeRequested = Signal(str)

    def __init__(self, rows: Sequence[WorkspaceRow], parent: QWidget | None = None):
        super().__init__("workspaces", self.tr("Workspaces"), parent)
        self._removed: list[str] = []
        head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(2)
        head.addWidget(label(self.tr("Workspaces"), "dialog"))
        about = self.tr("This computer and the services you are signed in to")
        head.addWidget(label(about, "muted", wrap=True))
        self.box.addLayout(head)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("role", "scrolled")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        self.rows = [_Row(row, body) for row in rows]
        for row in self.rows:
            row.renamed.connect(self.renameRequested)
            row.removed.connect(self._mark_removed)
            row.restored.connect(self._unmark_removed)
            column.addWidget(row)
        column.addStretch(1)
        self._scroll.setWidget(body)
        self.box.addWidget(self._scroll, 1)
        self._make_foot()
        scale = Theme.instance().scale
        self.setFixedWidth(round(WIDTH * scale))
        height = round(min(600, 156 + ROW * max(2, len(self.rows))) * scale)
        self.resize(QSize(round(WIDTH * scale), height))

    def _make_foot(self) -> None:
        row = self.add_foot(20)
        self.add = Button(self.tr("Add a workspace…"), icon="plus", parent=self)
        self.add.setObjectName("add-a-workspace")
        self.add.clicked.connect(self._add)
        self.close_button = Button(self.tr("Close"), parent=self)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.add)
        row.addStretch(1)
        row.addWidget(self.close_button)

    def show_name(self, workspace: str, name: str) -> None:
        """Show a new name after `renameRequested`: another one if that was in use."""
        for row in self.rows:
            if row.id == workspace:
                row.show_name(name)

    @Slot(str)
    def _mark_removed(self, key: str) -> None:
        if key not in self._removed:
            self._removed.append(key)

    @Slot(str)
    def _unmark_removed(self, key: str) -> None:
        if key in self._removed:
            self._removed.remove(key)

    @Slot()
    def _add(self) -> None:
        self.accept()
        self.addRequested.emit()

    def done(self, result: int) -> None:
        removed, self._removed = self._removed, []
        super().done(result)
        for key in removed:
            self.removeRequested.emit(key)
