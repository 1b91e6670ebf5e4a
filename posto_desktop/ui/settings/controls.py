"""The control of a setting, made from its declaration; what is chosen is in force at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from posto_desktop.core.public_holidays import COUNTRIES
from posto_desktop.storage.settings_declared import Setting, Value, declaration
from posto_desktop.ui.settings.catalogue import tr
from posto_desktop.ui.settings.clocks import minutes_text, own_zone_name, zone_names
from posto_desktop.ui.settings.context import Context
from posto_desktop.ui.widgets.buttons import name_control, slug
from posto_desktop.ui.widgets.choices import Segmented, Switch
from posto_desktop.ui.widgets.fields import ComboBox

SEGMENTED = frozenset(
    {
        "appearance.text_size",
        "appearance.row_height",
        "calendar.clock",
        "network.proxy",
        "network.proxy_kind",
    }
)
OFFERED: dict[str, tuple[Value, ...]] = {
    "sending.late_limit_minutes": (0, 15, 60, 360, 1440),
    "publishing.day_minutes": tuple(range(0, 24 * 60, 30)),
}
"""Of a setting that takes any number, those that are worth a place in the list."""
OFFERED_LATE: dict[str, Callable[[], tuple[Value, ...]]] = {
    "publishing.zone": zone_names,
    "calendar.holidays": lambda: ("", *sorted(COUNTRIES, key=_country)),
}
"""The same where finding them takes a while."""
_FIELD = 200


def make_control(name: str, context: Context) -> QWidget:
    """A switch, segments, a combo box or a line for a setting, showing its value."""
    setting = declaration(name)
    if isinstance(setting.default, bool):
        return _switch(setting, context)
    if name in SEGMENTED:
        return _segments(setting, context)
    if setting.choices or name in OFFERED or name in OFFERED_LATE:
        return _combo(setting, context)
    return _line(setting, context)


def choice_text(name: str, value: Value) -> str:
    """A choice in words."""
    if name.endswith("_seconds"):
        seconds = int(value)
        if not seconds:
            return tr("Do not hold them")
        if seconds < 60:
            return tr("%n second(s)", seconds)
        return tr("%n minute(s)", seconds // 60)
    if name == "sending.late_limit_minutes":
        return _late_text(int(value))
    if name == "language.formats":
        return _locale_text(str(value))
    if name == "media.max_side":
        return tr("%n pixel(s)", int(value)) if value else tr("Leave them as they are")
    if name == "publishing.day_minutes":
        return minutes_text(int(value))
    if name == "publishing.zone":
        return (
            str(value) if value else tr("{zone} (like this computer)").format(zone=own_zone_name())
        )
    if name == "media.quality":
        return _quality_text(int(value))
    if name == "calendar.holidays":
        return _country(str(value)) if value else tr("Do not show them")
    return tr(_TEXTS[name, value])


def _country(code: str) -> str:
    territory = QLocale.codeToTerritory(code)
    if territory == QLocale.Country.AnyCountry:
        return code
    return QLocale.territoryToString(territory)


def _quality_text(quality: int) -> str:
    if quality == 0:
        return tr("Good (90)")
    if quality > 90:
        return tr("Best, large files ({number})").format(number=quality)
    if quality > 70:
        return tr("Medium ({number})").format(number=quality)
    return tr("Small files ({number})").format(number=quality)


def _late_text(minutes: int) -> str:
    if minutes == 0:
        return tr("Never")
    if minutes < 60 or minutes % 60:
        return tr("Up to %n minute(s) late", minutes)
    if minutes < 1440:
        return tr("Up to %n hour(s) late", minutes // 60)
    return tr("Up to 1 day late")


_TEXTS: dict[tuple[str, Value], str] = {
    ("general.start_page", "compose"): "Compose",
    ("general.start_page", "schedule"): "Schedule",
    ("general.start_page", "calendar"): "Calendar",
    ("general.start_page", "styles"): "Styles",
    ("general.start_page", "activity"): "Activity",
    ("calendar.view", "day"): "Day",
    ("calendar.view", "week"): "Week",
    ("calendar.view", "month"): "Month",
    ("calendar.view", "agenda"): "Agenda",
    ("calendar.week_start", ""): "As usual here",
    ("calendar.week_start", "monday"): "Monday",
    ("calendar.week_start", "saturday"): "Saturday",
    ("calendar.week_start", "sunday"): "Sunday",
    ("calendar.clock", ""): "As usual here",
    ("calendar.clock", "24"): "24 hours",
    ("calendar.clock", "12"): "12 hours",
    ("appearance.text_size", "small"): "Small",
    ("appearance.text_size", "normal"): "Normal",
    ("appearance.text_size", "large"): "Large",
    ("appearance.text_size", "larger"): "Larger",
    ("appearance.row_height", "compact"): "Compact",
    ("appearance.row_height", "comfortable"): "Comfortable",
    ("appearance.scheme", "system"): "Same as the system",
    ("appearance.scheme", "light"): "Light",
    ("appearance.scheme", "dark"): "Dark",
    ("network.proxy", "system"): "As the system",
    ("network.proxy", "none"): "None",
    ("network.proxy", "manual"): "This one",
    ("network.proxy_kind", "http"): "HTTP",
    ("network.proxy_kind", "socks5"): "SOCKS 5",
}


def _locale_text(code: str) -> str:
    if not code:
        system = QLocale.system()
        if system.language() == QLocale.Language.C:
            return tr("As this computer")
        return tr("As this computer ({name})").format(name=_locale_name(system))
    return _locale_name(QLocale(code))


def _locale_name(locale: QLocale) -> str:
    language = locale.nativeLanguageName() or QLocale.languageToString(locale.language())
    language = language[:1].upper() + language[1:]
    country = locale.nativeTerritoryName()
    return f"{language}, {country}" if country else language


def _switch(setting: Setting, context: Context) -> Switch:
    switch = Switch(tr(setting.text))
    switch.setObjectName(slug(setting.text))
    switch.setChecked(bool(context.read(setting.name)))
    switch.toggled.connect(partial(context.write, setting.name))
    return switch


def _segments(setting: Setting, context: Context) -> Segmented:
    keys = [str(value) for value in setting.choices]
    texts = [choice_text(setting.name, value) for value in setting.choices]
    control = Segmented(setting.text, list(zip(keys, texts, strict=True)))
    control.setAccessibleName(tr(setting.text))
    control.set_value(str(context.read(setting.name)))
    control.changed.connect(partial(context.write, setting.name))
    return control


def _combo(setting: Setting, context: Context) -> ComboBox:
    box = ComboBox(slug(setting.text))
    present = context.read(setting.name)
    values = setting.choices or OFFERED.get(setting.name) or OFFERED_LATE[setting.name]()
    for value in values if present in values else (*values, present):
        box.addItem(choice_text(setting.name, value), value)
    box.setCurrentIndex(box.findData(present))
    box.activated.connect(lambda _index: context.write(setting.name, box.currentData()))
    return box


def _line(setting: Setting, context: Context) -> QLineEdit:
    line = QLineEdit()
    name_control(line, tr(setting.text))
    line.setObjectName(slug(setting.text))
    value = context.read(setting.name)
    number = isinstance(setting.default, int)
    line.setText("" if value == setting.default else str(value))
    line.setFixedWidth(90 if number else _FIELD)
    if number:
        line.setValidator(QIntValidator(setting.low or 0, setting.high or 1 << 30, line))
    else:
        line.setMaxLength(1_000)

    def keep() -> None:
        text = line.text().strip()
        typed: Value = text
        if number:
            typed = int(text) if text.isdecimal() else setting.default
        if typed != context.read(setting.name):
            context.write(setting.name, typed)

    line.editingFinished.connect(keep)
    return line
