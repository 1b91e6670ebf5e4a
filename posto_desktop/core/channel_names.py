"""What channels are called after an @ in a line: by network, name, group and handle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.folding import fold
from posto_desktop.core.handles import handle_of
from posto_desktop.core.limits import network_name
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Channel

__all__ = ["ChannelNames", "NamedChannels"]

_ALL = "*"
_NUMBER = "#"
_SENTENCE_ENDS = frozenset(")]}!?")
"""What stands behind a name in a sentence, and not behind the names of channels."""
MAX_NAME_WORDS = 8


@dataclass(frozen=True)
class NamedChannels:
    """Channels that a name may mean: one, those of a group, or all of a network. `label` is shown,
    `name` is what means nothing else when it is written after the @: "Harbour Café",
    "instagram/Harbour Café", "instagram*" for all of a network, "#12" for a number."""

    label: str
    name: str
    channel_ids: tuple[int, ...]
    network: str = ""


@dataclass
class ChannelNames:
    """The names of the channels of a workspace; compared without case, accents, spaces and
    signs."""

    channels: Sequence[Channel] = ()
    groups: Groups = ()
    _plain: dict[str, list[NamedChannels]] = field(init=False, default_factory=dict)
    _all: dict[str, NamedChannels] = field(init=False, default_factory=dict)
    _numbers: dict[str, NamedChannels] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        owners = _owners(self.channels)
        singles: dict[int, NamedChannels] = {}
        members: dict[str, list[NamedChannels]] = {}
        for channel in self.channels:
            name = _only_name(channel, owners)
            single = NamedChannels(channel.name or name, name, (channel.id,), channel.network)
            singles[channel.id] = self._numbers[f"{_NUMBER}{channel.id}"] = single
            members.setdefault(networks.canonical(channel.network), []).append(single)
        for key, numbers in owners.items():
            self._plain[key] = [singles[number] for number in numbers]
        for slug, choices in members.items():
            ids = tuple(choice.channel_ids[0] for choice in choices)
            every = NamedChannels(network_name(slug), f"{slug}{_ALL}", ids, slug)
            for key in _network_keys(slug):
                self._all[key] = every
                more = [*choices, every] if len(choices) > 1 else choices
                known = self._plain.setdefault(key, [])
                known += [choice for choice in more if choice not in known]
        for group in self.groups:
            ids = tuple(number for number in group.channel_ids if number in singles)
            key = _key(group.name)
            if ids and key and key not in _all_network_keys():
                self._all[key] = NamedChannels(group.name, f"{group.name}{_ALL}", ids)
                self._plain.setdefault(key, []).append(self._all[key])

    def meanings(self, name: str) -> Sequence[NamedChannels]:
        """Return what a name may mean: nothing, one meaning, or several to choose from."""
        name = name.strip()
        if name.startswith(_NUMBER) and name in self._numbers:
            return (self._numbers[name],)
        if name.endswith(_ALL):
            every = self._all.get(_key(name))
            return () if every is None else (every,)
        if name[-1:] in _SENTENCE_ENDS or len(name.split()) > MAX_NAME_WORDS:
            return ()
        return self._plain.get(_key(name), ())

    def named(self, channel_id: int) -> NamedChannels | None:
        """Return a channel of the workspace with its name."""
        return self._numbers.get(f"{_NUMBER}{channel_id}")

    def completions(self, typed: str, most: int = 8) -> list[NamedChannels]:
        """Return what may be meant by a name that is being typed: names that begin so first."""
        key = _key(typed)
        begin: dict[NamedChannels, None] = {}
        inside: dict[NamedChannels, None] = {}
        for known, meanings in self._plain.items():
            if known.startswith(key):
                begin.update(dict.fromkeys(meanings))
            elif len(key) > 1 and key in known:
                inside.update(dict.fromkeys(meanings))
        return list({**begin, **inside})[:most]


def _owners(channels: Sequence[Channel]) -> dict[str, list[int]]:
    """Return the channels of each written form: name and handle, alone and after the network."""
    owners: dict[str, list[int]] = {}
    for channel in channels:
        slug = networks.canonical(channel.network)
        handle = handle_of(slug, channel.link, channel.name)
        short = handle.rpartition("@")[0] or handle  # @name of @name@server
        for key in filter(None, {_key(channel.name), _key(handle), _key(short)}):
            for before in ("", *_network_keys(slug)):
                ids = owners.setdefault(before + key, [])
                if channel.id not in ids:
                    ids.append(channel.id)
    return owners


def _only_name(channel: Channel, owners: dict[str, list[int]]) -> str:
    """Return the shortest written form that means this channel alone."""
    name = " ".join(channel.name.split()).lstrip("@#*")
    for written in (name, f"{networks.canonical(channel.network)}/{name}"):
        key = _key(written)
        fits = len(written.split()) <= MAX_NAME_WORDS and written[-1:].isalnum()
        if fits and owners.get(key) == [channel.id] and key not in _all_network_keys():
            return written
    return f"{_NUMBER}{channel.id}"


@cache
def _all_network_keys() -> frozenset[str]:
    return frozenset(
        key for network in networks.all_networks() for key in _network_keys(network.slug)
    )


@cache
def _network_keys(slug: str) -> tuple[str, ...]:
    network = networks.network(slug)
    names = (slug, network.name, network_name(slug), *network.aliases)
    return tuple(dict.fromkeys(filter(None, map(_key, names))))


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))
