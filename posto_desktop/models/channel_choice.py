"""Whose channels the channel pane shows as ticked: a message's, a campaign's, or a page's filter.

Each page that deals with channels has one `ChannelChoice`. The pane is a view over that of the
page in front (`models.channels.ChannelsModel.set_choice`) and owns no ticks itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from PySide6.QtCore import QObject, Signal

Kind = Literal["message", "campaign", "filter"]


class ChannelChoice(QObject):
    """A set of channel ids that can be ticked and unticked.

    Signals:
        changed(): other channels are chosen, or `locked` is another sentence.
    """

    changed = Signal()

    kind: Kind

    @property
    def locked(self) -> str:
        """Why nothing can be ticked now, in a sentence; "" while it can."""
        return ""

    def chosen_of(self, known: Collection[int]) -> set[int]:
        """Those of the `known` channel ids that are chosen."""
        raise NotImplementedError

    def missing_from(self, known: Collection[int]) -> int:  # noqa: ARG002 - for those that derive
        """How many chosen channels are not among the `known` ones."""
        return 0

    def choose(self, ids: Collection[int], known: Collection[int]) -> None:
        """Choose exactly these of the `known` channels: a person ticked or unticked one."""
        raise NotImplementedError

    def forget_missing(self, known: Collection[int]) -> None:
        """Choose no channel any more that is not among the `known` ones."""


class ChannelTargets(ChannelChoice):
    """Where a message or a campaign goes.

    The draft or the campaign owns the ids; `read` returns them and `write` gives it others. Who
    changes them in any other way emits `changed`.
    """

    def __init__(
        self,
        kind: Kind,
        read: Callable[[], Collection[int]],
        write: Callable[[list[int]], None],
        locked: Callable[[], str] = str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self._read, self._write, self._locked = read, write, locked

    @property
    def locked(self) -> str:
        return self._locked()

    def chosen_of(self, known: Collection[int]) -> set[int]:
        return set(self._read()) & set(known)

    def missing_from(self, known: Collection[int]) -> int:
        return len(set(self._read()) - set(known))

    def choose(self, ids: Collection[int], known: Collection[int]) -> None:
        # In the order of the list. What the list does not have stays, after them: it may be listed
        # again, and `forget_missing` is there to remove it.
        wanted, listed = set(ids), set(known)
        missing = [channel_id for channel_id in self._read() if channel_id not in listed]
        self._write([channel_id for channel_id in known if channel_id in wanted] + missing)

    def forget_missing(self, known: Collection[int]) -> None:
        listed = set(known)
        self._write([channel_id for channel_id in self._read() if channel_id in listed])


class ChannelFilter(ChannelChoice):
    """Which channels a page shows. It begins with all, is never stored, and owns its ids.

    `ids` is None while it shows all channels: then one that appears later is shown, too.
    """

    kind: Kind = "filter"

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: frozenset[int] | None = None

    @property
    def ids(self) -> frozenset[int] | None:
        return self._ids

    def show_only(self, ids: Collection[int] | None) -> None:
        """Show these channels alone; None shows all."""
        wanted = None if ids is None else frozenset(ids)
        if wanted != self._ids:
            self._ids = wanted
            self.changed.emit()

    def show_all(self) -> None:
        """Show every channel, those that appear later included."""
        self.show_only(None)

    def hidden_of(self, known: Collection[int]) -> int:
        """How many of the `known` channels are hidden."""
        return 0 if self._ids is None else len(set(known) - self._ids)

    def chosen_of(self, known: Collection[int]) -> set[int]:
        return set(known) if self._ids is None else set(known) & self._ids

    def choose(self, ids: Collection[int], known: Collection[int]) -> None:
        whole = not set(known) - set(ids)
        self.show_only(None if whole else ids)
