"""Attacks on the real workspace from the same machine and from web pages."""

from __future__ import annotations

import base64
import json
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from posto_desktop.server import launch, media, media_store
from posto_desktop.server.errors import ApiError
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.security import Guard, load_signing_key, make_password
from posto_desktop.server.sockets import PATIENCE
from posto_desktop.server.store import Store

from .conftest import FS, LATER, POSTO, WP, Client, png, until


class Wire:
    """A bare socket, for requests that no library would send."""

    def __init__(self, client: Client) -> None:
        self.port = client.running.base_url.rsplit(":", 1)[1]
        self.socket = socket.create_connection(("127.0.0.1", int(self.port)), timeout=60)
        pair = f"{client.running.username}:{client.running.password}".encode()
        self.basic = base64.b64encode(pair).decode()

    def request(self, line: str, *headers: str, host: str | None = None, auth: bool = True) -> None:
        lines = [f"{line} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.port}'}", *headers]
        if auth:
            lines.append(f"Authorization: Basic {self.basic}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def answer(self) -> bytes:
        data = b""
        while block := self.socket.recv(65536):
            data += block
        return data

    def status(self) -> int:
        head = b""
        while b"\r\n" not in head:
            block = self.socket.recv(4096)
            assert block, "the connection was closed without an answer"
            head += block
        return int(head.split()[1])


@pytest.fixture
def wire(client: Client) -> Iterator[Wire]:
    wire = Wire(client)
    yield wire
    wire.socket.close()


PRIVATE = [
    ("GET", f"{FS}/channels"),
    ("GET", f"{FS}/schedules"),
    ("POST", f"{FS}/composer"),
    ("DELETE", f"{FS}/schedules"),
    ("POST", f"{WP}/media"),
    ("GET", f"{WP}/media"),
    ("GET", f"{WP}/users/me"),
    ("GET", f"{WP}/settings"),
    ("GET", f"{POSTO}/feed"),
    ("GET", f"{POSTO}/status"),
    ("POST", f"{POSTO}/shutdown"),
    ("POST", f"{POSTO}/schedules/send-now"),
]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_nothing_private_is_answered_without_the_password(
    client: Client, method: str, path: str
) -> None:
    right = client.running.password
    user = client.running.username
    for auth in (None, (user, "wrong"), (user, right.lower()), ("admin", right), (user, "")):
        answer = requests.request(method, client.base + path, auth=auth, timeout=60)
        assert answer.status_code == 401, auth
        assert "WWW-Authenticate" not in answer.headers, "a browser would ask for a password"


@pytest.mark.parametrize(
    "value",
    ["Basic", "Basic !!!", "Basic " + base64.b64encode(b"posto").decode(), "Bearer x", "\xff"],
)
def test_broken_credentials_are_wrong_ones(client: Client, value: str) -> None:
    answer = requests.get(
        f"{client.base}{WP}/users/me", headers={"Authorization": value}, timeout=60
    )
    assert answer.json()["code"] == "rest_not_logged_in"


def test_the_password_may_be_typed_with_or_without_spaces(client: Client) -> None:
    for password in (
        client.running.password.replace(" ", ""),
        client.running.password,
        client.running.password + "\n",
    ):
        answer = requests.get(f"{client.base}{WP}/users/me", auth=("Posto", password), timeout=60)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "evil.example:{port}",
        "127.0.0.1.evil:{port}",
        "",
        "[::1",
        "127.0.0.1:{port}@evil",
    ],
)
def test_another_host_name_is_not_served(client: Client, wire: Wire, host: str) -> None:
    host = host.format(port=wire.port)
    wire.request("GET /wp-json/wp/v2/users/me", host=host or " ")
    assert wire.status() in (400, 421)


def test_localhost_is_served(client: Client, wire: Wire) -> None:
    wire.request("GET /wp-json/wp/v2/users/me", host=f"LOCALHOST:{wire.port}")
    assert wire.status() == 200


