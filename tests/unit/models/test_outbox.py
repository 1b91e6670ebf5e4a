"""The outbox as rows: sections, the one line with its numbers, what changes keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale, Qt

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.core.entries import SLOW, Entry, EntryStep, FileSnapshot, UploadProgress
from posto_desktop.core.posts import PostItem
from posto_desktop.models.outbox import MOVING, OutboxModel, megabytes
from posto_desktop.sdk.records import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def entry(key: str, state: str, **more: Any) -> Entry:
    items = (PostItem(1, "nordlicht.coffee", "instagram", "", {"post_content": f"Text {key}"}),)
    fields: dict[str, Any] = {
        "id": key,
        "workspace": "local",
        "posto_ref": "ref",
        "state": state,
        "draft": Draft(text=f"Text {key}"),
        "items": items,
        "files": (),
        "share_at": None,
        "reason": "",
        "code": "",
        "group_id": "",
        "attempts": 0,
        "created_at": NOW,
        "updated_at": NOW,
        "next_try": None,
    }
    return Entry(**{**fields, **more})


def row(number: int, status: str, minutes: float = -1, **more: Any) -> Schedule:
    fields = {
        "group_id": "",
        "channel_id": 1,
        "channel_name": "nordlicht.coffee",
        "network": "instagram",
        "send_at": NOW + timedelta(minutes=minutes),
        "posto_ref": "ref",
    }
    return Schedule(number, status=status, **{**fields, **more})


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def model(qapp: Any, watch: Watch) -> OutboxModel:
    return OutboxModel(now=lambda: NOW, monotonic=watch, zone=BERLIN)


def rows(model: OutboxModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_sections_in_their_order(model: OutboxModel) -> None:
    model.set_entries(
        [
            entry("a", "sent"),
            entry("b", "refused"),
            entry("c", "waiting"),
            entry("d", "uploading"),
            entry("e", "unclear"),
            entry("f", "handing_over"),
            entry("g", "cancelled"),
        ]
    )
    assert rows(model) == [
        "Needs you, 1",
        "Text e",
        "In progress, 2",
        "Text d",
        "Text f",
        "Waiting, 1",
        "Text c",
        "Failed, 1",
        "Text b",
        "Done today, 1, 1 other",
    ]
    assert model.attention() == 2
    model.set_show_done(True)
    assert rows(model)[-2:] == ["Text a", "Text g"]
    assert model.has_moving()


def test_done_means_today_where_the_user_is(model: OutboxModel) -> None:
    yesterday_in_berlin = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    today_in_berlin = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    model.set_entries(
        [
            entry("a", "sent", updated_at=yesterday_in_berlin),
            entry("b", "sent", updated_at=today_in_berlin),
        ]
    )
    assert model.counts()["done"] == 1


def test_channels_filter_but_never_what_needs_the_user(model: OutboxModel) -> None:
    model.set_entries([entry("a", "unclear"), entry("b", "refused")])
    model.set_channels([99])
    assert rows(model) == ["Needs you, 1", "Text a"]
    model.set_channels([1, 99])
    assert len(rows(model)) == 4
    assert model.attention() == 2


def test_an_upload_says_how_far_it_is(model: OutboxModel, watch: Watch) -> None:
    def at(sent: int) -> Entry:
        progress = UploadProgress(sent, 61_000_000, "pour-over.mp4", 3, 4)
        return entry("a", "uploading", progress=progress)

    model.set_entries([at(0)])
    line = model.line(at(0))
    assert (line.strong, line.detail) == ("Uploading 3 of 4", "pour-over.mp4, 0.0 of 61 MB")
    assert line.fraction == 0
    watch.seconds = 30.0
    line = model.line(at(38_000_000))
    assert line.detail == "pour-over.mp4, 38 of 61 MB, about 20 s left"
    assert line.fraction == pytest.approx(0.623, abs=0.001)
    watch.seconds = 600.0
    assert model.line(at(30_500_000)).detail.endswith("about 10 min left")


def test_a_small_file_is_told_in_kilobytes(model: OutboxModel) -> None:
    progress = UploadProgress(12_400, 61_300, "logo.png", 1, 1)
    one = entry("a", "uploading", progress=progress)
    model.set_entries([one])
    assert model.line(one).detail == "logo.png, 12 of 62 kB"


def test_too_early_to_tell_how_long(model: OutboxModel, watch: Watch) -> None:
    progress = UploadProgress(10, 1000, "a.png", 1, 1)
    model.set_entries([entry("a", "uploading", progress=progress)])
    watch.seconds = 2.0
    later = UploadProgress(20, 1000, "a.png", 1, 1)
    assert "left" not in model.line(entry("a", "uploading", progress=later)).detail


@pytest.mark.parametrize(
    ("given", "pill", "strong", "detail"),
    [
        (entry("a", "waiting"), "neutral", "Next in line", "starts automatically"),
        (
            entry(
                "a",
                "waiting",
                code="offline",
                reason="fjord.example does not answer.",
                next_try=NOW + timedelta(seconds=40),
            ),
            "neutral",
            "Waiting for network",
            "fjord.example does not answer, next try in 40 s",
        ),
        (
            entry("a", "waiting", code="busy", next_try=NOW + timedelta(minutes=5)),
            "neutral",
            "Waiting",
            "next try in 5 min",
        ),
        (
            entry("a", "waiting", code="busy", next_try=NOW + timedelta(hours=3)),
            "neutral",
            "Waiting",
            "next try at 17:21",
        ),
        *(
            (
                entry(
                    "a",
                    "waiting",
                    code="asked",
                    reason="fjord.example asks to wait.",
                    next_try=NOW + timedelta(seconds=seconds),
                ),
                "neutral",
                "Waiting",
                f"fjord.example asks to wait; sending continues {when}",
            )
            for seconds, when in (
                (0, "now"),
                (40, "in 40 s"),
                (1800, "at 14:51"),
            )
        ),
        (
            entry("a", "waiting", code="sign_in", reason="The password was refused."),
            "neutral",
            "Waiting for sign-in",
            "The password was refused.",
        ),
        (entry("a", "refused", reason="No."), "failed", "Failed", "No."),
        (entry("a", "refused"), "failed", "Failed", "No reason was given"),
        (entry("a", "refused", code="missed", reason="Late."), "late", "Not sent", "Late."),
        (
            entry("a", "unclear", reason="the site did not answer in time"),
            "needs_you",
            "Needs you",
            "May already be published: the site did not answer in time",
        ),
        (entry("a", "sent"), "sent", "Saved on this computer", "14:21"),
        (entry("a", "sent", workspace="acc"), "sent", "Accepted", "14:21"),
        (
            entry("a", "sent", share_at=NOW + timedelta(days=5)),
            "scheduled",
            "Scheduled",
            "Monday, 14:21",
        ),
        (entry("a", "cancelled"), "neutral", "Cancelled", "14:21"),
    ],
)
def test_lines(model: OutboxModel, given: Entry, pill: str, strong: str, detail: str) -> None:
    line = model.line(given)
    assert (line.pill, line.strong, line.detail) == (pill, strong, detail)
    assert line.fraction is None


def test_handing_over_moves_and_names_the_service(model: OutboxModel) -> None:
    here, away = entry("a", "handing_over"), entry("b", "handing_over", workspace="acc")
    assert (model.line(here).strong, model.line(here).fraction) == ("Saving…", MOVING)
    model.set_host("social.nordlicht.example")
    assert model.line(away).strong == "Sending to social.nordlicht.example"
    assert model.line(away).fraction == MOVING


def test_a_slow_service_is_named_where_posts_wait_for_it(model: OutboxModel) -> None:
    model.set_host("social.nordlicht.example")
    said = "social.nordlicht.example is slow to answer."
    slow = entry("a", "handing_over", workspace="acc", code=SLOW, reason=said)
    line, words = model.line(slow), "Sending to social.nordlicht.example"
    assert (line.strong, line.detail, line.fraction) == (words, said, MOVING)
    line = model.line(entry("b", "uploading", code=SLOW, reason=said))
    assert (line.strong, line.detail) == ("Uploading", said)
    line = model.line(entry("c", "waiting", code=SLOW, reason=f"Waits for the others: {said}"))
    assert (line.strong, line.detail) == ("Waiting", f"Waits for the others: {said}")


def test_accessible_text_says_all(model: OutboxModel) -> None:
    model.set_entries([entry("a", "unclear", reason="no answer")])
    accessible_text = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert accessible_text == "Text a, Instagram, Needs you, May already be published: no answer"
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Needs you, 1"
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags


def test_progress_resets_nothing(model: OutboxModel, qtbot: Any) -> None:
    first = entry("a", "uploading", progress=UploadProgress(1, 9, "a", 1, 1))
    model.set_entries([first])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_entries([entry("a", "uploading", progress=UploadProgress(5, 9, "a", 1, 1))])
    with qtbot.waitSignal(model.modelReset):
        model.set_entries([entry("a", "sent")])


def test_finding(model: OutboxModel) -> None:
    model.set_entries([entry("a", "waiting"), entry("b", "sent")])
    assert model.row_of("a") == 1
    assert model.row_of("b") == -1  # folded away under Done today
    assert model.entry("b") is not None
    assert model.entry_at(0) is None
    assert model.head_at(0) is not None


def test_title_of_a_post_without_text(model: OutboxModel) -> None:
    ref = MediaRef("/x/shop.png", "shop.png")
    bare = entry("a", "waiting", items=(), files=(FileSnapshot(ref, 1, 1),))
    model.set_entries([bare])
    assert rows(model)[1] == "shop.png"


def test_structure(model: OutboxModel, qtmodeltester: Any) -> None:
    model.set_entries([entry(str(n), state) for n, state in enumerate(("waiting", "sent"))])
    qtmodeltester.check(model)
    model.set_show_done(True)
    model.set_entries([])


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0.0"), (1_234_567, "1.2"), (9_999_999, "10.0"), (38_400_000, "38")]
)
def test_megabytes(size: int, words: str) -> None:
    assert megabytes(size) == words


# --- what the plan says about a post that was handed over -----------------------------------------


def tell(model: OutboxModel, *schedules: Schedule, hidden: tuple[int, ...] = ()) -> None:
    model.set_schedules("local", list(schedules), hidden, NOW)


@pytest.mark.parametrize(
    ("rows_of_it", "section", "pill", "strong", "detail"),
    [
        ([row(1, "success")], "done", "sent", "Sent", "14:20"),
        ([row(1, "not_sent", 60)], "waiting", "scheduled", "Scheduled", "Today, 15:21"),
        ([row(1, "sending")], "in_progress", "sending", "Sending", ""),
        (
            [row(1, "error", error="#190 token expired")],
            "failed",
            "failed",
            "Failed",
            "Instagram no longer knows this channel",
        ),
        (
            [row(1, "success"), row(2, "error", channel_id=2, network="fb", error="duplicate")],
            "failed",
            "failed",
            "Partly sent",
            "Sent to 1 of 2 channels. Facebook already has this text",
        ),
        (
            [row(1, "missed", -120)],
            "failed",
            "late",
            "Not sent",
            "Its time passed while nothing was running",
        ),
        (
            [row(1, "unknown"), row(2, "error", channel_id=2, error="duplicate")],
            "needs_you",
            "needs_you",
            "Needs you",
            "It may already be on nordlicht.coffee",
        ),
        (
            [row(1, "unknown"), row(2, "success", channel_id=2)],
            "needs_you",
            "needs_you",
            "Needs you",
            "Sent to 1 of 2 channels. It may already be on nordlicht.coffee",
        ),
        (
            [row(1, "not_sent", 60), row(2, "error", channel_id=2, network="fb", error="#190")],
            "failed",
            "failed",
            "Partly scheduled",
            "Scheduled for 1 of 2 channels. Facebook no longer knows this channel",
        ),
    ],
)
def test_the_plan_says_what_became_of_it(
    model: OutboxModel,
    rows_of_it: list[Schedule],
    section: str,
    pill: str,
    strong: str,
    detail: str,
) -> None:
    sent = entry("a", "sent")
    model.set_entries([sent])
    tell(model, *rows_of_it, row(9, "error", posto_ref="of another post"))
    line = model.line(sent)
    assert (line.pill, line.strong, line.detail) == (pill, strong, detail)
    assert model.delivery_status(sent).section(sent) == section
    assert model.counts() == {
        name: int(name == section)
        for name in ("needs_you", "in_progress", "waiting", "failed", "done")
    }
    assert model.attention() == (section in ("needs_you", "failed"))


def test_a_service_that_lost_the_mark_is_known_by_the_group(model: OutboxModel) -> None:
    sent = entry("a", "sent", group_id="g")
    model.set_entries([sent])
    tell(model, row(1, "success", posto_ref=None, group_id="g"))
    assert model.line(sent).strong == "Sent"


def test_the_plan_of_another_workspace_says_nothing(model: OutboxModel) -> None:
    sent = entry("a", "sent", workspace="elsewhere")
    model.set_entries([sent])
    tell(model, row(1, "error"))
    assert model.line(sent).strong == "Accepted"


def test_done_today_counts_what_is_published(model: OutboxModel) -> None:
    yesterday = NOW - timedelta(days=1)
    model.set_entries(
        [
            entry("out today", "sent", posto_ref="1", updated_at=yesterday),
            entry("out yesterday", "sent", posto_ref="2", updated_at=yesterday),
            entry("planned", "sent", posto_ref="3"),
            entry("given up", "cancelled"),
        ]
    )
    tell(
        model,
        row(1, "success", posto_ref="1"),
        row(2, "success", -26 * 60, posto_ref="2"),
        row(3, "not_sent", 5 * 24 * 60, posto_ref="3"),
    )
    model.set_show_done(True)
    assert rows(model) == [
        "Waiting, 1",
        "Text planned",
        "Done today, 1, 1 other",
        "Text given up",
        "Text out today",
    ]


def test_a_deleted_post_says_so(model: OutboxModel) -> None:
    sent = entry("a", "sent")
    model.set_entries([sent])
    tell(model, row(1, "not_sent", 60), hidden=(1,))
    assert model.line(sent).strong == "Deleted by you"
    assert model.counts()["done"] == 0
    tell(model, row(1, "not_sent", 60))  # undone
    assert model.line(sent).strong == "Scheduled"
    gone = entry("a", "sent", steps=(EntryStep(NOW - timedelta(minutes=3), "deleted"),))
    model.set_entries([gone])
    tell(model)
    line = model.line(gone)
    assert (line.pill, line.strong, line.detail) == ("neutral", "Deleted by you", "14:18")


def test_what_an_edit_replaced_is_not_listed_as_scheduled(model: OutboxModel) -> None:
    was = ScheduledPost(1, 1, "g1", "a")
    first = scheduled("a", 1)
    second = replace(
        scheduled("b", 1, replaces=Replacement(removed=(was,))),
        updated_at=NOW - timedelta(minutes=3),
    )
    model.set_entries([first, second])
    tell(model, row(2, "not_sent", 60, posto_ref="b"))
    line = model.line(first)
    assert (line.pill, line.strong, line.detail) == ("neutral", "Edited by you", "14:18")
    assert model.line(second).strong == "Scheduled"
    assert model.counts()["waiting"] == 1
    # A service that lost the mark is known by the group.
    model.set_entries([replace(first, posto_ref="x", group_id="g1"), second])
    assert model.line(model.entry("a") or first).strong == "Edited by you"


def test_rows_that_are_not_listed(model: OutboxModel) -> None:
    fresh = entry("a", "sent")
    old = entry("b", "sent", updated_at=NOW - timedelta(hours=2), posto_ref="b")
    # Its time is now: some services hide rows while they are being sent.
    due = entry("c", "sent", posto_ref="c", updated_at=NOW - timedelta(hours=2), share_at=NOW)
    model.set_entries([fresh, old, due])
    tell(model)
    assert model.line(fresh).strong == "Saved on this computer"
    assert model.line(old).strong == "Not in the schedule"
    assert model.line(due).strong == "Saved on this computer"
    model.set_schedules(
        "local", [], read_at=None
    )  # only remembered: says nothing about what is missing
    assert model.line(old).strong == "Saved on this computer"


def test_what_happened_goes_on_after_the_handing_over(model: OutboxModel) -> None:
    sent = entry("a", "sent", steps=(EntryStep(NOW - timedelta(hours=1), "sent"),))
    model.set_entries([sent])
    early = NOW.replace(microsecond=0) - timedelta(hours=1, seconds=0.5)
    tell(
        model,
        row(1, "success", send_at=early),
        row(2, "error", 1, channel_id=2, error="duplicate"),
    )
    told = [(step.kind, step.detail) for step in model.delivery_status(sent).steps(sent)]
    assert told == [
        ("saved", ""),
        ("published", "nordlicht.coffee"),
        ("failed", "nordlicht.coffee: duplicate"),
    ]


def test_earlier_days_are_the_history(model: OutboxModel) -> None:
    def ago(days: int, key: str, state: str = "sent", **more: Any) -> Entry:
        at = NOW - timedelta(days=days)
        return entry(key, state, posto_ref=key, updated_at=at, created_at=at, **more)

    model.set_entries(
        [
            entry("today", "sent"),
            ago(1, "sent yesterday"),
            ago(1, "given up", "cancelled"),
            ago(9, "long ago"),
            ago(9, "failed long ago", "refused"),
            ago(2, "planned", share_at=NOW + timedelta(days=3)),
        ]
    )
    assert model.total_of_history() == 3
    model.set_view("history")
    assert rows(model) == [
        "Yesterday, 2",
        "Text sent yesterday",
        "Text given up",
        "Mon 16 November, 1",
        "Text long ago",
    ]
    model.set_search("instagram LONG")
    assert rows(model) == ["Mon 16 November, 1", "Text long ago"]
    model.set_search("cancelled")
    assert rows(model)[1:] == ["Text given up"]
    assert model.is_of_today("today")
    assert not model.is_of_today("long ago")
    model.set_view("outbox")
    assert rows(model)[:4] == ["Waiting, 1", "Text planned", "Failed, 1", "Text failed long ago"]


def scheduled(key: str, days: float, **more: Any) -> Entry:
    """An entry that the service has for a later time, since long ago."""
    ago = NOW - timedelta(days=30)
    at = NOW + timedelta(days=days)
    return entry(key, "sent", posto_ref=key, share_at=at, updated_at=ago, **more)


def test_what_is_next_comes_first_and_what_is_past_last(model: OutboxModel) -> None:
    waits = [scheduled(f"in {days}", days) for days in (9, 2, 7, 3, 8, 1, 6)]
    failed = [
        entry(f"failed {hours} h ago", "refused", updated_at=NOW - timedelta(hours=hours))
        for hours in (3, 1, 2)
    ]
    model.set_entries([*waits, entry("in line", "waiting"), *failed])
    assert rows(model) == [
        "Waiting, 6",
        "Text in line",
        *[f"Text in {days}" for days in (1, 2, 3, 6, 7)],
        "Failed, 3",
        *[f"Text failed {hours} h ago" for hours in (1, 2, 3)],
    ]
    model.set_view("history")
    assert rows(model) == ["Upcoming, 2", "Text in 8", "Text in 9"]
    assert model.total_of_history() == 2
    model.set_search("9")
    assert rows(model) == ["Upcoming, 1", "Text in 9"]


def test_a_moved_post_stands_at_its_new_time(model: OutboxModel) -> None:
    model.set_entries([scheduled("a", 1), scheduled("b", 2)])
    assert rows(model)[1:] == ["Text a", "Text b"]
    later = 3 * 24 * 60
    tell(model, row(1, "not_sent", later, posto_ref="a"), row(2, "not_sent", 60, posto_ref="b"))
    assert rows(model)[1:] == ["Text b", "Text a"]
    first = model.entry("a")
    assert first is not None
    assert model.line(first).detail == "Saturday, 14:21"


def test_other_workspaces_are_listed_on_request_with_their_names(model: OutboxModel) -> None:
    elsewhere = [entry("x", "refused", workspace="s1"), entry("y", "unclear", workspace="s1")]
    model.set_entries([entry("here", "refused"), *elsewhere, entry("z", "waiting", workspace="s2")])
    model.set_workspace_names({"local": "This computer", "s1": "Studio Lind"})
    assert len(rows(model)) == 7  # before it is known which one is open
    model.set_workspace("local")
    assert rows(model) == ["Failed, 1", "Text here"]
    assert model.other_workspaces() == {"Studio Lind": 2, "Another workspace": 0}
    assert model.attention() == 3  # nothing that needs the user is out of sight altogether
    here = model.entry("here")
    assert here is not None
    assert model.workspace_name(here) == ""
    model.set_channels([99])  # their channels have other numbers
    model.set_all_workspaces(True)
    assert rows(model) == ["Needs you, 1", "Text y", "Waiting, 1", "Text z", "Failed, 1", "Text x"]
    assert model.hidden_by_channel() == 1
    model.set_channels(None)
    assert model.workspace_name(here) == "This computer"
    said = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith("Studio Lind")
    model.set_workspace("s1")
    assert model.other_workspaces() == {"This computer": 1, "Another workspace": 0}


def test_paused(model: OutboxModel) -> None:
    waiting = entry("a", "waiting", code="offline", next_try=NOW + timedelta(seconds=40))
    model.set_entries([waiting])
    model.set_paused(True)
    line = model.line(waiting)
    assert (line.pill, line.strong, line.icon) == ("neutral", "Paused", "pause")
    model.set_paused(False)
    assert model.line(waiting).strong == "Waiting for network"


def test_what_is_done_is_open_while_nothing_else_is_there(model: OutboxModel) -> None:
    model.set_entries([entry("a", "sent"), entry("b", "sent")])
    assert model.show_done
    assert rows(model) == ["Done today, 2", "Text a", "Text b"]
    model.set_entries([entry("c", "waiting"), entry("a", "sent"), entry("b", "sent")])
    assert rows(model) == ["Waiting, 1", "Text c", "Done today, 2"]
    model.set_entries([entry("a", "sent")])
    model.set_show_done(False)  # the user's word counts from then on
    assert rows(model) == ["Done today, 1"]
    model.set_entries([entry("b", "sent")])
    assert rows(model) == ["Done today, 1"]
