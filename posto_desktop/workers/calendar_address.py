"""The address at which calendars on this computer read its plan (server.calendar_feed)."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.sdk.answers import as_mapping, as_text
from posto_desktop.sdk.errors import PostoError
from posto_desktop.workers.client_pool import local_client
from posto_desktop.workers.runner import Job

__all__ = ["calendar_address"]

ROUTE = "posto/v1/calendar"


def calendar_address(_job: Job, data_dir: Path, make: bool = False) -> str:
    """The address, "" when none was made yet. `make` makes one, and ends an older one.

    Raises PostoError, also when the workspace on this computer does not run.
    """
    from posto_desktop.server import launch  # only for those who ask

    running = launch.find(data_dir)
    if running is None:
        words = "The workspace on this computer does not run. Open it once, then try again."
        raise PostoError("no server", user_message=words)
    with local_client(running) as sdk:
        answer = sdk.transport.post(ROUTE, {}) if make else sdk.transport.get(ROUTE)
    return as_text(as_mapping(answer).get("url"))
