"""Each button of a check leads to a message without that finding, and back with one undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.core.checks import Finding, Fix
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.fixes import KINDS
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui import icons
from posto_desktop.ui.compose.checks_presenter import LEADS
from posto_desktop.ui.compose.finding_row import FIX_ICONS, FindingRow
from posto_desktop.ui.theme import Theme
from tests.gui.compose.conftest import NOW

X = Channel(1, "@nordlicht", "twitter")
X2 = Channel(2, "@fjord", "twitter")
INSTAGRAM = Channel(3, "nordlicht.coffee", "instagram")
TELEGRAM = Channel(4, "News", "telegram")
REDDIT = Channel(5, "r/coffee", "reddit")
BLUESKY = Channel(6, "nordlicht.example", "bluesky")
EXPIRED = Channel(7, "Fjord", "fb", active=False)
PINTEREST = Channel(8, "Recipes", "pinterest")
LINKEDIN = Channel(9, "Nordlicht", "linkedin")
MASTODON = Channel(10, "@nordlicht", "mastodon", further_parts="replies")
MY_LINKEDIN = Channel(11, "Nordlicht", "linkedin", further_parts="comments")
THREAD = {"": ("Two", "Three")}


def bag(number: int = 1, **more: Any) -> MediaRef:
    facts = {"size": 10_000, "alt": "A bag", "width": 1000, "height": 1000, **more}
    return MediaRef(f"/nowhere/{number}.jpg", f"{number}.jpg", **facts)


FILM = MediaRef("/nowhere/f.mp4", "f.mp4", 10_000, "video", width=1280, height=720, duration=20.0)

SCENES: dict[str, tuple[Draft, list[Channel]]] = {
    "long": (Draft(text="The winter roast is here. " * 12), [X, BLUESKY]),
    "service": (Draft(text="I <3 {tea|milk} in {post_title} &amp; more"), [X, TELEGRAM]),
    "hashtags": (
        Draft(text=" ".join(f"#tag{n}" for n in range(33)), media=[bag()]),
        [INSTAGRAM],
    ),
    "link": (
        Draft(text="Hello", link="https://a.example/b", first_comment="More"),
        [X, TELEGRAM, INSTAGRAM],
    ),
    "no link": (Draft(text="Hello", link="file:///a b"), [X, BLUESKY]),
    "link and files": (
        Draft(text="Hello", link="https://a.example/b", media=[bag(1)]),
        [LINKEDIN, X],
    ),
    "many files": (Draft(text="Hello", media=[bag(n) for n in range(12)]), [X, BLUESKY]),
    "mixed": (Draft(text="Hello", media=[bag(1), bag(2), FILM]), [X, LINKEDIN]),
    "video": (
        Draft(text="Hello", media=[replace(FILM, video=VideoFacts("hevc", "opus", fps=120.0))]),
        [X],
    ),
    "shape": (Draft(text="Hello", media=[bag(1, width=3000, height=500)]), [INSTAGRAM]),
    "still": (
        Draft(
            text="Hello",
            media=[MediaRef("/nowhere/a.gif", "a.gif", 10_000, "gif", "A", 500, 500, 3.0)],
        ),
        [INSTAGRAM, X],
    ),
    "alt": (Draft(text="Hello", media=[bag(1, alt="a" * 3000)]), [X, PINTEREST]),
    "unusable": (Draft(text="Hello", media=[bag(1, problem="1.jpg is damaged.")]), [X]),
    "unusable files": (
        Draft(text="Hello", media=[bag(n, problem=f"{n}.jpg is damaged.") for n in range(4)]),
        [X],
    ),
    "title": (Draft(text="Hello", title="t" * 400), [REDDIT]),
    "same text": (Draft(text="Hello"), [X, X2, BLUESKY]),
    "expired": (Draft(text="Hello"), [X, EXPIRED]),
    "empty own": (Draft(text="Hello", variants={"twitter": " "}), [X, BLUESKY]),
    "past": (Draft(text="Hello", when_text="yesterday 9:00"), [X]),
    "soon": (Draft(text="Hello", workspace="account", when_text="today 11:01"), [X]),
    "no style": (
        Draft(text="Hello", style="gone", resolved_style=ResolvedStyle("gone", missing=True)),
        [X],
    ),
    "long for a thread": (Draft(text="The winter roast is here. " * 25), [MASTODON]),
    "no thread": (Draft(text="One", threads=THREAD), [X, MASTODON]),
    "one of a thread": (
        Draft(text="One", threads=THREAD, thread_forms={"mastodon": "one"}),
        [MASTODON],
    ),
    "files of comments": (
        Draft(text="One", threads=THREAD, media=[bag(1), bag(2, part=1)]),
        [MY_LINKEDIN],
    ),
    "empty part": (Draft(text="One", threads={"": ("", "Three")}), [MASTODON]),
    "planned": (Draft(text="Planned already", when_text="tomorrow 9:00"), [X, BLUESKY]),
}


def open_scene(qtbot: Any, desk: Any, name: str) -> list[Finding]:
    draft, channels = SCENES[name]
    desk.clock.now = NOW + timedelta(seconds=40)  # 11:00:40 in Berlin
    rows = [
        Schedule(
            1,
            "g",
            channel_id=1,
            status="not_sent",
            text="planned  already",
            send_at=NOW + timedelta(hours=20),
        )
    ]
    desk.page.set_schedules(rows)
    qtbot.waitUntil(lambda: len(desk.page.message.checks.pending_posts) == 1)
    desk.page.set_workspace(draft.workspace)
    desk.choose(channels)
    desk.page.message.open_drafts.load(
        replace(draft, channel_ids=[channel.id for channel in channels])
    )
    desk.settle()
    return list(desk.page.checks.findings)


def rows_of(desk: Any) -> list[FindingRow]:
    view = desk.page.checks.list
    return [view.itemWidget(view.item(number)) for number in range(view.count())]


def same(finding: Finding, other: Finding) -> bool:
    shared = set(finding.channel_ids) & set(other.channel_ids)
    return (
        finding.code == other.code
        and finding.file == other.file
        and (bool(shared) or finding.channel_ids == other.channel_ids)
    )


def ways(finding: Finding) -> list[Fix]:
    return [*([finding.fix] if finding.fix else []), *finding.more]


@pytest.mark.parametrize("name", SCENES)
def test_each_button_mends_what_it_stands_beside(qtbot: Any, desk: Any, name: str) -> None:
    findings = open_scene(qtbot, desk, name)
    count = 0
    for number, finding in enumerate(findings):
        for way, fix in enumerate(ways(finding)):
            if fix.kind not in KINDS:
                continue
            count += 1
            assert open_scene(qtbot, desk, name) == findings
            before = desk.page.draft
            channels = list(desk.page.message.channels.listed)
            row = rows_of(desk)[number]
            if way == 0:
                assert row.button is not None
                assert row.button.text().replace("&&", "&") == fix.label
                qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
            else:
                menu = row.menu()
                menu.actions()[way - 1].trigger()
                menu.close()
            desk.settle()
            left = [
                remaining for remaining in desk.page.checks.findings if same(finding, remaining)
            ]
            assert not left, (finding, fix)
            # One undo, or the notice, brings all of it back.
            desk.notices[-1].callback()
            desk.settle()
            after = desk.page.draft
            assert (after.text, after.variants) == (before.text, before.variants)
            assert (after.media, after.options) == (before.media, before.options)
            assert (after.when_text, after.title) == (before.when_text, before.title)
            assert desk.page.message.channels.listed == channels
            assert list(desk.page.checks.findings) == findings
    assert count


def test_the_scenes_show_every_kind(qtbot: Any, desk: Any) -> None:
    shown = set()
    for name in SCENES:
        for finding in open_scene(qtbot, desk, name):
            shown.update(fix.kind for fix in ways(finding))
    assert shown >= KINDS


def test_undo_takes_a_fix_back_in_one_step(qtbot: Any, desk: Any) -> None:
    open_scene(qtbot, desk, "many files")
    [row] = [row for row in rows_of(desk) if row.finding.code == "too_many_files"][:1]
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert desk.page.media.rowCount() == 4
    desk.page.undo()
    assert desk.page.media.rowCount() == 12


def test_every_kind_has_an_icon_that_there_is(theme: Any) -> None:
    assert set(FIX_ICONS) == KINDS | set(LEADS)
    colour = Theme.instance().colour("text")
    for name in FIX_ICONS.values():
        assert not icons.pixmap(name, 14, colour).isNull()


def test_a_row_stays_while_its_numbers_count_on(desk: Any) -> None:
    desk.type("x" * 305)
    desk.settle()
    before = rows_of(desk)
    before[0].button.setFocus()
    desk.type("y")
    desk.settle()
    after = rows_of(desk)
    assert after == before
    assert "306" in after[0].sentence.text()
    assert after[0].button is before[0].button


def test_fix_first_leads_but_changes_nothing(qtbot: Any, desk: Any) -> None:
    open_scene(qtbot, desk, "unusable")
    before = desk.page.draft.media
    desk.page.checks_presenter.fix_first("fix")
    assert desk.page.draft.media == before


def test_the_kinds_for_windows_open_the_right_control(
    qtbot: Any, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.page
    desk.page.activateWindow()
    asked: list[Any] = []
    monkeypatch.setattr(page.files, "choose_files", lambda: asked.append("files"))
    monkeypatch.setattr(page.files, "describe", lambda number: asked.append(number))
    desk.choose([X, X2])
    page.message.open_drafts.load(Draft(text="Hello", media=[bag(1, alt="")]))

    def lead(kind: str, arg: str = "") -> None:
        page.checks_presenter.fix(Finding("error", "any", "Any.", fix=Fix(kind, "Do", arg)))

    lead("edit_for", "twitter")
    assert page.editor.key == "twitter"
    lead("edit_for", "channel:2")
    assert page.editor.key == "channel:2"
    lead("edit_when")
    qtbot.waitUntil(page.when.field.hasFocus)
    lead("add_media")
    lead("describe", "/nowhere/1.jpg")
    assert asked == ["files", 0]
    with qtbot.waitSignal(page.channelSearchRequested):
        lead("choose_channels")


def ticked(desk: Any) -> list[int]:
    return [channel.id for channel in desk.page.message.channels.listed]


def leave_out(qtbot: Any, desk: Any, code: str) -> None:
    [row] = [row for row in rows_of(desk) if row.finding and row.finding.code == code]
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    desk.settle()


def test_undo_ticks_again_what_a_fix_left_out(qtbot: Any, desk: Any) -> None:
    open_scene(qtbot, desk, "expired")
    desk.type(" there")
    leave_out(qtbot, desk, "session_expired")
    assert ticked(desk) == [1]
    desk.type(" now")
    desk.page.undo()
    assert desk.page.draft.text == "Hello there"
    assert ticked(desk) == [1]
    desk.page.undo()
    assert ticked(desk) == [1, 7]
    assert desk.page.draft.text == "Hello there"
    desk.page.undo()
    assert desk.page.draft.text == "Hello"
    for text, channels in (
        ("Hello there", [1, 7]),
        ("Hello there", [1]),
        ("Hello there now", [1]),
    ):
        desk.page.redo()
        assert (desk.page.draft.text, ticked(desk)) == (text, channels)


def test_the_notice_and_undo_do_the_same_thing_once(qtbot: Any, desk: Any) -> None:
    open_scene(qtbot, desk, "expired")
    desk.type(" there")
    leave_out(qtbot, desk, "session_expired")
    desk.notices[-1].callback()
    assert ticked(desk) == [1, 7]
    desk.page.undo()
    assert (desk.page.draft.text, ticked(desk)) == ("Hello", [1, 7])
    desk.notices[-1].callback()  # it was done
    assert ticked(desk) == [1, 7]


def test_what_a_fix_removed_is_named(qtbot: Any, desk: Any) -> None:
    draft = Draft(text="Hello", media=[bag(n) for n in range(1, 7)])
    desk.choose([X])
    desk.page.message.open_drafts.load(draft)
    desk.settle()
    leave_out(qtbot, desk, "too_many_files")
    assert desk.notices[-1].text == "5.jpg and 6.jpg removed from the message"
    desk.page.undo()
    assert len(desk.page.draft.media) == 6


def test_rows_keep_their_places_while_the_pointer_is_on_them(
    qtbot: Any, desk: Any, monkeypatch: Any
) -> None:
    open_scene(qtbot, desk, "service")
    panel, page = desk.page.checks, desk.page
    monkeypatch.setattr(panel, "pointer_is_over", lambda: True)
    QApplication.sendPostedEvents()
    height, top = panel.height(), page.when.mapTo(page, QPoint()).y()
    rows = rows_of(desk)
    first = rows[0].button.mapTo(page, QPoint())
    assert len(rows) > 2
    for number, row in enumerate(rows):
        places = [row.button.mapTo(page, QPoint()) for row in rows[number:]]
        qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
        desk.settle()
        QApplication.sendPostedEvents()
        assert [row.button.mapTo(page, QPoint()) for row in rows[number:]] == places
        assert len(panel.findings) == len(rows) - number - 1
    assert panel.findings == []
    assert panel.isVisible()
    assert page.checks_line.isVisible()
    assert rows_of(desk) == rows
    assert not any(row.button.isVisible() for row in rows)
    assert rows[0].sentence.text()
    assert (panel.height(), page.when.mapTo(page, QPoint()).y()) == (height, top)
    # Nothing that is pressed there does anything.
    notices = len(desk.notices)
    at = panel.mapFrom(page, first)
    QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=at)
    assert len(desk.notices) == notices
    monkeypatch.setattr(panel, "pointer_is_over", lambda: False)
    QApplication.sendEvent(panel, QEvent(QEvent.Type.Leave))
    assert panel.isHidden()
    assert page.checks_line.isHidden()


def test_rows_move_on_after_a_moment_and_what_is_new_waits(
    qtbot: Any, desk: Any, monkeypatch: Any
) -> None:
    open_scene(qtbot, desk, "link")
    panel = desk.page.checks
    panel._settle_timer.setInterval(30)
    monkeypatch.setattr(panel, "pointer_is_over", lambda: True)
    rows = rows_of(desk)
    sentences = [row.finding.sentence for row in rows]
    qtbot.mouseClick(rows[1].button, Qt.MouseButton.LeftButton)
    desk.type("a" * 300)  # too long now, for X
    desk.settle()
    held = [row.finding.sentence if row.finding else "" for row in rows_of(desk)]
    assert [words for words in held if words] == [
        sentence for sentence in sentences if sentence in held
    ]
    assert "" in held
    with qtbot.waitSignal(panel.settled):
        pass
    assert [row.finding for row in rows_of(desk)] == panel.findings
    assert "text_too_long" in desk.codes()
