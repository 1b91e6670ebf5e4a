"""Graphemes are those of Unicode's rules, whatever stands in a row."""

from __future__ import annotations

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.common.graphemes import grapheme_pattern

PIECES = "🇩🇪🇦a é\u0301\u200d\ufe0f🏽👩👨❤\u0600\u0903क्त한ᄀ\r\n\u20e3"


@given(st.text(PIECES, max_size=30))
@example("🇩🇪🇦")
@example("🇩\u200d🇪🇦")
@example("\u0600🇩🇪🇦🇩\u0301")
@example("🇦🇦\u094dक")
@example("🇦🇦\u094d\u0301क\u094d\u200dकक")
@example("🇦🇦\u094d\u0903क")
def test_they_are_those_of_unicode(text: str) -> None:
    assert grapheme_pattern().findall(text) == regex.findall(r"\X", text)
