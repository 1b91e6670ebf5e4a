"""What a key press costs before anything is drawn: counting and checking for 30 channels.

The baseline is the least that any check must do: to tidy each channel's text and take its length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from posto_desktop.core import text as texts
from posto_desktop.core.checks import ScheduledText, check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk import templates
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel
from tests.bench.figures import Figure

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SLUGS = [network.slug for network in all_networks()]
CHANNELS = [Channel(n, f"Channel {n}", SLUGS[n % len(SLUGS)]) for n in range(30)]
SHORT = "The Winter Roast 👍 is here: https://nordlicht.example/roast #coffee @ana " * 4
LONG = "Grüße 👋 from the roastery, see nordlicht.example/roast or call 漢字.\n" * 145
ROUNDS = 60


def draft_of(text: str, files: int) -> Draft:
    media = [
        MediaRef(f"/p{n}.jpg", f"p{n}.jpg", 3_000_000, alt="A bag", width=4000, height=3000)
        for n in range(files)
    ]
    return Draft(
        text=text,
        variants={"bluesky": text[:200], "channel:3": text[:100]},
        media=media,
        link="https://nordlicht.example/",
        first_comment="More below",
    )


def keys(text: str) -> list[str]:
    """The texts after each key: none was seen before."""
    return [f"{text}{number:04}" for number in range(ROUNDS)]


def spent(work: Callable[[str], object], text: str) -> float:
    """Milliseconds of one key, the median; the first ones warm up."""
    work(text)
    taken = []
    for typed in keys(text):
        began = time.perf_counter()
        work(typed)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[len(taken) // 2]


def checking(files: int, scheduled: list[ScheduledText]) -> Callable[[str], object]:
    draft = draft_of("", files)

    def work(text: str) -> object:
        return check(replace(draft, text=text), CHANNELS, NOW, scheduled=scheduled)

    return work


def counting(text: str) -> object:
    return [(texts.count(text, slug), texts.over_index(text, slug)) for slug in SLUGS]


def least(text: str) -> object:
    return [len(templates.tidy(text)) for _ in CHANNELS]


def measure() -> list[Figure]:
    rows = [
        ScheduledText.of(n % 40, NOW + timedelta(hours=n % 90), f"Text {n}") for n in range(500)
    ]
    short, long = spent(least, SHORT), spent(least, LONG)
    name = "tidying and len()"
    return [
        Figure("checks, 30 channels", spent(checking(4, []), SHORT), "ms", short, name, 2.0),
        Figure(
            "checks, 30 channels, 500 planned",
            spent(checking(4, rows), SHORT),
            "ms",
            short,
            name,
            3.0,
        ),
        Figure(
            "checks, 30 channels x 20 files", spent(checking(20, []), SHORT), "ms", short, name, 6.0
        ),
        Figure("checks, 10,000 characters", spent(checking(4, []), LONG), "ms", long, name, 12.0),
        Figure("counting, all networks", spent(counting, SHORT), "ms", short, name, 1.0),
        Figure("counting, 10,000 characters", spent(counting, LONG), "ms", long, name, 12.0),
    ]
