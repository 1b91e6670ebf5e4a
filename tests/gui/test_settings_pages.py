"""The settings window: every declared setting is there, is found, and goes back to its default;
and the pages that do more than keep a value."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
)

from posto_desktop.storage import restore
from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.ui.settings import SettingsDialog
from posto_desktop.ui.settings.catalogue import PAGES, find, names_of, rows
from posto_desktop.ui.settings.report_dialog import ReportDialog
from posto_desktop.ui.widgets.choices import SegmentedControl, Switch
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.scrim import Scrim
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers.runner import JobRunner
from tests.gui.cut_text import cut_texts, settle
from tests.gui.settings_tools import make_tools
from tests.gui.unnamed import unnamed
from tests.unit.sdk.proxy_servers import Proxy, site

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ONE_DEEP = Qt.FindChildOption.FindDirectChildrenOnly
KEYS = [page.key for page in PAGES]
PROXY = (*(f"network.proxy_{part}" for part in ("kind", "host", "port", "user")), "proxy_password")


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


@pytest.fixture
def restarts():
    return []


@pytest.fixture
def tools(tmp_path, runner, restarts):
    return make_tools(tmp_path / "home", runner, lambda: restarts.append(True))


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def asked_again():
    return []


@pytest.fixture
def dialog(theme, qtbot, tools, forgotten, asked_again):
    made = SettingsDialog(
        tools.settings,
        tools=tools,
        workspace="local",
        forget_account=forgotten.append,
        sign_in_again=asked_again.append,
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    theme.set_text_size("normal")
    theme.set_row_height("comfortable")
    theme.set_more_contrast(False)
    theme.set_less_motion(False)
    theme.setMode("light")


def stored(tools):
    return json.loads(tools.paths.settings.read_text("utf-8"))


def said(dialog, key):
    row = dialog.page.rows[key]
    assert isinstance(row, SettingRow)
    return row.hint.text().replace("\u200b", "")


# -- declared once, shown once, read somewhere -------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_each_page_has_its_rows(dialog, key):
    dialog.show_page(key)
    wanted = {one.key for one in rows() if one.page == key}
    assert wanted
    assert wanted <= set(dialog.page.rows)


def test_each_setting_is_read_somewhere():
    root = Path(__file__).parents[2] / "posto_desktop"
    declared = root / "storage" / "settings.py"
    shown = root / "ui" / "settings"
    text = "\n".join(
        path.read_text("utf-8")
        for path in root.rglob("*.py")
        if path != declared and shown not in path.parents
    )
    shown_ones = [one.name for one in DECLARED if one.page]
    unread = [name for name in shown_ones if f'"{name}"' not in text]
    assert unread == []


def test_what_is_seen_of_the_settings_has_texts():
    for one in DECLARED:
        if one.page:
            assert one.page in KEYS
            assert one.text[0].isupper()
            assert not one.text.endswith(".")


def test_a_section_is_told_by_the_declarations_alone(dialog):
    """A plain setting needs its declaration, and nothing else."""
    sections = [(one.page, one.section) for one in DECLARED if one.section]
    for page, section in dict.fromkeys(sections):
        together = [at for at, one in enumerate(sections) if one == (page, section)]
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


@pytest.mark.parametrize("key", [key for key in KEYS if key != "network"])
def test_a_page_fits_without_scrolling_at_its_usual_size(dialog, theme, key):
    dialog.resize(880, 640)
    dialog.show_page(key)
    settle()
    assert dialog.page.verticalScrollBar().maximum() == 0


# -- finding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("text size", "appearance.text_size"),
        ("FONT", "appearance.text_size"),
        ("socks", "network.proxy_kind"),
        ("gps", "media.strip_location"),
        ("timeout", "network.connect_seconds"),
        ("backup", "backup"),
        ("bug", "report"),
        ("keychain", "accounts"),
        ("dark", "appearance.scheme"),
        ("slots", "publishing.slots"),
        ("licence", "licences"),
    ],
)
def test_words_find_their_row(query, key):
    assert key in [row.key for row in find(query, KEYS)]


def test_each_row_is_found_by_its_title():
    for row in rows():
        assert row in find(row.title, KEYS)
    assert find("", KEYS) == []
    assert find("  ", KEYS) == []
    assert find("zebra", KEYS) == []
    assert all(row.page != "network" for row in find("proxy", ["general", "about"]))


def test_looking_for_a_setting_with_the_keys(dialog, qtbot):
    QTest.keySequence(dialog, "Ctrl+F")
    assert dialog.focusWidget() is dialog.search
    QTest.keyClicks(dialog.search, "less motion")
    assert dialog.results.count() == 1
    assert not dialog._names.isVisible()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    switch = dialog.findChild(Switch, "less-motion")
    qtbot.waitUntil(lambda: dialog.focusWidget() is switch)
    assert dialog._title.text() == "Appearance"
    row = dialog.page.rows["appearance.less_motion"]
    assert row._fade.isActive()
    row._fade.timeout.emit()
    assert not row._fade.isActive()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_the_control_of_what_was_found_has_the_keys(dialog, qtbot, row):
    dialog.search.setFocus()
    dialog.show_row(row.key)
    page = dialog.page
    qtbot.waitUntil(lambda: dialog.focusWidget() is page or page.isAncestorOf(dialog.focusWidget()))
    assert dialog.focusWidget().isVisible()
    if row.key not in ("language", "cache", *PROXY):  # where there is nothing to do now
        assert dialog.focusWidget() is not page


def test_down_into_the_list_and_up_out_of_it(dialog, qtbot):
    dialog.search.setFocus()
    QTest.keyClicks(dialog.search, "proxy")
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog.results
    QTest.keyClick(dialog.results, Qt.Key.Key_Up)
    assert dialog.focusWidget() is dialog.search
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog._names.isVisible()
    assert dialog.isVisible()  # Esc cleared the search, and nothing else


def test_nothing_found_says_so(dialog):
    dialog.search.setText("zebra")
    label = dialog.findChild(QLabel, "nothing-found")
    assert label.isVisible()
    assert "zebra" in label.text()


def test_a_row_below_the_fold_is_scrolled_to(dialog, qtbot):
    dialog.resize(700, 360)
    dialog.show_row("test")
    page = dialog._made[KEYS.index("network")]
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 0)
    assert page.rows["test"].visibleRegion().boundingRect().height() > 20


def test_from_right_to_left(dialog):
    """The names of pages begin at the right."""

    def ink(widget):
        image = widget.grab().toImage()
        ground = image.pixelColor(image.width() // 2, 1)
        xs = [
            x
            for x in range(image.width())
            for y in range(4, image.height() - 4)
            if image.pixelColor(x, y) != ground
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


# -- back to the defaults ----------------------------------------------------------------------


def test_reset_and_undo(dialog, theme, tools):
    dialog.show_page("appearance")
    assert not dialog.reset.isEnabled()
    dialog.write("appearance.text_size", "large")
    dialog.write("appearance.contrast", True)
    assert dialog.reset.isEnabled()
    dialog.reset.click()
    assert theme.text_size == "normal"
    assert set(stored(tools)) == {"schema"}
    assert dialog.page.findChild(SegmentedControl, "text-size").value() == "normal"
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


# -- appearance --------------------------------------------------------------------------------


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
            ground = theme.colour("surface")
            before = {role: contrast(theme.colour(role), ground) for role in roles}
            theme.set_more_contrast(True)
            for role in roles:
                assert contrast(theme.colour(role), ground) >= before[role]
            assert contrast(theme.colour("text_faint"), ground) > before["text_faint"]
    finally:
        theme.set_more_contrast(False)
        theme.setMode("light")


# -- network -----------------------------------------------------------------------------------


def field(dialog, name):
    found = dialog.findChild(QLineEdit, name)
    assert found is not None
    return found


def test_a_proxy_is_typed_and_tried(dialog, qtbot, tools):
    dialog.show_page("network")
    assert not field(dialog, "address-of-the-proxy").isEnabled()
    with Proxy("socks5", 9, refuses=True) as proxy:
        kinds = dialog.findChild(SegmentedControl, "proxy")
        QTest.mouseClick(kinds._group.button(2), Qt.MouseButton.LeftButton)
        kind = dialog.findChild(SegmentedControl, "kind-of-proxy")
        QTest.mouseClick(kind._group.button(1), Qt.MouseButton.LeftButton)
        for name, text in (("address", "127.0.0.1"), ("port", str(proxy.port))):
            line = field(dialog, f"{name}-of-the-proxy")
            QTest.keyClicks(line, text)
            QTest.keyClick(line, Qt.Key.Key_Return)
        assert not field(dialog, "password-for-the-proxy").isEnabled()
        assert tools.settings.get("network.proxy_port") == proxy.port
        field(dialog, "address-to-try").setText("https://service.example")
        QTest.keyClick(field(dialog, "address-to-try"), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "does not let it through" in said(dialog, "test"))
        assert set(proxy.seen) == {"service.example"}
    assert dialog.isVisible()  # Return tried it and closed nothing


def test_trying_says_who_answered(dialog, qtbot):
    dialog.show_page("network")
    with site() as server:
        field(dialog, "address-to-try").setText(f"http://127.0.0.1:{server.server_port}")
        dialog.findChild(QPushButton, "test-the-connection").click()
        qtbot.waitUntil(lambda: said(dialog, "test").startswith("Nordlicht (127.0.0.1"))


def test_the_password_of_the_proxy_is_no_setting(dialog, qtbot, tools):
    dialog.write("network.proxy", "manual")
    dialog.show_page("network")
    QTest.keyClicks(field(dialog, "user-name-for-the-proxy"), "ann")
    password = field(dialog, "password-for-the-proxy")
    assert password.isEnabled()
    assert password.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(password, "hush-hush")
    password.editingFinished.emit()
    qtbot.waitUntil(lambda: "until you quit Posto" in said(dialog, "proxy_password"))
    assert tools.route_provider.password() == "hush-hush"
    assert "hush-hush" not in tools.paths.settings.read_text()
    user = field(dialog, "user-name-for-the-proxy")
    user.clear()
    user.editingFinished.emit()
    qtbot.waitUntil(lambda: said(dialog, "proxy_password") == "No password saved")
    assert tools.route_provider.password() == ""


def test_certificates(dialog, tools, tmp_path):
    dialog.show_page("network")
    dialog.page.use_certificates(str(tmp_path / "office.pem"))
    assert "office.pem" in said(dialog, "network.ca_file")
    assert tools.route_provider.route().ca_file.endswith("office.pem")
    dialog.findChild(QToolButton, "use-no-certificates-of-your-own").click()
    assert tools.route_provider.route().ca_file == ""


# -- workspaces --------------------------------------------------------------------------------


def card_of(dialog, number):
    return dialog.page.cards[number]


def test_accounts_say_where_their_passwords_are(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    first, second = dialog.page.cards
    qtbot.waitUntil(first.place.isEnabled)
    assert first.place.currentData() == "file"
    assert second.place.currentText() == "Not saved: sign in again"
    assert not second.place.isEnabled()
    assert first.place.findData("keyring") == -1  # there is none
    first.place.setCurrentIndex(first.place.findData("session"))
    first.place.activated.emit(first.place.currentIndex())
    qtbot.waitUntil(lambda: tools.secrets.where("a1") == "session")
    qtbot.waitUntil(lambda: "abcd" not in tools.paths.secrets.read_text())


def test_the_workspace_of_this_computer_is_called_as_in_the_window(dialog):
    dialog.show_page("workspaces")
    row = dialog.page.rows["local"]
    name = next(one for one in row.findChildren(QLabel) if one.property("role") == "lead")
    assert name.text() == "This computer"
    assert said(dialog, "local").startswith("Your own accounts, and a sandbox")


def test_an_account_without_a_password_offers_to_sign_in_again(dialog, qtbot, asked_again):
    dialog.show_page("workspaces")
    with_one, without = card_of(dialog, 0), card_of(dialog, 1)
    qtbot.waitUntil(without.again.isVisible)
    assert not without.check.isVisible()
    assert with_one.check.isVisible()
    assert not with_one.again.isVisible()
    without.again.click()
    qtbot.waitUntil(lambda: asked_again == ["a2"])
    assert not dialog.isVisible()


def test_a_removed_account_leaves_no_line(dialog, qtbot):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    qtbot.waitUntil(card.again.isVisible)
    card.set_removed(True)
    assert not [one for one in card.findChildren(QFrame, options=ONE_DEEP) if line(one)]
    assert not card.again.isVisible()
    card.set_removed(False)
    assert [one for one in card.findChildren(QFrame, options=ONE_DEEP) if line(one)]
    assert card.again.isVisible()


def line(widget):
    return widget.property("role") == "hairline" and widget.isVisible()


def test_an_account_is_renamed(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    card.rename.click()
    card.edit.setText("  Lind   ceramics ")
    QTest.keyClick(card.edit, Qt.Key.Key_Return)
    assert tools.accounts.get("a2").name == "Lind ceramics"
    card.rename.click()
    card.edit.setText("Other")
    QTest.keyClick(card.edit, Qt.Key.Key_Escape)
    assert tools.accounts.get("a2").name == "Lind ceramics"
    assert dialog.isVisible()


def test_an_account_is_checked(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    card.check.click()
    qtbot.waitUntil(lambda: "Sign in again" in card.state.text())
    tools.settings.set("network.proxy", "manual")
    with Proxy("http", 9, refuses=True) as proxy:
        tools.settings.set("network.proxy_host", "127.0.0.1")
        tools.settings.set("network.proxy_port", proxy.port)
        first = card_of(dialog, 0)
        first.check.click()
        qtbot.waitUntil(lambda: "does not let it through" in first.state.text())
        qtbot.waitUntil(first.check.isEnabled)


def test_an_account_goes_when_the_window_closes_unless_undone(dialog, forgotten):
    dialog.show_page("workspaces")
    first, second = dialog.page.cards
    first.remove.click()
    second.remove.click()
    assert first.undo.isVisible()
    assert "password" in first.state.text()
    first.undo.click()
    assert forgotten == []
    dialog.accept()
    assert forgotten == ["a2"]


# -- storage -----------------------------------------------------------------------------------


def test_sizes_and_the_cache(dialog, qtbot, tools):
    (tools.paths.thumbnails / "a").write_bytes(b"x" * 2000)
    dialog.show_page("storage")
    qtbot.waitUntil(lambda: str(tools.paths.cache) in said(dialog, "cache"))
    assert not said(dialog, "cache").startswith("0 ")
    dialog.findChild(QPushButton, "clear-the-cache").click()
    qtbot.waitUntil(lambda: said(dialog, "cache").startswith("0 "))
    assert not (tools.paths.thumbnails / "a").exists()


def test_there_and_back_in_one_file(dialog, qtbot, tools, tmp_path, restarts):
    tools.settings.set("appearance.text_size", "large")
    dialog.show_page("storage")
    file = tmp_path / "all.posto-backup"
    dialog.page.back_up(str(file))
    qtbot.waitUntil(lambda: said(dialog, "backup").startswith("Saved as all.posto-backup"))
    tools.settings.set("appearance.text_size", "normal")
    dialog.page.restore(str(file))
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is not None)
    question = dialog.findChild(ConfirmDialog)
    assert not restore.is_waiting(tools.paths)
    question.cancel_button.click()
    qtbot.waitUntil(lambda: not (tools.paths.data / restore.PENDING_FILE).exists())
    assert said(dialog, "restore") == "Nothing was changed."
    assert restarts == []
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is None)
    dialog.page.restore(str(file))
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is not None)
    dialog.findChild(ConfirmDialog).action_button.click()
    qtbot.waitUntil(lambda: restarts == [True])
    assert not dialog.isVisible()
    outcome = restore.finish(tools.paths)
    assert outcome.done
    assert stored(tools)["appearance.text_size"] == "large"


def test_a_file_that_is_no_backup_is_said_in_its_row(dialog, qtbot, tools, tmp_path):
    (tmp_path / "x.posto-backup").write_bytes(b"hello")
    dialog.show_page("storage")
    dialog.page.restore(str(tmp_path / "x.posto-backup"))
    qtbot.waitUntil(lambda: "damaged or no backup" in said(dialog, "restore"))
    assert not restore.is_waiting(tools.paths)
    assert dialog.findChild(QPushButton, "back-up-everything").isEnabled()


# -- about -------------------------------------------------------------------------------------


def test_the_report_is_seen_before_it_is_saved(dialog, qtbot, tools, tmp_path):
    (tools.paths.logs / "posto.log").write_text("social.nordlicht.example took abcd EFGH ijkl\n")
    dialog.show_page("about")
    dialog.findChild(QPushButton, "write-a-problem-report").click()
    report = dialog.findChild(ReportDialog)
    assert not report.save.isEnabled()
    assert report.width() < dialog.width()
    assert dialog.findChild(Scrim) is not None
    qtbot.waitUntil(report.save.isEnabled)
    text = report.text.toPlainText()
    assert "VERSIONS" in text
    assert "accounts: 2" in text
    for private in ("nordlicht", "abcd", "ann", "a1"):
        assert private not in text.split("END OF LOG")[1]
    report.text.setPlainText("only this")
    report.save_to(str(tmp_path / "r.txt"))
    qtbot.waitUntil(lambda: "Saved as r.txt" in report.state.full_text())
    assert (tmp_path / "r.txt").read_text() == "only this"
    report.close()


def test_licences_are_read_beside_the_window(dialog, qtbot, monkeypatch):
    here = []
    read = Path.read_text

    def watched(path, *args, **more):
        if path.name in ("LICENSE", "FONT-AWESOME.txt", "OFL.txt"):
            here.append(threading.current_thread() is threading.main_thread())
        return read(path, *args, **more)

    monkeypatch.setattr(Path, "read_text", watched)
    dialog.show_page("about")
    text = dialog.findChild(QPlainTextEdit, "licence-text")
    qtbot.waitUntil(lambda: "MIT License" in text.toPlainText())
    assert here
    assert not any(here)
    which = dialog.findChild(ComboBox, "licence")
    seen = set()
    for number in range(which.count()):
        which.setCurrentIndex(number)
        seen.add(text.toPlainText()[:40])
    assert len(seen) == which.count() == 4


def test_the_versions_can_be_copied(dialog):
    dialog.show_page("about")
    dialog.findChild(QPushButton, "copy-the-versions").click()
    copied = QApplication.clipboard().text()
    assert "Posto Desktop: " in copied
    assert "Qt: " in copied


def test_the_example_of_a_script_works_as_it_stands(dialog, tmp_path, monkeypatch, capsys):
    from posto_desktop.sdk import PostoSDK
    from posto_desktop.server import launch

    dialog.show_page("scripts")
    dialog.findChild(QPushButton, "copy-the-example").click()
    script = QApplication.clipboard().text()
    running = launch.start(tmp_path / "workspace")
    try:
        monkeypatch.setenv("POSTO_BASE_URL", running.base_url)
        monkeypatch.setenv("POSTO_USERNAME", running.username)
        monkeypatch.setenv("POSTO_PASSWORD", running.password)
        exec(compile(script, "example", "exec"), {})
        assert "True" in capsys.readouterr().out
        with PostoSDK(base_url=running.base_url) as sdk:
            assert [row.text for row in sdk.schedules.iter()] == ["Hello"]
    finally:
        running.stop()


# -- dates -------------------------------------------------------------------------------------


def test_the_example_of_a_script_is_seen_whole_at_every_size(dialog, theme):
    dialog.show_page("scripts")
    box = dialog.findChild(QPlainTextEdit, "example-of-a-script")
    for size in ("normal", "larger"):
        theme.set_text_size(size)
        settle()
        assert box.font().pointSizeF() == theme.mono().pointSizeF()
        assert not box.verticalScrollBar().isVisible()
        spare = box.height() - box.fontMetrics().lineSpacing() * box.blockCount()
        assert spare < 2.5 * box.fontMetrics().lineSpacing()


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
