"""Tests that translators see every English text of core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from posto_desktop.core.options import fields_for
from posto_desktop.models.core_translations import (
    FIXES,
    OPTIONS,
    fix_pattern,
    fix_words,
    option_words,
)
from posto_desktop.sdk.networks import all_networks
from tests.gui.compose.test_fixes import SCENES, open_scene, rows_of, ways


class Shouting(QTranslator):
    """Says it in capitals, but for the names of places."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, _note: str = "", _n: int = -1) -> str:  # type: ignore[override]
        if context not in ("Fixes", "Options"):
            return ""
        parts = re.split(r"(\{[a-z]+\})", text)
        return "".join(part if part.startswith("{") else part.upper() for part in parts)


@pytest.fixture
def shouting(qapp: Any) -> Iterator[None]:
    language = Shouting()
    assert QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


def test_every_option_and_choice_is_listed() -> None:
    texts = set()
    for limits in all_networks():
        for field in fields_for(limits.slug):
            texts.add(field.label)
            texts.update(label for _value, label in field.choices)
    assert texts == set(OPTIONS)


def test_every_label_of_a_fix_is_listed(qtbot: Any, desk: Any) -> None:
    for name in SCENES:
        for finding in open_scene(qtbot, desk, name):
            for fix in ways(finding):
                assert fix_pattern(fix.label)[0] in FIXES, fix.label


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Crop", "CROP"),
        ("Leave out X", "LEAVE OUT X"),
        ("Leave out 12 channels", "LEAVE OUT 12 CHANNELS"),
        ("Remove 3 files from the message", "REMOVE 3 FILES FROM THE MESSAGE"),
        ("Remove a.gif from the message", "REMOVE a.gif FROM THE MESSAGE"),
        ("Remove a.gif and b.mp4 from the message", "REMOVE a.gif AND b.mp4 FROM THE MESSAGE"),
        ("Move to 9:05", "MOVE TO 9:05"),
        ("Shorten for X", "SHORTEN FOR X"),
        ("Edit for {n} & {name}", "EDIT FOR {n} & {name}"),
        ("Nobody listed this", "NOBODY LISTED THIS"),
    ],
)
def test_numbers_and_names_are_put_back(shouting: None, label: str, shown: str) -> None:
    if label.startswith("Nobody"):
        assert fix_pattern(label) == (label, ())
    assert fix_words(label) == shown


def test_the_buttons_speak_the_language(qtbot: Any, desk: Any, shouting: None) -> None:
    [finding, *_] = open_scene(qtbot, desk, "many files")
    row = rows_of(desk)[0]
    assert finding.fix is not None
    assert row.button.text().replace("&&", "&") == finding.fix.label.upper()
    assert row.button.accessibleName() == finding.fix.label.upper()
    assert option_words("Who can see it") == "WHO CAN SEE IT"
