"""Tests of playing animations and videos frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QSize

from posto_desktop.media.media_files import PictureError
from posto_desktop.workers.player import AnimationPlayer, Player, play_animation, player_for
from posto_desktop.workers.runner import Job, JobCancelled, JobRunner
from tests.unit.workers.samples import clip, moving, sound

pytestmark = pytest.mark.qt_log_ignore("RHI", "(?i)multimedia|ffmpeg")

SIZE = QSize(30, 30)


@pytest.fixture
def runner(qapp: Any) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


@pytest.fixture
def owner(qapp: Any) -> Iterator[QObject]:
    made = QObject()
    yield made
    for player in made.findChildren(Player):
        player.stop()
    made.deleteLater()


def job(frames: list[Any], most: int) -> Job:
    made = Job(1, lambda *_message: None)

    def report(image: Any) -> None:
        frames.append(image)
        if len(frames) >= most:
            made.cancelled.set()

    made.report = report  # type: ignore[method-assign]
    return made


def test_an_animation_goes_round_after_round(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(moving(3))
    frames: list[Any] = []
    with pytest.raises(JobCancelled):
        play_animation(job(frames, 7), str(path), SIZE, 2.0)
    assert len(frames) == 7
    assert all(frame.width() <= 30 and frame.devicePixelRatio() == 2.0 for frame in frames)
    assert frames[0] == frames[3] == frames[6]
    assert frames[0] != frames[1]


def test_of_2000_frames_only_the_newest_is_held(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(moving(2000, (16, 16)))
    made = Job(1, lambda *_message: None)
    shown = 0

    def wait(_seconds: float) -> bool:
        nonlocal shown
        shown += 1
        if shown == 2000:
            made.cancelled.set()
        return False

    made.cancelled.wait = wait  # type: ignore[method-assign, assignment]
    with pytest.raises(JobCancelled):
        play_animation(made, str(path), SIZE, 1.0)
    assert made.pop_report() is not None
    assert shown == 2000


def test_what_cannot_be_played_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(b"GIF89a" + b"\0" * 40)
    with pytest.raises(PictureError, match=r"a\.gif cannot be played here"):
        play_animation(job([], 9), str(path), SIZE, 1.0)
    path.write_bytes(b"GIF89a" + (5200).to_bytes(2, "little") * 2 + moving(3)[10:])
    with pytest.raises(PictureError, match="too large"):
        play_animation(job([], 9), str(path), SIZE, 1.0)


def test_pause_ends_the_job(qtbot: Any, runner: JobRunner, owner: QObject, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(moving(4))
    player = player_for("gif", str(path), SIZE, 1.0, runner, owner)
    assert isinstance(player, AnimationPlayer)
    with qtbot.waitSignal(player.frame):
        player.play()
    assert player.playing
    player.pause()
    assert not player.playing
    qtbot.waitUntil(lambda: runner.running == 0)


def test_a_film_plays_to_its_end(
    qtbot: Any, runner: JobRunner, owner: QObject, tmp_path: Path
) -> None:
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(10)]))
    player = player_for("video", str(path), SIZE, 1.0, runner, owner)
    shades: list[int] = []
    player.frame.connect(lambda image: shades.append(image.pixelColor(9, 9).red()))
    with qtbot.waitSignals([player.ended, player.length]):
        player.play()
    assert len(set(shades)) >= 2
    player.stop()
    qtbot.waitUntil(lambda: runner.running == 0)


@pytest.mark.parametrize("damaged", [True, False])
def test_a_film_without_a_picture_says_so(
    qtbot: Any, runner: JobRunner, owner: QObject, tmp_path: Path, damaged: bool
) -> None:
    path = tmp_path / "talk.avi"
    path.write_bytes(b"RIFF" + b"\0" * 200 if damaged else sound())
    player = player_for("video", str(path), SIZE, 1.0, runner, owner)
    with qtbot.waitSignal(player.failed) as blocker:
        player.play()
    assert blocker.args[0].startswith("talk.avi ")
    assert not player.playing
