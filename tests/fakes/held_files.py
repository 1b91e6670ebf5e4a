"""Files that another program has open, as Windows treats them: no rename, no removal."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.storage import renames

SHARING_VIOLATION = 32


def refusal(number: int = SHARING_VIOLATION) -> OSError:
    """The error that Windows raises. Other systems leave out its number, the fourth argument."""
    error = PermissionError(errno.EACCES, "The process cannot access the file", "x", number, "y")
    if os.name != "nt":
        error.winerror = number  # type: ignore[attr-defined]
    return error


class HeldFiles:
    """`waited` are the seconds that a rename waited for, and did not really."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waited: list[float] = []
        self._held: dict[str, list[int]] = {}
        monkeypatch.setattr(renames, "sleep", self.waited.append)
        for name in ("replace", "rename", "unlink"):
            monkeypatch.setattr(os, name, self._refusing(getattr(os, name)))

    def hold(self, path: Path, *, times: int = 10_000, number: int = SHARING_VIOLATION) -> None:
        """Refuse so many calls for a file, with a number of Windows'."""
        self._held[os.fspath(path)] = [times, number]

    def _refusing(self, real: Any) -> Any:
        def call(*paths: Any, **more: Any) -> Any:
            for path in paths:
                held = self._held.get(os.fspath(path))
                if held and held[0]:
                    held[0] -= 1
                    raise refusal(held[1])
            return real(*paths, **more)

        return call
