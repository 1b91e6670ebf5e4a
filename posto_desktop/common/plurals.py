"""English plurals: "%n post(s)" becomes "1 post" and "2 posts"."""

from __future__ import annotations

import re

__all__ = ["counted", "english_form", "english_forms", "plural"]

_CHOICE = re.compile(r"\((s|[^()/]+/[^()/]+)\)")


def english_forms(text: str) -> tuple[str, str]:
    """Return the forms of a text for 1 and for all other numbers: "(s)" is omitted in the first,
    and of "(is/are)" each has its own."""

    def singular(match: re.Match[str]) -> str:
        return "" if match[1] == "s" else match[1].partition("/")[0]

    def other(match: re.Match[str]) -> str:
        return "s" if match[1] == "s" else match[1].partition("/")[2]

    return _CHOICE.sub(singular, text), _CHOICE.sub(other, text)


def english_form(text: str, count: int) -> str:
    """Return a text as `QCoreApplication.translate` does in English: "%n" becomes the number, "%Ln"
    the number with its digits grouped."""
    form = english_forms(text)[count != 1]
    return form.replace("%Ln", f"{count:,}").replace("%n", str(count))


def plural(count: int, singular: str, many: str) -> str:
    """Return `singular` for 1 and `many` for every other number."""
    return singular if count == 1 else many


def counted(count: int, thing: str, things: str = "") -> str:
    """Return "1 row", "2 rows" or "2,000 rows"; `things` where that is not `thing` with an s."""
    return f"{count:,} {plural(count, thing, things or f'{thing}s')}"
