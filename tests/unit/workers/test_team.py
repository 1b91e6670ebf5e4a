"""What the worker of a team asks the open service, and what it tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from posto_desktop.core.draft import LOCAL
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost
from posto_desktop.delivery.client_pool import ClientPool, ServiceClient, WorkspaceTarget
from posto_desktop.sdk.errors import AuthenticationError, NetworkError, ServiceError
from posto_desktop.sdk.posto_sdk import PostoSDK
from posto_desktop.sdk.records import Account
from posto_desktop.sdk.review import ReviewProposal, ReviewState
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.team import FORBIDDEN, UNCLEAR, TeamWorker

PROPOSAL = ReviewProposal("g1", ReviewState("proposed", "wanda", version=3))


class Service:
    """A service whose answers a test sets; `asked` has the calls."""

    def __init__(self, role: str) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.role, self.trouble = role, cast(Exception | None, None)
        self.review = self.schedules = self
        self.transport = SimpleNamespace(endpoint=SimpleNamespace(host="team.example"))
        self.client = ServiceClient(cast(PostoSDK, self), local=False)

    def _answer(self, *call: Any) -> None:
        self.asked.append(call)
        if self.trouble is not None:
            raise self.trouble

    def me(self) -> Account:
        self._answer("me")
        return Account(1, "Ann", role=self.role)

    def list(self) -> list[ReviewProposal]:
        self._answer("list")
        return [PROPOSAL]

    def approve(self, group_id: str, **body: object) -> ReviewState:
        self._answer("approve", group_id, body)
        return ReviewState("approved")

    def undo(self, steps: object) -> object:
        self._answer("undo", steps)
        return []

    def by_ids(self, ids: object) -> dict[int, Any]:
        self._answer("by_ids", ids)
        return {}


class Window:
    """The worker, and what it told."""

    def __init__(self, service: Service, workspace: str = "team") -> None:
        self._calls: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        pool = SimpleNamespace(get=lambda _workspace: service.client)
        self.worker = TeamWorker(
            cast(ClientPool, pool),
            call_on_gui=lambda _generation, run, *values: self._calls.append((run, values)),
            target=lambda: WorkspaceTarget(workspace, "Bakery"),
            generation=lambda: 1,
        )
        self.news: list[tuple[Any, ...]] = []
        for name in (
            "person_loaded", "loaded", "answered", "refused", "message_read", "undone",
            "undo_failed",
        ):  # fmt: skip
            signal = getattr(self.worker, name)
            signal.connect(lambda *values, name=name: self.news.append((name, *values)))

    def settle(self) -> list[tuple[Any, ...]]:
        assert self.worker.join(time.monotonic() + 10)
        calls, self._calls = self._calls, []
        for run, values in calls:
            run(*values)
        news, self.news = self.news, []
        return news


def test_a_service_without_a_team_is_asked_once_and_its_person_is_told_each_time() -> None:
    service = Service("")
    window = Window(service)
    window.worker.read_person()
    loaded = ("person_loaded", "team", Account(1, "Ann"))
    assert window.settle() == [loaded]
    assert not service.client.replaces_at_once
    window.worker.read_person()
    window.worker.read()
    assert window.settle() == [loaded], "the workspace may have been opened again"
    assert service.asked == [("me",)]


def test_a_team_is_asked_who_is_signed_in_whenever_it_is_reached() -> None:
    service = Service("editor")
    window = Window(service)
    window.worker.read_person()
    window.worker.read_person()
    loaded = ("loaded", "team", [PROPOSAL])
    assert window.settle() == [("person_loaded", "team", Account(1, "Ann", role="editor")), loaded]
    assert service.client.replaces_at_once
    service.role = "owner"
    window.worker.read_person()
    assert window.settle() == [("person_loaded", "team", Account(1, "Ann", role="owner")), loaded]
    window.worker.read()
    assert window.settle() == [loaded]
    assert service.asked.count(("me",)) == 2


def test_a_team_is_asked_again_for_another_role_and_what_waits_comes_with_one() -> None:
    service = Service("viewer")
    window = Window(service)
    window.worker.look_again()
    assert window.settle() == []
    assert service.asked == [], "nobody knows yet whether there is a team"
    assert not window.worker.is_team
    window.worker.read_person()
    window.settle()
    assert window.worker.is_team
    window.worker.look_again()
    window.worker.look_again()
    viewer = Account(1, "Ann", role="viewer")
    assert window.settle() == [("person_loaded", "team", viewer)], "once, without what waits"
    service.role = "editor"
    window.worker.look_again()
    assert [kind for kind, *_ in window.settle()] == ["person_loaded", "loaded"]
    service.role = ""
    window.worker.look_again()
    window.settle()
    window.worker.look_again()
    assert window.settle() == [], "it is no team any more"


def test_a_refusal_for_want_of_rights_has_its_code() -> None:
    service = Service("editor")
    service.trouble = AuthenticationError("403", status=403, code=FORBIDDEN)
    window = Window(service)
    window.worker.approve("g1", 3)
    ((kind, *_, code, _),) = window.settle()
    assert (kind, code) == ("refused", FORBIDDEN)


def test_this_computer_has_no_team() -> None:
    service = Service("owner")
    window = Window(service, LOCAL)
    window.worker.read_person()
    window.worker.read()
    window.worker.approve("g1", 1)
    assert window.settle() == []
    assert service.asked == []


@pytest.mark.parametrize(
    "trouble", [NetworkError("no answer"), StorageError("The keychain is locked.")]
)
def test_who_is_signed_in_is_asked_again_after_a_failure(trouble: Exception) -> None:
    service = Service("writer")
    service.trouble = trouble
    window = Window(service)
    window.worker.read_person()
    assert window.settle() == []
    service.trouble = None
    window.worker.read_person()
    assert [kind for kind, *_ in window.settle()] == ["person_loaded", "loaded"]


def test_an_approval_goes_with_the_version_that_was_seen_and_a_refusal_has_its_code() -> None:
    service = Service("editor")
    window = Window(service)
    window.worker.approve("g1", 3)
    assert window.settle() == [("answered", "g1", "approve", ReviewState("approved"))]
    assert service.asked == [("approve", "g1", {"version": 3, "share_at": None, "hold": 0})]
    service.trouble = ServiceError(
        "409", user_message="The time has passed.", status=409, code="posto_time_passed"
    )
    window.worker.approve("g1", 3)
    assert window.settle() == [
        ("refused", "g1", "approve", "posto_time_passed", "The time has passed.")
    ]


def test_answers_are_undone_in_one_request_and_a_lost_answer_is_no_refusal() -> None:
    service = Service("editor")
    window = Window(service)
    window.worker.undo("token", [7, 8])
    assert window.settle() == [("undone", "token", [])]
    assert service.asked == [("undo", [7, 8])]
    service.trouble = NetworkError("cut", user_message="It was cut.", maybe_sent=True)
    window.worker.undo("token", [7])
    window.worker.approve("g1", 3)
    assert window.settle() == [
        ("undo_failed", "token", UNCLEAR, "It was cut."),
        ("refused", "g1", "approve", UNCLEAR, "It was cut."),
    ]


def test_an_edit_is_saved_where_nobody_can_say_what_the_message_is_by_now() -> None:
    service = Service("editor")
    service.trouble = NetworkError("no answer")
    window = Window(service)
    window.worker.read_message("key", EditedMessage("team", (ScheduledPost(1, 1, "g1", "m"),)))
    assert window.settle() == [("message_read", "key", None)]
