"""The people of the open workspace's team, as far as they are known, and what is asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from posto_desktop.sdk.people import (
    AuditEntry,
    GroupedChannel,
    NewPassword,
    TeamDevice,
    TeamPerson,
)
from posto_desktop.workers.people import AUDIT_PAGE, PeopleRequest, Verb

__all__ = ["PeopleState", "PeopleView"]


@dataclass(frozen=True)
class PeopleView:
    """What is known. A list is None before it was read; `as_of` is when that was last, `problem`
    why it was not. People in `removed` cannot sign in any more and go when the settings close;
    devices in `revoked` can come back."""

    role: str = ""
    is_reached: bool = True
    people: tuple[TeamPerson, ...] | None = None
    devices: tuple[TeamDevice, ...] | None = None
    channels: tuple[GroupedChannel, ...] | None = None
    entries: tuple[AuditEntry, ...] | None = None
    audit_of: str = ""
    """Whose entries are listed, "" for everybody's."""
    has_older_entries: bool = False
    as_of: datetime | None = None
    problem: str = ""
    removed: frozenset[int] = frozenset()
    revoked: frozenset[int] = frozenset()
    busy: frozenset[str] = frozenset()
    """Keys of what is being changed, see `PeopleState.key_of`."""

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"

    @property
    def can_change(self) -> bool:
        """Whether the server is there to take changes."""
        return self.is_reached

    def person(self, person_id: int) -> TeamPerson | None:
        return next((person for person in self.people or () if person.id == person_id), None)

    def group_names(self) -> tuple[str, ...]:
        """Return the groups that channels or people have, in order."""
        named = {name for channel in self.channels or () for name in channel.groups}
        named |= {name for person in self.people or () for name in person.groups or ()}
        return tuple(sorted(named))


