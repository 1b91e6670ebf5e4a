"""The databases on which the server's tests run: a file, and a schema of a real PostgreSQL."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.store import Store

DATABASES = ("sqlite", "postgres")
_numbers = itertools.count()


@contextlib.contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[ServerDatabase]:
    """The database that a parametrized fixture asks for, empty."""
    if request.param == "sqlite":
        store: ServerDatabase = Store(folder / "workspace.db")
    else:
        address = request.getfixturevalue("postgres").address
        store = PostgresStore(address, f"test{next(_numbers)}")
    try:
        yield store
    finally:
        store.close()
