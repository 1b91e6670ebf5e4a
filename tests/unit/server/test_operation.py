"""A server for a team as a process: behind a proxy, watched, logged, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.server.launch import STATE_FILE
from tests.fakes.nginx import Nginx

from .conftest import FS, POSTO, WP, png

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a server for a team is no app's")

PUBLIC = "https://posto.example.org"
TOKEN = "watch-me-closely"


class Process:
    """A `posto-server` with the systemd that it reports to."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._folder = tempfile.TemporaryDirectory()  # the path of a socket is short
        self.manager.bind(f"{self._folder.name}/notify")
        self.manager.settimeout(60)
        self.log = folder.parent / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "posto_desktop.server",
                    "--data",
                    folder,
                    "--detach",
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"NOTIFY_SOCKET": f"{self._folder.name}/notify"},
            )
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self._state = folder / STATE_FILE

    @property
    def password(self) -> str:
        return str(json.loads(self._state.read_text(encoding="utf-8"))["password"])

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.manager.close()
        self._folder.cleanup()


@pytest.fixture
def watched(tmp_path: Path, refused_port: int) -> Iterator[Process]:
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n", encoding="ascii")
    token.chmod(0o600)
    process = Process(
        tmp_path / "data", "--behind-proxy", "127.0.0.1", "--public-url", f"{PUBLIC}/",
        "--metrics-token", str(token), "--log-format", "json", "--port", str(refused_port),
    )  # fmt: skip
    yield process
    process.end()


def test_a_server_for_a_team(watched: Process, refused_port: int) -> None:
    assert watched.ready["base_url"] == PUBLIC
    assert "password" not in watched.ready, "the journal has that line"
    assert watched.manager.recv(100) == b"READY=1"
    base, user = f"http://127.0.0.1:{refused_port}", watched.ready["username"]
    forwarded = {
        "Host": "posto.example.org",
        "X-Forwarded-For": "1.1.1.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
    }

    def ask(path: str, **headers: str) -> requests.Response:
        return requests.get(
            base + path,
            headers=headers,
            auth=(user, watched.password) if path.startswith("/wp-json") else None,
            timeout=60,
        )

    # Watchers
    assert ask("/healthz").json() == {"alive": True}
    assert ask("/readyz").json() == {"ready": True}
    assert ask("/healthz", **forwarded).status_code == 200
    for path in ("/readyz", "/metrics"):
        assert ask(path, **forwarded).status_code == 403
        assert ask(path, **forwarded, Authorization="Bearer wrong").status_code == 403
        assert ask(path, **forwarded, Authorization=f"Bearer {TOKEN}").status_code == 200
    # The address
    assert ask(f"{POSTO}/status").status_code == 421, "past the proxy"
    assert ask(f"{POSTO}/status", **forwarded | {"Host": "evil.example"}).status_code == 421
    assert ask(f"{POSTO}/status", **forwarded | {"X-Forwarded-Proto": "http"}).status_code == 403
    answer = ask("/wp-json/", **forwarded)
    assert answer.json()["url"].startswith(PUBLIC)
    assert "Strict-Transport-Security" in answer.headers
    calendar = requests.post(
        f"{base}{POSTO}/calendar",
        headers=forwarded,
        auth=(user, watched.password),
        timeout=60,
    ).json()["url"]
    assert calendar.startswith(f"{PUBLIC}/posto-calendar/")
    secret = calendar.rpartition("/")[2].removesuffix(".ics")
    assert ask(f"/posto-calendar/{secret}.ics", **forwarded).status_code == 200
    wrong = requests.get(
        f"{base}{FS}/channels", headers=forwarded, auth=(user, "wrong-password"), timeout=60
    )
    assert wrong.status_code == 401
    page = ask("/metrics").text
    assert "posto_sign_in_failures_total 1\n" in page
    assert 'posto_http_requests_total{route="schedule",status="401"} 1\n' in page
    assert 'posto_http_requests_total{route="posto",status="421"} 2\n' in page
    # The log
    lines = [json.loads(line) for line in watched.log.read_text(encoding="utf-8").splitlines()]
    refused = next(line for line in lines if line.get("status") == 401)
    assert refused["client"] == "203.0.113.9"
    assert refused["message"] == f"GET {FS}/channels"
    assert len({line["request"] for line in lines if "status" in line}) == sum(
        "status" in line for line in lines
    )
    text = watched.log.read_text(encoding="utf-8")
    for hidden in (TOKEN, secret, watched.password, "wrong-password"):
        assert hidden not in text
    # The end
    watched.process.send_signal(signal.SIGTERM)
    assert watched.manager.recv(100) == b"STOPPING=1"
    assert watched.process.wait(60) == 0


def test_requests_come_through_nginx(watched: Process, refused_port: int, tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    nginx = Nginx(tmp_path / "nginx", refused_port, refused_port)
    user = (watched.ready["username"], watched.password)
    try:
        with requests.Session() as session:
            session.trust_env, session.verify = False, str(nginx.authority.file)
            assert nginx.ask(session, "/wp-json/").json()["url"].startswith(PUBLIC)
            session.auth = user
            picture = png() + bytes(3_000_000)
            address = f"https://localhost:{nginx.port}"
            uploaded = session.post(
                f"{address}{WP}/media",
                data=picture,
                headers={
                    "Host": "posto.example.org",
                    "Content-Disposition": 'attachment; filename="a.png"',
                },
                timeout=60,
            ).json()
            source = uploaded["source_url"]
            assert source.startswith(f"{PUBLIC}/wp-content/uploads/")
            assert nginx.ask(session, source.removeprefix(PUBLIC)).content == picture
            assert session.get(f"{address}/wp-json/", timeout=60).status_code == 421
            plain = session.get(f"http://127.0.0.1:{nginx.plain_port}/wp-json/", timeout=60)
            assert plain.status_code == 403
    finally:
        nginx.stop()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--metrics-token", "/nowhere"], "/nowhere cannot be read: No such file"),
    ],
)
def test_what_cannot_be_served_is_said(tmp_path: Path, options: list[str], why: str) -> None:
    process = Process(tmp_path / "data", *options)
    try:
        assert why in process.ready["error"]
        assert process.process.wait(60) == 1
    finally:
        process.end()
