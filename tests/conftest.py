"""Fixtures of every test: an isolated home, loopback network only, and leak checks.

Environment variables are set while this file is imported, before any test module can import the
package or Qt, since both read them once.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # The offscreen platform finds no fonts of Windows.
    _fonts = Path(__file__).parents[1] / "resources" / "fonts"
    os.environ.setdefault("QT_QPA_FONTDIR", str(_fonts))
os.environ["POSTO_KEYRING"] = "off"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in ("POSTO_BASE_URL", "POSTO_USERNAME", "POSTO_PASSWORD", "POSTO_TOKEN"):
    os.environ.pop(_name, None)
# A proxy of the machine would carry requests meant for loopback away.
for _name in ("http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)

_session_home = Path(tempfile.mkdtemp(prefix="posto-test-"))
_XDG = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
}


def _point_home_at(folder: Path, put: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    put("HOME", str(folder))
    put("USERPROFILE", str(folder))
    put("POSTO_HOME", str(folder / "posto"))
    for name, part in _XDG.items():
        put(name, str(folder / part))


# Until the first fixture runs (imports at collection, session fixtures) there is a home, too.
_point_home_at(_session_home, os.environ.__setitem__)

# Which examples Hypothesis tries, see docs/testing.md.
settings.register_profile(
    "posto",
    settings.get_profile("default"),
    deadline=None,  # two busy cores make single examples slow, which says nothing about the code
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# The same examples each time, so many of them tell little: "explore" looks for new ones.
settings.register_profile(
    "ci", settings.get_profile("posto"), derandomize=True, database=None, max_examples=50
)
settings.register_profile("explore", settings.get_profile("posto"), max_examples=5_000)
settings.load_profile("ci" if os.environ.get("CI") else "posto")


def _draw_no_constants_of_the_code() -> None:
    """Hypothesis draws numbers and texts of the modules that are loaded, too, whatever its seed:
    its examples would depend on the tests before and on every line of the program."""
    providers._get_local_constants = lambda: providers._local_constants  # it has read none yet


# How long a test waits for what must come: only one that fails waits so long, on any machine.
for _wait in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
    getattr(QtBot, _wait).__kwdefaults__["timeout"] = 60_000


ENDING_SECONDS = 3.0
"""How long threads may take to end after their test."""


class OutsideNetworkError(AssertionError):
    """A test tried to leave this machine."""


def _refuse_outside(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0]).split("%")[0]
    if host in ("localhost", ""):
        return
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OutsideNetworkError(f"a test tried to reach {host}; only loopback is allowed")


class _LoopbackSocket(socket.socket):
    def connect(self, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_outside(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_outside(address)
        return super().connect_ex(address)


_real_getaddrinfo = socket.getaddrinfo


def _getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    """Names are not looked up: `.invalid` and friends fail here as they would without a network."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name not in (None, "", "localhost"):
        try:
            ipaddress.ip_address(str(name).split("%")[0])
        except ValueError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
    return _real_getaddrinfo(host, *args, **kwargs)


def pytest_configure(config: pytest.Config) -> None:
    socket.socket = _LoopbackSocket  # type: ignore[misc]
    socket.getaddrinfo = _getaddrinfo
    if settings.get_current_profile_name() == "ci":
        _draw_no_constants_of_the_code()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_session_home, ignore_errors=True)
    _empty_clipboard()


def _empty_clipboard() -> None:
    """The clipboard of the offscreen platform lives longer than Python, and what a test has put
    there must not."""
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


SLOW_FILES = frozenset((
    "servers/test_accounts.py",
    "servers/test_bluesky.py",
    "servers/test_conversations.py",
    "servers/test_killed_uploads.py",
    "servers/test_kills.py",
    "servers/test_matrix.py",
    "servers/test_real_servers.py",
    "unit/core/test_draft_history.py",
    "unit/delivery/partly/test_partly_crashes.py",
    "unit/sdk/test_faults.py",
    "unit/server/test_kill.py",
    "unit/server/test_mastodon.py",
    "unit/server/test_move.py",
    "unit/server/test_parts.py",
    "unit/server/test_sender.py",
    "unit/server/test_slow_network.py",
    "unit/server/test_unclear_posts.py",
    "unit/test_conftest.py",
    "unit/test_linear_texts.py",
    "unit/test_ways_out.py",
    "unit/workers/test_images.py",
    "unit/workers/test_service_local.py",
    "unit/workers/test_tarpit_workspaces.py",
))  # fmt: skip
"""Files whose tests take more than 10 s together, or one of them that long."""


def _is_slow(item: pytest.Item) -> bool:
    return item.path.relative_to(Path(__file__).parent).as_posix() in SLOW_FILES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole-app tests come last: the quick ones should speak first. But of all, the files that take
    longest come before others, so that no process works alone at the end.
    """
    items.sort(key=lambda item: (not _is_slow(item), bool(item.get_closest_marker("end2end"))))


@pytest.fixture(autouse=True)
def isolated_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The home folder of this test alone; also where ``POSTO_HOME`` (``home/posto``) lies."""
    home = tmp_path_factory.mktemp("home")
    _point_home_at(home, monkeypatch.setenv)
    return home


