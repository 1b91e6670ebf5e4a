"""Pool of helper processes: started on demand, one request at a time, replaced after a crash.

A request is one line of JSON on the helper's standard input, an answer one on its standard output;
`bytes` in either is the number of raw bytes after the line (`read_request`, `write_answer`). A
helper ends when its input closes, and by itself when idle for a while.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from posto_desktop.server import processes

__all__ = ["Helper", "HelperCancelled", "HelperEnded", "Helpers", "read_request", "write_answer"]

_LONGEST_LINE = 1024 * 1024
_LARGEST_ANSWER = 512 * 1024 * 1024
_LOOK_SECONDS = 0.05
_MAX_IDLE = 3
_END_SECONDS = 10.0
"""An interpreter that has closed its pipe may need more than a second to end on a busy machine."""
_SECRET_VARIABLES = ("AWS_", "PGPASS", "POSTO_DATABASE")
"""What a process that decodes files of strangers is not to know."""
Answer = tuple[dict[str, Any], bytes]


class HelperEnded(Exception):
    """The helper ended without an answer. `took_too_long`: by its time limit, not by a crash.
    `was_killed`: from outside, as by a system without memory, independent of the request."""

    def __init__(self, *, took_too_long: bool, was_killed: bool = False) -> None:
        super().__init__("too long" if took_too_long else "killed" if was_killed else "crashed")
        self.took_too_long = took_too_long
        self.was_killed = was_killed


class HelperCancelled(Exception):
    """The caller cancelled; the helper was ended."""


class _EndedIdle(Exception):
    """It ended because it was idle, independent of the request."""


class Helpers:
    """Pool of helpers of one program. Thread-safe: each thread gets its own helper.

    `start` starts one, with pipes as its standard input and output. The owner calls `close`.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], name: str) -> None:
        self._start_process = start
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def ask(
        self,
        request: Mapping[str, Any],
        payload: bytes = b"",
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
    ) -> Answer:
        """Return a helper's answer within `seconds` of real time.

        If a helper is killed from outside, another one is asked. Raises HelperEnded,
        HelperCancelled, and OSError if none can be started.
        """
        try:
            with self.borrowed() as helper:
                return helper.ask(request, payload, seconds=seconds, cancelled=cancelled)
        except HelperEnded as error:
            if not error.was_killed:
                raise
        with self.borrowed() as helper:
            return helper.ask(request, payload, seconds=seconds, cancelled=cancelled)

    @contextmanager
    def borrowed(self) -> Iterator[Helper]:
        """Lend a helper for several requests, between which it may keep state."""
        helper = Helper(self._acquire(), self._start)
        try:
            yield helper
        except BaseException:
            _end(helper.process)
            raise
        self._release(helper.process)

    def close(self) -> None:
        """End idle helpers; busy ones end after their answer."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            _end(process)

    def _acquire(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                _end(process)
        return None

    def _release(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _MAX_IDLE and process.poll() is None:
                self._idle.append(process)
                return
        _end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        process = self._start_process()
        # Wait for idle helpers that end, which would otherwise stay as zombies.
        threading.Thread(
            target=self._await_end, args=(process,), name=f"{self._name}-end", daemon=True
        ).start()
        return process

    def _await_end(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        with self._lock:
            if process not in self._idle:
                return
            self._idle.remove(process)
        _end(process)


class Helper:
    """One helper, lent to one thread."""

    def __init__(
        self,
        process: subprocess.Popen[bytes] | None,
        start: Callable[[], subprocess.Popen[bytes]],
    ) -> None:
        self._start = start
        self.process = process or start()

    def ask(
        self,
        request: Mapping[str, Any],
        payload: bytes = b"",
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
    ) -> Answer:
        """Ask this process, and once more a new one if it ended while idle."""
        line = json.dumps({**request, "bytes": len(payload)}).encode() + b"\n"
        try:
            answer = self._ask(line, payload, seconds, cancelled)
        except _EndedIdle:
            _end(self.process)
            self.process = self._start()
            try:
                answer = self._ask(line, payload, seconds, cancelled)
            except _EndedIdle:
                raise HelperEnded(took_too_long=False) from None
        return answer

    def _ask(
        self, line: bytes, payload: bytes, seconds: float, cancelled: threading.Event | None
    ) -> Answer:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        answer = _Answer(self.process.stdout, time.monotonic() + seconds, cancelled)
        try:
            with _ended_after(self.process, seconds) if payload else contextlib.nullcontext():
                self.process.stdin.write(line)
                self.process.stdin.write(payload)
                self.process.stdin.flush()
            reply = json.loads(answer.line())
            if not isinstance(reply, dict):
                raise ValueError("no answer")
            return reply, answer.exactly(int(reply.get("bytes") or 0))
        except TimeoutError:
            _end(self.process)
            raise HelperEnded(took_too_long=True) from None
        except HelperCancelled:
            _end(self.process)
            raise
        except (OSError, ValueError, TypeError):
            raise self._ended() from None

    def _ended(self) -> Exception:
        self._close_input()  # an invalid answer counts as an end, too
        try:
            code = self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return HelperEnded(took_too_long=False)
        if code == 0:
            return _EndedIdle()
        if sys.platform != "win32" and code == -signal.SIGKILL:
            return HelperEnded(took_too_long=False, was_killed=True)
        timers = [
            -getattr(signal, signal_name, 0) for signal_name in ("SIGPROF", "SIGALRM", "SIGXCPU")
        ]
        # On Windows faulthandler's timer exits with 1, which nothing else there does.
        slow = code in timers if sys.platform != "win32" else code == 1
        return HelperEnded(took_too_long=slow and code != 0)

    def _close_input(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()


class _Answer:
    """Reads a pipe until a deadline or a cancellation."""

    def __init__(
        self, pipe: IO[bytes], until: float, cancelled: threading.Event | None = None
    ) -> None:
        self._handle = pipe.fileno()
        self._until = until
        self._cancelled = cancelled
        self._buffer = b""

    def line(self) -> bytes:
        """Return a line. Raises TimeoutError, HelperCancelled, and ValueError if the pipe ends
        early."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > _LONGEST_LINE:
                raise ValueError("no line")
            self._buffer += self._more(64 * 1024)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def exactly(self, size: int) -> bytes:
        """Return so many bytes; raises as `line`."""
        if not 0 <= size <= _LARGEST_ANSWER:
            raise ValueError("too much")
        pieces, received = [self._buffer], len(self._buffer)
        while received < size:
            pieces.append(self._more(min(size - received, 1024 * 1024)))
            received += len(pieces[-1])
        return b"".join(pieces)

    def _more(self, most: int) -> bytes:
        while not _is_ready(self._handle, _LOOK_SECONDS):
            if self._cancelled is not None and self._cancelled.is_set():
                raise HelperCancelled
            if time.monotonic() > self._until:
                raise TimeoutError
        data = os.read(self._handle, most)
        if not data:
            raise ValueError("it ended")
        return data


