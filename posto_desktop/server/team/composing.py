"""What `server.schedules` asks of whoever composes, edits or moves posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from posto_desktop.server.database import Transaction


class Composing(Protocol):
    """Decides about the status of what is composed, and stores what belongs to it. All of it is in
    the transaction that changes the posts."""

    def status_of(self, db: Transaction, edited: str, replaced: Sequence[int]) -> str:
        """Return the status of new rows in the place of a group or of rows, "" and none for a new
        post. Called while what they replace is still there; raises ApiError to refuse it."""

    def store(
        self,
        db: Transaction,
        group_id: str,
        items: Sequence[tuple[int, dict[str, Any]]],
        share_at: int | None,
    ) -> None:
        """Store what is new of a group."""

    def move(self, db: Transaction, group_id: str, share_at: int | None) -> None:
        """Store that a group gets another time; raises ApiError to refuse it."""
