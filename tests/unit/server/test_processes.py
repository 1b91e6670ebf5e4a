"""Starting other programs, and asking whether one runs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from posto_desktop.server import processes


def test_a_process_runs_until_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    child = processes.start([sys.executable, "-c", "print('up', flush=True); input()"])
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"up"
    # To ask must not start a program: on Windows its console flashed up again and again.
    monkeypatch.setattr(subprocess, "Popen", None)
    assert processes.is_running(child.pid)
    assert processes.is_running(os.getpid())
    child.stdin.close()
    child.stdout.close()
    child.wait()
    assert not processes.is_running(child.pid)


def test_what_is_started_has_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x0800_0000, raising=False)
    monkeypatch.setattr(subprocess, "Popen", lambda _command, **more: asked.update(more))
    processes.start(["program"])
    assert asked["creationflags"] == 0x0800_0000


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(OSError):
        processes.start(["/no/such/program-of-posto"])
