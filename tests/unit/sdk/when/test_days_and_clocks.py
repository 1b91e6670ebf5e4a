"""Each day with each time of day, in each language, in both orders where people write both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.sdk.times import WhenError, read_when
from posto_desktop.sdk.when.languages import use_language

ZONE = ZoneInfo("Europe/Berlin")
#: Wednesday.
NOW = datetime(2026, 11, 25, 6, 30, tzinfo=ZONE)

DATES = (
    *(date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 29), date(2026, 11, 30)),
    *(date(2026, 12, 1), date(2026, 12, 5), date(2027, 3, 1), date(2026, 12, 31)),
    *(date(2027, 1, 5), date(2026, 12, 31), date(2026, 12, 24)),
)
DAYS = {
    "en": "tomorrow|the day after tomorrow|Sunday|next Monday|Tuesday next week|the 5th"
    "|first Monday of March|end of next month|5 January 2027|last day of December|24 Dec",
    "de": "morgen|übermorgen|am Sonntag|nächsten Montag|nächste Woche Dienstag|am 5."
    "|erster Montag im März|Ende nächsten Monats|5. Januar 2027|letzter Tag im Dezember|24. Dez.",
    "es": "mañana|pasado mañana|el domingo|el próximo lunes|el martes de la próxima semana|el 5"
    "|primer lunes de marzo|fin del próximo mes|5 de enero de 2027|último día de diciembre|24 dic",
    "fr": "demain|après-demain|dimanche|lundi prochain|mardi de la semaine prochaine|le 5"
    "|premier lundi de mars|fin du mois prochain|5 janvier 2027|dernier jour de décembre|24 déc.",
    "pt": "amanhã|depois de amanhã|domingo|próxima segunda|terça da semana que vem|dia 5"
    "|primeira segunda-feira de março|fim do próximo mês|5 de janeiro de 2027"
    "|último dia de dezembro|24 dez",
    "az": "sabah|birigün|bazar günü|gələn bazar ertəsi|gələn həftə çərşənbə axşamı|ayın 5-i"
    "|martın ilk bazar ertəsi|gələn ayın sonu|5 yanvar 2027|dekabrın son günü|24 dek",
    "tr": "yarın|öbür gün|pazar günü|gelecek pazartesi|haftaya salı|ayın 5'i"
    "|Mart'ın ilk pazartesisi|gelecek ayın sonu|5 Ocak 2027|Aralık'ın son günü|24 Ara",
    "ar": "غدا|بعد غد|يوم الأحد|الاثنين القادم|الثلاثاء من الأسبوع القادم|يوم 5"
    "|أول اثنين من مارس|نهاية الشهر القادم|5 يناير 2027|آخر يوم في ديسمبر|24 ديسمبر",
}
CLOCKS = (time(10, 30), time(18), time(12), time(9), time(20), time(15))
TIMES = {
    "en": "at 10:30|at 18:00|at noon|at 9 in the morning|at 8 in the evening|at 3 in the afternoon",
    "de": "um 10:30|um 18 Uhr|mittags|um 9 Uhr morgens|um 8 Uhr abends|um 3 Uhr nachmittags",
    "es": "a las 10:30|a las 18:00|al mediodía|a las 9 de la mañana|a las 8 de la noche"
    "|a las 3 de la tarde",
    "fr": "à 10h30|à 18h|à midi|à 9h du matin|à 8h du soir|à 3h de l'après-midi",
    "pt": "às 10:30|às 18h|ao meio-dia|às 9 da manhã|às 8 da noite|às 3 da tarde",
    "az": "saat 10:30-da|saat 18-də|günorta|səhər saat 9-da|axşam 8-də|günortadan sonra 3-də",
    "tr": "saat 10:30'da|saat 18'de|öğlen|sabah 9'da|akşam saat 8'de|öğleden sonra 3'te",
    "ar": "الساعة 10:30|الساعة 18|ظهرا|الساعة 9 صباحا|الساعة 8 مساء|الساعة الثالثة عصرا",
}


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    use_language("")


@pytest.mark.parametrize("language", DAYS)
def test_each_day_goes_with_each_time(language: str) -> None:
    use_language(language)
    days = list(zip(DAYS[language].split("|"), DATES, strict=True))
    times = list(zip(TIMES[language].split("|"), CLOCKS, strict=True))
    misread = []
    for day, expected_day in days:
        for clock, expected_time in times:
            expected = datetime.combine(expected_day, expected_time, ZONE)
            for phrase in (f"{day} {clock}", f"{clock} {day}"):
                try:
                    when = read_when(phrase, NOW, ZONE).when
                except WhenError:
                    when = None
                # The other order is not for all: it may be refused, but not misread.
                if when != expected and (when is not None or phrase.startswith(day)):
                    misread.append((phrase, when and f"{when:%Y-%m-%d %H:%M}"))
    assert misread == []
