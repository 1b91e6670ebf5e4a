"""Column widths of the schedule table: from its width, the text size and the user's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics

from posto_desktop.models.message_words import sample_summary
from posto_desktop.models.schedule_columns import ScheduleColumns
from posto_desktop.models.schedule_rows import USUAL_STATUSES
from posto_desktop.models.schedules import (
    CHANNEL,
    COLUMNS,
    LINK,
    MEDIA,
    STATUS,
    STATUSES,
    TEXT,
    TIME,
    status_label,
)
from posto_desktop.ui.theme import Theme

__all__ = ["ColumnLayout", "lay_out_columns"]

MARGIN = 16
PAD = 8
THUMB_GAP = 4
CHEVRON = 20
"""Room for the chevron of a message, and the indent of the posts below it."""
TEXT_MIN = 160
TEXT_ROOMY = 200
TEXT_WIDE = 300
MOST_THUMBS = 6
_LEAST = {TIME: 72, STATUS: 48, CHANNEL: 56, MEDIA: 44, LINK: 36}


@dataclass(frozen=True)
class ColumnLayout:
    """Column widths in logical pixels; 0 hides the column. ``thumbs`` is the number of pictures in
    a row, ``slack`` the column that takes the remaining width."""

    widths: tuple[int, ...]
    thumbs: int
    slack: int = TEXT


def lay_out_columns(
    total: int,
    theme: Theme,
    columns: ScheduleColumns | None = None,
    *,
    dated: bool = False,
    grouped: bool = False,
    proposed: bool = False,
) -> ColumnLayout:
    """Return the column widths for ``total`` pixels; ``grouped`` by message;
    ``proposed``: writers of a team propose posts, whose statuses have long names.

    Text takes the remaining width. As room gets scarce, thumbnails go first, then Link, then Media.
    Widths that the user chose are kept while there is room."""
    settings = columns or ScheduleColumns()
    shown = set(settings.shown())
    natural = _natural_widths(total, theme, dated=dated, grouped=grouped, proposed=proposed)
    widths = {column: natural[column] for column in shown if column != TEXT}
    for column, width in settings.widths.items():
        if column in widths:
            widths[column] = max(width, _LEAST.get(column, 0))
    if dated or grouped:  # never cut a date, or put it on the chevron
        widths[TIME] = max(widths[TIME], natural[TIME])
    if TEXT not in shown:
        return _without_text(total, theme, settings, widths)
    # A chosen width of Media decides how many pictures it shows.
    chosen = MEDIA in settings.widths
    counts = (_thumbs_fitting(widths[MEDIA], theme),) if chosen and MEDIA in widths else (3, 2, 1)
    for count in counts if MEDIA in widths else (0,):
        if count and not chosen:
            widths[MEDIA] = _media_width(count, theme)
        least = {3: TEXT_WIDE, 2: TEXT_ROOMY}.get(count, TEXT_MIN) if not chosen else TEXT_MIN
        if total - sum(widths.values()) >= least:
            return _layout(total, widths, count)
    return _tight_layout(total, theme, settings, widths, natural)


def _tight_layout(
    total: int,
    theme: Theme,
    settings: ScheduleColumns,
    widths: dict[int, int],
    natural: Mapping[int, int],
) -> ColumnLayout:
    """Return a layout without pictures: drop Link and Media, then narrow the other columns."""
    for removed in (LINK, MEDIA):
        widths.pop(removed, None)
        if total - sum(widths.values()) >= TEXT_MIN:
            return _layout(
                total, widths, _thumbs_fitting(widths[MEDIA], theme) if MEDIA in widths else 0
            )
    if CHANNEL in widths:
        # Shrink Channel to its avatar and a few letters before Text.
        missing = TEXT_MIN - (total - sum(widths.values()))
        widths[CHANNEL] = max(96, min(widths[CHANNEL], natural[CHANNEL]) - missing)
    for column in tuple(widths):
        if total - sum(widths.values()) < 60 and column in settings.widths:
            widths[column] = min(widths[column], natural[column])
    return _layout(total, widths, 0)


def _layout(total: int, widths: dict[int, int], thumbs: int) -> ColumnLayout:
    text = max(total - sum(widths.values()), 60)
    all_widths = {**widths, TEXT: text}
    return ColumnLayout(tuple(all_widths.get(column, 0) for column in range(len(COLUMNS))), thumbs)


def _without_text(
    total: int, theme: Theme, columns: ScheduleColumns, widths: dict[int, int]
) -> ColumnLayout:
    """Give the remaining width to Channel, else to the last column."""
    slack = CHANNEL if CHANNEL in widths else columns.shown()[-1]
    for removed in (LINK, MEDIA):
        if sum(widths.values()) > total and removed != slack:
            widths.pop(removed, None)
    widths[slack] = max(total - sum(widths.values()) + widths[slack], 40)
    thumbs = _thumbs_fitting(widths[MEDIA], theme) if MEDIA in widths else 0
    all_widths = tuple(widths.get(column, 0) for column in range(len(COLUMNS)))
    return ColumnLayout(all_widths, thumbs, slack)


def checkbox_size() -> int:
    """Return the side of a checkbox in pixels; it grows with the text."""
    return Theme.instance().px("size.checkbox")


def _natural_widths(
    total: int, theme: Theme, *, dated: bool, grouped: bool, proposed: bool
) -> dict[int, int]:
    numbers = QFontMetrics(theme.numbers("control"))
    clock = max(40, numbers.horizontalAdvance("00:00 "), _clock_width(numbers, dated=dated))
    before = MARGIN + checkbox_size() + 12 + (CHEVRON if grouped else 0)
    small = QFontMetrics(theme.font("control"))
    labels = [status_label(key) for key in (STATUSES if proposed else USUAL_STATUSES)]
    if grouped:
        labels.append(sample_summary())
    pill = max(map(small.horizontalAdvance, labels)) + 32
    return {
        TIME: before + max(clock, _head_width(TIME, theme)) + PAD,
        STATUS: PAD + pill + 12,
        CHANNEL: 172 if total < 900 else round(198 * theme.scale),
        MEDIA: _media_width(1, theme),
        LINK: max(PAD + 16 + MARGIN + 8, PAD + _head_width(LINK, theme) + PAD),
    }


def _media_width(count: int, theme: Theme) -> int:
    thumb = theme.px("size.thumb_table")
    head = PAD + _head_width(MEDIA, theme) + 4
    return max(head, PAD + count * thumb + (count - 1) * THUMB_GAP + 4)


def _thumbs_fitting(width: int, theme: Theme) -> int:
    each = theme.px("size.thumb_table") + THUMB_GAP
    return max(1, min(MOST_THUMBS, (width - PAD - 4 + THUMB_GAP) // each))


def _head_width(column: int, theme: Theme) -> int:
    words = QCoreApplication.translate("SchedulesModel", str(COLUMNS[column]))
    return QFontMetrics(theme.font("small")).horizontalAdvance(words) + 1


def _clock_width(metrics: QFontMetrics, *, dated: bool) -> int:
    from datetime import UTC, datetime

    from posto_desktop.models.dates import clock, dated_clock

    moment = datetime(2026, 12, 30, 22, 58, tzinfo=UTC)
    if dated:
        return metrics.horizontalAdvance(dated_clock(moment, moment.replace(year=2025), UTC))
    return metrics.horizontalAdvance(clock(moment, UTC))
