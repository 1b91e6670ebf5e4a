"""Redacts secrets in logs, errors and addresses."""

from __future__ import annotations

import logging
import threading
from urllib.parse import quote, quote_plus

_SHORTEST = 6
"""Shorter secrets would hide parts of ordinary words."""
_lock = threading.Lock()
_hidden: set[str] = set()


def hide(secret: str) -> None:
    """Redact this secret from now on, also in its URL-encoded form."""
    if len(secret) < _SHORTEST:
        return
    with _lock:
        _hidden.update({secret, quote(secret, safe=""), quote_plus(secret)})


def clean(text: str) -> str:
    """Return the text without any known secret."""
    with _lock:
        known = sorted(_hidden, key=len, reverse=True)
    for secret in known:
        if secret in text:
            text = text.replace(secret, "***")
    return text


class Formatter(logging.Formatter):
    """Formats log lines and tracebacks without known secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))
