"""`workers.instance`: the lock of a home, and what a second start hands over."""

from __future__ import annotations

import errno
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLockFile
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from posto_desktop.storage.regular_files import open_regular
from posto_desktop.workers import instance
from posto_desktop.workers.instance import LaunchRequest, SingleInstance
from tests.fakes.odd_files import link_to_a_device, make_pipe

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from posto_desktop.workers import instance
from posto_desktop.workers.instance import LaunchRequest, SingleInstance
app = QCoreApplication(sys.argv)
instance = SingleInstance(Path(sys.argv[1]))
message = LaunchRequest(files=("/a/ü\\n\\"b\\".jpg",), page="feed", links=("posto:x",))
print(instance.acquire(), instance.send_request(message))
"""


def test_a_second_start_hands_its_files_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    with qtbot.waitSignal(first.launch_requested) as received:
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND_START, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
        )
    assert received.args == [LaunchRequest(('/a/ü\n"b".jpg',), "feed", None, ("posto:x",))]
    out, _ = second.communicate(timeout=60)
    assert out.split() == ["False", "True"]
    first.close()


def test_quick_capture_is_asked_for_in_a_message_that_older_versions_read() -> None:
    asked = LaunchRequest(("/a.jpg",), quick=True)
    assert LaunchRequest.from_line(asked.to_line()) == (asked, False)
    assert b"quick" not in LaunchRequest(("/a.jpg",)).to_line()


MANY = 10_000
MANY_FILES = """
files = tuple(f"/home/ann/{'a long name ' * 17}/{n}.jpg" for n in range(MANY))
print(instance.acquire(), instance.send_request(LaunchRequest(files, "compose")))
""".replace("MANY", str(MANY))


def test_thousands_of_files_with_long_names_arrive_together(qtbot: QtBot, tmp_path: Path) -> None:
    """More than 2 MB of paths."""
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    beginning = SECOND_START[: SECOND_START.index("message =")]
    with qtbot.waitSignal(first.launch_requested, timeout=60_000) as received:
        second = subprocess.Popen(
            [
                sys.executable,
                "-c",
                beginning + MANY_FILES,
                str(tmp_path),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
    files = received.args[0].files
    assert [Path(path).stem for path in files] == [str(n) for n in range(MANY)]
    assert sum(map(len, files)) > 2_000_000
    assert received.args[0].page == "compose"
    out, _ = second.communicate(timeout=60)
    assert out.split() == ["False", "True"]
    first.close()


@pytest.fixture
def listening(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[SingleInstance, list[LaunchRequest]]]:
    """A first copy, and what was handed to it."""
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    received: list[LaunchRequest] = []
    first.launch_requested.connect(received.append)
    yield first, received
    first.close()


def stranger(qtbot: QtBot, first: SingleInstance, says: bytes = b"") -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(first._name())
    assert socket.waitForConnected(5_000)
    socket.write(says)
    socket.flush()
    return socket


def is_cut_off(socket: QLocalSocket) -> bool:
    return socket.state() == QLocalSocket.LocalSocketState.UnconnectedState


HALVES = {
    "nothing": b"",
    "half a line": b'{"version": 1, "files": ["/a',
    "a part of many": LaunchRequest(("/a.jpg",)).to_line()[:-2] + b', "more": true}\n',
}


@pytest.mark.parametrize("says", HALVES.values(), ids=HALVES.keys())
def test_half_a_message_is_given_up(
    qtbot: QtBot, listening: Any, says: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "RECEIVE_MS", 100)
    first, received = listening
    socket = stranger(qtbot, first, says)
    qtbot.waitUntil(lambda: is_cut_off(socket))
    assert received == []
    socket = stranger(qtbot, first, says)
    socket.abort()
    whole = stranger(qtbot, first, LaunchRequest(("/b.jpg",)).to_line())
    qtbot.waitUntil(lambda: bool(received))
    assert received == [LaunchRequest(("/b.jpg",))]
    whole.abort()


FLOODS = {
    "no line": b"a" * 2_000_000,
    "no message": b"{}\n" * 1000,
    "a list that does not end": b"[" * 200_000 + b"\n",
    "small objects": b"[" + b"{}," * 60_000 + b"{}]\n",
}


@pytest.mark.parametrize("says", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_is_cut_off(qtbot: QtBot, listening: Any, says: bytes) -> None:
    first, received = listening
    socket = stranger(qtbot, first, says)
    qtbot.waitUntil(lambda: is_cut_off(socket))
    assert received == []


def test_no_more_files_are_taken_than_anybody_has(
    qtbot: QtBot, listening: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "MAX_FILES", 100)
    first, received = listening
    part = LaunchRequest(("/a.jpg",) * 60).to_line()[:-2] + b', "more": true}\n'
    socket = stranger(qtbot, first, part * 2)
    qtbot.waitUntil(lambda: is_cut_off(socket))
    assert received == []


def test_those_who_say_nothing_do_not_keep_others_out(qtbot: QtBot, listening: Any) -> None:
    first, received = listening
    silent = [stranger(qtbot, first) for _ in range(3 * instance.MAX_AT_ONCE)]
    whole = stranger(qtbot, first, LaunchRequest(("/b.jpg",)).to_line())
    qtbot.waitUntil(lambda: bool(received))
    assert received == [LaunchRequest(("/b.jpg",))]
    qtbot.waitUntil(lambda: sum(map(is_cut_off, silent)) >= 2 * instance.MAX_AT_ONCE)
    for socket in (*silent, whole):
        socket.abort()


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_first_copy_that_takes_nothing_does_not_hold_the_second(
    qapp: object, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "HAND_OVER_MS", 300)
    deaf = QLocalServer()
    waiting = SingleInstance(tmp_path)
    assert deaf.listen(waiting._name())
    message = LaunchRequest(tuple(f"/{'a' * 200}/{n}" for n in range(size // 200)))
    assert not waiting.send_request(message)
    deaf.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have their owners' rights there")
def test_nothing_is_handed_to_a_socket_of_another_user(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    received: list[object] = []
    first.launch_requested.connect(received.append)
    another = "import os\nos.getuid = lambda: 12345\n"
    second = subprocess.Popen(
        [sys.executable, "-c", another + SECOND_START, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    qtbot.waitUntil(lambda: second.poll() is not None)
    out, _ = second.communicate(timeout=60)
    assert out.split() == ["False", "False"]
    assert received == []
    first.close()


def test_the_lock_is_free_again_after_close_and_after_a_crash(tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.close()
    crash = (
        "import os, sys\nfrom pathlib import Path\n"
        "from posto_desktop.workers.instance import SingleInstance\n"
        "instance = SingleInstance(Path(sys.argv[1]))\n"
        "assert instance.acquire()\nos._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert (tmp_path / "posto.lock").exists()
    again = SingleInstance(tmp_path)
    assert again.acquire()
    again.close()


def test_a_killed_copy_may_have_had_the_number_that_is_ours_now(
    qapp: object, tmp_path: Path
) -> None:
    """After a power cut numbers are given anew, often the same ones."""
    first = SingleInstance(tmp_path)
    assert first.acquire()
    content = (tmp_path / "posto.lock").read_bytes()
    first.close()
    (tmp_path / "posto.lock").write_bytes(content)
    again = SingleInstance(tmp_path)
    assert again.acquire()
    assert (tmp_path / "posto.lock").exists()
    again.close()


def test_homes_do_not_share_a_lock(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    path, two = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert path.acquire()
    assert two.acquire()
    path.close()
    two.close()


def test_handing_over_to_nobody_ends(qapp: object, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).send_request(LaunchRequest(), timeout_ms=200)


@given(
    files=st.lists(st.text(), max_size=5),
    page=st.none() | st.text(),
    service=st.none() | st.text(),
)
def test_messages_survive_the_way(files: list[str], page: str | None, service: str | None) -> None:
    message = LaunchRequest(tuple(files), page, service)
    line = message.to_line()
    assert line.count(b"\n") == 1
    assert LaunchRequest.from_line(line) == (message, False)


@given(st.binary(max_size=200))
def test_garbage_is_refused_with_value_error(line: bytes) -> None:
    try:
        LaunchRequest.from_line(line)
    except ValueError:
        return
    pytest.fail("random bytes were read as a message")


@pytest.mark.parametrize("line", [b"[" * 500_000, b'{"version":' * 100_000])
def test_what_is_nested_too_deeply_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="nested"):
        LaunchRequest.from_line(line)


def test_the_wrong_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        LaunchRequest.from_line(b'{"version": 2, "files": []}')


_PARENT = psutil.Process().ppid()  # os.getppid ends the process under Wine
LEFT_BEHIND = {
    "empty": b"",
    "zeroes": b"\0" * 64,
    "random": bytes(range(255, 0, -1)),
    "of another computer": b"1\nposto-desktop\nsome-other-computer\n",
    "of a process that lives": f"{_PARENT}\nposto-desktop\n{platform.node()}\n".encode(),
}


@pytest.mark.parametrize("content", LEFT_BEHIND.values(), ids=LEFT_BEHIND.keys())
def test_a_lock_that_nobody_holds_is_taken_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "posto.lock").write_bytes(content)
    here = SingleInstance(tmp_path)
    assert here.acquire()
    assert not SingleInstance(tmp_path).acquire()
    here.close()
    # Windows may not remove a file that another process is about to lock.
    assert (tmp_path / "posto.lock").exists() == (os.name == "nt")


@pytest.mark.parametrize("make", [make_pipe, Path.mkdir, link_to_a_device])
def test_what_is_no_file_does_not_stand_in_the_way(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "posto.lock")
    here = SingleInstance(tmp_path)
    assert here.acquire()
    assert "posto.lock" in here.problem
    assert not SingleInstance(tmp_path).acquire()
    assert len(list(tmp_path.glob("posto.lock.damaged-*"))) == 1
    here.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_lock_whose_file_was_removed_is_made_anew(tmp_path: Path) -> None:
    """A copy that opened the file just before the holder removed it holds nothing."""
    first = SingleInstance(tmp_path)
    assert first.acquire()
    waiting = open_regular(tmp_path / "posto.lock", os.O_RDWR)
    first.close()
    second = SingleInstance(tmp_path)
    assert second.acquire()
    assert os.fstat(waiting).st_ino != (tmp_path / "posto.lock").stat().st_ino
    os.close(waiting)
    second.close()


def test_on_windows_a_file_that_an_earlier_version_holds_is_respected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows does not let it be opened, and Python tells no number of Windows' for that."""

    def refuse(*arguments: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(instance.atomic, "open_ours", refuse)
    monkeypatch.setattr(instance.sys, "platform", "win32")
    assert SingleInstance(tmp_path).acquire(), "the folder takes no lock at all"
    (tmp_path / "posto.lock").touch()
    assert not SingleInstance(tmp_path).acquire()


def test_a_copy_of_an_earlier_version_is_respected(tmp_path: Path) -> None:
    """It holds the same file by a QLockFile."""
    earlier = QLockFile(str(tmp_path / "posto.lock"))
    assert earlier.tryLock(0)
    assert not SingleInstance(tmp_path).acquire()
    earlier.unlock()
    assert SingleInstance(tmp_path).acquire()
