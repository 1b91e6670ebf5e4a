"""Words about who else has a post open, and what they have saved of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.review_words import field_words
from posto_desktop.sdk.presence import PresentPerson

__all__ = ["details_of", "presence_words", "saved_words"]

_MOST_NAMED = 3


def presence_words(people: Sequence[PresentPerson], *, is_edited_here: bool) -> str:
    """Return who has a post open, "" for nobody: those who write in front. `is_edited_here`: it is
    edited in this app, too."""
    others = [person for person in people if not person.is_own]
    writers = _names(person for person in others if person.is_writing)
    readers = [
        name for name in _names(p for p in others if not p.is_writing) if name not in writers
    ]
    sentences = []
    if writers:
        sentences.append(_writing(writers, is_edited_here=is_edited_here))
    if readers:
        if len(readers) == 1:
            words = translate("Presence", "{name} has this post open")
        else:
            words = translate("Presence", "{name} have this post open")
        sentences.append(words.format(name=_listed(readers)))
    own = next((person for person in people if person.is_own), None)
    if own is not None:
        words = translate("Presence", "You have this post open on {device}, too")
        sentences.append(words.format(device=own.device))
    return " · ".join(sentences)


def details_of(people: Iterable[PresentPerson], when: Callable[[datetime], str]) -> str:
    """Return for each person since when and on which device, one a line."""
    lines = []
    for person in people:
        if person.since is None:
            lines.append(f"{person.shown_name}: {person.device}")
            continue
        words = translate("Presence", "{name}: since {time}, {device}")
        line = words.format(name=person.shown_name, time=when(person.since), device=person.device)
        lines.append(line)
    return "\n".join(lines)


def saved_words(name: str, fields: Iterable[str]) -> str:
    """Return what somebody has saved of a post that is edited here; "" is an unknown name."""
    words = translate("Presence", "{name} has saved changes: {fields}. Your version is unchanged.")
    name = name or translate("Presence", "Somebody else")
    return words.format(name=name, fields=field_words(fields))


def _writing(names: Sequence[str], *, is_edited_here: bool) -> str:
    is_one = len(names) == 1
    if is_edited_here and is_one:
        words = translate("Presence", "{name} is editing this post too")
    elif is_edited_here:
        words = translate("Presence", "{name} are editing this post too")
    elif is_one:
        words = translate("Presence", "{name} is editing this post")
    else:
        words = translate("Presence", "{name} are editing this post")
    return words.format(name=_listed(names))


def _names(people: Iterable[PresentPerson]) -> list[str]:
    return list(dict.fromkeys(person.shown_name for person in people))


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return dates.list_words(list(names))
    more = len(names) - _MOST_NAMED
    words = translate("Presence", "{names} and %n more", "", more)
    return words.format(names=", ".join(names[:_MOST_NAMED]))
