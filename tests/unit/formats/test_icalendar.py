"""Calendars, read back with a reader of our own that does what RFC 5545 says and nothing more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.formats.icalendar import Event, calendar, escape, fold, moment

NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode("utf-8").removesuffix("\r\n").split("\r\n")


def unescaped(value: str) -> str:
    out, rest = [], iter(value)
    for letter in rest:
        if letter == "\\":
            following = next(rest)
            out.append("\n" if following in "nN" else following)
        else:
            out.append(letter)
    return "".join(out)


def written(*events: Event) -> bytes:
    return b"".join(calendar("Plan", events, product="Posto//Test"))


@given(st.text(max_size=400))
def test_lines_are_short_and_fold_back(text: str) -> None:
    line = "SUMMARY:" + escape(text)
    data = fold(line)
    for folded in data.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(folded) <= 75
        folded.decode("utf-8")  # no character is cut in two
    assert unfolded(data) == [line]


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60))
def test_texts_come_back_as_they_were(text: str) -> None:
    assert unescaped(escape(text)) == text


def test_what_has_a_meaning_in_calendars_is_escaped() -> None:
    assert escape("a,b;c\\d\r\ne\nf\rg\0h") == "a\\,b\\;c\\\\d\\ne\\nf\\ngh"


def test_halves_of_pairs_do_not_stop_the_file() -> None:
    assert fold(escape("x\ud83dy")) == b"xy\r\n"


def test_times_are_in_utc() -> None:
    local = datetime(2026, 11, 30, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    assert moment(local) == "20261130T110000Z"
    assert moment(datetime(1, 1, 1, tzinfo=UTC)) == "00010101T000000Z"


def test_an_event_says_all_that_it_has() -> None:
    event = Event(
        "u@posto",
        NOON,
        NOON,
        "Buns, fresh",
        description="Line one\nLine two",
        url="https://x.example/1",
        status="TENTATIVE",
        categories=("X", "A,B"),
    )
    lines = unfolded(written(event))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[1] == "VERSION:2.0"
    assert lines[-1] == "END:VCALENDAR"
    assert "UID:u@posto" in lines
    assert "DTSTART:20261130T110000Z" in lines
    assert "SUMMARY:Buns\\, fresh" in lines
    assert "DESCRIPTION:Line one\\nLine two" in lines
    assert "URL:https://x.example/1" in lines
    assert "STATUS:TENTATIVE" in lines
    assert "CATEGORIES:X,A\\,B" in lines


def test_an_address_can_neither_break_out_nor_be_of_another_kind() -> None:
    breaking = Event("u", NOON, NOON, "s", url="https://x.example/\r\nATTENDEE:mailto:a@b")
    assert "URL:https://x.example/ATTENDEE:mailto:a@b" in unfolded(written(breaking))
    script = Event("u", NOON, NOON, "s", url="javascript:alert(1)")
    assert not [line for line in unfolded(written(script)) if line.startswith("URL")]


def test_two_events_never_share_a_uid() -> None:
    twice = Event("u", NOON, NOON, "s")
    uids = [line for line in unfolded(written(twice, twice)) if line.startswith("UID")]
    assert uids == ["UID:u", "UID:2-u"]
