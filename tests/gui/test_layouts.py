"""Every page, dialog and popup in a language that is 40 % longer, also mirrored: no text is cut,
lies on another one or stayed English."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.gui.golden import layouts, stage


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other fonts")
@pytest.mark.parametrize("direction", ["left to right", "mirrored"])
def test_a_long_language_fits_everywhere(direction: str) -> None:
    command = [sys.executable, "-m", "tests.gui.golden.layouts"]
    command += ["--mirrored"] if direction == "mirrored" else []
    done = subprocess.run(
        command, cwd=stage.ROOT, capture_output=True, text=True, timeout=540, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr[-3000:]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Save", "[Sávé]"),
        ("%n post(s)", "[%n pöst(s)ë]"),
        ("&Edit", "[&Edît]"),
        ("{day}, {time}", "{day}, {time}"),
        (" And more.", " [Áñd möré.ë]"),
        ("Type <b>now</b>", "[Týpé <b>ñöw</b>ëëë]"),
    ],
)
def test_the_pseudo_language_keeps_what_is_no_text(text: str, expected: str) -> None:
    assert layouts.pseudo(text) == expected


@pytest.fixture(scope="module")
def english() -> layouts.English:
    return layouts.English()


@pytest.mark.parametrize(
    ("text", "is_english"),
    [
        ("Save as draft", True),
        ("[Sávé ás dráft]", False),
        ("harbour.jpg", False),
        ("Advent opens at the harbour on Sunday", False),
    ],
)
def test_english_is_recognised(english: layouts.English, text: str, is_english: bool) -> None:
    assert english.has(text) is is_english
