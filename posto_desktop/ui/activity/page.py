"""Activity: every post on its way, what is happening to it, and what it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.entries import Entry
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui.activity.details import EntryDetails
from posto_desktop.ui.activity.outbox_list import OutboxList
from posto_desktop.ui.dialogs.confirm import Confirm
from posto_desktop.ui.schedule.side_pane import PaneHost
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.ui.widgets.labels import label

__all__ = ["ActivityPage"]


class _Dot(QWidget):
    """The 7 px dot before the connection's word."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.kind = "offline"
        self.setFixedSize(7, 7)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        status = {"connected": "sent", "sign_in_again": "late", "error": "failed"}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.status(status.get(self.kind, "draft")).solid)
        painter.drawEllipse(self.rect())


class ActivityPage(QWidget):
    """The outbox over an `OutboxModel`. Asks, does nothing itself.

    Signals: `cancelRequested(str id)`, `retryRequested(str id)` (for an unclear entry it means
    "look again" and never sends), `resolveRequested(str id, str answer)` with "there" or
    "send_again", `openRequested(str url)`, `editRequested(object core.draft.Draft)`,
    `pictureRequested(str path)` (a local file; answer with `set_picture`).
    """

    cancelRequested = Signal(str)
    retryRequested = Signal(str)
    resolveRequested = Signal(str, str)
    openRequested = Signal(str)
    editRequested = Signal(object)
    pictureRequested = Signal(str)

    def __init__(self, model: OutboxModel | None = None, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("activity-page")
        self.model = model or OutboxModel(self)
        self.pictures = PictureBook(self)
        self.pictures.requested.connect(self.pictureRequested)
        self._links: dict[int, str] = {}
        self._main = QWidget()
        self._main.setMinimumWidth(420)
        self._main.installEventFilter(self)
        self.list = OutboxList(self.model, self.pictures, self._main)
        box = QVBoxLayout(self._main)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(8)
        box.addLayout(self._make_head())
        box.addWidget(self.list, 1)
        self._empty = EmptyState(
            "inbox",
            self.tr("All done"),
            self.tr("No post is waiting and none has failed."),
            parent=self._main,
        )
        self.details = EntryDetails(self.model, self.pictures)
        width = Theme.instance().px("pane.inspector.campaign_activity_styles")
        self._panes = PaneHost(self._main, self.details, width, self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._panes)
        self._wire()
        self._follow()

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        title = label(self.tr("Activity"), "page", object_name="activity-title")
        title.setMinimumHeight(Theme.instance().px("size.control"))
        row.addWidget(title)
        row.addStretch(1)
        self._dot = _Dot(self._main)
        self._state = label("", "muted", object_name="connection-state")
        row.addWidget(self._dot)
        row.addWidget(self._state)
        self._dot.hide()
        return row

    def _wire(self) -> None:
        self.model.countsChanged.connect(self._follow)
        self.list.currentEntryChanged.connect(self._current_changed)
        self.list.openRequested.connect(self.open_details)
        self.list.actionRequested.connect(self._act)
        self.details.closed.connect(self.close_details)
        self.details.retryRequested.connect(self.retryRequested)
        self.details.cancelRequested.connect(self._cancel)
        self.details.resolveRequested.connect(self.resolveRequested)
        self.details.lookRequested.connect(self._look)
        self.details.editRequested.connect(self._edit)

    # --- what the app tells the page --------------------------------------------------------------

    @Slot(object)
    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show these entries, newest first."""
        self.model.set_entries(entries)

    @Slot(object)
    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Keep entries for the ticked channels; what needs the user stays."""
        self.model.set_channels(ids)

    def set_connection(self, kind: str, text: str, host: str = "") -> None:
        """Show the connection: a kind of `workers.service.ConnectionState` and its words."""
        self._dot.kind = kind
        self._dot.setVisible(bool(text))
        self._dot.update()
        self._state.setText(text)
        self.model.host = host

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Tell where channels can be looked at, by their ids."""
        self._links = dict(links)
        self._show_current()

    @Slot(str, QImage)
    def set_picture(self, path: str, image: QImage) -> None:
        """Answer to `pictureRequested`; a null image when there is none."""
        self.pictures.put(path, image)

    def show_entry(self, key: str) -> None:
        """Go to an entry and open it, from a toast or a notice."""
        if self.model.row_of(key) < 0:
            self.model.set_show_done(True)
        self.list.set_current(key)
        self.open_details()

    # --- details ----------------------------------------------------------------------------------

    @Slot(object)
    def _current_changed(self, _entry: Entry) -> None:
        if self._panes.is_overlay() and not self._panes.is_open():
            return
        self.open_details()

    @Slot()
    def open_details(self) -> None:
        if self._show_current():
            self._panes.set_open(True)

    @Slot()
    def close_details(self) -> None:
        self._panes.set_open(False)
        self.list.setFocus()

    def details_are_open(self) -> bool:
        return self._panes.is_open()

    def _show_current(self) -> bool:
        key = self.list.current_id()
        entry = self.model.entry(key) if key is not None else None
        if entry is None:
            return False
        self.details.show_entry(entry)
        self.details.set_can_look(bool(self._links_of(entry)))
        return True

    def _links_of(self, entry: Entry) -> list[str]:
        links = [self._links.get(key, "") for key in entry.channel_ids]
        return list(dict.fromkeys(link for link in links if link))

    @Slot()
    def _follow(self) -> None:
        empty = self.model.rowCount() == 0
        # The list stays, empty, under it: assistive software looks for it.
        self._empty.setVisible(empty)
        if empty:
            self._place_empty()
        if self._panes.is_open() and not self._show_current():
            self._panes.set_open(False)

    # --- acting -----------------------------------------------------------------------------------

    @Slot(str, str)
    def _act(self, kind: str, key: str) -> None:
        if kind == "open":
            self.open_details()
        elif kind == "cancel":
            self._cancel(key)
        else:
            entry = self.model.entry(key)
            if entry is not None and entry.can_retry:
                self.retryRequested.emit(key)

    @Slot(str)
    def _cancel(self, key: str) -> None:
        entry = self.model.entry(key)
        if entry is None or not entry.can_cancel:
            return
        if entry.state in ("waiting", "uploading"):
            # Nothing was posted and the text stays in the entry: no question needed.
            self.cancelRequested.emit(key)
            return
        text = self.tr("“{title}” leaves the list. Its text stays under Done today.").format(
            title=entry.title[:80]
        )
        if entry.state == "unclear":
            text = self.tr(
                "Posto then stops looking for it. If the post was published, it stays published."
            )
        ask = Confirm(self.tr("Discard this post?"), text, self.tr("Discard"), parent=self)
        ask.setProperty("entry", key)
        ask.accepted.connect(self._discard_confirmed)
        ask.open()

    @Slot()
    def _discard_confirmed(self) -> None:
        sender: QObject = self.sender()
        self.cancelRequested.emit(str(sender.property("entry")))

    @Slot(str)
    def _look(self, key: str) -> None:
        entry = self.model.entry(key)
        for link in self._links_of(entry) if entry is not None else []:
            self.openRequested.emit(link)

    @Slot(str)
    def _edit(self, key: str) -> None:
        entry = self.model.entry(key)
        if entry is not None:
            self.editRequested.emit(entry.draft)

    # --- geometry ---------------------------------------------------------------------------------

    def _place_empty(self) -> None:
        width, height = self._main.width(), self._main.height()
        wide = min(420, max(1, width - 32))
        tall = self._empty.sizeHint().height()
        self._empty.setGeometry((width - wide) // 2, max(80, (height - tall) * 2 // 5), wide, tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._main and event.type() == QEvent.Type.Resize:
            self._place_empty()
        return super().eventFilter(watched, event)
