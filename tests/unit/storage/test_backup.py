"""A backup holds everything but passwords, is checked before use, and is exchanged whole or not at
all, whenever the process ends."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.server import store
from posto_desktop.server.publishers import sandbox
from posto_desktop.storage import backup, campaign_rows, restore, schema
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths

SCHEMAS = {
    backup.STORE: [";\n".join(one) for one in schema.MIGRATIONS],
    backup.WORKSPACE: store.MIGRATIONS,
    backup.FEED: sandbox.MIGRATIONS,
}
HUSH = "abcd EFGH ijkl MNOP"


def home(folder: Path, text: str = "Hello") -> Paths:
    """A home with something of each kind."""
    paths = find_paths(folder)
    for one in (paths.config, paths.styles, paths.data, paths.cache, paths.logs):
        one.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(json.dumps({"schema": 1, "appearance.scheme": "dark"}))
    paths.accounts.write_text(json.dumps({"schema": 1, "accounts": []}))
    paths.secrets.write_text(json.dumps({"file": {"a": HUSH}}))
    (paths.styles / "Café.json").write_text('{"schema": 1}')
    (paths.config / "settings.json.damaged-20261125-120000").write_text("?")
    (paths.config / ".settings.json.abc").write_text("half")
    db = Database(paths.database)
    db.put_draft("d1", "local", {"text": text})
    db.close()
    (paths.data / "pasted").mkdir(exist_ok=True)
    (paths.data / "pasted" / "one.png").write_bytes(b"\x89PNG" + text.encode())
    (paths.workspace / "media").mkdir(parents=True, exist_ok=True)
    (paths.workspace / "media" / "ab12").write_bytes(b"film" * 1000)
    (paths.workspace / "password").write_text(HUSH)
    (paths.workspace / "server.json").write_text(json.dumps({"password": HUSH}))
    workspace = store.Store(paths.workspace / "workspace.db")
    with workspace.write() as db2:
        db2.execute(
            "INSERT INTO channels (name, social_network, method, proxy) VALUES"
            f" ('A', 'x', 'sandbox', 'http://ann:{HUSH}@proxy:80'), ('B', 'x', 'sandbox', '')"
        )
    workspace.close()
    return paths


def texts(paths: Paths) -> list[str]:
    db = Database(paths.database)
    try:
        return [json.loads(row["body"])["text"] if isinstance(row["body"], str) else
                row["body"]["text"] for row in db.drafts()]  # fmt: skip
    finally:
        db.close()


def tree(paths: Paths) -> dict[str, bytes]:
    """All files that are used, with their bytes."""
    found = {}
    for top in (paths.config, paths.data):
        for path in top.rglob("*"):
            name = path.relative_to(top).as_posix()
            if path.is_file() and ".restore-" not in name and restore.PENDING_FILE not in name:
                found[f"{top.name}/{name}"] = path.read_bytes()
    return found


def restored_elsewhere(mine: Paths, folder: Path) -> tuple[Paths, restore.RestoreOutcome]:
    """Another home that a backup of this one was restored to, and how that ended."""
    backup.make(mine, folder / "b", version="1")
    other = find_paths(folder / "other")
    restore.stage(other, folder / "b", schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    return other, outcome


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return home(tmp_path / "home")


@pytest.fixture
def file(paths: Paths, tmp_path: Path) -> Path:
    target = tmp_path / "all.posto-backup"
    backup.make(paths, target, version="1.2")
    return target


def test_what_is_in_it(paths: Paths, file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        whole = b"".join(archive.read(name) for name in names)
    assert names == {
        "manifest.json",
        "config/settings.json",
        "config/accounts.json",
        "config/styles/Café.json",
        "data/posto.db",
        "data/pasted/one.png",
        "data/workspace/workspace.db",
        "data/workspace/media/ab12",
    }
    assert HUSH.encode() not in whole
    assert b"http://proxy:80" in whole


def test_settings_that_are_links_are_in_it_others_are_not(paths: Paths, tmp_path: Path) -> None:
    own = tmp_path / "repository"
    own.mkdir()
    (own / "mine.json").write_text('{"schema": 1}')
    (own / "private.txt").write_text("private")
    (paths.styles / "Linked.json").symlink_to(own / "mine.json")
    (paths.data / "pasted" / "two.png").symlink_to(own / "private.txt")
    (paths.data / "pasted" / "folder").symlink_to(own)
    backup.make(paths, tmp_path / "b", version="1")
    with zipfile.ZipFile(tmp_path / "b") as archive:
        names = archive.namelist()
        assert archive.read("config/styles/Linked.json") == b'{"schema": 1}'
    assert [one for one in names if "pasted" in one] == ["data/pasted/one.png"]


def test_odd_names_are_told_and_do_no_harm(paths: Paths, tmp_path: Path) -> None:
    for name in ("What?.json", "aux.json", "café.json", "CAFÉ.json"):
        (paths.styles / name).write_text('{"schema": 1}')
    made = backup.make(paths, tmp_path / "b", version="1")
    assert set(made.left_out) == {"What?.json", "aux.json"}
    other = find_paths(tmp_path / "other")
    restore.stage(other, tmp_path / "b", schemas=SCHEMAS)
    restore.agree(other)
    assert restore.finish(other)
    assert {"Café.json", "café.json", "CAFÉ.json"} <= {one.name for one in other.styles.iterdir()}


def test_progress_ends_at_all_bytes(paths: Paths, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = backup.make(paths, tmp_path / "b", version="1", progress=lambda *one: told.append(one))
    assert told[0][0] == 0
    assert told[-1] == (made.size, made.size)
    assert made.counts["drafts"] == 1
    assert made.counts["styles"] == 1


def test_it_can_be_made_while_posto_writes(paths: Paths, tmp_path: Path) -> None:
    db = Database(paths.database)
    with db.transaction() as writing:
        writing.execute(
            "INSERT INTO drafts VALUES ('d2', 'local', '{\"text\": \"x\"}', 1.0, 'open')"
        )
        backup.make(paths, tmp_path / "b", version="1")
    db.close()
    other = find_paths(tmp_path / "other")
    restore.stage(other, tmp_path / "b", schemas=SCHEMAS)
    restore.agree(other)
    assert restore.finish(other)
    assert texts(other) == ["Hello"]


def test_stopping_leaves_nothing_and_keeps_the_earlier_one(paths: Paths, tmp_path: Path) -> None:
    target = tmp_path / "folder" / "b"
    target.parent.mkdir()
    target.write_bytes(b"earlier")

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        backup.make(paths, target, version="1", progress=stop)
    assert [one.name for one in target.parent.iterdir()] == ["b"]
    assert target.read_bytes() == b"earlier"


def test_what_a_killed_one_left_goes_with_the_next(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = folder / "b"
    made: list[Path] = []

    def look(_done: int, _total: int) -> None:
        made.extend(one for one in folder.iterdir() if one not in made)

    backup.make(paths, target, version="1", progress=look)
    (half,) = (one.name for one in made if one != target)
    half_there, fresh, other = folder / half, folder / f"{half}2", folder / ".posto"
    for one in (half_there, fresh, other):
        one.write_bytes(b"half")
    before = time.time() - 3600
    for one in (half_there, other):
        os.utime(one, (before, before))
    backup.make(paths, folder / "c", version="1")
    # What another process may be writing in this moment stays, and what is not ours.
    assert {one.name for one in folder.iterdir()} == {"b", "c", fresh.name, ".posto"}


def test_a_folder_that_is_not_there_is_said(paths: Paths, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be saved"):
        backup.make(paths, tmp_path / "gone" / "b", version="1")


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
    kept = Database(aside / "data" / "posto.db")
    assert [row["id"] for row in kept.drafts()] == ["d1"]
    kept.close()
    (config,) = other.config.glob("before-restore-*")
    assert (config / "config" / "defaults.json").exists()
    assert not list(other.config.glob(".restore-*"))


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
    kept = json.loads(other.settings.read_text())
    assert kept["sending.paused"] is True
    assert kept["appearance.scheme"] == "dark"
    with contextlib.closing(sqlite3.connect(other.workspace / "workspace.db")) as plan:
        found = plan.execute("SELECT status FROM schedules ORDER BY id").fetchall()
    assert [one for (one,) in found] == ["missed", "not_sent", "success", "missed", "sending"]


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


def test_nothing_is_paused_where_nothing_waited(file: Path, tmp_path: Path) -> None:
    other = find_paths(tmp_path / "other")
    restore.stage(other, file, schemas=SCHEMAS)
    restore.agree(other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert "paused" not in outcome.sentence
    assert "sending.paused" not in json.loads(other.settings.read_text())


class Killed(BaseException):
    pass


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
        found = {
            # The time of the copy stands in its name; each database has bytes of its own.
            re.sub(r"before-restore-[\d-]+", "aside", name): b"" if name.endswith("db") else data
            for name, data in tree(other).items()
        }
        reference = reference or found
        assert found == reference
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
        assert "as it was before" in outcome.sentence
        assert tree(other) == before
        assert not restore.is_waiting(other)


def repack(file: Path, change, head_change=None) -> None:
    """Write the archive anew with other entries: `change(name, data)` gives (name, data) pairs."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(entries.pop("manifest.json"))
    if head_change:
        head_change(head)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            for new_name, new_data in change(name, data):
                archive.writestr(new_name, new_data)
        archive.writestr("manifest.json", json.dumps(head))


