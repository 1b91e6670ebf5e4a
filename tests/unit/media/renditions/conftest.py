"""A store of renditions, and originals that must stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from posto_desktop.media.renditions import RenditionStore
from tests.unit.media.renditions.photos import SEEN


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def make(cache: Path) -> RenditionStore:
    return RenditionStore(cache)


@pytest.fixture(autouse=True)
def originals_stay(tmp_path: Path) -> Iterator[None]:
    """Whatever a test does: no file outside the cache is changed by the product."""
    yield
    for path, (mark, times) in SEEN.items():
        if path.exists() and tmp_path in path.parents:
            assert (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == (
                mark,
                times,
            )
    SEEN.clear()
