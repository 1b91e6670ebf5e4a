"""Client of one workspace for moving posts (`delivery.reschedule.MoveClient`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.sdk.answers import as_int, as_mapping, rows_of
from posto_desktop.sdk.errors import ServiceError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, ROUTE

RESCHEDULE = "fs-poster/v1/composer/reschedule"


class MoveServiceClient:
    """`routeless` holds the hosts that cannot move a group (FS Poster before 7.7.3); it is shared,
    so each host is asked once a run."""

    def __init__(self, link: ServiceClient, routeless: set[str]) -> None:
        self.link = link
        self._routeless = routeless

    @property
    def host(self) -> str:
        return self.link.host

    @property
    def hides_sending(self) -> bool:
        return self.link.hides_sending

    @property
    def settle(self) -> float:
        return self.link.settle

    @property
    def can_reschedule(self) -> bool:
        return self.host not in self._routeless

    def rows(self, ids: Sequence[int]) -> dict[int, Schedule]:
        return self.link.sdk.schedules.by_ids(list(ids))

    def group(self, group_id: str) -> list[Schedule]:
        return list(self.link.sdk.schedules.iter(group_id=group_id))

    def contents(self, _group_id: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Read from the raw rows: records do not hold all of it."""
        contents: dict[int, dict[str, Any]] = {}
        for number in ids:
            params = [("page", 1), ("rows_count", PAGE), ("schedule_id", number)]
            answer = self.link.sdk.transport.get(ROUTE, params)
            for row in rows_of(answer, "schedules") or ():
                data = as_mapping(row)
                if as_int(data.get("id")) == number:
                    contents[number] = as_mapping(data.get("customization_data"))
        return contents

    def reschedule(self, group_id: str, share_at: int) -> bool:
        body = {"schedule_group_id": group_id, "share_at": share_at}
        try:
            self.link.sdk.transport.post(RESCHEDULE, body, empty_ok=True)
        except ServiceError as error:
            if error.status != 404:
                raise
            self._routeless.add(self.host)
            return False
        return True

    def compose(self, items: list[dict[str, Any]], share_at: int | None) -> str:
        return self.link.sender.compose(items, share_at)

    def find_ref(self, ref: str, channel_ids: Sequence[int], around: datetime) -> list[Schedule]:
        return self.link.find_ref(ref, channel_ids, around)

    def delete(self, ids: Sequence[int]) -> Collection[int]:
        return self.link.sdk.schedules.delete(list(ids)).left
