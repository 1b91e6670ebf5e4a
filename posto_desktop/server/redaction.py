"""Redacts secrets in logs, errors and addresses."""

from __future__ import annotations

import html
import json
import logging
import re
import threading
from urllib.parse import quote, quote_plus

_SHORTEST = 6
"""Shorter secrets would hide parts of ordinary words."""
# The address of a server alone, pasted into a field for a secret: it begins the links of posts.
_PUBLIC = re.compile(r"\w[\w+.-]*://[^/?#@]*/?")
_lock = threading.Lock()
_secrets: set[str] = set()
# Longest first, else a short form would leave the tail of a longer one. Replaced, never changed.
_hidden: tuple[str, ...] = ()


def hide(secret: str) -> None:
    """Redact this secret from now on, also as it stands in addresses, JSON, tracebacks and HTML."""
    global _hidden
    if len(secret.strip()) < _SHORTEST or secret in _secrets or _PUBLIC.fullmatch(secret.strip()):
        return
    forms = {
        secret,
        secret.strip(),
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        html.escape(secret),
        " ".join(secret.split()),
        "".join(secret.split()),  # as WordPress takes an application password
    }
    with _lock:
        _secrets.add(secret)
        _hidden = tuple(sorted({*_hidden, *forms}, key=len, reverse=True))


def clean(text: str) -> str:
    """Return the text without any known secret."""
    for secret in _hidden:
        if secret in text:
            text = text.replace(secret, "***")
    return text


class Formatter(logging.Formatter):
    """Formats log lines and tracebacks without known secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))
