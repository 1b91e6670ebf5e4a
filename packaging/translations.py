"""Updates, checks and compiles the files of translators in `resources/translations`.

`python dev.py translations` does all three; `docs/translating.md` is for translators.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("ar", "az", "de", "es", "fr", "pt_BR", "tr")
"""The app's languages beside English, as QLocale names them."""
TEXT_ARGUMENT = {"tr": 0, "translate": 1, "translatable": 1, "english": 1, "QT_TRANSLATE_NOOP": 1}
"""Functions that translate or mark a text, with the place of the text in their arguments."""
_PLACEHOLDER = re.compile(r"\{\w*\}|%L?n")


class Text(NamedTuple):
    """A text in the program."""

    context: str
    source: str
    comment: str
    is_counted: bool
    note: str
    """For translators: the lines "#: …" before the call."""


class Message(NamedTuple):
    """A text in a .ts file with its translation, or with the plural forms of a counted text."""

    context: str
    source: str
    comment: str
    forms: tuple[str, ...]
    is_finished: bool


def ts_file(language: str) -> Path:
    return FOLDER / f"posto_{language}.ts"


def qm_file(language: str) -> Path:
    return FOLDER / f"posto_{language}.qm"


def sources() -> list[Path]:
    return sorted((ROOT / "posto_desktop").rglob("*.py"))


def texts() -> Iterator[Text]:
    """Yield the texts of the program.

    lupdate does not see Python's counts in `translate`, calls inside of f-strings and some others
    (tried with Qt 6.11), so they are read here and handed to it as C++.
    """
    for path in sources():
        yield from _texts_of(path.read_text("utf-8"))


def _texts_of(source: str) -> Iterator[Text]:
    lines = source.splitlines()
    for call, class_name in _calls(ast.parse(source), ""):
        place = _place(call)
        is_method = place == 0
        texts = [_literal(argument) for argument in call.args]
        if len(texts) <= place or texts[place] is None or (not is_method and texts[0] is None):
            continue
        context = class_name if is_method else texts[0]
        comment = texts[place + 1] if len(texts) > place + 1 else ""
        note = []
        for line in reversed(lines[: call.lineno - 1]):
            if not line.strip().startswith("#:"):
                break
            note.insert(0, line.strip().removeprefix("#:").strip())
        yield Text(
            context or "", texts[place] or "", comment or "", len(texts) > place + 2, " ".join(note)
        )


def _calls(node: ast.AST, class_name: str) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls that translate or mark a text, with the class around them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and _place(child) >= 0:
            yield child, class_name
        yield from _calls(child, child.name if isinstance(child, ast.ClassDef) else class_name)


def _place(call: ast.Call) -> int:
    """Return the place of the text in the arguments of a call that translates, else -1."""
    function = call.func
    if isinstance(function, ast.Attribute):
        is_other = function.attr == "translate" and not any(map(_literal, call.args[:2]))
        return -1 if is_other else TEXT_ARGUMENT.get(function.attr, -1)
    return TEXT_ARGUMENT.get(function.id, -1) if isinstance(function, ast.Name) else -1


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def unseen_calls() -> list[str]:
    """Return calls that translate or mark a text which is put together, as "file:line: code".
    Names are allowed: `translatable` marks their texts elsewhere."""
    unseen = []
    for path in sources():
        tree = ast.parse(path.read_text("utf-8"))
        unmarked = _names_of_literals(tree)
        for call, _class_name in _calls(tree, ""):
            place = _place(call)
            parts = call.args[: place + 1]
            if any(isinstance(part, ast.Name) and part.id in unmarked for part in parts):
                unseen.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}")
            is_put_together = any(map(_is_put_together, parts)) or (
                place == 1 and _literal(parts[0]) is None and _literal(parts[-1]) is not None
            )
            # A function `tr` has no context.
            is_function = place == 0 and isinstance(call.func, ast.Name)
            if is_put_together or (is_function and _literal(parts[0]) is not None):
                unseen.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}")
    return unseen


def _names_of_literals(tree: ast.AST) -> set[str]:
    """Return the names to which a module assigns unmarked texts."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _literal(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_put_together(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        return False
    return any(_literal(part) for part in ast.walk(node) if isinstance(part, ast.expr))


def extract(target: Path, language: str) -> None:
    """Write or update a .ts file with the texts of the program. Texts that are no longer shown are
    removed."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "texts.cpp"
        code.write_text("".join(map(_as_code, sorted(set(texts())))), "utf-8")
        command = [_tool("lupdate"), "-silent", "-locations", "none", "-no-obsolete"]
        command += ["-sort-messages", "-source-language", "en", "-target-language", language]
        subprocess.run([*command, str(code), "-ts", str(target)], check=True)


