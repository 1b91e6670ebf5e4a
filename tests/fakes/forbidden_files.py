"""Files that this program may not open, also where root runs the tests."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest


def forbid_reading(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let `os.open` refuse this file, as the system does without the right to read it."""
    real = os.open

    def refuse(name: Any, *arguments: Any, **more: Any) -> int:
        if os.fspath(name) == os.fspath(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
        return real(name, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)
