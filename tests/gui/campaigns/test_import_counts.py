"""What the import says in a window that has little room."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize

from posto_desktop.core.importing.messages import ImportCounts
from posto_desktop.models.import_rows import ImportRowsModel
from posto_desktop.ui.campaigns.importing.check_page import CheckPage
from posto_desktop.ui.campaigns.importing.footer import ImportCountsLabel
from tests.gui.cut_text import cut_texts


def test_counts_without_room_for_words_are_all_there(theme: Any, qtbot: Any) -> None:
    line = ImportCountsLabel()
    qtbot.addWidget(line)
    line.set_counts(ImportCounts(ready=3, warnings=1, without_picture=1, errors=2))
    line.resize(line.sizeHint())
    line.show()
    assert line.shown() == ["3 ready", "1 without its picture", "2 cannot be imported"]
    assert line.toolTip() == ""
    line.resize(line.minimumSizeHint())
    assert line.shown() == ["3", "1", "2"]
    assert line.toolTip() == "3 ready, 1 without its picture, 2 cannot be imported"
    assert cut_texts(line) == []
    line.resize(line.sizeHint())
    assert line.shown()[2] == "2 cannot be imported"


def test_the_name_of_the_file_can_be_recognised(theme: Any, qtbot: Any) -> None:
    page = CheckPage(ImportRowsModel())
    qtbot.addWidget(page)
    page.show_source("advent.csv", "6 rows, " * 20, has_names=True, fixed=False)
    page.resize(page.minimumSizeHint().expandedTo(QSize(760, 500)))
    page.show()
    assert page.name.text() == "advent.csv"
    page.show_source("a" * 80 + ".csv", "6 rows", has_names=True, fixed=False)
    assert page.name.minimumWidth() < 200
