"""`posto backup`: make a backup of a home, and restore one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from posto_desktop import __version__
from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, refused, usage
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import BackupData
from posto_desktop.delivery import restoring
from posto_desktop.delivery.running_app import LOCK_FILE
from posto_desktop.storage import backup, restore
from posto_desktop.storage.backup import BackupContents
from posto_desktop.storage.process_lock import ProcessLock


@click.group("backup", short_help="Make a backup, restore one")
def backup_command() -> None:
    """Make a backup of drafts, schedule, styles, media and settings, without passwords."""


@backup_command.command("create")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@with_session
def create_backup(session: Session, file: Path, *, force: bool, dry_run: bool) -> Exit | None:
    """Write a backup to FILE, also while Posto runs."""
    if file.is_dir():
        raise usage(f"{file} is a folder. Give the name of a file.")
    if file.exists() and not force:
        raise refused(f"{file.name} exists. Add --force to replace it. Nothing was written.")
    if dry_run:
        session.out.result(None, [f"A backup would be written to {file}."])
        return None
    progress = ProgressLine()
    contents = backup.make(
        session.paths,
        file.absolute(),
        version=__version__,
        progress=lambda done, total: progress.show(f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"),
    )
    progress.clear()
    session.out.result(backup_json(contents, file), _lines(contents, f"{file.name} is written"))
    return None


@backup_command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Check the backup, restore nothing.")
@with_session
def restore_backup(session: Session, file: Path, *, yes: bool, dry_run: bool) -> Exit | None:
    """Check the backup FILE and put it in place of what is there, which stays beside it.

    While Posto Desktop runs, it is restored at its next start. Sending is paused afterwards.
    """
    paths = session.paths
    progress = ProgressLine()
    contents = restoring.stage_backup(
        paths,
        file,
        lambda done, total: progress.show(f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"),
    )
    progress.clear()
    data = backup_json(contents, file)
    if dry_run:
        restore.drop(paths)
        session.out.result(data, _lines(contents, f"{file.name} can be restored"))
        return None
    try:
        confirm(session, yes, _lines(contents, f"{file.name} replaces what is here"), "Restore it?")
    except BaseException:
        restore.drop(paths)
        raise
    with _alone(session) as is_alone:
        restore.agree(paths)
        if not is_alone:
            words = "It is restored when Posto Desktop starts the next time."
            session.out.result({**data, "restored": False}, [words])
            return None
        outcome = restoring.finish_restore(paths)
    if outcome is None or not outcome.done:
        why = outcome.sentence if outcome is not None else ""
        raise refused(why or "The server on this computer did not stop. Nothing was restored.")
    session.out.result({**data, "restored": True}, [outcome.sentence])
    return None


@contextmanager
def _alone(session: Session) -> Iterator[bool]:
    """Keep the app and other commands from starting to work; yield False if the app runs."""
    app, sending = ProcessLock(session.paths.data, LOCK_FILE), ProcessLock(session.paths.data)
    try:
        yield app.acquire() and sending.acquire()
    finally:
        sending.release()
        app.release()


def backup_json(contents: BackupContents, file: Path) -> BackupData:
    return {
        "file": str(file),
        "version": contents.version,
        "made_at": contents.made_at.isoformat(),
        "files": contents.files,
        "bytes": contents.size,
        "counts": contents.counts,
        "left_out": list(contents.left_out),
    }


def _lines(contents: BackupContents, words: str) -> list[str]:
    counts = ", ".join(f"{count} {name}" for name, count in contents.counts.items() if count)
    lines = [f"{words}: {contents.files} files, {contents.size / 1e6:.1f} MB. {counts}".rstrip()]
    lines += [f"  Left out: {name}" for name in contents.left_out]
    return lines
