"""Fixtures of tests that listen as a screen reader does."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.gui.heard import Heard, listening


@pytest.fixture
def heard() -> Iterator[Heard]:
    if sys.platform != "linux":
        pytest.skip("Qt's function for listening has another name on this system")
    with listening() as words:
        yield words
