"""Carries out a confirmed deletion of scheduled posts, such that it can be repeated at any point.

Rows are deleted by their ids, which no service gives again, and only while they are what the person
saw. A row that is not there counts as deleted: an earlier attempt did it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from posto_desktop.common.translation import english, translatable
from posto_desktop.core.json_fields import get_list
from posto_desktop.core.proposals import Proposal, read_proposal, row_digest
from posto_desktop.delivery.proposals import DELETABLE, MAX_DELAY
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import proposal_rows
from posto_desktop.storage.database import Database

_BEGUN = "Deleting."


class DeletionClient(Protocol):
    """The service as a deletion uses it."""

    def rows(self, ids: Sequence[int]) -> dict[int, Schedule]: ...
    def delete(self, ids: Sequence[int]) -> Collection[int]:
        """Delete rows; return the ids that still exist."""
        ...


class ProposedDeletion:
    """One confirmed proposal of the kind "delete"."""

    def __init__(
        self,
        store: Database,
        client: DeletionClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock

    def run(self, digest: str) -> Proposal | None:
        """Return the proposal afterwards; still "confirmed": the service could not be asked, try
        again. None for one that is not to be carried out. Raises only StorageError."""
        row = proposal_rows.of_digest(self._store, digest)
        if row is None or row["kind"] != "delete" or row["state"] != "confirmed":
            return None
        proposal, now = read_proposal(row), self._clock()
        if not proposal.is_intact:
            return self._end(
                digest,
                "failed",
                translatable("Delivery", "It is not what was proposed. Nothing was deleted."),
            )
        if now - proposal.updated_at > MAX_DELAY and not proposal.result:
            return self._end(
                digest,
                "failed",
                translatable("Delivery", "It could not be done in time. Propose it again."),
            )
        if not proposal.result and not proposal_rows.claim(
            self._store, digest, now.timestamp(), _BEGUN
        ):
            return None
        try:
            changed, left = self._delete(proposal.body)
        except PostoError as error:
            if now - proposal.updated_at > MAX_DELAY:
                return self._end(digest, "failed", error.english_message)
            return read_proposal(row)
        if left:
            return read_proposal(row)
        if not changed:
            return self._end(digest, "done", "")
        words = (
            translatable("Delivery", "It was changed or sent meanwhile, so it stays.")
            if changed == len(proposal.posts) == 1
            else english(
                "Delivery",
                "%n of {total} posts were changed or sent meanwhile, so they stay.",
                "",
                changed,
            ).format(total=len(proposal.posts))
        )
        return self._end(digest, "done" if changed < len(proposal.posts) else "failed", words)

    def _delete(self, body: Mapping[str, Any]) -> tuple[int, Collection[int]]:
        """Return how many posts stay because they changed, and the ids that still exist."""
        seen = {
            raw["id"]: raw["seen"] for raw in get_list(body, "posts") if isinstance(raw, Mapping)
        }
        rows = self._client.rows(list(seen))
        same = [
            number
            for number, row in rows.items()
            if row.status in DELETABLE and row_digest(row) == seen.get(number)
        ]
        left = self._client.delete(same) if same else ()
        return len(rows) - len(same), left

    def _end(self, digest: str, state: str, result: str) -> Proposal | None:
        with self._store.transaction() as connection:
            proposal_rows.change(
                connection,
                digest,
                state,
                expect="confirmed",
                now=self._clock().timestamp(),
                result=result,
            )
        row = proposal_rows.of_digest(self._store, digest)
        return read_proposal(row) if row is not None else None
