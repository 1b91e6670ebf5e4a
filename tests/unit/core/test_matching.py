from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.matching import Query


def best(query: str, *titles: str) -> list[str]:
    asked = Query(query)
    scored = [(asked.score(title), title) for title in titles]
    return [title for score, title in sorted(scored, key=lambda pair: -pair[0]) if score]


def test_the_start_of_the_title_comes_first_then_starts_of_words_then_the_inside() -> None:
    titles = best("new", "Renew", "Add a new message", "New message", "Save")
    assert titles == ["New message", "Add a new message", "Renew"]


def test_the_whole_title_comes_before_a_longer_one() -> None:
    assert best("delete", "Delete all drafts", "Delete")[0] == "Delete"


def test_every_word_must_fit_in_any_order() -> None:
    assert best("message new", "New message", "New workspace") == ["New message"]


def test_first_letters_are_enough() -> None:
    assert best("sad", "Save as draft", "Save") == ["Save as draft"]


def test_case_and_accents_do_not_matter() -> None:
    assert Query("cafe ZURICH").score("Café Zürich") > 0


def test_what_stands_beside_counts_less() -> None:
    asked = Query("sandbox")
    assert 0 < asked.score("Bakery", "Sandbox X") < asked.score("Sandbox X", "Bakery")


@pytest.mark.parametrize("nothing", ["", "  ", "…!"])
def test_no_words_fit_everything(nothing: str) -> None:
    assert Query(nothing).score("anything") == 1


@given(st.text(max_size=30), st.text(max_size=60))
def test_a_title_fits_itself_and_no_text_breaks_it(query: str, title: str) -> None:
    assert Query(query).score(title) >= 0
    assert Query(title).score(title) > 0


def test_words_in_a_row_among_other_names_count_like_a_title_that_begins_with_them() -> None:
    names = "account sign in log in login"
    assert Query("Sign in").score_names(names) == Query("Sign in").score("Sign in here")
    assert Query("sign i").score_names(names) == Query("sign in").score_names(names)
    assert Query("login").score_names(names) == Query("here").score("Sign in here")
    for words in ("", "in sign", "ign in", "sign on"):
        assert Query(words).score_names(names) == 0, words
