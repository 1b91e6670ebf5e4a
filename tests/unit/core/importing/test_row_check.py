"""Rows: what they become, what is wrong with them, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.checks import ScheduledText
from posto_desktop.core.importing.channel_resolver import ChannelMatch, ChannelResolver
from posto_desktop.core.importing.media_names import PictureLookup
from posto_desktop.core.importing.messages import addresses, count, messages_of, report
from posto_desktop.core.importing.row_check import (
    LONGEST_TEXT,
    CheckedRow,
    ImportSetup,
    RowChoices,
    check_rows,
)
from posto_desktop.core.importing.table import TableRow, UnknownCell

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
FIELDS = ("text", "when", "picture", "link", "channels", "comment", "alt", "text:twitter", "labels")


@dataclass(frozen=True)
class Channel:
    id: int
    name: str
    network: str
    labels: tuple[str, ...] = ()


CHANNELS = [
    Channel(1, "@nordlicht", "twitter", ("Coffee",)),
    Channel(2, "nordlicht.coffee", "instagram", ("Coffee",)),
    Channel(3, "Fjord, Cycles", "instagram"),
    Channel(4, "Fjord Cycles", "fb"),
]


def look(name: str) -> PictureLookup:
    if name.startswith("lost"):
        return PictureLookup(problem=f"{name} is not beside the file")
    return PictureLookup(f"/plan/{name}")


def rows(*cells: Sequence[Any]) -> list[TableRow]:
    wide = [tuple(cell) + (None,) * (len(FIELDS) - len(cell)) for cell in cells]
    return [TableRow(number, number + 1, cell) for number, cell in enumerate(wide, 1)]


def setup(**changed: Any) -> ImportSetup:
    resolver = ChannelResolver(CHANNELS, (1, 2))  # type: ignore[arg-type]
    made = ImportSetup(FIELDS, "dmy", BERLIN, NOW, resolver, ticked=(1, 2))
    return replace(made, **changed)


def check(
    *cells: Sequence[Any], choices: RowChoices | None = None, **changed: Any
) -> list[CheckedRow]:
    return check_rows(rows(*cells), setup(**changed), choices or RowChoices(), look)


def problems_of(*cells: Sequence[Any], **changed: Any) -> list[list[tuple[str, str]]]:
    return [
        [(problem.level, problem.sentence) for problem in row.problems]
        for row in check(*cells, **changed)
    ]


def test_a_row_becomes_a_message() -> None:
    row = (
        *("Hello", "1.12.2026 9:00", "a.jpg", "www.a.example/x", "X", "First", "A cup", "Hello X"),
        "Advent,  winter roast; advent",
    )
    checked = check(row)
    assert [checked_row.level for checked_row in checked] == ["ready"]
    (message,) = messages_of(checked, {})
    assert (message.text, message.link, message.first_comment) == (
        "Hello", "https://www.a.example/x", "First",
    )  # fmt: skip
    assert message.when == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert message.channel_ids == (1,)
    assert message.variants == {"twitter": "Hello X"}
    assert message.labels == ("Advent", "winter roast")
    assert [(ref.path, ref.alt, ref.kind) for ref in message.media] == [
        ("/plan/a.jpg", "A cup", "image")
    ]
    assert messages_of(checked, {}, own_times=False)[0].when is None


def test_a_cell_without_its_value_is_never_taken_for_a_blank_one() -> None:
    lost = UnknownCell("#REF!", "The formula gives no value, but #REF!")
    assert problems_of(("Hello", lost)) == [[("error", lost.why)]]
    assert problems_of((lost, "1.12.")) == [[("error", lost.why)]]
    fields = tuple("" if field == "when" else field for field in FIELDS)
    assert problems_of(("Hello", lost), fields=fields) == [[]]  # its column is not imported


def test_blank_cells_leave_it_to_the_campaign() -> None:
    (message,) = messages_of(check(("Hello",)), {})
    assert (message.when, message.channel_ids, message.media) == (None, None, ())


@pytest.mark.parametrize(
    ("row", "level", "sentence"),
    [
        (("", "1.12."), "error", "There is no text"),
        (("", "", "a.jpg"), "warning", "There is no text: only the picture will be posted"),
        (("a", "31.11."), "error", "31 November is not a date: November has 30 days"),
        (("a", "1.1.2020"), "error", "1 January 2020, 9:00 has passed"),
        (("a", "", "lost.jpg"), "warning", "lost.jpg is not beside the file"),
        (("a", "", "", "/x"), "warning", "“/x” is not a web address"),
        (("a", "", "", "javascript:x(1)"), "warning", "“javascript:x(1)” is not a web address"),
        (("a", "", "", "", "Foo"), "error", "“Foo” is no channel of yours"),
        (("a", "", "", "", "X, Foo"), "warning", "“Foo” is no channel of yours"),
        (("a", "", "", "", "Foo, Bar"), "error", "“Foo” and “Bar” are no channels of yours"),
        (
            ("x" * (LONGEST_TEXT + 1),), "error",
            "The text has 100,001 characters; up to 100,000 can be imported",
        ),
        (
            ("a", "", "http://192.168.0.1/a.jpg"), "warning",
            "192.168.0.1 is in a private network. Posto does not download pictures from there",
        ),
        (
            ("a", "", "http://localhost:80/a.jpg"), "warning",
            "localhost is in a private network. Posto does not download pictures from there",
        ),
        (
            ("a", "28.3.2027 2:30"), "warning",
            "2:30 is skipped on Sun 28 Mar, when the clocks go forward. 3:30 is used",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(row: Sequence[Any], level: str, sentence: str) -> None:
    assert problems_of(row) == [[(level, sentence)]]


def test_several_pictures_in_a_cell_or_in_columns() -> None:
    (checked_row,) = check(("a", "", "a.jpg | https://c.example/d.png"))
    assert checked_row.pictures == ("/plan/a.jpg", "https://c.example/d.png")
    fields = ("text", "picture", "picture")
    (two,) = check_rows(
        [TableRow(1, 1, ("a", "a.jpg", "b.jpg"))], setup(fields=fields), RowChoices(), look
    )
    assert two.pictures == ("/plan/a.jpg", "/plan/b.jpg")


def test_hostile_cells_take_no_time() -> None:
    wide = "9" + " " * 1_000_000 + "x"
    checked = check((wide, wide, wide, wide, wide, wide, wide))
    assert {problem.code for problem in checked[0].problems} >= {"text_long", "names", "channels"}
    fields = ("text", "date", "time", "picture")
    (checked_row,) = check_rows(
        [TableRow(1, 1, ("a", "1.12.2026", wide, ""))], setup(fields=fields), RowChoices(), look
    )
    assert [problem.code for problem in checked_row.problems] == ["date"]


def test_a_name_with_a_comma_is_one_file() -> None:
    (checked_row,) = check(("a", "", "cups, ten.jpg"))
    assert checked_row.pictures == ("/plan/cups, ten.jpg",)


def test_addresses_are_fetched_before_they_are_media() -> None:
    checked = check(
        ("a", "", "https://c.example/1.png"),
        ("b", "", "https://c.example/1.png"),
        ("c", "", "https://c.example/2.png"),
    )
    assert addresses(checked) == ["https://c.example/1.png", "https://c.example/2.png"]
    made = messages_of(checked, {"https://c.example/1.png": "/kept/1.png"})
    assert [[ref.path for ref in message.media] for message in made] == [
        ["/kept/1.png"], ["/kept/1.png"], [],
    ]  # fmt: skip


def test_the_same_row_again_is_kept_out_until_it_is_wanted() -> None:
    same = ("Hello", "1.12.2026")
    other = ("Hello", "2.12.2026")
    checked = check(same, other, ("hello ", "1.12.2026 9:00"))
    assert [checked_row.level for checked_row in checked] == ["ready", "ready", "error"]
    assert [problem.sentence for problem in checked[2].problems] == ["The same as row 1"]
    checked = check(same, other, same, choices=RowChoices(kept_duplicates=frozenset((3,))))
    assert [checked_row.level for checked_row in checked] == ["ready", "ready", "ready"]
    checked = check(same, other, same, choices=RowChoices(left_out=frozenset((1,))))
    assert [checked_row.level for checked_row in checked] == ["left_out", "ready", "ready"]


def test_what_is_planned_already_is_told() -> None:
    when = datetime(2026, 12, 1, 8, tzinfo=UTC)
    plan = (ScheduledText.of(1, when, "Hello"),)
    sentence = "The same text is already scheduled for 1 December 2026, 9:00"
    assert problems_of(("Hello", "1.12.2026"), scheduled=plan) == [[("error", sentence)]]
    assert problems_of(("Hello",), scheduled=plan) == [[("error", sentence)]]
    assert problems_of(("Hello", "2.12.2026"), scheduled=plan) == [[]]
    assert problems_of(("Hello", "1.12.2026", "", "", "Instagram"), scheduled=plan) == [[]]


def test_rows_that_have_not_changed_are_not_looked_at_again() -> None:
    seen: list[str] = []

    def watched(name: str) -> PictureLookup:
        seen.append(name)
        return look(name)

    first = check_rows(rows(("a", "", "a.jpg"), ("b", "", "b.jpg")), setup(), RowChoices(), watched)
    known = {checked_row.row.number: checked_row for checked_row in first}
    changed = rows(("a", "", "a.jpg"), ("b", "", "c.jpg"))
    again = check_rows(changed, setup(), RowChoices(), watched, before=known)
    assert seen == ["a.jpg", "b.jpg", "c.jpg"]
    assert [checked_row.pictures for checked_row in again] == [("/plan/a.jpg",), ("/plan/c.jpg",)]
    twice = check_rows(rows(("a", "", "a.jpg"), ("a", "", "a.jpg")), setup(), RowChoices(), look)
    fresh = check_rows(
        rows(("z", "", "a.jpg"), ("a", "", "a.jpg")), setup(), RowChoices(), look,
        before={checked_row.row.number: checked_row for checked_row in twice},
    )  # fmt: skip
    assert [checked_row.level for checked_row in fresh] == ["ready", "ready"]


def test_counts_and_the_report() -> None:
    checked = check(
        ("a", "1.12.2026"), ("b", "", "lost.jpg"), ("c", "31.11."), ("d",),
        choices=RowChoices(left_out=frozenset((4,))),
    )  # fmt: skip
    counts = count(checked)
    assert (counts.ready, counts.without_picture, counts.errors, counts.left_out) == (1, 1, 1, 1)
    assert (counts.usable, counts.own_times) == (2, 1)
    assert report(checked) == (
        "Row 2 (line 3): lost.jpg is not beside the file.\n"
        "Row 3 (line 4): Not imported. 31 November is not a date: November has 30 days.\n"
        "Row 4 (line 5): Left out."
    )
    assert len(messages_of(checked, {})) == 2


@pytest.mark.parametrize(
    ("cell", "ids"),
    [
        ("X", (1,)),
        ("twitter", (1,)),
        ("x; instagram", (1, 2)),
        ("X / Instagram", (1, 2)),
        ("@nordlicht", (1,)),
        ("NORDLICHT", (1,)),
        ("Fjord, Cycles", (3,)),
        ("Fjord, Cycles; x", (3, 1)),
        ("Fjord Cycles (Facebook)", (4,)),
        ("facebook: fjord cycles", (4,)),
        ("coffee", (1, 2)),
        ("alle", (1, 2)),
        ("4, 1", (4, 1)),
        (4, (4,)),
    ],
)
def test_channels_are_found(cell: Any, ids: tuple[int, ...]) -> None:
    resolver = ChannelResolver(CHANNELS, (1, 2))  # type: ignore[arg-type]
    match = resolver.find(cell)
    assert match == ChannelMatch(ids)


def test_a_network_with_several_channels_is_asked_for() -> None:
    resolver = ChannelResolver(CHANNELS, ())  # type: ignore[arg-type]
    match = resolver.find("Instagram")
    assert match.ids == ()
    assert match.unclear == ("“Instagram” may be nordlicht.coffee or Fjord, Cycles",)
    assert ChannelResolver(CHANNELS, (3,)).find("Instagram").ids == (3,)  # type: ignore[arg-type]


@settings(max_examples=2 * settings.default.max_examples)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.dates())))
def test_any_row_is_checked(cells: list[Any]) -> None:
    made = tuple(cells[: len(FIELDS)]) + (None,) * (len(FIELDS) - len(cells))
    (checked_row,) = check_rows([TableRow(1, 1, made)], setup(), RowChoices(), look)
    assert checked_row.usable == bool(messages_of([checked_row], {}))
    assert checked_row.usable or report([checked_row])


THREAD = ("text", "part", "part", "when")


def test_further_parts_become_a_thread() -> None:
    (checked,) = check(("One", "Two\n\nstill two", "Three\n\n\n\nFour", None), fields=THREAD)
    assert checked.level == "ready"
    (message,) = messages_of([checked], {})
    assert message.parts == ("One", "Two\n\nstill two", "Three", "Four")


def test_an_empty_part_is_none_and_a_missing_first_one_is_the_next() -> None:
    whole, first_missing = check(
        ("One", "", "Three", None), (None, "Two", None, None), fields=THREAD
    )
    assert [m.parts for m in messages_of([whole, first_missing], {})] == [
        ("One", "Three"),
        ("Two",),
    ]


def test_rows_that_differ_in_a_further_part_are_not_the_same() -> None:
    first, other, same = check(
        ("One", "Two", None, None),
        ("One", "Another", None, None),
        ("One", "Two", None, None),
        fields=THREAD,
    )
    assert (first.level, other.level) == ("ready", "ready")
    assert same.problems[0].sentence == "The same as row 1"


def test_what_is_too_much_for_a_thread_is_said() -> None:
    text = "\n\n\n\n".join(str(number) for number in range(120))
    many, long = check(("0", text, None, None), ("0", "x" * 100_001, None, None), fields=THREAD)
    assert many.problems[0].sentence == "The thread has 121 parts; up to 100 can be imported"
    assert long.problems[0].code == "text_long"
