"""Cards that collide: none over another, none lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.models.calendar_layout import side_by_side

spans = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from([62, 62, 30, 100])).map(
        lambda span: (float(span[0]), float(span[0] + span[1]))
    ),
    max_size=40,
)


@given(spans, st.integers(1, 5))
def test_none_lies_over_another_and_each_is_shown_or_counted_once(
    given_spans: list[tuple[float, float]], most: int
) -> None:
    placed = side_by_side(given_spans, most)
    seen = [placement.number for placement in placed] + [
        n for placement in placed for n in placement.behind
    ]
    assert sorted(seen) == list(range(len(given_spans)))
    for placement in placed:
        assert 0 <= placement.column < placement.columns <= most
        start, end = given_spans[placement.number]
        for other in placed:
            if other is placement:
                continue
            a, b = given_spans[other.number]
            if start < b and a < end:
                # They collide: different columns of the same width.
                assert placement.columns == other.columns
                assert placement.column != other.column
        for hidden in placement.behind:
            a, b = given_spans[hidden]
            assert a < end
            assert start < b


def test_two_that_collide_share_the_width() -> None:
    placed = side_by_side([(0, 62), (30, 92), (200, 262)], 2)
    assert [(p.number, p.column, p.columns) for p in placed] == [(0, 0, 2), (1, 1, 2), (2, 0, 1)]


def test_what_finds_no_room_stands_behind_the_one_it_collides_with() -> None:
    placed = side_by_side([(0, 62), (30, 92), (40, 102)], 2)
    assert [(p.number, p.behind) for p in placed] == [(0, []), (1, [2])]
    (placement,) = side_by_side([(0, 62), (30, 92)], 1)
    assert placement.behind == [1]


def test_a_card_behind_another_does_not_hold_up_later_ones() -> None:
    placed = side_by_side([(0, 62), (50, 112), (70, 132)], 1)
    assert [(p.number, p.behind) for p in placed] == [(0, [1]), (2, [])]
