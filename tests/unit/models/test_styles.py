"""Styles as rows of a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.models.styles import SecondLineRole, StylesModel, second_line, style_title
from posto_desktop.sdk.style_files import StyleFile


def style(name: str, **more: Any) -> StyleFile:
    return StyleFile(name, {"*": {"post_text": name}}, content={"settings": {}}, **more)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Empty"),
        ({"*": {"post_text": "a"}}, "All networks the same"),
        ({"*": {"post_text": "a"}, "twitter": {"post_text": "b"}}, "Own text for X"),
        (
            {"twitter": {"a": 1}, "fb": {"a": 1}},
            "X and Facebook only",
        ),
        (
            {
                "twitter": {"a": 1},
                "fb": {"a": 1},
                "vk": {"a": 1},
            },
            "X, Facebook and 1 more only",
        ),
    ],
)
def test_a_line_says_what_a_style_is_for(settings: dict[str, Any], words: str) -> None:
    style = StyleFile("s", settings)
    assert second_line(style) == words
    assert second_line(replace(style, description="For fairs")) == "For fairs"


def test_sections_order_and_structure(qtmodeltester: Any) -> None:
    model = StylesModel()
    model.set_styles(
        [
            style("blog", builtin=True),
            style("b", place=2.0),
            style("a"),
            style("c", place=1.0),
            StyleFile("bad", problem="Its content is damaged."),
        ]
    )
    qtmodeltester.check(model)
    words = [model.index(at).data() for at in range(model.rowCount())]
    assert words == ["Yours", "c", "b", "a", "Built in", "Blog post", "Unreadable", "bad"]
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    bad = model.index(7)
    assert bad.data(SecondLineRole) == "Its content is damaged."
    assert bad.data(Qt.ItemDataRole.AccessibleTextRole) == "bad, Its content is damaged."
    assert model.row_of("blog", builtin=False) == -1
    assert model.row_of("bad") == -1


def test_search_counts_what_it_hides() -> None:
    model = StylesModel()
    model.set_styles([style("Fair"), style("Glaze"), style("blog", builtin=True)])
    model.set_search("  FAIR ")
    assert [style.name for style in model.styles()] == ["Fair"]
    assert model.hidden == 2
    assert [item.name for item in model.own()] == ["Fair", "Glaze"]
    model.set_search("")
    assert model.hidden == 0


def test_titles_of_built_in_ones() -> None:
    assert style_title(style("product", builtin=True)) == "Product"
    assert style_title(style("product")) == "product"
