"""Who else has a post open, as the SDK reads it: whole answers, odd ones, and none."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import OpenPost, PostPresence, PresenceManager, ServiceError
from posto_desktop.sdk.optional_routes import MISSING, OptionalRoutes
from posto_desktop.sdk.presence import PostNow, PresentPerson
from posto_desktop.sdk.transport import Transport

APP = "a" * 16
ANNA = {
    "name": "anna", "shown_name": "Anna", "device": "Laptop", "is_own": False, "is_writing": True,
    "since": 1_800_000_000.25,
}  # fmt: skip
ROW = {"id": 7, "status": "proposed", "send_time": 1_900_000_000, "posto_ref": "mark"}


class Answers:
    """A transport that gives one answer to all requests; `asked` are these."""

    endpoint = SimpleNamespace(host="team.example")

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[tuple[Any, ...]]()

    def get(self, route: str, params: object = (), **_options: object) -> object:
        return self._answer("GET", route, params)

    def post(self, route: str, body: object, **_options: object) -> object:
        return self._answer("POST", route, body)

    def _answer(self, *call: Any) -> object:
        self.asked.append(call)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def manager(answers: Answers) -> PresenceManager:
    transport = cast(Transport, answers)
    return PresenceManager(transport, OptionalRoutes(transport))


def test_everything_that_is_open_is_told_in_one_request() -> None:
    answers = Answers(
        {"renew_in": 9, "expires_in": 30, "open": [{"posts": [ROW], "people": [ANNA]}]}
    )
    renewal = manager(answers).renew(APP, [OpenPost((7, 8), is_writing=True)])
    body = {"app": APP, "open": [{"schedule_ids": [7, 8], "is_writing": True}]}
    assert answers.asked == [("POST", "posto/v1/presence", body)]
    assert (renewal.renew_in, renewal.expires_in) == (9, 30)
    since = datetime.fromtimestamp(1_800_000_000, UTC)
    at = datetime.fromtimestamp(1_900_000_000, UTC)
    assert renewal.open == (
        PostPresence(
            (PostNow(7, "proposed", at, "mark"),),
            (PresentPerson("anna", "Anna", "Laptop", is_writing=True, since=since),),
        ),
    )


def test_who_has_a_post_open_is_asked_without_telling_anything() -> None:
    answers = Answers({"posts": [], "people": [ANNA]})
    assert [person.shown_name for person in manager(answers).of([7, 8]).people] == ["Anna"]
    assert answers.asked == [("GET", "posto/v1/presence", [("ids", "7,8")])]


def test_a_service_without_a_team_is_asked_once() -> None:
    answers = Answers(ServiceError("no", user_message="No.", status=404))
    own = manager(answers)
    for _ in range(3):
        with pytest.raises(ServiceError) as caught:
            own.renew(APP, [])
        assert caught.value.reason == MISSING
    assert len(answers.asked) == 1


@pytest.mark.parametrize("answer", [None, [], {}, {"open": []}, {"open": [{}, {}]}, "no"])
def test_an_answer_about_something_else_is_an_error(answer: object) -> None:
    with pytest.raises(ServiceError):
        manager(Answers(answer)).renew(APP, [OpenPost((7,))])


def test_pauses_are_neither_a_flood_nor_an_end() -> None:
    for given_pause, expected in ((0, 12), (-5, 5), (1, 5), (10**9, 300), ("x", 12)):
        assert manager(Answers({"renew_in": given_pause, "open": []})).renew(APP, []).renew_in == (
            expected
        )


_odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["posts", "people", *ANNA, *ROW]), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(_odd)
def test_whatever_a_service_answers_becomes_people_with_names(row: object) -> None:
    presence = PostPresence.from_service(row)
    assert len(presence.people) <= 50
    for person in presence.people:
        assert person.name
        assert person.shown_name
        assert max(map(len, (person.name, person.shown_name, person.device))) <= 120
        assert person.since is None or person.since.tzinfo is not None
