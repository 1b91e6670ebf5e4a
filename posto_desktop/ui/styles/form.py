"""Editor of a style: a tab for each network, with its texts and options."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.core.styles import listed_networks, same_as_of
from posto_desktop.models.template_words import readable, variable_tip, variable_title
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.style_files import ALL_NETWORKS, StyleFile, would_ring
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts
from posto_desktop.sdk.templates import VARIABLES, unknown, used
from posto_desktop.ui.shared.counter_row import CounterRow
from posto_desktop.ui.shared.network_tabs import NetworkTabs
from posto_desktop.ui.shared.template_edit import TemplateEdit
from posto_desktop.ui.styles.damaged_style_panel import DamagedStylePanel
from posto_desktop.ui.styles.options_card import OptionsCard
from posto_desktop.ui.styles.parts_card import PartsCard
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, Chip, name_control, object_name_of
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import hairline, label, set_role
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.assessment import CharacterCount
from posto_desktop.viewmodels.styles_state import StylesState

SIDE = 24
# : Networks that the menu of own texts lists first.
COMMON = ("twitter", "instagram", "fb", "linkedin", "bluesky", "mastodon", "threads", "telegram")


class StyleForm(QWidget):
    """Shows the open style's values for one network, or for all, and the tabs of its networks."""

    def __init__(self, state: StylesState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._editor = state, state.editor
        self._style: StyleFile | None = None
        self._tab = state.view.tab
        self._words = NO_WORDS
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline(self))
        column.addWidget(self._build_tabs())
        column.addWidget(hairline(self))
        column.addWidget(self._build_body(), 1)
        self._editor.opened.connect(self.show_style)
        self._editor.reloaded.connect(self.show_style)
        self._editor.changed.connect(self._on_style_changed)
        self.show_style(self._editor.style)

    def _build_tabs(self) -> QWidget:
        head = self._tab_row = QWidget(self)
        self._set_row_height()
        row = QHBoxLayout(head)
        row.setContentsMargins(SIDE, 0, 10, 0)
        row.setSpacing(4)
        self.tabs = NetworkTabs(head)
        self.tabs.setAccessibleName(self.tr("Networks of the style"))
        self.tabs.setObjectName("networks-of-the-style")
        row.addWidget(self.tabs)
        self.own_button = Button(
            self.tr("Own text for…"), "link", icon="plus", small=True, parent=head
        )
        name_control(self.own_button, self.tr("Own text for a network"), "own-text-for-a-network")
        self.own_button.set_squeezable()
        row.addWidget(self.own_button)
        row.addStretch(1)
        self.tabs.chosen.connect(self._tab_chosen)
        self.own_button.clicked.connect(self._offer_networks)
        return head

    def _build_body(self) -> OverlayScrollArea:
        self.area = OverlayScrollArea(self)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        body = QVBoxLayout(inside)
        body.setContentsMargins(SIDE, 14, SIDE, 20)
        body.setSpacing(6)
        self.notes = label("", "error", object_name="style-notes", wrap=True)
        body.addWidget(self.notes)
        self.damaged = DamagedStylePanel(inside)
        self.damaged.hide()
        body.addWidget(self.damaged)
        self._same_row = QWidget(inside)
        same = QHBoxLayout(self._same_row)
        same.setContentsMargins(0, 0, 0, 6)
        words = label(self.tr("Same as"), "muted")
        self.same = ComboBox("same-as", self._same_row)
        words.setBuddy(self.same)
        same.addWidget(words)
        same.addWidget(self.same, 1)
        self.remove_own_button = Button(self.tr("Use all networks' text"), "quiet", icon="undo-2",
                                  small=True, parent=self._same_row)  # fmt: skip
        self.remove_own_button.set_squeezable()
        same.addWidget(self.remove_own_button)
        body.addWidget(self._same_row)
        self.same.activated.connect(self._same_chosen)
        self.remove_own_button.clicked.connect(self._remove_own_text)
        self._texts = QWidget(inside)
        texts = QVBoxLayout(self._texts)
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(6)
        top = QHBoxLayout()
        self._text_label = label(self.tr("Text"), "muted")
        top.addWidget(self._text_label)
        self.counters = CounterRow(self._texts)
        self.counters.networkChosen.connect(self.tabs.choose)
        top.addWidget(self.counters, 1)
        texts.addLayout(top)
        self.template = TemplateEdit("", "", parent=self._texts)
        self._text_label.setBuddy(self.template)
        texts.addWidget(self.template)
        self.unknown = label("", "error", object_name="unknown-variables", wrap=True)
        texts.addWidget(self.unknown)
        texts.addWidget(self._build_chips())
        texts.addSpacing(8)
        self._comment_box = QWidget(self._texts)
        comment = QVBoxLayout(self._comment_box)
        comment.setContentsMargins(0, 0, 0, 0)
        comment.setSpacing(6)
        self._comment_label = label("", "muted", wrap=True)
        comment.addWidget(self._comment_label)
        self.comment = TemplateEdit("", "", lines=1, parent=self._comment_box)
        self._comment_label.setBuddy(self.comment)
        comment.addWidget(self.comment)
        texts.addWidget(self._comment_box)
        texts.addSpacing(10)
        self.options = OptionsCard(self._texts)
        texts.addWidget(self.options)
        texts.addSpacing(10)
        self.parts = PartsCard(self._texts)
        texts.addWidget(self.parts)
        body.addWidget(self._texts)
        body.addStretch(1)
        self.area.setWidget(inside)
        self.template.edited.connect(self._text_edited)
        self.comment.edited.connect(self._comment_edited)
        self.options.changed.connect(self._set_value)
        self.parts.changed.connect(self._set_value)
        self.parts.removed.connect(self._remove_part)
        return self.area

    def _build_chips(self) -> QWidget:
        box = QWidget(self._texts)
        flow = FlowLayout(box, 6)
        flow.addWidget(label(self.tr("Insert"), "small"))
        self.chips: dict[str, Chip] = {}
        for name in VARIABLES:
            # The title is called "Message" where it is all of it; both fit.
            words = sorted({variable_title(name), variable_title(name, ("post_content",))}, key=len)
            chip = Chip(words[-1], icon="plus", checkable=False, parent=box)
            chip.setMinimumWidth(chip.sizeHint().width())
            chip.setObjectName(f"insert-{name}")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.clicked.connect(lambda _on=False, name=name: self._insert(name))
            flow.addWidget(chip)
            self.chips[name] = chip
        return box

    def _show_variables(self, style: StyleFile) -> None:
        """Show on the chips what variables mean in the open template."""
        beside = used(str(style.settings.get(self._tab, {}).get("post_text", "")))
        for name, chip in self.chips.items():
            chip.set_text(variable_title(name, beside))
            chip.setToolTip(variable_tip(name, beside))

    # -- showing ---------------------------------------------------------------------------

    @Slot(object)
    def show_style(self, style: StyleFile | None) -> None:
        """Show a style at the current tab."""
        if style is not None:
            self._style = style
            self._show_tabs(style)
            self._show_part(style)

    def show_tab(self, slug: str) -> None:
        """Show the values for a network, ``*`` for all."""
        self._tab = slug
        self.tabs.show_tab("" if slug == ALL_NETWORKS else slug)
        if self._style is not None:
            self._show_part(self._style)

    def _show_tabs(self, style: StyleFile) -> None:
        slugs = listed_networks(style)
        with QSignalBlocker(self.tabs):
            self.tabs.set_networks([(slug, network_name(slug)) for slug in slugs])
        self.tabs.set_customised(set(slugs))
        self.tabs.show_tab("" if self._tab == ALL_NETWORKS else self._tab)
        self._fit_tabs()

    def _fit_tabs(self) -> None:
        """Let the tabs take the width they need, as far as the button beside them leaves room."""
        room = self._tab_row.width() - SIDE - 10 - self.own_button.sizeHint().width() - 12
        # Their size hint is correct at full width only.
        self.tabs.setFixedWidth(max(120, room))
        self.tabs.setFixedWidth(max(120, min(room, self.tabs.sizeHint().width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_tabs()

    def _show_part(self, style: StyleFile) -> None:
        slug, single = self._tab, self._tab != ALL_NETWORKS
        part = style.settings.get(slug, {})
        common = style.settings.get(ALL_NETWORKS, {}) if single else {}
        target = network_name(slug) if single else self.tr("all networks")
        key = object_name_of(network_name(slug)) if single else "all-networks"
        name = self.tr("Template for {network}").format(network=target)
        name = f"{self._text_label.text()}, {name}"
        if self.template.accessibleName() != name:
            name_control(self.template, name, f"template-for-{key}")
        self.template.set_text(str(part.get("post_text", "")))
        common_text = str(common.get("post_text", "")) or "{post_title}"
        self.template.setPlaceholderText(readable(common_text))
        commenting = limits_for(slug).first_comment if single else True
        self._comment_box.setVisible(bool(commenting))
        name = self.tr("First comment")
        if not single:
            name = self.tr("First comment on Facebook, Instagram, X, Bluesky and Reddit")
        self._comment_label.setText(name)
        name_control(self.comment, f"{name}, {target}", f"first-comment-for-{key}")
        self.comment.set_text(str(part.get("first_comment", "")))
        self.comment.setPlaceholderText(readable(str(common.get("first_comment", ""))))
        self.options.show_part(slug, part, common)
        self.parts.show_part(slug, part, common, self._words)
        self._fill_same(style)
        notes = [style.problem] if style.problem else list(style.notes)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        damaged = bool(style.problem)
        self.damaged.show_file(style.path if damaged else None)
        self._tab_row.setEnabled(not damaged)
        self._same_row.setVisible(single and not damaged)
        self._texts.setVisible(not damaged and not same_as_of(style, slug))
        self._show_unknown(style)

    def _fill_same(self, style: StyleFile) -> None:
        slug = self._tab
        self.same.clear()
        self.same.addItem(self.tr("None (own text)"), "")
        if slug == ALL_NETWORKS:
            return
        chosen = same_as_of(style, slug)
        for network_slug in listed_networks(style):
            # Offer no network that would cause a circle.
            if network_slug != slug and (
                network_slug == chosen or not would_ring(style.settings, slug, network_slug)
            ):
                self.same.addItem(network_name(network_slug), network_slug)
        if chosen and self.same.findData(chosen) < 0:
            self.same.addItem(network_name(chosen), chosen)
        self.same.setCurrentIndex(max(0, self.same.findData(chosen)))

    def _show_unknown(self, style: StyleFile) -> None:
        self._show_variables(style)
        part = style.settings.get(self._tab, {})
        texts = (str(part.get(key, "")) for key in ("post_text", "first_comment"))
        unknown_names = dict.fromkeys(name for text in texts for name in unknown(text))
        words = ", ".join(f"{{{name}}}" for name in unknown_names)
        if words:
            words = self.tr("Unknown variable: {names}").format(names=words)
        self.unknown.setText(words)
        self.unknown.setVisible(bool(words))

    def set_words(self, words: SnippetTexts) -> None:
        """Set the user's groups of hashtags and signatures."""
        if words != self._words:
            self._words = words
            if self._style is not None:
                self._show_part(self._style)

    def show_counts(self, counts: Sequence[CharacterCount]) -> None:
        """Show the character counts of the preview."""
        slug = self._tab
        self.counters.set_counts([count for count in counts if slug in (ALL_NETWORKS, count.slug)])

    @Slot(object)
    def _on_style_changed(self, style: StyleFile) -> None:
        """Update the tabs after a change by the user; the fields stay untouched."""
        self._style = style
        self._show_tabs(style)
        self._show_unknown(style)
        self._texts.setVisible(not same_as_of(style, self._tab))

    # -- what the user does ----------------------------------------------------------------

    @Slot(str)
    def _tab_chosen(self, slug: str) -> None:
        self._state.show_tab(slug or ALL_NETWORKS)

    @Slot()
    def _text_edited(self) -> None:
        self._set_value("post_text", self.template.text() or None)

    @Slot()
    def _comment_edited(self) -> None:
        self._set_value("first_comment", self.comment.text() or None)

    @Slot(str, object)
    def _set_value(self, key: str, value: object) -> None:
        self._editor.set_value(self._tab, key, value)

    @Slot(str, object, str)
    def _remove_part(self, key: str, value: object, title: str) -> None:
        self._state.remove_part(self._tab, key, value, title)

    def _insert(self, name: str) -> None:
        target = self.comment if self.comment.hasFocus() else self.template
        target.insert_variable(name)

    @Slot()
    def _offer_networks(self) -> None:
        style = self._style
        if style is None:
            return
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        existing = set(listed_networks(style))
        networks = sorted((network for network in all_networks() if network.slug not in COMMON),
                      key=lambda network: network.name.casefold())  # fmt: skip
        for slug in [*COMMON, *(network.slug for network in networks)]:
            if slug not in existing:
                menu.add(network_name(slug), slot=partial(self.add_own_text, slug))
        menu.popup(below(self.own_button))

    def add_own_text(self, slug: str) -> None:
        """Add an own text for a network, starting with the common one, and show it."""
        style = self._style
        if style is None or style.problem:
            return
        if slug not in listed_networks(style):
            common = style.settings.get(ALL_NETWORKS, {})
            text = str(common.get("post_text", "")) or "{post_title}"
            self._editor.set_part(slug, {"post_text": text})
        self._state.show_tab(slug)
        self.template.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _same_chosen(self) -> None:
        self._editor.set_same_as(self._tab, self.same.currentData() or "")
        if self._style is not None:
            self._show_part(self._style)

    @Slot()
    def _remove_own_text(self) -> None:
        self._editor.set_part(self._tab, None)

    def _set_row_height(self) -> None:
        self._tab_row.setFixedHeight(Theme.instance().px("size.tab_row"))

    def restyle(self) -> None:
        self._set_row_height()
        self.template.restyle()
        self.comment.restyle()
        set_role(self.notes, "error")
