"""The files that packages are made of agree with the app and with each other."""

from __future__ import annotations

import configparser
import inspect
import io
import os
import plistlib
import re
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from posto_desktop import __version__, app
from posto_desktop.__main__ import build_parser
from posto_desktop.common import flatpak
from posto_desktop.ui.widgets.drop_overlay import PICTURES, VIDEOS
from posto_desktop.workers import autostart

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
ENTRY = LINUX / "posto-desktop.desktop"


def entry() -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=True)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(ENTRY.read_text("utf-8"))
    return parsed


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6\\Qt6Pdf.dll",
        "PySide6/Qt/lib/QtPdf.framework/Versions/A/QtPdf",
        "PySide6/Qt/lib/QtPdf.framework/Versions/A/Resources/Info.plist",
        "QtPdf",
        "PySide6/Qt/lib/QtWebEngineCore.framework/Versions/A/QtWebEngineCore",
        "PySide6/opengl32sw.dll",
        "PySide6\\plugins\\imageformats\\qpdf.dll",
        "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "PySide6/Qt/plugins/imageformats/libqpdf.dylib",
        "PySide6\\plugins\\platforms\\qdirect2d.dll",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.dylib",
        "PySide6\\translations\\qt_de.qm",
        "PySide6/Qt/qml/QtQuick/qmldir",
    ],
)
def test_what_nothing_loads_is_left_out_under_its_name_on_each_system(
    unused_parts: Any, name: str
) -> None:
    assert unused_parts.is_unused(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6\\Qt6Qml.dll",
        "PySide6/Qt/lib/QtOpenGL.framework/Versions/A/QtOpenGL",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/QtCore.abi3.so",
        "posto_desktop/resources/translations/de.qm",
        "posto_desktop/docs/accounts/mastodon.md",
    ],
)
def test_what_the_app_needs_stays(unused_parts: Any, name: str) -> None:
    assert not unused_parts.is_unused(name)


@pytest.fixture
def unused_parts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import unused_parts

    return unused_parts


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import linux_packages

    return linux_packages


def test_the_menu_entry_starts_the_app_with_pages_that_there_are() -> None:
    parsed = entry()
    known = build_parser()
    for section in parsed.sections():
        words = parsed[section]["Exec"].split()
        assert words[0] == "@PROGRAM@"
        known.parse_args([word for word in words[1:] if word != "%U"])
    actions = parsed["Desktop Entry"]["Actions"].strip(";").split(";")
    assert {f"Desktop Action {name}" for name in actions} < set(parsed.sections())


def test_file_managers_send_files_to_quick_capture() -> None:
    known = build_parser()
    for path in sorted((LINUX / "file-managers").iterdir()):
        parsed = configparser.ConfigParser(interpolation=None)
        parsed.read_string(path.read_text("utf-8"))
        (command,) = [section["Exec"] for section in parsed.values() if "Exec" in section]
        words = command.split()
        assert (words[0], words[-1]) == ("@PROGRAM@", "%F")
        options = known.parse_args([*words[1:-1], "a.jpg", "b.mp4"])
        assert (options.quick, options.files) == (True, ["a.jpg", "b.mp4"])
    script = (PACKAGING / "windows" / "posto.iss").read_text("utf-8")
    assert re.search(r'"\{usersendto\}\\[^"]+"; Filename: "[^"]+"; Parameters: "--quick"', script)


def test_the_menu_entry_names_kinds_that_the_app_takes() -> None:
    kinds = entry()["Desktop Entry"]["MimeType"].strip(";").split(";")
    assert "x-scheme-handler/posto" in kinds
    endings = {"jpeg": "jpg", "quicktime": "mov", "x-matroska": "mkv"}
    for kind in kinds:
        family, _, name = kind.partition("/")
        if family in ("image", "video"):
            taken = PICTURES if family == "image" else VIDEOS
            assert endings.get(name, name) in taken, kind


