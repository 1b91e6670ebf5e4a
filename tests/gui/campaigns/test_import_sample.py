"""The sample file of the import dialog: saved, and imported without a problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from posto_desktop.core.importing.sample import NAMES, sample_csv
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.campaigns.importing.dialog import ImportContext, ImportDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # the 26th in Berlin
CHANNELS = [Channel(1, "@nordlicht", "twitter"), Channel(2, "nordlicht.coffee", "instagram")]


@pytest.fixture
def dialog(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[ImportDialog]:
    runner = JobRunner()
    window = QWidget()
    window.resize(1360, 860)
    qtbot.addWidget(window)
    window.show()
    images = ImageLoader(runner, tmp_path / "thumbs", window)
    place = ImportContext(BERLIN, lambda: NOW, channels=CHANNELS, ticked=[1, 2])
    dialog = ImportDialog(window, runner, place, images)
    dialog.open()
    yield dialog
    dialog.close()
    assert runner.shutdown(60_000)


def save(dialog: ImportDialog, path: Path) -> None:
    """Press the button and choose a file."""
    dialog.file_page.sample.click()
    [chooser] = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.close()


def test_a_saved_sample_is_imported_without_a_problem(
    qtbot: Any, dialog: ImportDialog, tmp_path: Path
) -> None:
    path = tmp_path / "sample.csv"
    with qtbot.waitSignal(dialog.sampleSaved) as saved:
        save(dialog, path)
    assert saved.args == [path]
    assert path.read_bytes().startswith(b"\xef\xbb\xbfText,Part 2,When")
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    rows = dialog.session.checked_rows
    assert [(row.level, row.problems) for row in rows] == [("ready", ())] * 3
    assert [row.channel_ids for row in rows] == [(1,), (1, 2), None]
    assert rows[0].when == datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert rows[1].labels == ("Shop", "Candles")


def test_a_sample_that_cannot_be_written_says_why(
    qtbot: Any, dialog: ImportDialog, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    save(dialog, tmp_path / "file" / "sample.csv")
    qtbot.waitUntil(lambda: not dialog.file_page.error.isHidden())
    assert "sample.csv" in dialog.file_page.error.text()


@pytest.mark.parametrize("count", [0, 1, 5])
def test_it_needs_no_channels(count: int) -> None:
    names = [f"Channel {number}" for number in range(count)]
    text = sample_csv(NOW, names, ";").decode("utf-8-sig")
    assert text.splitlines()[0] == ";".join(NAMES.values())
    assert ("Channel 0" in text) == (count > 0)
    assert "Channel 2" not in text


def test_the_sample_is_imported_without_a_file(qtbot: Any, dialog: ImportDialog) -> None:
    with qtbot.waitSignal(dialog.session.checked):
        dialog.file_page.use_sample.click()
    rows = dialog.session.checked_rows
    assert [row.level for row in rows] == ["ready"] * 3
    assert rows[0].channel_ids == (1,)
    assert "\n" in rows[2].text
