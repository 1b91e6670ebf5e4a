"""Keeps secrets out of logs, errors and reprs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

HIDDEN = "***"

# Hide whatever follows these words, even if it is none of our secrets: services echo headers, and
# channel rows hold proxies and session cookies.
_PATTERNS = (
    re.compile(r"(?i)(authorization\W{1,4}(?:basic|bearer)\s+)[^\s\"',;}]+"),
    re.compile(r"(?i)\b((?:basic|bearer)\s+)[A-Za-z0-9+/=_.\-]{12,}"),
    re.compile(r"(?i)(\"?(?:password|passwd|pwd|token|secret|session_data|cookie|proxy)\"?\s*"
               r"[=:]\s*\"?)[^\s\"',;&}]+"),
    re.compile(r"(?i)(://)[^/\s:@]*:[^/\s@]+(?=@)"),
    re.compile(r"(/posto-calendar/)[\w-]+"),
)  # fmt: skip


class Redactor:
    """Replaces the given secrets, in all their encodings, by ``***``.

    Ignores secrets shorter than four characters, which would hide ordinary words.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Hide `secret` from now on: plain, without spaces, percent-encoded, and as base64."""
        if len(secret) < 4:
            return
        encoded = base64.b64encode(secret.encode()).decode()
        forms = {
            secret,
            secret.replace(" ", ""),
            quote(secret, safe=""),
            quote_plus(secret),
            encoded,
            encoded.rstrip("="),
        }
        known = {form for form in forms if len(form) >= 4}
        # Longest first, else a short form would leave the tail of a longer one.
        self._forms = sorted(known.union(self._forms), key=len, reverse=True)

    def __call__(self, text: object) -> str:
        shown = str(text)
        for form in self._forms:
            shown = shown.replace(form, HIDDEN)
        for pattern in _PATTERNS:
            shown = pattern.sub(rf"\g<1>{HIDDEN}", shown)
        return shown

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"


def basic_token(username: str, password: str) -> str:
    """Return the token of HTTP Basic: base64 of ``username:password`` in UTF-8.

    Strips surrounding blanks, which are often copied along.
    """
    pair = f"{username.strip()}:{password.strip()}"
    return base64.b64encode(pair.encode("utf-8", "replace")).decode("ascii")


def token_secrets(token: str) -> list[str]:
    """Return the secrets of `token`: itself and the password inside it."""
    secrets = [token]
    try:
        plain = base64.b64decode(token, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return secrets
    username, colon, password = plain.partition(":")
    if colon:
        secrets += [password, f"{username}:{password}"]
    return secrets


def bare_url(url: str) -> str:
    """Return `url` without user, password, query and fragment, for showing.

    Invalid addresses are hidden if they may contain a password.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        # Without a user, the part before the query cannot hold a password.
        return HIDDEN if "@" in url else url.partition("?")[0].partition("#")[0]
    if ":" in host:
        host = f"[{host}]"
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))
