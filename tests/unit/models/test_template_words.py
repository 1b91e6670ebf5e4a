"""Tests of the example texts of variables."""

from __future__ import annotations

import pytest

from posto_desktop.models.template_words import readable, variable_meaning, variable_tip
from posto_desktop.sdk.templates import VARIABLES, expand, variables_for

MESSAGE = "First\nSecond\n\nThird"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("📢 {post_title}", "📢 ‹Message›"),
        ("{post_title}\n\n{post_content}", "‹Title›\n\n‹Text›"),
        ("{nope} { post_url } {hashtags}{date}", "{nope} ‹Link› ‹Hashtags›‹Date›"),
        ("{one|two} plain", "{one|two} plain"),
        ("", ""),
    ],
)
def test_readable(qapp: object, template: str, words: str) -> None:
    assert readable(template) == words


@pytest.mark.parametrize(
    ("template", "meaning", "filled"),
    [
        ("{post_title}", "The whole message", MESSAGE),
        ("{post_content}", "The whole message", MESSAGE),
        ("{post_excerpt}", "The whole message", MESSAGE),
        ("{post_title}{post_content}", "The first line of the message", "First"),
        ("{post_content}{post_title}", "The message below its first line", "Second\n\nThird"),
        ("{post_excerpt}{post_title}", "The message below its first line", "Second\n\nThird"),
        (
            "{post_excerpt}{post_title}{post_content}",
            "The first paragraph below the first line",
            "Second",
        ),
    ],
)
def test_the_meaning_is_what_the_variable_becomes(
    qapp: object, template: str, meaning: str, filled: str
) -> None:
    name, *others = (part.strip("{") for part in template.split("}") if part)
    assert variable_meaning(name, [name, *others]) == meaning
    values = variables_for(MESSAGE, template)
    assert expand(f"{{{name}}}", values) == filled


def test_every_variable_has_words(qapp: object) -> None:
    for name in VARIABLES:
        assert readable(f"{{{name}}}") != f"{{{name}}}"
        assert len(variable_tip(name)) > len(name) + 4
