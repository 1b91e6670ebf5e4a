"""What writers propose: approved, returned, changed and withdrawn; no sender takes it before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import PostoError, PostoSDK
from posto_desktop.server.app import HttpServer
from posto_desktop.server.claims import Claims
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP
from .team_world import LATER, NOW, SECRET_OF_B, A, B, Ids, TeamWorld

OWN, OTHER = Ids(A), Ids(B)


def populate(world: TeamWorld) -> TeamWorld:
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    for name in ("writer_a", "second"):
        world.add(name, "writer", ["a"])
    world.add("writer_b", "writer", ["b"])
    return world


@pytest.fixture(scope="module")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamWorld]:
    world = populate(TeamWorld(tmp_path_factory.mktemp("team")))
    yield world
    world.close()


@pytest.fixture
def world(populated: TeamWorld) -> TeamWorld:
    populated.fill()
    return populated


def body(text: str, channel: int = OWN.channel, **more: Any) -> dict[str, Any]:
    post = {"channel_id": channel, "custom_post_data": {"post_content": text}}
    return {"schedules": [post], "share_at": LATER, **more}


def propose(
    world: TeamWorld, text: str = "First words", name: str = "writer_a", **more: Any
) -> str:
    status, answer = world.ask(name, "POST", f"{FS}/composer", body(text, **more))
    assert status == 200
    group: str = answer["schedule_group_id"]
    return group


def row(world: TeamWorld, group: str, name: str = "olga") -> dict[str, Any]:
    _, answer = world.ask(name, "GET", f"{FS}/schedules", schedule_group_id=group, rows_count=10)
    assert len(answer["schedules"]) == 1
    listed: dict[str, Any] = answer["schedules"][0]
    return listed


def steps(world: TeamWorld, group: str) -> list[tuple[int, str, str, list[str]]]:
    _, answer = world.ask("ed", "GET", f"{POSTO}/review/{group}")
    return [
        (step["version"], step["step"], step["person"], step["changed"]) for step in answer["steps"]
    ]


def due(world: TeamWorld) -> list[int]:
    return [claimed["id"] for claimed in Claims(world.store).due(LATER + 10.0, (), 64)]


def test_a_proposal_waits_and_is_sent_once_it_is_approved(world: TeamWorld) -> None:
    group = propose(world)
    listed = row(world, group, "writer_a")
    assert listed["status"] == "proposed"
    assert listed["review"] | {"version": 0} == {
        "state": "proposed", "author": "writer_a", "is_own": True, "version": 0,
        "comment": "", "about": None, "by": "", "at": None,
    }  # fmt: skip
    assert listed["id"] not in due(world)
    _, waiting = world.ask("ed", "GET", f"{POSTO}/review")
    (proposal,) = [entry for entry in waiting["proposals"] if entry["schedule_group_id"] == group]
    assert proposal["text"] == "First words"
    assert proposal["channels"][0]["id"] == OWN.channel
    assert SECRET_OF_B not in str(waiting)
    status, answer = world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {"version": 1})
    assert (status, answer["review"]["state"]) == (200, "approved")
    assert row(world, group)["status"] == "not_sent"
    assert row(world, group)["id"] in due(world)
    assert steps(world, group) == [
        (1, "proposed", "writer_a", []),
        (1, "approved", "ed", []),
    ]
    again, error = world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {})
    assert (again, error["code"]) == (409, "posto_not_proposed")


def test_changes_are_asked_for_and_made(world: TeamWorld) -> None:
    group = propose(world, **with_file(OWN.media))
    listed = row(world, group)
    ask = f"{POSTO}/review/{group}/ask"
    assert world.ask("ed", "POST", ask, {"comment": "  "})[1]["code"] == "posto_no_comment"
    about = {"kind": "media", "media_id": OWN.media, "colour": "red"}
    status, answer = world.ask("ed", "POST", ask, {"comment": "A brighter one", "about": about})
    assert status == 200
    assert answer["review"]["state"] == "returned"
    assert answer["review"]["comment"] == "A brighter one"
    assert answer["review"]["about"] == {"kind": "media", "media_id": OWN.media}
    assert (row(world, group)["status"], due(world).count(listed["id"])) == ("returned", 0)
    changed = body("Better words", schedule_group_id=group, wp_post_id=listed["wp_post"]["id"])
    # Not by another writer.
    assert (
        world.ask("second", "POST", f"{FS}/composer", changed)[1]["code"] == "posto_only_proposes"
    )
    assert world.ask("writer_a", "POST", f"{FS}/composer", changed)[0] == 200
    assert row(world, group)["status"] == "proposed"
    assert row(world, group)["review"]["version"] == 2
    stale, error = world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {"version": 1})
    assert (stale, error["code"], error["data"]["version"]) == (409, "posto_changed", 2)
    assert world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {"version": 2})[0] == 200
    assert steps(world, group) == [
        (1, "proposed", "writer_a", []),
        (1, "returned", "ed", []),
        (
            2,
            "edited",
            "writer_a",
            [
                "media_list_to_upload",
                "post_content",
                "upload_media",
                "upload_media_type",
            ],
        ),
        (2, "approved", "ed", []),
    ]


def test_an_editor_who_edits_a_proposal_keeps_it_one_and_its_history(world: TeamWorld) -> None:
    group = propose(world)
    old = row(world, group)
    replaced = body("By the editor", replaces=[old["id"]], share_at=LATER + 60)
    _, answer = world.ask("ed", "POST", f"{FS}/composer", replaced)
    new_group = answer["schedule_group_id"]
    assert new_group != group
    assert row(world, new_group)["status"] == "proposed"
    assert row(world, new_group)["review"]["author"] == "writer_a"
    assert steps(world, new_group) == [
        (1, "proposed", "writer_a", []),
        (2, "edited", "ed", ["time", "post_content"]),
    ]
    moved = {"schedule_group_id": new_group, "share_at": LATER + 120}
    assert world.ask("second", "POST", f"{FS}/composer/reschedule", moved)[0] == 403
    assert world.ask("writer_a", "POST", f"{FS}/composer/reschedule", moved)[0] == 200
    assert steps(world, new_group)[-1] == (3, "moved", "writer_a", ["time"])
    assert row(world, new_group)["status"] == "proposed"
    # What an editor changes after the approval is no proposal again, and still the writer's.
    world.ask("ed", "POST", f"{POSTO}/review/{new_group}/approve", {"version": 3})
    replaced = body("After it", replaces=[row(world, new_group)["id"]])
    last_group = world.ask("ed", "POST", f"{FS}/composer", replaced)[1]["schedule_group_id"]
    review = row(world, last_group)["review"]
    assert row(world, last_group)["status"] == "not_sent"
    assert (review["state"], review["author"], review["version"]) == ("approved", "writer_a", 4)
    assert [step[1] for step in steps(world, last_group)] == [
        "proposed",
        "edited",
        "moved",
        "approved",
        "edited",
    ]


def test_a_time_that_has_passed_needs_a_new_one(world: TeamWorld) -> None:
    group = propose(world)
    world.now = LATER + 3600.0
    approve = f"{POSTO}/review/{group}/approve"
    status, error = world.ask("ed", "POST", approve, {})
    assert (status, error["code"]) == (409, "posto_time_passed")
    assert world.ask("ed", "POST", approve, {"share_at": NOW})[1]["code"] == "posto_time_passed"
    assert row(world, group)["status"] == "proposed"
    later = LATER + 7200
    assert world.ask("ed", "POST", approve, {"share_at": later})[0] == 200
    assert (row(world, group)["status"], row(world, group)["share_at"]) == ("not_sent", later)
    other = propose(world)
    world.ask("ed", "POST", f"{POSTO}/review/{other}/approve", {"share_at": None})
    assert row(world, other)["send_time"] == int(world.now)
    world.now = NOW


def test_a_writer_withdraws_and_deletes_only_proposals_of_their_own(world: TeamWorld) -> None:
    group = propose(world)
    assert world.ask("second", "POST", f"{POSTO}/review/{group}/withdraw", {})[0] == 403
    assert world.ask("ed", "POST", f"{POSTO}/review/{group}/withdraw", {})[0] == 403
    status, answer = world.ask("writer_a", "POST", f"{POSTO}/review/{group}/withdraw", {})
    assert (status, answer["review"]["state"]) == (200, "withdrawn")
    _, history = world.ask("olga", "GET", f"{POSTO}/review/{group}")
    assert [step["step"] for step in history["steps"]] == ["proposed", "withdrawn"]
    group = propose(world)
    rows_before = {entry["id"] for entry in world.state_of(A)[5]}
    world.ask("second", "DELETE", f"{FS}/schedules", {"include_all": True})
    assert {entry["id"] for entry in world.state_of(A)[5]} == rows_before
    before = world.state_of(B)
    world.ask("writer_a", "DELETE", f"{FS}/schedules", {"include_all": True})
    left = {entry["status"] for entry in world.state_of(A)[5]}
    assert left == {"not_sent", "error"}
    assert world.state_of(B) == before
    world.ask("ed", "DELETE", f"{FS}/schedules", {"include_all": True})
    assert world.state_of(A)[5] == []
    assert world.state_of(B) == before


def test_a_writer_changes_nothing_that_is_scheduled(world: TeamWorld) -> None:
    scheduled, post = OWN.schedules[0], OWN.posts[0]
    before = world.state_of(A)
    for change in (
        body("New", replaces=[scheduled]),
        body("New", schedule_group_id=OWN.groups[0], wp_post_id=post),
    ):
        status, error = world.ask("writer_a", "POST", f"{FS}/composer", change)
        assert (status, error["code"]) == (403, "posto_only_proposes")
    moved = {"schedule_group_id": OWN.groups[0], "share_at": LATER + 9}
    assert world.ask("writer_a", "POST", f"{FS}/composer/reschedule", moved)[0] == 403
    assert world.state_of(A) == before


def test_files_go_with_the_groups_that_use_them_and_approval_takes_them_over(
    world: TeamWorld,
) -> None:
    name = 'attachment; filename="p.png"'
    upload = {"HTTP_CONTENT_DISPOSITION": name, "CONTENT_TYPE": "image/png"}
    status, item = world.ask("writer_a", "POST", f"{WP}/media", world.picture, headers=upload)
    assert status == 201
    file = f"{WP}/media/{item['id']}"
    assert world.ask("ed", "GET", file)[0] == 200
    assert world.ask("writer_b", "GET", file)[0] == 404
    assert world.ask("writer_a", "POST", file, {"alt_text": "A cup"})[0] == 200
    assert world.ask("second", "POST", file, {"alt_text": "Mine"})[0] == 403
    group = propose(world, **with_file(item["id"]))
    assert world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {})[0] == 200
    assert world.ask("writer_a", "POST", file, {"alt_text": "Other words"})[0] == 403
    # An owner schedules it for the other group, which sees it then and may not change it alone.
    shared = body("x", OTHER.channel) | with_file(item["id"], OTHER.channel)
    world.ask("olga", "POST", f"{FS}/composer", shared)
    assert world.ask("writer_b", "GET", file)[0] == 200
    assert world.ask("ed", "POST", file, {"alt_text": "Ours"})[1]["code"] == "posto_used_by_others"
    assert world.ask("ed", "DELETE", f"{file}?force=true")[0] == 403
    entries = world.ask("olga", "GET", f"{POSTO}/audit", person="writer_a")[1]["entries"]
    uploaded = [entry for entry in entries if entry["action"] == "file.upload"]
    assert uploaded[0]["object"] == f"file {item['id']}"


def with_file(media_id: int, channel: int = OWN.channel) -> dict[str, Any]:
    post = {
        "post_content": "With a file",
        "upload_media": True,
        "upload_media_type": "custom",
        "media_list_to_upload": [media_id],
    }
    return {"schedules": [{"channel_id": channel, "custom_post_data": post}]}


def test_a_post_that_is_seen_in_part_shows_no_comments(world: TeamWorld) -> None:
    both = {
        "schedules": [
            {"channel_id": channel, "custom_post_data": {"post_content": "Both"}}
            for channel in (OWN.channel, OTHER.channel)
        ],
        "share_at": LATER,
    }
    world.add("willy", "writer", ["a", "b"])
    group = world.ask("willy", "POST", f"{FS}/composer", both)[1]["schedule_group_id"]
    comment = {"comment": f"Not for {SECRET_OF_B}"}
    assert world.ask("ed", "POST", f"{POSTO}/review/{group}/ask", comment)[0] == 404
    assert world.ask("olga", "POST", f"{POSTO}/review/{group}/ask", comment)[0] == 200
    listed = row(world, group, "ed")
    assert (listed["status"], listed["review"]["comment"]) == ("returned", "")
    assert group not in str(world.ask("ed", "GET", f"{POSTO}/review")[1])
    assert world.ask("ed", "GET", f"{POSTO}/review/{group}")[0] == 404
    rows = world.ask("willy", "GET", f"{FS}/schedules", schedule_group_id=group, rows_count=10)
    assert {listed["review"]["comment"] for listed in rows[1]["schedules"]} == {comment["comment"]}


@pytest.mark.parametrize("database", ["postgres"])
def test_the_same_on(database: str, postgres: Postgres, tmp_path: Path) -> None:
    world = populate(TeamWorld(tmp_path, postgres.address))
    try:
        for check in (
            test_a_proposal_waits_and_is_sent_once_it_is_approved,
            test_changes_are_asked_for_and_made,
            test_an_editor_who_edits_a_proposal_keeps_it_one_and_its_history,
            test_a_time_that_has_passed_needs_a_new_one,
            test_a_writer_withdraws_and_deletes_only_proposals_of_their_own,
            test_files_go_with_the_groups_that_use_them_and_approval_takes_them_over,
            test_an_approval_is_undone_while_the_post_is_surely_not_sent,
            test_a_withdrawal_is_undone_with_all_that_was_in_it,
        ):
            world.fill()
            check(world)
    finally:
        world.close()


def test_a_repeated_request_makes_no_second_post_though_it_replaced_rows(world: TeamWorld) -> None:
    """The answer was lost: the rows that it replaced are gone by now."""
    post = {"post_content": "Once", "posto_ref": "mark-1"}
    change = {
        "schedules": [{"channel_id": OWN.channel, "custom_post_data": post}],
        "share_at": LATER,
        "replaces": [OWN.schedules[0], OTHER.schedules[0]],
    }
    before = world.state_of(B)
    first = world.ask("ed", "POST", f"{FS}/composer", change)[1]
    assert world.ask("ed", "POST", f"{FS}/composer", change)[1] == first
    assert OWN.schedules[0] not in [entry["id"] for entry in world.state_of(A)[5]]
    assert len(world.state_of(A)[5]) == 3
    assert world.state_of(B) == before


def test_the_sdk_answers_proposals_of_this_server(world: TeamWorld) -> None:
    server = HttpServer(world.workspace, lambda: None)
    try:
        base_url = server.bind(0)
        server.start()
        group = propose(world)
        with PostoSDK.from_credentials("ed", world.passwords["ed"], base_url=base_url) as editor:
            waiting = {proposal.group_id: proposal for proposal in editor.review.list()}
            assert waiting[group].text == "First words"
            assert waiting[group].review.author == "writer_a"
            asked = editor.review.ask(group, "Shorter", about="text", version=1)
            assert (asked.state, asked.remark and asked.remark.subject) == ("returned", "text")
            with pytest.raises(PostoError):
                editor.review.approve(group, version=7)
            assert editor.review.approve(group, version=1).state == "approved"
            steps_of_group = editor.review.story(group)
            assert [step.step for step in steps_of_group] == ["proposed", "returned", "approved"]
            assert steps_of_group[1].remark is not None
            assert steps_of_group[1].remark.comment == "Shorter"
        group = propose(world)
        credentials = ("writer_a", world.passwords["writer_a"])
        with PostoSDK.from_credentials(*credentials, base_url=base_url) as writer:
            assert writer.review.withdraw(group).state == "withdrawn"
    finally:
        server.stop()


def answer(world: TeamWorld, group: str, verb: str, name: str = "ed", **more: Any) -> int:
    status, given = world.ask(name, "POST", f"{POSTO}/review/{group}/{verb}", more)
    assert status == 200, given
    step: int = given["step"]
    return step


def undo(world: TeamWorld, *steps: int, name: str = "ed") -> tuple[list[int], list[str]]:
    """Return the steps that were undone, and why others were not."""
    status, given = world.ask(name, "POST", f"{POSTO}/review/undo", {"steps": [*steps]})
    assert status == 200, given
    undone = [step["step"] for step in given["undone"]]
    return undone, [step["code"] for step in given["refused"]]


def test_an_approval_is_undone_while_the_post_is_surely_not_sent(world: TeamWorld) -> None:
    name = 'attachment; filename="p.png"'
    upload = {"HTTP_CONTENT_DISPOSITION": name, "CONTENT_TYPE": "image/png"}
    _, item = world.ask("writer_a", "POST", f"{WP}/media", world.picture, headers=upload)
    group = propose(world, **with_file(item["id"]))
    before = row(world, group)
    step = answer(world, group, "approve", share_at=LATER + 600)
    # What was made ahead for a network is taken back there.
    with world.store.write() as db:
        db.execute(
            "UPDATE schedules SET record = ? WHERE group_id = ?",
            ('{"ahead": "done", "parts": [{"state": "waiting"}]}', group),
        )
    assert undo(world, step) == ([step], [])
    after = row(world, group)
    assert after["review"] == before["review"]
    assert {**after, "review": None} == {**before, "review": None}
    assert world.store.rows("SELECT * FROM discards")[-1]["record"].startswith('{"ahead"')
    assert before["id"] not in due(world)
    assert [step[1] for step in steps(world, group)] == [
        "proposed", "approved", "approval_undone",
    ]  # fmt: skip
    file = f"{WP}/media/{item['id']}"
    assert world.ask("writer_a", "POST", file, {"alt_text": "Mine again"})[0] == 200
    assert undo(world, step) == ([], ["posto_changed"]), "it is undone once"
    # It is approved again as the first time, with what is written about the file now.
    again = answer(world, group, "approve", version=2)
    assert row(world, group)["status"] == "not_sent"
    claims = Claims(world.store)
    assert claims.claim(before["id"], LATER + 10.0) is not None
    assert undo(world, again) == ([], ["posto_being_sent"])
    assert row(world, group)["status"] == "sending"


@pytest.mark.parametrize("status", ["success", "error", "unknown", "missed"])
def test_what_may_be_out_or_was_decided_otherwise_stays_approved(
    world: TeamWorld, status: str
) -> None:
    group = propose(world)
    step = answer(world, group, "approve")
    with world.store.write() as db:
        db.execute("UPDATE schedules SET status = ? WHERE group_id = ?", (status, group))
    assert undo(world, step) == ([], ["posto_being_sent"])
    begun = '{"parts": [{"state": "waiting", "first_sent": 1.0}]}'
    with world.store.write() as db:
        db.execute(
            "UPDATE schedules SET status = 'not_sent', record = ? WHERE group_id = ?",
            (begun, group),
        )
    assert undo(world, step) == ([], ["posto_being_sent"]), "a try may have reached the network"


def test_only_the_last_step_is_undone_and_only_by_who_did_it(world: TeamWorld) -> None:
    world.add("eve", "editor", ["a"])
    first, second = propose(world), propose(world)
    step, other = answer(world, first, "approve"), answer(world, second, "approve")
    assert undo(world, step, name="eve") == ([], ["rest_post_invalid_id"])
    assert undo(world, step, name="writer_a") == ([], ["rest_post_invalid_id"])
    moved = {"schedule_group_id": second, "share_at": LATER + 60}
    world.ask("eve", "POST", f"{FS}/composer/reschedule", moved)
    # Several at once: what can be undone is.
    assert undo(world, other, step, 10**9) == (
        [step],
        ["posto_changed", "rest_post_invalid_id"],
    )
    assert (row(world, first)["status"], row(world, second)["status"]) == ("proposed", "not_sent")
    again = answer(world, first, "approve")
    world.team.people.set_role("ed", "writer")
    world.team.sign_ins.forget()
    assert undo(world, again) == ([], ["rest_post_invalid_id"]), "no editor any more"
    world.team.people.set_role("ed", "editor")
    world.team.people.set_groups("ed", ["b"])
    world.team.sign_ins.forget()
    assert undo(world, again) == ([], ["rest_post_invalid_id"]), "the post is not seen any more"
    world.team.people.set_groups("ed", ["a"])
    world.team.sign_ins.forget()
    for wrong in ({}, {"steps": []}, {"steps": ["x"]}, {"steps": [*range(501)]}):
        assert world.ask("ed", "POST", f"{POSTO}/review/undo", wrong)[0] == 400


def test_an_approved_post_is_held_back_as_long_as_it_can_be_undone(world: TeamWorld) -> None:
    group = propose(world, share_at=None)
    number = row(world, group)["id"]
    answer(world, group, "approve", hold=20)
    claims = Claims(world.store)
    assert number not in [claimed["id"] for claimed in claims.due(NOW + 19, (), 64)]
    assert number in [claimed["id"] for claimed in claims.due(NOW + 20, (), 64)]
    later = propose(world)
    answer(world, later, "approve", hold=20)
    stored = world.store.row("SELECT * FROM schedules WHERE group_id = ?", later)
    assert stored is not None
    assert stored["due_at"] == LATER, "its time is later anyway"
    for wrong in (61, -1, "soon"):
        asked = world.ask("ed", "POST", f"{POSTO}/review/{group}/approve", {"hold": wrong})
        assert asked[0] == 400


def test_a_request_for_changes_is_undone_until_the_writer_has_answered(world: TeamWorld) -> None:
    group = propose(world)
    answer(world, group, "ask", comment="Shorter")
    step = answer(world, group, "ask", comment="Much shorter")
    assert undo(world, step) == ([step], [])
    review = row(world, group)["review"]
    assert (row(world, group)["status"], review["comment"]) == ("returned", "Shorter")
    step = answer(world, group, "ask", comment="Much shorter")
    changed = body("Short", schedule_group_id=group, wp_post_id=row(world, group)["wp_post"]["id"])
    world.ask("writer_a", "POST", f"{FS}/composer", changed)
    assert undo(world, step) == ([], ["posto_changed"])
    assert row(world, group)["status"] == "proposed"


def test_a_withdrawal_is_undone_with_all_that_was_in_it(world: TeamWorld) -> None:
    group = propose(world, **with_file(OWN.media))
    answer(world, group, "ask", comment="Shorter")
    before = row(world, group)
    step = answer(world, group, "withdraw", name="writer_a")
    assert undo(world, step) == ([], ["rest_post_invalid_id"]), "it was another person's"
    assert undo(world, step, name="writer_a") == ([step], [])
    assert row(world, group) == before
    step = answer(world, group, "withdraw", name="writer_a")
    with world.store.write() as db:
        db.execute("DELETE FROM media WHERE id = ?", (OWN.media,))
    assert undo(world, step, name="writer_a") == ([], ["posto_changed"]), "its file is gone"


def test_a_comment_is_about_what_the_post_has(world: TeamWorld) -> None:
    group = propose(world, **with_file(OWN.media))
    ask = f"{POSTO}/review/{group}/ask"
    for about in (
        {"kind": "media", "media_id": OTHER.media},
        {"kind": "text", "channel_id": OTHER.channel},
        {"kind": "media", "media_id": "x"},
    ):
        status, error = world.ask("ed", "POST", ask, {"comment": "This", "about": about})
        assert (status, error["code"]) == (400, "posto_not_of_post")
    assert row(world, group)["status"] == "proposed"
    about = {"kind": "media", "media_id": OWN.media, "channel_id": OWN.channel}
    assert world.ask("ed", "POST", ask, {"comment": "This", "about": about})[0] == 200


def test_a_proposal_says_when_it_was_proposed_and_what_was_changed_last(world: TeamWorld) -> None:
    group = propose(world)
    world.now = NOW + 60
    post = row(world, group)["wp_post"]["id"]
    world.ask(
        "ed", "POST", f"{FS}/composer", body("Better", schedule_group_id=group, wp_post_id=post)
    )
    world.now = NOW
    _, listed = world.ask("writer_a", "GET", f"{POSTO}/review")
    (review,) = [
        proposal["review"]
        for proposal in listed["proposals"]
        if proposal["schedule_group_id"] == group
    ]
    assert (review["proposed_at"], review["changed_at"]) == (NOW, NOW + 60)
    assert (review["changed_by"], review["changed"]) == ("ed", ["post_content"])


def test_a_writer_answers_a_request_about_the_time_by_another_time(world: TeamWorld) -> None:
    group = propose(world)
    answer(world, group, "ask", comment="Later", about={"kind": "time"})
    moved = {"schedule_group_id": group, "share_at": LATER + 60}
    assert world.ask("ed", "POST", f"{FS}/composer/reschedule", moved)[0] == 200
    assert row(world, group)["status"] == "returned", "the writer has not answered"
    assert world.ask("writer_a", "POST", f"{FS}/composer/reschedule", moved)[0] == 200
    assert row(world, group)["status"] == "proposed"
    assert row(world, group)["review"]["state"] == "proposed"
