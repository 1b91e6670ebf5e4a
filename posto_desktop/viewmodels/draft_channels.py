"""Channels of the open message, as the workspace lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.assessment import networks_of
from posto_desktop.viewmodels.draft_editor import DraftEditor


class DraftChannels(QObject):
    """The draft owns its channels; the channel pane changes them by `choice`, no other page does.

    Signals:
        listChanged(): `listed` changed.
        changed(): the channels of the message changed, or another message is open.
    """

    listChanged = Signal()
    changed = Signal()

    def __init__(
        self, editor: DraftEditor, model: ChannelsModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self.model = model
        self.workspace = LOCAL
        """Open workspace: "local" or an account's id."""
        self.listed: list[Channel] = []
        """The draft's channels that the workspace lists, in list order."""
        self.choice = ChannelTargets("message", self.ids, self.choose_ids, parent=self)
        self.choice.changed.connect(self.changed)
        self.used_last: Callable[[str], Sequence[int] | None] = lambda _workspace: None
        """Returns the channels of the last message in a workspace; None if unknown."""
        self.undecided = True
        """True until channels are chosen for the open message; until then it gets default ones."""
        model.channelsChanged.connect(self._list)

    def ids(self) -> list[int]:
        """Return the ids of all channels of the message, also of unlisted ones."""
        return list(self._editor.draft.channel_ids)

    def networks(self) -> dict[str, list[Channel]]:
        """Return the listed channels by network slug."""
        return networks_of(self.listed)

    def channel(self, channel_id: int | None) -> Channel | None:
        return next((channel for channel in self.listed if channel.id == channel_id), None)

    def known(self) -> list[Channel]:
        """Return all channels of the workspace."""
        return self.model.channels()

    def for_new(self) -> tuple[int, ...]:
        """Return the channels of a new message: the listed ones of the open message."""
        if not self.model.channels():
            return self._editor.draft.channel_ids
        return tuple(channel.id for channel in self.listed)

    # -- another message, another workspace --------------------------------------------------

    def adapted(self, draft: Draft, *, stored: bool) -> Draft:
        """Return a draft to open, adapted to the open workspace. A stored draft keeps its own
        channels, even none; a new one gets those of the last message."""
        if stored:
            self.undecided = False
        return self._adapted(draft)

    def show_opened(self) -> None:
        self._list()
        self.choice.changed.emit()

    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace: "local" or an account's id."""
        self.workspace = workspace or LOCAL
        self._adopt(self._adapted(self._editor.draft))

    def suggest(self, ids: Sequence[int]) -> None:
        """Set default channels if none were chosen for the open message."""
        draft = self._editor.draft
        if self.undecided and not draft.channel_ids:
            # A text that was typed before keeps its channels.
            self._adopt(replace(draft, channel_ids=tuple(ids)), save=not draft.is_empty)

    def _adopt(self, draft: Draft, *, save: bool = False) -> None:
        self._editor.adopt(
            save=save,
            workspace=draft.workspace,
            channel_ids=draft.channel_ids,
            channels_elsewhere=draft.channels_elsewhere,
        )
        self._list()
        self.choice.changed.emit()

    def _adapted(self, draft: Draft) -> Draft:
        """Move a draft to the open workspace. Without channels chosen there it gets the last used
        ones, which it forgets when it moves again."""
        if draft.workspace != self.workspace:
            chosen_here, chosen_there = (
                not self.undecided,
                self.workspace in draft.channels_elsewhere,
            )
            draft = draft.moved_to(self.workspace, chosen=chosen_here)
            self.undecided = not chosen_there
            self._editor.forget_channel_steps()  # channel ids mean other channels here
        if self.undecided and not draft.channel_ids:
            draft = replace(draft, channel_ids=tuple(self.used_last(self.workspace) or ()))
        return draft

    # -- ticking -----------------------------------------------------------------------------

    def choose(self, channels: Sequence[Channel]) -> None:
        """Set the channels of the message and save them."""
        self._choose(tuple(channel.id for channel in channels), channels)

    def choose_ids(self, ids: Sequence[int]) -> None:
        """Set channels by id, unlisted ones included."""
        self._choose(tuple(ids), self.model.channels_by_id(ids))

    def _choose(self, ids: tuple[int, ...], listed: Sequence[Channel]) -> None:
        self.undecided = False
        draft = self._editor.draft
        if ids == draft.channel_ids and list(listed) == self.listed:
            return
        self._editor.adopt(save=not draft.is_empty, channel_ids=ids)
        self._set_listed(listed)
        self.choice.changed.emit()

    @Slot()
    def _list(self) -> None:
        self._set_listed(self.model.channels_by_id(self._editor.draft.channel_ids))

    def _set_listed(self, channels: Sequence[Channel]) -> None:
        self.listed = list(channels)
        self.listChanged.emit()
