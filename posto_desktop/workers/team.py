"""Asks the open service who is signed in and what waits for a review, and carries out answers.

The methods are called on the GUI thread and return at once; signals there carry the answers. A
service without a team is asked once who is signed in, and then no more; a team's each time that it
is reached and with each look for news, as owners change roles.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Signal

from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.edited_message import EditedMessage
from posto_desktop.core.version_differences import version_steps
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.present_message import present_message
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.errors import AuthenticationError, NetworkError, PostoError, ServiceError
from posto_desktop.sdk.posto_sdk import PostoSDK
from posto_desktop.sdk.records import Account
from posto_desktop.sdk.review import ReviewManager, ReviewState, Subject
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.call_on_gui import GuiCall

__all__ = ["FORBIDDEN", "UNCLEAR", "TeamWorker", "code_of"]

log = logging.getLogger(__name__)

FORBIDDEN = "rest_forbidden"
"""The person's role does not allow it."""
UNCLEAR = "unclear"
"""The request may have been carried out: its answer was lost."""
ShareAt = datetime | Literal["now"] | None


class TeamWorker(QObject):
    """`target()` is the open workspace, and `generation()` separates its answers from those of an
    earlier one.

    Signals:
        person_loaded(workspace, Account): who is signed in
        loaded(workspace, list[ReviewProposal]): what waits, for an approval or for changes
        story_loaded(group id, list[VersionStep]), story_failed(group id, sentence)
        message_read(key, MessageOnServer or None): what an edited message is by now, None if nobody
            has changed it, as far as is known
        answered(group id, verb, ReviewState): "approve", "ask" or "withdraw" was carried out
        refused(group id, verb, code, sentence): it was not; `code` is the service's word, or
            `UNCLEAR` where it may have been
        undone(token, list[UndoneStep]): what became of the undo of answers
        undo_failed(token, code, sentence)
    """

    person_loaded = Signal(str, object)
    loaded = Signal(str, object)
    story_loaded = Signal(str, object)
    story_failed = Signal(str, str)
    message_read = Signal(str, object)
    answered = Signal(str, str, object)
    refused = Signal(str, str, str, str)
    undone = Signal(str, object)
    undo_failed = Signal(str, str, str)

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
        self._workers = KeyedWorkers("team", self._failed)
        self._people: dict[str, Account] = {}
        """Who is signed in, by workspace; on the GUI thread, as `_asked`."""
        self._asked: set[str] = set()

    # -- on the GUI thread -----------------------------------------------------------------------

    def read_person(self) -> None:
        """Read who is signed in, and what waits where there is a team."""
        workspace = self._workspace()
        known = self._people.get(workspace)
        if known is not None and not known.role:
            self.person_loaded.emit(workspace, known)
        elif workspace and workspace not in self._asked:
            self._ask(workspace)

    def _ask(self, workspace: str, known: Account | None = None) -> None:
        self._asked.add(workspace)
        read = partial(self._read, workspace, self._generation(), known)
        if not self._workers.put(workspace, read):
            self._asked.discard(workspace)

    @property
    def is_team(self) -> bool:
        """Whether the open workspace is known to be one of a team."""
        known = self._people.get(self._workspace())
        return known is not None and bool(known.role)

    def look_again(self) -> None:
        """In a team: read who is signed in, and what waits if they have another role by now."""
        workspace = self._workspace()
        if self.is_team and workspace not in self._asked:
            self._ask(workspace, self._people[workspace])

    def read(self) -> None:
        """Read what waits in the open workspace, if it is one of a team."""
        if self.is_team:
            workspace = self._workspace()
            self._workers.put(workspace, partial(self._list, workspace, self._generation()))

    def read_story(self, group_id: str) -> None:
        workspace, generation = self._workspace(), self._generation()

        def run() -> None:
            try:
                steps = version_steps(self._sdk(workspace).review.story(group_id))
            except Exception as error:  # noqa: BLE001 - told in the dialog, logged if unexpected
                sentence = self._sentence(error)
                self._call_on_gui(generation, self.story_failed.emit, group_id, sentence)
            else:
                self._call_on_gui(generation, self.story_loaded.emit, group_id, steps)

        if workspace:
            self._workers.put(f"{workspace} story", run)

    def approve(
        self, group_id: str, version: int | None, share_at: ShareAt = None, hold: int = 0
    ) -> None:
        """Approve a proposal, at another time if `share_at` is one. It does not go out for `hold`
        seconds, so that it can be undone."""
        self._answer(
            group_id,
            "approve",
            lambda review: review.approve(group_id, version=version, share_at=share_at, hold=hold),
        )

    def ask(
        self,
        group_id: str,
        comment: str,
        about: Subject,
        media_id: int | None,
        version: int | None,
    ) -> None:
        """Request changes of a proposal."""
        self._answer(
            group_id,
            "ask",
            lambda review: review.ask(
                group_id, comment, about=about, media_id=media_id, version=version
            ),
        )

    def withdraw(self, group_id: str, version: int | None) -> None:
        """Take an own proposal back."""
        self._answer(
            group_id, "withdraw", lambda review: review.withdraw(group_id, version=version)
        )

    def undo(self, token: str, steps: Sequence[int]) -> None:
        """Undo answers, all in one request; emit `undone` or `undo_failed` with this token."""
        workspace, generation = self._workspace(), self._generation()

        def run() -> None:
            try:
                outcomes = self._sdk(workspace).review.undo(steps)
            except Exception as error:  # noqa: BLE001 - told in the window, logged if unexpected
                code, sentence = code_of(error), self._sentence(error)
                self._call_on_gui(generation, self.undo_failed.emit, token, code, sentence)
            else:
                self._call_on_gui(generation, self.undone.emit, token, outcomes)

        if workspace:
            self._workers.put(workspace, run)

    def read_message(self, key: str, edited: EditedMessage) -> None:
        """Read what an edited message is by now; emit `message_read`."""
        workspace, generation = self._workspace(), self._generation()

        def run() -> None:
            present = None
            try:
                present = present_message(self._sdk(workspace), edited)
            except Exception as error:  # noqa: BLE001 - it is saved without; logged
                self._sentence(error)
            self._call_on_gui(generation, self.message_read.emit, key, present)

        self._workers.put(f"{workspace} message", run)

    def _know(self, workspace: str, person: Account) -> None:
        self._people[workspace] = person
        self._asked.discard(workspace)

    def close(self) -> None:
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    def _workspace(self) -> str:
        """Return the open workspace; "" for the one on this computer, which has no team."""
        target = self._target()
        return target.workspace if target is not None and target.workspace != LOCAL else ""

    def _answer(
        self, group_id: str, verb: str, send: Callable[[ReviewManager], ReviewState]
    ) -> None:
        workspace, generation = self._workspace(), self._generation()

        def run() -> None:
            try:
                state = send(self._sdk(workspace).review)
            except Exception as error:  # noqa: BLE001 - told in the window, logged if unexpected
                code, sentence = code_of(error), self._sentence(error)
                self._call_on_gui(generation, self.refused.emit, group_id, verb, code, sentence)
            else:
                self._call_on_gui(generation, self.answered.emit, group_id, verb, state)

        if workspace:
            self._workers.put(workspace, run)

    # -- on the workers --------------------------------------------------------------------------

    def _sdk(self, workspace: str) -> PostoSDK:
        return self._client_pool.get(workspace).sdk

    def _read(self, workspace: str, generation: int, known: Account | None) -> None:
        try:
            client = self._client_pool.get(workspace)
            person = client.sdk.me()
            client.is_team = bool(person.role)
        except Exception as error:
            self._call_on_gui(None, self._asked.discard, workspace)  # asked again later
            if not message_of(error):
                raise
            log.info("Nobody says who is signed in: %s", error)
            return
        self._call_on_gui(None, self._know, workspace, person)
        self._call_on_gui(generation, self.person_loaded.emit, workspace, person)
        if person.role and person != known:
            self._list(workspace, generation)

    def _list(self, workspace: str, generation: int) -> None:
        try:
            proposals = self._sdk(workspace).review.list()
        except (PostoError, StorageError) as error:
            log.info("The proposals could not be read: %s", error)
            return
        self._call_on_gui(generation, self.loaded.emit, workspace, proposals)

    def _sentence(self, error: Exception) -> str:
        """Return what to tell of an error; the log has it as well."""
        sentence = message_of(error)
        if sentence:
            log.info("A review was not carried out: %s", type(error).__name__)
        else:
            log.error("A review was not carried out", exc_info=error)
        return sentence

    def _failed(self, error: Exception) -> None:
        log.error("A job failed", exc_info=error)


def code_of(error: Exception) -> str:
    """Return why something was not carried out, in a word: the service's, or `UNCLEAR`."""
    if isinstance(error, NetworkError) and error.maybe_sent:
        return UNCLEAR
    return error.code or "" if isinstance(error, ServiceError | AuthenticationError) else ""
