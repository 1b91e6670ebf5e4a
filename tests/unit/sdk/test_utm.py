"""Marks on links: added once, at the right place, and nothing else of an address changes."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk.utm import bare, tag_text, tag_url

PAIRS = (("utm_source", "x"), ("utm_medium", "social media"))
MARKS = "utm_source=x&utm_medium=social%20media"


@pytest.mark.parametrize(
    ("url", "marked"),
    [
        ("https://a.example", f"https://a.example?{MARKS}"),
        ("https://a.example/", f"https://a.example/?{MARKS}"),
        ("https://a.example/?", f"https://a.example/?{MARKS}"),
        ("https://a.example/p?b=%20&b=+", f"https://a.example/p?b=%20&b=+&{MARKS}"),
        ("https://a.example/p?b&", f"https://a.example/p?b&{MARKS}"),
        ("https://a.example/p#part?x", f"https://a.example/p?{MARKS}#part?x"),
        ("HTTP://A.Example/Ä?é=ü#ß", f"HTTP://A.Example/Ä?é=ü&{MARKS}#ß"),
        # What is there already stays, and only the other one comes.
        ("https://a.example/?utm_source=me", "https://a.example/?utm_source=me&utm_medium="
         "social%20media"),
        ("https://a.example/?UTM_Source=&x=1", "https://a.example/?UTM_Source=&x=1&utm_medium="
         "social%20media"),
        ("https://a.example/?utm%5Fsource=a&utm_medium=b",
         "https://a.example/?utm%5Fsource=a&utm_medium=b"),
        ("https://a.example/#utm_source=a&utm_medium=b",
         "https://a.example/#utm_source=a&utm_medium=b"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("ftp://a.example/", "ftp://a.example/"),
        ("a.example/page", "a.example/page"),
        ("", ""),
    ],
)  # fmt: skip
def test_one_address(url: str, marked: str) -> None:
    assert tag_url(url, PAIRS) == marked


@pytest.mark.parametrize("url", ["https://a.example/p", "https://a.example/p?x=1&y#z", ""])
def test_looking_at_a_page_without_marks(url: str) -> None:
    assert bare(tag_url(url, PAIRS)) == url
    assert bare("https://a.example/?utm_source=x&a=1#b") == "https://a.example/?a=1#b"


def test_what_is_empty_is_not_added() -> None:
    assert tag_url("https://a.example", (("utm_term", ""),)) == "https://a.example"
    assert tag_url("https://a.example", ()) == "https://a.example"


def test_addresses_in_a_text() -> None:
    text = "See https://a.example/x, (https://b.example/?c=1). a.example stays, as does this."
    assert tag_text(text, PAIRS) == (
        f"See https://a.example/x?{MARKS}, (https://b.example/?c=1&{MARKS}). "
        "a.example stays, as does this."
    )


_PARTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="?#"),
    max_size=12,
)
_QUERY = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="#"), max_size=20
)
_NAMES = st.sampled_from(["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"])
_PAIRS = st.lists(st.tuples(_NAMES, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=5,
                  unique_by=lambda pair: pair[0])  # fmt: skip


@given(_PARTS, st.none() | _QUERY, st.none() | _QUERY, _PAIRS)
def test_every_address_keeps_its_bytes(
    path: str, query: str | None, fragment: str | None, pairs: list[tuple[str, str]]
) -> None:
    before = f"https://a.example/{path}" + (f"?{query}" if query is not None else "")
    after = f"#{fragment}" if fragment is not None else ""
    marked = tag_url(before + after, pairs)
    assert marked.startswith(before)
    assert marked.endswith(after)
    # The second time there is nothing left to add.
    assert tag_url(marked, pairs) == marked
    added = marked[len(before) : len(marked) - len(after)]
    names = [
        parameter.partition("=")[0].lstrip("?&")
        for parameter in added.split("&")
        if parameter.strip("?&")
    ]
    assert len(names) == len(set(names))
    if not (query or fragment):
        wanted = {name: value for name, value in pairs if value}
        assert dict(parse_qsl(urlsplit(marked).query, keep_blank_values=True)) == wanted


@given(st.text(max_size=200), _PAIRS)
def test_texts_change_only_at_addresses(text: str, pairs: list[tuple[str, str]]) -> None:
    marked = tag_text(text, pairs)
    assert tag_text(marked, pairs) == marked
    if "://" not in text:
        assert marked == text
