"""A service that holds rows in memory, for tests of edits: it fails or dies where it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from posto_desktop.sdk.errors import PostingError
from posto_desktop.sdk.post_delivery import AcceptedPost
from posto_desktop.sdk.records import MediaItem, Schedule
from tests.unit.delivery.fake_move_service import Site


@dataclass
class EditSite(Site):
    """`atomic`: like the local server, it replaces in one transaction, and answers a repeated call
    with the group that it made. `late`: how a call whose answer was lost is carried out: later."""

    atomic: bool = False
    uploads: int = 0

    @property
    def idempotent(self) -> bool:
        return self.atomic

    @property
    def replaces_at_once(self) -> bool:
        return self.atomic

    def upload(
        self,
        path: str,
        *,
        alt_text: str,
        progress: Callable[[int, int], object],
        cancel: threading.Event,
        mark: str,
        again: bool,
    ) -> MediaItem:
        def call() -> MediaItem:
            self.uploads += 1
            size = Path(path).stat().st_size
            progress(size, size)
            return MediaItem(100 + self.uploads, f"https://{self.host}/{self.uploads}.png")

        return self._called("upload", call)

    def still_has(self, media_id: int, url: str) -> bool:
        return True

    def put(self, number: int, channel: int, group: str = "g", **more: Any) -> None:
        super().put(number, channel, group, **more)

    def _make(self, items: Sequence[dict[str, Any]], share_at: int | None) -> str:
        ref = items[0]["custom_post_data"]["posto_ref"]
        if self.atomic:
            known = [row for row, _ in self.stored.values() if row.posto_ref == ref]
            if {row.channel_id for row in known} == {item["channel_id"] for item in items}:
                return known[0].group_id
        group = f"group-{len(self.calls)}"
        at = (
            self.clock()
            if share_at is None
            else datetime.fromtimestamp(share_at, self.clock().tzinfo)
        )
        for item in items if self.whole else items[:1]:
            data = item["custom_post_data"]
            number = max([*self.stored, 50]) + 1
            self.put(number, item["channel_id"], group, send_at=at, posto_ref=data["posto_ref"])
            self.stored[number] = (self.stored[number][0], data)
        return group

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> AcceptedPost:  # type: ignore[override]
        return self._called("compose", lambda: AcceptedPost(self._make(items, share_at)))

    def replace(
        self, items: list[dict[str, Any]], share_at: int | None, ids: Sequence[int]
    ) -> AcceptedPost:
        def call() -> AcceptedPost:
            rows = [self.stored[post_id][0] for post_id in ids if post_id in self.stored]
            if any(row.status not in ("not_sent", "missed", "error") for row in rows):
                raise PostingError(
                    "sent", user_message="A part was sent.", reason="refused", status=200
                )
            group = self._make(items, share_at)
            for number in ids:
                self.stored.pop(number, None)
            return AcceptedPost(group)

        return self._called("replace", call)

    def rows_by_id(self, ids: Sequence[int]) -> dict[int, Schedule]:
        return self.rows(ids)

    def rows_of_mark(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> list[Schedule]:
        return self.find_ref(ref, channel_ids, around)

    def rows_of_group(self, group_id: str) -> list[Schedule]:
        return self.group(group_id)

    def remove(self, ids: Sequence[int]) -> Collection[int]:
        return self.delete(ids)

    def texts(self) -> dict[int, list[str]]:
        """What each channel's rows say, those that were sent included."""
        texts: dict[int, list[str]] = {}
        for row, data in self.stored.values():
            texts.setdefault(row.channel_id, []).append(data["post_content"])
        return texts
