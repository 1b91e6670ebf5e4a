"""Requests that are asked of a workspace in a file and of one in PostgreSQL, and their answers in a
form in which both can be compared: numbers of the moment and random names count by the order in
which they were seen first."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.leases import Leases
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Part,
    Profile,
    Publisher,
    Record,
    Refused,
    Result,
    SignIn,
    Target,
    Unclear,
)
from posto_desktop.server.security import USERNAME

from .team_world import NOW, TeamWorld

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PASSWORD = r"(?:\w{4} ){5}\w{4}"
_RANDOM = re.compile(rf"{_UUID}|{_PASSWORD}|[\w-]{{22,}}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_COMPARED = ("content-type", "location", "etag", "retry-after", "x-wp-total", "x-wp-totalpages")
_NUMBERED = ("accounts", "discards", "media", "post_versions", "posts", "schedules")
_DAY = 86_400


class Harbour(Publisher):
    """A network in this process, with two places to publish to. Words of a post say what it does
    with it."""

    method = "harbour"
    name = "Harbour"
    settle = 0.0
    fields = (Field("user", "User"), Field("token", "Token", is_secret=True))

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        if entered["token"] == "wrong":
            raise Refused("The token is wrong.")
        user = entered["user"]
        places = (Target("east", "East"), Target("west", "West"))
        profile = Profile(user, f"@{user}", user, "mastodon", targets=places)
        return Connected("https://harbour.example", profile, {"token": entered["token"]})

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        if "refused" in part.text:
            raise Refused("The harbour does not take it.")
        if "unclear" in part.text:
            raise Unclear("The harbour said nothing.")
        number = "1" if part.kind == "post" else "2"
        return Result(f"{account.channel_id}-{number}", f"https://harbour.example/{number}")

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        return [{"label": "Likes", "value": 7}]

    def test_words(self, account: Account) -> str:
        return "A test is seen by you alone."

    def send_test(self, account: Account) -> Result:
        return Result("test", "https://harbour.example/test")

    def check(self, account: Account) -> Profile:
        return Profile(account.remote_id, account.handle, "Checked", "mastodon")


@dataclass(frozen=True)
class Answer:
    """`route` is a method and a rule; `kind` is "good", "bad" or "foreign"."""

    kind: str
    route: str
    asked: str = field(compare=False)
    status: int
    shown: Any
    headers: Mapping[str, str]

    @property
    def is_done(self) -> bool:
        """Whether the request had its effect; the plugin's routes refuse with 200, too."""
        return self.status < 400 and not (
            isinstance(self.shown, dict) and "error_msg" in self.shown
        )


class Replay(TeamWorld):
    """A workspace of which requests are asked, with all answers so far."""

    def __init__(
        self, folder: Path, database: str, monkeypatch: pytest.MonkeyPatch, **options: Any
    ) -> None:
        monkeypatch.setattr(Leases, "clock", lambda _leases: NOW)
        super().__init__(folder, database, **options)
        self.workspace.publishers.add(Harbour())
        for store in (self.store, self.workspace.sandbox._store):
            if not store.is_shared:  # how safe it is on the disk is not what is looked at
                store.connection().execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
        self.passwords[USERNAME] = self.workspace.password
        if not options.get("is_second"):
            self._number_from(1)
        self.answers: list[Answer] = []
        self.reads: list[tuple[str, str, Mapping[str, object] | None, dict[str, Any]]] = []
        self.rows: dict[str, list[Any]] = {}
        self._names: dict[str, str] = {}

    def call(
        self,
        kind: str,
        name: str,
        route: str,
        body: Any = None,
        parts: Mapping[str, object] | None = None,
        **options: Any,
    ) -> Any:
        """Ask for a route, with `parts` for what its rule leaves open; return the answer."""
        method, path = route.split(" ", 1)
        if method in ("GET", "HEAD"):
            self.reads.append((name, route, parts, options))
        for part, value in (parts or {}).items():
            path = path.replace(part, str(value))
        assert "<" not in path, f"{route} needs {path}"
        raw_path = path.encode("utf-8", "surrogateescape").decode("latin-1")
        status, shown = self.ask(name, method, raw_path, body, address="127.0.0.1", **options)
        headers = {key.lower(): value for key, value in self.headers}
        self.answers.append(
            Answer(
                kind,
                route,
                f"{name or 'nobody'}: {method} {path!r} {options} {str(body)[:300]}",
                status,
                self._comparable(metrics_of(shown) if path == "/metrics" else shown),
                {key: self._comparable(headers[key]) for key in _COMPARED if key in headers},
            )
        )
        return shown

    def fill(self) -> None:
        """Make everything anew, with the same ids; what is made after it has the same ones, too."""
        self._number_from(1001)
        super().fill()

    def _number_from(self, first: int) -> None:
        sandbox = self.workspace.sandbox._store
        for store, tables in ((self.store, _NUMBERED), (sandbox, ("posts",))):
            with store.write() as db:
                for table in tables:
                    if store.is_shared:
                        db.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {first}")
                    else:
                        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
                        db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, first - 1))

    def send_due(self) -> None:
        """Send what is due, as the sender would."""
        claims = self.workspace.sender._claims
        while rows := claims.due(NOW, (), 99):
            for row in rows:
                self.workspace.sender.send(row["id"])

    def rows_of(self, table: str) -> list[Any]:
        rows = [self._comparable(row) for row in self.store.rows(f"SELECT * FROM {table}")]
        return sorted(rows, key=str)

    def _comparable(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._comparable(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._comparable(inner) for inner in value]
        if isinstance(value, str):
            plain = value.replace("\r\n ", "")  # a calendar folds its lines
            return _MOMENT.sub(self._moment, _RANDOM.sub(self._name, plain))
        if isinstance(value, int | float) and abs(value - time.time()) < _DAY:
            return "now"
        return value

    def _name(self, match: re.Match[str]) -> str:
        return self._names.setdefault(match[0], f"name-{len(self._names)}")

    @staticmethod
    def _moment(match: re.Match[str]) -> str:
        today = (
            time.strftime("%Y-%m-%d", to_day(time.time() + day))
            for to_day in (time.gmtime, time.localtime)
            for day in (-_DAY, 0, _DAY)
        )
        return "now" if match[0][:10] in today else match[0]


def metrics_of(page: object) -> list[str]:
    """Return the names of what a page of metrics counts; the numbers are those of a process, and
    only PostgreSQL has connections to count."""
    lines = [line for line in str(page).splitlines() if line and not line.startswith("#")]
    names = {line.split()[0].split("{")[0] for line in lines}
    return sorted(name for name in names if "database_pool" not in name)