@pytest.fixture(autouse=True)
def hidden_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has hidden in logs, such as the word "password", is no secret of the next one."""
    from posto_desktop.server import redaction

    monkeypatch.setattr(redaction, "_hidden", redaction._hidden)
    monkeypatch.setattr(redaction, "_secrets", redaction._secrets.copy())


@pytest.fixture
def refused_port() -> Iterator[int]:
    """A port of this computer that refuses connections as long as the test runs.

    A port that was free a moment ago may be anybody's by now. This one is taken, and nobody listens
    on it; a server that asks for this very number gets it, as nobody else does. Windows does not
    give a port that is taken: there it is only one that was free.
    """
    with socket.socket() as taken:
        if os.name == "posix":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        if os.name != "posix":
            taken.close()
        yield port


def _qt_loaded(part: str) -> Any | None:
    """A Qt module if something has imported it; tests of the lower floors never load Qt."""
    return sys.modules.get(f"PySide6.{part}")


def _settle() -> None:
    """Carry out what ``deleteLater`` has promised, then collect, here on the GUI thread."""
    core = _qt_loaded("QtCore")
    app = core.QCoreApplication.instance() if core else None
    for _ in range(2):
        if core is not None and app is not None:
            core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
            app.processEvents()
        gc.collect()


def _qt_leaks(old_windows: set[int]) -> list[str]:
    import shiboken6

    core, widgets = _qt_loaded("QtCore"), _qt_loaded("QtWidgets")
    leaks = []
    if widgets is not None and isinstance(widgets.QApplication.instance(), widgets.QApplication):
        leaks += [
            f"open window: {window!r} {window.windowTitle()!r}"
            for window in widgets.QApplication.topLevelWidgets()
            if id(window) not in old_windows and window.isVisible()
        ]
    if core is None:
        return leaks
    app = core.QCoreApplication.instance()
    main_thread = app.thread() if app is not None else None
    for thing in gc.get_objects():  # what came before this test is frozen, hence not among them
        if isinstance(thing, core.QThread):
            if (
                shiboken6.isValid(thing)
                and thing is not main_thread
                and not thing.wait(int(ENDING_SECONDS * 1000))
            ):
                leaks.append(f"running QThread: {thing!r} {thing.objectName()!r}")
        elif isinstance(thing, core.QTimer) and shiboken6.isValid(thing) and thing.isActive():
            every = f"{thing.interval()} ms{', once' * thing.isSingleShot()}"
            leaks.append(f"active timer: {thing!r} ({every}) of {thing.parent()!r}")
    return leaks


def _threads_left(old: set[threading.Thread]) -> list[threading.Thread]:
    """Python's threads that go on; those that are just ending get the time for it."""
    new = [
        thread
        for thread in threading.enumerate()
        if thread not in old
        and not thread.daemon
        and not isinstance(thread, threading._DummyThread)
    ]
    ends = time.monotonic() + ENDING_SECONDS
    for thread in new:
        thread.join(max(0.0, ends - time.monotonic()))
    return [thread for thread in new if thread.is_alive()]


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a timer or a window behind.

    Python's own threads count as well, daemons excepted (a pool that idles is one).
    The cyclic collector is off while a Qt test runs, since it would run on whichever thread
    allocates and destroy widgets there; it runs between tests instead.
    ``@pytest.mark.may_leak("why")`` exempts a test.
    """
    uses_qt = bool({"qapp", "qtbot", "theme"} & set(request.fixturenames))
    old_threads = set(threading.enumerate())
    old_windows: set[int] = set()
    if uses_qt:
        request.getfixturevalue("qapp")
        widgets = _qt_loaded("QtWidgets")
        if widgets is not None:
            old_windows = {id(window) for window in widgets.QApplication.topLevelWidgets()}
        gc.collect()
        gc.freeze()  # both the collector and the search for leaks now see this test's objects only
        gc.disable()
    yield
    if uses_qt:
        _settle()
        gc.enable()
    if request.node.get_closest_marker("may_leak"):
        return
    left = _qt_leaks(old_windows) if uses_qt else []
    if left:
        # pytest keeps what fixtures gave for a moment longer; what goes with it is no leak.
        request.node.funcargs.clear()
        _settle()
        left = _qt_leaks(old_windows)
    left += [f"running thread: {thread!r}" for thread in _threads_left(old_threads)]
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


@pytest.fixture(scope="session")
def qapp(qapp: Any) -> Any:
    """Counted words and numbers are said as the app says them."""
    from posto_desktop.models import english_plurals, locale_settings

    english_plurals.install(qapp)
    locale_settings.use_locale("")
    return qapp


@pytest.fixture(scope="session")
def theme(qapp: Any) -> Any:
    """The application with the product's theme on it, light."""
    from posto_desktop.ui.theme import Theme

    theme = Theme.instance()
    theme.setMode("light")
    return theme


if sys.platform == "win32":
    # Its locale is nowhere in the environment; tests say which they mean.
    from PySide6.QtCore import QLocale

    from posto_desktop.sdk.when import fallback

    QLocale.system = QLocale.c  # type: ignore[method-assign]
    QLocale.setDefault(QLocale.c())
    fallback._system_locale = lambda: ""
