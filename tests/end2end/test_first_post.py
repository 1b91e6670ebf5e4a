"""From a dropped photo to a sent post: with mouse and keyboard, and by accessible names alone."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Fjord at dawn – été.jpg"
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(path, "JPEG")
    return path


def check_sent_once(app: App, text: str, channel: str, timeout: float = 60.0) -> None:
    """The post is sent, shown in table and feed, and was published exactly once."""
    steps.open_page(app, "Schedule")
    steps.wait_for_row(app, text, status="Sent", timeout=timeout)
    steps.open_page(app, "Feed")
    wait_for(
        lambda: any(text in row for row in steps.feed_texts(app)),
        "the post in the feed",
        explain=lambda: steps.feed_texts(app),
    )
    items = steps.published(app)
    assert {item["text"] for item in items} == {text}
    assert channel in [steps.channel_name(item) for item in items]
    assert len({(item["posto_ref"], steps.channel_name(item)) for item in items}) == len(items)


def test_drop_schedule_restart_sent(
    start_app: Callable[..., App], desktop: Desktop, photo: Path
) -> None:
    app = start_app()
    steps.tick_by_mouse(app, "Sandbox Mastodon")
    desktop.drag_files([photo], *app.window.find("Message").centre())
    steps.wait_for_media(app, photo.name)
    desktop.click(*app.window.find("Message").centre())
    desktop.xdotool("type", "--delay", 12, "Good morning from the fjord")
    desktop.click(*app.window.find("When").centre())
    desktop.xdotool("type", "--delay", 12, "in 30 seconds")
    reading = app.window.find(object_name="when-reading")
    wait_for(lambda: reading.text.strip(), "the reading of the time")
    post = app.window.find(role="button", object_name="post")
    desktop.click(*post.centre())
    steps.open_page(app, "Schedule")
    steps.wait_for_row(app, "Good morning from the fjord", status="Scheduled")
    assert app.quit() == 0

    again = start_app()
    steps.open_page(again, "Schedule")
    steps.wait_for_row(again, "Good morning from the fjord", status="S")
    check_sent_once(again, "Good morning from the fjord", "Sandbox Mastodon")
    for item in steps.published(again):
        media = item["media"]
        assert isinstance(media, list)
        assert len(media) == 1


def choose_file(app: App, path: Path) -> None:
    """Give a path to the file dialog, as assistive software would."""

    def dialog() -> Accessible | None:
        for window in app.program.children():
            if window != app.window and window.look(role="text"):
                return window
        return None

    chooser = wait_for(dialog, "the file dialog")
    chooser.find(role="text", object_name="fileNameEdit").set_text(str(path))
    for name in ("Open", "Choose"):
        button = chooser.look(name, role="button")
        if button is not None:
            button.press()
            return
    raise AssertionError(f"no button to choose with:\n{chooser.outline()}")


def test_accessible_names_alone(app: App, photo: Path) -> None:
    """No mouse, no screen positions: what assistive software can do."""
    steps.tick_by_keyboard(app, "Sandbox Bluesky")
    steps.write(app, "Written with a screen reader 🎉")
    app.window.find("Add media", role="button").press()
    choose_file(app, photo)
    steps.wait_for_media(app, photo.name)
    assert steps.say_when(app, "nonsense o'clock")
    assert steps.say_when(app, "now")
    app.window.find(role="button", object_name="post").press()
    check_sent_once(app, "Written with a screen reader 🎉", "Sandbox Bluesky")
    app.window.find("Search schedules", showing=False)
    steps.open_page(app, "Activity")
    outbox = app.window.find("Outbox", role="list")
    wait_for(lambda: outbox.child_count > 0, "the entry in the outbox")


def test_paste_picture_and_files(app: App, desktop: Desktop, photo: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    app.window.find("Message").focus()
    desktop.copy(buffer.getvalue(), "image/png")
    desktop.keys("ctrl+v")
    wait_for(lambda: len(steps.media(app)) == 1, "the pasted picture")
    desktop.copy(photo.as_uri().encode() + b"\r\n", "text/uri-list")
    desktop.keys("ctrl+v")
    wait_for(lambda: photo.name in steps.media(app), "the pasted file", explain=app.window.outline)
    assert app.window.find("Message").text == ""


def test_draft_survives_a_kill(start_app: Callable[..., App], photo: Path) -> None:
    """Within a second of the last key the draft is safe from a power cut."""
    app = start_app()
    steps.write(app, "Not finished yet")
    steps.say_when(app, "tomorrow at 9am")
    steps.tick_by_keyboard(app, "Sandbox X")
    state = wait_for(lambda: app.window.look(object_name="save-state"), "the save state")
    wait_for(lambda: "saved" in state.text.lower(), "the draft to be saved")
    # The words may have been saved before there were channels.
    wait_for(lambda: stored_channels(app.home), "its channel to be saved")
    app.kill()

    again = start_app()
    message = again.window.find("Message")
    wait_for(lambda: message.text == "Not finished yet", "the draft in the editor")
    assert again.window.find("When").text == "tomorrow at 9am"
    wait_for(lambda: steps.channel(again, "Sandbox X").checked, "the channel to be ticked")


def test_open_messages_survive_a_kill(start_app: Callable[..., App], desktop: Desktop) -> None:
    """Two messages are open beside each other, the first one in front: so it is after a crash."""
    app = start_app()
    app.window.find("Message").focus()
    desktop.xdotool("type", "--delay", 12, "The first of two")
    wait_for(lambda: app.window.find("Message").text == "The first of two", "the first text")
    desktop.keys("ctrl+shift+n")
    wait_for(lambda: app.window.find("Message").text == "", "the second message")
    desktop.xdotool("type", "--delay", 12, "The second of two")
    wait_for(lambda: app.window.find("Message").text == "The second of two", "the second text")
    desktop.keys("ctrl+Page_Up")
    wait_for(lambda: app.window.find("Message").text == "The first of two", "the first message")
    wait_for(lambda: len(stored_tabs(app.home)) == 2, "both to be written down")
    app.kill()

    again = start_app()
    message = again.window.find("Message")
    wait_for(lambda: message.text == "The first of two", "the message that was in front")
    row = again.window.find(object_name="open-messages")
    names = [child.name for child in row.children() if child.role == "page tab"]
    assert names == ["The first of two", "The second of two"]
    desktop.keys("ctrl+Page_Down")
    wait_for(lambda: message.text == "The second of two", "the other message")


def stored_channels(home: Path) -> list[int]:
    """The channels of the drafts that are written down."""
    with closing(sqlite3.connect(home / "data" / "posto.db")) as database:
        rows = database.execute("SELECT body FROM drafts").fetchall()
    return [channel_id for (body,) in rows for channel_id in json.loads(body)["channel_ids"]]


def stored_tabs(home: Path) -> list[str]:
    """The drafts that are open and kept, as posto.db has them."""
    with closing(sqlite3.connect(home / "data" / "posto.db")) as store:
        rows = store.execute("SELECT draft_id FROM draft_tabs JOIN drafts ON drafts.id = draft_id")
        return [draft_id for (draft_id,) in rows.fetchall()]


def test_second_copy_hands_over_its_files(
    start_app: Callable[..., App], photo: Path, tmp_path: Path
) -> None:
    first = start_app()
    assert first.window
    second = start_app(photo)
    assert second.process.wait(60) == 0
    steps.wait_for_media(first, photo.name)
    # Another home is another program.
    other = start_app(photo, home=tmp_path / "other")
    steps.wait_for_media(other, photo.name)
    assert first.process.poll() is None


def test_delete_with_undo(start_app: Callable[..., App]) -> None:
    app = start_app()
    steps.tick_by_keyboard(app, "Sandbox Facebook")
    steps.write(app, "To be deleted")
    steps.say_when(app, "in 3 hours")
    app.window.find(role="button", object_name="post").press()
    steps.open_page(app, "Schedule")
    steps.wait_for_row(app, "To be deleted", status="Scheduled")
    table = app.window.find("Schedules", role="table")

    def delete_all() -> None:
        table.focus()
        app.desktop.keys("ctrl+a")
        app.window.find(role="button", object_name="delete").press()
        wait_for(lambda: steps.schedule_rows(app) == [], "the rows to go")

    delete_all()
    # Scheduling gave a toast with an Undo as well; the names tell them apart.
    app.window.find("2 posts deleted").find("Undo", role="button").press()
    steps.wait_for_row(app, "To be deleted", status="Scheduled")
    delete_all()
    assert app.quit() == 0  # quitting carries the delete out

    again = start_app()
    steps.open_page(again, "Schedule")
    wait_for(
        lambda: again.ask_server("fs-poster/v1/schedules")["total"] == 0, "the rows to be deleted"
    )
    assert steps.schedule_rows(again) == []
