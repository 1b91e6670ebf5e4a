"""What an app asks for when somebody signs in by a provider, and why it did not come about."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["DeviceRequest", "OidcRefused", "one_line"]


@dataclass(frozen=True)
class DeviceRequest:
    """What an app asks for. `challenge` is the SHA-256 of what it shows when it fetches the
    password; without one the password is part of the address, as at WordPress."""

    device: str
    success_url: str = ""
    reject_url: str = ""
    challenge: str = ""


def one_line(text: str) -> str:
    """Return a text from outside without control characters, as a log and a page can show it."""
    text = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join(text.split())


class OidcRefused(Exception):
    """A sign-in was refused. The message is a sentence for the person, in which nothing stands
    that they may not know; `why` is for the audit log."""

    def __init__(self, sentence: str, why: str = "", status: int = 403) -> None:
        super().__init__(sentence)
        self.why = one_line(why or sentence)
        self.status = status
        self.request: DeviceRequest | None = None
        """What the app asked for, where the person can begin anew."""
