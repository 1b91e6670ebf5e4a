"""Where the program's own resources are."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.common.bundle import libraries


def resource(*parts: str) -> Path:
    """A file or folder of the program's own resources, in a checkout, a wheel or a frozen app."""
    return _resource_root().joinpath(*parts)


def _resource_root() -> Path:
    bundled = libraries()
    package = Path(__file__).resolve().parent.parent
    if bundled is not None:
        return bundled / "posto_desktop" / "resources"
    # The wheel carries them inside the package, a checkout beside it.
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
