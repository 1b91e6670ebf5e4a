"""What the worker of presence asks of the open service, and what it emits."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.sdk.errors import NetworkError, PostoError, ServiceError
from posto_desktop.sdk.optional_routes import MISSING
from posto_desktop.sdk.presence import OpenPost, Renewal
from posto_desktop.workers.presence import PresenceWorker

APP = "a" * 16
OPEN = [OpenPost((1, 2), is_writing=True)]


class Window:
    """The worker over a service whose answer a test sets; `asked` has the calls."""

    def __init__(self, workspace: str = "team") -> None:
        self.trouble: Exception | None = None
        self.asked: list[tuple[str, str, list[OpenPost]]] = []
        self.generation, self.workspace = 1, workspace
        self._calls: list[tuple[int | None, Callable[..., object], tuple[Any, ...]]] = []
        self.worker = PresenceWorker(
            cast(ClientPool, SimpleNamespace(get=self._client)),
            call_on_gui=lambda generation, run, *values: self._calls.append(
                (generation, run, values)
            ),
            target=lambda: WorkspaceTarget(self.workspace, "Bakery") if self.workspace else None,
            generation=lambda: self.generation,
        )
        self.news: list[tuple[Any, ...]] = []
        self.worker.answered.connect(lambda *values: self.news.append(("answered", *values)))
        self.worker.failed.connect(lambda *values: self.news.append(("failed", *values)))

    def _client(self, workspace: str) -> Any:
        def renew(app: str, opened: list[OpenPost]) -> Renewal:
            self.asked.append((workspace, app, opened))
            if self.trouble is not None:
                raise self.trouble
            return Renewal()

        return SimpleNamespace(sdk=SimpleNamespace(presence=SimpleNamespace(renew=renew)))

    def settle(self) -> list[tuple[Any, ...]]:
        assert self.worker.join(time.monotonic() + 10)
        calls, self._calls = self._calls, []
        for generation, run, values in calls:
            assert generation == 1, "an answer belongs to the workspace that was asked"
            run(*values)
        news, self.news = self.news, []
        return news


def test_what_is_open_is_told_off_the_gui_thread_and_answered_with_its_number() -> None:
    window = Window()
    window.worker.renew(7, APP, OPEN)
    window.generation = 2  # another workspace opens meanwhile
    assert window.settle() == [("answered", 7, Renewal())]
    assert window.asked == [("team", APP, OPEN)]


@pytest.mark.parametrize("workspace", ["", LOCAL])
def test_this_computer_and_no_workspace_are_asked_nothing(workspace: str) -> None:
    window = Window(workspace)
    window.worker.renew(1, APP, OPEN)
    assert window.settle() == []
    assert window.asked == []


@pytest.mark.parametrize(
    ("trouble", "is_missing"),
    [
        (NetworkError("cut"), False),
        (PostoError("closing"), False),
        (ServiceError("429", user_message="Wait.", status=429), False),
        (ServiceError("404", user_message="No.", reason=MISSING), True),
    ],
)
def test_a_failure_says_whether_to_ask_again(trouble: Exception, is_missing: bool) -> None:
    window = Window()
    window.trouble = trouble
    window.worker.renew(3, APP, OPEN)
    assert window.settle() == [("failed", 3, is_missing)]


def test_what_is_told_before_the_end_still_goes_out() -> None:
    window = Window()
    window.worker.renew(1, APP, OPEN)
    window.worker.renew(0, APP, [])
    window.worker.close()
    window.worker.renew(2, APP, OPEN)
    window.settle()
    assert [opened for _, _, opened in window.asked] == [OPEN, []]
