"""Bytes to tables: encodings, delimiters, broken quotes, workbooks, JSON, the clipboard."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from posto_desktop.core.importing import csv_table, text_decoder
from posto_desktop.core.importing import workbook as sheets
from posto_desktop.core.importing.clipboard_table import has_columns
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.table import MAX_BYTES, MAX_ROWS, ReadOptions, Table, UnknownCell
from posto_desktop.core.importing.table_reader import read, read_pasted

GERMAN = "Text;Datum;Bild\nGrüße aus Köln;30.11.2026;röstung.jpg\n„Bis bald“;1.12.2026;\n"


def texts(table: Table) -> list[tuple[Any, ...]]:
    return [row.cells for row in table.rows(table.has_names)]


def workbook(*sheets_of: tuple[str, list[list[Any]]], **more: Any) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets_of:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = more.get(name, "visible")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Encodings


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (GERMAN.encode(), "utf-8"),
        (GERMAN.encode("utf-8-sig"), "utf-8"),
        (GERMAN.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), "utf-16"),
        (GERMAN.encode("utf-16-le"), "utf-16"),
        (GERMAN.encode("utf-16-be"), "utf-16"),
        (GERMAN.encode("utf-32"), "utf-32"),
        (GERMAN.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_told(encoded: bytes, encoding: str) -> None:
    table = read(encoded, "plan.csv")
    assert table.encoding == encoding
    assert table.names(True) == ("Text", "Datum", "Bild")
    assert texts(table)[0] == ("Grüße aus Köln", "30.11.2026", "röstung.jpg")


def test_a_chosen_encoding_wins() -> None:
    data = "Text;Ort\nZażółć;Łódź\n".encode("cp1250")
    assert texts(read(data, "plan.csv"))[0] != ("Zażółć", "Łódź")
    assert texts(read(data, "plan.csv", ReadOptions(encoding="cp1250")))[0] == ("Zażółć", "Łódź")


def test_one_broken_letter_does_not_turn_utf8_into_something_else() -> None:
    data = ("Text\n" + "Grüße aus Köln, schöne Öfen\n" * 20).encode() + b"\xc3"
    assert text_decoder.decode(data)[1] == "utf-8"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, bytes(range(256))])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ImportProblem, match="no text"):
        read(data, "picture.csv")


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    with pytest.raises(ImportProblem, match="empty"):
        read(data, "plan.csv")


# Separators and quotes


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters_are_told(sign: str) -> None:
    lines = [["Text", "When", "Link"]]
    lines += [[f"Hello; all, of | you {n}", "2026-12-01", ""] for n in range(5)]
    quoted = [[f'"{cell}"' for cell in line] for line in lines]
    table = read("\n".join(sign.join(line) for line in quoted).encode(), "plan.csv")
    assert table.delimiter == sign
    assert texts(table)[4][:2] == ("Hello; all, of | you 4", "2026-12-01")


def test_commas_in_texts_do_not_win_over_semicolons() -> None:
    data = "Text;Wann\nRot, grün, blau;1.12.\nNur rot;2.12.\nEins, zwei;3.12.\n"
    assert read(data.encode(), "plan.csv").delimiter == ";"


def test_the_line_that_excel_writes_for_itself_is_no_row() -> None:
    table = read(b"sep=;\r\nText;When\r\na, b, c;2026-12-01\r\n", "plan.csv")
    assert (table.delimiter, table.names(True), table.lines) == (";", ("Text", "When"), (2, 3))


def test_quotes_hold_lines_quotes_and_delimiters() -> None:
    data = b'Text,Link\r\n"one\r\ntwo, ""three""",https://a.example\r\nfour,\r\n'
    table = read(data, "plan.csv")
    assert texts(table) == [('one\r\ntwo, "three"', "https://a.example"), ("four", None)]
    assert table.lines == (1, 2, 4)


def test_a_quote_that_is_never_closed_swallows_no_rows() -> None:
    data = b'Text,Link\n"Hello,https://a.example\nWorld,https://b.example\n"x","y"\n'
    table = read(data, "plan.csv")
    assert [row[0] for row in texts(table)] == ['"Hello', "World", "x"]
    assert table.notes == ("A quotation mark in line 2 is never closed. It was read as text.",)
    assert table.lines == (1, 2, 3, 4)


def test_many_broken_quotes_end() -> None:
    data = "Text,Link\n" + '"a,b\n' * 51
    assert len(texts(read(data.encode(), "plan.csv"))) == 51


