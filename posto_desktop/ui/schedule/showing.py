"""What the app tells the Schedule page: rows, how old they are, how reading them goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Showing"]


class Showing(Part):
    """`loaded`: the rows of the service have come, be they none. `trouble`: why they have not."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self.loaded = False
        self._moving = False
        self.trouble = ""
        self._trouble_since = self._read_at = datetime.fromtimestamp(0, UTC)

    def set_schedules(
        self, schedules: Iterable[Schedule], from_cache: bool, as_of: datetime | None
    ) -> None:
        page = self.page
        self.loaded = self.loaded or not from_cache
        if not from_cache:
            if not self._moving:
                page.loading.stop()
            self._read_at = as_of or datetime.now(UTC)
            if self._read_at > self._trouble_since:
                self.trouble = ""
        page.pictures.retry_missing()
        page.model.set_rows(schedules)
        page.filtering.say_empty()
        page.set_as_of(as_of if from_cache or self.trouble else None)
        page.inspecting.begin()

    def add_schedules(
        self, schedules: Sequence[Schedule], gone: Collection[int], as_of: datetime | None
    ) -> None:
        if as_of is not None and not self.loaded:
            self.page.set_as_of(as_of)
        self.page.model.change_rows(schedules, gone)

    def set_connection(self, kind: str, text: str) -> None:
        if kind == "connecting":
            self.trouble = ""
            self.page.loading.start()
        else:
            self.page.loading.stop()
        if kind not in ("connecting", "connected"):
            self.trouble, self._trouble_since = text, datetime.now(UTC)
            if self.loaded:
                self.page.set_as_of(self._read_at)
        self.page.filtering.say_empty()

    def set_loading(self, on: bool) -> None:
        if on:
            self.page.loading.start()
        else:
            self.page.loading.stop()
            self.loaded = True
            self.page.filtering.follow_counts()

    def set_progress(self, done: int, total: int) -> None:
        loading = self.page.loading
        if total > 0 and done >= total:
            loading.stop()
        else:
            loading.start()
            loading.set_progress(done, total)

    def set_moving(self, ended: int, total: int) -> None:
        """Posts that are being moved: rows that come meanwhile do not end that."""
        self._moving = ended < total
        if self._moving:
            self.page.loading.start()
            self.page.loading.set_progress(ended, total)
        else:
            self.page.loading.stop()

    def forget(self) -> None:
        """Another workspace comes."""
        self.loaded = self._moving = False
        self.trouble = ""
