"""Threads: changes of their parts. Each returns another draft, with the files of each part.

`key` names the text whose thread it is ("" for the common one), parts are numbered from 0, the
message itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from posto_desktop.core.draft import MAX_PARTS, Draft, MediaRef

BLANK_LINES = "\n\n"
NEXT_PART = "\n\n\n\n"
"""Three blank lines, which begin another part of a thread where a text is typed or imported."""
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_NEXT_PART = re.compile(r"(?:\r?\n[ \t]*){4,}")


def parts_at(draft: Draft, key: str) -> tuple[str, ...]:
    """Return the texts of a key's thread; the common ones where it has none of its own."""
    if key and key not in draft.variants:
        key = ""
    text = draft.variants[key] if key else draft.text
    return text, *draft.threads.get(key, ())


def part_count(draft: Draft) -> int:
    """Return the number of parts of the longest of its threads, 1 without any."""
    return 1 + max(map(len, draft.threads.values()), default=0)


def thread_key(draft: Draft, key: str, slug: str) -> str:
    """Return the key of the text that counts for a network's slug or `channel:ID` of it."""
    return next((candidate for candidate in (key, slug) if candidate in draft.variants), "")


def media_in_part(
    media: Sequence[MediaRef], key: str, number: int, count: int
) -> tuple[MediaRef, ...]:
    """Return the files of a part. Those of a part that is not there go with the last one."""
    return tuple(ref for ref in media if min(ref.part_in(key), count - 1) == number)


def split_part(draft: Draft, key: str, number: int, at: int) -> Draft:
    """Return the draft with what is after this index in a part as a part of its own."""
    texts = list(parts_at(draft, key))
    text = texts[number]
    texts[number : number + 1] = [text[:at].rstrip(), text[at:].lstrip()]
    return _changed(draft, key, texts, lambda part: part + (part > number))


def join_part(draft: Draft, key: str, number: int) -> tuple[Draft, int]:
    """Return the draft with a part joined to the one before it, and where its text begins there."""
    texts = list(parts_at(draft, key))
    before, text = texts[number - 1], texts[number]
    if before.strip() and text.strip():
        before = before.rstrip() + BLANK_LINES
    texts[number - 1 : number + 1] = [before + text]
    draft = _changed(draft, key, texts, lambda part: part - (part >= number))
    return draft, len(before)


def remove_part(draft: Draft, key: str, number: int) -> Draft:
    """Return the draft without a part. The files of the common thread's part go with it; those of
    an own text's part, which other networks get, go to the part before."""
    texts = list(parts_at(draft, key))
    del texts[number]
    if not key:
        count = len(texts) + 1
        removed = media_in_part(draft.media, key, number, count)
        draft = replace(draft, media=tuple(ref for ref in draft.media if ref not in removed))
    return _changed(
        draft, key, texts, lambda part: max(0, part - (part > number or (part == number > 0)))
    )


def move_part(draft: Draft, key: str, number: int, to: int) -> Draft:
    """Return the draft with a part at another place."""
    texts = list(parts_at(draft, key))
    order = list(range(len(texts)))
    order.insert(to, order.pop(number))
    places = {old: new for new, old in enumerate(order)}
    return _changed(
        draft, key, [texts[old] for old in order], lambda part: places[min(part, len(texts) - 1)]
    )


def join_all(draft: Draft, key: str) -> Draft:
    """Return the draft with all parts in one text."""
    return _changed(draft, key, [joined(parts_at(draft, key))], lambda _part: 0)


def joined(texts: Sequence[str]) -> str:
    """Return the texts of all parts as that of one post."""
    return BLANK_LINES.join(text for text in texts if text.strip())


def parts_of(text: str) -> list[str]:
    """Return the parts of a text that were put together with `NEXT_PART`."""
    return [part.strip() for part in _NEXT_PART.split(text) if part.strip()]


def split_at_blank_lines(draft: Draft, key: str) -> Draft:
    """Return the draft with a part for each paragraph; those beyond `MAX_PARTS` stay together."""
    texts = parts_at(draft, key)
    room = MAX_PARTS - len(texts)
    pieces: list[list[str]] = []
    for text in texts:
        paragraphs = [paragraph.strip() for paragraph in _BLANK.split(text.strip(), room)]
        pieces.append(paragraphs)
        room -= len(paragraphs) - 1
    return with_pieces(draft, key, pieces)


def with_pieces(draft: Draft, key: str, pieces: Sequence[Sequence[str]]) -> Draft:
    """Return the draft with each part in pieces, which are parts of their own. The files of a part
    go with its first piece."""
    starts = [sum(map(len, pieces[:number])) for number in range(len(pieces))]
    texts = [text for part in pieces for text in part]
    return _changed(draft, key, texts, lambda part: starts[min(part, len(starts) - 1)])


def _changed(draft: Draft, key: str, texts: Sequence[str], place: Callable[[int], int]) -> Draft:
    """Return the draft with these parts; `place` tells the new part of the files of each."""
    media = tuple(ref.in_part(key, place(ref.part_in(key))) for ref in draft.media)
    if all(new is old for new, old in zip(media, draft.media, strict=True)):
        media = draft.media
    draft = replace(draft.with_parts(key, texts), media=media)
    return draft if draft.is_thread else replace(draft, numbered=False)
