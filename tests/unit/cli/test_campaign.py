"""Tests of `posto campaign` on this computer's workspace."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.cli.campaign_import import rhythm_of
from posto_desktop.cli.exits import CommandError, Exit
from posto_desktop.core.campaign import Rhythm
from tests.unit.cli.conftest import Posto

DAY = (datetime.now() + timedelta(days=3)).date()


def table(tmp_path: Path, name: str, *texts: str) -> Path:
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join(["Text", *texts]), encoding="utf-8")
    return path


def imported(posto: Posto, path: Path, *options: str) -> str:
    """Import a file for channel 1, every 2 hours from noon on; return the campaign's id."""
    ended = posto(
        "campaign", "import", str(path), "--to", "1", "--start", f"{DAY} 12:00",
        "--every", "2 hours", "--json", *options,
    )  # fmt: skip
    assert ended.code == Exit.DONE, ended.out + ended.err
    return str(ended.data["campaign"]["id"])


def scheduled(posto: Posto, words: str) -> list[dict[str, Any]]:
    """Return the posts of the schedule that wait, earliest first."""
    listed = posto("schedule", "list", "--status", "scheduled", "--search", words, "--json")
    return list(reversed(listed.data))


def test_import_shows_times_before_it_writes(posto: Posto, tmp_path: Path) -> None:
    path = table(tmp_path, "looked", "Looked one", "Looked two")
    looked = posto(
        "campaign", "import", str(path), "--to", "1", "--start", f"{DAY} 12:00",
        "--every", "2 hours", "--dry-run", "--json",
    )  # fmt: skip
    assert looked.code == Exit.DONE, looked.out + looked.err
    assert looked.data["campaign"] is None
    times = [datetime.fromisoformat(row["time"]) for row in looked.data["messages"]]
    assert [(at.date(), at.hour) for at in times] == [(DAY, 12), (DAY, 14)]
    assert posto("campaign", "status", "looked").code == Exit.NOT_FOUND


def test_import_says_what_it_leaves_out(posto: Posto, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = [
        "Text;Picture;When",
        "Kept;;",
        ";;",
        "Remote;https://a.example/b.png;",
        "Past;;2001-01-01",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    ended = posto("campaign", "import", str(path), "--to", "1", "--json")
    assert ended.code == Exit.PARTLY
    assert [row["text"] for row in ended.data["messages"]] == ["Kept"]
    words = " ".join(row["message"] for row in ended.data["rows"])
    assert "download the picture" in words
    assert "passed" in words
    missing = posto("campaign", "import", str(tmp_path / "none.csv"), "--to", "1")
    assert missing.code == Exit.REFUSED
    assert "none.csv was not found" in missing.err
    assert posto("campaign", "import", str(path), "--to", "1", "--start", "blursday").code == 2


def test_campaign_starts_stops_and_goes_on(posto: Posto, tmp_path: Path) -> None:
    campaign = imported(posto, table(tmp_path, "Rounds", *(f"Round {n}" for n in range(1, 26))))
    looked = posto("campaign", "start", "rounds", "--dry-run", "--json")
    assert (looked.code, looked.data["posts"], looked.data["started"]) == (Exit.DONE, 25, 0)
    assert posto("campaign", "start", "rounds").code == Exit.USAGE  # nobody can be asked
    started = posto("campaign", "start", "rounds", "--yes", "--json")
    assert started.code == Exit.DONE, started.out + started.err
    posts = scheduled(posto, "round")
    assert [post["text"] for post in posts] == [f"Round {n}" for n in range(1, 26)]
    assert datetime.fromisoformat(posts[1]["time"]).hour == 14
    again = posto("campaign", "start", campaign[:8], "--yes", "--json")
    assert (again.code, again.data["started"]) == (Exit.DONE, 0)
    status = posto("campaign", "status", "rounds", "--json").data
    assert (status["campaign"]["state"], status["counts"]) == ("running", {"scheduled": 25})
    assert posto("campaign", "delete", "rounds", "--yes").code == Exit.REFUSED  # it runs

    first = posts[0]["id"]
    posto("schedule", "delete", str(first), "--yes")  # by hand: as if it had been sent
    assert posto("campaign", "stop", "rounds", "--dry-run", "--json").data["stopped"] == 24
    assert len(scheduled(posto, "round")) == 24
    stopped = posto("campaign", "stop", "rounds", "--json")
    assert (stopped.code, stopped.data["remaining"]) == (Exit.DONE, []), stopped.out
    assert stopped.data["stopped"] == 24
    assert scheduled(posto, "round") == []

    resumed = posto("campaign", "start", "rounds", "--yes", "--json")
    assert resumed.code == Exit.DONE, resumed.out + resumed.err
    texts = [post["text"] for post in scheduled(posto, "round")]
    assert sorted(texts) == sorted(set(texts))  # each once
    assert {f"Round {n}" for n in range(2, 26)} <= set(texts)
    posto("campaign", "stop", "rounds")
    assert posto("campaign", "delete", "rounds", "--yes").code == Exit.DONE
    assert posto("campaign", "status", "rounds").code == Exit.NOT_FOUND


def test_start_refuses_what_a_channel_would(posto: Posto, tmp_path: Path) -> None:
    imported(posto, table(tmp_path, "Long", "Short enough", "x" * 400))
    refused = posto("campaign", "start", "long", "--yes", "--json")
    assert refused.code == Exit.REFUSED
    assert "Message 2" in refused.json["error"]["message"]
    assert scheduled(posto, "short enough") == []
    partly = posto("campaign", "start", "long", "--yes", "--partly", "--json")
    assert (partly.code, partly.data["started"]) == (Exit.PARTLY, 1)
    assert len(scheduled(posto, "short enough")) == 1


def test_queued_campaign_is_sent_by_outbox_wait(posto: Posto, tmp_path: Path) -> None:
    imported(posto, table(tmp_path, "Queue", "Queued one", "Queued two"))
    started = posto("campaign", "start", "queue", "--yes", "--queue", "--json")
    assert started.code == Exit.DONE, started.out
    assert scheduled(posto, "queued") == []
    listed = posto("campaign", "list", "--json").data
    assert next(row for row in listed if row["name"] == "Queue")["posts"] == {"handed": 2}
    assert posto("outbox", "wait").code == Exit.DONE
    assert len(scheduled(posto, "queued")) == 2
    assert posto("campaign", "retry", "queue", "--yes").code == Exit.DONE  # none has failed


@pytest.mark.parametrize(
    ("words", "rhythm"),
    [
        ("", Rhythm()),
        ("2 hours", Rhythm("interval", 2, "hour")),
        ("day", Rhythm("interval", 1, "day")),
        ("3 working days", Rhythm("interval", 3, "working_day")),
        ("slots", Rhythm("slots")),
        ("times", Rhythm("times")),
    ],
)
def test_rhythm_in_words(words: str, rhythm: Rhythm) -> None:
    assert rhythm_of(words) == rhythm


@pytest.mark.parametrize("words", ["sometimes", "0 days", "2 moons"])
def test_rhythm_that_is_none(words: str) -> None:
    with pytest.raises(CommandError):
        rhythm_of(words)
