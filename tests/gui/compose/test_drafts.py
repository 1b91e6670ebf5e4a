"""Drafts: the list, several open at once, labels, templates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.draft_list import DraftsSnapshot, snapshot_of
from posto_desktop.models import drafts as rows
from posto_desktop.ui.compose.drafts_list import DraftsList
from posto_desktop.ui.widgets.name_input import NamePopup
from tests.gui.compose.conftest import CHANNELS, NOW

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def draft(text: str, hours: int = 0, **values: Any) -> Draft:
    return Draft(text=text, updated_at=NOW - timedelta(hours=hours), **values)


def listed(desk: Any) -> DraftsList:
    desk.page.drafts_popup.show_drafts()
    popup = desk.page.findChildren(DraftsList)[-1]
    assert isinstance(popup, DraftsList)
    return popup


def titles(popup: DraftsList) -> list[str]:
    model = popup.model
    return [model.index(row).data(rows.TitleRole) for row in range(model.rowCount())]


def press(desk: Any, keys: str) -> None:
    """What the page's shortcut does: without a window manager no key reaches it."""
    for shortcut in desk.page.findChildren(QShortcut):
        if shortcut.key().toString() == keys:
            shortcut.activated.emit()
            return
    raise AssertionError(f"no such shortcut: {keys}")


def tabs(desk: Any) -> list[str]:
    """The titles in the row of open messages; none while it is hidden."""
    row = desk.page.draft_tabs
    bar = row.tabs
    return [bar.tabText(n) for n in range(bar.count())] if row.isVisible() else []


# -- the list ------------------------------------------------------------------------------


