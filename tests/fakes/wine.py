"""Whether the tests run under Wine, which does not do all that Windows does."""

from __future__ import annotations

import ctypes
import sys

import pytest


def is_wine() -> bool:
    if sys.platform != "win32":
        return False
    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def not_under_wine(reason: str) -> pytest.MarkDecorator:
    """Skip a test whose reason is a gap of Wine; it runs on Windows."""
    return pytest.mark.skipif(is_wine(), reason=f"Wine: {reason}")
