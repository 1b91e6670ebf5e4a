"""Routes of a workspace with people: review and presence; `server.routes_people` has the others.

docs/team.md has the requests and answers. `server.team.rights` says who may ask for which.
"""

from __future__ import annotations

from typing import Any

from posto_desktop.server.errors import ApiError
from posto_desktop.server.forms import whole_number
from posto_desktop.server.routes_people import signed_in_person
from posto_desktop.server.team.team import Team
from posto_desktop.server.web import Request, Web

POSTO = "/wp-json/posto/v1"
MOST_UNDONE = 500
"""Steps of reviews that can be undone in a request."""


class TeamRoutes:
    def __init__(self, team: Team) -> None:
        self._team = team

    def register(self, web: Web) -> None:
        web.add("GET", f"{POSTO}/presence", self.show_presence)
        web.add("POST", f"{POSTO}/presence", self.renew_presence)
        web.add("GET", f"{POSTO}/review", self.list_proposals)
        web.add("GET", f"{POSTO}/review/<group_id>", self.show_history)
        web.add("POST", f"{POSTO}/review/undo", self.undo)
        web.add("POST", f"{POSTO}/review/<group_id>/approve", self.approve)
        web.add("POST", f"{POSTO}/review/<group_id>/ask", self.ask_for_changes)
        web.add("POST", f"{POSTO}/review/<group_id>/withdraw", self.withdraw)

    def show_presence(self, request: Request) -> object:
        signed_in_person(request)
        listed = request.query.text("ids").split(",")
        ids = [number for number in map(whole_number, listed) if number is not None]
        return self._team.presence.look(request.scope, ids)

    def renew_presence(self, request: Request) -> object:
        signed_in_person(request)
        return self._team.presence.renew(request.scope, request.json())

    def list_proposals(self, request: Request) -> object:
        return {"proposals": self._team.review.waiting(request.scope)}

    def show_history(self, request: Request, group_id: str) -> object:
        review = self._team.review
        return {
            "schedule_group_id": group_id,
            "review": review.states([group_id], request.scope, with_changes=True).get(group_id),
            "steps": review.history(group_id, request.scope),
        }

    def approve(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.approve(signed_in_person(request), group_id, request.json())
        return {**self._state(request, group_id), "step": step_id}

    def ask_for_changes(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.ask_for_changes(
            signed_in_person(request), group_id, request.json()
        )
        return {**self._state(request, group_id), "step": step_id}

    def withdraw(self, request: Request, group_id: str) -> object:
        step_id = self._team.review.withdraw(signed_in_person(request), group_id, request.json())
        return {**self._state(request, group_id), "step": step_id}

    def undo(self, request: Request) -> object:
        """Undo own steps of reviews; what cannot be undone any more says why."""
        signed_in_person(request)
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
