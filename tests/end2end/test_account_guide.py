"""Tests of the account guide: from the sign-in step to its page and back, offline."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.test_connect import dialog, press
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end


def shown(app: App) -> Accessible | None:
    """The window with the page."""
    return next(
        (child for child in app.program.children() if child.name == "How to get this"), None
    )


def test_the_page_of_a_network_is_read_and_closed(start_app: Callable[..., App]) -> None:
    app = start_app(BROWSER="true")
    app.window.find("Add channel", role="button").press()
    dialog(app).find("Find a network").set_text("slack")
    dialog(app).find("Slack").press()
    press(app, "Continue")
    dialog(app).find("Bot token")
    dialog(app).find("How to get this", role="button").focus()
    app.desktop.keys("space")
    guide = wait_for(lambda: shown(app), "the page", explain=app.output)
    page = guide.find("Step by step")
    assert "Bot User OAuth Token" in page.text
    if folder := os.environ.get("POSTO_PICTURES"):
        app.desktop.screenshot(Path(folder) / "guide.png")
    app.desktop.keys("Escape")
    wait_for(lambda: shown(app) is None, "the page to be closed")
    dialog(app).find("Bot token")
    app.desktop.keys("space")  # the keyboard is where it was
    wait_for(lambda: shown(app), "the page again")
