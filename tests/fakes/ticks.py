"""A stub of a message with channels only, for tests of the channel list."""

from __future__ import annotations

from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.models.channels import ChannelsModel


class Ticks:
    """Owns channel ids as a draft does; `choice` is the pane's way to them."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.locked = ""
        self.choice = ChannelTargets("message", lambda: self.ids, self._write, lambda: self.locked)

    def _write(self, ids: list[int]) -> None:
        self.ids = ids
        self.choice.changed.emit()


def ticking_model() -> ChannelsModel:
    """A model whose rows can be ticked."""
    model = ChannelsModel()
    ticks = Ticks()
    ticks.choice.setParent(model)
    model.set_choice(ticks.choice)
    return model
