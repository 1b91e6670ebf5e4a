"""What the pages of the settings work with, in a home of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from posto_desktop.storage.accounts import Account, Accounts
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import Secrets
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.context import Tools
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.way import Way

NORDLICHT = "Nordlicht Coffee Roasters and Bakery, Reykjavík harbour"


def make_tools(
    folder: Path, runner: JobRunner, restart: Callable[[], None] = lambda: None
) -> Tools:
    """Tools of a home with two accounts: the password of one is in the file, the other's gone."""
    paths = find_paths(folder)
    for one in (paths.config, paths.data, paths.logs, paths.thumbnails):
        one.mkdir(parents=True, exist_ok=True)
    Database(paths.database).close()
    settings, accounts = Settings(paths.settings), Accounts(paths.accounts)
    secrets = Secrets(paths.secrets, "off")
    first = Account("a1", NORDLICHT, "https://social.nordlicht.example", "ann")
    accounts.add(first)
    accounts.add(Account("a2", "Studio Lind", "https://lind.example/blog", "lind"))
    secrets.set("a1", "abcd EFGH ijkl", "file")
    way = Way(settings, secrets)
    return Tools(runner, paths, settings, accounts, secrets, way, accounts.rename, restart)
