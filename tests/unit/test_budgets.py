"""When posts go out that are more than a network takes within a time."""

from __future__ import annotations

import pytest

from posto_desktop.common.budgets import Budget, OutgoingPost, budgets_from, going_out
from posto_desktop.server.publishers.all import Publishers
from posto_desktop.server.publishers.base import Account

HOUR = 3600
THREE = Budget(3, HOUR)


def at(*moments: float, **more: int) -> list[OutgoingPost]:
    return [OutgoingPost(moment, 1, **more) for moment in moments]


def test_without_a_budget_all_go_out_when_they_are_due() -> None:
    assert going_out(at(0, 0, 5), ()) == [0, 0, 5]


def test_what_is_too_much_waits_for_room() -> None:
    moments = going_out(at(0, 10, 20, 30, 40, 50, 60), [THREE])
    assert moments == [0, 10, 20, HOUR, HOUR + 10, HOUR + 20, 2 * HOUR]


def test_no_window_of_that_length_has_more() -> None:
    moments = going_out(at(*range(0, 20_000, 97)), [THREE, Budget(2, 60)])
    for start in moments:
        assert sum(start <= moment < start + HOUR for moment in moments) <= 3
        assert sum(start <= moment < start + 60 for moment in moments) <= 2
    assert moments == sorted(moments)


def test_posts_of_a_thread_count_each_and_files_too() -> None:
    assert going_out(at(0, 0, posts=2), [THREE]) == [0, HOUR]
    assert going_out(at(0, 0, files=2), [Budget(3, HOUR, "files")]) == [0, HOUR]
    assert going_out(at(0, 0), [Budget(1, HOUR, "files")]) == [0, 0]


def test_one_that_is_larger_than_the_budget_goes_out_alone() -> None:
    assert going_out([*at(0), *at(0, posts=9), *at(0)], [THREE]) == [0, HOUR, 2 * HOUR]


def test_channels_have_budgets_of_their_own() -> None:
    posts = [OutgoingPost(0, channel) for channel in (1, 1, 2)]
    assert going_out(posts, [Budget(1, 60, per="channel")]) == [0, 60, 60]  # none overtakes
    assert going_out(posts[1:], [Budget(1, 60, per="channel")]) == [0, 0]


def test_what_is_out_already_counts_and_stays_where_it_is() -> None:
    assert going_out(at(100), [THREE], at(0, 0, 0, 0, 50)) == [HOUR + 0]
    assert going_out(at(HOUR), [THREE], at(0, 0, 0)) == [HOUR]


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(300, 3 * HOUR), "300 posts in 3 hours"),
        (Budget(30, 1800, "files"), "30 files in 30 minutes"),
        (Budget(250, 86400), "250 posts a day"),
        (Budget(1, 60), "1 post a minute"),
        (Budget(2500, HOUR), "2,500 posts an hour"),
        (Budget(5, 90), "5 posts in 90 seconds"),
    ],
)
def test_words(budget: Budget, words: str) -> None:
    assert str(budget) == words


def test_budgets_come_through_an_answer_and_nothing_else_does() -> None:
    known = (THREE, Budget(20, 60, "files", "channel"))
    rows: list[object] = [budget.to_json() for budget in known]
    bad: list[object] = [
        None,
        {},
        {**THREE.to_json(), "count": 0},
        {**THREE.to_json(), "count": True},
        {**THREE.to_json(), "seconds": 10**9},
        {**THREE.to_json(), "of": "cakes"},
        {**THREE.to_json(), "per": 7},
    ]
    assert budgets_from([*rows, *bad]) == known


def test_what_is_known_of_networks() -> None:
    publishers = Publishers()
    with_one = {name for name in publishers if publishers[name].budgets(Account(1, name, 1))}
    assert with_one == {"x", "threads", "instagram", "youtube", "tumblr", "telegram"}
    mastodon = publishers["mastodon"]
    facts = {"software": "mastodon"}
    assert mastodon.budgets(Account(1, "mastodon", 1, facts=facts))[0] == Budget(300, 3 * HOUR)
    assert mastodon.budgets(Account(1, "mastodon", 1, facts={"software": "snac"})) == ()
