"""Damaged rows of the workspace's databases hide no others, send nothing, and end no thread."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import sender as sending
from posto_desktop.server.calendar_feed import CalendarRoutes
from posto_desktop.server.ingress import Ingress
from posto_desktop.server.routes_accounts import AccountRoutes
from posto_desktop.server.routes_plugin import PluginRoutes
from posto_desktop.server.routes_posto import PostoRoutes
from posto_desktop.server.routes_wordpress import WordPressRoutes
from posto_desktop.server.rows import STATUSES
from posto_desktop.server.web import Web
from posto_desktop.server.workspace import Workspace

from .conftest import FS, POSTO, WP, Client, png, until

# All that there are, about 1,700, with POSTO_MUTATIONS=100000.
MUTATIONS = int(os.environ.get("POSTO_MUTATIONS", "80"))
NOT_TEXT = "SQL: CAST(x'fffe41' AS TEXT)"
ODD: list[Any] = [
    None, "soon", "", b"\xff\xfe\x00", 2**63 - 1, float("inf"), -1, "x" * 1_048_576, NOT_TEXT,
]  # fmt: skip
NOW = 1_800_000_000.0
STATES: dict[str, dict[str, Any]] = {
    "waiting": {"due_at": NOW + 900, "send_time": int(NOW) + 900},
    "due": {"due_at": NOW - 9, "send_time": int(NOW) - 9},
    "interrupted": {"status": "sending", "stage": "publishing", "idempotency_key": "k2"},
    "sent": {
        "status": "success",
        "posted": '{"content": "", "link": "", "mediaList": [{"id": 1, "type": "image"}]}',
        "remote_post_link": "/sandbox/1/x",
    },
}


OF_A_TEAM = frozenset((
    "senders", "people", "app_passwords", "channel_groups", "media_groups", "media_authors",
    "audit_log", "audit_outcomes", "sealed_secrets", "reviews", "post_versions", "presences",
    "oidc_identities", "oidc_sign_ins", "sign_in_tries",
))  # fmt: skip
"""Tables that are empty in a workspace of one person."""


class World:
    """A workspace in this process, asked without a network; each table has two rows: the second
    one is damaged in turn."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder, clock=lambda: NOW)
        self.folder = folder
        self._fill()
        ingress = Ingress()
        ingress.port = 80
        self.web = Web(self.workspace.guard, ingress)
        WordPressRoutes(self.workspace, self.web).register()
        PluginRoutes(self.workspace).register(self.web)
        PostoRoutes(self.workspace, lambda: None).register(self.web)
        AccountRoutes(self.workspace).register(self.web)
        key = self.workspace.calendar
        key.make(80)
        CalendarRoutes(key, self.workspace.store, self.workspace.site, clock=lambda: NOW).register(
            self.web
        )
        pair = b64encode(f"posto:{self.workspace.password}".encode()).decode()
        self._authorization = f"Basic {pair}"
        self.files = {name: _Loose(folder / name) for name in ("workspace.db", "sandbox/feed.db")}

    def close(self) -> None:
        for file in self.files.values():
            file.close()
        self.workspace.close()

    def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, bytes]:
        path, _, query = path.partition("?")
        data = b"" if body is None else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_AUTHORIZATION": self._authorization,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": io.BytesIO(data),
        }
        statuses: list[str] = []
        content = b"".join(self.web(environ, lambda status, _headers: statuses.append(status)))
        return int(statuses[0][:3]), content

    def shown(self) -> dict[str, Any]:
        """What there is of the first row of each table, as the API tells it."""

        def answer_of(path: str) -> Any:
            status, content = self.ask(path)
            assert status == 200, (path, content[:300])
            return json.loads(content)

        def first(rows: list[dict[str, Any]], key: str = "id") -> dict[str, Any]:
            (row,) = [row for row in rows if row[key] == 1]
            return row

        schedules = answer_of(f"{FS}/schedules?rows_count=100")
        assert schedules["total"] == len(schedules["schedules"])
        groups = answer_of(f"{FS}/schedules/calendar?start=&end=")["schedules"]
        # When they were read is another moment each time.
        insights = answer_of(f"{FS}/schedules/insights?id=1")
        status, feed = self.ask(f"/posto-calendar/{self.workspace.calendar.secret}.ics")
        assert status == 200
        return {
            "channels": first(answer_of(f"{FS}/channels")["channels"]),
            "channel": answer_of(f"{FS}/channels/settings?id=1"),
            "network": answer_of(f"{FS}/social-networks/fb/settings"),
            "schedule": first(schedules["schedules"]),
            "group": [group for group in groups if group["schedule_group_id"] == "first"],
            "media": first(answer_of(f"{WP}/media?per_page=100")),
            "one medium": answer_of(f"{WP}/media/1"),
            "site": answer_of(f"{WP}/settings")["description"],
            "index": answer_of("/wp-json/")["description"],
            "account": first(answer_of(f"{POSTO}/accounts")["accounts"]),
            "feed": first(answer_of(f"{POSTO}/feed")["items"]),
            "page": self.ask("/sandbox/1/mark1")[1],
            "event": [line for line in feed.split(b"\r\n") if b"First post" in line],
            "refresh": answer_of(f"{FS}/channels") and insights["insights"],
        }

    def send(self) -> None:
        """What the sender does at its start and when something is due."""
        sender = self.workspace.sender
        claims = sender._claims
        claims.set_lost_aside()
        sender.miss_overdue()
        sender.wait_again()
        sender._take_all_over(claims.left(()))
        for row in claims.due(NOW, (), 64):
            sender.send(row["id"])
        claims.next_due()

    def published(self) -> list[str]:
        return [row["text"] for row in self.workspace.sandbox.page(100, None)[0]]

    def _fill(self) -> None:
        for number in (1, 2):
            blob = self.workspace.media.receive(io.BytesIO(png(number, 3)).read, None)
            self.workspace.media.add(blob, f"{number}.png")
        self.workspace.site.change({"title": "Mine", "description": "Ours"})
        for slug in ("twitter", "fb"):
            self.workspace.network_settings.replace(slug, {"post_text": slug})
        with self.workspace.store.write() as db:
            db.execute("DELETE FROM channels WHERE id > 2")
            for number, name in ((1, "First"), (2, "Second")):
                db.execute("INSERT INTO posts VALUES (?, 'Posto', 1)", (number,))
                data = {
                    "post_content": f"{name} post",
                    "upload_media": True,
                    "upload_media_type": "custom",
                    "media_list_to_upload": [number],
                }
                db.execute(
                    "INSERT INTO schedules (id, group_id, wp_post_id, channel_id, social_network,"
                    " status, send_time, due_at, customization, created_at)"
                    " VALUES (?, ?, ?, ?, 'twitter', 'not_sent', ?, ?, ?, 1)",
                    (
                        number,
                        name.lower(),
                        number,
                        number,
                        int(NOW) + 500,
                        NOW + 500,
                        json.dumps(data),
                    ),
                )
            for number in (1, 2):
                db.execute(
                    "INSERT INTO accounts (id, uuid, method, server, remote_id, created_at)"
                    " VALUES (?, ?, 'mastodon', 'https://social.invalid', ?, 1)",
                    (number, f"mark{number}", f"r{number}"),
                )
                db.execute(
                    "INSERT INTO discards (id, channel_id, record, due_at) VALUES (?, ?, '{}', ?)",
                    (number, number, NOW + 500),
                )
        media = {
            "id": 1, "sha256": "0" * 64, "mime": "image/png", "name": "a.png", "type": "image",
            "alt": "", "width": 1, "height": None,
        }  # fmt: skip
        with self.workspace.sandbox._store.write() as db:
            for number in (1, 2):
                db.execute(
                    "INSERT INTO posts VALUES (?, ?, '', ?, ?, 'X', 'twitter', '', ?, '', '', ?,"
                    " ?, 0)",
                    (
                        number,
                        f"k{number}",
                        f"mark{number}",
                        number,
                        f"Published {number}",
                        json.dumps([media]),
                        int(NOW),
                    ),
                )


