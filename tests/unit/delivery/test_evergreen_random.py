"""Whatever is filled, undone, sent and moved on: posts and runs agree."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import read_entry
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.evergreen_fill import FillRequest, hand_over, restore, take_back
from posto_desktop.delivery.evergreen_state import read_run
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage import evergreen_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.evergreen_samples import (
    MASTODON,
    REQUEST,
    RULES,
    add,
    plain,
    runs,
    send_all,
)
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    Clock,
    ScriptedService,
    X,
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9))
def test_whatever_happens_posts_and_runs_agree(seed: int) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        store = Database(Path(folder) / "posto.db")
        channels = [X.to_dict(), BLUESKY.to_dict(), MASTODON.to_dict()]
        store.put_cache("local", "channels", channels, NOW.timestamp())
        outbox, service = Outbox(store, clock), ScriptedService(clock)
        pauses = {}
        for number in range(rng.randint(1, 4)):
            pauses[f"m{number}"] = rng.choice([0, 1, 3])
            ids = rng.sample([1, 2, 3], rng.randint(1, 3))
            add(store, f"m{number}", *ids, cooldown_days=pauses[f"m{number}"])
        rules = replace(RULES, days_ahead=rng.choice([3, 9, 25]))
        for _ in range(12):
            _something(rng, store, outbox, service, clock, replace(REQUEST, rules=rules))
            _check(store, pauses)
        store.close()


def _something(
    rng: random.Random,
    store: Database,
    outbox: Outbox,
    service: ScriptedService,
    clock: Clock,
    request: FillRequest,
) -> None:
    now, what = clock.now, rng.randrange(7)
    fillings = [row["id"] for row in evergreen_rows.fillings(store, "local")]
    if what <= 1:
        evergreen_fill.fill(store, outbox, replace(request, is_automatic=what == 1), plain, now)
    elif what == 2 and fillings:
        take_back(store, outbox, rng.choice(fillings), now)
    elif what == 3 and fillings:
        restore(store, outbox, request, rng.choice(fillings), plain, now)
    elif what == 4:
        hand_over(store, outbox, plain, request.rules, now)
        send_all(outbox, service)
    elif what == 5:
        slot = datetime(2026, 11, 26, 9, tzinfo=UTC) + timedelta(days=rng.randint(0, 20))
        is_free = all(run.slot != slot for run in runs(store) if run.is_counting)
        if slot > now and is_free:
            outbox.add(Draft(text=f"by hand {rng.random()}"), [MASTODON], slot)
    else:
        clock.forward(days=rng.randint(0, 2))


def _check(store: Database, pauses: dict[str, int]) -> None:
    """Each run that counts is queued or has one entry, and no other run has one that goes out."""
    rows = evergreen_rows.runs_ahead(store, "local", 0)
    counting = [run for row in rows if (run := read_run(row, NOW)).is_counting]
    assert len({(run.channel_id, run.slot) for run in counting}) == len(counting)
    days: dict[tuple[str, int], list[datetime]] = {}
    for run in counting:
        days.setdefault((run.message_id, run.channel_id), []).append(run.slot)
        entry = store.outbox_row(run.entry_id)
        if run.state == "queued":
            assert entry is None
        else:
            assert entry is not None
            assert entry["state"] != "cancelled"
            assert run.channel_id in read_entry(entry).channel_ids
    for (message_id, _), times in days.items():
        times.sort()
        gaps = [(after.date() - before.date()).days for before, after in pairwise(times)]
        assert all(gap >= pauses[message_id] for gap in gaps)
    known = {run.entry_id for run in counting}
    for row in rows:
        entry = store.outbox_row(row["entry_id"])
        if row["entry_id"] not in known and entry is not None and not row["removal"]:
            assert entry["state"] in ("cancelled", "refused")
