"""Modules import each other in no circle. Debts of the structure may only get smaller: what a type
checker does not see.

What is written down here is what there is today. Who makes it less writes the new figure down, so
that nobody uses up what others have saved.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docs import structure

PACKAGE = structure.ROOT / structure.PACKAGE


@functools.cache
def graph() -> structure.Graph:
    return structure.graph()


def test_modules_import_each_other_in_no_circle() -> None:
    circles = [sorted(circle) for circle in structure.circles(graph())]
    assert circles == [], "see circles in docs/structure.py"


def test_a_circle_is_found() -> None:
    """Also one through a third, beside one that stands alone and one that only looks on."""
    small = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"f"}, "f": {"e"}, "g": set()}
    assert structure.circles(small) == [frozenset("abc"), frozenset("ef")]


def test_imports_for_the_type_checker_and_in_functions_count(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from posto_desktop.core import draft\n"
        "class One:\n    def two(self):\n        from posto_desktop.core.draft import Draft\n"
    )
    imports = list(structure.imports_of(structure.tree(path), structure.modules()))
    assert imports == [("posto_desktop.core.draft", False), ("posto_desktop.core.draft", True)]


# Figures that may only go down


@functools.cache
def calls_and_functions() -> list[tuple[str, ast.AST]]:
    """All of them, with the file in which they are."""
    wanted = ast.Call | ast.FunctionDef | ast.AsyncFunctionDef
    return [
        (path.relative_to(PACKAGE).as_posix(), node)
        for path in structure.modules().values()
        for node in ast.walk(structure.tree(path))
        if isinstance(node, wanted)
    ]


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """All of them, with the file in which they are."""
    for path in structure.modules().values():
        for node in ast.walk(structure.tree(path)):
            if isinstance(node, ast.ClassDef):
                yield path.relative_to(PACKAGE).as_posix(), node


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    for name, node in calls_and_functions():
        if name.startswith(folders):
            yield name, node


def calls_by_string() -> list[str]:
    """Calls of a method whose name is passed as text, as in `tell("set_progress", 1, 2)`."""
    return [
        f"{name}:{node.lineno}"
        for name, node in nodes("")
        if isinstance(node, ast.Call)
        and _last_name(node.func).strip("_") in ("tell", "tell_now", "ask_page")
        and any(_is_name(argument) for argument in node.args[:2])
    ]


def dynamic_attributes() -> list[str]:
    """`getattr` with a name that is only known while the program runs."""
    return [
        f"{name}:{node.lineno}"
        for name, node in nodes("ui/", "controllers/", "models/", "workers/", "app.py")
        if isinstance(node, ast.Call)
        and _last_name(node.func) == "getattr"
        and not isinstance(node.args[1], ast.Constant)
    ]


def guessed_attributes() -> list[str]:
    """`getattr` with a name that is written down: of something whose class is not known."""
    return [
        f"{name}:{node.lineno}"
        for name, node in nodes("ui/", "controllers/", "models/", "workers/", "app.py")
        if isinstance(node, ast.Call)
        and _last_name(node.func) == "getattr"
        and isinstance(node.args[1], ast.Constant)
    ]


def any_in_signatures() -> list[str]:
    """Parameters and results of ui, controllers and viewmodels that are `Any`."""
    places = []
    for name, node in nodes("ui/", "controllers/", "viewmodels/"):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            spec = node.args
            named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
            annotations = [argument.annotation for argument in named]
            places += [
                f"{name}:{node.lineno}"
                for annotation in (*annotations, node.returns)
                if annotation and _is_any(annotation)
            ]
    return places


def delegates() -> list[str]:
    """Classes that paint items of views. A list of rows describes its rows to a `RowDelegate`."""
    return [
        f"{name}:{node.lineno}"
        for name, node in classes()
        if any(_last_name(base).endswith("Delegate") for base in node.bases)
    ]


def _last_name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _is_name(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    )


def _is_any(node: ast.expr) -> bool:
    """`Any`, and `Any | None`."""
    if isinstance(node, ast.BinOp):
        return _is_any(node.left) or _is_any(node.right)
    return isinstance(node, ast.Name) and node.id == "Any"


CEILINGS = [
    (calls_by_string, 0),
    (dynamic_attributes, 2),
    (guessed_attributes, 3),
    (any_in_signatures, 0),
    (delegates, 6),
]


@pytest.mark.parametrize(("count", "most"), CEILINGS)
def test_a_debt_only_shrinks(count: Callable[[], list[str]], most: int) -> None:
    places = count()
    assert len(places) <= most, "there are more than before:\n" + "\n".join(places)
