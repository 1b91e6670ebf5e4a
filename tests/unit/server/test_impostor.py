"""Tests of an impostor on the workspace's port: it learns nothing and changes nothing."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.transport import Route
from posto_desktop.server import launch, listeners, processes
from posto_desktop.storage.proof import ROUTE, UnprovenError, demand_proof
from tests.fakes.impostor import WAYS, Impostor, impostor

from .conftest import Client, until

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and modes")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="told by /proc")


def port_of(running: launch.Running) -> int:
    return int(running.base_url.rpartition(":")[2])


def kill(running: launch.Running) -> None:
    assert running.process is not None
    running.process.kill()
    running.process.wait()


def told_nothing(listener: Impostor, running: launch.Running) -> None:
    heard = listener.heard()
    assert running.password.encode() not in heard
    assert b"authorization" not in heard.lower()


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system does not tell whose a port is: the proof alone decides."""
    monkeypatch.setattr(listeners, "belongs_to", lambda *_: None)
    monkeypatch.setattr(launch, "_SECONDS", 0.5)


def sdk(running: launch.Running, base_url: str = "") -> PostoSDK:
    return PostoSDK.from_credentials(
        running.username,
        running.password,
        base_url=base_url or running.base_url,
        route=Route(workspace_password=running.password),
        retries=0,
    )


