"""Translation of shown texts, in all layers.

lupdate looks for `translate`, `translatable` and `QObject.tr` (`docs/translating.md`). The app sets
its translator; without one, as on the command line, texts stay English.
"""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.common.plurals import english_form

__all__ = ["Translator", "english", "set_translator", "translatable", "translate"]

Translator = Callable[[str, str, str, int], str]
"""Returns the translation of a text in a context, as `QCoreApplication.translate`."""


def _english(_context: str, text: str, _comment: str = "", count: int = -1) -> str:
    return english_form(text, count) if count >= 0 else text


_translator: Translator = _english


def set_translator(translator: Translator) -> None:
    """Set the function that translates from now on."""
    global _translator
    _translator = translator


def translate(context: str, text: str, comment: str = "", count: int = -1) -> str:
    """Return a text in the user's language.

    `comment` tells texts apart that are alike in English. With a `count`, the form of the text for
    that number, which replaces "%n", or "%Ln" with the digits grouped.
    """
    return _translator(context, text, comment, count)


def translatable(_context: str, text: str) -> str:
    """Return the text as it is, and have lupdate list it: `translate` is called where it is
    shown."""
    return text


def english(_context: str, text: str, _comment: str = "", count: int = -1) -> str:
    """Return the English form of a text for a count, and have lupdate list it:
    `sentences.in_users_language` translates it where it is shown."""
    return english_form(text, count) if count >= 0 else text
