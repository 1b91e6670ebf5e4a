"""`posto schedule export`: CSV, iCalendar and JSON, as the app exports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, usage
from posto_desktop.cli.output import SCHEMA, ProgressLine
from posto_desktop.cli.post_filter import filter_of, filter_options, read_posts
from posto_desktop.cli.post_lines import post_json
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import ExportedData
from posto_desktop.core.export import csv_file, ical_file
from posto_desktop.core.schedule_status import status_of
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import atomic

FILE_MODE = 0o644
"""A user document with the usual permissions of other programs."""

FileFormat = Literal["csv", "excel", "ical", "json"]
_BY_SUFFIX: dict[str, FileFormat] = {".csv": "csv", ".ics": "ical", ".json": "json"}


@dataclass(frozen=True)
class ExportedPost:
    """A post with its status, as `core.export` takes it."""

    schedule: Schedule
    status: str


@click.command("export")
@click.argument("file", metavar="FILE|-")
@click.option("--format", "file_format", type=click.Choice(["csv", "excel", "ical", "json"]),
              default=None,
              help="By the name of the file without this: .csv, .ics or .json.")  # fmt: skip
@filter_options
@click.option("--dry-run", is_flag=True, help="Count the posts, write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Replace the file if it exists.")
@with_session
def export_command(
    session: Session,
    file: str,
    *,
    file_format: FileFormat | None,
    status: tuple[str, ...],
    to: tuple[str, ...],
    first: str,
    last: str,
    search: str,
    offline: bool,
    dry_run: bool,
    yes: bool,
) -> Exit | None:
    """Write posts to a file: CSV for spreadsheets, iCalendar for calendars, or JSON. `-` writes to
    stdout, with --format."""
    path = Path(file)
    kind = file_format or _BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise usage("Add --format csv, excel, ical or json, or name the file so.")
    if file == "-" and session.out.as_json:
        raise usage("--json and a file on stdout do not go together.")
    wanted = filter_of(session, status, to, first, last, search, offline=offline)
    if file != "-" and path.exists() and not dry_run:
        confirm(session, yes, (), f"{path.name} exists. Replace it?")
    now, progress = datetime.now(UTC), ProgressLine()
    count = 0

    def posts() -> Iterator[ExportedPost]:
        nonlocal count
        for row in read_posts(session, wanted, offline=offline):
            if kind == "ical" and row.send_at is None:
                continue
            count += 1
            progress.show(f"{count:,} posts")
            yield ExportedPost(row, status_of(row, now))

    if dry_run:
        for _ in posts():
            pass
    elif file == "-":
        for piece in _pieces(kind, posts(), session.workspace.name, now):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    else:
        atomic.write_pieces(
            path, _pieces(kind, posts(), session.workspace.name, now), mode=FILE_MODE
        )
    progress.clear()
    data: ExportedData = {"file": "" if file == "-" else str(path.absolute()), "format": kind,
                          "posts": count}  # fmt: skip
    words = f"{count} {'post' if count == 1 else 'posts'}"
    if file == "-":
        session.out.note(words)
    else:
        session.out.result(data, [f"{words} {'for' if dry_run else 'written to'} {path.name}"])
    return None


def _pieces(
    kind: FileFormat, posts: Iterable[ExportedPost], name: str, now: datetime
) -> Iterator[bytes]:
    if kind == "ical":
        return ical_file.pieces(posts, name, now)
    if kind == "json":
        return _json_pieces(posts, now)
    # The columns of threads stand in the first line, so all rows are read before it.
    rows = list(posts)
    parts = max((len(row.schedule.thread) + 1 for row in rows), default=1)
    return csv_file.pieces(rows, local_zone(), excel=kind == "excel", parts=parts)


def _json_pieces(posts: Iterable[ExportedPost], now: datetime) -> Iterator[bytes]:
    """Yield `{"schema": 1, "posts": […]}`, a post a line."""
    yield f'{{"schema":{SCHEMA},"posts":['.encode()
    mark = "\n"
    for post in posts:
        line = json.dumps(post_json(post.schedule, now), separators=(",", ":"))
        yield f"{mark}{line}".encode()
        mark = ",\n"
    yield b"\n]}\n"
