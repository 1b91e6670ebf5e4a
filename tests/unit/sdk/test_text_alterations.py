from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.networks import network
from posto_desktop.sdk.text_alterations import alterations

from .scripted import Scripted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, 1 < 2 and {} and a|b", []),
        ("Hello {name}", ["“{name}” is replaced"]),
        ("{ not one }", []),
        ("{Hi|Hello} there", ["Of “{Hi|Hello}” the service takes one"]),
        ("I <3 you", ["takes “<3 you” for a tag"]),
        ("<b>bold</b>", ["takes “<b>” for a tag"]),
        ("{a} <b>", ["“{a}” is replaced", "“<b>”"]),
        ("x" * 281, ["cuts the text after 280"]),
        ("{" + "x" * 90 + "}", ["“{" + "x" * 38 + "…”"]),
    ],
)
def test_what_the_service_would_change(text: str, words: list[str]) -> None:
    sentences = alterations(text, network("x"))
    assert len(sentences) == len(words)
    for sentence, word in zip(sentences, words, strict=True):
        assert word in sentence
        assert sentence.endswith(".")


@given(st.text(alphabet="{}|<> ab", max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert len(alterations(text, network("fb"))) <= 3


def test_it_is_logged_once_for_all_channels(
    posto: PostoSDK, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "posto_desktop.sdk"):
        assert posto.post("I <3 {name}", to=[2, 3, 4])
        assert sorted(caplog.messages) == [
            "The service takes “<3 {name}” for a tag and leaves it out.",
            "“{name}” is replaced by the service.",
        ]
        caplog.clear()
        assert posto.post("Hello", to=2)
    assert caplog.messages == []
