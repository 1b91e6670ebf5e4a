"""Tests of the actions on scheduled posts, against a scripted service."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.workers import connection
from tests.unit.sdk.scripted import HTML, Reply, Scripted, schedule
from tests.unit.workers.watched import Watched, draft

RESET = Reply(how="reset")

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def three(open_account: Callable[..., Watched], site: Scripted) -> Watched:
    site.schedules = [schedule(n, at=2_000_000_000 - n, status="error") for n in (1, 2, 3)]
    return open_account(undo_ms=150)


def test_deleted_rows_are_hidden_at_once_and_deleted_later(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    three.service.delete_schedules([1, 3])
    assert three.ids == [2]
    assert three.texts == ["2 posts deleted"]
    assert site.count("DELETE") == 0
    qtbot.waitUntil(lambda: len(site.schedules) == 1)
    three.service.refresh_schedules()
    qtbot.waitUntil(lambda: three.ids == [2])


def test_what_would_go_out_before_the_undo_time_is_over_is_deleted_at_once(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    now = int(time.time())
    site.schedules = [
        schedule(number, at=now + seconds, status=status)
        for number, (seconds, status) in enumerate(
            ((3600, "not_sent"), (8, "not_sent"), (-8, "error"), (-9, "not_sent")), 1
        )
    ]
    watched = open_account()
    token = watched.service.delete_schedules([1, 2, 3, 4])
    assert watched.ids == []
    qtbot.waitUntil(lambda: [row["id"] for row in site.schedules] == [1, 3])
    assert watched.texts == ["4 posts deleted"]
    assert watched.service.restore_schedules(token)
    assert watched.ids == [1, 3]
    site.schedules = [schedule(5, at=now + 5)]
    watched.service.refresh_schedules()
    qtbot.waitUntil(lambda: watched.ids == [5])
    watched.service.delete_schedules([5])
    assert watched.messages[-1].action is None, "nothing can be undone"
    qtbot.waitUntil(lambda: site.schedules == [])


def test_what_is_published_stays_so_when_its_row_is_deleted(
    open_account: Callable[..., Watched], site: Scripted
) -> None:
    site.schedules = [
        schedule(number, at=2_000_000_000 - number, status=status)
        for number, status in enumerate(("success", "success", "success", "error"), 1)
    ]
    watched = open_account(undo_ms=150)
    watched.service.delete_schedules([1])
    watched.service.delete_schedules([2, 3, 4])
    assert watched.texts == [
        "1 post deleted here. It stays published.",
        "3 posts deleted. What is published stays published.",
    ]


def test_undo_of_a_delete(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    token = three.service.delete_schedules([2])
    action = three.messages[-1].action
    assert action is not None
    assert (action.kind, action.arg) == ("restore_schedules", token)
    assert three.service.restore_schedules(token)
    assert three.ids == [1, 2, 3]
    assert not three.service.restore_schedules(token)
    three.service.delete_schedules([3])
    qtbot.waitUntil(lambda: len(site.schedules) == 2)
    assert [row["id"] for row in site.schedules] == [1, 2]


def test_at_quit_what_was_deleted_is_deleted(three: Watched, site: Scripted) -> None:
    three.service.delete_schedules([1])
    three.service.shutdown()
    assert [row["id"] for row in site.schedules] == [2, 3]


def test_rows_that_could_not_be_deleted_come_back(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.before.append(lambda seen: RESET if seen.method == "DELETE" else None)
    three.service.delete_schedules([1])
    qtbot.waitUntil(lambda: three.ids == [1, 2, 3])
    notification = next(
        message for message in three.messages if "could not be deleted" in message.text
    )
    assert notification.text == "The post could not be deleted."
    assert notification.detail == (
        "The connection to 127.0.0.1 broke before the answer arrived. It is still listed."
    )


def test_rows_of_a_delete_that_was_surely_not_made_come_back(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.always("/schedules", Reply(429, "", {"Retry-After": "600"}), method="DELETE")
    three.service.delete_schedules([1])
    qtbot.waitUntil(lambda: three.ids == [1, 2, 3])
    assert three.messages[-1].text == (
        f"The posts were not deleted. 127.0.0.1:{site.port} received too many requests (429). "
        "Try again in 10 minutes."
    )


def test_a_delete_of_which_nobody_can_tell_says_so(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.fail("/schedules", *[Reply(504, HTML)] * 2, method="DELETE", carried_out=True)
    unread = Reply(403, HTML)
    site.before.append(
        lambda seen: unread if seen.method == "GET" and site.count("DELETE", "/schedules") else None
    )
    three.service.delete_schedules([1])
    qtbot.waitUntil(lambda: any("may have been deleted" in text for text in three.texts))
    notification = next(
        message for message in three.messages if "may have been deleted" in message.text
    )
    assert notification.kind == "warning"
    assert "It is unknown whether the posts were deleted" in notification.detail
    assert [row["id"] for row in site.schedules] == [2, 3]


def test_a_row_that_is_being_sent_stays(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    site.schedules[0]["status"] = "sending"
    three.service.delete_schedules([1, 2])
    qtbot.waitUntil(lambda: three.ids == [1, 3])
    assert "1 of 2 posts could not be deleted." in three.texts


def test_retry(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    three.service.retry_schedules([1, 2])
    qtbot.waitUntil(lambda: [row.status for row in three.rows[-1][0]].count("not_sent") == 2)
    assert "2 posts are tried again" in three.texts


def test_what_may_be_live_is_retried_only_when_asked(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.schedules[0]["error_msg"] = "First comment error: no right"
    three.service.retry_schedules([1])
    qtbot.waitUntil(lambda: bool(three.messages))
    notification = three.messages[-1]
    assert (notification.kind, site.schedules[0]["status"]) == ("warning", "error")
    assert notification.action is not None
    assert (notification.action.kind, notification.action.arg) == ("retry_schedules", "1")
    three.service.retry_schedules([1], force=True)
    qtbot.waitUntil(lambda: site.schedules[0]["status"] == "not_sent")


def test_only_a_page_that_is_seen_is_polled(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    three.service.set_watching("Schedule")
    before = site.count("GET", "/schedules")
    qtbot.waitUntil(lambda: site.count("GET", "/schedules") >= before + 3)
    count = len(three.rows)
    site.schedules[1]["status"] = "success"
    qtbot.waitUntil(lambda: len(three.rows) == count + 1)  # told when something changed, not before
    assert three.rows[-1][0][1].status == "success"
    three.service.set_watching("compose")
    assert three.service._connection.poll_ms == connection.BACK_SERVICE_MS


def test_how_posts_end_is_told_wherever_the_user_is(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, monkeypatch: Any
) -> None:
    monkeypatch.setattr(connection, "BACK_SERVICE_MS", 60)
    now = int(time.time())
    site.schedules = [
        schedule(1, at=now - 60, group="a"),
        schedule(2, at=now + 9000, group="b"),
        schedule(3, at=now - 9000, status="error", group="c"),
    ]
    app = open_account()
    app.service.set_watching("compose")
    site.schedules[0]["status"] = "success"
    qtbot.waitUntil(lambda: len(app.ended) == 1)
    assert [(row.id, row.status) for row in app.ended[0]] == [(1, "success")]

    def is_quiet() -> bool:
        reads = site.count("GET", "/schedules")
        with qtbot.waitSignal(app.service._connection.poll_due):
            pass
        return site.count("GET", "/schedules") == reads

    with qtbot.assertNotEmitted(app.service.message):
        qtbot.waitUntil(is_quiet)  # nothing is awaited any more
    assert len(app.ended) == 1


def test_the_plan_is_told_with_what_is_being_deleted(three: Watched) -> None:
    three.service.delete_schedules([1])
    workspace, rows, hidden, read_at = three.plans[-1]
    assert (workspace, len(rows), set(hidden)) == ("acc", 3, {1})
    assert read_at is not None


def test_a_deleted_post_says_so_in_the_outbox(
    qtbot: QtBot, open_account: Callable[..., Watched]
) -> None:
    app = open_account(undo_ms=30)
    app.service.post(draft(), app.channels[-1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 2 and app.entries[0].state == "sent")
    app.service.delete_schedules([app.ids[0]])
    qtbot.waitUntil(lambda: app.entries[0].steps[-1].kind == "deleted")
    assert app.entries[0].steps[-1].detail == "Sky"


def test_the_users_word_on_what_may_be_live(qtbot: QtBot, three: Watched, site: Scripted) -> None:
    site.schedules[0]["error_msg"] = "First comment error: no right"
    three.service.resolve_schedules([1], "send_again")
    assert three.service.answers.ids == {1}
    qtbot.waitUntil(lambda: three.rows[-1][0][0].status == "not_sent")
    assert three.service.answers.ids == frozenset()
    assert [message.text for message in three.messages] == ["1 post is sent again in a moment"]
    with pytest.raises(ValueError, match="no such answer"):
        three.service.resolve_schedules([1], "perhaps")


def test_sending_again_can_be_undone_for_a_while(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.schedules[0]["error_msg"] = "First comment error: no right"
    answers = three.service.answers
    token = answers.send_again([1])
    assert answers.send_again([1]) == "", "once is enough"
    assert (answers.token_of(1), answers.token_of(2)) == (token, "")
    assert answers.undo(token)
    assert answers.token_of(1) == ""
    assert answers.ids == frozenset()
    assert not answers.undo(token)
    assert three.messages[-1].text == "Too late to undo: the posts are sent again."
    again = answers.send_again([1])
    answers.finish()  # the app quits
    qtbot.waitUntil(lambda: three.rows[-1][0][0].status == "not_sent")
    assert not answers.undo(again)


def test_whoever_asks_for_the_rows_is_answered_offline_too(
    qtbot: QtBot, three: Watched, site: Scripted
) -> None:
    site.before.append(lambda seen: RESET)
    count = len(three.rows)
    three.service.refresh_schedules()
    qtbot.waitUntil(lambda: len(three.rows) > count)
    assert three.ids == [1, 2, 3]
    assert "offline" in three.states
