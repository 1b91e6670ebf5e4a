"""The user's own groups of channels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import channel_groups
from posto_desktop.core.channel_groups import MAX_NAME, Groups, OwnGroup
from posto_desktop.core.folding import fold

SHOPS = OwnGroup("Shops", (1, 2))
CAFES = OwnGroup("Cafés", (3,))
NAMES = st.sampled_from(["Shops", "shops", "Cafés", "CAFES", "A  b", "", " ", "x" * 80])
IDS = st.lists(st.integers(1, 6), max_size=4)


def test_a_channel_is_in_one_group():
    moved = channel_groups.add_to_group((SHOPS, CAFES), "Cafés", [1])
    assert moved == (OwnGroup("Shops", (2,)), OwnGroup("Cafés", (3, 1)))


def test_an_unknown_name_makes_a_group():
    assert channel_groups.add_to_group((), " My  shops ", [4, 4]) == (OwnGroup("My shops", (4,)),)


def test_names_are_compared_without_case_and_accents():
    assert channel_groups.add_to_group((CAFES,), "CAFES", [9]) == (OwnGroup("Cafés", (3, 9)),)


def test_renaming_to_the_name_of_another_joins_both():
    joined = channel_groups.rename((SHOPS, CAFES), "Shops", "cafes")
    assert joined == (OwnGroup("Cafés", (3, 1, 2)),)


def test_renaming_may_change_case_alone():
    assert channel_groups.rename((SHOPS,), "Shops", "SHOPS") == (OwnGroup("SHOPS", (1, 2)),)


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_renames_nothing(name: str):
    assert channel_groups.rename((SHOPS,), "Shops", name) == (SHOPS,)


@pytest.mark.parametrize(
    ("steps", "order"), [(-1, "bac"), (1, "acb"), (-9, "bac"), (9, "acb"), (0, "abc")]
)
def test_groups_move_as_far_as_there_is_room(steps: int, order: str):
    groups = tuple(OwnGroup(name) for name in "abc")
    moved = channel_groups.move(groups, "b", steps)
    assert "".join(group.name for group in moved) == order


def test_what_is_written_is_read():
    stored = {"local": (SHOPS, CAFES), "other": (OwnGroup("Empty"),)}
    assert channel_groups.read(channel_groups.write(stored)) == stored
    assert channel_groups.write({"local": ()}) == ""


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"workspaces": []}', '{"workspaces": {"a": 4}}'],
)
def test_a_damaged_setting_is_no_groups(text: str):
    assert not any(channel_groups.read(text).values())


def test_damaged_groups_are_dropped_alone():
    text = (
        '{"workspaces": {"a": [3, {"name": "", "channels": []}, {"name": "x", "channels": 1},'
        ' {"name": "Shops", "channels": [1, true, "2", 2.0, null]}]}}'
    )
    assert channel_groups.read(text) == {"a": (OwnGroup("Shops", (1,)),)}


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add_to_group"), NAMES, IDS),
            st.tuples(st.just("rename"), NAMES, NAMES),
            st.tuples(st.just("remove"), NAMES, st.none()),
            st.tuples(st.just("move"), NAMES, st.integers(-3, 3)),
        ),
        max_size=12,
    )
)
def test_whatever_is_done_names_differ_and_channels_are_in_one_group(steps: list[tuple]):
    groups: Groups = ()
    for action, name, more in steps:
        if action == "add_to_group" and not name.strip():
            continue
        arguments = (name,) if more is None else (name, more)
        groups = getattr(channel_groups, action)(groups, *arguments)
    names = [fold(group.name) for group in groups]
    assert len(set(names)) == len(names)
    assert all(0 < len(group.name) <= MAX_NAME for group in groups)
    ids = [number for group in groups for number in group.channel_ids]
    assert len(set(ids)) == len(ids)
    assert channel_groups.read(channel_groups.write({"w": groups})).get("w", ()) == groups


def changed(groups: Groups, kind: str, name: str, other: str, ids: list[int]) -> Groups:
    if kind == "add_to_group":
        return channel_groups.add_to_group(groups, name, ids) if name.strip() else groups
    if kind == "remove_from_groups":
        return channel_groups.remove_from_groups(groups, ids)
    if kind == "rename":
        return channel_groups.rename(groups, name, other)
    if kind == "move":
        return channel_groups.move(groups, name, len(ids) - 2)
    return channel_groups.remove(groups, name)


KINDS = st.sampled_from(["add_to_group", "remove_from_groups", "rename", "move", "remove"])
CHANGES = st.lists(st.tuples(KINDS, NAMES, NAMES, IDS), min_size=1, max_size=6)


@given(CHANGES)
def test_the_last_change_is_taken_back_whole(changes: list[tuple[str, str, str, list[int]]]):
    before: Groups = ()
    after: Groups = (SHOPS, CAFES)
    for change in changes:
        before, after = after, changed(after, *change)
    assert channel_groups.revert(after, before, after) == before
    assert channel_groups.revert(before, after, before) == after


def test_an_earlier_change_is_taken_back_alone():
    first = channel_groups.add_to_group((), "Shops", [1, 2])
    second = channel_groups.add_to_group(first, "Cafés", [3, 4])
    assert channel_groups.revert(second, (), first) == (OwnGroup("Cafés", (3, 4)),)
    three = channel_groups.add_to_group(second, "Shops", [5])
    assert channel_groups.revert(three, (), first) == (
        OwnGroup("Shops", (5,)),
        OwnGroup("Cafés", (3, 4)),
    )
    renamed = channel_groups.rename(second, "Shops", "Our shops")
    later = channel_groups.add_to_group(renamed, "Hotels", [6])
    assert channel_groups.revert(later, second, renamed) == (
        OwnGroup("Shops", (1, 2)),
        OwnGroup("Cafés", (3, 4)),
        OwnGroup("Hotels", (6,)),
    )
