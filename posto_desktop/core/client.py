"""The service as the outbox needs it: small enough to be scripted in a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from posto_desktop.sdk.post_delivery import AcceptedPost


class ServiceRow(Protocol):
    """As much of sdk.records.Schedule as is needed."""

    @property
    def channel_id(self) -> int: ...
    @property
    def group_id(self) -> str: ...


class UploadedMedia(Protocol):
    """As much of sdk.records.MediaItem as is needed."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...


class ServiceTraits(Protocol):
    """How a service behaves.

    `host` is its shown name. `hides_sending`: rows that are being sent are missing in its list.
    `settle` seconds after a lost call it can no longer be under way.
    """

    @property
    def host(self) -> str: ...
    @property
    def hides_sending(self) -> bool: ...
    @property
    def settle(self) -> float: ...


class OutboxClient(ServiceTraits, Protocol):
    """The service as the outbox needs it. Every method may raise sdk errors.

    `idempotent`: the same call with the same mark makes no second post (the embedded workspace).
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
        """`mark` goes into the stored name: an upload whose answer was lost is found by it.
        `again`: an earlier one with this mark may have got there, so it is looked for first."""
        ...

    def still_has(self, media_id: int, url: str) -> bool:
        """Whether the service still holds this very file; False when that cannot be said."""
        ...

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> AcceptedPost:
        """The one call that posts. Raises as sdk.post_delivery.submit."""
        ...

    def find_ref(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> Sequence[ServiceRow]:
        """The rows that carry the mark. Raises unless the list was read completely."""
        ...
