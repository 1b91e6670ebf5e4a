"""Paths of the program's own resources."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.common.bundle import libraries


def resource(*parts: str) -> Path:
    """Return a file or folder of the program's resources, in a checkout, a wheel or a bundle."""
    return _resource_root().joinpath(*parts)


def _resource_root() -> Path:
    bundled = libraries()
    package = Path(__file__).resolve().parent.parent
    if bundled is not None:
        return bundled / "posto_desktop" / "resources"
    # A wheel has them inside the package, a checkout beside it.
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
