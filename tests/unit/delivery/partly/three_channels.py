"""A post for three channels, and a service that takes it for some of them."""

from __future__ import annotations

from datetime import timedelta

from posto_desktop.core.entries import Entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import NetworkError
from tests.unit.delivery.scripted import BLUESKY, NOW, REDDIT, Clock, ScriptedService, X

THREE = [X, BLUESKY, REDDIT]
RECONNECT = "Please reconnect the account"
OFFLINE = NetworkError("refused", user_message="nordlicht does not answer.", maybe_sent=False)
TOMORROW = NOW + timedelta(days=1)


def names(entry: Entry) -> list[str]:
    return [item.channel_name for item in entry.missing]


def run(outbox: Outbox, entry_id: str, service: ScriptedService, clock: Clock) -> Entry:
    """Let time pass until the entry has ended or asks."""
    for _ in range(60):
        if entry_id in outbox.due():
            outbox.process(entry_id, service)
        entry = outbox.entry(entry_id)
        if entry.is_ended or entry.state == "unclear":
            return entry
        clock.forward(seconds=20)
    raise AssertionError(f"no end in sight: {entry.state} {entry.reason}")
