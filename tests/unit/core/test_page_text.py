from __future__ import annotations

import pytest

from posto_desktop.core.page_text import MAX_HTML, page_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>two</b></p><p>three</p>", "One two\nthree"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<ul>\n <li>a</li>\n <li>b\n c</li>\n</ul>", "a\nb c"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<head><title>x</title></head><style>p{}</style>a &amp; b&nbsp;c", "a & b c"),
        ("<div><div><div>deep", "deep"),
        ("words<!-- no words", "words"),
        ("1 < 2", "1 < 2"),
        ("", ""),
    ],
)
def test_the_words_of_a_page(html: str, text: str) -> None:
    assert page_text(html) == (text, False)


@pytest.mark.parametrize("tag", ["<b>", "<div>", "<ul><li>", "<table><tr><td>", "<!--", "<pre>"])
def test_depth_is_no_matter(tag: str) -> None:
    assert page_text(f"a{tag * 50_000}") == ("a", False)


def test_it_says_that_only_the_beginning_was_read() -> None:
    text, cut = page_text("a" * (MAX_HTML + 1))
    assert cut
    assert len(text) == MAX_HTML
