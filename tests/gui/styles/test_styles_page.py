"""Tests of the Styles page with real files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QCompleter, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.records import Channel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.ui.styles.page import StylesPage, style_files_in, usage_text
from posto_desktop.ui.widgets.drop_overlay import read_drag
from posto_desktop.viewmodels.styles_state import PRESENT, StylesState
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.styles import StyleLibrary

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


class Stage:
    def __init__(
        self, qtbot: Any, page: StylesPage, store: DraftStore, styles: StyleLibrary, folder: Path
    ) -> None:
        self.qtbot, self.page, self.styles, self.folder = qtbot, page, styles, folder
        self.store = store
        self.notices: list[Any] = []
        page.notificationRequested.connect(self.notices.append)

    def settle(self) -> None:
        self.page.save()
        self.qtbot.waitUntil(lambda: not self.styles.busy and not self.page.state.editor.is_unsaved)
        self.page._show_preview()

    def stored(self, name: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{name}.json").read_text("utf-8"))

    def open(self, name: str) -> None:
        assert self.page.state.editor.open_named(name)
        self.page._show_preview()

    def shown(self, slug: str) -> str:
        return next(card.shown() for card in self.page.preview.cards() if card.post.slug == slug)

    def keep(self, *drafts: Draft) -> None:
        for draft in drafts:
            self.store.put_unsaved(draft)

    def names(self) -> list[str]:
        return [style.name for style in self.page.model.styles()]


@pytest.fixture
def stage(qtbot: Any, theme: Any, tmp_path: Path) -> Iterator[Stage]:
    runner = JobRunner()
    book = NamedSettingsStore(lambda: tmp_path / "styles", "style")
    book.save(
        "Fair", {"*": {"post_text": "Fair: {post_title}"}, "x": {"post_text": "X {post_title}"}}
    )
    book.save("Glaze", {"instagram": {"post_text": "{post_title} {hashtags}"}})
    styles = StyleLibrary(runner, tmp_path, soon_ms=1)
    store = DraftStore()
    page = StylesPage(StylesState(store), clock=lambda: NOW)
    qtbot.addWidget(page)
    styles.changed.connect(page.state.set_style_registry)
    styles.done.connect(page.state.set_outcome)
    styles.refused.connect(page.state.set_refused)
    page.saveRequested.connect(styles.save)
    page.addRequested.connect(styles.add)
    page.deleteRequested.connect(styles.delete)
    page.restoreRequested.connect(styles.restore)
    page.arrangeRequested.connect(styles.arrange)
    page.importRequested.connect(lambda paths: [styles.import_style(path) for path in paths])
    page.exportRequested.connect(styles.export)
    page.resize(1088, 808)
    page.show()
    qtbot.waitExposed(page)
    styles.load()
    made = Stage(qtbot, page, store, styles, tmp_path / "styles")
    made.settle()
    yield made
    page.close()
    assert runner.shutdown(60_000)
    styles.deleteLater()


def type_at_end(edit: Any, qtbot: Any, text: str) -> None:
    edit.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(edit, text)


def test_the_list_and_the_names_of_controls(stage: Stage) -> None:
    assert stage.names() == ["Fair", "Glaze", "announcement", "blog", "product"]
    assert stage.page.state.editor.style.name == "Fair"
    names = {widget.accessibleName() for widget in stage.page.findChildren(QWidget)}
    for name in ("Styles list", "Style name", "Save style", "Delete style",
                 "Text, Template for all networks"):  # fmt: skip
        assert name in names
    assert stage.page.findChild(QWidget, "styles-list") is stage.page.list.view
    stage.page.form.tabs.choose("twitter")
    assert stage.page.form.template.accessibleName() == "Text, Template for X"
    assert stage.page.form.template.objectName() == "template-for-x"


def test_typing_shows_at_once_and_is_kept(stage: Stage) -> None:
    edit = stage.page.form.template
    type_at_end(edit, stage.qtbot, " now")
    stage.page._show_preview()
    assert stage.shown("fb").startswith("Fair: Winter Roast")
    assert stage.shown("fb").endswith("now")
    assert stage.shown("twitter").startswith("X Winter Roast")
    assert stage.page.foot.state.full_text() == "Not saved yet"
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["post_text"] == "Fair: {post_title} now"
    assert stage.page.foot.state.full_text() == "Saved on this computer"
    assert stage.page.form.counters.counts()["twitter"].used > 0


def test_the_words_of_the_sample_are_tinted(stage: Stage) -> None:
    card = next(card for card in stage.page.preview.cards() if card.post.slug == "fb")
    assert card.post.text[slice(*card._tints[0])] == "Winter Roast"
    assert card.grab().toImage() is not None


def test_a_built_in_style_is_copied_by_the_first_edit(stage: Stage) -> None:
    stage.open("announcement")
    type_at_end(stage.page.form.template, stage.qtbot, "!")
    stage.settle()
    assert stage.page.state.editor.style.name == "Announcement copy"
    assert stage.stored("Announcement copy")["settings"]["*"]["post_text"] == "📢 {post_title}!"
    assert "announcement" in stage.names()
    assert stage.page.head.uses.full_text() == "Not used yet"
    [notice] = stage.notices
    assert notice.action == "Undo"
    notice.callback()
    stage.settle()
    assert "Announcement copy" not in stage.names()
    assert stage.page.state.editor.style.builtin
    assert stage.page.form.template.text() == "📢 {post_title}"


def test_chips_say_what_a_variable_becomes_and_keep_what_is_written(stage: Stage) -> None:
    edit, form = stage.page.form.template, stage.page.form
    assert form.chips["post_title"].text() == "Message"
    assert form.chips["post_title"].toolTip() == "The whole message: {post_title}"
    edit.insert_variable("post_content")
    assert form.chips["post_title"].text() == "Title"
    assert form.chips["post_title"].accessibleName() == "Title"
    edit.selectAll()
    edit.copy()
    assert QGuiApplication.clipboard().text() == edit.text() == "{post_content}Fair: {post_title}"
    form.tabs.choose("twitter")
    assert edit.placeholderText() == "‹Text›Fair: ‹Title›"


def test_variables_are_found_by_their_words_too(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.setFocus()
    type_at_end(edit, stage.qtbot, " {lin")
    completer = edit.findChild(QCompleter)
    index = completer.completionModel().index(0, 0)
    assert (completer.completionCount(), index.data()) == (1, "Link   {post_url}")
    stage.qtbot.keyClick(completer.popup(), Qt.Key.Key_Return)
    assert edit.text() == "Fair: {post_title} {post_url}"


def test_one_backspace_removes_a_chip(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.moveCursor(QTextCursor.MoveOperation.End)
    stage.qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text() == "Fair: "
    edit.insert_variable("date")
    assert edit.text() == "Fair: {date}"
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    for _ in range(6):
        stage.qtbot.keyClick(edit, Qt.Key.Key_Right)
    stage.qtbot.keyClick(edit, Qt.Key.Key_Delete)
    assert edit.text() == "Fair: "


def test_the_caret_jumps_over_chips(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.moveCursor(QTextCursor.MoveOperation.End)
    stage.qtbot.keyClick(edit, Qt.Key.Key_Left)
    assert edit.textCursor().position() == len("Fair: ")
    stage.qtbot.keyClick(edit, Qt.Key.Key_Right)
    assert edit.textCursor().position() == len("Fair: {post_title}")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_an_open_bracket_offers_the_variables(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.setFocus()
    type_at_end(edit, stage.qtbot, " {")
    popup = edit.findChild(QCompleter).popup()
    assert popup.isVisible()
    stage.qtbot.keyClicks(edit, "hash")
    assert edit.findChild(QCompleter).completionCount() == 1
    edit.findChild(QCompleter).activated.emit("hashtags")
    popup.hide()
    assert edit.text() == "Fair: {post_title} {hashtags}"


def test_unknown_variables_are_named_and_underlined(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.setPlainText("{post_title} {nope} 🎉 {date}")
    assert stage.page.form.unknown.text() == "Unknown variable: {nope}"
    formats = edit.document().firstBlock().layout().formats()
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    waves = [span for span in formats if span.format.underlineStyle() == wave]
    assert [(span.start, span.length) for span in waves] == [(13, 6)]
    # Its chips are not affected by signs that take two places.
    assert [span.start for span in formats][-1] == 23


def test_own_text_same_as_and_back(stage: Stage) -> None:
    editor = stage.page.form
    editor.add_own_text("bluesky")
    assert stage.page.state.view.tab == "bluesky"
    assert editor.template.text() == "Fair: {post_title}"
    box = editor.same
    box.setCurrentIndex(box.findText("X"))
    box.activated.emit(box.currentIndex())
    stage.settle()
    assert stage.stored("Fair")["settings"]["bluesky"] == {"same_as": "twitter"}
    assert stage.shown("bluesky").startswith("X Winter Roast")
    editor.tabs.choose("twitter")
    assert editor.same.findText("Bluesky") < 0  # it would go round in a circle
    editor.tabs.choose("bluesky")
    editor.remove_own_button.click()
    stage.settle()
    assert "bluesky" not in stage.stored("Fair")["settings"]
    assert stage.shown("bluesky").startswith("Fair: ")


def test_options_of_a_network(stage: Stage) -> None:
    editor = stage.page.form
    editor.add_own_text("telegram")
    assert "silent_notifications" in editor.options._controls
    box = editor.options._controls["cut_post_text"]
    box.setCurrentIndex(box.findData(True))
    box.activated.emit(box.currentIndex())
    stage.settle()
    assert stage.stored("Fair")["settings"]["telegram"]["cut_post_text"] is True


def test_new_rename_duplicate_delete_undo(stage: Stage) -> None:
    page = stage.page
    page.list.new_button.click()
    stage.settle()
    assert page.state.editor.style.name == "New style"
    page.head.name.setText("Spring/Summer")
    page.head.name.editingFinished.emit()
    stage.settle()
    assert sorted(stage.names())[:3] == ["Fair", "Glaze", "Spring/Summer"]
    assert not (stage.folder / "New style.json").exists()
    page.head.duplicate.click()
    stage.settle()
    assert page.state.editor.style.name == "Spring/Summer copy"
    page.head.delete.click()
    stage.settle()
    assert "Spring/Summer copy" not in stage.names()
    assert page.state.editor.style is not None
    stage.notices[-1].callback()
    stage.settle()
    assert "Spring/Summer copy" in stage.names()


def test_a_name_that_is_taken_is_said_and_nothing_is_lost(stage: Stage) -> None:
    page = stage.page
    page.head.name.setText("Glaze")
    page.head.name.editingFinished.emit()
    page.save()
    stage.qtbot.waitUntil(lambda: bool(stage.notices))
    assert "already a style" in page.foot.state.full_text()
    assert stage.stored("Glaze")["settings"] == {
        "instagram": {"post_text": "{post_title} {hashtags}"}
    }
    page.state.editor.set_name("Glaze 2")
    stage.settle()
    assert (stage.folder / "Glaze 2.json").exists()


def test_another_program_saves_while_it_is_open(stage: Stage) -> None:
    book = NamedSettingsStore(lambda: stage.folder, "style")
    book.save("Fair", {"*": {"post_text": "theirs {post_title}"}})
    stage.styles.load()
    stage.settle()
    assert stage.page.form.template.text() == "theirs {post_title}"
    type_at_end(stage.page.form.template, stage.qtbot, " mine")
    book.save("Fair", {"*": {"post_text": "theirs again, longer {post_title}"}})
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["post_text"] == "theirs {post_title} mine"
    assert "Fair (other version)" in stage.names()
    assert stage.notices[-1].kind == "warning"


def test_what_another_program_writes_over_can_be_brought_back(stage: Stage) -> None:
    book = NamedSettingsStore(lambda: stage.folder, "style")
    type_at_end(stage.page.form.template, stage.qtbot, " mine")
    stage.settle()
    mine = stage.stored("Fair")["settings"]["*"]["post_text"]
    assert mine.endswith(" mine")
    book.save("Fair", {"*": {"post_text": "theirs, a longer one {post_title}"}})
    stage.styles.load()
    stage.settle()
    assert stage.page.form.template.text() == "theirs, a longer one {post_title}"
    notice = stage.notices[-1]
    assert (notice.kind, notice.action) == ("warning", "Restore my version")
    # Said once: the user has seen the other one, and did not change it.
    count = len(stage.notices)
    book.save("Fair", {"*": {"post_text": "theirs once more, longer still {post_title}"}})
    stage.styles.load()
    stage.settle()
    assert len(stage.notices) == count
    stage.open("Glaze")
    notice.callback()
    assert stage.page.form.template.text() == mine
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["post_text"] == mine


def test_the_order_moves_with_keys(stage: Stage) -> None:
    view = stage.page.list.view
    stage.qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    stage.settle()
    assert stage.names()[:2] == ["Glaze", "Fair"]
    assert stage.page.list.current().name == "Fair"


def test_search_finds_what_is_in_templates(stage: Stage) -> None:
    stage.page.list.search.setText("hashtags")
    assert stage.names() == ["Glaze"]
    assert "hides 4 styles" in stage.page.list._foot.text()
    stage.page.list.search.setText("")
    assert len(stage.names()) == 5


def test_a_damaged_file_is_named_with_its_reason(stage: Stage) -> None:
    path = stage.folder / "odd.json"
    path.write_text("{")
    os.utime(path, (1, 1))
    stage.styles.load()
    stage.settle()
    row = stage.names().index("odd")
    style = stage.page.model.styles()[row]
    assert "damaged at line 1" in style.problem
    stage.page.list.chosen.emit(style)
    assert stage.page.form.notes.isVisible()
    assert not stage.page.foot.use.isEnabled()
    stage.page._show_preview()
    assert not stage.page.form.template.isVisible(), "nothing can be written where nothing is kept"
    assert stage.page.form.damaged.open.isVisible()
    assert not stage.page.preview.cards()
    assert not stage.page.head.delete.isEnabled()
    assert stage.page.head.delete.toolTip() == "The file of this style cannot be read"
    stage.open("Fair")
    assert stage.page.form.template.isVisible()
    assert not stage.page.form.damaged.isVisible()
    assert stage.page.preview.cards()


def test_where_it_is_used(stage: Stage) -> None:
    stage.keep(Draft(text="One", style="Fair"), Draft(text="Two"))
    assert stage.page.head.uses.full_text() == "Used by 1 draft"
    assert stage.page.head.show_uses.isVisible()
    stage.open("Glaze")
    assert stage.page.head.uses.full_text() == "Not used yet"


@pytest.mark.parametrize(
    ("campaigns", "posts", "drafts", "words"),
    [
        (0, 0, 0, "Not used yet"),
        (1, 0, 0, "Used by 1 campaign"),
        (3, 12, 0, "Used by 3 campaigns, 12 scheduled posts"),
        (0, 1, 2, "Used by 1 scheduled post, 2 drafts"),
    ],
)
def test_what_uses_it_in_words(campaigns: int, posts: int, drafts: int, words: str) -> None:
    assert usage_text(campaigns, posts, drafts) == words


def test_campaigns_and_posts_that_use_it(stage: Stage) -> None:
    stage.page.state.uses.set_campaigns({"Fair": ["Winter & more", ""], "Glaze": ["Kiln"]})
    stage.page.state.uses.set_posts({"Fair": 4})
    head = stage.page.head
    assert head.uses.full_text() == "Used by 2 campaigns, 4 scheduled posts"
    menu = stage.page.uses_menu()
    assert [action.text() for action in menu.actions()] == ["Winter && more", "Untitled"]
    with stage.qtbot.waitSignal(stage.page.campaignsRequested):
        menu.actions()[0].trigger()
    stage.open("Glaze")
    assert head.uses.full_text() == "Used by 1 campaign"
    stage.page.state.uses.set_campaigns({})
    assert head.uses.full_text() == "Not used yet"
    assert not head.show_uses.isVisible()


def test_the_present_message(stage: Stage) -> None:
    draft = Draft(text="From Compose")
    stage.page.state.set_present(draft, (Channel(1, "@n", "twitter"),))
    box = stage.page.preview.source
    box.setCurrentIndex(box.findData(PRESENT))
    box.activated.emit(box.currentIndex())
    stage.page._show_preview()
    assert stage.shown("twitter") == "X From Compose"
    stage.page.state.set_present(Draft(), ())
    stage.page._show_preview()
    assert stage.shown("twitter").startswith("X Winter Roast")


def test_a_style_file_dropped(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps({"name": "Theirs", "settings": {"x": {"post_text": "T"}}}))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert style_files_in(mime) == [str(path)]
    dragged = read_drag(mime)
    assert (dragged.styles, dragged.is_usable, dragged.refused) == ((str(path),), True, ())
    stage.page.import_files(style_files_in(mime))
    stage.qtbot.waitUntil(lambda: "Theirs" in stage.names())
    stage.settle()
    assert stage.page.state.editor.style.name == "Theirs"


def test_templates_of_100_kb_and_longer(stage: Stage) -> None:
    edit = stage.page.form.template
    edit.setPlainText("word {date} " * 10_000)
    stage.settle()
    assert len(stage.stored("Fair")["settings"]["*"]["post_text"]) == 120_000
    assert stage.page.preview.cards()


def test_a_thousand_styles(stage: Stage) -> None:
    for number in range(1000):
        path = stage.folder / f"n{number}.json"
        path.write_text(json.dumps({"schema": 2, "name": f"n{number}", "settings": {"x": {}}}))
    stage.styles.load()
    stage.settle()
    assert len(stage.names()) == 1005
    stage.page.list.view.scrollToBottom()
    stage.page.list.view.grab()


@pytest.mark.parametrize("width", [764, 868, 1088, 1648])
def test_everything_has_room(stage: Stage, width: int) -> None:
    stage.page.resize(width, 708)
    stage.qtbot.waitUntil(lambda: stage.page.width() == width)
    bar = stage.page.foot
    for button in (bar.save, bar.use, stage.page.head.duplicate, stage.page.head.delete):
        assert button.width() >= button.minimumSizeHint().width()
        place = button.mapTo(stage.page, button.rect().topLeft())
        assert place.x() + button.width() <= width
    assert stage.page.list.width() == 236
    for box in stage.page.form.findChildren(QComboBox):
        assert box.x() + box.width() <= box.parentWidget().width() or not box.isVisible()
    assert all(button.accessibleName() for button in stage.page.findChildren(QAbstractButton)
               if button.isVisible() and button.focusPolicy() != Qt.FocusPolicy.NoFocus
               and not button.text())  # fmt: skip


def test_the_menus_offer_what_can_be_done(stage: Stage) -> None:
    def offered() -> dict[str, bool]:
        return {
            command.text(): command.isEnabled()
            for command in stage.page.commands.entries()
            if command
        }

    assert stage.page.commands.title == "&Style"
    able = offered()
    assert able["Delete"]
    assert able["Use for new message"]
    stage.open("blog")
    able = offered()
    assert (able["Delete"], able["Duplicate"]) == (False, True)
    stage.open("Fair")
    stage.keep(Draft(text="\nOne & two", style="Fair"))
    opened: list[str] = []
    stage.page.draftRequested.connect(opened.append)
    menu = stage.page.uses_menu()
    assert [action.text() for action in menu.actions()] == ["One && two"]
    menu.actions()[0].trigger()
    assert len(opened) == 1
    icons = [action for action in stage.page.more_menu().actions() if "Icon" in action.text()]
    icons[4].trigger()
    stage.settle()
    assert stage.stored("Fair")["icon"] == "coffee"


def test_exported_and_imported_again(stage: Stage, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    stage.page.exportRequested.emit("Fair", str(target))
    stage.settle()
    stage.page.importRequested.emit([str(target)])
    stage.settle()
    assert stage.page.state.editor.style.name == "Fair 2"
    assert stage.stored("Fair 2")["settings"]["*"] == {"post_text": "Fair: {post_title}"}


def test_what_is_typed_while_it_is_written_is_kept_when_another_is_opened(stage: Stage) -> None:
    page = stage.page
    page.state.editor.set_value("*", "post_text", "one")
    page.save()
    assert page.state.editor.is_unsaved  # being written
    page.state.editor.set_value("*", "post_text", "two")
    stage.open("Glaze")
    stage.settle()
    assert stage.stored("Fair")["settings"]["*"]["post_text"] == "two"
    assert "Fair (other version)" not in stage.names()
    assert page.state.editor.style.name == "Glaze"


def test_a_file_dropped_while_a_copy_is_made(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps({"name": "Theirs", "settings": {"x": {"post_text": "T"}}}))
    stage.page.importRequested.emit([str(path)])
    stage.open("blog")
    stage.page.state.editor.set_value("*", "post_text", "mine")
    stage.settle()
    assert stage.stored("Blog post copy")["settings"]["*"]["post_text"] == "mine"
    assert stage.stored("Theirs")["settings"] == {"twitter": {"post_text": "T"}}


def test_a_large_window_has_the_previews_in_columns(stage: Stage) -> None:
    page = stage.page
    page.resize(2288, 1380)  # a window of 2560 less the channels
    page.show()
    stage.qtbot.waitExposed(page)
    stage.open("Fair")
    stage.qtbot.waitUntil(lambda: len(page.preview.cards()) > 2)
    QApplication.processEvents()
    assert page.form.width() <= 960
    cards = page.preview.cards()
    assert len({card.mapTo(page, QPoint()).x() for card in cards}) == 3
    assert all(card.width() >= 320 for card in cards)
    page.resize(1400, 860)
    QApplication.processEvents()
    assert page.preview.width() == 336
    assert len({card.mapTo(page, QPoint()).x() for card in page.preview.cards()}) == 1
    assert [card.y() for card in cards] == sorted(card.y() for card in cards)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_preview_lies_on_the_colour_of_side_panes(
    stage: Stage, theme: Any, scheme: str
) -> None:
    theme.setMode(scheme)
    stage.page.resize(1400, 860)
    stage.page.show()
    stage.qtbot.waitExposed(stage.page)
    pane = stage.page.preview
    image = pane.grab().toImage()
    ratio = image.devicePixelRatio()
    beside_the_cards = image.pixelColor(round(8 * ratio), round(pane.height() * ratio / 2))
    assert beside_the_cards.name() == theme.colour("surface_alt").name()
    theme.setMode("light")
