"""A fresh machine gets what is locked, by old pips and new ones, whatever was released since.

pip itself installs from a shelf of stand-ins: wheels with the name, version and requirements of
each library, and nothing in them. Of each there is a newer release, which nobody may get. What
builds our own wheels is real, and its newer release builds nothing.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.needs import require

ROOT = Path(__file__).parents[2]
PIPS = Path(sys.prefix, "pips")
"""Where dev.py has put the oldest pip and the newest."""
TAKEN = ("dev.py", "tools", "pyproject.toml", "README.md", "LICENSE", "requirements")
NEWER = "9999.0"


def locked(lock: Path) -> dict[str, str]:
    """Return the versions by name that a lock file has for this machine."""
    lines = re.findall(r"^[a-z0-9][^\\\n]*", lock.read_text("utf-8"), re.M)
    wishes = [wish for wish in map(Requirement, lines) if not wish.marker or wish.marker.evaluate()]
    return {wish.name: str(wish.specifier).removeprefix("==") for wish in wishes}


def write_wheel(shelf: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Put a wheel on the shelf. `files` are below site-packages, the description among them."""
    stem = f"{name.replace('-', '_')}-{version}"
    described = f"{stem}.dist-info"
    content = {
        f"{described}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **files,
    }
    record = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()[:-1]},"
        for path, data in content.items()
    ]
    content[f"{described}/RECORD"] = "\n".join([*record, f"{described}/RECORD,,"]).encode()
    path = shelf / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in content.items():
            archive.writestr(member, data)
    return path


def stand_in(shelf: Path, name: str, version: str) -> Path:
    """Return an empty wheel that requires what the library requires."""
    described = metadata.metadata(name)
    keys = ("Requires-Dist", "Provides-Extra", "Requires-Python")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"{key}: {value}" for key, value in described.items() if key in keys]
    text = "\n".join(lines).encode()
    path = f"{name.replace('-', '_')}-{version}.dist-info/METADATA"
    return write_wheel(shelf, name, version, {path: text})


def real(shelf: Path, name: str, version: str) -> Path:
    """Return the wheel of an installed library, made of its files."""
    files = {}
    for file in metadata.files(name) or []:
        parts = file.parts
        if parts[0] == ".." or "__pycache__" in parts or file.name in ("RECORD", "WHEEL"):
            continue
        if parts[0].endswith(".dist-info"):
            parts = (f"{name.replace('-', '_')}-{version}.dist-info", *parts[1:])
        files["/".join(parts)] = Path(str(file.locate())).read_bytes()
    return write_wheel(shelf, name, version, files)


def builders() -> set[str]:
    """Return what hatchling needs, and itself."""
    names, waiting = set(), ["hatchling"]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            wishes = [Requirement(line) for line in metadata.requires(name) or []]
            waiting += [
                canonicalize_name(wish.name)
                for wish in wishes
                if not wish.marker or wish.marker.evaluate({"extra": ""})
            ]
    return names


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheels of all that is locked and of newer releases, and of both pips."""
    require([] if PIPS.is_dir() else [f"{PIPS}, which dev.py setup makes"])
    folder = tmp_path_factory.mktemp("shelf")
    for pip in PIPS.glob("*.whl"):
        shutil.copy(pip, folder)
    built_by = builders()
    for lock in ("app", "dev", "server"):
        for name, version in locked(ROOT / "requirements" / f"{lock}.txt").items():
            (real if name in built_by else stand_in)(folder, name, version)
            stand_in(folder, name, NEWER)
    return folder


@pytest.fixture
def checkout(shelf: Path, tmp_path: Path) -> Path:
    """A fresh checkout, as far as installing reads it, whose lock files have the stand-ins'
    hashes."""
    folder = tmp_path / "checkout"
    (folder / "posto_desktop").mkdir(parents=True)
    shutil.copy(ROOT / "posto_desktop" / "__init__.py", folder / "posto_desktop")
    for source in [*(ROOT / name for name in TAKEN), ROOT / "packaging" / "desktop"]:
        target = folder / source.relative_to(ROOT)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    for lock in (folder / "requirements").glob("*.txt"):
        lines = []
        for line in re.findall(r"^[a-z0-9][^\\\n]*", lock.read_text("utf-8"), re.M):
            wish = Requirement(line)
            version = str(wish.specifier).removeprefix("==")
            wheel = shelf / f"{wish.name.replace('-', '_')}-{version}-py3-none-any.whl"
            digest = hashlib.sha256(wheel.read_bytes() if wheel.exists() else b"").hexdigest()
            lines.append(f"{line} --hash=sha256:{digest}\n")
        lock.write_text("".join(lines), "utf-8")
    return folder


def packages_of(place: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(place)}))


def make_environment(place: Path, pip: str) -> Path:
    """Make an empty environment with one of the pips; return its Python."""
    venv.create(place, with_pip=False)
    (wheel,) = PIPS.glob("pip-23.2.1-*.whl") if pip == "oldest" else newest_pip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages_of(place))
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(place)})) / "python"


def newest_pip() -> list[Path]:
    return [path for path in PIPS.glob("*.whl") if not path.name.startswith("pip-23.2.1-")]


def run(command: list[str], checkout: Path, shelf: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
    environment |= {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(shelf),
        "PIP_NO_COMPILE": "1",
    }
    done = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def installed(place: Path) -> dict[str, str]:
    """Return the versions by name that an environment has, without pip and what is ours."""
    names = {
        canonicalize_name(distribution.name): distribution.version
        for distribution in metadata.distributions(path=[str(packages_of(place))])
    }
    del names["pip"]
    return {name: version for name, version in names.items() if not name.startswith("posto")} | {
        name: names[name] for name in ("posto-sdk",) if name in names
    }


@pytest.mark.parametrize(("what", "pip"), [("app", "oldest"), ("dev", "oldest"), ("dev", "newest")])
def test_dev_installs_what_is_locked(checkout: Path, shelf: Path, pip: str, what: str) -> None:
    make_environment(checkout / ".venv", pip)
    program = f"import dev; dev.environment({'dev.EVERYTHING' if what == 'dev' else ''})"
    run([sys.executable, "-c", program], checkout, shelf)
    assert installed(checkout / ".venv") == locked(ROOT / "requirements" / f"{what}.txt")
    ours = metadata.distributions(path=[str(packages_of(checkout / ".venv"))])
    assert {distribution.name for distribution in ours} >= {"posto", "posto-desktop"}


@pytest.mark.parametrize("pip", ["oldest", "newest"])
def test_a_server_gets_what_is_locked(
    checkout: Path, shelf: Path, tmp_path: Path, pip: str
) -> None:
    """By the commands of the document: two that install it, and two that upgrade it."""
    python = make_environment(tmp_path / "posto", pip)
    text = (ROOT / "docs" / "team.md").read_text("utf-8")
    commands = re.findall(r"^    /opt/posto/bin/pip (.*)$", text, re.M)
    assert len(commands) == 4
    for command in commands:
        run([str(python), "-m", "pip", *shlex.split(command)], checkout, shelf)
    assert installed(tmp_path / "posto") == locked(ROOT / "requirements" / "server.txt")
