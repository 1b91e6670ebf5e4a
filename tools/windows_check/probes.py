"""What the app must do on Windows, tried with the real programs: run by Windows' own Python.

`python -m tools.windows_check.probes [NAMES]`, in Wine or on Windows. Prints a line for each probe,
and ends with 1 if one failed. Each has a home of its own, in a folder with accents and a space.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import winreg
from collections.abc import Generator
from pathlib import Path

from posto_desktop.storage.paths import Paths, find_paths
from tools.windows_check.checks import hold, journey, let_go, main, probe
from tools.windows_check.windows_program import PATIENCE, App, is_there, wait_for

assert sys.platform == "win32"

POST = "Gruß aus Köln, 日本語 🙂"


# -- files -------------------------------------------------------------------------------------


@probe
def saves_when_a_file_is_let_go(home: Path) -> str:
    """Saving waits for a file that another program reads for a moment."""
    import threading

    from posto_desktop.storage import atomic

    path = home / "settings.json"
    atomic.write_json(path, {"was": 1})
    timer = threading.Timer(0.5, let_go, (hold(path),))
    timer.start()
    began = time.monotonic()
    atomic.write_json(path, {"is": 2})
    timer.join()
    assert json.loads(path.read_text("utf-8")) == {"is": 2}
    return f"saved after {time.monotonic() - began:.1f} s"


@probe
def says_that_a_file_is_held(home: Path) -> str:
    """What cannot be saved is said, and nothing is lost or left over."""
    from posto_desktop.storage import atomic
    from posto_desktop.storage.errors import StorageError

    path = home / "settings.json"
    atomic.write_json(path, {"was": 1})
    handle = hold(path)
    try:
        atomic.write_json(path, {"is": 2})
    except StorageError as error:
        sentence = error.user_message
    else:
        raise AssertionError("a held file was replaced")
    finally:
        let_go(handle)
    assert json.loads(path.read_text("utf-8")) == {"was": 1}
    assert [entry.name for entry in home.iterdir()] == ["settings.json"]
    assert "using it" in sentence, sentence
    return sentence


def check_database(paths: Paths) -> None:
    with contextlib.closing(sqlite3.connect(paths.database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@probe
def two_processes_write_one_database(home: Path) -> str:
    """Neither loses a row to the other, which takes locks between processes."""
    from posto_desktop.storage.database import Database

    path = find_paths(home).database
    Database(path).close()
    program = (
        "import sys; from pathlib import Path\n"
        "from posto_desktop.storage.database import Database\n"
        "db = Database(Path(sys.argv[1]))\n"
        "for i in range(40): db.put_draft(f'{sys.argv[2]}-{i}', 'local', {'text': sys.argv[2]})\n"
        "db.close()"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("a", "b")
    ]
    assert [writer.wait(PATIENCE) for writer in writers] == [0, 0]
    db = Database(path)
    rows = len(db.drafts())
    db.close()
    assert rows == 80, rows
    return f"{rows} rows"


@probe
def one_process_has_a_lock(home: Path) -> str:
    """A lock of this process refuses another, and ends with its process."""
    from posto_desktop.storage import locks

    path = home / "some.lock"
    program = (
        "import os, sys; from posto_desktop.storage import locks\n"
        "print(locks.try_lock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)), flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"True"
        descriptor = os.open(path, os.O_RDWR)
        assert not locks.try_lock(descriptor)
        holder.kill()
    assert locks.try_lock(descriptor)
    os.close(descriptor)
    return "refused, then taken"


@probe
def style_names_of_devices(home: Path) -> str:
    from posto_desktop.sdk.named_settings import NamedSettingsStore

    names = ("nul", "con.txt", "COM1", "a:b", "dot.", "question?")
    for name in names:
        NamedSettingsStore(lambda: home, "style").save(name, {"x": {"post_text": name}})
    styles = NamedSettingsStore(lambda: home, "style")
    assert [styles.get(name)["x"]["post_text"] for name in names] == list(names)
    return f"{len(list(home.glob('*.json')))} files"


# -- what Windows keeps ------------------------------------------------------------------------


@probe
def passwords_are_in_the_credential_manager(home: Path) -> str:
    from posto_desktop.storage.secrets import SERVICE, SecretStore

    account, secret = "probe@example.org", "pass wörd ✓"
    path = home / "secrets.json"
    store = SecretStore(path, mode="on")
    state = store.available(PATIENCE)
    assert (state.kind, state.name) == ("ok", "Credential Manager"), state
    store.set(account, secret, "keyring")
    ask = (
        "import sys, keyring; sys.stdout.buffer.write(keyring.get_password(*sys.argv[1:]).encode())"
    )
    said = subprocess.run([sys.executable, "-c", ask, SERVICE, account], capture_output=True)
    assert said.stdout.decode() == secret, said
    assert secret not in path.read_text("utf-8")
    store.delete(account)
    assert SecretStore(path, mode="on").get(account) is None
    return state.name


@probe
def run_key_starts_the_server(home: Path) -> str:
    """The command in the Run key is the one that Windows splits into our words."""
    from posto_desktop.workers.autostart import _RUN, autostart, name_for

    workspace = find_paths(home).workspace
    start = autostart(workspace, 60)
    assert start is not None
    assert not start.is_on()
    start.set_on(True)
    assert start.is_on()
    assert start.is_current()
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
        command, _ = winreg.QueryValueEx(key, name_for(workspace))
    began = subprocess.Popen(command, stdout=-1, stdin=subprocess.DEVNULL)  # as one string
    assert began.stdout is not None
    try:
        ready = json.loads(began.stdout.readline())
        assert "base_url" in ready, ready
        assert (workspace / "server.json").exists()
    finally:
        began.kill()
        began.wait(PATIENCE)
        began.stdout.close()
    start.set_on(False)
    assert not start.is_on()
    return str(command).partition(" --data")[0]


# -- the programs ------------------------------------------------------------------------------


def has_draft_with(database: Path, words: str) -> bool:
    with contextlib.closing(sqlite3.connect(database)) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM drafts")]
    return words in json.dumps(bodies, ensure_ascii=False)


@journey(
    "starts beside a held file of settings, and with a damaged database",
    "keeps the damaged database aside",
    "a killed server is replaced",
    "closing the window hides it in the tray",
    "a second start hands over its file and shows the window",
    "quits by the keyboard",
    "leaves nothing running and no file open",
)
def first_start(home: Path) -> Generator[str, None, None]:
    from PIL import Image

    paths = find_paths(home)
    paths.config.mkdir(parents=True)
    paths.data.mkdir(parents=True)
    paths.settings.write_text("{}", "utf-8")
    damaged = b"SQLite format 3\0" + b"\xfe" * 8000
    paths.database.write_bytes(damaged)
    held = hold(paths.settings)
    began = time.monotonic()
    with App(home) as app:
        app.wait_until_ready()
        yield f"{time.monotonic() - began:.1f} s"
        kept = [path for path in paths.data.glob("posto*") if path.read_bytes()[:8016] == damaged]
        assert kept, [path.name for path in paths.data.iterdir()]
        yield kept[0].name
        server = app.server_pid()
        subprocess.run(["taskkill", "/f", "/pid", str(server)], capture_output=True, check=True)
        wait_for(lambda: not is_there(server), "the end of the server")
        wait_for(lambda: app.server_pid() not in (0, server), "another server")
        yield ""
        let_go(held)
        app.close_window()
        wait_for(lambda: not app.windows(), "the end of the window")
        assert app.is_running()
        yield ""
        photo = home / "Föto 1.png"
        Image.new("RGB", (64, 48), "teal").save(photo)
        address = "file:///" + str(photo).replace("\\", "/").replace(" ", "%20")
        with App(home, address) as second:
            assert second.wait() == 0
        wait_for(app.windows, "the window")
        wait_for(lambda: has_draft_with(paths.database, photo.name), "the file in a draft")
        yield "its file is in a draft"
        server = app.server_pid()
        seconds = app.quit_by_keyboard()
        assert app.returncode == 0, app.returncode
        assert json.loads(paths.settings.read_text("utf-8")), "the settings were not saved"
        yield f"{seconds:.1f} s"
    wait_for(lambda: not is_there(server), "the end of the server")
    assert app.server_pid() == 0
    check_database(paths)
    check_logs(paths)
    shutil.rmtree(home)  # fails while a file is open
    yield ""


def check_logs(paths: Paths) -> None:
    texts = [path.read_text("utf-8", "replace") for path in paths.logs.glob("*.log*")]
    bad = re.findall(r"^.*(?:Traceback|ERROR|CRITICAL).*$", "\n".join(texts), re.MULTILINE)
    assert not bad, bad[:3]


@journey(
    "a killed app leaves no server", "starts again after it was killed", "closes without a tray"
)
def killed(home: Path) -> Generator[str, None, None]:
    paths = find_paths(home)
    paths.config.mkdir(parents=True)
    paths.settings.write_text(json.dumps({"sending.keep_in_tray": False}), "utf-8")
    with App(home) as app:
        app.wait_until_ready()
        server = app.server_pid()
        app.kill()
    wait_for(lambda: not is_there(server), "the end of the server")
    yield ""
    with App(home) as app:
        app.wait_until_ready()
        assert app.server_pid() != server
        yield ""
        began = time.monotonic()
        app.close_window()
        assert app.wait() == 0
        yield f"{time.monotonic() - began:.1f} s"
    check_database(paths)


@probe
def window_is_legible(_home: Path) -> str:
    """The window has a font with letters, whether or not Segoe UI is installed."""
    program = (
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "from PySide6.QtWidgets import QApplication\nfrom PySide6.QtGui import *\n"
        "app = QApplication(sys.argv); from posto_desktop.ui.theme import Theme\n"
        "theme = Theme.begin(); theme.apply_to_application(); font = theme.font()\n"
        "raw = QRawFont.fromFont(font); width = QFontMetrics(font).horizontalAdvance('Schedule')\n"
        "missing = [c for c in 'AaäßéñçğışəŞİ…“”→' if not raw.supportsCharacter(ord(c))]\n"
        "print(app.platformName(), raw.familyName(), width, *missing, sep='|')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    platform, family, width, *missing = done.stdout.decode().strip().split("|")
    assert platform == "windows", platform
    assert family in ("Segoe UI", "Segoe UI Variable", "Inter"), family
    assert 40 < int(width) < 90, width
    assert not missing, missing
    return f"{family}, “Schedule” is {width} wide"


@probe
def command_speaks_utf_8(home: Path) -> str:
    """What `posto` prints as JSON is UTF-8, whatever the code page."""
    environment = os.environ | {"POSTO_HOME": str(home), "POSTO_KEYRING": "off"}

    def posto(*words: str) -> str:
        command = [sys.executable, "-m", "posto_desktop.cli", *words, "--json"]
        done = subprocess.run(command, capture_output=True, env=environment, timeout=PATIENCE)
        assert done.returncode == 0, done
        return json.dumps(json.loads(done.stdout.decode("utf-8")), ensure_ascii=False)

    posto("draft", "create", POST)
    assert POST in posto("draft", "list")
    return "a draft, made and listed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
