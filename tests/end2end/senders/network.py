"""A network that knows no keys: what is posted twice is there twice. It says what is there."""

from __future__ import annotations

import collections
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SLOWEST = 0.3
"""Seconds that it takes for a post at most, before it is there."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """The client is gone: it was killed."""


class CountingNetwork:
    """An HTTP server on loopback: `POST /posts` publishes, `GET /posts?key=…` tells how often."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._pause = threading.Event()
        self._counts: collections.Counter[str] = collections.Counter()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def counts(self) -> collections.Counter[str]:
        """How often each mark was published."""
        with self._lock:
            return self._counts.copy()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        network = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                mark = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["mark"]
                with network._lock:
                    wait = network._random.random() ** 3 * SLOWEST
                network._pause.wait(wait)
                with network._lock:
                    network._counts[mark] += 1
                self._answer({"id": mark})

            def do_GET(self) -> None:
                mark = parse_qs(urlsplit(self.path).query)["mark"][0]
                with network._lock:
                    self._answer({"count": network._counts[mark]})

            def _answer(self, body: object) -> None:
                content = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: object) -> None:
                """Nothing."""

        return Handler
