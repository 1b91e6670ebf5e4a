"""Error for a file that cannot be imported."""

from __future__ import annotations


class ImportProblem(Exception):
    """The whole file is unusable. `user_message` says why and what to do."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message
