"""Benchmark of 60 MB answers: memory above idle and the longest pause of the GUI thread.

Each answer is read as the app reads it, in a process of its own (``python -m tests.bench.answers
NAME ADDRESS``): on a worker, while a timer of the GUI thread notes how late it comes and the
garbage is collected there.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.unit.sdk.scripted import TOKEN, schedule

MB = 1024 * 1024
SIZE = 60 * MB
MOST_MEMORY = 400.0
MOST_PAUSE = 50.0
BEAT_MS = 5
ROUNDS = 3
IDLE = "an empty list"

Pieces = Callable[[], Iterator[bytes]]


def _repeated(start: bytes, piece: bytes, end: bytes, size: int = SIZE) -> Iterator[bytes]:
    yield start
    block = piece * max(1, 65536 // len(piece))
    for _ in range(size // len(block)):
        yield block
    yield end


def _numbered(start: bytes, piece: str, last: str, end: bytes) -> Iterator[bytes]:
    """As `_repeated`, with numbers in each piece."""
    yield start
    sent = number = 0
    while sent < SIZE:
        block = "".join(piece % n for n in range(number, number + 1000)).encode()
        number, sent = number + 1000, sent + len(block)
        yield block
    yield (last % number).encode() + end


def _rows() -> Iterator[bytes]:
    row = json.dumps(schedule(1, at=1_800_000_000) | {"padding": "a \u00e9 " * 150})
    row = row.replace("%", "%%").replace('"id": 1,', '"id": %d,', 1)
    return _numbered(b'{"schedules":[', f"{row},", row, b'],"total":50}')


ANSWERS: dict[str, Pieces] = {
    "nothing": lambda: iter([b'{"schedules":[],"total":0}']),
    "rows": _rows,
    "one object": lambda: _numbered(b'{"schedules":{', '"%d":{"id":1},', '"%d":1', b"}}"),
    "one text": lambda: _repeated(b'{"schedules":["', b"a", b'"]}'),
    "escapes": lambda: _repeated(b'{"schedules":["', b"\\u0041", b'"]}'),
    "surrogates": lambda: _repeated(b'{"schedules":["', b"\\ud83d\\ude00", b'"]}'),
    "small objects": lambda: _repeated(b'{"schedules":[', b'{"id":1},', b"{}]}"),
    "empty lists": lambda: _repeated(b'{"schedules":[', b"[],", b"{}]}"),
    "different keys": lambda: _numbered(
        b'{"schedules":[', '{"id":%d,"' + "a" * 900 + '":0},', '{"id":%d}', b"]}"
    ),
    "numbers": lambda: _repeated(b'{"schedules":[', b"1e1,", b"1]}"),
    "digits": lambda: _repeated(b'{"schedules":[', b"1" * 5000 + b",", b"1]}"),
    "nested": lambda: _repeated(b"", b'{"a":', b""),
    "brackets": lambda: _repeated(b"", b"[", b"", 10 * MB),
    "nested rows": lambda: _repeated(
        b"[", b"[" * 90 + b"1," * 40_000 + b"1" + b"]" * 90 + b",", b"1]"
    ),
    "spaces": lambda: _repeated(b"", b" ", b""),
    "web page": lambda: _repeated(b"<!DOCTYPE html><title>x</title>", b"<p>[{", b""),
    "notice before": lambda: _repeated(b"<b>Notice</b>: x [1] {", b'[{"a":1},', b"1]"),
    "zipped": lambda: iter([gzip.compress(b" " * (300 * MB))]),
}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.split("/wp-json/")[0].strip("/").replace("%20", " ")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if name == "zipped":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for piece in ANSWERS[name]():
                self.wfile.write(piece)
        except OSError:
            pass  # whoever asked has heard enough
        self.close_connection = True

    def log_message(self, *_words: object) -> None:
        pass


def _now() -> float:
    """MB that this process has in memory, and had at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no such line")


