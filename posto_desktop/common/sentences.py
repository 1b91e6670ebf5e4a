"""Sentences that are made, stored and sent in English, in the user's language where they are shown.

The workspace server, the SDK and what carries posts to the service make English sentences: they are
stored in databases, sent over HTTP and logged. Each is marked in the code by `translatable` or
`english`, as a template with named placeholders. `in_users_language` recognises a sentence, or
several after each other, by these templates and returns the translation with the same values; what
it does not recognise stays as it is.

The templates come from `resources/translations/sentences.json`, which
`packaging/sentence_templates.py` makes from the code. They are read at the first sentence in
another language than English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from posto_desktop.common.plurals import english_form, english_forms
from posto_desktop.common.resources import resource
from posto_desktop.common.translation import translate

__all__ = ["LONGEST", "MOST_SENTENCES", "Template", "in_users_language", "recognise_sentences"]

LONGEST = 4000
"""Texts with more characters stay as they are."""
MOST_SENTENCES = 40
"""So many sentences of a text are looked at, the others stay as they are."""
_DEPTH = 3  # values that are sentences with values of their own
_PLACE = re.compile(r"\{(\w+)\}|%L?n")
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s+")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})+|\d+")
_SPAN = re.compile(r"an? [a-z]+|in [0-9,]+ [a-z]+")
_COUNT = "%n"


class Template(NamedTuple):
    """An English template, cut at its placeholders: one literal more than there are names."""

    context: str
    text: str
    literals: tuple[str, ...]
    names: tuple[str, ...]
    number: int = -1
    """A number that has this form, for texts that count without naming the number; 0 if the number
    is in the sentence; -1 for texts that do not count."""

    @property
    def weight(self) -> int:
        """How many characters of a sentence are its own."""
        return sum(map(len, self.literals))

    def values(self, sentence: str) -> dict[str, str] | None:
        """Return the values of the placeholders in a sentence made from this template, else
        None."""
        first, last = self.literals[0], self.literals[-1]
        if not self.names:
            return {} if sentence == first else None
        end = len(sentence) - len(last)
        if not (sentence.startswith(first) and sentence.endswith(last) and len(first) < end):
            return None
        known: dict[str, str] = {}
        start = len(first)
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            is_last = literal is last and len(known) == len(self.names) - 1
            stop = end if is_last else sentence.find(literal, start + 1, end)
            value = sentence[start:stop] if stop > start else ""
            if not value or known.setdefault(name, value) != value:
                return None
            if not _can_be(name, value, is_first=start == 0):
                return None
            start = stop + len(literal)
        return known


class _Recogniser:
    """Finds the template of a sentence."""

    def __init__(self, listed: Sequence[Sequence[object]]) -> None:
        self._by_first_word: dict[str, list[Template]] = {}
        self._others: list[Template] = []
        self._longest = 1  # sentences of a template
        for context, text, is_counted in listed:
            for template in _templates(str(context), str(text), bool(is_counted)):
                self._add(template)

    def _add(self, template: Template) -> None:
        first = template.literals[0]
        word, space, _rest = first.partition(" ")
        if space or not template.names:
            self._by_first_word.setdefault(word, []).append(template)
        else:
            self._others.append(template)
        ends = len(_SENTENCE_END.findall(template.text)) + 1
        self._longest = max(self._longest, ends)

    def shown(self, text: str, depth: int = 0) -> str:
        """Return a text with its known sentences in the user's language."""
        if len(text) > LONGEST:
            return text
        pieces = _sentences(text)
        # The known sentences from each place to the end of the text that have the most characters
        # of templates: (characters, end of the first of them, its template, its values).
        best: list[_Choice] = [_Choice(0, len(pieces), None, {})] * (len(pieces) + 1)
        for start in range(len(pieces) - 1, -1, -1):
            best[start] = _Choice(best[start + 1].weight, start + 1, None, {})
            # Values have sentence ends of their own, as in “St. Pauli”.
            for end in range(min(len(pieces), start + self._longest + 3), start, -1):
                sentence = "".join(pieces[start:end]).rstrip()
                template, values = self._find(sentence)
                if template is not None:
                    weight = template.weight + best[end].weight
                    if weight > best[start].weight:
                        best[start] = _Choice(weight, end, template, values)
        return "".join(self._translated(pieces, best, depth))

    def _find(self, sentence: str) -> tuple[Template | None, dict[str, str]]:
        word = sentence.partition(" ")[0]
        chosen: Template | None = None
        chosen_values: dict[str, str] = {}
        for template in (*self._by_first_word.get(word, ()), *self._others):
            if chosen is not None and template.weight <= chosen.weight:
                continue
            values = template.values(sentence)
            if values is not None:
                chosen, chosen_values = template, values
        return chosen, chosen_values

    def _translated(
        self, pieces: Sequence[str], best: Sequence[_Choice], depth: int
    ) -> Iterator[str]:
        place = 0
        while place < len(pieces):
            choice = best[place]
            english = "".join(pieces[place : choice.end])
            if choice.template is None:
                yield english
            else:
                sentence = english.rstrip()
                yield self._fill(choice.template, sentence, choice.values, depth)
                yield english[len(sentence) :]
            place = choice.end

    def _fill(
        self, template: Template, sentence: str, values: Mapping[str, str], depth: int
    ) -> str:
        """Return the translation with the values; the sentence itself if there is none."""
        count = int(values.get(_COUNT, "").replace(",", "") or template.number)
        translated = translate(template.context, template.text, "", count)
        if translated == (english_form(template.text, count) if count >= 0 else template.text):
            return sentence
        shown = {
            name: self.shown(value, depth + 1) if depth < _DEPTH else value
            for name, value in values.items()
            if name != _COUNT
        }
        return _PLACE.sub(lambda match: shown.get(match[1], match[0]), translated)


