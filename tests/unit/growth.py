"""Finds functions whose time grows faster than their text: runs every pattern of the program as it
is used.

`patterns` collects the patterns of all modules, also those written at their call; `texts_for` makes
texts of the pieces that a pattern itself asks for. `Judge` compares the processor's time for a text
with that for one four times as long, so that a busy machine changes nothing.

As a program (``python -m tests.unit.growth``) it judges all of them and prints what grows too fast.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import regex

import posto_desktop

FIRST = 4_000
LARGEST = 64_000
QUICK = 0.001
"""Seconds for the first length; what is as quick as that is not quadratic there."""
FLOOR = 0.004
"""Seconds; from there on a clock that moves in microseconds tells two lengths apart."""
TICKS = 8
"""Steps of the clock that make the floor on a system whose clock moves in longer ones."""
TOO_SHORT = 32
"""A time of this part of the floor is no step of the clock, and measures nothing."""
MOST_GROWTH = 8.0
"""Four times the text takes four times as long, and sixteen times as long where it is quadratic."""
TRIES = 3
CUT_BEFORE = {
    "posto_desktop.sdk.when.": "at most `times.LONGEST` characters; `parse_when` holds it",
}
"""Modules whose patterns see short texts only, and who sees to it."""

_WHOLE = ("match", "fullmatch")
_USES = "sub|subn|search|match|fullmatch|findall|finditer|split"
_PLAIN = ("a", "0", "A1", " ", "\n", "\t", "<", "<a ", "<!--", "&", "&#", "&lt;", "{", "{a ", "{a|",
          "a@", "@a.", "#a", "a.", "a-", "/a", "\\a", "http://", "http://a.", "://", "a:", ":@",
          "=", '"', '\\"', "'", "(", "[", "](", ";", ",", "|", "_", "\u00a0", "é", "👩\u200d", "🇩🇪",
          "\0", "a\n", " \n", "\r", "-", "+", "1,", "1.", "1:", "$", "<b>", "</b>")  # fmt: skip
_ENDS = ("", "!")


@dataclass(frozen=True)
class PatternUse:
    """A pattern, where it stands, and the ways in which the program uses it."""

    location: str
    pattern: Any
    uses: tuple[str, ...]

    def runs(self) -> list[Callable[[Any], object]]:
        """One function for each use."""
        return [partial(_use, self.pattern, use) for use in self.uses]


def _use(pattern: Any, use: str, text: Any) -> object:
    if use in _WHOLE or use == "search":
        return getattr(pattern, use)(text)
    return sum(1 for _one in pattern.finditer(text))


def modules() -> list[str]:
    """The names of all modules of the program but those that start it."""
    names = [
        package.name for package in pkgutil.walk_packages(posto_desktop.__path__, "posto_desktop.")
    ]
    return sorted(name for name in names if not name.endswith("__main__"))


def patterns() -> list[PatternUse]:
    """All patterns of the program: of modules, of classes, and those written at their call."""
    sources: dict[str, str] = {}
    for name in modules():
        try:
            module = importlib.import_module(name)
        except (AssertionError, ModuleNotFoundError):
            continue  # a module for another system
        if module.__file__ is not None:
            sources[name] = Path(module.__file__).read_text("utf-8")
    everything = "\n".join(sources.values())
    by_use: dict[tuple[Any, tuple[str, ...]], PatternUse] = {}
    for name, source in sources.items():
        for usage in _of_module(name, source, everything):
            by_use.setdefault((usage.pattern, usage.uses), usage)
    named = {pattern for pattern, _uses in by_use}
    for name, source in sources.items():
        for usage in _of_calls(name, source):
            if usage.uses != ("compile",):
                by_use.setdefault((usage.pattern, usage.uses), usage)
            elif usage.pattern not in named:
                by_use.setdefault((usage.pattern, usage.uses), replace(usage, uses=("finditer",)))
    return list(by_use.values())


def _of_module(name: str, source: str, everything: str) -> Iterator[PatternUse]:
    for key, value in vars(sys.modules[name]).items():
        own = re.search(rf"(?m)^{re.escape(key)}\b", source)
        for pattern in _inside(value) if own else ():
            # A public name may be used anywhere, another one in its module alone.
            text = source if key.startswith("_") else everything
            uses = set(re.findall(rf"\b{re.escape(key)}\.({_USES})\b", text))
            yield PatternUse(f"{name}.{key}", pattern, tuple(sorted(uses)) or ("finditer",))


def _inside(value: object, depth: int = 3) -> Iterator[Any]:
    if isinstance(value, re.Pattern | regex.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from _inside(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _inside(item, depth - 1)
    elif depth and str(getattr(type(value), "__module__", "")).startswith("posto_desktop"):
        yield from _inside(getattr(value, "__dict__", {}), depth - 1)
    elif depth and isinstance(value, type) and value.__module__.startswith("posto_desktop"):
        yield from _inside(dict(vars(value)), depth - 1)


def _of_calls(name: str, source: str) -> Iterator[PatternUse]:
    """``re.sub("…", …)``: patterns that are written where they are used."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        owner, given = node.func.value, node.args[0]
        library = {"re": re, "regex": regex}.get(owner.id if isinstance(owner, ast.Name) else "")
        if library is None or not isinstance(given, ast.Constant):
            continue
        flags = 0
        for keyword in node.keywords:
            if keyword.arg == "flags":
                flags = eval(ast.unparse(keyword.value), {"re": re, "regex": regex})
        if node.func.attr in (*_USES.split("|"), "compile"):
            place = f"{name}:{node.lineno}"
            yield PatternUse(place, library.compile(given.value, flags), (node.func.attr,))


