"""System locks on an open file, released when the process ends in any way.

Neither the file's content nor its existence says whether it is locked.
"""

from __future__ import annotations

import errno
import sys

__all__ = ["is_held_elsewhere", "try_lock", "unlock"]

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EDEADLOCK)


def try_lock(descriptor: int) -> bool:
    """Acquire the lock on an open file; return False if another process has it. Raises OSError if
    the disk has no locks."""
    try:
        if sys.platform == "win32":
            from posto_desktop.storage import windows

            windows.lock_file(descriptor)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if is_held_elsewhere(error):
            return False
        raise
    return True


def unlock(descriptor: int) -> None:
    """Release the lock. Closing the file does the same."""
    if sys.platform == "win32":
        from posto_desktop.storage import windows

        windows.unlock_file(descriptor)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held_elsewhere(error: OSError) -> bool:
    """Return whether an error of opening or locking means that another program uses the file."""
    return error.errno in _HELD
