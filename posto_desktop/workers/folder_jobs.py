"""Jobs over Posto's folders: sizes, cache, backups, problem report."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.delivery import restoring
from posto_desktop.delivery.route_provider import PROXY_SECRET
from posto_desktop.storage import atomic, backup, restore
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import HOME_VARIABLE, Paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import problem_report
from posto_desktop.workers.runner import Job
from posto_desktop.workers.sign_in import host_of

KINDS = ("config", "data", "cache", "logs")
_REPORT_SECONDS = 0.1


@dataclass(frozen=True)
class FolderSize:
    """Size of a folder of `KINDS`."""

    kind: str
    size: int
    files: int


def folder_of(paths: Paths, kind: str) -> Path:
    folders = {"config": paths.config, "data": paths.data, "cache": paths.cache, "logs": paths.logs}
    return folders[kind]


def measure(job: Job, paths: Paths) -> list[FolderSize]:
    """Return the sizes of all folders, reporting each. With nested or shared folders each file
    counts once."""
    settings = set(backup.config_files(paths))
    inner = {paths.cache, paths.logs}
    sizes = []
    for kind in KINDS:
        folder = folder_of(paths, kind)
        size = files = 0
        for path in settings if kind == "config" else _files(folder):
            job.check()
            if kind == "data" and (path in settings or inner.intersection(path.parents)):
                continue
            size += backup.size_of(path)
            files += 1
        sizes.append(FolderSize(kind, size, files))
        job.report(sizes[-1])
    return sizes


def clear_cache(job: Job, paths: Paths) -> int:
    """Clear the cache; reports (done, all) and returns the freed bytes.

    Files in use stay. Links are not followed.
    """
    cached = list(_files(paths.cache))
    report_progress = _steady(job)
    freed = 0
    for number, path in enumerate(cached):
        job.check()
        report_progress(number, len(cached))
        with contextlib.suppress(OSError):
            size = path.lstat().st_size
            path.unlink()
            freed += size
    job.report((len(cached), len(cached)))
    return freed


def make_backup(job: Job, paths: Paths, target: Path, version: str) -> backup.BackupContents:
    """Write a backup; reports (bytes done, total bytes)."""
    return backup.make(paths, target, version=version, progress=_checking(job))


def stage_backup(job: Job, paths: Paths, file: Path) -> backup.BackupContents:
    """Verify a backup and stage it; reports (bytes done, total)."""
    return restoring.stage_backup(paths, file, _checking(job))


def agree_to_backup(_job: Job, paths: Paths) -> None:
    """Apply the staged backup at the next start."""
    restore.agree(paths)


def drop_backup(_job: Job, paths: Paths) -> None:
    """Discard a staged backup."""
    restore.drop(paths)


def write_report(
    _job: Job,
    paths: Paths,
    settings: Settings,
    accounts: AccountStore,
    secrets: SecretStore,
    made_of: Mapping[str, str],
) -> str:
    """Return the problem report, which the user reads before saving it."""
    known = accounts.list()
    counts: dict[str, object] = {"accounts": len(known), **_counts(paths)}
    counts["styles"] = len(list(paths.styles.glob("*.json")))
    counts["free on the disk"] = f"{shutil.disk_usage(paths.data).free / 1e9:.1f} GB"
    logs = {
        "log": paths.logs / "posto.log",
        "crashes": paths.logs / "crash.log",
        "log of the workspace": paths.workspace / "server.log",
    }
    hidden = secrets.to_hide([*(account.id for account in known), PROXY_SECRET])
    names = {str(settings.get("network.proxy_host")), str(settings.get("network.proxy_user"))}
    for account in known:
        names |= {account.username, host_of(account.base_url), account.name, account.id}
    return problem_report.compose(
        made_of=made_of,
        settings=settings,
        counts=counts,
        logs=logs,
        secrets=hidden,
        names=names,
        folders={} if paths.chosen is None else {HOME_VARIABLE: str(paths.chosen)},
    )


def save_report(_job: Job, path: Path, text: str) -> Path:
    """Save the report as text, or as a zip if its name says so."""
    if path.suffix.lower() != ".zip":
        atomic.write_text(path, text)
        return path
    import io
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posto-report.txt", text)
    atomic.write_bytes(path, data.getvalue())
    return path


def move_secret(_job: Job, secrets: SecretStore, account_id: str, storage: str) -> str:
    """Move a password to another place. Raises KeyringError, or StorageError if there is none."""
    secret = secrets.get(account_id)
    if secret is None:
        raise StorageError(
            translate("Service", "The password is not available. Sign in again to save it.")
        )
    secrets.set(account_id, secret, storage)  # type: ignore[arg-type]
    return storage


def secret_places(_job: Job, secrets: SecretStore, ids: Iterable[str]) -> dict[str, str]:
    """Return where passwords are kept, by account: "keyring", "session", "file" or "" for nowhere;
    the key "" has the name of the keyring, empty without one."""
    state = secrets.available()
    places: dict[str, str] = {
        account_id: secrets.storage_of(account_id) or "" for account_id in ids
    }
    places[""] = state.name if state.kind in ("ok", "locked") else ""
    return places


def _counts(paths: Paths) -> dict[str, object]:
    counts: dict[str, object] = {}
    uri = f"{paths.database.absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5)) as db:
            counts["drafts"] = db.execute("SELECT count(*) FROM drafts").fetchone()[0]
            rows = db.execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
            for state, count in rows:
                counts[f"outbox, {state}"] = count
            rows = db.execute("SELECT kind, count(*) FROM notices GROUP BY kind ORDER BY kind")
            for kind, count in rows:
                counts[f"notices, {kind}"] = count
    except sqlite3.Error as error:
        counts["posto.db"] = f"cannot be read: {error}"
    return counts


def _files(folder: Path) -> Iterator[Path]:
    """Yield regular files and links below a folder; links are not followed."""
    for parent, _folders, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with contextlib.suppress(OSError):
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
                    yield path


def _steady(job: Job) -> Callable[[int, int], None]:
    """Limit progress reports to a few per second."""
    last = [0.0]

    def report_progress(done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] >= _REPORT_SECONDS or done >= total:
            last[0] = now
            job.report((done, total))

    return report_progress


def _checking(job: Job) -> Callable[[int, int], None]:
    report_progress = _steady(job)

    def progress(done: int, total: int) -> None:
        job.check()
        report_progress(done, total)

    return progress


MOST_COUNTED = 100_000


def count_media(job: Job, path: str) -> int:
    """Return how many pictures and videos are directly in a folder, by their names."""
    from posto_desktop.core.watch_folder import kind_of

    count = 0
    with os.scandir(path) as entries:
        for number, entry in enumerate(entries):
            if number % 500 == 0:
                job.check()
            count += kind_of(entry.name) == "media"
            if count >= MOST_COUNTED:
                break
    return count
