"""Killed at any step, in any order of faults: no channel gets a post twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.entries import Entry
from posto_desktop.delivery.outbox import Outbox
from tests.unit.delivery.partly.three_channels import OFFLINE, RECONNECT, THREE
from tests.unit.delivery.scripted import (
    LOST,
    NOW,
    Clock,
    Crash,
    ScriptedService,
    Shape,
    draft_of,
    restarted,
)

SUBSETS = st.sets(st.sampled_from([1, 2, 3]))
SHAPES = st.builds(
    Shape,
    drops=SUBSETS,
    hides=SUBSETS,
    hidden_for=st.sampled_from([timedelta(seconds=5), timedelta(seconds=45)]),
    says=st.sampled_from(["", RECONNECT]),
    names_group=st.booleans(),
)
COMPOSE: dict[str, Any] = {"fine": None, "crash": Crash, "offline": OFFLINE, "lost": LOST}
FIND: dict[str, Any] = {"fine": None, "crash": Crash, "offline": OFFLINE}


def to_the_end(path: Path, clock: Clock, service: ScriptedService) -> tuple[Outbox, Entry]:
    outbox = restarted(path, clock)
    for _ in range(400):
        for entry_id in outbox.due():
            try:
                outbox.process(entry_id, service)
            except Crash:
                outbox = restarted(path, clock)
        [entry] = outbox.entries()
        if entry.is_ended or entry.state == "unclear":
            return outbox, entry
        clock.forward(seconds=20)
    raise AssertionError(f"no end in sight: {entry.state} {entry.reason}")


def script(table: dict[str, Any], words: Collection[str]) -> list[Any]:
    return [table[word]() if table[word] is Crash else table[word] for word in words]


@settings(max_examples=100, deadline=None)
@given(
    shapes=st.lists(SHAPES, min_size=1, max_size=3),
    on_compose=st.lists(st.sampled_from(sorted(COMPOSE)), max_size=3),
    after_compose=st.lists(st.sampled_from(["fine", "crash", "lost"]), max_size=3),
    on_find=st.lists(st.sampled_from(sorted(FIND)), max_size=4),
    planned=st.booleans(),
    hides=st.booleans(),
    retries=st.integers(0, 3),
)
def test_no_channel_gets_a_post_twice(
    tmp_path_factory: pytest.TempPathFactory,
    shapes: list[Shape],
    on_compose: list[str],
    after_compose: list[str],
    on_find: list[str],
    planned: bool,
    hides: bool,
    retries: int,
) -> None:
    path = tmp_path_factory.mktemp("partly") / "posto.db"
    clock = Clock()
    if planned or not hides:
        # What waits for its time is never hidden.
        shapes = [
            Shape(shape.drops, (), says=shape.says, names_group=shape.names_group)
            for shape in shapes
        ]
    service = ScriptedService(clock, hides_sending=hides, settle=90.0, shapes=list(shapes))
    service.on_compose = script(COMPOSE, on_compose)
    service.after_compose = script(COMPOSE, after_compose)
    service.on_find = script(FIND, on_find)
    share_at = NOW + timedelta(days=1) if planned else None
    outbox = restarted(path, clock)
    ref = outbox.add(draft_of(), THREE, share_at).posto_ref
    outbox, entry = to_the_end(path, clock, service)
    for _ in range(retries):
        # The user tries again whatever they are offered, but never says what they did not see.
        if entry.state == "unclear" or not outbox.retry(entry.id):
            break
        outbox, entry = to_the_end(path, clock, service)
    listed = service.listed(ref)
    assert max(Counter(listed).values(), default=0) <= 1
    if entry.state == "refused" and "Nothing was posted" in entry.reason:
        assert listed == []
    if entry.is_partly:
        missing = {item.channel_id for item in entry.missing}
        assert missing
        assert missing.isdisjoint(listed)
        assert set(entry.taken) == set(listed)
