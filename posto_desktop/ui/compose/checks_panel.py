"""Panel of the checks, each finding with a button that fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QCursor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.translation import translate
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.announcer import announce, announce_folded
from posto_desktop.ui.compose.finding_row import AROUND, FindingRow
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from posto_desktop.core.checks import Finding

SIDE = 24
ORDER = {"error": 0, "warning": 1, "hint": 2}
MERGED_FROM = 3
MOST_SPOKEN = 2
"""Of more new findings only the numbers are announced."""
# Height in pixels of the panel's header and margins.
HEAD = 44
# Milliseconds that rows keep their places after a click while the pointer stays.
SETTLE_MS = 2000


class _FindingList(QListWidget):
    """A list whose rows always fill its width, because they have buttons at their right end.

    Signal ``widthChanged()``: sentences may need more or fewer lines.
    """

    widthChanged = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.widthChanged.emit()
        self.doItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            painter = QPainter(self.viewport())  # row widgets are transparent
            painters.paint_row_focus(painter, self.visualRect(self.currentIndex()))
            painter.end()


def condense(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return the findings to show, worst first, each with its group: the same finding for three or
    more files becomes one row."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key: tuple[object, ...] = (id(finding),)
        if finding.file:
            key = (finding.severity, finding.code, finding.networks)
        if finding.file and finding.code == "file_unusable":
            # The sentence describes this file's problem; other files may have others.
            key += (finding.sentence.replace(PurePath(finding.file).name, ""),)
        groups.setdefault(key, []).append(finding)
    shown: list[tuple[Finding, list[Finding]]] = []
    for group in groups.values():
        if len(group) < MERGED_FROM:
            shown += [(finding, [finding]) for finding in group]
            continue
        if group[0].code == "no_description":
            sentence = translate(
                "ChecksPanel",
                "%n file(s) (has/have) no description for people who cannot see (it/them).",
                "",
                len(group),
            )
        else:
            words = translate(
                "ChecksPanel", "{sentence} Same for %n more file(s).", "", len(group) - 1
            )
            sentence = words.format(sentence=group[0].sentence)
        shown.append((replace(group[0], sentence=sentence), group))
    return sorted(shown, key=lambda row: ORDER.get(row[0].severity, 3))


def _goes_on(before: Finding, now: Finding) -> bool:
    """Return True if it is the same finding with other numbers or channels."""
    if (before.code, before.file) != (now.code, now.file):
        return False
    return before.sentence == now.sentence or before.networks == now.networks


class ChecksPanel(QWidget):
    """The header "4 checks  1 problem, 2 warnings" and the list below it.

    After a click on a button all rows keep their places until the pointer leaves, or for a moment,
    so that a second click cannot hit another button. Fixed findings stay as rows without a button,
    new ones wait. Signals: ``fixRequested(Finding)``; ``settled()``: rows may move again.
    """

    fixRequested = Signal(object)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._groups: list[list[Finding]] = []
        self._rows: list[FindingRow] = []
        self._shown: list[Finding] | None = None
        self._settle_timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle_timer.timeout.connect(self._settle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SIDE - AROUND, 10, SIDE - AROUND, 10)
        outer.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(0)
        self.toggle = QToolButton(self)
        self.toggle.setAutoRaise(True)
        self.toggle.setIconSize(QSize(16, 16))
        self.toggle.setFixedSize(18, 20)  # align the title with that of the options
        self.toggle.setAccessibleName(self.tr("Show checks"))
        self.toggle.setObjectName("show-checks")
        self.toggle.clicked.connect(self._turn)
        self._opened = True
        head.addWidget(self.toggle)
        head.setContentsMargins(AROUND, 0, AROUND, 0)
        self.title = PlainLabel(self)
        self.title.setProperty("role", "strong")
        self.title.setObjectName("checks-title")
        head.addWidget(self.title)
        head.addSpacing(6)
        self.summary = PlainLabel(self)
        self.summary.setProperty("role", "small")
        self.summary.setObjectName("checks-summary")
        head.addWidget(self.summary, 1)
        outer.addLayout(head)
        self.list = _FindingList(self)
        self.list.setAccessibleName(self.tr("Checks"))
        self.list.setObjectName("checks")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.list.setProperty("role", "checks")
        self.list.setStyleSheet(
            "QListWidget#checks { background: transparent; border: none; }"
            "QListWidget#checks::item { background: transparent; border: none; padding: 0; }"
        )
        self.list.viewport().setAutoFillBackground(False)
        self.list.itemActivated.connect(self._activated)
        self.list.widthChanged.connect(self._fit_heights)
        outer.addWidget(self.list)
        self.restyle()
        self.set_findings([])

    @property
    def findings(self) -> list[Finding]:
        return list(self._findings)

    def group_of(self, finding: Finding) -> list[Finding]:
        """Return the findings behind a row: one, or the same for several files."""
        for shown, group in zip(self._findings, self._groups, strict=True):
            if (shown.code, shown.networks, shown.file, shown.sentence) == (
                finding.code,
                finding.networks,
                finding.file,
                finding.sentence,
            ):
                return group
        return [finding]

    def focus_on(self, finding: Finding) -> None:
        for row in self._rows:
            if row.finding == finding and row.button is not None:
                row.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_findings(self, findings: Sequence[Finding]) -> bool:
        """Show these findings, worst first. Return True if they changed. Rows keep their places and
        update in place."""
        if findings == self._shown:
            return False
        before, self._shown = self._findings, list(findings)
        condensed = condense(findings)
        self._groups = [group for _finding, group in condensed]
        self._findings = [finding for finding, _group in condensed]
        count = len(self._findings)
        if self._settle_timer.isActive():
            self._show_in_place()
        else:
            while len(self._rows) > count:
                self._drop_row()
            while len(self._rows) < count:
                self._add_row()
            for number, finding in enumerate(self._findings):
                self._show_row(number, finding)
            self._fit_heights()
        self.title.setText(self.tr("%n check(s)", "", count))
        self.summary.setText(self.summary_text())
        self.setVisible(bool(count) or self._settle_timer.isActive())
        self._announce_new(before)
        return True

    def _announce_new(self, before: Sequence[Finding]) -> None:
        """Announce findings that were not there before, or that there is no problem left. Numbers
        in a sentence change with each letter: that alone is not said."""
        if not QAccessible.isActive() or not self._is_watched():
            return
        known = {(finding.code, finding.networks, finding.file) for finding in before}
        new = [
            finding
            for finding in self._findings
            if (finding.code, finding.networks, finding.file) not in known
        ]
        if len(new) > MOST_SPOKEN:
            announce(self.summary_text(), "checks")
        elif new:
            announce(" ".join(self._spoken(finding) for finding in new), "checks")
        elif before and not self._findings:
            announce(self.tr("No problems left"), "checks")

    def _is_watched(self) -> bool:
        """Return True while the keyboard is on the page of the checks."""
        focus, page = QApplication.focusWidget(), self.parentWidget()
        return focus is not None and page is not None and page.window().isAncestorOf(focus)

    def _show_row(self, number: int, finding: Finding) -> None:
        item = self.list.item(number)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(finding))
        item.setData(Qt.ItemDataRole.UserRole, finding.sentence)
        self._rows[number].show_finding(finding)

    @Slot()
    def _fit_heights(self) -> None:
        """Fit the height of each row to its sentence, and that of the list to its rows."""
        least, width = Theme.instance().px("row.check"), self.list.viewport().width()
        total = 0
        for number, row in enumerate(self._rows):
            height = row.height_at(width, least)
            item = self.list.item(number)
            if item.sizeHint().height() != height:
                item.setSizeHint(QSize(100, height))
            total += height
        self.list.setFixedHeight(total)

    # -- scroll position -------------------------------------------------------------------

    @Slot(object)
    def _pressed(self, finding: Finding) -> None:
        if self.pointer_is_over():
            self._settle_timer.start()
        self.fixRequested.emit(finding)

    def pointer_is_over(self) -> bool:
        return self.rect().contains(self.mapFromGlobal(QCursor.pos()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        # Also sent when a menu opens over the panel.
        if self._settle_timer.isActive() and not self.pointer_is_over():
            self._settle()

    @Slot()
    def _settle(self) -> None:
        self._settle_timer.stop()
        self._shown = None
        self.set_findings([finding for group in self._groups for finding in group])
        self.settled.emit()

    def _show_in_place(self) -> None:
        """Update each row with its finding, or mark it as fixed."""
        left = list(self._findings)
        for number, row in enumerate(self._rows):
            if row.finding is None:
                continue
            follower = next((finding for finding in left if _goes_on(row.finding, finding)), None)
            if follower is None:
                self.list.item(number).setData(
                    Qt.ItemDataRole.AccessibleTextRole,
                    #: {sentence}: the label of a fix, such as "Crop to 4:5".
                    self.tr("Done: {sentence}").format(sentence=row.finding.sentence),
                )
                if row.button is not None and row.button.hasFocus():
                    # Else Qt moves the focus to the next button and scrolls to it.
                    self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                row.show_done()
            else:
                left.remove(follower)
                self._show_row(number, follower)

    def _add_row(self) -> None:
        item = QListWidgetItem(self.list)
        row = FindingRow(self.list)
        row.fixRequested.connect(self._pressed)
        self.list.setItemWidget(item, row)
        self._rows.append(row)

    def _drop_row(self) -> None:
        number = len(self._rows) - 1
        self._rows.pop()
        # The view deletes the row's widget later, so hide it now.
        self.list.itemWidget(self.list.item(number)).hide()
        self.list.takeItem(number)

    def count_of(self, severity: str) -> int:
        return sum(1 for finding in self._findings if finding.severity == severity)

    def summary_text(self) -> str:
        """Return ``1 problem, 2 warnings, 1 hint``."""
        parts = [self.short_text()] if self.short_text() else []
        hints = self.count_of("hint")
        if hints:
            parts.append(self.tr("%n hint(s)", "", hints))
        return ", ".join(parts)

    def short_text(self) -> str:
        """Return ``1 problem, 2 warnings`` for the chip in the action bar."""
        parts = []
        refused, look = self.count_of("error"), self.count_of("warning")
        if refused:
            parts.append(self.tr("%n problem(s)", "", refused))
        if look:
            parts.append(self.tr("%n warning(s)", "", look))
        return ", ".join(parts)

    def _spoken(self, finding: Finding) -> str:
        words = {
            "error": self.tr("Problem"),
            "warning": self.tr("Warning"),
            "hint": self.tr("Hint"),
        }[finding.severity]
        return f"{words}: {finding.sentence}"

    def _activated(self, item: QListWidgetItem) -> None:
        row = self.list.itemWidget(item)
        if isinstance(row, FindingRow):
            row.press()

    def _turn(self) -> None:
        self.set_open(not self._opened)
        announce_folded(self.tr("Checks"), not self._opened)

    def set_open(self, opened: bool) -> None:
        self._opened = opened
        self.list.setVisible(opened)
        self.toggle.setAccessibleName(self.tr("Hide checks") if opened else self.tr("Show checks"))
        self.restyle()

    def restyle(self) -> None:
        opened = self._opened
        self.toggle.setIcon(icons.icon("chevron-down" if opened else "chevron-end"))
        self._shown = None
        self.set_findings([finding for group in self._groups for finding in group])
