"""The command `posto` run in this process, on a home of its own."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.cli.__main__ import main
from posto_desktop.delivery.client_pool import LEFT_RUNNING
from posto_desktop.server import launch
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths


@dataclass
class Ended:
    """An ended command: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object that it printed."""
        return json.loads(self.out)

    @property
    def data(self) -> Any:
        return self.json["data"]


@dataclass
class Posto:
    """Runs commands in a home."""

    home: Path

    def __call__(self, *arguments: str, stdin: bytes | str = b"") -> Ended:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(["--home", str(self.home), *arguments])
        return Ended(code, out.getvalue(), err.getvalue())

    def database(self) -> Database:
        """posto.db of the home; close it."""
        return Database(find_paths(self.home).database)


@pytest.fixture(scope="module")
def posto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Posto]:
    """Commands on a home that the tests of a module share, as its server takes a second to start.
    Give each test texts and names of its own."""
    yield from _posto(tmp_path_factory.mktemp("posto") / "home")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Posto]:
    """Commands on a home of this test alone."""
    yield from _posto(tmp_path / "home")


def _posto(home: Path) -> Iterator[Posto]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSTO_KEYRING", "off")
        for name in ("POSTO_BASE_URL", "POSTO_USERNAME", "POSTO_PASSWORD", "POSTO_TOKEN"):
            patch.delenv(name, raising=False)
        yield Posto(home)
    running = launch.find(find_paths(home).workspace)
    if running is not None:
        running.stop()
    while LEFT_RUNNING:
        assert LEFT_RUNNING.pop().stop()
