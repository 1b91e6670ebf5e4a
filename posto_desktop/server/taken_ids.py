"""The network's ids that a post which is looked for cannot have: other posts have them."""

from __future__ import annotations

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.deliveries import Delivery
from posto_desktop.server.publishers.base import Part
from posto_desktop.server.rows import Row, json_object


def taken_ids(
    store: ServerDatabase, row: Row, delivery: Delivery, part: Part, *, apart: bool
) -> set[str]:
    """Return the ids of what a row's channel published lately and of the row's other parts: none of
    them is the part that is looked for. `apart` (`Publisher.numbers_apart`): without those of
    another kind, which may have its number."""
    rows = store.rows(
        "SELECT remote_post_id, posted, record FROM schedules WHERE channel_id = ? AND id <> ?"
        " AND status IN ('success', 'sending', 'not_sent', 'error', 'unknown')"
        " ORDER BY send_time DESC LIMIT 200",
        row["channel_id"],
        row["id"],
    )
    numbered_ids = [
        (progress.part.number, progress.result.id) for progress in delivery.parts if progress.result
    ]
    for sent_row in rows:
        numbered_ids.append((0, sent_row["remote_post_id"]))
        for number, stored in enumerate(json_object(sent_row["posted"]).get("parts") or ()):
            numbered_ids.append((number, str(stored.get("id"))))
        for number, stored in enumerate(json_object(sent_row["record"]).get("parts") or ()):
            result = stored.get("result")
            numbered_ids.append((number, str(result.get("id")) if isinstance(result, dict) else ""))
    return {
        name
        for number, name in numbered_ids
        if name and (not apart or (number == 0) == (part.number == 0))
    }
