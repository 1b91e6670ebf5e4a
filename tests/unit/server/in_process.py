"""The server of a `TeamWorld` in place of a transport: a real workspace, asked in this process."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.faults import answer_error

from .team_world import TeamWorld


class InProcess:
    """Asks the server of `world` as a person."""

    endpoint = SimpleNamespace(host="team.example")

    def __init__(self, world: TeamWorld, name: str) -> None:
        self._world, self._name, self.asked = world, name, 0

    def get(self, route: str, params: object = ()) -> object:
        return self.call("GET", route, params=params).data

    def post(self, route: str, body: object, **_options: object) -> object:
        return self.call("POST", route, json=body).data

    def call(
        self, method: str, route: str, *, json: Any = None, params: Any = ()
    ) -> SimpleNamespace:
        self.asked += 1
        status, answer = self._world.ask(
            self._name, method, f"/wp-json/{route}", json, **dict(params)
        )
        error: PostoError | None = answer_error(
            host=self.endpoint.host,
            method=method,
            route=route,
            status=status,
            data=answer,
            text="",
        )
        if error is not None:
            raise error
        return SimpleNamespace(data=answer)
