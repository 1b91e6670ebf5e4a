"""The texts of the program and the files of the translators."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from posto_desktop.common.languages import LANGUAGES
from posto_desktop.models import languages
from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.ui.settings.catalogue import EXTRA_ROWS, PAGES
from posto_desktop.ui.shared.preview_profile import _PROFILES, preview_profile_of
from posto_desktop.ui.theme import Theme

ROOT = Path(__file__).resolve().parents[2]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "posto_translations", ROOT / "packaging" / "translations.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


translations = _load()


@pytest.fixture(scope="module")
def program() -> set[tuple[str, str, str]]:
    return {(text.context, text.source, text.comment) for text in translations.texts()}


def test_the_app_offers_what_is_translated() -> None:
    assert sorted(LANGUAGES) == sorted(["en", *translations.LANGUAGES])


def test_no_translated_text_is_put_together() -> None:
    """Only literals can be translated."""
    assert translations.unseen_calls() == []


def test_every_text_has_a_context(program: set[tuple[str, str, str]]) -> None:
    assert [source for context, source, _comment in program if not context] == []


@pytest.mark.usefixtures("qapp")
def test_what_is_declared_elsewhere_is_translated(program: set[tuple[str, str, str]]) -> None:
    """Texts that are translated where they are shown, not where they are written."""
    declared = {("Status", label_of(status)) for status in Theme.instance().statuses()}
    for setting in DECLARED:
        shown = (setting.text, setting.hint, setting.section, setting.why_not)
        declared |= {("Settings", text) for text in (*shown, *setting.choices.values()) if text}
    for page in PAGES:
        declared |= {("Settings", text) for text in (page.title, page.note) if text}
    for row in EXTRA_ROWS:
        declared |= {("Settings", text) for text in (row.title, row.hint) if text}
    for network in (*_PROFILES, "unknown"):
        profile = preview_profile_of(network)
        labels = (label for _icon, label in profile.actions)
        declared |= {("Preview", text) for text in (profile.more, *labels) if text}
    assert declared - {(context, source) for context, source, _comment in program} == set()


def label_of(status: str) -> str:
    return Theme.instance().status(status).label


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('class A:\n    def f(self):\n        self.tr("x %n", "", len(self) - 1)\n',
         [("A", "x %n", "", True, "")]),
        ('translate("C", ("a " "b"))', [("C", "a b", "", False, "")]),
        ('f"{translate(\'C\', \'a\')}"', [("C", "a", "", False, "")]),
        ('#: One note\n#: of two lines\ntranslate("C", "a", "verb")',
         [("C", "a", "verb", False, "One note of two lines")]),
        ('translatable("C", "a")', [("C", "a", "", False, "")]),
        ('"abc".translate(table); painter.translate(0, 1)', []),
    ],
)  # fmt: skip
def test_reading_of_texts(code: str, texts: list[tuple[object, ...]]) -> None:
    assert [tuple(text) for text in translations._texts_of(code)] == texts


def test_quoting_survives_lupdate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hard = ['“a” "b" \\ c', "two\nlines", "tab\there", "ä ş غ 🎉", "50 %", "%n post(s)"]
    listed = [translations.Text("C", text, "", "%n" in text, "note") for text in hard]
    monkeypatch.setattr(translations, "texts", lambda: iter(listed))
    translations.extract(tmp_path / "posto_de.ts", "de")
    messages = list(translations.messages(tmp_path / "posto_de.ts"))
    assert {message.source for message in messages} == set(hard)
    assert {message.source for message in messages if len(message.forms) > 1} == {"%n post(s)"}


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_each_language_has_the_texts_of_the_program(
    language: str, program: set[tuple[str, str, str]]
) -> None:
    """`dev.py translations` adds what is new."""
    path = translations.ts_file(language)
    listed = {(m.context, m.source, m.comment) for m in translations.messages(path)}
    assert listed == program


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_each_language_is_complete(language: str) -> None:
    assert translations.problems(translations.ts_file(language)) == []


@pytest.mark.parametrize(
    ("source", "form", "is_good"),
    [
        ("{n} of {total}", "{total} içinden {n}", True),
        ("{n} of {total}", "{n} von {all}", False),
        ("&Edit", "Bearbeiten", False),
        ("Ends", "Endet ", False),
    ],
)
def test_placeholders_are_compared(source: str, form: str, is_good: bool) -> None:
    message = translations.Message("C", source, "", (form,), True)
    assert (not list(translations._differences(message, form))) == is_good


def test_the_system_chooses_the_language() -> None:
    assert languages.best_language(["de-AT", "en-GB"]) == "de"
    assert languages.best_language(["pt-PT"]) == "pt_BR"
    assert languages.best_language(["ja-JP", "fr-CA"]) == "fr"
    assert languages.best_language(["ja-JP"]) == "en"
    assert languages.best_language([]) == "en"
    assert languages.best_language(["C"]) == "en"


def test_each_language_has_its_own_name() -> None:
    names = [languages.language_name(code) for code in LANGUAGES]
    assert "Deutsch" in names
    assert len(set(names)) == len(LANGUAGES)


@pytest.mark.parametrize("language", languages.available_languages())
def test_a_language_is_shown_and_left_again(qapp: Any, language: str) -> None:
    path = translations.ts_file(language)
    message = next(
        (m for m in (translations.messages(path) if language != "en" else ())
         if m.is_finished and len(m.forms) == 1 and m.forms[0] not in ("", m.source)),
        None,
    )  # fmt: skip
    try:
        assert languages.use_language(qapp, language) == language == languages.shown_language()
        is_mirrored = qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
        assert is_mirrored == (language == "ar")
        if message is not None:
            shown = QCoreApplication.translate(message.context, message.source, message.comment)
            assert shown == message.forms[0]
    finally:
        languages.use_language(qapp, "en")
    assert QCoreApplication.translate("Dates", "Today") == "Today"
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
