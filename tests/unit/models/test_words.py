"""Tests of counted texts."""

from __future__ import annotations

import pytest

from posto_desktop.models import words


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 posts"), (1, "1 post"), (999, "999 posts"), (1000, "1,000 posts")],
)
def test_posts_are_counted_as_people_write_numbers(qapp: object, count: int, expected: str) -> None:
    assert words.posts(count) == expected


def test_files_are_too(qapp: object) -> None:
    assert (words.files(1), words.files(12), words.files(100_000)) == (
        "1 file",
        "12 files",
        "100,000 files",
    )