def test_the_button_counts_and_opens(qtbot: Any, desk: Any) -> None:
    button = desk.page.drafts_button
    assert button.text() == "Drafts"
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    assert button.text().split() == ["Drafts", "2"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert titles(desk.page.findChild(DraftsList)) == ["one", "two"]


def test_the_newest_is_first_and_labels_and_files_are_found(qtbot: Any, desk: Any) -> None:
    photo = MediaRef("/nowhere/fjord.jpg", "fjord.jpg")
    drafts = [
        draft("old", 9, labels=["Winter roast"]),
        draft("new"),
        draft("mid", 3, media=[photo]),
    ]
    desk.page.set_drafts(drafts)
    popup = listed(desk)
    assert titles(popup) == ["new", "mid", "old"]
    popup.search.setText("fjord")
    assert titles(popup) == ["mid"]
    popup.search.setText("winter ROAST")
    assert titles(popup) == ["old"]
    popup.search.setText("zzz")
    assert not popup.list.isVisible()
    assert popup.findChild(object, "no-drafts").text() == "No draft matches."


def test_keys_alone_do_everything_in_the_list(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1), draft("three", 2)])
    popup = listed(desk)
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    assert popup.current().text == "two"
    qtbot.keyClick(popup.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert titles(popup) == ["two", "one", "two", "three"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Delete)
    assert titles(popup) == ["one", "two", "three"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sorted(titles(popup)) == ["one", "three", "two", "two"]
    qtbot.keyClick(popup.search, Qt.Key.Key_T)  # in the field it is a letter
    assert popup.search.text() == "t"
    popup.search.setText("three")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "three"


def test_a_deleted_draft_comes_back_with_undo(desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    popup.search.setText("two")
    QTest.keyClick(popup.list, Qt.Key.Key_Delete)
    assert len(desk.deleted) == 1
    assert desk.notices[-1].text == "Draft deleted"
    desk.notices[-1].callback()
    assert titles(popup) == ["two"]
    assert desk.kept[-1].text == "two"


def test_the_dots_of_a_row_open_its_menu_and_not_the_draft(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    place = popup.list.visualRect(popup.model.index(1))
    opened: list[str] = []
    popup.opened.connect(opened.append)
    dots = QPoint(place.right() - 8, place.center().y())
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=dots)
    assert opened == []
    assert popup.current().text == "two"
    names = [action.text().split("\t")[0] for action in popup.menu().actions()]
    assert names == ["Open", "Duplicate", "Labels…", "Save as template…", "", "Delete"]
    popup.menu().actions()[1].trigger()
    assert sorted(titles(popup)) == ["one", "two", "two"]
    popup.menu().actions()[5].trigger()
    assert len(titles(popup)) == 2
    popup.menu().actions()[2].trigger()
    assert popup.foot.has_question
    place = popup.list.visualRect(popup.model.index(1))
    middle = QPoint(60, place.center().y())
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert len(opened) == 1


def test_rows_show_networks_of_this_workspace_only(desk: Any) -> None:
    mine = draft("mine", channel_ids=[1, 5, 4])
    other = draft("other", 1, channel_ids=[1], workspace="elsewhere")
    desk.page.set_drafts([mine, other])
    model = listed(desk).model
    assert model.index(0).data(rows.NetworksRole) == ["twitter", "bluesky", "fb"]
    assert model.index(1).data(rows.NetworksRole) == []


def test_pictures_of_the_first_files_come_from_workers(qtbot: Any, desk: Any, picture: Any) -> None:
    files = [MediaRef(picture("a.png"), "a.png"), MediaRef("/nowhere/b.png", "b.png")]
    desk.page.set_drafts([draft("one", media=files)])
    popup = listed(desk)
    index = popup.model.index(0)

    def here() -> None:
        first, second = index.data(rows.PicturesRole)
        assert first is not None
        assert second is None

    qtbot.waitUntil(here)


@pytest.mark.timeout(120)
def test_a_thousand_drafts_open_at_once(qtbot: Any, desk: Any) -> None:
    drafts = [
        draft(f"Message {number}\n" + "words and more words " * 40, number, labels=["Launch"])
        for number in range(1_000)
    ]
    desk.page.set_drafts(drafts)
    listed(desk).close()
    popup = listed(desk)
    popup.grab()
    assert popup.model.rowCount() == 1_000
    popup.search.setText("message 77")
    assert popup.model.rowCount() == 19


# -- several open at once ------------------------------------------------------------------


def test_one_message_shows_no_row_of_tabs(desk: Any) -> None:
    desk.type("one")
    desk.page.flush()
    assert tabs(desk) == []


def test_a_draft_opens_beside_what_is_written(desk: Any) -> None:
    desk.type("first")
    desk.page.message.open_drafts.load(draft("second"))
    assert tabs(desk) == ["first", "second"]
    press(desk, "Ctrl+PgUp")
    assert desk.page.editor.toPlainText() == "first"
    desk.type(" and more")
    press(desk, "Ctrl+PgDown")
    assert desk.page.editor.toPlainText() == "second"
    press(desk, "Ctrl+PgDown")  # round the end
    assert desk.page.editor.toPlainText() == "first and more"
    assert tabs(desk) == ["first and more", "second"]


def test_a_draft_opens_in_place_of_an_empty_page(desk: Any) -> None:
    desk.page.message.open_drafts.load(draft("only"))
    assert tabs(desk) == []
    press(desk, "Ctrl+Shift+N")
    assert tabs(desk) == ["only", "New message"]
    press(desk, "Ctrl+PgUp")
    assert tabs(desk) == []  # an empty message that is left is gone


def test_opening_an_open_draft_goes_to_it(desk: Any) -> None:
    desk.page.set_drafts([draft("one", id="a"), draft("two", 1, id="b")])
    desk.page.message.open_drafts.open_by_id("b")
    assert tabs(desk) == ["one", "two"]
    desk.page.message.open_drafts.open_by_id("a")
    assert desk.page.editor.toPlainText() == "one"
    assert tabs(desk) == ["one", "two"]


def test_each_message_has_its_own_undo_caret_and_own_texts(desk: Any) -> None:
    page = desk.page
    desk.type("first")
    page.tabs.choose("twitter")
    desk.type(" for X")
    page.editor.set_caret(2)
    page.message.open_drafts.new_beside()
    desk.type("second")
    page.message.open_drafts.previous()
    assert page.tabs.current() == "twitter"
    assert page.editor.caret()[0] == 2
    page.undo()
    assert page.draft.variants.get("twitter", "first") != "first for X"
    assert page.draft.text == "first"
    page.message.open_drafts.next()
    assert page.draft.text == "second"
    assert page.draft.variants == {}
    page.undo()
    assert page.draft.text == ""


def test_all_open_messages_can_be_undone(desk: Any) -> None:
    page = desk.page
    for number in range(20):
        desk.type(f"number {number}")
        page.flush()
        if number < 19:
            page.message.open_drafts.new_beside()
    for number in range(20):
        page.message.open_drafts.next()
        assert page.draft.text == f"number {number}"
        page.undo()
        assert page.draft.text == ""
        page.redo()


def test_each_message_has_its_own_channels(qtbot: Any, desk: Any) -> None:
    desk.type("for three")
    desk.page.flush()
    desk.page.message.open_drafts.new_beside()
    desk.page.set_channels_selection([CHANNELS["x"]])
    desk.type("for X alone")
    press(desk, "Ctrl+PgUp")
    assert desk.page.draft.channel_ids == (1, 4, 5)
    assert desk.page.action_bar.post.button.text() == "Send 3 posts now"
    desk.page.set_channels_selection([CHANNELS["facebook"]])  # a tick alone is a change, too
    press(desk, "Ctrl+PgDown")
    assert [one.id for one in desk.page.message.channels.listed] == [1]
    assert [one.channel_ids for one in desk.kept if one.text == "for three"][-1] == (4,)


def test_a_draft_keeps_its_channels_while_the_list_of_them_is_gone(
    qtbot: Any, desk: Any, theme: Any
) -> None:
    """Between two workspaces, and at the start, nobody has unticked anything."""
    from posto_desktop.models.channels import ChannelsModel

    model = ChannelsModel()
    page = ComposeAgain(desk, qtbot, model).page
    model.set_choice(page.message.channels.choice)
    kept: list[Draft] = []
    page.message.store.saved.connect(kept.append)
    page.set_snapshot(
        snapshot_of([draft("one", id="a", channel_ids=[1, 5])], tabs=["a"], active="a")
    )
    page.editor.insertPlainText("more ")
    page.flush()
    assert kept[-1].channel_ids == (1, 5)  # the list is still to come
    model.set_channels(list(CHANNELS.values()))
    assert model.checked_ids() == {1, 5}
    model.set_checked_ids([5])
    page.flush()
    assert kept[-1].channel_ids == (5,)  # a tick is kept as a word is
    model.set_channels([])
    page.editor.insertPlainText("again ")
    page.flush()
    assert kept[-1].channel_ids == (5,)
    model.deleteLater()


def test_a_draft_comes_before_its_workspace_is_known(desk: Any) -> None:
    """At a start: until the password of the service is there, the page is about this computer."""
    one = draft("one", id="a", workspace="account", channel_ids=[1, 5])
    desk.page.message.channels.used_last = {"local": [4]}.get
    desk.page.set_snapshot(snapshot_of([one], tabs=["a"], active="a"))
    assert desk.page.draft.channel_ids == (4,)
    desk.page.set_workspace("account")
    assert desk.page.draft.channel_ids == (1, 5)
    assert desk.page.draft.channels_elsewhere == {}, "nobody chose any on this computer"
    desk.page.flush()
    assert desk.kept == []


def test_closing_keeps_the_draft_and_shows_the_neighbour(desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="b",
        )
    )
    assert tabs(desk) == ["a", "b", "c"]
    press(desk, "Ctrl+W")
    assert desk.page.editor.toPlainText() == "c"
    desk.page.message.open_drafts.close("a")
    assert tabs(desk) == []
    assert desk.page.editor.toPlainText() == "c"
    press(desk, "Ctrl+W")  # the only one stays
    assert desk.page.editor.toPlainText() == "c"
    assert desk.deleted == []
    assert desk.page.message.store.count() == 3


def test_the_cross_of_a_tab_and_the_middle_button_close(qtbot: Any, desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    bar = desk.page.draft_tabs.tabs
    cross = bar.tabButton(1, bar.ButtonPosition.RightSide)
    assert cross.accessibleName() == "Close “b”; it stays in Drafts"
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert tabs(desk) == ["a", "c"]
    place = bar.tabRect(1).center()
    qtbot.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=place)
    assert tabs(desk) == []
    assert desk.page.draft.text == "a"


def test_tabs_are_moved_with_keys_and_by_dragging(desk: Any) -> None:
    told: list[tuple[list[str], str]] = []
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    desk.page.openChanged.connect(lambda ids, active: told.append((ids, active)))
    press(desk, "Ctrl+Shift+PgDown")
    assert told[-1] == (["b", "a", "c"], "a")
    desk.page.draft_tabs.tabs.moveTab(2, 0)
    assert told[-1] == (["c", "b", "a"], "a")
    assert desk.page.draft.text == "a"


def test_posting_leaves_an_empty_page_and_never_the_next_draft(qtbot: Any, desk: Any) -> None:
    """A second press of the same key must not post another message."""
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a", channel_ids=[1]), draft("b", 1, id="b")],
            tabs=["a", "b"],
            active="a",
        )
    )
    desk.page.message.posting.post()
    assert [one.text for one, _when in desk.posted] == ["a"]
    assert desk.page.draft.is_empty
    assert tabs(desk) == ["New message", "b"]
    desk.page.message.posting.post()
    assert len(desk.posted) == 1
    desk.page.message.open_drafts.switch("b")
    assert tabs(desk) == []
    assert desk.page.draft.text == "b"


