"""Starts, finds and ends the local server from the app."""

from __future__ import annotations

import base64
import contextlib
import functools
import http.client
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
from typing import IO, Any
from urllib.parse import urlsplit

from posto_desktop import __version__
from posto_desktop.common import json_text
from posto_desktop.common.bundle import is_bundled
from posto_desktop.common.translation import translatable
from posto_desktop.common.user_error import EnglishError
from posto_desktop.server import listeners, processes
from posto_desktop.storage import atomic, regular_files, renames
from posto_desktop.storage.proof import UnprovenError, demand_proof

log = logging.getLogger(__name__)

STATE_FILE = "server.json"
_LONGEST_STATE = 100_000
_LONGEST_ANSWER = 1_000_000
_SECONDS = 3.0  # for the proof of a server, and for each answer
_OLDER_SECONDS = 8.0  # for the end of one that cannot prove itself
LOG_FILE = "server.log"
_LOG_LIMIT = 1_000_000
_ALREADY_RUNNING = 3
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class LaunchError(EnglishError):
    """The local server could not be started; `user_message` is a sentence."""


@dataclass
class Running:
    """A running local server. `process` is None if it was running before (`reused`).

    `password` is that of this start. No secret is sent to its address before the listener has
    proven its identity, on each connection (`storage.proof`).
    """

    base_url: str
    username: str
    password: str = field(repr=False)
    pid: int
    data_dir: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    reused: bool = False
    lingers: bool = False

    def release(self) -> None:
        """Release it: a lingering one sends what is scheduled and ends by itself."""
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def alive(self) -> bool:
        """Return whether the server still answers and proves its identity."""
        if self.process is not None and self.process.poll() is not None:
            return False
        try:
            self._connect().close()
        except (OSError, ValueError, http.client.HTTPException):
            return False
        return True

    def stop(self, timeout: float = 8.0) -> bool:
        """End the server; return True once it has ended. Interrupted posts continue at the next
        start."""
        limit = time.monotonic() + timeout
        if self.process is None:
            return self._stop_other(limit)
        if self.lingers and self._ask_to_stop() and self._wait(limit):
            self.release()
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
        """A detached server ignores its input: ask it to end by a request."""
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
            end_process(self.pid, self.data_dir)
        return _has_ended(self.pid, limit)

    def _ask_to_stop(self) -> bool:
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")
        try:
            with contextlib.closing(self._connect()) as connection:
                connection.request(
                    "POST",
                    "/wp-json/posto/v1/shutdown",
                    headers={"Authorization": f"Basic {token}"},
                )
                answer = connection.getresponse()
                answer.read(_LONGEST_ANSWER)
        except (OSError, ValueError, http.client.HTTPException):
            return False
        return answer.status == 200

    def _connect(self) -> http.client.HTTPConnection:
        """Return a proven connection to the server, for one request."""
        address = urlsplit(self.base_url)
        host, port = address.hostname, address.port
        if address.scheme != "http" or port is None or host not in _LOOPBACK:
            raise ValueError("not an address of this computer")
        if listeners.belongs_to(host, port, self.pid) is False:
            raise UnprovenError("another process listens there")
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
        connection.auto_open = 0  # a second connection would be unproven
        try:
            connection.connect()
            demand_proof(connection.sock, self.password, _SECONDS)
            connection.sock.settimeout(_SECONDS)
        except BaseException:
            connection.close()
            raise
        return connection


def start(
    data_dir: Path,
    *,
    detach: bool = False,
    linger: bool = False,
    idle: float | None = None,
    late_limit: float = 60,
    timeout: float = 30.0,
) -> Running:
    """Return the server of `data_dir`, starting it unless it runs.

    It ends with this process unless `detach` is True; with `linger` it first sends what is
    scheduled. With `idle` it is detached, and ends when nobody asked for so many seconds and
    nothing is scheduled. `late_limit` is in minutes, `timeout` in seconds. Raises LaunchError.
    """
    limit = time.monotonic() + timeout
    detach = detach or idle is not None
    data_dir = Path(data_dir).expanduser().absolute()
    running = find(data_dir)
    if running is not None:
        return running
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = _open_log(data_dir / LOG_FILE)
    except OSError as error:
        raise LaunchError(
            translatable(
                "Server", "Posto cannot write to the workspace's folder: {folder}."
            ).format(folder=data_dir)
        ) from error
    try:
        process = processes.start(
            [*program(), "--data", str(data_dir), "--late-limit", f"{late_limit:g}"]
            + (["--detach"] if detach else [])
            + (["--idle", f"{idle:g}"] if idle is not None else [])
            + (["--linger"] if linger else []),
            stdin=subprocess.DEVNULL if detach else subprocess.PIPE,
            stderr=log,
            environment=processes.own_environment(),
            own_session=detach,
        )
    except OSError as error:
        raise LaunchError(
            translatable("Server", "The workspace could not be started: {reason}.").format(
                reason=error.strerror
            )
        ) from error
    finally:
        log.close()
    again = functools.partial(
        start, data_dir, detach=detach, linger=linger, idle=idle, late_limit=late_limit
    )
    running = _await_ready(process, data_dir, limit, again)
    running.lingers = linger and running.process is not None
    return running


