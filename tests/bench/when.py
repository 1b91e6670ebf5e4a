"""Reading times: the first call, and everyday and refused phrases, beside dateparser."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.bench.figures import Figure, medians

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZoneInfo("Europe/Berlin"))
PHRASES = """
30m | 1h | 2d | in half an hour | tomorrow at 3pm | tomorrow at 9 | tonight at 8
next Monday at noon | end of month | Friday 17:30 | in 3 days at 9 | a week from today
first Monday of December at 10am | 5 December at 18:00 | December 5th, 2026 at 9:00 am
2026-12-01T09:00:00Z | 01.12.2026 18:00 | Tue, 01 Dec 2026 09:00:00 +0100 | tomorrow 9am EST
half past 8 | morgen um 9 Uhr | heute Abend um 8 | nächsten Montag um 12 | in zwei Stunden
demain à 9h | lundi prochain à 10h | mañana a las 9 | domani alle 9 | amanhã às 9h
el viernes a las 5 de la tarde | today at 23:59 | 1796113800
"""
REFUSED = """
yesterday | 31 February | 25:00 | sometime soon | asap maybe | the 5th of never | Monday Tuesday
hello world | in 5 bananas | 2 days ago | 1 January 2020 | tomorrow or Friday
"""
FIRST = """
import json, time
began = time.perf_counter()
import {module}
imported = time.perf_counter()
{call}
print(json.dumps([imported - began, time.perf_counter() - imported]))
"""


def _phrases(text: str) -> list[str]:
    return [part.strip() for line in text.strip().splitlines() for part in line.split(" | ")]


def _milliseconds(read: Callable[[str], object], phrases: list[str], rounds: int) -> list[float]:
    """The time of each call, all phrases in turn."""
    taken = []
    for _ in range(rounds):
        for phrase in phrases:
            began = time.perf_counter()
            read(phrase)
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _first(module: str, call: str) -> float:
    """Milliseconds of the first call in a fresh process, the import left out."""
    code = FIRST.format(module=module, call=call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    return float(json.loads(done.stdout)[1]) * 1000


def measure() -> list[Figure]:
    import dateparser

    from posto_desktop.sdk.times import WhenError, parse_when

    def ours(phrase: str) -> object:
        try:
            return parse_when(phrase, NOW)
        except WhenError:
            return None

    def theirs(phrase: str) -> object:
        languages = ["en", "de", "fr", "es", "it", "pt"]
        return dateparser.parse(
            phrase, languages=languages, settings={"RELATIVE_BASE": NOW.replace(tzinfo=None)}
        )

    everyday, refused = _phrases(PHRASES), _phrases(REFUSED)
    for phrase in everyday:
        parse_when(phrase, NOW)  # each of them is a time
    theirs("tomorrow")
    taken = sorted(_milliseconds(ours, everyday + refused, 100))
    baseline = sorted(_milliseconds(theirs, everyday + refused, 3))
    first, first_baseline = medians(
        3,
        lambda: _first(
            "posto_desktop.sdk.times", "posto_desktop.sdk.times.parse_when('tomorrow at 9')"
        ),
        lambda: _first("dateparser", "dateparser.parse('tomorrow at 9', languages=['en'])"),
    )
    at95 = int(len(taken) * 0.95), int(len(baseline) * 0.95)
    name = "dateparser"
    return [
        Figure(
            "reading a time, median",
            statistics.median(taken),
            "ms",
            statistics.median(baseline),
            name,
            0.3,
        ),
        Figure("reading a time, p95", taken[at95[0]], "ms", baseline[at95[1]], name, 2.0),
        Figure("reading a time, first call", first, "ms", first_baseline, name, 150.0),
    ]
