"""Plots and tables of an insights report, with their words. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from posto_desktop.common.translation import translate
from posto_desktop.core.insights.measures import ENGAGEMENT, ENGAGEMENT_PARTS
from posto_desktop.core.insights.plots import (
    Plot,
    PlotItem,
    TableColumn,
    TableData,
    TableLine,
)
from posto_desktop.core.insights.report import OTHER_TIMES, InsightsReport
from posto_desktop.core.insights.statistics import GroupFigure, PostFigure
from posto_desktop.core.limits import network_name
from posto_desktop.models import dates, words
from posto_desktop.models.insight_words import measure_words, not_enough, number_words
from posto_desktop.models.slot_lines import clock_words, weekday_order
from posto_desktop.models.styles import style_name_words

__all__ = ["PLOTS", "plots_of", "posts_table", "table_of"]

PLOTS = ("times", "week", "networks", "labels", "styles", "slots")
"""Keys of the plots in their order."""


def plots_of(report: InsightsReport) -> list[Plot]:
    """Return the plots that have something to show; with too few posts they say so."""
    plots = [_times(report), _week(report)]
    groups: tuple[tuple[str, str, Sequence[GroupFigure], Callable[[str], str], bool], ...] = (
        ("networks", translate("Insights", "Networks"), report.networks, network_name, False),
        ("labels", translate("Insights", "Labels"), report.labels, str, True),
        #: Noun: how messages look on each network.
        ("styles", translate("Insights", "Styles"), report.styles, style_name_words, True),
        ("slots", translate("Insights", "Slots"), report.slots, slot_words, True),
    )
    for key, title, figures, name, can_rank in groups:
        if not figures:
            continue
        is_ranked = can_rank and report.is_ranked
        items = [_item(report, figure, name(figure.key), is_ranked) for figure in figures]
        plots.append(_plot(report, key, "bars", title, items, is_ranked))
    return plots


def _times(report: InsightsReport) -> Plot:
    items = [
        _item(report, figure, _bucket_words(report, date.fromisoformat(figure.key)))
        for figure in report.times
    ]
    title = translate("Insights", "Over time")
    return _plot(report, "times", "line", title, items, report.is_ranked)


def _week(report: InsightsReport) -> Plot:
    order = weekday_order()
    items = []
    for (day, hour), figure in sorted(
        report.week.items(), key=lambda cell: (order.index(cell[0][0]), cell[0][1])
    ):
        name = translate("Insights", "{day}, {time}").format(
            day=dates.weekday_name(day), time=clock_words(time(hour))
        )
        items.append(_item(report, figure, name, place=(order.index(day), hour)))
    title = translate("Insights", "Weekdays and hours")
    return _plot(
        report,
        "week",
        "week",
        title,
        items,
        report.is_ranked,
        tuple(dates.weekday_name(day, short=True) for day in order),
        tuple(clock_words(time(hour)) for hour in range(24)),
    )


def _plot(
    report: InsightsReport,
    key: str,
    kind: str,
    title: str,
    items: Sequence[PlotItem],
    is_ranked: bool,
    rows: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> Plot:
    if is_ranked:
        least, most = 0.0, 100.0
    elif kind == "week":
        least = min((item.median for item in items), default=0.0)
        most = max((item.median for item in items), default=0.0)
    else:
        least = min(0.0, *(item.low for item in items)) if items else 0.0
        most = max((item.high for item in items), default=0.0)
    if most <= least:
        most = least + 1.0
    return Plot(
        key,
        kind,  # type: ignore[arg-type]
        title,
        words.posts(report.n),
        tuple(items),
        least,
        most,
        number_words(least),
        number_words(most),
        "" if report.is_enough else not_enough(report.n),
        50.0 if is_ranked else None,
        rows,
        columns,
    )


def _item(
    report: InsightsReport,
    figure: GroupFigure,
    name: str,
    is_ranked: bool | None = None,
    *,
    place: tuple[int, int] = (0, 0),
) -> PlotItem:
    spread = figure.spread
    value = number_words(spread.median)
    pattern = translate("Insights", "{name}: {measure} {value}, half of {posts} {low} to {high}")
    if report.is_ranked if is_ranked is None else is_ranked:
        pattern = translate("Insights", "{name}: rank {value}, half of {posts} {low} to {high}")
    sentence = pattern.format(
        name=name,
        measure=measure_words(report.question.measure),
        value=value,
        posts=words.posts(figure.n),
        low=number_words(spread.low),
        high=number_words(spread.high),
    )
    return PlotItem(
        figure.key,
        name,
        spread.median,
        spread.low,
        spread.high,
        figure.n,
        figure.is_few,
        value,
        sentence,
        place,
    )


def _bucket_words(report: InsightsReport, first: date) -> str:
    if report.step == "month":
        return dates.month_words(first)
    if report.step == "day":
        return dates.day_words(first, "ddd d MMM")
    return dates.span_words(first, first + timedelta(days=6), year=False)


def slot_words(key: str) -> str:
    """Return "Mon 9:00" for a slot of the report, or the words for all other times."""
    if key == OTHER_TIMES:
        return translate("Insights", "Other times")
    day, clock = key.split(" ")
    return translate("Insights", "{day}, {time}").format(
        day=dates.weekday_name(int(day)), time=clock_words(time.fromisoformat(clock))
    )


# -- tables ----------------------------------------------------------------------------------------


def table_of(plot: Plot) -> TableData:
    """Return all that a plot shows as a table."""
    columns = (
        TableColumn(plot.title),
        TableColumn(translate("Insights", "Median"), True),
        TableColumn(translate("Insights", "Middle half"), True),
        TableColumn(translate("Insights", "Posts"), True),
    )
    middle = translate("Insights", "{low} to {high}")
    lines = []
    for number, item in enumerate(plot.items):
        half = middle.format(low=number_words(item.low), high=number_words(item.high))
        texts = (item.name, item.value_text, half, number_words(item.n))
        # By their order in the plot: names of days and months are not sorted by letters.
        values = (float(number), item.median, item.low, float(item.n))
        lines.append(TableLine(item.key, texts, values))
    return TableData(columns, tuple(lines))


def posts_table(report: InsightsReport) -> TableData:
    """Return the posts, best first, with the parts of their engagement."""
    measure = report.question.measure
    parts = [
        part
        for part in ENGAGEMENT_PARTS
        if measure == ENGAGEMENT and any(part in figure.parts for figure in report.figures)
    ]
    columns = (
        TableColumn(translate("Insights", "Post")),
        TableColumn(translate("Insights", "Channel")),
        TableColumn(translate("Insights", "Published")),
        TableColumn(measure_words(measure), True),
        *(TableColumn(measure_words(part), True) for part in parts),
    )
    lines = [_post_line(figure, parts, report) for figure in report.figures]
    return TableData(columns, tuple(lines))


def _post_line(figure: PostFigure, parts: Iterable[str], report: InsightsReport) -> TableLine:
    post, of_parts = figure.post, figure.parts
    now = datetime.combine(report.last, time(12), report.zone).astimezone(UTC)
    channel = translate("Insights", "{channel} ({network})").format(
        channel=post.channel_name, network=network_name(post.network)
    )
    numbers = [figure.value, *(of_parts.get(part) for part in parts)]
    texts = (
        post.text or translate("Insights", "(no text)"),
        channel,
        dates.short_when(post.sent_at, now, report.zone),
        *("" if number is None else number_words(number) for number in numbers),
    )
    values = (post.text.casefold(), channel.casefold(), post.sent_at.timestamp(), *numbers)
    return TableLine(str(post.post_id), texts, values)
