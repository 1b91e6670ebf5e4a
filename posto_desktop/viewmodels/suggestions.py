"""State of the suggestions for a typed hashtag or mention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import channel_of
from posto_desktop.core.handles import FEDERATED, handle_of
from posto_desktop.core.suggestions import SuggestedWord, TypedWord, UsedWord, find_words, fitting
from posto_desktop.sdk.records import Channel
from posto_desktop.stores.used_words import UsedWordStore


class TextChannels(Protocol):
    """The channels to which the written text goes."""

    def networks(self) -> Collection[str]:
        """Return the slugs of their networks."""
        ...

    def channel(self, channel_id: int | None) -> Channel | None: ...

    def known(self) -> Sequence[Channel]:
        """Return all channels of the workspace."""
        ...


class Suggestions(QObject):
    """Joins the used words with the accounts behind the channels.

    A mention is written as the network of the text does. A text for several networks gets the name
    of an account, since a handle of one of them would mention nobody on the others, or somebody
    else.

    Signal ``changed()``: others may fit now.
    """

    changed = Signal()

    def __init__(
        self,
        used: UsedWordStore,
        channels: TextChannels,
        open_draft: Callable[[], str] = lambda: "",
        parent: QObject | None = None,
    ) -> None:
        """`open_draft` returns the id of the draft that is written, whose words do not count."""
        super().__init__(parent)
        self.used = used
        self._channels, self._open_draft = channels, open_draft
        used.changed.connect(self.changed)

    def refresh(self) -> None:
        """Count what was used anew where that is needed; `changed` follows."""
        self.used.refresh(self._open_draft())

    def fitting(self, word: TypedWord, key: str, text: str) -> list[SuggestedWord]:
        """Return what fits a word that is typed in `text`, which is for a key of the draft's
        texts."""
        typed = word.sign + word.typed
        present: set[str] = set()
        if word.sign == "#":
            known = [SuggestedWord(tag.text, tag.uses) for tag in self.used.words().tags]
            counts = Counter(tag.casefold() for tag in find_words(text))
            counts[typed.casefold()] -= 1
            present = {tag for tag, count in counts.items() if count > 0}
        else:
            known = list(self._mentions(self.network_of(key)))
        return [
            suggested
            for suggested in fitting(known, word.typed, present)
            if suggested.text != typed
        ]

    def is_complete(self, word: TypedWord) -> bool:
        """Whether a word was used as it is typed."""
        words = self.used.words()
        used = words.tags if word.sign == "#" else words.mentions
        typed = (word.sign + word.typed).casefold()
        return any(known.text.casefold() == typed for known in used)

    def network_of(self, key: str) -> str:
        """Return the network that a text is for; "" for several."""
        number = channel_of(key)
        if number is not None:
            channel = self._channels.channel(number)
            return channel.network if channel is not None else ""
        if key:
            return key
        networks = self._channels.networks()
        return next(iter(networks)) if len(networks) == 1 else ""

    def _mentions(self, network: str) -> Iterator[SuggestedWord]:
        chosen = {network} if network else set(self._channels.networks())
        seen: set[str] = set()
        handles: list[SuggestedWord] = []
        names: list[SuggestedWord] = []
        whose: dict[str, tuple[str, str]] = {}
        for channel in self._channels.known():
            handle = handle_of(channel.network, channel.link, channel.name)
            if handle:
                whose.setdefault(handle.casefold(), (channel.name, channel.network))
            if handle and chosen and all(_knows(slug, channel.network) for slug in chosen):
                handles.append(SuggestedWord(handle, 0, channel.name, channel.network))
            else:
                name = channel.name.lstrip("@")
                names.append(SuggestedWord(name, 0, channel.name, is_plain=True))
        used = [
            SuggestedWord(mention.text, mention.uses, *whose.get(mention.text.casefold(), ("", "")))
            for mention in self.used.words().mentions
            if _fits(mention, chosen)
        ]
        mentioned = {handle.name for handle in handles}
        for suggested in (*used, *handles, *names):
            folded = suggested.text.casefold()
            if folded in seen or (suggested.is_plain and suggested.name in mentioned):
                continue
            seen.add(folded)
            yield suggested


def _knows(network: str, other: str) -> bool:
    """Whether a network links the handles of another one."""
    return network == other or (network in FEDERATED and other in FEDERATED)


def _fits(mention: UsedWord, chosen: set[str]) -> bool:
    """Whether a mention was used on one of the networks, or in a text for several."""
    if not chosen or "" in mention.networks:
        return True
    return any(_knows(slug, used) for slug in chosen for used in mention.networks)
