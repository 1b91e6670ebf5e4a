"""The two wheels: each file is in one of them, and the one without Qt stands by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import posto_desktop

ROOT = Path(__file__).parents[2]
VERSION = Version(posto_desktop.__version__)
PROJECTS = {"posto": ROOT, "posto_desktop": ROOT / "packaging" / "desktop"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels by the names of their distributions."""
    folder = tmp_path_factory.mktemp("dist")
    for project in PROJECTS.values():
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
            cwd=project,
            check=True,
            capture_output=True,
        )
    return {name: folder / f"{name}-{VERSION}-py3-none-any.whl" for name in PROJECTS}


def files_of(wheel: Path) -> set[str]:
    """Return the paths in a wheel, without its description."""
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


def description_of(wheel: Path, name: str) -> str:
    archive = zipfile.ZipFile(wheel)
    (path,) = (member for member in archive.namelist() if member.endswith(f".dist-info/{name}"))
    return archive.read(path).decode()


def metadata_of(wheel: Path) -> Message:
    return Parser().parsestr(description_of(wheel, "METADATA"))


def expected_files() -> set[str]:
    """Return the paths of all that belongs into a wheel, as they are there."""
    places = {
        "posto_desktop": "posto_desktop",
        "resources": "posto_desktop/resources",
        "docs/accounts": "posto_desktop/docs/accounts",
    }
    return {
        f"{target}/{path.relative_to(ROOT / source).as_posix()}"
        for source, target in places.items()
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".ts"
    }


def test_each_file_is_in_one_wheel(wheels: dict[str, Path]) -> None:
    core, desktop = files_of(wheels["posto"]), files_of(wheels["posto_desktop"])
    assert core & desktop == set()
    assert core | desktop == expected_files()
    assert len(expected_files()) > 900


def test_commands_and_requirements(wheels: dict[str, Path]) -> None:
    core, desktop = wheels["posto"], wheels["posto_desktop"]
    commands = description_of(core, "entry_points.txt")
    assert "posto = posto_desktop.cli.__main__:main" in commands
    assert "posto-server = posto_desktop.server.__main__:main" in commands
    assert "posto-desktop = posto_desktop.__main__:main" in description_of(
        desktop, "entry_points.txt"
    )
    (own,) = (
        wish
        for wish in map(Requirement, metadata_of(desktop).get_all("Requires-Dist", []))
        if wish.name == "posto"
    )
    assert Version(str(own.specifier).removeprefix("==")) == VERSION
    assert own.extras <= set(metadata_of(core).get_all("Provides-Extra", []))
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert all(description_of(wheel, "licenses/LICENSE") == licence for wheel in (core, desktop))


def installed_names(requirements: list[str]) -> set[str]:
    """Return the distributions that these bring here, with all that those need."""
    names: set[str] = set()
    waiting = [(Requirement(line), "") for line in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wish, asked_by = waiting.pop()
        name = wish.name.lower().replace("_", "-")
        if wish.marker is not None and not wish.marker.evaluate({"extra": asked_by}):
            continue
        for extra in ("", *wish.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                names.add(name)
                lines = metadata.distribution(name).requires or []
                waiting += [(Requirement(line), extra) for line in lines]
    return names


ALONE = """
import importlib, json, pkgutil, sys
folder, refused = sys.argv[1], set(json.loads(sys.argv[2]))
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not brought by posto", name=name)
sys.meta_path.insert(0, Refuse())
sys.path.insert(0, folder)
import posto_desktop
names = [module.name for module in pkgutil.walk_packages(posto_desktop.__path__, "posto_desktop.")]
names = [name for name in names if not name.endswith(".windows") or sys.platform == "win32"]
names.remove("posto_desktop.server.postgres_pool")  # the extra "postgres"
names.remove("posto_desktop.server.postgres_store")
names.remove("posto_desktop.server.move.postgres_place")
names.remove("posto_desktop.server.object_media")  # the extra "s3"
for name in names:
    importlib.import_module(name)
from posto_desktop.common.resources import document, resource
places = [resource("networks.json"), document("accounts", "slack.md")]
print(json.dumps([names, [str(place) for place in places if place.is_file()]]))
"""


def test_core_runs_with_what_it_asks_for_and_no_qt(wheels: dict[str, Path], tmp_path: Path) -> None:
    """All its modules are imported from its wheel alone. Of other libraries only those are there
    that it brings: nothing of the app, and none of its own extras."""
    zipfile.ZipFile(wheels["posto"]).extractall(tmp_path)
    brought = installed_names(metadata_of(wheels["posto"]).get_all("Requires-Dist", []))
    assert not brought & {"pyside6", "qtawesome", "pillow-heif", "openpyxl", "mcp"}
    others = [
        module
        for module, owners in metadata.packages_distributions().items()
        if not {owner.lower().replace("_", "-") for owner in owners} & brought
    ]
    assert {"PySide6", "holidays", "openpyxl", "pillow_heif"} <= set(others)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path), json.dumps(others)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported, places = json.loads(done.stdout)
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in files_of(wheels["posto"])
        if name.endswith(".py") and "/resources/" not in name
    }
    assert modules - {*imported, "posto_desktop"} <= {
        "posto_desktop.server.move.postgres_place",
        "posto_desktop.server.object_media",
        "posto_desktop.server.postgres_pool",
        "posto_desktop.server.postgres_store",
        "posto_desktop.storage.windows",
    }
    inside = tmp_path / "posto_desktop"
    assert places == [f"{inside}/resources/networks.json", f"{inside}/docs/accounts/slack.md"]


def test_both_together_find_their_resources(wheels: dict[str, Path], tmp_path: Path) -> None:
    for wheel in wheels.values():
        zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from posto_desktop.common.resources import resource;"
        "import posto_desktop.app;"
        "print(*(resource(*name.split('/')).is_file() for name in sys.argv[2:]), resource())"
    )
    names = ["networks.json", "themes/app.qss", "icons/app.svg", "samples/cup.jpg"]
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(tmp_path), *names],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = " ".join(["True"] * len(names))
    assert done.stdout.strip() == f"{expected} {tmp_path / 'posto_desktop/resources'}"
