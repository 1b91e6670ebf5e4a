"""A post that is being sent."""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.common.translation import translatable
from posto_desktop.server.deliveries import Delivery
from posto_desktop.server.publishers.base import Account, Publisher
from posto_desktop.server.rows import Row

__all__ = ["CANNOT_PUBLISH", "INTERRUPTED", "SendJob"]

CANNOT_PUBLISH = translatable(
    "Server", "This version of Posto Desktop cannot publish to this channel."
)
INTERRUPTED = translatable(
    "Server", "Posto Desktop was interrupted while sending this post, so it may be published."
)


@dataclass
class SendJob:
    """One row that is being sent, and through whom."""

    row: Row
    publisher: Publisher
    account: Account
    delivery: Delivery
    is_ahead: bool = False

    @property
    def id(self) -> int:
        return int(self.row["id"])
