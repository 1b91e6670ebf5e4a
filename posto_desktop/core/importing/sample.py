"""Sample table for the import: the columns that it knows, with messages that could be sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from posto_desktop.common.translation import translatable, translate

NAMES: Mapping[str, str] = {
    "text": translatable("ImportSample", "Text"),
    "part": translatable("ImportSample", "Part 2"),
    "when": translatable("ImportSample", "When"),
    "picture": translatable("ImportSample", "Picture"),
    "alt": translatable("ImportSample", "Description"),
    "link": translatable("ImportSample", "Link"),
    "channels": translatable("ImportSample", "Channels"),
    "comment": translatable("ImportSample", "First comment"),
    "labels": translatable("ImportSample", "Labels"),
}
"""The columns: what `columns` calls them, and their names in the table."""
_DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩"


def meaning_of(name: str) -> str:
    """Return the meaning of a column that is named as in the sample in the app's language, or with
    another number; "" for another name."""
    plain = _plain(name)
    return next(
        (key for key, text in NAMES.items() if _plain(translate("ImportSample", text)) == plain), ""
    )


def _plain(name: str) -> str:
    """Return a name to compare, without the number at its end."""
    return " ".join(name.split()).casefold().rstrip(_DIGITS).rstrip()


def sample_csv(now: datetime, channels: Sequence[str], separator: str = ",") -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, as Excel expects it.

    `now` is in the user's time zone: the messages are for the days after it. `channels` are names
    of channels, of which the first two are used.
    """
    morning = datetime.combine(now.date() + timedelta(days=1), time(9), now.tzinfo)
    first, second = (*channels[:2], "", "")[:2]
    rows = (
        (
            translate("ImportSample", "Good morning! The first coffee of the day is ready. ☕"),
            "",
            f"{morning:%Y-%m-%d %H:%M}",
            "",
            "",
            "",
            first,
            translate("ImportSample", "We open at seven."),
            translate("ImportSample", "Coffee"),
        ),
        (
            translate("ImportSample", "New in the shop: hand-poured candles, in three sizes."),
            translate(
                "ImportSample", "This text goes on in a thread, where a network has threads."
            ),
            f"{morning + timedelta(days=1, hours=3):%Y-%m-%d %H:%M}",
            "",
            "",
            "https://example.com/candles",
            ", ".join(name for name in (first, second) if name),
            "",
            translate("ImportSample", "Shop, Candles"),
        ),
        (
            "\n".join(
                (
                    translate("ImportSample", "No time in this row: the campaign chooses one."),
                    translate("ImportSample", "A cell may have several lines."),
                )
            ),
            *[""] * (len(NAMES) - 1),
        ),
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([translate("ImportSample", name) for name in NAMES.values()])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
