"""How wide the columns of the schedule are, from the room there is and the size of its text."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics

from posto_desktop.models.schedules import COLUMNS, LINK, MEDIA, STATUSES, TIME, status_label
from posto_desktop.ui.theme import Theme

__all__ = ["Layout", "lay_out"]

MARGIN = 16
PAD = 8
CHECK = 16
THUMB_GAP = 4
TEXT_MIN = 160
TEXT_ROOMY = 200
TEXT_WIDE = 300


@dataclass(frozen=True)
class Layout:
    """Widths in logical pixels; 0 hides a column. ``thumbs`` is how many pictures a row shows."""

    widths: tuple[int, int, int, int, int, int]
    thumbs: int


def lay_out(total: int, theme: Theme) -> Layout:
    """Share ``total`` pixels out: Text takes the slack; when it gets tight thumbnails go first,
    then Link, then Media."""
    numbers = QFontMetrics(theme.numbers("control"))
    time = (
        MARGIN
        + CHECK
        + 12
        + max(40, numbers.horizontalAdvance("00:00 "), _clock_width(numbers))
        + PAD
    )
    time = max(time, MARGIN + CHECK + 12 + _head_width(TIME, theme) + PAD)
    small = QFontMetrics(theme.font("control"))
    pill = max(small.horizontalAdvance(status_label(key)) for key in STATUSES) + 32
    status = PAD + pill + 12
    channel = 172 if total < 900 else 198
    link = max(PAD + 16 + MARGIN + 8, PAD + _head_width(LINK, theme) + PAD)
    media_head = PAD + _head_width(MEDIA, theme) + 4
    thumb = theme.px("size.thumb_table")

    def media(count: int) -> int:
        return max(media_head, PAD + count * thumb + (count - 1) * THUMB_GAP + 4)

    fixed = time + status + channel
    for count, wanted in ((3, TEXT_WIDE), (2, TEXT_ROOMY), (1, TEXT_MIN)):
        text = total - fixed - media(count) - link
        if text >= wanted:
            return Layout((time, status, channel, text, media(count), link), count)
    text = total - fixed - media(1)
    if text >= TEXT_MIN:
        return Layout((time, status, channel, text, media(1), 0), 1)
    text = total - fixed
    if text < TEXT_MIN:
        # The channel can shrink to its avatar and a few letters before the text does.
        channel = max(96, channel - (TEXT_MIN - text))
        text = max(total - time - status - channel, 60)
    return Layout((time, status, channel, text, 0, 0), 0)


def _head_width(column: int, theme: Theme) -> int:
    words = QCoreApplication.translate("SchedulesModel", COLUMNS[column])
    return QFontMetrics(theme.font("small")).horizontalAdvance(words) + 1


def _clock_width(metrics: QFontMetrics) -> int:
    from datetime import UTC, datetime

    from posto_desktop.models.dates import clock

    return metrics.horizontalAdvance(clock(datetime(2026, 12, 30, 22, 58, tzinfo=UTC), UTC))
