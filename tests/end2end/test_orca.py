"""What a blind person hears on the way from a first post to its new time in the calendar.

Each step is what one does by keys, and the sentences that must then be spoken: by the real Orca
where it is installed, and in any case on the accessibility bus. A sentence counts if nothing cuts
it off before the next key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.desktop import Desktop
from tests.end2end.orca import Ear, ears
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end
SECONDS = 30.0
MOST = 40
QUIET = 0.25
"""How long nothing is said until a step counts as over: what cuts a sentence off comes sooner."""


@dataclass
class Listener:
    """A person at the keyboard who knows of the window only what is said."""

    app: App
    ears: list[Ear]
    since: float = 0.0
    heard: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        self.since = time.monotonic()
        self.app.desktop.keys(*keys)

    def type(self, words: str) -> None:
        self.since = time.monotonic()
        self.app.desktop.xdotool("type", "--delay", 12, words)

    def heard_by(self, ear: Ear, *, cut_too: bool = False) -> str:
        """What one ear has heard since the last key, in lower case."""
        return " ".join(
            utterance.text
            for utterance in ear.heard(self.since)
            if cut_too or not utterance.is_cut_off
        ).lower()

    def hears(self, *sentences: str) -> None:
        """Wait until each ear has heard each sentence to its end."""

        def missing() -> list[tuple[str, str]]:
            return [
                (ear.name, sentence)
                for ear in self.ears
                for sentence in sentences
                if sentence.lower() not in self.heard_by(ear)
            ]

        wait_for(
            lambda: self.is_quiet() and not missing(),
            f"{sentences} to be spoken",
            timeout=SECONDS,
            explain=lambda: (
                missing(),
                {ear.name: self.heard_by(ear, cut_too=True) for ear in self.ears},
            ),
        )
        self.heard += sentences

    def is_quiet(self) -> bool:
        """Whether each ear has heard something, and nothing more for a while."""
        last = [ear.heard(self.since)[-1:] for ear in self.ears]
        now = time.monotonic()
        return all(utterances and now - utterances[0].at > QUIET for utterances in last)

    def heard_nothing_of(self, *sentences: str) -> None:
        """What was said since the last key has none of these."""
        for ear in self.ears:
            spoken = self.heard_by(ear, cut_too=True)
            for sentence in sentences:
                assert sentence.lower() not in spoken, f"{ear.name} spoke: {spoken}"

    def press_until(self, key: str, sentence: str) -> None:
        """Press a key again and again until a sentence is heard, as one searches a window."""
        for _press in range(MOST):
            self.press(key)
            wait_for(self.is_quiet, f"something to be said after {key}", timeout=SECONDS)
            if all(sentence.lower() in self.heard_by(ear) for ear in self.ears):
                self.heard.append(sentence)
                return
        raise AssertionError(f"{key} never came to {sentence!r}")


@pytest.fixture
def listener(desktop: Desktop, start_app: Callable[..., App], tmp_path: Path) -> Iterator[Listener]:
    with ears(desktop, tmp_path) as made:
        began = time.monotonic()
        app = start_app()
        assert app.window
        app.activate()
        yield Listener(app, made, began)


@pytest.mark.timeout(240)
def test_post_review_and_move_by_what_is_heard(listener: Listener) -> None:
    hears, press, until = listener.hears, listener.press, listener.press_until
    wait_for(lambda: steps.channel(listener.app, "Sandbox X").checked, "the channels")
    hears("Message text")
    listener.heard_nothing_of("layered pane", "page tab", "0 items")

    # A first post: its text, its channels, its time.
    listener.type("Good morning")
    message = listener.app.window.find(object_name="message")
    # Qt lets a shortcut overtake letters while a screen reader looks at each key.
    wait_for(lambda: message.text == "Good morning", "the text", timeout=SECONDS)
    press("shift+F6")
    hears("X, ticked", "1 of 1")
    until("Down", "Mastodon, not ticked")
    press("space")
    hears("Mastodon, ticked", "2 of 8 selected")
    press("Left")
    hears("Mastodon, collapsed")
    until("Tab", "When text")
    listener.type("tomorrow 9:00")
    hears("9:00 ·")  # then how far off that is, in hours or days
    until("Tab", "Schedule 2 posts button")
    press("Return")
    hears("Message text", "2 posts scheduled: tomorrow 9:00", "Undo: F8")

    # The schedule: a row is read and ticked, a post deleted and brought back.
    press("ctrl+2")
    hears("tomorrow 9:00, not ticked", "Scheduled", "Sandbox X", "Good morning")
    press("space")
    hears("tomorrow 9:00, ticked", "1 selected")
    press("Delete")
    hears("1 post deleted", "Undo: F8")
    press("ctrl+z")
    hears("1 post restored", "Redo: F8")

    # The calendar: the message goes to another day and back.
    press("ctrl+3")
    hears("today")
    press("Right")
    hears("1 message")
    press("Down")
    hears("Scheduled, 2 networks, Good morning, tomorrow 9:00")
    press("alt+Right")
    hears("9:00")
    press("Return")
    hears("2 posts moved to", "Undo: F8")
    press("ctrl+z")
    hears("2 posts moved back to tomorrow 9:00", "Redo: F8")
    names = " and ".join(ear.name for ear in listener.ears)
    print(f"{len(listener.heard)} sentences heard, with {names}")
