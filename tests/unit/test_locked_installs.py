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
from tools.lock_needs import read_needs

ROOT = Path(__file__).parents[2]
PIPS = Path(sys.prefix, "pips")
"""Where dev.py has put the oldest pip and the newest."""
TAKEN = ("dev.py", "pyproject.toml", "README.md", "LICENSE", "posto_desktop/__init__.py")
TAKEN += ("tools", "requirements", "packaging/desktop", "tests/servers/install.py")
NEWER = "9999.0"
LOCKS = ("app", "dev", "server", "servers/synapse")
SERVER_COMMANDS = {
    "docs/team.md": r"^    /opt/posto/bin/pip (install .*)$",
    "packaging/server/Containerfile": r"/opt/posto/bin/pip (install [^&\n]*)",
}
"""Where commands install a server, and what they look like there."""


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


def stand_in(shelf: Path, name: str, version: str, needs: list[str]) -> Path:
    """Return a wheel that requires something and has nothing in it."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    extras = {extra for line in needs for extra in re.findall(r'extra == "([^"]+)', line)}
    lines += [f"Provides-Extra: {extra}" for extra in sorted(extras)]
    text = "\n".join([*lines, *(f"Requires-Dist: {line}" for line in needs)]).encode()
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
    built_by, needs = builders(), read_needs()
    for lock in LOCKS:
        for name, version in locked(ROOT / "requirements" / f"{lock}.txt").items():
            needed = needs[f"{name}=={version}"]
            stand_in(folder, name, version, needed)
            stand_in(folder, name, NEWER, needed)
    for name in built_by:
        real(folder, name, metadata.version(name))
    return folder


@pytest.fixture
def checkout(shelf: Path, tmp_path: Path) -> Path:
    """A fresh checkout, as far as installing reads it, whose lock files have the stand-ins'
    hashes."""
    folder = tmp_path / "checkout"
    for name in TAKEN:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for lock in (folder / "requirements" / f"{name}.txt" for name in LOCKS):
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


def run(command: list[str], checkout: Path, shelf: Path, **variables: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # pip is several programs here
    environment |= variables | {
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
    names.pop("pip", "")
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


@pytest.mark.parametrize(
    ("source", "pip", "count"),
    [
        ("docs/team.md", "oldest", 4),  # two that install it, and two that upgrade it
        ("packaging/server/Containerfile", "newest", 2),
    ],
)
def test_a_server_gets_what_is_locked(
    checkout: Path, shelf: Path, tmp_path: Path, source: str, pip: str, count: int
) -> None:
    python = make_environment(tmp_path / "posto", pip)
    text = (ROOT / source).read_text("utf-8").replace("\\\n", "")
    commands = re.findall(SERVER_COMMANDS[source], text, re.M)
    assert len(commands) == count
    for command in commands:
        run([str(python), "-m", "pip", *shlex.split(command)], checkout, shelf)
    assert installed(tmp_path / "posto") == locked(ROOT / "requirements" / "server.txt")


def test_a_server_of_a_network_gets_what_is_locked(
    checkout: Path, shelf: Path, tmp_path: Path
) -> None:
    python = make_environment(tmp_path / "venv", "oldest")
    place = tmp_path / "servers"
    command = [str(python), "-m", "tests.servers.install", "synapse"]
    run(command, checkout, shelf, POSTO_TEST_SERVERS=str(place))
    assert installed(place / "synapse") == locked(ROOT / "requirements/servers/synapse.txt")
