"""The real workspace process, which can be killed and started again on the same folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from posto_desktop.server.publishers.all import Publishers
from tests.end2end.desktop import ROOT, end, read_line
from tests.end2end.waiting import wait_for
from tests.servers.given_away import given_away, home_around

POSTO, FS, WP = "/wp-json/posto/v1", "/wp-json/fs-poster/v1", "/wp-json/wp/v2"


_SECRET = frozenset(
    field.name
    for publisher in Publishers().values()
    for field in publisher.fields
    if field.is_secret
)


def _arguments() -> Iterator[bytes]:
    """The command lines of all processes, where the system shows them."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


class WorkspaceProcess:
    """`posto-server --data folder`. What it logs is in `log`; `settle` are the seconds of the
    publishers' settling time and `silent` those for which a server may say nothing, where a test
    cannot wait as long as people do. `hidden` are the credentials that it was given: when it is
    closed none of them is found anywhere."""

    def __init__(self, folder: Path, *, settle: float | None = None, silent: float = 45.0) -> None:
        self.folder = folder
        self.settle, self.silent = settle, silent
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.log = folder.with_name(f"{folder.name}.log")
        self.channel = 0
        self.hidden: set[str] = set()
        self.start()

    def start(self) -> None:
        module, waits = "posto_desktop.server", {}
        if self.settle is not None:
            module = "tests.end2end.quick_server"
            waits = {"POSTO_TEST_SETTLE": str(self.settle), "POSTO_TEST_SILENT": str(self.silent)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "--data", str(self.folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | waits,
            )
        self.facts = json.loads(read_line(self.process))
        assert "error" not in self.facts, self.facts

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        end(self.process)

    def close(self) -> None:
        """End it, and look for credentials in arguments, answers, files, the log, the problem
        report and a backup."""
        arguments = b"".join(_arguments())
        answers = b""
        if self.process.poll() is None:
            reports = (f"{POSTO}/accounts", f"{POSTO}/status", f"{FS}/schedules", f"{FS}/channels")
            answers = json.dumps([self.ask("GET", path) for path in reports]).encode()
        end(self.process, timeout=60)
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        places = {"arguments": arguments, "answers": answers, "log": self.log.read_bytes()}
        # A secret that outlives a kill lies in this file of the user's own.
        places |= {
            str(file): file.read_bytes()
            for file in files
            if not file.name.startswith("secrets.json")
        }
        shutil.copy(self.log, self.folder / "server.log")  # where the app has it written
        places |= given_away(home_around(self.folder))
        leaks = [
            name
            for name, content in places.items()
            if any(secret.encode() in content for secret in self.hidden)
        ]
        assert leaks == [], leaks

    def ask(self, method: str, path: str, **body: Any) -> Any:
        auth = (self.facts["username"], self.facts["password"])
        url = self.facts["base_url"] + path
        answer = requests.request(method, url, auth=auth, timeout=120, **body)
        assert answer.ok, answer.text
        return answer.json()

    def connect(
        self, network: str, server: str, *, keep: str = "file", **fields: str
    ) -> dict[str, Any]:
        """Connect an account and publish to its first channel from now on."""
        return self.connect_first(network, keep=keep, **{**fields, "server": server})

    def connect_first(self, network: str, *, keep: str = "file", **fields: str) -> dict[str, Any]:
        """As `connect`, with the first room, chat or blog of an account that has several."""
        self.hidden.update(text for name, text in fields.items() if name in _SECRET and text)
        body = {"network": network, "server": fields.get("server", ""), "keep": keep}
        progress = self.ask("POST", f"{POSTO}/connect", json={**body, "fields": fields})
        if progress["state"] == "choose":
            ids = [progress["targets"][0]["id"]]
            progress = self.ask("POST", f"{POSTO}/connect/{progress['id']}", json={"targets": ids})
        assert progress["state"] == "done", progress
        account: dict[str, Any] = progress["account"]
        self.channel = account["channels"][0]["id"]
        return account

    def upload(self, path: Path, alt: str) -> int:
        """The id of a picture in the media library."""
        item = self.ask(
            "POST",
            f"{WP}/media",
            data=path.read_bytes(),
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f'attachment; filename="{path.name}"',
            },
        )
        self.ask("POST", f"{WP}/media/{item['id']}", json={"alt_text": alt})
        return int(item["id"])

    def compose(self, text: str, share_at: int | None = None, **data: Any) -> str:
        """Schedule a post, now or at a Unix time; the id of its group."""
        entry = {"channel_id": self.channel, "custom_post_data": {"post_content": text, **data}}
        body = {"schedules": [entry], "share_at": share_at}
        return str(self.ask("POST", f"{FS}/composer", json=body)["schedule_group_id"])

    def rows(self, group: str = "") -> list[dict[str, Any]]:
        """All that was composed, or one group of it: 100 posts at most."""
        query = {"rows_count": 100, **({"schedule_group_id": group} if group else {})}
        schedules: list[dict[str, Any]] = self.ask("GET", f"{FS}/schedules", params=query)[
            "schedules"
        ]
        return schedules

    def settled(self, timeout: float = 120.0, group: str = "") -> list[dict[str, Any]]:
        """All rows or those of a group, once none of them waits or is being sent."""

        def look() -> list[dict[str, Any]] | None:
            rows = self.rows(group)
            return None if any(row["status"] in ("not_sent", "sending") for row in rows) else rows

        return wait_for(look, "every post to have an outcome", timeout=timeout, explain=self.rows)
