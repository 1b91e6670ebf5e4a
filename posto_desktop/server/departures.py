"""Disconnects accounts after a delay in which the user can undo it.

Meanwhile an account is hidden and nothing goes out through it. What is left over when the process
ends, or is killed, is carried out at the next start: nobody is there any more to undo it. Where
other servers share the database, one of them does it when it has seen it for long enough.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import Accounts, is_leaving
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import Publisher, PublishError, TryLater
from posto_desktop.server.redaction import clean

log = logging.getLogger(__name__)

SECONDS = 120.0
"""After which it is carried out although no client asks for that: it may be gone."""
_LEFT_OVER = 2.0
"""After so many times these seconds the server that began it is surely not there any more."""
_CLOSE_SECONDS = 3.0
_MOST_TRIES = 10


class Departures:
    """Disconnects accounts, at once or after a while in which that can be undone."""

    def __init__(
        self,
        accounts: Accounts,
        publishers: Mapping[str, Publisher],
        *,
        seconds: float = SECONDS,
    ) -> None:
        self.problems: list[str] = []
        self._accounts = accounts
        self._publishers = publishers
        self._seconds = seconds
        self._lock = threading.Lock()
        self._timers: dict[int, threading.Timer] = {}
        self._under_way: set[int] = set()
        self._tries: dict[int, int] = {}
        self._seen: dict[tuple[int, str], float] = {}
        self._is_closed = False

    def begin(self, account_id: int) -> None:
        """Hide an account and hold its posts. Raises PluginError if there is none."""
        with self._lock:
            self._require_here(account_id)
            self._accounts.set_leaving(account_id, True)
            self._start_timer(account_id)

    def undo(self, account_id: int) -> None:
        """Have an account back as it was. Raises PluginError where it is too late."""
        with self._lock:
            self._require_here(account_id)
            self._stop_timer(account_id)
            self._accounts.set_leaving(account_id, False)

    def carry_out(self, account_id: int, *, only_leaving: bool = False) -> str | None:
        """End the session at the server and forget the account. Returns why the server took no
        part in that, "" where it did. With `only_leaving` None for an account that was connected
        again meanwhile, which stays. Raises PluginError if there is no such account."""
        if not self._take(account_id, only_leaving):
            return None
        try:
            try:
                note = self._revoked(account_id)
            except TryLater as error:
                note = clean(str(error))
            self._accounts.remove(account_id)
        finally:
            self._give_up(account_id)
        return note

    def resume(self) -> None:
        """Carry out what was left over, beside all else."""
        for row in self._accounts.all():
            if is_leaving(row):
                self._start(row["id"])

    def look(self, now: float) -> None:
        """Carry out what another server has left over: `now` is in seconds of any steady clock."""
        before, self._seen = self._seen, {}
        for row in self._accounts.all():
            with self._lock:
                is_own = row["id"] in self._timers or row["id"] in self._under_way
            if is_own or self._is_closed or not is_leaving(row):
                continue
            beginning = row["id"], row["health"]
            self._seen[beginning] = before.get(beginning, now)
            if now - self._seen[beginning] >= _LEFT_OVER * self._seconds:
                self._start(row["id"])

    def close(self) -> None:
        """Carry out what can still be undone, as far as that takes a moment only."""
        with self._lock:
            waiting = list(self._timers)
            for number in waiting:
                self._stop_timer(number)
            self._is_closed = True
        threads = [self._start(number) for number in waiting]
        limit = time.monotonic() + _CLOSE_SECONDS
        for thread in threads:
            thread.join(max(0.0, limit - time.monotonic()))

    def _require_here(self, account_id: int) -> None:
        """Raise PluginError for an account that is gone, or is just now given back."""
        if account_id in self._under_way:
            raise PluginError(translatable("Server", "It is already disconnected."))
        self._accounts.get(account_id)

    def _take(self, account_id: int, only_leaving: bool) -> bool:
        with self._lock:
            self._require_here(account_id)
            if only_leaving and not is_leaving(self._accounts.get(account_id)):
                return False
            self._stop_timer(account_id)
            self._under_way.add(account_id)
            return True

    def _give_up(self, account_id: int) -> None:
        with self._lock:
            self._under_way.discard(account_id)

    def _start(self, account_id: int) -> threading.Thread:
        thread = threading.Thread(
            target=self._carry_out_unasked, args=(account_id,), name="disconnect", daemon=True
        )
        thread.start()
        return thread

    def _start_timer(self, account_id: int) -> None:
        self._stop_timer(account_id)
        if self._is_closed:
            return
        timer = threading.Timer(self._seconds, self._carry_out_unasked, (account_id,))
        timer.daemon = True
        self._timers[account_id] = timer
        timer.start()

    def _stop_timer(self, account_id: int) -> None:
        timer = self._timers.pop(account_id, None)
        if timer is not None:
            timer.cancel()

    def _carry_out_unasked(self, account_id: int) -> None:
        """The same for nobody who waits: a server or a keyring that is away is tried again."""
        try:
            row = self._accounts.get(account_id)
            if not self._take(account_id, True):
                return
        except PluginError:
            return  # a client has done it
        try:
            note = self._revoked(account_id)
            self._accounts.remove(account_id)
        except PluginError:
            return  # another server has done it
        except TryLater as error:
            note = clean(str(error))
            with self._lock:
                tried = self._tries[account_id] = self._tries.get(account_id, 0) + 1
                if tried < _MOST_TRIES:
                    self._start_timer(account_id)
                    return
            self._accounts.remove(account_id)
        finally:
            self._give_up(account_id)
        if note:
            self.problems.append(
                translatable(
                    "Server", "{account} was removed here, but its sign-in may still be valid."
                ).format(account=row["handle"] or row["name"])
                + f" {note}"
            )

    def _revoked(self, account_id: int) -> str:
        """Why the session could not be ended, "" where it is. Raises TryLater."""
        publisher = self._publishers.get(self._accounts.get(account_id)["method"])
        if publisher is None:
            return ""
        try:
            publisher.revoke(self._accounts.of_account(account_id))
        except TryLater:
            raise
        except PublishError as error:
            return clean(str(error))
        except Exception:
            # Whatever is wrong with what is stored of it, the person must get rid of it.
            log.exception("The session of account %d could not be ended.", account_id)
            return translatable(
                "Server", "The session could not be ended. End it in the settings of the network."
            )
        return ""
