"""`posto insights`: the numbers of posts that are kept on this computer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import InsightsData
from posto_desktop.core.export import insights_csv
from posto_desktop.core.insights.measures import ENGAGEMENT
from posto_desktop.core.insights.report import (
    AGE_KEYS,
    InsightsQuestion,
    InsightsReport,
    answer,
    first_moment,
)
from posto_desktop.core.insights.statistics import PostFigure
from posto_desktop.delivery import insight_store
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import atomic

_USER_FILE = 0o644


@click.command("insights", short_help="Show the numbers of posts that Posto Desktop has read")
@click.option("--days", "-d", type=click.IntRange(1, 730), default=90,
              help="Of posts published in the last so many days, 90 without.")  # fmt: skip
@click.option("--measure", "-m", default=ENGAGEMENT, metavar="NAME",
              help="What is counted: engagement, views, likes, replies, shares …")  # fmt: skip
@click.option("--age", type=click.Choice(list(AGE_KEYS)), default="latest",
              help="When posts were so old; else newest, older than a day.")  # fmt: skip
@click.option("--csv", "csv_path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the posts to this file.")  # fmt: skip
@with_session
def insights_command(
    session: Session, *, days: int, measure: str, age: str, csv_path: Path | None
) -> Exit | None:
    """Show the posts with the most likes, views … first. Posto Desktop reads the numbers while it
    runs; a post without one is left out."""
    now, zone = datetime.now(UTC), local_zone()
    workspace = session.workspace.id
    since = first_moment(days, now, zone).timestamp()
    posts = insight_store.load(session.database, workspace, since, age)
    report = answer(InsightsQuestion(measure, age, days), posts, now, zone)
    if csv_path is not None:
        atomic.write_pieces(csv_path, insights_csv.post_pieces(report, zone), mode=_USER_FILE)
        session.out.note(f"{report.n} posts written to {csv_path}.")
    session.out.rows(_rows(report), lambda row: _line(row, measure))
    if not report.n:
        known = ", ".join(report.measures)
        session.out.note(
            f"No post of the last {days} days has this number."
            + (f" There is: {known}." if known else "")
        )
    elif report.whole is not None:
        median = insights_csv.plain_number(report.whole.median)
        session.out.note(f"Median {median} of {report.n} posts.")
    return None


def _rows(report: InsightsReport) -> Iterator[InsightsData]:
    for figure in report.figures:
        yield _row(figure)


def _row(figure: PostFigure) -> InsightsData:
    post = figure.post
    return {
        "id": post.post_id,
        "published": post.sent_at.astimezone().isoformat(),
        "channel": post.channel_id,
        "channel_name": post.channel_name,
        "network": post.network,
        "text": post.text,
        "link": post.link,
        "labels": list(post.labels),
        "value": figure.value,
        "numbers": dict(post.numbers or {}),
        "read": post.read_at.astimezone().isoformat() if post.read_at is not None else None,
    }


def _line(row: Mapping[str, Any], measure: str) -> str:
    day = datetime.fromisoformat(row["published"])
    value = insights_csv.plain_number(row["value"])
    return f"{value:>6} {measure}  {day:%d %b %Y %H:%M}  {row['channel_name']}  {row['text'][:60]}"
