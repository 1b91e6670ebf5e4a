"""Answers of servers with one thing wrong: another type, a missing value, a cut, noise."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Iterator
from typing import Any

COUNT = int(os.environ.get("POSTO_MUTATED_ANSWERS", "600"))
"""How many a publisher gets; 10,000 by hand."""
ODD: list[Any] = [
    None, "", 0, -1, 2**70, 1e308, True, [], {}, [None], [[]], {"id": None}, "x" * 5_000, "\ud800",
    "<b>", "NaN", ["a", 1], {"a": {"b": []}}, "2026-13-77T99:99:99Z", "http://[", "//x",
]  # fmt: skip


def mutated(
    answers: dict[str, tuple[int, Any]], seed: int
) -> Iterator[dict[str, tuple[int, bytes]]]:
    """Answers by `METHOD path`, each time one of them wrong, COUNT times."""
    chance = random.Random(seed)
    whole = {name: (status, _encoded(value)) for name, (status, value) in answers.items()}
    for _ in range(COUNT):
        name = chance.choice(list(answers))
        status, value = answers[name]
        yield whole | {name: wrong_answer(status, value, chance)}


def wrong_answer(status: int, value: Any, chance: random.Random) -> tuple[int, bytes]:
    """An answer with something wrong in it."""
    kind = chance.randrange(6)
    body = _encoded(value)
    if kind == 0:
        return chance.choice((199, 200, 201, 202, 204, 206, 299, 300, 304)), body
    if kind == 1:
        return status, body[: chance.randrange(len(body) + 1)]
    if kind == 2:
        place = chance.randrange(len(body) + 1)
        return status, body[:place] + chance.randbytes(chance.randint(1, 9)) + body[place:]
    if kind == 3:
        return chance.choice((400, 401, 403, 404, 409, 422, 429, 500, 503)), _encoded(
            chance.choice(ODD)
        )
    changed = copy.deepcopy(value)
    places = list(_places(changed))
    if not places or kind == 4:
        return status, _encoded(chance.choice(ODD))
    inside, key = chance.choice(places)
    if chance.random() < 0.3:
        del inside[key]
    else:
        inside[key] = copy.deepcopy(chance.choice(ODD))
    return status, _encoded(changed)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
