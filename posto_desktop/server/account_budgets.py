"""What an account has published, and is publishing just now, against what its network takes."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.budgets import Budget, OutgoingPost, going_out
from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.publishers.base import RateLimited
from posto_desktop.server.rows import json_object
from posto_desktop.server.send_job import SendJob

__all__ = ["published", "require_room"]


def published(
    store: ServerDatabase, account_id: int, since: float, now: float, but: int
) -> list[OutgoingPost]:
    """Return what an account published since then, oldest first, and what of it has its place and
    no outcome yet, at any sender: that counts as published now. Without the row `but`.

    One statement, so that no post is in neither list while it comes from one into the other.
    """
    of_account = "channel_id IN (SELECT id FROM channels WHERE account_id = ?)"
    rows = store.rows(
        "SELECT send_time, status, channel_id, posted, record FROM schedules"
        f" WHERE status = 'success' AND send_time > ? AND {of_account}"
        " UNION ALL SELECT send_time, status, channel_id, posted, record FROM schedules"
        f" WHERE status = 'sending' AND stage IN ('uploading', 'publishing') AND id <> ?"
        f" AND {of_account}",
        int(since),
        account_id,
        but,
        account_id,
    )
    posts = []
    for row in rows:
        is_out = row["status"] == "success"
        stored = json_object(row["posted" if is_out else "record"])
        parts, media = stored.get("parts"), stored.get("mediaList")
        files = len(media) if isinstance(media, list) else _files(stored.get("post"))
        count = len(parts) if isinstance(parts, list) and parts else 1
        moment = row["send_time"] if is_out else now
        posts.append(OutgoingPost(moment, row["channel_id"], count, files))
    return sorted(posts, key=lambda post: post.due)


def _files(post: object) -> int:
    """Return how many files a post and its further parts have (`deliveries.freeze`)."""
    if not isinstance(post, dict):
        return 0
    media, thread = post.get("media"), post.get("thread")
    further = sum(map(_files, thread)) if isinstance(thread, list) else 0
    return further + (len(media) if isinstance(media, list) else 0)


def require_room(
    job: SendJob, budgets: Sequence[Budget], before: Sequence[OutgoingPost], now: float
) -> None:
    """Raise RateLimited where the network has taken as much of the account as it takes within its
    time. `before` went out already, or is about to."""
    parts = job.delivery.parts
    files = sum(len(progress.part.media) for progress in parts)
    post = OutgoingPost(now, job.account.channel_id, len(parts), files)
    (moment,) = going_out([post], budgets, before)
    if moment > now:
        full = next(budget for budget in budgets if going_out([post], [budget], before) == [moment])
        raise RateLimited(
            translatable(
                "Server", "{handle} may publish {limit}. This post waits until then."
            ).format(handle=job.account.handle, limit=full),
            moment - now,
        )
