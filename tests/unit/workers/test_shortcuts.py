"""The global shortcut: keys by name, the grab on a real X display, the portal on a real bus, and
the hot key of Windows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.workers.shortcuts.shortcut import ShortcutKeys, ShortcutState, parse_keys
from posto_desktop.workers.shortcuts.windows_key import WindowsShortcut, virtual_key
from posto_desktop.workers.shortcuts.x11 import X11Shortcut, keysym_of

KEYS = "Ctrl+Alt+P"
HAS_XVFB = shutil.which("Xvfb") is not None
HAS_BUS = sys.platform.startswith("linux") and shutil.which("dbus-daemon") is not None


@pytest.mark.parametrize(
    ("keys", "parsed", "is_safe"),
    [
        (KEYS, ShortcutKeys(0x50, ctrl=True, alt=True), True),
        ("Meta+Space", ShortcutKeys(0x20, meta=True), True),
        ("Shift+A", ShortcutKeys(0x41, shift=True), False),
        ("F9", ShortcutKeys(int(Qt.Key.Key_F9.value)), True),
    ],
)
def test_keys_are_read(keys: str, parsed: ShortcutKeys, is_safe: bool) -> None:
    assert parse_keys(keys) == parsed
    assert parsed.is_safe is is_safe


@pytest.mark.parametrize("keys", ["", "Ctrl+K, Ctrl+P", "Ctrl+Nothing", "Ctrl"])
def test_what_is_no_key_is_none(keys: str) -> None:
    assert parse_keys(keys) is None


def test_keys_have_their_names_on_each_system() -> None:
    named = {"P": (0x70, 0x50), "1": (0x31, 0x31), "F9": (0xFFC6, 0x78), "Space": (0x20, 0x20)}
    for name, (keysym, code) in named.items():
        parsed = parse_keys(f"Ctrl+{name}")
        assert parsed is not None
        assert (keysym_of(parsed.key), virtual_key(parsed.key)) == (keysym, code)
    assert virtual_key(ord("Ü")) == 0  # on other keyboards it is elsewhere


# -- X11 ---------------------------------------------------------------------------------------


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A display without a window manager, of its own."""
    if not HAS_XVFB:
        pytest.skip("not here: Xvfb")
    import os

    reading, writing = os.pipe()
    with (tmp_path / "xvfb.log").open("wb") as log:
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "320x240x24", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stdout=log,
            stderr=log,
        )
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            name = f":{stream.readline().strip()}"
        monkeypatch.setenv("DISPLAY", name)
        yield name
    finally:
        process.terminate()
        process.wait(60)


def test_a_grabbed_key_is_heard_with_any_lock(qapp: Any, qtbot: Any, display: str) -> None:
    from tests.end2end.x_keyboard import XKeyboard

    shortcut = X11Shortcut()
    with qtbot.waitSignal(shortcut.stateChanged) as changed:
        shortcut.set_keys(KEYS)
    assert changed.args == [ShortcutState("on", KEYS)]
    with XKeyboard(display) as keyboard:
        for lock in ("", "Caps_Lock", "Num_Lock"):
            if lock:
                keyboard.press(lock)
            with qtbot.waitSignal(shortcut.pressed):
                keyboard.press("Control_L", "Alt_L", "p")
        with qtbot.waitSignal(shortcut.stateChanged) as changed:
            shortcut.set_keys("")
        assert changed.args == [ShortcutState("off")]
    shortcut.close()


def test_a_key_that_another_program_has_is_said(qapp: Any, qtbot: Any, display: str) -> None:
    first, second = X11Shortcut(), X11Shortcut()
    with qtbot.waitSignal(first.stateChanged):
        first.set_keys(KEYS)
    with qtbot.waitSignal(second.stateChanged) as changed:
        second.set_keys(KEYS)
    assert changed.args == [ShortcutState("taken", KEYS)]
    with qtbot.waitSignal(second.stateChanged) as changed:
        second.set_keys("Ctrl+Alt+O")
    assert changed.args == [ShortcutState("on", "Ctrl+Alt+O")]
    first.close()
    second.close()


