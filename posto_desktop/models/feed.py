"""List model of the posts published by the local server, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.core.limits import network_name
from posto_desktop.models import dates, words

__all__ = ["FeedItem", "FeedMedia", "FeedModel"]

Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("FeedModel", text)


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
        self._items: list[FeedItem] = []
        self._is_loaded = False

    @property
    def is_loaded(self) -> bool:
        """True once the posts are loaded, even if there are none."""
        return self._is_loaded

    def clear(self) -> None:
        """Clear the posts and wait for those of another workspace."""
        self.set_items(())
        self._is_loaded = False

    def set_items(self, items: Iterable[FeedItem | Mapping[str, Any]]) -> None:
        """Show these posts. New ones at the top are inserted, to keep the scroll position."""
        self._is_loaded = True
        read = [item if isinstance(item, FeedItem) else FeedItem.from_dict(item) for item in items]
        read = list({(item.id, item.key): item for item in read}.values())
        oldest = datetime.min.replace(tzinfo=UTC)
        read.sort(key=lambda item: (item.published_at or oldest, item.id), reverse=True)
        if read == self._items:
            return
        added = len(read) - len(self._items)
        if self._items and added > 0 and read[added:] == self._items:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._items = read
            self.endInsertRows()
            return
        self.beginResetModel()
        self._items = read
        self.endResetModel()

    def item(self, row: int) -> FeedItem | None:
        return self._items[row] if 0 <= row < len(self._items) else None

    def when(self, item: FeedItem) -> str:
        """Return "now", "5 min", "3 h" or the day and time."""
        if item.published_at is None:
            return ""
        seconds = (self._now() - item.published_at).total_seconds()
        if seconds < 60:
            return _tr("now")
        if seconds < 3600:
            return _tr("{n} min").format(n=int(seconds // 60))
        if seconds < 6 * 3600:
            return _tr("{n} h").format(n=int(seconds // 3600))
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
            return item.text or item.title or _tr("Post without text")
        if role == self.ItemRole:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return item.text or item.title or _tr("Post without text")
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            files = words.files(len(item.media)) if item.media else ""
            parts = (network_name(item.network), item.channel_name, self.when(item), files)
            return ", ".join(word for word in parts if word)
        return None
