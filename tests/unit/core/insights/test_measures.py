"""One name for what networks call differently; what is no number stays unknown."""

from __future__ import annotations

import pytest

from posto_desktop.core.insights.measures import (
    ENGAGEMENT,
    is_comparable,
    measure_of,
    measures_in,
    number_of,
    numbers_of,
    own_label,
    value_of,
)


@pytest.mark.parametrize(
    ("network", "label", "measure"),
    [
        ("mastodon", "Favourites", "likes"),
        ("mastodon", "Boosts", "shares"),
        ("bluesky", "Reposts", "shares"),
        ("misskey", "Renotes", "shares"),
        ("misskey", "Reactions", "likes"),
        ("youtube", " comments ", "replies"),
        ("wordpress", "Comments", "replies"),
        ("fb", "Hits", "clicks"),
        ("pinterest", "Saves", "shares"),
        ("instagram", "Saves", "saves"),
    ],
)
def test_networks_call_the_same_differently(network: str, label: str, measure: str) -> None:
    assert measure_of(network, label) == measure


def test_an_unknown_name_is_compared_within_its_network_only() -> None:
    measure = measure_of("fb", "Beğeni")
    assert not is_comparable(measure)
    assert measure != measure_of("linkedin", "Beğeni")
    assert own_label(measure) == "Beğeni"
    assert own_label("views") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0),
        ("1234", 1234.0),
        ("1,234,567", 1234567.0),
        ("-3", -3.0),
        ("1.5", 1.5),
        ("1.2K", None),
        ("1,23", None),
        ("-", None),
        ("", None),
        ("nan", None),
        ("1e9", None),
        ("٣", None),
    ],
)
def test_only_exact_numbers_are_numbers(text: str, number: float | None) -> None:
    assert number_of(text) == number


def test_missing_is_not_zero() -> None:
    assert numbers_of("mastodon", {"Boosts": "n/a", "Replies": "0"}) == {"replies": 0.0}
    assert value_of("shares", {"replies": 0.0}) is None
    assert value_of(ENGAGEMENT, {"views": 9.0}) is None
    assert value_of(ENGAGEMENT, {"replies": 0.0}) == 0.0


def test_engagement_never_adds_views_or_clicks() -> None:
    numbers = {"views": 1000.0, "clicks": 50.0, "likes": 3.0, "shares": 2.0, "score": 7.0}
    assert value_of(ENGAGEMENT, numbers) == 5.0


def test_of_two_names_for_the_same_the_first_counts() -> None:
    assert numbers_of("fb", {"Likes": "3", "Reactions": "5"}) == {"likes": 3.0}


def test_measures_are_offered_as_far_as_they_occur() -> None:
    assert measures_in([{"views": 1.0}]) == ("views",)
    own = measure_of("fb", "Zaps")
    assert measures_in([{"views": 1.0}, {"likes": 1.0, own: 2.0}]) == (
        ENGAGEMENT, "views", "likes", own,
    )  # fmt: skip
