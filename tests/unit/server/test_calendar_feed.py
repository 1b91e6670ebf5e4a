"""The address that calendars subscribe to."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from posto_desktop.core.export.rows import uid
from posto_desktop.sdk.records import Schedule
from posto_desktop.server.calendar_feed import SharedCalendarKey, chosen
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.store import Store

from .conftest import LATER, POSTO, Client
from .databases import DATABASES, opened

ROUTE = f"{POSTO}/calendar"


def plain(url: str, **headers: str) -> requests.Response:
    """As a calendar program asks: without a password."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=60)


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def test_there_is_no_address_until_it_is_asked_for(start: Callable[..., Client]) -> None:
    client = start()
    assert client.call("GET", ROUTE) == {"url": ""}
    for secret in ("", "x", "None", "%20"):
        assert plain(f"{client.base}/posto-calendar/{secret}.ics").status_code == 404


@pytest.mark.parametrize("store", DATABASES, indirect=True)
def test_servers_that_share_a_database_serve_the_same_address(store: ServerDatabase) -> None:
    first, second = SharedCalendarKey(store), SharedCalendarKey(store)
    assert not first.fits("")
    first.make(1)
    second.serve_at(2)
    assert not second.fits(first.secret), "it has not looked"
    second.look()
    assert second.fits(first.secret)
    old = first.secret
    second.make(2)
    first.look()
    assert first.secret != old
    assert SharedCalendarKey(store).fits(first.secret)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        yield database


def test_the_plan_is_read_without_a_password(start: Callable[..., Client], tmp_path: Path) -> None:
    client = start()
    group = client.compose("twitter", "fb", post_content="Fresh buns, at 8\nCome by")
    url = client.call("POST", ROUTE)["url"]
    assert client.call("GET", ROUTE) == {"url": url}
    answer = plain(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content)
    assert lines.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Facebook: Fresh buns\\, at 8 Come by" in lines
    assert "DTSTART:21000101T000000Z" in lines
    assert "STATUS:CONFIRMED" in lines
    own = {
        f"UID:{uid(row)}" for item in client.group(group) if (row := Schedule.from_service(item))
    }
    assert len(own) == 2
    assert own == {line for line in lines if line.startswith("UID")}
    path = tmp_path / "own" / "calendar.json"
    assert json.loads(path.read_text("utf-8"))["secret"] in url
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_address_ends_the_old_one(start: Callable[..., Client]) -> None:
    client = start()
    old = client.call("POST", ROUTE)["url"]
    new = client.call("POST", ROUTE)["url"]
    assert plain(old).status_code == 404
    assert plain(new).status_code == 200


def test_the_address_gives_nothing_but_the_calendar(start: Callable[..., Client]) -> None:
    client = start()
    url = client.call("POST", ROUTE)["url"]
    assert plain(f"{client.base}{ROUTE}").status_code == 401
    assert plain(url, Host="evil.example").status_code == 421
    assert plain(url, Origin="https://evil.example").status_code == 403
    with requests.Session() as session:
        session.trust_env = False
        assert session.post(url, timeout=60).status_code == 404


def test_a_fault_does_not_put_the_address_into_the_log(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    url = start().call("POST", ROUTE)["url"]
    with closing(sqlite3.connect(tmp_path / "own" / "workspace.db")) as db:
        db.execute("ALTER TABLE schedules RENAME TO gone")
        assert plain(url).status_code == 500
        db.execute("ALTER TABLE gone RENAME TO schedules")
    log = (tmp_path / "own" / "server.log").read_text("utf-8")
    assert "GET /posto-calendar/***.ics" in log
    assert json.loads((tmp_path / "own" / "calendar.json").read_text("utf-8"))["secret"] not in log


def test_an_unchanged_plan_is_not_sent_again(start: Callable[..., Client]) -> None:
    client = start()
    client.compose("fb", share_at=LATER)
    url = client.call("POST", ROUTE)["url"]
    mark = plain(url).headers["ETag"]
    again = plain(url, **{"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    client.compose("fb", share_at=LATER + 60)
    assert plain(url, **{"If-None-Match": mark}).status_code == 200


def keep(folder: Path, port: int) -> str:
    """As if the workspace had had an address with `port` before; the address."""
    secret = "a" * 43
    folder.mkdir()
    (folder / "calendar.json").write_text(json.dumps({"secret": secret, "port": port}), "utf-8")
    return f"http://127.0.0.1:{port}/posto-calendar/{secret}.ics"


def test_the_address_holds_after_a_new_start(
    start: Callable[..., Client], tmp_path: Path, refused_port: int
) -> None:
    url = keep(tmp_path / "own", refused_port)
    client = start()
    assert client.call("GET", ROUTE) == {"url": url}
    assert client.running.stop(60)
    again = start()
    assert again.call("GET", ROUTE) == {"url": url}
    assert plain(url).status_code == 200


def test_another_program_on_the_port_keeps_nobody_from_starting(
    start: Callable[..., Client], tmp_path: Path, refused_port: int
) -> None:
    url = keep(tmp_path / "own", refused_port)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", refused_port))
        other.listen()
        moved = start().call("GET", ROUTE)["url"]
    assert moved
    assert moved != url
    assert moved.rpartition("/")[2] != url.rpartition("/")[2]  # the other one has heard it


@pytest.mark.parametrize("content", ["[]", "{}", '{"secret": "short", "port": 1}', "nonsense"])
def test_a_damaged_file_means_no_address(
    start: Callable[..., Client], tmp_path: Path, content: str
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "calendar.json").write_text(content, "utf-8")
    assert start().call("GET", ROUTE) == {"url": ""}


def test_of_too_many_posts_those_ahead_and_near_are_told(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    client = start()
    for hours in range(6):
        client.compose("fb", share_at=LATER + 3600 * hours, post_content=f"At {hours}")
    store = Store(tmp_path / "own" / "workspace.db")

    def listed(now: int, most: int) -> list[int]:
        return [(row["send_time"] - LATER) // 3600 for row in chosen(store, now, most)]

    noon = LATER + 3 * 3600
    assert listed(noon, 9) == [0, 1, 2, 3, 4, 5]
    assert listed(noon, 4) == [2, 3, 4, 5]
    assert listed(noon, 2) == [3, 4]
    assert listed(LATER + 200 * 86_400, 9) == []  # too long ago
    store.close()
