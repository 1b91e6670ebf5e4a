"""How workers hand what they found to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVarTuple, Unpack

__all__ = ["GuiCall", "GuiCallNow"]

GuiValues = TypeVarTuple("GuiValues")


class GuiCall(Protocol):
    """Have `handle` called with these values on the GUI thread, unless another workspace than that
    of `generation` is open by then; None: whichever is open. From any thread."""

    def __call__(
        self,
        generation: int | None,
        handle: Callable[[Unpack[GuiValues]], object],
        *values: *GuiValues,
    ) -> None: ...


class GuiCallNow(Protocol):
    """The same for what counts whichever workspace is open."""

    def __call__(
        self, handle: Callable[[Unpack[GuiValues]], object], *values: *GuiValues
    ) -> None: ...
