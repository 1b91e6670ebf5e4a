from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import snippets
from posto_desktop.core.snippets import (
    Snippet,
    SnippetError,
    clean,
    insert,
    insert_tags,
    search,
    sign,
    tags,
    unsign,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("coffee, #Roast latte-art", ["#coffee", "#Roast", "#latteart"]),
        ("#a #A #b;#b", ["#a", "#b"]),
        ("#1 1 #", []),
        ("#2026roast café", ["#2026roast", "#café"]),
        ("##double", ["#double"]),
        ("", []),
    ],
)
def test_hashtags_as_they_are_meant(text: str, expected: list[str]) -> None:
    assert tags(text) == expected


@pytest.mark.parametrize(
    ("text", "group", "result"),
    [
        ("|", ["#a", "#b"], "#a #b|"),
        ("Hello|", ["#a"], "Hello #a|"),
        ("Hello |", ["#a"], "Hello #a|"),
        ("Hello\n|", ["#a"], "Hello\n#a|"),
        ("Hello|there", ["#a"], "Hello #a |there"),
        ("Has #A already |", ["#a", "#b"], "Has #A already #b|"),
        ("All #a|", ["#a"], "All #a|"),
        ("#ab is another |", ["#a"], "#ab is another #a|"),
        ("https://x.example/#a |", ["#a"], "https://x.example/#a #a|"),
    ],
)
def test_hashtags_go_in_apart_from_their_neighbours(
    text: str, group: list[str], result: str
) -> None:
    place = text.index("|")
    got, cursor = insert_tags(text.replace("|", ""), place, place, group)
    assert got[:cursor] + "|" + got[cursor:] == result


def test_what_was_selected_is_replaced() -> None:
    assert insert("say XXX now", 4, 7, Snippet("n", "hello")) == ("say hello now", 9)
    # A hashtag that is replaced may come again.
    assert insert_tags("see #a", 4, 6, ["#a"]) == ("see #a", 6)


def test_a_signature_stands_at_the_end_once() -> None:
    assert sign("Hello", "— Ana") == ("Hello\n\n— Ana", 5)
    assert sign("Hello\n\n— Ana", "— Ana")[0] == "Hello\n\n— Ana"
    assert sign("Hello\n\n— Ana\n ", "— Ana")[0] == "Hello\n\n— Ana"
    assert sign("Hello\n\n— Ana", "— Bo", known=["— Ana"])[0] == "Hello\n\n— Bo"
    assert sign("", "— Ana") == ("— Ana", 0)
    assert sign("  \n", "— Ana")[0] == "— Ana"
    assert insert("Hello", 0, 5, Snippet("n", "— Ana", "signature"))[0] == "Hello\n\n— Ana"


def test_only_a_line_of_its_own_is_a_signature() -> None:
    assert unsign("Greetings from Ana", "Ana") == "Greetings from Ana"
    assert unsign("Hi\nAna", "Ana") == "Hi"
    assert unsign("Ana", "Ana") == ""
    assert unsign("Hi", "") == "Hi"


@given(st.text(alphabet="ab \n#", max_size=20), st.text(alphabet="ab-", min_size=1, max_size=5))
def test_signing_twice_is_signing_once(text: str, signature: str) -> None:
    once, cursor = sign(text, signature)
    assert sign(once, signature)[0] == once
    assert once.endswith(signature)
    assert 0 <= cursor <= len(once)


@given(
    st.text(alphabet="a #bé\n", max_size=20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.lists(st.sampled_from(["#a", "#b", "#é"]), unique=True),
)
def test_no_hashtag_twice(text: str, first: int, second: int, group: list[str]) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    got, cursor = insert_tags(text, start, end, group)
    assert 0 <= cursor <= len(got)
    again, _ = insert_tags(got, cursor, cursor, group)
    assert again == got


def test_what_is_kept_is_clean() -> None:
    cleaned = clean(Snippet("  My   tags ", "coffee coffee #b", "hashtags", ("fb", "fb")))
    assert (cleaned.name, cleaned.text, cleaned.networks) == ("My tags", "#coffee #b", ("fb",))
    assert clean(Snippet("n", "\n text \n")).text == " text "


@pytest.mark.parametrize(
    ("snippet", "sentence"),
    [
        (Snippet(" ", "t"), "a name"),
        (Snippet("n" * 101, "t"), "a name"),
        (Snippet("a\0b", "t"), "a name"),
        (Snippet("n", " \n"), "Write a text"),
        (Snippet("n", "1 2", "hashtags"), "at least one hashtag"),
        (Snippet("n", "t" * 20_001), "at most 20,000"),
        (Snippet("TAKEN", "t"), "already in use"),
    ],
)
def test_what_cannot_be_kept(snippet: Snippet, sentence: str) -> None:
    with pytest.raises(SnippetError) as caught:
        clean(snippet, [Snippet("taken", "x")])
    assert sentence in caught.value.user_message


def test_a_name_is_taken_by_its_own_kind_only_and_not_by_itself() -> None:
    taken = Snippet("name", "x")
    assert clean(replace(taken, text="new"), [taken]).text == "new"
    assert clean(Snippet("name", "#x", "hashtags"), [taken]).name == "name"


def test_search() -> None:
    many = [
        Snippet("Footer", "Grüße, Ana", id="a"),
        Snippet("Ana's tags", "#roast", "hashtags", ("twitter",), id="b"),
    ]
    assert [item.id for item in search(many, "ana")] == ["b", "a"]
    assert [item.id for item in search(many, "grusse")] == ["a"]
    assert [item.id for item in search(many, "", "fb")] == ["a"]
    assert [item.id for item in search(many, "", "twitter")] == ["a", "b"]


made = st.builds(
    Snippet,
    st.text(min_size=1, max_size=5),
    st.text(min_size=1, max_size=9),
    st.sampled_from(snippets.KINDS),
    st.lists(st.sampled_from(["fb", "twitter"]), unique=True).map(tuple),
)


@given(st.lists(made, max_size=4))
def test_they_come_back_as_they_were(many: list[Snippet]) -> None:
    assert snippets.read(snippets.write(many)) == many


values = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.text(max_size=3), max_size=2)


@given(
    st.dictionaries(
        st.sampled_from(["snippets", "schema"]),
        values | st.lists(st.dictionaries(st.sampled_from(["id", "name", "text", "kind"]), values)),
    )
    | values
)
def test_whatever_is_read_is_a_list(data: Any) -> None:
    assert all(isinstance(snippet, Snippet) for snippet in snippets.read(data))