def test_a_draft_deleted_while_open_loses_its_tab(desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    desk.page.message.open_drafts.delete("b")
    assert tabs(desk) == ["a", "c"]
    desk.page.message.open_drafts.delete("a")
    assert desk.page.draft.is_empty
    assert sorted(desk.deleted) == ["a", "b"]
    desk.page.flush()
    assert [one.id for one in desk.page.message.store.drafts()] == ["c"]


def test_at_most_twenty_are_open(desk: Any) -> None:
    for number in range(22):
        desk.page.message.open_drafts.load(draft(f"number {number}", id=str(number)))
    assert len(tabs(desk)) == 20
    assert desk.page.draft.text == "number 21"
    assert "number 1" in desk.notices[-1].text
    assert desk.page.message.store.get("0") is not None


def test_a_new_message_puts_the_present_one_into_drafts(desk: Any) -> None:
    desk.type("Fig")
    desk.page.start_new()
    assert desk.page.draft.is_empty
    assert tabs(desk) == []
    assert desk.notices[-1].text == "Saved in Drafts"
    desk.notices[-1].callback()
    assert desk.page.draft.text == "Fig"


# -- after a crash -------------------------------------------------------------------------


def test_what_was_open_is_told_and_open_again_after_a_crash(qtbot: Any, desk: Any) -> None:
    told: list[tuple[list[str], str]] = []
    desk.page.openChanged.connect(lambda ids, active: told.append((ids, active)))
    desk.page.set_snapshot(DraftsSnapshot())
    desk.type("first")
    desk.page.message.open_drafts.new_beside()
    desk.type("second")
    desk.page.message.open_drafts.new_beside()
    desk.type("third")
    desk.page.flush()
    press(desk, "Ctrl+PgUp")
    # The app is killed here: this is what the store holds.
    stored = {one.id: one for one in desk.kept}
    open_ids, active = told[-1]
    assert [stored[one].text for one in open_ids] == ["first", "second", "third"]
    again = ComposeAgain(desk, qtbot)
    again.page.set_snapshot(snapshot_of(stored.values(), (), open_ids, active))
    bar = again.page.draft_tabs.tabs
    assert [bar.tabText(n) for n in range(3)] == ["first", "second", "third"]
    assert again.page.draft.text == "second"
    again.page.message.open_drafts.next()
    assert again.page.draft.text == "third"


class ComposeAgain:
    """Another page, as after a new start."""

    def __init__(self, desk: Any, qtbot: Any, channels_model: Any = None) -> None:
        page = desk.page
        self.page = type(page)(
            desk.runner,
            page.drafts_popup._images,
            channels_model,
            paste_folder=page.media_import._folder,
            clock=desk.clock,
            zone=page.zone,
        )
        qtbot.addWidget(self.page)
        self.page.show()


def test_nothing_is_told_before_the_stored_drafts_are_there(desk: Any) -> None:
    told: list[Any] = []
    desk.page.openChanged.connect(lambda *what: told.append(what))
    desk.type("just begun")
    desk.page.flush()
    assert told == []  # it would take the place of what was open before
    desk.page.set_snapshot(snapshot_of([draft("old", id="old")], tabs=["old"], active="old"))
    assert desk.page.draft.text == "just begun"
    assert told[-1] == (["old", desk.page.draft.id], desk.page.draft.id)
    assert tabs(desk) == ["old", "just begun"]


# -- labels --------------------------------------------------------------------------------


def test_labels_are_added_and_removed_and_kept(qtbot: Any, desk: Any) -> None:
    field = desk.page.labels
    desk.type("Fig")
    QTest.keyClicks(field.entry, "Winter roast")
    qtbot.keyClick(field.entry, Qt.Key.Key_Return)
    QTest.keyClicks(field.entry, "Launch,winter ROAST,")
    assert field.labels() == ["Winter roast", "Launch"]
    desk.page.flush()
    assert desk.kept[-1].labels == ("Winter roast", "Launch")
    qtbot.keyClick(field.entry, Qt.Key.Key_Backspace)
    assert desk.page.draft.labels == ("Winter roast",)
    chip = field.findChild(object, "label-Winter roast")
    assert chip.accessibleName() == "Remove label Winter roast"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert desk.page.draft.labels == ()


def test_what_is_typed_is_a_label_when_the_field_is_left_but_not_after_escape(
    qtbot: Any, desk: Any
) -> None:
    field = desk.page.labels
    QTest.keyClicks(field.entry, "Shop")
    qtbot.keyClick(field.entry, Qt.Key.Key_Escape)
    field.entry.editingFinished.emit()
    assert field.labels() == []
    QTest.keyClicks(field.entry, "Club")
    field.entry.editingFinished.emit()
    assert field.labels() == ["Club"]


def test_known_labels_are_offered(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one", labels=["Winter roast", "Launch"])])
    desk.page.message.open_drafts.new_message()
    field = desk.page.labels
    QTest.keyClicks(field.entry, "roa")
    completer = field.entry.completer()
    assert completer.currentCompletion() == "Winter roast"
    completer.activated[str].emit("Winter roast")
    assert field.labels() == ["Winter roast"]
    qtbot.waitUntil(lambda: field.entry.text() == "")


def test_undo_takes_a_label_back(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.labels.add("Launch")
    desk.page.undo()
    assert desk.page.labels.labels() == []
    assert desk.page.draft.text == "Fig"
    desk.page.redo()
    assert desk.page.labels.labels() == ["Launch"]


def test_labels_are_given_in_the_list(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one", id="a"), draft("two", 1, id="b")])
    popup = listed(desk)
    popup.list.setCurrentIndex(popup.model.index(1))
    qtbot.keyClick(popup.list, Qt.Key.Key_L)
    QTest.keyClicks(popup.foot.labels.entry, "Launch")
    qtbot.keyClick(popup.foot.labels.entry, Qt.Key.Key_Return)
    assert desk.page.message.store.get("b").labels == ("Launch",)
    assert desk.kept[-1].labels == ("Launch",)
    popup.list.setCurrentIndex(popup.model.index(popup.model.row_of("a")))
    popup._back_to_list()
    qtbot.keyClick(popup.list, Qt.Key.Key_L)
    popup.foot.labels.add("Shop")
    assert desk.page.labels.labels() == ["Shop"]  # that one is in the page


def test_a_label_has_the_same_colour_everywhere() -> None:
    from posto_desktop.ui.widgets.label_chips import TONES, tone_of

    assert tone_of("Launch") == tone_of("LAUNCH") in TONES
    assert len({tone_of(f"label {number}") for number in range(60)}) == len(TONES)


# -- templates -----------------------------------------------------------------------------


def test_a_message_becomes_a_template_and_a_template_a_message(qtbot: Any, desk: Any) -> None:
    kept: list[Draft] = []
    desk.page.message.store.templateSaved.connect(kept.append)
    desk.type("Weekly offer")
    desk.page.message.time.choose("tomorrow at 9")
    desk.settle()
    desk.command("Save as template…").trigger()
    popup = desk.page.findChild(NamePopup)
    popup.row.field.setText("Offer of the week")
    qtbot.keyClick(popup.row.field, Qt.Key.Key_Return)
    assert (kept[-1].name, kept[-1].text, kept[-1].when_text) == (
        "Offer of the week",
        "Weekly offer",
        "tomorrow at 9",
    )
    assert desk.page.draft.text == "Weekly offer"  # it stays as it is
    desk.page.message.open_drafts.save_as_draft()
    desk.page.drafts_popup.show_templates()
    shown = desk.page.findChildren(DraftsList)[-1]
    assert titles(shown) == ["Offer of the week"]
    qtbot.keyClick(shown.search, Qt.Key.Key_Return)
    assert desk.page.draft.text == "Weekly offer"
    assert desk.page.when.field.text() == "tomorrow at 9"
    assert desk.page.draft.id != kept[-1].id
    assert desk.page.draft.name == ""
    desk.page.flush()
    assert desk.kept[-1].id == desk.page.draft.id


def test_a_template_of_the_same_name_is_replaced_and_comes_back(desk: Any) -> None:
    first = desk.page.message.templates.save(draft("old"), "Offer")
    desk.page.message.templates.save(draft("new"), "offer")
    assert [one.text for one in desk.page.message.store.templates()] == ["new"]
    assert desk.notices[-1].text == "Template “offer” replaced"
    desk.notices[-1].callback()
    assert desk.page.message.store.templates() == [first]


def test_templates_are_renamed_and_deleted_with_undo(qtbot: Any, desk: Any) -> None:
    gone: list[str] = []
    desk.page.message.store.templateRemoved.connect(gone.append)
    template = desk.page.message.templates.save(draft("text"), "Offer")
    desk.page.drafts_popup.show_templates()
    popup = desk.page.findChildren(DraftsList)[-1]
    qtbot.keyClick(popup.list, Qt.Key.Key_F2)
    popup.foot.name_row.field.setText("Weekly")
    qtbot.keyClick(popup.foot.name_row.field, Qt.Key.Key_Return)
    assert titles(popup) == ["Weekly"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Delete)
    assert titles(popup) == []
    assert gone == [template.id]
    desk.notices[-1].callback()
    assert titles(popup) == ["Weekly"]


def test_a_draft_of_the_list_becomes_a_template(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    popup.list.setCurrentIndex(popup.model.index(1))
    qtbot.keyClick(popup.list, Qt.Key.Key_T)
    assert popup.foot.name_row.field.text() == "two"
    qtbot.keyClick(popup.foot.name_row.field, Qt.Key.Key_Return)
    assert [one.name for one in desk.page.message.store.templates()] == ["two"]


def test_an_empty_message_is_no_template(desk: Any) -> None:
    assert not desk.command("Save as template…").isEnabled()
    desk.page.drafts_popup.save_as_template()
    assert desk.page.findChild(NamePopup) is None
    assert desk.notices[-1].text == "There is nothing to save yet"


def test_the_menu_behind_the_dots_does_what_it_says(qtbot: Any, desk: Any) -> None:
    def choose(words: str) -> None:
        menu = desk.page.message_actions.open_menu()
        action = next(one for one in menu.actions() if one.text().split("\t")[0] == words)
        action.trigger()
        menu.close()

    desk.type("Fig")
    choose("New message beside this one")
    assert tabs(desk) == ["Fig", "New message"]
    desk.type("Cocoa")
    choose("Discard this message")
    assert desk.page.draft.is_empty
    choose("Drafts (1)…")
    assert titles(desk.page.findChildren(DraftsList)[-1]) == ["Fig"]


def test_the_menu_beside_post_is_there_without_channels(desk: Any) -> None:
    desk.page.set_channels_selection([])
    desk.type("Fig")
    desk.settle()
    bar = desk.page.action_bar
    assert not bar.post.button.isEnabled()
    assert bar.post.arrow.isEnabled()
    assert desk.command("Save as template…").isEnabled()
    desk.command("Save as draft").trigger()
    assert desk.page.draft.is_empty


def test_a_message_that_was_asked_for_stays_in_front_at_the_start(desk: Any) -> None:
    desk.page.message.open_drafts.begin_empty()  # as for files that a file manager opens
    desk.page.set_snapshot(snapshot_of([draft("old", id="old")], tabs=["old"], active="old"))
    assert desk.page.editor.toPlainText() == ""
    assert "old" in tabs(desk)
    desk.type("Written since")
    desk.page.message.open_drafts.begin_empty()
    assert desk.page.editor.toPlainText() == ""
    assert {"old", "Written since"} <= set(tabs(desk))


def test_a_draft_is_opened_with_the_caret_behind_its_words(desk: Any) -> None:
    desk.type("Something else")
    assert desk.page.tabs.choose("twitter")
    desk.type(" for X")
    desk.page.message.open_drafts.load(Draft(text="One\nand another line"))
    assert desk.page.editor.caret() == (len("One\nand another line"), None)
    assert desk.page.message.editor.caret == Caret("", len("One\nand another line"))