def refused(file: Path, tmp_path: Path) -> str:
    other = home(tmp_path / "other", "Mine")
    before = tree(other)
    with pytest.raises(StorageError) as caught:
        restore.stage(other, file, schemas=SCHEMAS)
    assert tree(other) == before
    assert not list(other.config.glob(".restore-*"))
    assert not restore.is_waiting(other)
    assert restore.finish(other) is None
    return caught.value.user_message


@pytest.mark.parametrize(
    "name",
    [
        "../outside.json",
        "config/../../outside.json",
        "/etc/x.json",
        "config\\..\\x.json",
        "C:/x.json",
        "config/nul.json",
        "config//x.json",
        "other/x.json",
        "config/secrets.json",
        "data/workspace/x\x01.json",
        # What the running programs write for each other, and what was never packed.
        "data/workspace/server.json",
        "data/workspace/calendar.json",
        "data/posto.db-wal",
        "data/posto.lock",
        "data/restore.json",
    ],
)
def test_names_that_lead_elsewhere_are_refused(file: Path, tmp_path: Path, name: str) -> None:
    def more(head: dict) -> None:
        head["files"][name] = {"size": 2, "sha256": hashlib.sha256(b"{}").hexdigest()}

    first = []

    def change(entry: str, data: bytes):
        if not first:
            first.append(entry)
            return [(entry, data), (name, b"{}")]
        return [(entry, data)]

    repack(file, change, more)
    said = refused(file, tmp_path)
    assert re.search(r"cannot be restored: “.+” in it (has a name|would replace)", said)
    assert not (tmp_path / "outside.json").exists()


