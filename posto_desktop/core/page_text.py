"""Plain text of an HTML fragment, in linear time at any nesting depth: no tree is built."""

from __future__ import annotations

import re
from typing import Final

from posto_desktop.core.importing.html_parts import parts

__all__ = ["MAX_HTML", "page_text"]

MAX_HTML: Final = 2_000_000
"""Most characters of HTML to read: some hundred pages of text."""

_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_SILENT: Final = frozenset(("style", "script", "head", "title", "template"))
_BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
        *("main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    )
)


def page_text(html: str) -> tuple[str, bool]:
    """Return the text of `html`, a line for each block, and whether it was longer than `MAX_HTML`
    and truncated."""
    lines: list[str] = []
    line: list[str] = []
    silent = pre_depth = 0

    def end_line(*, empty: bool = False) -> None:
        words = "".join(line)
        line.clear()
        if not pre_depth:
            words = _SPACES.sub(" ", words).strip(" ")
        if words or empty:
            lines.append(words)

    for part in parts(html[:MAX_HTML]):
        tag = part.words
        if part.kind == "text":
            if not silent:
                line.append(tag)
        elif tag in _SILENT:
            silent = silent + 1 if part.kind == "start" else max(0, silent - 1)
        elif tag == "br":
            end_line(empty=True)
        elif tag in _BLOCKS:
            end_line()
            if tag == "pre":
                pre_depth = pre_depth + 1 if part.kind == "start" else max(0, pre_depth - 1)
    end_line()
    text = "\n".join(lines).replace("\0", "").replace("\u00a0", " ")
    return text.strip(), len(html) > MAX_HTML
