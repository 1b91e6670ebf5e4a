"""Evergreen messages whose slots are filled day by day, and what must hold whatever happens."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import (
    Alternative,
    ChoiceReason,
    EvergreenMessage,
    EvergreenRun,
    Pin,
    Skip,
    SlotChoice,
    local_day,
    same_text_days,
    text_key,
)
from posto_desktop.core.evergreen_choice import ChannelSlots, EvergreenState, choices
from posto_desktop.core.slots import Slot, SlotGroup, free_slots

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class FakeChannel:
    id: int
    network: str = "mastodon"


def message(
    name: str, channel_ids: Sequence[int] = (1,), texts: int = 1, **rules: object
) -> EvergreenMessage:
    made = EvergreenMessage(
        Draft(text=name, channel_ids=tuple(channel_ids)),
        id=name,
        alternatives=tuple(Alternative(f"{name} {number}") for number in range(1, texts)),
        created_at=START,
    )
    return replace(made, **rules)  # type: ignore[arg-type]


def run_of(choice: SlotChoice, number: int, filling: str = "f") -> EvergreenRun:
    return EvergreenRun(
        number,
        "local",
        choice.message_id,
        choice.channel_id,
        choice.slot,
        choice.slot,
        choice.variant,
        choice.text_key,
        choice.turn,
        choice.clock,
        filling,
        f"ref{number}",
        f"entry{number}",
        "queued",
        text=choice.text,
        reason=ChoiceReason("turn"),
        is_pinned=choice.is_pinned,
    )


@dataclass
class Calendar:
    """Slots of some channels, what is posted by hand, and the runs so far."""

    channels: Sequence[FakeChannel]
    messages: list[EvergreenMessage]
    group: SlotGroup
    zone: tzinfo
    now: datetime = START
    days_ahead: int = 14
    runs: list[EvergreenRun] = field(default_factory=list)
    skips: set[Skip] = field(default_factory=set)
    pins: list[Pin] = field(default_factory=list)
    by_hand: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)
    left_alone: set[tuple[int, datetime]] = field(default_factory=set)
    filled: int = 0

    def state(self, days: int) -> EvergreenState:
        end = self.now + timedelta(days=days)
        channels = []
        for channel in self.channels:
            posted = self.by_hand.get(channel.id, [])
            taken = [at for at, _ in posted]
            taken += [run.slot for run in self.runs if run.channel_id == channel.id]
            free = []
            for slot in free_slots(self.group, self.now, self.zone, taken):
                if slot > end:
                    break
                free.append(slot)
            channels.append(ChannelSlots(channel, free, posted))
        return EvergreenState(
            self.messages, channels, self.runs, self.zone, self.skips, self.pins, self.left_alone
        )

    def fill(self, days: int | None = None) -> list[SlotChoice]:
        """Fill as the program does; return all choices, those of free slots too."""
        made = list(choices(self.state(self.days_ahead if days is None else days)))
        self.filled += 1
        for choice in made:
            if choice.message_id:
                number = len(self.runs) + 1 + 1_000_000 * self.filled
                self.runs.append(run_of(choice, number, f"f{self.filled}"))
        return made

    def take_back(self, filling: str) -> None:
        """Take a filling back, but for what has been sent."""
        for run in [run for run in self.runs if run.filling_id == filling and run.slot > self.now]:
            self.runs.remove(run)
            self.left_alone.add((run.channel_id, run.slot))


class _Days:
    """The local days of moments."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days: dict[datetime, date] = {}

    def __call__(self, moment: datetime) -> date:
        if moment not in self._days:
            self._days[moment] = local_day(moment, self._zone)
        return self._days[moment]


def breaches(calendar: Calendar) -> list[str]:
    """Return where the rules of a message, a slot or a network do not hold."""
    day = _Days(calendar.zone)
    by_channel: dict[tuple[str, int], list[EvergreenRun]] = {}
    for run in calendar.runs:
        by_channel.setdefault((run.message_id, run.channel_id), []).append(run)
    by_id = {message.id: message for message in calendar.messages}
    wrong = list(_slots_wrong(calendar))
    for (message_id, channel_id), runs in by_channel.items():
        runs.sort(key=lambda run: run.slot)
        if channel_id not in by_id[message_id].channel_ids:
            wrong.append(f"{message_id} ran on {channel_id}")
        wrong += _rules_broken(by_id[message_id], runs, day)
    return [*wrong, *_same_texts(calendar, day)]


def _slots_wrong(calendar: Calendar) -> Iterable[str]:
    slots = Counter((run.channel_id, run.slot) for run in calendar.runs)
    yield from (f"{slot} is taken {count} times" for slot, count in slots.items() if count > 1)
    for run in calendar.runs:
        taken = [at for at, _ in calendar.by_hand.get(run.channel_id, ())]
        if any(abs(at - run.slot) <= timedelta(minutes=5) for at in taken):
            yield f"{run.slot} was taken by hand"
        if Skip(run.channel_id, run.slot) in calendar.skips:
            yield f"{run.slot} was skipped"
        if Skip(run.channel_id, run.slot, run.message_id) in calendar.skips:
            yield f"{run.message_id} was skipped at {run.slot}"


