"""Collects the licences of everything in a package: an overview, and the full texts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

START = ("posto-desktop", "posto")
EXTRAS = ("mcp",)
"""Of `posto`, beside those that the app asks for."""
LEFT_OUT = frozenset({"charset-normalizer", "qtpy", "shiboken6-generator"})
"""Asked for by a part, and not in the package: see posto.spec."""
_NAMES = ("licen", "copying", "notice", "authors", "copyright")


def parts() -> list[tuple[str, str]]:
    """Name and version of each Python library inside, sorted."""
    return sorted(
        (distribution.metadata["Name"], distribution.version) for distribution in _distributions()
    )


def _distributions() -> Iterator[metadata.Distribution]:
    seen: set[tuple[str, str]] = set()
    waiting = [(name, extra) for name in START for extra in ("", *EXTRAS)]
    named = set(START)
    while waiting:
        asked, extra = waiting.pop()
        name = asked.lower().replace("_", "-")
        if (name, extra) in seen or name in LEFT_OUT:
            continue
        seen.add((name, extra))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        if name not in named:
            named.add(name)
            yield distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(requirement.name, wanted) for wanted in ("", *requirement.extras)]


def collect(folder: Path, root: Path) -> None:
    """Write the texts of all licences and an overview, ``README.txt``."""
    folder.mkdir(parents=True)
    shutil.copyfile(root / "LICENSE", folder / "Posto-Desktop.txt")
    for text in sorted((root / "packaging" / "texts").iterdir()):
        shutil.copyfile(text, folder / f"{text.name}.txt")
    lines = [
        "Posto Desktop is under the MIT licence (Posto-Desktop.txt). It carries:",
        "",
        f"Python {sys.version.split()[0]}: Python Software Foundation licence (Python.txt)",
    ]
    _python(folder / "Python.txt")
    for distribution in sorted(
        _distributions(), key=lambda distribution: distribution.metadata["Name"].lower()
    ):
        name = distribution.metadata["Name"]
        wording = (
            distribution.metadata.get("License-Expression")
            or distribution.metadata.get("License")
            or ""
        )
        wording = wording.strip().splitlines()[0] if wording.strip() else _classified(distribution)
        texts = list(_texts(distribution))
        for number, text in enumerate(texts, 1):
            ending = f"-{number}" if len(texts) > 1 else ""
            (folder / f"{name}{ending}.txt").write_bytes(text)
        lines.append(f"{name} {distribution.version}: {wording}")
    lines += ["", (root / "packaging" / "bundled.txt").read_text("utf-8").rstrip()]
    (folder / "README.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _classified(distribution: metadata.Distribution) -> str:
    classifiers = distribution.metadata.get_all("Classifier") or []
    return "; ".join(
        line.split(" :: ")[-1] for line in classifiers if line.startswith("License ::")
    )


def _texts(distribution: metadata.Distribution) -> Iterator[bytes]:
    for path in sorted(distribution.files or (), key=str):
        inside = ".dist-info" in str(path)
        if inside and any(word in path.name.lower() for word in _NAMES):
            yield Path(str(distribution.locate_file(path))).read_bytes()


def _python(target: Path) -> None:
    for base in (
        Path(sys.base_prefix),
        Path(sys.base_prefix) / "lib" / f"python3.{sys.version_info.minor}",
    ):
        for name in ("LICENSE.txt", "LICENSE"):
            if (base / name).is_file():
                shutil.copyfile(base / name, target)
                return
    import builtins

    target.write_text(str(getattr(builtins, "license", "")), "utf-8")