def test_an_absolute_address_of_another_host_is_not_served(wire: Wire) -> None:
    wire.request("GET http://evil.example/wp-json/", host="evil.example")
    assert wire.status() in (400, 421)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
)
def test_pages_of_other_sites_are_turned_away(client: Client, name: str, value: str) -> None:
    for path in ("/wp-json/", f"{WP}/users/me", "/readyz"):
        answer = client.send("GET", path, headers={name: value})
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    body = {"schedules": [{"channel_id": 1, "custom_post_data": {"post_content": "x"}}]}
    assert (
        client.send("POST", f"{FS}/composer", json=body, headers={name: value}).status_code == 403
    )
    assert client.rows() == []


def test_its_own_pages_are_let_in(client: Client) -> None:
    answer = client.send("GET", "/wp-json/", headers={"Origin": client.base})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/wp-content/uploads/../../password",
        "/wp-content/uploads/1/x/../../../../password",
        "/wp-content/uploads/%2e%2e/%2e%2e/password",
        "/wp-content/uploads/..%2f..%2fpassword",
        "/wp-content/channels/../../password",
        f"{POSTO}/feed/media/../../../password",
        f"{POSTO}/feed/media/..%2F..%2Fworkspace.db",
        f"{POSTO}/feed/media/%2Fetc%2Fpasswd",
        "/wp-content/uploads/1/" + "0" * 32 + "/x.png",
        "/sandbox/1/" + "0" * 32,
        "/%00",
    ],
)
def test_no_path_leads_out_of_the_folder(client: Client, wire: Wire, path: str) -> None:
    client.upload(png())
    wire.request(f"GET {path}", "Connection: close")
    answer = wire.answer()
    assert answer.split()[1] in (b"400", b"404"), answer
    assert client.running.password.encode() not in answer
    assert b"root:" not in answer


def test_signed_addresses_cannot_be_guessed_or_moved(client: Client) -> None:
    first, second = client.upload(png(2, 2)), client.upload(png(3, 3))
    mark = first["source_url"].split("/")[-2]
    for url in (
        f"{client.base}/wp-content/uploads/{second['id']}/{mark}/x.png",
        f"{client.base}{POSTO}/media/{first['id']}/thumb?size=320",
        f"{client.base}{POSTO}/media/{first['id']}/thumb?size=320&sig={mark}",
        f"{client.base}{POSTO}/feed/media/{'0' * 64}?sig={mark}",
    ):
        assert requests.get(url, timeout=60).status_code in (401, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/wp-json/posto/v1/media/{}/thumb",
        "/wp-json/wp/v2/media/{}",
        "/wp-content/uploads/{}/mark/a.png",
        "/wp-content/channels/{}.png",
        "/sandbox/{}/mark",
    ],
)
@pytest.mark.parametrize("digits", ["9" * 23, "9" * 5_000])
def test_numbers_larger_than_any_id_are_of_nothing(client: Client, path: str, digits: str) -> None:
    answer = client.send("GET", path.format(digits))
    assert answer.status_code in (401, 403, 404)


def test_media_can_neither_run_nor_be_guessed_at_by_a_browser(client: Client) -> None:
    item = client.upload(png())
    headers = requests.get(item["source_url"], timeout=60).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in client.send("GET", f"{FS}/channels").headers["Cache-Control"]


def test_a_published_page_shows_text_as_text(client: Client) -> None:
    text = "&lt;script>alert(1)&lt;/script>"
    (row,) = client.settled(
        client.compose(
            "fb",
            share_at=None,
            post_content=text,
            attach_link=True,
            custom_link="javascript:alert(1)",
        )
    )
    page = requests.get(row["remote_post_link"], timeout=60)
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "javascript:" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]


# Bodies


def test_an_oversized_body_is_refused_before_it_is_sent(wire: Wire) -> None:
    wire.request(f"POST {FS}/composer", "Content-Length: 3000000", "Content-Type: application/json")
    assert wire.status() == 413


