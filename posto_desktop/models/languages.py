"""The language of the app's texts: which there are, and which one is shown.

Its files are made from `resources/translations` by `dev.py translations`. The format of dates and
numbers is a choice of its own: `models.locale_settings`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from posto_desktop.common.languages import LANGUAGES
from posto_desktop.common.resources import resource
from posto_desktop.common.sentences import recognise_sentences
from posto_desktop.models import english_plurals

__all__ = [
    "available_languages",
    "best_language",
    "chosen_language",
    "language_name",
    "shown_language",
    "use_language",
]

log = logging.getLogger(__name__)

ENGLISH = "en"
_installed: list[QTranslator] = []
_shown = ENGLISH


def use_language(app: QGuiApplication, code: str) -> str:
    """Show texts in a language such as "pt_BR", "" for the system's; return the one that is shown.

    Texts that are visible already stay as they are: call it before the first window is made.
    """
    global _shown
    for translator in _installed:
        app.removeTranslator(translator)
    _installed.clear()
    _installed.append(english_plurals.install(app))
    language = chosen_language(code)
    if language != ENGLISH and not _install(app, language):
        language = ENGLISH
    _shown = language
    recognise_sentences(language != ENGLISH)
    app.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft
        if QLocale(language).textDirection() == Qt.LayoutDirection.RightToLeft
        else Qt.LayoutDirection.LeftToRight
    )
    return language


def chosen_language(code: str) -> str:
    """Return the language that a setting asks for: a code, or the system's for ""."""
    known = available_languages()
    return code if code in known else best_language(QLocale.system().uiLanguages(), known)


def available_languages() -> list[str]:
    """Return the codes of the languages whose files are there, English first."""
    folder = resource("translations")
    return [
        code for code in LANGUAGES if code == ENGLISH or (folder / f"posto_{code}.qm").is_file()
    ]


def shown_language() -> str:
    """Return the code of the language that `use_language` has installed."""
    return _shown


def best_language(wanted: Sequence[str], known: Sequence[str] = LANGUAGES) -> str:
    """Return the first of some languages that a list of locales such as ("de-AT", "en") asks for;
    English if there is none."""
    for name in wanted:
        locale = QLocale(name)
        if locale.language() == QLocale.Language.C:
            continue
        for code in known:
            if QLocale(code).language() == locale.language():
                return code
    return ENGLISH


def language_name(code: str) -> str:
    """Return the name of a language in the language itself, such as "Deutsch"."""
    if code == "pt_BR":
        return "Português (Brasil)"
    if code == ENGLISH:
        return "English"
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:]


def _install(app: QGuiApplication, language: str) -> bool:
    """Install Qt's own texts of a language, as far as there are some, and the app's."""
    folder = str(resource("translations"))
    for name in (f"qtbase_{language}", f"posto_{language}"):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            _installed.append(translator)
        elif name.startswith("posto"):
            log.warning("there is no file for the language %s", language)
            return False
    return True
