"""Who has which posts open: told, renewed, taken back, ended by the clock, and seen by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.presence import OpenPost
from posto_desktop.server.app import HttpServer
from posto_desktop.server.team.presence import (
    EXPIRES_SECONDS,
    MOST_APPS,
    MOST_OPEN,
    MOST_POSTS,
    MOST_REQUESTS,
    RENEW_SECONDS,
)
from posto_desktop.server.workspace import Workspace

from .conftest import FS, POSTO
from .databases import DATABASES
from .team_world import LATER, NOBODY, NOW, A, B, Ids, TeamWorld

OWN, OTHER, MISSING = Ids(A), Ids(B), Ids(NOBODY)
POST = OWN.schedules[0]
ROUTE = f"{POSTO}/presence"
APPS = {"olga": "o" * 16, "ed": "e" * 16, "wanda": "w" * 16, "vera": "v" * 16, "bob": "b" * 16}


@pytest.fixture(scope="module", params=DATABASES)
def populated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TeamWorld]:
    is_file = request.param == "sqlite"
    address = "" if is_file else request.getfixturevalue("postgres").address
    world = TeamWorld(tmp_path_factory.mktemp("team"), address)
    if is_file:
        world.store.connection().execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    world.add("wanda", "writer", ["a"])
    world.add("vera", "viewer", ["a"])
    world.add("bob", "editor", ["b"])
    yield world
    world.close()


@pytest.fixture
def world(populated: TeamWorld) -> TeamWorld:
    populated.fill()
    populated.ticks += 1_000.0
    populated.now = NOW
    return populated


def opens(
    world: TeamWorld, name: str, *ids: int, writes: bool = False, app: str = ""
) -> dict[str, Any]:
    """Tell that a person has posts open and nothing else; return the answer about them."""
    entries = [{"schedule_ids": list(ids), "is_writing": writes}] if ids else []
    body = {"app": app or APPS[name], "open": entries}
    status, answer = world.ask(name, "POST", ROUTE, body)
    assert status == 200, answer
    assert (answer["renew_in"], answer["expires_in"]) == (RENEW_SECONDS, EXPIRES_SECONDS)
    assert len(answer["open"]) == len(entries)
    return answer["open"][0] if ids else {}


def names(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(person["name"], person["is_writing"]) for person in answer["people"]]


def look(world: TeamWorld, name: str, *ids: int) -> dict[str, Any]:
    status, answer = world.ask(name, "GET", ROUTE, ids=",".join(map(str, ids)))
    assert status == 200
    presence: dict[str, Any] = answer
    return presence


def count(world: TeamWorld) -> int:
    return world.store.number("SELECT count(*) FROM presences")


def test_two_people_in_one_post_see_each_other(world: TeamWorld) -> None:
    assert opens(world, "wanda", POST, writes=True)["people"] == []
    began, world.now = world.now, world.now + 5
    answer = opens(world, "ed", POST)
    assert answer["people"] == [
        {
            "name": "wanda", "shown_name": "wanda", "device": "Test", "is_own": False,
            "is_writing": True, "since": began,
        }
    ]  # fmt: skip
    assert answer["posts"] == [
        {"id": POST, "status": "not_sent", "send_time": LATER, "posto_ref": ""}
    ]
    assert names(opens(world, "wanda", POST, writes=True)) == [("ed", False)]
    assert names(look(world, "vera", POST)) == [("wanda", True), ("ed", False)]
    assert names(opens(world, "ed", OWN.schedules[1])) == [], "another post"
    assert names(look(world, "vera", POST)) == [("wanda", True)], "it is the only one open"
    opens(world, "wanda")
    assert look(world, "vera", POST)["people"] == [], "taken back"


def test_an_app_that_vanishes_has_nothing_open_soon(world: TeamWorld) -> None:
    opens(world, "wanda", POST, writes=True)
    began = world.now
    for _ in range(5):
        world.now += RENEW_SECONDS
        opens(world, "wanda", POST, writes=True)
    world.now += EXPIRES_SECONDS
    (wanda,) = look(world, "ed", POST)["people"]
    assert wanda["since"] == began, "renewing begins nothing anew"
    world.now += 0.5
    assert look(world, "ed", POST)["people"] == []
    opens(world, "wanda", POST)
    (wanda,) = look(world, "ed", POST)["people"]
    assert (wanda["since"], wanda["is_writing"]) == (world.now, False)


def test_a_clock_that_is_set_back_keeps_nobody(world: TeamWorld) -> None:
    opens(world, "wanda", POST)
    world.now -= 3600
    assert look(world, "ed", POST)["people"] == []
    opens(world, "ed", POST)
    assert count(world) == 1
    world.now += 3600


def test_an_own_app_on_another_device_is_told_as_such(world: TeamWorld) -> None:
    opens(world, "ed", POST, writes=True)
    (other,) = opens(world, "ed", POST, app="second-window-of-ed")["people"]
    assert (other["is_own"], other["is_writing"], other["device"]) == (True, True, "Test")


def test_nobody_learns_of_posts_of_other_groups(world: TeamWorld) -> None:
    both = {
        "schedules": [
            {"channel_id": channel, "custom_post_data": {"post_content": "Both"}}
            for channel in (OWN.channel, OTHER.channel)
        ],
        "share_at": LATER,
    }
    group = world.ask("olga", "POST", f"{FS}/composer", both)[1]["schedule_group_id"]
    rows = world.store.rows("SELECT id, channel_id FROM schedules WHERE group_id = ?", group)
    of_channel = {row["channel_id"]: row["id"] for row in rows}
    of_a, of_b = of_channel[OWN.channel], of_channel[OTHER.channel]
    opens(world, "bob", of_b, OTHER.schedules[0], writes=True)
    # ed names them all: those of another group are answered like those that do not exist.
    body = {"app": APPS["ed"], "open": [{"schedule_ids": [OTHER.schedules[0]]}]}
    missing = {"app": APPS["ed"], "open": [{"schedule_ids": [MISSING.schedules[0]]}]}
    assert world.ask("ed", "POST", ROUTE, body) == world.ask("ed", "POST", ROUTE, missing)
    assert look(world, "ed", OTHER.schedules[0], of_b) == {"posts": [], "people": []}
    assert names(opens(world, "ed", of_a, of_b)) == []
    assert count(world) == 3, "nothing is stored of what is not seen"
    # In a post of both, everybody sees who has open what they see themselves.
    assert names(opens(world, "bob", of_a, of_b)) == []
    assert names(opens(world, "olga", of_a, of_b)) == [("ed", False), ("bob", False)]
    assert names(opens(world, "ed", of_a)) == [("olga", False)]
    # A person who loses a group keeps nothing of it open.
    world.team.people.set_groups("ed", ["b"])
    world.team.sign_ins.forget()
    assert opens(world, "ed", of_a)["posts"] == []
    assert names(look(world, "olga", of_a)) == [("olga", False)]
    world.team.people.set_groups("ed", ["a"])
    world.team.sign_ins.forget()


def test_a_viewer_never_writes_and_a_revoked_device_is_gone(world: TeamWorld) -> None:
    opens(world, "vera", POST, writes=True)
    assert names(look(world, "ed", POST)) == [("vera", False)]
    first = world.passwords["vera"]
    (password,) = world.team.people.passwords("vera")
    world.passwords["vera"] = world.team.people.add_password("vera", "Phone")
    world.team.people.revoke("vera", password["id"])
    world.team.sign_ins.forget()
    assert look(world, "ed", POST)["people"] == []
    assert world.ask("vera", "POST", ROUTE, {}, password=first)[0] == 401
    opens(world, "vera", POST)
    assert look(world, "ed", POST)["people"][0]["device"] == "Phone"


def test_what_somebody_saves_shows_in_the_next_answer(world: TeamWorld) -> None:
    opens(world, "wanda", OWN.schedules[2], writes=True)
    saved = {"post_content": "By ed", "posto_ref": "mark-of-ed"}
    change = {
        "schedules": [{"channel_id": OWN.channel, "custom_post_data": saved}],
        "share_at": LATER,
        "replaces": [OWN.schedules[2]],
    }
    status, _ = world.ask("ed", "POST", f"{FS}/composer", change)
    assert status == 200
    assert opens(world, "wanda", OWN.schedules[2], writes=True)["posts"] == []
    # The app finds the new rows by itself and goes on with those.
    new = world.store.row("SELECT id FROM schedules WHERE posto_ref = 'mark-of-ed'")
    assert new is not None
    (post,) = opens(world, "wanda", new["id"], writes=True)["posts"]
    assert (post["posto_ref"], post["status"]) == ("mark-of-ed", "proposed")


def test_nothing_of_it_is_in_the_audit_log(world: TeamWorld) -> None:
    before = world.store.number("SELECT count(*) FROM audit_log")
    opens(world, "wanda", POST, writes=True)
    look(world, "ed", POST)
    opens(world, "wanda")
    assert world.store.number("SELECT count(*) FROM audit_log") == before


def test_what_is_stored_has_a_bound(world: TeamWorld) -> None:
    for number in range(MOST_APPS + 4):
        world.now += 0.1
        opens(world, "ed", POST, app=f"window-number-{number:04}")
    stored = world.store.rows("SELECT app FROM presences ORDER BY app")
    assert [row["app"] for row in stored] == [
        f"window-number-{number:04}" for number in range(4, MOST_APPS + 4)
    ], "those that renewed longest ago went"
    world.now += EXPIRES_SECONDS + 1
    opens(world, "wanda", POST)
    assert count(world) == 1, "what has expired is gone with the next change"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"app": "short", "open": []},
        {"app": "a" * 65, "open": []},
        {"app": "a'; DROP TABLE people", "open": []},
        {"app": ["a" * 16], "open": []},
        {"app": "a" * 16},
        {"app": "a" * 16, "open": {}},
        {"app": "a" * 16, "open": [POST]},
        {"app": "a" * 16, "open": [{}]},
        {"app": "a" * 16, "open": [{"schedule_ids": []}]},
        {"app": "a" * 16, "open": [{"schedule_ids": [POST, "x"]}]},
        {"app": "a" * 16, "open": [{"schedule_ids": [2**70]}]},
        {"app": "a" * 16, "open": [{"schedule_ids": [POST]}] * (MOST_OPEN + 1)},
        {"app": "a" * 16, "open": [{"schedule_ids": list(range(MOST_POSTS + 1))}]},
    ],
)
def test_what_is_no_such_body_is_refused(world: TeamWorld, body: dict[str, Any]) -> None:
    status, answer = world.ask("ed", "POST", ROUTE, body)
    assert status == 400
    assert answer["code"] in ("rest_invalid_param", "posto_too_much")
    assert count(world) == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["app", "open", "schedule_ids", "is_writing"]), inner, max_size=4
            )
        ),
        max_leaves=9,
    )
)
def test_whatever_stands_in_a_body_is_answered_and_bounded(world: TeamWorld, part: Any) -> None:
    world.ticks += 100.0
    for body in ({"app": "a" * 16, "open": [part]}, {"app": part, "open": part}, part):
        status, _ = world.ask("ed", "POST", ROUTE, body)
        assert status in (200, 400)
    ids = str(part)[:200]
    assert world.ask("ed", "GET", ROUTE, ids=ids)[0] in (200, 400)


def test_who_asks_too_often_waits_and_others_do_not(world: TeamWorld) -> None:
    for _ in range(MOST_REQUESTS):
        look(world, "ed", POST)
    status, answer = world.ask("ed", "GET", ROUTE, ids=POST)
    assert (status, answer["code"]) == (429, "posto_too_many_requests")
    assert dict(world.headers)["Retry-After"] == "60"
    look(world, "wanda", POST)
    world.ticks += 60.0
    look(world, "ed", POST)
    too_many = ",".join(map(str, range(MOST_POSTS + 1)))
    assert world.ask("ed", "GET", ROUTE, ids=too_many)[0] == 400


def test_several_servers_tell_of_each_others_people(world: TeamWorld, tmp_path: Path) -> None:
    if not world.store.is_shared:
        pytest.skip("a file belongs to one server")
    second = Workspace(tmp_path, database=world.store._secret_address)  # type: ignore[attr-defined]
    try:
        assert second.team is not None
        second.team.presence._clock = lambda: world.now
        opens(world, "wanda", POST, writes=True)
        ed = second.team.people.of_password(second.team.people.passwords("ed")[0]["id"])
        assert ed is not None
        body = {"app": APPS["ed"], "open": [{"schedule_ids": [POST], "is_writing": True}]}
        answer = second.team.presence.renew(second.team.scope(ed), body)
        assert names(answer["open"][0]) == [("wanda", True)]
        assert names(opens(world, "wanda", POST, writes=True)) == [("ed", True)]
    finally:
        second.close()


def test_the_sdk_tells_and_asks_this_server(world: TeamWorld) -> None:
    server = HttpServer(world.workspace, lambda: None)
    try:
        base_url = server.bind(0)
        server.start()
        with (
            PostoSDK.from_credentials("ed", world.passwords["ed"], base_url=base_url) as ed,
            PostoSDK.from_credentials(
                "wanda", world.passwords["wanda"], base_url=base_url
            ) as wanda,
        ):
            renewal = wanda.presence.renew(APPS["wanda"], [OpenPost((POST,), is_writing=True)])
            assert (renewal.renew_in, renewal.open[0].people) == (RENEW_SECONDS, ())
            (person,) = ed.presence.of([POST]).people
            assert (person.name, person.is_writing, person.device) == ("wanda", True, "Test")
            assert person.since is not None
            assert person.since.timestamp() == int(world.now)
            wanda.presence.renew(APPS["wanda"], [])
            assert ed.presence.of([POST]).people == ()
    finally:
        server.stop()
