"""Counted texts in English, and in a language with three forms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

import posto_desktop
from posto_desktop.common.plurals import english_forms
from posto_desktop.models import english_plurals, locale_settings

PROGRAM = Path(posto_desktop.__file__).parent
COUNTS = re.compile(r"%L?n\b|\(s\)|\([^()/]+/[^()/]+\)")


def translated(text: str, n: int) -> str:
    return QCoreApplication.translate("Anywhere", text, "", n)


def counted_texts(source: str) -> Iterator[str]:
    """All translated texts of a module in which something is counted."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        function = call.func
        name = getattr(function, "attr", "") or getattr(function, "id", "")
        if name in ("tr", "translate", "translated", "english"):
            for text in call.args:
                if isinstance(text, ast.Constant) and COUNTS.search(str(text.value)):
                    yield str(text.value)


@pytest.mark.parametrize(
    ("text", "singular", "plural"),
    [
        ("%n post(s) deleted", "1 post deleted", "2 posts deleted"),
        ("%n file(s) (has/have) no description for people who cannot see (it/them).",
         "1 file has no description for people who cannot see it.",
         "2 files have no description for people who cannot see them."),
        ("Added to the (file/%n files) already attached", "Added to the file already attached",
         "Added to the 2 files already attached"),
        ("week(s)", "week", "weeks"),
        ("and %n more", "and 1 more", "and 2 more"),
    ],
)  # fmt: skip
def test_one_and_several(qapp: Any, text: str, singular: str, plural: str) -> None:
    assert (translated(text, 1), translated(text, 2)) == (singular, plural)
    assert translated(text, 0) == plural.replace("2", "0")


def test_digits_are_grouped_as_the_locale_does(qapp: Any) -> None:
    assert translated("%Ln post(s)", 1_234_567) == "1,234,567 posts"
    locale_settings.use_locale("de_DE")
    try:
        assert translated("%Ln post(s)", 1_234_567) == "1.234.567 posts"
        assert translated("%n post(s) deleted", 1_234) == "1234 posts deleted"
    finally:
        locale_settings.use_locale("")
    assert QLocale().toString(1_000) == "1,000"  # also where the system has no language


@pytest.mark.parametrize("text", english_plurals.COUNTED)
def test_every_text_says_both_forms(qapp: Any, text: str) -> None:
    singular, plural = english_forms(text)
    assert not COUNTS.search(singular.replace("%Ln", "").replace("%n", "")), singular
    assert re.findall(r"{\w+}", singular) == re.findall(r"{\w+}", plural)
    for n, form in ((1, singular), (2, plural), (3, plural)):
        assert translated(text, n) == form.replace("%Ln", str(n)).replace("%n", str(n))


def test_the_list_is_that_of_the_program() -> None:
    """A text that is not in it would be shown as "1 post(s)"."""
    counted = {
        text
        for path in PROGRAM.rglob("*.py")
        if path != Path(english_plurals.__file__)
        for text in counted_texts(path.read_text("utf-8"))
    }
    assert len(set(english_plurals.COUNTED)) == len(english_plurals.COUNTED)
    assert sorted(counted) == sorted(english_plurals.COUNTED)


def test_other_texts_are_left_alone(qapp: Any) -> None:
    assert QCoreApplication.translate("Anywhere", "Save as draft") == "Save as draft"
    assert translated("%n unknown thing(s)", 2) == "2 unknown thing(s)"


def test_a_language_with_three_forms_has_all_of_them(qapp: Any) -> None:
    polish = QTranslator(qapp)
    forms = ("%n post", "%n posty", "%n postów")
    messages = b"".join(english_plurals._part(3, form.encode("utf-16-be")) for form in forms)
    messages += english_plurals._part(6, b"%n draft(s)") + b"\x01"
    hashed = english_plurals._elf_hash(b"%n draft(s)").to_bytes(4, "big") + bytes(4)
    # n == 1; n % 10 in 2..4 and not n % 100 in 10..20; everything else.
    rules = bytes([0x01, 1, 0xFF, 0x14, 2, 4, 0xFD, 0x2C, 10, 20])
    parts = english_plurals._part(0x42, hashed) + english_plurals._part(0x69, messages)
    data = english_plurals._MAGIC + parts + english_plurals._part(0x88, rules)
    assert polish.load(data)
    QCoreApplication.installTranslator(polish)
    try:
        texts = [translated("%n draft(s)", n) for n in (1, 3, 5, 12, 22)]
    finally:
        QCoreApplication.removeTranslator(polish)
    assert texts == ["1 post", "3 posty", "5 postów", "12 postów", "22 posty"]