class _Loose:
    """A connection that takes any value in any column, as a damaged page has it."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        schema = self._db.execute("SELECT rowid, sql FROM sqlite_schema").fetchall()
        self._db.execute("PRAGMA writable_schema = ON")
        self._db.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'"
        )
        self._db.execute("PRAGMA writable_schema = RESET")
        # This connection has read the loose one; all others go on with the right one.
        self._db.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        self._db.execute("PRAGMA writable_schema = ON")
        for number, sql in schema:
            self._db.execute("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?", (sql, number))
        self._db.execute("PRAGMA writable_schema = OFF")
        tables = self._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        self.tables = {
            name: [column[1] for column in self._db.execute(f"PRAGMA table_info({name})")]
            for (name,) in tables
            if not name.startswith("sqlite_") and name not in OF_A_TEAM
        }

    def close(self) -> None:
        self._db.close()

    @contextlib.contextmanager
    def damaged(self, table: str, values: dict[str, Any]) -> Iterator[None]:
        """The second row of a table with other values, until the end of the block; SQLite refuses
        some for keys: sqlite3.Error."""
        all_rows = self._db.execute(f"SELECT * FROM {table}").fetchall()
        columns = self.tables[table]
        row = dict(zip(columns, all_rows[1], strict=True)) | values
        marks = ", ".join(
            str(value)[5:] if value == NOT_TEXT else f":{name}" for name, value in row.items()
        )
        self._db.execute("BEGIN")
        try:
            condition = " AND ".join(f"{name} IS ?" for name in columns[:1])
            self._db.execute(f"DELETE FROM {table} WHERE {condition}", all_rows[1][:1])
            names = ", ".join(row)
            self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        yield
        self._db.execute("BEGIN")
        self._db.execute(f"DELETE FROM {table}")
        for row in all_rows:
            self._db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> None:
        self._db.execute(sql, values)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "own")
    yield made
    made.close()


def _mutations(world: World) -> list[tuple[str, str, str, Any, str]]:
    """File, table, column, value, and for a schedule the state that the row is in."""
    mutations = [
        (file, table, column, value, state)
        for file, loose in world.files.items()
        for table, columns in loose.tables.items()
        for column in columns
        for value in ODD
        for state in (STATES if table == "schedules" else ("",))
    ]
    random.Random(14).shuffle(mutations)
    return mutations[:MUTATIONS]


def _decides(column: str, value: Any) -> bool:
    """Whether a post must not be sent by itself with this in its row."""
    if column == "send_time":
        return value != -1  # long before it is due
    if column == "record":
        return value is not None
    if column == "idempotency_key":
        return value in ("", b"\xff\xfe\x00")  # SQLite makes a text of all else
    return column in ("due_at", "channel_id", "customization", "status")


def test_one_damaged_row_hides_no_other_and_is_not_sent(world: World) -> None:
    before = world.shown()
    done = 0
    for file, table, column, value, state in _mutations(world):
        what = f"{table}.{column} = {value!r:.40} {state}"
        with contextlib.ExitStack() as stack:
            try:
                values = STATES.get(state, {}) | {column: value}
                stack.enter_context(world.files[file].damaged(table, values))
            except sqlite3.Error:
                continue  # no SQLite has this in its key
            done += 1
            assert world.shown() == before, what
            feed = sorted(world.published())
            world.send()
            sent = [post for post in world.published() if post not in feed]
            assert not sent or (state == "due" and not _decides(column, value)), what
            assert len(sent) <= 1, what
            assert world.shown() == before, what
            world.workspace.store.look_for_damage()
            world.workspace.sandbox.look_for_damage()
        with world.workspace.sandbox._store.write() as db:
            db.execute("DELETE FROM posts WHERE id > 2")
    assert done > MUTATIONS * 0.8 or done > 1_000
    assert len(world.workspace.problems) in (1, 2)


def test_a_value_that_is_missing_does_not_set_the_database_aside(world: World) -> None:
    with (
        world.files["workspace.db"].damaged("channels", {"name": None}),
        world.files["sandbox/feed.db"].damaged("posts", {"text": None}),
    ):
        again = Workspace(world.folder, clock=lambda: NOW)
        try:
            assert [row["name"] for row in again.channels.all()] == ["Sandbox X", ""]
            first, second = again.problems
            assert "channels.name" in first
            assert "posts.text" in second
        finally:
            again.close()
    assert not list(world.folder.glob("*damaged-*"))


@pytest.mark.parametrize("column", ["due_at", "send_time"])
@pytest.mark.parametrize("value", [None, "soon", b"\xff", float("inf"), -float("inf"), 2**63 - 1])
def test_a_post_whose_time_is_lost_is_shown_and_never_sent(
    world: World, column: str, value: Any
) -> None:
    with world.files["workspace.db"].damaged("schedules", STATES["due"] | {column: value}):
        world.send()
        rows = json.loads(world.ask(f"{FS}/schedules?rows_count=10")[1])["schedules"]
        (row,) = [row for row in rows if row["id"] == 2]
        assert row["status"] == "error"
        assert f"damaged ({column}). It was not sent." in row["error_msg"]
        assert sorted(world.published()) == ["Published 1", "Published 2"]
        # The user's word mends it: it goes out now.
        assert world.ask(f"{FS}/schedules/retry", "POST", {"ids": [2]})[0] == 200
        world.send()
        assert world.published()[0] == "Second post"


@pytest.mark.parametrize("value", [None, "soon", "", b"\xff", 5])
def test_a_post_whose_status_is_lost_is_asked_about(world: World, value: Any) -> None:
    assert value not in STATUSES
    with world.files["workspace.db"].damaged("schedules", STATES["due"] | {"status": value}):
        world.send()
        rows = json.loads(world.ask(f"{FS}/schedules?rows_count=10")[1])["schedules"]
        (row,) = [row for row in rows if row["id"] == 2]
        assert row["status"] == "unknown"
        assert "It may have been sent" in row["error_msg"]
        assert len(world.published()) == 2
        answer = {"id": 2, "answer": "send_again"}
        assert world.ask(f"{POSTO}/schedules/resolve", "POST", answer) == (200, b"[]")


def test_a_post_that_was_tried_before_may_have_been_sent(world: World) -> None:
    values = STATES["due"] | {"attempt": 2, "idempotency_key": "k", "record": "{"}
    with world.files["workspace.db"].damaged("schedules", values):
        world.send()
        (row,) = world.workspace.store.rows("SELECT * FROM schedules WHERE id = 2")
        assert row["status"] == "unknown"
        assert "(record). It may have been sent" in row["error_msg"]


def test_a_file_whose_row_is_damaged_stays_on_the_disk(world: World) -> None:
    with world.files["workspace.db"].damaged("media", {"sha256": "?"}):
        world.workspace.media.sweep()
    for number in (1, 2):
        assert world.workspace.media.get(number).path.exists()


def test_the_sender_goes_on_whatever_ends_a_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TICK", 0.01)
    ends: list[BaseException] = [ValueError(), MemoryError(), SystemExit(), KeyboardInterrupt()]
    tick = world.workspace.sender._tick

    def stumble() -> float:
        if ends:
            raise ends.pop()
        return tick()

    monkeypatch.setattr(world.workspace.sender, "_tick", stumble)
    world.workspace.sender.start()
    until(lambda: not ends and world.workspace.sender.ticked)


def test_a_workspace_with_damaged_rows_sends_the_others(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    client = start(tmp_path / "own")
    client.compose("twitter", post_content="bad")
    client.session.close()
    client.running.stop(60)
    loose = _Loose(tmp_path / "own" / "workspace.db")
    loose.run("UPDATE schedules SET due_at = 'soon', share_at = x'ff', attempt = 'many'")
    loose.run("UPDATE channels SET labels = '{', custom_post_data = x'00' WHERE id = 2")
    loose.close()
    client = start(tmp_path / "own")
    (row,) = client.settled(client.compose("fb", share_at=None, post_content="good"))
    assert row["status"] == "success"
    bad = until(lambda: [row for row in client.rows() if row["status"] == "error"])
    assert bad[0]["customization_data"]["post_content"] == "bad"
    problems = client.call("GET", f"{POSTO}/status")["problems"]
    assert "schedules.due_at" in problems[0]
    assert "channels.labels" in problems[0]