def find(data_dir: Path) -> Running | None:
    """Return the running server of `data_dir`, None if there is none of this version.

    One of another version, or a lingering one, is asked to end, so that a new one can replace it.
    An older one without proof gets no request and is ended by its process id.
    """
    data_dir = Path(data_dir).expanduser().absolute()
    state = _read_state(data_dir)
    try:
        running = Running(
            base_url=str(state["base_url"]),
            username=str(state["username"]),
            password=str(state["password"]),
            pid=int(state["pid"]),
            data_dir=data_dir,
            reused=True,
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    if not _can_prove(state):
        if end_process(running.pid, data_dir):
            _has_ended(running.pid, time.monotonic() + _OLDER_SECONDS)
        return None
    if not running.alive():
        return None
    if state.get("version") != __version__ or state.get("lingering"):
        running.stop()
        return None
    return running


def _read_state(data_dir: Path) -> dict[str, Any]:
    """Return what the server wrote about itself; {} if missing or invalid."""
    try:
        state = json_text.loads(regular_files.read_private(data_dir / STATE_FILE, _LONGEST_STATE))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _can_prove(state: dict[str, Any]) -> bool:
    return state.get("proves") is True


def end_process(pid: int, data_dir: Path) -> bool:
    """Ask the process `pid` to end if it is the server of `data_dir`. Return False if it is not, or
    if that is unknown."""
    if not processes.runs_with(pid, ("posto", "server", "--data", str(data_dir))):
        return False
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM)
        return True
    return False


def _has_ended(pid: int, limit: float) -> bool:
    """Wait until a process has ended; return False if it still runs at `limit`."""
    pause = threading.Event()
    while processes.is_running(pid):
        if time.monotonic() > limit:
            return False
        pause.wait(0.02)
    return True


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
        raise LaunchError(
            translatable("Server", "The workspace on this computer did not start in time.")
        )
    stdout.close()
    try:
        value = json_text.loads(lines[0])
        answer = value if isinstance(value, dict) else {}
    except ValueError:
        answer = {}
    if "base_url" in answer:
        return Running(
            base_url=answer["base_url"],
            username=answer["username"],
            password=answer["password"],
            pid=int(answer["pid"]),
            data_dir=data_dir,
            process=process,
        )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.1, limit - time.monotonic()))
    code = process.returncode
    _end(process)
    if code == _ALREADY_RUNNING:
        # Another start was faster, or the previous one is just ending.
        return _await_other(data_dir, limit, answer, again)
    raise LaunchError(
        str(
            answer.get("error")
            or translatable(
                "Server",
                "The workspace on this computer could not start. See {file} in its folder.",
            ).format(file=LOG_FILE)
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
            # It is still starting, or has just ended.
            pause.wait(0.2)
            return again(timeout=max(0.1, limit - time.monotonic()))
        pause.wait(0.05)
    state = _read_state(data_dir)
    if state and not _can_prove(state):
        raise LaunchError(
            translatable(
                "Server",
                "The workspace of an older Posto Desktop is still running and could not be "
                "stopped. Log out of this computer and in again, then start Posto Desktop.",
            )
        )
    raise LaunchError(
        str(answer.get("error") or translatable("Server", "Another workspace is already running."))
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def program() -> list[str]:
    """Return the command that starts the server: beside a bundle's app, or by this Python."""
    if is_bundled():
        name = "posto-server.exe" if sys.platform == "win32" else "posto-server"
        return [str(Path(sys.executable).with_name(name))]
    return [sys.executable, "-m", "posto_desktop.server"]


def _open_log(path: Path) -> IO[bytes]:
    """Return the server's log file; one older log is kept."""
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        # An ending server may still write to it: then it is rotated next time.
        with contextlib.suppress(renames.FileInUseError):
            renames.replace(path, path.with_name(f"{path.name}.old"), wait=False)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    try:
        descriptor, moved = atomic.open_ours(path, flags)
    except PermissionError as error:
        if not path.exists():
            raise
        log.warning("The workspace runs without a log: %s", error)
        return Path(os.devnull).open("ab")
    if moved is not None:
        log.warning("%s", moved.sentence)
    return os.fdopen(descriptor, "ab")
