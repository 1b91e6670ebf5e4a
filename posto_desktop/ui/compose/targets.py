"""Where the message goes: the channels of the draft at hand, as the channel pane ticks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.limits import network_name
from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

MANY = 100
"""With more channels checks and previews follow in an event of their own."""


class Targets(Part):
    """The draft owns its channels; `choice` is the pane's way to them. No other page changes them.

    Signals: `changed()`: the message goes to other channels, or another message is at hand.
    """

    changed = Signal()

    def __init__(self, page: ComposePage, model: ChannelsModel) -> None:
        super().__init__(page)
        self.model = model
        self.choice = ChannelTargets("message", self.ids, self.choose_ids, parent=self)
        self.choice.changed.connect(self.changed)
        self.used_last: Callable[[str], Sequence[int] | None] = lambda _workspace: None
        """The channels of the message that was written last in a workspace; None: not known."""
        self.undecided = True
        """Nobody has chosen channels for the message at hand: it may be given some."""
        self._asked: set[str] = set()  # addresses of pictures

    def begin(self) -> None:
        """Follow the list of channels, once all parts of the page are there."""
        self.model.channelsChanged.connect(self._show)
        self._show()

    def ids(self) -> list[int]:
        """The channels of the message, those that the workspace does not list included."""
        return list(self.page.composer.draft.channel_ids)

    def for_new(self) -> list[int]:
        """The channels that a new message begins with: those of the one at hand, without what the
        workspace does not list any more."""
        known = self.model.channels()
        return [one.id for one in self.page.composer.channels] if known else list(self.ids())

    # -- another message, another workspace --------------------------------------------------

    def take(self, draft: Draft, *, stored: bool) -> None:
        """This draft is at hand from now on. One that was stored has channels of its own, or none;
        a new one goes where the last one went."""
        if stored:
            self.undecided = False
        self.page.composer.draft = draft = self._brought_here(draft)
        self._list(self.model.pick(draft.channel_ids))

    def work_in(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        composer = self.page.composer
        composer.workspace = workspace or LOCAL
        composer.draft = self._brought_here(composer.draft)
        self._follow()

    def suggest(self, ids: Sequence[int]) -> None:
        """Let the message at hand go to these channels, if nobody has chosen any for it."""
        if self.undecided and not self.ids():
            self._set_ids(ids)
            self._follow()
            if not self.page.draft.is_empty:
                self.page.composer.touch()  # words that came before the channels are kept with them

    def _brought_here(self, draft: Draft) -> Draft:
        """Into the open workspace. If nobody chose channels for the draft there, it gets those that
        were used last; these are not remembered when it leaves again."""
        workspace = self.page.composer.workspace
        if draft.workspace != workspace:
            chosen_here, chosen_there = not self.undecided, workspace in draft.channels_elsewhere
            draft = draft.moved_to(workspace, chosen=chosen_here)
            self.undecided = not chosen_there
            self.page.undoing.forget_ticks()  # the same numbers are other channels here
        if self.undecided and not draft.channel_ids:
            draft = replace(draft, channel_ids=tuple(self.used_last(workspace) or ()))
        return draft

    def _set_ids(self, ids: Sequence[int]) -> None:
        composer = self.page.composer
        composer.draft = replace(composer.draft, channel_ids=tuple(ids))

    def _follow(self) -> None:
        """The draft has other channels than before, by nobody's tick."""
        self._show()
        self.choice.changed.emit()

    # -- ticking -----------------------------------------------------------------------------

    def choose(self, channels: Sequence[Channel]) -> None:
        """Let the message go to these channels: a tick is kept as a word is."""
        self._choose([one.id for one in channels], channels)

    def choose_ids(self, ids: Sequence[int]) -> None:
        """Let the message go to these channels, those that the workspace does not list included."""
        self._choose(list(ids), self.model.pick(ids))

    def _choose(self, ids: list[int], listed: Sequence[Channel]) -> None:
        self.undecided = False
        if ids == self.ids() and list(listed) == self.page.composer.channels:
            return
        self._set_ids(ids)
        self._show_these(listed)
        self.choice.changed.emit()
        if not self.page.draft.is_empty:
            self.page.composer.touch()

    # -- showing -----------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        self._show_these(self.model.pick(self.ids()))

    def _show_these(self, channels: Sequence[Channel]) -> None:
        page = self.page
        self._list(channels)
        page.asking.dismiss()
        page.writing.show_variants()
        if len(channels) > MANY:
            page.composer.look_again()  # the ticks are to be seen at once
        else:
            page.composer.refresh()

    def _list(self, channels: Sequence[Channel]) -> None:
        """The checks, the tabs and the button are about these channels."""
        page = self.page
        page.composer.channels = list(channels)
        for channel in channels:
            if channel.picture and channel.picture not in self._asked:
                self._asked.add(channel.picture)
                page.pictureWanted.emit(channel.picture)
        page.tabs.set_networks([(slug, network_name(slug)) for slug in page.composer.networks()])
