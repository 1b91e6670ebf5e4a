"""The list of publishers: each can be loaded, and nothing is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from posto_desktop.server.publishers.all import PUBLISHERS, Publishers


@pytest.mark.parametrize("method", [publisher[0] for publisher in PUBLISHERS])
def test_each_can_be_loaded_and_connected(method: str) -> None:
    publisher = Publishers()[method]
    assert publisher.method == method
    assert publisher.name
    assert publisher.fields
    assert publisher.settle >= 0
    assert 0 <= publisher.ahead <= 600
    assert Publishers().get("no such") is None


def test_a_start_loads_none_of_them() -> None:
    program = (
        "import sys, posto_desktop.server.app, posto_desktop.server.workspace\n"
        "print([name for name in sys.modules if name == 'requests'"
        " or name.startswith('posto_desktop.server.publishers.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = eval(done.stdout)
    allowed = {
        "all", "attachments", "base", "checks", "http", "http_sessions", "refusals", "sandbox",
        "traffic",
    }  # fmt: skip
    assert {name.rpartition(".")[2] for name in loaded} == allowed
