"""Things that lie where a file is expected. Windows has none of them: there the test is skipped."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def make_pipe(path: Path) -> None:
    """A named pipe, which blocks who opens it."""
    if sys.platform == "win32":
        pytest.skip("no named pipes in folders there")
    os.mkfifo(path)


def link_to_a_device(path: Path) -> None:
    """A link to a device without an end."""
    if sys.platform == "win32":
        pytest.skip("no devices in folders there")
    path.symlink_to("/dev/zero")