def test_an_upload_over_the_limit_is_refused_before_it_is_sent(wire: Wire) -> None:
    wire.request(
        f"POST {WP}/media",
        f"Content-Length: {5 * 1024**3}",
        'Content-Disposition: attachment; filename="huge.mp4"',
    )
    wire.socket.shutdown(socket.SHUT_WR)
    answer = wire.answer()
    assert b" 413 " in answer
    assert b"larger than 4 GB" in answer


def test_an_upload_that_cannot_fit_on_the_disk_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = Store(tmp_path / "w.db")
    library = media.MediaLibrary(store, FolderMedia(tmp_path / "media"))
    free = media_store.RESERVE + 1000
    monkeypatch.setattr(media_store.shutil, "disk_usage", lambda path: _Usage(free))
    with pytest.raises(ApiError, match="2 KB, 1000 bytes is free") as caught:
        library.receive(lambda size: b"", 2048)
    assert caught.value.status == 507
    store.close()


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_a_client_that_is_still_sending_sees_the_refusal(client: Client) -> None:
    answer = client.send("POST", f"{FS}/composer", data=b"x" * 60_000_000)
    assert answer.status_code == 413
    assert answer.json()["code"] == "posto_too_large"
    answer = requests.post(f"{client.base}{WP}/media", data=b"x" * 60_000_000, timeout=60)
    assert answer.status_code == 401


def test_an_endless_chunked_body_is_refused(wire: Wire) -> None:
    wire.request(f"POST {FS}/composer", "Transfer-Encoding: chunked")
    block = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    wire.socket.sendall(block * 40)
    assert wire.status() == 413


@pytest.mark.parametrize(
    "body", [b"FFFFFFFFFFFFFFFFFF\r\n", b"-5\r\nabc", b"zz\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n"]
)
def test_a_malformed_chunked_body_is_refused(client: Client, wire: Wire, body: bytes) -> None:
    wire.request(f"POST {FS}/composer", "Transfer-Encoding: chunked", "Connection: close")
    wire.socket.sendall(body)
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.status() == 400


def test_a_huge_chunk_is_not_held_in_memory(client: Client, wire: Wire) -> None:
    server = psutil.Process(client.running.pid)
    before = server.memory_info().rss
    wire.request(
        f"POST {WP}/media",
        "Transfer-Encoding: chunked",
        'Content-Disposition: attachment; filename="big.png"',
    )
    head = png()
    wire.socket.sendall(b"6400000\r\n" + head)
    block = bytes(1024 * 1024)
    for _ in range(99):
        wire.socket.sendall(block)
    grown = server.memory_info().rss - before
    assert grown < 20 * 1024 * 1024, f"{grown / 1e6:.0f} MB"


@pytest.mark.parametrize("declared", [1000, 10_000_000])
def test_an_upload_that_breaks_off_leaves_nothing(
    client: Client, wire: Wire, tmp_path: Path, declared: int
) -> None:
    before = client.call("GET", f"{WP}/media?per_page=1")
    wire.request(
        f"POST {WP}/media",
        f"Content-Length: {declared}",
        'Content-Disposition: attachment; filename="half.png"',
    )
    wire.socket.sendall(png())
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.status() == 400
    assert client.call("GET", f"{WP}/media?per_page=1") == before


@pytest.mark.parametrize("length", [5, 10_000_000])
def test_a_stranger_cannot_keep_a_thread_waiting(wire: Wire, length: int) -> None:
    began = time.monotonic()
    wire.request(f"POST {FS}/composer", f"Content-Length: {length}", auth=False)
    assert wire.answer().split()[1] == b"401"
    assert time.monotonic() - began < PATIENCE  # it was not waited for


