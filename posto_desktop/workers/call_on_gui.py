"""Protocols for handing results from workers to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVarTuple, Unpack

__all__ = ["GuiCall", "GuiCallNow"]

GuiValues = TypeVarTuple("GuiValues")


class GuiCall(Protocol):
    """Call `handle` with these values on the GUI thread, unless the open workspace changed since
    `generation`; None: in any case. Thread-safe."""

    def __call__(
        self,
        generation: int | None,
        handle: Callable[[Unpack[GuiValues]], object],
        *values: *GuiValues,
    ) -> None: ...


class GuiCallNow(Protocol):
    """The same for results that do not depend on the open workspace."""

    def __call__(
        self, handle: Callable[[Unpack[GuiValues]], object], *values: *GuiValues
    ) -> None: ...
