"""Tests of the message of an error for people."""

from __future__ import annotations

import pytest

from posto_desktop.common.user_error import UserError, message_of
from posto_desktop.sdk.errors import PostoError


class Silent(Exception):
    user_message = ""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PostoError("x", user_message="Kaffee is not there."), "Kaffee is not there."),
        (Silent("x"), "It did not work."),
        (OSError("x"), "It did not work."),
        (None, "It did not work."),
    ],
)
def test_the_sentence_for_people_or_the_default(error: object, expected: str) -> None:
    assert message_of(error, "It did not work.") == expected


def test_what_has_a_sentence_is_a_user_error() -> None:
    assert isinstance(PostoError("x"), UserError)
    assert not isinstance(ValueError("x"), UserError)
