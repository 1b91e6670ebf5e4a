"""A real workspace process on a free port, and a small client that speaks plain requests to it."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from posto_desktop.server import launch
from tests.fakes.postgres import Postgres
from tests.needs import require
from tests.servers.snac import PROGRAM, Snac

T = TypeVar("T")
FS = "/wp-json/fs-poster/v1"
WP = "/wp-json/wp/v2"
POSTO = "/wp-json/posto/v1"
LATER = 4102444800  # 2100: never due in a test


def png(width: int = 8, height: int = 8, colour: tuple[int, int, int] = (200, 30, 60)) -> bytes:
    """A PNG without Pillow, so that making pictures is not what is tested."""
    row = b"\0" + bytes(colour) * width

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(row * height, 1)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


class Client:
    """Requests with the workspace's credentials; `call` returns the answer's JSON."""

    def __init__(self, running: launch.Running) -> None:
        self.running = running
        self.base = running.base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (running.username, running.password)

    def send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 60)
        return self.session.request(method, self.base + path, **kwargs)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.send(method, path, **kwargs)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def channels(self) -> dict[str, int]:
        """Channel ids by network."""
        channels = self.call("GET", f"{FS}/channels")["channels"]
        return {channel["social_network"]: channel["id"] for channel in channels}

    def compose(self, *networks: str, share_at: int | None = LATER, **data: Any) -> str:
        ids = self.channels()
        data.setdefault("post_content", "Hello")
        answer = self.call(
            "POST",
            f"{FS}/composer",
            json={
                "schedules": [
                    {"channel_id": ids[network], "custom_post_data": data} for network in networks
                ],
                "share_at": share_at,
            },
        )
        group: str = answer["schedule_group_id"]
        return group

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        schedules: list[dict[str, Any]] = self.call(
            "GET", f"{FS}/schedules", params={"rows_count": 100, **query}
        )["schedules"]
        return schedules

    def group(self, group: str) -> list[dict[str, Any]]:
        return self.rows(schedule_group_id=group)

    def upload(self, data: bytes, name: str = "photo.png", **query: str) -> dict[str, Any]:
        item: dict[str, Any] = self.call(
            "POST",
            f"{WP}/media",
            data=data,
            params=query,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f'attachment; filename="{name}"',
            },
        )
        return item

    def feed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.call("GET", f"{POSTO}/feed", params={"limit": 200})[
            "items"
        ]
        return items

    def settled(self, group: str) -> list[dict[str, Any]]:
        """The rows of a group once none of them is waiting or being sent."""

        def look() -> list[dict[str, Any]] | None:
            rows = self.group(group)
            busy = any(row["status"] in ("not_sent", "sending") for row in rows)
            return None if busy or not rows else rows

        return until(look)


def until(look: Callable[[], T | None], seconds: float = 60, every: float = 0.01) -> T:
    """The first true answer of `look`, asked again and again."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        result = look()
        if result:
            return result
        assert time.monotonic() < limit, f"still waiting after {seconds} s"
        pause.wait(every)


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[launch.Running]:
    running = launch.start(tmp_path_factory.mktemp("workspace"))
    yield running
    assert running.stop(60)


@pytest.fixture(scope="session")
def snac() -> Iterator[Snac]:
    """A real server with the Mastodon API, for all tests of this process."""
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for all tests of this process; each has a schema of its own."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def client(shared_server: launch.Running) -> Iterator[Client]:
    """A client of a workspace that the module's tests share; each begins without schedules."""
    client = Client(shared_server)
    client.call("DELETE", f"{FS}/schedules", json={"include_all": True})
    yield client
    client.session.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Starts workspaces of this test alone; all are ended afterwards."""
    clients: list[Client] = []

    def begin(folder: Path | None = None, **options: Any) -> Client:
        client = Client(launch.start(folder or tmp_path / "own", **options))
        clients.append(client)
        return client

    yield begin
    for client in clients:
        client.session.close()
        client.running.stop(60)
