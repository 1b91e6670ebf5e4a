"""A message keeps its channels, wherever a person looks meanwhile: by accessible names alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

TEXT = "For Mastodon and Bluesky alone"
CHANNELS = {"Sandbox Mastodon", "Sandbox Bluesky"}


def ticked(app: App) -> set[str]:
    """The channels that are ticked in the channel pane."""
    rows = app.window.find("Channels").items()
    names = {row.name for row in rows if row.name.startswith("Sandbox") and row.checked}
    return {name.removesuffix(", ticked") for name in names}


def wait_for_ticks(app: App, names: set[str]) -> None:
    wait_for(lambda: ticked(app) == names, f"{names} to be ticked", explain=lambda: ticked(app))


def press(app: App, name: str) -> None:
    """Press the button with these words as its object name: what it shows may be more."""
    app.window.find(role="button", object_name="-".join(name.lower().split())).press()


def shown(app: App, page: str) -> None:
    """Open a page and wait until the channel pane says that it is about this page."""
    steps.open_page(app, page)
    purpose = "Post to" if page == "Compose" else "Show channels"
    wait_for(
        lambda: app.window.find(object_name="channels-purpose").text == purpose,
        f"the pane to say {purpose!r}",
    )


def stored_channels(home: Path) -> dict[str, int]:
    """How many channels each kept draft has, by its text."""
    with closing(sqlite3.connect(home / "data" / "posto.db")) as store:
        bodies = [json.loads(row[0]) for row in store.execute("SELECT body FROM drafts")]
    return {body["text"]: len(body["channel_ids"]) for body in bodies}


@pytest.mark.timeout(240)
def test_no_other_page_changes_the_channels_of_the_open_message(
    start_app: Callable[..., App],
) -> None:
    app = start_app()
    # Something in the plan, to be duplicated later.
    press(app, "Select no channel")
    steps.tick_by_keyboard(app, "Sandbox Facebook")
    steps.write(app, "Planned for Facebook")
    steps.say_when(app, "in 3 hours")
    press(app, "Post")
    wait_for(lambda: app.window.find("Message").text == "", "an empty page")

    press(app, "Select no channel")
    for name in sorted(CHANNELS):
        steps.tick_by_keyboard(app, name)
    steps.write(app, TEXT)
    wait_for(lambda: stored_channels(app.home).get(TEXT) == 2, "the draft to be kept")

    shown(app, "Calendar")
    wait_for(lambda: len(ticked(app)) > 2, "the calendar to show all channels")
    press(app, "Hide every channel")
    wait_for_ticks(app, set())
    assert app.window.find(object_name="hidden-channels-text").text == "All channels are hidden"

    shown(app, "Schedule")
    assert len(ticked(app)) > 2  # the page has a filter of its own
    steps.wait_for_row(app, "Planned for Facebook", status="Scheduled")
    press(app, "Hide every channel")
    wait_for(lambda: steps.schedule_rows(app) == [], "the rows to go")
    press(app, "Show all channels")
    steps.wait_for_row(app, "Planned for Facebook", status="Scheduled")

    shown(app, "Campaigns")
    app.window.find("New campaign", role="button").press()
    wait_for(
        lambda: app.window.find(object_name="channels-purpose").text == "Campaign goes to",
        "the pane to be about the campaign",
    )
    steps.tick_by_keyboard(app, "Sandbox LinkedIn")

    shown(app, "Compose")
    wait_for_ticks(app, CHANNELS)

    shown(app, "Schedule")
    table = app.window.find("Schedules", role="table")
    table.focus()
    app.desktop.keys("ctrl+a")
    press(app, "Duplicate")
    wait_for(lambda: app.window.find("Message").text == "Planned for Facebook", "the duplicate")
    wait_for_ticks(app, {"Sandbox Facebook"})
    app.desktop.keys("ctrl+Page_Up")
    wait_for(lambda: app.window.find("Message").text == TEXT, "the first message")
    wait_for_ticks(app, CHANNELS)
    wait_for(
        lambda: stored_channels(app.home) == {TEXT: 2, "Planned for Facebook": 1},
        "both to be kept",
        explain=lambda: stored_channels(app.home),
    )
    assert app.quit() == 0

    again = start_app()
    wait_for(lambda: again.window.find("Message").text == TEXT, "the message to be open again")
    wait_for_ticks(again, CHANNELS)
    shown(again, "Calendar")
    # Filters begin with all channels.
    wait_for(lambda: len(ticked(again)) > 2, "all channels to be ticked")
