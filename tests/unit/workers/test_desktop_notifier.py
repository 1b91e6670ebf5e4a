"""Desktop notices, against a real bus with a service of the specification on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QIcon

from posto_desktop.workers.desktop_notifier import DesktopNotifier
from posto_desktop.workers.notification import DesktopNotification, NotificationAction
from tests.fakes.bus import session_bus
from tests.unit.workers.notification_service import NotificationService

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the way of Linux"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not here: dbus-daemon"),
]
SHOW = NotificationAction("Show", "show_schedule", "7")
RETRY = NotificationAction("Retry", "try_again", "7,8")
FAILED = DesktopNotification("error", "Not published", "Too <long> & dull", SHOW, (SHOW, RETRY))


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    with session_bus() as address:
        yield address


@pytest.fixture
def notifier(qapp: Any, bus: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopNotifier]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    made = DesktopNotifier()
    yield made
    made.close()


@pytest.fixture
def service(bus: str) -> Iterator[NotificationService]:
    made = NotificationService(bus, ("actions", "body", "body-markup"))
    yield made
    made.close()


def test_a_notice_with_its_buttons(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    assert DesktopNotifier.is_possible()
    notifier.show(FAILED)
    shown = service.wait_for(1)
    assert (shown.title, shown.text) == ("Not published", "Too &lt;long&gt; &amp; dull")
    assert shown.buttons == {"default": "Show", "0": "Show", "1": "Retry"}
    assert shown.hints == {"desktop-entry": "posto-desktop", "urgency": 1}
    with qtbot.waitSignal(notifier.acted) as pressed:
        service.press(shown.number, "1")
    assert pressed.args == [FAILED, RETRY]
    qtbot.waitUntil(lambda: service.closed == [shown.number])  # it asks for nothing any more
    with qtbot.waitSignal(notifier.acted) as pressed:
        service.press(shown.number, "default")
    assert pressed.args == [FAILED, SHOW]


def test_one_whose_cause_is_gone_is_withdrawn(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    notifier.withdraw("due")  # nothing is shown yet
    notifier.show(DesktopNotification("warning", "3 posts cannot go out", key="due"))
    shown = service.wait_for(1)
    notifier.withdraw("another")
    notifier.withdraw("due")
    qtbot.waitUntil(lambda: service.closed == [shown.number])


@pytest.mark.parametrize(
    ("odd", "shown_as"),
    [
        ("a\0b", "ab"),
        ("half of a pair \ud83d here", "half of a pair ? here"),
        ("\x1b[2Jred\x07\nnext", "[2Jred\nnext"),
        ("long " * 200_000, None),
    ],
)
def test_texts_from_anywhere_are_shown(
    service: NotificationService, notifier: DesktopNotifier, odd: str, shown_as: str | None
) -> None:
    notifier.show(
        DesktopNotification("error", odd, odd, NotificationAction(odd, "show_schedule", "7"))
    )
    shown = service.wait_for(1)
    if shown_as is None:
        assert shown.text.startswith("long long")
        assert shown.text.endswith("…")
        assert len(shown.text) <= 2_000
    else:
        assert (shown.text, shown.title) == (shown_as, shown_as.replace("\n", " "))
    notifier.show(FAILED)
    assert service.wait_for(2).title == "Not published"


@pytest.mark.parametrize("installed", [True, False])
def test_it_has_an_icon_also_where_none_is_installed(
    service: NotificationService,
    notifier: DesktopNotifier,
    monkeypatch: pytest.MonkeyPatch,
    installed: bool,
) -> None:
    monkeypatch.setattr(QIcon, "hasThemeIcon", staticmethod(lambda _name: installed))
    other = DesktopNotifier()
    other.show(FAILED)
    icon = service.wait_for(1).icon
    other.close()
    assert icon == "posto-desktop" if installed else icon.endswith("/icons/app.svg")
    assert installed or icon.startswith("file://")


def test_a_click_on_one_without_buttons(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    plain = DesktopNotification("warning", "No connection")
    notifier.show(plain)
    number = service.wait_for(1).number
    with qtbot.waitSignal(notifier.acted) as pressed:
        service.press(number + 5, "default")  # another program's
        service.press(number, "7")  # a button that there is not
        service.press(number, "default")
    assert pressed.args == [plain, None]


def test_one_about_the_same_takes_its_place_while_it_is_there(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    notifier.show(FAILED)
    first = service.wait_for(1)
    notifier.show(FAILED)
    notifier.show(DesktopNotification("ok", "Published"))
    service.wait_for(3)
    assert [shown.replaces for shown in service.shown] == [0, first.number, 0]
    service.emit_signal("NotificationClosed", first.number, 2)
    # Pressed buttons come in their order, so it is known that the closing was heard.
    with qtbot.waitSignal(notifier.acted):
        service.press(service.shown[2].number, "default")
    notifier.show(FAILED)
    assert service.wait_for(4).replaces == 0


def test_the_window_may_come_forward_on_wayland(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    notifier.show(FAILED)
    number = service.wait_for(1).number
    with qtbot.waitSignal(notifier.acted):
        service.emit_signal("ActivationToken", number, "token-1")
        service.press(number, "0")
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"


def test_a_desktop_without_buttons_and_markup(bus: str, notifier: DesktopNotifier) -> None:
    service = NotificationService(bus, ("body",))
    try:
        notifier.show(FAILED)
        shown = service.wait_for(1)
        assert (shown.text, shown.buttons) == ("Too <long> & dull", {})
    finally:
        service.close()


def test_a_service_that_refuses(
    service: NotificationService, notifier: DesktopNotifier, qtbot: Any
) -> None:
    service.refuses = True
    with qtbot.waitSignal(notifier.declined) as declined:
        notifier.show(FAILED)
    assert declined.args == [FAILED]
    service.refuses = False
    notifier.show(FAILED)
    assert service.wait_for(1).title == FAILED.title


def test_a_line_that_has_ended_takes_nothing_more(
    notifier: DesktopNotifier, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can still be alive for a moment: what it took then nobody would ever hear of."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    with qtbot.waitSignal(notifier.declined):
        notifier.show(FAILED)
    line = notifier._line
    assert line is not None
    monkeypatch.setattr(line, "is_alive", lambda: True)
    with qtbot.waitSignal(notifier.declined):
        notifier.show(FAILED)
    assert notifier._line is not line
    assert not line.put(FAILED)


def test_no_service_and_no_bus(
    notifier: DesktopNotifier, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(notifier.declined) as declined:
        notifier.show(FAILED)
    assert declined.args == [FAILED]
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    with qtbot.waitSignal(notifier.declined):
        notifier.show(FAILED)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert not DesktopNotifier.is_possible()
