"""Checkable tree model of a workspace's channels: group, then channel.

The ticks are those of a `models.channel_choice.ChannelChoice` that each page replaces. They belong
to channel ids, not rows, so they survive reload, search and regrouping. Rows are plain Python
lists; the search filters them and resets the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

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

from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.models.channel_choice import ChannelChoice
from posto_desktop.models.channel_sections import GROUPINGS, ChannelSection, sections_of
from posto_desktop.models.channel_words import second_line_of, tool_tip_of, trouble_of
from posto_desktop.models.networks import channel_kind
from posto_desktop.models.numbers import grouped
from posto_desktop.models.row_states import with_tick
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel

Index = QModelIndex | QPersistentModelIndex

_CHECK_STATE = int(Qt.ItemDataRole.CheckStateRole)
# Cached, because the view asks for them with each row.
_GROUP_FLAGS_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CHANNEL_FLAGS_PLAIN = _GROUP_FLAGS_PLAIN | Qt.ItemFlag.ItemNeverHasChildren
_GROUP_FLAGS = _GROUP_FLAGS_PLAIN | Qt.ItemFlag.ItemIsUserCheckable
_CHANNEL_FLAGS = _GROUP_FLAGS | Qt.ItemFlag.ItemNeverHasChildren


class ChannelsModel(QAbstractItemModel):
    """Channels by group, with a search and the ticks of one choice. Without a choice nothing can be
    ticked: the current page has no channels.

    Signals:
        selectionChanged(): the ticks have changed.
        choiceChanged(): another choice is shown, or `can_tick` or `missing` changed.
        channelsChanged(): the set of channels has changed (also emitted for the first).
    """

    selectionChanged = Signal()
    choiceChanged = Signal()
    channelsChanged = Signal()
    accountsChanged = Signal()

    ChannelRole = Qt.ItemDataRole.UserRole + 1
    SecondLineRole = Qt.ItemDataRole.UserRole + 2
    PictureRole = Qt.ItemDataRole.UserRole + 3
    CountRole = Qt.ItemDataRole.UserRole + 4
    GroupKeyRole = Qt.ItemDataRole.UserRole + 5
    IsTroubledRole = Qt.ItemDataRole.UserRole + 6

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channels: list[Channel] = []
        self._groups: list[ChannelSection] = []
        self._by_id: dict[int, Channel] = {}
        self._choice: ChannelChoice | None = None
        self._checked: set[int] = set()
        """Ticked ids as shown."""
        self._locked = ""
        self._missing = 0
        self._pictures: dict[int, QImage] = {}
        self._accounts: dict[int, OwnAccount] = {}
        self._own_groups: Groups = ()
        self._is_sandbox_shown = True
        self._filter = ""
        self._grouping = "network"

    # Content

    def channels(self) -> list[Channel]:
        """Return all channels, in the workspace's order."""
        return list(self._channels)

    def channel(self, channel_id: int) -> Channel | None:
        return self._by_id.get(channel_id)

    def ids(self) -> list[int]:
        """Return the ids of all channels in display order, including those hidden by the search."""
        return [
            channel.id for group in self._sections(self._channels) for channel in group.channels
        ]

    def channels_by_id(self, ids: Collection[int]) -> list[Channel]:
        """Return the channels with these ids in display order; unknown ids are ignored."""
        wanted_ids = set(ids)
        return [self._by_id[channel_id] for channel_id in self.ids() if channel_id in wanted_ids]

    @property
    def choice(self) -> ChannelChoice | None:
        """Return the choice whose ticks are shown."""
        return self._choice

    @property
    def can_tick(self) -> bool:
        """Return True if rows can be ticked: there is a choice, and it is not locked."""
        return self._choice is not None and not self._locked

    def checked_ids(self) -> set[int]:
        """Return the ids of the ticked channels."""
        return set(self._checked)

    def missing(self) -> int:
        """Return how many chosen channels the workspace does not list (any more)."""
        return self._missing

    def listed_channels(self) -> list[Channel]:
        """All channels but the sandbox ones that are hidden; what is ticked is never hidden."""
        if self._is_sandbox_shown:
            return self.channels()
        return [
            channel
            for channel in self._channels
            if channel.method != "sandbox" or channel.id in self._checked
        ]

    @property
    def is_sandbox_shown(self) -> bool:
        return self._is_sandbox_shown

    def has_sandbox(self) -> bool:
        """Whether there are sandbox channels that could be hidden."""
        return any(channel.method == "sandbox" for channel in self._channels)

    def accounts(self) -> Mapping[int, OwnAccount]:
        """The accounts of this computer, by the ids of their channels."""
        return self._accounts

    def account(self, channel_id: int) -> OwnAccount | None:
        """The account of this computer behind a channel; None for any other."""
        return self._accounts.get(channel_id)

    def own_groups(self) -> Groups:
        """Return the user's own groups, in their order."""
        return self._own_groups

    def visible_channels(self) -> list[Channel]:
        """Return the channels that match the search, in display order."""
        return [channel for group in self._groups for channel in group.channels]

    @property
    def grouping(self) -> str:
        """Return the grouping, one of GROUPINGS."""
        return self._grouping

    @property
    def filter_text(self) -> str:
        return self._filter

    def has_labels(self) -> bool:
        """Return True if any channel has a label to group by."""
        return any(channel.labels for channel in self._channels)

    # Changes

    def set_channels(self, channels: Iterable[Channel]) -> None:
        """Replace the channels; the choice stays."""
        new = list(channels)
        if new == self._channels:
            return
        self.beginResetModel()
        self._channels = new
        self._by_id = {channel.id: channel for channel in new}
        ids = self._by_id.keys()
        before, self._checked = self._checked, self._chosen()
        self._look_at_choice()
        self._pictures = {key: image for key, image in self._pictures.items() if key in ids}
        self._regroup()
        self.endResetModel()
        self.channelsChanged.emit()
        if before != self._checked:
            self.selectionChanged.emit()

    def set_accounts(self, accounts: Mapping[int, OwnAccount]) -> None:
        """Show how the accounts behind channels do; they are given by the channels' ids."""
        changed = {
            key
            for key in accounts.keys() | self._accounts.keys()
            if accounts.get(key) != self._accounts.get(key)
        }
        self._accounts = dict(accounts)
        for number in changed:
            index = self.index_of(number)
            if index.isValid():
                self.dataChanged.emit(index, index)
        if changed:
            self.accountsChanged.emit()

    def set_own_groups(self, groups: Groups) -> None:
        """Set the user's own groups, in their order; see the grouping "group"."""
        if groups == self._own_groups:
            return
        if self._grouping != "group" and not self._filter:
            self._own_groups = groups
            return
        self.beginResetModel()
        self._own_groups = groups
        self._regroup()
        self.endResetModel()

    def set_sandbox_shown(self, shown: bool) -> None:
        """List the sandbox channels, or only those of them that are ticked."""
        if shown != self._is_sandbox_shown:
            self.beginResetModel()
            self._is_sandbox_shown = shown
            self._regroup()
            self.endResetModel()
            self.channelsChanged.emit()

    def set_choice(self, choice: ChannelChoice | None) -> None:
        """Show and edit this choice; None: nothing can be ticked."""
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
            # Rows with and without check box have different layouts.
            self.beginResetModel()
            self._checked = self._chosen()
            self.endResetModel()
            self.selectionChanged.emit()
        else:
            self._show_ticks()
        self.choiceChanged.emit()

    def set_grouping(self, grouping: str) -> None:
        """Group by the user's own groups ("group"), "network", "label" or not at all ("order")."""
        if grouping not in GROUPINGS:
            raise ValueError(f"Channels cannot be grouped by {grouping!r}")
        if grouping != self._grouping:
            self.beginResetModel()
            self._grouping = grouping
            self._regroup()
            self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show only channels whose name, network, kind, handle, label or group contains each word
        of `text`, compared without case and accents."""
        text = " ".join(fold(text).split())
        if text != self._filter:
            self.beginResetModel()
            self._filter = text
            self._regroup()
            self.endResetModel()

    def picture(self, channel_id: int) -> QImage | None:
        """Return a channel's avatar; None if it has none, or not yet."""
        return self._pictures.get(channel_id)

    def set_picture(self, channel_id: int, image: QImage) -> None:
        """Set a channel's avatar; a null image means that it has none."""
        if image.isNull() or self.channel(channel_id) is None:
            return
        self._pictures[channel_id] = image
        index = self.index_of(channel_id)
        if index.isValid():
            self.dataChanged.emit(index, index, [self.PictureRole])

    def set_checked_ids(self, ids: Iterable[int]) -> None:
        """Tick exactly these channels; unknown ids are ignored."""
        self._tick({channel_id for channel_id in ids if channel_id in self._by_id})

    def check_only(self, channel_id: int) -> None:
        """Tick only this channel."""
        self.set_checked_ids([channel_id])

    def check_all(self) -> None:
        """Tick the channels shown by the search; keep the ticks of the others, see
        `ticks_only_found`."""
        shown = {channel.id for channel in self.visible_channels()}
        self._tick(shown if self.ticks_only_found else self._checked | shown)

    @property
    def ticks_only_found(self) -> bool:
        """Return True if `check_all` ticks exactly what the search finds: a page shows all channels
        at first, so adding to them would change nothing."""
        return bool(self._filter) and self._choice is not None and self._choice.kind == "filter"

    def check_section(self, index: Index) -> None:
        """Tick only the channels of a heading, without those that the search hides."""
        self.set_checked_ids([channel.id for channel in self._groups[index.row()].channels])

    def check_none(self) -> None:
        self._tick(set())

    def check_active(self) -> None:
        """Of the channels shown by the search, tick exactly those whose session has not expired."""
        shown = self.visible_channels()
        hidden_ids = self._checked - {channel.id for channel in shown}
        self._tick(hidden_ids | {channel.id for channel in shown if channel.active})

    @Slot()
    def forget_missing(self) -> None:
        """Remove unlisted channels from the choice; see `missing`."""
        if self._choice is not None and not self._locked:
            self._choice.forget_missing(self._by_id)

    def toggle(self, index: Index) -> None:
        """Toggle a row; a partly ticked group becomes fully ticked."""
        checked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
        self.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    def pick(self, index: Index) -> None:
        """Toggle a channel or group that was searched for. Where a page shows all channels, show it
        alone, and all of them again when it is picked once more."""
        channel = index.data(self.ChannelRole)
        members = self._groups[index.row()].channels if channel is None else [channel]
        ids = {member.id for member in members}
        if self._choice is not None and self._choice.kind == "filter":
            if self._checked == self._by_id.keys():
                self._tick(ids)
                return
            if self._checked == ids:
                self._tick(set(self._by_id))
                return
        self.toggle(index)

    # Item model

    def index_of(self, channel_id: int) -> QModelIndex:
        """Return the index of a channel; invalid while the search hides it."""
        for row, group in enumerate(self._groups):
            for child, channel in enumerate(group.channels):
                if channel.id == channel_id:
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
            ids = {channel.id for channel in self._groups[index.row()].channels}
        else:
            ids = {self._groups[index.internalId() - 1].channels[index.row()].id}
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        self._tick(self._checked | ids if on else self._checked - ids)
        return True

    # Private

    def _channel_data(self, channel: Channel, role: int) -> object:
        if role == Qt.ItemDataRole.CheckStateRole:
            if self._choice is None:
                return None
            on = channel.id in self._checked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return channel.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return with_tick(channel.name, self._channel_data(channel, _CHECK_STATE))
        if role == self.ChannelRole:
            return channel
        if role == self.PictureRole:
            return self._pictures.get(channel.id)
        if role == self.SecondLineRole:
            return self._second_line(channel)
        account = self._accounts.get(channel.id)
        if role == self.IsTroubledRole:
            return bool(trouble_of(channel, account))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            kind = channel_kind(channel.network, channel.channel_type)
            trouble = trouble_of(channel, account)
            return f"{kind}, {trouble}" if trouble else kind
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip_of(channel, account, self._second_line(channel))
        return None

    def _second_line(self, channel: Channel) -> str:
        # The head of its group names the network already.
        names_network = self._grouping != "network"
        account = self._accounts.get(channel.id)
        return second_line_of(channel, account, names_network=names_network)

    def _group_data(self, group: ChannelSection, role: int) -> object:
        ticked = sum(channel.id in self._checked for channel in group.channels)
        if role == Qt.ItemDataRole.CheckStateRole:
            if self._choice is None:
                return None
            if ticked == 0:
                return Qt.CheckState.Unchecked
            whole = ticked == len(group.channels)
            return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return group.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return with_tick(group.title, self._group_data(group, _CHECK_STATE))
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
        """Apply a user's ticks to the choice, which emits `changed`."""
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
        self._missing = 0  # until the channels are loaded
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
            touched = [at for at, channel in enumerate(group.channels) if channel.id in changed]
            if touched:
                head = self.createIndex(row, 0, 0)
                self.dataChanged.emit(head, head, roles)
                first = self.createIndex(touched[0], 0, row + 1)
                self.dataChanged.emit(first, self.createIndex(touched[-1], 0, row + 1), roles)
        self.selectionChanged.emit()

    def _regroup(self) -> None:
        words = self._filter.split()
        shown = [
            channel
            for channel in self.listed_channels()
            if not words or self._matches(channel, words)
        ]
        self._groups = self._sections(shown)

    def _sections(self, channels: Iterable[Channel]) -> list[ChannelSection]:
        """Group channels; the user's empty groups are shown, but not by a search."""
        sections = sections_of(channels, self._grouping, self._own_groups)
        return [section for section in sections if section.channels or not self._filter]

    def best_match(self) -> QModelIndex:
        """Return the group of the user, or else the channel, that the search most likely means: its
        name begins with the text, or a word of its name, or it is the first one shown. Invalid
        without a search or a match."""
        if not self._filter:
            return QModelIndex()
        best, best_rank = QModelIndex(), 3
        for row, group in enumerate(self._groups):
            is_own = self._grouping == "group" and bool(group.key)
            if is_own and fold(group.title).startswith(self._filter):
                return self.createIndex(row, 0, 0)
            for child, channel in enumerate(group.channels):
                name = fold(channel.name)
                if name.startswith(self._filter):
                    rank = 0
                else:
                    words = re.split(r"[\W_]+", name)
                    rank = 1 if any(word.startswith(self._filter) for word in words) else 2
                if rank < best_rank:
                    best, best_rank = self.createIndex(child, 0, row + 1), rank
        return best

    def _matches(self, channel: Channel, words: list[str]) -> bool:
        account = self._accounts.get(channel.id)
        text = fold(
            " ".join(
                (
                    channel.name,
                    network_name(channel.network),
                    channel.network,
                    channel.channel_type,
                    account.handle if account is not None else "",
                    *(group.name for group in self._own_groups if channel.id in group.channel_ids),
                    *channel.labels,
                )
            )
        )
        return all(word in text for word in words)
