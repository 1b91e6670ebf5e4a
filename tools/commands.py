"""Running commands, and saying what goes wrong. Readable by an old Python, as dev.py is."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WINDOWS = os.name == "nt"
LINUX = sys.platform.startswith("linux")


class Trouble(Exception):
    """Ends the program with this sentence."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(command: list[str], **options: Any) -> int:
    """Run a command in the project folder; its exit code."""
    return subprocess.call(command, cwd=ROOT, **options)


PIP_OPTIONS = ["--disable-pip-version-check", "--no-input", "--retries", "5"]


def pip_command(pip: list[str], verb: str, lock: str) -> list[str]:
    """The command by which `pip` takes exactly what a lock file lists. It resolves nothing: old
    pips ask for the newest release of some that are locked. It builds nothing: what builds it would
    be the newest, too."""
    exactly = ["--no-deps", "--require-hashes", "--only-binary=:all:"]
    return [*pip, verb, "-q", *exactly, *PIP_OPTIONS, "-r", lock]
