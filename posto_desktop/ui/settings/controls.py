"""Controls of settings, made from their declarations; changes apply at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.public_holidays import COUNTRIES
from posto_desktop.models.languages import (
    available_languages,
    chosen_language,
    language_name,
    shown_language,
)
from posto_desktop.models.locale_settings import country_locale
from posto_desktop.storage.setting_declarations import Setting, Value, declaration
from posto_desktop.ui.settings.catalogue import tr
from posto_desktop.ui.settings.time_zones import local_zone_name, minutes_text, zone_names
from posto_desktop.ui.widgets.buttons import name_control, object_name_of
from posto_desktop.ui.widgets.choices import SegmentedControl, Switch
from posto_desktop.ui.widgets.fields import ComboBox

LAZY_CHOICES: dict[str, Callable[[], tuple[Value, ...]]] = {
    "publishing.zone": zone_names,
    "calendar.holidays": lambda: ("", *sorted(COUNTRIES, key=_country)),
    "language.texts": lambda: ("", *available_languages()),
}
"""Choices that take a while to compute, by setting."""
_FIELD = 200

Read = Callable[[str], Value]
Write = Callable[[str, Value], None]


def make_control(setting: Setting, read: Read, write: Write) -> QWidget:
    """Return a switch, segments, combo box or line edit that shows the value of a setting."""
    if isinstance(setting.default, bool):
        return _switch(setting, read, write)
    if setting.segments:
        return _segments(setting, read, write)
    if setting.choices or setting.offered or setting.name in LAZY_CHOICES:
        return _combo(setting, read, write)
    return _line(setting, read, write)


def choice_text(name: str, value: Value) -> str:
    """Return the display text of a choice."""
    if text := declaration(name).choices.get(value):
        return tr(text)
    if name.endswith("_seconds"):
        return _duration_text(int(value))
    make_text = _TEXTS.get(name)
    return make_text(value) if make_text is not None else str(value)


def _duration_text(seconds: int) -> str:
    if not seconds:
        return translate("Settings", "Off")
    if seconds < 60:
        return translate("Settings", "%n second(s)", "", seconds)
    return translate("Settings", "%n minute(s)", "", seconds // 60)


def _side_text(pixels: int) -> str:
    if not pixels:
        return translate("Settings", "Keep the original size")
    return translate("Settings", "%n pixel(s)", "", pixels)


def _zone_text(name: str) -> str:
    if name:
        return name
    return translate("Settings", "System default ({zone})").format(zone=local_zone_name())


def _country(code: str) -> str:
    territory = QLocale.codeToTerritory(code)
    if territory == QLocale.Country.AnyCountry:
        return code
    return QLocale.territoryToString(territory)


def _quality_text(quality: int) -> str:
    if quality == 0:
        return translate("Settings", "Good (90)")
    if quality > 90:
        return translate("Settings", "Best, large files ({number})").format(number=quality)
    if quality > 70:
        return translate("Settings", "Medium ({number})").format(number=quality)
    return translate("Settings", "Small files ({number})").format(number=quality)


def _late_text(minutes: int) -> str:
    if minutes == 0:
        return translate("Settings", "Never")
    if minutes < 60 or minutes % 60:
        return translate("Settings", "Up to %n minute(s) late", "", minutes)
    if minutes < 1440:
        return translate("Settings", "Up to %n hour(s) late", "", minutes // 60)
    return translate("Settings", "Up to 1 day late")


def _language_text(code: str) -> str:
    if code:
        return language_name(code)
    return translate("Settings", "System default ({name})").format(
        name=language_name(chosen_language(""))
    )


def _locale_text(code: str) -> str:
    if not code:
        usual = country_locale("", shown_language(), QLocale.system())
        if usual.language() == QLocale.Language.C:
            return translate("Settings", "System default")
        return translate("Settings", "System default ({name})").format(name=_locale_name(usual))
    return _locale_name(QLocale(code))


def _locale_name(locale: QLocale) -> str:
    language = locale.nativeLanguageName() or QLocale.languageToString(locale.language())
    language = language[:1].upper() + language[1:]
    country = locale.nativeTerritoryName()
    return f"{language}, {country}" if country else language


_TEXTS: dict[str, Callable[[Any], str]] = {
    "calendar.holidays": lambda code: (
        _country(code) if code else translate("Settings", "None", "public holidays")
    ),
    "language.formats": _locale_text,
    "language.texts": _language_text,
    "media.max_side": _side_text,
    "media.quality": _quality_text,
    "notifications.before_due_minutes": lambda minutes: _duration_text(60 * minutes),
    "publishing.day_minutes": minutes_text,
    "publishing.zone": _zone_text,
    "sending.late_limit_minutes": _late_text,
}


def _switch(setting: Setting, read: Read, write: Write) -> Switch:
    switch = Switch(tr(setting.text), object_name_of(setting.text))
    switch.setChecked(bool(read(setting.name)))
    switch.toggled.connect(partial(write, setting.name))
    return switch


def _segments(setting: Setting, read: Read, write: Write) -> SegmentedControl:
    keys = [str(value) for value in setting.choices]
    texts = [choice_text(setting.name, value) for value in setting.choices]
    control = SegmentedControl(
        tr(setting.text), object_name_of(setting.text), list(zip(keys, texts, strict=True))
    )
    control.set_value(str(read(setting.name)))
    control.changed.connect(partial(write, setting.name))
    return control


def _combo(setting: Setting, read: Read, write: Write) -> ComboBox:
    box = ComboBox(object_name_of(setting.text))
    present = read(setting.name)
    values = tuple(setting.choices) or setting.offered or LAZY_CHOICES[setting.name]()
    for value in values if present in values else (*values, present):
        box.addItem(choice_text(setting.name, value), value)
    box.setCurrentIndex(box.findData(present))
    box.activated.connect(lambda _index: write(setting.name, box.currentData()))
    return box


def _line(setting: Setting, read: Read, write: Write) -> QLineEdit:
    line = QLineEdit()
    name_control(line, tr(setting.text), object_name_of(setting.text))
    value = read(setting.name)
    number = isinstance(setting.default, int)
    line.setText("" if value == setting.default else str(value))
    line.setFixedWidth(90 if number else _FIELD)
    if number:
        line.setValidator(QIntValidator(setting.low or 0, setting.high or 1 << 30, line))
    else:
        line.setMaxLength(1_000)

    def store_text() -> None:
        text = line.text().strip()
        typed: Value = text
        if number:
            typed = int(text) if text.isdecimal() else setting.default
        if typed != read(setting.name):
            write(setting.name, typed)

    line.editingFinished.connect(store_text)
    return line
