"""What in a text is a link, a mention or a tag for Bluesky."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.server.publishers.bluesky_facets import facets, handles

DIDS = {"alice.test": "did:plc:alice", "bob.example.com": "did:plc:bob"}


def marked(text: str) -> list[tuple[str, str]]:
    """Each marked piece with what it leads to."""
    raw = text.encode()
    return [
        (
            raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            next(value for name, value in facet["features"][0].items() if name != "$type"),
        )
        for facet in facets(text, DIDS)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.example/x.", [("https://a.example/x", "https://a.example/x")]),
        (
            "(https://a.example/x_(y))",
            [("https://a.example/x_(y)", "https://a.example/x_(y)")],
        ),
        ("“https://a.example/«ü»”", [("https://a.example/«ü", "https://a.example/«ü")]),
        ("nothttps://a.example", []),
        ("https://", []),
        ("مرحبا https://a.example/م", [("https://a.example/م",) * 2]),
        ("👩‍👩‍👧 @Alice.test!", [("@Alice.test", "did:plc:alice")]),
        ("mail@alice.test @nobody.test", []),
        ("@bob.example.com.", [("@bob.example.com", "did:plc:bob")]),
        (
            "#one #two, #3 #4a #_ # ##x",
            [("#one", "one"), ("#two", "two"), ("#4a", "4a"), ("##x", "#x")],
        ),
        ("C# and a#b", []),
        ("＃全角 #été…", [("＃全角", "全角"), ("#été", "été")]),
        ("https://a.example/#part @x", [("https://a.example/#part",) * 2]),
        ("#" + "x" * 65, []),
    ],
)
def test_pieces(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


def test_handles_are_named_once() -> None:
    assert handles("@Alice.test and @alice.test (@bob.example.com) a@b.c @x") == [
        "alice.test",
        "bob.example.com",
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "#tag",
                "https://a.example/x",
                "@alice.test",
                " ",
                "\n",
                "(",
                ")",
                ".",
                "é",
                "👩‍👩‍👧‍👦",
                "ש",
                "#",
                "@",
            ]
        )
        | st.text(max_size=6)
    ).map("".join)
)
def test_pieces_lie_in_the_text_and_not_on_each_other(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    raw, end = text.encode(), 0
    for facet in facets(text, DIDS):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        raw[start:stop].decode()  # whole letters
        end = stop
