"""Insights from networks, requested on demand and at most once a minute."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.server.accounts import Accounts
from posto_desktop.server.channels import Channels
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import Publisher, PublishError
from posto_desktop.server.publishers.http import is_scarce
from posto_desktop.server.schedules import Schedules

log = logging.getLogger(__name__)

__all__ = ["Insights"]

FRESH_SECONDS = 60.0
_MOST_KEPT = 2000
Figures = list[dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """Figures of a post, and the Unix seconds when its network was asked for them; None if it was
    not asked yet."""

    figures: Figures = field(default_factory=list)
    read_at: float | None = None


class Insights:
    """Asks the networks. `is_paused()`: nothing is asked while sending is paused."""

    def __init__(
        self,
        schedules: Schedules,
        channels: Channels,
        accounts: Accounts,
        publishers: Mapping[str, Publisher],
        is_paused: Callable[[], bool],
        ticks: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._schedules, self._channels = schedules, channels
        self._accounts, self._publishers = accounts, publishers
        self._is_paused, self._ticks, self._clock = is_paused, ticks, clock
        self._known: dict[int, tuple[float, Reading]] = {}
        self._lock = threading.Lock()

    def of(self, schedule_id: int) -> Figures:
        """Return the figures of `read`."""
        return self.read(schedule_id).figures

    def read(self, schedule_id: int) -> Reading:
        """Return the figures of a published post, none where its network has none. What is known is
        kept while the network is away or the account has few requests left. Raises PluginError
        where nothing is known and the network refused."""
        row = self._schedules.get(schedule_id)
        publisher = self._publishers.get(row["channel_method"])
        if publisher is None or row["status"] != "success" or not row["remote_post_id"]:
            return Reading(read_at=self._clock())
        is_own = bool(row["channel_account"])
        known = self._fresh(schedule_id) if is_own else None
        if known is not None:
            return known
        account = self._accounts.of_channel(self._channels.get(row["channel_id"]))
        if is_own and (self._is_paused() or is_scarce(account)):
            return self._stored(schedule_id)
        try:
            figures = publisher.insights(account, row["remote_post_id"])
        except PublishError as error:
            known = self._stored(schedule_id)
            if not known.figures:
                raise PluginError(str(error)) from None
            log.info("Schedule %d has no new figures: %s", schedule_id, error)
            return known
        reading = Reading(figures, self._clock())
        with self._lock:
            self._known[schedule_id] = (self._ticks(), reading)
        return reading

    def _fresh(self, schedule_id: int) -> Reading | None:
        """Return figures that are young enough. Others are asked for anew, by one caller only."""
        now = self._ticks()
        with self._lock:
            at, reading = self._known.get(schedule_id, (now - FRESH_SECONDS, Reading()))
            if now - at < FRESH_SECONDS:
                return reading
            if len(self._known) >= _MOST_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[schedule_id] = (now, reading)
        return None

    def _stored(self, schedule_id: int) -> Reading:
        with self._lock:
            return self._known.get(schedule_id, (0.0, Reading()))[1]
