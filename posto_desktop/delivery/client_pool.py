"""Clients of the workspaces, one each, opened on demand from any worker thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translatable
from posto_desktop.core.draft import LOCAL
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.answers import as_int, rows_of
from posto_desktop.sdk.errors import AuthenticationError, PostoError
from posto_desktop.sdk.post_delivery import AcceptedPost, submit
from posto_desktop.sdk.post_stories import PostStories
from posto_desktop.sdk.records import MediaItem, Schedule
from posto_desktop.sdk.transport import Route, Throttle
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.delivery.route_provider import RouteProvider
    from posto_desktop.server.launch import Running
    from posto_desktop.storage.accounts import AccountStore, ServiceAccount
    from posto_desktop.storage.secrets import SecretStore

log = logging.getLogger(__name__)

# A call with a lost answer can run as long as PHP and the web server allow.
SETTLE_SECONDS = 90.0

# Reading the schedule times out as in the settings; uploading a video or posting may take longer.
SENDING_SECONDS = 90.0
RETRIES = 1
# The outbox handles longer Retry-After pauses visibly; reads that the user waits for go on anyway.
SHORT_PAUSE = 5.0
_IDS_AT_ONCE = 200

LEFT_RUNNING: list[Running] = []
"""Servers that outlive this process; a dropped process object would warn."""


@dataclass(frozen=True)
class WorkspaceTarget:
    """A workspace and how to reach it: `data_dir` on this computer, else address and sign-in."""

    workspace: str
    name: str
    data_dir: Path | None = None
    base_url: str = ""
    username: str = ""
    password: str = ""

    @classmethod
    def of(cls, account: ServiceAccount, password: str) -> WorkspaceTarget:
        """Return the target of a Posto service."""
        return cls(
            account.id,
            account.name,
            base_url=account.base_url,
            username=account.username,
            password=password,
        )

    def __repr__(self) -> str:
        return f"<Target {self.workspace}>"  # never the password


class ServiceClient:
    """An open workspace, implementing the outbox's client (core.client.OutboxClient).

    `sdk` reads; `sender` uploads and posts, with a longer timeout if there is a separate one.
    """

    def __init__(self, sdk: PostoSDK, *, local: bool, sender: PostoSDK | None = None) -> None:
        self.sdk = sdk
        self.sender = sender or sdk
        self._local = local
        self.is_team = False
        """Whether the service is known to be a server of a team, which is no plugin."""
        #: In place of the name of a service: "… accepted the post but does not list it."
        here = translatable("Delivery", "this computer")
        self.host = here if local else sdk.transport.endpoint.host

    def close(self) -> None:
        self.sdk.close()
        self.sender.close()

    @property
    def hides_sending(self) -> bool:
        """FS Poster 7.1.7 omits rows from its list while they are being sent."""
        return not self._local

    @property
    def settle(self) -> float:
        return 0.0 if self._local else SETTLE_SECONDS

    @property
    def idempotent(self) -> bool:
        """True for the local server, which answers a repeated call with the group it made
        before."""
        return self._local

    def upload(
        self,
        path: str,
        *,
        alt_text: str,
        progress: Callable[[int, int], object],
        cancel: threading.Event,
        mark: str,
        again: bool,
    ) -> MediaItem:
        return self.sender.upload(
            path, alt_text=alt_text, progress=progress, cancel=cancel, mark=mark, again=again
        )

    def still_has(self, media_id: int, url: str) -> bool:
        """Compares the address, too: a new workspace reuses old numbers for other files."""
        try:
            data = self.sdk.transport.get(f"wp/v2/media/{media_id}")
        except PostoError:
            return False
        item = MediaItem.from_service(data)
        return item is not None and item.id == media_id and _path(item.url) == _path(url)

    def resolve(self, ids: Sequence[int], answer: str, link: str = "") -> None:
        """Apply the user's answer about posts that may be published: "there", at `link` if the user
        pasted it, or "send_again".

        Only the local server knows `unknown` rows, and comments of published posts that are
        unclear. Elsewhere such rows are errors, which can only be retried.
        """
        again = []
        for number, row in self.sdk.schedules.by_ids(ids).items():
            if row.status == "unknown" or (self._local and (row.status == "success" or link)):
                self.stories.resolve(number, answer, link)
            elif row.status == "error" and answer == "send_again":
                again.append(number)
        if again:
            self.sdk.schedules.retry(again, force=True)

    def missing_media(self, ids: Sequence[int]) -> frozenset[int]:
        """Return which of these files the local server has not, or not whole."""
        missing: set[int] = set()
        for start in range(0, len(ids), _IDS_AT_ONCE):
            chosen = ",".join(map(str, ids[start : start + _IDS_AT_ONCE]))
            data = self.sdk.transport.get("posto/v1/media/missing", [("ids", chosen)])
            numbers = map(as_int, rows_of(data, "missing") or ())
            missing.update(number for number in numbers if number is not None)
        return frozenset(missing)

    @property
    def stories(self) -> PostStories:
        """What posts of the local server have been through."""
        return PostStories(self.sdk.transport)

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> AcceptedPost:
        return submit(self.sender.transport, items, share_at)

    # -- replacing posts of the schedule -------------------------------------------------------

    @property
    def replaces_at_once(self) -> bool:
        """Return False for services of the plugin: its own edit of a group is not atomic, and makes
        all of its posts anew."""
        return self._local or self.is_team

    def rows_by_id(self, ids: Sequence[int]) -> dict[int, Schedule]:
        return self.sdk.schedules.by_ids(list(ids)) if ids else {}

    def rows_of_mark(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> list[Schedule]:
        return self.find_ref(ref, channel_ids, around)

    def rows_of_group(self, group_id: str) -> list[Schedule]:
        return list(self.sdk.schedules.iter(group_id=group_id))

    def remove(self, ids: Sequence[int]) -> Collection[int]:
        return self.sdk.schedules.delete(list(ids)).left

    def replace(
        self, items: list[dict[str, Any]], share_at: int | None, ids: Sequence[int]
    ) -> AcceptedPost:
        return submit(self.sender.transport, items, share_at, replaces=ids)

    def find_ref(self, ref: str, channel_ids: Sequence[int], around: datetime) -> list[Schedule]:
        """Rows deleted during paging can hide others, so a negative result is read twice."""
        find = self.sdk.schedules.find_ref
        return find(ref, channel_ids, around) or find(ref, channel_ids, around)


class ClientPool:
    """Opens and keeps the clients. `find` returns the target of a workspace other than the open one
    (its password from the keyring); it may raise any error with a sentence. `route_provider` gives
    the proxy and certificates. With `server_idle` a local server that this starts outlives it, as
    long as something is scheduled or was asked for within so many seconds."""

    def __init__(
        self,
        find: Callable[[str], WorkspaceTarget | None],
        late_limit: Callable[[], int],
        on_problem: Callable[[str], object] = lambda _sentence: None,
        route_provider: RouteProvider | None = None,
        is_paused: Callable[[], bool] = lambda: False,
        server_idle: float | None = None,
    ) -> None:
        self._route_provider = route_provider
        self._server_idle = server_idle
        self._find = find
        self._late_limit, self._is_paused = late_limit, is_paused
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._targets: dict[str, WorkspaceTarget] = {}
        self._clients: dict[str, ServiceClient] = {}
        self._all: list[ServiceClient] = []
        self._server: Running | None = None
        self._closed = False

    def use(self, target: WorkspaceTarget) -> None:
        """Store how to reach a workspace; drop a client with other credentials."""
        with self._lock:
            if self._targets.get(target.workspace) != target:
                self._targets[target.workspace] = target
                self._clients.pop(target.workspace, None)

    def forget(self, workspace: str) -> None:
        with self._lock:
            self._targets.pop(workspace, None)
            self._clients.pop(workspace, None)

    def route_changed(self) -> None:
        """Use the new route from now on; running requests finish on the old one."""
        with self._lock:
            self._clients = {key: link for key, link in self._clients.items() if key == LOCAL}

    def drop(self, workspace: str) -> None:
        """Drop a client: the next use opens it anew and starts the local server if necessary."""
        if workspace == LOCAL:
            with self._lock:
                self._clients.pop(workspace, None)

    def host(self, workspace: str) -> str:
        """Return the host of a workspace, "" without an open client. Does not block."""
        with self._lock:
            link = self._clients.get(workspace)
        return link.host if link is not None else ""

    def get(self, workspace: str) -> ServiceClient:
        """Return the client, opening it if necessary. Blocks. Raises PostoError, StorageError or
        server.launch.LaunchError."""
        with self._lock:
            if self._closed:
                raise PostoError(translatable("Delivery", "The app is closing."))
            link = self._clients.get(workspace)
            gate = self._opening.setdefault(workspace, threading.Lock())
        if link is not None:
            return link
        with gate:
            with self._lock:
                link = self._clients.get(workspace)
                target = self._targets.get(workspace)
            if link is not None:
                return link
            if target is None:
                target = self._find(workspace)
            if target is None:
                raise AuthenticationError(
                    "no sign-in for this workspace",
                    user_message=translatable(
                        "Delivery", "This workspace is signed out. Sign in again to send the post."
                    ),
                    reason="signed_out",
                )
            link = self._open(target)
            with self._lock:
                if self._closed:
                    link.close()
                    raise PostoError(translatable("Delivery", "The app is closing."))
                self._clients[workspace] = link
                self._all.append(link)
            return link

    def _open(self, target: WorkspaceTarget) -> ServiceClient:
        if target.data_dir is None:
            return self._open_service(target)
        from posto_desktop.server import launch  # not needed for remote services

        running = self._server
        if running is None or not running.alive():
            if running is not None:
                running.stop(1.0)  # it has ended; this closes our pipes to it
            running = launch.start(
                target.data_dir,
                linger=self._server_idle is None,
                idle=self._server_idle,
                late_limit=self._late_limit(),
            )
            self._server = running
        sdk = local_client(running)
        self._pass_on_problems(sdk)
        link = ServiceClient(sdk, local=True)
        self._send_settings(link)
        return link

    def _open_service(self, target: WorkspaceTarget) -> ServiceClient:
        route = self._route_provider.route() if self._route_provider is not None else None
        connect, read = (
            self._route_provider.waits() if self._route_provider is not None else (10.0, 30.0)
        )
        throttle = Throttle(SHORT_PAUSE)
        sdk, sender = (
            PostoSDK.from_credentials(
                target.username,
                target.password,
                base_url=target.base_url,
                timeout=(connect, seconds),
                retries=RETRIES,
                max_wait=SHORT_PAUSE,
                throttle=throttle,
                route=route,
                lean=True,
            )
            for seconds in (read, max(read, SENDING_SECONDS))
        )
        return ServiceClient(sdk, local=False, sender=sender)

    def pass_settings(self) -> None:
        """Send the settings of sending to the running local server, if there is one. Blocks."""
        with self._lock:
            link = self._clients.get(LOCAL)
        if link is not None:
            self._send_settings(link)

    def _send_settings(self, link: ServiceClient) -> None:
        body: dict[str, object] = {"late_limit": self._late_limit(), "paused": self._is_paused()}
        try:
            if self._route_provider is not None:
                route = self._route_provider.route()
                body["route"] = {"proxy": route.proxy, "ca_file": route.ca_file}
        except (PostoError, StorageError) as error:
            # It keeps the route that it has.
            log.warning("The workspace did not get the proxy: %s", type(error).__name__)
        try:
            link.sdk.transport.post("posto/v1/status", body)
        except PostoError as error:
            # It has ended or hangs; the next one gets them when it is opened.
            log.warning("The workspace did not take the settings: %s", type(error).__name__)

    def _pass_on_problems(self, sdk: PostoSDK) -> None:
        """Report the problems that the local server found at its start."""
        try:
            status = sdk.transport.get("posto/v1/status")
        except PostoError as error:
            log.warning("The workspace did not tell its state: %s", error)
            return
        problems = status.get("problems") if isinstance(status, dict) else None
        for sentence in problems if isinstance(problems, list) else []:
            self._on_problem(in_users_language(str(sentence)))

    def close(self) -> None:
        """Close all connections, also those that other threads wait on."""
        with self._lock:
            self._closed = True
            clients, self._all = self._all, []
            self._clients.clear()
        for link in clients:
            link.close()

    def stop_server(self, timeout: float, *, also_reused: bool = False) -> None:
        """Stop the local server if this process started it, or any with `also_reused`."""
        server = self._server
        if server is not None and (also_reused or not server.reused):
            with contextlib.suppress(OSError):
                server.stop(timeout)

    def leave_server(self) -> None:
        """Let the local server send what is scheduled and then end by itself."""
        server = self._server
        if server is not None and not server.reused:
            server.release()
            LEFT_RUNNING.append(server)


def target_of(
    workspace: str, local: Path, accounts: AccountStore | None, secrets: SecretStore | None
) -> WorkspaceTarget | None:
    """Return how to reach a workspace that is not open; None if it is signed out. `local` is the
    folder of the local one. Asks the keyring: not on the GUI thread."""
    if workspace == LOCAL:
        return WorkspaceTarget(LOCAL, "", data_dir=local)
    account = accounts.get(workspace) if accounts is not None else None
    password = secrets.get(workspace) if account and secrets is not None else None
    if account is None or password is None:
        return None
    return WorkspaceTarget.of(account, password)


def local_client(running: Running) -> PostoSDK:
    """Return the client of the local server, which has to prove its identity first."""
    return PostoSDK.from_credentials(
        running.username,
        running.password,
        base_url=running.base_url,
        route=Route(workspace_password=running.password),
        lean=True,
    )


def _path(url: str) -> str:
    """Return an address without scheme and host: the local server's port changes."""
    return url.split("://", 1)[-1].partition("/")[2].partition("?")[0]


def host_of(url: str) -> str:
    """Return a service's host, with its port if unusual."""
    without_scheme = url.split("://", 1)[-1]
    return without_scheme.partition("/")[0].rpartition("@")[2]
