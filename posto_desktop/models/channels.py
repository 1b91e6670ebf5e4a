"""The channels of a workspace as a checkable tree: group, then channel.

The ticks are those of a `models.channel_choice.ChannelChoice`; each page has another one. They
belong to channel ids, not to rows: they survive a reload, a search and another grouping. Rows are
plain Python lists; the search works on them and resets the model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage

from posto_desktop.core.limits import network_name
from posto_desktop.models.channel_choice import ChannelChoice
from posto_desktop.models.networks import channel_kind
from posto_desktop.models.numbers import grouped
from posto_desktop.sdk.records import Channel

Index = QModelIndex | QPersistentModelIndex

GROUPINGS = ("network", "label", "order")

# Networks in the order in which people look for them; others follow by name.
_NETWORK_ORDER = (
    "twitter",
    "instagram",
    "fb",
    "linkedin",
    "threads",
    "mastodon",
    "bluesky",
    "tiktok",
    "youtube",
    "pinterest",
    "telegram",
)


# Made once: the list asks for them with each row.
_GROUP_FLAGS_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CHANNEL_FLAGS_PLAIN = _GROUP_FLAGS_PLAIN | Qt.ItemFlag.ItemNeverHasChildren
_GROUP_FLAGS = _GROUP_FLAGS_PLAIN | Qt.ItemFlag.ItemIsUserCheckable
_CHANNEL_FLAGS = _GROUP_FLAGS | Qt.ItemFlag.ItemNeverHasChildren


@dataclass
class _Group:
    key: str
    title: str
    network: str = ""
    channels: list[Channel] = field(default_factory=list)


class ChannelsModel(QAbstractItemModel):
    """Channels by group, with a search and the ticks of one choice. Without a choice no row can be
    ticked: the page in front does not deal with channels.

    Signals:
        selectionChanged(): other channels are shown as ticked than before.
        choiceChanged(): the ticks are those of another choice, or `can_tick` or `missing` changed.
        channelsChanged(): the set of channels is another one (also emitted for the first).
    """

    selectionChanged = Signal()
    choiceChanged = Signal()
    channelsChanged = Signal()

    ChannelRole = Qt.ItemDataRole.UserRole + 1
    SecondLineRole = Qt.ItemDataRole.UserRole + 2
    PictureRole = Qt.ItemDataRole.UserRole + 3
    CountRole = Qt.ItemDataRole.UserRole + 4
    GroupKeyRole = Qt.ItemDataRole.UserRole + 5

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channels: list[Channel] = []
        self._groups: list[_Group] = []
        self._by_id: dict[int, Channel] = {}
        self._choice: ChannelChoice | None = None
        self._checked: set[int] = set()
        """What the choice holds of these channels, as it is shown."""
        self._locked = ""
        self._missing = 0
        self._pictures: dict[int, QImage] = {}
        self._filter = ""
        self._grouping = "network"

    # What it holds

    def channels(self) -> list[Channel]:
        """All channels, in the workspace's order."""
        return list(self._channels)

    def channel(self, channel_id: int) -> Channel | None:
        """The channel with an id."""
        return self._by_id.get(channel_id)

    def ids(self) -> list[int]:
        """The ids of all channels, in the order shown, those that the search hides included."""
        return [one.id for group in self._grouped(self._channels) for one in group.channels]

    def channels_by_id(self, ids: Collection[int]) -> list[Channel]:
        """The channels with these ids, in the order shown; unknown ids are left out."""
        wanted = set(ids)
        return [self._by_id[one] for one in self.ids() if one in wanted]

    @property
    def choice(self) -> ChannelChoice | None:
        """Whose ticks are shown."""
        return self._choice

    @property
    def can_tick(self) -> bool:
        """Whether rows can be ticked: there is a choice, and it is not locked."""
        return self._choice is not None and not self._locked

    def checked_ids(self) -> set[int]:
        """The ids of the channels that are shown as ticked."""
        return set(self._checked)

    def missing(self) -> int:
        """How many channels are chosen that the workspace does not list (any more)."""
        return self._missing

    def visible_channels(self) -> list[Channel]:
        """The channels that the search shows, in the order shown."""
        return [one for group in self._groups for one in group.channels]

    @property
    def grouping(self) -> str:
        """How rows are grouped, one of GROUPINGS."""
        return self._grouping

    @property
    def filter_text(self) -> str:
        return self._filter

    def has_labels(self) -> bool:
        """Whether any channel carries a label to group by."""
        return any(one.labels for one in self._channels)

    # Changing it

    def set_channels(self, channels: Iterable[Channel]) -> None:
        """Replace the channels. What is chosen stays so, and is shown of those that are there."""
        new = list(channels)
        if new == self._channels:
            return
        self.beginResetModel()
        self._channels = new
        self._by_id = {one.id: one for one in new}
        ids = self._by_id.keys()
        before, self._checked = self._checked, self._chosen()
        self._look_at_choice()
        self._pictures = {key: image for key, image in self._pictures.items() if key in ids}
        self._regroup()
        self.endResetModel()
        self.channelsChanged.emit()
        if before != self._checked:
            self.selectionChanged.emit()

    def set_choice(self, choice: ChannelChoice | None) -> None:
        """Show the ticks of this choice, and change that one; None: nothing can be ticked."""
        before = self._choice
        if choice is before:
            return
        if before is not None:
            before.changed.disconnect(self._choice_changed)
        self._choice = choice
        if choice is not None:
            choice.changed.connect(self._choice_changed)
        self._look_at_choice()
        if (choice is None) != (before is None):
            # Rows with and without a box are laid out in another way.
            self.beginResetModel()
            self._checked = self._chosen()
            self.endResetModel()
            self.selectionChanged.emit()
        else:
            self._show_ticks()
        self.choiceChanged.emit()

    def set_grouping(self, grouping: str) -> None:
        """Group by "network", "label" or not at all ("order")."""
        if grouping not in GROUPINGS:
            raise ValueError(f"Channels cannot be grouped by {grouping!r}")
        if grouping != self._grouping:
            self.beginResetModel()
            self._grouping = grouping
            self._regroup()
            self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show only channels whose name, network, kind or label contains each word of `text`."""
        text = " ".join(text.casefold().split())
        if text != self._filter:
            self.beginResetModel()
            self._filter = text
            self._regroup()
            self.endResetModel()

    def set_picture(self, channel_id: int, image: QImage) -> None:
        """Keep a channel's picture; a null image says that there is none."""
        if image.isNull() or self.channel(channel_id) is None:
            return
        self._pictures[channel_id] = image
        index = self.index_of(channel_id)
        if index.isValid():
            self.dataChanged.emit(index, index, [self.PictureRole])

    def set_checked_ids(self, ids: Iterable[int]) -> None:
        """Tick exactly these; ids of channels that are not there are ignored."""
        self._tick({one for one in ids if one in self._by_id})

    def check_only(self, channel_id: int) -> None:
        """Tick this channel and no other."""
        self.set_checked_ids([channel_id])

    def check_all(self) -> None:
        """Tick what the search shows; what it hides stays as it is."""
        self._tick(self._checked | {one.id for one in self.visible_channels()})

    def check_none(self) -> None:
        """Untick everything."""
        self._tick(set())

    def check_active(self) -> None:
        """Of what the search shows tick the channels whose session has not expired, no others."""
        shown = self.visible_channels()
        kept = self._checked - {one.id for one in shown}
        self._tick(kept | {one.id for one in shown if one.active})

    @Slot()
    def forget_missing(self) -> None:
        """Choose what is ticked and no channel besides; see `missing`."""
        if self._choice is not None and not self._locked:
            self._choice.forget_missing(self._by_id)

    def toggle(self, index: Index) -> None:
        """Tick or untick a row; a group that is ticked in part becomes ticked wholly."""
        checked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
        self.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    # The item model

    def index_of(self, channel_id: int) -> QModelIndex:
        """The row of a channel; invalid while the search hides it."""
        for row, group in enumerate(self._groups):
            for child, one in enumerate(group.channels):
                if one.id == channel_id:
                    return self.createIndex(child, 0, row + 1)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._groups) else QModelIndex()
        if parent.internalId() == 0 and row < len(self._groups[parent.row()].channels):
            return self.createIndex(row, 0, parent.row() + 1)
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() == 0 and parent.column() == 0:
            return len(self._groups[parent.row()].channels)
        return 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if not self.can_tick:
            return _GROUP_FLAGS_PLAIN if index.internalId() == 0 else _CHANNEL_FLAGS_PLAIN
        return _GROUP_FLAGS if index.internalId() == 0 else _CHANNEL_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if index.internalId() == 0:
            return self._group_data(self._groups[index.row()], role)
        group = self._groups[index.internalId() - 1]
        return self._channel_data(group.channels[index.row()], role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        if not self.can_tick:
            return False
        if index.internalId() == 0:
            ids = {one.id for one in self._groups[index.row()].channels}
        else:
            ids = {self._groups[index.internalId() - 1].channels[index.row()].id}
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        self._tick(self._checked | ids if on else self._checked - ids)
        return True

    # Inside

    def _channel_data(self, channel: Channel, role: int) -> object:
        if role == Qt.ItemDataRole.CheckStateRole:
            if self._choice is None:
                return None
            on = channel.id in self._checked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return channel.name
        if role == self.ChannelRole:
            return channel
        if role == self.PictureRole:
            return self._pictures.get(channel.id)
        if role == self.SecondLineRole:
            return self._second_line(channel)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            kind = channel_kind(channel.network, channel.channel_type)
            return kind if channel.active else f"{kind}, {self.tr('Session expired')}"
        if role == Qt.ItemDataRole.ToolTipRole:
            if channel.active:
                # The row may have cut both lines.
                return f"{channel.name}\n{self._second_line(channel)}"
            return self.tr(
                "{name}: the session with {network} has expired. "
                "Posts to this channel will fail until it is connected again."
            ).format(name=channel.name, network=network_name(channel.network))
        return None

    def _second_line(self, channel: Channel) -> str:
        if not channel.active:
            return self.tr("Session expired")
        kind = channel_kind(channel.network, channel.channel_type)
        # On this computer a channel only stands for its network, and says so everywhere.
        return f"{kind} · {self.tr('Sandbox')}" if channel.method == "sandbox" else kind

    def _group_data(self, group: _Group, role: int) -> object:
        ticked = sum(one.id in self._checked for one in group.channels)
        if role == Qt.ItemDataRole.CheckStateRole:
            if self._choice is None:
                return None
            if ticked == 0:
                return Qt.CheckState.Unchecked
            whole = ticked == len(group.channels)
            return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return group.title
        if role in (self.CountRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            total = len(group.channels)
            if ticked == 0:
                return grouped(total)
            return self.tr("{ticked} of {total}").format(
                ticked=grouped(ticked), total=grouped(total)
            )
        if role == self.GroupKeyRole:
            return group.key
        return None

    def _tick(self, ids: set[int]) -> None:
        """A person ticked or unticked something: the choice is told, and tells of the change."""
        if self._choice is not None and not self._locked and ids != self._checked:
            self._choice.choose(ids, self.ids())

    def _chosen(self) -> set[int]:
        return self._choice.chosen_of(self._by_id) if self._choice is not None else set()

    @Slot()
    def _choice_changed(self) -> None:
        before = (self._locked, self._missing)
        self._look_at_choice()
        self._show_ticks()
        if before != (self._locked, self._missing):
            self.choiceChanged.emit()

    def _look_at_choice(self) -> None:
        choice = self._choice
        self._locked = choice.locked if choice is not None else ""
        self._missing = 0  # as long as the list is awaited
        if choice is not None and self._by_id:
            self._missing = choice.missing_from(self._by_id)

    def _show_ticks(self) -> None:
        ids = self._chosen()
        changed = ids ^ self._checked
        if not changed:
            return
        self._checked = ids
        roles = [Qt.ItemDataRole.CheckStateRole, self.CountRole]
        for row, group in enumerate(self._groups):
            touched = [at for at, one in enumerate(group.channels) if one.id in changed]
            if touched:
                head = self.createIndex(row, 0, 0)
                self.dataChanged.emit(head, head, roles)
                first = self.createIndex(touched[0], 0, row + 1)
                self.dataChanged.emit(first, self.createIndex(touched[-1], 0, row + 1), roles)
        self.selectionChanged.emit()

    def _regroup(self) -> None:
        words = self._filter.split()
        shown = [one for one in self._channels if not words or _matches(one, words)]
        self._groups = self._grouped(shown)

    def _grouped(self, channels: list[Channel]) -> list[_Group]:
        groups: dict[str, _Group] = {}
        for one in channels:
            if self._grouping == "network":
                key, title, network = one.network, network_name(one.network), one.network
            elif self._grouping == "label":
                key = one.labels[0] if one.labels else ""
                title, network = key or self.tr("No label"), ""
            else:
                key, title, network = "*", self.tr("All channels"), ""
            groups.setdefault(key, _Group(key, title, network)).channels.append(one)
        return sorted(groups.values(), key=self._rank)

    def _rank(self, group: _Group) -> tuple[int, str]:
        if group.network in _NETWORK_ORDER:
            return _NETWORK_ORDER.index(group.network), ""
        # Channels without a label come last.
        return (len(_NETWORK_ORDER) + (not group.key), group.title.casefold())


def _matches(channel: Channel, words: list[str]) -> bool:
    text = " ".join(
        (
            channel.name,
            network_name(channel.network),
            channel.network,
            channel.channel_type,
            *channel.labels,
        )
    ).casefold()
    return all(word in text for word in words)
