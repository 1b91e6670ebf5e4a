"""Licence texts for the About page."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.common.bundle import libraries
from posto_desktop.common.resources import resource
from posto_desktop.workers.runner import Job

OWN_LICENCE = "Posto Desktop"
OTHERS = {
    "Lucide": ("icons", "LICENSE"),
    "Font Awesome brands": ("icons", "FONT-AWESOME.txt"),
    "Inter": ("fonts", "OFL.txt"),
}
"""Parts in the resources, and the paths of their licences."""
NAMES = (OWN_LICENCE, *OTHERS)


def read_licences(_job: Job) -> dict[str, str]:
    """A job: return the texts by the names of the parts, in order; the key "" has the overview of
    all parts in a Posto package, if this is one."""
    package = _package_folder()
    texts = {OWN_LICENCE: _licence_of(package)}
    for name, parts in OTHERS.items():
        texts[name] = resource(*parts).read_text("utf-8")
    overview = package / "README.txt" if package is not None else None
    if overview is not None and overview.is_file():
        texts[""] = overview.read_text("utf-8")
    return texts


def _package_folder() -> Path | None:
    """Return the package's folder of licences: beside the libraries, on macOS in Resources."""
    inside = libraries()
    if inside is None:
        return None
    above = inside.parent
    candidates = (above / "licences", above / "Resources" / "licences")
    return next((folder for folder in candidates if folder.is_dir()), None)


def _licence_of(package: Path | None) -> str:
    """Return the program's licence text, or a short form."""
    from importlib import metadata

    places = [resource().parent / "LICENSE"]
    if package is not None:
        places.insert(0, package / "Posto-Desktop.txt")
    for path in places:
        if path.is_file():
            return path.read_text("utf-8")
    try:
        licence = metadata.metadata("posto-desktop")["License-Expression"] or "MIT"
    except (metadata.PackageNotFoundError, KeyError):
        licence = "MIT"
    return f"{OWN_LICENCE}: {licence}"
