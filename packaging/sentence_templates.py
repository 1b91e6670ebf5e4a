"""Lists the English sentences that the app recognises and translates where it shows them.

`resources/translations/sentences.json` has their templates, of the contexts in `CONTEXTS`:
`posto_desktop.common.sentences` tells what they are for. `python dev.py translations` writes
it anew, and so does this file alone.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "resources" / "translations" / "sentences.json"
CONTEXTS = frozenset({"Delivery", "Files", "PictureKinds", "Sdk", "Server", "Styles"})
_MARKS = {
    "english": CONTEXTS,
    "translatable": CONTEXTS,
    "translate": frozenset({"Budgets"}),  # parts of sentences of the workspace, and shown elsewhere
}


def templates() -> list[tuple[str, str, bool]]:
    """Return context, text and whether it counts of each template, in a fixed order."""
    return sorted(
        {
            template
            for path in (ROOT / "posto_desktop").rglob("*.py")
            for template in _templates_of(path.read_text("utf-8"))
        }
    )


def _templates_of(source: str) -> Iterator[tuple[str, str, bool]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        name = function.id if isinstance(function, ast.Name) else name
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if len(texts) > 1 and texts[0] in _MARKS.get(name, ()):
            yield str(texts[0]), str(texts[1]), len(node.args) > 3


def content() -> str:
    """Return what the file has to hold."""
    rows = ",\n".join(json.dumps(template, ensure_ascii=False) for template in templates())
    return f"[\n{rows}\n]\n"


def write() -> None:
    FILE.write_text(content(), "utf-8")


if __name__ == "__main__":
    write()
