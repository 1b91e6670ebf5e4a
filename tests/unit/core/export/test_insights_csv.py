"""Insights as CSV: no formulas, and nothing where there is no number."""

from __future__ import annotations

import csv
import io
from datetime import UTC

from posto_desktop.core.export import insights_csv
from posto_desktop.core.insights.measures import measure_of
from posto_desktop.core.insights.report import InsightsQuestion, answer
from tests.unit.core.insights.samples import NOW, post


def test_posts_of_a_report() -> None:
    own = measure_of("mastodon", "=Zaps")
    posts = [
        post(1, text="=1+1", numbers={"likes": 3.0, "shares": 0.5, own: 9.0}, labels=("a", "@b")),
        post(2, numbers={"likes": 12.0, "views": 80.0}),
        post(3),
    ]
    report = answer(InsightsQuestion(), posts, NOW, UTC)
    data = b"".join(insights_csv.post_pieces(report, UTC, excel=True, separator=";"))
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(data[3:].decode()), delimiter=";")
    assert (first["Likes"], first["Views"], first["Shares"], first["Engagement"]) == (
        "12", "80", "", "12",
    )  # fmt: skip
    assert second["Text"] == "'=1+1"
    assert second["'=Zaps"] == "9"
    assert (second["Engagement"], second["Views"]) == ("3.5", "")
    assert second["Published"] == "2026-11-29T11:00:00+00:00"


def test_all_readings() -> None:
    reading = ("local", 7, "-cmd", "twitter", 0.0, 3600.0, "likes", 4.0, "https://x.example/7")
    [line] = csv.reader(
        io.StringIO(b"".join(insights_csv.reading_pieces([reading])).decode().split("\r\n", 1)[1])
    )
    assert line == [
        "local", "7", "'-cmd", "X (Twitter)",
        "1970-01-01T00:00:00+00:00", "1970-01-01T01:00:00+00:00",
        "Likes", "4", "https://x.example/7",
    ]  # fmt: skip
