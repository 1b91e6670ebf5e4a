"""The real workspace server as a process that can be killed, with shorter waits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from tests.end2end.desktop import ROOT, end, read_line
from tests.end2end.waiting import wait_for

POSTO, FS = "/wp-json/posto/v1", "/wp-json/fs-poster/v1"


class Workspace:
    """The server's process, which can be killed and started again."""

    def __init__(self, folder: Path, settle: float, silent: float) -> None:
        self.folder = folder
        self.waits = {"POSTO_TEST_SETTLE": str(settle), "POSTO_TEST_SILENT": str(silent)}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.end2end.quick_server", "--data", str(self.folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | self.waits,
        )
        self.facts = json.loads(read_line(self.process))
        assert "error" not in self.facts, self.facts

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        end(self.process)

    def ask(self, method: str, path: str, **body: Any) -> Any:
        auth = (self.facts["username"], self.facts["password"])
        answer = requests.request(
            method, self.facts["base_url"] + path, auth=auth, timeout=60, **body
        )
        assert answer.ok, answer.text
        return answer.json()

    def connect(self, network: str, server: str, **fields: str) -> int:
        """The channel of an account, its secret kept in a file, so that it outlives a kill."""
        told = self.ask(
            "POST",
            f"{POSTO}/connect",
            json={"network": network, "server": server, "keep": "file", "fields": fields},
        )
        assert told["state"] == "done", told
        return int(told["account"]["channels"][0]["id"])

    def wait_for_outcomes(self) -> None:
        def is_done() -> bool:
            return not any(row["status"] in ("not_sent", "sending") for row in self.rows())

        wait_for(is_done, "every post to have an outcome", timeout=400, explain=self.rows)

    def rows(self) -> list[dict[str, Any]]:
        query = {"rows_count": 100}
        found: list[dict[str, Any]] = self.ask("GET", f"{FS}/schedules", params=query)["schedules"]
        return found

    def compose(self, channel: int, text: str) -> None:
        entry = {"channel_id": channel, "custom_post_data": {"post_content": text}}
        answer = self.ask("POST", f"{FS}/composer", json={"schedules": [entry], "share_at": None})
        assert "schedule_group_id" in answer
