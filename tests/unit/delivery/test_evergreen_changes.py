"""A changed evergreen message: its runs ahead follow, and nothing goes out twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage, EvergreenRun, TakenBackRuns
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.evergreen_changes import save_message
from posto_desktop.delivery.evergreen_fill import FillRequest, hand_over
from posto_desktop.delivery.evergreen_outcomes import remove_posts
from posto_desktop.delivery.evergreen_state import SlotRules, read_run
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import evergreen_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import BLUESKY, NOW, ScriptedService

MASTODON = Channel(3, "@cafe@example.social", "mastodon")
DAILY = SlotGroup(slots=tuple(Slot(day, clock_time(9)) for day in range(7)))
RULES = SlotRules([DAILY], UTC, days_ahead=5)
BUNS = EvergreenMessage(
    Draft(text="Buns", channel_ids=(2, 3)),
    id="buns",
    cooldown_days=1,
    created_at=NOW - timedelta(days=100),
)


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


@pytest.fixture
def filled(store: Database, outbox: Outbox) -> Database:
    """Five posts on two channels, which wait in the outbox."""
    channels = [BLUESKY.to_dict(), MASTODON.to_dict()]
    store.put_cache("local", "channels", channels, NOW.timestamp())
    evergreen_fill.add_message(store, BUNS)
    request = FillRequest("local", RULES)
    assert evergreen_fill.fill(store, outbox, request, plain, NOW).runs == 10
    return store


def plain(draft: Draft) -> Draft:
    return draft


def runs(store: Database) -> list[EvergreenRun]:
    rows = evergreen_rows.runs_ahead(store, "local", NOW.timestamp())
    return [run for row in rows if (run := read_run(row, NOW)).is_counting]


def changed(store: Database, outbox: Outbox, message: EvergreenMessage) -> TakenBackRuns:
    result = save_message(store, outbox, message, RULES, NOW)[1]
    hand_over(store, outbox, plain, RULES, NOW)
    return result


def with_text(text: str) -> EvergreenMessage:
    return replace(BUNS, draft=replace(BUNS.draft, text=text))


def waiting_texts(outbox: Outbox) -> list[str]:
    return [entry.items[0].text for entry in outbox.entries() if entry.state == "waiting"]


def send_all(outbox: Outbox, service: ScriptedService) -> None:
    for entry_id in outbox.due():
        outbox.process(entry_id, service)


def on_service(store: Database, statuses: Sequence[str] = ()) -> Service:
    """The runs as rows of a service, each with the next of these statuses."""
    all_statuses = [*statuses, *["not_sent"] * 20]
    return Service(
        [
            Schedule(
                number,
                "g",
                run.channel_id,
                status=status,
                send_at=run.share_at,
                posto_ref=run.posto_ref,
            )
            for number, (run, status) in enumerate(zip(runs(store), all_statuses, strict=False))
        ]
    )


def test_rules_that_allow_less_take_runs_back(filled: Database, outbox: Outbox) -> None:
    result = changed(filled, outbox, replace(BUNS, last_day=date(2026, 11, 27)))
    assert result.undone == 6
    assert {run.slot.day for run in runs(filled)} == {26, 27}
    assert changed(filled, outbox, replace(BUNS, max_runs=1)).undone == 2
    assert {run.slot.day for run in runs(filled)} == {26}


def test_a_longer_pause_keeps_the_runs_that_are_far_enough_apart(
    filled: Database, outbox: Outbox
) -> None:
    changed(filled, outbox, replace(BUNS, cooldown_days=2))
    assert sorted({run.slot.day for run in runs(filled)}) == [26, 28, 30]


def test_a_channel_less_lets_the_others_go_on(
    filled: Database, outbox: Outbox, service: ScriptedService
) -> None:
    message = replace(BUNS, draft=replace(BUNS.draft, channel_ids=(3,)))
    assert changed(filled, outbox, message).undone == 5
    send_all(outbox, service)
    sent = [[item["channel_id"] for item in items] for items, _share in service.composed]
    assert sent == [[3]] * 5
    assert [run.channel_id for run in runs(filled)] == [3] * 5


def test_new_words_go_out_instead_of_the_old_ones(
    filled: Database, outbox: Outbox, service: ScriptedService
) -> None:
    result = changed(filled, outbox, with_text("Rolls"))
    assert (result.undone, result.renewed, result.removing) == (0, 10, 0)
    assert waiting_texts(outbox) == ["Rolls"] * 5
    send_all(outbox, service)
    assert len(service.composed) == 5


def test_what_the_service_has_is_deleted_before_it_is_sent_anew(
    filled: Database, outbox: Outbox, service: ScriptedService
) -> None:
    send_all(outbox, service)
    site = on_service(filled)
    result = changed(filled, outbox, with_text("Rolls"))
    assert (result.renewed, result.removing) == (10, 10)
    assert waiting_texts(outbox) == []
    deleted, waiting = remove_posts(filled, "local", site, NOW)
    assert (len(deleted), waiting, site.rows) == (10, 0, [])
    hand_over(filled, outbox, plain, RULES, NOW)
    assert waiting_texts(outbox) == ["Rolls"] * 5
    assert len(runs(filled)) == 10


def test_what_was_sent_or_is_nowhere_is_not_sent_anew(
    filled: Database, outbox: Outbox, service: ScriptedService
) -> None:
    send_all(outbox, service)
    site = on_service(filled, ["success", "success"])
    site.rows = site.rows[:-2]  # one post is not listed
    changed(filled, outbox, with_text("Rolls"))
    remove_posts(filled, "local", site, NOW)
    hand_over(filled, outbox, plain, RULES, NOW)
    assert waiting_texts(outbox) == ["Rolls"] * 3
    assert [run.state for run in runs(filled)].count("sent") == 2
    assert evergreen_rows.to_remove(filled) == []


def test_a_change_of_rules_alone_sends_nothing_anew(filled: Database, outbox: Outbox) -> None:
    before = {entry.id for entry in outbox.entries()}
    result = changed(filled, outbox, replace(BUNS, weight=5))
    assert (result.undone, result.renewed) == (0, 0)
    assert {entry.id for entry in outbox.entries()} == before
