"""The texts of an evergreen message are added, removed and put in another order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import evergreen_texts
from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import Alternative, EvergreenMessage

SPRING = EvergreenMessage.from_draft(
    Draft(text="one", variants={"twitter": "1"}),
    alternatives=(Alternative("two", {"twitter": "2"}), Alternative("three")),
)


def test_a_text_is_changed_at_its_place_and_keeps_its_own_texts() -> None:
    assert evergreen_texts.with_text(SPRING, 0, "ONE").texts == ("ONE", "two", "three")
    changed = evergreen_texts.with_text(SPRING, 1, "TWO")
    assert changed.alternatives[0] == Alternative("TWO", {"twitter": "2"})
    assert changed.draft == SPRING.draft


def test_without_the_first_text_the_second_takes_its_place() -> None:
    left = evergreen_texts.without_text(SPRING, 0)
    assert left.texts == ("two", "three")
    assert left.draft.variants == {"twitter": "2"}
    assert evergreen_texts.without_text(SPRING, 2).texts == ("one", "two")


def test_own_texts_move_with_their_text() -> None:
    moved = evergreen_texts.with_moved(SPRING, 0, 2)
    assert moved.texts == ("two", "three", "one")
    assert moved.alternatives[1] == Alternative("one", {"twitter": "1"})
    assert evergreen_texts.with_moved(moved, 2, 0) == SPRING


@given(st.data())
def test_every_move_can_be_undone_by_another(data: st.DataObject) -> None:
    places = st.integers(0, 2)
    at, to = data.draw(places), data.draw(places)
    moved = evergreen_texts.with_moved(SPRING, at, to)
    assert sorted(moved.texts) == sorted(SPRING.texts)
    assert moved.texts[to] == SPRING.texts[at]
    assert evergreen_texts.with_moved(moved, to, at) == SPRING


def test_the_same_text_is_noticed_as_networks_compare_it() -> None:
    twice = evergreen_texts.with_text(SPRING, 2, "  ONE ")
    assert [evergreen_texts.same_as(twice, at) for at in range(3)] == [None, None, 0]
    empty = evergreen_texts.with_added(evergreen_texts.with_added(SPRING))
    assert evergreen_texts.same_as(empty, 4) is None


def test_a_thread_stays_first() -> None:
    thread = EvergreenMessage.from_draft(Draft(text="a", threads={"": ("b",)}))
    assert not evergreen_texts.can_move_first(thread)
    assert evergreen_texts.can_move_first(SPRING)
