"""``python -m tests.bench.rolling``: servers of a team are started anew, one after the other, while
posts go out and people ask, behind the nginx of packaging/server: no post is lost or doubled.

Real PostgreSQL, nginx and `posto-server`; the network is a webhook that takes its time and keeps no
keys, so that a post that comes twice is seen twice.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from tests.fakes.nginx import PUBLIC, Nginx, free_port
from tests.fakes.postgres import Postgres

ROOT = Path(__file__).parents[2]
POSTO = "/wp-json/posto/v1"
FS = "/wp-json/fs-poster/v1"


class Receiver:
    """A webhook that answers after `delay` seconds, and counts what it was sent."""

    def __init__(self, delay: float) -> None:
        self.texts: Counter[str] = Counter()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if body["type"] == "post":
                    receiver.texts[body["text"]] += 1
                    time.sleep(delay)
                answer = json.dumps({"name": "Slow", "id": body.get("text", "")}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_words: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class PostoServer:
    """One of several servers, which can be ended and started again."""

    def __init__(self, folder: Path, number: int, database: str, media: Path) -> None:
        self.port = free_port()
        self._log = folder / f"server{number}.log"
        self._command = [
            sys.executable, "-m", "posto_desktop.server", "--data", str(folder / f"data{number}"),
            "--database", database, "--port", str(self.port), "--detach",
            "--behind-proxy", "127.0.0.1", "--public-url", f"https://{PUBLIC}",
            "--log-format", "json", "--secret-key-file", str(folder / "secret-key"),
        ]  # fmt: skip
        self._environment = os.environ | {"POSTO_MEDIA": str(media), "POSTO_KEYRING": "off"}
        self.database = database
        self.user = ("", "")

    def start(self) -> float:
        """Start it, and return the seconds until it is ready."""
        began = time.monotonic()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=self._environment, cwd=ROOT,
            )  # fmt: skip
        assert self.process.stdout is not None
        line = json.loads(self.process.stdout.readline() or b"{}")
        assert "base_url" in line, line
        while requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code != 200:
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self) -> tuple[int, float]:
        """Ask it to end; return its code, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        return code, time.monotonic() - began

    def call(self, method: str, path: str, **words: Any) -> Any:
        """Ask it as the proxy does for a person."""
        answer = requests.request(
            method, f"http://127.0.0.1:{self.port}{path}", auth=self.user,
            headers={"Host": PUBLIC, "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"},
            timeout=60, **words,
        )  # fmt: skip
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        return answer.json()


def add_owner(server: PostoServer) -> tuple[str, str]:
    """Give the workspace an owner; return the name and a password of theirs."""
    command = [sys.executable, "-m", "posto_desktop.server", "people"]
    words = [["add", "olga", "--role", "owner"], ["password", "add", "olga", "Bench"]]
    for arguments in words:
        done = subprocess.run(
            [*command, *arguments, "--database", server.database], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    return "olga", done.stdout.strip().splitlines()[-1].strip()


def connect(server: PostoServer, receiver: Receiver) -> int:
    """Connect the webhook, and return its channel."""
    connection = server.call(
        "POST", f"{POSTO}/connect",
        json={
            "network": "webhook", "keep": "file",
            "fields": {"server": receiver.address, "secret": "sixteen letters and more"},
        },
    )  # fmt: skip
    while connection["state"] == "working":
        time.sleep(0.1)
        connection = server.call("GET", f"{POSTO}/connect/{connection['id']}")
    assert connection["state"] == "done", connection
    channels = server.call("GET", f"{FS}/channels")["channels"]
    return next(int(row["id"]) for row in channels if row["social_network"] == "webhook")


def schedule(servers: list[PostoServer], channel: int, posts: int, length: float) -> None:
    """Schedule so many posts for the next `length` seconds."""
    start = int(time.time()) + 2
    for number in range(posts):
        data = {"channel_id": channel, "custom_post_data": {"post_content": f"P{number}"}}
        servers[number % len(servers)].call(
            "POST", f"{FS}/composer",
            json={"schedules": [data], "share_at": start + int(number * length / posts)},
        )  # fmt: skip


def settled(server: PostoServer, posts: int) -> list[dict[str, Any]]:
    """Return all rows, once none of them waits any more."""
    limit = time.monotonic() + 120
    while True:
        rows = [
            row
            for page in range(1, 2 + posts // 100)
            for row in server.call(
                "GET", f"{FS}/schedules", params={"rows_count": 100, "page": page}
            )["schedules"]
        ]
        left = [row for row in rows if row["status"] in ("not_sent", "sending")]
        if not left or time.monotonic() > limit:
            return rows
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--delay", type=float, default=0.3)
    parser.add_argument("--servers", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="posto-rolling-"))
    folder.chmod(0o755)
    (folder / "media").mkdir()
    (folder / "secret-key").write_text("x" * 44, encoding="ascii")
    (folder / "secret-key").chmod(0o600)
    database, receiver = Postgres(is_safe=True), Receiver(options.delay)
    servers = [
        PostoServer(folder, number, database.address, folder / "media")
        for number in range(options.servers)
    ]
    nginx, stopping = None, threading.Event()
    answers: Counter[str] = Counter()
    try:
        print("ready after", [round(server.start(), 2) for server in servers], "s")
        nginx = Nginx(folder, servers[0].port, servers[-1].port)
        user = add_owner(servers[0])
        for server in servers:
            server.user = user
        channel = connect(servers[0], receiver)
        length = options.posts * options.delay * 1.5
        schedule(servers, channel, options.posts, length)

        def ask(nginx: Nginx = nginx) -> None:
            with requests.Session() as session:
                session.auth = user
                session.trust_env, session.verify = False, str(nginx.authority.file)
                while not stopping.wait(0.02):
                    try:
                        answers[str(nginx.ask(session, f"{FS}/schedules").status_code)] += 1
                    except requests.RequestException as error:
                        answers[type(error).__name__] += 1

        asking = threading.Thread(target=ask)
        asking.start()
        for _ in range(options.rounds):
            for number, server in enumerate(servers):
                time.sleep(length / (options.rounds * len(servers) + 1))
                code, ended = server.end()
                print(f"server {number} ended with {code} after {ended:.2f} s,", end=" ")
                print(f"is ready again after {server.start():.2f} s")
        rows = settled(servers[0], options.posts)
        stopping.set()
        asking.join()
        statuses = Counter((row["status"], row["error_msg"]) for row in rows)
        lost = [f"P{number}" for number in range(options.posts) if not receiver.texts[f"P{number}"]]
        doubled = [text for text, count in receiver.texts.items() if count > 1]
        print(f"rows {dict(statuses)}; arrived {sum(receiver.texts.values())} of {options.posts};")
        print(f"lost {lost}; doubled {doubled}; requests through nginx {dict(answers)}")
        return 1 if lost or doubled or set(answers) != {"200"} else 0
    finally:
        stopping.set()
        for server in servers:
            if hasattr(server, "process"):
                server.process.kill()
        if nginx is not None:
            nginx.stop()
        database.stop()
        print(folder)


if __name__ == "__main__":
    sys.exit(main())
