"""Tests of `--self-test`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from posto_desktop import __version__

BLOCK = """
import sys
sys.modules[sys.argv.pop(1)] = None
from posto_desktop.__main__ import main
sys.exit(main(["--self-test"]))
"""


def self_test(home: Path, missing: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", BLOCK, missing],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "POSTO_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def test_all_parts_work(tmp_path: Path) -> None:
    code, report = self_test(tmp_path, "no_such_library")
    assert [check for check in report["checks"] if not check["ok"]] == []
    assert code == 0
    assert report["ok"]
    assert report["version"] == __version__
    assert list(tmp_path.iterdir()) == []  # nothing of the user's is touched


@pytest.mark.parametrize(
    ("library", "check"),
    [
        ("regex", "counting"),
        ("dateparser", "time reading"),
        ("holidays", "holidays"),
        ("openpyxl", "spreadsheets"),
        ("pillow_heif", "HEIC and AVIF"),
    ],
)
def test_a_library_that_was_left_out_is_told(tmp_path: Path, library: str, check: str) -> None:
    code, report = self_test(tmp_path, library)
    assert code == 1
    assert not report["ok"]
    assert check in [result["name"] for result in report["checks"] if not result["ok"]]
