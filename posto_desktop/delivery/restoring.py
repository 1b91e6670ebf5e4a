"""Restores a backup of a home: stages it, and finishes it while nothing of the home is open."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.server import launch
from posto_desktop.storage import backup, restore, schema
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.restore import RestoreOutcome

STOP_SECONDS = 15.0


def stage_backup(
    paths: Paths, file: Path, progress: backup.Progress | None = None
) -> backup.BackupContents:
    """Verify a backup and stage it. Raises StorageError."""
    # Imported on demand: restoring is rare.
    from posto_desktop.server.publishers.sandbox import MIGRATIONS as FEED_MIGRATIONS
    from posto_desktop.server.store import MIGRATIONS

    schemas = {
        backup.STORE: [";\n".join(statements) for statements in schema.MIGRATIONS],
        backup.WORKSPACE: MIGRATIONS,
        backup.FEED: FEED_MIGRATIONS,
    }
    return restore.stage(paths, file, schemas=schemas, progress=progress)


def finish_restore(paths: Paths) -> RestoreOutcome | None:
    """Finish a waiting restore; return None if none waited, with `done` False and no sentence if
    the local server did not stop. Call it while nothing of the home is open."""
    if not restore.is_waiting(paths):
        restore.drop(paths)
        return None
    running = launch.find(paths.workspace)
    if running is not None and not running.stop(STOP_SECONDS):
        return RestoreOutcome(False, "")
    return restore.finish(paths)
