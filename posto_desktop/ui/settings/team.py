"""Settings > Team: people, groups of channels and the audit log for owners; one's own devices for
everybody of a team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.models import dates
from posto_desktop.models.team_words import role_words
from posto_desktop.sdk.people import AuditEntry, GroupedChannel, NewPassword, TeamPerson
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.person_dialog import PersonDialog
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.settings.team_audit import AuditEntryDialog, AuditPart
from posto_desktop.ui.settings.team_channels import ChannelGroupsDialog, ChannelGroupsPart
from posto_desktop.ui.settings.team_devices import DeviceRows
from posto_desktop.ui.settings.team_people import PeoplePart
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.loading_line import LoadingLine
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.widget_stack import WidgetStack
from posto_desktop.viewmodels.people_refusals import refusal_words
from posto_desktop.viewmodels.people_state import PeopleState, PeopleView
from posto_desktop.workers.people import PeopleRequest

__all__ = ["TeamPage"]


class TeamPage(SettingsPage):
    """Shows the state of `context.parts.team`, and asks it for changes. Its parts come when the
    server has said who is signed in."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("team", context, parent)
        state = context.parts.team
        assert state is not None
        self._state: PeopleState = state
        self._person_dialog: PersonDialog | None = None
        self._groups_dialog: ChannelGroupsDialog | None = None
        self._added = ""
        """The name of whom the open dialog asks to be added."""
        self._refusal = ""
        self.loading = LoadingLine(self)
        policy = self.loading.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.loading.setSizePolicy(policy)
        self.add(self.loading, 2)
        self.column.setStretch(self.column.count() - 1, 0)
        self.note = Paragraph("", "muted", object_name="team-note")
        self.add(self.note, 8)
        self.column.addSpacing(16)
        self.rows["team"] = self.note
        self.parts: WidgetStack | None = None
        self._keys: list[str] = []
        self.choice: SegmentedControl | None = None
        self._head: QWidget | None = None
        self._shows_owners_parts = False
        self._role_note = ""
        state.done.connect(self._done)
        state.refused.connect(self._refused)
        state.changed.connect(self._show)
        self._show(state.view)

    def _build(self, view: PeopleView) -> None:
        """Make the parts that a role sees, and read what they show."""
        self._shows_owners_parts = view.is_owner
        self.people = PeoplePart(view, _when, self)
        self.channels = ChannelGroupsPart(view, self)
        self.audit = AuditPart(view, _when, self)
        self.devices = DeviceRows(_when, self)
        self.parts = WidgetStack(self)
        own = self._build_own_devices()
        parts: list[tuple[str, QWidget]] = [("devices", own)]
        if view.is_owner:
            owners: list[tuple[str, QWidget]] = [
                ("people", self.people), ("channels", self.channels), ("audit", self.audit),
            ]  # fmt: skip
            parts = [*owners, *parts]
            self.choice = self._build_choice()
            self.rows["team"] = self.choice
        else:
            self.people.hide()
            self.channels.hide()
            self.audit.hide()
            self.rows["team"] = self.devices
        for key, part in parts:
            self._keys.append(key)
            self.parts.addWidget(part)
        self.column.insertWidget(self.column.count() - 2, self.parts, 1)
        self._join()
        self._state.read()

    def _take_down(self) -> None:
        """Remove the parts, as the person has another role by now."""
        for dialog in (self._person_dialog, self._groups_dialog):
            if dialog is not None:
                dialog.reject()
        for widget in (self._head, self.parts, self.people, self.channels, self.audit):
            if widget is not None:
                widget.hide()
                self.column.removeWidget(widget)
                widget.deleteLater()
        self._head = self.choice = self.parts = None
        self._keys.clear()

    def _build_choice(self) -> SegmentedControl:
        choices = [
            ("people", self.tr("People")),
            ("channels", self.tr("Channels")),
            ("audit", self.tr("Audit log")),
            ("devices", self.tr("Your devices")),
        ]
        choice = SegmentedControl(self.tr("Part of the team"), "team-part", choices)
        choice.changed.connect(self.show_part)
        self._head = QWidget(self)
        line = QVBoxLayout(self._head)
        line.setContentsMargins(0, 0, 0, 12)
        line.addWidget(choice)
        self.column.insertWidget(self.column.indexOf(self.note), self._head)
        return choice

    def _build_own_devices(self) -> QWidget:
        own = QWidget(self)
        column = QVBoxLayout(own)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        about = Paragraph(
            self.tr("Lost a device? Revoke it here, and it cannot sign in any more."),
            "muted",
            object_name="own-devices-hint",
        )
        column.addWidget(about)
        column.addWidget(self.devices)
        column.addStretch(1)
        return own

    def _join(self) -> None:
        state = self._state
        self.people.addRequested.connect(self.add_person)
        self.people.opened.connect(self.open_person)
        self.people.removeRequested.connect(self._remove)
        self.people.undoRequested.connect(lambda person: state.undo_remove(person.id))
        self.people.disableRequested.connect(
            lambda person, on: state.change(person, is_disabled=on)
        )
        self.channels.opened.connect(self.open_groups)
        self.audit.readRequested.connect(state.read_audit)
        self.audit.olderRequested.connect(state.read_older_entries)
        self.audit.opened.connect(self._open_entry)
        self.devices.revokeRequested.connect(lambda device: state.revoke(None, device))
        self.devices.undoRequested.connect(lambda device: state.restore(None, device))
        if not state.is_shown:
            state.is_shown = True
            self.context.on_close.append(state.finish)

    # -- showing ---------------------------------------------------------------------------------

    @Slot(str)
    def show_part(self, key: str) -> None:
        """Show people, channels, the audit log or one's own devices."""
        if self.parts is None:
            return
        if self.choice is not None:
            self.choice.set_value(key)
        self.parts.setCurrentIndex(self._keys.index(key))
        if key == "audit":
            self._state.read_audit(self._state.view.audit_of)

    @Slot(object)
    def _show(self, view: PeopleView) -> None:
        if self.parts is not None and view.role and view.is_owner != self._shows_owners_parts:
            self._take_down()
            self._refusal = ""
            self._role_note = self.tr("Your role in this team is now: {role}.").format(
                role=role_words(view.role)
            )
            announce(self._role_note)
        if self.parts is None and view.role:
            self._build(view)
            view = self._state.view  # it is being read by now
        if self.parts is not None:
            self._show_parts(view)
        if view.busy:
            self.loading.start()
        else:
            self.loading.stop()
        words = self._note_words(view)
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _show_parts(self, view: PeopleView) -> None:
        self.people.show_view(view)
        self.channels.show_view(view)
        self.audit.show_view(view)
        self.devices.show_devices(view.devices or (), view)
        for dialog in (self._person_dialog, self._groups_dialog):
            if dialog is not None:
                dialog.show_view(view)

    def _note_words(self, view: PeopleView) -> str:
        """Return what to say of the connection; "" if all is well."""
        if self.parts is None:
            set_role(self.note, "muted")
            return self.tr(
                "People and devices are on the server of your team. They are shown here when it "
                "answers."
            )
        parts: list[str] = []
        if view.as_of is not None and (view.problem or not view.is_reached):
            parts.append(self.tr("As of {when}.").format(when=_when(view.as_of)))
        if not view.is_reached:
            parts.append(self.tr("The server is not reached, and changes need it."))
        elif view.problem:
            parts.append(view.problem)
        if self._refusal:
            parts = [self._refusal]
        elif self._role_note:
            parts.insert(0, self._role_note)
        is_bad = bool(self._refusal or (view.is_reached and view.problem))
        set_role(self.note, "error" if is_bad else "muted")
        return " ".join(parts)

    # -- people ----------------------------------------------------------------------------------

    @Slot()
    def add_person(self) -> None:
        """Ask for a new person."""
        self._open_dialog(None)

    @Slot(object)
    def open_person(self, person: TeamPerson) -> None:
        """Show a person with their devices."""
        self._open_dialog(person)

    def _open_dialog(self, person: TeamPerson | None) -> None:
        state = self._state
        dialog = PersonDialog(state.view, person, _when, self.window())
        self._person_dialog = dialog
        self._added = ""
        dialog.addRequested.connect(self._add)
        dialog.changeRequested.connect(lambda changed, fields: state.change(changed, **fields))
        dialog.removeRequested.connect(self._remove)
        dialog.passwordRequested.connect(state.add_password)
        dialog.revokeRequested.connect(state.revoke)
        dialog.undoRequested.connect(state.restore)
        dialog.finished.connect(self._person_closed)
        dialog.open()

    @Slot(str, str, object, str)
    def _add(self, name: str, role: str, groups: Sequence[str] | None, shown_name: str) -> None:
        self._added = name
        self._state.add(name, role, groups, shown_name)

    @Slot()
    def _person_closed(self) -> None:
        self._person_dialog = None

    @Slot(object)
    def _remove(self, person: TeamPerson) -> None:
        self._state.remove(person)
        self.people.list.choose(person.id)
        self.people.list.setFocus()
        words = self.tr("{name} cannot sign in any more. Enter takes it back.")
        announce(words.format(name=person.shown_name))

    # -- channels and the audit log --------------------------------------------------------------

    @Slot(object)
    def open_groups(self, channel: GroupedChannel) -> None:
        """Ask for the groups of a channel."""
        dialog = ChannelGroupsDialog(self._state.view, channel, self.window())
        self._groups_dialog = dialog
        dialog.changeRequested.connect(self._state.set_groups)
        dialog.finished.connect(self._groups_closed)
        dialog.open()

    @Slot()
    def _groups_closed(self) -> None:
        self._groups_dialog = None

    @Slot(object)
    def _open_entry(self, entry: AuditEntry) -> None:
        AuditEntryDialog(entry, dates.full_when, self.window()).open()

    # -- answers ---------------------------------------------------------------------------------

    def _dialog_of(self, request: PeopleRequest) -> PersonDialog | ChannelGroupsDialog | None:
        """Return the open dialog that a request is from: another one may be open by now."""
        person, groups = self._person_dialog, self._groups_dialog
        if request.channel is not None:
            is_of = groups is not None and groups.channel.id == request.channel.id
            return groups if is_of else None
        if person is None or (person.person is None) != (request.verb == "add"):
            return None
        if request.verb == "add":
            return person if self._added == request.values["name"] else None
        asked, shown = request.person, person.person
        return person if asked and shown and asked.id == shown.id else None

    @Slot(object, object)
    def _done(self, request: PeopleRequest, result: object) -> None:
        dialog = self._dialog_of(request)
        if self._refusal or self._role_note:
            self._refusal = self._role_note = ""
            self._show(self._state.view)
        if request.verb == "add" and isinstance(result, TeamPerson):
            self.people.list.choose(result.id)
            if dialog is not None:
                dialog.accept()
                self._ask_for_device(result)
        elif request.verb in ("change", "set_groups") and dialog is not None:
            dialog.accept()
        elif isinstance(result, NewPassword) and isinstance(dialog, PersonDialog):
            dialog.clear_device()

    def _ask_for_device(self, person: TeamPerson) -> None:
        """Open a new person where a password is made: nobody signs in without one."""
        self.open_person(person)
        if self._person_dialog is not None:
            self._person_dialog.device.setFocus()

    @Slot(object, str, str)
    def _refused(self, request: PeopleRequest, code: str, sentence: str) -> None:
        dialog = self._dialog_of(request)
        if dialog is not None:
            dialog.show_refusal(sentence)
            return
        self._refusal = refusal_words(request, code, sentence)
        announce(self._refusal, assertive=True)
        self._show(self._state.view)


def _when(moment: datetime) -> str:
    return dates.spoken_when(moment, datetime.now(UTC))