def _rules_broken(
    rules: EvergreenMessage, runs: Sequence[EvergreenRun], day: _Days
) -> Iterable[str]:
    if rules.is_paused or (rules.max_runs is not None and len(runs) > rules.max_runs):
        yield f"{rules.id} ran {len(runs)} times"
    for run in runs:
        if rules.first_day and day(run.slot) < rules.first_day:
            yield f"{rules.id} ran before {rules.first_day}"
        if rules.last_day and day(run.slot) > rules.last_day:
            yield f"{rules.id} ran after {rules.last_day}"
    for first, second in itertools.pairwise(runs):
        if (day(second.slot) - day(first.slot)).days < rules.cooldown_days:
            yield f"{rules.id} ran at {first.slot} and {second.slot}"


def _same_texts(calendar: Calendar, day: _Days) -> Iterable[str]:
    by_id = {message.id: message for message in calendar.messages}
    for channel_id, network in ((channel.id, channel.network) for channel in calendar.channels):
        memory = same_text_days(network)
        if memory is None:
            continue
        times: dict[str, list[datetime]] = {}
        for run in calendar.runs:
            if run.channel_id == channel_id:
                text = run.text
                if text is None:
                    text = by_id[run.message_id].text_at(run.variant, f"channel:{channel_id}")
                times.setdefault(text_key(text), []).append(run.slot)
        for key, moments in times.items():
            by_hand = calendar.by_hand.get(channel_id, ())
            others = sorted([*moments, *(at for at, other in by_hand if other == key)])
            for first, second in itertools.pairwise(others):
                near = (day(second) - day(first)).days < memory
                if near and (first in moments or second in moments):
                    yield f"the same text at {first} and {second} on {channel_id}"


def random_calendar(rng: random.Random, zone: tzinfo, messages: int, channels: int) -> Calendar:
    """Return a calendar with messages of all kinds."""
    networks = ["mastodon", "twitter", "linkedin"]
    ids = list(range(1, channels + 1))
    made = []
    for number in range(messages):
        first = START.date() + timedelta(days=rng.randint(-20, 60))
        rules: dict[str, object] = {
            "cooldown_days": rng.choice([0, 1, 2, 7, 30]),
            "weight": rng.randint(1, 9),
            "max_runs": rng.choice([None, None, 1, 3, 40]),
            "is_paused": rng.random() < 0.1,
        }
        if rng.random() < 0.3:
            rules["first_day"] = first
        if rng.random() < 0.3:
            rules["last_day"] = first + timedelta(days=rng.randint(0, 90))
        some = rng.sample(ids, rng.randint(1, channels))
        made.append(message(f"m{number}", some, rng.randint(1, 4), **rules))
    slots = {
        Slot(rng.randint(0, 6), time(rng.randint(0, 23), rng.choice([0, 30])))
        for _ in range(rng.randint(1, 12))
    }
    return Calendar(
        [FakeChannel(number, networks[number % 3]) for number in ids],
        made,
        SlotGroup(slots=tuple(sorted(slots))),
        zone,
        days_ahead=rng.choice([3, 7, 14]),
    )


def live(calendar: Calendar, rng: random.Random, days: int) -> None:
    """Let days pass in which slots are filled, taken back, skipped, pinned and used by hand."""
    for _ in range(days):
        calendar.now += timedelta(days=1)
        calendar.left_alone = {
            (number, slot) for number, slot in calendar.left_alone if slot > calendar.now
        }
        channel = rng.choice(calendar.channels).id
        ahead = next(s.free for s in calendar.state(60).channels if s.channel.id == channel)
        what = rng.random()
        if ahead and what < 0.2:
            slot = rng.choice(ahead)
            key = text_key(rng.choice(calendar.messages).text_at(0, "mastodon"))
            if any(run.channel_id == channel and run.text_key == key for run in calendar.runs):
                key = "other words"  # that a person posts a text again is not ours to forbid
            calendar.by_hand.setdefault(channel, []).append((slot, key))
        elif ahead and what < 0.3:
            name = rng.choice(["", rng.choice(calendar.messages).id])
            calendar.skips.add(Skip(channel, rng.choice(ahead), name))
        elif ahead and what < 0.5:
            name = rng.choice(calendar.messages).id
            text = rng.choice([None, None, "own words", f"own words {rng.random()}"])
            calendar.pins.append(Pin(channel, rng.choice(ahead), name, text))
        elif what < 0.55 and calendar.filled:
            calendar.take_back(f"f{calendar.filled}")
            continue
        calendar.pins = [pin for pin in calendar.pins if pin.slot > calendar.now]
        calendar.fill()
