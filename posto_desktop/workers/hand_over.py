"""How lanes hand what they found to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVarTuple, Unpack

__all__ = ["HandOver", "HandOverNow"]

Values = TypeVarTuple("Values")


class HandOver(Protocol):
    """Have `take` called with these values on the GUI thread, unless another workspace than that
    of `generation` is open by then; None: whichever is open. From any thread."""

    def __call__(
        self,
        generation: int | None,
        take: Callable[[Unpack[Values]], object],
        *values: *Values,
    ) -> None: ...


class HandOverNow(Protocol):
    """The same for what counts whichever workspace is open."""

    def __call__(self, take: Callable[[Unpack[Values]], object], *values: *Values) -> None: ...
