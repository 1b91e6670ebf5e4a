"""Dialogs of Settings > Team, in the states in which they have other controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QWidget

from posto_desktop.models import dates
from posto_desktop.ui.settings.password_dialog import PasswordDialog
from posto_desktop.ui.settings.person_dialog import PersonDialog
from posto_desktop.ui.settings.team_audit import AuditEntryDialog
from posto_desktop.ui.settings.team_channels import ChannelGroupsDialog
from posto_desktop.viewmodels.people_state import PeopleState
from tests.gui import team_filled, whole_window


def people_dialogs(parent: QWidget | None = None) -> Iterator[tuple[str, QWidget]]:
    """Each of them as an owner sees it, with its name."""

    def when(moment: datetime) -> str:
        return dates.spoken_when(moment, whole_window.NOW)

    state = PeopleState()
    team_filled.fill(state, 6, whole_window.NOW)
    view = state.view
    oneself, other = (view.people or ())[0], (view.people or ())[4]  # with a long name
    yield "new person", PersonDialog(view, None, when, parent)
    revoked = replace(view, revoked=frozenset({2}))
    yield "person, oneself", PersonDialog(revoked, oneself, when, parent)
    person = PersonDialog(view, other, when, parent)
    person.role.setCurrentIndex(person.role.findData("writer"))
    person.device.setText("Phone")
    person.show_refusal("Somebody else has changed this person. Look at it again first.")
    yield "person, refused", person
    person.show_view(replace(view, is_reached=False))
    yield "person, without the server", person
    address = "https://posto.nordlicht.example"
    password = PasswordDialog("edda", "Phone", address, "abcd efgh ijkl mnop qrst uvwx", parent)
    password.copy.click()
    yield "password of a device", password
    channel = (view.channels or ())[1]
    groups = ChannelGroupsDialog(view, channel, parent)
    yield "groups of a channel", groups
    groups.groups.setText("blog")
    groups.show_refusal("Somebody else has changed this channel. Look at it again first.")
    yield "groups of a channel, refused", groups
    entry = (view.entries or ())[0]
    yield (
        "entry of the audit log",
        AuditEntryDialog(entry, when, parent),
    )
