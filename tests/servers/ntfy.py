"""A real ntfy server, from Debian's package."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.servers.running import HOST, reserved_port, running


def missing_parts() -> list[str]:
    return [] if shutil.which("ntfy") else ["ntfy"]


@dataclass(frozen=True)
class NtfyServer:
    """`stop` and `start` leave it what it has."""

    url: str
    configuration: Path
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(self) -> None:
        command = ["ntfy", "serve", "-c", self.configuration]
        answers, folder = f"{self.url}/v1/health", self.configuration.parent
        self._running.enter_context(running(command, answers, folder=folder))

    def stop(self) -> None:
        self._running.close()

    def messages(self, topic: str, token: str = "") -> list[dict[str, Any]]:
        """The messages of a topic, the oldest first."""
        answer = requests.get(
            f"{self.url}/{topic}/json",
            params={"poll": "1", "since": "all"},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=60,
        )
        answer.raise_for_status()
        return [json.loads(line) for line in answer.content.splitlines()]

    def create_user(self, name: str, topic: str) -> str:
        """A user who alone may use a topic; the access token."""
        environment = os.environ | {"NTFY_PASSWORD": secrets.token_hex(8)}
        self._run("user", "add", name, environment=environment)
        self._run("access", name, topic, "read-write")
        self._run("access", "everyone", topic, "deny")
        return self.create_token(name)

    def create_token(self, name: str) -> str:
        """A further access token of a user."""
        output = self._run("token", "add", name)
        match = re.search(r"tk_\w+", output)
        assert match, output
        return match[0]

    def remove_token(self, name: str, token: str) -> None:
        self._run("token", "remove", name, token)

    def _run(self, *words: str, environment: dict[str, str] | None = None) -> str:
        command = ["ntfy", words[0], "-c", str(self.configuration), *words[1:]]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


@contextlib.contextmanager
def running_ntfy() -> Iterator[NtfyServer]:
    """An empty server on a free port for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="posto-ntfy-") as name, reserved_port() as port:
        url = f"http://{HOST}:{port}"
        configuration = Path(name) / "ntfy.yml"
        configuration.write_text(
            f"base-url: {url}\nlisten-http: {HOST}:{port}\ncache-file: {name}/cache.db\n"
            f"attachment-cache-dir: {name}/attachments\nauth-file: {name}/users.db\n"
            "visitor-request-limit-burst: 5000\nattachment-file-size-limit: 200k\n"
        )
        server = NtfyServer(url, configuration)
        server.start()
        try:
            yield server
        finally:
            server.stop()
