"""All publishers that connect to accounts. A new one is listed here."""

from __future__ import annotations

from posto_desktop.server.publishers.base import Publisher


def all_publishers() -> list[Publisher]:
    """One object of each."""
    from posto_desktop.server.publishers.bluesky import Bluesky
    from posto_desktop.server.publishers.mastodon import Mastodon
    from posto_desktop.server.publishers.matrix import Matrix

    return [Mastodon(), Bluesky(), Matrix()]
