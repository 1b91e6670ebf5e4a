"""Sample table for the import: the columns that it knows, with messages that could be sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta

NAMES = (
    "Text",
    "Part 2",
    "When",
    "Picture",
    "Description",
    "Link",
    "Channels",
    "First comment",
    "Labels",
)


def sample_csv(now: datetime, channels: Sequence[str], separator: str = ",") -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, as Excel expects it.

    `now` is in the user's time zone: the messages are for the days after it. `channels` are names
    of channels, of which the first two are used.
    """
    morning = datetime.combine(now.date() + timedelta(days=1), time(9), now.tzinfo)
    first, second = (*channels[:2], "", "")[:2]
    rows = (
        (
            "Good morning! The first coffee of the day is ready. ☕",
            "",
            f"{morning:%Y-%m-%d %H:%M}",
            "",
            "",
            "",
            first,
            "We open at seven.",
            "Coffee",
        ),
        (
            "New in the shop: hand-poured candles, in three sizes.",
            "This text goes on in a thread, where a network has threads.",
            f"{morning + timedelta(days=1, hours=3):%Y-%m-%d %H:%M}",
            "",
            "",
            "https://example.com/candles",
            ", ".join(name for name in (first, second) if name),
            "",
            "Shop, Candles",
        ),
        (
            "No time in this row: the campaign chooses one.\nA cell may have several lines.",
            *[""] * (len(NAMES) - 1),
        ),
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(NAMES)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
