"""What imports what in ``posto_desktop``, and a picture of it: ``python3 docs/structure.py``.

The picture, ``docs/images/structure.svg``, has a row a layer and a box a package, with the number
of modules in it; between layers stands how many imports point down, and circles of modules are
listed. ``tests/unit/test_circles.py`` holds what is known of circles with the same graph.
"""

from __future__ import annotations

import ast
import functools
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "posto_desktop"
PICTURE = ROOT / "docs" / "images" / "structure.svg"

Graph = Mapping[str, set[str]]
"""Modules, by their dotted names, to those that they import."""


def modules() -> dict[str, Path]:
    """All modules of the package by their dotted names; that of a folder is its ``__init__``."""
    paths = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return paths


def graph() -> Graph:
    """Who imports whom. Imports for the type checker alone count: who reads a module has to know
    those, too. So do imports within functions: an import that is moved there to get a circle past
    Python leaves the circle as it was."""
    return {
        name: {to for to, _late in imported if to != name} for name, imported in imports().items()
    }


@functools.cache
def imports() -> dict[str, list[tuple[str, bool]]]:
    """Of each module the modules of ours that it imports, and whether within a function."""
    known = modules()
    return {name: list(imports_of(tree(path), known)) for name, path in known.items()}


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(
    top: ast.AST, known: Mapping[str, Path], late: bool = False
) -> Iterator[tuple[str, bool]]:
    """What a piece of code imports of ours; `late` is whether it is within a function."""
    for node in ast.iter_child_nodes(top):
        if isinstance(node, ast.Import):
            yield from ((alias.name, late) for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in known else node.module, late)
        elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imports_of(node, known, late or function)


def circles(of: Graph) -> list[frozenset[str]]:
    """The modules that import each other in a circle, the largest circle first (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[frozenset[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for to in sorted(of[name]):
            if to not in index:
                visit(to)
                low[name] = min(low[name], low[to])
            elif to in stack:
                low[name] = min(low[name], index[to])
        if low[name] == index[name]:
            at = stack.index(name)
            components.append(frozenset(stack[at:]))
            del stack[at:]

    for name in of:
        if name not in index:
            visit(name)
    several = [circle for circle in components if len(circle) > 1]
    return sorted(several, key=lambda circle: (-len(circle), sorted(circle)))


# The picture

WIDTH, ROW, BOX, GAP = 860, 66, 44, 8


def layers() -> list[list[str]]:
    """The packages from the top down, as the import contracts of pyproject.toml have them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip(" ()") for name in row.split("|")] for row in rows]


def package_of(module: str) -> str:
    """The folder or file right under the package in which a module lies."""
    return [*module.split("."), ""][1]


def draw(of: Graph) -> str:
    """The picture as SVG."""
    rows = [row for row in layers() if any((ROOT / PACKAGE / name).is_dir() for name in row)]
    rows.insert(0, ["app"])
    sizes = Counter(package_of(name) for name in of)
    edges = Counter(
        (package_of(name), package_of(to))
        for name, targets in of.items()
        for to in targets
        if package_of(name) != package_of(to)
    )
    row_of = {name: number for number, row in enumerate(rows) for name in row}
    parts = []
    for number, row in enumerate(rows):
        top = 10 + number * ROW
        width = (WIDTH - 20 - GAP * (len(row) - 1)) / len(row)
        for at, name in enumerate(row):
            parts += _box(10 + at * (width + GAP), top, width, name, sizes[name], edges, row_of)
    top = 10 + len(rows) * ROW
    loops = circles(of)
    parts.append(_words(10, top + 12, f"Circles of modules: {len(loops) or 'none'}", "bold"))
    for number, circle in enumerate(loops):
        line = f"{len(circle)} in {_place(circle)}: {_few(circle)}"
        parts.append(_words(10, top + 32 + number * 18, line))
    height = top + 32 + len(loops) * 18
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _box(
    left: float,
    top: float,
    width: float,
    name: str,
    size: int,
    edges: Mapping[tuple[str, str], int],
    row_of: Mapping[str, int],
) -> Iterator[str]:
    yield (
        f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{BOX}" rx="6" '
        'fill="#eef5f5" stroke="#0c6b73"/>'
    )
    count = f"{size} modules" if size > 1 else "1 module"
    yield _words(left + 10, top + 18, name, "bold")
    yield _words(left + 90, top + 18, count)
    to = [(other, n) for (source, other), n in edges.items() if source == name and other in row_of]
    to.sort(key=lambda pair: (row_of[pair[0]], pair[0]))
    if to:
        yield _words(left + 10, top + 36, "→ " + ", ".join(f"{other} {n}" for other, n in to))


def _words(left: float, top: float, words: str, weight: str = "normal") -> str:
    return (
        f'<text x="{left:g}" y="{top}" fill="#1a1e20" font-weight="{weight}">{escape(words)}</text>'
    )


def _place(names: Iterable[str]) -> str:
    """The folder that modules share."""
    split = [name.split(".")[1:-1] for name in names]
    shared = [parts[0] for parts in zip(*split, strict=False) if len(set(parts)) == 1]
    return "/".join(shared) or PACKAGE


def _few(names: Iterable[str]) -> str:
    last = sorted(name.rsplit(".", 1)[1] for name in names)
    more = f" and {len(last) - 7} more" if len(last) > 7 else ""
    return ", ".join(last[:7]) + more


if __name__ == "__main__":
    PICTURE.write_text(draw(graph()), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}\n")
