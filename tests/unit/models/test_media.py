"""The media strip's rows: order, numbers, words for assistive software."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.models.media import (
    ROW_MIME,
    EditedPictureRole,
    MediaModel,
    PendingRole,
    PictureRole,
    ProblemRole,
    SeverityRole,
    duration_text,
)


def refs(*names: str) -> list[MediaRef]:
    return [MediaRef(path=f"/pictures/{name}", name=name) for name in names]


def names(model: MediaModel) -> list[str]:
    return [ref.name for ref in model.refs()]


@pytest.fixture
def model(qapp: Any) -> MediaModel:
    model = MediaModel()
    model.insert_files(refs("a.jpg", "b.jpg", "c.jpg"))
    return model


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (42.3, "0:42"), (59.6, "1:00"), (3725, "1:02:05"), (None, ""), (-1, "")],
)
def test_durations_are_said_as_clocks_do(seconds: float | None, words: str) -> None:
    assert duration_text(seconds) == words


def test_the_structure_holds_while_rows_come_move_and_go(model: MediaModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester.model() is model
    model.move(0, 2)
    model.insert_files(refs("d.jpg"), at=1)
    model.remove(0)
    model.set_files(refs("x.jpg"))
    assert names(model) == ["x.jpg"]


@pytest.mark.parametrize(
    ("source", "target", "order"),
    [
        (0, 2, "bca"),
        (2, 0, "cab"),
        (0, 1, "bac"),
        (1, 0, "bac"),
        (1, 99, "acb"),
        (2, -5, "cab"),
    ],
)
def test_a_row_moves_to_the_place_named(
    model: MediaModel, source: int, target: int, order: str
) -> None:
    assert model.move(source, target)
    assert [name[0] for name in names(model)] == list(order)


def test_moving_nowhere_is_no_change(qtbot: Any, model: MediaModel) -> None:
    with qtbot.assertNotEmitted(model.filesChanged):
        assert not model.move(1, 1)
        assert not model.move(9, 0)


def test_new_files_go_where_they_were_dropped(model: MediaModel) -> None:
    assert model.insert_files(refs("d.jpg", "e.jpg"), at=1) == 1
    assert [name[0] for name in names(model)] == list("adebc")
    model.insert_files(refs("f.jpg"), at=99)
    assert names(model)[-1] == "f.jpg"


def test_a_row_is_taken_out(model: MediaModel) -> None:
    row = model.remove(1)
    assert row is not None
    assert row.ref.name == "b.jpg"
    assert names(model) == ["a.jpg", "c.jpg"]
    assert model.remove(9) is None


def test_rows_are_named_by_their_file_and_described(model: MediaModel) -> None:
    model.set_facts("/pictures/b.jpg", width=1600, height=1200, size=2 * 1048576)
    index = model.index(1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "b.jpg"
    words = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "Picture 2 of 3" in words
    assert "1600×1200" in words
    assert "no description yet" in words
    model.set_alt(1, "A cup")
    assert "A cup" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)


def test_facts_change_the_draft_only_if_they_are_new(qtbot: Any, model: MediaModel) -> None:
    with qtbot.waitSignal(model.factsChanged):
        model.set_facts("/pictures/a.jpg", width=10)
    assert model.index(0).data(PendingRole) is False
    with qtbot.assertNotEmitted(model.factsChanged, wait=50):
        model.set_facts("/pictures/a.jpg", width=10)
        model.set_facts("/pictures/gone.jpg", width=10)


def test_facts_of_many_files_are_told_together(qtbot: Any, model: MediaModel) -> None:
    changes: list[list[int]] = []
    model.factsChanged.connect(lambda: changes.append([ref.width for ref in model.refs()]))
    for number, name in enumerate(names(model), 1):
        model.set_facts(f"/pictures/{name}", width=number)
    qtbot.waitUntil(lambda: bool(changes))
    assert changes == [[1, 2, 3]]


def test_what_a_person_changes_is_told_with_the_facts(model: MediaModel) -> None:
    events: list[str] = []
    model.factsChanged.connect(lambda: events.append("facts"))
    model.filesChanged.connect(lambda: events.append("files"))
    model.set_facts("/pictures/a.jpg", width=10)
    model.move(0, 1)
    assert events == ["files"]
    assert model.refs()[1].width == 10
    model.move(0, 1)
    assert events == ["files", "files"]


def test_a_problem_found_in_the_file_is_told(qtbot: Any, model: MediaModel) -> None:
    with qtbot.waitSignal(model.factsChanged):
        model.set_facts("/pictures/a.jpg", problem="a.jpg is damaged.")
    assert model.index(0).data(ProblemRole) == "a.jpg is damaged."
    assert "damaged" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_picture_is_asked_for_once(qtbot: Any, model: MediaModel) -> None:
    asked: list[str] = []
    model.pictureWanted.connect(asked.append)
    index = model.index(0)
    assert index.data(PictureRole) is None
    assert index.data(PictureRole) is None
    assert asked == ["/pictures/a.jpg"]
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    model.set_picture("/pictures/a.jpg", picture)
    assert index.data(PictureRole) == picture
    assert model.picture("/pictures/a.jpg") == picture
    model.forget_picture("/pictures/a.jpg")
    assert index.data(PictureRole) is None
    assert len(asked) == 2


def test_pictures_survive_the_change_to_another_draft_with_the_same_files(
    model: MediaModel,
) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    model.set_picture("/pictures/a.jpg", picture)
    model.set_files(refs("z.jpg", "a.jpg"))
    assert model.picture("/pictures/a.jpg") == picture


def test_checks_mark_the_tiles_they_name(model: MediaModel) -> None:
    model.set_severities({"/pictures/a.jpg": "error", "b.jpg": "warning"})
    assert [model.index(n).data(SeverityRole) for n in range(3)] == ["error", "warning", ""]
    model.set_severities({})
    assert model.index(0).data(SeverityRole) == ""


def test_the_same_file_twice_is_two_rows(model: MediaModel) -> None:
    model.insert_files(refs("a.jpg"))
    assert model.rows_of("/pictures/a.jpg") == [0, 3]
    model.set_facts("/pictures/a.jpg", width=5)
    assert [model.refs()[n].width for n in (0, 3)] == [5, 5]
    model.remove(0)
    assert model.rows_of("/pictures/a.jpg") == [2]


def test_the_second_of_two_same_files_has_the_picture_too(model: MediaModel) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    model.set_picture("/pictures/a.jpg", picture)
    model.insert_files(refs("a.jpg"))
    assert model.index(3).data(PictureRole) == picture
    # With one of them gone the other keeps it, and it is not fetched again.
    asked: list[str] = []
    model.pictureWanted.connect(asked.append)
    model.remove(0)
    assert model.index(2).data(PictureRole) == picture
    model.insert_files(refs("a.jpg"))
    assert model.index(3).data(PictureRole) == picture
    assert asked == []


def test_a_file_name_that_is_not_utf8_is_asked_for_as_it_is(model: MediaModel) -> None:
    name = "caf\udce9.jpg"  # as Python reads such a name
    asked: list[str] = []
    model.pictureWanted.connect(asked.append)
    model.insert_files(refs(name))
    model.index(3).data(PictureRole)
    assert asked == [f"/pictures/{name}"]


def test_a_dragged_row_travels_as_its_number(model: MediaModel) -> None:
    data = model.mimeData([model.index(2)])
    assert bytes(data.data(ROW_MIME).data()) == b"2"
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_edits_are_kept_with_their_file_and_ask_for_another_picture() -> None:
    model = MediaModel()
    model.set_files([MediaRef("/a.png", "a.png", width=300, height=200)])
    plain = QImage(3, 2, QImage.Format.Format_RGB32)
    model.set_picture("/a.png", plain)
    asked: list[tuple[str, Edit]] = []
    changes: list[int] = []
    model.editedWanted.connect(lambda path, edit: asked.append((path, edit)))
    model.filesChanged.connect(lambda: changes.append(1))
    assert model.set_edits(0, Edit(turns=1, max_side=90), {"fb": Edit(), "x": Edit(turns=2)})
    assert not model.set_edits(0, Edit(turns=1, max_side=90), {"x": Edit(turns=2)})
    assert changes == [1]
    assert set(model.row(0).ref.network_edits) == {"x"}
    index = model.index(0)
    assert index.data(EditedPictureRole).size() == plain.size()  # until the other is there
    index.data(EditedPictureRole)
    assert asked == [("/a.png", Edit(turns=1))]  # once, and without what cannot be seen
    model.set_edited(*asked[0], QImage(2, 3, QImage.Format.Format_RGB32))
    assert index.data(EditedPictureRole).width() == 2
    assert model.picture_as("/a.png", Edit(max_side=90)) is plain
    model.set_edits(0, Edit())
    assert model.row(0).ref.edit is None
    assert index.data(EditedPictureRole).width() == 3
