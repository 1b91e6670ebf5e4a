"""Registry of the publishers that connect accounts, each imported on first use.

A new one is a line here: its method, its module in this package, its class.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator, Mapping

from posto_desktop.server.publishers.base import Publisher

PUBLISHERS = (
    ("mastodon", "mastodon", "Mastodon"),
    ("bluesky", "bluesky", "Bluesky"),
    ("matrix", "matrix", "Matrix"),
    ("wordpress", "wordpress", "WordPress"),
    ("ntfy", "ntfy", "Ntfy"),
    ("nostr", "nostr", "Nostr"),
    ("webhook", "webhook", "Webhook"),
    ("discord_webhook", "discord", "DiscordWebhook"),
    ("discord", "discord", "DiscordBot"),
    ("telegram", "telegram", "Telegram"),
    ("slack", "slack", "Slack"),
    ("mattermost", "mattermost", "Mattermost"),
    ("misskey", "misskey", "Misskey"),
    ("lemmy", "lemmy", "Lemmy"),
    ("tumblr", "tumblr", "Tumblr"),
    ("devto", "devto", "DevTo"),
    ("ghost", "ghost", "Ghost"),
    ("x", "x", "X"),
    ("linkedin", "linkedin", "LinkedIn"),
    ("threads", "threads", "Threads"),
    ("instagram", "instagram", "Instagram"),
    ("facebook", "facebook", "FacebookPage"),
    ("youtube", "youtube", "YouTube"),
)


class Publishers(Mapping[str, Publisher]):
    """Publishers by their method: `others`, which are there, and those of PUBLISHERS."""

    def __init__(self, *publishers: Publisher) -> None:
        self._loaded = {publisher.method: publisher for publisher in publishers}
        self._known = {method: (module, name) for method, module, name in PUBLISHERS}
        self._lock = threading.Lock()

    def __getitem__(self, method: str) -> Publisher:
        with self._lock:
            if method not in self._loaded:
                module, name = self._known[method]
                imported = importlib.import_module(f"{__package__}.{module}")
                self._loaded[method] = getattr(imported, name)()
            return self._loaded[method]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._loaded, *self._known]))

    def __len__(self) -> int:
        return len({*self._loaded, *self._known})

    def add(self, publisher: Publisher) -> None:
        """Use this one for its method."""
        with self._lock:
            self._loaded[publisher.method] = publisher