class _Choice(NamedTuple):
    weight: int
    end: int
    template: Template | None
    values: dict[str, str]


def _templates(context: str, text: str, is_counted: bool) -> Iterator[Template]:
    forms = dict.fromkeys(english_forms(text)) if is_counted else {text: None}
    for number, form in enumerate(forms, 1):
        names = []
        literals = []
        start = 0
        for match in _PLACE.finditer(form):
            literals.append(form[start : match.start()])
            names.append(match[1] or _COUNT)
            start = match.end()
        literals.append(form[start:])
        of_form = -1 if not is_counted else 0 if _COUNT in names else number
        yield Template(context, text, tuple(literals), tuple(names), of_form)


def _can_be(name: str, value: str, *, is_first: bool) -> bool:
    if name in (_COUNT, "count"):
        return _NUMBER.fullmatch(value) is not None
    if name == "span":
        return _SPAN.fullmatch(value) is not None
    # “May already be published: example.org could not be found” is about example.org.
    if name == "host":
        return " " not in value or value == "this computer"
    return not (is_first and ": " in value)


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with the space after it."""
    pieces: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if len(pieces) == MOST_SENTENCES:
            break
        pieces.append(text[start : match.end()])
        start = match.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


_is_on = False


def recognise_sentences(is_on: bool) -> None:
    """Translate sentences from now on, or leave them in English. To be called at each change of the
    language."""
    global _is_on
    _is_on = is_on
    _shown.cache_clear()


def in_users_language(sentence: str) -> str:
    """Return an English sentence, or several, in the user's language; what is unknown unchanged."""
    return _shown(sentence) if _is_on and sentence else sentence


@lru_cache(maxsize=2000)
def _shown(sentence: str) -> str:
    return _recogniser().shown(sentence)


@lru_cache(maxsize=1)
def _recogniser() -> _Recogniser:
    path = resource("translations", "sentences.json")
    return _Recogniser(json.loads(path.read_text("utf-8")))
