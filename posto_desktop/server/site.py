"""The workspace as a WordPress site: name, zone and user."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.rows import json_value

_LONGEST = 1_000
_DEFAULTS: dict[str, Any] = {
    "title": translatable("Server", "This computer"),
    "description": translatable("Server", "The workspace of Posto Desktop on this computer"),
    "date_format": "Y-m-d",
    "time_format": "H:i",
    "start_of_week": 1,
    "language": "",
}


class Site:
    """Settings of the site, stored in the database; the time zone is the computer's."""

    user_name = "Posto"

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store
        self._defaults = dict(_DEFAULTS)

    def name_by_host(self, host: str) -> None:
        """Name the workspace after the address that people use, until somebody names it: to those
        who sign in from elsewhere it is not “This computer”."""
        self._defaults |= {
            "title": host,
            "description": translatable("Server", "A workspace of Posto for a team"),
        }

    def get(self, name: str) -> object:
        row = self._store.row("SELECT value FROM site WHERE name = ?", name)
        default = self._defaults[name]
        return default if row is None else json_value(row["value"], default)

    def settings(self) -> dict[str, Any]:
        stored = {
            row["name"]: json_value(row["value"], _DEFAULTS[row["name"]])
            for row in self._store.rows("SELECT * FROM site")
            if row["name"] in _DEFAULTS
        }
        return self._defaults | stored | {"timezone": zone_name()}

    def change(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set the valid values of known settings; others are ignored, as in WordPress."""
        changes = {
            name: value for name, value in body.items() if name in _DEFAULTS and _fits(name, value)
        }
        with self._store.write() as db:
            db.executemany(
                "INSERT INTO site (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [(name, json.dumps(value)) for name, value in changes.items()],
            )
        return self.settings()


def _fits(name: str, value: object) -> bool:
    if isinstance(value, str):
        return isinstance(_DEFAULTS[name], str) and len(value) <= _LONGEST
    return name == "start_of_week" and type(value) is int and 0 <= value <= 6


def zone_name() -> str:
    """Return the computer's IANA zone such as `Europe/Lisbon`, '' if the system does not name
    one."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if "/" in name and not name.startswith("/"):
        return name
    if sys.platform == "win32":
        return _from_registry()
    try:
        target = os.path.realpath("/etc/localtime")
    except OSError:
        return ""
    match = re.search(r"/zoneinfo(?:\.default)?/(.+)", target)  # the latter on macOS
    return match[1] if match and Path(target).exists() else ""


def _from_registry() -> str:
    """Windows has its own zone names; tzlocal, which comes with dateparser, knows them."""
    try:
        import tzlocal

        return tzlocal.get_localzone_name() or ""
    except Exception:  # noqa: BLE001 - whatever is set there, the workspace starts
        return ""


def utc_offset() -> float:
    """Return the hours that local time is ahead of UTC now, as WordPress's `gmt_offset`."""
    hours = time.localtime().tm_gmtoff / 3600
    return int(hours) if hours == int(hours) else hours