def test_the_workspace_proves_itself_without_a_password(start: Callable[..., Client]) -> None:
    client = start()
    for password, fits in ((client.running.password, True), ("another", False)):
        with socket.create_connection(("127.0.0.1", port_of(client.running))) as connection:
            if fits:
                demand_proof(connection, password, 60)
            else:
                with pytest.raises(UnprovenError, match="wrong"):
                    demand_proof(connection, password, 60)
    for nonce in ("", "short", "g" * 64, "0" * 65):
        answer = requests.get(client.base + ROUTE, params={"nonce": nonce}, timeout=60)
        assert answer.status_code == 400


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("way", WAYS)
def test_after_a_crash_who_listens_there_is_not_the_workspace(
    way: str, start: Callable[..., Client], tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    kill(running)
    with impostor(tmp_path / "heard", port_of(running), way) as listener:
        assert launch.find(tmp_path / "w") is None
        assert not running.alive()
        again = start(tmp_path / "w").running
        assert not again.reused
        assert again.base_url != running.base_url
        told_nothing(listener, running)
        told_nothing(listener, again)


@linux
def test_where_the_system_tells_whose_a_port_is_nothing_at_all_is_sent(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    port = port_of(running)
    assert listeners.belongs_to("127.0.0.1", port, running.pid) is True
    assert listeners.belongs_to("127.0.0.1", port, os.getpid()) is False
    kill(running)
    assert listeners.belongs_to("127.0.0.1", port, running.pid) is None
    with impostor(tmp_path / "heard", port) as listener:
        assert listeners.belongs_to("127.0.0.1", port, running.pid) is False
        assert launch.find(tmp_path / "w") is None
        assert listener.heard() == b""
    with impostor(tmp_path / "heard", port, host="0.0.0.0") as listener:
        assert listeners.belongs_to("127.0.0.1", port, running.pid) is False
    with impostor(tmp_path / "heard", port, host="::1") as listener:
        assert listeners.belongs_to("127.0.0.1", port, running.pid) is None
        assert listeners.belongs_to("::1", port, running.pid) is False


@pytest.mark.usefixtures("blind")
def test_the_proof_cannot_be_fetched_from_the_server_itself(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    """Somebody in between, at another port and at the same port of another address."""
    running = start(tmp_path / "w").running
    port = port_of(running)
    for host, name, at in (("127.0.0.1", "127.0.0.1", 0), ("::1", "[::1]", port)):
        address = ("127.0.0.1", port)
        with impostor(tmp_path / "heard", at, "relays", *address, host=host) as listener:
            address = f"http://{name}:{listener.port}"
            with sdk(running, address) as posto, pytest.raises(NetworkError) as caught:
                posto.transport.get("posto/v1/status")
            assert caught.value.reason == "unproven"
            assert "proof is wrong" in str(caught.value)  # the server did answer
            assert ROUTE.encode() in listener.heard()
            told_nothing(listener, running)
    with sdk(running) as posto:
        assert len(posto.channels) == 8


@pytest.mark.usefixtures("blind")
def test_a_port_that_is_taken_between_two_requests_gets_nothing(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    with sdk(running) as posto:
        channel = posto.channels[0].id  # over a connection that is kept
        kill(running)
        with impostor(tmp_path / "heard", port_of(running)) as listener:
            for call in (
                lambda: posto.transport.get("posto/v1/status"),
                lambda: posto.transport.post("posto/v1/status", {"late_limit": 1}),
                lambda: posto.post("a secret plan", to=channel),
                lambda: posto.transport.stream(
                    f"{running.base_url}/wp-json/posto/v1/feed", lambda _: None, limit=1000
                ),
            ):
                with pytest.raises(NetworkError) as caught:
                    call()
                assert caught.value.reason == "unproven"
                assert not caught.value.maybe_sent
                assert caught.value.user_message == (
                    "Another program answers in place of the workspace on this computer. "
                    "Nothing was sent."
                )
            told_nothing(listener, running)
            assert b"secret plan" not in listener.heard()


def test_other_services_on_this_computer_are_asked_for_no_proof(tmp_path: Path) -> None:
    with (
        impostor(tmp_path / "heard") as listener,
        PostoSDK.from_credentials(
            "a", "b c", base_url=f"http://127.0.0.1:{listener.port}"
        ) as posto,
    ):
        posto.transport.get("posto/v1/status", empty_ok=True)
        assert ROUTE.encode() not in listener.heard()
        assert b"authorization: basic" in listener.heard().lower()


# A server of a version that could not prove itself


OLDER = (
    "import signal, socket, sys, threading\n"
    "listener = socket.create_server(('127.0.0.1', 0))\n"
    "signal.signal(signal.SIGTERM, lambda *_: (print('ends', flush=True), sys.exit()))\n"
    "print(listener.getsockname()[1], flush=True)\n"
    "peer, _ = listener.accept()\n"
    "print('asked', flush=True)\n"
    "threading.Event().wait()\n"
)


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a process with words on its command line, and says in server.json that it is one of
    an older version."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", OLDER, *words], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        state = {"base_url": address, "username": "posto", "password": "lasting"}
        state |= {"pid": process.pid, "version": "0.0.1", "detached": False}
        (tmp_path / "w").mkdir(exist_ok=True)
        (tmp_path / "w" / launch.STATE_FILE).write_text(json.dumps(state))
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@posix
def test_an_older_server_is_ended_and_sent_nothing(
    older: Callable[..., subprocess.Popen[str]], start: Callable[..., Client], tmp_path: Path
) -> None:
    process = older("posto_desktop.server", "--data", str(tmp_path / "w"))
    new = start(tmp_path / "w").running
    assert new.pid != process.pid
    assert process.wait(60) == 0
    assert process.communicate()[0] == "ends\n"


@posix
@pytest.mark.parametrize("words", [[], ["posto_desktop.server", "--data", "/another/home"]])
def test_a_process_that_only_has_its_number_is_left_alone(
    words: list[str], older: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = older(*words)
    assert launch.find(tmp_path / "w") is None
    assert process.poll() is None
    process.terminate()
    assert process.communicate()[0] == "ends\n"


@pytest.mark.usefixtures("blind")
def test_an_older_server_that_cannot_be_ended_is_said(
    start: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(tmp_path / "w").running
    state = tmp_path / "w" / launch.STATE_FILE
    known = json.loads(state.read_text())
    known.pop("proves")
    state.write_text(json.dumps(known))
    monkeypatch.setattr(processes, "runs_with", lambda *_: False)  # as on Windows
    with pytest.raises(launch.LaunchError) as caught:
        launch.start(tmp_path / "w", timeout=4)
    assert caught.value.user_message == (
        "The workspace of an older Posto Desktop is still running and could not be stopped. "
        "Log out of this computer and in again, then start Posto Desktop."
    )
    assert processes.is_running(running.pid)


# server.json itself


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root gives files away")
def test_a_state_file_of_another_user_names_no_workspace(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    running = start(tmp_path / "w").running
    state = tmp_path / "w" / launch.STATE_FILE
    assert launch.find(tmp_path / "w") is not None
    os.chown(state, 65534, 65534)
    assert launch.find(tmp_path / "w") is None
    os.chown(state, 0, 0)
    launched = launch.find(tmp_path / "w")
    assert launched is not None
    assert launched.pid == running.pid


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1000,
        b"\0" * 5000,
        b"x" * 200_000,
        b'{"base_url": "http://127.0.0.1:1", "username": "a", "password": "b", "pid": 1e999}',
        b'{"base_url": "http://127.0.0.1:99999", "username": "a", "password": "b", "pid": 1,'
        b' "proves": true}',
        b'{"base_url": "http://192.0.2.1:80", "username": "a", "password": "b", "pid": 1,'
        b' "proves": true}',
        b'{"base_url": "http://127.0.0.1:80@192.0.2.1", "username": "a", "password": "b", "pid": 1,'
        b' "proves": true}',
        b'{"base_url": "http://127.0.0.1:1", "username": "a", "password": "b", "pid": -1}',
    ],
)
def test_a_damaged_state_file_names_no_workspace(content: bytes, tmp_path: Path) -> None:
    (tmp_path / launch.STATE_FILE).write_bytes(content)
    assert launch.find(tmp_path) is None


@posix
def test_command_lines_and_environments_hold_no_secret(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("told by /proc")
    running = start(tmp_path / "w").running
    plain = running.password.replace(" ", "").encode()
    for name in ("cmdline", "environ"):
        content = Path(f"/proc/{running.pid}/{name}").read_bytes()
        assert plain not in re.sub(rb"\s", b"", content)
    until(lambda: (tmp_path / "w" / launch.STATE_FILE).exists())
