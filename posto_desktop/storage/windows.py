"""Windows APIs: file locks, the programs that use a file, running processes, memory limits, and the
installer's request to end. Importable on Windows only.

Constants and structures are those of the Windows SDK (winerror.h, winnt.h, restartmanager.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import msvcrt
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from ctypes import wintypes
from pathlib import Path

from posto_desktop.common.bundle import is_bundled

assert sys.platform == "win32"

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)

_ERROR_ACCESS_DENIED = 5
_ERROR_MORE_DATA = 234
_SYNCHRONIZE = 0x0010_0000
_WAIT_OBJECT_0, _WAIT_TIMEOUT = 0, 258
_INFINITE = 0xFFFF_FFFF

_kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_kernel.OpenProcess.restype = wintypes.HANDLE
_kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
_kernel.WaitForSingleObject.restype = wintypes.DWORD
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
_kernel.CreateEventW.argtypes = (wintypes.LPVOID, wintypes.BOOL, wintypes.BOOL, wintypes.LPCWSTR)
_kernel.CreateEventW.restype = wintypes.HANDLE


def is_running(pid: int) -> bool:
    """Return whether a process with this id runs; True for one of another user that may not be
    queried."""
    process = _kernel.OpenProcess(_SYNCHRONIZE, False, pid)
    if not process:
        return ctypes.get_last_error() == _ERROR_ACCESS_DENIED
    try:
        return bool(_kernel.WaitForSingleObject(process, 0) == _WAIT_TIMEOUT)
    finally:
        _kernel.CloseHandle(process)


# -- locks on files ----------------------------------------------------------------------------

_LOCK_FAIL_IMMEDIATELY, _LOCK_EXCLUSIVE = 1, 2


class _Overlapped(ctypes.Structure):
    """OVERLAPPED."""

    _fields_ = (
        ("internal", ctypes.c_size_t),
        ("internal_high", ctypes.c_size_t),
        ("offset", wintypes.DWORD),
        ("offset_high", wintypes.DWORD),
        ("event", wintypes.HANDLE),
    )


def lock_file(descriptor: int) -> None:
    """Lock the first byte of an open file for this process. Raises PermissionError if another one
    has it, other OSErrors if the disk has no locks."""
    _call_on_first_byte(_kernel.LockFileEx, descriptor, _LOCK_FAIL_IMMEDIATELY | _LOCK_EXCLUSIVE)


def unlock_file(descriptor: int) -> None:
    """Release that lock."""
    _call_on_first_byte(_kernel.UnlockFileEx, descriptor)


def _call_on_first_byte(function: Callable[..., int], descriptor: int, *flags: int) -> None:
    # Not msvcrt.locking: under Wine it fails without an error number.
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(descriptor))
    reserved, length, length_high = wintypes.DWORD(0), wintypes.DWORD(1), wintypes.DWORD(0)
    words = [wintypes.DWORD(flag) for flag in flags]
    place = ctypes.byref(_Overlapped())
    if not function(handle, *words, reserved, length, length_high, place):
        raise ctypes.WinError(ctypes.get_last_error())


# -- the end that the installer asks for -------------------------------------------------------

END_EVENT = r"Local\Posto.Desktop.End"
"""The installer (packaging/windows/posto.iss) sets this event before it replaces or removes the
programs, until it is done: programs started meanwhile end at once."""
RESTART_KEY = r"Software\Posto Desktop\Restart"
"""Registry key where the installer finds what to start again: a program and a number by its
arguments."""


def watch_installer(ended: Callable[[], object]) -> None:
    """Call `ended`, on a separate thread, when the installer wants this program to end.

    Does nothing in a program that was not installed: no uninstaller is beside it.
    """
    folder = Path(sys.executable).parent
    if is_bundled() and any(folder.glob("unins*.exe")):
        await_end(ended)


def start_after_install(arguments: Sequence[str]) -> None:
    """Ask the installer to start this program again with these arguments. Called at its request to
    end; replaces earlier entries."""
    import winreg

    name = f"{Path(sys.executable).name} {os.getpid()}"
    words = subprocess.list2cmdline(arguments)
    with (
        contextlib.suppress(OSError),
        winreg.CreateKey(winreg.HKEY_CURRENT_USER, RESTART_KEY) as key,
    ):
        winreg.SetValueEx(key, name, 0, winreg.REG_SZ, words)


def await_end(ended: Callable[[], object]) -> None:
    """Call `ended`, on a separate thread, once END_EVENT is set."""
    # Open as long as the process runs: the event exists while a waiting process holds it.
    event: int | None = _kernel.CreateEventW(None, True, False, END_EVENT)

    def wait() -> None:
        if _kernel.WaitForSingleObject(event, _INFINITE) == _WAIT_OBJECT_0:
            ended()

    if event:
        threading.Thread(target=wait, name="installer", daemon=True).start()


# -- how much memory and time this process may take --------------------------------------------

_JOB_EXTENDED_LIMITS = 9
_JOB_LIMIT_PROCESS_TIME, _JOB_LIMIT_PROCESS_MEMORY = 0x0002, 0x0100


class _JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


@functools.cache
def _process_job() -> int | None:
    """Return a job object with only this process in it; None if the system refuses. Open as long as
    the process runs."""
    _kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel.SetInformationJobObject.argtypes = (
        wintypes.HANDLE,
        ctypes.c_int,
        wintypes.LPVOID,
        wintypes.DWORD,
    )
    job: int | None = _kernel.CreateJobObjectW(None, None)
    if job and _kernel.AssignProcessToJobObject(job, _kernel.GetCurrentProcess()):
        return job
    return None


_limits = _JobLimits()


def limit_memory(most: int) -> bool:
    """Limit this process to `most` bytes of private memory; return whether that worked."""
    _limits.flags |= _JOB_LIMIT_PROCESS_MEMORY
    _limits.process_memory = most
    return _set_limits()


def limit_time(seconds: float | None) -> bool:
    """Let the system end this process once it has computed for so many seconds from now; None: no
    limit any more. Return whether that worked. Wine does not end it."""
    if seconds is None:
        _limits.flags &= ~_JOB_LIMIT_PROCESS_TIME
    else:
        _limits.flags |= _JOB_LIMIT_PROCESS_TIME
        used = os.times()
        # Only user time counts, in units of 100 ns.
        _limits.process_time = int((used.user + seconds) * 10_000_000)
    return _set_limits()


def _set_limits() -> bool:
    job = _process_job()
    if not job:
        return False
    place, size = ctypes.byref(_limits), ctypes.sizeof(_limits)
    return bool(_kernel.SetInformationJobObject(job, _JOB_EXTENDED_LIMITS, place, size))


# -- who has a file open -----------------------------------------------------------------------


class _UniqueProcess(ctypes.Structure):
    _fields_ = (("pid", wintypes.DWORD), ("started", wintypes.FILETIME))


class _ProcessInfo(ctypes.Structure):
    """RM_PROCESS_INFO."""

    _fields_ = (
        ("process", _UniqueProcess),
        ("app_name", wintypes.WCHAR * 256),
        ("service_name", wintypes.WCHAR * 64),
        ("kind", ctypes.c_int),
        ("status", wintypes.ULONG),
        ("session", wintypes.DWORD),
        ("can_restart", wintypes.BOOL),
    )


def programs_using(paths: Iterable[Path]) -> list[str]:
    """Return the names of the programs that have one of these files open, from the Restart Manager;
    empty if unknown. Takes up to a second."""
    try:
        manager = ctypes.WinDLL("rstrtmgr")
    except OSError:
        return []
    session, key = wintypes.DWORD(), ctypes.create_unicode_buffer(33)
    if manager.RmStartSession(ctypes.byref(session), 0, key):
        return []
    try:
        files = [str(path) for path in paths if path.is_file()]
        names = (wintypes.LPCWSTR * len(files))(*files)
        if manager.RmRegisterResources(session, len(files), names, 0, None, 0, None):
            return []
        return sorted({info.app_name for info in _listed(manager, session) if info.app_name})
    finally:
        manager.RmEndSession(session)


def _listed(manager: ctypes.WinDLL, session: wintypes.DWORD) -> list[_ProcessInfo]:
    """Return the result of RmGetList, whose size is known only by asking and may grow meanwhile."""
    needed, reason = wintypes.UINT(), wintypes.DWORD()
    room = 8
    for _ in range(3):
        infos = (_ProcessInfo * room)()
        count = wintypes.UINT(room)
        result = manager.RmGetList(
            session, ctypes.byref(needed), ctypes.byref(count), infos, ctypes.byref(reason)
        )
        if result == 0:
            return list(infos[: count.value])
        if result != _ERROR_MORE_DATA:
            break
        room = needed.value + 4
    return []


# -- the task bar ------------------------------------------------------------------------------


def set_application_id(name: str) -> None:
    """Tell the taskbar which windows and start menu entry belong together. Call it before the first
    window is created."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(name))
