"""Translation of sentences that are made below Qt.

The app sets its translator; without one, as on the command line, sentences stay English.
"""

from __future__ import annotations

from collections.abc import Callable

Translator = Callable[[str, str], str]
"""Returns the translation of a text in a context, as `QCoreApplication.translate`."""


def _untranslated(_context: str, text: str) -> str:
    return text


_translator: Translator = _untranslated


def set_translator(translator: Translator) -> None:
    """Set the function that translates from now on."""
    global _translator
    _translator = translator


def translate(context: str, text: str) -> str:
    """Return a text in the user's language."""
    return _translator(context, text)
