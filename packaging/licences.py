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
    return sorted((one.metadata["Name"], one.version) for one in _distributions())


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
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        if name not in named:
            named.add(name)
            yield found
        for line in found.requires or ():
            wish = Requirement(line)
            if wish.marker is None or wish.marker.evaluate({"extra": extra}):
                waiting += [(wish.name, wanted) for wanted in ("", *wish.extras)]


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
    for one in sorted(_distributions(), key=lambda found: found.metadata["Name"].lower()):
        name = one.metadata["Name"]
        wording = one.metadata.get("License-Expression") or one.metadata.get("License") or ""
        wording = wording.strip().splitlines()[0] if wording.strip() else _classified(one)
        texts = list(_texts(one))
        for number, text in enumerate(texts, 1):
            ending = f"-{number}" if len(texts) > 1 else ""
            (folder / f"{name}{ending}.txt").write_bytes(text)
        lines.append(f"{name} {one.version}: {wording}")
    lines += ["", (root / "packaging" / "bundled.txt").read_text("utf-8").rstrip()]
    (folder / "README.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _classified(one: metadata.Distribution) -> str:
    found = one.metadata.get_all("Classifier") or []
    return "; ".join(line.split(" :: ")[-1] for line in found if line.startswith("License ::"))


def _texts(one: metadata.Distribution) -> Iterator[bytes]:
    for path in sorted(one.files or (), key=str):
        inside = ".dist-info" in str(path)
        if inside and any(word in path.name.lower() for word in _NAMES):
            yield Path(str(one.locate_file(path))).read_bytes()


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
