from __future__ import annotations

from pathlib import Path

import pytest

from posto_desktop.sdk.errors import PostoError
from posto_desktop.server import launch
from posto_desktop.workers.calendar_address import calendar_address
from posto_desktop.workers.runner import Job

JOB = Job(1, lambda *_: None)


def test_the_address_is_made_once_and_anew(tmp_path: Path) -> None:
    running = launch.start(tmp_path)
    try:
        assert calendar_address(JOB, tmp_path) == ""
        made = calendar_address(JOB, tmp_path, make=True)
        assert made.startswith(f"{running.base_url}/posto-calendar/")
        assert calendar_address(JOB, tmp_path) == made
        assert calendar_address(JOB, tmp_path, make=True) != made
    finally:
        assert running.stop(60)


def test_without_a_workspace_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(PostoError) as caught:
        calendar_address(JOB, tmp_path)
    assert "is not running" in caught.value.user_message
