"""Channels to which the message goes that is written in a campaign."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.campaign_editor import CampaignEditor


class CampaignTextChannels:
    """The `TextChannels` of suggestions. `message_id` is that of the message that is written."""

    def __init__(self, editor: CampaignEditor) -> None:
        self._editor = editor
        self._channels: tuple[Channel, ...] = ()
        self.message_id = ""

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """Set all channels of the workspace."""
        self._channels = tuple(channels)

    def known(self) -> Sequence[Channel]:
        return self._channels

    def channel(self, channel_id: int | None) -> Channel | None:
        return next((channel for channel in self._channels if channel.id == channel_id), None)

    def networks(self) -> set[str]:
        """Return the slugs of the message's own channels, or of those of its campaign."""
        campaign, message = self._editor.campaign, self._editor.message(self.message_id)
        own = message.channel_ids if message is not None else None
        ids = own if own is not None else campaign.channel_ids if campaign is not None else ()
        return {channel.network for channel in self._channels if channel.id in ids}
