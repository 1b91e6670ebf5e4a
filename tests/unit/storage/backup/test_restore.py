"""A backup is exchanged whole or not at all, whenever the process ends; what waited then waits."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import time
import zipfile
from dataclasses import replace
from pathlib import Path

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.storage import backup, campaign_rows, proposal_rows, restore, watch_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths, find_paths
from tests.unit.storage.backup.homes import HUSH, SCHEMAS, home, texts, tree


def restored_elsewhere(mine: Paths, folder: Path) -> tuple[Paths, restore.RestoreOutcome]:
    """Another home that a backup of this one was restored to, and how that ended."""
    backup.make(mine, folder / "b", version="1")
    other = find_paths(folder / "other")
    restore.stage(other, folder / "b", schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    return other, outcome


def test_restoring_on_another_computer(file: Path, tmp_path: Path) -> None:
    other = find_paths(tmp_path / "other")
    contents = restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    assert contents.version == "1.2"
    assert restore.is_waiting(other)
    assert not other.settings.exists()  # not before the next start
    outcome = restore.finish(other)
    assert outcome is not None
    assert outcome.done
    assert texts(other) == ["Hello"]
    assert json.loads(other.settings.read_text())["appearance.scheme"] == "dark"
    assert (other.styles / "Café.json").exists()
    assert (other.workspace / "media" / "ab12").read_bytes() == b"film" * 1000
    assert not restore.is_waiting(other)
    assert restore.finish(other) is None


def test_what_was_there_is_kept_aside_and_passwords_stay(file: Path, tmp_path: Path) -> None:
    other = home(tmp_path / "other", "Mine")
    (other.config / "defaults.json").write_text("{}")
    restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert outcome.done
    assert texts(other) == ["Hello"]
    assert not (other.config / "defaults.json").exists()  # the backup has none
    assert HUSH in other.secrets.read_text()
    (aside,) = other.data.glob("before-restore-*")
    database = Database(aside / "data" / "posto.db")
    assert [row["id"] for row in database.drafts()] == ["d1"]
    database.close()
    (config,) = other.config.glob("before-restore-*")
    assert (config / "config" / "defaults.json").exists()
    assert not list(other.config.glob(".restore-*"))


class Killed(BaseException):
    pass


def test_settings_and_data_in_one_folder(tmp_path: Path) -> None:
    """As it is on macOS and Windows."""

    def one_folder(folder: Path) -> Paths:
        made = home(folder)
        for path in [*made.config.iterdir()]:
            path.rename(made.data / path.name)
        return Paths(made.data, made.data, made.data / "Cache", made.data / "Logs")

    mine = one_folder(tmp_path / "mine")
    mine.logs.mkdir()
    (mine.logs / "posto.log").write_text("a line")
    file = tmp_path / "b"
    backup.make(mine, file, version="1")
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        assert HUSH.encode() not in b"".join(archive.read(name) for name in names)
    assert "config/settings.json" in names
    assert "data/posto.db" in names
    assert not any("posto.db" in name for name in names if name.startswith("config/"))
    assert not any("log" in name.lower() for name in names)
    for at in range(30):
        other = one_folder(tmp_path / f"other{at}")
        (other.settings).write_text("{}")
        restore.stage(other, file, schemas=SCHEMAS)
        restore.agree(other)
        count = 0

        def step(_what: str, at: int = at) -> None:
            nonlocal count
            count += 1
            if count > at:
                raise Killed

        try:
            outcome = restore.finish(other, step)
        except Killed:
            outcome = restore.finish(other)
        assert outcome is not None
        assert outcome.done
        assert json.loads(other.settings.read_text())["appearance.scheme"] == "dark"
        assert texts(other) == ["Hello"]
        assert HUSH in other.secrets.read_text()
        assert not list(other.data.glob(".restore-*"))
        if count <= at:
            break
    assert count > 5


def test_what_waited_then_is_not_sent_again(tmp_path: Path) -> None:
    mine = home(tmp_path / "mine")
    db = Database(mine.database)
    with db.transaction() as writing:
        for number, state in enumerate(("waiting", "sent")):
            writing.execute(
                "INSERT INTO outbox (id, workspace, posto_ref, state, body, created_at, updated_at)"
                " VALUES (?, 'a', ?, ?, '{}', 1, 1)",
                (f"e{number}", f"r{number}", state),
            )
    db.close()
    with contextlib.closing(sqlite3.connect(mine.workspace / "workspace.db")) as plan:
        soon = time.time() + 3600
        rows = [
            (1, "not_sent", 100.0, ""),
            (2, "not_sent", soon, ""),
            (3, "success", 100.0, ""),
            (4, "sending", 100.0, "uploading"),
            (5, "sending", 100.0, "publishing"),
        ]
        plan.execute("INSERT INTO posts VALUES (1, '', 1)")
        plan.executemany(
            "INSERT INTO schedules (id, status, due_at, stage, group_id, wp_post_id, channel_id,"
            " social_network, send_time, customization, created_at)"
            " VALUES (?, ?, ?, ?, 'g', 1, 1, 'x', 1, '{}', 1)",
            rows,
        )
        plan.commit()
    other, outcome = restored_elsewhere(mine, tmp_path)
    assert "Sending is paused" in outcome.sentence
    settings = json.loads(other.settings.read_text())
    assert settings["sending.paused"] is True
    assert settings["appearance.scheme"] == "dark"
    with contextlib.closing(sqlite3.connect(other.workspace / "workspace.db")) as plan:
        statuses = plan.execute("SELECT status FROM schedules ORDER BY id").fetchall()
    assert [status for (status,) in statuses] == [
        "missed",
        "not_sent",
        "success",
        "missed",
        "sending",
    ]


def test_messages_of_a_campaign_that_were_not_in_the_outbox_yet_wait_too(tmp_path: Path) -> None:
    mine = home(tmp_path / "mine")
    db = Database(mine.database)
    with db.transaction() as writing:
        writing.execute(
            "INSERT INTO campaigns (id, workspace, body, updated_at) VALUES ('c', 'a', '{}', 1)"
        )
    campaign_rows.add_posts(
        db,
        [
            {
                "posto_ref": "r",
                "entry_id": "e",
                "campaign_id": "c",
                "message_id": "m",
                "place": 0,
                "share_at": None,
                "state": "queued",
            }
        ],
    )
    db.close()
    other, outcome = restored_elsewhere(mine, tmp_path)
    assert "Sending is paused" in outcome.sentence
    assert json.loads(other.settings.read_text())["sending.paused"] is True


def test_nothing_that_an_agent_asked_for_can_be_confirmed_elsewhere(tmp_path: Path) -> None:
    mine = home(tmp_path / "mine")
    db = Database(mine.database)
    for state in ("asked", "confirmed", "done"):
        proposal_rows.add(
            db,
            {
                "id": state,
                "workspace": "local",
                "kind": "delete",
                "body": {},
                "digest": state,
                "client": "Claude",
                "created_at": 1.0,
                "expires_at": 9e9,
                "state": state,
                "updated_at": 1.0,
            },
        )
    db.close()
    other, _outcome = restored_elsewhere(mine, tmp_path)
    db = Database(other.database)
    states = {row["id"]: row["state"] for row in proposal_rows.newest(db, 9)}
    db.close()
    assert states == {"asked": "expired", "confirmed": "expired", "done": "done"}


def test_watched_folders_are_paused_elsewhere(tmp_path: Path) -> None:
    mine = home(tmp_path / "mine")
    db = Database(mine.database)
    folder = WatchFolder("/home/ann/Photos", is_scheduling=True)
    watch_rows.put_folder(db, folder.id, folder.to_json())
    db.close()
    other, _outcome = restored_elsewhere(mine, tmp_path)
    db = Database(other.database)
    (row,) = watch_rows.folders(db)
    db.close()
    assert WatchFolder.from_json(row["body"]) == replace(folder, is_paused=True)


def test_threads_of_drafts_and_campaigns_are_restored(tmp_path: Path) -> None:
    mine = home(tmp_path / "mine")
    db = Database(mine.database)
    files = (MediaRef("/a.png", "a.png", part=1),)
    draft = Draft(id="t", numbered=True, media=files).with_parts("", ("One", "Two"))
    db.put_draft("t", "local", draft.to_json())
    message = replace(CampaignMessage(media=files), numbered=True).with_parts(("1", "2", "3"))
    campaign = Campaign(messages=(message,))
    bodies = {message.id: message.to_json()}
    campaign_rows.put(db, campaign.id, "local", campaign.to_json(), bodies)
    db.close()
    other, _outcome = restored_elsewhere(mine, tmp_path)
    db = Database(other.database)
    rows = {row["id"]: row["body"] for row in db.drafts()}
    (stored,) = campaign_rows.all_messages(db)
    db.close()
    restored = Draft.from_json(rows["t"])
    assert restored.parts_for("") == ("One", "Two")
    assert restored.numbered
    assert [ref.part for ref in restored.media] == [1]
    assert CampaignMessage.from_json(stored["body"]) == message


def test_nothing_is_paused_where_nothing_waited(file: Path, tmp_path: Path) -> None:
    other = find_paths(tmp_path / "other")
    restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert "paused" not in outcome.sentence
    assert "sending.paused" not in json.loads(other.settings.read_text())


def test_ended_between_any_two_steps_it_goes_on_at_the_next_start(
    file: Path, tmp_path: Path
) -> None:
    steps = 0
    reference = None
    for at in range(200):
        other = home(tmp_path / f"other{at}", "Mine")
        restore.stage(other, file, schemas=SCHEMAS)
        restore.agree(other)
        count = 0

        def step(_what: str, at: int = at) -> None:
            nonlocal count
            count += 1
            if count > at:
                raise Killed

        try:
            outcome = restore.finish(other, step)
        except Killed:
            outcome = restore.finish(other)
        assert outcome is not None
        assert outcome.done
        contents = {
            # The time of the copy stands in its name; each database has bytes of its own.
            re.sub(r"before-restore-[\d-]+", "aside", name): b"" if name.endswith("db") else data
            for name, data in tree(other).items()
        }
        reference = reference or contents
        assert contents == reference
        assert texts(other) == ["Hello"]
        if count <= at:
            steps = at
            break
    assert steps > 6


def test_a_step_that_fails_takes_everything_back(file: Path, tmp_path: Path) -> None:
    for at in range(1, 9):
        other = home(tmp_path / f"other{at}", "Mine")
        before = tree(other)
        restore.stage(other, file, schemas=SCHEMAS)
        restore.agree(other)
        count = 0

        def step(_what: str, at: int = at) -> None:
            nonlocal count
            count += 1
            if count == at:
                raise PermissionError(13, "Permission denied")

        outcome = restore.finish(other, step)
        assert outcome is not None
        assert not outcome.done
        assert "Nothing was changed" in outcome.sentence
        assert tree(other) == before
        assert not restore.is_waiting(other)
