"""Property tests of `parse_when` with any text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.sdk.times import WhenError, parse_duration, parse_when, read_when
from tests.unit.sdk.when.clocks import NOW, ZONES, same

WORDS = st.sampled_from(
    (  # noqa: SIM905
        "tomorrow today tonight next this last first monday friday week month year day in at on of "
        "9 12 0 31 25 2026 1 2.5 am pm 9:30 25:00 half quarter past to noon midnight morning and a "
        "an december february the 5th from now ago h m d w 30m - + / . : , T Z UTC EST +02:00 um "
        "morgen nächsten à demain las alle às halb et demie end weekend 29.2. 2027-03-28 02:30 "
        "9999 second hours minutes 999999 ' ( ) later utc europe/berlin easter christmas"
    ).split()
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=9).map(" ".join),
    st.lists(WORDS, max_size=9).map("".join),
    st.text(max_size=120),
    st.text(alphabet="0123456789:/-. TZ+hm", max_size=30),
)
MOMENT = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2190, 1, 1), timezones=st.just(UTC)
)
ZONE = st.sampled_from((*ZONES, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia"), UTC))


@settings(max_examples=15 * settings.default.max_examples)
@given(text=TEXTS, now=MOMENT, zone=ZONE)
def test_no_text_gives_another_error_or_a_past_time(text: str, now: datetime, zone: tzinfo) -> None:
    refused: WhenError | None = None
    try:
        reading = read_when(text, now, zone)
    except WhenError as error:
        refused = error
    if refused is not None:
        assert refused.kind in ("past", "impossible", "unknown", "ambiguous")
        assert refused.user_message
        for suggestion in refused.suggestions:
            assert parse_when(suggestion, now, zone) >= now
        return
    if reading.when is not None:
        assert reading.when.tzinfo is not None
        assert reading.when.astimezone(UTC) >= now
        assert same(parse_when(text, now, zone), reading.when)
        if reading.alternative is not None:
            assert reading.alternative.astimezone(UTC) > now
            assert not same(reading.alternative, reading.when)


@settings(max_examples=3 * settings.default.max_examples)
@given(text=TEXTS)
def test_no_text_breaks_the_length_of_time(text: str) -> None:
    refused: WhenError | None = None
    length = timedelta(0)
    try:
        length = parse_duration(text)
    except WhenError as error:
        refused = error
    assert refused is not None or length > timedelta(0)


@settings(max_examples=3 * settings.default.max_examples)
@given(
    when=st.datetimes(min_value=datetime(2026, 11, 26), max_value=datetime(2198, 12, 31)), zone=ZONE
)
def test_iso_times_come_back(when: datetime, zone: tzinfo) -> None:
    moment = when.replace(microsecond=0, tzinfo=UTC)
    for text in (moment.isoformat(), moment.astimezone(zone).isoformat()):
        if moment.astimezone(zone).utcoffset() % timedelta(minutes=1):  # type: ignore[operator]
            continue
        assert same(parse_when(text, NOW.replace(tzinfo=UTC), zone), moment)
