"""The story of a post as a list of steps, each with its time and what can be opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from posto_desktop.models.post_story import StoryStep
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["StoryList"]

_MARK = 20
_LINE = 28
"""Height of a step of one line, which a button fits into."""


class _Mark(QWidget):
    """The coloured mark of a step."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status, self._icon = "draft", "minus"
        self.setFixedSize(QSize(_MARK, _LINE))

    def show_look(self, status: str, icon: str) -> None:
        if (status, icon) != (self._status, self._icon):
            self._status, self._icon = status, icon
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = Theme.instance().status(self._status)
        area = QRect(0, (_LINE - _MARK) // 2, _MARK, _MARK)
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
        self._grid = grid = QGridLayout(self)
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
        self._open = IconButton(
            "external-link",
            "",
            "open-part",
            size="size.icon_button_small",
            icon_size=16,
            parent=self,
        )
        self._open.clicked.connect(self._emit_open)
        self._at.setMinimumHeight(_LINE)
        top, middle = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._mark, 0, 0, top)
        grid.addWidget(self._text, 0, 1, middle)
        grid.addWidget(self._at, 0, 2, top)
        grid.addWidget(self._open, 0, 3, middle)
        grid.addWidget(self._detail, 1, 1, 1, 3)

    def show_step(self, step: StoryStep, *, has_links: bool) -> None:
        """Show a step. With `has_links` its time stands left of where others have a button."""
        self._grid.setColumnMinimumWidth(3, _LINE if has_links else 0)
        self._mark.show_look(step.status, step.icon)
        self._text.setText(step.text)
        self._at.setText(step.at)
        self._at.setVisible(bool(step.at))
        self._detail.setText(step.detail)
        self._detail.setVisible(bool(step.detail))
        self._link = step.link
        if step.link:
            self._open.setAccessibleName(step.link_words)
            self._open.setToolTip(step.link_words)
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
        box.addSpacing(4)
        self._rows: list[_Row] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(2)
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
        has_links = any(step.link for step in self._steps)
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(self._steps))
            if at < len(self._steps):
                row.show_step(self._steps[at], has_links=has_links)
        self.setAccessibleName(self.as_text())
        self.setVisible(bool(self._steps))

    def as_text(self) -> str:
        """Return the steps as lines of text, for the clipboard and for assistive software."""
        return "\n".join(
            " ".join(part for part in (step.at, step.text, step.detail) if part)
            for step in self._steps
        )
