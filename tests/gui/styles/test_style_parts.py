"""Tests of the parts of a style in the editor, on the disk and in the preview."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox

from posto_desktop.core.style_layers import fields_of
from posto_desktop.ui.styles.sample_picture import SamplePicture
from posto_desktop.workers.images import ImageLoader
from tests.gui.cut_text import cut_texts
from tests.gui.styles.test_styles_page import Stage, stage
from tests.gui.unnamed import unnamed

__all__ = ["stage"]


@pytest.fixture
def parts(stage: Stage) -> Any:
    rows = [
        {"id": "1", "kind": "hashtags", "name": "Coffee", "text": "#roast #beans", "networks": []},
        {"id": "2", "kind": "signature", "name": "Team", "text": "Your roasters", "networks": []},
    ]
    content = json.dumps({"schema": 1, "snippets": rows})
    (stage.folder.parent / "snippets.json").write_text(content)
    stage.styles.load()
    stage.settle()
    stage.open("Fair")
    return stage.page.form.parts


def channels_by_id(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_link_tags(stage: Stage, parts: Any, qtbot: Any) -> None:
    row = parts.rows["utm"]
    assert row.fields.isHidden()
    channels_by_id(row.mode, "own")
    assert not row.fields.isHidden()
    qtbot.keyClicks(row.fields.lines["source"], "{network}")
    row.fields.text.click()
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["utm"] == {
        "source": "{network}",
        "links": ["link"],
    }
    assert stage.stored("Fair")["schema"] == 3


def test_a_variable_that_is_none_is_named_and_not_kept(
    stage: Stage, parts: Any, qtbot: Any
) -> None:
    row = parts.rows["utm"]
    channels_by_id(row.mode, "own")
    qtbot.keyClicks(row.fields.lines["source"], "shop")
    qtbot.keyClicks(row.fields.lines["medium"], "{nothing}")
    assert "unknown variables: {nothing}" in row.fields.problem.text()
    assert not row.fields.problem.isHidden()
    stage.settle()
    stored = stage.stored("Fair")["settings"]["*"]["utm"]
    assert stored["source"] == "shop"
    assert "{nothing}" not in stored.values()


def test_hashtags_and_a_signature_show_in_the_preview(stage: Stage, parts: Any, qtbot: Any) -> None:
    hashtags, signature = parts.rows["hashtags"], parts.rows["signature"]
    channels_by_id(hashtags.mode, "own")
    qtbot.keyClicks(hashtags.fields.tags, "fig")
    hashtags.fields.chips["Coffee"].click()
    channels_by_id(signature.mode, "own")
    channels_by_id(signature.fields.name, "Team")
    stage.settle()
    own = stage.stored("Fair")["settings"]["*"]
    assert own["hashtags"] == {"tags": ["#fig"], "groups": ["Coffee"]}
    assert own["signature"] == {"name": "Team"}
    assert stage.shown("linkedin").endswith("Your roasters\n\n#fig #roast #beans")
    stage.page.form.tabs.choose("twitter")
    # A network of its own follows the others, until it is told not to.
    assert parts.rows["signature"].mode.currentData() == "same"
    channels_by_id(parts.rows["signature"].mode, "none")
    stage.settle()
    assert stage.stored("Fair")["settings"]["twitter"]["signature"] == {}
    assert "roasters" not in stage.shown("twitter")
    channels_by_id(parts.rows["signature"].mode, "own")
    stage.settle()
    assert stage.stored("Fair")["settings"]["twitter"]["signature"] == {"name": "Team"}


def test_a_group_that_is_gone_can_be_taken_out(stage: Stage, parts: Any) -> None:
    stage.page.state.editor.set_value("*", "hashtags", {"groups": ["Tea", "coffee"]})
    stage.settle()
    stage.open("Glaze")
    stage.open("Fair")
    chips = parts.rows["hashtags"].fields.chips
    chosen = {name: chip.isChecked() for name, chip in chips.items()}
    assert chosen == {"Coffee": True, "Tea": True}
    chips["Tea"].click()
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["hashtags"] == {"groups": ["Coffee"]}


def test_a_watermark_is_kept_beside_the_styles(stage: Stage, parts: Any) -> None:
    page, folder = stage.page, stage.folder
    page.watermarkRequested.connect(stage.styles.import_watermark)
    path = folder.parent / "logo.png"
    Image.new("RGBA", (40, 20), "green").save(path)
    page.watermarkRequested.emit(str(path))
    stage.settle()
    stage.settle()
    mark = stage.stored("Fair")["settings"]["*"]["watermark"]
    assert (folder / "watermarks" / mark["file"]).is_file()
    row = parts.rows["watermark"]
    assert row.mode.currentData() == "own"
    assert row.fields.missing_label.isHidden()
    picture = (folder / "watermarks" / mark["file"]).read_bytes()
    (folder / "watermarks" / mark["file"]).unlink()
    stage.styles.load()
    stage.settle()
    assert row.fields.missing_label.text() == f"{mark['file']} was not found."
    assert not row.fields.missing_label.isHidden()
    (folder / "watermarks" / mark["file"]).write_bytes(picture)
    stage.styles.load()
    stage.settle()
    assert row.fields.missing_label.isHidden()
    channels_by_id(row.fields.corner, "top-left")
    row.fields.opacity.setValue(40)
    stage.settle()
    changed = stage.stored("Fair")["settings"]["*"]["watermark"]
    assert (changed["corner"], changed["opacity"]) == ("top-left", 0.4)
    channels_by_id(row.mode, "none")
    stage.settle()
    assert "watermark" not in stage.stored("Fair")["settings"]["*"]


def test_a_part_that_is_taken_out_comes_back_with_undo(stage: Stage, parts: Any) -> None:
    row = parts.rows["signature"]
    channels_by_id(row.mode, "own")
    row.fields.text.setPlainText("Bye")
    stage.settle()
    channels_by_id(row.mode, "none")
    stage.settle()
    assert "signature" not in stage.stored("Fair")["settings"]["*"]
    assert stage.notices[-1].text == "Signature removed from “Fair”"
    stage.notices[-1].callback()
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["signature"] == {"text": "Bye"}
    assert row.mode.currentData() == "own"
    assert row.fields.text.toPlainText() == "Bye"


def test_a_picture_that_cannot_be_one_changes_nothing(stage: Stage, parts: Any) -> None:
    path = stage.folder.parent / "notes.png"
    path.write_text("hello")
    stage.styles.import_watermark(str(path))
    stage.settle()
    assert stage.notices[-1].kind == "error"
    assert "notes.png is damaged" in stage.notices[-1].text
    assert parts.rows["watermark"].mode.currentData() == "none"


def test_the_preview_shows_the_watermark_on_the_samples_picture(
    stage: Stage, parts: Any, qtbot: Any
) -> None:
    page, folder = stage.page, stage.folder.parent
    images = ImageLoader(page_runner(stage), folder / "thumbnails")
    page.set_picture(SamplePicture(page_runner(stage), images, page))
    path = folder / "logo.png"
    Image.new("RGBA", (40, 20), (0, 255, 0)).save(path)
    stage.styles.import_watermark(str(path))
    stage.settle()
    channels_by_id(parts.rows["watermark"].fields.corner, "top-left")
    parts.rows["watermark"].fields.opacity.setValue(100)
    parts.rows["watermark"].fields.margin.setValue(0)
    stage.settle()

    def corner() -> tuple[int, ...]:
        page._show_preview()
        # Others drop the files beside a link.
        post = next(card.post for card in page.preview.cards() if card.post.slug == "instagram")
        image = post.media[0].image if post.media else None
        return image.pixelColor(3, 3).getRgb()[:3] if image is not None else ()

    qtbot.waitUntil(lambda: corner() == (0, 255, 0))
    channels_by_id(parts.rows["watermark"].mode, "none")
    qtbot.waitUntil(lambda: corner() not in ((), (0, 255, 0)))


def page_runner(stage: Stage) -> Any:
    return stage.styles._runner


@pytest.mark.parametrize("odd", [5, None, [], [1, {}], {}, {"a": 1}, True, "x", ["#a"]])
def test_odd_values_in_a_file_break_nothing(stage: Stage, odd: Any) -> None:
    keys = [field.key for field in fields_of("tiktok")]
    path = stage.folder / "Odd.json"
    settings = {"tiktok": dict.fromkeys(keys, odd), "*": dict.fromkeys(keys, odd)}
    path.write_text(json.dumps({"schema": 3, "name": "Odd", "settings": settings}))
    before = path.read_bytes()
    stage.styles.load()
    stage.settle()
    stage.open("Odd")
    stage.page.form.tabs.choose("tiktok")
    stage.settle()
    assert path.read_bytes() == before


def test_everything_has_a_name_and_room(stage: Stage, parts: Any, qtbot: Any) -> None:
    area = stage.page.form.area
    for row in parts.rows.values():
        channels_by_id(row.mode, "own")
    stage.settle()
    # The rows take their places with the next events.
    inside = area.widget()
    qtbot.waitUntil(lambda: inside.height() >= inside.heightForWidth(inside.width()))
    QCoreApplication.processEvents()
    bar = area.verticalScrollBar()
    for at in range(0, bar.maximum() + 1, 200):
        bar.setValue(at)
        assert cut_texts(stage.page) == []
    assert unnamed(stage.page) == []
