"""Looks for the posts of an outbox entry in the list of its service, and says what that proves.

It only reads: what follows for the entry is decided by `delivery.entry_sender`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.core.client import OutboxClient
from posto_desktop.core.entries import Entry
from posto_desktop.sdk.errors import PostoError, ServiceError

# Earlier rows may be being sent already, and some services hide rows meanwhile.
_SURELY_NOT_YET = timedelta(minutes=2)
# A row being sent has ended, and is listed, after this time at the latest.
_SENDING_ENDS = timedelta(minutes=10)


class ListedPosts:
    """The list of one service. `row` is always that of the entry in the outbox."""

    def __init__(self, client: OutboxClient, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock

    def look(self, entry: Entry, row: dict[str, Any]) -> dict[int, str]:
        """Return the group ids by channel of the post's rows on the service. Raises PostoError."""
        handed = row["handed_at"]
        around = entry.share_at if row["handed_share"] is not None else None
        if around is None:
            around = datetime.fromtimestamp(handed, UTC) if handed is not None else entry.created_at
        try:
            rows = [*self._client.find_ref(entry.posto_ref, entry.channel_ids, around)]
            if entry.replaces is not None:
                # What was accepted must be seen, also where marks are not stored.
                for group_id in entry.group_ids:
                    rows += self._client.rows_of_group(group_id)
        except PostoError:
            raise
        except Exception as error:
            raise ServiceError(
                f"looking failed: {type(error).__name__}",
                user_message=translatable(
                    "Delivery", "The list of {host} could not be read."
                ).format(host=self._client.host),
            ) from error
        return {listed.channel_id: listed.group_id for listed in rows}

    def is_sure(self, row: dict[str, Any]) -> bool:
        """Return whether the list just read would contain a post that had arrived."""
        if not self._client.hides_sending:
            return True
        planned = row["handed_share"]
        soon = self._clock() + _SURELY_NOT_YET
        return planned is not None and planned > soon.timestamp()

    def may_hide(self, row: dict[str, Any], asked: float) -> bool:
        """Return whether an earlier call may still create rows that the list hid when it was
        `asked` for."""
        if self.is_sure(row):
            return False
        handed = row["handed_at"]
        since = asked - handed if handed is not None else 0.0
        return since < _SENDING_ENDS.total_seconds()
