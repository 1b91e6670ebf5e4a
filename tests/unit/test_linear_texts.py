"""Texts from outside take a time that grows with their length alone: each pattern and cleaner of
the program is run on what would be worst for it, in a process of its own, as a pattern that runs
holds Python's lock and cannot be stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from posto_desktop.sdk.answers import page_title, plain_text, safe_message
from tests.unit.growth import patterns

_ROOT = Path(__file__).parents[2]
_LIMIT = 900
"""Seconds; alone it takes one."""


@pytest.mark.timeout(_LIMIT + 60)
def test_no_pattern_and_no_cleaner_grows_faster_than_its_text() -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.unit.growth"],
            cwd=_ROOT, capture_output=True, text=True, timeout=_LIMIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        lines = (error.stdout or b"").decode().splitlines()
        pytest.fail(f"{lines[-1] if lines else 'nothing'} did not come back")
    problems = [line for line in done.stdout.splitlines() if line.startswith("! ")]
    assert not problems, "\n".join(problems)
    assert done.returncode == 0, done.stderr


def test_the_patterns_of_all_floors_are_found() -> None:
    packages = {pattern.location.split(".")[1] for pattern in patterns()}
    assert packages >= {"core", "formats", "models", "sdk", "server", "storage", "ui", "workers"}


def test_a_name_of_a_million_script_tags_is_cut() -> None:
    assert plain_text("<script>" * 131_072, 200) == ""
    assert plain_text("a" * 10_000_000, 200) == "a" * 199 + "…"
    assert page_title("<title>" * 100_000) == ""
    assert safe_message("/a/" * 1_000_000) != ""


def test_scripts_and_style_sheets_are_left_out_of_what_is_shown() -> None:
    assert plain_text("a<SCRIPT x>b</script >c<style>d</style>e") == "a c e"
    assert plain_text("a<script>b") == "ab"  # one that has no end is text
    assert plain_text("<script>a<style>b</style>c") == "a c"


def test_a_number_of_thousands_of_digits_is_no_character() -> None:
    assert plain_text(f"a&#{'9' * 6_000};b") == "a\N{REPLACEMENT CHARACTER}b"


def test_a_title_is_found_in_a_page() -> None:
    assert page_title("<html><title lang=en>A &amp;\n b</title >") == "A & b"
    assert page_title("<titles>a</titles>") == ""
