"""A thread written in the real window, with the keyboard, and read back at a real server."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end2end import steps, test_connect, test_edit
from tests.end2end.app import App
from tests.end2end.test_first_post import choose_file
from tests.end2end.waiting import wait_for
from tests.servers.snac import Snac

pytestmark = pytest.mark.end2end
snac = test_connect.snac


def only_alice(app: App) -> None:
    """Untick what the sandbox has."""
    row = test_connect.channel_of(app)
    assert row is not None
    if not row.checked:
        app.desktop.click(*row.centre())
    for item in app.window.find("Channels").items():
        if item.checked and "Sandbox" in item.name:
            app.desktop.click(*item.centre())


def begin_part(app: App, number: int) -> None:
    """Begin a part behind the caret, which is at the end of the text."""
    app.window.find("Message").focus()
    app.desktop.keys("ctrl+End", "alt+Return")
    words = app.window.find(object_name="part-number")
    wait_for(lambda: words.text.startswith(f"Part {number} of"), "another part")


def words_of(post: dict[str, Any]) -> str:
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", str(post["content"]))).strip()


def save_picture(app: App, name: str) -> None:
    if folder := os.environ.get("POSTO_PICTURES"):
        app.desktop.screenshot(Path(folder) / f"{name}.png")


def test_a_thread_of_three_with_two_pictures(
    start_app: Callable[..., App], snac: Snac, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(photo.read_bytes() + b"\0")  # another file, the same picture
    app = start_app(BROWSER="true")
    test_connect.connect(app, snac)
    only_alice(app)
    steps.write(app, "First 5 < 7 🎉")
    begin_part(app, 2)
    steps.write(app, "Second, with a picture")
    app.window.find("Add media", role="button").press()
    choose_file(app, photo)
    steps.wait_for_media(app, photo.name)
    begin_part(app, 3)
    steps.write(app, "Third שלום")
    app.window.find("Add media", role="button").press()
    choose_file(app, other)
    steps.wait_for_media(app, other.name)
    app.window.find("Number the parts").press()
    save_picture(app, "thread")
    app.window.find(role="button", object_name="post").press()
    token = snac.token()
    posts = wait_for(
        lambda: posts if len(posts := snac.posts(token)) == 3 else None,
        "three posts at the server",
        explain=app.output,
    )
    first, second, third = reversed(posts)
    assert [words_of(post) for post in (first, second, third)] == [
        "First 5 < 7 🎉 1/3",
        "Second, with a picture 2/3",
        "Third שלום 3/3",
    ]
    assert first["in_reply_to_id"] is None
    assert second["in_reply_to_id"] == first["id"]
    assert third["in_reply_to_id"] == second["id"]
    assert [len(post["media_attachments"]) for post in (first, second, third)] == [0, 1, 1]
    steps.open_page(app, "Schedule")
    row = steps.wait_for_row(app, "First 5 < 7", status="Sent")
    assert row["Link"]
    save_picture(app, "thread-sent")


def thread_of(app: App) -> list[tuple[str, int]]:
    """The parts of the one post that waits at the server, and how many files each further one
    has."""
    rows = test_edit.rows(app)
    if len(rows) != 1:
        return []
    data = rows[0]["customization_data"]
    parts = [(data["post_content"], len(data["media_list_to_upload"]))]
    return parts + [(part["text"], len(part["media"])) for part in data["posto_thread"]]


def test_a_scheduled_thread_is_edited_and_keeps_its_parts(
    start_app: Callable[..., App], snac: Snac, photo: Path
) -> None:
    app = start_app(BROWSER="true")
    test_connect.connect(app, snac)
    only_alice(app)
    steps.write(app, "One")
    begin_part(app, 2)
    steps.write(app, "Two")
    app.window.find("Add media", role="button").press()
    choose_file(app, photo)
    steps.wait_for_media(app, photo.name)
    begin_part(app, 3)
    steps.write(app, "Three")
    steps.say_when(app, "tomorrow 12:00")
    test_edit.save_button(app).press()
    before = [("One", 0), ("Two", 1), ("Three", 0)]
    wait_for(lambda: thread_of(app) == before, "the thread", explain=lambda: test_edit.rows(app))
    test_edit.open_edit(app, "3 parts, One")
    assert app.window.find(object_name="part-number").text == "Part 1 of 3"
    save_picture(app, "thread-edited")
    app.window.find("Message").focus()
    app.desktop.keys("alt+Next")
    wait_for(lambda: app.window.find("Message").text == "Two", "the second part")
    assert steps.media(app) == [photo.name]
    steps.write(app, "Two, changed")
    test_edit.save_button(app).press()
    steps.wait_for_toast(app, "Changes saved")
    after = [("One", 0), ("Two, changed", 1), ("Three", 0)]
    wait_for(lambda: thread_of(app) == after, "the change", explain=lambda: test_edit.rows(app))
    assert snac.posts(snac.token()) == []
