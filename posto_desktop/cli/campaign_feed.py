"""Moves what campaigns and fillings of evergreen messages queued into the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from posto_desktop.cli.session import Session
from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.delivery import campaign_run, evergreen_fill
from posto_desktop.delivery.evergreen_state import SlotRules
from posto_desktop.delivery.style_store import with_resolved_style
from posto_desktop.sdk.when.zones import local_zone


def style_resolver(session: Session) -> Callable[[Draft], Draft]:
    """Return what resolves the style of drafts of any workspace."""
    addresses: Mapping[str, str] = {known.id: known.address for known in session.workspaces()}

    def resolved(draft: Draft) -> Draft:
        address = addresses.get(draft.workspace, "")
        return with_resolved_style(draft, session.paths.config, address)

    return resolved


def feed(session: Session) -> list[str]:
    """Fill the outbox while there is room; return the ids of the campaigns that had queued posts.
    Raises StorageError."""
    resolver = style_resolver(session)
    campaigns = campaign_run.fill_outbox(session.database, session.outbox, resolver)
    rules = SlotRules(slots.read(session.settings.text(slots.SETTING)), local_zone())
    evergreen_fill.hand_over(session.database, session.outbox, resolver, rules, datetime.now(UTC))
    return campaigns
