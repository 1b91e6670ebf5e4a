"""`tests.gui.golden.spoken`, which looks at names, roles and rows of every scene, finds them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.accessibility.roles import Role, give_role
from tests.gui.golden.spoken import problems


def test_what_is_wrong_is_found(theme: Any, qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button, page, choice = QPushButton("Schedule 8 posts"), QPushButton("Feed"), QPushButton("Day")
    box = QCheckBox("Compact")
    field, label, rows = QLineEdit(), QLabel("First comment"), QListWidget()
    for widget in (button, page, choice, box, field, label, rows):
        column.addWidget(widget)
    page.setObjectName("page-feed")
    choice.setCheckable(True)
    group = QButtonGroup(window)
    group.addButton(choice)
    label.setBuddy(field)
    window.show()
    assert problems(window) == [
        "QPushButton page-feed is no tab, but Button",
        "QPushButton  is no check box",
    ]
    button.setAccessibleName("Post")
    field.setAccessibleName("Comment")
    rows.addItems(["See https://n.example", "Feed, once, once"])
    choice.setAutoExclusive(True)
    give_role(page, Role.PageTab)
    give_role(window, Role.Grouping)
    assert problems(window) == [
        "QWidget  is a group without a name",
        "QPushButton  shows “Schedule 8 posts” and is called “Post”",
        "QLineEdit  has the label “First comment” and is called “Comment”",
        "QListWidget  speaks an address: See https://n.example",
        "QListWidget  says twice: ['once']",
    ]
    button.setAccessibleName("Schedule 8 posts now")
    field.setAccessibleName("First comment on X")
    window.setAccessibleName("How")
    rows.clear()
    assert problems(window) == []
