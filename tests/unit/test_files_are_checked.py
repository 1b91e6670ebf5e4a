"""Every file is opened where it is checked that it is one (`storage.regular_files`), and each file
of a home with a name of its own is tried with other things in its place
(`tests.end2end.odd_things`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.end2end.odd_things import FILES
from tests.unit.test_imports import PACKAGE, nodes

_OPENING = {
    "open", "io.open", "io.FileIO", "os.open", "os.link", "sqlite3.connect",
    "zipfile.ZipFile", "Image.open", "QFile", "QSaveFile", "QSettings", "QImageReader",
    "QMovie", "shutil.copyfile", "shutil.copy", "shutil.copy2", "shutil.copytree",
    "logging.FileHandler", "logging.handlers.RotatingFileHandler", "mimetypes.read_mime_types",
}  # fmt: skip
_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text", "setFileName"}
_MODE = re.compile(r"[rwabx+]{1,3}")

LOOKED_AT = "`media_files.open_file` has looked at this file before"
OWN = "a file that the program itself brings, beside its code"
NEW = "makes a file of a new name, or one in a folder that was just made"
SYSTEM = "a file of the system at its own place"
PREPARED = "`move_no_files` or `set_aside_no_file` has cleared its place"

ALLOWED: dict[tuple[str, str], str] = {
    ("storage/regular_files.py", "os.open"): "this is where it is checked",
    ("storage/atomic.py", "os.open"): "opens a folder, to flush it",
    ("server/folder_media.py", "os.open"): "opens a folder, to flush it",
    ("server/folder_media.py", "os.link"): "a file that this process has just written",
    ("server/folder_media.py", "temporary.write_text"): NEW,
    ("server/media_cache.py", "os.link"): "a file that this process has just written",
    ("server/media_cache.py", "shutil.copyfile"): "the same, on another file system",
    # Databases.
    ("storage/sqlite_file.py", "sqlite3.connect"): PREPARED,
    ("storage/sqlite_file.py", "os.open"): "makes a file or does nothing (O_EXCL)",
    ("server/store.py", "sqlite3.connect"): PREPARED,
    ("storage/database.py", "sqlite3.connect"): "a database that SQLite has read and found damaged",
    ("server/move/folder_place.py", "sqlite3.connect"): "asked `is_file` before",
    ("server/move/tables.py", "sqlite3.connect"): "in memory",
    ("server/media_rows.py", "sqlite3.connect"): "asked `is_file`, and opened to be read alone",
    ("server/rescue.py", "sqlite3.connect"): "a database that SQLite has read and found damaged",
    (
        "storage/foreign_database.py",
        "sqlite3.connect",
    ): "its head was read by `regular` just before",
    ("storage/restore.py", "sqlite3.connect"): "unpacked by ourselves, and checked",
    ("storage/backup.py", "sqlite3.connect"): "asked `is_file` while the app has it open",
    (
        "storage/schedule_rows.py",
        "sqlite3.connect",
    ): "the app has it open, and has cleared its place",
    ("workers/folder_jobs.py", "sqlite3.connect"): "the app has it open, and has cleared its place",
    # Archives.
    ("storage/backup_archive.py", "io.FileIO"): "of a descriptor of `regular`",
    ("storage/backup_archive.py", "zipfile.ZipFile"): "of a file that `regular` has opened",
    ("storage/backup_archive.py", "target.open('xb')"): NEW,
    ("storage/backup.py", "zipfile.ZipFile"): NEW,
    ("storage/backup.py", "temporary.open('rb+')"): NEW,
    ("core/importing/sheet_xml.py", "zipfile.ZipFile"): "of bytes",
    ("core/importing/workbook.py", "zipfile.ZipFile"): "of bytes",
    ("workers/folder_jobs.py", "zipfile.ZipFile"): "of bytes",
    # Pictures and films.
    ("media/animation.py", "pillow().open"): LOOKED_AT,
    ("media/animation.py", "target.open('wb')"): NEW,
    ("media/animation_facts.py", "Path(path).open('rb')"): LOOKED_AT,
    ("media/media_files.py", "Path(path).open('rb')"): LOOKED_AT,
    ("media/picture_helpers.py", "Path(file.path).open('rb')"): LOOKED_AT,
    ("media/picture_process.py", "Path(file.path).open('rb')"): LOOKED_AT,
    ("media/picture_process.py", "Path(path).open('rb')"): LOOKED_AT,
    ("media/picture_process.py", "pillow(header.mime).open"): LOOKED_AT,
    ("media/watermark_images.py", "Path(file.path).open('rb')"): LOOKED_AT,
    ("media/picture_writer.py", "pillow(file.mime).open"): LOOKED_AT,
    ("media/video_header.py", "Path(path).open('rb')"): LOOKED_AT,
    ("media/video_writer.py", "target.open('r+b')"): NEW,
    ("media/video_metadata.py", "source.open('rb')"): LOOKED_AT,
    ("media/video_metadata.py", "target.open('wb')"): NEW,
    ("media/renditions.py", "Path(file.path).read_bytes"): LOOKED_AT,
    ("media/renditions.py", "Path(file.path).open('rb')"): LOOKED_AT,
    ("media/renditions.py", "path.open('wb')"): NEW,
    ("server/draw.py", "Image.open"): "a file of the library that was there when it was asked for",
    # What was fetched or is handed on.
    ("sdk/downloads.py", "open"): NEW,
    ("sdk/downloads.py", "path.open('rb')"): NEW,
    ("workers/media_fetcher.py", "path.open('wb')"): NEW,
    ("workers/media_import.py", "path.write_bytes"): NEW,
    ("workers/media_import.py", "path.open('wb')"): NEW,
    ("workers/media_import.py", "source.read_bytes"): OWN,
    ("delivery/style_bundle.py", "path.write_bytes"): NEW,
    ("server/publishers/sandbox.py", "os.link"): "a file of the library that is there",
    ("server/publishers/sandbox.py", "shutil.copyfile"): "refuses by itself what is no file",
    # What is no file of the user at all.
    ("workers/folder_observer.py", "mounts.read_text"): SYSTEM,
    ("core/emoji.py", "resource('emoji', f'{name}.json').read_text"): OWN,
    ("sdk/addresses.py", "resource('endings.txt').read_text"): OWN,
    ("sdk/networks.py", "resource('networks.json').read_text"): OWN,
    ("server/networks.py", "path.read_text"): OWN,
    ("server/connect/catalogue.py", "resource('connections.json').read_bytes"): OWN,
    ("ui/dialogs/account_guide_dialog.py", "path.read_text"): OWN,
    ("ui/icons.py", "resource('icons', f'{_POINTING.get(name, name)}.svg').read_text"): OWN,
    ("common/sentences.py", "path.read_text"): OWN,
    ("ui/icons.py", "tables[-1].read_text"): OWN,
    ("ui/theme.py", "resource('themes', f'{name}.toml').read_text"): OWN,
    ("ui/theme.py", "resource('themes', 'app.qss').read_text"): OWN,
    ("workers/licences.py", "resource(*parts).read_text"): OWN,
    ("workers/licences.py", "overview.read_text"): OWN,
    ("workers/licences.py", "path.read_text"): OWN,
    ("sdk/when/fallback.py", "preferences.open('rb')"): SYSTEM,
    ("sdk/when/zones.py", "Path('/etc/timezone').read_text"): SYSTEM,
    ("sdk/when/zones.py", "Path('/etc/localtime').open('rb')"): SYSTEM,
    ("cli/output.py", "Path(os.devnull).open('w')"): SYSTEM,
    ("delivery/running_app.py", "open"): "a named pipe of Windows",
    ("cli/proposals.py", "open"): "the terminal, where a person confirms",
    ("server/launch.py", "Path(os.devnull).open('ab')"): SYSTEM,
    ("server/process_limits.py", "Path(os.devnull).open('w')"): SYSTEM,
    ("server/measurements.py", "Path('/proc/self/statm').read_text"): SYSTEM,
    ("server/processes.py", "(process / 'cmdline').read_bytes"): SYSTEM,
    ("server/processes.py", "Path(f'/proc/{pid}/stat').read_text"): SYSTEM,
}
"""File and what it calls, with the reason why it need not go through `storage.regular_files`."""

_NAME = re.compile(r"\.?[\w-]+\.(json|db|log|lock|bak)|signing-key|password")
NOT_OF_A_HOME = {
    "networks.json": OWN,
    "sentences.json": OWN,
    "apply.lock": "of commands, which open it by `atomic`",
    "cli.json": "of commands, which read it by `atomic`",
    ".posto.json": "in a folder of the user; read by `regular_files`",
    "connections.json": OWN,
    "password": "of earlier versions: removed, never opened",
    "manifest.json": "an entry of a backup",
    "facts.json": "in the cache, in a folder named after a picture; read by `regular`",
    "copy.db": "in a temporary folder",
}


def _opened(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if not isinstance(node, ast.Call):
            continue
        what = ast.unparse(node.func)
        owner, _, last = what.rpartition(".")
        first = node.args[0] if node.args else None
        for mode in (keyword.value for keyword in node.keywords if keyword.arg == "mode"):
            first = mode if last == "open" else first
        if what in _OPENING or (last in _METHODS and owner not in ("", "atomic")):
            yield what
        elif last == "open" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            if _MODE.fullmatch(first.value):
                yield f"{what}({first.value!r})"
        elif last == "open" and "pillow" in what:
            yield what


def test_files_are_opened_where_they_are_checked() -> None:
    openers = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        for what in _opened(path)
    }
    assert openers - set(ALLOWED) == set(), "open them by storage.regular, or say why not"
    assert set(ALLOWED) - openers == set(), "these are not there any more"
    assert all(ALLOWED.values())


def test_each_file_of_a_home_is_tried_with_other_things_in_its_place() -> None:
    """Where a name stands in the code, it stands in the list."""
    tried = {Path(file).name for file in FILES}
    named = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NAME.fullmatch(node.value)
    }
    missing = {name for name in named if name not in tried and name not in NOT_OF_A_HOME}
    assert missing == set()
