"""The people of a team: roles, groups of channels, devices, the audit log.

Only `posto-server` with people has these routes (docs/team.md); elsewhere there is no team. All but
the signed-in person's own devices is for owners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from posto_desktop.common.translation import translatable

from .answers import as_bool, as_int, as_list, as_mapping, as_text, plain_text, rows_of
from .errors import ServiceError
from .faults import wrong_answer
from .networks import canonical
from .record_texts import word
from .records import read_time
from .transport import Transport

__all__ = [
    "AuditEntry",
    "AuditFact",
    "GroupedChannel",
    "NewPassword",
    "PeopleManager",
    "TeamDevice",
    "TeamPerson",
]

PEOPLE = "posto/v1/people"
_MOST_PEOPLE, _MOST_DEVICES, _MOST_GROUPS, _MOST_ENTRIES = 2_000, 500, 500, 500
_LONGEST_NAME, _LONGEST_WORDS, _MOST_DETAILS = 200, 2_000, 20
_T = TypeVar("_T")


@dataclass(frozen=True)
class TeamDevice:
    """A device with an application password. `used_at` (aware UTC, within five minutes) is None if
    it never signed in; `is_this` is whether this program signs in with it, known of own ones."""

    id: int
    name: str
    made_at: datetime | None = None
    used_at: datetime | None = None
    address: str = ""
    is_this: bool = False

    @classmethod
    def from_service(cls, row: object) -> TeamDevice | None:
        """Return a device from the service's row; None without its id."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None:
            return None
        return cls(
            number,
            _line(data.get("device")),
            read_time(data.get("created_at")),
            read_time(data.get("last_used_at")),
            _line(data.get("last_address")),
            as_bool(data.get("is_this"), False),
        )


@dataclass(frozen=True)
class TeamPerson:
    """A person. `name` is the one to sign in with; `role` "owner", "editor", "writer" or "viewer";
    `groups` are those whose channels they see, None for all; `is_self` is the signed-in person."""

    id: int
    name: str
    shown_name: str = ""
    role: str = ""
    groups: tuple[str, ...] | None = ()
    is_disabled: bool = False
    is_self: bool = False
    devices: tuple[TeamDevice, ...] = field(default=())

    @classmethod
    def from_service(cls, row: object) -> TeamPerson | None:
        """Return a person from the service's row; None without their id."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None:
            return None
        groups = data.get("groups", ())
        name = _line(data.get("name"))
        return cls(
            number,
            name,
            _line(data.get("shown_name")) or name,
            word(data.get("role")),
            None if groups is None else _names(groups),
            as_bool(data.get("disabled"), False),
            as_bool(data.get("is_self"), False),
            _devices(data.get("devices")),
        )

    @property
    def used_at(self) -> datetime | None:
        """When one of the devices signed in last."""
        return max((device.used_at for device in self.devices if device.used_at), default=None)


@dataclass(frozen=True)
class NewPassword:
    """A new application password, which nobody can read again. `repr` hides it."""

    id: int
    password: str = field(repr=False)


@dataclass(frozen=True)
class GroupedChannel:
    """A channel with its groups. Without one only people who see all channels see it."""

    id: int
    name: str = ""
    network: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditFact:
    """How something was, in an entry of the audit log: `words` of `name` in English, and where the
    server knows it a `code` ("schedule", "role" …) with `details` to say it in other words."""

    name: str
    words: str
    code: str = ""
    details: Mapping[str, object] = field(default_factory=dict, hash=False)

    @classmethod
    def from_service(cls, value: object) -> AuditFact | None:
        """Return a fact from the service's list of four; None for anything else."""
        parts = as_list(value)
        if len(parts) != 4:
            return None
        name, words, code = (plain_text(as_text(part), _LONGEST_WORDS) for part in parts[:3])
        details = {
            word(key): _detail(detail)
            for key, detail in list(as_mapping(parts[3]).items())[:_MOST_DETAILS]
        }
        return cls(name, words, code, details)


