"""The real screen reader Orca, and two ears for what a blind person hears of the app.

`OrcaEar` hears what Orca says. `EventEar` needs no screen reader: it hears what the app tells all
of them over the accessibility bus, and words it as Orca does, as far as the tests go.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.end2end.atspi import (
    CHECKABLE,
    CHECKED,
    CONTAINERS,
    EXPANDABLE,
    EXPANDED,
    FOCUSED,
    Accessible,
    RemovedError,
)
from tests.end2end.desktop import Desktop, end
from tests.end2end.speech import Speech, Utterance
from tests.end2end.waiting import wait_for

PYTHON = "/usr/bin/python3"
"""The one that has Orca's modules."""
OLDEST = 46
"""The first Orca that speaks announcements of all toolkits."""
EVENTS = "org.a11y.atspi.Event.Object"
SPOKEN_EVENTS = ("object:announcement", "object:state-changed", "object:active-descendant-changed")
TOGGLED = ("checked", "expanded")
START = """
import sys
sys.argv = sys.argv[1:]
program = {"__name__": "started by a test", "__file__": sys.argv[0]}
with open(sys.argv[0], encoding="utf-8") as file:
    exec(compile(file.read(), sys.argv[0], "exec"), program)
program["otherOrcas"] = lambda: []
sys.exit(program["main"]())
"""
"""Starts Orca beside others of this user: by itself it ends them all, or does not start."""
# Orca speaks pressed keys by default; the tests press many, and know them.
SETTINGS = {"profile": ["Default", "default"], "enableKeyEcho": False}


def orca_version() -> int:
    """The version of the Orca of this machine; 0: there is none."""
    if shutil.which("orca") is None:
        return 0
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "orca"], capture_output=True, check=False
    )
    number = re.match(rb"(?:\d+:)?(\d+)", answer.stdout)
    return int(number.group(1)) if number else 0


class Ear(Protocol):
    """Hears what is said."""

    name: str

    def heard(self, since: float) -> list[Utterance]:
        """What was said after a moment of `time.monotonic`."""


class OrcaEar:
    """Runs Orca, and hears what it says."""

    name = "Orca"

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        folder.mkdir()
        self._speech = Speech(folder)
        preferences = {
            "general": {"startingProfile": ["Default", "default"], **SETTINGS},
            "pronunciations": {},
            "keybindings": {},
            "profiles": {"default": SETTINGS},
        }
        (folder / "user-settings.conf").write_text(json.dumps(preferences), encoding="utf-8")
        log = folder / "orca.log"
        words = [shutil.which("orca") or "", "-u", folder]
        self._process = desktop.start(
            [PYTHON, "-c", START, *words],
            log=log,
            SPEECHD_ADDRESS=self._speech.address,
            GSETTINGS_BACKEND="memory",
            LANGUAGE="en",
        )
        wait_for(
            lambda: self._speech.utterances, "Orca to speak", explain=lambda: log.read_text("utf-8")
        )

    def heard(self, since: float) -> list[Utterance]:
        return [utterance for utterance in list(self._speech.utterances) if utterance.at >= since]

    def close(self) -> None:
        end(self._process)
        self._speech.close()


class EventEar:
    """Hears what is announced, and what the keyboard comes to."""

    name = "AT-SPI"

    def __init__(self, desktop: Desktop) -> None:
        self._bus = desktop.bus
        self._utterances: list[Utterance] = []
        self._connection = open_dbus_connection(desktop.bus.address)
        rule = MatchRule(type="signal", interface=EVENTS)
        self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=60)
        registry = DBusAddress(
            "/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry"
        )
        for event in SPOKEN_EVENTS:
            call = new_method_call(registry, "RegisterEvent", "sass", (event, [], ""))
            reply = self._connection.send_and_get_reply(call, timeout=60)
            assert reply.header.message_type != MessageType.error, reply.body
        self._asking = desktop.bus.beside()
        self._thread = threading.Thread(target=self._listen, name="event ear", daemon=True)
        self._thread.start()

    def heard(self, since: float) -> list[Utterance]:
        return [utterance for utterance in list(self._utterances) if utterance.at >= since]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(60)
        self._connection.close()
        self._asking.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type != MessageType.signal:
                    continue
                fields = message.header.fields
                member, body = fields[HeaderFields.member], message.body
                source = Accessible(
                    self._asking, fields[HeaderFields.sender], fields[HeaderFields.path]
                )
                with contextlib.suppress(RemovedError, OSError):
                    is_focused = member == "StateChanged" and body[:2] == ("focused", 1)
                    is_toggled = member == "StateChanged" and body[0] in TOGGLED
                    if member == "Announcement":
                        self._say(str(body[3][1]))
                    elif (
                        is_focused
                        or member == "ActiveDescendantChanged"
                        or (is_toggled and source.has(FOCUSED))
                    ):
                        self._say(spoken(source))

    def _say(self, words: str) -> None:
        self._utterances.append(Utterance(" ".join(words.split()), time.monotonic()))


def spoken(control: Accessible) -> str:
    """What a screen reader says when the keyboard comes to a control."""
    role = control.role
    words = [control.name, role.replace("push button", "button")]
    if control.has(CHECKABLE):
        words.append("checked" if control.has(CHECKED) else "not checked")
    if control.has(EXPANDABLE):
        words.append("expanded" if control.has(EXPANDED) else "collapsed")
    words.append(control.description)
    if role in CONTAINERS:
        words += [spoken(child) for child in control.selected()]
    elif role == "table cell":
        words += [cell.name for cell in control.row()]
    return " ".join(part for part in words if part)


@contextlib.contextmanager
def ears(desktop: Desktop, folder: Path) -> Iterator[list[Ear]]:
    """All ears that this machine has."""
    made: list[OrcaEar | EventEar] = [EventEar(desktop)]
    try:
        if orca_version() >= OLDEST:
            made.append(OrcaEar(desktop, folder / "orca"))
        yield [*made]
    finally:
        for ear in made:
            ear.close()
