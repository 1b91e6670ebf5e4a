"""Filling slots with evergreen messages: all or none, each post once, and one Undo for it."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import Alternative, Filling
from posto_desktop.delivery import evergreen_fill, evergreen_outcomes
from posto_desktop.delivery.evergreen_fill import hand_over, restore, take_back
from posto_desktop.delivery.evergreen_outcomes import remove_posts, settle
from posto_desktop.delivery.evergreen_preview import preview
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import evergreen_rows, moves
from posto_desktop.storage.database import Database
from tests.unit.delivery.evergreen_samples import (
    AUTOMATIC,
    MASTODON,
    REQUEST,
    RULES,
    add,
    fill,
    listed,
    plain,
    runs,
    send_all,
    states,
)
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    Clock,
    Crash,
    CrashingDatabase,
    ScriptedService,
    X,
    picture,
)


@pytest.fixture
def store(store: Database) -> Database:
    channels = [X.to_dict(), BLUESKY.to_dict(), MASTODON.to_dict()]
    store.put_cache("local", "channels", channels, NOW.timestamp())
    return store


def test_a_filling_is_runs_and_entries_together(store: Database, outbox: Outbox) -> None:
    add(store, "Buns")
    filling = fill(store, outbox)
    assert (filling.runs, filling.posts) == (10, 5)
    entries = outbox.entries()
    assert {entry.share_at for entry in entries} == {
        datetime(2026, 11, day, 9, tzinfo=UTC) for day in range(26, 31)
    }
    assert all(sorted(entry.channel_ids) == [2, 3] for entry in entries)
    assert {entry.posto_ref for entry in entries} == {run.posto_ref for run in runs(store)}
    assert set(states(store)) == {"handed"}
    assert fill(store, outbox).runs == 0


def test_what_is_sent_is_the_variant_of_the_run(
    store: Database, outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    message = add(
        store, "Buns", 3, alternatives=(Alternative("Fresh buns", {"mastodon": "Buns!"}),)
    )
    draft = replace(message.draft, media=(picture(tmp_path),))
    evergreen_fill.add_message(store, replace(message, draft=draft))
    fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=2)))
    send_all(outbox, service)
    sent = [items[0]["custom_post_data"]["post_content"] for items, _share in service.composed]
    assert sent == ["Buns", "Buns!"]
    assert service.uploads


@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_a_filling_is_there_as_a_whole_or_not_at_all(
    store: Database, clock: Clock, tmp_path: Path, after: bool
) -> None:
    add(store, "Buns")
    outcomes = set()
    for call in range(1, 200):
        dying = CrashingDatabase(store, call, after=after)
        outbox = Outbox(dying, clock)  # type: ignore[arg-type]
        try:
            evergreen_fill.fill(dying, outbox, REQUEST, plain, NOW)  # type: ignore[arg-type]
        except Crash:
            pass
        again = Database(tmp_path / "posto.db")
        written, entries = runs(again), again.outbox()
        again.close()
        outcomes.add((len(written), len(entries)))
        with store.transaction() as connection:
            for table in ("evergreen_runs", "evergreen_fillings", "outbox", "messages"):
                connection.execute(f"DELETE FROM {table}")
        if not dying.crashed:
            break
    assert outcomes == {(0, 0), (10, 5)}


def test_only_a_few_stand_in_the_outbox_the_soonest_first(
    store: Database, outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    add(store, "Buns")
    filling = fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=30)))
    assert filling.posts == 30
    assert len(outbox.entries()) == evergreen_fill.MAX_WAITING
    assert states(store).count("queued") == 20
    send_all(outbox, service)
    assert hand_over(store, outbox, plain, RULES, NOW) == 10
    send_all(outbox, service)
    assert len(service.composed) == 30
    assert set(states(store)) == {"handed"}


def test_a_queued_run_whose_slot_was_taken_meanwhile_is_dropped(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "Buns", 3)
    fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=30)))
    last = max(run.slot for run in runs(store))
    listed(store, "by hand", 3, last)
    send_all(outbox, service)
    hand_over(store, outbox, plain, RULES, NOW)
    assert [run.slot for run in runs(store) if run.state == "dropped"] == [last]
    assert last not in {entry.share_at for entry in outbox.entries()}


def test_a_queued_run_whose_time_passed_never_goes_out(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "Buns", 3)
    fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=30)))
    send_all(outbox, service)
    hand_over(store, outbox, plain, RULES, NOW + timedelta(days=40))
    assert len(outbox.entries()) == 20
    assert len([run for run in runs(store) if run.state == "dropped"]) == 10


def test_slots_are_taken_by_schedule_outbox_and_drafts(store: Database, outbox: Outbox) -> None:
    add(store, "Buns", 3)
    days = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in range(26, 31)]
    listed(store, "one", 3, days[0])
    outbox.add(Draft(text="by hand"), [MASTODON], days[1])
    draft = Draft(text="d", channel_ids=(3,), when_text="2026-11-28 9:00")
    store.put_draft(draft.id, "local", draft.to_json())
    moves.add(
        store,
        [
            {
                "id": "m",
                "workspace": "local",
                "state": "asking",
                "body": {"new": int(days[3].timestamp()), "channel_ids": [3]},
            }
        ],
        NOW.timestamp(),
    )
    fill(store, outbox)
    assert [run.slot for run in runs(store)] == [days[4]]


def test_undo_takes_back_what_has_not_left(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "Buns")
    filling = fill(store, outbox)
    result = take_back(store, outbox, filling.id, NOW)
    assert (result.undone, result.sent, result.removing) == (10, 0, 0)
    send_all(outbox, service)
    assert service.composed == []
    assert fill(store, outbox, AUTOMATIC).runs == 0
    assert {run.reason.code for run in preview(store, AUTOMATIC, plain, NOW, 1).free} == {
        "taken_back"
    }
    assert fill(store, outbox).runs == 10


@dataclass
class Service:
    """Rows of the schedule that can be found by mark and deleted."""

    rows: list[Schedule] = field(default_factory=list)

    def rows_of_mark(
        self, ref: str, _channel_ids: Sequence[int], _around: datetime
    ) -> list[Schedule]:
        return [row for row in self.rows if row.posto_ref == ref]

    def remove(self, ids: Sequence[int]) -> Collection[int]:
        self.rows = [row for row in self.rows if row.id not in ids]
        return ()


def sent_rows(store: Database, statuses: Sequence[str]) -> Service:
    """The runs as a service has them, each with the next of these statuses."""
    return Service(
        [
            listed(store, run.posto_ref, run.channel_id, run.share_at, status, number)
            for number, (run, status) in enumerate(
                zip(runs(store), [*statuses, *["not_sent"] * 50], strict=False), 1
            )
        ]
    )


def test_undo_deletes_what_the_service_has_and_says_what_stays(
    store: Database, outbox: Outbox, service: ScriptedService, clock: Clock
) -> None:
    add(store, "Buns", 3)
    filling = fill(store, outbox)
    send_all(outbox, service)
    rows = sent_rows(store, ["success"])
    clock.now = later = NOW + timedelta(days=1)
    result = take_back(store, outbox, filling.id, later)
    assert (result.undone, result.sent, result.removing) == (4, 1, 4)
    deleted, waiting = remove_posts(store, "local", rows, later)
    assert (len(deleted), waiting) == (4, 0)
    assert [row.status for row in rows.rows] == ["success"]
    assert evergreen_rows.to_remove(store) == []
    assert states(store) == ["handed", *["undone"] * 4]


def test_what_went_out_before_it_could_be_deleted_counts_as_sent(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "Buns", 3)
    filling = fill(store, outbox)
    send_all(outbox, service)
    take_back(store, outbox, filling.id, NOW)
    rows = Service(
        [
            replace_status(row, "success") if number == 0 else row
            for number, row in enumerate(sent_rows(store, []).rows)
        ]
    )
    remove_posts(store, "local", rows, NOW)
    assert states(store) == ["sent", *["undone"] * 4]


def replace_status(row: Schedule, status: str) -> Schedule:
    return Schedule(
        row.id, "g", row.channel_id, status=status, send_at=row.send_at, posto_ref=row.posto_ref
    )


def test_a_post_that_is_on_its_way_is_deleted_once_it_has_arrived(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "Buns", 3)
    filling = fill(store, outbox)
    first = runs(store)[0]
    store.change_outbox(first.entry_id, {"state": "handing_over"}, now=time.time())
    result = take_back(store, outbox, filling.id, NOW)
    assert (result.undone, result.removing) == (5, 1)
    rows = Service([listed(store, first.posto_ref, 3, first.share_at)])
    assert remove_posts(store, "local", rows, NOW) == ([], 1)
    store.change_outbox(first.entry_id, {"state": "sent"}, now=time.time())
    deleted, waiting = remove_posts(store, "local", rows, NOW)
    assert (len(deleted), waiting) == (1, 0)


def test_redo_writes_the_same_filling_again(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    for name in ("a", "b", "c"):
        add(store, name)
    filling = fill(store, outbox)
    before = [(run.slot, run.channel_id, run.message_id, run.variant) for run in runs(store)]
    take_back(store, outbox, filling.id, NOW)
    again = restore(store, outbox, REQUEST, filling.id, plain, NOW)
    assert (again.id, again.runs, again.posts) == (filling.id, filling.runs, filling.posts)
    after = [(run.slot, run.channel_id, run.message_id, run.variant) for run in runs(store)]
    assert after == before
    send_all(outbox, service)
    assert len(service.composed) == 5
    take_back(store, outbox, filling.id, NOW)
    assert set(states(store)) == {"undone"}


def test_redo_leaves_out_what_was_taken_meanwhile(store: Database, outbox: Outbox) -> None:
    add(store, "a", 3)
    filling = fill(store, outbox)
    take_back(store, outbox, filling.id, NOW)
    first = min(run.slot for run in runs(store))
    outbox.add(Draft(text="by hand"), [MASTODON], first)
    again = restore(store, outbox, REQUEST, filling.id, plain, NOW)
    assert again.runs == 4
    assert first not in {run.slot for run in runs(store) if run.is_counting}


def test_redo_of_what_the_service_still_has_only_keeps_it(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "a", 3)
    filling = fill(store, outbox)
    send_all(outbox, service)
    refs = {run.posto_ref for run in runs(store)}
    take_back(store, outbox, filling.id, NOW)
    assert restore(store, outbox, REQUEST, filling.id, plain, NOW).runs == 5
    assert {run.posto_ref for run in runs(store)} == refs
    assert remove_posts(store, "local", Service(), NOW) == ([], 0)


def test_redo_after_the_service_deleted_the_posts_writes_them_again(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    """Entries that were sent lately take their times and texts: not those that were deleted."""
    add(store, "a", X.id, cooldown_days=0)
    add(store, "b", MASTODON.id)
    filling = fill(store, outbox)
    at = sorted((run.slot, run.channel_id) for run in runs(store))
    for _again in range(3):
        send_all(outbox, service)
        take_back(store, outbox, filling.id, NOW)
        undone = [run for run in runs(store) if run.state == "undone"]
        rows = [
            listed(store, run.posto_ref, run.channel_id, run.share_at, number=number)
            for number, run in enumerate(undone, 1)
        ]
        remove_posts(store, "local", Service(rows), NOW)
        again = restore(store, outbox, REQUEST, filling.id, plain, NOW)
        assert again.runs == filling.runs == len(at)
        counting = [run for run in runs(store) if run.is_counting]
        assert sorted((run.slot, run.channel_id) for run in counting) == at


def test_a_cancelled_post_rests_no_message_and_its_slot_is_left_alone(
    store: Database, outbox: Outbox
) -> None:
    add(store, "a", 3, cooldown_days=300)
    fill(store, outbox)
    run = runs(store)[0]
    outbox.cancel(run.entry_id)
    assert settle(store, "local", NOW)
    assert states(store) == ["cancelled"]
    assert fill(store, outbox, AUTOMATIC).runs == 1
    assert run.slot not in {other.slot for other in runs(store) if other.is_counting}


def test_a_post_that_was_moved_rests_its_message_from_its_new_time(
    store: Database, outbox: Outbox, service: ScriptedService
) -> None:
    add(store, "a", 3, cooldown_days=3)
    fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=1)))
    send_all(outbox, service)
    run = runs(store)[0]
    listed(store, run.posto_ref, 3, run.slot + timedelta(days=2, hours=5))
    made = fill(store, outbox)
    assert made.runs == 0
    assert runs(store)[0].share_at == run.slot + timedelta(days=2, hours=5)


def test_a_refused_post_does_not_rest_its_message(store: Database, outbox: Outbox) -> None:
    add(store, "a", 3, cooldown_days=2)
    fill(store, outbox, replace(REQUEST, rules=replace(RULES, days_ahead=1)))
    run = runs(store)[0]
    store.change_outbox(run.entry_id, {"state": "refused", "reason": "No."}, now=time.time())
    fill(store, outbox)
    later = [other for other in runs(store) if other.is_counting]
    assert later[0].slot == run.slot  # it is free again


def test_the_mark_of_an_edit_or_a_move_is_followed(store: Database, outbox: Outbox) -> None:
    add(store, "a", 3)
    fill(store, outbox)
    run = runs(store)[0]
    evergreen_rows.continue_runs(
        store, [run.posto_ref], "new ref", "new entry", run.slot.timestamp() + 3600
    )
    moves.follow(store, "new ref", "newer ref", "g")
    changed = runs(store)[0]
    assert (changed.posto_ref, changed.entry_id) == ("newer ref", "new entry")
    assert changed.share_at == run.slot + timedelta(hours=1)


def test_a_message_that_no_network_takes_is_not_chosen(store: Database, outbox: Outbox) -> None:
    add(store, "x" * 5000, 1, 3)
    add(store, "short", 1, 3)
    fill(store, outbox)
    assert {run.message_id for run in runs(store) if run.channel_id == 1} == {"short"}


def test_a_paused_messages_runs_ahead_can_be_taken_back_and_their_slots_filled_anew(
    store: Database, outbox: Outbox
) -> None:
    message = add(store, "a", 3)
    add(store, "b", 3)
    fill(store, outbox)
    evergreen_fill.add_message(store, replace(message, is_paused=True))
    result = evergreen_fill.take_back_message(store, outbox, "a", NOW)
    assert result.undone >= 2
    fill(store, outbox, AUTOMATIC)
    assert {run.message_id for run in runs(store) if run.is_counting} == {"b"}


def test_the_preview_has_what_a_filling_then_writes(store: Database, outbox: Outbox) -> None:
    for name in ("a", "b", "c"):
        add(store, name)
    ahead = preview(store, REQUEST, plain, NOW)
    assert len(ahead.coming) == 20
    assert ahead.filled == ()
    assert store.outbox() == []
    assert runs(store) == []
    fill(store, outbox)
    written = {(run.slot, run.message_id) for run in runs(store)}
    assert written == {(run.when, run.message_id) for run in ahead.coming[:5]}
    after = preview(store, REQUEST, plain, NOW)
    assert [run.when for run in after.filled] == [run.when for run in ahead.coming[:5]]
    assert [(run.when, run.message_id) for run in after.coming[:15]] == [
        (run.when, run.message_id) for run in ahead.coming[5:]
    ]


@pytest.mark.parametrize(
    ("rules", "nothing"),
    [
        ({"is_paused": True}, "all_paused"),
        ({"last_day": datetime(2026, 1, 1).date()}, "all_over"),
        ({"first_day": datetime(2029, 1, 1).date()}, "all_resting"),
        ({}, ""),
    ],
)
def test_the_preview_says_why_nothing_comes(
    store: Database, rules: dict[str, object], nothing: str
) -> None:
    add(store, "a", 3, **rules)
    assert preview(store, REQUEST, plain, NOW).nothing == nothing


def test_the_preview_without_messages_and_without_slots(store: Database) -> None:
    assert preview(store, REQUEST, plain, NOW).nothing == "no_messages"
    add(store, "a", 3)
    bare = replace(REQUEST, rules=replace(RULES, groups=[]))
    assert preview(store, bare, plain, NOW).nothing == "no_slots"


def test_two_programs_that_fill_at_once_take_no_slot_twice(
    store: Database, outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "a", 3)
    other = Database(tmp_path / "posto.db")
    facts_of = evergreen_fill.facts_of
    made: list[Filling] = []

    def read_while_another_fills(*arguments: object) -> object:
        facts = facts_of(*arguments)  # type: ignore[arg-type]
        if not made:
            made.append(Filling("", "local", NOW))
            made[0] = evergreen_fill.fill(other, Outbox(other), REQUEST, plain, NOW)
        return facts

    monkeypatch.setattr(evergreen_fill, "facts_of", read_while_another_fills)
    filling = fill(store, outbox)
    assert (made[0].runs, filling.runs) == (5, 0)
    assert len(runs(store)) == 5
    other.close()


def test_totals_and_fillings(store: Database, outbox: Outbox) -> None:
    add(store, "a", 3)
    filling = fill(store, outbox)
    totals = evergreen_outcomes.totals(store, NOW + timedelta(days=2))
    assert totals["a"].runs == 5
    assert totals["a"].last_at == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert totals["a"].next_at == datetime(2026, 11, 28, 9, tzinfo=UTC)
    (row,) = evergreen_rows.fillings(store, "local")
    read = evergreen_outcomes.read_filling(row)
    assert (read.id, read.runs, read.posts, read.is_taken_back) == (filling.id, 5, 5, False)
    assert (read.first, read.last) == (filling.first, filling.last)
