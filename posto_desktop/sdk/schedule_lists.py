"""Results of listing schedules: a page of the service, or a filtered list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, SupportsIndex, overload

from .records import Schedule


@dataclass(frozen=True)
class SchedulePage:
    """One page of the service, and the number of all matching rows."""

    items: tuple[Schedule, ...]
    total: int

    def __iter__(self) -> Iterator[Schedule]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class ScheduleList(list[Schedule]):
    """Schedules, also readable as the published client's answer: ``["schedules"]``, ``["total"]``.

    ``total`` counts all matching rows; ``complete`` is False if that number covers only the rows
    read so far (a filter that the service does not support).
    """

    def __init__(
        self, rows: Iterable[Schedule] = (), total: int = 0, *, complete: bool = True
    ) -> None:
        super().__init__(rows)
        self.total = total
        self.complete = complete

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Schedule: ...
    @overload
    def __getitem__(self, key: slice, /) -> list[Schedule]: ...
    @overload
    def __getitem__(self, key: str, /) -> object: ...
    def __getitem__(self, key: Any, /) -> Any:
        if key == "schedules":
            return list(self)
        if key == "total":
            return self.total
        if isinstance(key, str):
            raise KeyError(key)
        return super().__getitem__(key)

    def keys(self) -> list[str]:
        """Make ``dict(schedules)`` the published client's answer."""
        return ["schedules", "total"]

    def get(self, key: str, default: object = None) -> object:
        return self[key] if key in {"schedules", "total"} else default

    def __contains__(self, key: object) -> bool:
        return key in {"schedules", "total"} if isinstance(key, str) else super().__contains__(key)
