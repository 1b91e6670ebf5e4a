"""Context of the settings pages: reading and writing settings, services of the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from posto_desktop.sdk.records import Channel

if TYPE_CHECKING:
    from posto_desktop.delivery.route_provider import RouteProvider
    from posto_desktop.storage.accounts import AccountStore
    from posto_desktop.storage.paths import Paths
    from posto_desktop.storage.secrets import SecretStore
    from posto_desktop.storage.settings import Settings
    from posto_desktop.stores.watch_folders import WatchFolderStore
    from posto_desktop.viewmodels.people_state import PeopleState
    from posto_desktop.workers.insights import InsightWorker
    from posto_desktop.workers.runner import JobRunner
    from posto_desktop.workers.shortcuts.shortcut import GlobalShortcut
    from posto_desktop.workers.watch_folders import WatchFolderWorker


@dataclass(frozen=True)
class WatchServices:
    """What the page of watched folders works with. `styles` returns the names of styles."""

    store: WatchFolderStore
    worker: WatchFolderWorker
    styles: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class SettingsServices:
    """Services of the app that some pages need. `rename` may raise StorageError; `restart` restarts
    the app; `shortcut` is None where the desktop has none for programs, `team` in a workspace
    without one."""

    runner: JobRunner
    paths: Paths
    settings: Settings
    accounts: AccountStore
    secrets: SecretStore
    route_provider: RouteProvider
    rename: Callable[[str, str], None]
    restart: Callable[[], None]
    insights: InsightWorker
    watch: WatchServices | None = None
    shortcut: GlobalShortcut | None = None
    team: PeopleState | None = None


@dataclass(frozen=True)
class SettingsContext:
    """`read` and `write` access a setting by name; `tools` is None in a dialog without services.

    `on_close` holds callbacks for closing the window; `leave` closes it and then runs a function.
    """

    read: Callable[[str], Any]
    write: Callable[[str, Any], None]
    leave: Callable[[Callable[[], None]], None]
    channels: Sequence[Channel] = ()
    workspace: str = ""
    tools: SettingsServices | None = None
    add_account: Callable[[], None] = lambda: None
    forget_account: Callable[[str], None] = lambda _id: None
    sign_in_again: Callable[[str], None] = lambda _id: None
    on_close: list[Callable[[], None]] = field(default_factory=list)

    @property
    def parts(self) -> SettingsServices:
        """Return the tools; only for pages that require them."""
        assert self.tools is not None
        return self.tools
