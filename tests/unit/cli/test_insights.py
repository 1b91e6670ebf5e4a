"""Tests of `posto insights`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from docs.insight_samples import fill_insights
from posto_desktop.cli.exits import Exit
from posto_desktop.sdk.records import Channel
from tests.unit.cli.conftest import Posto

CHANNELS = [Channel(5, "=cmd()", "mastodon"), Channel(6, "Sky", "bluesky")]


@pytest.fixture(autouse=True)
def posts(posto: Posto) -> None:
    database = posto.database()
    fill_insights(database, "local", CHANNELS, datetime.now(UTC), 24)
    database.close()


def test_the_best_posts_come_first(posto: Posto) -> None:
    ended = posto("insights", "--json")
    assert ended.code == Exit.DONE, ended.out
    values = [row["value"] for row in ended.data]
    assert len(values) == 24
    assert values == sorted(values, reverse=True)
    assert ended.data[0]["numbers"].keys() == {"likes", "replies", "shares"}
    assert "Median" in posto("insights", "--measure", "likes").err


def test_a_number_that_nobody_has(posto: Posto) -> None:
    ended = posto("insights", "--measure", "views", "--json")
    assert ended.data == []
    assert "engagement, likes, replies, shares" in ended.err


def test_a_table_runs_no_formulas(posto: Posto, tmp_path: Path) -> None:
    file = tmp_path / "insights.csv"
    assert posto("insights", "--days", "7", "--csv", str(file)).code == Exit.DONE
    text = file.read_text("utf-8")
    assert text.startswith("Published,Network,Channel,")
    assert "'=cmd()" in text
