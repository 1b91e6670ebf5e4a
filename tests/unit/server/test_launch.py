"""Starting, finding and ending the workspace's process."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from posto_desktop.server import launch, processes
from posto_desktop.server.launch import LaunchError

from .conftest import FS, LATER, POSTO, Client, until

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and modes")


def test_what_was_scheduled_is_there_after_a_restart(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    first = start(tmp_path / "w")
    group = first.compose("twitter", "fb", share_at=LATER)
    before = first.group(group)
    assert first.running.stop(60)
    second = start(tmp_path / "w")
    assert second.running.pid != first.running.pid
    assert second.running.password != first.running.password
    after = second.group(group)
    for row in (*before, *after):
        row["channel"].pop("picture")  # carries the port
    assert after == before


def test_a_second_start_finds_the_first(start: Callable[..., Client], tmp_path: Path) -> None:
    first = start(tmp_path / "w")
    again = launch.start(tmp_path / "w")
    assert again.reused
    assert (again.pid, again.base_url) == (first.running.pid, first.running.base_url)
    assert again.alive()
    assert again.stop(60)
    assert not first.running.alive()


def test_starts_at_the_same_time_end_up_with_one_process(tmp_path: Path) -> None:
    launched: list[launch.Running] = []
    threads = [
        threading.Thread(target=lambda: launched.append(launch.start(tmp_path / "w", timeout=60)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({server.pid for server in launched}) == 1
    assert sum(not server.reused for server in launched) == 1
    for server in sorted(launched, key=lambda server: server.reused):
        server.stop(60)


def test_it_ends_when_its_starter_ends(tmp_path: Path) -> None:
    """However the app ends, even by kill -9: the system closes the pipe."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from posto_desktop.server import launch\n"
        "running = launch.start(Path(sys.argv[1]))\n"
        "print(running.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "w")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(launch.__file__).parents[2],
    )
    pid = int(done.stdout)
    until(lambda: not processes.is_running(pid))
    assert not (tmp_path / "w" / launch.STATE_FILE).exists()


@posix
def test_detached_it_outlives_its_starter(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from posto_desktop.server import launch\n"
        "running = launch.start(Path(sys.argv[1]), detach=True)\n"
        "print(running.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "w")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(launch.__file__).parents[2],
    )
    running = launch.find(tmp_path / "w")
    assert running is not None
    assert running.pid == int(done.stdout)
    assert running.stop(60)


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(
    start: Callable[..., Client], number: int, tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    assert running.process is not None
    running.process.send_signal(number)
    assert running.process.wait(60) == 0
    assert not (tmp_path / "w" / launch.STATE_FILE).exists()


@posix
def test_a_signal_that_comes_while_it_begins_to_wait_ends_it() -> None:
    """Handlers run in the main thread, which may hold the lock of the event at that moment."""
    script = (
        "import os, signal, threading\n"
        "from posto_desktop.server.__main__ import end_on_signals\n"
        "stopping = threading.Event()\n"
        "end_on_signals(stopping)\n"
        "with stopping._cond:\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "assert stopping.wait(60)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=60, cwd=Path(launch.__file__).parents[2]
    )


@posix
def test_a_second_signal_ends_it_at_once() -> None:
    """What comes to its end after the first one may take seconds."""
    script = (
        "import os, signal, threading\n"
        "from posto_desktop.server.__main__ import end_on_signals\n"
        "stopping = threading.Event()\n"
        "end_on_signals(stopping)\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "assert stopping.wait(60)\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "threading.Event().wait(60)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        timeout=60,
        cwd=Path(launch.__file__).parents[2],
    )
    assert done.returncode == 128 + signal.SIGTERM


@posix
def test_a_state_file_left_by_a_crash_misleads_nobody(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    assert (tmp_path / "w" / launch.STATE_FILE).exists()
    assert launch.find(tmp_path / "w") is None
    assert not start(tmp_path / "w").running.reused


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"base_url": 5}',
        '{"base_url": "http://evil.example", "username": "a",'
        ' "password": "b", "pid": 1, "version": "x"}',
    ],
)
def test_a_strange_state_file_is_no_workspace(tmp_path: Path, content: str) -> None:
    (tmp_path / launch.STATE_FILE).write_text(content)
    assert launch.find(tmp_path) is None


