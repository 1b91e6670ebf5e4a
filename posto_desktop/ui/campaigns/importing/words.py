"""Texts of the import: names of fields, separators and date orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.importing.columns import FIELDS, Field
from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.core.importing.table import Table
from posto_desktop.core.limits import network_name


def field_words(field: Field) -> str:
    """Return the name of a field."""
    if field.startswith("text:"):
        return translate("Importing", "Text for {network}").format(
            network=network_name(field[5:]) or field[5:]
        )
    words = {
        "": translate("Importing", "Do not import"),
        #: Meaning of a column.
        "text": translate("Importing", "Text"),
        "part": translate("Importing", "Further part"),
        "when": translate("Importing", "When"),
        #: Meaning of a column: the date of a message.
        "date": translate("Importing", "Day"),
        "time": translate("Importing", "Time of day"),
        "picture": translate("Importing", "Picture"),
        "alt": translate("Importing", "Description"),
        #: Meaning of a column: a web address.
        "link": translate("Importing", "Link"),
        "channels": translate("Importing", "Channels"),
        "comment": translate("Importing", "First comment"),
        #: Meaning of a column.
        "labels": translate("Importing", "Labels"),
    }
    return words.get(field, field)


def choices(networks: Iterable[str]) -> list[Field]:
    """Return all fields that a column can have; own texts of these networks come last."""
    return ["", *FIELDS, *(f"text:{slug}" for slug in dict.fromkeys(networks))]


def order_words(order: str) -> str:
    """Return an order of day, month and year with its usual separators."""
    return {
        "dmy": translate("Importing", "day.month.year"),
        "mdy": translate("Importing", "month/day/year"),
        "ymd": translate("Importing", "year-month-day"),
    }.get(order, order)


def delimiter_words(sign: str) -> str:
    """Return the name of a separator."""
    return {
        ",": translate("Importing", "commas"),
        ";": translate("Importing", "semicolons"),
        "\t": translate("Importing", "tabs"),
        "|": translate("Importing", "vertical bars"),
    }.get(sign, f"“{sign}”")


def common_words(rows: Sequence[CheckedRow]) -> str:
    """Return the warning of rows that have the same one."""
    first = rows[0].problems[0]
    if first.code == "picture":
        names = list(dict.fromkeys(row.problems[0].detail for row in rows))
        shown = listed(names[:2])
        if len(names) > 2:
            shown = translate("Importing", "{names} and %n more", "", len(names) - 2).format(
                names=shown
            )
        words = translate(
            "Importing",
            "%Ln row(s) (lacks its picture/lack their pictures): {names}",
            "",
            len(rows),
        )
        return words.format(names=shown)
    words = translate("Importing", "%Ln row(s): {sentence}. The others likewise.", "", len(rows))
    return words.format(sentence=first.sentence)


def source_words(table: Table, rows: int, encoding: str) -> str:
    """Return "24 rows, separated by semicolons, UTF-8"."""
    parts = [translate("Importing", "%Ln row(s)", "", rows)]
    if table.kind == "excel":
        parts.append(translate("Importing", "sheet “{name}”").format(name=table.sheet))
    elif table.kind == "csv":
        parts.append(
            #: {sign}: comma, semicolon or tab of a CSV file.
            translate("Importing", "separated by {sign}").format(
                sign=delimiter_words(table.delimiter)
            )
        )
    if table.kind in ("csv", "json"):
        parts.append(encoding)
    return ", ".join(part for part in parts if part)