def test_slow_senders_do_not_keep_others_out(client: Client) -> None:
    """More stalled uploads than a browser would open, and still every request is answered."""
    wires = [Wire(client) for _ in range(8)]
    try:
        for wire in wires:
            wire.request(
                f"POST {WP}/media",
                "Content-Length: 1000000",
                'Content-Disposition: attachment; filename="slow.png"',
            )
            wire.socket.sendall(png())
        for _ in range(20):
            assert client.call("GET", "/readyz")["ready"]
    finally:
        for wire in wires:
            wire.socket.close()


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "٣"])
def test_a_nonsensical_length_is_refused(wire: Wire, length: str) -> None:
    line = f"Content-Length: {length}".encode()
    wire.socket.sendall(
        f"POST {FS}/composer HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n".encode()
        + line
        + f"\r\nAuthorization: Basic {wire.basic}\r\n\r\n".encode()
    )
    assert wire.status() == 400


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b'"text"',
        b"[1]",
        b"7",
        b"null",
        b"9" * 10_000,
    ],
)
def test_json_that_is_none_is_refused_in_words(client: Client, body: bytes) -> None:
    answer = client.send(
        "POST", f"{FS}/composer", data=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "rest_invalid_json")


@pytest.mark.parametrize("levels", [99, 101, 900, 990, 3_000])
def test_json_that_is_nested_too_deep_is_refused_in_words(client: Client, levels: int) -> None:
    deep = '{"a":' * levels + "1" + "}" * levels
    for path, body in (
        (f"{FS}/composer", f'{{"schedules": [{{"channel_id": 1, "custom_post_data": {deep}}}]}}'),
        (f"{FS}/channels/settings", f'{{"id": 1, "labels": [{deep}]}}'),
        (f"{FS}/social-networks/fb/settings", deep.replace("a", "b")),
        (f"{WP}/settings", f"[{deep}]"),
        (f"{POSTO}/status", f'{{"late_limit": [{deep}]}}'),
    ):
        answer = client.send("POST", path, data=body, headers={"Content-Type": "application/json"})
        if levels > 100:
            assert answer.status_code == 400, path
            body = answer.json()
            assert body["code"] == "rest_invalid_json"
            assert body["message"] == "The body is nested too deep: 100 levels at most."
        assert answer.status_code in (200, 400), path
        client.call("GET", f"{FS}/channels")  # what was kept of it can be told


@pytest.mark.parametrize(
    "value", ["1e308", "1e18", "527041", "-1", "-0.1", "true", "null", '"5"', "[5]", "NaN", "1e999"]
)
def test_a_late_limit_that_is_none_is_refused(client: Client, value: str) -> None:
    body = f'{{"late_limit": {value}}}'
    answer = client.send(
        "POST", f"{POSTO}/status", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.json() == {
        "error_msg": "The limit for late posts is a number of minutes, 0 to 527040."
    }
    assert client.call("GET", f"{POSTO}/status")["late_limit"] == 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_of_week", -7),
        ("start_of_week", 7),
        ("start_of_week", 10**18),
        ("start_of_week", 1.0),
        ("start_of_week", True),
        ("title", "x" * 1_001),
        ("title", 5),
    ],
)
def test_a_setting_of_the_site_that_cannot_be_is_left_as_it_was(
    client: Client, name: str, value: Any
) -> None:
    before = client.call("GET", f"{WP}/settings")
    assert client.call("POST", f"{WP}/settings", json={name: value}) == before


def test_a_channel_keeps_a_name_that_can_be_shown(client: Client) -> None:
    channel = client.channels()["fb"]
    name = client.call("GET", f"{FS}/channels/settings", params={"id": channel})["name"]
    client.call("POST", f"{FS}/channels/settings", json={"id": channel, "name": "x" * 100_000})
    stored = client.call("GET", f"{FS}/channels/settings", params={"id": channel})["name"]
    assert stored == "x" * 255
    client.call("POST", f"{FS}/channels/settings", json={"id": channel, "name": name})


def test_texts_that_no_program_writes_are_mended(client: Client) -> None:
    """Half a surrogate, a name that comes twice, and what is no number."""
    data = '{"post_content": "no", "post_content": "\\ud83d half", "odd": [NaN, 1e999, -Infinity]}'
    item = f'{{"channel_id": {client.channels()["fb"]}, "custom_post_data": {data}}}'
    body = f'{{"schedules": [{item}], "share_at": {LATER}}}'
    group = client.call(
        "POST", f"{FS}/composer", data=body, headers={"Content-Type": "application/json"}
    )["schedule_group_id"]
    (row,) = client.group(group)
    assert row["customization_data"]["post_content"] == "\ufffd half"
    assert row["customization_data"]["odd"] == [None, None, None]


