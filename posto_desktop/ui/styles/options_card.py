"""Card with the options of a style for one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.core.options import OptionField, fields_for, shown
from posto_desktop.sdk.style_files import ALL_NETWORKS
from posto_desktop.ui.shared.option_controls import OptionControl, make_option_control
from posto_desktop.ui.widgets.buttons import name_control, object_name_of
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.setting_row import SettingRow

# : Rows for every network, shown before those of a network.
GENERAL = ("upload_media", "attach_link", "custom_link", "cut_post_text")


class _Choice(ComboBox):
    """Combo box with a few values; the first is None for "not set"."""

    edited = Signal()

    def __init__(
        self, name: str, object_name: str, choices: Sequence[tuple[Any, str]], parent: QWidget
    ) -> None:
        super().__init__("", parent)
        name_control(self, name, object_name)
        for value, words in choices:
            self.addItem(words, value)
        self.activated.connect(self.edited)

    def value(self) -> object:
        return self.currentData()

    def set_value(self, value: object) -> None:
        matches = (at for at in range(self.count()) if self.itemData(at) is value)
        self.setCurrentIndex(next(matches, 0))


class OptionsCard(QFrame):
    """Signal ``changed(str key, value)``; None if the option is not set any more."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._slug = ""
        self._body: QWidget | None = None
        self._controls: dict[str, Any] = {}
        self._fields: dict[str, OptionField] = {}

    def show_part(self, slug: str, part: Mapping[str, Any], common: Mapping[str, Any]) -> None:
        """Show the options for a network (``*``: all); `common` has the values for all networks,
        shown as placeholders."""
        if slug != self._slug or self._body is None:
            self._slug = slug
            self._build()
        for key, control in self._controls.items():
            value = part.get(key)
            if isinstance(control, _Choice):
                control.set_value(value)
            else:
                field = self._fields[key]
                control.set_value(shown(field, value), shown(field, common.get(key)))

    def _build(self) -> None:
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._controls = {}
        body = self._body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        first = True
        for key, title, hint, control in [*self._general_rows(body), *self._network_rows(body)]:
            if not first:
                column.addWidget(hairline(body))
            first = False
            column.addWidget(self._row(title, hint, control, body))
            self._controls[key] = control
            control.edited.connect(lambda key=key: self._edited(key))
        self._column.addWidget(body)

    def _general_rows(self, body: QWidget) -> list[tuple[str, str, str, Any]]:
        is_network = self._slug != ALL_NETWORKS
        same = self.tr("Same as all networks")
        rows: list[tuple[str, str, str, Any]] = []
        title = self.tr("Upload media")
        choices = [(True, self.tr("Yes")), (False, self.tr("No"))]
        first = [(None, same)] if is_network else [(None, self.tr("Yes"))]
        choices = choices if is_network else choices[1:]
        box = _Choice(title, "upload-media", [*first, *choices], body)
        rows.append(("upload_media", title, self.tr("Send pictures and videos with the post"), box))
        limits = limits_for(self._slug) if is_network else None
        if limits is None or limits.custom_link:
            title = self.tr("Attach link")
            drops = limits is None or limits.link_drops_media
            hint = self.tr("The link of the message, or the first link in its text")
            if limits is None:
                hint = self.tr("Facebook and LinkedIn then drop the media")
            elif drops:
                hint = self.tr("{network} then drops the media").format(network=limits.name)
            unset = same if is_network else self.tr("If the message has a link")
            always, never = self.tr("Also a link in the text"), self.tr("Never")
            box = _Choice(
                title, "attach-link", [(None, unset), (True, always), (False, never)], body
            )
            rows.append(("attach_link", title, hint, box))
            #: Noun: a web address.
            title = self.tr("Link")
            field = OptionField("custom_link", "link", "Link", most=2048)
            hint = self.tr("Used if the message has no link")
            rows.append(("custom_link", title, hint, self._field(field, title, body)))
        title = self.tr("When the text is too long")
        warn, cut = self.tr("Warn me"), self.tr("Cut it")
        many = (
            [(None, same), (False, warn), (True, cut)]
            if is_network
            else [(None, warn), (True, cut)]
        )
        hint = self.tr("Applies where a network has a limit")
        rows.append(
            ("cut_post_text", title, hint, _Choice(title, "when-the-text-is-too-long", many, body))
        )
        return rows

    def _network_rows(self, body: QWidget) -> list[tuple[str, str, str, Any]]:
        """Return rows for the options of this network only."""
        if self._slug == ALL_NETWORKS:
            return []
        rows = []
        for field in fields_for(self._slug):
            if field.overrides or field.key in GENERAL:
                continue
            title = translate("Options", field.label)
            hint = self.tr("On {network}").format(network=network_name(self._slug))
            rows.append((field.key, title, hint, self._field(field, title, body)))
        return rows

    def _field(self, field: OptionField, name: str, body: QWidget) -> OptionControl:
        plain = OptionField(field.key, field.kind, field.label, field.choices, field.most)
        self._fields[field.key] = plain
        return make_option_control(plain, name, object_name_of(field.label), body)

    def _row(self, title: str, hint: str, control: QWidget, body: QWidget) -> QWidget:
        control.setMinimumWidth(min(200, max(150, control.sizeHint().width())))
        share = 0 if isinstance(control, ComboBox) else 1
        return SettingRow(title, hint, control, body, shares=(1, share))

    def _edited(self, key: str) -> None:
        self.changed.emit(key, self._controls[key].value())
