"""The groups of channels. Owner of the table `channel_groups`.

They are no labels: whoever may change a channel's settings writes its labels, and clients write
them back as they know them; groups decide who sees a channel, so owners alone change them.
"""

from __future__ import annotations

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import PluginError
from posto_desktop.server.rows import Row, json_object
from posto_desktop.server.team.people import TeamError
from posto_desktop.server.team.post_steps import files_of


class TeamGroups:
    def __init__(self, store: ServerDatabase) -> None:
        self._store = store

    def of(self, channel_id: int) -> list[str]:
        """Return the groups of a channel. Raises PluginError if there is no such channel."""
        if self._store.row("SELECT 1 FROM channels WHERE id = ?", channel_id) is None:
            raise PluginError(translatable("Server", "Channel not found."))
        rows = self._store.rows(
            "SELECT name FROM channel_groups WHERE channel_id = ? ORDER BY name", channel_id
        )
        return [row["name"] for row in rows]

    def all(self) -> list[tuple[Row, list[str]]]:
        """Return the channels (`id`, `name`, `social_network`), each with its groups."""
        channels = self._store.rows(
            "SELECT id, name, social_network FROM channels WHERE removed IS NOT 1 ORDER BY id"
        )
        groups: dict[int, list[str]] = {}
        for row in self._store.rows("SELECT channel_id, name FROM channel_groups ORDER BY name"):
            groups.setdefault(row["channel_id"], []).append(row["name"])
        return [(channel, groups.get(channel["id"], [])) for channel in channels]

    def set(
        self, channel_id: int, groups: frozenset[str], before: frozenset[str] | None = None
    ) -> None:
        """Set the groups of a channel, and show them the files of its posts. Raises PluginError if
        there is no such channel, and TeamError if its groups are not those `before` any more."""
        with self._store.write() as db:
            present = self.of(channel_id)
            if before is not None and before != {*present}:
                raise TeamError(
                    translatable("Server", "Somebody else has changed these groups meanwhile."),
                    "posto_changed",
                    409,
                    groups=present,
                )
            db.execute("DELETE FROM channel_groups WHERE channel_id = ?", (channel_id,))
            db.executemany(
                "INSERT INTO channel_groups (channel_id, name) VALUES (?, ?)",
                [(channel_id, name) for name in sorted(groups)],
            )
            posts = db.execute(
                "SELECT customization FROM schedules WHERE channel_id = ?", (channel_id,)
            ).fetchall()
            files = {number for post in posts for number in files_of(json_object(post[0]))}
            # "" is the name of no group: who does not see all may not change such a file.
            db.executemany(
                "INSERT INTO media_groups (media_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(number, name) for number in sorted(files) for name in sorted(groups) or [""]],
            )
