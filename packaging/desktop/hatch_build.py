"""Gathers the files of the app's wheel: those of the tree that the wheel `posto` does not hold."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TREE = Path(__file__).resolve().parents[2]
PLACES = {"posto_desktop": "posto_desktop", "resources": "posto_desktop/resources"}
"""Folders of the tree, and where their content is in a wheel."""


class DesktopFilesHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":  # an editable one has the whole tree by its path
            build_data["force_include"].update(desktop_files())


def desktop_files() -> dict[str, str]:
    """Return files and folders of the app with their paths in the wheel."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))
    core = {
        TREE / name
        for name in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    }
    files = {
        str(path): f"{target}/{path.name}"
        for folder, target in PLACES.items()
        for path in sorted((TREE / folder).iterdir())
        if path not in core and path.name not in ("__pycache__", "translations")
    }
    # What dev.py has compiled of the files of translators, and the sentences to recognise.
    for path in sorted((TREE / "resources" / "translations").iterdir()):
        if path.suffix in (".qm", ".json"):
            files[str(path)] = f"posto_desktop/resources/translations/{path.name}"
    return files
