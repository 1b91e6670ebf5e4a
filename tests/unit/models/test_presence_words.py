"""What is said of others who have a post open, and of what they save."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QLocale

from posto_desktop.models.presence_words import details_of, presence_words, saved_words
from posto_desktop.sdk.presence import PresentPerson

SINCE = datetime(2026, 11, 29, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def writing(*names: str) -> list[PresentPerson]:
    return [PresentPerson(name.lower(), name, "Laptop", is_writing=True) for name in names]


def reading(*names: str) -> list[PresentPerson]:
    return [PresentPerson(name.lower(), name, "Laptop") for name in names]


@pytest.mark.parametrize(
    ("people", "here", "elsewhere"),
    [
        ([], "", ""),
        (
            writing("Anna"),
            "Anna is editing this post too",
            "Anna is editing this post",
        ),
        (
            writing("Anna", "Ben"),
            "Anna and Ben are editing this post too",
            "Anna and Ben are editing this post",
        ),
        (
            reading("Anna", "Ben"),
            "Anna and Ben have this post open",
            "Anna and Ben have this post open",
        ),
        (
            [*reading("Ben"), *writing("Anna")],
            "Anna is editing this post too · Ben has this post open",
            "Anna is editing this post · Ben has this post open",
        ),
        (
            [*writing("Anna"), *reading("Anna")],
            "Anna is editing this post too",
            "Anna is editing this post",
        ),
        (
            [PresentPerson("ed", "Ed", "Phone", is_own=True)],
            "You have this post open on Phone, too",
            "You have this post open on Phone, too",
        ),
    ],
)
def test_who_has_a_post_open(people: list[PresentPerson], here: str, elsewhere: str) -> None:
    assert presence_words(people, is_edited_here=True) == here
    assert presence_words(people, is_edited_here=False) == elsewhere


def test_many_people_are_counted() -> None:
    words = presence_words(reading("A", "B", "C", "D", "E"), is_edited_here=False)
    assert words == "A, B, C and 2 more have this post open"


def test_since_when_and_where() -> None:
    people = [PresentPerson("a", "Anna", "Laptop", since=SINCE), *reading("Ben")]
    words = details_of(people, lambda moment: f"{moment:%H:%M}")
    assert words == "Anna: since 09:05, Laptop\nBen: Laptop"


def test_what_somebody_saved() -> None:
    words = saved_words("Anna", ("text", "time"))
    assert words == "Anna has saved changes: text, time. Your version is unchanged."
    assert saved_words("", ("text",)).startswith("Somebody else has saved")
