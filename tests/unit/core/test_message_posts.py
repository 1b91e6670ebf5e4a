"""Which posts of a message go out together."""

from __future__ import annotations

import math

from posto_desktop.core.message_posts import PostGrouping


def parts(*posts: tuple[str, float]) -> list[tuple[str, list[float]]]:
    grouping = PostGrouping[float]()
    for key, at in posts:
        grouping.add(key, at, at)
    return [(part.key, part.posts) for part in grouping.parts]


def test_posts_within_a_quarter_of_an_hour_are_one_part() -> None:
    assert parts(("a", 0), ("b", 60), ("a", 900), ("a", 901)) == [
        ("a", [0, 900]),
        ("b", [60]),
        ("a/1", [901]),
    ]


def test_each_repetition_is_a_part_of_its_own() -> None:
    week = 7 * 86_400
    grouped = parts(*(("a", at) for at in (0, 30, week, week + 30, 2 * week)))
    assert [key for key, _ in grouped] == ["a", "a/1", "a/2"]


def test_posts_without_a_time_are_one_part() -> None:
    assert parts(("a", 5), ("a", math.inf), ("a", math.inf)) == [
        ("a", [5]),
        ("a/1", [math.inf, math.inf]),
    ]
