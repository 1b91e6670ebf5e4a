"""Who may import what: the contracts of pyproject.toml, and what import-linter cannot express."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "posto_desktop"


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """What a file is made of, as Python reads it."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported_names(path: Path) -> set[str]:
    """Dotted names that a file imports; ``from a import b`` counts as ``a`` and ``a.b``."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files_importing(name: str) -> set[str]:
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(
            imported == name or imported.startswith(name + ".") for imported in imported_names(path)
        )
    }


def test_contracts_are_kept() -> None:
    # One process, as `lint-imports` keeps global state that a second run in this one would meet.
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_widgets_only_in_ui_controllers_and_app() -> None:
    outside = {
        path
        for path in files_importing("PySide6.QtWidgets")
        if not path.startswith(("ui/", "controllers/")) and path not in ("app.py", "selftest.py")
    }
    assert outside == set()


def test_one_place_makes_http_requests() -> None:
    outside = {
        path
        for path in files_importing("requests")
        if not path.startswith(("net/", "sdk/transport/", "server/publishers/"))
    }
    assert outside == set()


@pytest.mark.parametrize(
    "floor", ["sdk", "delivery", "core", "net", "storage", "formats", "server", "common"]
)
def test_lower_floors_load_no_qt(floor: str) -> None:
    program = (
        f"import posto_desktop.{floor}, sys;"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


LATE = (
    "PIL", "PySide6.QtMultimedia", "dateparser", "decimal", "plistlib", "posto_desktop.core.fixes",
    "posto_desktop.media.embedded_texts", "posto_desktop.media.video_writer",
    "posto_desktop.sdk.times", "posto_desktop.ui.settings.dialog",
)  # fmt: skip


def test_the_first_window_loads_only_what_it_shows() -> None:
    program = (
        "import posto_desktop.app, posto_desktop.controllers.app_controllers, sys;"
        "import posto_desktop.media.renditions, posto_desktop.ui.settings.catalogue;"
        f"print([name for name in {LATE} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_libraries_are_imported_where_packagers_see_it() -> None:
    """`import_module("name")` hides a library from PyInstaller, which then leaves it out."""
    places = {
        f"{path.relative_to(PACKAGE).as_posix()}: {node.args[0].value}"
        for path in PACKAGE.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("import_module", "__import__"))
        and isinstance(node.args[0], ast.Constant)
        and not str(node.args[0].value).startswith(".")
    }
    assert places == set()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in nodes(path) if isinstance(node, ast.Call))


def files_calling(*words: str) -> set[str]:
    """Files with a call that is written as one of these, such as `subprocess.run`."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for call in calls(path)
        if ast.unparse(call.func) in words
    }


def test_one_place_starts_programs() -> None:
    """It keeps Windows from showing a console for each."""
    starting = ("Popen", "run", "call", "check_call", "check_output", "getoutput")
    assert files_calling(*(f"subprocess.{call}" for call in starting), "Popen") == {
        "server/processes.py"
    }
    names = {name for path in PACKAGE.rglob("*.py") for name in imported_names(path)}
    assert not {name for name in names if name.startswith("subprocess.") and name[11:] in starting}
    others = ("system", "popen", "startfile", "execv", "execve", "spawnv", "posix_spawn", "fork")
    assert files_calling(*(f"os.{call}" for call in others)) == set()
    # Starts this very program again: one with windows, which has no console.
    assert files_calling("QProcess", "QProcess.startDetached") == {"controllers/restore.py"}


def test_one_place_renames_files() -> None:
    """It knows what Windows says of a file that another program has open."""
    by_name = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("replace", "rename")
        # Of a text `replace` takes two things, of a date named ones; of a path both take one.
        and (len(call.args), len(call.keywords)) == (1, 0)
    }
    assert by_name == {"storage/renames.py"}
    assert files_calling("os.replace", "os.rename", "shutil.move") == {"storage/renames.py"}