def test_a_display_that_is_not_there_is_unavailable(
    qapp: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not HAS_XVFB:
        pytest.skip("no libxcb here")
    monkeypatch.setenv("DISPLAY", ":98765")
    shortcut = X11Shortcut()
    with qtbot.waitSignal(shortcut.stateChanged) as changed:
        shortcut.set_keys(KEYS)
    assert changed.args[0].kind == "unavailable"
    shortcut.close()


# -- the portal --------------------------------------------------------------------------------

SESSION = "/org/freedesktop/portal/desktop/session/1_1/posto"


def make_portal(address: str, *, code: int = 0, trigger: str = "Strg+Alt+P") -> Any:
    """A portal that answers at once with `code`; `bound` has what was asked for."""
    from jeepney import DBusAddress, HeaderFields, Message, new_error, new_method_return

    from posto_desktop.workers.shortcuts import portal
    from tests.fakes.bus import BusService

    class Shortcuts(BusService):
        bound: Any = None

        def __init__(self) -> None:
            self._after: list[Any] = []
            super().__init__(address, portal.SERVICE)

        def answer(self, call: Message, member: str) -> Message:
            place = f"{portal.PATH}/request/1_1/{member}"
            results: dict[str, Any] = {}
            if member == "CreateSession":
                results = {"session_handle": ("s", SESSION)}
            elif member == "BindShortcuts":
                self.bound = call.body[1]
                shown = {"trigger_description": ("s", trigger)}
                results = {"shortcuts": ("a(sa{sv})", [(self.bound[0][0], shown)])}
            elif member == "Close":
                return new_method_return(call)
            else:
                return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
            source = DBusAddress(place, portal.SERVICE, portal.REQUEST)
            # Before the answer of the call, as portals may do.
            self.tell(source, "Response", "ua{sv}", (code, results))
            assert call.header.fields[HeaderFields.interface] == portal.INTERFACE
            return new_method_return(call, "o", (place,))

        def press(self, session: str = SESSION) -> None:
            source = DBusAddress(portal.PATH, portal.SERVICE, portal.INTERFACE)
            body = (session, "quick-post", 1, {"activation_token": ("s", "token-7")})
            self.tell(source, "Activated", "osta{sv}", body)

    return Shortcuts()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if not HAS_BUS:
        pytest.skip("not here: dbus-daemon")
    from tests.fakes.bus import session_bus

    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    with session_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


def test_the_portal_binds_the_key_and_says_when_it_is_pressed(
    qapp: Any, qtbot: Any, bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from posto_desktop.workers.shortcuts.portal import PortalShortcut

    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    service = make_portal(bus)
    shortcut = PortalShortcut()
    states: list[ShortcutState] = []
    shortcut.stateChanged.connect(states.append)
    with qtbot.waitSignals([shortcut.stateChanged, shortcut.stateChanged]):
        shortcut.set_keys("Ctrl+Alt+P")
    assert states == [ShortcutState("waiting", KEYS), ShortcutState("on", "Strg+Alt+P")]
    assert service.bound[0][1]["preferred_trigger"] == ("s", "CTRL+ALT+p")
    with qtbot.waitSignal(shortcut.pressed):
        service.press("/another/session")
        service.press()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-7"
    shortcut.close()
    service.close()


def test_a_portal_that_refuses_is_told(qapp: Any, qtbot: Any, bus: str) -> None:
    from posto_desktop.workers.shortcuts.portal import PortalShortcut

    service, shortcut = make_portal(bus, code=1), PortalShortcut()
    with qtbot.waitSignal(
        shortcut.stateChanged, check_params_cb=lambda state: state.kind == "refused"
    ):
        shortcut.set_keys(KEYS)
    shortcut.close()
    service.close()


def test_without_a_portal_there_is_no_shortcut(qapp: Any, qtbot: Any, bus: str) -> None:
    from posto_desktop.workers.shortcuts.portal import PortalShortcut

    shortcut = PortalShortcut()
    with qtbot.waitSignal(
        shortcut.stateChanged, check_params_cb=lambda state: state.kind == "unavailable"
    ):
        shortcut.set_keys(KEYS)
    shortcut.close()


# -- Windows -----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "win32", reason="the way of Windows")
def test_windows_holds_the_key_once(qapp: Any, qtbot: Any) -> None:
    first, second = WindowsShortcut(), WindowsShortcut()
    with qtbot.waitSignal(first.stateChanged) as changed:
        first.set_keys("Ctrl+Alt+Shift+F11")
    assert changed.args == [ShortcutState("on", "Ctrl+Alt+Shift+F11")]
    with qtbot.waitSignal(second.stateChanged) as changed:
        second.set_keys("Ctrl+Alt+Shift+F11")
    assert changed.args[0].kind == "taken"
    first.close()
    with qtbot.waitSignal(second.stateChanged) as changed:
        second.set_keys("Ctrl+Alt+Shift+F11")
    assert changed.args[0].kind == "on"
    second.close()
