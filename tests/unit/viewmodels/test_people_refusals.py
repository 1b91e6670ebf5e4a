"""What is said of a change of people that was not carried out: never more than is known."""

from __future__ import annotations

import pytest

from posto_desktop.sdk.people import TeamDevice, TeamPerson
from posto_desktop.viewmodels.people_refusals import refusal_words
from posto_desktop.workers.people import PeopleRequest
from posto_desktop.workers.team import UNCLEAR

ED = TeamPerson(2, "ed", "Ed", "editor")
PHONE = TeamDevice(9, "Ed’s phone")
AWAY = "The server is away."


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (PeopleRequest("change", ED, values={"role": "owner"}), "", f"Ed is as before. {AWAY}"),
        (PeopleRequest("revoke", ED, PHONE), "", f"Ed’s phone is as before. {AWAY}"),
        (
            PeopleRequest("restore", ED, PHONE),
            "",
            f"Ed’s phone is still revoked and cannot sign in. {AWAY}",
        ),
        (
            PeopleRequest("restore", ED, PHONE),
            UNCLEAR,
            f"It is not known whether Ed’s phone was changed. {AWAY}",
        ),
        (PeopleRequest("remove", ED), "posto_last_owner", f"Ed: {AWAY}"),
        (
            PeopleRequest("add", values={"name": "wanda"}),
            "",
            f"wanda was not added to the team. {AWAY}",
        ),
        (
            PeopleRequest("add", values={"name": "wanda"}),
            UNCLEAR,
            f"It is not known whether wanda was added to the team. {AWAY}",
        ),
        (PeopleRequest("read"), "", AWAY),
    ],
)
def test_it_says_what_became_of_whom(change: PeopleRequest, code: str, words: str) -> None:
    assert refusal_words(change, code, AWAY) == words
