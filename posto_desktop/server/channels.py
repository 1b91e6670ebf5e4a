"""The workspace's channels with their settings, and the settings of whole networks."""

from __future__ import annotations

import json
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import HELD_CHANNELS
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import PluginError
from posto_desktop.server.networks import networks
from posto_desktop.server.rows import Row, json_list, json_object

# Networks with a sandbox channel from the first start, so that limits and previews are real.
SANDBOX = (
    ("X", "twitter", "account"),
    ("Instagram", "instagram", "account"),
    ("Facebook", "fb", "account"),
    ("LinkedIn", "linkedin", "account"),
    ("Mastodon", "mastodon", "account"),
    ("Bluesky", "bluesky", "account"),
    ("Telegram", "telegram", "account"),
    ("TikTok", "tiktok", "account"),
)

_LONGEST_NAME, _LONGEST_PROXY = 255, 2_000


class Channels:
    """Channels as the plugin returns them, without secrets."""

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store

    def seed(self) -> None:
        """Create the sandbox channels in a workspace without channels."""
        with self._store.write() as db:
            if db.execute("SELECT 1 FROM channels LIMIT 1").fetchone():
                return
            for name, slug, kind in SANDBOX:
                db.execute(
                    "INSERT INTO channels (name, social_network, channel_type, method)"
                    " VALUES (?, ?, ?, 'sandbox')",
                    (f"Sandbox {name}", slug, kind),
                )

    def all(self) -> list[Row]:
        """Those that are there, without those of accounts that are being disconnected."""
        return self._store.rows(
            f"SELECT * FROM channels WHERE removed IS NOT 1 AND id NOT IN ({HELD_CHANNELS})"
            " ORDER BY id"
        )

    def get(self, channel_id: int) -> Row:
        """Return one channel. Raises PluginError if there is none."""
        row = self._store.row("SELECT * FROM channels WHERE id = ?", channel_id)
        if row is None:
            raise PluginError(translatable("Server", "Channel not found."))
        return row

    def set_active(self, channel_id: int, active: bool) -> None:
        """Record whether the session with the network is alive."""
        with self._store.write() as db:
            db.execute(
                "UPDATE channels SET active = ? WHERE id = ? AND active <> ?",
                (int(active), channel_id, int(active)),
            )

    def settings(self, channel_id: int) -> dict[str, Any]:
        row = self.get(channel_id)
        return {
            "id": row["id"],
            "name": row["name"],
            "auto_share_on": bool(row["auto_share_on"]),
            "proxy": row["proxy"],
            "labels": json_list(row["labels"]),
            "custom_post_data": json_object(row["custom_post_data"]) or [],
        }

    def replace_settings(self, channel_id: int, body: dict[str, Any]) -> None:
        """Replace the whole set, as the plugin does: missing values return to their defaults.
        Raises PluginError for a proxy with a password, which would lie in the database."""
        row = self.get(channel_id)
        name = body.get("name")
        labels = body.get("labels")
        defaults = body.get("custom_post_data")
        proxy = body.get("proxy")
        if isinstance(proxy, str) and "@" in proxy:
            raise PluginError(
                translatable(
                    "Server",
                    "The proxy of a channel of this computer cannot have a user name and a "
                    "password. Set it for all channels in Settings, Network, which keeps its "
                    "password in the keyring.",
                )
            )
        with self._store.write() as db:
            db.execute(
                "UPDATE channels SET name = ?, auto_share_on = ?, proxy = ?, labels = ?,"
                " custom_post_data = ? WHERE id = ?",
                (
                    # A channel without a name could not be found again.
                    name.strip()[:_LONGEST_NAME]
                    if isinstance(name, str) and name.strip()
                    else row["name"],
                    int(body.get("auto_share_on") is True),
                    proxy[:_LONGEST_PROXY] if isinstance(proxy, str) else "",
                    json.dumps(labels if isinstance(labels, list) else []),
                    json.dumps(defaults if isinstance(defaults, dict) else {}),
                    channel_id,
                ),
            )


class NetworkSettings:
    """The settings of each network; unset ones have their defaults."""

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store

    def get(self, name: str) -> dict[str, Any]:
        slug = self._slug(name)
        row = self._store.row("SELECT body FROM network_settings WHERE slug = ?", slug)
        stored = json_object(row["body"]) if row is not None else {}
        return networks().get(slug).default_settings() | stored

    def replace(self, name: str, body: dict[str, Any]) -> None:
        """Replace the whole set. A known setting of a wrong type silently gets its default."""
        slug = self._slug(name)
        defaults = networks().get(slug).default_settings()
        accepted = {
            key: value
            for key, value in body.items()
            if key not in defaults or type(value) is type(defaults[key])
        }
        with self._store.write() as db:
            db.execute(
                "INSERT INTO network_settings (slug, body) VALUES (?, ?)"
                " ON CONFLICT (slug) DO UPDATE SET body = excluded.body",
                (slug, json.dumps(accepted)),
            )

    def _slug(self, name: str) -> str:
        if not networks().knows(name):
            raise PluginError(translatable("Server", "Social network not found."))
        return networks().slug(name)
