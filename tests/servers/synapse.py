"""A real Matrix homeserver: Synapse."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from tests.servers.install import python
from tests.servers.running import HOST, reserved_port, running

NEEDED = ("synapse",)
LARGEST_UPLOAD = 300_000

_CONFIGURATION = """
server_name: localhost
pid_file: {place}/homeserver.pid
listeners:
  - port: {port}
    bind_addresses: [{host}]
    type: http
    resources: [{{names: [client], compress: false}}]
database: {{name: sqlite3, args: {{database: "{place}/homeserver.db"}}}}
log_config: {place}/log.yaml
media_store_path: {place}/media
signing_key_path: {place}/signing.key
registration_shared_secret: {secret}
macaroon_secret_key: {secret}
form_secret: {secret}
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
max_upload_size: {largest}
refreshable_access_token_lifetime: 5m
rc_message: {{per_second: {rate}, burst_count: {burst}}}
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
  failed_attempts: {{per_second: 1000, burst_count: 1000}}
"""
_LOGGING = """
version: 1
formatters: {plain: {format: "%(levelname)s %(name)s %(message)s"}}
handlers: {console: {class: logging.StreamHandler, formatter: plain}}
root: {level: WARNING, handlers: [console]}
disable_existing_loggers: false
"""


@dataclass(frozen=True)
class MatrixUser:
    """`access` is a session of the person, not of the app."""

    user_id: str
    name: str
    password: str
    access: str


@dataclass(frozen=True)
class Synapse:
    url: str
    secret: str

    def create_user(self, name: str) -> MatrixUser:
        path = "/_synapse/admin/v1/register"
        nonce = self.call("GET", path)["nonce"]
        password = secrets.token_urlsafe(12)
        signed = "\0".join([nonce, name, password, "notadmin"]).encode()
        body = {
            "nonce": nonce,
            "username": name,
            "password": password,
            "admin": False,
            "mac": hmac.new(self.secret.encode(), signed, hashlib.sha1).hexdigest(),
        }
        made = self.call("POST", path, body)
        return MatrixUser(str(made["user_id"]), name, password, str(made["access_token"]))

    def create_room(
        self,
        user: MatrixUser,
        name: str,
        *,
        encrypted: bool = False,
        invited: MatrixUser | None = None,
        needed: int = 0,
    ) -> str:
        """The id of a new room of the user; `needed` is the level that one needs to write."""
        body: dict[str, Any] = {"name": name, "preset": "private_chat"}
        body["power_level_content_override"] = {"events_default": needed}
        if invited:
            body["invite"] = [invited.user_id]
        if encrypted:
            content = {"algorithm": "m.megolm.v1.aes-sha2"}
            state = {"type": "m.room.encryption", "state_key": "", "content": content}
            body["initial_state"] = [state]
        made = self.call("POST", "/_matrix/client/v3/createRoom", body, user.access)
        return str(made["room_id"])

    def messages(self, user: MatrixUser, room: str) -> list[dict[str, Any]]:
        """The messages of a room, the newest first, as the user sees them."""
        path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=200"
        events = self.call("GET", path, None, user.access)["chunk"]
        return [event for event in events if event["type"] == "m.room.message"]

    def media(self, user: MatrixUser, address: str) -> bytes:
        """The bytes behind an `mxc://` address."""
        path = f"/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
        answer = requests.get(
            self.url + path, headers={"Authorization": f"Bearer {user.access}"}, timeout=60
        )
        answer.raise_for_status()
        return answer.content

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, access: str = ""
    ) -> dict[str, Any]:
        """Call the server as a person's other client does."""
        headers = {"Authorization": f"Bearer {access}"} if access else {}
        answer = requests.request(method, self.url + path, json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text
        data: dict[str, Any] = answer.json()
        return data


@contextlib.contextmanager
def running_synapse(*, messages_a_second: float = 1000) -> Iterator[Synapse]:
    """A homeserver named `localhost` on a free port, empty, for the length of the block."""
    with (
        tempfile.TemporaryDirectory(prefix="posto-synapse-") as name,
        reserved_port() as port,
    ):
        place = Path(name)
        secret = secrets.token_hex(16)
        configuration = place / "homeserver.yaml"
        configuration.write_text(
            _CONFIGURATION.format(
                place=place,
                port=port,
                host=HOST,
                secret=secret,
                largest=LARGEST_UPLOAD,
                rate=messages_a_second,
                burst=max(1, round(messages_a_second)),
            )
        )
        (place / "log.yaml").write_text(_LOGGING)
        (place / "signing.key").write_text(f"ed25519 a_test {_signing_key()}\n")
        command = [python("synapse"), "-m", "synapse.app.homeserver", "-c", configuration]
        url = f"http://{HOST}:{port}"
        with running(command, f"{url}/_matrix/client/versions", folder=place):
            yield Synapse(url, secret)


def _signing_key() -> str:
    """32 random bytes in base64 without padding, as Synapse keeps them."""
    import base64

    return base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
