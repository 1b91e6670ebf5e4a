"""Chooses which evergreen message goes out at which free slot of each channel.

Turns are by weight, as packets of several senders share a line (WF²Q+): each channel has a `clock`
that goes on by 1 / (weights of the messages that wait or rest) at every slot that is filled, and
each message a `turn`, where its last run there ends: it began at the later of its turn before and
the clock when the message might go out again, and takes 1 / weight. Of those that have begun, the
one that ends first is chosen. So shares follow weights within about one run, a message that rested
for long saves nothing up, and nobody waits for ever. Both numbers are kept with the run, so the
same runs always lead to the same choice, however they were filled.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from posto_desktop.core.draft import ChannelLike
from posto_desktop.core.evergreen import (
    BLOCK_CODES,
    BlockCode,
    ChoiceReason,
    EvergreenMessage,
    EvergreenRun,
    Pin,
    ReasonCode,
    Skip,
    SlotChoice,
    local_day,
    same_text_days,
    text_key,
)
from posto_desktop.core.recurrence import wall_moment

_EPSILON = 1e-9
_NEVER = date.max
_LATE_RUNS = 2
"""A message whose turn came goes out so many runs later at most, and keeps that as its due."""
_RESTING: frozenset[BlockCode] = frozenset(("cooldown", "same_text"))
"""What keeps its place among the turns: a message with a short rest is to get its share."""
PinProblem = BlockCode | Literal[""]
CanPost = Callable[[EvergreenMessage, int, int], bool]
"""Whether a variant of a message can be posted to the channel with this id."""


@dataclass(frozen=True)
class ChannelSlots:
    """A channel, its free slots (aware UTC, in order), and the texts of its other posts: when and
    `text_key`. Days are those of `zone`, or of the computer."""

    channel: ChannelLike
    free: Sequence[datetime] = ()
    posted: Sequence[tuple[datetime, str]] = ()
    zone: tzinfo | None = None


@dataclass(frozen=True)
class EvergreenState:
    """All that a choice depends on. `runs` are those that count; `earlier_runs` are the numbers of
    more by message and channel, which are too old to matter otherwise. `left_alone` are slots
    (channel and moment) that are not filled: a filling of them was taken back, or their post
    cancelled."""

    messages: Sequence[EvergreenMessage]
    channels: Sequence[ChannelSlots]
    runs: Sequence[EvergreenRun]
    zone: tzinfo
    skips: Collection[Skip] = ()
    pins: Collection[Pin] = ()
    left_alone: Collection[tuple[int, datetime]] = frozenset()
    earlier_runs: Mapping[tuple[str, int], int] = field(default_factory=dict)


def _always(_message: EvergreenMessage, _variant: int, _channel_id: int) -> bool:
    return True


def choices(state: EvergreenState, can_post: CanPost = _always) -> Iterator[SlotChoice]:
    """Yield what comes at each free slot, by time: a message, or the reason why it stays free."""
    runs: dict[int, list[EvergreenRun]] = {}
    for run in state.runs:
        runs.setdefault(run.channel_id, []).append(run)
    chosen = [
        _ChannelTurns(state, slots, runs.get(slots.channel.id, []), can_post).choices()
        for slots in state.channels
    ]
    yield from heapq.merge(*chosen, key=lambda choice: choice.slot)


class _Block(NamedTuple):
    """Why a message may not go out, and the first day on which that ends."""

    code: BlockCode
    until: date


class _Variant(NamedTuple):
    number: int
    key: str


@dataclass
class _Candidate:
    """A message in one channel. `times` are those of its runs there, `reserved` pins included."""

    message: EvergreenMessage
    number: int
    times: list[datetime]
    turn: float = 0.0
    last_variant: int = -1
    runs: int = 0
    """How many went out or are written; those of `reserved` pins come on top."""
    reserved: int = 0
    start: float = 0.0

    @property
    def end(self) -> float:
        return self.start + 1 / self.message.weight

    @property
    def order(self) -> tuple[float, float, int]:
        """The order of those that have begun; of several the one that waits longest."""
        return self.end, self.times[-1].timestamp() if self.times else 0.0, self.number


class _ChannelTurns:
    """The order of turns in one channel, from its first free slot to its last."""

    def __init__(
        self,
        state: EvergreenState,
        slots: ChannelSlots,
        runs: Sequence[EvergreenRun],
        can_post: CanPost,
    ) -> None:
        self._zone, self._slots = slots.zone or state.zone, slots
        self._can_post = can_post
        self._channel = slots.channel
        self._days: dict[datetime, date] = {}
        self._memory = same_text_days(slots.channel.network)
        self._posted: dict[str, list[datetime]] = {}
        if self._memory is not None:
            for at, key in slots.posted:
                insort(self._posted.setdefault(key, []), at)
        self._keys: dict[tuple[str, int], str] = {}
        channel_id = slots.channel.id
        self._left_alone = {at for number, at in state.left_alone if number == channel_id}
        self._skipped = {
            (skip.slot, skip.message_id) for skip in state.skips if skip.channel_id == channel_id
        }
        by_age = sorted(state.messages, key=lambda message: (message.created_at, message.id))
        self._candidates = {
            message.id: _Candidate(
                message, number, [], runs=state.earlier_runs.get((message.id, channel_id), 0)
            )
            for number, message in enumerate(by_age)
            if channel_id in message.channel_ids
        }
        self._clock_times: list[datetime] = []
        self._clocks: list[float] = []
        self._read(sorted(runs, key=lambda run: (run.slot, run.id)))
        self._blocked: Counter[BlockCode] = Counter()
        self._resting: list[tuple[date, int, _Candidate, BlockCode]] = []
        self._ready: list[tuple[tuple[float, float, int], _Candidate]] = []
        self._later: list[tuple[float, int, _Candidate]] = []
        self._weights = 0
        self._ready_count = 0
        self._problems: dict[tuple[str, int], bool] = {}
        self._pins = self._reserve(pin for pin in state.pins if pin.channel_id == channel_id)

    def _read(self, runs: Sequence[EvergreenRun]) -> None:
        clock = 0.0
        for run in runs:
            clock = max(clock, run.clock)
            self._clock_times.append(run.slot)
            self._clocks.append(clock)
            if self._memory is not None:
                insort(self._posted.setdefault(run.text_key, []), run.share_at)
            candidate = self._candidates.get(run.message_id)
            if candidate is not None:
                insort(candidate.times, run.share_at)
                candidate.turn = max(candidate.turn, run.turn)
                candidate.runs += 1
                if run.text is None:
                    candidate.last_variant = run.variant

    def _day(self, moment: datetime) -> date:
        day = self._days.get(moment)
        if day is None:
            day = self._days[moment] = local_day(moment, self._zone)
        return day

    def _clock_at(self, moment: datetime, back: int = 0) -> float:
        """Return the clock at a moment, or `back` runs earlier."""
        place = bisect_right(self._clock_times, moment) - back
        return self._clocks[place - 1] if place > 0 else 0.0

    # -- what may go out -----------------------------------------------------------------------

    def _block(
        self, candidate: _Candidate, moment: datetime, *, is_reserved: bool = False
    ) -> _Block | None:
        """Return why a message may not go out at a moment; None if it may. Texts are looked at in
        `_variant`."""
        message, day = candidate.message, self._day(moment)
        if message.is_paused:
            return _Block("paused", _NEVER)
        if message.last_day is not None and day > message.last_day:
            return _Block("over", _NEVER)
        others = candidate.reserved - 1 if is_reserved else candidate.reserved
        if message.max_runs is not None and candidate.runs + others >= message.max_runs:
            return _Block("used_up", _NEVER)
        if message.first_day is not None and day < message.first_day:
            return _Block("not_yet", message.first_day)
        rests_until = self._rest_end(candidate, moment, day)
        if rests_until is not None:
            return _Block("cooldown", rests_until)
        return None

    def _rest_end(self, candidate: _Candidate, moment: datetime, day: date) -> date | None:
        """Return the day until which it rests for its runs before and after this moment."""
        pause = candidate.message.cooldown_days
        place = bisect_left(candidate.times, moment)
        for other in (candidate.times[place - 1 : place], candidate.times[place : place + 1]):
            if other and abs((self._day(other[0]) - day).days) < pause:
                return _plus(self._day(other[0]), pause)
        return None

    def _variant(self, candidate: _Candidate, moment: datetime) -> _Variant | _Block:
        """Return the next variant that may go out at a moment, or why none may."""
        message, count = candidate.message, candidate.message.variant_count
        day, soonest = self._day(moment), _NEVER
        for step in range(count):
            variant = (candidate.last_variant + 1 + step) % count
            if not self._fits(message, variant):
                continue
            key = self._key(message, variant)
            free_on = self._text_free_on(key, day)
            if free_on <= day:
                return _Variant(variant, key)
            soonest = min(soonest, free_on)
        return _Block("problem" if soonest == _NEVER else "same_text", soonest)

    def _fits(self, message: EvergreenMessage, variant: int) -> bool:
        known = self._problems.get((message.id, variant))
        if known is None:
            known = self._can_post(message, variant, self._channel.id)
            self._problems[message.id, variant] = known
        return known

    def _key(self, message: EvergreenMessage, variant: int) -> str:
        key = self._keys.get((message.id, variant))
        if key is None:
            key = text_key(message.text_at(variant, self._channel))
            self._keys[message.id, variant] = key
        return key

    def _text_free_on(self, key: str, day: date) -> date:
        """Return the first day from `day` on at which the network takes this text."""
        if self._memory is not None:
            for at in self._posted.get(key, ()):
                posted = self._day(at)
                if abs((posted - day).days) < self._memory:
                    day = _plus(posted, self._memory)
        return day

    # -- pins ----------------------------------------------------------------------------------

    def _reserve(self, pins: Iterable[Pin]) -> dict[datetime, tuple[Pin, SlotChoice | BlockCode]]:
        """Decide about the pins ahead, the earliest first: nothing else may come too near to
        them."""
        free = set(self._slots.free)
        last = max(free, default=None)
        decided: dict[datetime, tuple[Pin, SlotChoice | BlockCode]] = {}
        for pin in sorted(pins, key=lambda pin: (pin.slot, pin.message_id)):
            candidate = self._candidates.get(pin.message_id)
            is_ahead = last is not None and pin.slot > last
            if (
                candidate is None
                or pin.slot in self._left_alone
                or pin.slot in decided
                or not (pin.slot in free or is_ahead)
            ):
                continue
            if (pin.slot, "") in self._skipped or (pin.slot, pin.message_id) in self._skipped:
                decided[pin.slot] = pin, "skipped"
                continue
            block = self._block(candidate, pin.slot)
            if block is not None:
                decided[pin.slot] = pin, block[0]
                continue
            variant = self._pinned_variant(candidate, pin)
            if isinstance(variant, _Block):
                decided[pin.slot] = pin, variant.code
                continue
            insort(candidate.times, pin.slot)
            candidate.reserved += 1
            if self._memory is not None:
                insort(self._posted.setdefault(variant.key, []), pin.slot)
            choice = SlotChoice(
                self._channel.id,
                pin.slot,
                pin.message_id,
                ChoiceReason("pinned", candidate.message.weight),
                variant.number,
                pin.text,
                variant.key,
                is_pinned=True,
            )
            decided[pin.slot] = pin, choice
        return decided

    def _pinned_variant(self, candidate: _Candidate, pin: Pin) -> _Variant | _Block:
        if pin.text is None:
            return self._variant(candidate, pin.slot)
        key, day = text_key(pin.text), self._day(pin.slot)
        free_on = self._text_free_on(key, day)
        return _Variant(0, key) if free_on <= day else _Block("same_text", free_on)

    # -- turns ---------------------------------------------------------------------------------

    def choices(self) -> Iterator[SlotChoice]:
        if not self._slots.free:
            return
        for candidate in self._candidates.values():
            self._settle(candidate, self._slots.free[0])
        for slot in self._slots.free:
            yield self._choose(slot)

    def _choose(self, slot: datetime) -> SlotChoice:
        day = self._day(slot)
        while self._resting and self._resting[0][0] <= day:
            _, _, candidate, code = heapq.heappop(self._resting)
            self._blocked[code] -= 1
            self._weights -= candidate.message.weight if code in _RESTING else 0
            self._settle(candidate, slot)
        if slot in self._left_alone:
            return self._free(slot, ChoiceReason("taken_back"))
        problem: PinProblem = ""
        if slot in self._pins:
            decision = self._pins[slot][1]
            if isinstance(decision, SlotChoice):
                return self._take_pinned(decision)
            problem = decision
        if (slot, "") in self._skipped:
            return self._free(slot, ChoiceReason("skipped"))
        if not self._candidates:
            return self._free(slot, ChoiceReason("no_messages"))
        put_back: list[_Candidate] = []
        choice = self._next(slot, problem, put_back)
        for candidate in put_back:
            self._make_ready(candidate)
        return choice

    def _next(self, slot: datetime, problem: PinProblem, put_back: list[_Candidate]) -> SlotChoice:
        clock = self._clock_at(slot)
        skipped = 0
        while self._ready_count:
            clock, candidate = self._first(clock)
            self._unready(candidate)
            message = candidate.message
            if (slot, message.id) in self._skipped:
                skipped += 1
                put_back.append(candidate)
                continue
            block = self._block(candidate, slot)
            if block is not None:
                self._rest(candidate, *block)
                continue
            variant = self._variant(candidate, slot)
            if isinstance(variant, _Block):
                self._rest(candidate, *variant)
                continue
            is_only = not self._ready_count and not put_back
            reason = self._reason(candidate, slot, "only" if is_only else "turn", problem)
            weights = self._weights + message.weight + sum(o.message.weight for o in put_back)
            clock += 1 / weights
            choice = SlotChoice(
                self._channel.id,
                slot,
                message.id,
                reason,
                variant.number,
                None,
                variant.key,
                candidate.end,
                clock,
            )
            self._took(candidate, choice)
            return choice
        causes = Counter({code: count for code, count in self._blocked.items() if count})
        if skipped:
            causes["skipped"] += skipped
        next_day = self._resting[0][0] if self._resting else None
        ordered = tuple((code, causes[code]) for code in BLOCK_CODES if causes[code])
        return self._free(
            slot,
            ChoiceReason(
                "blocked",
                causes=ordered,
                next_day=next_day if next_day != _NEVER else None,
                pin_problem=problem,
            ),
        )

    def _first(self, clock: float) -> tuple[float, _Candidate]:
        """Return the clock, which goes on to the first that begins, and the one whose turn it is.
        There is one."""
        while self._later and self._later[0][0] <= clock + _EPSILON:
            _, _, candidate = heapq.heappop(self._later)
            heapq.heappush(self._ready, (candidate.order, candidate))
        if not self._ready:
            clock = self._later[0][0]
            return self._first(clock)
        return clock, heapq.heappop(self._ready)[1]

    def _settle(self, candidate: _Candidate, slot: datetime) -> None:
        """Have a message wait for its turn, or rest as long as it may not go out."""
        block = self._block(candidate, slot)
        if block is not None:
            self._rest(candidate, *block)
            return
        since = self._ready_since(candidate, slot)
        candidate.start = max(candidate.turn, self._clock_at(since, back=_LATE_RUNS))
        self._make_ready(candidate)

    def _ready_since(self, candidate: _Candidate, slot: datetime) -> datetime:
        """Return since when it may go out: its pause was over, its span had begun, it was made."""
        message = candidate.message
        since = message.created_at
        place = bisect_right(candidate.times, slot)
        if place:
            last = candidate.times[place - 1]
            rest_end = last
            if message.cooldown_days:
                rest_end = self._midnight(_plus(self._day(last), message.cooldown_days))
            since = max(since, rest_end)
        if message.first_day is not None:
            since = max(since, self._midnight(message.first_day))
        return min(since, slot)

    def _midnight(self, day: date) -> datetime:
        return wall_moment(day, time(), self._zone)

    def _make_ready(self, candidate: _Candidate) -> None:
        heapq.heappush(self._later, (candidate.start, candidate.number, candidate))
        self._ready_count += 1
        self._weights += candidate.message.weight

    def _unready(self, candidate: _Candidate) -> None:
        self._ready_count -= 1
        self._weights -= candidate.message.weight

    def _rest(self, candidate: _Candidate, code: BlockCode, until: date) -> None:
        self._blocked[code] += 1
        self._weights += candidate.message.weight if code in _RESTING else 0
        if until != _NEVER:
            heapq.heappush(self._resting, (until, candidate.number, candidate, code))

    def _take_pinned(self, choice: SlotChoice) -> SlotChoice:
        """Count the turn of a pinned message, which others may have waited for."""
        candidate = self._candidates[choice.message_id]
        clock = self._clock_at(choice.slot)
        is_ready = self._remove(candidate)
        if not is_ready:
            candidate.start = max(candidate.turn, clock)
        weight = candidate.message.weight
        weights = self._weights + weight if is_ready else max(self._weights, weight)
        reason = self._reason(candidate, choice.slot, "pinned")
        clock += 1 / weights
        taken = SlotChoice(
            choice.channel_id,
            choice.slot,
            choice.message_id,
            reason,
            choice.variant,
            choice.text,
            choice.text_key,
            candidate.end,
            clock,
            is_pinned=True,
        )
        candidate.reserved -= 1
        self._took(candidate, taken, is_reserved=True, was_ready=is_ready)
        return taken

    def _remove(self, candidate: _Candidate) -> bool:
        """Take a message out of those that wait for their turn; return whether it was there."""
        for place, (_, waiting) in enumerate(self._ready):
            if waiting is candidate:
                del self._ready[place]
                heapq.heapify(self._ready)
                self._unready(candidate)
                return True
        for place, (_, _, waiting) in enumerate(self._later):
            if waiting is candidate:
                del self._later[place]
                heapq.heapify(self._later)
                self._unready(candidate)
                return True
        return False

    def _took(
        self,
        candidate: _Candidate,
        choice: SlotChoice,
        *,
        is_reserved: bool = False,
        was_ready: bool = True,
    ) -> None:
        candidate.turn = max(candidate.turn, choice.turn)
        candidate.runs += 1
        if choice.text is None:
            candidate.last_variant = choice.variant
        if not is_reserved:
            insort(candidate.times, choice.slot)
            if self._memory is not None:
                insort(self._posted.setdefault(choice.text_key, []), choice.slot)
        place = bisect_right(self._clock_times, choice.slot)
        before = self._clocks[place - 1] if place else 0.0
        self._clock_times.insert(place, choice.slot)
        self._clocks.insert(place, max(before, choice.clock))
        for later in range(place + 1, len(self._clocks)):
            if self._clocks[later] >= self._clocks[later - 1]:
                break
            self._clocks[later] = self._clocks[later - 1]
        if was_ready:
            self._settle(candidate, choice.slot)

    def _reason(
        self,
        candidate: _Candidate,
        slot: datetime,
        code: ReasonCode,
        problem: PinProblem = "",
    ) -> ChoiceReason:
        place = bisect_left(candidate.times, slot)
        last = candidate.times[place - 1] if place else None
        if code != "pinned" and last is None and not candidate.runs:
            code = "first"
        return ChoiceReason(
            code,
            candidate.message.weight,
            last,
            (self._day(slot) - self._day(last)).days if last is not None else 0,
            candidate.runs,
            pin_problem=problem,
        )

    def _free(self, slot: datetime, reason: ChoiceReason) -> SlotChoice:
        return SlotChoice(self._channel.id, slot, "", reason)


def _plus(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return _NEVER


def first_choices(coming: Iterator[SlotChoice], count: int) -> list[SlotChoice]:
    """Return the choices until `count` moments at which a message goes out, whole moments only."""
    taken: list[SlotChoice] = []
    moments: set[tuple[datetime, str, int, str | None, ChoiceReason]] = set()
    for slot, group in itertools.groupby(coming, key=lambda choice: choice.slot):
        if len(moments) >= count:
            break
        for choice in group:
            taken.append(choice)
            if choice.message_id:
                moments.add((slot, choice.message_id, choice.variant, choice.text, choice.reason))
    return taken