def test_a_title_above_the_names_is_no_message() -> None:
    table = read(b"Plan;;\nby Maja;;\nText;When;Owner\na;1.12.;Maja\n", "plan.csv")
    assert table.names(table.has_names) == ("Text", "When", "Owner")
    assert [(row.number, row.line) for row in table.rows(True)] == [(1, 4)]
    assert table.notes == ("2 rows above the names were left out.",)
    # Not where it may be a message.
    assert len(read(b"Hello\nHow are you;1.12.\n", "plan.csv").grid) == 2
    assert len(read(b"Text;;\nText;When;Owner\na;1.12.;Maja\n", "plan.csv").grid) == 3


def test_ragged_rows_are_filled_up_and_blank_ones_skipped() -> None:
    table = read(b"Text,When,Link\na\n\n,,\nb,c,d,e,,\n", "plan.csv")
    assert texts(table) == [("a", None, None, None), ("b", "c", "d", "e")]
    assert [row.line for row in table.rows(True)] == [2, 5]


def test_a_cell_of_ten_megabytes_is_read() -> None:
    huge = "x" * 10_000_000
    table = read(f'Text,Link\n"{huge}",a\nshort,b\n'.encode(), "plan.csv")
    assert [len(str(row[0])) for row in texts(table)] == [10_000_000, 5]


def test_too_many_rows_are_cut_and_told() -> None:
    table = read(("Text,Link\n" + "a,b\n" * (MAX_ROWS + 5)).encode(), "plan.csv")
    assert len(texts(table)) == MAX_ROWS
    assert ["20,000" in note for note in table.notes] == [True]


def test_a_hundred_megabytes_are_refused_with_a_sentence() -> None:
    with pytest.raises(ImportProblem, match="MB can be imported"):
        read(bytes(MAX_BYTES + 1), "plan.csv")


class Stop(Exception):
    pass


@pytest.mark.parametrize(
    "data",
    [
        ("Text,Link\n" + "a,b\n" * 2_000).encode(),
        json.dumps([{"text": "a"}] * 2_000).encode(),
        pytest.param(None, id="workbook"),
    ],
)
def test_reading_can_be_stopped(data: bytes | None) -> None:
    seen: list[int] = []

    def check(rows: int) -> None:
        seen.append(rows)
        raise Stop

    with pytest.raises(Stop):
        read(data or workbook(("Plan", [["a", "b"]] * 2_000)), "plan", check=check)
    assert len(seen) == 1
    assert seen[0] <= 500


# Workbooks


def test_a_workbook_gives_its_values() -> None:
    rows = [
        ["Text", "Publish at", "Day", "Time", "Number", "Sum", "Yes"],
        ["Hi", datetime(2026, 12, 1, 9, 30), date(2026, 12, 2), time(8), 3.0, "=1+1", True],
    ]
    table = read(workbook(("Plan", rows)), "plan.xlsx")
    # The file was never calculated: the formula has no value, and none is worked out.
    assert texts(table)[0] == (
        "Hi", datetime(2026, 12, 1, 9, 30), date(2026, 12, 2), time(8), 3, "=1+1", "TRUE",
    )  # fmt: skip


def test_formulas_give_the_value_they_had() -> None:
    data = workbook(("Plan", [["Text", "Link"], ["Hi", '=HYPERLINK("https://evil.example")']]))
    stored = with_part(
        data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v />", b"<v>7</v>")
    )
    assert texts(read(stored, "plan.xlsx"))[0] == ("Hi", 7)
    broken = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'"><f>', b'" t="e"><f>').replace(b"<v />", b"<v>#REF!</v>"),
    )
    cell = read(broken, "plan.xlsx").grid[1][1]
    assert isinstance(cell, UnknownCell)
    assert (cell, cell.why) == ("#REF!", "The formula gives no value, but #REF!")


def test_formulas_that_were_never_worked_out_are_no_blank_cells() -> None:
    rows = [["Text", "When"], ["Hi", "=DATE(2026,12,5)"], [None, "=A1"], ["=1+1", None]]
    table = read(workbook(("Plan", rows)), "plan.xlsx")
    assert table.lines == (1, 2, 3, 4)
    are_unknown = [[isinstance(cell, UnknownCell) for cell in row] for row in table.grid[1:]]
    assert are_unknown == [[False, True], [False, True], [True, False]]
    assert table.grid[1][1] == "=DATE(2026,12,5)"


