"""Insights from networks, requested on demand and at most once a minute."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
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
    ) -> None:
        self._schedules, self._channels = schedules, channels
        self._accounts, self._publishers = accounts, publishers
        self._is_paused, self._ticks = is_paused, ticks
        self._known: dict[int, tuple[float, Figures]] = {}
        self._lock = threading.Lock()

    def of(self, schedule_id: int) -> Figures:
        """Return the figures of a published post, [] where its network has none. What is known is
        kept while the network is away or the account has few requests left. Raises PluginError
        where nothing is known and the network refused."""
        row = self._schedules.get(schedule_id)
        publisher = self._publishers.get(row["channel_method"])
        if publisher is None or row["status"] != "success" or not row["remote_post_id"]:
            return []
        is_own = bool(row["channel_account"])
        known = self._fresh(schedule_id) if is_own else None
        if known is not None:
            return known
        account = self._accounts.of_channel(self._channels.get(row["channel_id"]))
        if is_own and (self._is_paused() or is_scarce(account)):
            return self._stored_figures(schedule_id)
        try:
            figures = publisher.insights(account, row["remote_post_id"])
        except PublishError as error:
            known = self._stored_figures(schedule_id)
            if not known:
                raise PluginError(str(error)) from None
            log.info("Schedule %d has no new figures: %s", schedule_id, error)
            return known
        with self._lock:
            self._known[schedule_id] = (self._ticks(), figures)
        return figures

    def _fresh(self, schedule_id: int) -> Figures | None:
        """Return figures that are young enough. Others are asked for anew, by one caller only."""
        now = self._ticks()
        with self._lock:
            at, figures = self._known.get(schedule_id, (now - FRESH_SECONDS, []))
            if now - at < FRESH_SECONDS:
                return figures
            if len(self._known) >= _MOST_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[schedule_id] = (now, figures)
        return None

    def _stored_figures(self, schedule_id: int) -> Figures:
        with self._lock:
            return self._known.get(schedule_id, (0.0, []))[1]