def test_windows_and_macos_offer_the_app_for_such_files_too() -> None:
    script = (PACKAGING / "windows" / "posto.iss").read_text("utf-8")
    endings = set(re.findall(r'#emit Kind\("\.(\w+)"\)', script))
    assert {"jpg", "png", "heic", "mp4", "mov"} <= endings <= PICTURES | VIDEOS
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert plist["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["posto"]
    assert r"Software\Classes\posto\shell\open\command" in script


def test_the_description_tells_of_this_version() -> None:
    (description,) = LINUX.glob("*.metainfo.xml")
    tree = ET.parse(description).getroot()
    assert description.name == f"{tree.findtext('id')}.metainfo.xml"  # else it is not found
    assert tree.find("releases/release").get("version") == __version__  # type: ignore[union-attr]
    assert tree.findtext("launchable") == ENTRY.name


def test_all_systems_know_the_app_by_one_name() -> None:
    """Windows of the app belong to its entry: by its class on X11, by its app id on Wayland."""
    values = entry()["Desktop Entry"]
    assert "setDesktopFileName(desktop_entry())" in inspect.getsource(app)
    assert values["StartupWMClass"] == values["Icon"] == ENTRY.stem == flatpak.ENTRY
    (description,) = LINUX.glob("*.metainfo.xml")
    component = ET.parse(description).getroot().findtext("id")
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert component == plist["CFBundleIdentifier"]


def test_the_windows_version_block_is_python_that_pyinstaller_reads() -> None:
    text = (PACKAGING / "windows" / "version.txt").read_text("utf-8")
    filled = text.format(numbers=(1, 2, 3, 0), version="1.2.3")
    compile(filled, "version.txt", "eval")
    assert "'ProductVersion', '1.2.3'" in filled


def made_tree(folder: Path) -> Path:
    """A small stand-in for a built folder."""
    tree = folder / "out" / "posto-desktop"
    (tree / "_internal").mkdir(parents=True)
    for name in ("posto-desktop", "posto-server", "posto"):
        (tree / name).write_text('#!/bin/sh\nprintf "%s|" "$@"\n', "utf-8")
        (tree / name).chmod(0o755)
    (tree / "_internal" / "libone.so.1").write_bytes(b"one")
    (tree / "_internal" / "libone.so").symlink_to("libone.so.1")
    return tree


def made_work(folder: Path, sizes: tuple[int, ...]) -> Path:
    (folder / "icons").mkdir(parents=True)
    for size in sizes:
        (folder / "icons" / f"{size}.png").write_bytes(b"png")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="a package of Linux")
def test_a_tarball_is_the_same_each_time_and_belongs_to_nobody(module: Any, tmp_path: Path) -> None:
    results = []
    for name in ("one", "two"):
        folder = made_tree(tmp_path / name)
        work = made_work(tmp_path / name / "work", module.artwork.SIZES)
        (folder / "_internal" / "later").write_bytes(b"")
        os.utime(folder / "_internal" / "later", (1, len(name)))
        results.append(module.tar(folder, work, tmp_path / f"{name}.tar.gz", 1_700_000_000))
    assert results[0].read_bytes() == results[1].read_bytes()
    with tarfile.open(results[0]) as archive:
        members = archive.getmembers()
        assert {(member.uid, member.gid, member.mtime) for member in members} == {
            (0, 0, 1_700_000_000)
        }
        rights = {member.name: member.mode & 0o777 for member in members if member.isfile()}
    assert rights["posto-desktop/posto-server"] == rights["posto-desktop/install.sh"] == 0o755
    assert rights["posto-desktop/_internal/libone.so.1"] == 0o644


@pytest.mark.skipif(sys.platform != "linux", reason="a package of Linux")
@pytest.mark.parametrize("place", ["plain", "with a space", "quote'd", 'a "b" $c `d` & | e'])
def test_the_tarball_puts_itself_into_the_menus_and_takes_itself_out(
    module: Any, tmp_path: Path, place: str
) -> None:
    work = made_work(tmp_path / "work", module.artwork.SIZES)
    packed = module.tar(made_tree(tmp_path), work, tmp_path / "it.tar.gz", 1_700_000_000)
    home, target = tmp_path / "home", tmp_path / place
    home.mkdir()
    with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
        archive.extractall(target, filter="tar")
    script = target / "posto-desktop" / "install.sh"
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}

    def install(*words: str) -> None:
        subprocess.run([str(script), *words], env=environment, check=True, capture_output=True)

    install()
    text = (home / ".local/share/applications/posto-desktop.desktop").read_text("utf-8")
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(text)
    command = parsed["Desktop Entry"]["Exec"]
    assert first_word(command) == str(target / "posto-desktop" / "posto-desktop")
    sending = home / ".local/share/Thunar/sendto/posto-desktop.desktop"
    assert "--quick" in sending.read_text("utf-8")
    assert not [
        path for path in home.rglob("*") if path.is_file() and b"@PROGRAM@" in path.read_bytes()
    ]
    assert (home / ".local/share/icons/hicolor/scalable/apps/posto-desktop.svg").is_file()
    assert (home / ".local/bin/posto-desktop").resolve() == script.with_name("posto-desktop")
    assert (home / ".local/bin/posto").resolve() == script.with_name("posto")
    install("--remove")
    left = [path.name for path in home.rglob("*") if not path.is_dir() or path.is_symlink()]
    assert set(left) <= {"mimeinfo.cache", "icon-theme.cache"}  # the desktop's own
    assert script.is_file()


