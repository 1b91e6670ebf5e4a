"""A real ntfy server, from Debian's package."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.servers.running import HOST, reserved_port, running


def missing_parts() -> list[str]:
    return [] if shutil.which("ntfy") else ["ntfy"]


@dataclass(frozen=True)
class NtfyServer:
    url: str
    configuration: Path

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


@contextlib.contextmanager
def running_ntfy() -> Iterator[NtfyServer]:
    """An empty server on a free port for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="posto-ntfy-") as name, reserved_port() as port:
        url = f"http://{HOST}:{port}"
        configuration = Path(name) / "ntfy.yml"
        configuration.write_text(
            f"base-url: {url}\nlisten-http: {HOST}:{port}\ncache-file: {name}/cache.db\n"
            f"attachment-cache-dir: {name}/attachments\nauth-file: {name}/users.db\n"
        )
        command = ["ntfy", "serve", "-c", configuration]
        with running(command, f"{url}/v1/health", folder=Path(name)):
            yield NtfyServer(url, configuration)
