"""Tests of read-only folders, full disks, and damaged or newer files.

Each time the real window says so in the right place, goes on with what is possible, and loses
nothing.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.server import launch
from posto_desktop.storage import locks, regular_files, schema
from posto_desktop.storage.paths import find_paths
from tests.end2end import steps
from tests.end2end.alive import alive
from tests.end2end.app import App
from tests.end2end.disks import Disk, forbidden, small_disk
from tests.end2end.waiting import wait_for
from tests.unit.server.conftest import Client

pytestmark = pytest.mark.end2end


def banner(app: App) -> str:
    """The lasting sentence over the pages."""
    return app.window.find(object_name="banner-text").text


def stored_drafts(home: Path) -> list[str]:
    with sqlite3.connect(f"file:{find_paths(home).database}?mode=ro", uri=True) as store:
        rows = store.execute("SELECT body FROM drafts").fetchall()
    store.close()
    return [json.loads(body)["text"] for (body,) in rows]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    # The workspace takes uploads only while 64 MB are left for its database.
    with small_disk(tmp_path / "disk", "110m") as disk:
        yield disk


# --- a folder that cannot be written to


def test_home_below_a_file(start_app: Callable[..., App], tmp_path: Path) -> None:
    """One lasting sentence that says what to do; once the way is clear the same window works."""
    obstacle = tmp_path / "obstacle"
    obstacle.write_text("a file")
    app = start_app(home=obstacle / "home", log=tmp_path / "app.log")
    with alive(app):
        text = banner(app)
        assert re.match(r"posto\.db could not be opened: .*obstacle", text)
        assert "--home" in text
        assert "cannot save drafts or send posts" in text
        # Not "Loading channels" for ever, and nothing that comes and goes.
        assert app.window.find("The channels could not be loaded")
        assert app.window.find(object_name="channel-count").text == "No channels"
        steps.write(app, "Written where nothing can be kept")
        obstacle.unlink()
        app.window.find("Check again", role="button").press()
        wait_for(lambda: app.window.look(object_name="banner-text") is None, "the banner to go")
        wait_for(lambda: _channels(app), "the channels", explain=app.window.outline)
        wait_for(
            lambda: stored_drafts(app.home) == ["Written where nothing can be kept"],
            "the draft to be kept",
        )


def _channels(app: App) -> int:
    tree = app.window.look("Channels")
    return len(tree.items()) if tree else 0


def test_home_became_read_only(start_app: Callable[..., App], tmp_path: Path) -> None:
    home = tmp_path / "home"
    app = start_app(home=home)
    steps.write(app, "Written before")
    wait_for(lambda: stored_drafts(home) == ["Written before"], "the draft to be kept")
    assert app.quit() == 0
    before = find_paths(home).database.read_bytes()

    with forbidden(home):
        app = start_app(home=home, log=tmp_path / "second.log")
        with alive(app):
            text = banner(app)
            assert "posto.db" in text
            assert "Allow writing there" in text
            assert app.window.find("The channels could not be loaded")
            steps.write(app, "Not lost while the window is open")
            app.window.find("Check again", role="button").press()
            assert banner(app)
        assert app.quit() == 0
    assert find_paths(home).database.read_bytes() == before

    app = start_app(home=home, log=tmp_path / "third.log")
    message = app.window.find("Message")
    wait_for(lambda: message.text == "Written before", "the draft of the first run")


# --- a full disk


def test_full_while_composing_and_posting(start_app: Callable[..., App], disk: Disk) -> None:
    app = start_app(home=disk.folder / "home", log=disk.folder.with_name("app.log"))
    steps.tick_by_keyboard(app, "Sandbox Mastodon")
    wait_for(lambda: _channels(app), "the channels")
    disk.fill()
    with alive(app):
        steps.write(app, "\n".join(["x" * 1_000] * 20))
        app.window.find(
            f"posto.db could not be written: the disk that holds {app.home / 'data'} is full. "
            "Free some space."
        )
        steps.write(app, "A short one")
        steps.say_when(app, "tomorrow at 9am")
        app.window.find(role="button", object_name="post").press()

        steps.wait_for_toast(app, "full", "Nothing was sent.")
        # It came back into the page.
        message = app.window.find("Message")
        wait_for(lambda: message.text == "A short one", "the text in the editor")
        disk.make_room()
        wait_for(lambda: stored_drafts(app.home) == ["A short one"], "the draft to be kept")
        app.window.find(role="button", object_name="post").press()
        steps.open_page(app, "Schedule")
        steps.wait_for_row(app, "A short one", status="Scheduled")
    assert app.quit() == 0


def test_full_while_uploading(start_app: Callable[..., App], disk: Disk, tmp_path: Path) -> None:
    photo = tmp_path / "large.png"
    Image.effect_noise((1200, 900), 90).convert("RGB").save(photo)
    app = start_app(photo, home=disk.folder / "home", log=tmp_path / "app.log")
    steps.tick_by_keyboard(app, "Sandbox Mastodon")
    steps.write(app, "With a large picture")
    steps.wait_for_media(app, photo.name)
    tile = app.window.find("Media").items()[0]
    wait_for(lambda: "1200×900" in tile.description, "the facts", explain=lambda: tile.description)
    # Room for the outbox, not for the picture.
    disk.fill(leave=1 << 20)
    assert photo.stat().st_size > 2 << 20
    with alive(app):
        app.window.find(role="button", object_name="post").press()
        steps.open_page(app, "Activity")
        outbox = app.window.find("Outbox", role="list")
        wait_for(
            lambda: any("too full" in _all_words(item) for item in outbox.items()),
            "the reason",
            explain=lambda: [_all_words(item) for item in outbox.items()],
        )
        assert steps.published(app) == []
        disk.make_room()
        outbox.focus()
        app.desktop.keys("Home", "Down")
        app.window.find(role="button", object_name="try-again").press()
        wait_for(lambda: len(steps.published(app)) == 2, "the posts to be sent")
    assert app.quit() == 0


def _all_words(item: object) -> str:
    return f"{item.name} {item.description}"  # type: ignore[attr-defined]


# --- files that are damaged or from a newer version


def _write(home: Path, **files: bytes) -> None:
    paths = find_paths(home)
    for name, content in files.items():
        place = {
            "database": paths.database,
            "settings": paths.settings,
            "accounts": paths.accounts,
        }[name]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _kept(folder: Path, label: str) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if f".{label}-" in path.name]


def test_damaged_files(start_app: Callable[..., App], tmp_path: Path) -> None:
    home = tmp_path / "home"
    damaged = {
        "database": b"not a database " * 2000,
        "settings": b'{"schema": 1, "appearance.sch',
        "accounts": b"\xff\xfe\x00",
    }
    _write(home, **damaged)
    app = start_app(home=home)
    with alive(app):
        for name in ("posto.db", "settings.json", "accounts.json"):
            toast = steps.wait_for_toast(app, f"{name} could not be read")
            assert f"kept as {name}.damaged-" in toast
        steps.tick_by_keyboard(app, "Sandbox Mastodon")
        # The window is of use all the same.
        steps.write(app, "After the damage")
        app.window.find(role="button", object_name="post").press()
        wait_for(lambda: len(steps.published(app)) >= 1, "the post")
    paths = find_paths(home)
    assert _kept(paths.data, "damaged") == [damaged["database"]]
    assert sorted(_kept(paths.config, "damaged")) == sorted(
        [damaged["settings"], damaged["accounts"]]
    )
    assert app.quit() == 0
    # Said once: the next start has nothing to tell.
    again = start_app(home=home)
    wait_for(lambda: _channels(again), "the channels")
    assert again.window.look("Dismiss") is None


def test_damaged_rows_of_the_workspace(start_app: Callable[..., App], tmp_path: Path) -> None:
    """They hide no other channel and no other post, and what has lost its time is not sent."""
    home = tmp_path / "home"
    folder = find_paths(home).workspace
    client = Client(launch.start(folder))
    client.compose("mastodon", post_content="It has lost its time")
    client.compose("fb", post_content="Sound as ever")
    client.session.close()
    assert client.running.stop(60)
    with sqlite3.connect(folder / "workspace.db") as store:
        store.execute("UPDATE schedules SET due_at = 'soon', share_at = x'ff' WHERE id = 1")
        store.execute("UPDATE channels SET labels = '{', name = x'' WHERE id = 2")
    store.close()
    app = start_app(home=home)
    with alive(app):
        toast = steps.wait_for_toast(app, "workspace.db has damaged entries")
        assert "(channels.labels, channels.name, schedules.due_at, schedules.share_at)" in toast
        wait_for(lambda: _channels(app), "the channels")
        steps.channel(app, "Channel 2")
        steps.channel(app, "Sandbox X")
        steps.open_page(app, "Schedule")
        steps.wait_for_row(app, "Sound as ever", status="Scheduled")
        steps.wait_for_row(app, "It has lost its time", status="Failed")
        assert steps.published(app) == []
    assert app.quit() == 0


def test_odd_things_in_place_of_lists(start_app: Callable[..., App], tmp_path: Path) -> None:
    """Each is moved aside and said; none of them holds the start up, or ends it."""
    home = tmp_path / "home"
    paths = find_paths(home)
    paths.workspace.mkdir(parents=True)
    os.mkfifo(paths.data / "calendars.json")
    with (paths.data / "recent-media.json").open("wb") as file:
        file.truncate(20 * 1024**3)
    (paths.workspace / "calendar.json").write_text('["of another shape"]')
    app = start_app(home=home)
    with alive(app):
        for name in ("calendars.json", "recent-media.json", "calendar.json"):
            toast = steps.wait_for_toast(app, f"{name} could not be read")
            assert f"kept as {name}.damaged-" in toast
        steps.tick_by_keyboard(app, "Sandbox Mastodon")
    assert len(list(paths.data.glob("calendars.json.damaged-*"))) == 1
    assert app.quit() == 0


def test_truncated_database_gives_its_drafts_back(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    app = start_app(home=home)
    steps.write(app, "To be rescued")
    wait_for(lambda: stored_drafts(home) == ["To be rescued"], "the draft to be kept")
    assert app.quit() == 0
    database = find_paths(home).database
    whole = database.read_bytes()
    # The pages behind the first tables are gone, as after a disk that lost its last blocks.
    with database.open("r+b") as file:
        file.seek(len(whole) - 4096)
        file.write(b"\xa5" * 4096)
    app = start_app(home=home)
    with alive(app):
        wait_for(lambda: _channels(app), "the channels")
        steps.write(app, app.window.find("Message").text + " and going on")
        wait_for(lambda: any("going on" in text for text in stored_drafts(home)), "the draft")


def test_files_of_a_newer_version(start_app: Callable[..., App], tmp_path: Path) -> None:
    home = tmp_path / "home"
    paths = find_paths(home)
    newer = json.dumps({"schema": 99, "appearance.scheme": "dark", "not yet known": 1}).encode()
    _write(home, settings=newer)
    paths.data.mkdir(parents=True)
    with sqlite3.connect(paths.database) as store:
        store.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    store.close()
    before = paths.database.read_bytes()
    app = start_app(home=home)
    with alive(app):
        text = banner(app)
        assert "posto.db was written by a newer version of Posto" in text
        assert "Start that version" in text
        steps.wait_for_toast(app, "settings.json", "newer version")
        # What needs no database works: the workspace is there.
        wait_for(lambda: _channels(app), "the channels")
        steps.tick_by_keyboard(app, "Sandbox Mastodon")
        steps.write(app, "Nothing may be sent unrecorded")
        app.window.find(role="button", object_name="post").press()
        steps.wait_for_toast(app, "Nothing was sent.")
        message = app.window.find("Message")
        assert message.text == "Nothing may be sent unrecorded"
        assert steps.published(app) == []
    assert app.quit() == 0
    assert paths.database.read_bytes() == before
    assert _kept(paths.config, "newer") == [newer]


# --- a lock that nobody holds, and one whose holder does not answer


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 512, b"\x93\x00\xfe\n" * 40], ids=["empty", "zeroes", "random"]
)
def test_starts_with_any_lock_that_nobody_holds(
    start_app: Callable[..., App], tmp_path: Path, content: bytes
) -> None:
    home = tmp_path / "home"
    lock = find_paths(home).data / "posto.lock"
    lock.parent.mkdir(parents=True)
    lock.write_bytes(content)
    app = start_app(home=home)
    wait_for(lambda: _channels(app), "the channels", explain=app.window.outline)
    assert app.quit() == 0


def test_a_lock_whose_holder_does_not_answer_is_said_in_a_window(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    lock = find_paths(home).data / "posto.lock"
    lock.parent.mkdir(parents=True)
    held = regular_files.open_regular(lock, os.O_RDWR | os.O_CREAT)
    try:
        assert locks.try_lock(held)
        app = start_app(home=home)
        window = app.window  # its title begins with the name of the app, too
        assert window.name == "Posto Desktop is already running"
        words = window.find(object_name="confirm-text").text
        assert str(lock.parent) in words
        assert "is not responding" in words
    finally:
        os.close(held)
    window.find("Try again", role="button").press()
    wait_for(lambda: app.window.look("Channels") and _channels(app), "the main window")
    assert app.quit() == 0


def test_quitting_instead_of_trying_again(start_app: Callable[..., App], tmp_path: Path) -> None:
    home = tmp_path / "home"
    lock = find_paths(home).data / "posto.lock"
    lock.parent.mkdir(parents=True)
    held = regular_files.open_regular(lock, os.O_RDWR | os.O_CREAT)
    try:
        assert locks.try_lock(held)
        app = start_app(home=home)
        app.window.find("Quit", role="button").press()
        assert app.process.wait(60) == 1
    finally:
        os.close(held)
