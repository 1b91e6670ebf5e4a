"""The list of recently used files, as a grid reads it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from posto_desktop.core.draft import MediaRef
from posto_desktop.models.recent_media import PictureRole, RecentMediaModel


def file(name: str, **more: Any) -> Any:
    values = {"missing": False, "changed": False, **more}
    return SimpleNamespace(ref=MediaRef(f"/{name}", name, alt=values.pop("alt", "")), **values)


def tip(model: RecentMediaModel, row: int) -> str:
    return str(model.index(row).data(Qt.ItemDataRole.AccessibleDescriptionRole))


def test_rows_say_what_they_are() -> None:
    model = RecentMediaModel()
    tester = QAbstractItemModelTester(model)
    model.set_files(
        [file("a.png", alt="A cup"), file("b.png", missing=True), file("c.png", changed=True)]
    )
    assert [model.index(row).data() for row in range(3)] == ["a.png", "b.png", "c.png"]
    assert tip(model, 0) == "a.png, A cup"
    assert tip(model, 1) == "b.png is no longer where it was"
    assert tip(model, 2) == "c.png has changed since it was used"
    assert tester.model() is model


def test_a_picture_is_asked_for_once_and_not_of_what_is_gone() -> None:
    model = RecentMediaModel()
    model.set_files([file("a.png"), file("b.png", missing=True)])
    asked: list[str] = []
    model.pictureWanted.connect(asked.append)
    for _ in range(2):
        assert model.index(0).data(PictureRole) is None
        assert model.index(1).data(PictureRole) is None
    assert asked == ["/a.png"]
    model.set_picture("/a.png", QImage(2, 2, QImage.Format.Format_RGB32))
    assert model.index(0).data(PictureRole) is not None
    assert model.remove_file(0).ref.name == "a.png"
    assert model.rowCount() == 1
