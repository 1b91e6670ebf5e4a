"""Settings > Team: the audit log, by pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.audit_words import (
    after_words,
    before_words,
    change_words,
    target_words,
)
from posto_desktop.models.team_rows import TeamRowsModel
from posto_desktop.models.team_words import action_words, outcome_words
from posto_desktop.sdk.people import AuditEntry
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.settings.team_list import TeamList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import Button, IconButton, set_enabled
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_cells import END, Cell, CellColumn, CellRow, TextCell
from posto_desktop.ui.widgets.text_box import TextBox
from posto_desktop.viewmodels.people_state import PeopleView

__all__ = ["AuditEntryDialog", "AuditPart"]


class AuditPart(QWidget):
    """Signals: `readRequested(str person)`, `olderRequested()`, `opened(AuditEntry)`."""

    readRequested = Signal(str)
    olderRequested = Signal()
    opened = Signal(object)

    def __init__(
        self, view: PeopleView, when: Callable[[datetime], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._when = when
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.person = ComboBox("audit-person", self)
        buddy = PlainLabel(self.tr("Person"), self)
        buddy.setBuddy(self.person)
        self.person.activated.connect(self._choose)
        head.addWidget(buddy)
        head.addWidget(self.person)
        head.addStretch(1)
        self.reload = IconButton(
            "rotate-cw", self.tr("Read the audit log again"), "read-audit-again", parent=self
        )
        self.reload.clicked.connect(self._choose)
        head.addWidget(self.reload)
        column.addLayout(head)
        self.model: TeamRowsModel[AuditEntry] = TeamRowsModel(self._spoken, self._whole, self)
        self.list: TeamList[AuditEntry] = TeamList(
            self.tr("Audit log"), "audit-log", self.model, self._cells, 2, self
        )
        self.list.opened.connect(self.opened)
        self._card = SettingsCard(self)
        self._card.add_widget(self.list)
        self._card.fit_content()
        column.addWidget(self._card)
        self.empty = Paragraph("", "muted", object_name="no-audit-entries")
        column.addWidget(self.empty)
        self.older = Button(self.tr("Show older entries"), small=True, parent=self)
        self.older.setObjectName("show-older-entries")
        self.older.clicked.connect(self.olderRequested)
        column.addWidget(self.older)
        column.addStretch(0)
        self.show_view(view)

    def show_view(self, view: PeopleView) -> None:
        names = [("", self.tr("Everybody"))]
        names += [(person.name, person.shown_name) for person in view.people or ()]
        if [self.person.itemData(at) for at in range(self.person.count())] != [
            key for key, _ in names
        ]:
            self.person.clear()
            for key, words in names:
                self.person.addItem(words, key)
        self.person.setCurrentIndex(max(0, self.person.findData(view.audit_of)))
        self.model.set_rows(view.entries or ())
        is_reading = "audit" in view.busy
        self.empty.setText(
            self.tr("Reading…") if is_reading else self.tr("Nothing has been done yet.")
        )
        self.empty.setVisible(not view.entries)
        self._card.setVisible(bool(view.entries))
        self.older.setVisible(view.has_older_entries)
        why_not = "" if view.is_reached else self.tr("The server is not reached")
        if is_reading:
            why_not = self.tr("Reading…")
        for button in (self.older, self.reload):
            button.setEnabled(not why_not)
        set_enabled(self.older, not why_not, why_not)

    @Slot()
    def _choose(self) -> None:
        self.readRequested.emit(str(self.person.currentData() or ""))

    def _who(self, entry: AuditEntry) -> str:
        parts = (entry.person, entry.device, entry.address)
        return " · ".join(part for part in parts if part)

    def _time(self, entry: AuditEntry) -> str:
        return self._when(entry.at) if entry.at is not None else ""

    def _cells(self, entry: AuditEntry, _is_near: bool) -> Sequence[Cell]:
        theme = Theme.instance()
        outcome = outcome_words(entry)
        head = CellRow(
            [
                TextCell(action_words(entry.action), "strong", yields=False),
                TextCell(target_words(entry), "body", fills=True, gap=8),
                TextCell(self._time(entry), "small", "text_faint", END, yields=False, gap=12),
            ]
        )
        second = TextCell(
            outcome or change_words(entry, self._when),
            "small",
            "danger_text" if outcome else "text_muted",
            fills=True,
            gap=10,
        )
        who = TextCell(self._who(entry), "small", "text_muted", share=0.6, yields=False)
        return [
            CellColumn([head, CellRow([who, second])], [theme.line("body"), theme.line("small")])
        ]

    def _spoken(self, entry: AuditEntry) -> str:
        parts = (
            action_words(entry.action), target_words(entry), self._time(entry), self._who(entry),
            outcome_words(entry),
        )  # fmt: skip
        return ", ".join(part for part in parts if part)

    def _whole(self, entry: AuditEntry) -> str:
        return whole_words(entry, self._when)


def whole_words(entry: AuditEntry, times: Callable[[datetime], str]) -> str:
    """Return all of an entry, a line for each part."""
    after = after_words(entry, times)
    lines = (
        f"{action_words(entry.action)} {target_words(entry)}".strip(),
        times(entry.at) if entry.at is not None else "", entry.person, entry.device, entry.address,
        outcome_words(entry), before_words(entry, times), f"→ {after}" if after else "",
    )  # fmt: skip
    return "\n".join(line for line in lines if line)


class AuditEntryDialog(ActionDialog):
    """All of an entry, to read and copy."""

    def __init__(
        self, entry: AuditEntry, times: Callable[[datetime], str], parent: QWidget | None = None
    ) -> None:
        super().__init__("audit-entry", "", "", width=520, parent=parent)
        self.set_title(action_words(entry.action))
        self.text = TextBox(self.tr("Entry of the audit log"), "audit-entry-text", parent=self)
        self.text.setReadOnly(True)
        self.text.setPlainText(whole_words(entry, times))
        self.text.setMinimumHeight(round(220 * Theme.instance().scale))
        self.body.addWidget(self.text, 1)
        self.action_button.setText(self.tr("Close"))
        self.action_button.clicked.connect(self.accept)
        self.cancel_button.hide()
        self.fit()
        self.text.setFocus()
