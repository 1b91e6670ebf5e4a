"""Settings > Team: the list of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.folding import fold
from posto_desktop.models.team_rows import TeamRowsModel
from posto_desktop.models.team_words import groups_words, person_words, role_words
from posto_desktop.sdk.people import TeamPerson
from posto_desktop.ui import keys
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.settings.team_list import TeamList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.no_matches import NoMatches
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_cells import Cell, CellColumn, IconCell, TextCell
from posto_desktop.viewmodels.people_state import PeopleView

__all__ = ["PeoplePart"]

_ROLE, _GROUPS, _ICON = 84, 150, 26


class PeoplePart(QWidget):
    """Signals: `addRequested()`, `opened(TeamPerson)`, `removeRequested(TeamPerson)`,
    `undoRequested(TeamPerson)`, `disableRequested(TeamPerson, bool)`."""

    addRequested = Signal()
    opened = Signal(object)
    removeRequested = Signal(object)
    undoRequested = Signal(object)
    disableRequested = Signal(object, bool)

    def __init__(
        self, view: PeopleView, when: Callable[[datetime], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view, self._when = view, when
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        self.search = SearchField(self.tr("Find a person"), "find-a-person", parent=self)
        self.search.textChanged.connect(self._show_rows)
        head.addWidget(self.search, 1)
        self.add = Button(self.tr("Add a person…"), icon="plus", parent=self)
        self.add.setObjectName("add-a-person")
        self.add.clicked.connect(self.addRequested)
        head.addWidget(self.add)
        column.addLayout(head)
        self.model: TeamRowsModel[TeamPerson] = TeamRowsModel(self._spoken, self._tip, self)
        self.list: TeamList[TeamPerson] = TeamList(
            self.tr("People"), "team-people", self.model, self._cells, 2, self
        )
        self.list.opened.connect(self._open)
        self.list.removeRequested.connect(self._remove)
        self.list.cellPressed.connect(self._press)
        self.list.menuRequested.connect(self._show_menu)
        self.alone = Paragraph(
            self.tr("Add a person, then make a password for each of their devices."),
            "muted",
            object_name="alone-in-the-team",
        )
        column.addWidget(self.alone)
        card = SettingsCard(self)
        card.add_widget(self.list)
        card.fit_content()
        column.addWidget(card)
        self._card = card
        self.nothing = NoMatches(self.search, "no-person", self)
        column.addWidget(self.nothing, 1)
        column.addStretch(0)
        self.show_view(view)

    def show_view(self, view: PeopleView) -> None:
        self._view = view
        why_not = "" if view.can_change else self.tr("Changes need the server")
        set_enabled(self.add, not why_not, why_not)
        self.alone.setVisible(view.people is not None and len(view.people) == 1)
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        text = fold(self.search.text().strip())
        people = self._view.people or ()
        shown = [person for person in people if not text or text in _hay(person)]
        self.model.set_rows(shown)
        self.list.viewport().update()
        is_empty = self._view.people is not None and not shown
        self._card.setVisible(bool(shown))
        self.nothing.setVisible(is_empty)
        words = self.tr("Nobody is called “{text}”").format(text=self.search.text().strip())
        self.nothing.setText(words if text else "")

    # -- rows ------------------------------------------------------------------------------------

    def _is_removed(self, person: TeamPerson) -> bool:
        return person.id in self._view.removed

    def _state(self, person: TeamPerson) -> str:
        if f"person {person.id}" in self._view.busy:
            return f"{person.name} · {self.tr('Saving…')}"
        if self._is_removed(person):
            return self.tr("Cannot sign in. Removed when you close the settings")
        return person_words(person, self._when)

    def _name(self, person: TeamPerson) -> str:
        if person.is_self:
            return self.tr("{name} (you)").format(name=person.shown_name)
        return person.shown_name

    def _cells(self, person: TeamPerson, is_near: bool) -> Sequence[Cell]:
        theme = Theme.instance()
        is_faint = person.is_disabled or self._is_removed(person)
        ink = "text_muted" if is_faint else "text"
        words = CellColumn(
            [
                TextCell(self._name(person), "strong", ink, fills=True),
                TextCell(self._state(person), "small", "text_muted", fills=True),
            ],
            [theme.line("body"), theme.line("small")],
        )
        if self._is_removed(person):
            undo = TextCell(
                self.tr("Undo"), "control", "accent_text", yields=False, key="undo", gap=12
            )
            return [words, undo]
        scale = theme.scale
        groups = groups_words(person.groups)
        return [
            words,
            TextCell(groups, "small", "text_muted", fixed=round(_GROUPS * scale), gap=12),
            TextCell(role_words(person.role), "small", ink, fixed=round(_ROLE * scale), gap=12),
            IconCell(
                "pencil", "text_muted" if is_near else "text_faint", 16, _ICON, key="open", gap=4,
                cursor=Qt.CursorShape.PointingHandCursor,
            ),
        ]  # fmt: skip

    def _spoken(self, person: TeamPerson) -> str:
        role, groups = role_words(person.role), groups_words(person.groups)
        if self._is_removed(person):
            return f"{self._name(person)}, {self._state(person)}"
        return f"{self._name(person)}, {role}, {groups}, {self._state(person)}"

    def _tip(self, person: TeamPerson) -> str:
        return "\n".join((self._name(person), self._state(person), groups_words(person.groups)))

    # -- what is done with one -------------------------------------------------------------------

    @Slot(object)
    def _open(self, person: TeamPerson) -> None:
        if self._is_removed(person):
            self.undoRequested.emit(person)
        else:
            self.opened.emit(person)

    @Slot(object)
    def _remove(self, person: TeamPerson) -> None:
        if self._view.can_change and not person.is_self and not self._is_removed(person):
            self.removeRequested.emit(person)

    @Slot(object, str)
    def _press(self, person: TeamPerson, key: str) -> None:
        if key == "undo":
            self.undoRequested.emit(person)

    @Slot(object, QPoint)
    def _show_menu(self, person: TeamPerson, place: QPoint) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        why_not = "" if self._view.can_change else self.tr("Changes need the server")
        if self._is_removed(person):
            entries = [menu.add(self.tr("Undo"), "undo-2", lambda: self._open(person))]
        else:
            menu.add(self.tr("Edit…"), "pencil", lambda: self._open(person), shortcut=keys.OPEN)
            menu.addSeparator()
            on = not person.is_disabled
            words = self.tr("Disable") if on else self.tr("Enable")
            entries = [
                menu.add(words, "ban" if on else "circle-check",
                         lambda: self.disableRequested.emit(person, on)),
                menu.add(self.tr("Remove"), "trash-2", lambda: self._remove(person),
                         shortcut=keys.DELETE, danger=True),
            ]  # fmt: skip
            if person.is_self and not why_not:
                why_not = self.tr("Another owner can do this")
        for entry in entries:
            entry.setEnabled(not why_not)
            entry.setToolTip(why_not)
        menu.popup(place)


def _hay(person: TeamPerson) -> str:
    words = (person.name, person.shown_name, role_words(person.role), *(person.groups or ()))
    return fold(" ".join(words))
