"""A real Bluesky PDS with a PLC directory of its own."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.servers.install import folder, node
from tests.servers.running import HOST, reserved_port, running

NEEDED = ("node", "pds")


@dataclass(frozen=True)
class BlueskyAccount:
    """`app_password` is what a person hands to an app; `access` is a session of the owner."""

    handle: str
    did: str
    password: str
    app_password: str
    access: str


@dataclass(frozen=True)
class BlueskyServer:
    """`url` is the PDS, `directory` the PLC server."""

    url: str
    directory: str

    def create_account(self, name: str) -> BlueskyAccount:
        password = secrets.token_urlsafe(12)
        handle = f"{name}.test"
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{name}@example.com", "password": password},
        )
        access = str(made["accessJwt"])
        app = self.create_app_password(access, "posto")
        return BlueskyAccount(handle, str(made["did"]), password, app, access)

    def create_app_password(self, access: str, name: str) -> str:
        made = self.call("com.atproto.server.createAppPassword", {"name": name}, access)
        return str(made["password"])

    def posts(self, did: str) -> list[dict[str, Any]]:
        """The posts of an account, the newest first: `uri`, `cid`, `value`."""
        records: list[dict[str, Any]] = []
        params = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100"}
        while True:
            answer = requests.get(
                f"{self.url}/xrpc/com.atproto.repo.listRecords", params=params, timeout=60
            )
            answer.raise_for_status()
            page = answer.json()
            records += page["records"]
            if not page.get("cursor") or not page["records"]:
                return records
            params["cursor"] = page["cursor"]

    def blob(self, did: str, cid: str) -> bytes:
        """The bytes of a picture as anybody can read them."""
        answer = requests.get(
            f"{self.url}/xrpc/com.atproto.sync.getBlob",
            params={"did": did, "cid": cid},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.content

    def call(self, name: str, body: dict[str, Any], access: str = "") -> dict[str, Any]:
        """Call a procedure of the PDS as its owner does."""
        answer = requests.post(
            f"{self.url}/xrpc/{name}",
            json=body,
            headers={"Authorization": f"Bearer {access}"} if access else {},
            timeout=60,
        )
        assert answer.ok, answer.text
        data: dict[str, Any] = answer.json() if answer.content else {}
        return data


@contextlib.contextmanager
def running_bluesky(*, rate_limits: bool = False) -> Iterator[BlueskyServer]:
    """A PDS on a free port, empty, for the length of the block."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="posto-pds-")))
        directory, port = (stack.enter_context(reserved_port()) for _ in range(2))
        url = f"http://{HOST}:{port}"
        script = Path(__file__).parent / "pds" / "run.js"
        stack.enter_context(
            running(
                [node() / "bin" / "node", script, str(directory), str(port)],
                f"{url}/xrpc/_health",
                folder=place,
                NODE_PATH=str(folder("pds") / "node_modules"),
                PDS_FOLDER=str(place / "data"),
                PDS_JWT_SECRET=secrets.token_hex(16),
                PDS_RATE_LIMITS="on" if rate_limits else "off",
            )
        )
        yield BlueskyServer(url, f"http://{HOST}:{directory}")
