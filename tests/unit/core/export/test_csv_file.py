from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.export.csv_file import BOM, COLUMNS, EXCEL_MOST, defused, pieces
from posto_desktop.core.importing.channel_resolver import ChannelResolver
from posto_desktop.core.importing.columns import guess
from posto_desktop.core.importing.media_names import PictureLookup
from posto_desktop.core.importing.row_check import ImportSetup, RowChoices, check_rows
from posto_desktop.core.importing.table_reader import read as read_table
from posto_desktop.sdk.records import Schedule, ScheduleMedia

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@dataclass
class Row:
    schedule: Schedule
    status: str = "scheduled"


def schedule(**changes: object) -> Schedule:
    values: dict[str, object] = {
        "id": 7,
        "group_id": "g1",
        "channel_id": 3,
        "channel_name": "Nordlicht",
        "network": "fb",
        "status": "not_sent",
        "send_at": NOON,
        "text": "Hello",
    }
    return Schedule(**{**values, **changes})  # type: ignore[arg-type]


def read(*rows: Row, excel: bool = False, separator: str = ",") -> list[dict[str, str]]:
    data = b"".join(pieces(rows, BERLIN, excel=excel, separator=separator))
    assert data.startswith(BOM) == excel
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=separator))


def test_a_row_says_its_time_thrice() -> None:
    (row,) = read(Row(schedule()))
    assert list(row) == list(COLUMNS)
    assert row["Time"] == "2026-11-30T12:00:00+01:00"
    assert (row["Date"], row["Clock"], row["Zone"]) == ("2026-11-30", "12:00", "Europe/Berlin")
    assert (row["Status"], row["Network"], row["Channel"]) == (
        "scheduled",
        "Facebook",
        "Nordlicht",
    )


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    text = 'He said "no", then\nleft; è 😀'
    (row,) = read(Row(schedule(text=text)), excel=True)
    assert row["Text"] == text


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "\u200b+"]
)
def test_formulas_are_only_text(first: str) -> None:
    (row,) = read(Row(schedule(text=f"{first}1+1", channel_name=f"{first}x", link=f"{first}y")))
    assert row["Text"] == f"'{first}1+1"
    assert row["Channel"] == f"'{first}x"
    assert row["Link"] == f"'{first}y"


@pytest.mark.parametrize("first", [*"0123456789./:;,<>?#(", "2d9c-", "20 %", "é", " 8"])
def test_what_is_no_formula_stays_as_it_is(first: str) -> None:
    (row,) = read(Row(schedule(text=f"{first} to 18")))
    assert row["Text"] == f"{first} to 18"


@given(st.text(max_size=80))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    result = defused(text)
    assert result[:1] not in ("\t", "\r", "\n")
    assert result.lstrip()[:1] not in (*"=+-@", "＝", "＋", "－", "＠")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80))
def test_every_text_comes_back(text: str) -> None:
    (row,) = read(Row(schedule(text=text)))
    assert row["Text"] == defused(text)


def test_hostile_rows_are_written_too() -> None:
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    bad = schedule(text="a\0b\ud800c", send_at=far, network="odd", status="strange")
    draft = schedule(send_at=None, media=(ScheduleMedia(1, "image", "https://m.example/1"),))
    first, second = read(Row(bad, "other"), Row(draft, "draft"))
    assert first["Text"] == "ab?c"
    assert first["Status"] == "strange"
    assert first["Time"].startswith("9999-12-31")
    assert second["Time"] == second["Date"] == ""
    assert second["Media"] == "https://m.example/1"


def test_many_rows_come_in_pieces() -> None:
    chunks = list(pieces([Row(schedule(id=number)) for number in range(1000)], BERLIN))
    assert len(chunks) > 4
    ids = [row["Id"] for row in csv.DictReader(io.StringIO(b"".join(chunks).decode()))]
    assert ids == [str(number) for number in range(1000)]


def test_keys_to_files_on_this_computer_stay_here() -> None:
    urls = (
        "http://127.0.0.1:4711/wp-content/uploads/4/cc95f514bb020b25/my%20photo.jpg",
        "http://[::1]:4711/uploads/4/cc95f514bb020b25/b.jpg",
        "https://site.example/uploads/c.jpg",
        "http://[broken",
        "",
    )
    media = tuple(ScheduleMedia(at, "image", url) for at, url in enumerate(urls))
    (row,) = read(Row(schedule(media=media)))
    assert row["Media"].split("\n") == [
        "my photo.jpg",
        "b.jpg",
        "https://site.example/uploads/c.jpg",
        "http://[broken",
    ]


def test_excel_gets_cells_that_it_can_hold_and_its_own_separator() -> None:
    long = Row(schedule(text="a;b" + "😀" * 40_000))
    (row,) = read(long, excel=True, separator=";")
    assert row["Channel"] == "Nordlicht"
    assert len(row["Text"].encode("utf-16-le")) <= 2 * EXCEL_MOST
    assert row["Text"].startswith("a;b😀")
    assert row["Text"].endswith("😀…")
    (row,) = read(long)
    assert row["Text"] == long.schedule.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi;=1+1", "hi;'=1+1"),
        ("hi\t =1+1", "hi\t '=1+1"),
        ("hi\n=HYPERLINK(1)\n", "hi\n'=HYPERLINK(1)\n"),
        ('hi;"=1+1', "hi;\"'=1+1"),
        ("hi;+cmd|' /C calc'!A0", "hi;'+cmd|' /C calc'!A0"),
        ("hi;@SUM(A1)", "hi;'@SUM(A1)"),
        ("hi, @ann; 5 = 5\n- one\n- two", "hi, @ann; 5 = 5\n- one\n- two"),
    ],
)
def test_a_formula_behind_another_sign_between_cells_is_text_too(text: str, expected: str) -> None:
    assert defused(text) == expected
    rows = list(csv.reader(io.StringIO(f"1,{expected},2"), delimiter=";"))
    assert not any(cell.strip(' "').startswith("=") for row in rows for cell in row)


def test_a_thread_is_exported_with_its_parts_and_imported_again() -> None:
    thread = Row(schedule(text="One", thread=("Two\n\nstill two", "=Three")))
    alone = Row(schedule(text="Alone"))
    data = b"".join(pieces([thread, alone], BERLIN, parts=3))
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert list(rows[0]) == [*COLUMNS, "Part 2", "Part 3"]
    table = read_table(data, "schedule.csv")
    guessed = guess(table.names(True), table.rows(True)).fields
    setup = ImportSetup(guessed, "ymd", BERLIN, NOON, ChannelResolver([], ()))
    checked = check_rows(table.rows(True), setup, RowChoices(), lambda _name: PictureLookup())
    rows = [(row.text, row.further) for row in checked]
    assert rows == [("One", ("Two\n\nstill two", "'=Three")), ("Alone", ())]


def test_a_thread_without_columns_is_whole_in_its_text() -> None:
    (row,) = read(Row(schedule(text="One", thread=("Two", "Three"))))
    assert row["Text"] == "One\n\nTwo\n\nThree"


def test_insights_that_are_known_have_columns_of_their_own() -> None:
    first, second = Row(schedule(id=1)), Row(schedule(id=2))
    known = {2: {"Boosts": "5", "=Likes": "7"}, 9: {"Replies": "1"}}
    data = b"".join(pieces([first, second], BERLIN, insights=known)).decode()
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert list(rows[0]) == [*COLUMNS, "Boosts", "'=Likes", "Replies"]
    assert [(row["Boosts"], row["'=Likes"], row["Replies"]) for row in rows] == [
        ("", "", ""),
        ("5", "7", ""),
    ]