def _pulse(owner: Any) -> list[float]:
    """Fills with the milliseconds that each beat of the GUI thread came late because of what this
    process did meanwhile: at most the time of the processor that it took. What others on the
    machine do does not count."""
    from PySide6.QtCore import Qt, QTimer

    delays = [0.0]
    last = [time.perf_counter(), time.process_time()]

    def beat() -> None:
        now = [time.perf_counter(), time.process_time()]
        late, worked = (value - before for value, before in zip(now, last, strict=True))
        last[:] = now
        delays.append(1000 * min(late, worked))

    timer = QTimer(owner, interval=BEAT_MS)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    timer.start()
    return delays


def read(kind: str, address: str) -> dict[str, Any]:
    """Inside the measured process: what came of it, and the figures."""
    from PySide6.QtCore import QCoreApplication, QTimer

    from posto_desktop.delivery.serial_worker import SerialWorker
    from posto_desktop.sdk.channels import fetch_channels
    from posto_desktop.sdk.endpoint import Endpoint
    from posto_desktop.sdk.errors import PostoError
    from posto_desktop.sdk.schedules import ScheduleReader
    from posto_desktop.sdk.transport import Transport
    from posto_desktop.workers.garbage_collector import GarbageGuard

    app = QCoreApplication([])
    guard = GarbageGuard(app)
    guard.start()
    guard.settle()
    worker = SerialWorker("net", patient=True)
    transport = Transport(Endpoint.parse(address), TOKEN, retries=0)
    facts: dict[str, Any] = {}
    done = threading.Event()

    def work() -> None:
        began = time.perf_counter()
        try:
            if kind == "channels":
                facts["what"] = f"{len(fetch_channels(transport))} channels"
            else:
                page = ScheduleReader(transport, lean=True).page(current=True)
                facts["what"] = f"{len(page)} rows"
        except PostoError as error:
            facts["what"] = error.user_message
        facts["seconds"] = time.perf_counter() - began
        done.set()

    import requests.adapters  # noqa: F401 - the first use of a library is no part of an answer

    pulse = _pulse(app)
    idle = _now()
    look = QTimer(app, interval=20)
    look.timeout.connect(lambda: QTimer.singleShot(1500, app.quit) if done.is_set() else None)
    QTimer.singleShot(200, lambda: worker.put(work))
    look.start()
    app.exec()
    worker.close()
    transport.close()
    return {**facts, "memory": _now() - idle, "pause": max(pulse)}


def _best(kind: str, address: str) -> dict[str, Any]:
    """The figures of one answer: the least of some rounds, since others use the machine, too."""
    rounds = [measured(kind, address) for _round in range(ROUNDS)]
    least = {
        name: min(figures[name] for figures in rounds) for name in ("memory", "pause", "seconds")
    }
    return {**rounds[0], **least}


def measured(kind: str, address: str) -> dict[str, Any]:
    """The figures of one answer, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.answers", kind, address],
        capture_output=True, text=True, check=True, timeout=280,
    )  # fmt: skip
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def measure() -> list[Figure]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    figures: list[Figure] = []
    idle: dict[str, Any] = {}
    try:
        for name in ANSWERS:
            for kind in ("schedules", "channels") if name == "rows" else ("schedules",):
                address = f"http://127.0.0.1:{server.server_port}/{name.replace(' ', '%20')}"
                facts = _best(kind, address)
                print(f"{name}, as {kind}: {facts['what']}", file=sys.stderr, flush=True)
                label = f"{name}, as {kind}"
                idle = idle or facts
                for key, what, unit, limit in (
                    ("memory", "memory above idle", "MB", MOST_MEMORY),
                    ("pause", "longest pause", "ms", MOST_PAUSE),
                    ("seconds", "seconds", "s", None),
                ):
                    figures.append(
                        Figure(f"{label}: {what}", facts[key], unit, idle[key], IDLE, limit)
                    )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    return figures


if __name__ == "__main__":
    print(json.dumps(read(*sys.argv[1:])))
