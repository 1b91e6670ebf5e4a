"""Tests of the settings that change the Compose page."""

from __future__ import annotations

from typing import Any

from posto_desktop.core.edits import Edit


def test_send_now_without_a_question(desk: Any) -> None:
    desk.type("Fig")
    desk.settle()
    desk.page.message.posting.ask_now = lambda: False
    desk.page.message.posting.send_now()
    [(_draft, when)] = desk.posted
    assert when is None
    assert not desk.page.confirmation_bar.isVisible()


def test_files_come_with_the_edit_of_the_settings(qtbot: Any, desk: Any, picture: Any) -> None:
    kinds = []

    def first_edit(kind: str) -> Edit:
        kinds.append(kind)
        return Edit(max_side=2560)

    desk.page.media_import.first_edit = first_edit
    desk.page.add_files([picture("a.png")])
    qtbot.waitUntil(lambda: len(desk.page.draft.media) == 1)
    assert kinds == ["image"]
    assert desk.page.draft.media[0].edit == Edit(max_side=2560)
