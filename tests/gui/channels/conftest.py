"""The app on one home, to start and to start again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.ui.theme import Theme
from tests.gui.whole_app import WholeApp


@pytest.fixture
def start(theme: Theme, tmp_path: Path) -> Iterator[Callable[..., WholeApp]]:
    """A function that starts the app on one home; a second call is a restart."""
    running: list[WholeApp] = []

    def begin(*args: Any, **more: Any) -> WholeApp:
        while running:
            running.pop().close()
        app = WholeApp(theme, tmp_path / "home")
        running.append(app)
        app.begin(*args, **more)
        return app

    yield begin
    for app in running:
        app.close()
