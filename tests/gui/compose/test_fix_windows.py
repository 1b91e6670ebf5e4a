"""Tests of the check buttons that open something: what it offers resolves the finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from posto_desktop.core.checks import Finding, Fix
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose import checks_presenter
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.finding_row import FindingRow
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from tests.unit.core.window_kinds import REFUSAL_KINDS, WINDOW_KINDS

# The little window for a description has no room of its own where nothing is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")

X = Channel(1, "@nordlicht", "twitter")
X2 = Channel(2, "@fjord", "twitter")
INSTAGRAM = Channel(3, "nordlicht.coffee", "instagram")
TELEGRAM = Channel(4, "News", "telegram")
REDDIT = Channel(5, "r/coffee", "reddit")
REDDIT2 = Channel(6, "r/tea", "reddit")
BLUESKY = Channel(7, "nordlicht.example", "bluesky")
LINKEDIN = Channel(8, "Nordlicht", "linkedin")


def rows_of(desk: Any) -> list[FindingRow]:
    view = desk.page.checks.list
    return [view.itemWidget(view.item(number)) for number in range(view.count())]


def ways(finding: Finding) -> list[Fix]:
    return [*([finding.fix] if finding.fix else []), *finding.more]


def press(qtbot: Any, desk: Any, code: str, kind: str) -> Finding:
    """Press the button (or the entry beside it) of this kind; the finding that it belongs to."""
    desk.settle()
    row = next(
        row
        for row in rows_of(desk)
        if row.finding.code == code and kind in {fix.kind for fix in ways(row.finding)}
    )
    finding = row.finding
    way = [fix.kind for fix in ways(finding)].index(kind)
    if way == 0 and finding.fix is not None:
        qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    else:
        menu = row.menu()
        menu.actions()[way - 1].trigger()
        menu.close()
    return finding


def is_resolved(desk: Any, finding: Finding) -> bool:
    desk.settle()
    return not [
        left
        for left in desk.page.checks.findings
        if left.code == finding.code
        and left.file == finding.file
        and set(left.channel_ids) & set(finding.channel_ids or left.channel_ids)
    ]


def show(desk: Any, draft: Draft, *channels: Channel) -> None:
    desk.page.activateWindow()
    desk.choose(list(channels))
    desk.page.message.open_drafts.load(draft)


def attach(qtbot: Any, desk: Any, path: str) -> None:
    desk.page.add_files([path])
    qtbot.waitUntil(lambda: [bool(ref.width) for ref in desk.page.media.refs()] == [True])


def add_media(qtbot: Any, desk: Any, picture: Any) -> None:
    path = picture("square.png", 600, 600)
    show(desk, Draft(text="Hello", variants={"twitter": "own"}), X, INSTAGRAM)
    desk.type(" there")
    finding = press(qtbot, desk, "media_missing", "add_media")
    dialog = desk.page.findChild(QFileDialog)
    dialog.filesSelected.emit([path])
    dialog.close()
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    assert is_resolved(desk, finding)


def choose_channels(qtbot: Any, desk: Any, picture: Any) -> None:
    """The list of channels is outside of the page; it says so at the button of the page."""
    show(desk, Draft(text="Hello"))
    desk.settle()
    [finding] = [
        finding
        for finding in desk.page.message.checks.result.findings
        if finding.code == "no_channel"
    ]
    assert finding.fix is not None
    with qtbot.waitSignal(desk.page.channelSearchRequested):
        desk.page.checks_presenter.fix(finding)
    desk.choose([X])
    desk.settle()
    assert "no_channel" not in [
        finding.code for finding in desk.page.message.checks.result.findings
    ]


def crop(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello"), INSTAGRAM, X)
    attach(qtbot, desk, picture("wide.png", 900, 300))
    finding = press(qtbot, desk, "file_shape", "crop")
    window = desk.page.findChild(MediaEditor)
    qtbot.mouseClick(window.keep_button, Qt.MouseButton.LeftButton)
    assert is_resolved(desk, finding)
    [ref] = desk.page.media.refs()
    assert set(ref.network_edits) == {"instagram"}


def edit_video(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello"), X)
    attach(qtbot, desk, str(Path(__file__).parents[2] / "data" / "two-seconds.mp4"))
    desk.page.media.set_edits(0, Edit(end=1.0))
    finding = press(qtbot, desk, "file_converted", "edit_video")
    window = desk.page.findChild(MediaEditor)
    window.reset()
    qtbot.mouseClick(window.keep_button, Qt.MouseButton.LeftButton)
    assert is_resolved(desk, finding)


def describe(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello"), BLUESKY)
    attach(qtbot, desk, picture("bag.png", 400, 400))
    finding = press(qtbot, desk, "no_description", "describe")
    popup = desk.page.findChild(AltEditor)
    QTest.keyClicks(popup.field, "A bag")
    popup.close()
    assert desk.page.media.refs()[0].alt == "A bag"
    assert is_resolved(desk, finding)


def edit_for(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello", variants={"channel:2": "x" * 290}), X, X2)
    finding = press(qtbot, desk, "text_too_long", "edit_for")
    qtbot.waitUntil(desk.page.editor.hasFocus)
    desk.page.editor.selectAll()
    QTest.keyClicks(desk.page.editor, "short")
    assert desk.page.draft.variants == {"channel:2": "short"}
    assert is_resolved(desk, finding)


def edit_title(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello", title="t" * 400), REDDIT)
    finding = press(qtbot, desk, "title_too_long", "edit_title")
    type_title(qtbot, desk)
    assert is_resolved(desk, finding)
    assert desk.page.draft.options == {"reddit": {"post_title": "Fine"}}


def edit_when(qtbot: Any, desk: Any, picture: Any) -> None:
    show(desk, Draft(text="Hello", when_text="when the sun shines"), X)
    finding = press(qtbot, desk, "when_unreadable", "edit_when")
    qtbot.waitUntil(desk.page.when.field.hasFocus)
    desk.page.when.field.selectAll()
    QTest.keyClicks(desk.page.when.field, "tomorrow 9:00")
    assert is_resolved(desk, finding)


def sign_in_again(qtbot: Any, desk: Any, picture: Any) -> None:
    soon = desk.page.message.clock() + timedelta(days=1)
    desk.page.message.channels.model.set_accounts({8: OwnAccount(1, "linkedin", ends_at=soon)})
    show(desk, Draft(text="Hello", when_text="in 3 days"), LINKEDIN)
    with qtbot.waitSignal(desk.page.checks_presenter.reconnectRequested) as asked:
        finding = press(qtbot, desk, "sign_in_ends", "sign_in_again")
    assert asked.args == [LINKEDIN]
    later = OwnAccount(1, "linkedin", ends_at=soon + timedelta(days=60))
    desk.page.message.channels.model.set_accounts({8: later})
    assert is_resolved(desk, finding)


LEADS: dict[str, Callable[..., None]] = {
    "add_media": add_media,
    "choose_channels": choose_channels,
    "crop": crop,
    "describe": describe,
    "edit_for": edit_for,
    "edit_title": edit_title,
    "edit_video": edit_video,
    "edit_when": edit_when,
    "sign_in_again": sign_in_again,
}


def type_title(qtbot: Any, desk: Any) -> None:
    """Into the field that has the focus, as a person would."""
    field = QApplication.focusWidget()
    assert field is not None
    assert desk.page.options.isAncestorOf(field)
    field.selectAll()
    QTest.keyClicks(field, "Fine")
    QTest.keyClick(field, Qt.Key.Key_Tab)


def test_every_kind_has_its_way() -> None:
    assert set(LEADS) == WINDOW_KINDS
    assert set(checks_presenter.LEADS) == WINDOW_KINDS | REFUSAL_KINDS


@pytest.mark.parametrize("kind", LEADS)
def test_what_it_opens_can_end_the_finding(qtbot: Any, desk: Any, picture: Any, kind: str) -> None:
    LEADS[kind](qtbot, desk, picture)


def test_what_a_network_refused_is_edited_where_it_is(qtbot: Any, desk: Any, picture: Any) -> None:
    draft = Draft(text="Hello", link="https://nordlicht.coffee", first_comment="More")
    show(desk, draft, X, INSTAGRAM)
    desk.page.add_files([picture("one.png", 400, 400), picture("two.png", 400, 500)])
    qtbot.waitUntil(lambda: [bool(ref.width) for ref in desk.page.media.refs()] == [True, True])
    desk.page.activateWindow()
    views = desk.page
    second = desk.page.media.refs()[1]
    places = {
        "edit_link": views.fields.link,
        "edit_comment": views.fields.comment,
        "show_file": views.strip,
    }
    assert set(places) == REFUSAL_KINDS
    for kind, place in places.items():
        refused = Finding("error", "refused", "No.", fix=Fix(kind, "Show", second.path))
        desk.page.checks_presenter.fix(refused)
        qtbot.waitUntil(place.hasFocus)
    assert views.strip.currentIndex().row() == 1


def test_add_a_title_leads_to_one(qtbot: Any, desk: Any) -> None:
    bag = MediaRef("/nowhere/a.jpg", "a.jpg", 10_000, alt="A bag", width=900, height=900)
    show(desk, Draft(media=[bag]), REDDIT, REDDIT2)
    finding = press(qtbot, desk, "title_missing", "edit_title")
    type_title(qtbot, desk)
    assert is_resolved(desk, finding)


def test_the_title_of_one_channel_is_edited_where_it_is(qtbot: Any, desk: Any) -> None:
    own = {"reddit": {"post_title": "All"}, "channel:6": {"post_title": "t" * 400}}
    show(desk, Draft(text="Hello", options=own), REDDIT, REDDIT2)
    finding = press(qtbot, desk, "title_too_long", "edit_title")
    assert finding.channel_ids == (6,)
    type_title(qtbot, desk)
    assert is_resolved(desk, finding)
    assert desk.page.draft.options["reddit"] == {"post_title": "All"}


@pytest.mark.parametrize(
    "own",
    [
        {"instagram": Edit(crop=(0.0, 0.0, 1.0, 0.2))},
        {"instagram": Edit(alone=True)},
        {"telegram": Edit(alone=True), "instagram": Edit(alone=True)},
        {"instagram": Edit(turns=1)},
    ],
    ids=["cut", "alone", "both alone", "turned"],
)
def test_crop_helps_networks_that_have_a_cut_of_their_own(
    qtbot: Any, desk: Any, picture: Any, own: dict[str, Edit]
) -> None:
    show(desk, Draft(text="Hello"), INSTAGRAM, TELEGRAM)
    attach(qtbot, desk, picture("line.png", 1400, 40))
    desk.page.media.set_edits(0, None, own)
    for _ in range(3):
        desk.settle()
        if "file_shape" not in desk.codes():
            break
        finding = press(qtbot, desk, "file_shape", "crop")
        window = desk.page.findChildren(MediaEditor)[-1]
        window.accept()
        assert is_resolved(desk, finding)
    assert "file_shape" not in desk.codes()


def test_networks_with_nothing_in_common_get_cuts_of_their_own(
    qtbot: Any, desk: Any, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One takes lying pictures only, one upright ones: no single cut is good for both."""
    from posto_desktop.core import media_requirements
    from posto_desktop.ui.compose.media_editor import dialog

    lying = replace(media_requirements.requirements_of("telegram"), aspect_min=1.5, aspect_max=2.0)

    upright = replace(
        media_requirements.requirements_of("instagram"), aspect_min=0.5, aspect_max=0.8
    )
    monkeypatch.setattr(
        dialog,
        "fitting_crop",
        lambda width, height, slug: media_requirements.fitting_crop(
            width, height, lying if slug == "telegram" else upright
        ),
    )
    show(desk, Draft(text="Hello"), INSTAGRAM, TELEGRAM)
    attach(qtbot, desk, picture("square.png", 400, 400))
    desk.page.files.edit(0, "", ("instagram", "telegram"))
    desk.page.findChild(MediaEditor).accept()
    [ref] = desk.page.media.refs()
    shapes = {}
    for slug in ("instagram", "telegram"):
        cut = ref.edit_for(slug).crop
        assert cut is not None
        shapes[slug] = cut[2] / cut[3]
    assert shapes["instagram"] <= 0.81
    assert shapes["telegram"] >= 1.49
