"""An answer of a service counts for the moment at which it was asked, however long it took: the
computer may have slept, and the list is read again when the connection was lost by that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_move_service import LOST, NEW, OLD
from tests.unit.delivery.scripted import LOST as CUT
from tests.unit.delivery.scripted import NOW, Clock, Row, ScriptedService, X, draft_of
from tests.unit.delivery.test_replacing import edit, restarted, site_of
from tests.unit.delivery.test_replacing import settle as settle_edit
from tests.unit.delivery.test_reschedule import settle, write
from tests.unit.delivery.test_reschedule import site_of as move_site

TOMORROW = NOW + timedelta(days=1)


@dataclass
class SlowList(ScriptedService):
    """Its first list takes long to arrive."""

    list_seconds: float = 0.0

    def find_ref(self, ref: str, channel_ids: Sequence[int], around: datetime) -> list[Row]:
        rows = super().find_ref(ref, channel_ids, around)
        self.clock.forward(seconds=self.list_seconds)
        self.list_seconds = 0.0
        return rows


def a_lost_call(clock: Clock) -> SlowList:
    """Return a service that loses the answer to a call, and carries it out in a minute."""
    service = SlowList(clock, settle=90.0, hides_sending=True)
    service.after_compose = [CUT]
    service.arrives_after = timedelta(seconds=60)
    return service


def process_to_its_end(outbox: Outbox, service: ScriptedService, entry_id: str) -> str:
    for _ in range(20):
        entry = outbox.process(entry_id, service)
        if entry.is_ended:
            return entry.state
        service.clock.forward(seconds=15)
    raise AssertionError(f"it never came to an end: {entry.state} {entry.reason}")


def test_a_list_from_before_the_settling_time_does_not_count_after_it(
    outbox: Outbox, clock: Clock
) -> None:
    service = a_lost_call(clock)
    service.list_seconds = 200.0
    entry_id = outbox.add(draft_of(), [X], TOMORROW).id
    assert process_to_its_end(outbox, service, entry_id) == "sent"
    assert len(service.composed) == 1


def test_a_clock_that_is_set_back_does_not_end_the_settling_time(
    outbox: Outbox, clock: Clock
) -> None:
    service = a_lost_call(clock)
    entry_id = outbox.add(draft_of(), [X], TOMORROW).id
    assert outbox.process(entry_id, service).state == "handing_over"
    clock.forward(hours=-1)
    (rows,) = service.rows.values()
    rows[:] = [replace(row, visible_from=row.visible_from - timedelta(hours=1)) for row in rows]
    began = clock()
    assert process_to_its_end(outbox, service, entry_id) == "sent"
    assert len(service.composed) == 1
    assert clock() - began < timedelta(minutes=5)


@pytest.mark.parametrize("how", ["the call", "the list", "the clock"])
def test_a_copy_that_arrives_late_is_not_taken_for_refused(store: Database, how: str) -> None:
    """The call takes as long as the settling time, the list does, or the clock is set back."""
    site = move_site(route=False, settle=90.0)
    move = write(store, site)
    lost: list[datetime] = []

    def fault(_call: int, name: str, at: str) -> None:
        if name == "compose" and at == "before" and not lost:
            site.clock.forward(seconds=90 if how == "the call" else 0)
            lost.append(site.clock())
            raise LOST
        if name == "find_ref" and at == "after" and len(lost) == 1:
            lost.append(site.clock())
            site.clock.forward(seconds={"the list": 200, "the clock": -3600}.get(how, 0))
        elif name == "find_ref" and at == "before" and len(lost) == 2:
            lost.append(site.clock())
            for number, channel in ((21, 11), (22, 12), (23, 13)):
                at_new = datetime.fromtimestamp(NEW, UTC)
                site.put(number, channel, "late", send_at=at_new, posto_ref=move.mark)

    site.fault = fault
    assert settle(store, site, move).state == "done"
    assert site.at() == {11: [NEW], 12: [NEW], 13: [NEW]}


@pytest.mark.parametrize("when", ["before", "after"])
def test_earlier_posts_that_become_due_while_the_service_is_asked_decide(
    tmp_path: Path, when: str
) -> None:
    """They are taken up, and so hidden, before they are looked for, or right after it."""
    site = site_of(hides_sending=True)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    key = edit(outbox, site, (11,), at=NEW).id
    asked: list[str] = []

    def fault(_call: int, name: str, at: str) -> None:
        if name != "rows" or "compose" not in site.calls:
            return
        asked.append(at)
        if asked == ["before"] if when == "before" else asked == ["before", "after"]:
            site.clock.now = datetime.fromtimestamp(OLD + 5, UTC)
            site.set_status(1, "sending")
        if len(asked) == 3:
            site.set_status(1, "success")

    site.fault = fault
    ended = settle_edit(path, site, key, outbox)
    assert site.texts()[11] == ["text 11"], ended.reason


def test_earlier_posts_that_became_due_since_they_were_read_are_waited_for(tmp_path: Path) -> None:
    site = site_of(hides_sending=True)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    key = edit(outbox, site, (11,), at=None).id

    def fault(_call: int, name: str, at: str) -> None:
        if name == "rows" and at == "after":
            site.clock.now = datetime.fromtimestamp(OLD + 200, UTC)

    site.fault = fault
    assert outbox.process(key, site).state == "waiting"
    assert "compose" not in site.calls
