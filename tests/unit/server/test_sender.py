"""The sender's rules with a publisher and a clock that the test holds in its hands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.claims import Claims
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import Refused, SignInAgain, TryLater, Unclear
from posto_desktop.server.sender import MAX_ATTEMPTS

from .conftest import until
from .databases import DATABASES, opened
from .sending import Bench, PowerCut, raise_at


@pytest.fixture(params=DATABASES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    with opened(request, tmp_path) as store:
        yield Bench(tmp_path, store)


def test_a_row_is_sent_once_however_often_it_is_asked_for(bench: Bench) -> None:
    number = bench.compose()
    assert bench.send(number) == "success"
    assert bench.send(number) == "success"
    assert bench.network.published == ["ref"]
    row = bench.row(number)
    assert row["send_time"] == int(bench.now)
    assert row["remote_post_link"] == f"https://net.example/{row['idempotency_key']}"


def test_a_row_is_not_claimed_before_its_time(bench: Bench) -> None:
    number = bench.compose(at=bench.now + 10)
    assert bench.send(number) == "not_sent"
    bench.now += 10
    assert bench.send(number) == "success"


def test_every_step_is_written_down_before_the_next(bench: Bench) -> None:
    stages: list[tuple[str, str, bool]] = []

    def look(step: str) -> None:
        row = bench.row(number)
        stages.append((step, row["stage"], row["record"] is not None))
        assert row["status"] == "sending"
        assert row["idempotency_key"]

    number = bench.compose()
    bench.network.trouble = look
    bench.send(number)
    assert stages == [
        ("prepare", "claimed", False),
        ("upload", "uploading", True),
        ("before", "publishing", True),
        ("after", "publishing", True),
    ]


@pytest.mark.parametrize("step", ["prepare", "upload", "before", "after"])
@pytest.mark.parametrize(("can_look", "safe"), [(True, False), (False, True), (True, True)])
def test_a_crash_anywhere_neither_loses_nor_repeats(
    bench: Bench, step: str, can_look: bool, safe: bool
) -> None:
    bench.network.can_look, bench.network.safe = can_look, safe
    number = bench.compose(post_content="{a|b|c|d|e|f|g|h}")
    bench.network.trouble = raise_at(step, PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    assert bench.status(number) == "sending"
    bench.restart()
    if bench.status(number) == "not_sent":
        bench.send(number)
    assert bench.status(number) == "success"
    assert bench.network.published == ["ref"]
    assert len(set(bench.network.keys)) == 1, "the key never changes"
    assert len(set(bench.network.texts)) == 1, "neither do choices made at random"


@pytest.mark.parametrize(("step", "published"), [("before", []), ("after", ["ref"])])
def test_a_network_that_cannot_be_asked_leaves_the_question_to_the_user(
    bench: Bench, step: str, published: list[str]
) -> None:
    bench.network.can_look = False
    number = bench.compose()
    bench.network.trouble = raise_at(step, PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.restart()
    assert bench.status(number) == "unknown"
    bench.sender.send(number)
    bench.restart()
    assert (bench.status(number), bench.network.published) == ("unknown", published)


def test_the_users_answer_settles_an_unclear_row(bench: Bench) -> None:
    bench.network.can_look = False
    numbers = [bench.compose(ref=f"r{number}") for number in range(2)]
    bench.network.trouble = raise_at("before", Unclear("The connection broke."))
    assert [bench.send(number) for number in numbers] == ["unknown", "unknown"]
    assert "The connection broke." in bench.row(numbers[0])["error_msg"]
    bench.network.trouble = lambda step: None
    bench.unclear_posts.is_there(numbers[0])
    bench.unclear_posts.send_again(numbers[1])
    assert bench.status(numbers[0]) == "success"
    assert bench.send(numbers[1]) == "success"
    assert bench.network.published == ["r1"]
    with pytest.raises(PluginError):
        bench.unclear_posts.is_there(numbers[0])


def test_an_unclear_answer_is_looked_up(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("after", Unclear("No answer."), times=1)
    assert bench.send(number) == "success"
    assert bench.network.published == ["ref"]


def test_an_unclear_answer_that_was_none_is_tried_again_later(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("before", Unclear("No answer."), times=1)
    assert bench.send(number) == "not_sent"
    assert bench.send(number) == "not_sent", "not before a pause"
    bench.now += 10
    assert bench.send(number) == "success"
    assert bench.network.published == ["ref"]


def test_a_row_that_cannot_be_looked_up_offline_waits_for_the_network(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("after", PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.network.offline = True
    bench.restart()
    assert bench.status(number) == "sending"
    bench.network.offline = False
    bench.restart()
    assert bench.status(number) == "success"
    assert bench.network.published == ["ref"]


def test_a_network_that_stays_away_leaves_the_question_to_the_user(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("after", PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.network.offline = True
    bench.now += 24 * 3600
    bench.restart()
    assert bench.status(number) == "unknown"


def test_an_unexpected_fault_of_a_publisher_counts_as_unclear(bench: Bench) -> None:
    bench.network.can_look = False
    number = bench.compose()
    bench.network.trouble = raise_at("after", KeyError("id"))
    assert bench.send(number) == "unknown"
    assert bench.network.published == ["ref"]


def test_a_refusal_ends_the_row_with_its_reason(bench: Bench) -> None:
    for step in ("prepare", "upload", "before"):
        number = bench.compose(ref=step)
        bench.network.trouble = raise_at(step, Refused("The text is too long."))
        assert bench.send(number) == "error"
        assert bench.row(number)["error_msg"] == "The text is too long."
    assert bench.network.published == []
    bench.network.trouble = lambda step: None
    key = bench.row(number)["idempotency_key"]
    bench.schedules.retry([number])
    assert bench.send(number) == "success"
    assert bench.row(number)["idempotency_key"] == key


def test_an_ended_session_marks_the_channel(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("before", SignInAgain("Connect the channel again."))
    assert bench.send(number) == "error"
    assert bench.channels.get(1)["active"] == 0


def test_a_rate_limit_is_waited_for_and_not_for_ever(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("before", TryLater("Too many posts.", 7200))
    for _ in range(12):
        assert bench.send(number) == "not_sent"
        assert bench.row(number)["due_at"] == bench.now + 7200
        bench.now += 7200
    assert bench.send(number) == "error"
    assert bench.row(number)["error_msg"] == "Too many posts."
    assert bench.network.published == []


def test_interruptions_do_not_use_up_attempts(bench: Bench) -> None:
    number = bench.compose()
    for _ in range(MAX_ATTEMPTS * 2):
        bench.network.trouble = raise_at("upload", PowerCut(), times=1)
        with pytest.raises(PowerCut):
            bench.send(number)
        bench.restart()
    bench.network.trouble = raise_at("before", Unclear("No answer."), times=1)
    assert bench.send(number) == "not_sent"
    bench.now += 10
    assert bench.send(number) == "success"


def test_a_post_of_the_past_is_put_off_too(bench: Bench) -> None:
    number = bench.compose(at=bench.now - 10 * 24 * 3600)
    bench.network.trouble = raise_at("before", TryLater("Offline.", 5), times=1)
    assert bench.send(number) == "not_sent"
    bench.now += 5
    assert bench.send(number) == "success"


def test_a_network_that_never_answers_ends_in_an_error(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("before", Unclear("No answer."))
    for _ in range(MAX_ATTEMPTS - 1):
        assert bench.send(number) == "not_sent"
        bench.now += 400
    assert bench.send(number) == "error"
    assert bench.network.published == []


def test_media_that_vanished_is_a_refusal(bench: Bench) -> None:
    number = bench.compose()
    post = {"upload_media": True, "upload_media_type": "custom", "media_list_to_upload": [42]}
    with bench.store.write() as db:
        db.execute(
            "UPDATE schedules SET customization = ? WHERE id = ?", (json.dumps(post), number)
        )
    assert bench.send(number) == "error"
    assert "42" in bench.row(number)["error_msg"]


def test_a_channel_of_an_unknown_kind_is_a_refusal(bench: Bench) -> None:
    number = bench.compose()
    with bench.store.write() as db:
        db.execute("UPDATE channels SET method = 'future'")
    assert bench.send(number) == "error"


@pytest.mark.parametrize(
    ("late", "expected"), [(0, "not_sent"), (3599, "not_sent"), (3601, "missed"), (10**7, "missed")]
)
def test_rows_that_are_too_late_at_the_start_are_missed(
    bench: Bench, late: float, expected: str
) -> None:
    number = bench.compose(at=bench.now + 100)
    bench.now += 100 + late
    bench.restart()
    assert bench.status(number) == expected
    if expected == "missed":
        assert bench.send(number) == "missed"
        assert bench.row(number)["error_msg"]
        bench.schedules.send_now([number])
    assert bench.send(number) == "success"


def test_a_row_interrupted_before_publishing_can_be_missed_too(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("upload", PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.now += 7200
    bench.restart()
    assert bench.status(number) == "missed"
    assert bench.network.published == []


def test_one_that_was_already_out_is_not_missed(bench: Bench) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("after", PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.now += 7200
    bench.restart()
    assert bench.status(number) == "success"


def test_a_time_in_the_past_is_sent_and_not_missed(bench: Bench) -> None:
    number = bench.compose(at=bench.now - 90_000)
    bench.restart()
    assert bench.send(number) == "success"


def test_a_missed_row_can_be_rescheduled(bench: Bench) -> None:
    number = bench.compose(at=bench.now + 1)
    bench.now += 9000
    bench.restart()
    bench.schedules.reschedule(bench.row(number)["group_id"], int(bench.now) + 60)
    assert bench.status(number) == "not_sent"
    bench.now += 60
    assert bench.send(number) == "success"


def test_rows_being_sent_stay_when_all_is_deleted(bench: Bench) -> None:
    from posto_desktop.server.schedules import Filters

    number, other = bench.compose(ref="a"), bench.compose(ref="b")

    def delete(step: str) -> None:
        assert bench.schedules.delete_all(Filters(), []) == (1 if step == "prepare" else 0)
        assert bench.schedules.delete([number]) == 0

    bench.network.trouble = delete
    assert bench.send(number) == "success"
    assert bench.row(other) is None


# The running loop


@pytest.fixture
def running(bench: Bench) -> Iterator[Bench]:
    bench.schedules.wake = bench.sender.wake
    bench.sender.start()
    yield bench
    assert bench.sender.stop(10)


def test_the_loop_is_woken_at_once(running: Bench) -> None:
    numbers = [running.compose(ref=f"r{number}") for number in range(10)]
    until(lambda: all(running.status(number) == "success" for number in numbers))
    assert running.network.published == [f"r{number}" for number in range(10)], (
        "in the order of time"
    )


def test_a_clock_that_jumps_sends_what_became_due(running: Bench) -> None:
    number = running.compose(at=running.now + 1800)
    running.now += 1800
    until(lambda: running.status(number) == "success")


def test_a_sleep_longer_than_the_limit_makes_rows_missed(running: Bench) -> None:
    until(lambda: running.sender.ticked)
    number = running.compose(at=running.now + 100)
    running.now += 8 * 3600
    until(lambda: running.status(number) == "missed")
    assert running.network.published == []


def test_what_a_clock_that_was_ahead_made_missed_waits_again(running: Bench) -> None:
    until(lambda: running.sender.ticked)
    number = running.compose(at=running.now + 100)
    late = running.compose(at=running.now - 90_000, ref="late")
    until(lambda: running.status(late) == "success")
    year = 365 * 86_400
    running.now += year
    until(lambda: running.status(number) == "missed")
    running.now -= year
    until(lambda: running.status(number) == "not_sent")
    assert running.row(number)["error_msg"] == ""
    assert running.network.published == ["late"]
    running.now += 100
    until(lambda: running.status(number) == "success")


def test_what_was_missed_stays_missed_when_the_clock_is_set_back_a_little(running: Bench) -> None:
    until(lambda: running.sender.ticked)
    number = running.compose(at=running.now + 100)
    running.now += 8 * 3600
    until(lambda: running.status(number) == "missed")
    running.now -= 3600
    other = running.compose(ref="other")
    until(lambda: running.status(other) == "success")
    assert running.status(number) == "missed"


def test_the_loop_survives_a_database_that_cannot_be_written(
    running: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    failures = [0]
    claim = Claims.sent

    def full(self: Claims, *args: Any, **named: Any) -> None:
        if failures[0] < 2:
            failures[0] += 1
            raise sqlite3.OperationalError("database or disk is full")
        claim(self, *args, **named)

    monkeypatch.setattr(Claims, "sent", full)
    number = running.compose()
    until(lambda: running.status(number) == "success")
    assert failures[0] == 2
    assert running.network.published == ["ref"], "it was looked up, not sent again"


def test_a_slow_channel_does_not_hold_up_the_others(running: Bench) -> None:
    import threading

    held, started = threading.Event(), threading.Event()

    def slow(step: str) -> None:
        if step == "upload" and threading.current_thread().name == "sender-worker":
            started.set()
            if not held.is_set() and not running.network.published:
                held.wait(60)

    running.network.trouble = slow
    first = running.compose(ref="slow")
    assert started.wait(60)
    running.network.trouble = lambda step: None
    group = running.schedules.compose(
        {"schedules": [{"channel_id": 2, "custom_post_data": {"posto_ref": "quick"}}]}
    )
    rows = running.store.rows("SELECT id FROM schedules WHERE group_id = ?", group)
    until(lambda: running.status(rows[0]["id"]) == "success")
    assert running.status(first) == "sending"
    held.set()
    until(lambda: running.status(first) == "success")


def test_a_link_is_seen_only_where_the_network_shows_it(bench: Bench) -> None:
    link = {"attach_link": True, "custom_link": "https://example.com/cake"}
    ids = {
        row["social_network"]: row["id"]
        for row in bench.store.rows("SELECT id, social_network FROM channels")
    }
    for slug in ("instagram", "twitter"):
        bench.send(bench.compose(ref=slug, channel=ids[slug], **link))
    assert bench.network.links == ["", "https://example.com/cake"]
    with bench.store.write() as db:
        db.execute(
            "UPDATE channels SET channel_type = 'account_story' WHERE id = ?", (ids["instagram"],)
        )
    bench.send(bench.compose(ref="story", channel=ids["instagram"], **link))
    assert bench.network.links[-1] == "https://example.com/cake"


def test_a_link_takes_its_room_before_the_service_cuts(bench: Bench) -> None:
    from posto_desktop.core.text import cut

    link = "https://example.com/cake"
    ids = {
        row["social_network"]: row["id"]
        for row in bench.store.rows("SELECT id, social_network FROM channels")
    }
    for slug, length in (("mastodon", 473), ("mastodon", 474), ("twitter", 256), ("twitter", 257)):
        text = "a" * length
        bench.send(
            bench.compose(
                ref=f"{slug}{length}",
                channel=ids[slug],
                post_content=text,
                attach_link=True,
                custom_link=link,
            )
        )
        assert bench.network.texts[-1] == cut(text, slug, False, link, local=True)
    # It stands in the text: it is not put there twice.
    text = f"{'a' * 450} {link}"
    bench.send(
        bench.compose(
            channel=ids["mastodon"], post_content=text, attach_link=True, custom_link=link
        )
    )
    assert bench.network.texts[-1] == text
