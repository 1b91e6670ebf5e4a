"""Asks the open service for the people of its team, and carries out what owners change.

The methods are called on the GUI thread and return at once; signals there carry the answers. A new
password goes to whoever shows it by `done` alone; nothing here stores or logs it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.people import (
    GroupedChannel,
    NewPassword,
    PeopleManager,
    TeamDevice,
    TeamPerson,
)
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.team import code_of

__all__ = ["AUDIT_PAGE", "PeopleRequest", "PeopleWorker", "Verb"]

log = logging.getLogger(__name__)

AUDIT_PAGE = 100
Verb = Literal[
    "read", "devices", "channels", "audit",
    "add", "change", "remove", "add_password", "revoke", "restore", "set_groups",
]  # fmt: skip


@dataclass(frozen=True)
class PeopleRequest:
    """What is asked of the server. Of devices without a `person` they are own ones; `values` are
    the arguments of the SDK's method, for "audit" `before` and `person`."""

    verb: Verb
    person: TeamPerson | None = None
    device: TeamDevice | None = None
    channel: GroupedChannel | None = None
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_reading(self) -> bool:
        return self.verb in ("read", "devices", "channels", "audit")


class PeopleWorker(QObject):
    """`target()` is the open workspace, and `generation()` separates its answers from those of an
    earlier one; what became of a removal, and a new password, are told in any case. A password
    whose answer comes when the app has quit is revoked: nobody has seen it.

    Signals:
        done(workspace, PeopleRequest, result): what the SDK's method returned
        failed(workspace, PeopleRequest, code, sentence): it was not carried out, or nobody knows;
            `code` is the service's word, `UNCLEAR` where it may have been
    """

    done = Signal(str, object, object)
    failed = Signal(str, object, str, str)

    def __init__(
        self,
        client_pool: ClientPool,
        *,
        call_on_gui: GuiCall,
        target: Callable[[], WorkspaceTarget | None],
        generation: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._call_on_gui = client_pool, call_on_gui
        self._target, self._generation = target, generation
        self._workers = KeyedWorkers("people", self._failed)
        self._is_closed = False

    def carry_out(self, request: PeopleRequest) -> None:
        """Ask the open workspace, one request after the other; emit `done` or `failed`."""
        target = self._target()
        if target is not None and target.workspace != LOCAL:
            workspace = target.workspace
            is_told = request.verb in ("remove", "add_password")
            generation = None if is_told else self._generation()
            self._workers.put(workspace, partial(self._run, workspace, generation, request))

    def close(self) -> None:
        self._is_closed = True
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    # -- on the workers --------------------------------------------------------------------------

    def _run(self, workspace: str, generation: int | None, request: PeopleRequest) -> None:
        try:
            people = self._client_pool.get(workspace).sdk.people
            result = _result(people, request)
            if self._is_closed and isinstance(result, NewPassword) and request.person is not None:
                people.revoke(request.person.id, result.id)
        except Exception as error:  # told in the window, logged if unexpected
            sentence = message_of(error)
            if sentence:
                log.info("The team's server did not %s: %s", request.verb, type(error).__name__)
            else:
                log.error("The team's server did not %s", request.verb, exc_info=error)
            self._call_on_gui(
                generation,
                self.failed.emit,
                workspace,
                request,
                code_of(error),
                sentence or str(error),
            )
        else:
            self._call_on_gui(generation, self.done.emit, workspace, request, result)

    def _failed(self, error: Exception) -> None:
        log.error("A job failed", exc_info=error)


def _result(people: PeopleManager, request: PeopleRequest) -> object:
    person, device, values = request.person, request.device, request.values
    match request.verb:
        case "read":
            return people.all()
        case "devices":
            return people.own_devices()
        case "channels":
            return people.channels()
        case "audit":
            return people.audit(limit=AUDIT_PAGE, **values)
        case "add":
            return people.add(**values)
        case "set_groups":
            assert request.channel is not None
            return people.set_groups(request.channel, **values)
        case "revoke" | "restore":
            assert device is not None
            _change_device(people, request.verb, person, device)
            return None
    assert person is not None
    if request.verb == "change":
        return people.change(person, **values)
    if request.verb == "add_password":
        return people.add_password(person.id, **values)
    people.remove(person)
    return None


def _change_device(
    people: PeopleManager, verb: str, person: TeamPerson | None, device: TeamDevice
) -> None:
    if person is not None:
        run = people.revoke if verb == "revoke" else people.restore
        run(person.id, device.id)
    else:
        own = people.revoke_own if verb == "revoke" else people.restore_own
        own(device.id)
