"""The channels of an account: read once, found by id, name or network."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from posto_desktop.common.translation import translatable

from .answers import as_int, rows_of, unique
from .errors import ChannelError
from .faults import wrong_answer
from .networks import canonical, label
from .records import Channel
from .transport import Transport

ROUTE = "fs-poster/v1/channels"
MAX_CANDIDATES = 8

Target = int | str | Channel


def fetch_channels(transport: Transport) -> list[Channel]:
    """Return all channels of the account in the service's order. One request."""
    data = transport.get(ROUTE)
    rows = rows_of(data, "channels")
    parsed = [Channel.from_service(row) for row in rows or ()]
    channels = [channel for channel in parsed if channel is not None]
    if rows is None or (rows and not channels):
        # Not a list of channels; returning an empty list would be wrong.
        raise wrong_answer(
            "the list of channels is missing in the answer",
            translatable("Sdk", "{host} answered without a list of channels.").format(
                host=transport.endpoint.host
            ),
        )
    return unique_by_id(channels)


class ChannelDirectory:
    """The channels of one account, read on first use and cached until `refresh`.

    Thread-safe; concurrent callers cause one request.
    """

    def __init__(self, fetch: Callable[[], list[Channel]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._rows: tuple[Channel, ...] | None = None

    @property
    def loaded(self) -> bool:
        return self._rows is not None

    def all(self) -> list[Channel]:
        """Return every channel, as a new list."""
        rows = self._rows
        if rows is None:
            with self._lock:
                rows = self._rows
                if rows is None:
                    rows = self._rows = tuple(self._fetch())
        return list(rows)

    def refresh(self) -> list[Channel]:
        """Read the channels again. The old list stays if that fails."""
        with self._lock:
            self._rows = tuple(self._fetch())
            return list(self._rows)

    def by_id(self, channel_id: object) -> Channel | None:
        number = as_int(channel_id)
        return next((row for row in self.all() if row.id == number), None)

    def by_name(self, text: str) -> list[Channel]:
        """Return channels whose name contains `text`, ignoring case; exact names first."""
        key = _fold(text)
        if not key:
            return []
        rows = self.all()
        exact = [row for row in rows if _fold(row.name) == key]
        return exact + [row for row in rows if key in _fold(row.name) and row not in exact]

    def by_network(self, network: str) -> list[Channel]:
        slug = canonical(network)
        return [row for row in self.all() if row.network == slug]

    def resolve(self, to: object, *, allow_inactive: bool = False) -> list[Channel]:
        """Return the channels named by `to`: an id, a name, a `Channel`, or several of them.

        A text is an exact name, else an id, else part of a name that fits one channel only. Each
        channel once, in the given order. Raises `ChannelError` with the candidates for unknown or
        ambiguous ones, and for disabled channels.
        """
        targets = self.targets(to)
        channels = unique_by_id(self._resolve_one(target) for target in targets)
        off = [row for row in channels if not row.active]
        if off and not allow_inactive:
            names = ", ".join(shown(row) for row in off)
            sentence = (
                translatable(
                    "Sdk",
                    "{names} is not active: the session with the network has expired. Sign "
                    "in to the network again on the service. Nothing was posted.",
                )
                if len(off) == 1
                else translatable(
                    "Sdk",
                    "{names} are not active: the session with the network has expired. Sign "
                    "in to the network again on the service. Nothing was posted.",
                )
            )
            raise ChannelError(
                sentence.format(names=names),
                reason="inactive",
                candidates=[row.name for row in off],
            )
        return channels

    @staticmethod
    def targets(to: object) -> list[object]:
        """Return the single targets in `to`. Raises `ChannelError` if there is none. No request."""
        if to is None or (isinstance(to, str) and not to.strip()):
            raise ChannelError(translatable("Sdk", "Say which channel to post to."), reason="none")
        if isinstance(to, (str, int, Channel)):
            return [to]
        if isinstance(to, Iterable) and not isinstance(to, (bytes, Mapping)):
            targets = list(to)
            if targets:
                return targets
            raise ChannelError(
                translatable("Sdk", "The list of channels is empty. Nothing was posted."),
                reason="none",
            )
        raise ChannelError(f"A channel is an id or a name, not {to!r}.", reason="unknown")

    def _resolve_one(self, target: object) -> Channel:
        rows = self.all()
        if isinstance(target, Channel):
            return self.by_id(target.id) or self._unknown(
                translatable("Sdk", "number {number}").format(number=target.id), rows
            )
        if isinstance(target, bool) or not isinstance(target, (int, str)):
            raise ChannelError(f"A channel is an id or a name, not {target!r}.", reason="unknown")
        if isinstance(target, int):
            return self.by_id(target) or self._unknown(
                translatable("Sdk", "number {number}").format(number=target), rows
            )
        matches = self.by_name(target)
        exact = [row for row in matches if _fold(row.name) == _fold(target)]
        if not exact and target.strip().isdecimal():
            numbered = self.by_id(target)
            if numbered is not None:
                return numbered
        if len(exact or matches) > 1:
            raise self._ambiguous(target, exact or matches)
        if matches:
            return matches[0]
        return self._unknown(f"“{target}”", rows)

    def _unknown(self, description: str, rows: Sequence[Channel]) -> Channel:
        names = [shown(row) for row in rows]
        listed = _listed(names)
        sentence = (
            translatable("Sdk", "There are: {listed}.").format(listed=listed)
            if names
            else translatable("Sdk", "The account has no channels.")
        )
        raise ChannelError(
            translatable(
                "Sdk", "There is no channel {description}. {sentence} Nothing was posted."
            ).format(description=description, sentence=sentence),
            reason="unknown",
            candidates=[row.name for row in rows],
        )

    def _ambiguous(self, target: str, rows: Sequence[Channel]) -> ChannelError:
        listed = _listed([shown(row) for row in rows])
        return ChannelError(
            translatable(
                "Sdk",
                "“{target}” fits several channels: {listed}. Use the whole name or the "
                "number. Nothing was posted.",
            ).format(target=target, listed=listed),
            reason="ambiguous",
            candidates=[row.name for row in rows],
        )


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(names[:MAX_CANDIDATES])
    more = len(names) - MAX_CANDIDATES
    if more <= 0:
        return listed
    return translatable("Sdk", "{names} and {count} more").format(names=listed, count=more)


def unique_by_id(rows: Iterable[Channel]) -> list[Channel]:
    """Return the channels in order, each once."""
    return list({row.id: row for row in rows}.values())


def types_of(rows: Iterable[Channel]) -> list[str]:
    """Return the networks that have a channel, in order of appearance."""
    return unique(row.network for row in rows)


def shown(row: Channel) -> str:
    """Return a channel's label for errors, which distinguishes two of the same name."""
    return f"{row.name} ({label(row.network)}, {row.id})"


def _fold(text: object) -> str:
    """Return `text` for comparison, ignoring case, spaces and Unicode forms of accents."""
    if not isinstance(text, str):
        return ""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