def test_a_workspace_of_another_version_makes_room(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    old = start(tmp_path / "w").running
    state = tmp_path / "w" / launch.STATE_FILE
    state.write_text(json.dumps(json.loads(state.read_text()) | {"version": "0.0.1"}))
    new = start(tmp_path / "w").running
    assert new.pid != old.pid
    assert not old.alive()


def test_a_newer_database_is_a_sentence_for_people(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with sqlite3.connect(tmp_path / "w" / "workspace.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LaunchError, match="newer version"):
        launch.start(tmp_path / "w")


def test_a_damaged_database_is_reported_and_kept(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "workspace.db").write_bytes(b"garbage" * 1000)
    client = start(tmp_path / "w")
    (problem,) = client.call("GET", f"{POSTO}/status")["problems"]
    assert "workspace.db.damaged-" in problem
    assert len(client.channels()) == 8


def test_a_folder_that_is_a_file_is_a_sentence_for_people(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("")
    with pytest.raises(LaunchError, match="folder"):
        launch.start(tmp_path / "w")


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_sentence_for_people(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir(mode=0o500)
    with pytest.raises(LaunchError, match="written"):
        launch.start(tmp_path / "w")


def test_a_program_that_cannot_start_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "program", lambda: [sys.executable, "-c", "raise SystemExit(7)"])
    with pytest.raises(LaunchError, match=r"server\.log"):
        launch.start(tmp_path / "w")
    monkeypatch.setattr(launch, "program", lambda: [str(tmp_path / "nothing")])
    with pytest.raises(LaunchError, match="could not be started"):
        launch.start(tmp_path / "w")


def test_one_that_never_gets_ready_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; sys.stdin.read()"
    monkeypatch.setattr(launch, "program", lambda: [sys.executable, "-c", script])
    with pytest.raises(LaunchError, match="in time"):
        launch.start(tmp_path / "w", timeout=0.3)


def test_the_limit_for_late_posts_reaches_the_server_and_can_be_changed(
    start: Callable[..., Client],
) -> None:
    client = start(late_limit=5)
    assert client.call("GET", f"{POSTO}/status")["late_limit"] == 5
    changed = client.call("POST", f"{POSTO}/status", json={"late_limit": 90})
    assert changed["late_limit"] == 90
    for wrong in (-1, "5", True, None):
        answer = client.send("POST", f"{POSTO}/status", json={"late_limit": wrong})
        assert answer.json()["error_msg"]


def test_overdue_rows_are_sent_or_missed_after_a_pause(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    client = start(tmp_path / "w")
    late, too_late = client.compose("fb"), client.compose("fb", posto_ref="late")
    now = requests.get(client.base + "/readyz", timeout=60).headers["Date"]
    client.running.stop()
    with sqlite3.connect(tmp_path / "w" / "workspace.db") as db:
        for group, minutes in ((late, 30), (too_late, 90)):
            db.execute(
                "UPDATE schedules SET send_time = unixepoch() - ?, due_at = unixepoch() - ?"
                " WHERE group_id = ?",
                (minutes * 60, minutes * 60, group),
            )
    db.close()
    client = start(tmp_path / "w")
    (sent,), (missed,) = client.settled(late), client.settled(too_late)
    assert (sent["status"], missed["status"]) == ("success", "missed"), now
    assert missed["error_msg"]
    assert client.rows(statuses="missed")[0]["id"] == missed["id"]
    client.call("POST", f"{POSTO}/schedules/send-now", json={"ids": [missed["id"]]})
    assert client.settled(too_late)[0]["status"] == "success"


@posix
def test_the_ready_line_is_one_line_of_json_and_nothing_more(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "posto_desktop.server", "--data", str(tmp_path / "w")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(launch.__file__).parents[2],
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert set(ready) == {"base_url", "username", "password", "pid"}
    assert ready["pid"] == process.pid
    assert requests.get(ready["base_url"] + "/readyz", timeout=60).json() == {"ready": True}
    state = tmp_path / "w" / launch.STATE_FILE
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    rest, _ = process.communicate(b"")
    assert rest == b""
    assert process.returncode == 0


def test_it_serves_this_computer_only(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "example.com"):
        done = subprocess.run(
            [sys.executable, "-m", "posto_desktop.server", "--data", str(tmp_path), "--host", host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(launch.__file__).parents[2],
        )
        assert done.returncode == 1
        assert "passwords would cross the network" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize(
    "option", [["--port", "70000"], ["--late-limit", "-1"], ["--nonsense"], []]
)
def test_wrong_options_are_explained(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from posto_desktop.server.__main__ import main

    with pytest.raises(SystemExit) as caught:
        main([*(["--data", str(tmp_path)] if option else []), *option])
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_large_log_makes_room(start: Callable[..., Client], tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / launch.LOG_FILE).write_bytes(b"x" * 1_100_000)
    client = start(tmp_path / "w")
    assert client.call("GET", f"{FS}/channels")
    assert (tmp_path / "w" / launch.LOG_FILE).stat().st_size < 100_000
