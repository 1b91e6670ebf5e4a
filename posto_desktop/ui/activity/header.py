"""Header of the Activity page: view, search, connection, pause."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.choices import CheckBox, SegmentedControl
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import ElidedLabel, label

__all__ = ["ActivityHeader"]

FIELD = 480
"""Maximum width of the search field in pixels."""


class _Dot(QWidget):
    """Dot of 7 pixels before the connection text."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.kind = "offline"
        self.setFixedSize(7, 7)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        status = {"connected": "sent", "sign_in_again": "late", "error": "failed"}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.status(status.get(self.kind, "draft")).solid)
        painter.drawEllipse(self.rect())


class ActivityHeader(QWidget):
    """Signals: `viewChosen(str)` with "outbox", "history", "insights" or "agents",
    `pauseRequested(bool)`, `workspacesChosen(bool)` (list all workspaces)."""

    viewChosen = Signal(str)
    pauseRequested = Signal(bool)
    workspacesChosen = Signal(bool)

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._paused = False
        self._connection = ("offline", "")
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 0, 24, 0)
        box.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(8)
        title = label(self.tr("Activity"), "page", object_name="activity-title")
        title.setMinimumHeight(Theme.instance().px("size.control"))
        row.addWidget(title)
        row.addSpacing(6)
        choices = [
            ("outbox", self.tr("Outbox")),
            ("history", self.tr("History")),
            ("insights", self.tr("Insights")),
            ("agents", self.tr("Agents")),
        ]
        #: Noun.
        self._views = SegmentedControl(self.tr("View"), "view", choices, self)
        self._views.set_choice_visible("agents", False)
        self._views.changed.connect(self.viewChosen)
        row.addWidget(self._views)
        row.addStretch(1)
        self._dot = _Dot(self)
        self._state = ElidedLabel("", "muted", parent=self)  # a full sentence in case of an error
        self._state.setObjectName("connection-state")
        self._state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        row.addSpacing(6)
        self.pause = Button("", parent=self)
        self.pause.setObjectName("pause-all")
        self.pause.clicked.connect(self._ask_pause)
        row.addWidget(self.pause)
        box.addLayout(row)
        self.search = SearchField(
            self.tr("Search history"), "search-history", self.tr("Search posts"), self
        )
        self.search.setObjectName("search-history")
        self.search.setMaximumWidth(FIELD)
        box.addWidget(self.search)
        self.workspaces = CheckBox(self.tr("Other workspaces"), self)
        self.workspaces.setObjectName("other-workspaces")
        self.workspaces.clicked.connect(self.workspacesChosen)
        self.workspaces.hide()
        box.addWidget(self.workspaces, 0, Qt.AlignmentFlag.AlignLeft)
        self._dot.hide()
        self.set_paused(False)
        self.set_view("outbox")

    def set_view(self, view: str) -> None:
        """Show the view; search is available in the history only."""
        self._views.set_value(view)
        self.search.setVisible(view == "history")

    def set_agents_listed(self, on: bool) -> None:
        """Offer the calls of agents; without one there is nothing to see."""
        self._views.set_choice_visible("agents", on)

    def set_search(self, words: str) -> None:
        if self.search.text() != words:
            self.search.setText(words)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def set_workspaces(self, others: Mapping[str, int], all_listed: bool) -> None:
        """Offer to list other workspaces: their names, with how many of their posts need the
        user."""
        self.workspaces.setVisible(bool(others))
        self.workspaces.setChecked(all_listed)
        names = listed(
            self.tr("{workspace} (%Ln post(s) to look at)", "", count).format(workspace=name)
            if count
            else name
            for name, count in others.items()
        )
        text = self.tr("Other workspaces, too: {workspaces}").format(workspaces=names)
        self.workspaces.setText(text)
        self.workspaces.setAccessibleName(text)

    def set_connection(self, kind: str, text: str) -> None:
        """Show the connection: a kind of `workers.service.ConnectionState` and its text."""
        self._connection = (kind, text)
        self._show_state()

    def _show_state(self) -> None:
        kind, text = self._connection
        if self._paused and kind == "connected":  # "ready" would be wrong beside Resume
            kind, text = "paused", self.tr("Sending is paused")
        self._dot.kind = kind
        self._dot.setVisible(bool(text))
        self._dot.update()
        self._state.setText(text)

    def set_paused(self, on: bool) -> None:
        """Show Resume if paused, else Pause."""
        self._paused = on
        self._show_state()
        self.pause.setText(self.tr("Resume") if on else self.tr("Pause all"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.set_variant("primary" if on else "")
        self.pause.set_lucide("play" if on else "pause")  # again, in the variant's colour
        self.pause.setToolTip(
            self.tr("Send waiting posts")
            if on
            else self.tr("Send nothing from this computer for now")
        )

    @Slot()
    def _ask_pause(self) -> None:
        self.pauseRequested.emit(not self._paused)
