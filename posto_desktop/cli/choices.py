"""What the user chose on the command line, in `cli.json`; only commands write it."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.storage import atomic

FILE = "cli.json"


def read(config: Path) -> str:
    """Return the id of the chosen workspace, "" for none."""
    stored, _damaged = atomic.read_json_or_copy(config / FILE, {}, _is_ours)
    workspace = stored.get("workspace")
    return workspace if isinstance(workspace, str) else ""


def _is_ours(stored: object) -> bool:
    return isinstance(stored, dict)


def write(config: Path, workspace: str) -> None:
    """Store the id of the chosen workspace. Raises StorageError."""
    atomic.write_json_and_copy(config / FILE, {"schema": 1, "workspace": workspace})
