"""Scenes of Compose, and of what opens over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from docs.screenshots import POSTS
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost
from posto_desktop.core.recurrence import Repeat
from tests.gui.golden.filled_app import Key, Scene, Stage, over
from tests.gui.golden.stage import NOW

ALT = Qt.KeyboardModifier.AltModifier


ADVENT = (
    "Advent opens at the harbour on Sunday: saffron buns, candles from the island and a choir "
    "at six. https://bakery.example/advent #advent #harbour"
)


def compose_empty(stage: Stage) -> QWidget:
    stage.write(Draft())
    return stage.window


def full_message(stage: Stage) -> Draft:
    return Draft(
        text=ADVENT,
        variants={"twitter": "Advent opens at the harbour on Sunday. #advent"},
        media=stage.media(0, 1, 2, alt="The harbour at six"),
        channel_ids=[1, 2, 3, 5],
        when_text="sun 9:00",
        link="https://bakery.example/advent",
        labels=["Advent", "Harbour"],
        repeat=Repeat("week", count=4),
    )


def compose_full(stage: Stage) -> QWidget:
    """Texts, files and several networks."""
    stage.write(full_message(stage))
    return stage.window


def compose_editing(stage: Stage) -> QWidget:
    """A scheduled message with its changes."""
    ids, at = (1, 2, 3, 5), NOW + timedelta(days=3)
    posts = tuple(ScheduledPost(100 + number, number) for number in ids)
    edited = EditedMessage("local", posts, at.timestamp(), before={"channel_ids": list(ids)})
    stage.write(replace(full_message(stage), repeat=None, editing=edited))
    return stage.window


def compose_own_text(stage: Stage) -> QWidget:
    page = stage.write(full_message(stage))
    assert page.tabs.choose("twitter")
    stage.calm()
    return stage.window


def compose_checks(stage: Stage) -> QWidget:
    """A message that some networks do not take as it is."""
    draft = Draft(text=f"{ADVENT}\n\n" * 4, channel_ids=[1, 2, 4, 6, 8], when_text="yesterday 9:00")
    stage.write(draft)
    return stage.window


def compose_thread(stage: Stage) -> QWidget:
    """A thread of four whose second part is written and whose last one is too long."""
    media = stage.media(0, 1, 2, alt="The harbour at six")
    draft = Draft(
        text="Advent opens at the harbour on Sunday. Here is what we bake, and why.",
        threads={
            "": (
                "Saffron buns, from four in the morning on: https://bakery.example/buns #advent",
                "Candles from the island.",
                "And a choir at six, which sings what the harbour sang a hundred years ago. " * 5,
            )
        },
        media=[replace(file, part=part) for file, part in zip(media, (1, 1, 2), strict=True)],
        numbered=True,
        channel_ids=[5, 6],
    )
    page = stage.write(draft)
    page.thread_presenter.next()
    stage.calm()
    return stage.window


def compose_first_run(stage: Stage) -> QWidget:
    stage.write(Draft(), first_run=True)
    return stage.window


def over_compose(name: str, key: Key | None = None, how: Any = ALT) -> Scene:
    """What a button of Compose opens, or a key in a control."""

    def show(stage: Stage) -> QWidget | None:
        stage.write(full_message(stage))
        return stage.click(name) if key is None else stage.press(name, key, how)

    return show


def recent_media(stage: Stage) -> QWidget | None:
    stage.write(full_message(stage))
    buttons = stage.window.findChildren(QAbstractButton, "recently-used-media")
    next(
        button for button in buttons if button.isVisible()
    ).click()  # one beside the text, one the files
    stage.calm()
    return over()


def drafts_list(stage: Stage) -> QWidget | None:
    others = [
        Draft(text=text, labels=["Advent"] * (at % 2), media=stage.media(at % 3))
        for at, text in enumerate(POSTS)
    ]
    stage.write(full_message(stage), *others)
    return stage.click("show-drafts")


def media_editor(stage: Stage) -> QWidget | None:
    stage.write(full_message(stage)).files.edit(1)
    stage.calm()
    return over()


def manage_snippets(stage: Stage) -> QWidget | None:
    stage.write(full_message(stage))
    stage.click("insert-snippet")
    return stage.click("manage-snippets")
