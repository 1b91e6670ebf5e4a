"""Ten thousand days of evergreen messages, and the filling of 60 channels from 1,000 messages.

The baseline of choosing is the least that any choice must do: for each slot, look once at each
message of its channel. That of shares is what weights and pauses allow at best.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.evergreen_choice import ChannelSlots, EvergreenState, choices
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.evergreen_fill import FillRequest
from posto_desktop.delivery.evergreen_preview import preview
from posto_desktop.delivery.evergreen_state import SlotRules
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.serial_worker import SWITCH, lower_priority
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from tests.bench.figures import Figure
from tests.unit.core.evergreen.simulated import (
    START,
    Calendar,
    FakeChannel,
    breaches,
    live,
    message,
    random_calendar,
)

DAYS = 10_000
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"]
SEED = 21
CHANNELS, MESSAGES = 60, 1_000
WEIGHTS = (9, 9, 7, 5, 4, 3, 3, 2, 2, 1, 1, 1)
A_DAY = 3


def lived() -> tuple[int, int, float]:
    """Return breaches and runs of 10,000 days, and the seconds they took: 40 calendars of 250."""
    rng, broken, runs = random.Random(SEED), 0, 0
    began = time.perf_counter()
    for number in range(40):
        zone = ZoneInfo(ZONES[number % len(ZONES)])
        calendar = random_calendar(rng, zone, rng.randint(1, 12), rng.randint(1, 4))
        live(calendar, rng, DAYS // 40)
        broken += len(breaches(calendar))
        runs += len(calendar.runs)
    return broken, runs, time.perf_counter() - began


def shares() -> tuple[float, int]:
    """Return by how much the share of a message is off at most, in percent of what weights and a
    pause of a day allow, over 10,000 days of three slots, and the breaches."""
    messages = [
        message(f"m{number}", cooldown_days=1, weight=weight)
        for number, weight in enumerate(WEIGHTS)
    ]
    times = [clock_time(9), clock_time(13), clock_time(18)]
    group = SlotGroup(slots=tuple(Slot(day, at) for day in range(7) for at in times))
    calendar = Calendar([FakeChannel(1)], messages, group, ZoneInfo("Europe/Berlin"))
    sent: Counter[str] = Counter()
    broken = 0
    for _ in range(DAYS // 50):
        calendar.fill(50)
        calendar.now += timedelta(days=50)
        broken += len(breaches(calendar))
        # As the program does: of old runs the last of each message, and numbers.
        latest = {run.message_id: run for run in calendar.runs}
        recent = {run.id for run in latest.values()}
        for run in calendar.runs:
            if run.id not in recent:
                sent[run.message_id] += 1
        calendar.runs = [run for run in calendar.runs if run.id in recent]
    sent.update(run.message_id for run in calendar.runs)
    ideal = allowed_shares(WEIGHTS, 1 / A_DAY)
    total = sum(sent.values())
    off = [abs(sent[f"m{number}"] / total - share) / share for number, share in enumerate(ideal)]
    return 100 * max(off), broken


def allowed_shares(weights: Sequence[int], most: float) -> list[float]:
    """Return the shares by weight where none gets more than `most`."""
    shares = [0.0] * len(weights)
    free = set(range(len(weights)))
    left = 1.0
    while free:
        total = sum(weights[number] for number in free)
        capped = {number for number in free if left * weights[number] / total > most}
        for number in capped or free:
            shares[number] = most if capped else left * weights[number] / total
        left -= sum(shares[number] for number in capped)
        free = free - capped if capped else set()
    return shares


def many() -> list[EvergreenMessage]:
    return [
        EvergreenMessage(
            Draft(text=f"Message {number}", channel_ids=tuple(range(CHANNELS))),
            id=f"m{number:04}",
            weight=1 + number % 9,
            created_at=START,
        )
        for number in range(MESSAGES)
    ]


def choosing() -> tuple[float, float]:
    """Return seconds for choosing for 60 channels with 42 slots each, and of the least."""
    slots = [START + timedelta(hours=8 * number) for number in range(42)]
    networks = ["mastodon", "twitter", "linkedin"]
    channels = [
        ChannelSlots(FakeChannel(number, networks[number % 3]), slots) for number in range(CHANNELS)
    ]
    messages = many()
    began = time.perf_counter()
    made = list(choices(EvergreenState(messages, channels, (), UTC)))
    taken = time.perf_counter() - began
    assert sum(bool(choice.message_id) for choice in made) == CHANNELS * 42
    began = time.perf_counter()
    for channel in channels:
        for slot in channel.free:
            max(messages, key=lambda item: (item.weight, slot > item.created_at))
    return taken, time.perf_counter() - began


def filling() -> tuple[float, float, float, float]:
    """Return seconds of a filling in posto.db with 60 channels and 1,000 messages, of a preview
    after it, and how late another thread is meanwhile and before, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "posto.db")
        channels = [Channel(number, f"Channel {number}", "mastodon") for number in range(CHANNELS)]
        now = START
        db.put_cache("local", "channels", [channel.to_dict() for channel in channels], 0.0)
        with db.transaction():
            for item in many():
                evergreen_fill.add_message(db, item)
        times = [clock_time(9), clock_time(13), clock_time(18)]
        group = SlotGroup(slots=tuple(Slot(day, at) for day in range(7) for at in times))
        request = FillRequest("local", SlotRules([group], UTC, 14))
        taken: list[float] = []

        def work() -> None:
            lower_priority()
            began = time.perf_counter()
            made = evergreen_fill.fill(db, Outbox(db), request, lambda draft: draft, now)
            taken.append(time.perf_counter() - began)
            assert made.runs == CHANNELS * 42
            began = time.perf_counter()
            preview(db, request, lambda draft: draft, now)
            taken.append(time.perf_counter() - began)

        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        idle = waits(lambda: len(taken) == 0, most=500)
        thread = threading.Thread(target=work)
        thread.start()
        busy = waits(thread.is_alive)
        sys.setswitchinterval(before)
        db.close()
        return taken[0], taken[1], busy, idle


def waits(is_on: Callable[[], bool], most: int = 1_000_000) -> float:
    """Return how late a thread is after a rest of 1 ms: what 99 of 100 rests are below, in ms."""
    late: list[float] = []
    while is_on() and len(late) < most:
        began = time.perf_counter()
        time.sleep(0.001)
        late.append(time.perf_counter() - began)
    return 1000 * sorted(late)[int(len(late) * 0.99)]


def measure() -> list[Figure]:
    broken, runs, seconds = lived()
    off, also_broken = shares()
    choose, least = choosing()
    fill, look, busy, idle = filling()
    return [
        Figure(f"breaches in {DAYS:,} days, {runs:,} runs", broken + also_broken, "", limit=0),
        Figure("a day of them", 1000 * seconds / DAYS, "ms"),
        Figure("share off by at most", off, "%", limit=2),
        Figure("choosing for 60 × 1,000", choose, "s", least, "one look at each", limit=10 * least),
        Figure("a filling of 60 × 1,000", fill, "s", choose, "choosing", limit=8 * choose),
        Figure("the preview after it", look, "s", choose, "choosing", limit=8 * choose),
        Figure("another thread is late (99 %)", busy, "ms", idle, "before", limit=50 + 3 * idle),
    ]
