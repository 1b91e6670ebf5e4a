"""The editor of a video: its ends, what will be made of it, and making that ahead."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.core.checks.finding import Finding, Fix
from posto_desktop.core.edits import Edit
from posto_desktop.media.video_tools import find_tools
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor

REAL = Path(__file__).parents[2] / "data" / "two-seconds.mp4"
Open = Callable[..., MediaEditor]

pytestmark = pytest.mark.qt_log_ignore("RHI", "This plugin does not support")

needs_ffmpeg = pytest.mark.skipif(
    find_tools() is None and not Path("/etc/debian_version").exists(), reason="there is no ffmpeg"
)


@pytest.fixture
def editor(qtbot: Any, desk: Any, attach: Any, tmp_path: Path) -> Open:
    """Opens the editor of a real video of two seconds."""

    def open_editor(slug: str = "", fit: tuple[str, ...] = ()) -> MediaEditor:
        path = tmp_path / "clip.mp4"
        shutil.copy(REAL, path)
        attach(str(path))
        desk.page.files.edit(0, slug, fit)
        dialog = desk.page.findChild(MediaEditor)
        assert dialog is not None
        qtbot.waitUntil(lambda: bool(dialog._details.facts.fps and dialog._details.size))
        return dialog

    return open_editor


def lines(window: MediaEditor) -> str:
    return " | ".join(label.text() for label in window.outcome.labels())


def test_the_ends_move_by_keys_by_typing_and_back(qtbot: Any, desk: Any, editor: Open) -> None:
    window = editor()
    start, end = window.trim.strip.handles["start"], window.trim.strip.handles["end"]
    fps = window._details.facts.fps
    qtbot.keyClick(start, Qt.Key.Key_Right)
    assert window.state.edit.start == pytest.approx(1 / fps, abs=0.001)
    qtbot.keyClick(start, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.state.edit.start == pytest.approx(1 / fps + 1, abs=0.001)
    assert start.accessibleDescription() == window.trim.fields["start"].text()
    qtbot.keyClick(start, Qt.Key.Key_Home)
    assert window.state.edit.start is None
    field = window.trim.fields["end"]
    field.setText("0:01,5")
    field.editingFinished.emit()
    assert window.state.edit.end == 1.5
    assert (field.text(), end.value()) == ("0:01.50", 1500)
    assert "0:01.5" in lines(window)
    field.setText("soon")
    field.editingFinished.emit()
    assert (field.text(), window.state.edit.end) == ("0:01.50", 1.5)
    # The start stays before the end.
    qtbot.keyClick(start, Qt.Key.Key_End)
    assert window.state.edit.start == pytest.approx(1.4)
    window.undo()
    window.undo()
    assert (window.state.edit.start, window.state.edit.end) == (None, None)
    window.redo()
    window.accept()
    [ref] = desk.page.media.refs()
    assert (ref.edit, ref.sent_seconds) == (Edit(end=1.5), 1.5)


def test_a_start_at_a_key_frame_loses_no_quality(qtbot: Any, editor: Open) -> None:
    window = editor()
    window._end_moved("start", 0.9)
    assert "Encoded anew" in lines(window)
    window.panel.key_frames_box.click()
    assert window.state.edit.start in (None, *window._details.key_frames)
    assert "Encoded anew" not in lines(window)
    window.undo()
    assert "Encoded anew" in lines(window)
    window.reject()


def test_one_network_gets_its_own_part(desk: Any, editor: Open) -> None:
    window = editor()
    window.panel.target.setCurrentIndex(1)
    window._target_chosen(window.panel.target.itemData(1))
    window._end_moved("end", 1.0)
    window.accept()
    ref = desk.page.media.refs()[0]
    slug = next(iter(ref.network_edits))
    assert (ref.edit, ref.network_edits) == (None, {slug: Edit(end=1.0)})
    assert ref.edit_for(slug).end == 1.0


@needs_ffmpeg
def test_a_video_is_made_ahead_and_its_size_shown(qtbot: Any, editor: Open) -> None:
    window = editor()
    assert not window.outcome.make_button.isVisible()
    window._end_moved("end", 1.0)
    assert window.outcome.make_button.isVisible()
    window.outcome.make_button.click()
    assert window.outcome.stop_button.isVisible()
    with qtbot.waitSignal(window.outcome.finished, timeout=30_000):
        pass
    made = window.outcome.results()
    assert set(made) == set(window.outcome.specs())
    assert all(Path(rendition.path).stat().st_size for rendition in made.values())
    assert "done" in lines(window)
    assert not window.outcome.make_button.isVisible()
    window._end_moved("end", 0.9)
    assert window.outcome.results() == {}
    window.reject()


def test_a_fix_without_ffmpeg_says_what_is_missing(
    qtbot: Any, desk: Any, attach: Any, tmp_path: Path
) -> None:
    desk.page.files.media_services.ffmpeg = lambda: str(tmp_path / "none")
    seen: list[Any] = []
    desk.page.message.notifier.requested.connect(seen.append)
    fix = Fix("fit_video", "Make it fit X", str(tmp_path / "clip.mp4"), ("twitter",))
    desk.page.checks_presenter.fix(Finding("warning", "file_video", "", ("twitter",), fix=fix))
    qtbot.waitUntil(lambda: any("ffmpeg was not found" in each.text for each in seen))


def test_without_ffmpeg_it_says_how_to_get_it(
    qtbot: Any, desk: Any, editor: Open, tmp_path: Path
) -> None:
    desk.page.files.media_services.ffmpeg = lambda: str(tmp_path / "none")
    window = editor()
    assert "ffmpeg" not in lines(window)
    window._end_moved("end", 1.0)
    assert "ffmpeg was not found" in lines(window)
    assert not window.outcome.make_button.isVisible()
    window.reject()
