"""Sections of the channel list: by the user's groups, network or label, or one for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from posto_desktop.common.translation import translate
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.limits import network_name
from posto_desktop.sdk.records import Channel

GROUPINGS = ("group", "network", "label", "order")

# Networks by popularity; others follow by name.
_NETWORK_ORDER = (
    "twitter",
    "instagram",
    "fb",
    "linkedin",
    "threads",
    "mastodon",
    "bluesky",
    "tiktok",
    "youtube",
    "pinterest",
    "telegram",
)


@dataclass
class ChannelSection:
    """A heading with its channels. `key` identifies it among those of a grouping; `network` is its
    slug where the heading is a network."""

    key: str
    title: str
    network: str = ""
    channels: list[Channel] = field(default_factory=list)


def sections_of(
    channels: Iterable[Channel], grouping: str, own_groups: Groups
) -> list[ChannelSection]:
    """Return the sections of a grouping (one of GROUPINGS) in the order of display. Only groups of
    the user may be empty."""
    if grouping == "group":
        return _by_own_group(channels, own_groups)
    sections: dict[str, ChannelSection] = {}
    for channel in channels:
        if grouping == "network":
            section = ChannelSection(
                channel.network, network_name(channel.network), channel.network
            )
        elif grouping == "label":
            label = channel.labels[0] if channel.labels else ""
            section = ChannelSection(label, label or translate("ChannelsModel", "No label"))
        else:
            section = ChannelSection("*", translate("ChannelsModel", "All channels"))
        sections.setdefault(section.key, section).channels.append(channel)
    return sorted(sections.values(), key=_rank)


def _by_own_group(channels: Iterable[Channel], own_groups: Groups) -> list[ChannelSection]:
    sections = {group.name: ChannelSection(group.name, group.name) for group in own_groups}
    names = {number: group.name for group in own_groups for number in group.channel_ids}
    others = ChannelSection("", translate("ChannelsModel", "No group"))
    for channel in channels:
        name = names.get(channel.id)
        (sections[name] if name is not None else others).channels.append(channel)
    return [*sections.values(), others] if others.channels else [*sections.values()]


def _rank(section: ChannelSection) -> tuple[int, str]:
    if section.network in _NETWORK_ORDER:
        return _NETWORK_ORDER.index(section.network), ""
    # Channels without a label come last.
    return (len(_NETWORK_ORDER) + (not section.key), section.title.casefold())
