"""Protocols of the service as the outbox uses it, small enough to script in tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from posto_desktop.sdk.post_delivery import AcceptedPost
from posto_desktop.sdk.records import Schedule


class ServiceRow(Protocol):
    """The part of sdk.records.Schedule that is used."""

    @property
    def channel_id(self) -> int: ...
    @property
    def group_id(self) -> str: ...


class UploadedMedia(Protocol):
    """The part of sdk.records.MediaItem that is used."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...


class ServiceTraits(Protocol):
    """Behaviour of a service.

    `host` is its shown name. `hides_sending`: its list omits rows that are being sent. `settle`:
    seconds after which a lost call has surely ended.
    """

    @property
    def host(self) -> str: ...
    @property
    def hides_sending(self) -> bool: ...
    @property
    def settle(self) -> float: ...


class OutboxClient(ServiceTraits, Protocol):
    """The service as the outbox uses it. Every method may raise sdk errors.

    `idempotent`: repeating a call with the same mark makes no second post (the local server).
    """

    @property
    def idempotent(self) -> bool: ...

    def upload(
        self,
        path: str,
        *,
        alt_text: str,
        progress: Callable[[int, int], object],
        cancel: threading.Event,
        mark: str,
        again: bool,
    ) -> UploadedMedia:
        """Upload a file. `mark` becomes part of the stored name, so an upload with a lost answer
        can be found. `again`: an earlier attempt may have succeeded, so look for it first."""
        ...

    def still_has(self, media_id: int, url: str) -> bool:
        """Return whether the service still holds this file; False if unknown."""
        ...

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> AcceptedPost:
        """Post: the only call that does. Raises as sdk.post_delivery.submit."""
        ...

    def find_ref(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> Sequence[ServiceRow]:
        """Return the rows with the mark. Raises unless the list was read completely."""
        ...

    # -- replacing posts of the schedule (delivery.replacing) ----------------------------------

    @property
    def replaces_at_once(self) -> bool:
        """Return whether `replace` removes the old rows in the transaction that makes the new."""
        ...

    def rows_by_id(self, ids: Sequence[int]) -> Mapping[int, Schedule]: ...
    def rows_of_mark(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> Sequence[Schedule]: ...
    def rows_of_group(self, group_id: str) -> Sequence[Schedule]: ...
    def remove(self, ids: Sequence[int]) -> Collection[int]:
        """Delete rows; return the ids that still exist."""
        ...

    def replace(
        self, items: list[dict[str, Any]], share_at: int | None, ids: Sequence[int]
    ) -> AcceptedPost:
        """Compose and delete the rows `ids`, both or neither. Raises as `compose`."""
        ...
