"""Readers of texts are British: the day comes before the month."""

from __future__ import annotations

import pytest

from posto_desktop.sdk.when.languages import use_language


@pytest.fixture(autouse=True)
def _british(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    use_language("")