def texts_for(pattern: Any) -> list[Callable[[int], Any]]:
    """Makers of texts, by their length, of what the pattern asks for, again and again."""
    source = pattern.pattern
    binary = isinstance(source, bytes)
    words = source.decode("latin-1") if binary else source
    pieces = dict.fromkeys(_PLAIN)
    try:
        runs = _literals(re._parser.parse(words, pattern.flags & ~re.DEBUG))  # type: ignore[attr-defined]
    except (re.error, ValueError, OverflowError):
        runs = re.findall(r"[A-Za-z0-9<&{@#]{2,}", words)
    runs = [run for run in dict.fromkeys(runs) if run][:24]
    for run in runs:
        pieces[run] = None
    for run in runs[:8]:
        for other in (*runs[:8], " ", "a"):
            pieces[run + other] = None
    makers: list[Callable[[int], Any]] = []
    for piece in pieces:
        for end in _ENDS:
            makers.append(partial(_text, "", piece, end, binary))
    for start in runs[:8]:
        for piece in [*runs[:8], " ", "a", "-", "."]:
            makers.append(partial(_text, start, piece, "!", binary))
    return makers


def _text(start: str, piece: str, end: str, binary: bool, length: int) -> Any:
    text = start + piece * (length // len(piece)) + end
    return text.encode("latin-1", "replace") if binary else text


def _literals(tree: Any) -> list[str]:
    """What a parsed pattern asks for literally, in the order of the pattern: whole runs and one
    sign of each set."""
    literals: list[str] = []
    run = ""
    for operation, value in tree:
        kind = str(operation)
        if kind == "LITERAL":
            run += chr(value)
            continue
        if kind == "IN":
            signs = [chr(token[1] if str(token[0]) == "LITERAL" else token[1][0]) for token in value
                     if str(token[0]) in ("LITERAL", "RANGE")]  # fmt: skip
            run += signs[0] if signs and str(value[0][0]) != "NEGATE" else "a"
            literals += signs[:6]
            continue
        inner: list[str] = []
        if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            inner = _literals(value[2])
        elif kind == "SUBPATTERN":
            inner = _literals(value[3])
        elif kind in ("ASSERT", "ASSERT_NOT"):
            inner = _literals(value[1])
        elif kind == "ATOMIC_GROUP":
            inner = _literals(value)
        elif kind == "BRANCH":
            for branch in value[1]:
                inner += _literals(branch)
        elif kind == "ANY":
            run += "a"
        if inner:
            literals += inner
            if run:
                literals.append(run)
            run += inner[-1] if kind != "BRANCH" else inner[0]
    if run:
        literals.append(run)
    return literals


class Judge:
    """Says where something takes too long for the length of its text."""

    def __init__(self) -> None:
        self._floor = max(FLOOR, TICKS * clock_step())

    def __call__(self, run: Callable[[Any], object], text: Callable[[int], Any]) -> str:
        """ "" where the time grows with the length alone, else figures."""
        size, is_suspected = FIRST, False
        if seconds(run, text(size), 1) < QUICK:
            return ""
        while True:
            short, long = seconds(run, text(size), TRIES), seconds(run, text(4 * size), 1)
            if long < self._floor or short < self._floor / TOO_SHORT:
                # Nothing is to be told from the noise of the clock.
                size *= 4
                if size > LARGEST:
                    return ""
                continue
            if long > MOST_GROWTH * short and long < 1:
                long = min(long, seconds(run, text(4 * size), TRIES))
            if long <= MOST_GROWTH * short:
                return ""
            if not is_suspected and long < 1 and 4 * size <= LARGEST:
                # What grows too fast does so at larger sizes, too; a busy computer does not.
                size, is_suspected = 4 * size, True
                continue
            return f"{size:,}: {short * 1000:.2f} ms, {4 * size:,}: {long * 1000:.2f} ms"


def seconds(run: Callable[[Any], object], data: Any, tries: int) -> float:
    """The least time of the processor for it, of some tries."""
    best = float("inf")
    for _try in range(tries):
        start = time.process_time()
        run(data)
        best = min(best, time.process_time() - start)
    return best


def clock_step() -> float:
    """Return the longest of some steps of the processor's clock, in seconds: 10 ms on some systems,
    where a first step may be shorter."""
    longest = 0.0
    for _try in range(5):
        start = now = time.process_time()
        while now == start:
            now = time.process_time()
        longest = max(longest, now - start)
    return longest


def main() -> int:
    """Judge all; what is run is said before, for the case that it does not come back."""
    from tests.unit.cleaners import cleaners, texts

    judge, bad = Judge(), 0
    for pattern in patterns():
        if pattern.location.startswith(tuple(CUT_BEFORE)):
            continue
        print(f"? {pattern.location}", flush=True)
        for run in pattern.runs():
            bad += _judged(judge, pattern.location, run, texts_for(pattern.pattern))
    for name, run in cleaners():
        print(f"? {name}", flush=True)
        bad += _judged(judge, name, run, texts())
    print(f"{bad} grow too fast", flush=True)
    return 1 if bad else 0


def _judged(judge: Judge, name: str, run: Callable[[Any], object], texts: Any) -> int:
    for text in texts:
        problem = judge(run, text)
        if problem:
            print(f"! {name} {text.args!r}: {problem}", flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