def first_word(command: str) -> str:
    """The program of an Exec line, by the rules of the Desktop Entry Specification: first those of
    strings, then those of quoting."""
    plain = re.sub(r"\\(.)", lambda match: {"s": " ", "\\": "\\"}[match[1]], command)
    if not plain.startswith('"'):
        return plain.split()[0]
    match = re.match(r'"((?:[^"\\]|\\.)*)"', plain)
    assert match is not None
    return re.sub(r"\\([\"`$\\])", r"\1", match[1])


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell here")
@pytest.mark.parametrize("script", ["linux/install.sh", "linux/try_deb.sh", "macos/package.sh"])
def test_shell_scripts_can_be_read(script: str) -> None:
    subprocess.run(["sh", "-n", str(PACKAGING / script)], check=True)


def test_the_windows_installer_and_the_programs_mean_the_same() -> None:
    """It asks them to end by an event, and takes out of the registry what they put there."""
    script = (PACKAGING / "windows" / "posto.iss").read_text("utf-8")
    programs = (PACKAGING.parent / "posto_desktop" / "storage" / "windows.py").read_text("utf-8")
    for name in ("END_EVENT", "RESTART_KEY"):
        match = re.search(rf'^{name} = r"(.+)"$', programs, re.MULTILINE)
        assert match is not None
        assert f"= '{match[1]}';" in script
    assert f"RunName = '{autostart.NAME}';" in script
    assert f"RunKey = '{autostart._RUN}';" in script
    assert f'AppUserModelID: "{app.APPLICATION_ID}"' in script
    spec = (PACKAGING / "posto.spec").read_text("utf-8")
    for program in ("posto-desktop", "posto-server", "posto"):
        assert f'"{program}", console=' in spec
        assert f'"{program}.exe"' in script


def test_the_windows_installer_speaks_each_of_its_languages() -> None:
    script = (PACKAGING / "windows" / "posto.iss").read_text("utf-8")
    languages = set(re.findall(r'^Name: "(\w\w)"; MessagesFile', script, re.MULTILINE))
    messages = re.findall(r"^(\w\w)\.(\w+)=", script, re.MULTILINE)
    used = set(re.findall(r"CustomMessage\('(\w+)'\)", script))
    assert {name for _, name in messages} == used
    assert sorted(messages) == sorted((language, name) for language in languages for name in used)


STAND_IN = ["x265_api_get_217", "x265_cleanup"]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library that takes the place of libx265 on Windows."""
    monkeypatch.syspath_prepend(str(PACKAGING / "windows"))
    import stand_in_dll

    path = tmp_path / "libx265-217-abc.dll"
    stand_in_dll.write(path, reversed(STAND_IN))
    return path


@pytest.mark.skipif(shutil.which("objdump") is None, reason="not here: objdump")
def test_the_stand_in_for_windows_is_a_library_with_these_functions(stand_in: Path) -> None:
    listing = subprocess.run(
        ["objdump", "-p", stand_in], capture_output=True, text=True, check=True
    )
    assert "file format pei-x86-64" in listing.stdout
    exported = re.findall(
        r"^\s*\[ *\d+\] (?:\+base\[ *\d+\] +[0-9a-f]+ )?(\w+)$", listing.stdout, re.M
    )
    assert exported == STAND_IN, listing.stdout


@pytest.mark.skipif(sys.platform != "win32", reason="loaded by Windows")
def test_windows_loads_the_stand_in(stand_in: Path) -> None:
    import ctypes

    library = ctypes.WinDLL(str(stand_in))  # type: ignore[attr-defined,unused-ignore]
    assert [getattr(library, name)(8) for name in STAND_IN] == [0, 0]


def test_macos_signs_each_library_and_keeps_signatures() -> None:
    """Those in frameworks have no suffix; `cp` loses signatures in extended attributes."""
    script = (PACKAGING / "macos" / "package.sh").read_text("utf-8")
    assert "Mach-O*) sign" in script
    assert not re.search(r"^\s*cp ", script, re.M)
