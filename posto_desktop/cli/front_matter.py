"""Markdown files with front matter, as commands read them (`core.front_matter`)."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.cli.exits import CommandError, Exit
from posto_desktop.core import front_matter
from posto_desktop.core.front_matter import FIELDS, MAX_DEPTH, SUFFIXES, write_message
from posto_desktop.core.message_input import MessageInput

__all__ = ["FIELDS", "MAX_DEPTH", "SUFFIXES", "FrontMatterError", "read_message", "write_message"]


class FrontMatterError(CommandError):
    """A file cannot be read as front matter; says its name, line and field."""

    def __init__(self, problem: front_matter.FrontMatterProblem) -> None:
        place = {"file": problem.name, "line": problem.line}
        super().__init__(Exit.USAGE, str(problem), place)


def read_message(text: str, name: str, folder: Path | None = None) -> MessageInput:
    """As `core.front_matter.read_message`. Raises FrontMatterError."""
    try:
        return front_matter.read_message(text, name, folder)
    except front_matter.FrontMatterProblem as problem:
        raise FrontMatterError(problem) from None
