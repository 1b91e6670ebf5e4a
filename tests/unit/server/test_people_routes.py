"""Owners change a team over HTTP: people, their devices, groups of channels; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.postgres import Postgres

from .conftest import POSTO, WP
from .databases import DATABASES
from .team_world import A, Ids, TeamWorld

PEOPLE = f"{POSTO}/people"


@pytest.fixture(params=DATABASES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamWorld]:
    address = ""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.address
    world = TeamWorld(tmp_path, address)
    world.team.people._clock = lambda: world.now
    world.add("olga", "owner")
    yield world
    world.close()


def people(world: TeamWorld) -> dict[str, dict[str, Any]]:
    status, answer = world.ask("olga", "GET", PEOPLE)
    assert status == 200
    return {person["name"]: person for person in answer["people"]}


def signs_in(world: TeamWorld, name: str, password: str | None = None) -> bool:
    return world.ask(name, "GET", f"{WP}/users/me", password=password)[0] == 200


def last_entry(world: TeamWorld) -> dict[str, Any]:
    entry: dict[str, Any] = world.ask("olga", "GET", f"{POSTO}/audit", limit=1)[1]["entries"][0]
    return entry


def add(world: TeamWorld, name: str, role: str, groups: list[str] | None = None) -> dict[str, Any]:
    body = {"name": name, "role": role, "groups": groups}
    status, person = world.ask("olga", "POST", PEOPLE, body)
    assert status == 200, person
    assert isinstance(person, dict)
    return person


def test_an_owner_adds_a_person_with_a_password_that_is_nowhere_else(
    world: TeamWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    body = {"name": " Ed ", "role": "editor", "groups": ["Shop"], "shown_name": "Ed\nMiller"}
    status, ed = world.ask("olga", "POST", PEOPLE, body)
    assert status == 200
    assert (ed["name"], ed["shown_name"], ed["groups"]) == ("ed", "Ed Miller", ["shop"])
    entry = last_entry(world)
    assert (entry["action"], entry["object"], entry["person"]) == ("people.add", "ed", "olga")
    assert entry["after"] == "shown name: Ed Miller; role: editor; groups: shop"
    path = f"{PEOPLE}/{ed['id']}"
    status, made = world.ask("olga", "POST", f"{path}/passwords", {"device": " Phone "})
    assert status == 200
    assert signs_in(world, "ed", made["password"])
    entry = last_entry(world)
    assert (entry["action"], entry["object"], entry["after"]) == (
        "password.add",
        "ed",
        "device: Phone",
    )
    (device,) = people(world)["ed"]["devices"]
    assert (device["id"], device["device"]) == (made["id"], "Phone")
    assert device["last_used_at"] is not None
    letters = made["password"].replace(" ", "")
    everything = str([people(world), world.ask("olga", "GET", f"{POSTO}/audit"), caplog.text])
    assert letters not in everything
    assert made["password"] not in everything
    assert world.ask("olga", "POST", f"{path}/passwords", {"device": " "})[0] == 400


def test_what_is_wrong_is_refused_and_changes_nothing(world: TeamWorld) -> None:
    ed = add(world, "ed", "editor", ["a"])
    before = people(world)
    for path, body, status in (
        (PEOPLE, {}, 400),
        (PEOPLE, {"name": "x"}, 400),
        (PEOPLE, {"name": "x", "role": 7}, 400),
        (PEOPLE, {"name": "x", "role": "king"}, 400),
        (PEOPLE, {"name": "a b", "role": "viewer"}, 400),
        (PEOPLE, {"name": "ED", "role": "viewer"}, 409),
        (PEOPLE, {"name": "x", "role": "viewer", "groups": "a"}, 400),
        (PEOPLE, {"name": "x", "role": "viewer", "groups": ["?"]}, 400),
        (PEOPLE, {"name": "x", "role": "viewer", "groups": [f"g{n}" for n in range(201)]}, 409),
        (f"{PEOPLE}/{ed['id']}", {"role": None}, 400),
        (f"{PEOPLE}/{ed['id']}", {"disabled": "yes"}, 400),
        (f"{PEOPLE}/{ed['id']}", {"role": "viewer", "before": ["editor"]}, 400),
        (f"{PEOPLE}/999", {"role": "viewer"}, 404),
    ):
        answer = world.ask("olga", "POST", path, body)
        assert answer[0] == status, (path, body, answer)
    assert world.ask("olga", "DELETE", f"{PEOPLE}/999")[0] == 404
    assert people(world) == before


def test_a_role_holds_at_once_and_what_another_owner_has_changed_is_not_lost(
    world: TeamWorld,
) -> None:
    world.add("otto", "owner")
    ed = add(world, "ed", "editor", ["a"])
    path = f"{PEOPLE}/{ed['id']}"
    seen = {"role": "editor"}
    status, changed = world.ask("olga", "POST", path, {"role": "writer", "before": seen})
    assert (status, changed["role"], changed["groups"]) == (200, "writer", ["a"])
    status, answer = world.ask("otto", "POST", path, {"role": "viewer", "before": seen})
    assert (status, answer["code"]) == (409, "posto_changed")
    assert answer["data"]["person"]["role"] == "writer"
    assert "ed" in answer["message"]
    status, changed = world.ask("otto", "POST", path, {"groups": None, "before": {"groups": ["a"]}})
    assert (status, changed["role"], changed["groups"]) == (200, "writer", None), "another field"
    entry = last_entry(world)
    assert (entry["action"], entry["object"]) == ("people.change", "ed")
    assert entry["before"] == "shown name: ed; role: writer; groups: a"
    assert entry["after"] == "groups: all"
    assert world.ask("otto", "DELETE", path, {"before": seen})[0] == 409
    assert "ed" in people(world)
    assert world.ask("otto", "POST", path, {"role": "owner", "groups": ["a"]})[1]["groups"] is None
    assert world.ask("otto", "POST", path, {"groups": ["a"]})[0] == 400


def test_a_disabled_person_is_out_at_once_and_comes_back_with_all_devices(world: TeamWorld) -> None:
    ed = world.add("ed", "editor", ["a"])
    assert signs_in(world, "ed")
    path = f"{PEOPLE}/{ed.id}"
    assert world.ask("olga", "POST", path, {"disabled": True})[1]["disabled"] is True
    assert not signs_in(world, "ed")
    assert last_entry(world)["after"] == "disabled: yes"
    assert [device["device"] for device in people(world)["ed"]["devices"]] == ["Test"]
    world.ask("olga", "POST", path, {"disabled": False})
    assert signs_in(world, "ed")
    status, answer = world.ask("olga", "DELETE", path)
    assert (status, answer["name"]) == (200, "ed")
    assert not signs_in(world, "ed")
    assert last_entry(world)["before"] == "shown name: ed; role: editor; groups: a"
    assert "ed" not in people(world)
    again = add(world, "ed", "viewer")
    assert again["id"] != ed.id, "what the first one wrote is not theirs"


def test_owners_lock_neither_themselves_nor_everybody_out(world: TeamWorld) -> None:
    olga = people(world)["olga"]
    assert olga["is_self"]
    path, (device,) = f"{PEOPLE}/{olga['id']}", olga["devices"]
    own = f"{PEOPLE}/me/passwords/{device['id']}"

    def refusals() -> list[tuple[int, str]]:
        asked = [
            world.ask("olga", "POST", path, {"role": "editor"}),
            world.ask("olga", "POST", path, {"disabled": True}),
            world.ask("olga", "DELETE", path),
            world.ask("olga", "DELETE", own),
            world.ask("olga", "DELETE", f"{path}/passwords/{device['id']}"),
        ]
        return [(status, answer["code"]) for status, answer in asked]

    assert set(refusals()) == {(409, "posto_last_owner")}
    assert last_entry(world)["outcome"].startswith("This is the last password")
    other = add(world, "otto", "owner")
    assert set(refusals()[:3]) == {(409, "posto_yourself")}
    assert world.ask("olga", "DELETE", own)[0] == 409, "otto has no device yet"
    world.passwords["otto"] = world.team.people.add_password("otto", "Laptop")
    world.ask("otto", "POST", f"{PEOPLE}/{olga['id']}", {"disabled": True})
    status, answer = world.ask("otto", "POST", f"{PEOPLE}/{other['id']}", {"role": "editor"})
    assert (status, answer["code"]) == (409, "posto_last_owner"), "the other one is disabled"
    world.ask("otto", "POST", f"{PEOPLE}/{olga['id']}", {"disabled": False})
    assert world.ask("olga", "POST", path, {"shown_name": "Olga O."})[1]["shown_name"] == "Olga O."
    assert world.ask("olga", "DELETE", own)[0] == 200
    assert not signs_in(world, "olga")


def test_two_owners_who_end_each_other_leave_one(world: TeamWorld) -> None:
    world.add("otto", "owner")
    ids = {name: person["id"] for name, person in people(world).items()}
    start = threading.Barrier(2)
    statuses: dict[str, int] = {}

    def end(name: str, other: str) -> None:
        start.wait()
        body = {"role": "viewer"}
        statuses[name] = world.ask(name, "POST", f"{PEOPLE}/{ids[other]}", body)[0]

    pairs = (("olga", "otto"), ("otto", "olga"))
    threads = [threading.Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 200 in statuses.values(), statuses
    owners = [person for person in world.team.people.all() if person.role == "owner"]
    assert len(owners) == 1


def test_a_lost_phone_is_revoked_without_an_owner_and_comes_back_for_ten_minutes(
    world: TeamWorld,
) -> None:
    vera = world.add("vera", "viewer", ["a"])
    phone = world.team.people.add_password("vera", "Phone")
    assert signs_in(world, "vera", phone)
    rows = world.ask("vera", "GET", f"{PEOPLE}/me/passwords")[1]["passwords"]
    number = next(row["id"] for row in rows if row["device"] == "Phone")
    own = f"{PEOPLE}/me/passwords/{number}"
    assert world.ask("vera", "DELETE", own)[0] == 200
    assert not signs_in(world, "vera", phone)
    assert world.ask("vera", "POST", f"{own}/restore")[1] == {
        "restored": number,
        "device": "Phone",
    }
    assert signs_in(world, "vera", phone)
    assert last_entry(world)["action"] == "password.restore"
    theirs = f"{PEOPLE}/{vera.id}/passwords/{number}"
    assert world.ask("olga", "DELETE", theirs)[0] == 200
    assert world.ask("vera", "POST", f"{own}/restore")[0] == 404, "an owner has revoked it"
    world.now += 601
    status, answer = world.ask("olga", "POST", f"{theirs}/restore")
    assert (status, answer["code"]) == (409, "posto_too_late")
    world.now -= 300
    assert world.ask("olga", "POST", f"{theirs}/restore")[0] == 200
    assert signs_in(world, "vera", phone)
    assert world.ask("olga", "POST", f"{theirs}/restore")[0] == 404
    assert world.ask("vera", "DELETE", f"{PEOPLE}/{vera.id}/passwords/{number}")[0] == 403


def test_groups_of_channels_are_listed_and_changed_by_one_owner_at_a_time(world: TeamWorld) -> None:
    world.fill()
    channel = Ids(A).channel
    _, answer = world.ask("olga", "GET", f"{POSTO}/channels/groups")
    listed = {row["id"]: row for row in answer["channels"]}
    assert (listed[channel]["groups"], listed[channel]["social_network"]) == (["a"], "mastodon")
    path = f"{POSTO}/channels/{channel}/groups"
    body = {"groups": ["Blog", "a"], "before": ["a"]}
    assert world.ask("olga", "POST", path, body)[1] == {"groups": ["a", "blog"]}
    status, answer = world.ask("olga", "POST", path, {"groups": [], "before": ["a"]})
    assert (status, answer["code"], answer["data"]["groups"]) == (
        409,
        "posto_changed",
        ["a", "blog"],
    )
    assert world.ask("olga", "POST", path, {"groups": []})[1] == {"groups": []}


def test_the_audit_log_is_read_by_pages(world: TeamWorld) -> None:
    for number in range(7):
        add(world, f"p{number}", "viewer")
    objects: list[str] = []
    before: int | None = None
    while True:
        query = {"limit": 3} | ({"before": before} if before else {})
        entries = world.ask("olga", "GET", f"{POSTO}/audit", **query)[1]["entries"]
        if not entries:
            break
        objects += [entry["object"] for entry in entries]
        before = entries[-1]["id"]
    assert objects == [f"p{number}" for number in reversed(range(7))]
