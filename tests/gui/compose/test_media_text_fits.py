"""The words of the media editor and its popups fit, also the longer ones of other languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from tests.gui.cut_text import cut_texts
from tests.gui.test_text_fits import LongWords

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


@pytest.fixture
def long_words(qapp: Any) -> Iterator[None]:
    language = LongWords()
    assert QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


@pytest.fixture(params=["normal", "larger"])
def size(theme: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    theme.set_text_size(request.param)
    yield
    theme.set_text_size("normal")


def test_the_editor_shows_every_word(
    qtbot: Any, size: None, long_words: None, desk: Any, picture: Any, tmp_path: Path
) -> None:
    desk.page.add_files([picture("a.png", 300, 200)])
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 300)
    desk.page.files.edit(0)
    window = desk.page.findChild(MediaEditor)
    with qtbot.waitSignal(window.outcome.finished):
        pass
    assert cut_texts(window) == []
    window.reject()


def test_the_editor_of_a_video_shows_every_word(
    qtbot: Any, size: None, long_words: None, desk: Any
) -> None:
    film = Path(__file__).parents[2] / "data" / "two-seconds.mp4"
    desk.page.add_files([str(film)])
    qtbot.waitUntil(lambda: bool(desk.page.media.refs() and desk.page.media.refs()[0].video))
    desk.page.files.edit(0)
    window = desk.page.findChild(MediaEditor)
    window.state.set(fit=True, start=0.5, end=1.5, crop=(0.2, 0.0, 0.5, 1.0))
    assert cut_texts(window) == []
    window.reject()


def test_the_description_shows_every_word(
    qtbot: Any, size: None, long_words: None, desk: Any, picture: Any
) -> None:
    desk.page.add_files([picture("a.png"), picture("b.png")])
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 2)
    desk.page.files.describe(0)
    popup = desk.page.findChild(AltEditor)
    assert cut_texts(popup) == []
    popup.close()
