"""Tests of the lock of sending, and of a runner that waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from posto_desktop.storage.process_lock import SENDING, ProcessLock


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path), ProcessLock(tmp_path)
    assert first.acquire()
    assert first.acquire()  # it has it already
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_lock_ends_with_its_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from posto_desktop.storage.process_lock import ProcessLock;"
        "lock = ProcessLock(Path(sys.argv[1])); print(lock.acquire(), flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"True"
        lock = ProcessLock(tmp_path)
        assert not lock.acquire()
        process.kill()
        process.wait()
        assert lock.acquire()
        lock.release()


def test_folder_in_place_of_the_file_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / SENDING).mkdir()
    lock = ProcessLock(tmp_path)
    assert lock.acquire()
    lock.release()
