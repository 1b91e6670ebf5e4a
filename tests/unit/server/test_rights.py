"""Every route, by every role, with objects of one's own group and of another one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.team.person import ROLES
from posto_desktop.server.team.rights import REQUIREMENTS
from posto_desktop.server.workspace import Workspace
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP
from .team_world import LATER, NOBODY, A, B, Ids, TeamWorld

MEMBERS = {"viewer": "viewer_a", "writer": "writer_a", "editor": "editor_a", "owner": "olga"}
_ASKS_A_NETWORK = {
    f"POST {FS}/channels/refresh",
    f"POST {POSTO}/accounts/<number:int>/check",
    f"POST {POSTO}/accounts/<number:int>/leave",
    f"DELETE {POSTO}/accounts/<number:int>",
    f"POST {POSTO}/connect",
    f"POST {POSTO}/connect/recognise",
}


def populate(world: TeamWorld) -> TeamWorld:
    world.add("olga", "owner")
    for role in ("viewer", "writer", "editor"):
        world.add(MEMBERS[role], role, ["a"])
    world.add("writer_b", "writer", ["b"])
    world.fill()
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamWorld]:
    world = TeamWorld(tmp_path_factory.mktemp("team"))
    world.store.connection().execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
    world.workspace.sandbox._store.connection().execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
    yield populate(world)
    world.close()


def path_of(rule: str, ids: Ids, place: int = 0) -> str:
    values = {
        "<media_id:int>": ids.media,
        "<channel_id:int>": ids.channel,
        "<number:int>": ids.account,
        "<number>": "unknown",
        "<person_id:int>": 999,
        "<group_id>": ids.groups[place],
        "<slug>": "mastodon",
        "<post_id:int>": ids.feed,
        "<mark>": "0" * 32,
        "<name>": "x.png",
        "<sha256>": "2" * 64,
        "<secret>": "0" * 43,
        "<sign_in_id>": "0" * 64,
    }
    for part, value in values.items():
        rule = rule.replace(part, str(value))
    assert "<" not in rule, f"the test does not know what {rule} is"
    return rule


def bodies(ids: Ids, own: Ids) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What a request may name: query and body, each kind of id in all places where ids stand."""
    for schedules, groups, posts in (
        (ids.schedules[:1], ids.groups[:1], ids.posts[:1]),
        (ids.schedules[1:2], ids.groups[1:2], ids.posts[1:2]),
        (ids.schedules[2:], ids.groups[2:], ids.posts[2:]),
    ):
        post = {
            "post_content": "New",
            "upload_media": True,
            "upload_media_type": "custom",
            "media_list_to_upload": [ids.media],
        }
        body = {
            "id": schedules[0],
            "ids": schedules,
            "log_ids": schedules,
            "include_ids": schedules,
            "schedule_group_id": groups[0],
            "wp_post_id": posts[0],
            "share_at": LATER,
            "schedules": [{"channel_id": ids.channel, "custom_post_data": post}],
            "answer": "send_again",
            "comment": "Shorter",
            "groups": ["a"],
            "name": "Renamed",
            "title": "Renamed",
            "alt_text": "Renamed",
            "late_limit": 30,
            "steps": list(range(1, 41)),  # those of all posts, which `fill` makes
            "app": "app-of-this-window",
            "open": [{"schedule_ids": schedules, "is_writing": True}],
        }
        query = {
            "id": schedules[0],
            "ids": schedules[0],
            "rows_count": 100,
            "schedule_group_id": groups[0],
        }
        yield query, body
    base = {"share_at": LATER, "name": "Renamed"}
    yield {"id": ids.channel, "ids": f"{ids.media},{own.media}", "per_page": 100}, {
        **base, "id": ids.channel, "ids": ids.schedules, "force": True,
        "schedules": [{"channel_id": own.channel, "custom_post_data": post}],
    }  # fmt: skip
    threaded = {"post_content": "New", "posto_thread": [{"text": "x", "media": [ids.media]}]}
    yield {"include": ids.media, "force": "true", "schedule_id": ids.schedules[0]}, {
        **base, "include_all": True, "filters": {}, "id": str(ids.channel),
        "schedules": [{"channel_id": str(own.channel), "custom_post_data": threaded}],
    }  # fmt: skip
    plain = {"post_content": "New"}
    yield {"search": "png"}, {
        **base, "schedule_group_id": ids.groups[2], "wp_post_id": ids.posts[2],
        "schedules": [{"channel_id": own.channel, "custom_post_data": plain}],
    }  # fmt: skip
    yield {"schedule_id": ids.schedules[1], "statuses": "not_sent,error,proposed"}, {
        **base, "replaces": ids.schedules, "id": ids.media,
        "schedules": [{"channel_id": own.channel, "custom_post_data": plain}],
    }  # fmt: skip


