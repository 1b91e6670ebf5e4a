"""A service in memory that fails on request and records what it carried out."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.errors import NetworkError, PostingError
from posto_desktop.sdk.post_delivery import AcceptedPost
from posto_desktop.sdk.records import Channel, MediaItem, Schedule
from posto_desktop.storage.database import Database

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# One grey pixel: whole, as what is really sent is made by a real decoder.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + _chunk(b"IEND", b"")
)

X = Channel(1, "@nordlicht", "twitter")
BLUESKY = Channel(2, "nordlicht.example", "bluesky")
REDDIT = Channel(3, "r/coffee", "reddit")

REFUSED_CONNECTION = NetworkError(
    "refused", user_message="social.nordlicht.example does not answer.", maybe_sent=False
)
LOST = NetworkError("reset", user_message="The connection was cut.", maybe_sent=True)


class Crash(BaseException):
    """kill -9 at this very place: nothing after it runs, nothing catches it."""


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Row:
    channel_id: int
    group_id: str
    visible_from: datetime


@dataclass(frozen=True)
class Shape:
    """How a composer call is carried out: `drops` are the channels that get no row, `hides` those
    whose row is missing in the list for a while; `says` is an error, beside the group or alone."""

    drops: Collection[int] = ()
    hides: Collection[int] = ()
    hidden_for: timedelta = timedelta(seconds=30)
    says: str = ""
    names_group: bool = True


@dataclass
class ScriptedService:
    """Implements core.client.Client. Each list holds what the next calls do: None or missing = as
    usual, an exception = raise it, a callable = call it first (it may raise)."""

    clock: Clock
    host: str = "social.nordlicht.example"
    hides_sending: bool = False
    settle: float = 0.0
    idempotent: bool = False
    on_upload: list[Any] = field(default_factory=list)
    on_compose: list[Any] = field(default_factory=list)
    after_compose: list[Any] = field(default_factory=list)
    on_find: list[Any] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    composed: list[tuple[list[dict[str, Any]], int | None]] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)
    marks: list[tuple[str, bool]] = field(default_factory=list)
    finds: int = 0
    shapes: list[Shape] = field(default_factory=list)
    gone_media: set[int] = field(default_factory=set)
    arrives_after: timedelta = timedelta(0)

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
        self.marks.append((mark, again))
        _play(self.on_upload)
        size = Path(path).stat().st_size
        progress(size, size)
        self.uploads.append((Path(path).name, alt_text))
        number = 100 + len(self.uploads)
        return MediaItem(number, f"https://{self.host}/{number}.png")

    def still_has(self, media_id: int, url: str) -> bool:
        return media_id not in self.gone_media

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> AcceptedPost:
        _play(self.on_compose)
        shape = self.shapes.pop(0) if self.shapes else Shape()
        ref = items[0]["custom_post_data"]["posto_ref"]
        if self.idempotent and ref in self.rows:
            group = self.rows[ref][0].group_id
        else:
            group = f"group-{len(self.composed) + 1}"
            self.composed.append((items, share_at))
            visible = self.clock() + self.arrives_after
            made = [Row(item["channel_id"], group, visible) for item in items]
            made = [row for row in made if row.channel_id not in shape.drops]
            hidden = {post_id: self.clock() + shape.hidden_for for post_id in shape.hides}
            made = [replace(row, visible_from=hidden.get(row.channel_id, visible)) for row in made]
            self.rows.setdefault(ref, []).extend(made)
        _play(self.after_compose)
        if shape.says and not shape.names_group:
            raise PostingError(shape.says, reason="refused", status=200)
        return AcceptedPost(group, shape.says)

    # Nothing of it replaces anything: see fake_edit_service.
    replaces_at_once = False

    def rows_by_id(self, ids: Sequence[int]) -> dict[int, Schedule]:
        raise NotImplementedError

    def rows_of_mark(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> list[Schedule]:
        raise NotImplementedError

    def rows_of_group(self, group_id: str) -> list[Schedule]:
        raise NotImplementedError

    def remove(self, ids: Sequence[int]) -> list[int]:
        raise NotImplementedError

    def replace(
        self, items: list[dict[str, Any]], share_at: int | None, ids: Sequence[int]
    ) -> AcceptedPost:
        raise NotImplementedError

    def listed(self, entry_ref: str) -> list[int]:
        """The channels that have a row of this mark, hidden or not."""
        return [row.channel_id for row in self.rows.get(entry_ref, [])]

    def find_ref(self, ref: str, channel_ids: Sequence[int], around: datetime) -> list[Row]:
        self.finds += 1
        _play(self.on_find)
        now = self.clock()
        return [row for row in self.rows.get(ref, []) if row.visible_from <= now]


def _play(script: list[Any]) -> None:
    step = script.pop(0) if script else None
    if isinstance(step, BaseException):
        raise step
    if callable(step):
        step()


class CrashingDatabase:
    """A Database that dies at its n-th call, before or after doing it. Reads count too."""

    def __init__(self, database: Database, call: int, *, after: bool) -> None:
        self._database = database
        self._left = call
        self._after = after
        self.crashed = False
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._database, name)

        def counted(*args: Any, **options: Any) -> Any:
            with self._lock:
                self._left -= 1
                dies = self._left == 0 or self.crashed
                if dies:
                    self.crashed = True
            if dies and not self._after:
                raise Crash
            result = method(*args, **options)
            if dies:
                raise Crash
            return result

        return counted


def picture(folder: Path, name: str = "bag.png", data: bytes = PNG) -> MediaRef:
    path = folder / name
    path.write_bytes(data)
    return MediaRef(str(path), name, len(data))


def draft_of(*media: MediaRef, text: str = "The Winter Roast is here", **more: Any) -> Draft:
    return Draft(text=text, media=list(media), **more)


def steps(entry: Entry) -> list[str]:
    return [step.kind for step in entry.steps]


def restarted(path: Path, clock: Clock) -> Outbox:
    """Return an outbox on the same file, as the next start of the app has it."""
    outbox = Outbox(Database(path), clock)
    outbox.recover()
    return outbox
