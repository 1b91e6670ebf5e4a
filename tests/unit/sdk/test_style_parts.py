"""Marks, hashtags, signature and watermark of a style: read with care, carried out once."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import style_parts, style_texts
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.post_builder import build_post
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import resolve
from posto_desktop.sdk.style_texts import SnippetTexts, circumstances, settled, tail_of

X = Channel(1, "@nordlicht", "twitter")
INSTAGRAM = Channel(2, "nordlicht", "instagram")
LINKEDIN = Channel(3, "Nordlicht", "linkedin")
WORDS = SnippetTexts({"coffee": "#roast #beans"}, {"team": "Your roasters\nhttps://n.example"})
DAY = date(2026, 11, 25)


def post(channel: Channel, text: str, **settings: Any) -> dict[str, Any]:
    return build_post(channel, text, layers=[settled(settings, WORDS, "Launch")], day=DAY)


def test_marks_on_the_link_and_in_the_text() -> None:
    utm = {"source": "{network}", "campaign": "{style} {date}", "content": "{channel}"}
    built = post(X, "Hi https://n.example/a#b", utm=utm, attach_link=True)
    marks = "utm_source=x&utm_campaign=Launch%202026-11-25&utm_content=%40nordlicht"
    assert built["post_content"] == f"Hi https://n.example/a?{marks}#b"
    assert built["custom_link"] == f"https://n.example/a?{marks}#b"
    only_link = post(X, "Hi https://n.example", utm={**utm, "links": ["link"]}, attach_link=True)
    assert only_link["post_content"] == "Hi https://n.example"
    assert only_link["custom_link"] == f"https://n.example?{marks}"
    only_text = post(X, "Hi https://n.example", utm={**utm, "links": ["text"]}, attach_link=True)
    assert only_text["post_content"] == f"Hi https://n.example?{marks}"
    assert only_text["custom_link"] == "https://n.example"


def test_the_link_variable_is_marked_once() -> None:
    built = post(X, "Hi", utm={"source": "s"}, post_text="{post_title} {post_url}",
                 attach_link=True, custom_link="https://n.example")  # fmt: skip
    assert built["post_content"] == "Hi https://n.example?utm_source=s"
    assert built["custom_link"] == "https://n.example?utm_source=s"


def test_hashtags_at_the_end_each_once() -> None:
    tags = {"tags": ["Fig", "#roast"], "groups": ["Coffee", "gone"]}
    built = post(LINKEDIN, "Hi #FIG", hashtags=tags)
    assert built["post_content"] == "Hi #FIG\n\n#roast #beans"


def test_hashtags_in_the_first_comment_where_there_is_one() -> None:
    tags = {"tags": ["fig"], "place": "first_comment"}
    built = post(INSTAGRAM, "Hi", hashtags=tags, first_comment="More: https://n.example",
                 utm={"source": "s"})  # fmt: skip
    assert built["post_content"] == "Hi"
    assert built["first_comment"] == "More: https://n.example?utm_source=s\n\n#fig"
    assert post(LINKEDIN, "Hi", hashtags=tags)["post_content"] == "Hi\n\n#fig"


def test_no_more_hashtags_than_the_network_takes() -> None:
    net = circumstances("instagram").net
    most = style_texts.hashtags_max(net)
    assert most
    tags = [f"tag{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(most + 5)]
    text = post(INSTAGRAM, "Hi #one #two", hashtags={"tags": tags})["post_content"]
    assert text.count("#") == most


def test_a_signature_once_with_marked_links() -> None:
    signature = {"name": "TEAM"}
    built = post(LINKEDIN, "Hi", signature=signature, utm={"source": "s"}, hashtags="fig")
    assert built["post_content"] == (
        "Hi\n\nYour roasters\nhttps://n.example?utm_source=s\n\n#fig"
    )  # fmt: skip
    signed = post(LINKEDIN, "Hi\n\nBye", signature="Bye")
    assert signed["post_content"] == "Hi\n\nBye"
    assert post(LINKEDIN, "Hi", signature={"name": "gone"})["post_content"] == "Hi"


def test_a_text_that_is_cut_keeps_its_end() -> None:
    built = post(X, "word " * 100, hashtags=["fig"], signature="Bye", cut_post_text=True)
    assert built["post_content"].endswith("…\n\nBye\n\n#fig")
    assert len(built["post_content"]) <= 280


def test_the_service_never_sees_the_parts() -> None:
    built = post(X, "Hi", utm={"source": "s"}, hashtags="a", signature="b",
                 watermark={"file": "logo.png"})  # fmt: skip
    assert not set(built) & set(style_parts.PART_KEYS)


def test_a_network_takes_a_part_away_again() -> None:
    settings = resolve({"*": {"signature": "Bye"}, "twitter": {"signature": {}}})
    assert post(X, "Hi", **settings["twitter"])["post_content"] == "Hi"
    assert post(LINKEDIN, "Hi", **settings["linkedin"])["post_content"] == "Hi\n\nBye"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("utm", "x", "“utm” is a table"),
        ("utm", {"source": 5}, "“utm.source” must be text"),
        ("utm", {"source": "{netwrok}"}, "unknown variables: {netwrok}"),
        ("utm", {"source": "a", "links": ["mail"]}, "takes “link” or “text”"),
        ("utm", {"source": "a" * 501}, "at most 500"),
        ("hashtags", 5, "“hashtags” is a table"),
        ("hashtags", {"tags": 5}, "is a list of texts"),
        ("hashtags", {"tags": ["a"], "place": "top"}, "“end” or “first_comment”"),
        ("signature", {"text": ["a"]}, "“signature.text” must be text"),
        ("watermark", "logo.png", "“watermark” is a table"),
        ("watermark", {"file": "../logo.png"}, "plain name"),
        ("watermark", {"file": "/etc/logo.png"}, "plain name"),
        ("watermark", {"file": "a.png", "corner": "left"}, "“top-left” or"),
        ("watermark", {"file": "a.png", "size": 3}, "a number from 0.02 to 1"),
        ("watermark", {"file": "a.png", "opacity": True}, "a number from 0.05 to 1"),
        ("watermark", {"file": "a.png", "margin": float("nan")}, "a number from 0 to 0.4"),
    ],
)
def test_wrong_values(tmp_path: Path, key: str, value: object, words: str) -> None:
    """Refused when a script saves; left out with a note when a file has them."""
    book = NamedSettingsStore(lambda: tmp_path, "style")
    with pytest.raises(SettingsError) as caught:
        book.save("s", {"twitter": {key: value}})
    assert words in caught.value.user_message
    settings = {"*": {key: value, "post_text": "{post_title}"}}
    (tmp_path / "s.json").write_text(json.dumps({"schema": 3, "settings": settings}))
    (style,) = book.scan()
    assert style.settings == {"*": {"post_text": "{post_title}"}}
    assert words in style.notes[0]


_KEYS = ["source", "links", "tags", "groups", "place", "text", "name", "file", "corner", "size"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
)


@given(_VALUES)
def test_no_value_breaks_anything(value: Any) -> None:
    for key in style_parts.PART_KEYS:
        with suppress(SettingsError):
            style_parts.check_part(key, value)
        around = circumstances("x", message="Hi", words=WORDS)
        tail_of("Hi", {key: value}, around)
        settled({key: value}, WORDS, "s")


def test_words_of_a_file(tmp_path: Path) -> None:
    assert style_texts.read_words(tmp_path) == style_texts.NO_WORDS
    rows = [{"kind": "hashtags", "name": "Coffee  Beans", "text": "#a"}, 5, {"kind": "signature"}]
    (tmp_path / "snippets.json").write_text(json.dumps({"snippets": rows}))
    assert style_texts.read_words(tmp_path).group("coffee beans") == "#a"
    (tmp_path / "snippets.json").write_text("{")
    assert style_texts.read_words(tmp_path) == style_texts.NO_WORDS
