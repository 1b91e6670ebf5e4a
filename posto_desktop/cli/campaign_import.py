"""`posto campaign import`: a table of messages becomes a campaign, as the app imports it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from posto_desktop.cli.campaign_forecast import forecast
from posto_desktop.cli.campaign_store import CampaignState, campaign_json
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit, refused, usage
from posto_desktop.cli.post_filter import PostFilter, read_posts
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import CampaignImportData, ImportedRowData
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.campaign import MAX_MESSAGES, UNITS, Campaign, Rhythm, RhythmKind
from posto_desktop.core.importing import dates
from posto_desktop.core.importing.channel_resolver import ChannelResolver
from posto_desktop.core.importing.media_names import is_address
from posto_desktop.core.importing.messages import messages_of
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.row_check import CheckedRow, ImportSetup, RowChoices
from posto_desktop.core.importing.table import ReadOptions
from posto_desktop.delivery import import_steps
from posto_desktop.delivery.import_steps import MEMORY_FILE, ColumnMemory, PictureFinder
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.times import read_when
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import campaign_rows

_WORKING = "working day"


class _Step:
    """Runs steps of an import without showing their progress."""

    def check(self) -> None:
        """Go on; Ctrl+C ends the command."""

    def report(self, value: object) -> None:
        """Ignore progress."""


@dataclass(frozen=True)
class ImportedTable:
    """The checked rows of a file."""

    rows: Sequence[CheckedRow]
    order_is_unclear: bool
    notes: Sequence[str]


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--to", "-t", multiple=True, required=True, metavar="CHANNEL",
              help="The campaign's channels, for rows that name none.")  # fmt: skip
@click.option("--name", default="", help="A name; that of the file without this.")
@click.option("--start", default="", metavar="TIME", help="When the first message goes out.")
@click.option("--every", default="", metavar="SPAN",
              help='Between messages: "2 hours", "1 day", "3 working days", "1 week"; or "slots" '
              'for your weekly slots, "times" for the times of the rows only.')  # fmt: skip
@click.option("--style", default="", metavar="NAME", help="A style for all messages.")
@click.option("--dates", "order", type=click.Choice(dates.ORDERS), default=None,
              help="The order of day and month, where the file does not tell.")  # fmt: skip
@click.option("--sheet", default="", help="The sheet of a workbook.")
@click.option("--dry-run", is_flag=True, help="Show times and findings, write nothing.")
@with_session
def import_command(
    session: Session,
    file: str,
    *,
    to: tuple[str, ...],
    name: str,
    start: str,
    every: str,
    style: str,
    order: dates.Order | None,
    sheet: str,
    dry_run: bool,
) -> Exit | None:
    """Make a campaign of a CSV, Excel or JSON file (docs/importing.md). It sends nothing: see
    posto campaign start.

    Ends with 7 if rows were left out.
    """
    channels = session.channels(may_be_known=dry_run)
    chosen = [channel.id for channel in find_channels(to, channels, session.groups())]
    if start:
        read_when(start, datetime.now(UTC), local_zone())  # refused before the file is read
    table = _read(session, file, channels, chosen, order, sheet)
    bad = [row for row in table.rows if _why_not(row)]
    messages = messages_of([row for row in table.rows if not _why_not(row)], {})
    if not messages:
        why = f" Row {bad[0].row.number}: {_why_not(bad[0])}" if bad else ""
        raise refused(f"No row of {Path(file).name} can be imported.{why}")
    campaign = Campaign(
        workspace=session.workspace.id,
        name=name or Path(file).stem,
        messages=tuple(messages[:MAX_MESSAGES]),
        channel_ids=tuple(chosen),
        style=style,
        start_text=start,
        rhythm=rhythm_of(every),
    )
    state = CampaignState(session, campaign)
    outlook = forecast(state, channels, "")
    if not dry_run:
        _write(session, campaign)
        session.notify_app(["campaigns"])
    data: CampaignImportData = {
        "campaign": None if dry_run else campaign_json(campaign, ()),
        "messages": outlook.messages(),
        "rows": [_row_json(row) for row in table.rows if row.problems or _why_not(row)],
        "notes": list(table.notes),
    }
    lines = [*outlook.lines(), *(_row_line(row) for row in data["rows"]), *data["notes"]]
    if table.order_is_unclear and order is None:
        lines.append("Day and month may be the other way round: say it by --dates dmy or mdy.")
    if not dry_run:
        words = [*session.command_words(), "campaign", "start", campaign.id[:8]]
        lines.append(f"Imported. Start it: {shlex.join(words)}")
    session.out.result(data, lines)
    return Exit.PARTLY if bad else None


def rhythm_of(words: str) -> Rhythm:
    """Return the rhythm that words mean; "": one a day. Raises CommandError."""
    text = " ".join(words.lower().split())
    if text in ("slots", "times"):
        kind: RhythmKind = "slots" if text == "slots" else "times"
        return Rhythm(kind=kind)
    if not text:
        return Rhythm()
    number, _, unit_words = text.partition(" ")
    if not number.isdecimal():
        number, unit_words = "1", text
    unit = unit_words.removesuffix("s").replace(_WORKING, "working_day")
    known = {name: name for name in UNITS}
    if unit not in known:
        raise usage(f'--every {words} is no rhythm. Write it like "2 hours", "1 day" or "slots".')
    try:
        return Rhythm("interval", int(number), known[unit])
    except ValueError as error:
        raise usage(f"--every {words} is no rhythm: {error}.") from None


def _read(
    session: Session,
    file: str,
    channels: Sequence[Channel],
    chosen: Sequence[int],
    order: dates.Order | None,
    sheet: str,
) -> ImportedTable:
    """Return the checked rows of a file. Raises CommandError."""
    step, now = _Step(), datetime.now(UTC)
    try:
        table = import_steps.read_file(step, file, ReadOptions(sheet=sheet))
    except ImportProblem as error:
        raise refused(error.user_message) from None
    setup = ImportSetup(
        (), order or "dmy", local_zone(), now, ChannelResolver(channels, chosen), tuple(chosen)
    )
    wanted = PostFilter(frozenset({"not_sent", "sending", "draft"}), first=now)
    prepared = import_steps.prepare(
        step,
        table,
        table.has_names,
        setup,
        ColumnMemory(session.paths.config / MEMORY_FILE),
        list(read_posts(session, wanted)),
    )
    setup = replace(
        setup,
        fields=prepared.fields,
        order=order or prepared.order,
        scheduled=prepared.scheduled,
    )
    finder = PictureFinder(str(Path(file).absolute().parent), table.kind)
    rows = table.rows(table.has_names)
    checked = import_steps.check(step, rows, setup, RowChoices(), finder, None)
    return ImportedTable(checked, prepared.unclear, table.notes)


def _write(session: Session, campaign: Campaign) -> None:
    messages = {message.id: message.to_json() for message in campaign.messages}
    campaign_rows.put(
        session.database, campaign.id, campaign.workspace, campaign.to_json(), messages
    )


def _why_not(row: CheckedRow) -> str:
    """Return why a row is not imported, "" if it is."""
    if not row.usable:
        problem = row.main
        return f"{problem.sentence}." if problem is not None else "Left out."
    remote = next((name for name in row.pictures if is_address(name)), "")
    if remote:
        return f"{remote} is an address: download the picture and name the file instead."
    return ""


def _row_json(row: CheckedRow) -> ImportedRowData:
    why = _why_not(row)
    level: Literal["error", "warning"] = "error" if why else "warning"
    sentences = [why] if why else [f"{problem.sentence}." for problem in row.problems]
    return {
        "row": row.row.number,
        "line": row.row.line,
        "level": level,
        "message": " ".join(sentences),
    }


def _row_line(row: ImportedRowData) -> str:
    words = "Not imported" if row["level"] == "error" else "Row"
    place = f"row {row['row']}" if row["level"] == "error" else str(row["row"])
    return f"{words} {place} (line {row['line']}): {row['message']}"