def calls(ids: Ids, own: Ids) -> Iterator[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
    for route in REQUIREMENTS:
        method, rule = route.split(" ", 1)
        for place, (query, body) in enumerate(bodies(ids, own)):
            yield route, method, path_of(rule, ids, place % 3), query, body


def test_each_route_has_a_requirement_and_each_requirement_a_route(world: TeamWorld) -> None:
    routes = {
        f"{method} {rule}" for rule, methods in world.web.routes.items() for method in methods
    }
    assert routes == set(REQUIREMENTS)


def test_what_changes_something_is_in_the_audit_log() -> None:
    silent = {
        route
        for route, requirement in REQUIREMENTS.items()
        if not requirement.action and not route.startswith(("GET", "HEAD"))
    }
    # They change nothing: WordPress allows POST there, a question, a sign-in that is not kept, and
    # what is open.
    assert silent == {
        f"POST {WP}/users/me",
        f"POST {POSTO}/connect/recognise",
        f"DELETE {POSTO}/connect/<number>",
        f"DELETE {POSTO}/connect/<number>/test",
        f"POST {POSTO}/presence",
        f"POST {POSTO}/shutdown",
        # They write the entry themselves, as nobody is signed in yet.
        "POST /posto-sign-in/<sign_in_id>",
        f"POST {POSTO}/sign-in",
    }


def test_nobody_without_a_sign_in_sees_or_changes_anything(world: TeamWorld) -> None:
    world.fill()
    before = [world.state_of(number) for number in (A, B)]
    for route, method, path, query, body in calls(Ids(B), Ids(A)):
        status, answer = world.ask("", method, path, body, **query)
        if REQUIREMENTS[route].role != "anybody":
            assert status == 401, route
        assert not world.leaks(answer), route
    assert [world.state_of(number) for number in (A, B)] == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_below_the_least_one_is_refused(world: TeamWorld, role: str) -> None:
    world.fill()
    before = world.state_of(A)
    for route, requirement in REQUIREMENTS.items():
        least = requirement.role
        if least == "anybody" or (least != "nobody" and ROLES.index(least) <= ROLES.index(role)):
            continue
        method, rule = route.split(" ", 1)
        for place, (query, body) in enumerate(bodies(Ids(A), Ids(A))):
            path = path_of(rule, Ids(A), place % 3)
            status, answer = world.ask(MEMBERS[role], method, path, body, **query)
            assert (status, answer["code"]) == (403, "rest_forbidden"), (route, role)
    assert world.state_of(A) == before


@pytest.mark.parametrize("role", ["viewer", "writer", "editor"])
def test_nothing_of_another_group_is_seen_or_changed(world: TeamWorld, role: str) -> None:
    world.fill()
    before = world.state_of(B)
    for route, method, path, query, body in calls(Ids(B), Ids(A)):
        status, answer = world.ask(MEMBERS[role], method, path, body, **query)
        assert not world.leaks(answer), (route, query, body)
        assert status in (200, 201, 400, 401, 403, 404, 409, 410), (route, status, answer)
        assert status == 403 or not REQUIREMENTS[route].is_whole, route
        assert world.state_of(B) == before, (route, query, body)


@pytest.mark.parametrize("role", ["viewer", "writer", "editor"])
def test_what_others_have_is_answered_like_what_does_not_exist(world: TeamWorld, role: str) -> None:
    world.fill()
    others, missing = Ids(B), Ids(NOBODY)
    for other, never in zip(calls(others, Ids(A)), calls(missing, Ids(A)), strict=True):
        route, method = other[:2]
        if route == f"GET {POSTO}/media/missing":
            continue  # it repeats what it was asked for
        answers = []
        for _, _, path, query, body in (other, never):
            status, answer = world.ask(MEMBERS[role], method, path, body, **query)
            answers.append((status, answer.get("code") if isinstance(answer, dict) else answer))
            if status == 200 and method != "GET":
                world.fill()
        assert answers[0] == answers[1], (route, other[3:], never[3:])


@pytest.mark.parametrize("role", ROLES)
def test_each_role_can_do_what_it_may_with_its_own(world: TeamWorld, role: str) -> None:
    """Where one of the requests suits the route, it succeeds."""
    for route, requirement in REQUIREMENTS.items():
        least = requirement.role
        if least in ("anybody", "nobody") or route in _ASKS_A_NETWORK or "connect/" in route:
            continue
        if ROLES.index(least) > ROLES.index(role):  # type: ignore[arg-type]
            continue
        if requirement.is_whole and role != "owner":
            continue
        method, rule = route.split(" ", 1)
        statuses = set()
        for place, (query, body) in enumerate(bodies(Ids(A), Ids(A))):
            world.fill()
            path = path_of(rule, Ids(A), place % 3)
            status, answer = world.ask(MEMBERS[role], method, path, body, **query)
            is_refused = isinstance(answer, dict) and answer.get("error_msg")
            statuses.add(f"{status} {answer}" if is_refused else status)
        if route == f"POST {WP}/media":
            assert 400 in statuses  # there was no file in it
        elif "passwords/<" in route or "people/<" in route:
            assert statuses <= {400, 404}, "nobody of the team is changed here"
        elif route == f"POST {POSTO}/people":
            assert statuses == {400}, "without a role"
        elif route.endswith("/withdraw") and role != "writer":
            assert statuses == {403, 409}
        elif route.endswith("/resolve") or route.endswith("/retry-comment"):
            assert any("outcome" in str(s) or "comment" in str(s) for s in statuses)
        else:
            assert statuses & {200, 201}, (route, role, statuses)
    world.fill()


@pytest.mark.parametrize("database", ["postgres"])
def test_the_rights_hold_on(database: str, postgres: Postgres, tmp_path: Path) -> None:
    world = populate(TeamWorld(tmp_path, postgres.address))
    try:
        before = world.state_of(B)
        for route, method, path, query, body in itertools.islice(calls(Ids(B), Ids(A)), 0, None, 8):
            status, answer = world.ask("editor_a", method, path, body, **query)
            assert not world.leaks(answer), route
            assert status < 500, (route, status, answer)
        assert world.state_of(B) == before
        assert len(world.ask("editor_a", "GET", f"{FS}/channels")[1]["channels"]) == 1
        assert len(world.ask("olga", "GET", f"{FS}/channels")[1]["channels"]) == 2
        second = Workspace(tmp_path / "second", database=postgres.address)
        try:
            signed = world.workspace.guard.sign("media:1")
            assert second.guard.signature_fits("media:1", signed), "another server signed it"
        finally:
            second.close()
    finally:
        world.close()
