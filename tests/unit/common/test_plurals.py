"""English number forms below Qt."""

from __future__ import annotations

import pytest

from posto_desktop.common.plurals import counted, plural


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (2_000, "2,000 rows")]
)
def test_things_are_counted(count: int, expected: str) -> None:
    assert counted(count, "row") == expected


def test_words_that_have_a_plural_of_their_own() -> None:
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]
    assert [plural(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]
