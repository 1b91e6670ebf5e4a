"""What the worker of a team's people asks the open service, and what it tells."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.sdk.errors import NetworkError, ServiceError
from posto_desktop.sdk.people import GroupedChannel, NewPassword, TeamDevice, TeamPerson
from posto_desktop.workers.people import AUDIT_PAGE, PeopleRequest, PeopleWorker
from posto_desktop.workers.team import UNCLEAR

ED, PHONE, CHANNEL = TeamPerson(2, "ed"), TeamDevice(5, "Phone"), GroupedChannel(7)


class Window:
    """The worker over a service that notes its calls in `asked`, and what it told."""

    def __init__(self, workspace: str = "team") -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.trouble: Exception | None = None
        self.before_answer: Callable[[], object] = lambda: None
        self.generations: list[int | None] = []
        self._calls: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        people = SimpleNamespace(
            **{name: self._note(name) for name in (
                "all", "own_devices", "channels", "audit", "add", "change", "remove",
                "add_password", "revoke", "restore", "revoke_own", "restore_own", "set_groups",
            )}
        )  # fmt: skip
        client = SimpleNamespace(sdk=SimpleNamespace(people=people))
        self.worker = PeopleWorker(
            cast(ClientPool, SimpleNamespace(get=lambda _workspace: client)),
            call_on_gui=self._call,
            target=lambda: WorkspaceTarget(workspace, "Bakery"),
            generation=lambda: 1,
        )
        self.news: list[tuple[Any, ...]] = []
        self.worker.done.connect(lambda *values: self.news.append(("done", *values)))
        self.worker.failed.connect(lambda *values: self.news.append(("failed", *values)))

    def _call(self, generation: int | None, run: Callable[..., object], *values: Any) -> None:
        self.generations.append(generation)
        self._calls.append((run, values))

    def _note(self, name: str) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            self.asked.append((name, values, named))
            if self.trouble is not None:
                raise self.trouble
            self.before_answer()
            return NewPassword(9, "abcd efgh") if name == "add_password" else name

        return call

    def carry_out(self, request: PeopleRequest) -> list[tuple[Any, ...]]:
        self.worker.carry_out(request)
        assert self.worker.join(time.monotonic() + 10)
        calls, self._calls = self._calls, []
        for run, values in calls:
            run(*values)
        news, self.news = self.news, []
        return news


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        (PeopleRequest("read"), ("all", (), {})),
        (PeopleRequest("devices"), ("own_devices", (), {})),
        (PeopleRequest("channels"), ("channels", (), {})),
        (
            PeopleRequest("audit", values={"person": "ed", "before": 3}),
            ("audit", (), {"limit": AUDIT_PAGE, "person": "ed", "before": 3}),
        ),
        (PeopleRequest("add", values={"name": "x"}), ("add", (), {"name": "x"})),
        (PeopleRequest("change", ED, values={"role": "x"}), ("change", (ED,), {"role": "x"})),
        (PeopleRequest("remove", ED), ("remove", (ED,), {})),
        (PeopleRequest("revoke", ED, PHONE), ("revoke", (2, 5), {})),
        (PeopleRequest("restore", ED, PHONE), ("restore", (2, 5), {})),
        (PeopleRequest("revoke", None, PHONE), ("revoke_own", (5,), {})),
        (PeopleRequest("restore", None, PHONE), ("restore_own", (5,), {})),
        (
            PeopleRequest("set_groups", channel=CHANNEL, values={"groups": ["a"]}),
            ("set_groups", (CHANNEL,), {"groups": ["a"]}),
        ),
    ],
)
def test_each_request_is_one_call(request_: PeopleRequest, call: tuple[Any, ...]) -> None:
    window = Window()
    ((kind, workspace, answered, _),) = window.carry_out(request_)
    assert (kind, workspace, answered) == ("done", "team", request_)
    assert window.asked == [call]


def test_a_new_password_is_told_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    window = Window()
    request = PeopleRequest("add_password", ED, values={"device": "Phone"})
    ((_, _, _, made),) = window.carry_out(request)
    assert made.password == "abcd efgh"
    assert "abcd" not in caplog.text
    assert "abcd" not in repr(made)


def test_a_refusal_has_its_code_and_a_lost_connection_has_none() -> None:
    window = Window()
    window.trouble = ServiceError("no", user_message="The last owner.", code="posto_last_owner")
    request = PeopleRequest("remove", ED)
    news = window.carry_out(request)
    assert news == [("failed", "team", request, "posto_last_owner", "The last owner.")]
    window.trouble = NetworkError("cut", user_message="The server is away.", maybe_sent=False)
    assert window.carry_out(request) == [("failed", "team", request, "", "The server is away.")]
    window.trouble = NetworkError("cut", user_message="The server is away.", maybe_sent=True)
    assert window.carry_out(request)[0][3] == UNCLEAR


def test_what_nobody_expected_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    window = Window()
    window.trouble = RuntimeError("boom")
    ((kind, _, _, code, sentence),) = window.carry_out(PeopleRequest("read"))
    assert (kind, code, sentence) == ("failed", "", "boom")
    assert "RuntimeError" in caplog.text


def test_this_computer_has_no_team() -> None:
    window = Window(LOCAL)
    assert window.carry_out(PeopleRequest("read")) == []
    assert window.asked == []


def test_what_became_of_a_removal_is_told_whatever_is_open_by_then() -> None:
    window = Window()
    window.carry_out(PeopleRequest("remove", ED))
    window.carry_out(PeopleRequest("change", ED))
    assert window.generations == [None, 1]


def test_a_new_password_is_told_whatever_is_open_by_then() -> None:
    window = Window()
    window.carry_out(PeopleRequest("add_password", ED, values={"device": "Phone"}))
    assert window.generations == [None]


def test_a_password_that_nobody_can_see_any_more_is_revoked() -> None:
    window = Window()
    window.before_answer = window.worker.close  # the app quits meanwhile
    window.carry_out(PeopleRequest("add_password", ED, values={"device": "Phone"}))
    assert [call[:2] for call in window.asked] == [("add_password", (2,)), ("revoke", (2, 9))]
