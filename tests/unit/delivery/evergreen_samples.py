"""Evergreen messages, daily slots, and what tests ask of their fillings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage, EvergreenRun, Filling
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.evergreen_fill import FillRequest
from posto_desktop.delivery.evergreen_state import SlotRules, read_run
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import evergreen_rows, schedule_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    NOW,
    ScriptedService,
)

MASTODON = Channel(3, "@cafe@example.social", "mastodon")
DAILY = SlotGroup(slots=tuple(Slot(day, clock_time(9)) for day in range(7)))
RULES = SlotRules([DAILY], UTC, days_ahead=5)
REQUEST = FillRequest("local", RULES)
AUTOMATIC = replace(REQUEST, is_automatic=True)


def plain(draft: Draft) -> Draft:
    return draft


def add(store: Database, text: str, *ids: int, **rules: object) -> EvergreenMessage:
    made = EvergreenMessage(
        Draft(text=text, channel_ids=ids or (2, 3)),
        id=text,
        cooldown_days=1,
        created_at=NOW - timedelta(days=100),
    )
    made = replace(made, **rules)  # type: ignore[arg-type]
    evergreen_fill.add_message(store, made)
    return made


def fill(
    store: Database, outbox: Outbox, request: FillRequest = REQUEST, now: datetime = NOW
) -> Filling:
    return evergreen_fill.fill(store, outbox, request, plain, now)


def runs(store: Database, *, since: datetime = NOW) -> list[EvergreenRun]:
    rows = evergreen_rows.runs_ahead(store, "local", since.timestamp())
    return [read_run(row, NOW) for row in rows]


def states(store: Database) -> list[str]:
    return sorted(run.state for run in runs(store))


def send_all(outbox: Outbox, service: ScriptedService) -> None:
    for entry_id in outbox.due():
        outbox.process(entry_id, service)


def listed(
    store: Database,
    ref: str,
    channel_id: int,
    at: datetime,
    status: str = "not_sent",
    number: int = 1,
) -> Schedule:
    row = Schedule(number, "g", channel_id, status=status, send_at=at, text="x", posto_ref=ref)
    schedule_rows.update(store, "local", {number: row.to_dict()}, (), None)
    return row
