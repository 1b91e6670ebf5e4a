"""Settings > Network: the proxy, its password, certificates, and trying them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton

from posto_desktop.ui.widgets.choices import SegmentedControl
from tests.gui.settings.dialog_rows import hint_of
from tests.unit.sdk.proxy_servers import Proxy, site

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def field(dialog, name):
    editor = dialog.findChild(QLineEdit, name)
    assert editor is not None
    return editor


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
        qtbot.waitUntil(lambda: "blocked the connection" in hint_of(dialog, "test"))
        assert set(proxy.seen) == {"service.example"}
    assert dialog.isVisible()  # Return tried it and closed nothing


def test_trying_says_who_answered(dialog, qtbot):
    dialog.show_page("network")
    with site() as server:
        field(dialog, "address-to-try").setText(f"http://127.0.0.1:{server.server_port}")
        dialog.findChild(QPushButton, "test-the-connection").click()
        qtbot.waitUntil(lambda: hint_of(dialog, "test").startswith("Nordlicht (127.0.0.1"))


def test_the_password_of_the_proxy_is_no_setting(dialog, qtbot, tools):
    dialog.write("network.proxy", "manual")
    dialog.show_page("network")
    QTest.keyClicks(field(dialog, "user-name-for-the-proxy"), "ann")
    password = field(dialog, "password-for-the-proxy")
    assert password.isEnabled()
    assert password.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(password, "hush-hush")
    password.editingFinished.emit()
    qtbot.waitUntil(lambda: "until you quit Posto" in hint_of(dialog, "proxy_password"))
    assert tools.route_provider.password() == "hush-hush"
    assert "hush-hush" not in tools.paths.settings.read_text()
    user = field(dialog, "user-name-for-the-proxy")
    user.clear()
    user.editingFinished.emit()
    qtbot.waitUntil(lambda: hint_of(dialog, "proxy_password") == "No password saved")
    assert tools.route_provider.password() == ""


def test_certificates(dialog, tools, tmp_path):
    dialog.show_page("network")
    dialog.page.use_certificates(str(tmp_path / "office.pem"))
    assert "office.pem" in hint_of(dialog, "network.ca_file")
    assert tools.route_provider.route().ca_file.endswith("office.pem")
    dialog.findChild(QToolButton, "remove-your-certificates").click()
    assert tools.route_provider.route().ca_file == ""
