"""Ghost, installed by hand: 600 MB and five minutes are too much for each run.

docs/testing.md says how; `POSTO_TEST_GHOST` is the folder with its `index.js`.
"""

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
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import requests

from posto_desktop.server.publishers.checks import text_of_html
from tests.servers.install import node
from tests.servers.places import Place
from tests.servers.running import HOST, reserved_port, running
from tests.servers.scripted import Shown

PACKAGE = os.environ.get("POSTO_TEST_GHOST", "")
ADMIN = "/ghost/api/admin"


class GhostServer:
    """A site in a folder of its own, which can be stopped and started; its owner is signed in."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.url = folder, f"http://{HOST}:{port}"
        self.session = requests.Session()
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copytree(Path(PACKAGE) / "content", folder / "content")
        shutil.copy(Path(PACKAGE) / "package.json", folder)  # where it looks for its version
        config = {
            "url": self.url,
            "server": {"host": HOST, "port": port},
            "database": {
                "client": "sqlite3",
                "connection": {"filename": str(folder / "ghost.db")},
                "useNullAsDefault": True,
            },
            "mail": {"transport": "stub"},
            "security": {"staffDeviceVerification": False},
            "paths": {"contentPath": str(folder / "content")},
            "privacy": {"useUpdateCheck": False, "useGravatar": False, "useRpcPing": False},
            "logging": {"transports": ["stdout"], "level": "warn"},
        }
        (folder / "config.production.json").write_text(json.dumps(config))

    def start(self) -> None:
        command = [node() / "bin" / "node", Path(PACKAGE) / "index.js"]
        server = running(
            command, f"{self.url}{ADMIN}/site/", folder=self.folder, NODE_ENV="production"
        )
        self._process = self._stack.enter_context(server)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._stack.close()

    def stop(self) -> None:
        self._stack.close()

    def sign_in(self) -> None:
        """Make the owner, and sign in as the owner."""
        password = secrets.token_urlsafe(16)
        owner = {"name": "Alice", "email": "alice@example.com", "password": password}
        self.call(
            "POST", "/authentication/setup/", json={"setup": [{**owner, "blogTitle": "News"}]}
        )
        answer = self.session.post(
            f"{self.url}{ADMIN}/session/",
            json={"username": owner["email"], "password": password},
            headers={"Origin": self.url},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text

    def call(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Origin": self.url}
        answer = self.session.request(
            method, f"{self.url}{ADMIN}{path}", headers=headers, timeout=60, **body
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def create_key(self) -> tuple[str, str]:
        """The id of a custom integration, and its Admin API key."""
        body = {"integrations": [{"name": f"Posto {secrets.token_hex(4)}"}]}
        made = self.call("POST", "/integrations/?include=api_keys", json=body)["integrations"][0]
        (key,) = [api_key["secret"] for api_key in made["api_keys"] if api_key["type"] == "admin"]
        return made["id"], key


@contextlib.contextmanager
def running_ghost() -> Iterator[GhostServer]:
    folder = Path(tempfile.mkdtemp(prefix="posto-ghost-"))
    try:
        with reserved_port() as port:
            server = GhostServer(folder, port)
            try:
                server.start()
                server.sign_in()
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class GhostPlace(Place):
    network = "ghost"
    publishes = ("PUT", "/posts/")
    upload = ("POST", "/images/upload/")
    wrong: ClassVar = {"key": f"{'0' * 24}:{'0' * 64}"}
    answers = (None,)
    link_opens = True
    has_sections = True
    takes_comments = False

    def __init__(self, stack: ExitStack) -> None:
        self.server = stack.enter_context(running_ghost())
        self.url = self.server.url
        self._integration, self._key = self.server.create_key()

    def fields(self, url: str) -> dict[str, str]:
        return {"server": url, "key": self._key}

    def all(self) -> list[Shown]:
        return self._shown("status:[published,draft]")

    def published(self) -> list[Shown]:
        return self._shown("status:published")

    def drafts(self) -> list[str]:
        return [post.text for post in self._shown("status:draft")]

    def _shown(self, which: str) -> list[Shown]:
        """The picture above a post comes first."""
        params = {"filter": which, "formats": "html", "order": "created_at asc", "limit": "all"}
        shown = []
        for post in self.server.call("GET", "/posts/", params=params)["posts"]:
            content = post["html"] or ""
            alts = tuple(re.findall(r'<img [^>]*alt="([^"]*)"', content))
            if post["feature_image"]:
                alts = (post["feature_image_alt"] or "", *alts)
            if "coming-soon" not in post["slug"]:
                shown.append(Shown(post["id"], text_of_html(content), alts))
        return shown

    def revoke(self) -> None:
        self.server.call("DELETE", f"/integrations/{self._integration}/")
