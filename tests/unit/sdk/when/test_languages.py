"""Phrases in the eight languages of the app: each kind that English has, in each of them.

It is Wednesday, 25 November 2026, 10:30 by the clocks of the reader. A line of `kinds.txt` is a
time and a phrase of that meaning in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.bulk_reschedule import read_shift
from posto_desktop.sdk.times import WhenError, parse_duration, parse_when, read_when
from posto_desktop.sdk.when.languages import PHRASES, Phrases, use_language
from posto_desktop.sdk.when.moments import describe
from posto_desktop.sdk.when.words import SEPARATE, vocabulary_of

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=ZONE)
FOLDER = Path(__file__).parent
LANGUAGES = tuple(PHRASES)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    use_language("")


def _kinds() -> dict[str, list[tuple[str, datetime]]]:
    """Return the phrases of each language with their meanings."""
    phrases: dict[str, list[tuple[str, datetime]]] = {language: [] for language in LANGUAGES}
    for line in (FOLDER / "kinds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        meaning, *of_languages = line.split("; ")
        for phrase in of_languages:
            language, _, words = phrase.partition(" ")
            phrases[language].append((words, datetime.fromisoformat(meaning)))
    return phrases


KINDS = _kinds()


def _read(phrase: str) -> datetime | None:
    """Return the time by the clocks of the reader; None if the phrase is refused."""
    try:
        when = read_when(phrase, NOW, ZONE).when
    except WhenError:
        return None
    return (when or NOW).replace(tzinfo=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_understood_in_each_language(language: str) -> None:
    assert len(KINDS[language]) > 50
    use_language(language)
    readings = [(phrase, _read(phrase), meaning) for phrase, meaning in KINDS[language]]
    assert [reading for reading in readings if reading[1] != reading[2]] == []


EVERYDAY = {
    **{"ar": "arabic", "az": "azerbaijani", "tr": "turkish"},
    **{"de": "german_own", "es": "spanish_own", "fr": "french_own", "pt": "portuguese_own"},
}


@pytest.mark.parametrize("language", EVERYDAY)
def test_everyday_phrases(language: str) -> None:
    """The form of the tables is that of `test_exact_phrases`."""
    use_language(language)
    lines = (FOLDER / f"exact_phrases/{EVERYDAY[language]}.txt").read_text(encoding="utf-8")
    assert lines.count("\n") >= 35
    wrong = []
    for line in lines.splitlines():
        phrase, _, meaning = line.partition(" = ")
        when, _, other = meaning.partition(" | ")
        reading = read_when(phrase, NOW, ZONE)
        texts = [f"{time:%Y-%m-%d %H:%M}" for time in (reading.when, reading.alternative) if time]
        if texts != [text for text in (when, other) if text]:
            wrong.append((line, texts))
    assert wrong == []


OTHERS = {"de": "german", "es": "spanish", "fr": "french", "pt": "portuguese"}


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_of_a_language_change_nothing_that_was_understood(language: str) -> None:
    name = OTHERS[language]
    phrases = _tables(f"exact_phrases/{name}.txt", f"when_phrases/{name}.txt")
    use_language("en")
    before = {phrase: _read(phrase) for phrase in phrases}
    use_language(language)
    assert [phrase for phrase in phrases if _read(phrase) != before[phrase]] == []


@pytest.mark.parametrize("language", SEPARATE)
def test_a_stored_phrase_of_another_language_is_still_understood(language: str) -> None:
    """The language of the app can change after a draft was written."""
    for chosen in ("en", "de"):
        use_language(chosen)
        lost = [phrase for phrase, meaning in KINDS[language] if _read(phrase) != meaning]
        # "Gecə" is the night in Azerbaijani; what has two meanings is refused.
        assert lost == [phrase for phrase, _ in KINDS[language] if phrase == "10'u 5 geçe"]


def _tables(*names: str) -> list[str]:
    lines = [
        line for name in names for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()
    ]
    return [
        line.rpartition(" = ")[0] or line for line in lines if not line.startswith(("# ", "##"))
    ]


ENGLISH = _tables(
    "exact_phrases/english.txt",
    "exact_phrases/everyday.txt",
    "when_phrases/english.txt",
    "when_phrases/odd.txt",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_is_read_as_ever_beside_each_language(language: str) -> None:
    phrases = ENGLISH[LANGUAGES.index(language) % 3 :: 3]  # a third of them for each language
    use_language("en")
    before = {phrase: _read(phrase) for phrase in phrases}
    use_language(language)
    assert [phrase for phrase in phrases if _read(phrase) != before[phrase]] == []


REFUSED = {
    "de": "jeden Montag|bis Montag|2 Stunden lang|zwischen 9 und 11|vielleicht morgen|irgendwann"
    "|montags um 9|gestern|vor 2 Tagen|alle 2 Stunden|Montag oder Dienstag|Dezember um 9",
    "es": "cada lunes|hasta el lunes|durante 2 horas|entre las 9 y las 11|quizás mañana|algún día"
    "|todos los lunes|ayer|hace 2 días|cada 2 horas|lunes o martes|antes del lunes",
    "fr": "chaque lundi|jusqu’à lundi|pendant 2 heures|entre 9h et 11h|peut-être demain"
    "|un de ces jours|tous les lundis|hier|il y a 2 jours|toutes les 2 heures|lundi ou mardi"
    "|avant lundi",
    "pt": "toda segunda|até segunda|durante 2 horas|entre 9h e 11h|talvez amanhã|algum dia"
    "|todos os dias|ontem|há 2 dias|a cada 2 horas|segunda ou terça|antes de segunda",
    "az": "hər bazar ertəsi|bazar ertəsinə qədər|2 saat boyunca|9 və 11 arası|bəlkə sabah"
    "|tezliklə|bazar ertəsi günləri|dünən|2 gün əvvəl|hər 2 saatdan bir|cümə və ya şənbə"
    "|saat 10-dan 12-yə|10-dan sonra",
    "tr": "her pazartesi|pazartesiye kadar|2 saat boyunca|9 ile 11 arası|belki yarın|bir ara"
    "|pazartesi günleri|dün|2 gün önce|2 saatte bir|cuma veya cumartesi|10'dan 12'ye"
    "|10'dan sonra|saat 10'a kadar|2 saat için",
    "ar": "كل اثنين|حتى الاثنين|لمدة ساعتين|بين 9 و 11|ربما غدا|قريبا|كل يوم|أمس|قبل يومين"
    "|كل ساعتين|الجمعة أو السبت|قبل الجمعة|من الأحد إلى الخميس|نهاية الأسبوع",
}


@pytest.mark.parametrize("language", REFUSED)
def test_what_repeats_lasts_or_leaves_the_time_open_is_refused(language: str) -> None:
    use_language(language)
    phrases = REFUSED[language].split("|")
    assert len(phrases) > 11
    assert [(phrase, _read(phrase)) for phrase in phrases if _read(phrase) is not None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_refused_english_stays_refused(language: str) -> None:
    use_language("en")
    phrases = _tables("when_phrases/refused.txt")[LANGUAGES.index(language) % 3 :: 3]
    refused = [phrase for phrase in phrases if _read(phrase) is None]
    assert len(refused) > 100
    use_language(language)
    assert [(phrase, _read(phrase)) for phrase in refused if _read(phrase) is not None] == []


NONSENSE = st.text("bdfghjkqvwxz", min_size=5, max_size=9)


@given(data=st.data(), language=st.sampled_from(LANGUAGES), nonsense=NONSENSE)
def test_a_phrase_that_is_known_in_part_is_refused(
    data: st.DataObject, language: str, nonsense: str
) -> None:
    use_language(language)
    words = data.draw(st.sampled_from(KINDS[language]))[0].split()
    place = data.draw(st.integers(0, len(words)))
    assert _read(" ".join((*words[:place], nonsense, *words[place:]))) is None


TIMED = {
    language: [phrase for phrase, _ in phrases if re.search(r"\d\d:\d\d", phrase)]
    for language, phrases in KINDS.items()
}


@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_two_times_are_refused(data: st.DataObject, language: str) -> None:
    use_language(language)
    phrase = data.draw(st.sampled_from(TIMED[language]))
    assert _read(f"{phrase} 21:45") is None


@given(data=st.data(), language=st.sampled_from(("ar", "az", "tr")))
def test_any_words_are_read_or_refused(data: st.DataObject, language: str) -> None:
    vocabulary = vocabulary_of(language)
    assert vocabulary is not None
    word = st.sampled_from((*vocabulary.words, "9", "12", "31", "18:00", "'", "-", "2027"))
    phrase = " ".join(data.draw(st.lists(word, max_size=7)))
    use_language(language)
    refused: WhenError | None = None
    when: datetime | None = None
    try:
        when = read_when(phrase, NOW, ZONE).when
    except WhenError as error:
        refused = error
    assert when is None or when >= NOW
    if refused is not None:
        assert refused.kind in ("past", "impossible", "unknown", "ambiguous")
        assert all(parse_when(suggestion, NOW, ZONE) >= NOW for suggestion in refused.suggestions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_offered_is_understood(language: str) -> None:
    use_language(language)
    words: Phrases = PHRASES[language]
    assert _read(words.now) == datetime(2026, 11, 25, 10, 30)
    assert _read(words.in_hour) == datetime(2026, 11, 25, 11, 30)
    for phrase in (words.today, words.today_at):
        assert _read(phrase.format(clock="19:00")) == datetime(2026, 11, 25, 19)
    for phrase in (words.tomorrow, words.tomorrow_at):
        assert _read(phrase.format(clock="9:00")) == datetime(2026, 11, 26, 9)
        assert read_when(phrase.format(clock="19:00"), NOW, ZONE).alternative is None
    assert _read(words.example) == datetime(2026, 11, 26, 9)
    assert _read(words.at_noon) == datetime(2026, 11, 27, 12)
    assert _read(words.weekday_time) == datetime(2026, 11, 27, 16, 30)
    assert _read(words.weekday_evening) == datetime(2026, 11, 27, 18)
    assert _read(words.in_days) == datetime(2026, 11, 27, 10, 30)
    assert _read(words.date_time) == datetime(2026, 11, 30, 12)
    assert _read(words.date) == datetime(2026, 12, 2, 9)
    assert _read(words.weekday) == datetime(2026, 11, 27, 9)
    assert _read(words.in_weeks) == datetime(2026, 12, 9, 10, 30)
    assert _read(words.length) == datetime(2026, 11, 25, 12, 30)
    assert parse_duration(words.half_hour) == timedelta(minutes=30)
    assert parse_duration(words.two_hours) == timedelta(hours=2)
    assert read_shift(words.later) == read_shift("+1 day 2 hours")
    assert read_shift(words.earlier) == read_shift("-30 min")


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_and_suggestions_are_understood(language: str) -> None:
    use_language(language)
    for number in range(1, 32):
        with pytest.raises(WhenError) as raised:
            read_when(str(number), NOW, ZONE)
        assert raised.value.kind == "ambiguous"
        answers = raised.value.suggestions
        read = [_read(answer) for answer in answers]
        assert None not in read, answers
        assert read[-1] is not None
        assert read[-1].day == number
        if number <= 24:
            assert read[0] is not None
            assert read[0].hour % 12 == number % 12
    for hours in range(1, 24 * 400, 37):
        when = NOW + timedelta(hours=hours)
        assert _read(describe(when, NOW)) == when.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("phrase", "month_first", "expected"),
    [
        ("5/12", True, datetime(2027, 5, 12, 9)),
        ("5/12", False, datetime(2026, 12, 5, 9)),
        ("5/12", None, datetime(2026, 12, 5, 9)),
    ],
)
def test_dates_in_numbers_follow_what_the_program_shows(
    phrase: str, month_first: bool | None, expected: datetime
) -> None:
    use_language("en", month_first=month_first)
    assert _read(phrase) == expected


@pytest.mark.parametrize("locale", ["es_ES", "fr_FR", "pt_BR", "de_DE", "tr_TR", "az_AZ", "ar_EG"])
def test_english_in_a_script_means_the_same_on_every_computer(
    monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", f"{locale}.UTF-8")
    for phrase, meaning in (
        ("mar 5", datetime(2027, 3, 5, 9)),
        ("mar 5 at 9am", datetime(2027, 3, 5, 9)),
        ("sat 10:00", datetime(2026, 11, 28, 10)),
        ("on may 10", datetime(2027, 5, 10, 9)),
    ):
        assert _read(phrase) == meaning
    assert _read("2 days ago") is None


def test_a_script_understands_the_language_of_the_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for locale, language in (("tr_TR", "tr"), ("az_AZ", "az"), ("ar_EG", "ar")):
        monkeypatch.setenv("LC_ALL", f"{locale}.UTF-8")
        assert [_read(phrase) for phrase, _ in KINDS[language]] == [m for _, m in KINDS[language]]


@pytest.mark.parametrize(
    ("language", "phrase", "own", "english"),
    [
        ("tr", "on may 10", datetime(2027, 5, 10, 10), datetime(2027, 5, 10, 9)),
        ("es", "mar 5 ene", datetime(2027, 1, 5, 9), None),
    ],
)
def test_words_that_mean_another_time_in_english_offer_it(
    language: str, phrase: str, own: datetime, english: datetime | None
) -> None:
    use_language(language)
    reading = read_when(phrase, NOW, ZONE)
    assert reading.when == own.replace(tzinfo=ZONE)
    assert reading.alternative == (english and english.replace(tzinfo=ZONE))
