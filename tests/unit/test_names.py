"""The names of modules, classes, functions and attributes, held against docs/glossary.md."""

import ast
import collections
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "posto_desktop"
# Two sides of one protocol, which meet over HTTP and import nothing of each other.
ONE_PROTOCOL = {"Account", "NetworkSettings", "SignIn"}
# Retired as names of things, plain words in attributes: `needs_key`, `ends_at`, `notes`.
IN_ATTRIBUTES = {"ending", "ends", "needs", "notes", "notice"}


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
