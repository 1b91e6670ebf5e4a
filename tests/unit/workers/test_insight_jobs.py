"""Files of insights: the page as PDF in both directions, all readings, and cancelling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from docs.insight_samples import fill_insights
from posto_desktop.core.insights.report import InsightsQuestion, InsightsReport, answer
from posto_desktop.core.slots import SlotGroup
from posto_desktop.delivery import insight_store
from posto_desktop.models.insight_plots import plots_of, posts_table
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from posto_desktop.workers import insight_jobs
from posto_desktop.workers.insights_paper import InsightsPaper
from posto_desktop.workers.runner import Job, JobCancelled
from tests.unit.core.insights.samples import NOW

CHANNELS = [Channel(5, "@bakery", "mastodon"), Channel(6, "bakery.example", "bluesky")]


def new_job() -> Job:
    return Job(1, lambda *_: None)


@pytest.fixture
def report(store: Database) -> InsightsReport:
    fill_insights(store, "w", CHANNELS, NOW, 60)
    posts = insight_store.load(store, "w", 0, "day")
    return answer(InsightsQuestion(age="day"), posts, NOW, NOW.tzinfo)  # type: ignore[arg-type]


def paper_of(report: InsightsReport) -> InsightsPaper:
    plots = tuple(plots_of(report))
    return InsightsPaper(
        "Nordlicht: Engagement", "60 posts", "What it is. " * 30, plots, "Best", posts_table(report)
    )


@pytest.mark.parametrize(("letter", "mirrored"), [(False, False), (True, True)])
def test_a_page_as_pdf(
    qtbot: QtBot, report: InsightsReport, tmp_path: Path, letter: bool, mirrored: bool
) -> None:
    del qtbot
    path = tmp_path / "insights.pdf"
    paper = replace(paper_of(report), letter=letter, mirrored=mirrored)
    assert insight_jobs.write_insights_paper(new_job(), path, paper) == 1
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in data  # the letters come along
    assert (b"612" if letter else b"595") in data[data.index(b"/MediaBox") :][:40]
    assert "Nordlicht: Engagement".encode("utf-16-be") in data or b"Nordlicht: Engagement" in data


def test_a_cancelled_export_keeps_the_old_file(
    qtbot: QtBot, report: InsightsReport, tmp_path: Path
) -> None:
    del qtbot
    path = tmp_path / "insights.csv"
    path.write_text("old")
    job = new_job()
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        insight_jobs.write_insights_csv(job, path, report, False, ",")
    assert path.read_text() == "old"
    assert insight_jobs.write_insights_csv(new_job(), path, report, False, ",") == 60
    assert path.read_text("utf-8").count("\n") == 61


def test_all_readings_of_a_database(store: Database, tmp_path: Path) -> None:
    fill_insights(store, "w", CHANNELS, NOW, 3)
    path = tmp_path / "all.csv"
    assert insight_jobs.write_readings(new_job(), path, store.folder / "posto.db") == 9
    assert path.read_text("utf-8").count("\n") == 10


def test_best_times_of_groups(store: Database) -> None:
    fill_insights(store, "w", CHANNELS, NOW, 60)
    posts = insight_store.load(store, "w", 0, "latest")
    groups = [SlotGroup(), SlotGroup("Sky", "w", (6,))]
    times = insight_jobs.find_best_times(new_job(), posts, groups, NOW.tzinfo)  # type: ignore[arg-type]
    assert (times[0].n, times[1].n) == (30, 30)
    assert times[1].slots
    assert {slot.at.hour for slot in times[1].slots} <= {18, 20}
    few = insight_jobs.find_best_times(new_job(), posts[:30], groups, NOW.tzinfo)  # type: ignore[arg-type]
    assert (few[1].n, few[1].slots) == (15, ())
