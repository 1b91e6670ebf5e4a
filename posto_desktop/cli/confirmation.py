"""The question before what no command takes back."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from posto_desktop.cli.exits import refused, usage
from posto_desktop.cli.session import Session


def confirm(session: Session, question: str, lines: Iterable[str] = (), *, yes: bool) -> None:
    """Ask on a terminal; `lines` say what it is about. Raises CommandError without a terminal and
    without `yes`, and if the person declines."""
    if yes:
        return
    if not sys.stdin.isatty() or session.out.as_json:
        raise usage("Add --yes to do it without a question, or --dry-run to look. Nothing changed.")
    for line in lines:
        session.out.note(line)
    if not click.confirm(question, err=True):
        raise refused("Nothing changed.")
