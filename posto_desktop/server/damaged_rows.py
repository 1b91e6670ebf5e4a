"""What becomes of a row that is not sent because its values are damaged."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.translation import translatable
from posto_desktop.server.rows import Row

_DAMAGED = translatable(
    "Server",
    "The entry of this post in the workspace's database is damaged ({columns}). "
    "It was not sent. Check it, then send it again or write it anew.",
)
MAYBE_SENT = translatable(
    "Server",
    "The entry of this post in the workspace's database is damaged ({columns}). "
    "It may have been sent. Check whether it is published before you send it "
    "again.",
)


def damage_outcome(
    row: Row, columns: Sequence[str], *, may_be_out: bool = False
) -> tuple[str, str]:
    """Return the status and the sentence of a row that is not sent because these are damaged.

    What has never been claimed was surely not sent; of anything else that is not known.
    """
    is_unsent = not may_be_out and row["attempt"] == 0 and row["idempotency_key"] is None
    sentence = (_DAMAGED if is_unsent else MAYBE_SENT).format(columns=", ".join(columns))
    return "error" if is_unsent else "unknown", sentence
