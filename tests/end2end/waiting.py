"""Waiting for something that another process does, without guessing how long it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_never = threading.Event()


def wait_for(
    check: Callable[[], T | None],
    what: str,
    *,
    timeout: float = 60.0,
    every: float = 0.03,
    explain: Callable[[], object] | None = None,
) -> T:
    """The first true answer of `check`, asked again every `every` seconds.

    Raises `AssertionError` naming `what` after `timeout` seconds, with what `explain` returns.
    An `AssertionError` or `LookupError` of `check` counts as "not yet" and is shown at the end.
    """
    deadline = time.monotonic() + timeout
    last: object = None
    while True:
        try:
            answer = check()
            if answer:
                return answer
            last = answer
        except (AssertionError, LookupError) as error:
            last = error
        if time.monotonic() > deadline:
            more = f"\n{explain()}" if explain else ""
            raise AssertionError(f"waited {timeout:g} s for {what}; last: {last!r}{more}")
        _never.wait(every)
