"""What an owner reads of the audit log, made of what the server sends, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.common import translation
from posto_desktop.common.plurals import english_form
from posto_desktop.models.audit_words import (
    after_words,
    before_words,
    change_words,
    target_words,
)
from posto_desktop.sdk.people import AuditEntry
from tests.fakes.postgres import Postgres
from tests.unit.server.conftest import FS, POSTO, WP, postgres
from tests.unit.server.databases import DATABASES
from tests.unit.server.team_world import A, Ids, TeamWorld

__all__ = ["postgres"]


def upper(_context: str, text: str, _comment: str = "", count: int = -1) -> str:
    """A language in which all words are there, and none of them is English."""
    shown = english_form(text, count) if count >= 0 else text
    parts = shown.replace("{", "|{").replace("}", "}|").split("|")
    return "".join(part if part.startswith("{") else part.upper() for part in parts)


@pytest.fixture(params=DATABASES)
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TeamWorld]:
    address = ""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        address = server.address
    world = TeamWorld(tmp_path, address)
    for name, role in (("olga", "owner"), ("ed", "editor")):
        world.add(name, role, None if role == "owner" else ["a"])
    world.fill()
    monkeypatch.setattr(translation, "_translator", upper)
    yield world
    world.close()


def times(moment: datetime) -> str:
    return moment.strftime("%Y")


def entry(world: TeamWorld, name: str, method: str, path: str, body: Any) -> AuditEntry:
    """The entry of what is done here, as the app reads it."""
    status, answer = world.ask(name, method, path, body)
    assert status in (200, 201), answer
    read = world.ask("olga", "GET", f"{POSTO}/audit", limit=1)[1]["entries"][0]
    made = AuditEntry.from_service(read)
    assert made is not None
    return made


def test_what_people_do_is_said_in_the_users_language(world: TeamWorld) -> None:
    own = Ids(A)
    moved = entry(
        world, "ed", "POST", f"{FS}/composer/reschedule",
        {"schedule_group_id": own.groups[0], "share_at": 2_000_000_000},
    )  # fmt: skip
    assert target_words(moved) == f"POST {own.groups[0]}"
    number = own.schedules[0]
    assert change_words(moved, times) == (
        f"POST {number}: SCHEDULED, 2030, “Text of Ant” → "
        f"POST {number}: SCHEDULED, 2033, “Text of Ant”"
    )
    assert moved.before == f"schedule {number}: not_sent, 2030-03-17 17:46 UTC, “Text of Ant”"
    described = entry(world, "ed", "POST", f"{WP}/media/{own.media}", {"alt_text": "A cake"})
    assert target_words(described) == f"FILE {own.media}"
    assert after_words(described, times) == f"FILE {own.media}: Ant.png, A cake"
    grouped = entry(
        world, "olga", "POST", f"{POSTO}/channels/{own.channel}/groups", {"groups": ["a", "c"]}
    )
    assert target_words(grouped) == f"CHANNEL {own.channel}"
    assert before_words(grouped, times) == (
        f"CHANNEL {own.channel}: Channel Ant, LABELS: Ant, GROUPS: a"
    )
    assert after_words(grouped, times) == (
        f"CHANNEL {own.channel}: Channel Ant, LABELS: Ant, GROUPS: a, c"
    )


def test_what_owners_change_of_people_is_said_in_the_users_language(world: TeamWorld) -> None:
    path = f"{POSTO}/people/{world.team.people.get('ed').id}"
    changed = entry(world, "olga", "POST", path, {"role": "writer", "groups": None})
    assert target_words(changed) == "ed"
    assert before_words(changed, times) == "NAME: ed; ROLE: EDITOR; GROUPS: a"
    assert after_words(changed, times) == "ROLE: WRITER; GROUPS: ALL CHANNELS"
    assert changed.before == "shown name: ed; role: editor; groups: a"
    assert changed.after == "role: writer; groups: all"
    disabled = entry(world, "olga", "POST", path, {"disabled": True})
    assert after_words(disabled, times) == "DISABLED: CANNOT SIGN IN"
    device = entry(world, "olga", "POST", f"{path}/passwords", {"device": "Phone"})
    assert after_words(device, times) == "DEVICE: Phone"


def test_what_an_older_server_sent_is_shown_as_it_is(world: TeamWorld) -> None:
    path = f"{POSTO}/people/{world.team.people.get('ed').id}"
    now = entry(world, "olga", "POST", path, {"role": "writer"})
    before = replace(now, objects=(), facts_before=(), facts_after=())
    assert target_words(before) == "ed"
    assert change_words(before, times) == ("shown name: ed; role: editor; groups: a → role: writer")


def test_a_code_that_is_not_known_is_said_in_english() -> None:
    data = {
        "id": 1, "object": "robot 7", "before": "mood: good",
        "facts": {"objects": [["robot", "7"]], "before": [["mood", "good", "mood", {"a": {}}], 3],
                  "after": "x"},
    }  # fmt: skip
    made = AuditEntry.from_service(data)
    assert made is not None
    assert target_words(made) == "robot 7"
    assert change_words(made, times) == "mood: good"
