"""Where the open message goes: its channels, as the workspace lists them."""

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
    """The draft owns its channels; `choice` is the pane's way to them. No other page changes them.

    Signals:
        listChanged(): `listed` is another list.
        changed(): the message goes to other channels, or another message is at hand.
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
        """Where posts go: "local" or an account's id."""
        self.listed: list[Channel] = []
        """Those of the draft's channels that the workspace lists, in the order of its list."""
        self.choice = ChannelTargets("message", self.ids, self.choose_ids, parent=self)
        self.choice.changed.connect(self.changed)
        self.used_last: Callable[[str], Sequence[int] | None] = lambda _workspace: None
        """The channels of the message that was written last in a workspace; None: not known."""
        self.undecided = True
        """Nobody has chosen channels for the message at hand: it may be given some."""
        model.channelsChanged.connect(self._list)

    def ids(self) -> list[int]:
        """The channels of the message, those that the workspace does not list included."""
        return list(self._editor.draft.channel_ids)

    def networks(self) -> dict[str, list[Channel]]:
        """The listed channels by the slugs of their networks."""
        return networks_of(self.listed)

    def channel(self, channel_id: int | None) -> Channel | None:
        """One of the listed channels."""
        return next((channel for channel in self.listed if channel.id == channel_id), None)

    def for_new(self) -> tuple[int, ...]:
        """The channels that a new message begins with: those of the one at hand, without what the
        workspace does not list any more."""
        if not self.model.channels():
            return self._editor.draft.channel_ids
        return tuple(channel.id for channel in self.listed)

    # -- another message, another workspace --------------------------------------------------

    def adapted(self, draft: Draft, *, stored: bool) -> Draft:
        """A draft that is about to be opened, as it is in the open workspace. One that was stored
        has channels of its own, or none; a new one goes where the last one went."""
        if stored:
            self.undecided = False
        return self._adapted(draft)

    def show_opened(self) -> None:
        """The draft was opened: list its channels."""
        self._list()
        self.choice.changed.emit()

    def set_workspace(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        self.workspace = workspace or LOCAL
        self._adopt(self._adapted(self._editor.draft))

    def suggest(self, ids: Sequence[int]) -> None:
        """Let the message at hand go to these channels, if nobody has chosen any for it."""
        draft = self._editor.draft
        if self.undecided and not draft.channel_ids:
            # Words that came before the channels are kept with them.
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
        """Into the open workspace. If nobody chose channels for the draft there, it gets those that
        were used last; these are not remembered when it leaves again."""
        if draft.workspace != self.workspace:
            chosen_here, chosen_there = (
                not self.undecided,
                self.workspace in draft.channels_elsewhere,
            )
            draft = draft.moved_to(self.workspace, chosen=chosen_here)
            self.undecided = not chosen_there
            self._editor.forget_channel_steps()  # the same numbers are other channels here
        if self.undecided and not draft.channel_ids:
            draft = replace(draft, channel_ids=tuple(self.used_last(self.workspace) or ()))
        return draft

    # -- ticking -----------------------------------------------------------------------------

    def choose(self, channels: Sequence[Channel]) -> None:
        """Let the message go to these channels: a tick is kept as a word is."""
        self._choose(tuple(channel.id for channel in channels), channels)

    def choose_ids(self, ids: Sequence[int]) -> None:
        """Let the message go to these channels, those that the workspace does not list included."""
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
