"""Opens every page, popup and dialog in a pseudo-language and tells what is cut, what overlaps and
what stayed English: ``python -m tests.gui.golden.layouts [--mirrored] [NAME …]``.

Needs a process of its own, see `stage`. The pseudo-language is 40 % longer, has accents, and puts
each text in brackets: what has none was not translated.
"""

from __future__ import annotations

import argparse
import ast
import calendar
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.gui.golden import stage as still

START, END = "[", "]"
_LETTERS = str.maketrans("aceinouyzACEINOUYZ", "áçéîñöüýžÁÇÉÎÑÖÜÝŽ")
_KEPT = re.compile(r"(\{[^}]*\}|%L?n|<[^>]*>|&amp;|&\w|\n)")
_SLACK = 2


def pseudo(text: str) -> str:
    """Return a text in the pseudo-language, with its placeholders, tags and access key."""
    if not re.search(r"[^\W\d_]", _KEPT.sub("", text)):
        return text  # a pattern such as "{day}, {time}"
    parts = [
        part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(text)
    ]
    longer = round(len(text.strip()) * 0.4) - 2
    # Words of nine letters: longer ones would be longer than those of real languages.
    filler = "".join(" " if at % 10 == 0 else "ë" for at in range(max(0, longer)))
    if len(text.split()) < 3:
        filler = filler.strip()
    body = "".join(parts)
    inner = body.strip(" ")
    before, after = body[: len(body) - len(body.lstrip(" "))], body[len(body.rstrip(" ")) :]
    return f"{before}{START}{inner}{filler}{END}{after}"


class English:
    """The English texts of the program, to recognise them on the screen."""

    def __init__(self) -> None:
        self._whole: set[str] = set()
        pieces: set[str] = set()
        for path in sorted((still.ROOT / "posto_desktop").rglob("*.py")):
            if path.relative_to(still.ROOT).parts[1] in ("cli", "server"):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self._whole.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    pieces |= {
                        part.value
                        for part in node.values
                        if isinstance(part, ast.Constant) and len(part.value.split()) > 2
                    }
        self._pieces = tuple(sorted(pieces))

    def has(self, text: str) -> bool:
        """Return whether a shown text is one of them, or is put together with a piece of one."""
        bare = text.strip()
        if START in bare or not re.search(r"[a-z]{3}", bare):
            return False
        is_text = " " in bare or (bare[:1].isupper() and bare.isalpha())
        return (is_text and bare in self._whole) or any(piece in bare for piece in self._pieces)


# Names, and data of the filled app, that read like texts of the program.
NAMES = frozenset(
    (still.ROOT / "resources" / "networks.json").read_text("utf-8").split('"')
) | {
    "Harbour", "Nordlicht Coffee", "Text", "Channels", "Picture", "Inter", "Lucide",
    "Font Awesome brands", "Português (Brasil)", "English", "Posto Desktop", "Compose",
    "Antarctica", "Australia", "Post 7 is not waiting, so it cannot be deleted.",
}  # fmt: skip
LOCAL = re.compile("|".join((*calendar.day_name, *calendar.month_name[1:])))
"""Names of days and months: they come from the locale, which is English here."""
_ISOLATES = "\u2066\u2067\u2068\u2069"
_FROM_QT = {"qt_toolbar_ext_button"}


