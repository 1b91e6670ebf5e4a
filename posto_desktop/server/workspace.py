"""The parts of the local server, assembled over one data folder."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import sending_settings
from posto_desktop.server.account_secrets import AccountSecrets, SecretPlace
from posto_desktop.server.accounts import Accounts
from posto_desktop.server.attempts import Attempts
from posto_desktop.server.calendar_feed import CalendarKey, SharedCalendarKey
from posto_desktop.server.channels import Channels, NetworkSettings
from posto_desktop.server.connect.connections import Connections
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.departures import Departures
from posto_desktop.server.errors import StartError
from posto_desktop.server.health import Health
from posto_desktop.server.insights import Insights
from posto_desktop.server.leases import SECONDS, Leases, boot_seconds
from posto_desktop.server.measured_claims import MeasuredClaims
from posto_desktop.server.measurements import Measurements
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_location import MediaLocation
from posto_desktop.server.media_opener import opened_media
from posto_desktop.server.moved import refuse_moved, refuse_old_copy
from posto_desktop.server.pictures import Pictures
from posto_desktop.server.post_assembler import Assembler
from posto_desktop.server.proxy_settings import ProxySettings
from posto_desktop.server.publishers import sandbox
from posto_desktop.server.publishers.all import Publishers
from posto_desktop.server.publishers.base import (
    PublishError,
    SecretsLocked,
    TryLater,
)
from posto_desktop.server.publishers.http_sessions import use_route
from posto_desktop.server.rows import Row
from posto_desktop.server.schedules import Schedules
from posto_desktop.server.security import (
    Guard,
    forget_lasting_password,
    load_signing_key,
    make_password,
    share_signing_key,
)
from posto_desktop.server.sender import Sender
from posto_desktop.server.site import Site
from posto_desktop.server.store import MIGRATIONS, Store
from posto_desktop.server.stories import Stories
from posto_desktop.server.unclear_posts import UnclearPosts
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.server.team.scope import Objects
    from posto_desktop.server.team.team import Team
    from posto_desktop.server.web import Request

log = logging.getLogger(__name__)

_UNKNOWN_METHOD = translatable(
    "Server", "This version of Posto Desktop cannot publish to this account."
)


def opened(address: str, schema: str, migrations: Sequence[str]) -> ServerDatabase:
    """Open a database of a server. Raises StartError."""
    if urlsplit(address).scheme not in ("postgresql", "postgres"):
        raise StartError(
            translatable("Server", "{address} is no address of a PostgreSQL database.").format(
                address=address
            )
        )
    try:
        from posto_desktop.server.postgres_store import PostgresStore  # late: few have it
    except ImportError as error:
        raise StartError(
            translatable(
                "Server", "PostgreSQL needs more: install posto[postgres] and start again."
            )
        ) from error
    return PostgresStore(address, schema, migrations)


def _team(store: ServerDatabase, clock: Callable[[], float], writer_uploads: int | None) -> Team:
    from posto_desktop.server.team.team import Team  # late: a workspace of one person has none

    team = Team(store, clock=clock)
    if writer_uploads is not None:
        team.quota.limit = writer_uploads
    return team


def _shared_secrets(
    store: ServerDatabase,
    local: SecretPlace,
    read: Callable[[], str] | None,
    clock: Callable[[], float],
) -> SecretPlace:
    """Return where the secrets of a database's accounts are: sealed in it if there is a key, or
    if there was one."""
    if read is None and not store.row("SELECT 1 FROM sealed_secrets LIMIT 1"):
        log.warning("Sign-ins of accounts stay on this computer: other servers do not have them.")
        return local
    from posto_desktop.server.team.sealed_secrets import SealedSecrets
    from posto_desktop.server.team.secret_keys import SecretKeys

    keys = SecretKeys(read)
    if keys.newest() is None:  # it has said why
        log.error(
            "Accounts whose sign-ins are sealed are locked, and their posts wait, until this server"
            " has the key for secrets: put it right, then restart the server."
        )
        keys.forget()
    return SealedSecrets(store, keys, local, clock)


class Workspace:
    """Everything that the routes need. `late_limit` is in minutes; `database` is the address of
    one on a server, without it there is a file in the folder; `media` is where files are. A
    workspace on a server may have people: `has_people` says so of another one. `secret_keys` reads
    the keys that seal secrets of accounts there; `writer_uploads` is the limit of
    `server.team.upload_quota`, None for the usual one."""

    def __init__(
        self,
        folder: Path,
        *,
        late_limit: float = 60,
        clock: Callable[[], float] = time.time,
        database: str = "",
        lease_seconds: float = SECONDS,
        media: MediaLocation | None = None,
        has_people: bool | None = None,
        secret_keys: Callable[[], str] | None = None,
        writer_uploads: int | None = None,
    ) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(
                translatable(
                    "Server", "The workspace's folder cannot be created: {folder}."
                ).format(folder=folder)
            ) from error
        self._looking, self._has_looked = threading.Lock(), False
        forget_lasting_password(folder)
        self.password = make_password()
        key = load_signing_key(folder)
        self._file = folder / "workspace.db"
        self._is_shared = bool(database)
        self.store: ServerDatabase = (
            opened(database, "posto", MIGRATIONS) if database else Store(self._file)
        )
        refuse_moved(self.store)
        if not database:
            refuse_old_copy(folder, self.store)
        self.guard = Guard(self.password, share_signing_key(self.store, key) if database else key)
        leases = self._leases = Leases(self.store, seconds=lease_seconds)
        if self._is_shared:
            clock = leases.clock
        self.site = Site(self.store)
        self.calendar = (
            SharedCalendarKey(self.store) if database else CalendarKey(folder / "calendar.json")
        )
        self.channels = Channels(self.store)
        self.network_settings = NetworkSettings(self.store)
        self.media = MediaLibrary(self.store, opened_media(media or MediaLocation(), folder))
        self.pictures = Pictures(folder / "pictures")
        try:
            feed = opened(database, "posto_sandbox", sandbox.MIGRATIONS) if database else None
            self.sandbox = sandbox.Sandbox(folder / "sandbox", feed)
        except StartError as error:
            # Report it now: the next attempt finds nothing in the way.
            raise StartError(" ".join([error.user_message, *self.store.problems])) from error
        self.secrets: SecretPlace = AccountSecrets(folder / "secrets.json")
        if self._is_shared:
            self.secrets = _shared_secrets(self.store, self.secrets, secret_keys, clock)
        self.accounts = Accounts(self.store, self.secrets)
        self.proxy_settings = ProxySettings(folder / "request-route.json", self.secrets)
        use_route(self.proxy_settings.route)
        self.publishers = Publishers(self.sandbox)
        self.connections = Connections(self.accounts, self.publishers)
        self.departures = Departures(self.accounts, self.publishers)
        self.schedules = Schedules(self.store, clock=clock)
        self.measurements = Measurements(clock)
        claims = MeasuredClaims(self.store, leases, self.measurements)
        attempts = Attempts(
            claims,
            Assembler(self.store, self.media, self.network_settings, self.site),
            self.channels,
            self.accounts,
            self.media,
            self.publishers,
            clock=clock,
            ticks=clock if self._is_shared else time.monotonic,
            has_boots=not self._is_shared,
        )
        self.unclear_posts = UnclearPosts(
            self.schedules,
            claims,
            self.channels,
            self.accounts,
            self.media,
            self.publishers,
            clock,
        )
        self.stories = Stories(self.schedules, attempts.uploads)
        self.insights = Insights(
            self.schedules,
            self.channels,
            self.accounts,
            self.publishers,
            lambda: self.sender.paused,
        )
        self.sender = Sender(
            claims,
            attempts,
            late_limit=late_limit * 60,
            clock=clock,
            look_for_damage=self._look_for_damage,
            look_around=lambda: self.departures.look(boot_seconds()),
        )
        self.sender.paused = claims.is_paused()
        self.schedules.wake = self._wake
        self.store.on_change(self.sender.wake)
        self.health = Health(self.store, self.sender, self.media.incoming)
        self.team: Team | None = None
        if has_people if has_people is not None else self._is_shared:
            self.team = _team(self.store, clock, writer_uploads)
            self.team.review.wake = self._wake
        self.channels.seed()
        with contextlib.suppress(StorageError):  # it is said when it is needed
            self.accounts.look_for_secrets()
        if not leases.has_others():  # where nobody can undo it any more
            self.departures.resume()
        self.media.begin()

    @property
    def has_people(self) -> bool:
        """Return whether the workspace has an owner, as far as is known."""
        return self.team is not None and self.team.is_active

    def sign(self, subject: str, request: Request) -> str:
        """Sign an address that needs no password, for whoever asks."""
        return (request.sign or self.guard.sign)(subject)

    def shows(self, subject: str, signature: str, objects: Objects) -> bool:
        """Return whether a signature is right, and was made for somebody who sees `objects` now."""
        password_id = self.guard.signed_for(subject, signature)
        if self.team is None or not self.team.is_active:
            return password_id == 0
        return password_id is not None and password_id > 0 and self.team.shows(password_id, objects)

    @property
    def problems(self) -> list[str]:
        """Return sentences about what was moved aside, and what is damaged."""
        self._look_for_damage()
        calendar = [self.calendar.problem] if self.calendar.problem else []
        return [
            *self.store.problems,
            *self.sandbox.problems,
            *filter(None, [self._leases.problem]),
            *calendar,
            *self.secrets.problems,
            *self.departures.problems,
            *self.connections.problems,
        ]

    def _look_for_damage(self) -> None:
        """Once: rows read later report damage by themselves."""
        with self._looking:
            if not self._has_looked:
                self.store.look_for_damage()
                self.sandbox.look_for_damage()
                self._has_looked = True

    def pause(self, on: bool) -> None:
        """Pause sending, also across restarts."""
        sending_settings.keep(self.store, "paused", on)
        self.sender.paused = on
        self._wake()

    def set_late_limit(self, seconds: float) -> None:
        """Set how late a post may go out by itself, for all servers of a database."""
        if self._is_shared:
            sending_settings.keep(self.store, "late_limit", seconds)
        self.sender.late_limit = seconds
        self._wake()

    def _wake(self) -> None:
        """Have all senders of the workspace look for what is due."""
        self.sender.wake()
        self.store.announce_change()

    def check_channel(self, channel: Row) -> None:
        """Ask a channel's network whether the channel is usable, and record the answer."""
        publisher = self.publishers.get(channel["method"])
        if publisher is None:
            self.channels.set_active(channel["id"], False)
            return
        number = channel["account_id"]
        if not number:
            self.channels.set_active(channel["id"], True)
            return
        self.check_account(number)

    def check_account(self, account_id: int) -> None:
        """Ask an account's server for its identity, and record the result as its health."""
        row = self.accounts.get(account_id)
        publisher = self.publishers.get(row["method"])
        if publisher is None:
            self.accounts.set_health(account_id, "sign_in_again", _UNKNOWN_METHOD)
            return
        try:
            profile = publisher.check(self.accounts.of_account(account_id))
        except SecretsLocked as error:
            self.accounts.set_health(account_id, "locked", str(error))
        except TryLater as error:
            self.accounts.set_health(account_id, "unreachable", str(error))
        except PublishError as error:
            self.accounts.set_health(account_id, "sign_in_again", str(error))
        else:
            if profile is None:
                self.accounts.set_health(account_id, "ok")
            else:
                self.accounts.renew(account_id, profile)

    def has_work(self) -> bool:
        """Return whether a post still waits to be sent. A removed folder has none."""
        if self.sender.paused or not (self._is_shared or self._file.exists()):
            return False
        waiting = "SELECT 1 FROM schedules WHERE status IN ('not_sent', 'sending') LIMIT 1"
        return self.store.row(waiting) is not None

    def close(self, timeout: float = 5.0) -> None:
        """Stop sending and close the databases. Interrupted work is resolved at the next start."""
        self.pictures.close()
        self.media.close()
        self.connections.close()
        self.departures.close()
        use_route(None)
        if self.sender.stop(timeout):
            self.sandbox.close()
            self.store.close()
