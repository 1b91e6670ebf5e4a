"""What the pages of the settings work with, in a home of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.stores.watch_folders import WatchFolderStore
from posto_desktop.ui.settings.context import SettingsServices, WatchServices
from posto_desktop.viewmodels.people_state import PeopleState
from posto_desktop.workers.insights import InsightWorker
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.watch_folders import WatchFolderWorker
from tests.gui.team_filled import answered, fill

NORDLICHT = "Nordlicht Coffee Roasters and Bakery, Reykjavík harbour"


def make_tools(
    folder: Path, runner: JobRunner, restart: Callable[[], None] = lambda: None
) -> SettingsServices:
    """Tools of a home with two accounts: the password of one is in the file, the other's gone."""
    paths = find_paths(folder)
    for folder in (paths.config, paths.data, paths.logs, paths.thumbnails):
        folder.mkdir(parents=True, exist_ok=True)
    Database(paths.database).close()
    settings, accounts = Settings(paths.settings), AccountStore(paths.accounts)
    secrets = SecretStore(paths.secrets, "off")
    first = ServiceAccount("a1", NORDLICHT, "https://social.nordlicht.example", "ann")
    accounts.add(first)
    accounts.add(ServiceAccount("a2", "Studio Lind", "https://lind.example/blog", "lind"))
    secrets.set("a1", "abcd EFGH ijkl", "file")
    route_provider = RouteProvider(settings, secrets)
    return SettingsServices(
        runner,
        paths,
        settings,
        accounts,
        secrets,
        route_provider,
        accounts.rename,
        restart,
        insights_of(paths.database),
        make_watch_services(),
        team=make_team(),
    )


def make_team() -> PeopleState:
    """The people of a team, whose server answers readings and takes no changes."""
    state = PeopleState()
    fill(state)
    state.requested.connect(answered(state, datetime.now(UTC)))
    return state


def insights_of(path: Path) -> InsightWorker:
    """Insights of a posto.db that nobody else has open, answered at once."""

    class Store:
        def use_store(self, job: Callable[[Database | None, str], None]) -> bool:
            with contextlib.closing(Database(path)) as database:
                job(database, "")
            return True

    nobody: Any = None
    store: Any = Store()
    return InsightWorker(
        nobody,
        store,
        nobody,
        call_on_gui=lambda _generation, handle, *values: handle(*values),
        keep_days=lambda: 365,
        is_paused=lambda: False,
        open_workspace=lambda: "",
    )


def make_watch_services() -> WatchServices:
    """A store of watched folders whose worker has no posto.db."""
    worker = WatchFolderWorker(lambda _job: True, lambda _call: None, lambda _words: None, str)
    return WatchServices(WatchFolderStore(worker), worker, lambda: ["Bold", "Calm"])
