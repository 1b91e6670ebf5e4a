"""The sender of a workspace with a fake network and a clock of the test."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from posto_desktop.server.account_secrets import AccountSecrets
from posto_desktop.server.accounts import Accounts
from posto_desktop.server.attempts import Attempts
from posto_desktop.server.channels import Channels, NetworkSettings
from posto_desktop.server.claims import Claims
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.leases import Leases
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_store import MediaStore
from posto_desktop.server.post_assembler import Assembler
from posto_desktop.server.publishers.base import (
    Account,
    Found,
    Part,
    Publisher,
    Record,
    Result,
    TryLater,
)
from posto_desktop.server.schedules import Schedules
from posto_desktop.server.sender import TICK, Sender
from posto_desktop.server.site import Site
from posto_desktop.server.store import Store
from posto_desktop.server.unclear_posts import UnclearPosts

from .conftest import until


class PowerCut(BaseException):
    """The process ends here, as far as the code under test can tell."""


class Network(Publisher):
    """A network that does as it is told, and counts what it really published."""

    method = "sandbox"
    keeps_words = False
    settle = 0  # what it answers is so at once

    def __init__(self) -> None:
        self.published: list[str] = []
        self.keys: list[str] = []
        self.texts: list[str] = []
        self.links: list[str] = []
        self.trouble: Callable[[str], None] = lambda step: None
        self.can_look = True
        self.offline = False
        self.safe = False

    def prepare(self, account: Account, part: Part) -> Record:
        self.trouble("prepare")
        return {"made": len(self.keys)}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        self.trouble("upload")
        return {**record, "uploaded": True}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        post = part.post
        assert record["uploaded"]
        self.trouble("before")
        if not (self.safe and post.key in self.keys):
            self.published.append(post.posto_ref)
        self.keys.append(post.key)
        self.texts.append(post.text)
        self.links.append(post.link)
        self.trouble("after")
        return Result(str(len(self.published)), f"https://net.example/{post.key}")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        post = part.post
        if self.offline:
            raise TryLater("The network cannot be reached.", 30)
        if not self.can_look:
            return Found.CANNOT_TELL, None
        if post.key in self.keys:
            return Found.SENT, Result("1", f"https://net.example/{post.key}")
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return self.safe


class Bench:
    """A workspace's sending half, driven step by step."""

    def __init__(
        self, folder: Path, store: ServerDatabase | None = None, files: MediaStore | None = None
    ) -> None:
        self.now = 1_800_000_000.0
        self.ticks_at_start = 1_799_000_000.0
        self.network = Network()
        self.publisher: Publisher = self.network
        self.store: ServerDatabase = store or Store(folder / "workspace.db")
        self.channels = Channels(self.store)
        self.channels.seed()
        self.accounts = Accounts(self.store, AccountSecrets(folder / "secrets.json"))
        self.media = MediaLibrary(self.store, files or FolderMedia(folder / "media"))
        self.schedules = Schedules(self.store, clock=lambda: self.now)
        self.late_limit = 3600.0
        self.sender = self.new_sender()

    @property
    def unclear_posts(self) -> UnclearPosts:
        """What carries out the answers of the person."""
        return UnclearPosts(
            self.schedules,
            Claims(self.store),
            self.channels,
            self.accounts,
            self.media,
            self.publishers(),
            lambda: self.now,
        )

    def new_sender(self) -> Sender:
        self.leases = Leases(self.store)
        claims = Claims(self.store, self.leases)
        attempts = Attempts(
            claims,
            Assembler(self.store, self.media, NetworkSettings(self.store), Site(self.store)),
            self.channels,
            self.accounts,
            self.media,
            self.publishers(),
            clock=lambda: self.now,
            ticks=lambda: self.ticks,
        )
        made = Sender(claims, attempts, late_limit=self.late_limit, clock=lambda: self.now)
        made._tick_seconds = TICK  # a test does not wait as long as a shared database lets one
        return made

    def publishers(self) -> dict[str, Publisher]:
        return {"sandbox": self.publisher}

    @property
    def ticks(self) -> float:
        """Seconds since the computer was started, which no setting of the clock changes."""
        return self.now - self.ticks_at_start

    def set_clock(self, seconds: float) -> None:
        self.now += seconds
        self.ticks_at_start += seconds

    def compose(
        self, at: float | None = None, ref: str = "ref", channel: int = 1, **data: Any
    ) -> int:
        data = {"post_content": "Hello", "posto_ref": ref, **data}
        group = self.schedules.compose(
            {
                "schedules": [{"channel_id": channel, "custom_post_data": data}],
                "share_at": None if at is None else int(at),
            }
        )
        return int(self.store.rows("SELECT id FROM schedules WHERE group_id = ?", group)[0]["id"])

    def row(self, number: int) -> Any:
        return self.store.row("SELECT * FROM schedules WHERE id = ?", number)

    def status(self, number: int) -> str:
        return str(self.row(number)["status"])

    def send(self, number: int) -> str:
        self.sender.send(number)
        return self.status(number)

    def restart(self) -> None:
        """A new process on the same files: recovery first, then the rule for overdue rows."""
        self.leases.close()  # as it runs out by itself
        self.sender = self.new_sender()
        self.recover()
        self.sender.miss_overdue()

    def recover(self) -> None:
        """What the loop does with rows that were cut off; ends when that is done."""
        self.sender.recover()
        until(lambda: not self.sender._busy)
        assert self.sender.stop(10)
        self.sender = self.new_sender()


def raise_at(step: str, error: BaseException, times: int = 10**9) -> Callable[[str], None]:
    left = [times]

    def trouble(now: str) -> None:
        if now == step and left[0]:
            left[0] -= 1
            raise error

    return trouble
