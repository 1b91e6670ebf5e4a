"""Graphemes: what people see as one character."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped,unused-ignore]


@cache
def grapheme_pattern() -> regex.Pattern[str]:
    """Return a pattern of one grapheme, to find all of a text from its beginning."""
    # Late: few texts need it, and it takes long.
    import regex

    # `\X` alone counts the flags before each flag, so many in a row take the square of their
    # number. Pairs of regional indicators are taken as they come, with what combines with them.
    return regex.compile(
        r"\p{Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X"
    )
