"""The channels that words name: on a command line, in front matter, in a sidecar."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from posto_desktop.core import channel_groups
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Channel

ALL = "all"


class ChannelWordError(ValueError):
    """A word names no channel, or several: the sentence says which. `is_ambiguous` for several."""

    def __init__(self, sentence: str, *, is_ambiguous: bool = False) -> None:
        super().__init__(sentence)
        self.is_ambiguous = is_ambiguous


def find_channels(
    asked: Sequence[str], channels: Sequence[Channel], groups: Groups
) -> list[Channel]:
    """Return the channels that words name, each once, in the order of the words.

    A word is a channel's id or name, a network (all of its channels), `@` and the name of a group
    of the user, or "all". Several may stand in one word, with commas. Raises ChannelWordError if
    one names nothing, or a name several channels.
    """
    chosen: dict[int, Channel] = {}
    for word in (part for words in asked for part in _parts(words, channels)):
        for channel in _named(word, channels, groups):
            chosen.setdefault(channel.id, channel)
    return list(chosen.values())


def _parts(words: str, channels: Sequence[Channel]) -> list[str]:
    """Split at commas, unless a channel has just that name."""
    if any(fold(channel.name) == fold(words) for channel in channels):
        return [words]
    return [part for part in (piece.strip() for piece in words.split(",")) if part]


def _named(word: str, channels: Sequence[Channel], groups: Groups) -> Sequence[Channel]:
    if word == ALL:
        return channels
    if word.startswith("@") and (group := channel_groups.find(groups, word[1:])) is not None:
        return [channel for channel in channels if channel.id in group.channel_ids]
    if word.isascii() and word.isdecimal():
        by_id = [channel for channel in channels if channel.id == int(word)]
        if by_id:
            return by_id
    by_name = [channel for channel in channels if fold(channel.name) == fold(word)]
    if len(by_name) > 1:
        ids = " or ".join(f"{channel.id} ({network_name(channel.network)})" for channel in by_name)
        raise ChannelWordError(
            f"There are {len(by_name)} channels with the name {word}. Use an id: {ids}.",
            is_ambiguous=True,
        )
    if by_name:
        return by_name
    network = networks.find(word)
    slug = network.slug if network is not None else word
    of_network = [channel for channel in channels if channel.network == slug]
    if of_network:
        return of_network
    names = [channel.name for channel in channels] + [f"@{group.name}" for group in groups]
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else " See: posto channels."
    raise ChannelWordError(f"There is no channel {word}.{hint}")
