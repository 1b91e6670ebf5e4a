"""Tool tips with more than a few words."""

from __future__ import annotations

import textwrap

__all__ = ["wrap_tool_tip"]

_COLUMNS = 72


def wrap_tool_tip(text: str) -> str:
    """The text in lines that a tool tip shows: Qt wraps only rich text there, which no tip is (see
    `app.qss`), and shows a long plain line as wide as the screen."""
    return "\n".join(
        textwrap.fill(line, _COLUMNS, replace_whitespace=False, drop_whitespace=False)
        for line in text.split("\n")
    )
