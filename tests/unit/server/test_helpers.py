"""Helper processes are replaced when they end, and never keep anybody waiting for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from posto_desktop.server import helpers, process_limits
from posto_desktop.server.helpers import HelperCancelled, HelperEnded, Helpers
from tests.fakes.wine import not_under_wine

from .conftest import until

# Does what it is asked for: echo, crash, compute for ever, wait for ever, end without a word.
PROGRAM = """
import os, sys, threading, time
from posto_desktop.server.process_limits import limit_memory, limited_time
from posto_desktop.server.helpers import read_request, write_answer
while (asked := read_request(sys.stdin.buffer)) is not None:
    request, payload = asked
    with limited_time(request.get("limit", 60)):
        match request["do"]:
            case "crash":
                os.abort()
            case "compute":
                while True:
                    pass
            case "wait":
                print("waits", file=sys.stderr, flush=True)
                threading.Event().wait()
            case "be killed":
                os.kill(os.getpid(), 9)
            case "be killed once" if not os.path.exists(request["mark"]):
                open(request["mark"], "x").close()
                os.kill(os.getpid(), 9)
            case "talk":
                os.write(1, b"not json\\n")
            case "allocate":
                limit_memory(200_000_000)
                try:
                    bytearray(500_000_000)
                except MemoryError:
                    write_answer(sys.stdout.buffer, {"memory": "refused"})
                continue
    write_answer(sys.stdout.buffer, {"pid": os.getpid()}, payload[::-1])
    if request["do"] == "leave":
        os._exit(0)
    if request["do"] == "leave slowly":  # as an interpreter that ends on a busy machine
        os.close(1)
        while time.process_time() < request["busy"]:
            pass
        os._exit(0)
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helpers]:
    monkeypatch.setenv("PYTHONPATH", str(Path(helpers.__file__).parents[2]))
    command = [sys.executable, "-c", PROGRAM]
    made = Helpers(lambda: helpers.start(command, stderr=subprocess.DEVNULL), "tried")
    yield made
    made.close()


def test_bytes_go_there_and_back_and_the_process_stays(made: Helpers) -> None:
    payload = bytes(range(256)) * 8000  # more than a pipe holds
    first, data = made.ask({"do": "echo"}, payload, seconds=60)
    second, _ = made.ask({"do": "echo"}, seconds=60)
    assert data == payload[::-1]
    assert first["pid"] == second["pid"] != psutil.Process().pid


@pytest.mark.parametrize(("do", "too_long"), [("crash", False), ("talk", False), ("compute", True)])
def test_one_that_ends_is_told_and_replaced(made: Helpers, do: str, too_long: bool) -> None:
    with pytest.raises(HelperEnded) as caught:
        made.ask({"do": do, "limit": 0.2 if too_long else 60}, seconds=60)
    assert caught.value.took_too_long is too_long
    assert made.ask({"do": "echo"}, b"ab", seconds=60)[1] == b"ba"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_one_that_is_killed_from_outside_is_replaced_and_told_apart(
    made: Helpers, tmp_path: Path
) -> None:
    """As by a system that has no memory left."""
    asked = {"do": "be killed once", "mark": str(tmp_path / "mark")}
    assert made.ask(asked, b"ab", seconds=60)[1] == b"ba"
    with pytest.raises(HelperEnded) as caught:
        made.ask({"do": "be killed"}, seconds=60)
    assert caught.value.was_killed
    with pytest.raises(HelperEnded) as caught:
        made.ask({"do": "crash"}, seconds=60)
    assert not caught.value.was_killed


def test_one_that_waits_is_ended_by_the_clock(made: Helpers) -> None:
    with pytest.raises(HelperEnded) as caught:
        made.ask({"do": "wait"}, seconds=0.3)
    assert caught.value.took_too_long
    assert made._idle == []


def test_one_that_does_not_take_what_it_is_sent_is_ended_by_the_clock() -> None:
    """As one that the system has stopped: a pipe is full after 64 KB, and writing waits."""
    deaf = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    made = Helpers(lambda: helpers.start(deaf), "deaf")
    with pytest.raises(HelperEnded) as caught:
        made.ask({"do": "echo"}, bytes(1_000_000), seconds=0.3)
    assert caught.value.took_too_long
    assert made._idle == []


def test_nobody_waits_for_what_is_cancelled(made: Helpers) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(HelperCancelled):
        made.ask({"do": "wait"}, seconds=600, cancelled=cancelled)
    assert made._idle == []


def test_one_that_just_left_is_replaced_unseen(made: Helpers) -> None:
    first, _ = made.ask({"do": "leave"}, seconds=60)
    until(lambda: not psutil.pid_exists(first["pid"]) or not made._idle)
    assert made.ask({"do": "echo"}, seconds=60)[0]["pid"] != first["pid"]


def test_one_that_takes_its_time_to_leave_is_replaced_unseen(
    made: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has closed its pipe and still runs: that says nothing of what it is asked next."""
    monkeypatch.setattr(helpers, "_END_SECONDS", 60.0)  # its work takes long beside other tests
    first, _ = made.ask({"do": "leave slowly", "busy": 1.5}, seconds=60)
    second, data = made.ask({"do": "echo"}, b"ab", seconds=60)
    assert (second["pid"] != first["pid"], data) == (True, b"ba")


@not_under_wine("it sets no limit of memory")
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such limit")
def test_memory_has_a_limit(made: Helpers) -> None:
    assert made.ask({"do": "allocate"}, seconds=60)[0]["memory"] == "refused"


def test_several_threads_get_one_each(made: Helpers) -> None:
    with made.borrowed() as helper, made.borrowed() as other:
        pids = {helper.ask({"do": "echo"}, seconds=60)[0]["pid"] for _ in range(3)}
        assert len(pids | {other.ask({"do": "echo"}, seconds=60)[0]["pid"]}) == 2
    assert len(made._idle) == 2
    made.close()
    assert made._idle == []


def test_an_idle_process_ends_by_itself() -> None:
    idle = "from posto_desktop.server.process_limits import IdleEnd as I; I(0.05).start(); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", idle],
        stdin=subprocess.PIPE,
        cwd=Path(process_limits.__file__).parents[2],
    )
    assert process.wait(60) == 0
    assert process.stdin is not None
    process.stdin.close()


def test_a_helper_knows_no_keys_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """It decodes what strangers send."""
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD", "POSTO_DATABASE"):
        monkeypatch.setenv(name, "not for helpers")
    command = [sys.executable, "-c", "import os; print(sorted(os.environ.values()))"]
    process = helpers.start(command)
    output, _ = process.communicate(timeout=60)
    assert b"not for helpers" not in output
    assert os.environ["PATH"].encode() in output
