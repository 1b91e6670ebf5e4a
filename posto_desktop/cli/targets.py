"""The channels that `--to` names (`core.channel_words`)."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.cli.exits import not_found, usage
from posto_desktop.core import channel_words
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.channel_words import ALL
from posto_desktop.sdk.records import Channel

__all__ = ["ALL", "find_channels"]


def find_channels(
    asked: Sequence[str], channels: Sequence[Channel], groups: Groups
) -> list[Channel]:
    """As `core.channel_words.find_channels`. Raises CommandError."""
    try:
        return channel_words.find_channels(asked, channels, groups)
    except channel_words.ChannelWordError as error:
        raise (usage if error.is_ambiguous else not_found)(str(error)) from None
