"""The languages of the app's texts, and the countries whose formats Settings offers."""

from __future__ import annotations

__all__ = ["LANGUAGES", "LOCALES"]

LANGUAGES = ("en", "ar", "az", "de", "es", "fr", "pt_BR", "tr")
"""As QLocale names them, English first. `packaging/translations.py` has those beside English."""
LOCALES = (
    *("", "en_GB", "en_US", "en_CA", "de_DE", "de_AT", "de_CH", "es_ES", "es_MX", "es_AR", "fr_FR"),
    *("fr_CA", "fr_CH", "it_IT", "nl_NL", "pl_PL", "pt_BR", "pt_PT", "az_AZ", "tr_TR", "ar_EG"),
    *("ar_AE", "ar_MA", "ar_SA"),
)
"""As QLocale names them; "" for that of the system."""
