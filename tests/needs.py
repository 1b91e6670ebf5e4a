"""Skips tests whose programs the machine lacks."""

from __future__ import annotations

import os
import sys

import pytest


def require(missing: list[str]) -> None:
    """Skip without what a test needs; fail where everything is to be tested."""
    if missing:
        reason = f"not on this machine: {', '.join(missing)}"
        if os.environ.get("CI") and sys.platform.startswith("linux"):
            pytest.fail(reason)
        pytest.skip(reason)
