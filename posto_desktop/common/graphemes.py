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
    combining = r"[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+"
    tail = combining
    if regex.fullmatch(r"\X", "1\u094d\u0915"):
        # By newer rules a linker of Indic letters joins the next one to whatever stands before it.
        joined = r"(?=\p{InCB=Consonant})(?<=\p{InCB=Linker}\p{InCB=Extend}*+)."
        tail = rf"{combining}(?:{joined}{combining})*+"
    return regex.compile(rf"\p{{Regional_Indicator}}{{2}}{tail}|\X", regex.DOTALL)
