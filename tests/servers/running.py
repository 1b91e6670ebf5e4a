"""Processes of servers: a port, the first answer, the end."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import requests

from tests.end2end.ending import end
from tests.end2end.waiting import wait_for

HOST = "127.0.0.1"
LOG = "server.log"


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """A free port that nobody else is given, bound for the length of the block.

    Nobody listens on it until a server asks for this very number, which SO_REUSEADDR allows.
    """
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, 0))
        yield taken.getsockname()[1]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], answers: str, *, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in `folder` until the block ends; it is ready once the address `answers`."""
    log = folder / LOG
    with started(command, folder=folder, **environment) as process:

        def is_ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{_end_of(log)}")
            try:
                return requests.get(answers, timeout=20).status_code == 200
            except requests.ConnectionError:
                return False

        wait_for(is_ready, f"the first answer of {answers}", explain=lambda: _end_of(log))
        yield process


@contextlib.contextmanager
def started(
    command: Sequence[str | Path], *, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in `folder` until the block ends; what it says is in `folder / LOG`."""
    with (folder / LOG).open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        end(process, timeout=15)


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-4000:]
