"""Tests of the words for choices and fillings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from posto_desktop.core.evergreen import ChoiceReason, Filling
from posto_desktop.core.evergreen_words import filled_words, sentence_of

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (ChoiceReason("first", 1), "Its turn: never sent here."),
        (ChoiceReason("first", 3), "Its turn: never sent here, weight 3."),
        (ChoiceReason("turn", 1, days=9), "Its turn: last sent 9 days ago."),
        (ChoiceReason("turn", 2, days=1), "Its turn: last sent 1 day ago, weight 2."),
    ],
)
def test_the_usual_weight_is_not_mentioned(reason: ChoiceReason, words: str) -> None:
    assert sentence_of(reason) == words


def test_a_filling_counts_the_posts_of_each_channel_and_names_one_day_once() -> None:
    filling = Filling("f", "local", NOON, runs=2, posts=1, first=NOON, last=NOON)
    assert filled_words(filling) == "2 posts scheduled: Sun 29 Nov 2026"
    longer = replace(filling, last=NOON + timedelta(days=2))
    assert filled_words(longer) == "2 posts scheduled from Sun 29 Nov 2026 to Tue 1 Dec 2026"
