"""mastodon_mock: a third party's fake of Mastodon's API, with Idempotency-Key and faults."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.servers.install import python
from tests.servers.running import HOST, reserved_port, running

NEEDED = ("mastodon_mock",)


@dataclass(frozen=True)
class MastodonMock:
    """`token` is that of the one account, `alice`."""

    url: str
    token: str

    def statuses(self) -> list[dict[str, Any]]:
        """The posts of the account, the newest first."""
        me = self.call("GET", "/api/v1/accounts/verify_credentials")
        items: list[dict[str, Any]] = self.call(
            "GET", f"/api/v1/accounts/{me['id']}/statuses?limit=40"
        )
        return items

    def fail(self, path: str, effect: dict[str, Any], *, count: int | None = None) -> None:
        """Answer requests of this path by an effect: its `type` is status, ratelimit, latency,
        malformed or timeout. The request is not carried out. `count`: how often, else always."""
        rule = {"match": {"path": path}, "effect": effect, "count": count}
        self.call("POST", "/api/v1/_mock/faults", rule)

    def stop_failing(self) -> None:
        """Answer as usual again."""
        self.call("DELETE", "/api/v1/_mock/faults")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the server as the owner of the account does."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, self.url + path, json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@contextlib.contextmanager
def running_mastodon_mock() -> Iterator[MastodonMock]:
    """The fake on a free port, with one account, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="posto-mock-") as name, reserved_port() as port:
        token = secrets.token_hex(16)
        configuration = Path(name) / "mock.toml"
        configuration.write_text(
            f'[[seed.accounts]]\nusername = "alice"\naccess_token = "{token}"\n'
        )
        command = [python("mastodon_mock"), "-m", "mastodon_mock", "serve", "--in-memory"]
        command += ["--config", configuration, "--host", HOST, "--port", str(port)]
        url = f"http://{HOST}:{port}"
        with running(
            [*command, "--log-level", "warning"], f"{url}/api/v1/instance", folder=Path(name)
        ):
            yield MastodonMock(url, token)
