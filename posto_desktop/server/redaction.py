"""Secrets that must not stand in a log, an error or an address."""

from __future__ import annotations

import logging
import threading
from urllib.parse import quote, quote_plus

_SHORTEST = 6
"""What is shorter would hide parts of ordinary words."""
_lock = threading.Lock()
_hidden: set[str] = set()


def hide(secret: str) -> None:
    """Have `clean` replace this secret from now on, also as it stands in addresses."""
    if len(secret) < _SHORTEST:
        return
    with _lock:
        _hidden.update({secret, quote(secret, safe=""), quote_plus(secret)})


def clean(text: str) -> str:
    """The text without any known secret."""
    with _lock:
        known = sorted(_hidden, key=len, reverse=True)
    for secret in known:
        if secret in text:
            text = text.replace(secret, "***")
    return text


class Formatter(logging.Formatter):
    """Writes log lines without known secrets, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))
