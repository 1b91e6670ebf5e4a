"""A look at what posts need that are due soon: service, accounts, files, limits, room on the disk.

Nothing of it changes anything, and sending never waits for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from posto_desktop.common.user_error import EnglishError, UserError, english_message_of
from posto_desktop.core.checks import check
from posto_desktop.core.checks.finding import Code
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.due_causes import CauseKind, DueCause, DuePost, Obstacle, causes_of
from posto_desktop.core.entries import FileSnapshot
from posto_desktop.delivery.client_pool import ClientPool, ServiceClient
from posto_desktop.delivery.entry_uploads import problem_of, stamp_of
from posto_desktop.sdk.errors import AuthenticationError, PostoError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.own_accounts import OwnAccount, OwnAccountManager
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.secrets import KeyringError

FRESH = timedelta(minutes=30)
"""What was seen without trouble counts so long: posts a minute apart need one look."""
AGAIN = timedelta(minutes=5)
"""With trouble, until it is asked again whether that is over."""
LITTLE_ROOM = 200_000_000
_ASKED_AT_ONCE = 4
_NEVER = datetime(1, 1, 1, tzinfo=UTC)

_LIMITS: frozenset[Code] = frozenset({
    "comment_unsupported", "file_length", "file_pixels", "file_shape", "file_size", "file_small",
    "file_type", "link_unsupported", "media_missing", "mixed_kinds", "text_missing",
    "text_too_long", "title_missing", "title_too_long", "too_many_files", "too_many_hashtags",
    "too_many_mentions",
})  # fmt: skip


PostKey = tuple[int, str, datetime, tuple[int, ...]]


def key_of(post: DuePost) -> PostKey:
    return post.row_id, post.entry_id, post.at, post.channel_ids


@dataclass(frozen=True)
class WorkspaceFacts:
    """What a service and its accounts answered, at a moment. `trouble` is what keeps all posts of
    the workspace from going out. `asked` is when the network of an account was asked, by its id;
    `seen` are the posts that were looked over."""

    at: datetime
    channels: Mapping[int, Channel] = field(default_factory=dict)
    accounts: Mapping[int, OwnAccount] = field(default_factory=dict)
    trouble: Obstacle | None = None
    asked: Mapping[int, datetime] = field(default_factory=dict)
    seen: frozenset[PostKey] = frozenset()

    @property
    def has_trouble(self) -> bool:
        return (
            self.trouble is not None
            or any(account.health != "ok" for account in self.accounts.values())
            or not all(channel.active for channel in self.channels.values())
        )

    def account_ids(self, posts: Sequence[DuePost]) -> set[int]:
        """Return the accounts of this computer through which these posts go."""
        ids = {number for post in posts for number in post.channel_ids}
        return {account.id for number, account in self.accounts.items() if number in ids}

    def is_fresh(self, posts: Sequence[DuePost], now: datetime) -> bool:
        """Return whether these facts still count for these posts. What did well is not asked again
        for the same posts."""
        age = now - self.at
        if self.has_trouble or age < timedelta(0):
            return timedelta(0) <= age < AGAIN
        more = self.unseen(posts)
        if not more:
            return True
        return age < FRESH and not self.stale_accounts(posts, now)

    def unseen(self, posts: Sequence[DuePost]) -> list[DuePost]:
        return [post for post in posts if key_of(post) not in self.seen]

    def stale_accounts(self, posts: Sequence[DuePost], now: datetime) -> set[int]:
        """Return the accounts that were not asked lately enough for those of these posts that were
        not looked over."""
        ids = self.account_ids(self.unseen(posts))
        return {number for number in ids if now - self.asked.get(number, _NEVER) >= FRESH}


class DueLook:
    """Looks posts over, on worker threads; a workspace at a time. `folder` is where this computer
    keeps what it sends, `name_of` returns the name of a workspace."""

    def __init__(
        self,
        client_pool: ClientPool,
        folder: Path,
        clock: Callable[[], datetime],
        name_of: Callable[[str], str] = lambda _workspace: "",
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._client_pool, self._folder = client_pool, folder
        self._name_of = name_of
        self._clock, self._free = clock, free
        self._facts: dict[str, WorkspaceFacts] = {}
        self._hashes: dict[tuple[str, tuple[int, ...]], str] = {}

    def causes(
        self, workspace: str, posts: Sequence[DuePost], *, again: bool = False
    ) -> list[DueCause]:
        """Return what keeps posts of a workspace from going out. `again`: ask service and accounts
        anew, whatever was seen before. Blocks."""
        now, facts = self._clock(), self._facts.get(workspace)
        if facts is None or again or not facts.is_fresh(posts, now):
            facts = self._ask(workspace, posts, facts, now, again)
        facts = self._facts[workspace] = replace(facts, seen=frozenset(map(key_of, posts)))
        missing = self._missing_media(workspace, posts, facts)
        obstacles = [
            (post, obstacle, ids)
            for post in posts
            for obstacle, ids in self._obstacles(post, facts, missing, now)
        ]
        return causes_of(workspace, obstacles)

    # -- service and accounts ------------------------------------------------------------------

    def _ask(
        self,
        workspace: str,
        posts: Sequence[DuePost],
        before: WorkspaceFacts | None,
        now: datetime,
        again: bool,
    ) -> WorkspaceFacts:
        try:
            client = self._client_pool.get(workspace)
            channels = {channel.id: channel for channel in client.sdk.refresh_channels()}
            if workspace != LOCAL:
                return WorkspaceFacts(now, channels)
            return self._ask_accounts(client, channels, posts, before, now, again)
        except KeyringError as error:
            if error.state.kind != "locked":
                raise
            trouble = Obstacle("keyring", detail=error.user_message)
        except AuthenticationError as error:
            self._client_pool.drop(workspace)
            trouble = self._not_reached(workspace, error)
            if workspace != LOCAL:
                name = self._name_of(workspace)
                trouble = Obstacle("signed_out", name=name, detail=error.english_message)
        except (PostoError, EnglishError, StorageError) as error:
            self._client_pool.drop(workspace)
            trouble = self._not_reached(workspace, error)
        return WorkspaceFacts(now, trouble=trouble)

    def _not_reached(self, workspace: str, error: UserError) -> Obstacle:
        name = "" if workspace == LOCAL else self._client_pool.host(workspace)
        detail = english_message_of(error)
        return Obstacle("service", name=name or self._name_of(workspace), detail=detail)

    def _ask_accounts(
        self,
        client: ServiceClient,
        channels: Mapping[int, Channel],
        posts: Sequence[DuePost],
        before: WorkspaceFacts | None,
        now: datetime,
        again: bool,
    ) -> WorkspaceFacts:
        """Ask the networks about the accounts of these posts, each once."""
        manager = OwnAccountManager(client.sdk.transport)
        accounts = {account.id: account for account in manager.all()}
        if before is None or again:
            before = WorkspaceFacts(now)
        facts = replace(before, accounts=_by_channel(accounts.values()))
        due = facts.account_ids(posts)
        unwell = {number for number in due if accounts[number].health != "ok"}
        asking = sorted(facts.stale_accounts(posts, now) | unwell)

        def ask(number: int) -> OwnAccount:
            try:
                return manager.check(number)
            except PostoError:
                return accounts[number]  # its state is that of the last time

        if asking:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(_ASKED_AT_ONCE, "posto-checks-account") as workers:
                for account in workers.map(ask, asking):
                    accounts[account.id] = account
        asked = {**before.asked, **dict.fromkeys(asking, now)}
        return WorkspaceFacts(now, channels, _by_channel(accounts.values()), asked=asked)

    def _missing_media(
        self, workspace: str, posts: Sequence[DuePost], facts: WorkspaceFacts
    ) -> Collection[int]:
        """Return the files that the server of this computer should have and has not."""
        ids = sorted({number for post in posts for number in post.media_ids})
        if workspace != LOCAL or facts.trouble is not None or not ids:
            return ()
        try:
            return self._client_pool.get(workspace).missing_media(ids)
        except (PostoError, StorageError):
            return ()

    # -- one post --------------------------------------------------------------------------------

    def _obstacles(
        self, post: DuePost, facts: WorkspaceFacts, missing: Collection[int], now: datetime
    ) -> Iterator[tuple[Obstacle, Collection[int]]]:
        """Yield what stands in the way of a post, each with the channels concerned."""
        if facts.trouble is not None:
            yield facts.trouble, post.channel_ids
        for number in post.channel_ids:
            obstacle = _of_channel(number, facts)
            if obstacle is not None:
                yield obstacle, (number,)
        for file in post.files:
            problem = self._of_file(file)
            if problem is not None:
                yield problem, post.channel_ids
        for media_id in post.media_ids:
            if media_id in missing:
                name = _name_of_media(post, media_id)
                # Each network can have a rendition of its own of one file.
                yield Obstacle("file", f"media {name or media_id}", name), post.channel_ids
        if (post.files or post.media_ids) and self._is_full(post):
            yield Obstacle("disk"), post.channel_ids
        yield from self._of_limits(post, facts, now)

    def _of_file(self, file: FileSnapshot) -> Obstacle | None:
        ref = file.ref
        sentence = problem_of(file)
        if sentence is None and ref.sha256 is not None and self._hash(ref.path) != ref.sha256:
            return Obstacle("changed", ref.path, ref.name)
        if sentence is None:
            return None
        kind: CauseKind = "changed" if stamp_of(ref.path) else "file"
        return Obstacle(kind, ref.path, ref.name, detail=sentence)

    def _hash(self, path: str) -> str:
        """Return the hash of a file, which is read again only after it has changed."""
        key = (path, stamp_of(path))
        if key not in self._hashes:
            if len(self._hashes) > 1_000:
                self._hashes.clear()
            try:
                self._hashes[key] = content_hash(Path(path))
            except PostoError:
                return ""
        return self._hashes[key]

    def _is_full(self, post: DuePost) -> bool:
        try:
            free = self._free(self._folder)
        except OSError:
            return False
        return free < LITTLE_ROOM + 2 * sum(max(0, file.size) for file in post.files)

    @staticmethod
    def _of_limits(
        post: DuePost, facts: WorkspaceFacts, now: datetime
    ) -> Iterator[tuple[Obstacle, Collection[int]]]:
        """Yield what a network would refuse by the limits of today."""
        known = facts.channels
        channels = [known[number] for number in post.channel_ids if number in known]
        if post.draft is None or not channels:
            return
        for finding in check(post.draft, channels, now.astimezone()):
            if finding.severity != "error" or finding.code not in _LIMITS:
                continue
            ids = [number for number in finding.channel_ids if number in post.channel_ids]
            ids = ids or [channel.id for channel in channels]
            network = next((each.network for each in channels if each.id in ids), "")
            subject = f"{finding.code} {network}"
            yield Obstacle("limits", subject, "", network, finding.sentence, ids[0]), ids


def _by_channel(accounts: Collection[OwnAccount]) -> dict[int, OwnAccount]:
    return {number: account for account in accounts for number in account.channels}


def _of_channel(number: int, facts: WorkspaceFacts) -> Obstacle | None:
    """Return what is wrong with the account behind a channel."""
    channel, account = facts.channels.get(number), facts.accounts.get(number)
    network = channel.network if channel is not None else ""
    if account is not None and account.health != "ok":
        if account.health == "locked":
            return Obstacle("keyring", detail=account.health_note, channel_id=number)
        kind: CauseKind = "sign_in" if account.health == "sign_in_again" else "account"
        name = account.handle or account.name
        return Obstacle(kind, f"account {account.id}", name, network, account.health_note, number)
    if channel is not None and not channel.active:
        return Obstacle("sign_in", f"channel {number}", channel.name, network, channel_id=number)
    return None


def _name_of_media(post: DuePost, media_id: int) -> str:
    """Return the name of a file of the server by the message that it was made of."""
    place = post.media_ids.index(media_id)
    files = post.draft.media if post.draft is not None else ()
    return files[place].name if place < len(files) else post.title