@dataclass(frozen=True)
class AuditEntry:
    """What a person did. `action` is a word such as "post.schedule"; `before` and `after` are in
    short; `outcome` is "done", why it was refused, or "" where nobody knows. Newer servers also
    send `objects`, the kinds and keys of `target`, and the facts of `before` and `after`."""

    id: int
    at: datetime | None = None
    person: str = ""
    device: str = ""
    address: str = ""
    action: str = ""
    target: str = ""
    before: str = ""
    after: str = ""
    outcome: str = ""
    objects: tuple[tuple[str, str], ...] = ()
    facts_before: tuple[AuditFact, ...] = ()
    facts_after: tuple[AuditFact, ...] = ()

    @classmethod
    def from_service(cls, row: object) -> AuditEntry | None:
        """Return an entry from the service's row; None without its id."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None:
            return None

        def text(name: str) -> str:
            return plain_text(as_text(data.get(name)), _LONGEST_WORDS)

        facts = as_mapping(data.get("facts"))
        return cls(
            number,
            read_time(data.get("at")),
            text("person"),
            text("device"),
            text("address"),
            text("action"),
            text("object"),
            text("before"),
            text("after"),
            text("outcome"),
            _objects(facts.get("objects")),
            _facts(facts.get("before")),
            _facts(facts.get("after")),
        )


def _detail(value: object) -> object:
    """Return a number, yes or no, None, a text, or a list of texts."""
    if isinstance(value, list):
        return [plain_text(as_text(item), _LONGEST_NAME) for item in value[:_MOST_GROUPS]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return plain_text(as_text(value), _LONGEST_WORDS)


def _objects(value: object) -> tuple[tuple[str, str], ...]:
    pairs = [as_list(pair) for pair in as_list(value)[:_MOST_GROUPS]]
    return tuple((_line(pair[0]), _line(pair[1])) for pair in pairs if len(pair) == 2)


def _facts(value: object) -> tuple[AuditFact, ...]:
    facts = (AuditFact.from_service(item) for item in as_list(value)[:_MOST_GROUPS])
    return tuple(fact for fact in facts if fact is not None)


class PeopleManager:
    """Lists and changes the people of a team. All methods raise `PostoError`; what the team's rules
    refuse is a `ServiceError` with the server's sentence as its ``user_message`` and a ``code``:
    ``posto_changed`` (somebody else was faster: look again), ``posto_last_owner``,
    ``posto_yourself``, ``posto_name_in_use``, ``posto_no_person``, ``posto_no_password``,
    ``posto_too_late``, ``posto_full``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    # -- people ----------------------------------------------------------------------------------

    def all(self) -> list[TeamPerson]:
        """Return everybody with their devices, by name; for owners."""
        rows = rows_of(self._transport.get(PEOPLE), "people")
        if rows is None:
            raise self._wrong()
        people = (TeamPerson.from_service(row) for row in rows[:_MOST_PEOPLE])
        return [person for person in people if person is not None]

    def add(
        self,
        name: str,
        role: str,
        groups: Iterable[str] | None = (),
        *,
        shown_name: str = "",
    ) -> TeamPerson:
        """Add a person; `groups` None shows them all channels. They sign in once they have a
        password (`add_password`)."""
        body = {
            "name": name,
            "role": role,
            "groups": None if groups is None else list(groups),
            "shown_name": shown_name,
        }
        return self._person(self._change("POST", PEOPLE, body))

    def change(
        self,
        person: TeamPerson,
        *,
        shown_name: str | None = None,
        role: str | None = None,
        groups: Iterable[str] | None = None,
        sees_all: bool = False,
        is_disabled: bool | None = None,
    ) -> TeamPerson:
        """Change what is given of a person: `sees_all` shows them all groups. Refused with
        ``posto_changed`` if one of it is not as in `person` any more. The answer has no devices."""
        present: dict[str, object] = {
            "shown_name": person.shown_name,
            "role": person.role,
            "groups": None if person.groups is None else list(person.groups),
            "disabled": person.is_disabled,
        }
        wanted: dict[str, object] = {}
        for name, value in (("shown_name", shown_name), ("role", role), ("disabled", is_disabled)):
            if value is not None:
                wanted[name] = value
        if sees_all or groups is not None:
            wanted["groups"] = None if sees_all else list(groups or ())
        before = {name: present[name] for name in wanted}
        return self._person(self._change("POST", _one(person.id), {**wanted, "before": before}))

    def remove(self, person: TeamPerson) -> None:
        """Remove a person with their devices. Refused with ``posto_changed`` if their role is
        another one by now."""
        self._change("DELETE", _one(person.id), {"before": {"role": person.role}})

    # -- devices ---------------------------------------------------------------------------------

    def add_password(self, person_id: int, device: str) -> NewPassword:
        """Make an application password for a device of a person."""
        data = self._change("POST", f"{_one(person_id)}/passwords", {"device": device})
        number, password = as_int(data.get("id")), as_text(data.get("password"))
        if number is None or not password:
            raise self._wrong()
        return NewPassword(number, password)

    def revoke(self, person_id: int, device_id: int) -> None:
        """Refuse the sign-ins of a device from now on."""
        self._change("DELETE", f"{_one(person_id)}/passwords/{device_id}")

    def restore(self, person_id: int, device_id: int) -> None:
        """Take back `revoke`, within ten minutes."""
        self._change("POST", f"{_one(person_id)}/passwords/{device_id}/restore", {})

    def own_devices(self) -> list[TeamDevice]:
        """Return the devices of the signed-in person, whatever their role."""
        rows = rows_of(self._transport.get(f"{PEOPLE}/me/passwords"), "passwords")
        if rows is None:
            raise self._wrong()
        return list(_devices(rows))

    def revoke_own(self, device_id: int) -> None:
        """Refuse the sign-ins of an own device from now on."""
        self._change("DELETE", f"{PEOPLE}/me/passwords/{device_id}")

    def restore_own(self, device_id: int) -> None:
        """Take back `revoke_own`, within ten minutes."""
        self._change("POST", f"{PEOPLE}/me/passwords/{device_id}/restore", {})

    # -- groups and the audit log ----------------------------------------------------------------

    def channels(self) -> list[GroupedChannel]:
        """Return the channels with their groups; for owners."""
        rows = rows_of(self._transport.get("posto/v1/channels/groups"), "channels")
        if rows is None:
            raise self._wrong()
        channels = []
        for data in map(as_mapping, rows):
            number = as_int(data.get("id"))
            if number is not None:
                network = canonical(word(data.get("social_network")) or "?")
                name = _line(data.get("name"))
                channels.append(GroupedChannel(number, name, network, _names(data.get("groups"))))
        return channels

    def set_groups(self, channel: GroupedChannel, groups: Iterable[str]) -> GroupedChannel:
        """Set the groups of a channel. Refused with ``posto_changed`` if they are not those of
        `channel` any more."""
        body = {"groups": list(groups), "before": list(channel.groups)}
        data = self._change("POST", f"posto/v1/channels/{channel.id}/groups", body)
        named = _names(data.get("groups"))
        return GroupedChannel(channel.id, channel.name, channel.network, named)

    def audit(
        self, *, limit: int = 100, before: int | None = None, person: str = ""
    ) -> list[AuditEntry]:
        """Return at most `limit` (up to 500) entries of the audit log, the newest first: those
        older than the entry `before`, and of one person by the name to sign in with."""
        params = [("limit", str(limit))]
        if before is not None:
            params.append(("before", str(before)))
        if person:
            params.append(("person", person))
        rows = rows_of(self._transport.get("posto/v1/audit", params), "entries")
        if rows is None:
            raise self._wrong()
        entries = (AuditEntry.from_service(row) for row in rows[:_MOST_ENTRIES])
        return [entry for entry in entries if entry is not None]

    def _change(
        self, method: str, route: str, body: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        return _with_own_words(
            lambda: as_mapping(self._transport.call(method, route, json=body).data)
        )

    def _person(self, data: Mapping[str, object]) -> TeamPerson:
        person = TeamPerson.from_service(data)
        if person is None:
            raise self._wrong()
        return person

    def _wrong(self) -> Exception:
        host = self._transport.endpoint.host
        return wrong_answer(
            "the people are missing in the answer",
            translatable("Sdk", "{host} answered without the team's data.").format(host=host),
        )


def _with_own_words(call: Callable[[], _T]) -> _T:
    """Have the server's sentence be that of a refusal by the rules of a team: it says all."""
    try:
        return call()
    except ServiceError as error:
        code = error.code or ""
        sentence = str(error).partition(f" {code}: ")[2]
        if code.startswith("posto_") and sentence:
            error.user_message = sentence
        raise


def _one(person_id: int) -> str:
    return f"{PEOPLE}/{person_id}"


def _line(value: object) -> str:
    """Return a name as it is, in one line: it is compared when it is changed."""
    raw = as_text(value)[:_LONGEST_NAME]
    return "".join(letter if letter.isprintable() else " " for letter in raw).strip()


def _names(value: object) -> tuple[str, ...]:
    names = (_line(name) for name in as_list(value)[:_MOST_GROUPS])
    return tuple(name for name in names if name)


def _devices(value: object) -> tuple[TeamDevice, ...]:
    devices = (TeamDevice.from_service(row) for row in as_list(value)[:_MOST_DEVICES])
    return tuple(device for device in devices if device is not None)
