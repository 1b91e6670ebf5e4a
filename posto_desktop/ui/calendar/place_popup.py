"""Popup that offers a message for a free place: a new one, or a draft that waits for a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.ui.calendar.popups import CalendarPopup
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel

__all__ = ["PlacePopup"]

WIDTH = 264
_MOST_DRAFTS = 5


class PlacePopup(CalendarPopup):
    """Signals: `startRequested()` (a new message), `draftRequested(object Draft)`; the popup is
    closed then."""

    startRequested = Signal()
    draftRequested = Signal(object)

    def __init__(self, when: str, drafts: Sequence[Draft], parent: QWidget) -> None:
        """`when` is the day and the time of the place; `drafts` wait for a time."""
        super().__init__("place-popup", parent)
        self.setAccessibleName(when)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 10, 10)
        box.setSpacing(6)
        title = ElidedLabel(when, "strong", parent=self)
        title.setObjectName("place-when")
        title.setContentsMargins(4, 0, 4, 0)
        box.addWidget(title)
        self.button = Button(self.tr("New message"), "primary", icon="plus", parent=self)
        name_control(self.button, self.tr("New message here"), "new-message-here")
        self.button.clicked.connect(self._start)
        box.addWidget(self.button)
        if drafts:
            hint = PlainLabel(self.tr("Or a draft"), self)
            hint.setProperty("role", "small")
            hint.setContentsMargins(4, 4, 4, 0)
            box.addWidget(hint)
        self.draft_buttons: list[Button] = []
        for draft in drafts[:_MOST_DRAFTS]:
            box.addWidget(self._make_draft_button(draft), 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(round(WIDTH * Theme.instance().scale))

    def _make_draft_button(self, draft: Draft) -> Button:
        button = Button(title_of(draft), "quiet", icon="pencil-line", small=True, parent=self)
        button.setObjectName("draft-here")
        button.setAccessibleName(title_of(draft))
        button.set_squeezable()
        button.clicked.connect(lambda: self._use(draft))
        self.draft_buttons.append(button)
        return button

    def _start(self) -> None:
        self.close()
        self.startRequested.emit()

    def _use(self, draft: Draft) -> None:
        self.close()
        self.draftRequested.emit(draft)

    def open_beside(self, place: QRect) -> None:
        super().open_beside(place)
        self.button.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrows go through the buttons, as in a menu."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)
