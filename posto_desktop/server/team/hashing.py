"""Argon2id hashes of application passwords.

The passwords are random and have 116 bits that are not known, so a hash takes as little memory as
OWASP allows: a small host has to check several at once.
"""

from __future__ import annotations

import functools
import secrets
from typing import TYPE_CHECKING

from posto_desktop.server.errors import StartError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19_456
ROUNDS = 2


def hash_of(password: str) -> str:
    return _hasher().hash(password)


def fits(hashed: str, password: str) -> bool:
    """Return whether a hash is of a password; False for what is no hash."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def of_nobody() -> str:
    """Return a hash that no password fits, to spend the same time on names that do not exist."""
    return hash_of(secrets.token_hex(32))


@functools.cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher, Type  # late: only a team has it
    except ImportError as error:
        raise StartError("People need more: install posto[team] and start again.") from error
    return PasswordHasher(
        time_cost=ROUNDS,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        salt_len=16,
        type=Type.ID,
    )
