"""Locks of the system on an open file: they end with the process that holds them, however it ends.

What is in the file, and whether it is there, says nothing about whether somebody holds it.
"""

from __future__ import annotations

import errno
import os
import sys

__all__ = ["is_held_elsewhere", "try_lock", "unlock"]

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EDEADLOCK)


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file; False when another one has it. OSError where the disk knows
    no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if is_held_elsewhere(error):
            return False
        raise
    return True


def unlock(descriptor: int) -> None:
    """Give back what `try_lock` took. Closing the file does the same."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held_elsewhere(error: OSError) -> bool:
    """Whether an error of opening or locking says that another program has the file."""
    return error.errno in _HELD
