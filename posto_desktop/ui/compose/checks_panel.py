"""What is wrong with the message and where, each with the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.limits import network_name
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from posto_desktop.core.checks import Finding

SIDE = 24
ORDER = {"error": 0, "warning": 1, "hint": 2}
_ICONS = {"error": "circle-x", "warning": "triangle-alert", "hint": "info"}
_FIX_ICONS = {
    "edit_for": "pencil",
    "describe": "text-cursor-input",
    "remove_media": "trash-2",
    "untick_channel": "minus",
    "add_media": "image-plus",
    "edit_when": "clock",
}
MOST_BADGES = 6
MERGED_FROM = 3
ICON_GAP = 3


def severity_colour(severity: str) -> QColor:
    theme = Theme.instance()
    if severity == "error":
        return theme.colour("danger_text")
    return theme.status("late" if severity == "warning" else "scheduled").solid


def spaced_icon(name: str, size: int, colour: QColor, ratio: float) -> QIcon:
    """An icon with room at its right: a button's own gap before the text is too small."""
    picture = QPixmap(round((size + ICON_GAP) * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawPixmap(0, 0, icons.pixmap(name, size, colour, ratio))
    painter.end()
    return QIcon(picture)


class FindingRow(QWidget):
    """Icon, networks, sentence, one button.  Signal ``fixRequested(Finding)``."""

    fixRequested = Signal(object)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        theme = Theme.instance()
        ratio = self.devicePixelRatioF()
        mark = QLabel(self)
        mark.setPixmap(
            icons.pixmap(
                _ICONS[finding.severity],
                16,
                severity_colour(finding.severity),
                ratio,
            )
        )
        row.addWidget(mark)
        badges = QHBoxLayout()
        badges.setSpacing(3)
        for slug in finding.networks[:MOST_BADGES]:
            badge = QLabel(self)
            badge.setPixmap(icons.network_badge(slug, 16, ratio))
            badge.setToolTip(theme.network(slug).name)
            badges.addWidget(badge)
        if len(finding.networks) > MOST_BADGES:
            more = QLabel(f"+{len(finding.networks) - MOST_BADGES}", self)
            more.setProperty("role", "caption")
            badges.addWidget(more)
        if finding.networks:
            row.addLayout(badges)
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setText(self._rich(finding))
        self.sentence.setToolTip(escape(finding.sentence))
        self.sentence.setObjectName("check-sentence")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.sentence, 1)
        self.button: QPushButton | None = None
        if finding.fix is not None:
            self.button = QPushButton(finding.fix.label, self)
            self.button.setProperty("small", True)
            self.button.setAccessibleName(finding.fix.label)
            self.button.setObjectName(finding.fix.label.lower().replace(" ", "-").replace("…", ""))
            name = _FIX_ICONS.get(finding.fix.kind)
            if name:
                self.button.setIcon(spaced_icon(name, 14, theme.colour("text"), ratio))
                self.button.setIconSize(QSize(14 + ICON_GAP, 14))
            self.button.clicked.connect(self._fix)
            row.addWidget(self.button)

    @staticmethod
    def _rich(finding: Finding) -> str:
        """The sentence with the file or network that it is about in bold."""
        sentence = finding.sentence
        subjects = [finding.file.replace("\\", "/").rsplit("/", 1)[-1]] if finding.file else []
        subjects += [network_name(slug) for slug in finding.networks]
        for subject in subjects:
            start = sentence.find(subject)
            if subject and start >= 0:
                end = start + len(subject)
                return (
                    escape(sentence[:start])
                    + f'<span style="font-weight:600">{escape(subject)}</span>'
                    + escape(sentence[end:])
                )
        return escape(sentence)

    def _fix(self) -> None:
        self.fixRequested.emit(self.finding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, Theme.instance().colour("border"))
        painter.end()


class _FindingList(QListWidget):
    """Its rows are as wide as it is, at once: they carry buttons at their right end."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()


def condense(findings: Sequence[Finding]) -> list[Finding]:
    """The worst first; the same fault of three or more files becomes one finding."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        key = (one.severity, one.code, one.networks) if one.file else (id(one),)
        if one.file and one.code == "file_unusable":
            # Its sentence says what is wrong with this file; another file may have another fault.
            key += (one.sentence.replace(PurePath(one.file).name, ""),)
        groups.setdefault(key, []).append(one)
    shown = []
    for group in groups.values():
        if len(group) < MERGED_FROM:
            shown += group
            continue
        if group[0].code == "no_description":
            words = _tr("{n} files have no description for people who cannot see them.")
            sentence = words.format(n=len(group))
        else:
            words = _tr("{sentence} The same holds for {n} more files.")
            sentence = words.format(sentence=group[0].sentence, n=len(group) - 1)
        shown.append(replace(group[0], sentence=sentence))
    return sorted(shown, key=lambda one: ORDER.get(one.severity, 3))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChecksPanel", text)


class ChecksPanel(QWidget):
    """The head "4 checks  1 will be refused, 2 to look at" and the list below it.

    Signal ``fixRequested(Finding)``.
    """

    fixRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._key: tuple[object, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SIDE, 10, SIDE, 10)
        outer.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.toggle = QToolButton(self)
        self.toggle.setAutoRaise(True)
        self.toggle.setIconSize(QSize(16, 16))
        self.toggle.setFixedSize(20, 20)
        self.toggle.setAccessibleName(self.tr("Show checks"))
        self.toggle.setObjectName("show-checks")
        self.toggle.clicked.connect(self._turn)
        self._opened = True
        head.addWidget(self.toggle)
        head.setContentsMargins(0, 0, 0, 0)
        self.title = QLabel(self)
        self.title.setProperty("role", "strong")
        self.title.setObjectName("checks-title")
        head.addWidget(self.title)
        self.summary = QLabel(self)
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
        outer.addWidget(self.list)
        self.restyle()
        self.set_findings([])

    @property
    def findings(self) -> list[Finding]:
        return list(self._findings)

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these, worst first; rows are rebuilt only if something changed."""
        ordered = condense(findings)
        key = (Theme.instance().scheme, *ordered)
        if key == self._key and self._findings:
            return
        self._key = key
        self._findings = ordered
        current = self.list.currentRow()
        self.list.clear()
        height = Theme.instance().px("row.check")
        for finding in ordered:
            item = QListWidgetItem(self.list)
            item.setSizeHint(QSize(100, height))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(finding))
            item.setData(Qt.ItemDataRole.UserRole, finding.sentence)
            row = FindingRow(finding, self.list)
            row.fixRequested.connect(self.fixRequested)
            self.list.setItemWidget(item, row)
        self.list.setFixedHeight(height * len(ordered))
        if 0 <= current < len(ordered):
            self.list.setCurrentRow(current)
        count = len(ordered)
        self.title.setText(
            self.tr("1 check") if count == 1 else self.tr("{n} checks").format(n=count)
        )
        self.summary.setText(self.summary_text())
        self.setVisible(bool(ordered))

    def count_of(self, severity: str) -> int:
        return sum(1 for one in self._findings if one.severity == severity)

    def summary_text(self) -> str:
        """``1 will be refused, 2 to look at, 1 hint``."""
        parts = []
        refused, look = self.count_of("error"), self.count_of("warning")
        hints = self.count_of("hint")
        if refused:
            parts.append(self.tr("{n} will be refused").format(n=refused))
        if look:
            parts.append(self.tr("{n} to look at").format(n=look))
        if hints:
            parts.append(self.tr("1 hint") if hints == 1 else self.tr("{n} hints").format(n=hints))
        return ", ".join(parts)

    def short_text(self) -> str:
        """``1 problem, 2 warnings`` for the chip in the action bar."""
        parts = []
        refused, look = self.count_of("error"), self.count_of("warning")
        if refused:
            parts.append(
                self.tr("1 problem") if refused == 1 else self.tr("{n} problems").format(n=refused)
            )
        if look:
            parts.append(
                self.tr("1 warning") if look == 1 else self.tr("{n} warnings").format(n=look)
            )
        return ", ".join(parts)

    def _spoken(self, finding: Finding) -> str:
        words = {
            "error": self.tr("Will be refused"),
            "warning": self.tr("To look at"),
            "hint": self.tr("Hint"),
        }[finding.severity]
        return f"{words}: {finding.sentence}"

    def _activated(self, item: QListWidgetItem) -> None:
        row = self.list.itemWidget(item)
        if isinstance(row, FindingRow) and row.finding.fix is not None:
            self.fixRequested.emit(row.finding)

    def _turn(self) -> None:
        self.set_open(not self._opened)

    def set_open(self, opened: bool) -> None:
        """Show or fold the list below the head."""
        self._opened = opened
        self.list.setVisible(opened)
        self.toggle.setAccessibleName(self.tr("Hide checks") if opened else self.tr("Show checks"))
        self.restyle()

    def restyle(self) -> None:
        opened = self._opened
        self.toggle.setIcon(icons.icon("chevron-down" if opened else "chevron-right"))
        if self._findings and self._key[:1] != (Theme.instance().scheme,):
            self.set_findings(self._findings)
