"""Line wrapping of tooltips."""

from __future__ import annotations

import textwrap

__all__ = ["wrap_tool_tip"]

_COLUMNS = 72


def wrap_tool_tip(text: str) -> str:
    """Return the text with line breaks: Qt wraps only rich text, which tooltips are not (see
    `app.qss`), and shows a long line as wide as the screen."""
    return "\n".join(
        textwrap.fill(line, _COLUMNS, replace_whitespace=False, drop_whitespace=False)
        for line in text.split("\n")
    )