def _as_code(text: Text) -> str:
    parts = [_quoted(part) for part in (text.context, text.source, text.comment)]
    note = f"//: {text.note}\n" if text.note else ""
    count = ", 1" if text.is_counted else ""
    return f"{note}QCoreApplication::translate({', '.join(parts)}{count});\n"


def _quoted(text: str) -> str:
    for character, escape in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\t", r"\t")):
        text = text.replace(character, escape)
    return f'"{text}"'


def compile_language(language: str) -> None:
    """Compile the .ts file of a language, unless its .qm file is newer, and put Qt's own texts of
    that language beside it, if there are some."""
    source, target = ts_file(language), qm_file(language)
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return
    import PySide6

    names = Path(PySide6.__file__).parent
    for folder in (names / "Qt" / "translations", names / "translations"):
        of_qt = folder / f"qtbase_{language}.qm"
        if of_qt.is_file():
            shutil.copyfile(of_qt, FOLDER / of_qt.name)
    compile_file(source, target)


def compile_file(source: Path, target: Path) -> None:
    """Compile a .ts file to a .qm file; unfinished translations are left out."""
    part = target.with_name(f"{target.name}.{os.getpid()}")  # another process may compile it, too
    command = [_tool("lrelease"), "-silent", "-nounfinished", str(source), "-qm", str(part)]
    subprocess.run(command, check=True)
    part.replace(target)


def messages(path: Path) -> Iterator[Message]:
    """Yield the messages of a .ts file."""
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None:
                continue
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield Message(
                context.findtext("name") or "",
                message.findtext("source") or "",
                message.findtext("comment") or "",
                tuple(forms or [translation.text or ""]),
                translation.get("type") is None,
            )


def problems(path: Path) -> list[str]:
    """Return what is missing or wrong in a .ts file, a sentence each."""
    listed = []
    for message in messages(path):
        name = f"{message.context}: {message.source!r}"
        if not message.is_finished or not all(message.forms):
            listed.append(f"{name} is not translated")
            continue
        for form in message.forms:
            listed += [f"{name}: {problem} in {form!r}" for problem in _differences(message, form)]
    return listed


def _differences(message: Message, form: str) -> Iterator[str]:
    wanted = sorted(_PLACEHOLDER.findall(message.source))
    present = sorted(_PLACEHOLDER.findall(form))
    if len(message.forms) > 1:
        # "one post" needs no number.
        wanted, present = ([name for name in names if "{" in name] for names in (wanted, present))
    if wanted != present:
        yield f"placeholders {present} instead of {wanted}"
    if message.source.count("&") == 1 and "& " not in message.source and form.count("&") != 1:
        yield "another number of & (access key)"
    if message.source[:1].isspace() != form[:1].isspace():
        yield "other space at the start"
    if message.source[-1:].isspace() != form[-1:].isspace():
        yield "other space at the end"
    if message.source.count("\n") != form.count("\n"):
        yield "another number of lines"


def _tool(name: str) -> str:
    import PySide6

    suffix = ".exe" if sys.platform == "win32" else ""
    return str(Path(PySide6.__file__).parent / f"{name}{suffix}")


def main(words: list[str]) -> int:
    """Update and compile all languages, or those named; return 1 if something is missing.
    `--compile` only compiles."""
    names = [word for word in words if not word.startswith("-")] or list(LANGUAGES)
    if "--compile" in words:
        for language in names:
            compile_language(language)
        return 0
    import sentence_templates  # beside this file

    sentence_templates.write()
    for code in unseen_calls():
        print(f"no literal: {code}")  # noqa: T201
    count = 0
    for language in names:
        extract(ts_file(language), language)
        listed = problems(ts_file(language))
        total = sum(1 for _ in messages(ts_file(language)))
        print(f"{language}: {total} texts, {len(listed)} problems")  # noqa: T201
        for problem in listed[: 20 if "--all" not in words else None]:
            print(f"  {problem}")  # noqa: T201
        compile_language(language)
        count += len(listed)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
