"""Loaded by Python itself at its start: writes down which files of a home are opened.

POSTO_TRACE names the file to write to, POSTO_TRACED the home.
"""

import os
import sys

_HOME, _TO = os.environ.get("POSTO_TRACED", ""), os.environ.get("POSTO_TRACE", "")
if _HOME and _TO:
    _log = os.open(_TO, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "sqlite3.connect"):
            name = arguments[0]
            if isinstance(name, (str, bytes, os.PathLike)):
                text = os.fsdecode(name).removeprefix("file://").partition("?")[0]
                if text.startswith(_HOME):
                    os.write(_log, os.fsencode(text.removeprefix(_HOME)) + b"\n")

    sys.addaudithook(_hear)
