"""The outbox runner as a process that tests can kill at any moment.

The same parts as in the app (database, outbox, the link to the workspace) without a window, so
that a hundred starts cost seconds.
"""

from __future__ import annotations

from pathlib import Path

from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk import PostoSDK
from posto_desktop.storage.database import Database


def send_all(database: Path, facts: dict[str, str]) -> None:
    """Recover and send until nothing is due any more."""
    store = Database(database)
    outbox = Outbox(store)
    outbox.recover()
    with PostoSDK.from_credentials(
        facts["username"], facts["password"], base_url=facts["base_url"]
    ) as sdk:
        link = ServiceClient(sdk, local=True)
        while due := outbox.due():
            for entry_id in due:
                outbox.process(entry_id, link)
    store.close()
