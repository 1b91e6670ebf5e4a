"""Public holidays of a country, by the `holidays` library (MIT, python-holidays.readthedocs.io)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN
BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP
NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
COUNTRIES = tuple(_CODES.split())
"""ISO 3166 codes that the library knows; listed here because importing it is slow."""


def holidays_of(country: str, years: Iterable[int], language: str = "en_US") -> dict[date, str]:
    """Return the holidays of these years with their names, in `language` if available, else in the
    country's own; {} for an unknown country. On a worker: it imports the library."""
    import holidays

    if country not in COUNTRIES:
        return {}
    plain = holidays.country_holidays(country)
    chosen_language = language if language in plain.supported_languages else plain.default_language
    localized = holidays.country_holidays(country, years=list(years), language=chosen_language)
    return dict(sorted(localized.items()))
