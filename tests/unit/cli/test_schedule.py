"""Tests of `posto schedule` on this computer's workspace."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.cli import schedule
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import Output
from posto_desktop.cli.post_lines import detail_lines, post_json, story_json
from posto_desktop.cli.session import Session
from posto_desktop.core.moves import moves_of
from posto_desktop.delivery.moving_lock import moving
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.post_stories import PartStory, PostStory
from posto_desktop.sdk.records import Schedule
from posto_desktop.server import launch
from posto_desktop.storage import moves, schedule_rows
from posto_desktop.storage.paths import find_paths
from tests.unit.cli.conftest import Posto

TOMORROW = (datetime.now() + timedelta(days=1)).date()


def scheduled(posto: Posto, text: str, to: str = "1", when: str = "tomorrow 9:00") -> list[int]:
    """Schedule a post; return the ids of its rows in the schedule."""
    ended = posto("post", text, "--to", to, "--when", when, "--yes", "--json")
    assert ended.code == Exit.DONE, ended.out + ended.err
    listed = posto("schedule", "list", "--search", text, "--json")
    return [row["id"] for row in listed.data]


def time_of(posto: Posto, number: int) -> datetime:
    return datetime.fromisoformat(posto("schedule", "show", str(number), "--json").data["time"])


def test_list_filters(posto: Posto) -> None:
    [number] = scheduled(posto, "Filtered apple")
    scheduled(posto, "Filtered pear", "bluesky", "tomorrow 18:00")
    both = posto("schedule", "list", "--search", "filtered", "--json").data
    assert [row["text"] for row in both] == ["Filtered pear", "Filtered apple"]  # newest first
    assert {row["status"] for row in both} == {"scheduled"}

    def texts(*options: str) -> list[str]:
        answer = posto("schedule", "list", "--search", "filtered", "--json", *options)
        return [row["text"] for row in answer.data]

    assert texts("--to", "bluesky") == ["Filtered pear"]
    assert texts("--until", "tomorrow 12:00") == ["Filtered apple"]
    assert texts("--from", "tomorrow 12:00", "--until", "tomorrow") == ["Filtered pear"]
    assert texts("--until", "yesterday") == []
    assert texts("--status", "sent") == []
    assert texts("--status", "late,scheduled", "--limit", "1") == ["Filtered pear"]
    line = posto("schedule", "list", "--search", "apple").out
    assert line.split()[0] == str(number)
    assert f"{TOMORROW:%a %d %b %Y} 09:00" in line


def test_list_refuses_what_it_does_not_know(posto: Posto) -> None:
    assert posto("schedule", "list", "--status", "lost").code == Exit.USAGE
    assert posto("schedule", "list", "--from", "blursday").code == Exit.USAGE
    assert posto("schedule", "list", "--from", "tomorrow", "--until", "today").code == Exit.USAGE
    assert posto("schedule", "show", "999999").code == Exit.NOT_FOUND


def test_list_offline_is_what_the_app_read(posto: Posto) -> None:
    refused = posto("schedule", "list", "--offline")
    assert refused.code == Exit.REFUSED
    assert "has not read the schedule" in refused.err
    db = posto.database()
    rows = {}
    for number in range(1, 1204):
        at = datetime(2026, 1, 1) + timedelta(hours=number)
        row = Schedule(number, "g", 1, send_at=at.astimezone(), status="success", text=f"T{number}")
        rows[number] = row.to_dict()
    rows[2000] = Schedule(2000, "g", 1, status="draft", text="undated").to_dict()
    schedule_rows.update(db, "local", rows, (), 1_700_000_000.0)
    db.close()
    listed = posto("schedule", "list", "--offline", "--json")
    assert [row["id"] for row in listed.data] == [*range(1203, 0, -1), 2000]
    assert "As of Tue 14 Nov 2023" in listed.err
    some = posto(
        "schedule", "list", "--offline", "--from", "2026-01-02", "--until", "2026-01-02", "--json"
    )
    assert len(some.data) == 24
    assert {row["time"][:10] for row in some.data} == {"2026-01-02"}


def test_show_has_story_and_history(posto: Posto) -> None:
    [number] = scheduled(posto, "Shown")
    ended = posto("schedule", "show", str(number), "--json")
    assert ended.data["story"]["parts"] == []  # nothing happened to it yet
    assert [step["what"] for step in ended.data["history"]][-1] == "Accepted"
    posto("post", "Shown at once", "--to", "1", "--yes", "--wait")
    [sent] = posto("schedule", "list", "--search", "shown at once", "--json").data
    shown = posto("schedule", "show", str(sent["id"]))
    assert sent["link"] in shown.out
    assert "Sending: this computer" in shown.out


def test_story_of_a_thread_in_lines() -> None:
    parts = (
        PartStory("post", "sent", link="https://a.example/1"),
        PartStory("comment", "failed", reason="Refused.", notes=("A note.",)),
    )
    data = {
        **post_json(Schedule(1, "g", 1, text="Hello"), datetime.now().astimezone()),
        "story": story_json(PostStory(1, "success", parts=parts)),
        "insights": {"Likes": "3"},
        "history": [],
    }
    lines = list(detail_lines(data))
    assert "Part 1: sent https://a.example/1" in lines
    assert lines[-3:] == ["First comment: failed Refused.", "  A note.", "Likes: 3"]


def test_move_and_the_command_that_takes_it_back(posto: Posto) -> None:
    ids = scheduled(posto, "Moved", "1,bluesky")
    looked = posto("schedule", "move", *map(str, ids), "tomorrow 15:00", "--dry-run", "--json")
    assert [move["state"] for move in looked.data["moves"]] == ["proposed"]
    assert time_of(posto, ids[0]).hour == 9
    moved = posto("schedule", "move", str(ids[0]), "tomorrow 15:00", "--message", "--json")
    assert moved.code == Exit.DONE, moved.out + moved.err
    [move] = moved.data["moves"]
    assert (move["state"], sorted(move["ids"])) == ("moved", sorted(ids))
    assert time_of(posto, move["new_ids"][1]).hour == 15
    [command] = moved.data["undo"]
    back = posto(*shlex.split(command)[3:])
    assert back.code == Exit.DONE, back.out + back.err
    assert {time_of(posto, number).hour for number in ids} == {9}


def test_move_refuses_what_cannot_move(posto: Posto) -> None:
    posto("post", "Sent already", "--to", "1", "--yes", "--wait")
    [sent] = posto("schedule", "list", "--search", "sent already", "--json").data
    ended = posto("schedule", "move", str(sent["id"]), "tomorrow")
    assert ended.code == Exit.REFUSED
    assert "sent already" in ended.err
    [number] = scheduled(posto, "Waiting")
    assert posto("schedule", "move", str(number), "now").code == Exit.USAGE
    assert posto("schedule", "move", str(number), "yesterday").code == Exit.USAGE
    some = posto("schedule", "move", str(number), str(sent["id"]), "tomorrow 16:00")
    assert some.code == Exit.PARTLY
    assert time_of(posto, number).hour == 16


def test_interrupted_move_is_resumed(posto: Posto) -> None:
    [number] = scheduled(posto, "Interrupted")
    row = posto("schedule", "show", str(number), "--json").data
    at = datetime.fromisoformat(row["time"])
    [move] = moves_of(
        [Schedule(number, row["group"], row["channel"], send_at=at, status="not_sent")],
        {number: at + timedelta(hours=3)},
        "local",
    )
    db = posto.database()
    stored = {"id": move.id, "workspace": "local", "state": move.state, "body": move.body()}
    moves.add(db, [stored], 0.0)
    db.close()
    with moving(db.folder) as is_ours:  # as while another process moves
        assert is_ours
    resumed = posto("schedule", "resume", "--json")
    assert [each["state"] for each in resumed.data["moves"]] == ["moved"]
    assert time_of(posto, number).hour == 12
    assert posto("schedule", "resume", "--json").data["moves"] == []


def test_delete_says_what_became_of_each(posto: Posto) -> None:
    first, second = scheduled(posto, "Deleted", "1,bluesky")
    assert posto("schedule", "delete", str(first)).code == Exit.USAGE  # nobody can be asked
    looked = posto("schedule", "delete", str(first), "--dry-run", "--json")
    assert looked.data == [{"id": first, "outcome": "proposed", "reason": ""}]
    ended = posto("schedule", "delete", str(first), "999999", "--yes", "--json")
    assert ended.code == Exit.DONE
    assert {row["id"]: row["outcome"] for row in ended.data} == {
        first: "deleted",
        999999: "missing",
    }
    [left] = posto("schedule", "list", "--search", "deleted", "--json").data
    assert left["id"] == second
    history = posto("schedule", "show", str(second), "--json").data["history"]
    assert history[-1]["what"] == "Deleted by you"
    assert posto("schedule", "delete", "999999", "--yes").code == Exit.NOT_FOUND


def test_retry_leaves_alone_what_has_not_failed(posto: Posto) -> None:
    [number] = scheduled(posto, "Not failed")
    ended = posto("schedule", "retry", str(number), "--yes", "--json")
    assert ended.code == Exit.REFUSED
    assert ended.data[0]["outcome"] == "not_failed"


def test_export_csv_calendar_and_json(posto: Posto, tmp_path: Path) -> None:
    scheduled(posto, "=Exported", "1,bluesky")
    path = tmp_path / "schedule.csv"
    ended = posto("schedule", "export", str(path), "--search", "exported", "--json")
    assert (ended.code, ended.data["posts"]) == (Exit.DONE, 2)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["Text"] for row in rows] == ["'=Exported"] * 2
    assert posto("schedule", "export", str(path)).code == Exit.USAGE  # it would be replaced
    calendar = tmp_path / "schedule.ics"
    assert posto("schedule", "export", str(calendar), "--search", "exported").code == Exit.DONE
    assert calendar.read_text().count("BEGIN:VEVENT") == 2
    data = tmp_path / "schedule.json"
    posto("schedule", "export", str(data), "--search", "exported")
    assert [post["text"] for post in json.loads(data.read_text())["posts"]] == ["=Exported"] * 2
    assert posto("schedule", "export", str(tmp_path / "schedule")).code == Exit.USAGE


@pytest.mark.parametrize("words", ["", "--json"])
def test_empty_list_is_no_error(posto: Posto, words: str) -> None:
    ended = posto("schedule", "list", "--search", "nobody wrote this", *filter(None, [words]))
    assert ended.code == Exit.DONE
    assert not words or ended.data == []


def test_list_that_breaks_off_is_still_json(posto: Posto, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(*_arguments: object, **_options: object) -> Iterator[Schedule]:
        yield Schedule(1, "g", 1, text="Read")
        raise NetworkError("gone", user_message="The network is gone.")

    monkeypatch.setattr(schedule, "read_posts", rows)
    ended = posto("schedule", "list", "--json")
    assert ended.code == Exit.UNREACHABLE
    assert [row["text"] for row in ended.data] == ["Read"]
    assert (ended.json["ok"], ended.json["error"]["message"]) == (False, "The network is gone.")


def test_server_that_was_just_ending_is_started_again(posto: Posto) -> None:
    [number] = scheduled(posto, "Before the end")
    session = Session(str(posto.home), "", Output(as_json=True))
    try:
        session.pool.get("local")
        running = launch.find(find_paths(posto.home).workspace)
        assert running is not None
        assert running.stop()
        assert number in session.client.sdk.schedules.by_ids([number])
    finally:
        session.close()
