"""What members of a team, and strangers, could once do beyond their rights; each was a hole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.http_server import ClientStanding
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.request_head import RequestHead
from posto_desktop.server.team.oidc import started
from posto_desktop.server.team.oidc.refusal import DeviceRequest
from posto_desktop.server.team.oidc.started import StartedSignIns, mark_of
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP
from .team_world import LATER, SECRET_OF_B, A, B, Ids, TeamWorld

OWN, OTHER = Ids(A), Ids(B)


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamWorld]:
    database = ""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.address
    world = TeamWorld(tmp_path, database)
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    world.add("writer_a", "writer", ["a"])
    world.add("writer_b", "writer", ["b"])
    world.fill()
    yield world
    world.close()


def post(text: str, channel: int, *files: int) -> dict[str, Any]:
    data: dict[str, Any] = {"post_content": text}
    if files:
        data |= {
            "upload_media": True,
            "upload_media_type": "custom",
            "media_list_to_upload": list(files),
        }
    return {"channel_id": channel, "custom_post_data": data}


def compose(world: TeamWorld, name: str, *posts: dict[str, Any], **more: Any) -> str:
    body = {"schedules": list(posts), "share_at": LATER, **more}
    status, answer = world.ask(name, "POST", f"{FS}/composer", body)
    assert status == 200, answer
    group: str = answer["schedule_group_id"]
    return group


def upload(world: TeamWorld, name: str) -> int:
    headers = {
        "HTTP_CONTENT_DISPOSITION": 'attachment; filename="p.png"',
        "CONTENT_TYPE": "image/png",
    }
    status, item = world.ask(name, "POST", f"{WP}/media", world.picture, headers=headers)
    assert status == 201
    return int(item["id"])


def alt_text(world: TeamWorld, media_id: int) -> str:
    row = world.store.row("SELECT alt_text FROM media WHERE id = ?", media_id)
    assert row is not None
    return str(row["alt_text"])


def test_a_history_shows_only_channels_that_the_person_sees(world: TeamWorld) -> None:
    """An owner takes the other group's channel out of a post: its words stay in the history."""
    group = compose(
        world, "olga", post("For both", OWN.channel), post(f"For {SECRET_OF_B}", OTHER.channel)
    )
    row = world.store.row("SELECT wp_post_id FROM schedules WHERE group_id = ?", group)
    assert row is not None
    edited = {"schedule_group_id": group, "wp_post_id": row["wp_post_id"]}
    compose(world, "olga", post("For both", OWN.channel), **edited)
    status, answer = world.ask("ed", "GET", f"{POSTO}/review/{group}")
    assert status == 200
    assert not world.leaks(answer)
    assert [[shown["channel_id"] for shown in step["posts"]] for step in answer["steps"]] == [
        [OWN.channel],
        [OWN.channel],
    ]
    assert [step["changed"] for step in answer["steps"]] == [[], []]
    _, answer = world.ask("olga", "GET", f"{POSTO}/review/{group}")
    assert [shown["channel_id"] for shown in answer["steps"][0]["posts"]] == [
        OWN.channel,
        OTHER.channel,
    ]
    assert answer["steps"][1]["changed"] == ["channels"]


def test_an_approval_is_refused_when_a_file_was_described_anew(world: TeamWorld) -> None:
    """What is written about a picture is published with it: the editor approves these words too."""
    file = upload(world, "writer_a")
    group = compose(world, "writer_a", post("With a file", OWN.channel, file))
    seen = world.ask("ed", "GET", f"{POSTO}/review/{group}")[1]["review"]["version"]
    path = f"{WP}/media/{file}"
    assert world.ask("writer_a", "POST", path, {"alt_text": "Never shown"})[0] == 200
    approve = f"{POSTO}/review/{group}/approve"
    status, error = world.ask("ed", "POST", approve, {"version": seen})
    assert (status, error["code"]) == (409, "posto_changed")
    again = world.ask("ed", "GET", f"{POSTO}/review/{group}")[1]
    assert again["steps"][-1]["step"] == "edited"
    assert again["steps"][-1]["person"] == "writer_a"
    # The same words once more change nothing.
    assert world.ask("writer_a", "POST", path, {"alt_text": "Never shown"})[0] == 200
    newest = again["review"]["version"]
    assert world.ask("ed", "POST", approve, {"version": newest})[0] == 200