class PeopleState(QObject):
    """Owns the `view` of the team, and asks by `requested` for what is to be read and changed.

    Signals:
        changed(PeopleView)
        requested(PeopleRequest): carry this out, and answer with `settle` or `fail`
        done(PeopleRequest, object result): a change was carried out; of "add_password" the
            result, a `NewPassword`, is nowhere else
        refused(PeopleRequest, str code, str sentence): a change was not, or nobody knows
    """

    changed = Signal(object)
    requested = Signal(object)
    done = Signal(object, object)
    refused = Signal(object, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = PeopleView()
        self.is_shown = False
        """Whether the settings show it, and with it what is refused; until `finish`."""
        self._disabling: set[int] = set()

    # -- what is known from elsewhere ------------------------------------------------------------

    def set_role(self, role: str) -> None:
        """Say what the signed-in person is; only owners know more than their own devices."""
        if self.view.is_owner and role not in ("", "owner"):
            self._disabling = set()
            view = replace(self.view, people=None, channels=None, entries=None, removed=frozenset())
            self._replace(replace(view, role=role))
        else:
            self._set(role=role)

    def set_reached(self, on: bool) -> None:
        """Say whether the server answers."""
        self._set(is_reached=on)

    def forget(self) -> None:
        """Another workspace opens."""
        self._disabling = set()
        self._replace(PeopleView(is_reached=self.view.is_reached))

    # -- reading ---------------------------------------------------------------------------------

    def read(self) -> None:
        """Read what the person may see."""
        self._ask("devices")
        if self.view.is_owner:
            self._ask("read")
            self._ask("channels")

    def read_audit(self, person: str = "") -> None:
        """Read the newest entries of the audit log, of one person by the name to sign in with."""
        if person != self.view.audit_of:
            self._set(entries=None, audit_of=person, has_older_entries=False)
        self._request(PeopleRequest("audit", values={"person": person}))

    def read_older_entries(self) -> None:
        """Read the entries before those that are listed."""
        entries = self.view.entries
        if entries and "audit" not in self.view.busy:
            values = {"person": self.view.audit_of, "before": entries[-1].id}
            self._request(PeopleRequest("audit", values=values))

    # -- changes ---------------------------------------------------------------------------------

    def add(self, name: str, role: str, groups: Sequence[str] | None, shown_name: str) -> None:
        self._ask("add", name=name, role=role, groups=groups, shown_name=shown_name)

    def change(self, person: TeamPerson, **fields: Any) -> None:
        """Change fields of a person, as `PeopleManager.change` names them."""
        self._ask("change", person, **fields)

    def remove(self, person: TeamPerson) -> None:
        """Refuse a person's sign-ins at once, and mark them for removal when the settings close."""
        self._set(removed=self.view.removed | {person.id})
        if not person.is_disabled:
            self._disabling.add(person.id)
            self.change(person, is_disabled=True)

    def undo_remove(self, person_id: int) -> None:
        """Take back `remove`."""
        self._set(removed=self.view.removed - {person_id})
        person = self.view.person(person_id)
        if person is not None and person_id in self._disabling:
            self._disabling.discard(person_id)
            # The answer to the first change may still be on its way.
            self.change(replace(person, is_disabled=True), is_disabled=False)

    def finish(self) -> None:
        """The settings close: remove who is marked, and forget what could come back."""
        self.is_shown = False
        removed, self._disabling = self.view.removed, set()
        for person_id in sorted(removed):
            person = self.view.person(person_id)
            if person is not None:
                self._ask("remove", person)
        revoked = self.view.revoked
        self._set(
            removed=frozenset(),
            revoked=frozenset(),
            people=_without_devices(self.view.people, revoked),
            devices=_kept(self.view.devices, revoked),
        )

    def add_password(self, person: TeamPerson, device: str) -> None:
        self._ask("add_password", person, device=device)

    def revoke(self, person: TeamPerson | None, device: TeamDevice) -> None:
        """Refuse the sign-ins of a device; of an own one without `person`."""
        self._request(PeopleRequest("revoke", person, device))

    def restore(self, person: TeamPerson | None, device: TeamDevice) -> None:
        """Take back `revoke`."""
        self._request(PeopleRequest("restore", person, device))

    def set_groups(self, channel: GroupedChannel, groups: Sequence[str]) -> None:
        self._request(PeopleRequest("set_groups", channel=channel, values={"groups": groups}))

    # -- answers ---------------------------------------------------------------------------------

    @staticmethod
    def key_of(request: PeopleRequest) -> str:
        """Return the key in `PeopleView.busy` while a request is carried out."""
        if request.device is not None:
            return f"device {request.device.id}"
        if request.person is not None:
            return f"person {request.person.id}"
        if request.channel is not None:
            return f"channel {request.channel.id}"
        return request.verb

    def settle(self, request: PeopleRequest, result: object) -> None:
        """A request was carried out."""
        view = self._without(request)
        if request.is_reading:
            view = replace(_read(view, request, result), as_of=datetime.now(UTC), problem="")
            self._replace(view)
        else:
            self._replace(_changed(view, request, result))
            self.done.emit(request, result)

    def fail(self, request: PeopleRequest, code: str, sentence: str) -> None:
        """A request was not carried out, or nobody knows: look at how it is."""
        view = self._without(request)
        person = request.person
        if request.is_reading:
            self._replace(replace(view, problem=sentence))
            return
        if person is not None and request.values.get("is_disabled") is True:
            self._disabling.discard(person.id)
            view = replace(view, removed=view.removed - {person.id})
        self._replace(view)
        self.refused.emit(request, code, sentence)
        if code or self.view.is_reached:
            self.read()

    # -- inside ----------------------------------------------------------------------------------

    def _ask(self, verb: Verb, person: TeamPerson | None = None, **values: Any) -> None:
        self._request(PeopleRequest(verb, person, values=values))

    def _request(self, request: PeopleRequest) -> None:
        self._set(busy=self.view.busy | {self.key_of(request)})
        self.requested.emit(request)

    def _without(self, request: PeopleRequest) -> PeopleView:
        return replace(self.view, busy=self.view.busy - {self.key_of(request)})

    def _set(self, **fields: Any) -> None:
        self._replace(replace(self.view, **fields))

    def _replace(self, view: PeopleView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)


def _read(view: PeopleView, request: PeopleRequest, answer: object) -> PeopleView:
    """Return the view with what was read."""
    result = cast(Any, answer)  # as the verb has it
    match request.verb:
        case "read":
            return replace(view, people=_with_revoked(view, result))
        case "devices":
            revoked = [known for known in view.devices or () if known.id in view.revoked]
            return replace(view, devices=_joined(result, revoked))
        case "channels":
            return replace(view, channels=tuple(result))
    if request.values.get("person", "") != view.audit_of:
        return view  # of somebody who is not looked at any more
    listed = (view.entries or ()) if request.values.get("before") is not None else ()
    has_older = len(result) >= AUDIT_PAGE
    return replace(view, entries=(*listed, *result), has_older_entries=has_older)


def _changed(view: PeopleView, request: PeopleRequest, answer: object) -> PeopleView:
    """Return the view after a change."""
    result = cast(Any, answer)  # as the verb has it
    person, device = request.person, request.device
    match request.verb:
        case "add":
            people = sorted((*(view.people or ()), result), key=lambda listed: listed.name)
            return replace(view, people=tuple(people))
        case "change":
            return _with_person(view, result)
        case "remove" if person is not None:
            left = (listed for listed in view.people or () if listed.id != person.id)
            return replace(view, people=tuple(left))
        case "add_password" if person is not None:
            return _with_new_device(view, person, request, result)
        case "revoke" if device is not None:
            return replace(view, revoked=view.revoked | {device.id})
        case "restore" if device is not None:
            return replace(view, revoked=view.revoked - {device.id})
        case "set_groups":
            channels = (
                result if channel.id == result.id else channel for channel in view.channels or ()
            )
            return replace(view, channels=tuple(channels))
    return view


def _with_revoked(view: PeopleView, people: Iterable[TeamPerson]) -> tuple[TeamPerson, ...]:
    """Return people with the revoked devices that can come back, which the server lists no more."""
    known = {person.id: person.devices for person in view.people or ()}
    return tuple(
        replace(
            person,
            devices=_joined(
                person.devices,
                [device for device in known.get(person.id, ()) if device.id in view.revoked],
            ),
        )
        for person in people
    )


def _with_new_device(
    view: PeopleView, person: TeamPerson, request: PeopleRequest, made: NewPassword
) -> PeopleView:
    device = TeamDevice(made.id, str(request.values.get("device", "")), datetime.now(UTC))
    present = view.person(person.id)
    if present is not None:
        view = _with_person(view, replace(present, devices=_joined(present.devices, [device])))
    if person.is_self:
        view = replace(view, devices=_joined(view.devices or (), [device]))
    return view


def _with_person(view: PeopleView, changed: TeamPerson) -> PeopleView:
    """Return the view with a changed person, who keeps the devices if the answer has none."""
    people = (
        replace(changed, devices=changed.devices or listed.devices)
        if listed.id == changed.id
        else listed
        for listed in view.people or ()
    )
    return replace(view, people=tuple(people))


def _joined(devices: Iterable[TeamDevice], others: Iterable[TeamDevice]) -> tuple[TeamDevice, ...]:
    """Return devices of two lists by their ids, each once."""
    by_id = {device.id: device for device in (*others, *devices)}
    return tuple(by_id[number] for number in sorted(by_id))


def _kept(
    devices: tuple[TeamDevice, ...] | None, revoked: frozenset[int]
) -> tuple[TeamDevice, ...] | None:
    if devices is None:
        return None
    return tuple(device for device in devices if device.id not in revoked)


def _without_devices(
    people: tuple[TeamPerson, ...] | None, revoked: frozenset[int]
) -> tuple[TeamPerson, ...] | None:
    if people is None:
        return None
    return tuple(replace(person, devices=_kept(person.devices, revoked) or ()) for person in people)
