from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import SettingsError
from posto_desktop.sdk.templates import (
    VARIABLES,
    check,
    expand,
    hashtags,
    tidy,
    used,
    variables_for,
)

MESSAGE = "Launch day\n\nWe are live. #Launch #2026 #launch\n\nMore: https://example.com/a."


def filled(template: str, message: str = MESSAGE, **more: str) -> str:
    texts = variables_for(
        message,
        template,
        channel_name=more.get("channel", "News"),
        network=more.get("network", "fb"),
        link=more.get("link"),
        day=date(2026, 11, 25),
    )
    return expand(template, texts)


def test_a_title_alone_carries_the_whole_message() -> None:
    assert filled("🚨 {post_title} 🚨") == f"🚨 {MESSAGE} 🚨"


def test_a_title_beside_the_content_is_the_first_line() -> None:
    assert filled("{post_title}|{post_content}") == (
        "Launch day|We are live. #Launch #2026 #launch\n\nMore: https://example.com/a."
    )
    assert filled("{post_title}|{post_excerpt}").startswith("Launch day|We are live.")
    assert filled("{post_content}") == MESSAGE
    assert filled("{post_excerpt}") == MESSAGE


def test_every_variable() -> None:
    assert filled("{hashtags}") == "#Launch"
    assert filled("{post_url}") == "https://example.com/a"
    assert filled("{post_url}", link="https://other.example") == "https://other.example"
    assert filled("{channel_name} {social_network_name} {date}") == "News Facebook 2026-11-25"
    for name in VARIABLES:
        assert "{" not in filled("{" + name + "}")


def test_unknown_variables_are_named() -> None:
    with pytest.raises(SettingsError) as caught:
        check("{post_title} {nope} {also_nope} {nope}")
    assert caught.value.names == ("nope", "also_nope")
    assert "{nope}" in str(caught.value)
    assert "{hashtags}" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_braces_of_the_message_stay_as_they_are() -> None:
    assert filled("{post_title}", "Use {nope} and {post_url} and {a|b}") == (
        "Use {nope} and {post_url} and {a|b}"
    )
    assert expand("{a|b} {} {1} { post_title", {}) == "{a|b} {} {1} { post_title"


def test_the_services_own_form_with_options() -> None:
    assert used('{post_title limit="5"}') == ["post_title"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#a #B #A", ["#a", "#B"]),
        ("no#tag &#39; #1 https://e.com/#x", []),
        ("#été, #日本語!", ["#été", "#日本語"]),
        ("##x", []),
    ],
)
def test_hashtags(text: str, tags: list[str]) -> None:
    assert hashtags(text) == tags


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{ post_title }", "Hi"),
        ("{post_title }!", "Hi!"),
        ('{post_title limit="9"}', "Hi"),
        ("{good|bad} {post_title}", "{good|bad} Hi"),
        ("{} {post_title}", "{} Hi"),
    ],
)
def test_forms_of_a_variable(template: str, text: str) -> None:
    assert filled(template, "Hi") == text


@pytest.mark.parametrize("name", ["post-title", "Post_Title", "title", "post_title2", "Post"])
def test_slips_are_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        filled("a {" + name + "} b", "Hi")
    assert caught.value.names == (name,)


@given(st.text(), st.text())
def test_any_template_expands_or_is_refused(template: str, message: str) -> None:
    strange = [name for name in used(template) if name not in VARIABLES]
    if strange:
        with pytest.raises(SettingsError) as caught:
            filled(template, message)
        assert list(caught.value.names) == strange
    else:
        assert isinstance(filled(template, message), str)


@given(st.text(), st.lists(st.sampled_from(VARIABLES), max_size=4))
def test_texts_are_put_in_once(message: str, names: list[str]) -> None:
    template = " ".join("{" + name + "}" for name in names)
    texts = variables_for(message, template, day=date(2026, 1, 1))
    assert expand(template, texts) == " ".join(texts[name] for name in names)


@pytest.mark.timeout(60)
def test_a_megabyte_of_spaces_is_tidied_at_once() -> None:
    assert tidy("a" + " \t" * 500_000 + "b") == "a" + " \t" * 500_000 + "b"
    assert tidy("a" + " \t" * 500_000 + "\nb \n\t\n \n\n\nc") == "a\nb\n\n\nc"
