"""Error answers of requests."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """Answered in WordPress's form: `{"code", "message", "data": {"status"}}` with `status`."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = data


class PluginError(Exception):
    """Answered in the plugin's form: status 200 with `{"error_msg": message}`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DatabaseAway(Exception):
    """The database of a server does not answer; `address` has no password."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} does not answer")
        self.address = address


class StartError(Exception):
    """The server cannot start; `user_message` is a sentence."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
