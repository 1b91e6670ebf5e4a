"""Resolves the channels of a cell: by name, network, label, number, or all ticked ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.folding import fold
from posto_desktop.core.importing.table import Cell, shown
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Channel

_ALL = frozenset(("all", "alle", "tous", "toutes", "todos", "todas", "tutti", "tutte", "*"))
_SPLITS = (
    re.compile(r"[;|\n]"),
    re.compile(r","),
    re.compile(r"[/&+]|(?<=\s)(?:and|und|et|y|e)(?=\s)"),
)
"""Names may contain the weaker separators: split further only if no channel has that name."""
_LONGEST = 2_000
_MAX_SHOWN = 3


@dataclass(frozen=True)
class ChannelMatch:
    """Channel ids named in a cell (None if empty), and names that match no channel."""

    ids: tuple[int, ...] | None
    unknown: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    """Sentences about names that several channels share."""


class ChannelResolver:
    """Finds channels by their usual names. `ticked` decides if a network has several."""

    def __init__(self, channels: Iterable[Channel], ticked: Collection[int] = ()) -> None:
        self._channels = list(channels)
        self._ticked = frozenset(ticked)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._labels: dict[str, list[int]] = defaultdict(list)
        self._networks: dict[str, list[int]] = defaultdict(list)
        self._ids = {channel.id: channel for channel in self._channels}
        for channel in self._channels:
            label = networks.label(channel.network)
            for name in {
                _key(channel.name),
                _key(f"{channel.name} {label}"),
                _key(f"{label} {channel.name}"),
                _key(f"{channel.name} {channel.network}"),
            }:
                self._names[name].append(channel.id)
            self._networks[channel.network].append(channel.id)
            for label in channel.labels:
                self._labels[_key(label)].append(channel.id)

    def knows(self, text: str) -> bool:
        """Return whether a text names a channel or a network; used to guess columns."""
        if text.strip().isdecimal():
            return False
        key = _key(text)
        return key in self._names or key in _ALL or networks.find(text) is not None

    def network_of(self, channel_id: int) -> str:
        channel = self._ids.get(channel_id)
        return channel.network if channel is not None else ""

    def find(self, cell: Cell) -> ChannelMatch:
        text = shown(cell).strip()
        if not text:
            return ChannelMatch(None)
        if len(text) > _LONGEST:
            return ChannelMatch((), (text[:40] + "…",))
        whole = self._find_one(text)
        if isinstance(whole, list):
            return ChannelMatch(tuple(dict.fromkeys(whole)))
        ids: list[int] = []
        unknown: list[str] = []
        unclear: list[str] = []
        for part in self._parts(text):
            match = self._find_one(part)
            if isinstance(match, list):
                ids += match
            elif match:
                unclear.append(match)
            else:
                unknown.append(part)
        return ChannelMatch(tuple(dict.fromkeys(ids)), tuple(unknown), tuple(unclear))

    def _find_one(self, text: str) -> list[int] | str:
        """Return the ids, a sentence if the name is ambiguous, or "" if it is unknown."""
        key = _key(text)
        if key in _ALL or text.strip() == "*":
            return sorted(self._ticked) or [channel.id for channel in self._channels]
        named = self._names.get(key)
        if named:
            return self._chosen(text, named)
        if text.strip().isdecimal() and len(text) < 18 and int(text) in self._ids:
            return [int(text)]
        if key in self._labels:
            return list(self._labels[key])
        network = networks.find(text)
        if network is not None and self._networks.get(network.slug):
            return self._chosen(text, self._networks[network.slug])
        return ""

    def _parts(self, text: str) -> list[str]:
        parts = [text]
        for sign in _SPLITS:
            parts = [
                piece.strip()
                for part in parts
                for piece in ([part] if self._find_one(part) else sign.split(part))
                if piece.strip()
            ]
        return parts

    def _chosen(self, text: str, ids: Sequence[int]) -> list[int] | str:
        if len(ids) == 1:
            return list(ids)
        ticked = [channel_id for channel_id in ids if channel_id in self._ticked]
        if ticked:
            return ticked
        names = [self._ids[channel_id].name for channel_id in ids[:_MAX_SHOWN]]
        more = len(ids) - len(names)
        if more:
            words = translate("Importing", "“{text}” may be {names} or %Ln more", "", more)
            return words.format(text=text, names=listed(names))
        words = translate("Importing", "“{text}” may be {names} or {last}")
        return words.format(text=text, names=listed(names[:-1]), last=names[-1])


def _key(text: str) -> str:
    return " ".join(re.split(r"[\s()\[\]:@–—-]+", fold(text)[:300])).strip()
