"""Requests about accounts of networks to this computer's server or to that of a team, on a worker.

The ids of accounts are the server's: each request says whose they are, by the id of the workspace.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.sdk.own_accounts import OwnAccount, OwnAccountManager, SignInProgress
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobCancelled, JobRunner

log = logging.getLogger(__name__)

LOOK_MS = 700
"""Between two looks how far a sign-in in the browser is."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
Ask = Callable[Concatenate[OwnAccountManager, _P], _T]


class AccountConnector(QObject):
    """Carries out one sign-in after another, in the workspace of `use`. The calls return at once.

    Signals: `optionsLoaded(ConnectOptions)`, `guessed(NetworkGuess)`, `guessFailed(str)`,
    `progressed(SignInProgress)`: also each step that the browser makes; `failed(str why)`:
    the server could not be asked.
    """

    optionsLoaded = Signal(object)
    guessed = Signal(object)
    guessFailed = Signal(str)
    progressed = Signal(object)
    failed = Signal(str)

    def __init__(
        self, runner: JobRunner, client_pool: ClientPool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._client_pool = runner, client_pool
        self._options = self._job(self.optionsLoaded.emit)
        self._guessing = LatestJob(runner, self)
        self._guessing.done.connect(self.guessed)
        self._guessing.failed.connect(self._guess_failed)
        self._signing_in = self._job(self._progressed)
        self._ending = LatestJob(runner, self)
        self._ending.failed.connect(self._cancel_failed)
        self._sign_in, self._workspace = "", LOCAL
        self._look_again = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look_again.timeout.connect(self._look)

    def _job(self, done: Callable[[object], object]) -> LatestJob:
        job = LatestJob(self._runner, self)
        job.done.connect(done)
        job.failed.connect(self._failed)
        return job

    def use(self, workspace: str) -> None:
        """Connect accounts to this workspace; a sign-in to another one is ended there."""
        self.cancel()
        self._workspace = workspace

    @Slot()
    def load(self) -> None:
        """Read what can be connected."""
        self._ask(self._options, OwnAccountManager.options)

    def _ask(self, job: LatestJob, ask: Ask[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> None:
        job.start(_ask, self._client_pool, self._workspace, ask, *args, **kwargs, pool="net")

    @Slot(str)
    def recognise(self, text: str) -> None:
        """Find out which network a text is of; the answer to an older one is dropped."""
        self._ask(self._guessing, OwnAccountManager.recognise, text)

    @Slot()
    def forget_guess(self) -> None:
        """Drop the answer that is still to come."""
        self._guessing.forget()

    @Slot(str, object, str)
    def begin(self, method: str, fields: Mapping[str, str], keep: str) -> None:
        """Sign in, in place of the sign-in before."""
        self.cancel()
        place = self._client_pool, self._workspace
        self._signing_in.start(_begin, *place, method, dict(fields), keep, pool="net")

    @Slot(str)
    def submit_address(self, address: str) -> None:
        """Go on with the address at which the browser ended."""
        self._look_again.stop()
        self._ask(self._signing_in, OwnAccountManager.submit_address, self._sign_in, address)

    @Slot(bool)
    def test(self, on: bool) -> None:
        """Publish a test post that only the person sees, or delete it again."""
        ask = OwnAccountManager.send_test if on else OwnAccountManager.delete_test
        self._ask(self._signing_in, ask, self._sign_in)

    @Slot(object)
    def finish(self, targets: Sequence[str]) -> None:
        """Keep the account that is signed in."""
        self._ask(self._signing_in, OwnAccountManager.finish, self._sign_in, list(targets))

    @Slot()
    def cancel(self) -> None:
        """End the sign-in that is under way; its answers reach nobody."""
        self._look_again.stop()
        self._signing_in.forget()
        sign_in, self._sign_in = self._sign_in, ""
        if sign_in:
            self._ask(self._ending, OwnAccountManager.cancel, sign_in)

    @Slot()
    def _look(self) -> None:
        self._ask(self._signing_in, OwnAccountManager.progress, self._sign_in)

    @Slot(object)
    def _progressed(self, progress: object) -> None:
        assert isinstance(progress, SignInProgress)
        self._sign_in = progress.id if progress.stage not in ("done", "failed") else ""
        if progress.stage in ("working", "open"):
            self._look_again.start()
        self.progressed.emit(progress)

    @Slot(object)
    def _failed(self, error: object) -> None:
        self.failed.emit(_sentence(error))

    @Slot(object)
    def _guess_failed(self, error: object) -> None:
        self.guessFailed.emit(_sentence(error))

    @Slot(object)
    def _cancel_failed(self, error: object) -> None:
        log.info("A sign-in that was given up could not be ended: %r", error)


class OwnAccountWorker(QObject):
    """What is known of connected accounts, and what is done with them.

    Signals: `loaded(list[OwnAccount])`; `checked(OwnAccount)`; `left(OwnAccount, str)`: it is
    hidden in that workspace, and can be had back; `stayed(OwnAccount)`;
    `disconnected(OwnAccount, Disconnection)`;
    `failed(OwnAccount, str why)`: what was asked for one did not work.
    """

    loaded = Signal(object)
    checked = Signal(object)
    left = Signal(object, str)
    stayed = Signal(object)
    disconnected = Signal(object, object)
    failed = Signal(object, str)

    def __init__(
        self, runner: JobRunner, client_pool: ClientPool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._client_pool = client_pool
        self._reading = LatestJob(runner, self)
        self._reading.done.connect(self.loaded)
        self._reading.failed.connect(self._not_read)
        self._checking = KeyedJobs(runner, self)
        self._checking.done.connect(self._checked)
        self._checking.failed.connect(self._not_done)
        self._leaving = KeyedJobs(runner, self)
        self._leaving.done.connect(self._left)
        self._leaving.failed.connect(self._not_done)
        self._staying = KeyedJobs(runner, self)
        self._staying.done.connect(self._stayed)
        self._staying.failed.connect(self._not_done)
        self._disconnecting = KeyedJobs(runner, self)
        self._disconnecting.done.connect(self._has_disconnected)
        self._disconnecting.failed.connect(self._not_done)

    def load(self, workspace: str) -> None:
        """Read the accounts of a workspace, in place of those of another one."""
        self._reading.start(_ask, self._client_pool, workspace, OwnAccountManager.all, pool="net")

    def forget(self) -> None:
        """Drop the answer that is still to come."""
        self._reading.forget()

    def check(self, account: OwnAccount, workspace: str) -> None:
        """Ask network and keychain anew; `checked` follows."""
        self._ask(self._checking, OwnAccountManager.check, account, workspace)

    def unlock(self, account: OwnAccount, secrets: SecretStore) -> None:
        """Have the system open the keychain of this computer, then check the account; `checked`
        follows."""
        key = account, LOCAL
        self._checking.start(key, _unlock, self._client_pool, secrets, account.id, pool="io")

    def begin_disconnect(self, account: OwnAccount, workspace: str) -> None:
        """Hide an account that is to be disconnected; `left` follows, and then `disconnect_account`
        or `cancel_disconnect`."""
        self._ask(self._leaving, OwnAccountManager.begin_disconnect, account, workspace)

    def cancel_disconnect(self, account: OwnAccount, workspace: str) -> None:
        """Have it back; `stayed` follows."""
        self._ask(self._staying, OwnAccountManager.cancel_disconnect, account, workspace)

    def disconnect_account(self, account: OwnAccount, workspace: str) -> None:
        """Take the sign-in of an account that has left back and forget the account."""
        self._ask(self._disconnecting, OwnAccountManager.finish_disconnect, account, workspace)

    def _ask(
        self, jobs: KeyedJobs, ask: Ask[[int], object], account: OwnAccount, workspace: str
    ) -> None:
        key = account, workspace
        jobs.start(key, _ask, self._client_pool, workspace, ask, account.id, pool="net")

    @Slot(object, object)
    def _checked(self, _key: object, account: object) -> None:
        self.checked.emit(account)

    @Slot(object, object)
    def _left(self, key: tuple[OwnAccount, str], _answer: object) -> None:
        self.left.emit(*key)

    @Slot(object, object)
    def _stayed(self, key: tuple[OwnAccount, str], _answer: object) -> None:
        self.stayed.emit(key[0])

    @Slot(object, object)
    def _has_disconnected(self, key: tuple[OwnAccount, str], outcome: object) -> None:
        self.disconnected.emit(key[0], outcome)

    @Slot(object, object)
    def _not_done(self, key: tuple[OwnAccount, str], error: object) -> None:
        self.failed.emit(key[0], _sentence(error))

    @Slot(object)
    def _not_read(self, error: object) -> None:
        log.info("Accounts could not be read: %r", error)


def _ask(
    job: Job,
    client_pool: ClientPool,
    workspace: str,
    ask: Ask[_P, _T],
    *args: _P.args,
    **kwargs: _P.kwargs,
) -> _T:
    link = client_pool.get(workspace)
    job.check()
    return ask(OwnAccountManager(link.sdk.transport), *args, **kwargs)


def _unlock(job: Job, client_pool: ClientPool, secrets: SecretStore, number: int) -> OwnAccount:
    secrets.unlock()
    job.check()
    return OwnAccountManager(client_pool.get(LOCAL).sdk.transport).check(number)


def _begin(
    job: Job,
    client_pool: ClientPool,
    workspace: str,
    method: str,
    fields: Mapping[str, str],
    keep: str,
) -> SignInProgress:
    link = client_pool.get(workspace)
    job.check()
    manager = OwnAccountManager(link.sdk.transport)
    progress = manager.begin(method, fields, keep)
    try:
        job.check()
    except JobCancelled:  # while it had no id nobody could end it
        if progress.stage != "failed":
            manager.cancel(progress.id)
        raise
    return progress


def _sentence(error: object) -> str:
    sentence = message_of(error)
    if not sentence:
        log.error("An account: %r", error)
        sentence = translate("Service", "Something unexpected went wrong ({why}).").format(
            why=type(error).__name__
        )
    return sentence