def test_merged_cells_count_for_each_of_their_rows() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Text", "When", "Channels"])
    sheet.append(["a", datetime(2026, 12, 7, 9, 30), "X"])
    sheet.append(["b", None, "Bluesky"])
    sheet.append([None, None, None])
    sheet.append(["c", None, None])
    sheet.append(["d", "8.12.", None])
    sheet.merge_cells("B2:B4")
    sheet.merge_cells("A6:C6")
    out = io.BytesIO()
    book.save(out)
    table = read(out.getvalue(), "plan.xlsx")
    monday = datetime(2026, 12, 7, 9, 30)
    assert table.grid[1:] == (
        ("a", monday, "X"), ("b", monday, "Bluesky"), ("c", None, None), ("d", None, None)
    )  # fmt: skip


def test_the_first_sheet_that_holds_something_is_taken_or_the_chosen_one() -> None:
    data = workbook(
        ("Empty", []),
        ("Secret", [["Text"], ["hidden"]]),
        ("Plan", [["Text"], ["a"]]),
        ("Later", [["Text"], ["b"]]),
        Secret="hidden",
    )
    table = read(data, "plan.xlsx")
    assert (table.sheet, table.sheets) == ("Plan", ("Empty", "Plan", "Later"))
    assert texts(read(data, "plan.xlsx", ReadOptions(sheet="Later"))) == [("b",)]


def test_the_lines_are_those_of_the_sheet() -> None:
    data = workbook(("Plan", [["Text"], [], ["a"], [None], ["b"]]))
    assert [row.line for row in read(data, "x").rows(True)] == [3, 5]


def test_one_cell_far_away_costs_nothing() -> None:
    data = workbook(("Plan", [["Text"], ["a"]]))
    far = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )
    table = read(far, "plan.xlsx")
    assert (texts(table), table.width) == ([("a",)], 1)


