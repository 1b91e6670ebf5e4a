"""Routes of a workspace with people: themselves, groups, the audit log, review, and presence.

docs/team.md has the requests and answers. `server.team.rights` says who may ask for which.
"""

from __future__ import annotations

from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError
from posto_desktop.server.forms import whole_number
from posto_desktop.server.team.people import TeamError, clean_groups
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.team import Team
from posto_desktop.server.web import Request, Web

POSTO = "/wp-json/posto/v1"
MOST_UNDONE = 500
"""Steps of reviews that can be undone in a request."""


class TeamRoutes:
    def __init__(self, team: Team) -> None:
        self._team = team

    def register(self, web: Web) -> None:
        web.add("GET", f"{POSTO}/people", self.list_people)
        web.add("GET", f"{POSTO}/people/me/passwords", self.list_passwords)
        web.add("DELETE", f"{POSTO}/people/me/passwords/<number:int>", self.revoke_password)
        web.add("GET", f"{POSTO}/audit", self.list_audit)
        web.add("GET", f"{POSTO}/channels/<channel_id:int>/groups", self.list_groups)
        web.add("POST", f"{POSTO}/channels/<channel_id:int>/groups", self.set_groups)
        web.add("GET", f"{POSTO}/presence", self.show_presence)
        web.add("POST", f"{POSTO}/presence", self.renew_presence)
        web.add("GET", f"{POSTO}/review", self.list_proposals)
        web.add("GET", f"{POSTO}/review/<group_id>", self.show_history)
        web.add("POST", f"{POSTO}/review/undo", self.undo)
        web.add("POST", f"{POSTO}/review/<group_id>/approve", self.approve)
        web.add("POST", f"{POSTO}/review/<group_id>/ask", self.ask_for_changes)
        web.add("POST", f"{POSTO}/review/<group_id>/withdraw", self.withdraw)

    def list_people(self, _request: Request) -> object:
        return {
            "people": [
                {
                    "id": person.id,
                    "name": person.name,
                    "shown_name": person.shown_name,
                    "role": person.role,
                    "groups": None if person.groups is None else sorted(person.groups),
                }
                for person in self._team.people.all()
            ]
        }

    def list_passwords(self, request: Request) -> object:
        """The person's own devices; never a password."""
        person = _person(request)
        return {
            "passwords": [
                {**row, "is_this": row["id"] == person.password_id}
                for row in self._team.people.passwords(person.name)
            ]
        }

    def revoke_password(self, request: Request, number: int) -> object:
        try:
            device = self._team.people.revoke(_person(request).name, number)
        except TeamError as error:
            raise ApiError(
                404, "posto_no_password", translatable("Server", "This password does not exist.")
            ) from error
        self._team.sign_ins.forget()
        return {"revoked": number, "device": device}

    def list_audit(self, request: Request) -> object:
        query = request.query
        limit = query.number("limit")
        entries = self._team.audit.page(
            100 if limit is None else limit, query.number("before"), query.text("person")
        )
        return {"entries": entries}

    def list_groups(self, _request: Request, channel_id: int) -> object:
        return {"groups": self._team.groups.of(channel_id)}

    def set_groups(self, request: Request, channel_id: int) -> object:
        listed = request.json().get("groups")
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise ApiError(400, "rest_invalid_param", "groups is a list of names.")
        self._team.groups.of(channel_id)
        try:
            groups = clean_groups(listed)
        except TeamError as error:
            raise ApiError(400, "rest_invalid_param", str(error)) from error
        self._team.groups.set(channel_id, groups)
        return {"groups": sorted(groups)}

    def show_presence(self, request: Request) -> object:
        _person(request)
        listed = request.query.text("ids").split(",")
        ids = [number for number in map(whole_number, listed) if number is not None]
        return self._team.presence.look(request.scope, ids)

    def renew_presence(self, request: Request) -> object:
        _person(request)
        return self._team.presence.renew(request.scope, request.json())

    def list_proposals(self, request: Request) -> object:
        return {"proposals": self._team.review.waiting(request.scope)}

    def show_history(self, request: Request, group_id: str) -> object:
        review = self._team.review
        return {
            "schedule_group_id": group_id,
            "review": review.states([group_id], request.scope, with_changes=True).get(group_id),
            "steps": review.history(group_id),
        }

    def approve(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.approve(_person(request), group_id, request.json())
        return {**self._state(request, group_id), "step": step_id}

    def ask_for_changes(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.ask_for_changes(_person(request), group_id, request.json())
        return {**self._state(request, group_id), "step": step_id}

    def withdraw(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.withdraw(_person(request), group_id, request.json())
        return {**self._state(request, group_id), "step": step_id}

    def undo(self, request: Request) -> object:
        """Undo own steps of reviews; what cannot be undone any more says why."""
        _person(request)
        listed = request.json().get("steps")
        numbers = [whole_number(step) for step in listed] if isinstance(listed, list) else []
        step_ids = [number for number in numbers if number is not None]
        if not step_ids or len(step_ids) != len(numbers) or len(step_ids) > MOST_UNDONE:
            raise ApiError(
                400, "rest_invalid_param", f"steps is a list of up to {MOST_UNDONE} numbers."
            )
        undone = self._team.review.undo(request.scope, list(dict.fromkeys(step_ids)))
        groups = [step.group_id for step in undone if step.error is None]
        states = self._team.review.states(groups, request.scope)
        return {
            "undone": [
                {
                    "step": step.step_id,
                    "schedule_group_id": step.group_id,
                    "review": states.get(step.group_id),
                }
                for step in undone
                if step.error is None
            ],
            "refused": [
                {"step": step.step_id, "code": step.error.code, "message": step.error.message}
                for step in undone
                if step.error is not None
            ],
        }

    def _state(self, request: Request, group_id: str) -> dict[str, Any]:
        states = self._team.review.states([group_id], request.scope)
        return {"schedule_group_id": group_id, "review": states.get(group_id)}


def _person(request: Request) -> Person:
    if request.person is None or not request.person.id:
        raise ApiError(
            401, "rest_not_logged_in", translatable("Server", "You are not currently logged in.")
        )
    return request.person
