"""Calendar address of the local server's schedule (server.calendar_feed)."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.delivery.client_pool import local_client
from posto_desktop.sdk.answers import as_mapping, as_text
from posto_desktop.sdk.errors import PostoError
from posto_desktop.workers.runner import Job

__all__ = ["calendar_address"]

ROUTE = "posto/v1/calendar"


def calendar_address(_job: Job, data_dir: Path, make: bool = False) -> str:
    """Return the address, "" if there is none. `make` creates one and invalidates an older one.

    Raises PostoError, also if the local server is not running.
    """
    from posto_desktop.server import launch  # imported on demand

    running = launch.find(data_dir)
    if running is None:
        words = translate(
            "Service", "The workspace on this computer is not running. Open it, then try again."
        )
        raise PostoError("no server", user_message=words)
    with local_client(running) as sdk:
        answer = sdk.transport.post(ROUTE, {}) if make else sdk.transport.get(ROUTE)
    return as_text(as_mapping(answer).get("url"))
