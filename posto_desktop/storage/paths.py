"""Paths of Posto's files and of its own resources."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "Posto"
HOME_VARIABLE = "POSTO_HOME"


@dataclass(frozen=True)
class Paths:
    """The four folders of one home. Asking for a path creates nothing.

    `chosen` is the folder that holds all four; None if they are in the platform's places.
    """

    config: Path
    data: Path
    cache: Path
    logs: Path
    chosen: Path | None = None

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    @property
    def accounts(self) -> Path:
        return self.config / "accounts.json"

    @property
    def secrets(self) -> Path:
        """The 0600 file with passwords, if the user preferred a file to the keyring."""
        return self.config / "secrets.json"

    @property
    def styles(self) -> Path:
        return self.config / "styles"

    @property
    def database(self) -> Path:
        return self.data / "posto.db"

    @property
    def workspace(self) -> Path:
        """Data folder of the local server, which owns its content."""
        return self.data / "workspace"

    @property
    def thumbnails(self) -> Path:
        return self.cache / "thumbnails"

    @property
    def renditions(self) -> Path:
        """Cached renditions; may be removed at any time."""
        return self.cache / "renditions"

    @property
    def media(self) -> Path:
        """Downloaded files, and files dropped as bytes."""
        return self.data / "media"


def find_paths(home: str | os.PathLike[str] | None = None) -> Paths:
    """Return the folders to use: `home`, else $POSTO_HOME, else the platform's places."""
    chosen = os.fspath(home) if home else os.environ.get(HOME_VARIABLE, "")
    if chosen:
        base = Path(chosen).expanduser().absolute()
        return Paths(base / "config", base / "data", base / "cache", base / "logs", base)
    import platformdirs  # only the ordinary start needs it

    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Paths(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_log_dir),
    )