@contextmanager
def _ended_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """End a helper that does not read its input: a write to a full pipe blocks until its reader
    ends. Raises TimeoutError then."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except OSError:
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


def _is_ready(handle: int, seconds: float) -> bool:
    """Return whether a pipe can be read without blocking, now or within some hundredths of a
    second."""
    if sys.platform == "win32":
        import _winapi
        import msvcrt

        try:
            if _winapi.PeekNamedPipe(msvcrt.get_osfhandle(handle), 0)[0]:
                return True
        except OSError:
            return True  # it ended: the next read shows that
        time.sleep(min(seconds, 0.005))
        return False
    poll = select.poll()  # select() supports at most 1,024 open files
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.kill()
    process.wait()


# -- in the helper -----------------------------------------------------------------------------


def read_request(pipe: IO[bytes]) -> Answer | None:
    """Return the next request and its bytes; None at the end."""
    line = pipe.readline()
    if not line:
        return None
    request: dict[str, Any] = json.loads(line)
    return request, pipe.read(int(request.pop("bytes", 0)))


def write_answer(pipe: IO[bytes], answer: Mapping[str, Any], payload: bytes = b"") -> None:
    pipe.write(json.dumps({**answer, "bytes": len(payload)}).encode() + b"\n")
    pipe.write(payload)
    pipe.flush()


def start(command: list[str], *, stderr: int | None = None) -> subprocess.Popen[bytes]:
    """Start a helper of this program. Raises OSError."""
    environment = {
        name: value
        for name, value in processes.own_environment().items()
        if not name.startswith(_SECRET_VARIABLES)
    }
    return processes.start(command, stderr=stderr, environment=environment)
