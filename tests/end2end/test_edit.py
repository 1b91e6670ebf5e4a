"""Editing a scheduled message, on a real window: opened, changed, saved, taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

CHANNELS = ("Sandbox X", "Sandbox Mastodon", "Sandbox Bluesky")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "bag.jpg"
    Image.linear_gradient("L").resize((600, 400)).convert("RGB").save(path, "JPEG")
    return path


def rows(app: App) -> list[dict[str, Any]]:
    """What the workspace has, by its server."""
    schedules = app.ask_server("fs-poster/v1/schedules", rows_count=50)["schedules"]
    assert isinstance(schedules, list)
    return schedules


def texts(app: App) -> dict[str, str]:
    return {row["channel"]["name"]: row["customization_data"]["post_content"] for row in rows(app)}


def schedule(app: App, text: str, when: str = "tomorrow 12:00") -> None:
    for name in CHANNELS:
        steps.tick_by_mouse(app, name)
    steps.write(app, text)
    steps.say_when(app, when)
    save_button(app).press()
    wait_for(lambda: len(rows(app)) == len(CHANNELS), "the posts at the workspace")


def open_edit(app: App, text: str) -> None:
    """By the keyboard alone: the row, then E."""
    steps.open_page(app, "Schedule")
    steps.wait_for_row(app, text, status="Scheduled")
    app.activate()
    app.window.find("Schedules", role="table").focus()
    app.desktop.keys("Home")
    app.desktop.keys("e")
    wait_for(lambda: "Editing" in strip(app), "the strip", explain=app.window.outline)


def own_text_of(app: App) -> Accessible | None:
    """The editor, while it shows the own text of a network."""
    for name in ("X", "Mastodon", "Bluesky"):
        editor = app.window.look(f"Message for {name}")
        if editor is not None:
            return editor
    return None


def strip(app: App) -> str:
    control = app.window.look(object_name="editing-strip")
    return control.name if control is not None else ""


def test_all_networks_are_edited_together_and_undone(
    start_app: Callable[..., App], desktop: Desktop, photo: Path
) -> None:
    app = start_app()
    steps.tick_by_mouse(app, CHANNELS[0])
    desktop.drag_files([photo], *app.window.find("Message").centre())
    steps.wait_for_media(app, photo.name)
    schedule(app, "The Winter Roast is here")
    before = {row["channel"]["name"]: row["id"] for row in rows(app)}

    open_edit(app, "The Winter Roast")
    text = strip(app)
    assert "Mastodon" in text
    assert "Bluesky" in text
    assert "12:00" in text
    assert steps.media(app) == [photo.name]
    assert app.window.find("Message").text == "The Winter Roast is here"
    steps.write(app, "The Summer Roast is here")
    save_button(app).press()
    steps.wait_for_toast(app, "Changes saved")
    wait_for(
        lambda: set(texts(app).values()) == {"The Summer Roast is here"},
        "the changed posts",
        explain=lambda: rows(app),
    )
    after = rows(app)
    assert len(after) == 3
    assert all(row["id"] not in before.values() for row in after)
    assert all(len(row["posting_data"]["mediaList"]) == 1 for row in after)
    steps.wait_for_row(app, "The Summer Roast", status="Scheduled")
    assert len(steps.schedule_rows(app)) == 3

    app.activate()
    app.window.find("Schedules", role="table").focus()
    desktop.keys("ctrl+z")
    wait_for(
        lambda: set(texts(app).values()) == {"The Winter Roast is here"},
        "the posts as they were",
        explain=lambda: rows(app),
    )
    assert len(rows(app)) == 3
    assert len(steps.published(app)) == 0


def save_button(app: App) -> Any:
    return app.window.find(object_name="post", role="button")


def test_one_network_alone_is_replaced_and_the_edit_outlives_a_restart(
    start_app: Callable[..., App], desktop: Desktop
) -> None:
    app = start_app()
    schedule(app, "Open on Sunday")
    before = {row["channel"]["name"]: row["id"] for row in rows(app)}
    open_edit(app, "Open on Sunday")
    app.activate()
    app.window.find("Message").focus()
    desktop.keys("ctrl+Tab")  # the first network's own text
    own = wait_for(
        lambda: own_text_of(app),
        "the text of a network",
        explain=app.window.outline,
    )
    network = own.name.removeprefix("Message for ")
    own.set_text("Open on Sunday, too")
    wait_for(lambda: is_stored(app, "too"), "the edit among the drafts")
    assert app.quit() == 0

    again = start_app()
    wait_for(lambda: "Editing" in strip(again), "the edit after a restart")
    save_button(again).press()
    steps.wait_for_toast(again, "Changes saved")
    wait_for(lambda: "Open on Sunday, too" in texts(again).values(), "the changed post")
    after = {row["channel"]["name"]: row["id"] for row in rows(again)}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"Sandbox {network}"}
    assert len(rows(again)) == 3
    # Both are one message still.
    open_edit(again, "Open on Sunday")
    assert "Mastodon" in strip(again)
    assert "Bluesky" in strip(again)


def is_stored(app: App, text: str) -> bool:
    with closing(sqlite3.connect(app.home / "data" / "posto.db")) as db:
        return any(text in body for (body,) in db.execute("SELECT body FROM drafts"))


def test_a_message_sent_meanwhile_is_said_and_nothing_is_lost(
    start_app: Callable[..., App],
) -> None:
    app = start_app()
    schedule(app, "Last call", "in 25 seconds")
    open_edit(app, "Last call")
    steps.write(app, "Last call, with a change")
    wait_for(lambda: "was sent" in strip(app), "the strip that says so", timeout=90)
    app.window.find("Keep as a new message", role="button").press()
    wait_for(lambda: not strip(app), "a new message")
    assert app.window.find("Message").text == "Last call, with a change"
    assert set(texts(app).values()) == {"Last call"}