def with_part(data: bytes, name: str, change: Any) -> bytes:
    """The workbook with one part changed (or added)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, change(body) if part.filename == name else body)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = with_part(workbook(("Plan", [["a"]])), "xl/media/x.bin", lambda _old: bytes(60_000_000))
    assert len(data) < 100_000
    with pytest.raises(ImportProblem, match="unpacks to 60 MB"):
        read(data, "plan.xlsx")


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    data = with_part(
        workbook(("Plan", [["Text"], ["a"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: bomb + xml[xml.index(b"<worksheet") :].replace(b"<v>0</v>", b"<v>&a;</v>"),
    )
    with pytest.raises(ImportProblem, match="entities"):
        read(data, "plan.xlsx")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
    ],
)
def test_what_is_no_readable_workbook_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ImportProblem, match=why):
        read(data, "plan.xlsx")


def test_another_zip_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("notes.txt", "hello")
    with pytest.raises(ImportProblem, match="not an Excel workbook"):
        read(out.getvalue(), "plan.xlsx")


# JSON


def test_a_list_of_objects() -> None:
    data = [
        {"text": "a", "when": "2026-12-01 09:00", "channels": ["X", "Instagram"], "n": None},
        {"text": "b", "image": {"url": "https://a.example/b.png"}, "when": 1_795_000_000},
        7,
    ]
    table = read(json.dumps(data).encode(), "plan.json")
    assert table.has_names
    assert table.names_fixed
    assert table.names(True) == ("text", "when", "channels", "n", "image")
    assert texts(table)[0] == ("a", "2026-12-01 09:00", "X, Instagram", None, None)
    assert texts(table)[1][4] == "https://a.example/b.png"
    assert table.notes == ("1 entry is no object and was left out.",)


def test_the_arguments_of_a_campaign_of_the_sdk() -> None:
    data = {
        "messages": ["one", "two"],
        "platforms": ["x", "fb"],
        "images": ["a.jpg", None],
        "hours_between_posts": 24,
    }
    table = read(json.dumps(data).encode(), "campaign.json")
    assert table.names(True) == ("channels", "image", "text")
    assert texts(table) == [("x, fb", "a.jpg", "one"), ("x, fb", None, "two")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "line 1"),
        (b'[{"text": "a"}', "line 1, column 15"),
        (b'[{"text": "a"},\n,', "line 2, column 1"),
        (b'[{"text": "a"}] x', "line 1, column 17"),
        (b"[" * 100_000, "nested"),
        (b"[]", "no messages"),
        (b'{"a": 1}', "no messages"),
        (b"[1, 2]", "no messages"),
        (b"[" + b"9" * 5_000 + b"]", "no messages"),
        (b"[" + b"1," * 600_000 + b"1]", "it holds more than 500,000 values. Split it"),
        (b'[{"text": "\\ud800"', "line 1"),
    ],
)
def test_json_without_messages_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ImportProblem, match=why):
        read(data, "plan.json")


def test_a_list_deep_inside_of_an_answer_is_found() -> None:
    wrapped = {"status": "ok", "data": {"posts": [{"text": "a"}], "platforms": ["X"]}}
    assert texts(read(json.dumps(wrapped).encode(), "plan.json")) == [("X", "a")]
    body = {"message": {"text": "alone"}}
    assert texts(read(json.dumps(body).encode(), "plan.json")) == [("alone",)]
    unclear = {"a": {"posts": [{"text": "a"}]}, "b": {"posts": [{"text": "b"}]}}
    with pytest.raises(ImportProblem, match="contains no messages"):
        read(json.dumps(unclear).encode(), "plan.json")


def test_half_letters_can_be_stored() -> None:
    table = read(b'[{"text": "a\\ud800b"}]', "plan.json")
    assert str(texts(table)[0][0]).encode()


# The clipboard


EXCEL_HTML = """<html><head><style>td {color: red}</style></head><body><table>
<tr><th>Text</th><th>When</th></tr>
<tr><td>Hello &amp; welcome<br>to&nbsp;us</td><td>1.12.2026 9:00</td></tr>
<tr><td colspan=2>Wide <table><tr><td>inner</td></tr></table></td></tr>
</table><table><tr><td>another</td></tr></table></body></html>"""


def test_cells_of_an_html_table() -> None:
    table = read_pasted(EXCEL_HTML, "ignored")
    assert table.kind == "paste"
    assert table.names(True) == ("Text", "When")
    assert texts(table)[0] == ("Hello & welcome\nto us", "1.12.2026 9:00")
    assert "inner" in str(texts(table)[1][0])
    assert len(texts(table)) == 2


def test_merged_cells_of_an_html_table_move_no_others() -> None:
    html = (
        "<table><tr><td>Text<td>When<td>Channels<tr><td>a<td rowspan=3>1.12.<td>X"
        "<tr><td>b<td>Bluesky<tr><tr><td colspan=2>c<td>X"
        "<tr><td>d<td rowspan=2>2.12.<tr><td>e</table>"
    )
    assert texts(read_pasted(html, "")) == [
        ("a", "1.12.", "X"),
        ("b", "1.12.", "Bluesky"),
        ("c", None, "X"),
        ("d", "2.12.", None),
        ("e", "2.12.", None),
    ]


def test_cells_with_tabs() -> None:
    table = read_pasted("<b>no table</b>", 'Text\tWhen\n"two\nlines"\t1.12.2026\n')
    assert texts(table) == [("two\nlines", "1.12.2026")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a\tb\nc\td\n", True),
        ('a\t"two\nlines"\n', False),  # as many lines without a tab: a text, to be sure
        ("a line\nanother\n", False),
        ("\tindented\n\tlines\n", False),
        ("", False),
    ],
)
def test_columns_are_told_from_lines(text: str, columns: bool) -> None:
    assert has_columns(text) == columns


def test_nothing_to_paste_says_so() -> None:
    with pytest.raises(ImportProblem, match="clipboard"):
        read_pasted("", " \n")


# Anything at all


@settings(max_examples=3 * settings.default.max_examples)
@given(st.binary(max_size=2_000), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a"]))
def test_any_bytes_give_a_table_or_a_reason(data: bytes, name: str) -> None:
    try:
        table = read(data, name)
    except ImportProblem:
        return
    assert table.grid
    assert len({len(row) for row in table.grid}) == 1
    assert len(table.lines) == len(table.grid)


@settings(max_examples=2 * settings.default.max_examples)
@given(st.text('a,;\t|"\n', max_size=200))
def test_any_text_is_parsed_and_no_line_lost(text: str) -> None:
    for sign in csv_table.DELIMITERS:
        rows, _notes = csv_table.parse(text, sign)
        assert [line for line, _cells in rows] == sorted(line for line, _cells in rows)
        signs = sum(cell.count("a") for _line, cells in rows for cell in cells)
        assert signs == text.count("a")


@settings(max_examples=settings.default.max_examples // 2)
@given(st.data())
def test_damaged_workbooks_give_a_table_or_a_reason(data: st.DataObject) -> None:
    whole = bytearray(DAMAGED)
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(len(whole) - 200, len(whole)))]
    try:
        rows, _sheet, _names = sheets.read(bytes(whole))
    except ImportProblem:
        return
    assert all(line > 0 for line, _cells in rows)


DAMAGED = workbook(("Plan", [["Text", "When"], ["a", datetime(2026, 12, 1)], ["b", None]]))


@pytest.mark.parametrize(("count", "taken"), [(10_000, True), (10_001, False)])
def test_a_workbook_with_millions_of_texts_is_refused(
    monkeypatch: pytest.MonkeyPatch, count: int, taken: bool
) -> None:
    monkeypatch.setattr(sheets, "_LARGE", 1_000)
    monkeypatch.setattr(sheets, "_PIECE", 8_191)
    monkeypatch.setattr(sheets, "MAX_STRINGS", 10_000)
    data = workbook(("Plan", [["text", "when"], ["a", "tomorrow"]]))
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
        texts_of = b"<x:si><x:t>some words</x:t></x:si>" * count
        target.writestr("xl/words.xml", b"<x:sst>" + texts_of + b"</x:sst>")
    if taken:
        assert texts(read(out.getvalue(), "plan.xlsx")) == [("a", "tomorrow")]
    else:
        with pytest.raises(ImportProblem, match="more than 10,000 texts"):
            read(out.getvalue(), "plan.xlsx")


def test_the_last_moment_that_there_is_hides_no_other_row() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 900_000)
    data = workbook(("Plan", [["text", "when"], ["a", last], ["b", datetime(2027, 1, 1, 9)]]))
    rows = texts(read(data, "plan.xlsx"))
    assert rows[0][1].year == 9999
    assert rows[1] == ("b", datetime(2027, 1, 1, 9))


@pytest.mark.parametrize(
    "odd", ["<![foo[x", "<![", "<td colspan='" + "9" * 5_000 + "'>", "&#" + "9" * 5_000 + ";"]
)
def test_odd_markup_on_the_clipboard_hides_no_rows(odd: str) -> None:
    table = read_pasted(f"<table><tr><td>one</td></tr></table>{odd}", "")
    assert texts(table) == [("one",)]
    table = read_pasted(f"<table><tr><td>one</td></tr><tr><td>two</td></tr>{odd}", "")
    assert [cells[0] for cells in texts(table)][:2] == ["one", "two"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "open_end", ["<!--", "<a ", "<a/", '<a b="', "</a <b", "<![CDATA[", "<?xml", "<script>", "&#"]
)
def test_markup_that_is_never_closed_takes_no_hours(open_end: str) -> None:
    html = "<table><tr><td>one</td><td>two</td></tr>" + open_end * 200_000
    assert texts(read_pasted(html, ""))[0][:2] == ("one", "two")


def test_comments_scripts_and_quoted_signs_are_no_cells() -> None:
    html = (
        "<table><!-- <td>no</td> --><!--><tr><td title='a > b'>one<script>'<td>'</script></td>"
        '<td data-x="</td>">3 < 4 &amp; 5</td><TD/>x</Td></tr></table>'
    )
    assert texts(read_pasted(html, "")) == [("one", "3 < 4 & 5", "x")]


@settings(max_examples=2 * settings.default.max_examples)
@given(st.text("<>/ tabledrhp=\"'&;#x1 \n", max_size=300), st.text(max_size=100))
def test_any_clipboard_gives_a_table_or_a_reason(html: str, text: str) -> None:
    try:
        table = read_pasted(html, text)
    except ImportProblem:
        return
    assert table.grid


@pytest.mark.parametrize("codec", [name for name, _label in text_decoder.ENCODINGS] + ["utf-32"])
@pytest.mark.parametrize("piece", [1, 7, 1024])
def test_texts_are_decoded_piece_by_piece(
    codec: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("Grüße aus 東京, Привет \U0001f600\r\n" * 20).encode(codec, "replace") + b"\xff"
    monkeypatch.setattr(text_decoder, "_PIECE", piece)
    assert text_decoder._decoded(data, codec, "replace") == data.decode(codec, "replace")
    try:
        whole = data.decode(codec)
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            text_decoder._decoded(data, codec, "strict")
    else:
        assert text_decoder._decoded(data, codec, "strict") == whole


def test_a_thread_in_json_is_a_column_of_further_parts() -> None:
    posts = [
        {"text": "One", "thread": ["Two", {"text": "Three", "media": [7]}]},
        {"text": "Alone", "thread": []},
    ]
    table = read(json.dumps(posts).encode(), "plan.json")
    assert texts(table) == [("One", "Two\n\n\n\nThree"), ("Alone", None)]
    assert "Pictures of the further parts of a thread are not imported." in table.notes


@pytest.mark.parametrize("missing", ["openpyxl", "defusedxml"])
def test_missing_package_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(("Plan", [["Message"], ["Hi"]]))
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportProblem, match=r"pip install 'posto\[excel\]'"):
        read(data, "plan.xlsx")
