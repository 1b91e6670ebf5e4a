"""Questions, which are asked on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from posto_desktop.cli.exits import refused, usage
from posto_desktop.cli.session import Session


def confirm(session: Session, yes: bool, lines: Iterable[str], question: str) -> None:
    """Ask, unless `yes`. Raises CommandError for a no, and where nobody can be asked."""
    if yes:
        return
    if not can_ask(session):
        raise usage(
            "Add --yes to go on without a question, or --dry-run to look. Nothing was done."
        )
    for line in lines:
        session.out.note(line)
    if not click.confirm(question, err=True):
        raise refused("Nothing was done.")


def can_ask(session: Session) -> bool:
    """Whether a person is there to answer."""
    return sys.stdin.isatty() and not session.out.as_json
