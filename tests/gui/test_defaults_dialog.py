"""The defaults of channels with real files: the winner is marked, changes are kept and undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from posto_desktop.core.draft import Draft
from posto_desktop.core.style_layers import rows_of
from posto_desktop.models.defaults import OPTION, WINS
from posto_desktop.sdk.defaults import Defaults
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.dialogs.defaults_dialog import DefaultsDialog
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.styles import StyleLibrary
from tests.gui.unnamed import unnamed

SITE = "https://social.example"
CHANNELS = [
    Channel(1, "nordlicht.tok", "tiktok", defaults={"disable_comment": True}),
    Channel(2, "@nordlicht", "twitter"),
]


class Stage:
    def __init__(
        self, qtbot: Any, dialog: DefaultsDialog, styles: StyleLibrary, folder: Path
    ) -> None:
        self.qtbot, self.dialog, self.styles, self.folder = qtbot, dialog, styles, folder

    def settle(self) -> None:
        self.dialog.editor.flush()
        self.qtbot.waitUntil(lambda: not self.styles.busy)

    def stored(self) -> dict[str, Any]:
        return json.loads((self.folder / "defaults.json").read_text("utf-8"))

    def choose(self, key: str) -> int:
        model = self.dialog.model
        for number in range(model.rowCount()):
            row = model.row(number)
            if row is not None and row.key == key:
                self.dialog.table.setCurrentIndex(model.index(number, 0))
                return number
        raise KeyError(key)

    def cells(self, key: str) -> list[str]:
        number = self.choose(key)
        model = self.dialog.model
        return [model.index(number, at).data() for at in range(model.columnCount())]


@pytest.fixture
def stage(qtbot: Any, theme: Any, tmp_path: Path) -> Iterator[Stage]:
    runner = JobRunner()
    NamedSettingsStore(lambda: tmp_path / "styles", "style").save(
        "Fair", {"*": {"post_text": "Fair: {post_title}"}}
    )
    defaults = Defaults(lambda: tmp_path / "defaults.json")
    defaults.set_network("tiktok", {"post_text": "Net {post_title}", "disable_comment": False})
    defaults.set_channel(SITE, 1, {"disable_duet": True})
    styles = StyleLibrary(runner, tmp_path, soon_ms=1)
    dialog = DefaultsDialog(CHANNELS, 1, "Fair")
    qtbot.addWidget(dialog)
    styles.changed.connect(dialog.set_style_registry)
    styles.done.connect(dialog.set_outcome)
    styles.refused.connect(dialog.set_refused)
    dialog.changeRequested.connect(styles.set_default)
    dialog.set_service(SITE)
    dialog.show()
    qtbot.waitExposed(dialog)
    styles.load()
    made = Stage(qtbot, dialog, styles, tmp_path)
    made.settle()
    yield made
    dialog.close()
    assert runner.shutdown(60_000)
    styles.deleteLater()


def test_each_layer_and_the_winner(stage: Stage) -> None:
    assert stage.cells("post_text") == [
        "Text", "Fair: ‹Message›", "–", "Net ‹Message›", "–", "✓ Fair: ‹Message›", "–",
    ]  # fmt: skip
    assert stage.cells("disable_comment") == [
        "Allow comments", "Yes", "No", "✓ Yes", "–", "–", "–",
    ]  # fmt: skip
    assert stage.cells("disable_duet") == ["Allow duets", "No", "–", "–", "✓ No", "–", "–"]
    model, row = stage.dialog.model, stage.choose("disable_comment")
    spoken = model.index(row, 3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "TikTok: Yes. In effect."


def test_a_default_of_the_network_is_kept_reset_and_undone(stage: Stage, qtbot: Any) -> None:
    stage.choose("post_text")
    editor = stage.dialog.editor
    edit = editor._control
    edit.set_text("Tok {post_title}")
    edit.edited.emit()
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["post_text"] == "Tok {post_title}"
    assert stage.cells("post_text")[3] == "Tok ‹Message›"
    editor.reset.click()
    stage.settle()
    assert "post_text" not in stage.stored()["networks"]["tiktok"]
    assert edit.text() == ""
    stage.dialog.undo.click()
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["post_text"] == "Tok {post_title}"
    assert edit.text() == "Tok {post_title}"
    stage.dialog.undo.click()
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["post_text"] == "Net {post_title}"
    assert stage.dialog.undo.isHidden()


def test_what_could_not_be_taken_back_can_be_tried_again(stage: Stage) -> None:
    stage.choose("post_text")
    edit = stage.dialog.editor._control
    edit.set_text("Tok {post_title}")
    edit.edited.emit()
    stage.settle()
    stage.dialog.changeRequested.disconnect(stage.styles.set_default)
    stage.dialog.undo.click()
    stage.dialog.set_refused("", "The disk is full.")
    assert stage.dialog.undo.isVisible()
    stage.dialog.changeRequested.connect(stage.styles.set_default)
    stage.dialog.undo.click()
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["post_text"] == "Net {post_title}"


def test_a_default_of_the_channel(stage: Stage) -> None:
    stage.choose("disable_stitch")
    editor = stage.dialog.editor
    editor.scope.changed.emit("channel")
    editor._control.set_value(True)
    editor._control.edited.emit()
    stage.settle()
    assert stage.stored()["channels"][SITE]["1"] == {"disable_duet": True, "disable_stitch": True}
    assert stage.cells("disable_stitch")[4] == "✓ No"


def test_a_template_that_makes_no_sense_is_not_kept(stage: Stage) -> None:
    stage.choose("post_text")
    edit = stage.dialog.editor._control
    edit.set_text("{nothing}")
    edit.edited.emit()
    stage.settle()
    assert "unknown variables: {nothing}" in stage.dialog.editor.problem.text()
    assert stage.stored()["networks"]["tiktok"]["post_text"] == "Net {post_title}"


def test_parts_and_a_watermark_of_the_network(stage: Stage, tmp_path: Path) -> None:
    stage.choose("signature")
    stage.dialog.editor._control.text.setPlainText("Bye")
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["signature"] == {"text": "Bye"}
    stage.choose("watermark")
    path = tmp_path / "logo.png"
    Image.new("RGBA", (40, 20), "green").save(path)
    stage.styles.import_watermark(str(path))
    stage.settle()
    stage.settle()
    mark = stage.stored()["networks"]["tiktok"]["watermark"]
    assert (tmp_path / "styles" / "watermarks" / mark["file"]).is_file()
    stage.dialog.editor.scope.changed.emit("channel")
    assert not stage.dialog.editor._control.isEnabled()


def test_what_another_program_changes_shows_at_once(stage: Stage) -> None:
    stage.styles.watch()
    stage.settle()
    Defaults(lambda: stage.folder / "defaults.json").change("tiktok", {"post_text": "Script"})
    stage.qtbot.waitUntil(lambda: stage.cells("post_text")[3] == "Script")
    assert stage.dialog.editor._control.text() == "Script"


def test_another_channel_and_the_message(stage: Stage) -> None:
    dialog = stage.dialog
    dialog.channel_box.setCurrentIndex(1)
    dialog.channel_box.activated.emit(1)
    dialog.set_draft(Draft(link="https://a.example"))
    assert stage.cells("custom_link")[-1] == "✓ https://a.example"
    dialog.style_box.setCurrentIndex(0)
    dialog.style_box.activated.emit(0)
    assert stage.cells("post_text")[WINS] == "As typed"
    assert stage.cells("post_text")[OPTION] == "Text"


def test_everything_has_a_name(stage: Stage) -> None:
    for key in ("post_text", "utm", "hashtags", "signature", "watermark", "disable_duet"):
        stage.choose(key)
        assert unnamed(stage.dialog) == []


def test_a_damaged_file_is_named_and_kept_aside(stage: Stage) -> None:
    path = stage.folder / "defaults.json"
    path.write_text("{half")
    stage.styles.load()
    stage.settle()
    assert stage.dialog.state.toolTip().startswith("defaults.json is damaged")
    stage.dialog.changeRequested.emit("tiktok", {"post_text": "New"})
    stage.settle()
    assert stage.stored()["networks"] == {"tiktok": {"post_text": "New"}}
    (aside,) = stage.folder.glob("defaults.json.damaged-*")
    assert aside.read_text() == "{half"


@pytest.mark.parametrize("odd", [5, 2.5, None, [], [1, {}], {}, {"a": 1}, True, "\0", "a" * 5000])
def test_odd_values_in_the_file_are_shown_and_break_nothing(stage: Stage, odd: Any) -> None:
    keys = [row.key for row in rows_of(CHANNELS[0], None)]
    part = dict.fromkeys(keys, odd)
    content = {"networks": {"tiktok": part, "x": odd}, "channels": {SITE: {"1": part, "2": odd}}}
    (stage.folder / "defaults.json").write_text(json.dumps(content))
    stage.styles.load()
    stage.settle()
    for key in keys:
        assert stage.choose(key) >= 0
        for layer in ("network", "channel"):
            stage.dialog.editor.scope.changed.emit(layer)
    stage.settle()
    assert stage.stored() == content


def test_enter_in_a_field_presses_no_button(stage: Stage, qtbot: Any) -> None:
    stage.choose("hashtags")
    fields = stage.dialog.editor._control
    fields.tags.setFocus()
    qtbot.keyClicks(fields.tags, "fig")
    stage.settle()
    qtbot.keyClick(fields.tags, Qt.Key.Key_Return)
    stage.settle()
    assert stage.stored()["networks"]["tiktok"]["hashtags"] == {"tags": ["#fig"]}
    assert stage.dialog.isVisible()
    stage.dialog.close_button.setFocus()
    with qtbot.waitSignal(stage.dialog.finished):
        qtbot.keyClick(stage.dialog.close_button, Qt.Key.Key_Return)
