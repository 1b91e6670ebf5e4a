"""Whether the posts of an edited message are as they were when it was opened."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.core.edited_message import EditedMessage
from posto_desktop.sdk.presence import PostNow

__all__ = ["is_changed"]


def is_changed(edited: EditedMessage, posts: Sequence[PostNow]) -> bool:
    """Return whether somebody has changed, replaced or deleted one of the edited posts."""
    by_id = {post.id: post for post in posts}
    for edited_post in edited.posts:
        post = by_id.get(edited_post.id)
        if post is None or post.mark != edited_post.mark:
            return True
        at = post.send_at.timestamp() if post.send_at is not None else None
        if at != edited.at:
            return True
    return False
