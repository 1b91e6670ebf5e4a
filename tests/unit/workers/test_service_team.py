"""What an owner gives or takes while somebody works: it arrives without another start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.workers import connection
from tests.unit.sdk.scripted import Reply, Scripted, Seen, channel, schedule
from tests.unit.workers.watched import Watched

PERSON: dict[str, Any] = {"id": 7, "name": "Wanda", "posto": {"role": "writer", "groups": ["a"]}}


def as_team(site: Scripted) -> dict[str, Any]:
    """Have the site say who is signed in, and return that, to change it."""
    person = {**PERSON, "posto": dict(PERSON["posto"])}

    def answer(seen: Seen) -> Reply | None:
        if seen.path.endswith("/users/me"):
            return Reply(200, person)
        return Reply(200, {"proposals": []}) if seen.path.endswith("/posto/v1/review") else None

    site.before.append(answer)
    return person


def names(app: Watched) -> list[list[str]]:
    return [[item.name for item in channels] for channels in app.channels]


@pytest.mark.parametrize("page", ["compose", "schedule"])
def test_another_group_or_role_arrives_with_the_next_look(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    monkeypatch.setattr(connection, "BACK_SERVICE_MS", 60)
    monkeypatch.setattr(connection, "POLL_SERVICE_MS", 60)
    person = as_team(site)
    site.schedules = [schedule(1, group="a")]
    app = open_account()
    roles: list[str] = []
    app.service.team.person_loaded.connect(lambda _workspace, account: roles.append(account.role))
    app.service.set_watching(page)
    qtbot.waitUntil(lambda: len(roles) >= 2)
    assert names(app) == [["News", "Sky"]], "told once while they stay the same"
    site.channels.append(channel(4, "Shop"))
    site.schedules.append(schedule(2, channel=channel(4, "Shop"), group="b"))
    qtbot.waitUntil(lambda: names(app)[-1] == ["News", "Sky", "Shop"])
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 2)
    person["posto"]["role"] = "viewer"
    qtbot.waitUntil(lambda: roles[-1] == "viewer")
    assert len(app.channels) == 2


def test_a_look_that_the_user_asks_for_has_the_role_as_well(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    person = as_team(site)
    app = open_account()
    qtbot.waitUntil(lambda: app.service.team.is_team)
    person["posto"]["role"] = "editor"
    with qtbot.waitSignal(app.service.team.person_loaded) as loaded:
        app.service.refresh_channels()
    assert loaded.args[1].role == "editor"


@pytest.mark.parametrize("is_team", [True, False])
def test_nobody_is_asked_while_the_window_is_hidden_or_without_a_team(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    is_team: bool,
) -> None:
    monkeypatch.setattr(connection, "BACK_SERVICE_MS", 60)
    if is_team:
        as_team(site)
    app = open_account()
    qtbot.waitUntil(lambda: site.count(part="/users/me") == 1)
    qtbot.waitUntil(lambda: app.service.team.is_team == is_team)
    app.service.set_watching("" if is_team else "compose")
    for _look in range(3):
        with qtbot.waitSignal(app.service._connection.poll_due):
            pass
    assert site.count(part="/users/me") == 1
    assert site.count("GET", "/fs-poster/v1/channels") == 1
