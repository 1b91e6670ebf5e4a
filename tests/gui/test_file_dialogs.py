"""The dialogs that ask for files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from posto_desktop.ui.widgets import file_dialogs

Mode = QFileDialog.FileMode


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def dialog_of(window: QWidget) -> QFileDialog:
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    return dialog


def test_one_file_that_is_there(window: QWidget, tmp_path: Path) -> None:
    taken: list[str] = []
    filters = ["Text (*.txt)", "All files (*)"]
    file_dialogs.ask_for_file(window, "Open", filters, taken.append, folder=str(tmp_path))
    dialog = dialog_of(window)
    assert (dialog.windowTitle(), dialog.fileMode()) == ("Open", Mode.ExistingFile)
    assert dialog.nameFilters() == filters
    assert not dialog.testOption(QFileDialog.Option.HideNameFilterDetails)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.fileSelected.emit("/a/b.txt")
    dialog.close()
    assert taken == ["/a/b.txt"]


def test_several_files_and_filters_that_are_too_long_to_read(window: QWidget) -> None:
    taken: list[list[str]] = []
    file_dialogs.ask_for_files(window, "Add", [file_dialogs.media_filter()], taken.append)
    dialog = dialog_of(window)
    assert dialog.fileMode() == Mode.ExistingFiles
    assert dialog.testOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.filesSelected.emit(["/a", "/b"])
    dialog.close()
    assert taken == [["/a", "/b"]]


def test_where_a_file_is_to_be_written(window: QWidget, tmp_path: Path) -> None:
    taken: list[str] = []
    file_dialogs.ask_where_to_save(
        window,
        "Save",
        ["Text (*.txt)"],
        taken.append,
        proposed=str(tmp_path / "report.txt"),
        suffix="txt",
    )
    dialog = dialog_of(window)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert dialog.defaultSuffix() == "txt"
    assert [Path(path) for path in dialog.selectedFiles()] == [tmp_path / "report.txt"]
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    if name is not None:  # the system's own dialog has none
        assert name.text() == "report.txt"
    dialog.fileSelected.emit("/a/report.txt")
    dialog.close()
    assert taken == ["/a/report.txt"]


def test_folders_to_begin_in_are_there_also_where_the_system_names_none() -> None:
    assert Path(file_dialogs.documents_folder()).is_dir()
    assert Path(file_dialogs.pictures_folder()).is_dir()
