"""Paths of the program's own resources and documents."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.common.bundle import libraries


def resource(*parts: str) -> Path:
    """Return a file or folder of the program's resources, in a checkout, a wheel or a bundle."""
    return _root("resources").joinpath(*parts)


def document(*parts: str) -> Path:
    """Return a page of the documents that come with the program; `docs/accounts` does."""
    return _root("docs").joinpath(*parts)


def _root(name: str) -> Path:
    bundled = libraries()
    package = Path(__file__).resolve().parent.parent
    if bundled is not None:
        return bundled / "posto_desktop" / name
    # A wheel has them inside the package, a checkout beside it.
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
