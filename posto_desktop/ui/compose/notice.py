"""A short message that the page asks the window to show as a toast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ComposeNotice:
    """``kind``: ok, error, warning, info.  With ``action`` the toast has a button for it."""

    kind: str
    text: str
    action: str = ""
    callback: Callable[[], None] | None = None
