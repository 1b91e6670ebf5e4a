"""The workspace server: time to its first answer, memory at rest, memory under large uploads."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.bench.figures import Figure, medians

MB = 1024 * 1024
UPLOADS, UPLOAD_SIZE = 8, 100 * MB

# The least that answers: Python's own HTTP server, which also keeps what is posted in a file.
BARE_SERVER = """
import http.server, json, shutil, sys, tempfile, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def do_POST(self):
        left = int(self.headers["Content-Length"])
        with tempfile.TemporaryFile(dir=sys.argv[1]) as out:
            while left:
                block = self.rfile.read(min(left, 65536)); out.write(block); left -= len(block)
        self.do_GET()
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
facts = {"base_url": f"http://127.0.0.1:{server.server_port}", "username": "", "password": ""}
print(json.dumps({**facts, "pid": os.getpid()}), flush=True)
server.serve_forever()
"""


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[dict[str, str], float]]:
    """A server process: what it says of itself, and the seconds to its first answer."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert request(facts, "GET", "/readyz") == 200
        yield facts, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(20)


def request(facts: dict[str, str], method: str, path: str, **options: object) -> int:
    """The status of one request on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(facts["base_url"]).netloc, timeout=120)
    token = base64.b64encode(f"{facts['username']}:{facts['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", **options.pop("headers", {})}  # type: ignore[dict-item]
    try:
        connection.request(method, path, headers=headers, **options)  # type: ignore[arg-type]
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def posto_command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "posto_desktop.server", "--data", str(folder)]


def bare_command(folder: Path) -> list[str]:
    return [sys.executable, "-c", BARE_SERVER, str(folder)]


def time_to_answer(command: list[str]) -> float:
    with serving(command) as (_, seconds):
        return seconds


def memory(facts: dict[str, str]) -> float:
    return psutil.Process(int(facts["pid"])).memory_info().rss / MB


def large_file(folder: Path, number: int) -> Path:
    """A file that begins as a film does; each one different, so that none is recognised."""
    path = folder / f"film {number}.mp4"
    with path.open("wb") as out:
        out.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + number.to_bytes(8, "big"))
        out.truncate(UPLOAD_SIZE)
    return path


def growth_under_uploads(facts: dict[str, str], files: list[Path]) -> float:
    """MB that the server grows by at most while all files are uploaded at once."""
    before = peak = memory(facts)
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, memory(facts))

    def upload(path: Path) -> int:
        headers = {
            "Content-Type": "video/mp4",
            "Content-Disposition": f'attachment; filename="{path.name}"',
            "Content-Length": str(path.stat().st_size),
        }
        with path.open("rb") as body:
            return request(facts, "POST", "/wp-json/wp/v2/media", body=body, headers=headers)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with ThreadPoolExecutor(len(files)) as pool:
            statuses = list(pool.map(upload, files))
    finally:
        done.set()
        watcher.join()
    assert all(status in (200, 201) for status in statuses), statuses
    return peak - before


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        (folder / "bare").mkdir()
        posto, bare = posto_command(folder / "posto"), bare_command(folder / "bare")
        time_to_answer(posto)  # the first start makes the database and the channels' pictures
        first, bare_first = medians(9, lambda: time_to_answer(posto), lambda: time_to_answer(bare))
        with serving(posto_command(folder / "new")) as (_, new_folder):
            pass
        files = [large_file(folder, number) for number in range(UPLOADS)]
        with serving(bare) as (facts, _):
            bare_rest = memory(facts)
            bare_growth = growth_under_uploads(facts, files)
        with serving(posto) as (facts, _):
            assert request(facts, "GET", "/wp-json/fs-poster/v1/channels") == 200
            assert request(facts, "GET", "/wp-json/fs-poster/v1/schedules") == 200
            rest = memory(facts)
            growth = growth_under_uploads(facts, files)
    base = "http.server"
    return [
        Figure("posto-server: first answer", first, "s", bare_first, base, 0.4),
        Figure("posto-server: first answer in a new folder", new_folder, "s", bare_first, base),
        Figure("posto-server: memory at rest", rest, "MB", bare_rest, base, 40),
        Figure("posto-server: growth, 8 x 100 MB at once", growth, "MB", bare_growth, base, 30),
    ]
