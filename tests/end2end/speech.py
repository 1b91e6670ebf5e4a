"""What a screen reader says: the side of Speech Dispatcher that programs speak to (SSIP).

A screen reader connects as it would to Speech Dispatcher, which is not needed then. Nothing comes
out of a loudspeaker; what would have, stands in `Speech.utterances`.
"""

from __future__ import annotations

import contextlib
import html
import re
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LISTS = {"OUTPUT_MODULES": "silent", "SYNTHESIS_VOICES": "voice\ten\tnone"}
NUMBERS = {"RATE": "0", "PITCH": "0", "VOLUME": "100", "LANGUAGE": "en"}
ENDS = "\r\n"
AT_ONCE = 0.1


@dataclass
class Utterance:
    """One thing that was said, by the clock of `time.monotonic`."""

    text: str
    at: float
    silenced: float | None = None
    """When it was told to be silent; whatever was said before is told so together."""
    is_cut_off: bool = False
    """Something else was said in its place, before anybody could have heard it."""


class Speech:
    """Takes what is to be spoken at a socket, `address`."""

    def __init__(self, folder: Path) -> None:
        path = folder / "speech"
        self.address = f"unix_socket:{path}"
        self.utterances: list[Utterance] = []
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="speech", daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        for end in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join(60)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                thread = threading.Thread(
                    target=self._serve, args=(connection,), name="speech client", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection.makefile("rw", newline="") as stream:
            for line in stream:
                words = line.split()
                if not words:
                    continue
                if words[0].upper() == "SPEAK":
                    stream.write(f"230 OK RECEIVING DATA{ENDS}")
                    stream.flush()
                    lines = []
                    for part in stream:
                        if part.rstrip(ENDS) == ".":
                            break
                        lines.append(part)
                    self._say(re.sub(r"<[^>]*>", "", "".join(lines)))
                    answer = f"225-{len(self.utterances)}{ENDS}225 OK MESSAGE QUEUED"
                else:
                    answer = self._answer(words)
                stream.write(answer + ENDS)
                stream.flush()

    def _answer(self, words: list[str]) -> str:
        command, what = words[0].upper(), words[-1].upper()
        if command in ("CANCEL", "STOP"):
            with self._lock:
                now = time.monotonic()
                for utterance in reversed(self.utterances):
                    if utterance.silenced is not None:
                        break
                    utterance.silenced = now
            return "210 OK CANCELED"
        if command in ("CHAR", "KEY"):
            self._say(" ".join(words[1:]))
            return f"225-{len(self.utterances)}{ENDS}225 OK MESSAGE QUEUED"
        if command == "HISTORY":
            return f"245-1{ENDS}245 OK CLIENT ID SENT"
        if command == "LIST":
            return f"249-{LISTS.get(what, '')}{ENDS}249 OK LIST SENT"
        if command == "GET":
            return f"251-{NUMBERS.get(what, '')}{ENDS}251 OK GET RETURNED"
        return "200 OK"

    def _say(self, text: str) -> None:
        words = " ".join(html.unescape(text).split())
        if not words:
            return
        with self._lock:
            now = time.monotonic()
            for utterance in reversed(self.utterances):
                if utterance.is_cut_off or utterance.silenced is None:
                    break
                # Any key silences, too, also the release of Ctrl. Then nothing follows at once.
                utterance.is_cut_off = now - utterance.silenced < AT_ONCE
            self.utterances.append(Utterance(words, now))
