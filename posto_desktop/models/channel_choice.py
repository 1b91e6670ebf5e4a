"""Channel choices that the channel pane shows as ticks: of a message, a campaign or a page's
filter.

Each page with channels has one `ChannelChoice`. The pane is a view of the current page's choice
(`models.channels.ChannelsModel.set_choice`) and owns no ticks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from PySide6.QtCore import QObject, Signal

Kind = Literal["message", "campaign", "filter"]


class ChannelChoice(QObject):
    """Set of channel ids that can be ticked.

    Signals:
        changed(): the ids or `locked` have changed.
    """

    changed = Signal()

    kind: Kind

    @property
    def locked(self) -> str:
        """Reason why the ticks cannot be changed now; "" if they can."""
        return ""

    def chosen_of(self, known: Collection[int]) -> set[int]:
        """Return the chosen ids among the `known` ones."""
        raise NotImplementedError

    def missing_from(self, known: Collection[int]) -> int:  # noqa: ARG002 - for those that derive
        """Return how many chosen ids are not among the `known` ones."""
        return 0

    def choose(self, ids: Collection[int], known: Collection[int]) -> None:
        """Choose exactly these of the `known` channels, after a click by the user."""
        raise NotImplementedError

    def forget_missing(self, known: Collection[int]) -> None:
        """Remove chosen ids that are not among the `known` ones."""


class ChannelTargets(ChannelChoice):
    """Channels of a message or a campaign.

    The draft or campaign owns the ids; `read` returns them and `write` replaces them. Emit
    `changed` after changing them in any other way.
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
        # Sorted as in the list, then ids that it lacks: they may be listed again, and
        # `forget_missing` removes them.
        chosen, listed = set(ids), set(known)
        missing = [channel_id for channel_id in self._read() if channel_id not in listed]
        self._write([channel_id for channel_id in known if channel_id in chosen] + missing)

    def forget_missing(self, known: Collection[int]) -> None:
        listed = set(known)
        self._write([channel_id for channel_id in self._read() if channel_id in listed])


class ChannelFilter(ChannelChoice):
    """Channel filter of a page. It starts with all channels and is never stored.

    `ids` is None for all channels, including future ones.
    """

    kind: Kind = "filter"

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: frozenset[int] | None = None

    @property
    def ids(self) -> frozenset[int] | None:
        return self._ids

    def show_only(self, ids: Collection[int] | None) -> None:
        """Hide all other channels, future ones too; None shows all."""
        new_ids = None if ids is None else frozenset(ids)
        if new_ids != self._ids:
            self._ids = new_ids
            self.changed.emit()

    def show_all(self) -> None:
        """Show all channels, including future ones."""
        self.show_only(None)

    def hidden_of(self, known: Collection[int]) -> int:
        """Return how many of the `known` channels are hidden."""
        return 0 if self._ids is None else len(set(known) - self._ids)

    def chosen_of(self, known: Collection[int]) -> set[int]:
        return set(known) if self._ids is None else set(known) & self._ids

    def choose(self, ids: Collection[int], known: Collection[int]) -> None:
        whole = not set(known) - set(ids)
        self.show_only(None if whole else ids)
