"""Dialogs of a person in a team: adding one, and changing name, role, groups and devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.models.team_words import ROLES, role_hint, role_words
from posto_desktop.sdk.people import TeamPerson
from posto_desktop.ui.settings.team_devices import DeviceRows
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import Button, name_control, set_enabled
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.people_state import PeopleView

__all__ = ["PersonDialog", "split_groups"]

LONGEST, LONGEST_GROUPS = 60, 2_000
_RING, _BAR = 4, 14
_GAP = 6
"""Distance of a field to the one above, in pixels, beside that of its parts."""


def split_groups(text: str) -> list[str]:
    """Return the typed groups, each once, as the server compares them."""
    names = (" ".join(name.split()).lower() for name in text.split(","))
    return list(dict.fromkeys(name for name in names if name))


class _FormArea(OverlayScrollArea):
    """Wants to be as high as what is in it."""

    def sizeHint(self) -> QSize:
        inside = self.widget()
        height = inside.sizeHint().height() if inside is not None else 0
        return QSize(super().sizeHint().width(), height)


class PersonDialog(ActionDialog):
    """Changes `person`, or adds one without.

    It stays open until the server has answered: `show_refusal` says why not, and closing is for
    whoever made it.

    Signals:
        addRequested(str name, str role, object groups, str shown name)
        changeRequested(TeamPerson, dict fields): as `PeopleManager.change` names them
        removeRequested(TeamPerson), passwordRequested(TeamPerson, str device)
        revokeRequested(TeamPerson, TeamDevice), undoRequested(TeamPerson, TeamDevice)
    """

    addRequested = Signal(str, str, object, str)
    changeRequested = Signal(object, object)
    removeRequested = Signal(object)
    passwordRequested = Signal(object, str)
    revokeRequested = Signal(object, object)
    undoRequested = Signal(object, object)

    def __init__(
        self,
        view: PeopleView,
        person: TeamPerson | None,
        when: Callable[[datetime], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("person", "", "", width=480, parent=parent)
        self.person, self._view = person, view
        self.set_title(person.shown_name if person is not None else self.tr("Add a person"))
        self.action_button.setText(
            self.tr("Save changes") if person is not None else self.tr("Add person")
        )
        self._build_form()
        self.devices = DeviceRows(when, self)
        self._build_devices()
        self.problem = Paragraph("", "error", object_name="person-problem", parent=self)
        self.problem.setContentsMargins(_RING, 0, _BAR, 0)
        self.problem.hide()
        self.body.addWidget(self.problem)
        if person is not None:
            self._build_remove(person)
        self.action_button.clicked.connect(self._save)
        self._fill(person)
        self.show_view(view)
        self.fit()
        first = self.name if person is None else self.shown_name
        first.setFocus()

    # -- building --------------------------------------------------------------------------------

    def _build_form(self) -> None:
        scroll = _FormArea(self)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self.form = QVBoxLayout(inside)
        self.form.setContentsMargins(_RING, _RING, _BAR, _RING)
        self.form.setSpacing(6)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(round(160 * Theme.instance().scale))
        # Its margins are for focus rings and the scroll bar: fields begin below the title.
        outside = self.body.contentsMargins()
        self.body.setContentsMargins(
            outside.left() - _RING, outside.top(), outside.right() - _BAR, outside.bottom()
        )
        self.title.setContentsMargins(_RING, 0, _BAR, 0)
        self.body.addWidget(scroll, 1)
        self.name = self._add_line(self.tr("Name to sign in with"), "person-name")
        self.name_hint = Paragraph(
            self.tr("Letters from a to z, digits and . _ @ + -"), "small", type_name="small"
        )
        self.form.addWidget(self.name_hint)
        self.shown_name = self._add_line(self.tr("Shown name"), "person-shown-name")
        self.role = ComboBox("person-role", self)
        for role in ROLES:
            self.role.addItem(role_words(role), role)
        self._add_field(self.tr("Role"), self.role)
        self.role_hint = Paragraph("", "small", type_name="small", object_name="person-role-hint")
        self.form.addWidget(self.role_hint)
        self.sees = ComboBox("person-sees", self)
        self.sees.addItem(self.tr("Channels of some groups"), False)
        self.sees.addItem(self.tr("All channels"), True)
        self._add_field(self.tr("Sees"), self.sees)
        self.groups = QLineEdit(self)
        self.groups.setMaxLength(LONGEST_GROUPS)
        name_control(self.groups, self.tr("Groups, with commas between them"), "person-groups")
        self.groups.setPlaceholderText(self.tr("Groups, with commas between them"))
        self.form.addWidget(self.groups)
        self.groups_hint = Paragraph("", "small", type_name="small", object_name="known-groups")
        self.form.addWidget(self.groups_hint)
        self.enabled = Switch(self.tr("May sign in"), "person-may-sign-in")
        self.enabled_row = QWidget()
        row = QHBoxLayout(self.enabled_row)
        row.setContentsMargins(0, _GAP, 0, 4)
        words = label(self.tr("May sign in"), "control")
        words.setBuddy(self.enabled)
        row.addWidget(words, 1)
        row.addWidget(self.enabled)
        self.form.addWidget(self.enabled_row)
        for line in (self.name, self.shown_name, self.groups):
            line.textChanged.connect(self._look)
        self.role.currentIndexChanged.connect(self._look)
        self.sees.currentIndexChanged.connect(self._look)
        self.enabled.toggled.connect(self._look)

    def _add_line(self, name: str, object_name: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setMaxLength(LONGEST)
        name_control(line, name, object_name)
        self._add_field(name, line)
        return line

    def _add_field(self, name: str, control: QWidget) -> None:
        buddy = PlainLabel(name, self)
        buddy.setProperty("role", "control")
        buddy.setBuddy(control)
        buddy.setObjectName(f"{control.objectName()}-label")
        buddy.setContentsMargins(0, _GAP if self.form.count() else 0, 0, 0)
        self.form.addWidget(buddy)
        self.form.addWidget(control)

    def _build_devices(self) -> None:
        self.form.addSpacing(6)
        title = label(self.tr("Devices"), "strong")
        self.form.addWidget(title)
        self.form.addWidget(self.devices)
        self.new_device = QWidget(self)
        row = QHBoxLayout(self.new_device)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.device = QLineEdit(self)
        self.device.setMaxLength(LONGEST)
        name_control(self.device, self.tr("Name of a new device"), "new-device")
        self.device.setPlaceholderText(self.tr("Name of a new device"))
        self.device.returnPressed.connect(self._ask_password)
        self.device.textChanged.connect(self._look)
        row.addWidget(self.device, 1)
        self.add_device = Button(self.tr("Make a password"), small=True, parent=self)
        self.add_device.setObjectName("make-a-password")
        self.add_device.clicked.connect(self._ask_password)
        row.addWidget(self.add_device)
        self.form.addWidget(self.new_device)
        self.form.addStretch(1)
        self.devices.revokeRequested.connect(
            lambda device: self.revokeRequested.emit(self.person, device)
        )
        self.devices.undoRequested.connect(
            lambda device: self.undoRequested.emit(self.person, device)
        )
        for widget in (title, self.devices, self.new_device):
            widget.setVisible(self.person is not None)

    def _build_remove(self, person: TeamPerson) -> None:
        self.remove = Button(self.tr("Remove"), "quiet-danger", parent=self)
        words = self.tr("Remove {name}").format(name=person.shown_name)
        name_control(self.remove, words, "remove-person")
        self.remove.clicked.connect(self._remove)
        self.foot.insertWidget(0, self.remove)

    def _fill(self, person: TeamPerson | None) -> None:
        is_new = person is None
        for widget in (self.name, self.name_hint):
            widget.setVisible(is_new)
        name_label = self.findChild(PlainLabel, "person-name-label")
        shown_label = self.findChild(PlainLabel, "person-shown-name-label")
        if name_label is not None and shown_label is not None:
            name_label.setVisible(is_new)
            shown_label.setContentsMargins(0, _GAP if is_new else 0, 0, 0)
        self.enabled_row.setVisible(person is not None and not person.is_self)
        self.enabled.setChecked(person is None or not person.is_disabled)
        self.role.setCurrentIndex(ROLES.index("writer"))
        if person is None:
            self.sees.setCurrentIndex(self.sees.findData(not self._view.group_names()))
            return
        self.shown_name.setText(person.shown_name)
        self.role.setCurrentIndex(max(0, self.role.findData(person.role)))
        self.sees.setCurrentIndex(self.sees.findData(person.groups is None))
        self.groups.setText(", ".join(person.groups or ()))
        if person.is_self:
            self.role.setEnabled(False)
            self.role.set_tip(self.tr("Another owner can change your role"))

    # -- what is shown and typed -----------------------------------------------------------------

    def show_view(self, view: PeopleView) -> None:
        """Show what is known by now; what was typed stays."""
        self._view = view
        known = view.group_names()
        hint = self.tr("In use: {groups}").format(groups=listed(known)) if known else ""
        self.groups_hint.setText(hint)
        if self.person is not None:
            self.person = view.person(self.person.id) or self.person
            self.devices.show_devices(self.person.devices, view)
        self._look()

    def show_refusal(self, sentence: str) -> None:
        """Say why the last change was not carried out."""
        self.problem.setText(sentence)
        self.problem.show()
        self.grow()

    def clear_device(self) -> None:
        """The password for the typed device was made."""
        self.device.clear()

    def _chosen_groups(self) -> Sequence[str] | None:
        sees_all = self.role.currentData() == "owner" or bool(self.sees.currentData())
        return None if sees_all else split_groups(self.groups.text())

    def _changed_fields(self) -> dict[str, Any]:
        """Return what is different from the person, as `PeopleManager.change` names it."""
        person = self.person
        if person is None:
            return {}
        fields: dict[str, Any] = {}
        shown = " ".join(self.shown_name.text().split())
        if shown != person.shown_name:
            fields["shown_name"] = shown
        if self.role.currentData() != person.role:
            fields["role"] = self.role.currentData()
        groups = self._chosen_groups()
        if groups is None and person.groups is not None and self.role.currentData() != "owner":
            fields["sees_all"] = True
        elif groups is not None and (
            person.groups is None or sorted(groups) != sorted(person.groups)
        ):
            fields["groups"] = groups
        if self.enabled.isChecked() == person.is_disabled:
            fields["is_disabled"] = not self.enabled.isChecked()
        return fields

    @Slot()
    def _look(self) -> None:
        """Enable what can be done with what is typed, and say why the rest cannot."""
        role = str(self.role.currentData())
        self.role_hint.setText(role_hint(role))
        is_owner = role == "owner"
        self.sees.setEnabled(not is_owner)
        self.sees.set_tip(self.tr("An owner sees all channels") if is_owner else "")
        shows_groups = not is_owner and not self.sees.currentData()
        self.groups.setVisible(shows_groups)
        self.groups_hint.setVisible(shows_groups and bool(self.groups_hint.text()))
        offline = "" if self._view.can_change else self.tr("Changes need the server")
        is_busy = self._is_busy()
        why_not = offline or (self.tr("Saving…") if is_busy else "")
        if not why_not and self.person is None and not self.name.text().strip():
            why_not = self.tr("Write a name to sign in with first")
        if not why_not and self.person is not None and not self._changed_fields():
            why_not = self.tr("Nothing is changed yet")
        set_enabled(self.action_button, not why_not, why_not)
        why_no_device = offline or (
            "" if self.device.text().strip() else self.tr("Write the name of the device first")
        )
        set_enabled(self.add_device, not why_no_device, why_no_device)
        if self.person is not None:
            why_stays = offline
            if self.person.is_self:
                why_stays = self.tr("Another owner can remove you")
            set_enabled(self.remove, not why_stays, why_stays)

    def _is_busy(self) -> bool:
        key = f"person {self.person.id}" if self.person is not None else "add"
        return key in self._view.busy

    # -- answers ---------------------------------------------------------------------------------

    @Slot()
    def _save(self) -> None:
        self.problem.hide()
        if self.person is None:
            self.addRequested.emit(
                self.name.text().strip(),
                str(self.role.currentData()),
                self._chosen_groups(),
                self.shown_name.text().strip(),
            )
        else:
            self.changeRequested.emit(self.person, self._changed_fields())

    @Slot()
    def _remove(self) -> None:
        self.removeRequested.emit(self.person)
        self.accept()

    @Slot()
    def _ask_password(self) -> None:
        device = " ".join(self.device.text().split())
        if device and self._view.can_change and self.person is not None:
            self.problem.hide()
            self.passwordRequested.emit(self.person, device)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the field of a device makes its password, and closes nothing."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.device.hasFocus():
            event.accept()
            return
        super().keyPressEvent(event)
