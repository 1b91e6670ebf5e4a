"""The settings window: every declared setting is there, fits, and goes back to its default."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.ui.settings.catalogue import names_of, rows
from posto_desktop.ui.settings.scheme_choice import SchemeChoice
from posto_desktop.ui.settings.writing import RemovedWordsRow
from posto_desktop.ui.widgets.choices import SegmentedControl, Switch
from posto_desktop.ui.widgets.fields import ComboBox
from tests.gui.cut_text import cut_texts, settle
from tests.gui.heard import name_of
from tests.gui.mirrored import sides_of
from tests.gui.settings.dialog_rows import KEYS, stored
from tests.gui.unnamed import unnamed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize("key", KEYS)
def test_each_page_has_its_rows(dialog, key):
    dialog.show_page(key)
    wanted = {setting.key for setting in rows() if setting.page == key}
    assert wanted
    assert wanted <= set(dialog.page.rows)


def test_each_setting_is_read_somewhere():
    root = Path(__file__).parents[3] / "posto_desktop"
    declared = root / "storage" / "settings.py"
    shown = root / "ui" / "settings"
    text = "\n".join(
        path.read_text("utf-8")
        for path in root.rglob("*.py")
        if path != declared and shown not in path.parents
    )
    shown_ones = [setting.name for setting in DECLARED if setting.page]
    unread = [name for name in shown_ones if f'"{name}"' not in text]
    assert unread == []


def test_what_is_seen_of_the_settings_has_texts():
    for setting in DECLARED:
        if setting.page:
            assert setting.page in KEYS
            assert setting.text[0].isupper()
            assert not setting.text.endswith(".")


def test_a_section_is_told_by_the_declarations_alone(dialog):
    """A plain setting needs its declaration, and nothing else."""
    sections = [(setting.page, setting.section) for setting in DECLARED if setting.section]
    for page, section in dict.fromkeys(sections):
        together = [at for at, pair in enumerate(sections) if pair == (page, section)]
        assert together == list(range(together[0], together[-1] + 1)), section
        dialog.show_page(page)
        assert section in [title.text() for title in dialog.page.findChildren(QLabel)]


def test_what_another_setting_allows_follows_it_at_once(dialog):
    dialog.show_page("notifications")
    switch, cause = map(dialog.page.control_of, ("notifications.desktop", "notifications.failed"))
    assert (cause.isEnabled(), cause.toolTip()) == (True, "")
    switch.click()
    assert (cause.isEnabled(), cause.toolTip()) == (False, "Desktop notifications are off")
    switch.click()
    assert (cause.isEnabled(), cause.toolTip()) == (True, "")


def test_pages_are_made_when_they_are_opened(dialog):
    assert list(dialog._made) == [0]
    dialog.show_page("network")
    assert len(dialog._made) == 2


@pytest.mark.parametrize("key", KEYS)
def test_a_page_fits_the_width(dialog, theme, key):
    dialog.show_page(key)
    QApplication.processEvents()
    page = dialog.page
    assert page.widget().width() <= page.viewport().width()
    assert page.widget().minimumSizeHint().width() <= page.viewport().width()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("size", ["normal", "larger"])
def test_all_has_names_and_no_text_is_cut(dialog, theme, key, size):
    theme.set_text_size(size)
    dialog.show_page(key)
    if key == "workspaces":
        dialog.page.cards[1].set_removed(True)
    settle()
    assert unnamed(dialog) == []
    assert cut_texts(dialog) == []


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("network", "storage")])
def test_a_page_fits_without_scrolling_at_its_usual_size(dialog, theme, key):
    """But for storage, where folders with long names take a second line each."""
    dialog.resize(880, 640)
    dialog.show_page(key)
    settle()
    assert dialog.page.verticalScrollBar().maximum() == 0


def test_from_right_to_left(dialog):
    """The names of pages begin at the right."""

    def ink(widget):
        image = widget.grab().toImage()
        background = image.pixelColor(image.width() // 2, 1)
        xs = [
            x
            for x in range(image.width())
            for y in range(4, image.height() - 4)
            if image.pixelColor(x, y) != background
        ]
        return (min(xs), image.width() - 1 - max(xs))

    entry = dialog._group.button(1)
    left, right = ink(entry)
    dialog.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    mirrored = ink(entry)
    assert abs(mirrored[0] - right) <= 2
    assert abs(mirrored[1] - left) <= 2
    assert mirrored[0] > mirrored[1]


def test_the_mark_of_a_scheme_is_at_the_right_where_people_read_from_there(theme, qtbot):
    choice = SchemeChoice("light", "Light")
    qtbot.addWidget(choice)
    choice.setChecked(True)
    choice.resize(choice.sizeHint())
    foot = choice.rect().adjusted(0, choice._words(theme).y(), 0, 0)
    accent = theme.colour("accent")
    before = sides_of(choice, accent, foot)
    choice.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    after = sides_of(choice, accent, foot)
    # A smoothed edge has the colour or nearly has it.
    assert abs(after[0] - before[1]) <= 1
    assert abs(after[1] - before[0]) <= 1
    assert before[0] < 10 < choice.width() // 2 < before[1]


# -- back to the defaults --------------------------------------------------------------------------


def test_reset_and_undo(dialog, theme, tools):
    dialog.show_page("appearance")
    assert not dialog.reset.isEnabled()
    dialog.write("appearance.text_size", "large")
    dialog.write("appearance.contrast", True)
    assert dialog.reset.isEnabled()
    dialog.reset.click()
    assert theme.text_size == "normal"
    assert set(stored(tools)) == {"schema"}
    assert dialog.page.findChild(ComboBox, "text-size").currentText() == "Normal"
    assert dialog.undo.isVisible()
    dialog.undo.click()
    assert theme.text_size == "large"
    assert stored(tools)["appearance.contrast"] is True
    assert dialog.page.findChild(Switch, "more-contrast").isChecked()
    assert not dialog.undo.isVisible()


def test_slots_are_work_and_stay(dialog, tools):
    tools.settings.set("publishing.slots", "[]")
    dialog.show_page("publishing")
    assert not dialog.reset.isEnabled()


def test_a_page_without_settings_has_no_reset(dialog):
    for key in KEYS:
        dialog.show_page(key)
        assert dialog.reset.isVisible() == bool(set(names_of(key)) - {"publishing.slots"})


# -- what changes at once --------------------------------------------------------------------------


def test_looks_change_at_once(dialog, theme):
    dialog.show_page("appearance")
    border, row = theme.colour("border"), theme.px("row.table.comfortable")
    dialog.findChild(Switch, "more-contrast").click()
    assert theme.colour("border") != border
    heights = dialog.findChild(SegmentedControl, "row-height")
    QTest.mouseClick(heights._group.button(0), Qt.MouseButton.LeftButton)
    assert theme.px("row.table.comfortable") < row
    dialog.findChild(Switch, "less-motion").click()
    assert theme.token("motion.toast_ms") == 0
    assert theme.token("motion.toast_stay_ms") > 0  # to read takes as long as ever


def test_more_contrast_never_makes_text_weaker(theme):
    from tests.gui.contrast import contrast

    roles = ("text", "text_muted", "text_faint", "border", "border_strong", "control_border")
    try:
        for scheme in ("light", "dark"):
            theme.setMode(scheme)
            theme.set_more_contrast(False)
            background = theme.colour("surface")
            before = {role: contrast(theme.colour(role), background) for role in roles}
            theme.set_more_contrast(True)
            for role in roles:
                assert contrast(theme.colour(role), background) >= before[role]
            assert contrast(theme.colour("text_faint"), background) > before["text_faint"]
    finally:
        theme.set_more_contrast(False)
        theme.setMode("light")


def test_the_example_follows_the_format(dialog):
    from posto_desktop.models.locale_settings import use_locale

    dialog.changed.connect(lambda name, value: use_locale(value))
    dialog.show_page("language")
    box = dialog.findChild(ComboBox, "dates-and-numbers")
    box.setCurrentIndex(box.findData("de_DE"))
    box.activated.emit(box.currentIndex())
    try:
        assert "1.234.567,5" in dialog.page._example.hint.text()
    finally:
        use_locale("")


def test_words_that_are_not_suggested_come_back(dialog, tools):
    key = "compose.suggestions_removed"
    dialog.show_page("writing")
    assert key not in dialog.page.rows
    tools.settings.set(key, '["#advnet", "@nobody"]')
    row = RemovedWordsRow(dialog.page.context, dialog)
    assert row.hint.text() == "@nobody, #advnet"
    button = row.findChild(QAbstractButton)
    button.click()
    assert tools.settings.get(key) == ""
    assert name_of(button) == "Undo"
    button.click()
    assert tools.settings.get(key) == '["#advnet", "@nobody"]'


def test_another_language_is_shown_after_a_restart(dialog, tools, monkeypatch):
    from posto_desktop.models import languages

    monkeypatch.setattr(languages, "available_languages", lambda: ["en", "de"])
    restarted = []
    monkeypatch.setattr(
        type(dialog), "leave", lambda self, then: restarted.append(then), raising=False
    )
    dialog.show_page("language")
    page = dialog.page
    row = page._restart_row
    assert not row.isVisibleTo(page)
    tools.settings.set("language.texts", "de")
    page.written.emit("language.texts")
    assert row.isVisibleTo(page)
    assert "Deutsch" in row.name.text()
    tools.settings.set("language.texts", "en")
    page.written.emit("language.texts")
    assert not row.isVisibleTo(page)
