"""The guards of conftest.py themselves: each must really catch what it is there for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


def test_home_is_a_folder_of_this_test(isolated_home: Path) -> None:
    assert Path.home() == isolated_home
    assert os.environ["POSTO_HOME"].startswith(str(isolated_home))


def test_outside_network_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(socket.gaierror):
        socket.create_connection(("posto.example", 443), timeout=1)


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2], timeout=60).close()


def test_the_refused_port_refuses_and_is_for_whoever_asks_for_it(refused_port: int) -> None:
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", refused_port), timeout=60)
        server = socket.create_server(("127.0.0.1", refused_port))
        socket.create_connection(("127.0.0.1", refused_port), timeout=60).close()
        server.close()


LEAKS = {
    "thread": (
        "import threading\n"
        "def test_it(release):\n"
        "    threading.Thread(target=release.wait, args=(30,)).start()\n",
        "running thread",
    ),
    "timer": (
        "from PySide6.QtCore import QTimer\n"
        "keep = []\n"
        "def test_it(qapp):\n"
        "    keep.append(QTimer())\n"
        "    keep[0].start(100000)\n",
        "active timer",
    ),
    "qthread": (
        "from PySide6.QtCore import QThread\n"
        "keep = []\n"
        "def test_it(qapp):\n"
        "    keep.append(QThread())\n"
        "    keep[0].start()\n"
        "def test_end(qapp):\n"
        "    keep[0].quit()\n"
        "    keep[0].wait()\n",
        "running QThread",
    ),
    "window": (
        "from PySide6.QtWidgets import QWidget\n"
        "keep = []\n"
        "def test_it(qapp):\n"
        "    keep.append(QWidget())\n"
        "    keep[0].show()\n",
        "open window",
    ),
    "timer of a lasting object": (
        "import pytest\n"
        "from PySide6.QtCore import QObject, QTimer\n"
        "keep = []\n"
        "@pytest.fixture\n"
        "def kept(qapp):\n"
        "    keep.append(QObject())\n"
        "    QTimer(keep[0]).start(100000)\n"
        "    return keep[0]\n"
        "def test_it(kept):\n"
        "    pass\n",
        "active timer",
    ),
    "timer that goes with its fixture": (
        "import pytest\n"
        "from PySide6.QtCore import QObject, QTimer\n"
        "@pytest.fixture\n"
        "def given(qapp):\n"
        "    thing = QObject()\n"
        "    thing.timer = QTimer(thing)\n"
        "    thing.timer.start(100000)\n"
        "    return thing\n"
        "def test_it(given):\n"
        "    pass\n",
        None,
    ),
    "nothing": (
        "from PySide6.QtWidgets import QWidget\n"
        "from PySide6.QtCore import QTimer\n"
        "def test_it(qtbot):\n"
        "    widget = QWidget()\n"
        "    qtbot.addWidget(widget)\n"
        "    widget.show()\n"
        "    timer = QTimer(widget)\n"
        "    timer.start(100000)\n",
        None,
    ),
}


@pytest.mark.parametrize("kind", LEAKS)
def test_leak_is_caught(kind: str, pytester: pytest.Pytester) -> None:
    body, message = LEAKS[kind]
    conftest = Path(__file__).parents[1] / "conftest.py"
    release = (
        "\n\n@pytest.fixture(scope='session')\n"
        "def release():\n"
        "    event = threading.Event()\n"
        "    yield event\n"
        "    event.set()\n"
    )
    pytester.makeconftest(conftest.read_text(encoding="utf-8") + release)
    pytester.makepyfile(body)
    pytester.makeini("[pytest]\nmarkers =\n    end2end: whole app\n    may_leak(why): exempt\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    if message is None:
        result.assert_outcomes(passed=1)
    else:
        assert result.parseoutcomes()["errors"] == 1
        result.stdout.fnmatch_lines([f"*left behind: {message}*"])


EXAMPLES = """
import {module}
from hypothesis import given, strategies as st

def test_examples():
    tried = []
    @given(st.integers(), st.text())
    def one(number, text):
        tried.append((number, text))
    one()
    print("tried", hash(tuple(tried)))
"""


def test_ci_tries_the_same_examples_whatever_else_is_loaded(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    conftest = Path(__file__).parents[1] / "conftest.py"
    pytester.makeconftest(conftest.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    end2end: whole app\n    may_leak(why): exempt\n")
    pytester.makepyfile(
        little="A = 1",
        much="\n".join(f"A{number} = [{number}, 'text {number}']" for number in range(1000, 1400)),
    )
    monkeypatch.setenv("PYTHONHASHSEED", "0")

    def tried(module: str, *options: str) -> set[str]:
        pytester.makepyfile(test_it=EXAMPLES.format(module=module))
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-s", *options)
        result.assert_outcomes(passed=1)
        return {line for line in result.outlines if "tried" in line}

    monkeypatch.setenv("CI", "true")
    pinned = tried("little")
    assert pinned == tried("much")
    assert pinned != tried("little", "--hypothesis-profile=posto")
    monkeypatch.delenv("CI")
    assert pinned != tried("little")
