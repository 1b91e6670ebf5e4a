"""A real proxy in front of a real server: it carries out what publishes late, and loses answers."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import random
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit


@contextlib.contextmanager
def slow_proxy(target: str, slow_path: str, seconds: float, chance: random.Random) -> Iterator[str]:
    """The address of a proxy to `target`. A POST to `slow_path` is carried out `seconds` after it
    came, also when nobody waits any more; then its answer arrives, is lost, is cut, or is HTML."""
    host = urlsplit(target).netloc
    closing = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_slow = self.command == "POST" and urlsplit(self.path).path == slow_path
            if is_slow:
                closing.wait(seconds)
            upstream = http.client.HTTPConnection(host, timeout=60)
            headers = {**dict(self.headers.items()), "Host": host, "Connection": "close"}
            upstream.request(self.command, self.path, body, headers)
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            fate = chance.choice(("whole", "lost", "cut", "html")) if is_slow else "whole"
            with contextlib.suppress(OSError):
                self._send(answer, content, fate)
            self.close_connection = True

        def _send(self, answer: http.client.HTTPResponse, content: bytes, fate: str) -> None:
            if fate == "lost":
                return
            if fate == "html":
                self.send_response(502)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<html>502 Bad Gateway</html>")
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if fate == "cut" else content)

        do_GET = do_POST = do_PUT = do_DELETE = _pass_on

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
