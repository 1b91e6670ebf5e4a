"""Addresses of plans: a secret each, kept over a restart, on this computer only."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.calendar_server import MAX_STRANGERS, CalendarServer

Make = Callable[[], CalendarServer]


def feed(workspace: str) -> bytes | None:
    if workspace == "left":
        return None
    if workspace == "broken":
        raise StorageError("posto.db cannot be read now.")
    return f"BEGIN {workspace}".encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calendars.json"


@pytest.fixture
def make(path: Path) -> Iterator[Make]:
    made: list[CalendarServer] = []

    def start() -> CalendarServer:
        made.append(CalendarServer(path, feed))
        return made[-1]

    yield start
    for server in made:
        server.close()


def keep(path: Path, port: int) -> None:
    """As if the addresses had been at `port` before."""
    path.write_text(json.dumps({"secrets": {}, "port": port}))


def get(url: str, **headers: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=60)


def test_nothing_listens_and_nothing_is_kept_before_it_is_asked_for(make: Make, path: Path) -> None:
    server = make()
    server.begin()
    assert server.address(None, "site") == ""
    assert server._server is None
    assert not path.exists()


def test_each_workspace_has_an_address_of_its_own(make: Make) -> None:
    server = make()
    first, second = (server.address(None, name, make=True) for name in ("site", "other"))
    assert first.startswith("http://127.0.0.1:")
    assert get(first).content == b"BEGIN site"
    assert get(second).content == b"BEGIN other"
    assert server.address(None, "site") == first
    answer = get(first)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    again = get(first, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_address_ends_the_old_one(make: Make) -> None:
    server = make()
    old = server.address(None, "site", make=True)
    new = server.address(None, "site", make=True)
    assert get(old).status_code == 404
    assert get(new).status_code == 200
    server.forget("site")
    assert get(new).status_code == 404
    assert server.address(None, "site") == ""


def test_it_is_the_same_after_a_restart(make: Make, path: Path, refused_port: int) -> None:
    keep(path, refused_port)
    server = make()
    url = server.address(None, "site", make=True)
    assert f":{refused_port}/" in url
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    server.close()
    again = make()
    again.begin()
    assert get(url).content == b"BEGIN site"
    assert again.address(None, "site") == url


def test_a_port_that_another_program_took_is_changed(
    make: Make, path: Path, refused_port: int
) -> None:
    keep(path, refused_port)
    server = make()
    url = server.address(None, "site", make=True)
    server.close()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", refused_port))
        other.listen()
        again = make()
        again.begin()
        moved = again.address(None, "site")
    assert moved != url
    assert moved.rpartition("/")[2] != url.rpartition("/")[2]
    assert get(moved.rpartition("/")[0] + "/" + url.rpartition("/")[2]).status_code == 404
    assert get(moved).content == b"BEGIN site"


def test_whoever_does_not_know_the_address_reads_nothing(make: Make) -> None:
    url = make().address(None, "site", make=True)
    base = url.rpartition("/posto-calendar/")[0]
    for path in ("/", "/posto-calendar/.ics", "/posto-calendar/é.ics", "/../calendars.json"):
        assert get(base + path).status_code == 404
    assert get(url, Host="evil.example").status_code == 404  # a name that points here
    assert get(url.replace("127.0.0.1", "localhost")).status_code == 200


def test_connections_that_send_nothing_keep_nobody_out(make: Make) -> None:
    url = make().address(None, "site", make=True)
    address = ("127.0.0.1", int(url.split(":")[2].partition("/")[0]))
    threads = threading.active_count()
    with contextlib.ExitStack() as stack:
        for number in range(3 * MAX_STRANGERS):
            connection = stack.enter_context(socket.create_connection(address, 60))
            with contextlib.suppress(OSError):  # the oldest are dropped meanwhile
                connection.sendall(b"GET / HTTP/1.1\r\nX:"[: number % 20])
        for _ in range(5):
            assert get(url).content == b"BEGIN site"
        assert threading.active_count() < threads + 5


def test_a_calendar_is_only_read(make: Make) -> None:
    url = make().address(None, "site", make=True)
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(3):
            assert session.post(url, data=b"GET / HTTP/1.1\r\n\r\n", timeout=60).status_code == 405
            head = session.head(url, timeout=60)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["Content-Length"] == str(len(b"BEGIN site"))


def test_a_plan_that_cannot_be_read_is_not_an_empty_one(make: Make) -> None:
    assert get(make().address(None, "broken", make=True)).status_code == 503


def test_a_workspace_that_was_left_has_none(make: Make) -> None:
    assert get(make().address(None, "left", make=True)).status_code == 404


@pytest.mark.parametrize("content", ["[]", '{"secrets": {"site": "short"}, "port": "x"}', "{"])
def test_a_file_with_something_else_in_it_gives_no_address(
    make: Make, path: Path, content: str
) -> None:
    path.write_text(content)
    server = make()
    server.begin()
    assert server.address(None, "site") == ""
    assert server.address(None, "site", make=True) != ""


def test_after_the_end_nothing_answers(make: Make, path: Path, refused_port: int) -> None:
    keep(path, refused_port)
    server = make()
    url = server.address(None, "site", make=True)
    server.close()
    with pytest.raises(requests.ConnectionError):
        get(url)
