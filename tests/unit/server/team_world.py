"""A workspace with people in this process, asked without a network: two groups, each with a
channel and all that belongs to it. What is of group b has `SECRET_OF_B` in its texts."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import psycopg

from posto_desktop.server.app import make_web
from posto_desktop.server.database import Transaction
from posto_desktop.server.ingress import Ingress
from posto_desktop.server.media_location import MediaLocation
from posto_desktop.server.routes_operation import OperationRoutes
from posto_desktop.server.team.oidc.settings import OidcSettings
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.presence import _Requests
from posto_desktop.server.workspace import Workspace

from .conftest import png

SECRET_OF_B = "Zebra"
NOW = 1_800_000_000.0
LATER = 1_900_000_000
A, B, NOBODY = 1, 2, 7
"""The groups by number; what belongs to one has ids from ten times it on. 7 has nothing."""
_TABLES = (
    "schedules", "posts", "media", "channel_groups", "channels", "accounts", "reviews",
    "post_versions", "media_groups", "media_authors", "network_settings", "presences",
)  # fmt: skip
STATUSES = ("not_sent", "error", "proposed")


class _Ends:
    """The socket of a connection, as far as routes look at it."""

    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 80)

    def getpeername(self) -> tuple[str, int]:
        return ("127.0.0.1", 40_000)


class Ids:
    """The ids of what belongs to a group; the order of kinds is such that no two are alike."""

    def __init__(self, number: int) -> None:
        self.channel, self.account, self.media = number * 10, number * 10 + 1, number * 10 + 2
        self.schedules = [number * 10 + 3 + place for place in range(len(STATUSES))]
        self.groups = [f"group-{number}-{status}" for status in STATUSES]
        self.posts = [number * 10 + 3 + place for place in range(len(STATUSES))]
        self.feed = number


class TeamWorld:
    def __init__(
        self,
        folder: Path,
        database: str = "",
        oidc: OidcSettings | None = None,
        *,
        is_second: bool = False,
        media: Path | None = None,
    ) -> None:
        """`is_second`: another server uses the database. `media`: a folder that servers share."""
        if database and not is_second:
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("DROP SCHEMA IF EXISTS posto, posto_sandbox CASCADE")
        self.now = NOW
        self.workspace = Workspace(
            folder,
            clock=lambda: self.now,
            database=database,
            has_people=True,
            media=MediaLocation(str(media)) if media else None,
        )
        assert self.workspace.team is not None
        self.team = self.workspace.team
        # On a server the workspace goes by the database's clock.
        self.team.review._clock = self.workspace.schedules._clock = lambda: self.now
        self.team.presence._clock = lambda: self.now
        self.ticks = 0.0
        self.team.presence._requests = _Requests(lambda: self.ticks)
        self.store = self.workspace.store
        if database:  # as `_fill` gives ids of its own
            for table in ("posts", "schedules"):
                self.store.rows(
                    f"SELECT setval(pg_get_serial_sequence('posto.{table}', 'id'), 1000)"
                )
        ingress = Ingress()
        ingress.port = 80
        operation = OperationRoutes(self.workspace, has_metrics=True)
        oidc = oidc or OidcSettings("https://login.example", "posto")
        self.web = make_web(self.workspace, lambda: None, ingress, operation, oidc)
        if not is_second:
            self.workspace.calendar.make(80)
        self.picture = png()
        self.passwords: dict[str, str] = {}
        self.headers: list[tuple[str, str]] = []

    def close(self) -> None:
        self.workspace.close()

    def add(self, name: str, role: str, groups: list[str] | None = None) -> Person:
        person = self.team.people.add(name, role, groups)
        self.passwords[name] = self.team.people.add_password(name, "Test")
        self.team._looked_at = float("-inf")
        assert self.team.look()
        return person

    def ask(
        self,
        name: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        password: str | None = None,
        address: str = "192.0.2.1",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> tuple[int, Any]:
        """Ask as a person, "" for nobody. Return the status and the answer, as text if not JSON."""
        data = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        path, _, own_query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": own_query or urlencode(query, doseq=True),
            "HTTP_HOST": "127.0.0.1",
            "REMOTE_ADDR": address,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.input": io.BytesIO(data),
            "posto.connection": SimpleNamespace(conn=SimpleNamespace(socket=_Ends())),
            **(headers or {}),
        }
        if name:
            pair = f"{name}:{self.passwords.get(name, '') if password is None else password}"
            environ["HTTP_AUTHORIZATION"] = f"Basic {b64encode(pair.encode()).decode()}"
        statuses: list[str] = []

        def start(status: str, answer_headers: list[tuple[str, str]]) -> None:
            statuses.append(status)
            self.headers = answer_headers

        content = b"".join(self.web(environ, start))
        text = content.decode("utf-8", "replace")
        try:
            return int(statuses[0][:3]), json.loads(text)
        except ValueError:
            return int(statuses[0][:3]), text

    def leaks(self, answer: object) -> bool:
        """Return whether the last answer, or its headers, has something of group b."""
        shown = json.dumps([answer, self.headers], ensure_ascii=False)
        return SECRET_OF_B in shown

    def fill(self) -> None:
        """Make everything anew, with the same ids."""
        with self.store.write() as db:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")
            db.execute("DELETE FROM site WHERE name NOT IN ('signing_key', 'calendar_secret')")
            for number, secret in ((A, "Ant"), (B, SECRET_OF_B)):
                self._fill(db, number, secret)
        with self.workspace.sandbox._store.write() as db:
            db.execute("DELETE FROM posts")
            for number, secret in ((A, "Ant"), (B, SECRET_OF_B)):
                db.execute(
                    "INSERT INTO posts (id, idempotency_key, posto_ref, mark, channel_id,"
                    " channel_name, network, title, text, link, first_comment, media, published_at)"
                    " VALUES (?, ?, '', ?, ?, ?, 'mastodon', '', ?, '', '', '[]', ?)",
                    (number, f"key{number}", f"mark{number}{secret}", number * 10, secret, secret,
                     int(NOW)),
                )  # fmt: skip

    def _fill(self, db: Transaction, number: int, secret: str) -> None:
        ids, group = Ids(number), "ab"[number - 1]
        db.execute(
            "INSERT INTO accounts (id, uuid, method, server, remote_id, handle, name, created_at,"
            " picture, health, health_note)"
            " VALUES (?, ?, 'mastodon', 'http://127.0.0.1:9', ?, ?, ?, ?, ?, ?, ?)",
            (ids.account, f"uuid{number}", f"remote{number}", f"@{secret}", secret, int(NOW),
             f"https://pictures.example/{secret}.png", "ok" if number == A else "locked",
             f"{secret} is locked"),
        )  # fmt: skip
        db.execute(
            "INSERT INTO channels (id, name, social_network, method, account_id, labels)"
            " VALUES (?, ?, 'mastodon', 'mastodon', ?, ?)",
            (ids.channel, f"Channel {secret}", ids.account, json.dumps([secret])),
        )
        db.execute("INSERT INTO channel_groups VALUES (?, ?)", (ids.channel, group))
        db.execute(
            "INSERT INTO media (id, sha256, size, mime, name, created_at)"
            " VALUES (?, ?, 4, 'image/png', ?, ?)",
            (ids.media, str(number) * 64, f"{secret}.png", int(NOW)),
        )
        db.execute("INSERT INTO media_groups VALUES (?, ?)", (ids.media, group))
        db.execute("INSERT INTO media_authors VALUES (?, ?)", (ids.media, self.author(group)))
        for place, status in enumerate(STATUSES):
            data = {
                "post_content": f"Text of {secret}",
                "upload_media": True,
                "upload_media_type": "custom",
                "media_list_to_upload": [ids.media],
            }
            db.execute(
                "INSERT INTO posts (id, title, created_at) VALUES (?, '', ?)",
                (ids.posts[place], int(NOW)),
            )
            db.execute(
                "INSERT INTO schedules (id, group_id, wp_post_id, channel_id, social_network,"
                " status, share_at, send_time, due_at, customization, created_at)"
                " VALUES (?, ?, ?, ?, 'mastodon', ?, ?, ?, ?, ?, ?)",
                (ids.schedules[place], ids.groups[place], ids.posts[place], ids.channel, status,
                 LATER, LATER, float(LATER), json.dumps(data), int(NOW)),
            )  # fmt: skip
            db.execute(
                "INSERT INTO post_versions (group_id, version, happened_at, person_id, person,"
                " step, posts) VALUES (?, 1, ?, ?, ?, 'proposed', ?)",
                (ids.groups[place], NOW, self.author(group), f"writer_{group}",
                 json.dumps([{"channel_id": ids.channel, "custom_post_data": data}])),
            )  # fmt: skip
        db.execute(
            "INSERT INTO reviews (group_id, author_id, author, state, version)"
            " VALUES (?, ?, ?, 'proposed', 1)",
            (ids.groups[-1], self.author(group), f"writer_{group}"),
        )

    def author(self, group: str) -> int:
        row = self.store.row("SELECT id FROM people WHERE name = ?", f"writer_{group}")
        return int(row["id"]) if row is not None else 0

    def state_of(self, number: int) -> list[Any]:
        """Return all rows that belong to a group."""
        ids = Ids(number)
        queries: tuple[tuple[str, str], ...] = (
            ("accounts", f"id = {ids.account}"),
            ("channels", f"id = {ids.channel}"),
            ("channel_groups", f"channel_id = {ids.channel}"),
            ("media", f"id = {ids.media}"),
            ("media_groups", f"media_id = {ids.media}"),
            ("schedules", f"channel_id = {ids.channel}"),
            ("reviews", f"group_id LIKE 'group-{number}-%'"),
            ("post_versions", f"group_id LIKE 'group-{number}-%'"),
        )
        return [self.store.rows(f"SELECT * FROM {table} WHERE {test}") for table, test in queries]
