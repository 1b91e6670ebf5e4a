"""Routes of a workspace with people: themselves, their devices, groups of channels, the audit log.

docs/team.md has the requests and answers. `server.team.rights` says who may ask for which, and
`server.team.people` has the rules. A new password is in one answer, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError
from posto_desktop.server.team.people import FIELDS, TeamError, clean_groups, fields_of
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.team import Team
from posto_desktop.server.web import Request, Web

POSTO = "/wp-json/posto/v1"
_PEOPLE = f"{POSTO}/people"
_KINDS: Mapping[str, type] = {"shown_name": str, "role": str, "disabled": bool}


class PeopleRoutes:
    def __init__(self, team: Team) -> None:
        self._team, self._people = team, team.people

    def register(self, web: Web) -> None:
        person, password = f"{_PEOPLE}/<person_id:int>", "passwords/<number:int>"
        web.add("GET", _PEOPLE, self.list_people)
        web.add("POST", _PEOPLE, self.add)
        web.add("POST", person, self.change)
        web.add("DELETE", person, self.remove)
        web.add("POST", f"{person}/passwords", self.add_password)
        web.add("DELETE", f"{person}/{password}", self.revoke)
        web.add("POST", f"{person}/{password}/restore", self.restore)
        web.add("GET", f"{_PEOPLE}/me/passwords", self.list_own)
        web.add("DELETE", f"{_PEOPLE}/me/{password}", self.revoke_own)
        web.add("POST", f"{_PEOPLE}/me/{password}/restore", self.restore_own)
        web.add("GET", f"{POSTO}/audit", self.list_audit)
        web.add("GET", f"{POSTO}/channels/groups", self.list_channels)
        web.add("GET", f"{POSTO}/channels/<channel_id:int>/groups", self.list_groups)
        web.add("POST", f"{POSTO}/channels/<channel_id:int>/groups", self.set_groups)

    # -- people ----------------------------------------------------------------------------------

    def list_people(self, request: Request) -> object:
        devices: dict[int, list[dict[str, Any]]] = {}
        for row in self._people.passwords_of_all():
            person_id = row.pop("person_id")
            devices.setdefault(person_id, []).append(row)
        return {
            "people": [
                {**_fields(person, request), "devices": devices.get(person.id, [])}
                for person in self._people.all()
            ]
        }

    def add(self, request: Request) -> object:
        body = request.json()
        wanted = _wanted(body)
        name, role = body.get("name"), wanted.get("role")
        if not isinstance(name, str) or role is None:
            raise _wrong("name and role are texts.")
        with _refusals():
            person = self._people.add(
                name, role, wanted.get("groups", ()), wanted.get("shown_name", "")
            )
        return {**_fields(person, request), "devices": []}

    def change(self, request: Request, person_id: int) -> object:
        body = request.json()
        wanted, before = _wanted(body), body.get("before")
        with self._changing(request, person_id):
            person = self._people.change(
                person_id, wanted, _before(before), by=signed_in_person(request)
            )
        return _fields(person, request)

    def remove(self, request: Request, person_id: int) -> object:
        with self._changing(request, person_id):
            person = self._people.member(person_id)
            self._people.remove(
                person_id, _before(request.json().get("before")), by=signed_in_person(request)
            )
        return {"removed": person_id, "name": person.name}

    # -- devices ---------------------------------------------------------------------------------

    def add_password(self, request: Request, person_id: int) -> object:
        device = request.json().get("device")
        with self._changing(request, person_id):
            number, password = self._people.make_password(
                person_id, device if isinstance(device, str) else ""
            )
        return {"id": number, "password": password}

    def revoke(self, request: Request, person_id: int, number: int) -> object:
        with self._changing(request, person_id):
            device = self._people.revoke(person_id, number, by=signed_in_person(request))
        return {"revoked": number, "device": device}

    def restore(self, request: Request, person_id: int, number: int) -> object:
        with self._changing(request, person_id):
            device = self._people.restore(person_id, number, by=signed_in_person(request))
        return {"restored": number, "device": device}

    def list_own(self, request: Request) -> object:
        """The person's own devices; never a password."""
        person = signed_in_person(request)
        rows = self._people.passwords_of_all(person.id)
        for row in rows:
            del row["person_id"]
        return {"passwords": [{**row, "is_this": row["id"] == person.password_id} for row in rows]}

    def revoke_own(self, request: Request, number: int) -> object:
        return self.revoke(request, signed_in_person(request).id, number)

    def restore_own(self, request: Request, number: int) -> object:
        return self.restore(request, signed_in_person(request).id, number)

    # -- groups and the audit log ----------------------------------------------------------------

    def list_audit(self, request: Request) -> object:
        query = request.query
        limit = query.number("limit")
        entries = self._team.audit.page(
            100 if limit is None else limit, query.number("before"), query.text("person")
        )
        return {"entries": entries}

    def list_channels(self, _request: Request) -> object:
        return {
            "channels": [
                {**channel, "groups": groups} for channel, groups in self._team.groups.all()
            ]
        }

    def list_groups(self, _request: Request, channel_id: int) -> object:
        return {"groups": self._team.groups.of(channel_id)}

    def set_groups(self, request: Request, channel_id: int) -> object:
        body = request.json()
        listed, before = _names(body.get("groups")), body.get("before")
        with _refusals():
            groups = clean_groups(listed)
            seen = clean_groups(_names(before)) if before is not None else None
            self._team.groups.set(channel_id, groups, seen)
        return {"groups": sorted(groups)}

    @contextmanager
    def _changing(self, request: Request, person_id: int) -> Iterator[None]:
        """Answer refusals, with the person as they are where somebody else has changed them."""
        try:
            yield
        except TeamError as error:
            data = error.data
            if error.code == "posto_changed":
                data = data | {"person": _fields(self._people.member(person_id), request)}
            raise ApiError(error.status, error.code, _sentence(error), **data) from error
        self._team.sign_ins.forget()


def signed_in_person(request: Request) -> Person:
    """Return who asks. Raises ApiError for whoever is no person."""
    if request.person is None or not request.person.id:
        raise ApiError(
            401, "rest_not_logged_in", translatable("Server", "You are not currently logged in.")
        )
    return request.person


def _fields(person: Person, request: Request) -> dict[str, Any]:
    is_self = person.id == signed_in_person(request).id
    return {"id": person.id, "name": person.name, **fields_of(person), "is_self": is_self}


def _wanted(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `FIELDS` is there. Raises ApiError for what has the wrong type."""
    wanted = {name: body[name] for name in FIELDS if name in body}
    for name, kind in _KINDS.items():
        if name in wanted and type(wanted[name]) is not kind:
            raise _wrong(f"{name} is of the wrong type.")
    if wanted.get("groups") is not None:
        wanted["groups"] = _names(wanted["groups"])
    return wanted


def _before(value: object) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong("before is an object.")
    return _wanted(value)


def _names(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _wrong("groups is a list of names.")
    return value


def _wrong(sentence: str) -> ApiError:
    return ApiError(400, "rest_invalid_param", sentence)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except TeamError as error:
        raise ApiError(error.status, error.code, _sentence(error), **error.data) from error


def _sentence(error: TeamError) -> str:
    if error.code == "posto_no_password":
        return translatable("Server", "This password does not exist.")
    return str(error)
