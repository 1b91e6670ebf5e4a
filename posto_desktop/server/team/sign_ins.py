"""Sign-ins of people by HTTP Basic with an application password, as at WordPress.

Argon2 is slow on purpose, so a password that was right is remembered for a while in memory, as an
HMAC by a key of this process: whoever reads that memory has the key, too, and learns the passwords
no sooner than from the requests themselves. What is remembered is looked up again in the database
each second, so a revoked password, another role or other groups count at once on all servers.

Wrong, unknown and revoked all take one argon2 and get one answer. `server.team.tries` limits them,
by address and by name, for all servers together, and answers 429 whether the name exists or not. A
name that is under attack stays usable from addresses where it signed in before: on this server
since its start, or last with one of its passwords on any server.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import ipaddress
import logging
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import ApiError, DatabaseAway
from posto_desktop.server.team import hashing
from posto_desktop.server.team.people import People, clean_name, plain
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.tries import LocalTries, Tries

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""For so long the database is not asked again whether a password is still valid."""
IDLE_SECONDS = 900.0
"""A password that was not used for so long is checked by argon2 again."""
LONGEST_SECONDS = 8 * 3_600.0
USE_SECONDS = 300.0
"""How exactly the last use of a password is stored."""
MOST_REMEMBERED = 2_000
_FREE_OF_NAME, _FREE_OF_ADDRESS = 5, 20
_LONGEST = 300


@dataclass
class _Remembered:
    person: Person
    since: float
    looked_at: float
    used_at: float
    stored_at: float = -math.inf


class SignIns:
    """`tries` counts what fails; without it this process does for itself."""

    def __init__(
        self,
        people: People,
        ticks: Callable[[], float] = time.monotonic,
        tries: Tries | None = None,
    ) -> None:
        self._people, self._ticks = people, ticks
        self._tries = tries or LocalTries(ticks)
        self._key = secrets.token_bytes(32)
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._usual: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._holders: OrderedDict[int, tuple[float, Person | None]] = OrderedDict()
        self._lock = threading.Lock()

    def is_known(self, authorization: str) -> bool:
        """Return whether these credentials were right a moment ago; nothing slow is done."""
        credentials = _credentials(authorization)
        if credentials is None:
            return False
        with self._lock:
            return self._live(self._mark(*credentials)) is not None

    def person_of(self, authorization: str, address: str) -> Person | None:
        """Return who asks; None without credentials and for wrong ones. Raises ApiError 429 after
        too many wrong ones."""
        credentials = _credentials(authorization)
        if credentials is None:
            return None
        name, password = credentials
        mark = self._mark(name, password)
        now = self._ticks()
        with self._lock:
            remembered = self._live(mark)
        if remembered is not None:
            person = self._again(remembered, now)
            if person is not None:
                self._store_use(remembered, address, now)
                return person
            with self._lock:
                self._remembered.pop(mark, None)
        return self._first(name, password, address, mark)

    def holder(self, password_id: int) -> Person | None:
        """Return whose a password is, as it is asked for addresses that were made for it; None if
        it is not valid any more."""
        now = self._ticks()
        with self._lock:
            looked_at, person = self._holders.get(password_id, (-math.inf, None))
        if now - looked_at >= FRESH_SECONDS:
            person = self._people.of_password(password_id)
            with self._lock:
                self._holders[password_id] = now, person
                _shorten(self._holders)
        return person

    def forget(self) -> None:
        """Look all up anew, as after a change that was made here."""
        with self._lock:
            self._holders.clear()
            for remembered in self._remembered.values():
                remembered.looked_at = -math.inf

    def _live(self, mark: bytes) -> _Remembered | None:
        remembered = self._remembered.get(mark)
        now = self._ticks()
        if remembered is not None and (
            now - remembered.used_at > IDLE_SECONDS or now - remembered.since > LONGEST_SECONDS
        ):
            del self._remembered[mark]
            return None
        return remembered

    def _again(self, remembered: _Remembered, now: float) -> Person | None:
        if now - remembered.looked_at >= FRESH_SECONDS:
            person = self._people.of_password(remembered.person.password_id)
            if person is None:
                return None
            remembered.person, remembered.looked_at = person, now
        remembered.used_at = now
        return remembered.person

    def _first(self, name: str, password: str, address: str, mark: bytes) -> Person | None:
        network = network_of(address)
        of_address, of_name = f"address {network}", f"name {name}"
        limits = {of_address: _FREE_OF_ADDRESS}
        if not self._is_usual(name, network):
            limits[of_name] = _FREE_OF_NAME
        waits = self._tries.take(limits)
        if waits > 0:
            raise _too_many(waits)
        candidates = self._people.candidates(name, password) or [(0, hashing.of_nobody())]
        password_id = 0
        for number, hashed in candidates:
            if hashing.fits(hashed, plain(password)):
                password_id = number
        person = self._people.of_password(password_id) if password_id else None
        if person is None:
            log.info("A sign-in from %s was refused.", network)
            return None
        self._tries.succeed((of_address, of_name))
        now = self._ticks()
        remembered = _Remembered(person, now, now, now)
        with self._lock:
            self._remembered[mark] = remembered
            _shorten(self._remembered)
            self._usual[(name, network)] = None
            _shorten(self._usual)
        self._store_use(remembered, address, now)
        return person

    def _is_usual(self, name: str, network: str) -> bool:
        with self._lock:
            if (name, network) in self._usual:
                return True
        return any(network_of(address) == network for address in self._people.last_addresses(name))

    def _store_use(self, remembered: _Remembered, address: str, now: float) -> None:
        if now - remembered.stored_at < USE_SECONDS:
            return
        remembered.stored_at = now
        with contextlib.suppress(DatabaseAway):  # it is no reason to refuse anybody
            self._people.store_use(remembered.person.password_id, address)

    def _mark(self, name: str, password: str) -> bytes:
        text = f"{name}\0{plain(password)}".encode("utf-8", "replace")
        return hmac.new(self._key, text, hashlib.sha256).digest()


def network_of(address: str) -> str:
    """Return what stands for whoever asks: an IPv4 address, or the network of an IPv6 one, of which
    a customer has 2^64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _shorten(remembered: OrderedDict[Any, Any]) -> None:
    while len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)


def _credentials(authorization: str) -> tuple[str, str] | None:
    """Return name and password of a Basic header; None for what is none."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    if not colon or not password.strip() or len(text) > _LONGEST or "\0" in text:
        return None
    return clean_name(name), password


def _too_many(waits: float) -> ApiError:
    seconds = math.ceil(waits)
    return ApiError(
        429,
        "posto_too_many_tries",
        translatable(
            "Server", "Too many sign-ins have failed. Try again in {count} seconds."
        ).format(count=seconds),
        retry_after=seconds,
    )
