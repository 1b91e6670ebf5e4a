"""Records the service's signals and their values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, SignalInstance

from posto_desktop.workers.service_signals import ServiceSignals


def recorded(note: Callable[[str, tuple[Any, ...]], object]) -> ServiceSignals:
    """`note` gets the name of each signal and its values, on the thread that gives them."""
    signals = ServiceSignals()
    for name in vars(ServiceSignals):
        signal = getattr(signals, name)
        if isinstance(signal, SignalInstance):
            signal.connect(partial(_pass_on, note, name), Qt.ConnectionType.DirectConnection)
    return signals


def _pass_on(note: Callable[[str, tuple[Any, ...]], object], name: str, *values: Any) -> None:
    note(name, values)