def test_a_file_is_not_described_while_it_is_being_approved(
    world: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approval comes between the look at whose the file is and the change of its words."""
    file = upload(world, "writer_a")
    group = compose(world, "writer_a", post("With a file", OWN.channel, file))
    describe = MediaLibrary.describe

    def late(self: MediaLibrary, *arguments: Any, **named: Any) -> Any:
        monkeypatch.undo()
        assert world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {})[0] == 200
        return describe(self, *arguments, **named)

    monkeypatch.setattr(MediaLibrary, "describe", late)
    status, _ = world.ask("writer_a", "POST", f"{WP}/media/{file}", {"alt_text": "Never shown"})
    assert status == 403
    assert alt_text(world, file) == ""


def test_files_of_a_channel_without_groups_stay_as_they_are(world: TeamWorld) -> None:
    """Only people who see everything see such a channel, so nobody else changes its posts."""
    file = upload(world, "ed")
    with world.store.write() as db:
        db.execute("DELETE FROM channel_groups WHERE channel_id = ?", (OTHER.channel,))
    compose(world, "olga", post("Of the owner", OTHER.channel, file))
    path = f"{WP}/media/{file}"
    assert world.ask("ed", "GET", path)[0] == 200
    status, error = world.ask("ed", "POST", path, {"alt_text": "By the editor"})
    assert (status, error["code"]) == (403, "posto_used_by_others")
    assert world.ask("ed", "DELETE", f"{path}?force=true")[0] == 403
    assert alt_text(world, file) == ""
    assert world.ask("olga", "POST", path, {"alt_text": "By the owner"})[0] == 200


def test_an_entry_of_the_audit_log_is_one_line(world: TeamWorld) -> None:
    """Ids and names of fields come from requests: they do not make entries of their own."""
    world.add("all", "writer", None)
    forged = "x\n99\t2027-01-15 08:00\tolga\tpeople.remove\x1b[2K\u202e\u2028ed\tdone"
    moved = {"schedule_group_id": forged, "share_at": LATER, forged: 1}
    world.ask("all", "POST", f"{FS}/composer/reschedule", moved)
    world.ask("all", "POST", f"{WP}/media?{'a%0Ab=1'}", b"no file")
    world.ask("ed", "POST", f"{FS}/social-networks/{forged}/settings", {})
    world.ask("olga", "POST", f"{POSTO}/connect", {"network": forged})
    entries = world.team.audit.page(100)
    assert {"post.reschedule", "account.connect"} <= {entry["action"] for entry in entries}
    for entry in entries:
        for name in ("person", "device", "address", "object", "before", "after", "outcome"):
            assert entry[name].isprintable(), (name, entry[name])


class _Slow:
    """A body of which nothing comes."""

    def read(self, size: int, /) -> bytes:
        raise AssertionError(f"a worker waits for {size} bytes of a stranger")

    readline = read


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"CONTENT_LENGTH": "2000000"}, 413),
        ({"wsgi.input_terminated": True}, 413),
        ({"CONTENT_LENGTH": "20", "HTTP_EXPECT": "100-continue"}, 417),
    ],
)
def test_no_worker_waits_for_what_a_stranger_sends(
    world: TeamWorld, headers: dict[str, Any], status: int
) -> None:
    """Few threads answer strangers, and whoever signs in for the first time is one."""
    for path in (f"{POSTO}/sign-in", f"/posto-sign-in/{'0' * 64}"):
        for target in (path, f"{path}?{'x' * 3000}", f"/index.php{path}"):
            assert world.web.judge(RequestHead("POST", target, {})) is ClientStanding.SENDING
        slow = {"wsgi.input": _Slow(), "HTTP_ORIGIN": "http://127.0.0.1", **headers}
        assert world.ask("", "POST", path, headers=slow)[0] == status
    assert world.ask("", "POST", f"{POSTO}/sign-in", {"code": "x", "code_verifier": "y"})[0] == 410


def test_nobody_is_called_as_who_runs_the_server(world: TeamWorld) -> None:
    """The audit log names the commands of whoever runs the server by this name."""
    body = {"name": " Administrator", "role": "writer"}
    status, error = world.ask("olga", "POST", f"{POSTO}/people", body)
    assert (status, error["code"]) == (409, "posto_name_in_use")
    assert "administrator" not in [person.name for person in world.team.people.all()]


def test_an_address_makes_no_line_of_the_log(
    world: TeamWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(world.team.review, "history", fail)
    assert world.ask("olga", "GET", f"{POSTO}/review/x\nERROR forged\x1b[2K\u2028")[0] == 500
    messages = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(messages) == 1
    assert messages[0].isprintable(), messages


@pytest.mark.parametrize("length", ["+2", "-1", "2, 2", "\u0662"])
def test_nothing_follows_a_request_of_unknown_length(world: TeamWorld, length: str) -> None:
    """What follows its head may be its body: it is no request."""
    assert world.ask("olga", "POST", f"{WP}/users/me", headers={"CONTENT_LENGTH": length})[0] == 400
    assert ("Connection", "close") in world.headers


def test_many_begun_sign_ins_keep_nobody_out(
    world: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can begin them, from many networks: the oldest make room."""
    monkeypatch.setattr(started, "MOST", 5)
    sign_ins = StartedSignIns(world.store, lambda: world.now)
    request = DeviceRequest("App", "http://127.0.0.1:1/", "", "x" * 43)
    begun = []
    for number in range(20):
        begun.append(sign_ins.begin(request, "https://posto.example/back", f"net{number}"))
        world.now += 1
    rows = world.store.rows("SELECT mark FROM oidc_sign_ins")
    assert {row["mark"] for row in rows} == {mark_of(state) for state, _ in begun[-5:]}
    answered = sign_ins.take_answer(*begun[-5])
    signed_in = sign_ins.sign_in(answered, begun[-5][1], 1)
    for number in range(20):
        sign_ins.begin(request, "https://posto.example/back", f"other{number}")
    assert sign_ins.signed_in(answered.id, signed_in), "who has signed in stays"
