"""The main window: two steps to the screen, pages, keys, files from outside, notices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.page import AppPage as WindowPage
from posto_desktop.ui.widgets.drop_overlay import elided_file_name, read_drag
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from posto_desktop.workers.runner import JobRunner
from tests.gui.heard import name_of

COPY = Qt.DropAction.CopyAction
NONE = Qt.KeyboardModifier.NoModifier


class Page(WindowPage):
    def __init__(self, name):
        super().__init__()
        self.button = QPushButton(name)
        QVBoxLayout(self).addWidget(self.button)

    def drop_inset(self):
        return 44

    def toast_inset(self):
        return 56

    def pane_stops(self):
        return [self.button]


@pytest.fixture
def notices(qapp):
    return NotificationsModel()


@pytest.fixture
def window(theme, notices, qtbot):
    channels = ChannelsModel()
    runner = JobRunner()
    window = MainWindow(theme, channels, notices, runner)
    qtbot.addWidget(window)
    for key, title in (("compose", "Compose"), ("schedule", "Schedule"), ("feed", "Feed")):
        window.add_page(key, title, "list", Page(title))
    channels.set_channels([Channel(id=1, name="Sandbox X", network="twitter")])
    window.channels, window.runner = channels, runner
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    assert runner.shutdown(60_000)
    channels.deleteLater()


def files(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def test_a_window_that_nobody_sees_goes_on_all_the_same(theme, qtbot, monkeypatch):
    monkeypatch.setattr("posto_desktop.ui.startup_placeholder.UNSEEN_MS", 0)
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window._placeholder.setUpdatesEnabled(False)  # as if it began minimized
    paints = []
    window.firstPainted.connect(lambda: paints.append(1))
    with qtbot.waitSignal(window.firstPainted):
        window.show()
    window._placeholder.setUpdatesEnabled(True)
    window.grab()
    QApplication.processEvents()
    assert paints == [1]


def test_the_first_paint_needs_no_panes(theme, notices, qtbot):
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.restore_geometry("", "300")
    with qtbot.waitSignal(window.firstPainted):
        window.show()
    with pytest.raises(RuntimeError, match="no models"):
        _ = window.channel_pane
    shot = window.grab().toImage()
    assert shot.pixelColor(150, 400) == theme.colour("window")
    assert shot.pixelColor(299, 400) == theme.colour("border")
    assert shot.pixelColor(301, 400) == theme.colour("surface")
    window.set_models(ChannelsModel(window), notices)
    assert window.channel_pane is window.frame.channel_pane
    with pytest.raises(RuntimeError, match="built already"):
        window.set_models(ChannelsModel(window), notices)


def test_panes_come_by_themselves_after_the_first_paint(theme, notices, qtbot):
    window = MainWindow(theme, ChannelsModel(), notices)
    qtbot.addWidget(window)
    had_frame = []
    window.firstPainted.connect(lambda: had_frame.append(window._frame is not None))
    with qtbot.waitSignal(window.firstPainted):
        window.show()
    qtbot.waitUntil(lambda: window._frame is not None)
    assert had_frame == [False]


def test_heavy_modules_wait_until_after_the_first_paint():
    import subprocess
    import sys

    code = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
window = MainWindow(Theme.begin())  # as the app
window.firstPainted.connect(app.quit)
window.show()
app.exec()
heavy = ("PySide6.QtMultimedia", "PySide6.QtNetwork", "qtawesome", "requests", "PIL", "keyring",
         "dateparser", "posto_desktop.ui.channels.pane", "posto_desktop.sdk.transport")
print([name for name in heavy if name in sys.modules])
from PySide6 import QtCore, QtGui, QtWidgets
# PySide makes these, with hundreds of enums, when they are first asked for.
slow = ("Qt", "QAction", "QFont", "QImage", "QKeySequence", "QStyle")
print([name for name in slow if any(name in vars(kit) for kit in (QtCore, QtGui, QtWidgets))])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_pages_and_their_keys(window, qtbot):
    assert window.current_page() == "compose"
    with qtbot.waitSignal(window.pageChanged) as blocker:
        window.show_page("schedule")
    assert blocker.args == ["schedule"]
    actions = window.top_bar.pages.actions()
    assert [action.text() for action in actions] == ["Compose", "Schedule", "Feed"]
    assert [action.shortcut() for action in actions] == [
        QKeySequence(f"Ctrl+{number}") for number in (1, 2, 3)
    ]
    assert actions[1].isChecked()
    actions[2].trigger()
    assert window.current_page() == "feed"
    window.set_page_visible("schedule", False)
    assert actions[2].shortcut() == QKeySequence("Ctrl+2")
    window.set_page_visible("feed", False)
    assert window.current_page() == "compose", "hiding the open page opens the first"
    assert window.top_bar.pages.accessibleName() == "Pages"


def test_a_badge_at_a_tab(window):
    window.set_page_badge("schedule", 0)
    window.set_page_badge("schedule", 3)
    button = window.top_bar.pages.widgetForAction(window.top_bar.pages.actions()[1])
    assert button.accessibleName() == "Schedule"
    assert "3" in button.accessibleDescription()
    window.set_page_badge("schedule", 0)
    assert button.accessibleDescription() == ""


def test_widths_follow_the_rules(window):
    window.resize(1360, 860)
    QApplication.processEvents()
    assert window.splitter.sizes()[0] in (271, 272)
    style = window.top_bar.pages.toolButtonStyle()
    assert style == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    for width in (1024, 1920, 1024):  # there and back the pane has the same width
        window.resize(width, 700)
        QApplication.processEvents()
    assert window.splitter.sizes()[0] in (259, 260)
    assert window.top_bar.pages.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly
    assert (window.minimumWidth(), window.minimumHeight()) == (1024, 700)
    assert window.splitter_text() == "", "the user has not touched it"
    window.splitter_moved(299, 1)
    assert window.splitter_text() == "300"


@pytest.mark.parametrize("nonsense", ["", "????", "QUJD", "ü"])
def test_nonsense_in_the_settings_is_ignored(window, nonsense):
    window.restore_geometry(nonsense, nonsense)
    assert window.isVisible()
    window.restore_geometry(window.geometry_text(), "99999")
    assert window.splitter_text() == "340"


def test_f6_goes_round(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.channel_pane.tree.setFocus()
    window.pane_keys.next_pane()
    assert window.page("compose").button.hasFocus()
    window.pane_keys.next_pane()
    assert window.top_bar.pages.isAncestorOf(QApplication.focusWidget())
    window.pane_keys.next_pane()
    assert window.channel_pane.tree.hasFocus()
    window.pane_keys.previous_pane()
    assert window.top_bar.pages.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.channel_pane.search.hasFocus()


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier, "newMessageRequested"),
        (Qt.Key.Key_F5, NONE, "reloadRequested"),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier, "settingsRequested"),
        (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier, "quitRequested"),
    ],
)
def test_commands(window, qtbot, key, modifier, signal):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(getattr(window, signal)):
        QTest.keyClick(window, key, modifier)


# Files from outside


def test_what_a_drag_carries():
    dragged = read_drag(files("/x/a.JPG", "/x/b.mp4", "/x/notes.docx", "/x/noending"))
    assert dragged.paths == ("/x/a.JPG", "/x/b.mp4", "/x/noending")
    assert (dragged.pictures, dragged.videos, dragged.untyped) == (1, 1, 1)
    assert dragged.refused == ("notes.docx",)
    words = QMimeData()
    words.setText("only words")
    assert not read_drag(words).is_usable
    web = QMimeData()
    web.setUrls([QUrl("https://example.invalid/a.jpg")])
    assert read_drag(web).has_link
    assert read_drag(web).is_usable
    page = QMimeData()
    page.setHtml('<p>words</p><img src="https://example.invalid/a.jpg">')
    assert read_drag(page).has_link
    mail = QMimeData()
    mail.setUrls([QUrl("mailto:ana@example.invalid")])
    assert not read_drag(mail).is_usable
    picture = QMimeData()
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert read_drag(picture).has_image


def test_a_drag_opens_the_sheet_and_the_drop_hands_the_files_over(window, qtbot):
    mime = files("/x/a.jpg", "/x/b.png", "/x/c.webp")
    enter = QDragEnterEvent(QPoint(700, 400), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(window, enter)
    drop_overlay = window.frame.drop_overlay
    assert enter.isAccepted()
    assert drop_overlay.isVisible()
    assert drop_overlay.title() == "Drop 3 pictures"
    window.set_attached_count(4)
    drop_overlay.grab()
    top = window.stack.mapTo(window.frame, QPoint()).y()
    assert drop_overlay.y() == top + 44, "the page's own tabs stay in sight"
    move = QDragMoveEvent(QPoint(700, 400), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(window, move)
    assert move.isAccepted()
    drop = QDropEvent(QPointF(20, 20), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    with qtbot.waitSignal(window.filesDropped) as blocker:
        QApplication.sendEvent(drop_overlay, drop)
    assert blocker.args == [["/x/a.jpg", "/x/b.png", "/x/c.webp"]]
    assert not drop_overlay.isVisible()


def test_several_pictures_can_become_a_campaign(window, qtbot, theme):
    mime = files("/x/a.jpg", "/x/b.png", "/x/c.mp4")
    drop_overlay = window.frame.drop_overlay
    drop_overlay.present(read_drag(mime), window.drops.overlay_area())
    assert [target.title for target in drop_overlay.targets()] == [
        "Add to this message",
        "Make a campaign",
    ]
    assert (
        drop_overlay.targets()[1].detail == "One message for each of the 3 files, spread over time"
    )
    first, second = drop_overlay.cards()
    assert first.right() < second.left()
    assert drop_overlay.rect().contains(first.united(second))

    def ground(card):
        return drop_overlay.grab().toImage().pixelColor(card.left() + 20, card.top() + 20)

    assert ground(first) == theme.colour("accent_soft")
    over = second.center()
    enter = QDragEnterEvent(first.center(), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(drop_overlay, enter)
    move = QDragMoveEvent(over, COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(drop_overlay, move)
    assert move.isAccepted()
    assert ground(second) == theme.colour("accent_soft") != ground(first)
    drop = QDropEvent(QPointF(over), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    with qtbot.waitSignal(window.campaignDropped) as blocker:
        QApplication.sendEvent(drop_overlay, drop)
    assert blocker.args == [["/x/a.jpg", "/x/b.png", "/x/c.mp4"]]
    assert not drop_overlay.isVisible()


@pytest.mark.parametrize("names", [("/x/a.jpg",), ("/x/a.txt", "/x/b.txt"), ("/x/a.json",)])
def test_nothing_else_is_offered_for_a_campaign(window, names):
    drop_overlay = window.frame.drop_overlay
    drop_overlay.present(read_drag(files(*names)), window.drops.overlay_area())
    assert len(drop_overlay.targets()) == len(drop_overlay.cards()) == 1


def test_the_targets_find_room_in_the_smallest_window_with_the_largest_letters(window, theme):
    window.resize(1024, 700)
    drop_overlay = window.frame.drop_overlay
    theme.set_text_size("larger")
    try:
        drop_overlay.present(read_drag(files("/x/a.jpg", "/x/b.png")), window.drops.overlay_area())
        assert all(drop_overlay.rect().contains(card) for card in drop_overlay.cards())
        assert not drop_overlay.cards()[0].intersects(drop_overlay.cards()[1])
    finally:
        theme.set_text_size("normal")


def test_the_sheet_goes_when_the_drag_leaves_but_not_on_its_way(window, qtbot):
    mime = files("/x/a.jpg")

    def enter(target):
        event = QDragEnterEvent(QPoint(5, 5), COPY, mime, Qt.MouseButton.LeftButton, NONE)
        QApplication.sendEvent(target, event)

    drop_overlay = window.frame.drop_overlay
    enter(window)
    QApplication.sendEvent(window, QDragLeaveEvent())
    enter(window)
    assert drop_overlay.isVisible()
    assert not window.drops.is_leaving, "leave and enter again: nothing happened"
    QApplication.sendEvent(drop_overlay, QDragLeaveEvent())
    qtbot.waitUntil(lambda: not drop_overlay.isVisible())


def test_a_refused_file_is_named(window, notices):
    mime = files("/x/notes.docx")
    enter = QDragEnterEvent(QPoint(700, 400), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(window, enter)
    assert window.frame.drop_overlay.title() == "notes.docx cannot be posted"
    move = QDragMoveEvent(QPoint(700, 400), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(window, move)
    assert not move.isAccepted()
    assert not window.drops.handle_mime(mime)
    assert notices.notification(0).text == "notes.docx cannot be posted"


def test_words_leave_the_window_alone(window):
    mime = QMimeData()
    mime.setText("x")
    enter = QDragEnterEvent(QPoint(700, 400), COPY, mime, Qt.MouseButton.LeftButton, NONE)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    assert not window.frame.drop_overlay.isVisible()


@pytest.mark.parametrize("raw", [True, False])
def test_a_pasted_picture_arrives(window, qtbot, raw):
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    mime = QMimeData()
    if raw:
        from PySide6.QtCore import QBuffer

        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        mime.setData("image/png", buffer.data())
    else:
        mime.setImageData(image)
    with qtbot.waitSignal(window.imagePasted) as blocker:
        assert window.drops.handle_mime(mime)
    assert blocker.args[0].pixelColor(3, 3) == QColor("magenta")


def test_a_pasted_picture_that_is_none_is_told(window, notices, qtbot):
    mime = QMimeData()
    mime.setData("image/png", b"not a picture")
    with qtbot.waitSignal(notices.unreadChanged):
        window.drops.handle_mime(mime)
    assert notices.notification(0).text == "The pasted picture cannot be read"


def test_the_page_on_screen_may_take_what_is_pasted_with_the_keyboard_nowhere(window, qtbot):
    taken = []
    page = window.page("schedule")
    page.handle_paste = lambda: taken.append(1) or True
    QApplication.clipboard().setMimeData(files("/photos/fjord.jpg"))
    window.show_page("schedule")
    with qtbot.assertNotEmitted(window.filesDropped):
        window.commands["paste"].trigger()
    assert taken == [1]
    page.handle_paste = lambda: False
    with qtbot.waitSignal(window.filesDropped) as blocker:
        window.commands["paste"].trigger()
    assert blocker.args[0] == ["/photos/fjord.jpg"]


def test_names_in_sentences():
    assert elided_file_name("a\nb.jpg") == "a b.jpg"
    assert len(elided_file_name("x" * 400)) <= 60


# Notices, workspaces, closing


def test_toasts_stay_above_a_bar_that_comes_with_another_part_of_the_page(window, qtbot):
    page = window.stack.currentWidget()
    parts = QStackedWidget()
    for name in ("list", "one"):
        parts.addWidget(QLabel(name))
    page.layout().addWidget(parts)
    page.toast_main = parts.currentWidget
    page.toast_inset = lambda: 56 * parts.currentIndex()
    window.show()
    window.show_notification("ok", "Saved")
    (toast,) = window.toasts._toasts
    before = toast.y()  # at most twelve pixels below its place: it is rising
    parts.setCurrentIndex(1)
    qtbot.waitUntil(lambda: toast.y() in range(before - 56 - 12, before - 56 + 1))


def test_a_notice_is_a_toast_and_an_entry(window, notices):
    done = []
    window.show_notification("deleted", "4 posts deleted", "Wed", "Undo", lambda: done.append(1))
    assert window.toasts.count() == 1
    assert (notices.notification(0).text, notices.notification(0).detail) == (
        "4 posts deleted",
        "Wed",
    )
    notices.mark_read()
    assert window.top_bar._unread.count == 0


def test_a_hint_is_a_toast_and_no_entry(window, notices):
    window.show_hint("It waits for its time.")
    window.show_hint("It waits for its time.")
    assert window.toasts.count() == 1
    assert notices.rowCount() == 0


def test_the_switcher_shows_name_host_and_state(window):
    button = window.top_bar.workspace
    rows = [
        WorkspaceRow("a", "Nordlicht", "social.nordlicht.example", "connected"),
        WorkspaceRow(LOCAL, "This computer", ""),
    ]
    window.set_workspaces(rows, "a")
    assert window.windowTitle().startswith("Posto Desktop")
    assert "Nordlicht" in window.windowTitle()
    assert "social.nordlicht.example" in button.toolTip()
    window.set_connection("sign_in_again", "The password no longer works.")
    assert button.second_line(button.current()) == "Sign in again"
    assert "no longer works" in button.toolTip()
    window.set_workspaces(rows, LOCAL)
    assert button.current().state == ""  # of another workspace, nothing is known
    window.set_connection("connected", "")
    window.set_workspaces([WorkspaceRow(LOCAL, "This computer", "Publishes")], LOCAL)
    assert button.current().state == "connected"  # other words change no connection
    window.set_workspaces(rows, LOCAL)
    assert "nothing is published" in button.second_line(button.current())
    button.grab()


def test_the_guard_may_keep_it_open(window, qtbot):
    window.close_guard = lambda: False
    with qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    window.close_guard = None
    window.show_notification("ok", "Saved")
    with qtbot.waitSignal(window.closed):
        window.close()
    assert window.toasts.count() == 0


def test_a_switch_of_scheme_reaches_every_pane(window, theme):
    theme.setMode("dark")
    shot = window.grab().toImage()
    assert shot.pixelColor(200, window.height() - 100) == theme.colour("window")
    assert shot.pixelColor(900, 3) == theme.colour("window")
    assert shot.pixelColor(800, 56) == theme.colour("surface")
    theme.setMode("light")
    shot = window.grab().toImage()
    assert shot.pixelColor(200, window.height() - 100) == theme.colour("window")


def test_a_lasting_notice_stays_until_it_is_taken_away(window, qtbot):
    assert not window.has_banner()
    window.set_banner("posto.db could not be opened.", "Check again")
    banner = window.frame.banner
    assert window.has_banner()
    assert banner.words.text() == "posto.db could not be opened."
    assert banner.words.accessibleName() == ""
    assert name_of(banner.button) == "Check again"
    with qtbot.waitSignal(window.bannerClicked):
        banner.button.click()
    assert window.has_banner()
    window.set_banner("")
    assert not window.has_banner()


def test_a_page_is_made_when_it_is_first_opened(window, qtbot):
    made = []

    def make():
        made.append(Page("Activity"))
        return made[0]

    window.add_page("activity", "Activity", "activity", make)
    assert window.current_page() == "compose"
    assert made == []
    with qtbot.waitSignal(window.pageChanged):
        window.show_page("activity")
    assert window.current_page() == "activity"
    assert window.page("activity") is made[0]
    window.show_page("compose")
    window.show_page("activity")
    assert len(made) == 1


def test_a_prepared_page_is_made_but_not_opened(window, qtbot):
    made = []

    def make():
        made.append(Page("Feed"))
        return made[0]

    window.add_page("feed", "Feed", "list", make)
    with qtbot.waitCallback() as ready:
        window.prepare_page("feed", ready)
    assert window.stack.indexOf(made[0]) >= 0
    assert window.current_page() == "compose"
    window.show_page("feed")
    assert window.current_page() == "feed"
    assert len(made) == 1


def test_a_page_asked_for_while_it_is_prepared_is_made_once(window, qtbot):
    made = []

    def make():
        made.append(Page("Feed"))
        return made[0]

    window.add_page("feed", "Feed", "list", make)
    with qtbot.waitCallback() as ready:
        window.prepare_page("feed", ready)
        assert window.page("feed") is made[0]
    assert len(made) == 1
    assert window.stack.indexOf(made[0]) >= 0


def test_what_a_page_needs_is_loaded_before_it_is_made(window, qtbot):
    loads = []

    def preloader(key, then):
        loads.append((key, list(made)))
        QTimer.singleShot(0, then)

    made = []

    def make():
        made.append(Page("Feed"))
        return made[0]

    window.set_page_preloader(preloader)
    window.add_page("feed", "Feed", "list", make)
    with qtbot.waitSignal(window.pageChanged):
        window.show_page("feed")
    assert loads == [("feed", [])]
    assert window.current_page() == "feed"
    window.show_page("compose")
    window.show_page("feed")
    assert len(loads) == 1
