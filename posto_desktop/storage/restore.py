"""Restores a verified backup at a start, before anything is open.

`stage` unpacks beside the folders and leaves a note; `finish` carries it out. Everything is
renamed, nothing copied or deleted: the replaced files go to `before-restore-STAMP` folders. A
process killed between any two steps continues at the next start; a failing step reverts the
previous ones.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable, translate
from posto_desktop.common.user_error import reason_of
from posto_desktop.storage import (
    atomic,
    backup,
    backup_archive,
    regular_files,
    renames,
    restored_settings,
)
from posto_desktop.storage.errors import explain
from posto_desktop.storage.paths import Paths

PENDING_FILE = "restore.json"
_STAGED, _ASIDE = ".restore-", "before-restore-"
PAUSED = "sending.paused"
BEFORE_RESTORE = translatable(
    "Server", "It was due before the backup was restored, and may have been sent then."
)
_ACTIVE = ("waiting", "uploading", "handing_over")
# Every part that a backup may have is replaced, even by nothing.
_DATA_PARTS = (
    "posto.db",
    "posto.db-wal",
    "posto.db-shm",
    "media",
    "pasted",
    "recent-media.json",
    "workspace",
)


@dataclass(frozen=True)
class RestoreOutcome:
    """Result of a restore: a sentence for the user, and whether it was done."""

    done: bool
    sentence: str


@dataclass(frozen=True)
class _Swap:
    """One file or folder: `old` moves to `aside`, and `new`, if the backup has it, to `old`."""

    old: Path
    new: Path | None
    aside: Path


@dataclass(frozen=True)
class _PendingRestore:
    """A staged backup: the time of unpacking, and its parts by folder."""

    stamp: str
    config: tuple[str, ...]
    data: tuple[str, ...]
    kept_sentences: tuple[str, ...] = ()
    """Sentences about parts that do not replace the present ones."""


def stage(
    paths: Paths,
    file: Path,
    *,
    schemas: Mapping[str, Sequence[str]],
    progress: backup.Progress | None = None,
    now: datetime | None = None,
) -> backup.BackupContents:
    """Verify and stage a backup; `agree` applies it at the next start. Nothing in use is touched.

    Raises StorageError and leaves nothing behind. Replaces an earlier staged backup.
    """
    stamp = (now or datetime.now()).strftime("%Y%m%d-%H%M%S")
    drop(paths)
    # The two folders may be the same.
    staged = {
        "config": paths.config / f"{_STAGED}{stamp}" / "config",
        "data": paths.data / f"{_STAGED}{stamp}" / "data",
    }
    try:
        contents = backup_archive.unpack(file, staged, schemas=schemas, progress=progress)
        kept_sentences = restored_settings.keep_outgoing_settings(paths, staged["config"])
        _pause(staged)
        brings = {key: sorted(path.name for path in at.iterdir()) for key, at in staged.items()}
        pending = {"schema": 1, "stamp": stamp, "agreed": False, "kept": kept_sentences, **brings}
        atomic.set_aside_no_file(paths.data / PENDING_FILE)
        atomic.write_json(paths.data / PENDING_FILE, pending)
    except BaseException as error:
        _remove_staged(paths, stamp)
        if isinstance(error, OSError):
            raise explain(error, paths.data / PENDING_FILE) from error
        raise
    return contents


def _pause(staged: Mapping[str, Path]) -> None:
    """Posts that waited when the backup was made may have been sent since: hold them until the user
    has looked."""
    database = staged["data"] / "posto.db"
    if not database.exists():
        return
    with contextlib.closing(sqlite3.connect(database)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        marks = ", ".join("?" * len(_ACTIVE))
        waiting = 0
        for table, question, values in (
            ("outbox", f"state IN ({marks})", _ACTIVE),
            ("campaign_posts", "state = ?", ("queued",)),
            ("evergreen_runs", "state = ?", ("queued",)),
        ):
            if table in tables:
                cursor = db.execute(f"SELECT count(*) FROM {table} WHERE {question}", values)
                waiting += cursor.fetchone()[0]
        if "proposals" in tables:
            # Whoever made the backup is nobody to confirm anything here.
            db.execute(
                "UPDATE proposals SET state = 'expired' WHERE state IN ('asked', 'confirmed')"
            )
        if "watch_folders" in tables:
            # They are folders of another computer, or would send by themselves what lies there now.
            db.execute(
                "UPDATE watch_folders SET body = json_set(body, '$.is_paused', json('true'))"
                " WHERE json_valid(body)"
            )
        db.commit()
    if not waiting:
        return
    path = staged["config"] / "settings.json"
    stored = atomic.read_json(path, {})
    settings = stored if isinstance(stored, dict) else {}
    atomic.write_json(path, {"schema": 1, **settings, PAUSED: True})


def _miss_due(path: Path, now: float) -> None:
    """Posts of the local server that were due since the backup was made may have been sent: show
    them as missed, and let the user decide."""
    if not path.exists():
        return
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'schedules'"
        if db.execute(tables).fetchone()[0]:
            db.execute(
                # The server itself looks up posts that were being published.
                "UPDATE schedules SET status = 'missed', stage = '', error_msg = ?"
                " WHERE (status = 'not_sent' OR status = 'sending' AND stage <> 'publishing')"
                " AND due_at <= ?",
                (BEFORE_RESTORE, now),
            )
            db.commit()


def agree(paths: Paths) -> None:
    """Apply the staged backup at the next start. Raises StorageError."""
    pending = atomic.read_json(paths.data / PENDING_FILE, {})
    if isinstance(pending, dict) and "stamp" in pending:
        atomic.write_json(paths.data / PENDING_FILE, {**pending, "agreed": True})


def is_waiting(paths: Paths) -> bool:
    """Return whether a backup will be applied at the next start."""
    return _read(paths) is not None


def drop(paths: Paths) -> None:
    """Discard a staged backup, unless its exchange has begun."""
    pending = _read(paths)
    if pending is not None and any(swap.aside.exists() for swap in _swaps(paths, pending)):
        return
    with contextlib.suppress(OSError):
        (paths.data / PENDING_FILE).unlink()
    for folder in (paths.config, paths.data):
        for left in folder.glob(f"{_STAGED}*"):
            shutil.rmtree(left, ignore_errors=True)


def finish(
    paths: Paths, step: Callable[[str], object] = lambda _what: None
) -> RestoreOutcome | None:
    """Apply a staged backup, if there is one. Called before anything of the home is open.

    `step` is called before each step; for tests.
    """
    pending = _read(paths)
    if pending is None:
        return None
    swaps = list(_swaps(paths, pending))
    try:
        step("due")
        workspace = paths.data / f"{_STAGED}{pending.stamp}" / "data" / "workspace" / "workspace.db"
        _miss_due(workspace, time.time())
        for swap in swaps:
            _exchange(swap, step)
    except (OSError, sqlite3.Error) as error:
        why = reason_of(error, str(error))
        if isinstance(error, renames.FileInUseError):
            words = translate("Storage", "{name} was not moved, because {why}")
            why = words.format(name=Path(error.filename).name, why=why)
        for swap in _swaps(paths, pending):
            with contextlib.suppress(OSError):
                _roll_back(swap)
        _clear(paths, pending.stamp)
        sentence = translate(
            "Storage", "The backup could not be restored: {why}. Nothing was changed."
        )
        return RestoreOutcome(False, sentence.format(why=why))
    step("note")
    _clear(paths, pending.stamp)
    restored = translate(
        "Storage",
        "The backup is restored. What was there before is kept in {folder} in the folders of "
        "settings and of data. Passwords are not part of a backup: sign in where it is asked.",
    ).format(folder=f"{_ASIDE}{pending.stamp}")
    sentences = [restored, *pending.kept_sentences, _held(paths)]
    return RestoreOutcome(True, " ".join(filter(None, sentences)))


def _held(paths: Paths) -> str:
    settings = atomic.read_json(paths.settings, {})
    if not isinstance(settings, dict) or settings.get(PAUSED) is not True:
        return ""
    return translate(
        "Storage",
        "Sending is paused, because posts that waited then may have been sent since: look at them "
        "in Activity before you go on.",
    )


def _exchange(swap: _Swap, step: Callable[[str], object]) -> None:
    """Repeatable after any of its steps: while `new` exists, `old` is the previous one."""
    done = swap.new is not None and not swap.new.exists()
    if swap.old.exists() and not done:
        step(f"aside {swap.old.name}")
        swap.aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        renames.rename(swap.old, swap.aside)
    if swap.new is not None and not done:
        step(f"in {swap.old.name}")
        renames.rename(swap.new, swap.old)


def _roll_back(swap: _Swap) -> None:
    if swap.new is not None and not swap.new.exists() and swap.old.exists():
        renames.rename(swap.old, swap.new)
    if swap.aside.exists():
        renames.rename(swap.aside, swap.old)


def _swaps(paths: Paths, pending: _PendingRestore) -> Iterator[_Swap]:
    for kind, home, brings, existing in (
        ("config", paths.config, pending.config, _in_config(paths, pending.stamp)),
        ("data", paths.data, pending.data, _DATA_PARTS),
    ):
        new = home / f"{_STAGED}{pending.stamp}" / kind
        aside = home / f"{_ASIDE}{pending.stamp}" / kind
        for name in sorted({*brings, *existing}):
            yield _Swap(home / name, new / name if name in brings else None, aside / name)


def _in_config(paths: Paths, stamp: str) -> set[str]:
    """Return what is, or was, in the settings folder, without passwords and damaged files."""
    names: set[str] = set()
    for folder in (paths.config, paths.config / f"{_ASIDE}{stamp}" / "config"):
        with contextlib.suppress(OSError):
            names.update(path.name for path in folder.iterdir())
    return {name for name in names if backup.is_config(name)}


def _read(paths: Paths) -> _PendingRestore | None:
    try:
        stored = json_text.loads(
            regular_files.read_regular(paths.data / PENDING_FILE, atomic.MAX_JSON_BYTES)
        )
        if not isinstance(stored, dict):
            return None
        pending = _PendingRestore(
            str(stored["stamp"]),
            tuple(stored["config"]),
            tuple(stored["data"]),
            tuple(str(sentence) for sentence in stored.get("kept", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if stored.get("agreed") is not True:
        return None
    names = (pending.stamp, *pending.config, *pending.data)
    if not all(isinstance(name, str) and Path(name).name == name for name in names):
        return None
    return pending if (paths.data / f"{_STAGED}{pending.stamp}" / "data").is_dir() else None


def _clear(paths: Paths, stamp: str) -> None:
    with contextlib.suppress(OSError):
        (paths.data / PENDING_FILE).unlink()
    _remove_staged(paths, stamp)


def _remove_staged(paths: Paths, stamp: str) -> None:
    for folder in (paths.config, paths.data):
        shutil.rmtree(folder / f"{_STAGED}{stamp}", ignore_errors=True)
