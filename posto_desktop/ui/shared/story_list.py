"""The story of a post as a list of steps, each with its time and what can be opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.post_story import StoryStep
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["StoryList"]

_MARK = 20
_QUIET_PADDING = 9
"""Of a button without a frame, so that its icon stands below the text."""


class _Mark(QWidget):
    """The coloured mark of a step."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status, self._icon = "draft", "minus"
        self.setFixedSize(QSize(_MARK, _MARK))

    def show_look(self, status: str, icon: str) -> None:
        if (status, icon) != (self._status, self._icon):
            self._status, self._icon = status, icon
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = Theme.instance().status(self._status)
        area = QRect(0, 0, _MARK, _MARK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.bg)
        painter.drawEllipse(QRectF(area).adjusted(1, 1, -1, -1))
        painters.paint_icon(painter, area, self._icon, 12, look.fg)


class _Row(QWidget):
    """One step. Signal `openRequested(str url)`."""

    openRequested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._link = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self._mark = _Mark(self)
        self._text = Paragraph(object_name="story-text")
        self._at = PlainLabel()
        self._at.setObjectName("story-time")
        self._at.setProperty("role", "caption")
        self._detail = Paragraph(role="muted", type_name="small", object_name="story-detail")
        self._open = Button("", "quiet", icon="external-link", small=True, parent=self)
        self._open.set_squeezable()
        self._open.clicked.connect(self._emit_open)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._mark, 0, 0, top)
        grid.addWidget(self._text, 0, 1, top)
        grid.addWidget(self._at, 0, 2, top)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        button_row = QHBoxLayout()
        button_row.setContentsMargins(-_QUIET_PADDING, 0, 0, 0)
        button_row.addWidget(self._open)
        button_row.addStretch(1)
        grid.addLayout(button_row, 2, 1, 1, 2)

    def show_step(self, step: StoryStep) -> None:
        self._mark.show_look(step.status, step.icon)
        self._text.setText(step.text)
        self._at.setText(step.at)
        self._at.setVisible(bool(step.at))
        self._detail.setText(step.detail)
        self._detail.setVisible(bool(step.detail))
        self._link = step.link
        if step.link:
            self._open.setText(step.link_words)
            name_control(self._open, step.link_words)
        self._open.setVisible(bool(step.link))

    @Slot()
    def _emit_open(self) -> None:
        self.openRequested.emit(self._link)


class StoryList(QWidget):
    """Shows steps; hidden without any. Signal `openRequested(str url)`."""

    openRequested = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("story")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._title = Paragraph(title, "strong", type_name="strong", object_name="story-title")
        box.addWidget(self._title)
        box.addSpacing(8)
        self._rows: list[_Row] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(8)
        box.addLayout(self._box)
        self._steps: list[StoryStep] = []
        self.hide()

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def steps(self) -> list[StoryStep]:
        """Return the shown steps."""
        return list(self._steps)

    def set_steps(self, steps: Sequence[StoryStep]) -> None:
        """Show these steps; existing rows are reused, so that the keyboard stays where it is."""
        if list(steps) == self._steps:
            return
        self._steps = list(steps)
        while len(self._rows) < len(self._steps):
            row = _Row(self)
            row.openRequested.connect(self.openRequested)
            self._box.addWidget(row)
            self._rows.append(row)
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(self._steps))
            if at < len(self._steps):
                row.show_step(self._steps[at])
        self.setAccessibleName(self.as_text())
        self.setVisible(bool(self._steps))

    def as_text(self) -> str:
        """Return the steps as lines of text, for the clipboard and for assistive software."""
        return "\n".join(
            " ".join(part for part in (step.at, step.text, step.detail) if part)
            for step in self._steps
        )
