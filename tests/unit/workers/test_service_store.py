"""What the service keeps in posto.db, and a posto.db that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import LOCAL, MediaRef
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import schema
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths
from tests.unit.delivery.scripted import PNG
from tests.unit.sdk.scripted import Scripted
from tests.unit.workers.watched import Watched, draft

pytestmark = pytest.mark.usefixtures("quick")


def test_drafts_are_kept_and_end_with_their_post(
    qtbot: QtBot, open_account: Callable[..., Watched], paths: Paths
) -> None:
    app = open_account()
    first, second = draft("first", workspace="acc"), draft("second", workspace="acc")
    for text in ("f", "fi", "first"):
        first = replace(first, text=text)
        app.service.save_draft(first)
    app.service.save_draft(second)
    qtbot.waitUntil(lambda: {first.id, second.id} <= set(app.saved))
    app.service.load_drafts()
    qtbot.waitUntil(lambda: len(app.drafts) == 1)
    assert {item.text for item in app.drafts[0]} == {"first", "second"}
    app.service.post(first, app.channels[-1], None)
    app.service.save_draft(first)  # the editor's last save comes after Post
    app.service.delete_draft(second.id)
    qtbot.waitUntil(lambda: bool(app.posted))
    app.service.shutdown()
    database = Database(paths.database)
    assert database.drafts() == []
    database.close()


def test_what_was_typed_last_is_written_at_quit(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    app = start()
    app.service.save_draft(draft("typed just now"))
    app.service.shutdown()
    database = Database(paths.database)
    assert database.drafts()[0]["body"]["text"] == "typed just now"
    database.close()


def _newer(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    raw.close()


def _lead_nowhere(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("links need a privilege there")
    path.symlink_to(path.parent / "not here" / "posto.db")


@pytest.mark.parametrize("spoil", [_newer, _lead_nowhere], ids=["newer", "a link to nowhere"])
def test_without_a_database_everything_else_goes_on(
    qtbot: QtBot,
    paths: Paths,
    open_account: Callable[..., Watched],
    site: Scripted,
    spoil: Callable[[Path], object],
) -> None:
    paths.data.mkdir(parents=True)
    spoil(paths.database)
    app = open_account()
    qtbot.waitUntil(lambda: bool(app.blocked))
    assert "posto.db" in app.blocked[0]
    assert "cannot save drafts or send posts" in app.blocked[0]
    assert len(app.channels[-1]) == 2
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: bool(app.refused))
    assert "Nothing was sent." in app.refused[0]
    app.service.load_drafts()
    qtbot.waitUntil(lambda: app.drafts == [[]])
    assert site.composed() == []


def test_a_damaged_database_is_told(
    qtbot: QtBot, paths: Paths, open_account: Callable[..., Watched]
) -> None:
    paths.data.mkdir(parents=True)
    paths.database.write_bytes(b"no database" * 1000)
    app = open_account()
    qtbot.waitUntil(lambda: bool(app.messages))
    assert "damaged" in app.texts[0]
    app.service.save_draft(draft())
    qtbot.waitUntil(lambda: len(app.saved) == 1)


def test_pasted_files_go_when_nothing_holds_them(
    qtbot: QtBot, start: Callable[..., Watched], paths: Paths
) -> None:
    folder = paths.data / "pasted"
    (folder / "fetched-1").mkdir(parents=True)
    held, waiting, new, old, fetched = (
        folder / "held.png",
        folder / "waiting.png",
        folder / "new.png",
        folder / "old.png",
        folder / "fetched-1" / "bag.png",
    )
    for path in (held, waiting, new, old, fetched):
        path.write_bytes(PNG)
        if path != new:
            os.utime(path, (1000, 1000))
    database = Database(paths.database)
    stored = draft(media=[MediaRef(str(held), held.name)])
    database.put_draft(stored.id, LOCAL, stored.to_json())
    posted = draft(media=[MediaRef(str(waiting), waiting.name)], workspace="acc")
    Outbox(database).add(posted, [Channel(2, "News", "twitter")], None)
    database.close()
    start()
    qtbot.waitUntil(lambda: not old.exists() and not fetched.parent.exists())
    assert held.exists()
    assert waiting.exists()
    assert new.exists()


def test_notices_outlive_the_app(qtbot: QtBot, start: Callable[..., Watched]) -> None:
    first = start()
    first.service.notifications.store("error", "Facebook refused the picture", "Too large")
    first.service.notifications.store("ok", "1 post is published", "")
    first.service.notifications.mark_all_seen()
    first.service.notifications.store("ok", "2 posts are published", "")
    first.service.shutdown()
    second = start()
    second.service.notifications.load()
    qtbot.waitUntil(lambda: bool(second.notifications))
    assert [(row["text"], row["detail"], row["seen"]) for row in second.notifications[0]] == [
        ("2 posts are published", "", 0),
        ("1 post is published", "", 1),
        ("Facebook refused the picture", "Too large", 1),
    ]
    second.service.notifications.clear()
    second.service.notifications.load(1)
    qtbot.waitUntil(lambda: len(second.notifications) == 2)
    assert second.notifications[1] == []
