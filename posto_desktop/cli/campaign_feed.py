"""Moves queued messages of campaigns into the outbox, as the app does while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from posto_desktop.cli.session import Session
from posto_desktop.core.draft import Draft
from posto_desktop.delivery import campaign_run
from posto_desktop.delivery.style_store import with_resolved_style


def feed(session: Session) -> list[str]:
    """Fill the outbox while there is room; return the ids of the campaigns that had queued posts.
    Raises StorageError."""
    addresses: Mapping[str, str] = {known.id: known.address for known in session.workspaces()}

    def resolved(draft: Draft) -> Draft:
        address = addresses.get(draft.workspace, "")
        return with_resolved_style(draft, session.paths.config, address)

    return campaign_run.fill_outbox(session.database, session.outbox, resolved)