class Watch:
    """What one drawing of a window paints: the texts, and those that lie on each other."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self._places: dict[int, list[tuple[Any, str]]] = {}
        self.overlaps: set[str] = set()

    @contextmanager
    def painting(self) -> Iterator[None]:
        from PySide6.QtCore import QRect, QRectF
        from PySide6.QtGui import QPainter

        real = QPainter.drawText

        def watched(painter: QPainter, *args: Any) -> Any:
            result = real(painter, *args)
            text = next((value for value in args if isinstance(value, str)), "")
            self.texts.add(text)
            if len(args) == 3 and isinstance(args[0], (QRect, QRectF)):
                self._add(painter, QRectF(args[0]), int(args[1]), text)
            return result

        QPainter.drawText = watched  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            QPainter.drawText = real  # type: ignore[method-assign]

    def _add(self, painter: Any, place: Any, flags: int, text: str) -> None:
        from PySide6.QtWidgets import QWidget

        device = painter.device()
        if not text.strip() or not isinstance(device, QWidget):
            return
        ink = painter.boundingRect(place, flags, text)  # in the direction of the painter
        ink = painter.worldTransform().mapRect(ink)
        if painter.hasClipping():
            ink = ink.intersected(painter.worldTransform().mapRect(painter.clipBoundingRect()))
        ink.adjust(_SLACK, _SLACK + 2, -_SLACK, -_SLACK - 2)
        if ink.isEmpty():
            return
        known = self._places.setdefault(id(device), [])
        for other, words in known:
            if words != text and other.intersects(ink):
                self.overlaps.add(f"{type(device).__name__}: “{text[:40]}” lies on “{words[:40]}”")
        known.append((ink, text))


def overlapping_widgets(window: Any) -> Iterator[str]:
    """Yield the pairs of neighbours with text that lie on each other."""
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

    kinds = (QAbstractButton, QComboBox, QLabel, QLineEdit)
    for parent in [window, *window.findChildren(QWidget)]:
        shown = [
            child
            for child in parent.children()
            if isinstance(child, kinds)
            and child.objectName() not in _FROM_QT
            and child.isVisible()
            and not child.visibleRegion().isEmpty()
        ]
        for number, child in enumerate(shown):
            for other in shown[number + 1 :]:
                common = child.geometry().intersected(other.geometry())
                if common.width() > _SLACK and common.height() > _SLACK:
                    yield f"{_words(child)} lies on {_words(other)}"


def _words(widget: Any) -> str:
    text = getattr(widget, "text", lambda: "")() or getattr(widget, "currentText", lambda: "")()
    return f"{widget.objectName() or type(widget).__name__} “{text[:40]}”"


def shown_texts(window: Any) -> Iterator[tuple[str, str]]:
    """Yield names and texts of the widgets, also what is only read aloud."""
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        texts = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLabel | QAbstractButton):
            texts.append(widget.text())
        elif isinstance(widget, QLineEdit):
            texts.append(widget.placeholderText())
        elif isinstance(widget, QComboBox):
            texts += [widget.itemText(at) for at in range(widget.count())]
        name = widget.objectName() or type(widget).__name__
        yield from ((name, text) for text in texts)


def problems_of(widget: Any, english: English) -> set[str]:
    """Return what is wrong in an open window, popup or page, a line each."""
    from tests.gui.cut_text import cut_texts, settle

    settle()
    watch = Watch()
    with watch.painting():
        lines = set(cut_texts(widget))
    lines |= {f"cut: {line}" for line in lines if not line.startswith("cut: ")}
    lines = {line for line in lines if line.startswith("cut: ")}
    lines |= {f"overlap: {line}" for line in (*watch.overlaps, *overlapping_widgets(widget))}
    painted = {("painted", text.strip(_ISOLATES)) for text in watch.texts}
    for name, text in painted | set(shown_texts(widget)):
        if text not in NAMES and not LOCAL.fullmatch(text) and english.has(text):
            lines.add(f"English: {name}: “{text[:80]}”")
    return lines


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="layouts")
    parser.add_argument("--mirrored", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args(words)
    broken: list[str] = []

    def note(*raised: Any) -> None:
        """Qt goes on after an exception in a slot."""
        broken.append("".join(traceback.format_exception(*raised)))
        sys.__excepthook__(*raised)

    sys.excepthook = note
    with tempfile.TemporaryDirectory(prefix="posto-layouts-") as name:
        still.set_up(Path(name))
        lines = look_at_all(Path(name), asked.names, mirrored=asked.mirrored)
    for line in (*broken, *lines):
        sys.stdout.write(f"{line}\n")
    return 1 if broken or lines else 0


def look_at_all(home: Path, names: list[str], *, mirrored: bool) -> list[str]:
    from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    qInstallMessageHandler(lambda *_: None)
    qt = QApplication(["posto"])
    qt.setCursorFlashTime(0)
    QLocale.setDefault(QLocale("en_GB"))
    from posto_desktop.common.plurals import english_form
    from posto_desktop.common.sentences import recognise_sentences
    from posto_desktop.common.translation import set_translator
    from posto_desktop.ui.theme import Theme
    from tests.gui.golden import scenes
    from tests.gui.golden.filled_app import Stage

    class PseudoTranslator(QTranslator):
        def isEmpty(self) -> bool:
            return False

        def translate(self, _context: str, text: str, _note: str = "", n: int = -1) -> str:  # type: ignore[override]
            return pseudo(english_form(text, n) if n >= 0 else text)

    translator = PseudoTranslator()
    assert qt.installTranslator(translator)
    set_translator(QCoreApplication.translate)
    if mirrored:
        qt.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    recognise_sentences(True)
    theme = Theme.instance()
    theme.set_less_motion(True)
    theme.setMode("light")
    english = English()
    stage = Stage(home)
    lines: list[str] = []
    for name, shot in scenes.SHOTS.items():
        stage.window.resize(*scenes.LARGE)
        try:
            widget = shot.scene(stage)
        except AssertionError as error:
            lines.append(f"{name}: does not open: {error}")
            stage.close_over()
            continue
        if widget is None:
            lines.append(f"{name}: does not open")
            continue
        for size in (scenes.SMALL, scenes.LARGE) if None not in shot.sizes else shot.sizes:
            if size is not None:
                stage.window.resize(*size)
            stage.tidy(widget)
            stage.calm()
            wide = f" {size[0]}" if size is not None else ""
            if not names or name in names:
                lines += [f"{name}{wide}: {line}" for line in sorted(problems_of(widget, english))]
        stage.close_over()
    stage.close()
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
