"""The rows of the list of drafts."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.models import drafts as rows
from posto_desktop.models.drafts import DraftLookups, DraftsModel, second_line


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def model(qapp: Any, asked: list[str]) -> DraftsModel:
    def picture(path: str) -> QImage | None:
        asked.append(path)
        return None

    return DraftsModel(
        DraftLookups(
            age=lambda draft: "2 h ago", networks=lambda draft: ["twitter"], picture=picture
        )
    )


def test_a_row_says_what_the_draft_holds(model: DraftsModel, asked: list[str]) -> None:
    files = [MediaRef(f"/tmp/{number}.jpg", f"{number}.jpg") for number in range(5)]
    draft = Draft(text="Winter roast\n\nfig and cocoa", labels=["Launch"], media=files)
    model.set_rows([draft], [draft.id])
    index = model.index(0)
    assert index.data(rows.TitleRole) == "Winter roast"
    assert index.data(rows.SecondLineRole) == "fig and cocoa"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Winter roast\nfig and cocoa"
    assert index.data(rows.OpenRole) is True
    assert asked == []  # pictures are asked for by rows that are painted
    assert index.data(rows.PicturesRole) == [None, None, None]
    assert asked == ["/tmp/0.jpg", "/tmp/1.jpg", "/tmp/2.jpg"]
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Winter roast, open now, 5 files, X, Launch, 2 h ago"


def test_the_search_stays_when_rows_change(model: DraftsModel) -> None:
    model.set_rows([Draft(text="one"), Draft(text="two")])
    model.search("two")
    assert [model.draft(0).text, model.draft(1)] == ["two", None]  # type: ignore[union-attr]
    model.set_rows([Draft(text="two two"), Draft(text="three")])
    assert model.rowCount() == 1
    assert model.total == 2


@pytest.mark.parametrize(
    ("draft", "line"),
    [
        (Draft(text="one"), ""),
        (Draft(text="one\n \n two"), "two"),
        (Draft(text="one", name="The name"), "one"),
        (Draft(text="one", when_text="tomorrow"), "tomorrow"),
        (Draft(text="one", variants={"bluesky": "one!"}, when_text="tomorrow"), "tomorrow"),
        (Draft(variants={"bluesky": "blue\nsky"}), "sky"),
        (Draft(text="one", when_text="2026-12-02 11:30"), "Wed 2 Dec 2026, 11:30"),
        (Draft(text="one", when_text="2026-13-02 11:30"), "2026-13-02 11:30"),
    ],
)
def test_the_second_line_says_what_the_title_does_not(draft: Draft, line: str) -> None:
    assert second_line(draft) == line


def test_the_model_is_sound(model: DraftsModel, qtmodeltester: Any) -> None:
    model.set_rows([Draft(text="one"), Draft(text="two")])
    qtmodeltester.check(model)
