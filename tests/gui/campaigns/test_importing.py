"""The import dialog: a file in, rows checked and corrected, messages out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from posto_desktop.sdk.records import Channel
from posto_desktop.ui.campaigns.importing.dialog import ImportContext, ImportDialog, table_paths
from posto_desktop.ui.campaigns.importing.parse_options_menu import ParseOptionsMenu
from posto_desktop.ui.campaigns.importing.rows_delegate import (
    CHANGE,
    KEEP,
    LEAVE_OUT,
    LOCATE,
    TAKE_IN,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.media_import import ImportedMedia
from posto_desktop.workers.runner import JobRunner
from tests.gui.cut_text import cut_texts, settle
from tests.gui.test_text_fits import LongWords
from tests.gui.unnamed import unnamed

ROWS = """Text;Publish at;Image file;Where;Owner
"The Winter Roast is here: fig, cocoa";30.11. 9:00;roast.png;X, Instagram;Maja
How we taste it;31.11. 9:00;roast.png;X;Maja
What to eat with it;14.12. 9:00;zimt.png;X;Jonas
Open until eight;16.12. 9:00;;Plurk;Jonas
The last forty bags;18.12. 9:00;;;Maja
"""
CHANNELS = [
    Channel(1, "@nordlicht", "twitter"),
    Channel(2, "nordlicht.coffee", "instagram"),
]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    assert image.save(str(folder / "roast.png"))
    path = folder / "plan.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def runner(qtbot: Any) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


Make = Callable[..., ImportDialog]


@pytest.fixture
def make(theme: Any, qtbot: Any, runner: JobRunner, tmp_path: Path) -> Iterator[Make]:
    window = QWidget()
    window.resize(1360, 860)
    qtbot.addWidget(window)
    window.show()
    images = ImageLoader(runner, parent=window)
    opened: list[ImportDialog] = []

    def build(room: tuple[int, int] = (1360, 860), **changed: Any) -> ImportDialog:
        window.resize(*room)
        values: dict[str, Any] = {
            "zone": ZoneInfo("Europe/Berlin"),
            "clock": lambda: datetime(2026, 11, 25, 17, tzinfo=UTC),
            "channels": CHANNELS,
            "ticked": (1, 2),
            "memory": tmp_path / "import_columns.json",
        }
        dialog = ImportDialog(window, runner, ImportContext(**{**values, **changed}), images)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        opened.append(dialog)
        return dialog

    yield build
    for dialog in opened:
        dialog.done(0)
        dialog.deleteLater()
    settle()


@pytest.fixture
def dialog(make: Make, plan: Path, qtbot: Any) -> ImportDialog:
    made = make()
    with qtbot.waitSignal(made.session.checked):
        made.open_file(str(plan))
    return made


def levels(dialog: ImportDialog) -> list[str]:
    return [row.level for row in dialog.session.checked_rows]


def run_action(dialog: ImportDialog, qtbot: Any, row: int, action: str) -> None:
    """Click the button that is painted under a row."""
    table = dialog.check_page.table
    table.scrollTo(dialog.model.index(row, 0))
    checked = dialog.model.row_at(row)
    assert checked is not None
    buttons = dict(table.rows_delegate.buttons(table.row_rect(row), checked))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=buttons[action].center())


def write(dialog: ImportDialog, qtbot: Any, words: str) -> None:
    """Write into the cell that is open, and press Enter."""
    editor = dialog.check_page.table.findChild(QLineEdit, "import-cell")
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, words)
    with qtbot.waitSignal(dialog.session.checked):
        QTest.keyClick(editor, Qt.Key.Key_Return)


def test_it_says_into_which_campaign(make: Make, plan: Path, qtbot: Any) -> None:
    dialog = make(name="December {n} breads")
    assert "messages to “December {n} breads” and sends nothing" in dialog.file_page.about.text()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(plan))
    dialog.foot.continue_button.click()
    assert dialog.times_page.title.text() == "3 messages will be added to “December {n} breads”"


def test_from_the_file_to_the_messages(dialog: ImportDialog, plan: Path, qtbot: Any) -> None:
    assert dialog.steps.accessibleName() == "Step 2 of 3: Columns and check"
    assert [box.currentText() for box in dialog.check_page.strip.boxes] == [
        "Text", "When", "Picture", "Channels", "Do not import",
    ]  # fmt: skip
    assert levels(dialog) == ["ready", "error", "warning", "error", "ready"]
    assert dialog.foot.counts.accessibleName() == (
        "2 ready, 1 without its picture, 2 cannot be imported"
    )
    assert dialog.check_page.source.full_text() == "5 rows, separated by semicolons, UTF-8"
    assert dialog.foot.continue_button.text() == "Continue with 3 rows"
    dialog.foot.continue_button.click()
    assert dialog.times_page.title.text() == "3 messages will be added to the campaign"
    assert "Row 2 (line 3): Not imported. 31 November" in dialog.times_page.report.toPlainText()
    dialog.times_page.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.times_page.report.toPlainText()
    with qtbot.waitSignal(dialog.imported) as blocker:
        dialog.foot.continue_button.click()
    first, second, third = blocker.args[0]
    assert first.text == "The Winter Roast is here: fig, cocoa"
    assert first.when == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert [ref.path for ref in first.media] == [str(plan.parent / "roast.png")]
    assert first.channel_ids == (1, 2)
    assert (second.text, second.media) == ("What to eat with it", ())
    assert third.channel_ids is None
    assert dialog.isHidden()


def test_the_rhythm_of_the_campaign_may_say_when(dialog: ImportDialog, qtbot: Any) -> None:
    dialog.foot.continue_button.click()
    assert dialog.times_page.span.text().startswith("From Mon 30 Nov 2026")
    dialog.times_page.rhythm.click()
    assert dialog.times_page.span.isHidden()
    with qtbot.waitSignal(dialog.imported) as blocker:
        dialog.foot.continue_button.click()
    assert [message.when for message in blocker.args[0]] == [None, None, None]


def test_a_bad_date_is_corrected_in_place(dialog: ImportDialog, qtbot: Any) -> None:
    run_action(dialog, qtbot, 1, CHANGE)
    write(dialog, qtbot, "29.11. 9:00")
    assert levels(dialog) == ["ready", "ready", "warning", "error", "ready"]
    assert dialog.session.checked_rows[1].when == datetime(2026, 11, 29, 8, tzinfo=UTC)


def test_a_text_is_edited_with_its_lines(dialog: ImportDialog, qtbot: Any) -> None:
    table = dialog.check_page.table
    table.setCurrentIndex(dialog.model.index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QPlainTextEdit, "import-cell")
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "One")
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "two")
    with qtbot.waitSignal(dialog.session.checked):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert dialog.session.checked_rows[0].text == "One\ntwo"


def test_what_was_corrected_is_not_thrown_away_unasked(dialog: ImportDialog, qtbot: Any) -> None:
    run_action(dialog, qtbot, 1, CHANGE)
    write(dialog, qtbot, "29.11. 9:00")
    dialog.foot.cancel.click()
    question = dialog.findChild(ConfirmDialog)
    assert question is not None
    assert not dialog.isHidden()
    question.reject()
    settle()
    dialog.foot.cancel.click()
    question = next(dialog for dialog in dialog.findChildren(ConfirmDialog) if dialog.isVisible())
    question.action_button.click()
    assert dialog.isHidden()


def test_quitting_is_not_held_up_by_a_question(dialog: ImportDialog, qtbot: Any) -> None:
    run_action(dialog, qtbot, 1, CHANGE)
    write(dialog, qtbot, "29.11. 9:00")
    assert dialog.close()
    assert dialog.isHidden()
    assert dialog.findChild(ConfirmDialog) is None


def test_going_on_waits_for_the_last_change(dialog: ImportDialog, qtbot: Any) -> None:
    dialog.session.leave_out([1])
    dialog.foot.continue_button.click()
    assert dialog.steps.accessibleName().startswith("Step 2")
    qtbot.waitUntil(lambda: dialog.steps.accessibleName().startswith("Step 3"))
    assert dialog.foot.continue_button.text() == "Import 2 messages"


def test_rows_are_left_out_and_taken_in_with_keys(dialog: ImportDialog, qtbot: Any) -> None:
    table = dialog.check_page.table
    table.setCurrentIndex(dialog.model.index(0, 0))
    with qtbot.waitSignal(dialog.session.checked):
        QTest.keyClick(table, Qt.Key.Key_Delete)
    assert levels(dialog)[0] == "left_out"
    assert dialog.foot.continue_button.text() == "Continue with 2 rows"
    with qtbot.waitSignal(dialog.session.checked):
        QTest.keyClick(table, Qt.Key.Key_Return)  # the first thing that can be done: take it in
    assert levels(dialog)[0] == "ready"


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_many_rows_are_imported_although_they_are_planned(
    make: Make, tmp_path: Path, qtbot: Any, by: str
) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Text\na\na\na\nb\n")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    assert levels(dialog) == ["ready", "error", "error", "ready"]
    table = dialog.check_page.table
    table.selectAll()
    with qtbot.waitSignal(dialog.session.checked):
        if by == "mouse":
            run_action(dialog, qtbot, 1, KEEP)
        else:
            table.setFocus()
            QTest.keyClick(table, Qt.Key.Key_Insert)
    assert levels(dialog) == ["ready"] * 4


def test_left_out_with_the_mouse(dialog: ImportDialog, qtbot: Any) -> None:
    with qtbot.waitSignal(dialog.session.checked):
        run_action(dialog, qtbot, 3, LEAVE_OUT)
    assert levels(dialog)[3] == "left_out"
    with qtbot.waitSignal(dialog.session.checked):
        run_action(dialog, qtbot, 3, TAKE_IN)
    assert levels(dialog)[3] == "error"


def test_a_picture_is_located(dialog: ImportDialog, plan: Path, qtbot: Any) -> None:
    run_action(dialog, qtbot, 2, LOCATE)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.windowTitle() == "Where is zimt.png?"
    with qtbot.waitSignal(dialog.session.checked):
        chooser.fileSelected.emit(str(plan.parent / "roast.png"))
    chooser.close()
    assert dialog.session.checked_rows[2].pictures == (str(plan.parent / "roast.png"),)


def test_only_rows_with_problems(dialog: ImportDialog, qtbot: Any) -> None:
    assert dialog.foot.problems_only.text().split() == ["Only", "problems", "3"]
    dialog.foot.problems_only.click()
    assert [dialog.model.row_at(row).row.number for row in range(3)] == [2, 3, 4]  # type: ignore[union-attr]
    table = dialog.check_page.table
    assert len({table.rowHeight(row) for row in range(3)}) == 1
    assert table.rowHeight(0) > Theme.instance().px("row.import")
    dialog.foot.problems_only.click()
    assert dialog.model.rowCount() == 5
    words = dialog.model.rows_with_words()
    assert [table.rowHeight(row) > table.rowHeight(0) for row in range(5)] == words


def test_another_meaning_is_checked_and_remembered(
    dialog: ImportDialog, make: Make, plan: Path, qtbot: Any
) -> None:
    box = dialog.check_page.strip.boxes[4]
    box.setCurrentIndex(box.findData("comment"))
    with qtbot.waitSignal(dialog.session.checked):
        box.activated.emit(box.currentIndex())
    assert dialog.session.checked_rows[0].comment == "Maja"
    dialog.foot.continue_button.click()
    with qtbot.waitSignal(dialog.imported):
        dialog.foot.continue_button.click()
    qtbot.waitUntil((plan.parent.parent / "import_columns.json").exists)
    again = make()
    with qtbot.waitSignal(again.session.checked):
        again.open_file(str(plan))
    assert again.session.fields == ("text", "when", "picture", "channels", "comment")
    assert again.session.remembered


def test_the_order_of_the_dates_is_asked_once(make: Make, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Text,Date\na,5/12/2026\nb,6/12/2026\n")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    page = dialog.check_page
    assert not page.day_first.isHidden()
    assert "“5/12/2026”" in page.question_label.text()
    assert (page.day_first.text(), page.month_first.text()) == ("5 December", "12 May")
    assert [row.when.month for row in dialog.session.checked_rows if row.when] == [12, 12]
    with qtbot.waitSignal(dialog.session.checked):
        page.month_first.click()
    assert levels(dialog) == ["error", "error"]
    assert page.order.currentData() == "mdy"
    assert page._holder.isHidden()


def test_a_file_without_a_text_says_where_to_choose_it(
    make: Make, tmp_path: Path, qtbot: Any
) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Date,Link\n2026-12-01,https://a.example\n")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    assert not dialog.check_page.hint.isHidden()
    assert not dialog.foot.continue_button.isEnabled()
    box = dialog.check_page.strip.boxes[1]
    box.setCurrentIndex(box.findData("text"))
    with qtbot.waitSignal(dialog.session.checked):
        box.activated.emit(box.currentIndex())
    assert dialog.check_page.hint.isHidden()
    assert dialog.foot.continue_button.isEnabled()


def test_from_right_to_left_the_buttons_are_where_they_are_painted(
    dialog: ImportDialog, qtbot: Any
) -> None:
    dialog.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    table = dialog.check_page.table
    checked = dialog.model.row_at(3)
    assert checked is not None
    table.scrollTo(dialog.model.index(3, 0))
    row = table.row_rect(3)
    place = dict(table.rows_delegate.buttons(row, checked, True))[LEAVE_OUT]
    assert place.center().x() > row.center().x()
    with qtbot.waitSignal(dialog.session.checked):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert levels(dialog)[3] == "left_out"


def test_no_names_in_the_first_row(make: Make, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Hello you,https://a.example\nAnd you,https://b.example\n")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    assert len(dialog.session.checked_rows) == 2
    with qtbot.waitSignal(dialog.session.checked):
        dialog.check_page.names.click()
    assert len(dialog.session.checked_rows) == 1
    assert dialog.model.column_name(1) == "Hello you"


def test_enter_asks_for_a_file_first(make: Make, qtbot: Any) -> None:
    dialog = make()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.windowTitle() == "Import file"
    chooser.close()


def test_what_cannot_be_read_says_why(make: Make, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"PK\x03\x04")
    dialog = make()
    with qtbot.waitSignal(dialog.session.refused):
        dialog.open_file(str(path))
    assert "damaged" in dialog.file_page.error.text()
    assert not dialog.file_page.error.isHidden()
    assert dialog.file_page.choose.isEnabled()


def test_cells_are_pasted(make: Make, qtbot: Any) -> None:
    QGuiApplication.clipboard().setText("Text\tWhen\nHello\t1.12.2026 9:00\n")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        QTest.keyClick(dialog, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [row.text for row in dialog.session.checked_rows] == ["Hello"]


def test_a_file_is_dropped(make: Make, plan: Path, qtbot: Any) -> None:
    dialog = make()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(plan))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    enter = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    QApplication.sendEvent(dialog.file_page, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(dialog.session.checked):
        QApplication.sendEvent(dialog.file_page, QDropEvent(QPointF(9, 9), copy, mime, left, none))
    assert dialog.check_page.name.full_text() == "plan.csv"


def test_how_it_is_read_can_be_changed(
    dialog: ImportDialog, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParseOptionsMenu, "popup", lambda _menu, _place: None)
    dialog.check_page.change.click()
    menu = dialog.findChild(ParseOptionsMenu)
    assert menu is not None
    commas = next(action for action in menu.actions() if action.text() == "Separated by commas")
    with qtbot.waitSignal(dialog.session.checked):
        commas.trigger()
    menu.close()
    assert dialog.session.table is not None
    assert dialog.session.table.delimiter == ","


def test_pictures_of_the_web_are_fetched_and_what_is_lost_is_said_first(
    make: Make, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.workers import import_jobs

    def take(_job: Any, urls: list[str], folder: Path, _transport: Any) -> list[ImportedMedia]:
        (url,) = urls
        if url.endswith("gone.png"):
            return [ImportedMedia(url, problem="gone.png could not be fetched.")]
        return [ImportedMedia(url, str(folder / "kept.png"))]

    monkeypatch.setattr(import_jobs, "import_urls", take)
    path = tmp_path / "plan.json"
    rows = [
        {"text": "a", "image": "https://c.example/a.png"},
        {"text": "b", "image": "https://c.example/gone.png"},
    ]
    path.write_text(json.dumps(rows))
    dialog = make(folder=tmp_path / "fetched")
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    dialog.foot.continue_button.click()
    assert "2 pictures will be downloaded" in dialog.times_page.about.text()
    with qtbot.waitSignal(dialog.session.finished):
        dialog.foot.continue_button.click()
    assert not dialog.isHidden()
    assert "gone.png could not be fetched." in dialog.times_page.report.toPlainText()
    with qtbot.waitSignal(dialog.imported) as blocker:
        dialog.foot.continue_button.click()
    first, second = blocker.args[0]
    assert [ref.path for ref in first.media] == [str(tmp_path / "fetched" / "kept.png")]
    assert second.media == ()


def test_closing_while_a_file_is_read_is_quiet(make: Make, plan: Path, qtbot: Any) -> None:
    dialog = make()
    dialog.open_file(str(plan))
    dialog.reject()
    assert dialog.isHidden()


def test_files_that_may_be_tables() -> None:
    assert table_paths(["/a.CSV", "/b.png", "/c.xlsx", "/d.json"]) == [
        "/a.CSV",
        "/c.xlsx",
        "/d.json",
    ]


@pytest.fixture
def language(request: pytest.FixtureRequest, qapp: Any) -> Iterator[str]:
    """English, or one that needs a third more room."""
    long = LongWords()
    if request.param == "long":
        assert QCoreApplication.installTranslator(long)
    yield request.param
    QCoreApplication.removeTranslator(long)


@pytest.mark.parametrize("size", ["normal", "larger"])
@pytest.mark.parametrize("language", ["English", "long"], indirect=True)
@pytest.mark.parametrize("room", [(1360, 860), (1024, 700)])
def test_names_and_room(
    theme: Any, make: Make, plan: Path, qtbot: Any, size: str, language: str, room: tuple[int, int]
) -> None:
    theme.set_text_size(size)
    try:
        dialog = make(room)
        problems = {}
        for step in ("file", "check", "times"):
            if step == "check":
                with qtbot.waitSignal(dialog.session.checked):
                    dialog.open_file(str(plan))
            elif step == "times":
                dialog.foot.continue_button.click()
            settle()
            cut = cut_texts(dialog)
            if dialog.check_page.table.horizontalScrollBar().maximum():
                # What is beyond the edge can be scrolled to.
                cut = [line for line in cut if "sticks out of ColumnMappingBar" not in line]
            problems[step] = unnamed(dialog) + cut
        assert {step: lines for step, lines in problems.items() if lines} == {}
    finally:
        theme.set_text_size("normal")


def test_what_many_rows_lack_is_said_once(make: Make, tmp_path: Path, qtbot: Any) -> None:
    lines = ["Text;Image file", *(f"Message {n};lost{n}.png" for n in range(1, 6)), "Last;"]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    dialog = make()
    with qtbot.waitSignal(dialog.session.checked):
        dialog.open_file(str(path))
    common = dialog.check_page.common
    words = "5 rows lack their pictures: lost1.png, lost2.png and 3 more"
    assert common.findChild(QLabel, "import-common-warning").text() == words
    assert not any(dialog.model.rows_with_words())
    dialog._next_step()
    shown = dialog.times_page.report.toPlainText()
    assert shown == "Rows 1 to 5: lost1.png was not found beside the CSV file. The others likewise."
    dialog.times_page.copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 5
    dialog._back()
    with qtbot.waitSignal(dialog.session.checked):
        common.findChild(QPushButton, "leave-out-rows").click()
    assert levels(dialog) == [*["left_out"] * 5, "ready"]
    assert common.isHidden()
    assert dialog.model.rows_with_words() == [*[True] * 5, False]