def test_a_number_that_no_program_holds_is_nothing(client: Client) -> None:
    body = b'{"schedules": ' + b"9" * 10_000 + b"}"
    answer = client.send(
        "POST", f"{FS}/composer", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.json() == {"error_msg": "Choose at least one channel."}


def test_a_small_refused_body_does_not_break_the_connection(client: Client) -> None:
    """The next request on a kept connection must not begin with the rest of the last body."""
    for _ in range(3):
        answer = client.send("PUT", f"{FS}/composer", data=b"GET /readyz HTTP/1.1\r\n\r\n" * 10)
        assert answer.json()["code"] == "rest_no_route"
        assert client.call("GET", "/readyz") == {"ready": True}


# Files of the workspace


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_user_can_read_the_workspace(start: Callable[..., Client], tmp_path: Path) -> None:
    client = start(tmp_path / "own")
    client.settled(client.compose("fb", share_at=None))
    client.upload(png())
    for path in (tmp_path / "own").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    state = json.loads((tmp_path / "own" / "server.json").read_text())
    assert state["password"] == client.running.password


def test_the_password_is_nowhere_in_the_log(start: Callable[..., Client], tmp_path: Path) -> None:
    client = start(tmp_path / "own")
    client.send("POST", f"{FS}/composer", data=b"{")
    requests.get(client.base, auth=("posto", "wrong-secret"), timeout=60)
    log = (tmp_path / "own" / "server.log").read_text()
    assert "wrong-secret" not in log
    assert client.running.password not in log


def test_it_listens_on_loopback_alone(client: Client, tmp_path: Path) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(client.running.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_passwords_are_long_and_random() -> None:
    made = [make_password() for _ in range(50)]
    assert len(set(made)) == 50
    assert {len(password.replace(" ", "")) for password in made} == {24}


def test_the_signing_key_is_random_and_kept(tmp_path: Path) -> None:
    first = load_signing_key(tmp_path)
    assert len(first) == 32
    assert load_signing_key(tmp_path) == first
    for damaged in ("short", "0" * 20, "ü"):
        (tmp_path / "signing-key").write_text(damaged, "utf-8")
        assert len(load_signing_key(tmp_path)) == 32
    if os.name == "posix":
        (tmp_path / "signing-key").chmod(0o644)
        load_signing_key(tmp_path)
        assert stat.S_IMODE((tmp_path / "signing-key").stat().st_mode) == 0o600


def test_signed_addresses_outlive_a_restart_and_the_password_does_not(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "password").write_text("of an older version, which kept it")
    first = start(tmp_path / "own")
    address = urlsplit(first.upload(png())["source_url"]).path
    assert first.running.stop(60)
    second = start(tmp_path / "own")
    assert requests.get(second.base + address, timeout=60).status_code == 200
    assert not (tmp_path / "own" / "password").exists()
    old = (first.running.username, first.running.password)
    assert requests.get(second.base + f"{POSTO}/status", auth=old, timeout=60).status_code == 401


def test_signatures_of_another_workspace_do_not_fit() -> None:
    guard, other = (Guard(make_password(), os.urandom(32)) for _ in range(2))
    assert guard.signature_fits("media:1", guard.sign("media:1"))
    assert not guard.signature_fits("media:1", other.sign("media:1"))
    assert not guard.signature_fits("media:2", guard.sign("media:1"))
    assert not guard.signature_fits("media:1", "")
    assert not guard.signature_fits("media:1", "ü" * 32)


def test_shutdown_ends_the_process(start: Callable[..., Client]) -> None:
    client = start()
    client.call("POST", f"{POSTO}/shutdown")
    until(lambda: client.running.process is not None and client.running.process.poll() is not None)
    assert client.running.process is not None
    assert client.running.process.returncode == 0
    assert launch.find(Path("nowhere")) is None
