"""What the signed-in person may do with posts and channels of the open workspace."""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.sdk.records import Schedule

__all__ = ["PostRights"]


@dataclass(frozen=True)
class PostRights:
    """`role` is that in a team, "" without one or while it is unknown; `own_groups` are the groups
    of the person's own proposals."""

    role: str = ""
    own_groups: frozenset[str] = frozenset()

    @property
    def may_compose(self) -> bool:
        return self.role != "viewer"

    @property
    def may_set_channels(self) -> bool:
        """Return whether the person may change the settings of channels."""
        return self.role in ("", "editor", "owner")

    @property
    def may_connect(self) -> bool:
        """Return whether the person may connect accounts and disconnect them."""
        return self.role in ("", "owner")

    def may_change(self, post: Schedule) -> bool:
        """Return whether the person may edit, move, send or delete a post of the schedule: writers
        only proposals of their own."""
        if self.role in ("", "editor", "owner"):
            return True
        is_own = post.group_id in self.own_groups and post.status in PROPOSALS
        return self.role == "writer" and is_own
