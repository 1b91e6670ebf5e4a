"""The names of modules, classes, functions, attributes and variables, held against
docs/glossary.md."""

import ast
import collections
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "posto_desktop"
# Two sides of one protocol, which meet over HTTP and import nothing of each other.
ONE_PROTOCOL = {"Account", "NetworkSettings", "SignIn"}
# Retired as names of things, plain words in attributes: `needs_key`, `ends_at`, `notes`.
IN_ATTRIBUTES = {"ending", "ends", "needs", "notes", "notice"}
# Variables say what they hold. These say nothing.
SAYING_NOTHING = {"one", "ones", "its", "found", "told", "said", "kept", "gone", "there", "where"}
# Fields of the SDK, which scripts use.
PUBLIC_FIELDS = {("sdk/errors.py", "where"), ("sdk/schedule_manager.py", "kept")}


def retired_words() -> set[str]:
    """Return the words of the table of retired words."""
    table = (ROOT / "docs" / "glossary.md").read_text("utf-8").split("| retired | instead |")[1]
    return set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", table, re.MULTILINE))))


def words_of(name: str) -> set[str]:
    """Return the words of a name in snake_case or CamelCase, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def test_no_name_has_a_retired_word() -> None:
    retired = retired_words()
    assert "wardrobe" in retired
    problems = []
    for path, module in parsed():
        names, attributes = [path.stem], []
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.append(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                attributes.append(node.attr)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                attributes.append(node.target.id)
        problems += [f"{path}: {name}" for name in names if words_of(name) & retired]
        plain = retired - IN_ATTRIBUTES
        problems += [f"{path}: {name}" for name in attributes if words_of(name) & plain]
    assert problems == [], "\n".join(problems)


def test_no_two_public_classes_share_a_name() -> None:
    places = collections.defaultdict(list)
    for path, module in parsed():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path))
    shared = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert set(shared) <= ONE_PROTOCOL, shared


def variables(module: ast.Module) -> Iterator[str]:
    """Yield the variables, parameters, fields and attributes that a module binds."""
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name.lstrip("_")


def test_variables_say_what_they_hold() -> None:
    names = "|".join(sorted(SAYING_NOTHING))
    # Without such a line a file binds none of them: most files need no parsing.
    binding = re.compile(rf"\b_?(?:{names})(?: *(?:[-+|&*/]?=(?!=)|[:,)\]])| in )")
    places = []
    for folder in ("posto_desktop", "tests", "docs", "packaging", "resources"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            if binding.search(source):
                inside = path.relative_to(ROOT / folder).as_posix()
                places += [
                    f"{path.relative_to(ROOT)}: {name}"
                    for name in variables(ast.parse(source))
                    if name in SAYING_NOTHING and (inside, name) not in PUBLIC_FIELDS
                ]
    assert places == [], "\n".join(places)


@pytest.mark.parametrize(
    "line",
    [
        "one = 1",
        "for one in (1, 2): pass",
        "[one for one in ()]",
        "lambda one: one",
        "lambda *told: told",
        "a, (b, said) = 1, (2, 3)",
        "with open('x') as kept: pass",
        "if gone := 1: pass",
        "def f(found=None, /): pass",
        "def f(a, *, found): pass",
        "class A:\n    kept: int",
        "a.told = 1",
        "a._kept: int = 1",
    ],
)
def test_each_way_of_binding_is_seen(line: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tests.unit.test_names.ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_text(line)
    with pytest.raises(AssertionError, match=r"a\.py: \w"):
        test_variables_say_what_they_hold()
