"""Tests of the edits of a file: saved, read from any data, merged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.edits import NOTHING, Edit, combine, is_nothing, network_edit, read_crop

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=10,
)
fields = (
    "crop", "turns", "max_side", "format", "max_bytes", "cover", "keep_metadata", "alone"
)  # fmt: skip


def test_an_edit_comes_back_as_it_was_written() -> None:
    edit = Edit((0.1, 0.2, 0.5, 0.25), 3, 2048, "jpeg", 900_000, 1.5, True, quality=80)
    assert Edit.from_json(json.loads(json.dumps(edit.to_json()))) == edit
    assert NOTHING.to_json() == {}


@given(anything | st.fixed_dictionaries({}, optional=dict.fromkeys(fields, anything)))
def test_anything_is_read_as_a_sound_edit(data: object) -> None:
    edit = Edit.from_json(data)
    assert edit.turns in (0, 1, 2, 3)
    assert edit.format in ("", "jpeg", "png")
    for number in (edit.max_side, edit.max_bytes):
        assert number is None or number > 0
    if edit.crop is not None:
        left, top, width, height = edit.crop
        assert 0 <= left < left + width <= 1.0000001
        assert 0 <= top < top + height <= 1.0000001
    again = json.loads(json.dumps(edit.to_json()))
    assert Edit.from_json(again) == edit


@pytest.mark.parametrize(
    ("value", "crop"),
    [
        ([0, 0, 1, 1], None),
        ([0.5, 0.5, 0.75, 0.75], (0.5, 0.5, 0.5, 0.5)),
        ([-0.25, 0, 0.5, 1], (0.0, 0.0, 0.25, 1.0)),
        ([2, 2, 1, 1], None),
        ([0, 0, 0, 1], None),
        ([0, 0, float("nan"), 1], None),
        ([0, 0, 10**400, 1], None),
        ([0, 0, True, 1], None),
        ("0011", None),
        ([0, 0, 0.5], None),
    ],
)
def test_a_cut_is_held_inside_the_picture(value: object, crop: object) -> None:
    assert read_crop(value) == crop


def test_an_edit_is_nothing_only_without_any_wish() -> None:
    assert is_nothing(None)
    assert is_nothing(Edit())
    assert not is_nothing(Edit(keep_metadata=True))
    assert not is_nothing(Edit(cover=0.0))


def test_what_a_network_has_of_its_own_wins() -> None:
    common = Edit(crop=(0, 0, 0.5, 0.5), turns=1, max_side=2000, format="png")
    assert combine(common, None) == common
    assert combine(None, None) == NOTHING
    assert combine(None, common) == common
    own = combine(common, Edit(crop=(0.2, 0.2, 0.4, 0.5), max_bytes=1000))
    assert (own.crop, own.turns) == ((0.2, 0.2, 0.4, 0.5), 0)
    assert (own.max_side, own.format, own.max_bytes) == (2000, "png", 1000)


def test_an_own_turn_does_not_keep_a_cut_that_was_measured_on_another_picture() -> None:
    own = combine(Edit(crop=(0, 0, 0.5, 0.25), turns=1), Edit(turns=2))
    assert (own.crop, own.turns) == (None, 2)


def test_alone_a_network_has_nothing_of_what_is_said_for_all() -> None:
    common = Edit(crop=(0, 0, 0.5, 0.5), turns=1, max_side=2000, format="png", keep_metadata=True)
    assert not is_nothing(Edit(alone=True))
    assert combine(common, Edit(alone=True)) == NOTHING
    assert combine(common, Edit(turns=2, alone=True)) == Edit(turns=2)
    assert Edit.from_json(Edit(alone=True).to_json()) == Edit(alone=True)
    # Of what is said for all it says nothing.
    assert combine(Edit(turns=1, alone=True), Edit(max_side=5)) == Edit(turns=1, max_side=5)
    assert combine(Edit(turns=1, alone=True), None) == Edit(turns=1)


def test_an_own_edit_says_as_little_as_it_can() -> None:
    common = Edit(crop=(0, 0, 0.5, 0.5), max_side=2000)
    assert network_edit(common, None, max_side=900) == Edit(max_side=900)
    assert network_edit(common, Edit(max_side=900), max_side=2000) == NOTHING
    assert network_edit(common, None, turns=1) == Edit(crop=(0, 0, 0.5, 0.5), turns=1)
    whole = network_edit(common, Edit(format="png"), crop=None)
    assert whole == Edit(max_side=2000, format="png", alone=True)
    assert network_edit(common, whole, max_side=None) == Edit(format="png", alone=True)
    assert network_edit(common, Edit(alone=True), crop=(0, 0, 0.5, 0.5), max_side=2000) == NOTHING


cuts = st.sampled_from([None, (0.0, 0.0, 0.5, 0.5), (0.25, 0.0, 0.5, 1.0)])
wishes = {
    "crop": cuts,
    "turns": st.integers(0, 3),
    "max_side": st.sampled_from([None, 900, 2000]),
    "format": st.sampled_from(["", "png", "jpeg"]),
    "max_bytes": st.sampled_from([None, 1000]),
    "cover": st.sampled_from([None, 0.0, 2.0]),
    "keep_metadata": st.booleans(),
}
edits = st.builds(Edit, **wishes)


@given(
    edits,
    st.none() | edits | edits.map(lambda edit: replace(edit, alone=True)),
    st.fixed_dictionaries({}, optional=wishes),
)
def test_whatever_is_said_for_all_a_network_can_have_anything(
    common: Edit, own: Edit | None, values: dict[str, Any]
) -> None:
    before = combine(common, own)
    new = network_edit(common, own, **values)
    assert combine(common, new) == replace(before, **values)
