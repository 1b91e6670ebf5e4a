"""Settings > About and Scripts: the report, licences, versions, the example."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from posto_desktop.ui.settings.report_dialog import ReportDialog
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.scrim import Scrim
from tests.gui.cut_text import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


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
