"""What a writer may have uploaded that no post uses; on both databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.__main__ import _parse
from posto_desktop.server.body import IncomingBody
from posto_desktop.server.errors import ApiError
from posto_desktop.server.team import upload_quota
from posto_desktop.server.workspace import Workspace
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP, png
from .databases import DATABASES
from .team_world import LATER, A, Ids, TeamWorld

PICTURE = png(4, 4)
SIZE = len(PICTURE)


@pytest.fixture(params=DATABASES)
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TeamWorld]:
    monkeypatch.setattr(upload_quota, "_LEAST", 1)
    address = ""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.address
    world = TeamWorld(tmp_path, address)
    world.add("olga", "owner")
    world.add("editor_a", "editor", ["a"])
    world.fill()  # before there is a writer, so that nothing is theirs
    world.add("writer_a", "writer", ["a"])
    world.add("writer_too", "writer", ["a"])
    world.team.quota.limit = 2 * SIZE
    yield world
    world.close()


def upload(
    world: TeamWorld, name: str, data: bytes = PICTURE, **environ: str
) -> tuple[int, dict[str, Any]]:
    headers = {
        "CONTENT_TYPE": "image/png",
        "HTTP_CONTENT_DISPOSITION": 'attachment; filename="cake.png"',
    }
    status, answer = world.ask(name, "POST", f"{WP}/media", data, headers=headers | environ)
    assert isinstance(answer, dict)
    return status, answer


def uploaded(world: TeamWorld, name: str) -> int:
    status, answer = upload(world, name)
    assert status == 201, answer
    return int(answer["id"])


def propose(world: TeamWorld, name: str, *media: int) -> str:
    data = {"post_content": "Cake", "upload_media": True, "upload_media_type": "custom",
            "media_list_to_upload": list(media)}  # fmt: skip
    item = {"channel_id": Ids(A).channel, "custom_post_data": data}
    body = {"schedules": [item], "share_at": LATER}
    status, answer = world.ask(name, "POST", f"{FS}/composer", body)
    assert status == 200, answer
    return str(answer["schedule_group_id"])


def test_what_no_post_uses_is_bounded_for_each_writer(world: TeamWorld) -> None:
    for _ in range(2):
        uploaded(world, "writer_a")
    status, answer = upload(world, "writer_a")
    assert (status, answer["code"]) == (507, "posto_upload_quota")
    assert answer["message"] == (
        f"Your files that no post uses take {2 * SIZE} bytes of {2 * SIZE} bytes, and this one "
        "does not fit. Propose posts with them, or ask an editor to delete some, then try again."
    )
    assert answer["data"] == {"status": 507, "used": 2 * SIZE, "limit": 2 * SIZE}
    assert world.store.number("SELECT count(*) FROM media_authors") == 4, "two are of `fill`"
    uploaded(world, "writer_too")
    for _ in range(3):
        uploaded(world, "editor_a")


def test_what_is_proposed_does_not_count_until_it_is_withdrawn(world: TeamWorld) -> None:
    first, second = (uploaded(world, "writer_a") for _ in range(2))
    group = propose(world, "writer_a", first, second)
    uploaded(world, "writer_a")
    uploaded(world, "writer_a")
    assert upload(world, "writer_a")[0] == 507
    assert world.ask("writer_a", "POST", f"{POSTO}/review/{group}/withdraw", {})[0] == 200
    assert upload(world, "writer_a")[1]["data"]["used"] == 4 * SIZE


def test_what_an_editor_approves_or_deletes_does_not_count_any_more(world: TeamWorld) -> None:
    first, second = (uploaded(world, "writer_a") for _ in range(2))
    group = propose(world, "writer_a", first)
    approved = world.ask("editor_a", "POST", f"{POSTO}/review/{group}/approve", {"version": 1})
    assert approved[0] == 200, approved
    deleted = world.ask("editor_a", "DELETE", f"{WP}/media/{second}", {"force": True})
    assert deleted[0] == 200, deleted
    for _ in range(2):
        uploaded(world, "writer_a")


def test_a_longer_body_than_is_left_is_not_read(world: TeamWorld) -> None:
    uploaded(world, "writer_a")
    status, answer = upload(world, "writer_a", PICTURE + bytes(SIZE))
    assert (status, answer["code"]) == (507, "posto_upload_quota")
    assert not [*world.workspace.media.incoming.iterdir()]


def read_all(body: IncomingBody) -> None:
    while body.read():
        pass


def test_a_body_that_does_not_say_its_length_ends_where_nothing_is_left(world: TeamWorld) -> None:
    person = world.team.people.get("writer_a")
    body = IncomingBody(io.BytesIO(b"%x\r\n%s\r\n0\r\n\r\n" % (3 * SIZE, bytes(3 * SIZE))), None)
    with world.team.quota.upload(person, body), pytest.raises(ApiError) as raised:
        read_all(body)
    assert raised.value.code == "posto_upload_quota"


def test_uploads_at_the_same_time_count_together(world: TeamWorld) -> None:
    person = world.team.people.get("writer_a")

    def refused(size: int) -> ApiError:
        body = IncomingBody(io.BytesIO(), size)
        with pytest.raises(ApiError) as raised, world.team.quota.upload(person, body):
            pytest.fail("it fits")
        return raised.value

    first, second = (IncomingBody(io.BytesIO(), 2 * SIZE - 1) for _ in range(2))
    with world.team.quota.upload(person, first):
        # Such as one that goes on after its network was cut: it may never be there.
        later = refused(2 * SIZE - 1)
        assert (later.status, later.code) == (429, "posto_uploading")
        assert later.data["retry_after"] > 0
        assert refused(2 * SIZE + 1).data["used"] == 2 * SIZE - 1
    with world.team.quota.upload(person, second):
        pass


@pytest.mark.parametrize("words", ["-1", "nan", "inf", "5 GB"])
def test_a_limit_that_is_none_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parse(["--data", "x", f"--writer-uploads={words}"])
    assert f"it is a number from 0 to 1,000,000, not {words}" in capsys.readouterr().err


def test_the_limit_of_the_command_is_in_gib(tmp_path: Path) -> None:
    for words, limit in (("0.5", 1024**3 // 2), ("0", 0), ("", 5 * 1024**3)):
        options = _parse(["--data", "x", *([f"--writer-uploads={words}"] if words else [])])
        workspace = Workspace(
            tmp_path / f"of {words}", writer_uploads=options.writer_uploads, has_people=True
        )
        assert workspace.team is not None
        assert workspace.team.quota.limit == limit
        workspace.close()


def test_without_a_limit_nothing_is_counted(world: TeamWorld) -> None:
    world.team.quota.limit = 0
    for _ in range(3):
        uploaded(world, "writer_a")
