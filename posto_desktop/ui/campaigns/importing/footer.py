"""Footer of the import dialog: counts of rows, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyle, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.importing.messages import ImportCounts
from posto_desktop.models.numbers import grouped
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, Chip

_ICON = 16


class ImportCountsLabel(QWidget):
    """Shows "22 ready · 1 without its picture · 1 cannot be read"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-counts")
        self._parts: list[tuple[str, str, str]] = []
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_counts(self, counts: ImportCounts | None) -> None:
        """Show the counts; None hides them."""
        self._parts = []
        if counts is not None:
            self._parts.append(("check", grouped(counts.ready), self.tr("ready")))
            if counts.warnings:
                alone = counts.without_picture == counts.warnings
                words = self.tr("without its picture") if alone else self.tr("incomplete")
                self._parts.append(("triangle-alert", grouped(counts.warnings), words))
            if counts.errors:
                self._parts.append(
                    ("circle-x", grouped(counts.errors), self.tr("cannot be imported"))
                )
            if counts.left_out:
                self._parts.append(("minus", grouped(counts.left_out), self.tr("left out")))
        summary = listed(f"{number} {words}" for _icon, number, words in self._parts)
        self.setAccessibleName(summary)
        self._update_tooltip()
        self.updateGeometry()
        self.update()

    def _update_tooltip(self) -> None:
        """With too little room show icons and numbers only, and the texts in the tooltip."""
        self._short = self.sizeHint().width() > self.width()
        self.setToolTip(self.accessibleName() if self._short else "")

    def shown(self) -> list[str]:
        """Return the shown texts."""
        return [number if self._short else f"{number} {words}" for _, number, words in self._parts]

    def _widths(self, *, short: bool = False) -> list[int]:
        theme = Theme.instance()
        strong = QFontMetrics(theme.numbers("strong"))
        body = QFontMetrics(theme.font("body"))
        return [
            _ICON
            + 5
            + strong.horizontalAdvance(number)
            + (0 if short else 6 + body.horizontalAdvance(words))
            for _icon, number, words in self._parts
        ]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 16 * len(self._parts), Theme.instance().line("body") + 6)

    def minimumSizeHint(self) -> QSize:
        short = sum(self._widths(short=True)) + 16 * max(0, len(self._parts) - 1)
        return QSize(short, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tooltip()

    def _place(self, left: int, width: int) -> QRect:
        """Return a rectangle of full height, mirrored in right-to-left layouts."""
        place = QRect(left, 0, width, self.height())
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        colours = {
            "check": theme.status("sent").fg,
            "triangle-alert": theme.status("late").fg,
            "circle-x": theme.status("failed").fg,
            "minus": theme.colour("text_faint"),
        }
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        x = 0
        for at, ((icon, number, words), width) in enumerate(
            zip(self._parts, self._widths(short=self._short), strict=True)
        ):
            if at:
                painter.setPen(theme.colour("text_faint"))
                painter.drawText(self._place(x - 11, 8), flags, "·")
            mark = self._place(x, _ICON)
            painters.paint_icon(painter, mark, icon, _ICON, colours[icon])
            painter.setFont(theme.numbers("strong"))
            painter.setPen(theme.colour("text"))
            left = x + _ICON + 5
            painter.drawText(self._place(left, width), flags, number)
            if not self._short:
                left += painter.fontMetrics().horizontalAdvance(number) + 6
                painter.setFont(theme.font("body"))
                painter.drawText(self._place(left, width), flags, words)
            x += width + 16
        painter.end()


class ImportFooter(QWidget):
    """Counts and filter on the left, buttons on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(25, 13, 21, 15)
        row.setSpacing(8)
        self.counts = ImportCountsLabel(self)
        row.addWidget(self.counts, 1)
        self.problems_only = Chip(self.tr("Only problems"), parent=self)
        self.problems_only.setObjectName("only-problems")
        row.addWidget(self.problems_only)
        row.addSpacing(6)
        self.cancel = Button(self.tr("Cancel"), "quiet", parent=self)
        self.cancel.setObjectName("cancel")
        #: To the page before.
        self.back = Button(self.tr("Back"), parent=self)
        self.back.setObjectName("back")
        self.continue_button = Button(self.tr("Continue"), "primary", parent=self)
        self.continue_button.setObjectName("continue")
        self.continue_button.setDefault(True)
        for button in (self.cancel, self.back, self.continue_button):
            row.addWidget(button)

    def show_file(self) -> None:
        """Show the footer of the first step."""
        self.counts.set_counts(None)
        for part in (self.problems_only, self.back, self.continue_button):
            part.hide()

    def show_check(self, counts: ImportCounts) -> None:
        """Show the footer of the check step."""
        self._show(counts)
        bad = counts.problems + counts.left_out
        self.problems_only.set_count(bad)
        self.problems_only.setEnabled(bad > 0 or self.problems_only.isChecked())
        self.problems_only.show()
        words = self.tr("Continue with %Ln row(s)", "", counts.usable)
        self._show_continue("continue", words, counts.usable)

    def show_times(self, counts: ImportCounts) -> None:
        """Show the footer of the times step."""
        self._show(counts)
        self.problems_only.hide()
        words = self.tr("Import %Ln message(s)", "", counts.usable)
        self._show_continue("import", words, counts.usable)

    def _show(self, counts: ImportCounts) -> None:
        self.counts.set_counts(counts)
        self.back.show()
        self.continue_button.show()

    def _show_continue(self, object_name: str, words: str, count: int) -> None:
        self.continue_button.setText(words)
        self.continue_button.setObjectName(object_name)
        self.continue_button.setEnabled(count > 0)
        self.continue_button.setToolTip("" if count else self.tr("No row can be imported yet"))
