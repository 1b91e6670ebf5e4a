"""What a command works with: folders, workspace, posto.db, outbox, client. Opened when needed."""

from __future__ import annotations

import base64
import contextlib
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from posto_desktop.cli.exits import CommandError, Exit, not_found, refused
from posto_desktop.cli.output import Output
from posto_desktop.core import channel_groups
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.folding import fold
from posto_desktop.delivery.client_pool import (
    ClientPool,
    ServiceClient,
    WorkspaceTarget,
    target_of,
)
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.delivery.running_app import Changed, notify_changed
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.accounts import LOCAL_NAME, AccountStore, ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings

FRESH = timedelta(minutes=10)
"""How long a list of channels is good enough to check a post against it."""

SERVER_IDLE = 60.0
"""Seconds that this computer's server stays for the next command."""


@dataclass(frozen=True)
class KnownWorkspace:
    """A workspace as commands name it. `address` is that of its service, "" on this computer."""

    id: str
    name: str
    address: str = ""

    @property
    def is_local(self) -> bool:
        return self.id == LOCAL


class Session:
    """Opens each part once, when it is first used; `close` closes all of them."""

    def __init__(self, home: str | None, workspace: str, out: Output) -> None:
        self._asked_home = home
        self.paths: Paths = find_paths(home)
        self.out = out
        self._asked_workspace = workspace
        self._is_reached = False
        """Whether this computer's server has answered."""
        self.entry_changed: Callable[[str], None] = lambda _entry_id: None
        """Called with the id of an entry of the outbox when this process changes it."""

    def command_words(self) -> list[str]:
        """Return the beginning of a further command for the same home and workspace."""
        home = ["--home", self._asked_home] if self._asked_home else []
        workspace = ["--workspace", self._asked_workspace] if self._asked_workspace else []
        return ["posto", *home, *workspace]

    # -- what is stored ------------------------------------------------------------------------

    @cached_property
    def settings(self) -> Settings:
        """The app's settings, which it alone writes."""
        return Settings(self.paths.settings)

    @cached_property
    def accounts(self) -> AccountStore:
        return AccountStore(self.paths.accounts)

    @cached_property
    def secrets(self) -> SecretStore:
        return SecretStore(self.paths.secrets)

    @cached_property
    def database(self) -> Database:
        """posto.db. Raises StorageError if it cannot be used."""
        database = Database(self.paths.database)
        if database.problem:
            self.out.note(database.problem)
        return database

    @cached_property
    def outbox(self) -> Outbox:
        from posto_desktop.media.renditions import RenditionStore

        return Outbox(
            self.database,
            late_limit=timedelta(minutes=self._late_limit()),
            changed=lambda entry_id: self.entry_changed(entry_id),
            renderer=RenditionStore(
                self.paths.renditions, ffmpeg=lambda: self.settings.text("media.ffmpeg")
            ),
        )

    # -- workspaces ----------------------------------------------------------------------------

    def workspaces(self) -> list[KnownWorkspace]:
        """Return this computer's workspace, those that are signed in, and that of the environment,
        if it names one."""
        known = [
            KnownWorkspace(LOCAL, LOCAL_NAME),
            *(KnownWorkspace(a.id, a.name, a.base_url) for a in self.accounts.list()),
        ]
        account = self._account_of_environment
        if account is not None:
            known.append(KnownWorkspace(account.id, account.name, account.base_url))
        return known

    @property
    def is_workspace_asked(self) -> bool:
        """Whether the command names its workspace."""
        return bool(self._asked_workspace)

    @cached_property
    def workspace(self) -> KnownWorkspace:
        """The workspace of this command: the one that was asked for, else that of the environment,
        else what `posto workspaces use` chose, else the app's. Raises CommandError."""
        known = self.workspaces()
        if self._asked_workspace:
            return self.find_workspace(self._asked_workspace)
        if self._account_of_environment is not None:
            return known[-1]
        chosen = self.chosen_workspace or self.settings.text("workspace.current")
        return next((workspace for workspace in known if workspace.id == chosen), known[0])

    def find_workspace(self, asked: str) -> KnownWorkspace:
        """Return the workspace with a name or id. Raises CommandError."""
        known = self.workspaces()
        for workspace in known:
            if asked == workspace.id or fold(asked) == fold(workspace.name):
                return workspace
        names = ", ".join(workspace.name for workspace in known)
        raise not_found(f"There is no workspace {asked}. There are: {names}.")

    @property
    def chosen_workspace(self) -> str:
        """The id that `posto workspaces use` stored, "" for none."""
        from posto_desktop.cli import choices

        return choices.read(self.paths.config)

    @cached_property
    def _account_of_environment(self) -> ServiceAccount | None:
        """The account in POSTO_BASE_URL and POSTO_USERNAME, or in POSTO_TOKEN, if they are set."""
        base_url, sign_in = os.environ.get("POSTO_BASE_URL", ""), _sign_in_of_environment()
        if not base_url or sign_in is None:
            return None
        account_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{base_url} {sign_in[0]}").hex
        return ServiceAccount(account_id, "environment", base_url, sign_in[0])

    def _find_target(self, workspace: str) -> WorkspaceTarget | None:
        account, sign_in = self._account_of_environment, _sign_in_of_environment()
        if account is not None and sign_in is not None and workspace == account.id:
            return WorkspaceTarget.of(account, sign_in[1])
        return target_of(workspace, self.paths.workspace, self.accounts, self.secrets)

    # -- the service ---------------------------------------------------------------------------

    @cached_property
    def pool(self) -> ClientPool:
        return ClientPool(
            self._find_target,
            self._late_limit,
            self.out.note,
            route_provider=RouteProvider(self.settings, self.secrets),
            is_paused=lambda: self.is_paused,
            server_idle=SERVER_IDLE,
        )

    @property
    def client(self) -> ServiceClient:
        """The client of the workspace; starts the server of this computer's. Raises PostoError or
        LaunchError."""
        client = self.pool.get(self.workspace.id)
        if self.workspace.is_local and not self._is_reached:
            try:
                client.sdk.transport.get("posto/v1/status")
            except NetworkError:  # the server that was there was just ending
                self.pool.drop(LOCAL)
                client = self.pool.get(LOCAL)
            self._is_reached = True
        return client

    @property
    def is_paused(self) -> bool:
        """Whether the user paused sending."""
        return bool(self.settings.get("sending.paused"))

    def _late_limit(self) -> int:
        return int(self.settings.get("sending.late_limit_minutes"))

    def channels(self, *, may_be_known: bool = False) -> list[Channel]:
        """Return the channels of the workspace. `may_be_known`: those of the last minutes will do.
        Raises PostoError or LaunchError."""
        if may_be_known:
            known, as_of = self.known_channels()
            if known and as_of is not None and datetime.now(UTC) - as_of < FRESH:
                return known
        channels = self.client.sdk.refresh_channels()
        with contextlib.suppress(StorageError):
            self.database.put_cache(
                self.workspace.id,
                "channels",
                [channel.to_dict() for channel in channels],
                datetime.now(UTC).timestamp(),
            )
        return channels

    def known_channels(self) -> tuple[list[Channel], datetime | None]:
        """Return the channels as they were last read, and when that was."""
        stored, as_of = self.database.cached(self.workspace.id, "channels")
        if not isinstance(stored, list) or as_of is None:
            return [], None
        return [Channel.from_dict(row) for row in stored], datetime.fromtimestamp(as_of, UTC)

    def groups(self) -> channel_groups.Groups:
        """Return the user's groups of channels."""
        stored = channel_groups.read(self.settings.text("channels.groups"))
        return stored.get(self.workspace.id, ())

    # -- the rest ------------------------------------------------------------------------------

    def notify_app(self, changed: Sequence[Changed]) -> bool:
        """Tell a running app what changed; return whether it heard."""
        return notify_changed(self.paths.data, changed)

    def demand_sending(self) -> None:
        """Raise CommandError if the user paused sending."""
        if self.is_paused:
            raise refused(
                "Sending is paused in Posto, so nothing was sent. Resume it there, or add --queue "
                "to leave the post in the outbox."
            )

    def close(self) -> None:
        """Close what was opened. The server of this computer ends by itself."""
        opened = self.__dict__
        pool = opened.get("pool")
        if isinstance(pool, ClientPool):
            pool.close()
            pool.leave_server()
        database = opened.get("database")
        if isinstance(database, Database):
            database.close()


def _sign_in_of_environment() -> tuple[str, str] | None:
    """Return user name and password of the environment. Raises CommandError for a token that is
    none."""
    name, password = os.environ.get("POSTO_USERNAME"), os.environ.get("POSTO_PASSWORD")
    if name and password:
        return name, password
    token = os.environ.get("POSTO_TOKEN")
    if not token:
        return None
    try:
        name, mark, password = base64.b64decode(token, validate=True).decode().partition(":")
    except ValueError:
        name = mark = password = ""
    if not (name and mark and password):
        raise CommandError(
            Exit.SIGN_IN, "POSTO_TOKEN is not the base64 of username:password. Set it anew."
        )
    return name, password
