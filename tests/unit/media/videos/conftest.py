from __future__ import annotations

import sys
from pathlib import Path

import pytest

from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.video_tools import VideoTools, find_tools
from tests.unit.media.videos.clips import make_clips


@pytest.fixture(scope="session")
def tools() -> VideoTools:
    available = find_tools()
    if available is None and sys.platform != "linux":
        pytest.skip("There is no ffmpeg; `dev.py` installs it on Linux alone.")
    assert available is not None
    return available


@pytest.fixture(scope="session")
def clips(tools: VideoTools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_clips(tools.ffmpeg, folder)
    return folder


@pytest.fixture
def store(tools: VideoTools, tmp_path: Path) -> RenditionStore:
    return RenditionStore(tmp_path / "renditions")
