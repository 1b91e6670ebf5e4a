"""Runs in a session bus of its own: a real GNOME Keyring, the real workspace process, and a small
Mastodon. The keyring is locked when a post is due, and unlocked later. Prints what happened."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests
import secretstorage

from posto_desktop.server import launch
from tests.fakes.raw_server import Asked, RawServer, answer

TOKEN = "token-that-only-the-keyring-has"
POSTO, FS = "/wp-json/posto/v1", "/wp-json/fs-poster/v1"
HAS_OWNER = [
    "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
    "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets",
]  # fmt: skip
_pause = threading.Event()  # never set: between two looks


def until(check: Callable[[], Any]) -> Any:
    limit = time.monotonic() + 60
    while not (result := check()):
        assert time.monotonic() < limit
        _pause.wait(0.05)
    return result


@contextlib.contextmanager
def keyring(password: bytes = b"") -> Iterator[None]:
    """The daemon, unlocked with the password, locked without one."""
    command = ["gnome-keyring-daemon", "--foreground", "--replace", "--components=secrets"]
    daemon = subprocess.Popen(
        [*command, "--unlock"] if password else command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert daemon.stdin is not None
    daemon.stdin.write(password)
    daemon.stdin.close()

    def is_there() -> bool:
        asked = subprocess.run(HAS_OWNER, capture_output=True, check=True)
        if b"true" not in asked.stdout:
            return False  # asking it now would have the bus start another one
        with contextlib.suppress(Exception), contextlib.closing(secretstorage.dbus_init()) as bus:
            return bool(secretstorage.Collection(bus).is_locked()) is not bool(password)
        return False

    until(is_there)
    yield
    daemon.terminate()
    daemon.wait()


class Workspace:
    def __init__(self, folder: Path) -> None:
        self.running = launch.start(folder)

    def ask(self, method: str, path: str, **body: Any) -> Any:
        auth = (self.running.username, self.running.password)
        return requests.request(
            method, self.running.base_url + path, auth=auth, timeout=60, **body
        ).json()


def mastodon(out: list[dict[str, Any]]) -> Callable[[Asked], bytes]:
    def reply(asked: Asked) -> bytes:
        path = asked.path.partition("?")[0]
        if path == "/api/v2/instance":
            return answer({"version": "4.4.0", "configuration": {}})
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return answer({}, 401)
        if path == "/api/v1/accounts/verify_credentials":
            return answer({"id": "1", "acct": "a", "url": "https://x.example/@a"})
        if path == "/api/v1/statuses":
            out.append(dict(asked.json()))  # type: ignore[call-overload]
            return answer({"id": str(len(out)), "url": "https://x.example/1"})
        return answer({}, 404)

    return reply


def main(folder: Path) -> None:
    facts: dict[str, Any] = {}
    out: list[dict[str, Any]] = []
    with RawServer(mastodon(out)) as server:
        with keyring(b"word"):
            workspace = Workspace(folder)
            body = {"network": "mastodon", "server": server.url, "fields": {"token": TOKEN}}
            connected = workspace.ask("POST", f"{POSTO}/connect", json=body)
            facts["connected"] = connected["state"]
            channel = connected["account"]["channels"][0]["id"]
            number = connected["account"]["id"]
            workspace.running.stop(60)
        with keyring():
            workspace = Workspace(folder)
            entry = {"channel_id": channel, "custom_post_data": {"post_content": "Hello"}}
            workspace.ask("POST", f"{FS}/composer", json={"schedules": [entry], "share_at": None})
            until(lambda: workspace.ask("GET", f"{POSTO}/status")["locked"])
            facts["locked"] = workspace.ask("GET", f"{POSTO}/status")["locked"]
            (account,) = workspace.ask("GET", f"{POSTO}/accounts")["accounts"]
            facts["health"] = account["health"]
            facts["while locked"] = len(out)
        with keyring(b"word"):
            checked = workspace.ask("POST", f"{POSTO}/accounts/{number}/check")
            facts["health after"] = checked["account"]["health"]
            rows = workspace.ask("GET", f"{FS}/schedules")["schedules"]
            workspace.ask("POST", f"{POSTO}/schedules/send-now", json={"ids": [rows[0]["id"]]})

            def is_out() -> bool:
                (row,) = workspace.ask("GET", f"{FS}/schedules")["schedules"]
                return bool(row["status"] == "success")

            until(is_out)
            facts["posts"] = [row["status"] for row in out]
            facts["still locked"] = workspace.ask("GET", f"{POSTO}/status")["locked"]
            workspace.running.stop(60)
    facts["found"] = [
        path.name for path in folder.rglob("*") if path.is_file() and TOKEN in _text(path)
    ]
    sys.stdout.write(f"{json.dumps(facts)}\n")


def _text(path: Path) -> str:
    return path.read_bytes().decode("latin-1")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
