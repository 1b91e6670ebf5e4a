"""The ways in which a request can be answered with an error."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """Answered as WordPress answers: `{"code", "message", "data": {"status"}}` under `status`."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = data


class PluginError(Exception):
    """Answered as the plugin answers: status 200 with `{"error_msg": message}`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StartError(Exception):
    """The workspace cannot start; `user_message` is a sentence for people."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
