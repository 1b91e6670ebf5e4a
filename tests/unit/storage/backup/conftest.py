"""A home, and a backup of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from posto_desktop.storage import backup
from posto_desktop.storage.paths import Paths
from tests.unit.storage.backup.homes import home


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return home(tmp_path / "home")


@pytest.fixture
def file(paths: Paths, tmp_path: Path) -> Path:
    target = tmp_path / "all.posto-backup"
    backup.make(paths, target, version="1.2")
    return target
