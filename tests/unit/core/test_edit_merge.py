"""Two people edit one scheduled message: field by field, and nobody's words are lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.draft import Draft
from posto_desktop.core.edit_merge import (
    EditMerge,
    _slots,
    changed_fields,
    merge_edits,
    with_theirs,
)

BASE = Draft(text="Buns", channel_ids=(1, 2), link="https://example.org", id="base")
KEYS = st.sampled_from(["fb", "channel:1"])
WORDS = st.sampled_from(["Buns", "Bread", "Rolls", ""])


@st.composite
def versions(draw: st.DrawFn) -> tuple[Draft, float | None]:
    variants = draw(st.dictionaries(KEYS, WORDS, max_size=2))
    keys = draw(st.sets(st.sampled_from(["", *variants]), max_size=2))
    draft = replace(
        BASE,
        text=draw(WORDS),
        variants=variants,
        threads=dict.fromkeys(keys, ("And more",)),
        link=draw(WORDS),
        first_comment=draw(WORDS),
        options=draw(st.dictionaries(KEYS, st.fixed_dictionaries({"title": WORDS}), max_size=2)),
        channel_ids=tuple(draw(st.lists(st.integers(1, 4), unique=True))),
        numbered=draw(st.booleans()),
    )
    return draft, draw(st.sampled_from([None, 100.0, 200.0]))


def merged(
    before: tuple[Draft, float | None],
    mine: tuple[Draft, float | None],
    theirs: tuple[Draft, float | None],
) -> EditMerge:
    return merge_edits(
        before[0], mine[0], theirs[0], before_at=before[1], mine_at=mine[1], theirs_at=theirs[1]
    )


@settings(max_examples=60, deadline=None)
@given(versions(), versions(), versions())
def test_nothing_is_lost_and_nothing_is_made_up(
    before: tuple[Draft, float | None],
    mine: tuple[Draft, float | None],
    theirs: tuple[Draft, float | None],
) -> None:
    result = merged(before, mine, theirs)
    first, second, third = _slots(*before), _slots(*mine), _slots(*theirs)
    values = _slots(result.draft, result.at)
    conflicts = {(conflict.field, conflict.key): conflict for conflict in result.conflicts}
    for slot in {*first, *second, *third} - {("channels", "")}:
        value = values.get(slot)
        if slot in conflicts:
            assert value == conflicts[slot].mine == second.get(slot)
            assert conflicts[slot].theirs == third.get(slot)
        elif second.get(slot) != first.get(slot):
            assert value == second.get(slot), "what only I changed is mine"
        else:
            assert value == third.get(slot), "what I left alone is theirs"
    channels, old = set(result.draft.channel_ids), set(before[0].channel_ids)
    own, other = set(mine[0].channel_ids), set(theirs[0].channel_ids)
    assert channels == (old & own & other) | (own - old) | (other - old)


@settings(max_examples=30, deadline=None)
@given(versions(), versions(), versions())
def test_both_are_told_of_the_same_conflicts(
    before: tuple[Draft, float | None],
    mine: tuple[Draft, float | None],
    theirs: tuple[Draft, float | None],
) -> None:
    own, other = merged(before, mine, theirs), merged(before, theirs, mine)
    assert {(conflict.field, conflict.key) for conflict in own.conflicts} == {
        (conflict.field, conflict.key) for conflict in other.conflicts
    }
    everything = {conflict.field for conflict in own.conflicts}
    chosen = with_theirs(own, everything)
    assert not chosen.conflicts
    assert replace(chosen.draft, channel_ids=()) == replace(other.draft, channel_ids=())
    assert chosen.at == other.at


@settings(max_examples=30, deadline=None)
@given(versions(), versions())
def test_one_edit_alone_stays_as_it_is(
    before: tuple[Draft, float | None], other: tuple[Draft, float | None]
) -> None:
    assert merged(before, other, before) == EditMerge(*other)
    taken = merged(before, before, other)
    assert not taken.conflicts
    assert _slots(taken.draft, taken.at) | {("channels", ""): ()} == _slots(*other) | {
        ("channels", ""): ()
    }
    assert merged(before, other, other) == EditMerge(*other)


def test_text_and_time_of_two_people_are_both_saved() -> None:
    mine, theirs = replace(BASE, text="Fresh buns"), BASE
    result = merge_edits(
        BASE, mine, theirs, before_at=100.0, mine_at=100.0, theirs_at=200.0, changed=("time",)
    )
    assert (result.draft.text, result.at, result.taken) == ("Fresh buns", 200.0, ("time",))


def test_a_field_that_the_service_knows_to_be_the_same_is_not_taken() -> None:
    """A draft made of what the service has looks otherwise: it has no style, and other files."""
    mine, theirs = replace(BASE, text="Fresh buns", style="Shop"), replace(BASE, link="https://new")
    base = replace(BASE, style="Shop")
    result = merge_edits(
        base, mine, theirs, before_at=None, mine_at=None, theirs_at=None, changed=("link",)
    )
    assert (result.draft.style, result.draft.link) == ("Shop", "https://new")
    assert not result.conflicts


def test_fields_that_differ_are_named_of_what_the_service_has() -> None:
    before = {1: {"post_content": "a", "posto_ref": "x", "first_comment": ""}, 2: {}}
    after = {1: {"post_content": "b", "posto_ref": "y", "first_comment": ""}}
    assert changed_fields(before, after) == {"text", "channels"}
    assert changed_fields(before, before) == frozenset()
    later = {1: {**before[1], "media_list_to_upload": [3], "pin_title": "T"}, 2: {}}
    assert changed_fields(before, later) == {"files", "options"}
