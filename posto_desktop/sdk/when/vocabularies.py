"""The vocabularies with which a phrase is read, in order: the user's language, English with its
neighbours, and the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from posto_desktop.sdk.when import languages, words_az, words_tr
from posto_desktop.sdk.when.fallback import user_locale
from posto_desktop.sdk.when.folding import fold
from posto_desktop.sdk.when.words import COMMON, SEPARATE, Vocabulary, vocabulary_of

__all__ = [
    "folded",
    "language",
    "other_vocabularies",
    "own_and_common",
    "own_vocabulary",
    "vocabularies",
]


def language() -> str:
    """Return the language of typed times: the program's choice, else that of the locale."""
    return languages.chosen_language() or user_locale().partition("_")[0].lower()


def own_vocabulary() -> Vocabulary | None:
    """Return the vocabulary of the user's language, if it differs from the common one.

    Only a program chooses that "mar 5" is a Spanish Tuesday: a script with English phrases means
    the same on every computer.
    """
    is_chosen = bool(languages.chosen_language())
    return vocabulary_of(language()) if is_chosen or language() in SEPARATE else None


def other_vocabularies() -> list[Vocabulary]:
    """Return those of languages that are neither the user's nor in the common one."""
    mine = language()
    known = (vocabulary_of(other) for other in SEPARATE if other != mine)
    return [words for words in known if words is not None]


def own_and_common() -> list[Vocabulary]:
    """Return the user's vocabulary and the common one: first that of a language that the program
    has chosen, else the common one."""
    own = own_vocabulary()
    if own is None:
        return [COMMON]
    return [own, COMMON] if languages.chosen_language() else [COMMON, own]


def vocabularies() -> list[Vocabulary]:
    """Return all of them in order."""
    return [*own_and_common(), *other_vocabularies()]


def folded(text: str, vocabulary: Vocabulary) -> str:
    """Return a phrase as a vocabulary has it."""
    spellings = _SPELLINGS.get(vocabulary.lang)
    if spellings is None:
        return fold(text)
    return fold(_pattern(vocabulary.lang).sub(lambda match: _spelt(match[0], spellings), text))


def _spelt(word: str, spellings: Mapping[str, str]) -> str:
    return f"{spellings[word.replace(' ', '').lower()]} "


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of the words in `_SPELLINGS`, with or without a space behind their full
    stops."""
    names = sorted(_SPELLINGS[lang], key=len, reverse=True)
    spaced = (re.escape(name).replace(r"\.", r"\.\s?").removesuffix(r"\s?") for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


_SPELLINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "az": words_az.SPELLINGS,
    "tr": words_tr.SPELLINGS,
}
