"""Which evergreen message goes out where: its rules hold always, and turns are fair."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.evergreen import Pin, Skip, SlotChoice
from posto_desktop.core.evergreen_choice import choices
from posto_desktop.core.slots import Slot, SlotGroup
from tests.unit.core.evergreen.simulated import (
    START,
    Calendar,
    FakeChannel,
    breaches,
    live,
    message,
    random_calendar,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"]
DAILY = SlotGroup(slots=tuple(Slot(day, time(9)) for day in range(7)))


def calendar_of(*messages: object, network: str = "mastodon", group: SlotGroup = DAILY) -> Calendar:
    return Calendar([FakeChannel(1, network)], list(messages), group, BERLIN)  # type: ignore[arg-type]


def names(made: list[SlotChoice]) -> list[str]:
    return [choice.message_id for choice in made]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(ZONES))
def test_no_rule_is_ever_broken(seed: int, zone: str) -> None:
    rng = random.Random(seed)
    calendar = random_calendar(rng, ZoneInfo(zone), rng.randint(1, 8), rng.randint(1, 3))
    live(calendar, rng, 25)
    assert breaches(calendar) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_shares_follow_the_weights_within_about_one_run(weights: list[int]) -> None:
    calendar = calendar_of(
        *(message(f"m{n}", cooldown_days=0, weight=weight) for n, weight in enumerate(weights))
    )
    sent: Counter[str] = Counter()
    for number, name in enumerate(names(calendar.fill(120)), 1):
        sent[name] += 1
        for place, weight in enumerate(weights):
            assert abs(sent[f"m{place}"] - number * weight / sum(weights)) < 1.6
    assert sum(sent.values()) == 120


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 14))
def test_filling_day_by_day_chooses_the_same_as_filling_at_once(seed: int, step: int) -> None:
    rng = random.Random(seed)
    rules: list[dict[str, Any]] = [
        {"cooldown_days": rng.choice([0, 2, 9]), "weight": rng.randint(1, 9)} for _ in range(5)
    ]
    at_once = calendar_of(*(message(f"m{n}", **rule) for n, rule in enumerate(rules)))
    by_day = replace(at_once, runs=[])
    made = at_once.fill(42)
    for _ in range(60 // step):
        by_day.fill(step)
        by_day.now += timedelta(days=step)
    count = min(len(at_once.runs), len(by_day.runs))
    assert count > 5 or not made
    assert [run.message_id for run in by_day.runs[:count]] == [
        run.message_id for run in at_once.runs[:count]
    ]


def test_the_same_state_gives_the_same_choice() -> None:
    rng = random.Random(5)
    calendar = random_calendar(rng, BERLIN, 8, 3)
    live(calendar, rng, 20)
    state = calendar.state(30)
    mixed = replace(state, messages=state.messages[::-1], runs=state.runs[::-1])
    assert list(choices(state)) == list(choices(mixed))


def test_a_message_that_was_paused_does_not_catch_up() -> None:
    calendar = calendar_of(
        message("a", cooldown_days=0), message("b", cooldown_days=0, is_paused=True)
    )
    calendar.fill(60)
    calendar.messages[1] = replace(calendar.messages[1], is_paused=False)
    calendar.now += timedelta(days=60)
    sent = Counter(names(calendar.fill(20)))
    assert abs(sent["a"] - sent["b"]) <= 2


def test_a_new_message_waits_its_turn_among_old_ones() -> None:
    calendar = calendar_of(*(message(f"m{n}", cooldown_days=1) for n in range(5)))
    calendar.fill(40)
    calendar.now += timedelta(days=40)
    calendar.messages.append(replace(message("new", cooldown_days=1), created_at=calendar.now))
    sent = names(calendar.fill(18))
    assert "new" in sent[:6]
    assert sent.count("new") == 3


def test_the_pause_counts_local_days_over_a_clock_change() -> None:
    calendar = calendar_of(message("a", cooldown_days=7))
    calendar.now = datetime(2026, 3, 24, tzinfo=UTC)  # the clocks go forward on the 29th
    made = [choice.slot.astimezone(BERLIN) for choice in calendar.fill(15) if choice.message_id]
    assert [f"{slot:%d %H}" for slot in made] == ["24 09", "31 09", "07 09"]


def test_it_rests_for_runs_that_were_moved_and_runs_ahead() -> None:
    calendar = calendar_of(message("a", cooldown_days=5))
    calendar.fill(1)
    run = calendar.runs[0]
    calendar.runs = [replace(run, share_at=run.slot + timedelta(days=8))]
    made = [c.slot for c in calendar.fill(20) if c.message_id]
    gaps = [abs((slot - run.slot).days - 8) for slot in made]
    assert gaps
    assert min(gaps) >= 5


def test_variants_go_in_turn() -> None:
    calendar = calendar_of(message("a", texts=3, cooldown_days=1))
    assert [choice.variant for choice in calendar.fill(5)] == [0, 1, 2, 0, 1]


@pytest.mark.parametrize(("network", "days"), [("twitter", 180), ("linkedin", 30)])
def test_no_text_goes_twice_to_a_network_that_forbids_it(network: str, days: int) -> None:
    calendar = calendar_of(message("a", texts=2, cooldown_days=1), network=network)
    made = [choice for choice in calendar.fill(days + 5) if choice.message_id]
    assert [choice.variant for choice in made[:3]] == [0, 1, 0]
    assert (made[2].slot - made[0].slot) >= timedelta(days=days - 1, hours=23)
    assert breaches(calendar) == []


def test_the_same_words_in_another_message_count_as_the_same_text() -> None:
    first, second = message("a", cooldown_days=1), message("b", cooldown_days=1)
    second = replace(second, draft=replace(second.draft, text="  A "))
    calendar = calendar_of(first, second, network="twitter")
    made = calendar.fill(10)
    assert len([choice for choice in made if choice.message_id]) == 1
    assert made[-1].reason.causes == (("cooldown", 0),) or dict(made[-1].reason.causes) == {
        "same_text": 2
    }


def test_skips_and_pins_are_heard() -> None:
    calendar = calendar_of(*(message(f"m{n}", cooldown_days=0) for n in range(3)))
    first, second, third, fourth = (choice.slot for choice in choices(calendar.state(4)))
    before = names(list(choices(calendar.state(4))))
    calendar.skips = {Skip(1, first), Skip(1, second, before[1])}
    calendar.pins = [Pin(1, third, "m0", "only today"), Pin(1, fourth, "m0")]
    made = calendar.fill(4)
    assert made[0].message_id == ""
    assert made[0].reason.code == "skipped"
    assert made[1].message_id not in ("", before[1])
    assert (made[2].message_id, made[2].text, made[2].reason.code) == (
        "m0",
        "only today",
        "pinned",
    )
    assert (made[3].message_id, made[3].text) == ("m0", None)


def test_a_pin_breaks_no_rule_and_says_so() -> None:
    calendar = calendar_of(message("a", cooldown_days=3), message("b", cooldown_days=0))
    slots = [choice.slot for choice in choices(calendar.state(5))]
    calendar.pins = [Pin(1, slots[2], "a"), Pin(1, slots[3], "a")]
    made = calendar.fill(5)
    assert names(made) == ["b", "b", "a", "b", "b"]
    assert made[3].reason.pin_problem == "cooldown"


def test_a_free_slot_says_why() -> None:
    today = START.date()
    calendar = calendar_of(
        message("rests", cooldown_days=30),
        message("paused", is_paused=True),
        message("later", first_day=today + timedelta(days=40)),
        message("over", last_day=date(2025, 1, 1)),
        message("once", max_runs=1, cooldown_days=0),
    )
    made = calendar.fill(10)
    reason = made[-1].reason
    assert reason.code == "blocked"
    assert reason.causes == (
        ("cooldown", 1), ("not_yet", 1), ("paused", 1), ("used_up", 1), ("over", 1),
    )  # fmt: skip
    assert names(made[:2]) == ["once", "rests"]
    assert reason.next_day == local(made[1].slot) + timedelta(days=30)


def local(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


def test_earlier_runs_count_for_the_maximum() -> None:
    calendar = calendar_of(message("a", cooldown_days=0, max_runs=5))
    state = replace(calendar.state(10), earlier_runs={("a", 1): 3})
    assert names([c for c in choices(state) if c.message_id]) == ["a", "a"]
