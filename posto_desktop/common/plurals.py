"""English plurals, for sentences of the layers below Qt; above them `tr` supplies plurals."""

from __future__ import annotations

__all__ = ["counted", "plural"]


def plural(count: int, singular: str, many: str) -> str:
    """Return `singular` for 1 and `many` for every other number."""
    return singular if count == 1 else many


def counted(count: int, thing: str, things: str = "") -> str:
    """Return "1 row", "2 rows" or "2,000 rows"; `things` where that is not `thing` with an s."""
    return f"{count:,} {plural(count, thing, things or f'{thing}s')}"
