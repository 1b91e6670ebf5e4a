"""What an app asks for when somebody signs in by a provider, and why it did not come about."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DeviceRequest", "OidcRefused"]


@dataclass(frozen=True)
class DeviceRequest:
    """What an app asks for. `challenge` is the SHA-256 of what it shows when it fetches the
    password; without one the password is part of the address, as at WordPress."""

    device: str
    success_url: str = ""
    reject_url: str = ""
    challenge: str = ""


class OidcRefused(Exception):
    """A sign-in was refused. The message is a sentence for the person, in which nothing stands
    that they may not know; `why` is for the audit log."""

    def __init__(self, sentence: str, why: str = "", status: int = 403) -> None:
        super().__init__(sentence)
        self.why = why or sentence
        self.status = status
        self.request: DeviceRequest | None = None
        """What the app asked for, where the person can begin anew."""