def test_a_bomb_is_refused(file: Path, tmp_path: Path) -> None:
    def grown(name: str, data: bytes):
        return [(name, b"\0" * 30_000_000 if name == "config/accounts.json" else data)]

    repack(file, grown)
    said = refused(file, tmp_path)
    assert "“config/accounts.json” in it is not what the list of files says" in said


def test_no_room_is_told_before_anything_is_written(file: Path, tmp_path: Path) -> None:
    def grown(head: dict) -> None:
        head["files"]["config/accounts.json"]["size"] = 1 << 55

    repack(file, lambda name, data: [(name, data)], grown)
    said = refused(file, tmp_path)
    assert "not what the list of files says" in said


def test_a_link_is_refused(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(file, "w") as archive:
        for info, data in entries:
            if info.filename == "config/accounts.json":
                info.external_attr = 0o120777 << 16
            archive.writestr(info, data)
    assert "is a link or a device, not a file" in refused(file, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"counts": {"drafts": "x"}},
        {"counts": {"drafts": None}},
        {"counts": {"drafts": [1]}},
        {"counts": {"drafts": 1e999}},
        {"files": {"config/settings.json": None}},
        {"files": {"config/settings.json": [1]}},
        {"made_at": 7},
        {"schema": True},
    ],
)
def test_a_manifest_that_is_none_is_refused(
    file: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    repack(file, lambda name, data: [(name, data)], lambda head: head.update(wrong))
    assert "damaged or no backup" in refused(file, tmp_path)


def test_a_newer_one_says_so(file: Path, tmp_path: Path) -> None:
    repack(file, lambda name, data: [(name, data)], lambda head: head.update(schema=2))
    assert "newer version of Posto" in refused(file, tmp_path)


def test_a_newer_database_says_so(paths: Paths, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(paths.database)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    backup.make(paths, tmp_path / "b", version="1")
    assert "newer version of Posto" in refused(tmp_path / "b", tmp_path)


def test_a_damaged_database_in_it_is_found(file: Path, tmp_path: Path) -> None:
    bad = b"SQLite format 3\0" + b"\1" * 5000

    def head_of(head: dict) -> None:
        head["files"]["data/posto.db"] = {
            "size": len(bad),
            "sha256": hashlib.sha256(bad).hexdigest(),
        }

    repack(file, lambda n, data: [(n, bad if n == "data/posto.db" else data)], head_of)
    assert "damaged" in refused(file, tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"{}"])
def test_other_files_are_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert "damaged or no backup" in refused(tmp_path / "x", tmp_path)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert "was not found" in refused(tmp_path / "x", tmp_path)


@settings(max_examples=settings.default.max_examples // 2)
@given(data=st.data())
def test_changed_bytes_never_do_harm(tmp_path_factory, data) -> None:
    base = tmp_path_factory.mktemp("bytes")
    if not hasattr(test_changed_bytes_never_do_harm, "whole"):
        made = home(base / "made")
        backup.make(made, base / "b", version="1")
        test_changed_bytes_never_do_harm.whole = (base / "b").read_bytes()  # type: ignore[attr-defined]
    whole = bytearray(test_changed_bytes_never_do_harm.whole)  # type: ignore[attr-defined]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(whole))))
    (base / "x").write_bytes(bytes(whole[:cut]))
    other = find_paths(base / "other")
    try:
        restore.stage(other, base / "x", schemas=SCHEMAS)
        restore.agree(other)
    except StorageError:
        assert not restore.is_waiting(other)
        assert not list(other.data.glob(".restore-*")) if other.data.exists() else True
    else:  # a byte that says nothing, such as a time
        outcome = restore.finish(other)
        assert outcome is not None
        assert outcome.done
        assert texts(other) == ["Hello"]


def test_a_note_made_by_somebody_else_leads_nowhere(paths: Paths) -> None:
    before = tree(paths)
    for note in (
        "[]",
        '{"stamp": "../../x", "config": [], "data": [], "agreed": true}',
        '{"stamp": "1", "agreed": true, "config": ["../x"], "data": []}',
        '{"stamp": 5, "config": 1, "data": null, "agreed": true}',
    ):
        (paths.data / restore.PENDING_FILE).write_text(note)
        (paths.data / ".restore-1").mkdir(exist_ok=True)
        assert restore.finish(paths) is None
    assert tree(paths) == before
