"""Starting, finding and ending the embedded workspace from the app."""

from __future__ import annotations

import base64
import contextlib
import functools
import http.client
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from posto_desktop import __version__
from posto_desktop.server import processes
from posto_desktop.storage import atomic, json_text, regular, renames

log = logging.getLogger(__name__)

STATE_FILE = "server.json"
_LONGEST_STATE = 100_000
LOG_FILE = "server.log"
_LOG_LIMIT = 1_000_000
_ALREADY_RUNNING = 3


class LaunchError(Exception):
    """The workspace could not be started; `user_message` is a sentence for people."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


@dataclass
class Running:
    """A workspace that answers. `process` is None when it was running before (`reused`)."""

    base_url: str
    username: str
    password: str = field(repr=False)
    pid: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    reused: bool = False
    lingers: bool = False

    def leave(self) -> None:
        """Let go of it: one that lingers sends what is scheduled and ends by itself."""
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def alive(self) -> bool:
        """Whether the workspace still answers."""
        if self.process is not None and self.process.poll() is not None:
            return False
        return _answers(self.base_url, self.username, self.password)

    def stop(self, timeout: float = 8.0) -> bool:
        """Ends the workspace; True once it has ended. What it was sending goes on next time."""
        limit = time.monotonic() + timeout
        if self.process is None:
            return self._stop_other(limit)
        if self.lingers and self._ask_to_stop() and self._wait(limit):
            self.leave()
            return True
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        if self._detached_stop() and self._wait(limit):
            return True
        if self._wait(limit):
            return True
        self.process.kill()
        return self._wait(time.monotonic() + 2)

    def _detached_stop(self) -> bool:
        """A detached server does not look at its input: it is asked to end."""
        return self.process is not None and self.process.stdin is None and self._ask_to_stop()

    def _wait(self, limit: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _stop_other(self, limit: float) -> bool:
        if not self._ask_to_stop():
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGTERM)
        pause = threading.Event()
        while processes.is_running(self.pid):
            if time.monotonic() > limit:
                return False
            pause.wait(0.02)
        return True

    def _ask_to_stop(self) -> bool:
        try:
            status, _ = _request(
                self.base_url, self.username, self.password, "POST", "/wp-json/posto/v1/shutdown"
            )
        except (OSError, http.client.HTTPException):
            return False
        return status == 200


def start(
    data_dir: Path,
    *,
    detach: bool = False,
    linger: bool = False,
    late_limit: float = 60,
    timeout: float = 30.0,
) -> Running:
    """The workspace of `data_dir`, started unless it already runs.

    It ends with this process unless `detach` is True; with `linger` it first sends what is
    scheduled. `late_limit` is in minutes, `timeout` in seconds. Raises LaunchError.
    """
    limit = time.monotonic() + timeout
    data_dir = Path(data_dir).expanduser().absolute()
    running = find(data_dir)
    if running is not None:
        return running
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = _open_log(data_dir / LOG_FILE)
    except OSError as error:
        raise LaunchError(f"The workspace's folder cannot be written to: {data_dir}.") from error
    try:
        process = processes.start(
            [*program(), "--data", str(data_dir), "--late-limit", f"{late_limit:g}"]
            + (["--detach"] if detach else [])
            + (["--linger"] if linger else []),
            stdin=subprocess.DEVNULL if detach else subprocess.PIPE,
            stderr=log,
            environment=_environment(),
            own_session=detach,
        )
    except OSError as error:
        raise LaunchError(f"The workspace could not be started: {error.strerror}.") from error
    finally:
        log.close()
    again = functools.partial(start, data_dir, detach=detach, linger=linger, late_limit=late_limit)
    running = _await_ready(process, data_dir, limit, again)
    running.lingers = linger and running.process is not None
    return running


def find(data_dir: Path) -> Running | None:
    """The workspace that runs for `data_dir`, None if there is none of this version.

    One of another version, or one that was left alone and only finishes its work, is asked to end,
    so that the new one can take its place.
    """
    try:
        state = json_text.loads(regular.read_regular(data_dir / STATE_FILE, _LONGEST_STATE))
        running = Running(
            base_url=str(state["base_url"]),
            username=str(state["username"]),
            password=str(state["password"]),
            pid=int(state["pid"]),
            reused=True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not running.alive():
        return None
    if state.get("version") != __version__ or state.get("lingering"):
        running.stop()
        return None
    return running


def _await_ready(
    process: subprocess.Popen[bytes],
    data_dir: Path,
    limit: float,
    again: Callable[..., Running],
) -> Running:
    assert process.stdout is not None
    lines: list[bytes] = []
    stdout = process.stdout

    def read() -> None:
        lines.append(stdout.readline(64 * 1024))

    reader = threading.Thread(target=read, name="workspace-start", daemon=True)
    reader.start()
    reader.join(max(0.0, limit - time.monotonic()))
    if reader.is_alive():
        _end(process)
        raise LaunchError("The workspace on this computer did not start in time.")
    stdout.close()
    try:
        answer: dict[str, Any] = json.loads(lines[0])
    except ValueError:
        answer = {}
    if "base_url" in answer:
        return Running(
            base_url=answer["base_url"],
            username=answer["username"],
            password=answer["password"],
            pid=int(answer["pid"]),
            process=process,
        )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.1, limit - time.monotonic()))
    code = process.returncode
    _end(process)
    if code == _ALREADY_RUNNING:
        # Another start was quicker, or the previous one is just ending.
        return _await_other(data_dir, limit, answer, again)
    raise LaunchError(
        str(
            answer.get("error")
            or f"The workspace on this computer could not start. See {LOG_FILE} in its folder."
        )
    )


def _await_other(
    data_dir: Path, limit: float, answer: dict[str, Any], again: Callable[..., Running]
) -> Running:
    pause = threading.Event()
    while time.monotonic() < limit:
        running = find(data_dir)
        if running is not None:
            return running
        if not (data_dir / STATE_FILE).exists():
            # It has not got that far yet, or it has just ended.
            pause.wait(0.2)
            return again(timeout=max(0.1, limit - time.monotonic()))
        pause.wait(0.05)
    raise LaunchError(str(answer.get("error") or "Another workspace already runs."))


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def program() -> list[str]:
    """The command that starts the workspace: beside a frozen app, or by this Python."""
    if getattr(sys, "frozen", False):
        name = "posto-server.exe" if sys.platform == "win32" else "posto-server"
        return [str(Path(sys.executable).with_name(name))]
    return [sys.executable, "-m", "posto_desktop.server"]


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        # The package may be importable here only because of how this process was started.
        package = str(Path(__file__).resolve().parents[2])
        known = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(one for one in (package, known) if one)
    return environment


def _open_log(path: Path) -> Any:
    """The server's log; one older log is kept."""
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        # A server that is just ending may still write to it: then it becomes the old one next time.
        with contextlib.suppress(renames.HeldError):
            renames.replace(path, path.with_name(f"{path.name}.old"), wait=False)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    try:
        return os.fdopen(regular.open_regular(path, flags), "ab")
    except regular.NotAFileError as error:
        log.warning("%s", atomic.set_aside(path, str(error.strerror)).sentence)
        return os.fdopen(regular.open_regular(path, flags), "ab")


def _answers(base_url: str, username: str, password: str) -> bool:
    try:
        status, _ = _request(base_url, username, password, "GET", "/wp-json/wp/v2/users/me")
    except (OSError, ValueError, http.client.HTTPException):
        return False
    return status == 200


def _request(
    base_url: str, username: str, password: str, method: str, path: str
) -> tuple[int, bytes]:
    address = urlsplit(base_url)
    if address.scheme != "http" or address.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("not an address of this computer")
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=3)
    try:
        token = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        connection.request(method, path, headers={"Authorization": f"Basic {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
