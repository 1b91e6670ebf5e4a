"""What the system asks for reaches the app, and nothing is said that it does not ask for."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from posto_desktop.workers import system_accessibility
from posto_desktop.workers.system_accessibility import SystemAccessibility, is_motion_reduced


class Hints(QObject):
    """Qt's hints of a system that the test changes."""

    contrastPreferenceChanged = Signal(Qt.ContrastPreference)

    def __init__(self) -> None:
        super().__init__()
        self.preference = Qt.ContrastPreference.NoPreference
        self.contrastPreference = lambda: self.preference

    def accessibility(self) -> Hints:
        return self

    def become(self, preference: Qt.ContrastPreference) -> None:
        self.preference = preference
        self.contrastPreferenceChanged.emit(preference)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch, qapp: Any) -> Hints:
    made = Hints()
    monkeypatch.setattr(
        system_accessibility.QGuiApplication, "styleHints", staticmethod(lambda: made)
    )
    return made


def test_contrast_is_what_qt_or_the_portal_asks_for(hints: Hints) -> None:
    system = SystemAccessibility()
    heard: list[bool] = []
    system.contrast_reported.connect(heard.append)
    system.begin()
    hints.become(Qt.ContrastPreference.HighContrast)
    system.set_portal_contrast(True)
    hints.become(Qt.ContrastPreference.NoPreference)
    system.set_portal_contrast(False)
    assert heard == [False, True, True, True, False]


def test_motion_is_asked_for_again_when_the_program_becomes_active(
    hints: Hints, monkeypatch: pytest.MonkeyPatch, qapp: Any
) -> None:
    asked = iter((False, True))
    monkeypatch.setattr(system_accessibility.sys, "platform", "win32")
    monkeypatch.setattr(system_accessibility, "is_motion_reduced", lambda: next(asked))
    system = SystemAccessibility()
    heard: list[bool] = []
    system.motion_reported.connect(heard.append)
    system.begin()
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert heard == [False, True]


@pytest.mark.skipif(sys.platform not in ("win32", "darwin"), reason="asks Windows and macOS")
def test_the_system_answers() -> None:
    assert is_motion_reduced() in (True, False)


def test_the_hints_of_qt_itself_live_as_long_as_they_are_asked(qapp: Any) -> None:
    accessibility = SystemAccessibility()
    answers: list[bool] = []
    accessibility.contrast_reported.connect(answers.append)
    accessibility.begin()
    gc.collect()
    assert answers == [False]
    assert accessibility._hints.contrastPreference() == Qt.ContrastPreference.NoPreference
