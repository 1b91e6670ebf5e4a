"""Each key is written once, in `ui.keys`; menus, tooltips and shortcuts take it from there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtGui import QKeySequence

from docs import structure
from posto_desktop.ui import keys

KEYS = structure.ROOT / structure.PACKAGE / "ui" / "keys.py"
COMBINED = re.compile(r"\b(?:Ctrl|Alt|Shift|Meta)\+\S")
ALONE = re.compile(r"F\d{1,2}|Del|PgUp|PgDown")
IN_A_TIP = re.compile(r"\((?:F\d{1,2}|Del|Delete|Enter|Esc|Space|\[|\])\)$")


def texts(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts of a module that are no docstrings, and the lines where they stand."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value, node.lineno


def written() -> dict[str, str]:
    """The keys of `ui.keys` by the names of their constants."""
    constants = {name: value for name, value in vars(keys).items() if name.isupper()}
    assert len(constants) > 40
    return constants


def test_keys_stand_in_one_file_only() -> None:
    places = [
        f"{path.relative_to(structure.ROOT)}:{line} {text!r}"
        for path in structure.modules().values()
        for text, line in texts(structure.tree(path))
        if path != KEYS
        and (COMBINED.search(text) or ALONE.fullmatch(text) or IN_A_TIP.search(text))
    ]
    assert places == []


def test_keys_are_looked_for_where_they_could_be() -> None:
    tree = ast.parse(
        '"""Ctrl+A"""\nx = "Undo (Ctrl+Z)"\ndef f(): "Ctrl+B"; tip("Go (F5)"); k("F2")\n'
    )
    assert [text for text, _ in texts(tree)] == ["Undo (Ctrl+Z)", "Go (F5)", "F2"]
    assert COMBINED.search("Undo (Ctrl+Z)")
    assert IN_A_TIP.search("Go (F5)")
    assert ALONE.fullmatch("F2")


def test_no_key_is_written_twice() -> None:
    """Letters mean different things in different lists; all others have one name to be used."""
    assigned = (node.value for node in structure.tree(KEYS).body if isinstance(node, ast.Assign))
    counted = Counter(key for node in assigned for text, _ in texts(node) for key in text.split())
    assert [key for key, times in counted.items() if times > 1 and len(key) > 1] == []
    assert counted["Ctrl+S"] == 1


def test_qt_knows_each_key() -> None:
    for name, value in written().items():
        assert value, name
        for sequence in keys.sequences(value.format(number=1)):
            assert sequence.toString(), (name, value)


def test_keys_are_shown_as_they_are_written_on_the_keyboard() -> None:
    assert keys.words(keys.MAIN) == "Ctrl+Enter"
    assert keys.words(QKeySequence(keys.SAVE)) == "Ctrl+S"
    assert keys.tip("Next file", keys.NEXT) == "Next file (Ctrl+Page Down)"
    assert keys.tip("Export", "") == "Export"
