"""`workers.instance`: the lock of a home, and what a second start hands over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from posto_desktop.workers.instance import Handover, SingleInstance

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from posto_desktop.workers.instance import Handover, SingleInstance
app = QCoreApplication(sys.argv)
instance = SingleInstance(Path(sys.argv[1]))
message = Handover(files=("/a/ü\\n\\"b\\".jpg",), page="feed", links=("posto:x",))
print(instance.acquire(), instance.hand_over(message))
"""


def test_a_second_start_hands_its_files_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    with qtbot.waitSignal(first.handed_over) as received:
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND_START, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
        )
    assert received.args == [Handover(('/a/ü\n"b".jpg',), "feed", None, ("posto:x",))]
    out, _ = second.communicate(timeout=60)
    assert out.split() == ["False", "True"]
    first.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have their owners' rights there")
def test_nothing_is_handed_to_a_socket_of_another_user(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.acquire()
    first.listen()
    received: list[object] = []
    first.handed_over.connect(received.append)
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


def test_homes_do_not_share_a_lock(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert one.acquire()
    assert two.acquire()
    one.close()
    two.close()


def test_handing_over_to_nobody_ends(qapp: object, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).hand_over(Handover(), timeout_ms=200)


@given(
    files=st.lists(st.text(), max_size=5),
    page=st.none() | st.text(),
    service=st.none() | st.text(),
)
def test_messages_survive_the_way(files: list[str], page: str | None, service: str | None) -> None:
    message = Handover(tuple(files), page, service)
    line = message.to_line()
    assert line.count(b"\n") == 1
    assert Handover.from_line(line) == message


@given(st.binary(max_size=200))
def test_garbage_is_refused_with_value_error(line: bytes) -> None:
    try:
        Handover.from_line(line)
    except ValueError:
        return
    pytest.fail("random bytes were read as a message")


@pytest.mark.parametrize("line", [b"[" * 500_000, b'{"version":' * 100_000])
def test_what_is_nested_too_deeply_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="deep"):
        Handover.from_line(line)


def test_the_wrong_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        Handover.from_line(b'{"version": 2, "files": []}')
