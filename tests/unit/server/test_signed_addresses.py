"""Addresses that need no password show what their person sees, and nothing after their rights end;
on both databases."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.store import Store
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP
from .databases import DATABASES
from .team_world import LATER, SECRET_OF_B, A, Ids, TeamWorld

NAME = "editor_a"


@pytest.fixture(params=DATABASES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamWorld]:
    address = ""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.address
    world = TeamWorld(tmp_path / "first", address)
    world.add("olga", "owner")
    world.add(NAME, "editor", ["a"])
    world.add("viewer_a", "viewer", ["a"])
    world.add("viewer_b", "viewer", ["b"])
    world.fill()
    yield world
    world.close()


def upload(world: TeamWorld, name: str) -> int:
    status, item = world.ask(
        name, "POST", f"{WP}/media", world.picture,
        headers={"CONTENT_TYPE": "image/png",
                 "HTTP_CONTENT_DISPOSITION": 'attachment; filename="cake.png"'},
    )  # fmt: skip
    assert status == 201, item
    return int(item["id"])


def addresses(world: TeamWorld, media_id: int, name: str = NAME) -> dict[str, str]:
    """All addresses that the app of a person gets."""
    status, item = world.ask(name, "GET", f"{WP}/media/{media_id}")
    assert status == 200
    with world.workspace.sandbox._store.write() as db:
        file = {"id": item["id"], "sha256": item["posto"]["sha256"], "mime": "image/png",
                "type": "image", "alt": "", "width": 8, "height": 8}  # fmt: skip
        db.execute("UPDATE posts SET media = ? WHERE id = ?", (json.dumps([file]), Ids(A).feed))
    (post,) = world.ask(name, "GET", f"{POSTO}/feed")[1]["items"]
    (channel,) = world.ask(name, "GET", f"{FS}/channels")[1]["channels"]
    calendar = world.ask(name, "POST", f"{POSTO}/calendar")[1]["url"]
    return {
        "file": item["source_url"],
        "small": f"{item['posto']['thumb']}&size=64",
        "feed": post["media"][0]["url"],
        "small of the feed": f"{post['media'][0]['thumb']}",
        "channel": channel["picture"],
        "calendar": calendar,
    }


def shown(world: TeamWorld, address: str) -> bool:
    """Whether somebody without a password gets what is there."""
    parts = urlsplit(address)
    status, _ = world.ask("", "GET", f"{parts.path}?{parts.query}")
    assert status in (200, 302, 401, 404), status
    return status < 400


def all_shown(world: TeamWorld, listed: dict[str, str]) -> set[str]:
    return {name for name, address in listed.items() if shown(world, address)}


def person_id(world: TeamWorld, name: str) -> int:
    return world.team.people.get(name).id


def change(world: TeamWorld, **fields: object) -> None:
    path = f"{POSTO}/people/{person_id(world, NAME)}"
    status, answer = world.ask("olga", "POST", path, fields)
    assert status == 200, answer


def remove(world: TeamWorld) -> None:
    path = f"{POSTO}/people/{person_id(world, NAME)}"
    assert world.ask("olga", "DELETE", path)[0] == 200


def disable(world: TeamWorld) -> None:
    change(world, disabled=True)


def take_groups(world: TeamWorld) -> None:
    change(world, groups=["b"])


def revoke(world: TeamWorld) -> None:
    number = person_id(world, NAME)
    (device,) = world.store.rows("SELECT id FROM app_passwords WHERE person_id = ?", number)
    path = f"{POSTO}/people/{number}/passwords/{device['id']}"
    assert world.ask("olga", "DELETE", path)[0] == 200


@pytest.mark.parametrize("end", [remove, disable, take_groups, revoke])
def test_addresses_end_with_the_rights_of_their_person(
    world: TeamWorld, end: Callable[[TeamWorld], None]
) -> None:
    media_id = upload(world, NAME)
    listed = addresses(world, media_id)
    others = addresses(world, media_id, "viewer_a")
    assert all_shown(world, listed) == all_shown(world, others) == set(listed)
    end(world)
    still = {"calendar"} if end is take_groups else set()  # it goes on, with what they see now
    assert all_shown(world, listed) == still
    assert all_shown(world, others) == set(others), "those of others go on"


def test_a_device_that_comes_back_has_its_addresses_again(world: TeamWorld) -> None:
    listed = addresses(world, upload(world, NAME))
    for status, on in ((set(), True), (set(listed), False)):
        change(world, disabled=on)
        assert all_shown(world, listed) == status


def test_another_server_knows_it_within_a_second(world: TeamWorld, tmp_path: Path) -> None:
    if isinstance(world.store, Store):
        pytest.skip("a file belongs to one server")
    both = addresses(world, upload(world, NAME))
    listed = {name: both[name] for name in ("channel", "calendar")}  # it has no files of the first
    second = TeamWorld(tmp_path / "second", _address(world), is_second=True)
    try:
        ticks = 0.0
        second.team.sign_ins._ticks = lambda: ticks
        assert all_shown(second, listed) == set(listed)
        revoke(world)
        assert all_shown(world, listed) == set()
        ticks = 1.0
        assert all_shown(second, listed) == set()
    finally:
        second.close()


def _address(world: TeamWorld) -> str:
    assert isinstance(world.store, PostgresStore)
    return world.store._secret_address


def test_pictures_are_shown_with_the_posts_of_a_channel_that_gets_another_group(
    world: TeamWorld,
) -> None:
    media_id = upload(world, "olga")
    data = {"post_content": "Cake", "upload_media": True, "upload_media_type": "custom",
            "media_list_to_upload": [media_id]}  # fmt: skip
    item = {"channel_id": Ids(A).channel, "custom_post_data": data}
    body = {"schedules": [item], "share_at": LATER}
    group = world.ask("olga", "POST", f"{FS}/composer", body)[1]["schedule_group_id"]

    def pictures(name: str) -> list[str]:
        rows = world.ask(name, "GET", f"{FS}/schedules")[1]["schedules"]
        return [
            file[kind]
            for row in rows
            if row["group_id"] == group
            for file in row["posting_data"]["mediaList"]
            for kind in ("url", "thumb")
        ]

    assert pictures("viewer_b") == []
    path = f"{POSTO}/channels/{Ids(A).channel}/groups"
    assert world.ask("olga", "POST", path, {"groups": ["a", "b"]})[0] == 200
    for name in ("viewer_a", "viewer_b"):
        listed = pictures(name)
        assert [shown(world, address) for address in listed] == [True, True], name
    seen = world.ask("viewer_b", "GET", f"{WP}/media")[1]
    assert media_id in [file["id"] for file in seen]
    assert world.ask("editor_a", "POST", f"{WP}/media/{media_id}", {"title": "Mine"})[0] == 403


def test_a_calendar_shows_what_its_person_sees(world: TeamWorld) -> None:
    def texts(name: str) -> str:
        url = world.ask(name, "POST", f"{POSTO}/calendar")[1]["url"]
        assert world.ask(name, "GET", f"{POSTO}/calendar") == (200, {"url": url})
        return str(world.ask("", "GET", urlsplit(url).path)[1])

    of_a, of_b, of_all = texts("viewer_a"), texts("viewer_b"), texts("olga")
    assert ("Ant" in of_a, SECRET_OF_B in of_a) == (True, False)
    assert ("Ant" in of_b, SECRET_OF_B in of_b) == (False, True)
    assert ("Ant" in of_all, SECRET_OF_B in of_all) == (True, True)


def test_a_new_calendar_address_ends_the_old_one_of_that_device_alone(world: TeamWorld) -> None:
    def renew(name: str) -> str:
        return str(world.ask(name, "POST", f"{POSTO}/calendar")[1]["url"])

    assert world.ask(NAME, "GET", f"{POSTO}/calendar") == (200, {"url": ""})
    old, other = renew(NAME), renew("viewer_a")
    new = renew(NAME)
    assert [shown(world, address) for address in (old, new, other)] == [False, True, True]


def test_what_was_signed_for_everybody_is_no_address_of_a_team(world: TeamWorld) -> None:
    """As before there were people, and as the workspace's own calendar."""
    media_id = upload(world, NAME)
    sign = world.workspace.guard.sign
    sha256 = world.ask(NAME, "GET", f"{WP}/media/{media_id}")[1]["posto"]["sha256"]
    world.workspace.calendar.make(80)
    wrong = sign(f"media:{media_id}", 10**18)
    for address in (
        f"/wp-content/uploads/{media_id}/{sign(f'media:{media_id}')}/cake.png",
        f"/wp-content/uploads/{media_id}/{wrong}/cake.png",
        f"/wp-content/uploads/{media_id}/-/cake.png",
        f"{POSTO}/media/{media_id}/thumb?size=64&sig={sign(f'thumb:{media_id}')}",
        f"{POSTO}/feed/media/{sha256}?type=image/png&sig={sign(f'feed:0:{sha256}')}",
        f"/wp-content/channels/{Ids(A).channel}.png?sig={sign(f'channel:{Ids(A).channel}')}",
        f"/posto-calendar/{world.workspace.calendar.secret}.ics",
        "/posto-calendar/a-1-b.ics",
    ):
        assert not shown(world, address), address


def test_the_page_of_a_published_post_shows_its_pictures_to_all(world: TeamWorld) -> None:
    media_id = upload(world, NAME)
    addresses(world, media_id)
    post = world.ask(NAME, "GET", f"{POSTO}/feed")[1]["items"][0]
    page = world.ask("", "GET", urlsplit(post["url"]).path)[1]
    (picture,) = re.findall(r'<img src="([^"]+)"', page)
    remove(world)
    assert shown(world, html.unescape(picture))
