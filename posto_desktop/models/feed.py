"""List model of the posts published by the local server, newest first, filtered by channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.models import dates, words
from posto_desktop.models.schedule_words import without_addresses
from posto_desktop.sdk.records import FEED_PAGE

__all__ = ["FeedItem", "FeedMedia", "FeedModel"]

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class FeedMedia:
    """One file of a post; ``thumb`` is the address of its thumbnail."""

    id: int
    kind: str
    url: str
    thumb: str
    alt: str = ""


@dataclass(frozen=True)
class FeedItem:
    """One post published by the local server."""

    id: int
    key: str
    channel_id: int
    channel_name: str
    network: str
    picture: str
    text: str
    link: str
    published_at: datetime | None
    first_comment: str = ""
    url: str = ""
    title: str = ""
    media: tuple[FeedMedia, ...] = field(default=())

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> FeedItem:
        """Parse an entry of ``GET posto/v1/feed``; missing or invalid values become empty."""
        channel = raw.get("channel")
        channel = channel if isinstance(channel, Mapping) else {}
        media = raw.get("media")
        return cls(
            id=_number(raw.get("id")),
            key=_text(raw.get("key")),
            channel_id=_number(channel.get("id")),
            channel_name=_text(channel.get("name")),
            network=_text(channel.get("social_network")),
            picture=_text(channel.get("picture")),
            text=_text(raw.get("text")),
            link=_text(raw.get("link")),
            published_at=_moment(raw.get("published_at")),
            first_comment=_text(raw.get("first_comment")),
            url=_text(raw.get("url")),
            title=_text(raw.get("title")),
            media=tuple(
                _media(file)
                for file in (media if isinstance(media, list) else [])
                if isinstance(file, Mapping)
            ),
        )


def _items(items: Iterable[FeedItem | Mapping[str, Any]]) -> list[FeedItem]:
    return [item if isinstance(item, FeedItem) else FeedItem.from_dict(item) for item in items]


def _media(raw: Mapping[str, Any]) -> FeedMedia:
    kind, url = _text(raw.get("type")), _text(raw.get("url"))
    # An image can be its own thumbnail; a video would be downloaded whole.
    thumb = _text(raw.get("thumb")) or (url if kind.startswith("image") else "")
    return FeedMedia(_number(raw.get("id")), kind, url, thumb, _text(raw.get("alt")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    if isinstance(value, bool):
        return 0
    try:
        return int(value)  # type: ignore[call-overload,no-any-return]
    except (TypeError, ValueError, OverflowError):
        return 0


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdigit():
            read = datetime.fromisoformat(value)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


class FeedModel(QAbstractListModel):
    """The feed; accessible names are the posts' texts."""

    ItemRole = Qt.ItemDataRole.UserRole + 1

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ):
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._all: list[FeedItem] = []
        self._items: list[FeedItem] = []
        self._channel_ids: frozenset[int] | None = None
        self._has_older = False
        self._is_loaded = False

    @property
    def is_loaded(self) -> bool:
        """True once the posts are loaded, even if there are none."""
        return self._is_loaded

    @property
    def total(self) -> int:
        """Return how many posts are loaded, including those of hidden channels."""
        return len(self._all)

    @property
    def oldest(self) -> int | None:
        """Return the id of the oldest loaded post if the server may have older ones."""
        return min(item.id for item in self._all) if self._has_older and self._all else None

    def clear(self) -> None:
        """Clear the posts and wait for those of another workspace."""
        self._set_all([])
        self._has_older = self._is_loaded = False

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show only posts of these channels; None shows all."""
        self._channel_ids = None if ids is None else frozenset(ids)
        self._show()

    def set_items(self, items: Iterable[FeedItem | Mapping[str, Any]]) -> None:
        """Show these posts, the newest ones; older ones that are loaded already stay."""
        newest, self._is_loaded = _items(items), True
        is_page = len(newest) >= FEED_PAGE
        first = min((item.id for item in newest), default=0)
        older = [item for item in self._all if is_page and item.id < first]
        self._has_older = self._has_older if older else is_page
        self._set_all([*newest, *older])

    def add_older(self, items: Iterable[FeedItem | Mapping[str, Any]]) -> None:
        """Add posts that are older than `oldest`."""
        older = _items(items)
        self._has_older = len(older) >= FEED_PAGE
        self._set_all([*self._all, *older])

    def _set_all(self, items: list[FeedItem]) -> None:
        oldest = datetime.min.replace(tzinfo=UTC)
        known = {(item.id, item.key): item for item in items}
        self._all = sorted(
            known.values(), key=lambda item: (item.published_at or oldest, item.id), reverse=True
        )
        self._show()

    def _show(self) -> None:
        """Show what the filter lets through. New posts at either end are inserted, to keep the
        scroll position."""
        ids = self._channel_ids
        shown = [item for item in self._all if ids is None or item.channel_id in ids]
        count = len(self._items)
        added = len(shown) - count
        if shown == self._items:
            return
        if count and added > 0 and self._items in (shown[added:], shown[:count]):
            first = 0 if shown[added:] == self._items else count
            self.beginInsertRows(QModelIndex(), first, first + added - 1)
            self._items = shown
            self.endInsertRows()
            return
        self.beginResetModel()
        self._items = shown
        self.endResetModel()

    def item(self, row: int) -> FeedItem | None:
        return self._items[row] if 0 <= row < len(self._items) else None

    def when(self, item: FeedItem) -> str:
        """Return "now", "5 min", "3 h" or the day and time."""
        if item.published_at is None:
            return ""
        seconds = (self._now() - item.published_at).total_seconds()
        if seconds < 60:
            #: Age of a post: less than a minute.
            return translate("FeedModel", "now")
        if seconds < 3600:
            return translate("FeedModel", "{n} min").format(n=int(seconds // 60))
        if seconds < 6 * 3600:
            return translate("FeedModel", "{n} h").format(n=int(seconds // 3600))
        return dates.short_when(item.published_at, self._now(), self._zone)

    def refresh_clock(self) -> None:
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text or item.title or translate("FeedModel", "Post without text")
        if role == self.ItemRole:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return without_addresses(item.text or item.title) or translate(
                "FeedModel", "Post without text"
            )
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            files = words.files(len(item.media)) if item.media else ""
            parts = (network_name(item.network), item.channel_name, self.when(item), files)
            return ", ".join(word for word in parts if word)
        return None
