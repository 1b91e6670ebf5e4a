"""The drafts in a popup: search, open, delete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import headline
from posto_desktop.ui.compose.popup import Popup
from posto_desktop.ui.compose.when_text import ago
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.fields import SearchField


class _Row(QWidget):
    def __init__(self, title: str, second: str, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 5, 10, 5)
        column.setSpacing(0)
        self._first = QLabel(self)
        self._first.setTextFormat(Qt.TextFormat.PlainText)
        self._first.setFont(Theme.instance().font("control"))
        metrics = self._first.fontMetrics()
        self._first.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, 340))
        below = QLabel(second, self)
        below.setProperty("role", "caption")
        column.addWidget(self._first)
        column.addWidget(below)


class DraftsList(Popup):
    """Signals ``opened(str)``, ``deleted(str)``: the id of a draft; ``newRequested()``."""

    opened = Signal(str)
    deleted = Signal(str)
    newRequested = Signal()

    def __init__(
        self, drafts: Sequence[Draft], current: str, now: datetime, parent: QWidget
    ) -> None:
        super().__init__("drafts-popup", parent)
        self._now = now
        self._current = current
        self._drafts = sorted(drafts, key=lambda one: one.updated_at, reverse=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        self.search = SearchField(self.tr("Search drafts"), parent=self)
        name_control(self.search, self.tr("Search drafts"))
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.list = QListWidget(self)
        name_control(self.list, self.tr("Drafts"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        column.addWidget(self.list, 1)
        self._none = QLabel(self)
        self._none.setProperty("role", "muted")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._none)
        foot = Button(self.tr("New message"), "quiet", icon="plus", small=True, parent=self)
        name_control(foot, self.tr("New message"))
        foot.clicked.connect(self._new)
        column.addWidget(foot, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedSize(380, 400)
        self._fill()

    def _fill(self, *_args: object) -> None:
        wanted = self.search.text().strip().casefold()
        self.list.clear()
        for draft in self._drafts:
            texts = " ".join((draft.text, *draft.variants.values(), draft.link))
            names = " ".join(ref.name for ref in draft.media)
            if wanted and wanted not in f"{texts} {names}".casefold():
                continue
            title = headline(draft.text) or next(
                (headline(text) for text in draft.variants.values() if text.strip()),
                draft.media[0].name if draft.media else self.tr("Untitled"),
            )
            parts = []
            if draft.id == self._current:
                parts.append(self.tr("open now"))
            if draft.media:
                count = len(draft.media)
                parts.append(
                    self.tr("1 file") if count == 1 else self.tr("{n} files").format(n=count)
                )
            if draft.when_text:
                parts.append(draft.when_text)
            parts.append(ago(draft.updated_at, self._now))
            item = QListWidgetItem(self.list)
            item.setSizeHint(QSize(100, Theme.instance().px("row.style_list")))
            item.setData(Qt.ItemDataRole.UserRole, draft.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}, {', '.join(parts)}")
            self.list.setItemWidget(item, _Row(title, " · ".join(parts), self.list))
        count = self.list.count()
        self.list.setVisible(count > 0)
        self._none.setVisible(count == 0)
        if count == 0:
            self._none.setText(
                self.tr("No draft matches.")
                if self._drafts
                else self.tr("No drafts. What you write is kept here by itself.")
            )
        else:
            self.list.setCurrentRow(0)

    def _open(self, item: QListWidgetItem) -> None:
        draft_id = str(item.data(Qt.ItemDataRole.UserRole))
        self.close()
        self.opened.emit(draft_id)

    def _new(self) -> None:
        self.close()
        self.newRequested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        item = self.list.currentItem()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._open(item)
        elif key == Qt.Key.Key_Delete and item is not None and self.list.hasFocus():
            draft_id = str(item.data(Qt.ItemDataRole.UserRole))
            self._drafts = [draft for draft in self._drafts if draft.id != draft_id]
            self._fill()
            self.deleted.emit(draft_id)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.setFocus()
        else:
            super().keyPressEvent(event)

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
