"""`posto apply`: a folder of files with front matter becomes drafts and scheduled posts, once."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import CommandError, Exit, refused
from posto_desktop.cli.folder_apply import Applied, FolderApplier, applying, code_of
from posto_desktop.cli.folder_changes import FileChange, FolderComparison
from posto_desktop.cli.folder_files import (
    Folder,
    FolderFile,
    digest_of,
    folder_id,
    read_folder,
    write_id,
)
from posto_desktop.cli.output import one_line
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import AppliedFileData, ApplyData
from posto_desktop.cli.targets import find_channels
from posto_desktop.delivery.applied_files import AppliedFile, AppliedFiles
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import applied_files

_MARKS = {"create": "+", "change": "~", "delete": "-", "unchanged": "=", "left": "·"}


@click.command("apply", short_help="Bring drafts and schedule in step with a folder")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen, do nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--prune", is_flag=True, help="Delete what has no file any more, if it is not out.")
@click.option("--new", "is_new", is_flag=True,
              help="It is another folder than the one that had the same posts.")  # fmt: skip
@with_session
def apply_command(
    session: Session, folder: Path, *, dry_run: bool, yes: bool, prune: bool, is_new: bool
) -> Exit | None:
    """Make drafts and scheduled posts of the Markdown files with front matter in FOLDER: a file
    without `when` becomes a draft, one with a time ahead a scheduled post. Changed files change
    what they became. What is published is left alone, and nothing is made twice."""
    holder = contextlib.nullcontext() if dry_run else applying(session.paths.data)
    with holder:
        posts = read_folder(folder)
        known, is_unknown = folder_id(folder, session.database)
        applied = AppliedFiles(session.database, session.outbox, known, session.workspace.id)
        if is_unknown and not is_new:
            _demand_unknown(session, posts, known)
        comparison = FolderComparison(session, applied, posts, prune=prune, final=not dry_run)
        changes = comparison.changes()
        if dry_run:
            done = [Applied(change) for change in changes]
        else:
            _confirm(session, changes, yes=yes)
            _remember(session, folder, known)
            done = FolderApplier(session, applied).run(changes)
    session.out.result(_data(session, posts, done, dry_run), _lines(done, posts, dry_run=dry_run))
    return code_of(done) or None


def _demand_unknown(session: Session, folder: Folder, known: str) -> None:
    """Raise CommandError if another folder has made one of these posts: this is a copy of it, or
    it was moved without its id, and everything would be made twice."""
    rows = applied_files.of_other_folders(session.database, known, session.workspace.id)
    digests = {
        AppliedFile.of(row).versions[-1].digest: row["path"]
        for row in rows
        if AppliedFile.of(row).versions
    }
    if not digests:
        return
    for file in folder.files:
        try:
            channels = _channels_of(session, file)
        except CommandError:
            continue  # it is told with the problems of all files
        digest = digest_of(file.message, folder.path, [channel.id for channel in channels])
        if digest in digests:
            raise refused(
                f"{file.path} was applied from {digests[digest]} before, and this folder has no "
                ".posto.json. Copy that file from there, or add --new to make all of it anew. "
                "Nothing was changed."
            )


def _channels_of(session: Session, file: FolderFile) -> list[Channel]:
    if not file.message.to:
        return []
    known = session.channels(may_be_known=True)
    return find_channels(file.message.to, known, session.groups())


def _remember(session: Session, folder: Path, known: str) -> None:
    """Store where the folder is, and its id in it, before anything is made of it."""
    applied_files.put_folder(
        session.database, known, str(folder.resolve()), datetime.now(UTC).timestamp()
    )
    problem = write_id(folder, known)
    if problem:
        session.out.note(problem)


def _confirm(session: Session, changes: Sequence[FileChange], *, yes: bool) -> None:
    doing = [change for change in changes if change.action in ("create", "change", "delete")]
    if doing:
        lines = (line for change in changes for line in _line_of(Applied(change)))
        count = "1 change" if len(doing) == 1 else f"{len(doing)} changes"
        confirm(session, yes, lines, f"Apply {count}?")


def _data(session: Session, folder: Folder, done: Sequence[Applied], dry_run: bool) -> ApplyData:
    return {
        "folder": str(folder.path.resolve()),
        "workspace": session.workspace.name,
        "files": [_file_data(each) for each in done],
        "skipped": list(folder.skipped),
        "dry_run": dry_run,
    }


def _file_data(each: Applied) -> AppliedFileData:
    change, entry = each.change, each.entry
    version = change.made.version
    written = change.draft.id if change.draft is not None and change.kind == "draft" else ""
    return {
        "file": change.record.path,
        "key": change.record.key,
        "action": change.action,
        "kind": change.kind,
        "title_line": change.title,
        "when": change.when.astimezone().isoformat() if change.when else None,
        "reason": change.reason,
        "conflict": change.is_conflict,
        "renamed_from": change.earlier_key,
        "preview": change.checked.to_json() if change.checked is not None else None,
        "id": entry.id if entry is not None else written or (version.id if version else ""),
        "state": entry.state if entry is not None else "",
        "problem": each.problem,
    }


def _lines(done: Sequence[Applied], folder: Folder, *, dry_run: bool) -> Iterator[str]:
    for each in done:
        if each.change.action != "unchanged" or each.problem or each.change.earlier_key:
            yield from _line_of(each)
    if folder.skipped:
        yield f"Without front matter, so skipped: {', '.join(folder.skipped[:10])}"
    counts = Counter(str(each.change.action) for each in done if not each.problem)
    words = (
        ("to create", "to change", "to delete") if dry_run else ("created", "changed", "deleted")
    )
    parts = [f"{counts[action]} {word}" for action, word in zip(_MARKS, words, strict=False)]
    failed = sum(bool(each.problem) for each in done)
    parts += [f"{counts['unchanged']} unchanged", f"{counts['left']} left alone"]
    yield ", ".join([*parts, f"{failed} not done"] if failed else parts)


def _line_of(each: Applied) -> Iterator[str]:
    change = each.change
    when = f" {change.when.astimezone():%a %d %b %Y %H:%M}" if change.when else ""
    renamed = f" (was {change.earlier_key})" if change.earlier_key else ""
    yield (
        f"{_MARKS[change.action]} {change.record.path}{renamed}: {change.kind}{when}  "
        f"{one_line(change.title, 50)}"
    )
    if change.reason or each.problem:
        yield f"    {each.problem or change.reason}"
    for finding in change.checked.findings if change.checked is not None else ():
        yield f"    {finding.sentence}"
