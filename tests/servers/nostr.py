"""A real Nostr relay: nostr-relay."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.install import python
from tests.servers.running import HOST, reserved_port, running

NEEDED = ("nostr_relay",)

_CONFIGURATION = """
relay_name: relay of a test
storage:
  sqlalchemy.url: sqlite+aiosqlite:///{place}/nostr.sqlite3
  validators:
    - nostr_relay.validators.is_not_too_large
    - nostr_relay.validators.is_signed
    - nostr_relay.validators.is_recent
gunicorn: {{bind: "{host}:{port}", workers: 1, loglevel: warning}}
purple: {{}}
authentication: {{enabled: false}}
"""


@dataclass(frozen=True)
class NostrRelay:
    """`url` is the one of its WebSocket, `information` that of its NIP-11 document."""

    url: str
    information: str


@contextlib.contextmanager
def running_nostr_relay() -> Iterator[NostrRelay]:
    """An empty relay on a free port for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="posto-nostr-") as name, reserved_port() as port:
        configuration = Path(name) / "relay.yaml"
        configuration.write_text(_CONFIGURATION.format(place=name, host=HOST, port=port))
        command = [python("nostr_relay").with_name("nostr-relay"), "-c", configuration, "serve"]
        with running(command, f"http://{HOST}:{port}/", folder=Path(name)):
            yield NostrRelay(f"ws://{HOST}:{port}/", f"http://{HOST}:{port}/")
