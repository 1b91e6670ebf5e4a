"""Benchmark of the workspace server under unauthenticated connections: waits of its own app."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.storage.proof import demand_proof
from tests.bench.figures import Figure
from tests.bench.server import posto_command, serving

REQUESTS = 300
CHANNELS = "/wp-json/fs-poster/v1/channels"
SCHEDULES = "/wp-json/fs-poster/v1/schedules"
COMPOSER = "/wp-json/fs-poster/v1/composer"
TARGET_MS = 200
LATE_SECONDS = 2.0  # the sender looks every second

# A program of its own, as the strangers would be; it connects as fast as it can, in a loop.
LOOP = """
import socket, sys
port, most = int(sys.argv[1]), int(sys.argv[2])
held = []
print("go", flush=True)
while True:
    try:
        held.append(socket.create_connection(("127.0.0.1", port), timeout=5))
    except OSError:
        pass
    if len(held) >= most:
        for one in held:
            one.close()
        held = []
"""

# Whole requests, each on a connection of its own, answered or not.
ASKING = """
import socket, sys
port = int(sys.argv[1])
text = f"GET /readyz HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n".encode()
print("go", flush=True)
while True:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as one:
            one.sendall(text)
            one.recv(4096)
    except OSError:
        pass
"""

Strangers = Callable[[int], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def nobody(port: int) -> Iterator[None]:
    yield


@contextlib.contextmanager
def silent(port: int, count: int = 500) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
        yield


@contextlib.contextmanager
def dripping(port: int, count: int = 14) -> Iterator[None]:
    """Each sends a byte of its head every tenth of a second, and comes back when it is dropped."""
    stop = threading.Event()

    def drip() -> None:
        begun: dict[int, socket.socket] = {}
        while not stop.wait(0.1):
            for number in range(count):
                try:
                    if number not in begun:
                        made = socket.create_connection(("127.0.0.1", port), timeout=60)
                        made.sendall(b"GET / HTTP/1.1\r\nX-Drip: ")
                        begun[number] = made
                    begun[number].sendall(b"x")
                except OSError:
                    if number in begun:
                        begun.pop(number).close()
        for connection in begun.values():
            connection.close()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def looping(port: int) -> contextlib.AbstractContextManager[None]:
    return programs(LOOP, port, 2_000)


@contextlib.contextmanager
def asking(port: int) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(programs(ASKING, port))
        yield


@contextlib.contextmanager
def programs(text: str, *options: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-c", text, *map(str, options)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Owner:
    """Asks as the app does: each time on a connection of its own, which is the hardest, and not
    before the workspace has proven itself."""

    def __init__(self, facts: dict[str, str]) -> None:
        self._password = facts["password"]
        self._address = urlsplit(facts["base_url"]).netloc
        pair = f"{facts['username']}:{facts['password']}".encode()
        self._headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        self.failures = 0

    def ask(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(self._address, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            headers = self._headers | {"Content-Type": "application/json"}
            connection.connect()
            demand_proof(connection.sock, self._password, 60)
            connection.sock.settimeout(60)
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            return json.loads(answer.read())
        finally:
            connection.close()

    def seconds(self, path: str) -> float:
        """How long one answer takes, tries that failed included."""
        began = time.perf_counter()
        while True:
            try:
                self.ask("GET", path)
            except (OSError, http.client.HTTPException):
                self.failures += 1
                continue
            return time.perf_counter() - began

    def post_due_in(self, seconds: int) -> int:
        """Plan a post; returns the Unix second of its time."""
        channel = self.ask("GET", CHANNELS)["channels"][0]["id"]
        due = int(time.time()) + seconds
        data = {"channel_id": channel, "custom_post_data": {"post_content": "due"}}
        self.ask("POST", COMPOSER, {"schedules": [data], "share_at": due})
        return due

    def published(self) -> list[int]:
        return [row["published_at"] for row in self.ask("GET", "/wp-json/posto/v1/feed")["items"]]


def under(strangers: Strangers, folder: Path) -> tuple[float, float, int]:
    """The 99th percentile in ms, how late a due post was at most in seconds, and failed tries."""
    with serving(posto_command(folder)) as (facts, _):
        owner = Owner(facts)
        owner.ask("GET", CHANNELS)
        due = owner.post_due_in(3)
        with strangers(int(facts["base_url"].rpartition(":")[2])):
            took = sorted(owner.seconds(SCHEDULES) for _ in range(REQUESTS))
            while not (out := owner.published()):
                time.sleep(0.1)
        return took[int(len(took) * 0.99) - 1] * 1000, float(out[0] - due), owner.failures


def measure() -> list[Figure]:
    figures = []
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        quiet, _, _ = under(nobody, Path(name) / "quiet")
        for number, (words, strangers, target) in enumerate(
            (
                ("500 silent sockets", silent, TARGET_MS),
                ("14 that drip", dripping, TARGET_MS),
                ("2,000 opened in a loop", looping, TARGET_MS),
                # They take their part of the processors as well: there is no target.
                ("4 programs that ask on and on", asking, None),
            )
        ):
            p99, late, failures = under(strangers, Path(name) / str(number))
            what = f"posto-server under {words}"
            figures += [
                Figure(f"{what}: p99", p99, "ms", quiet, "nobody", target),
                Figure(f"{what}: a due post's delay", late, "s", None, "", LATE_SECONDS),
                Figure(f"{what}: requests cut off", failures, "", None, "", 0),
            ]
    return figures
