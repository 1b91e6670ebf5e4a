"""The rows of an import as a Qt model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from posto_desktop.core.importing.row_check import CheckedRow, RowProblem
from posto_desktop.core.importing.table import TableRow
from posto_desktop.models.import_rows import CheckedRole, ImportRowsModel

ERROR = RowProblem("error", "date", 1, "31 November is not a date")
WARNING = RowProblem("warning", "picture", 2, "zimt.jpg is not beside the CSV file", "zimt.jpg")


def checked(number: int, *problems: RowProblem, left_out: bool = False) -> CheckedRow:
    row = TableRow(number, number + 1, (f"Text\n{number}", "31.11.", None))
    return CheckedRow(row, problems, left_out, text=f"Text {number}", channel_ids=(1,))


def model(*rows: CheckedRow) -> ImportRowsModel:
    made = ImportRowsModel()
    made.set_lookups(lambda _id: "twitter", lambda _path: None, lambda when: f"{when:%d %B}")
    made.set_columns(["Text", "When", ""], ["text", "when", "picture"])
    made.set_rows(rows)
    return made


def test_cells_names_and_words() -> None:
    made = model(checked(1), checked(2, WARNING, ERROR), checked(3, ERROR, left_out=True))
    assert (made.rowCount(), made.columnCount()) == (3, 4)
    assert [made.index(0, column).data() for column in range(4)] == ["1", "Text 1", "31.11.", ""]
    assert [made.column_name(column) for column in range(4)] == ["Row", "Text", "When", "Column 3"]
    assert made.index(0, 1).data(Qt.ItemDataRole.EditRole) == "Text\n1"
    texts = [made.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert texts == [
        "Row 1, ready, Text 1, X",
        "Row 2, cannot be imported, 31 November is not a date; "
        "zimt.jpg is not beside the CSV file, Text 2, X",
        "Row 3, left out, Text 3, X",
    ]
    assert made.index(1, 2).data(Qt.ItemDataRole.ToolTipRole) == "31.11.\n31 November is not a date"
    assert made.index(0, 0).data(CheckedRole) == checked(1)


def test_a_time_says_how_it_was_understood() -> None:
    made = model(replace(checked(1), when=datetime(2026, 12, 1, 9, tzinfo=UTC)))
    assert made.index(0, 2).data(Qt.ItemDataRole.ToolTipRole) == "31.11.\n01 December"


def test_only_problems_are_shown_when_asked() -> None:
    made = model(checked(1), checked(2, ERROR), checked(3, left_out=True))
    made.set_only_problems(True)
    assert [made.row_at(row).row.number for row in range(made.rowCount())] == [2, 3]  # type: ignore[union-attr]
    assert (made.place_of(2), made.place_of(1), made.total) == (0, -1, 3)
    made.set_rows([checked(1), checked(2), checked(3, left_out=True)])
    assert made.rowCount() == 1
    made.set_only_problems(False)
    assert made.rowCount() == 3


def test_the_same_rows_are_changed_and_not_reset(qtbot: Any) -> None:
    made = model(checked(1), checked(2))
    with qtbot.assertNotEmitted(made.modelReset), qtbot.waitSignal(made.dataChanged):
        made.set_rows([checked(1), checked(2, ERROR)])
    with qtbot.waitSignal(made.modelReset):
        made.set_rows([checked(1)])


def test_writing_says_so_and_changes_nothing_itself(qtbot: Any) -> None:
    made = model(checked(1), checked(2))
    with qtbot.waitSignal(made.edited) as blocker:
        assert made.setData(made.index(1, 2), "30.11.")
    assert blocker.args == [2, 1, "30.11."]
    assert made.index(1, 2).data() == "31.11."
    with qtbot.assertNotEmitted(made.edited):
        assert made.setData(made.index(1, 2), "31.11.")
        assert not made.setData(made.index(1, 0), "7")
    assert not made.flags(made.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert made.flags(made.index(0, 1)) & Qt.ItemFlag.ItemIsEditable


def test_a_text_of_megabytes_is_not_opened_in_a_cell() -> None:
    row = TableRow(1, 1, ("x" * 10_000_000, "31.11.", None))
    made = model(CheckedRow(row))
    assert not made.flags(made.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    assert made.flags(made.index(0, 2)) & Qt.ItemFlag.ItemIsEditable
    assert len(made.index(0, 1).data()) <= 300
    assert len(made.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)) < 2_000


def test_the_structure_holds() -> None:
    made = model()
    tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal, made
    )
    made.set_rows([checked(number) for number in range(1, 30)])
    made.set_only_problems(True)
    made.set_columns(["A"], [""])
    made.set_rows([checked(1, ERROR)])
    assert tester.model() is made
