"""Beside the text: the link's card, the first comment, and what is chosen for single networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot

from posto_desktop.core.draft import channel_of
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.options_panel import Group
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

OPEN = "compose.options_open"


class Detailing(Part):
    """Keeps the fields and the options panel in step with the draft and the chosen networks."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self._setting = False
        page.fields.card.set_looks(page.previewing.links)
        page.options.changed.connect(self._chosen)
        page.options.folded.connect(self._folded)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.show_details)
        page.composer.assessed.connect(self._look_soon)
        page.composer.opened.connect(self._look_soon)
        page.composer.replaced.connect(self._look_soon)
        page.tabs.chosen.connect(self._look_soon)
        page.variant_bar.targetChosen.connect(self._look_soon)

    def begin(self) -> None:
        """The settings are there."""
        self._setting = True
        try:
            self.page.options.set_open(bool(self.page.keeping.get(OPEN)))
        finally:
            self._setting = False

    @Slot()
    def _look_soon(self, *_what: object) -> None:
        # After the other parts have done theirs: a tab's key is known only then.
        self._soon.start()

    @Slot()
    def show_details(self) -> None:
        """Show what belongs to the message as it is now."""
        page = self.page
        able: list[str] = []
        unable: list[str] = []
        for slug in page.composer.networks():
            (able if limits_for(slug).first_comment else unable).append(network_name(slug))
        page.fields.set_commenting(able, unable)
        page.options.set_groups(self._groups(), page.composer.draft.options)

    def _groups(self) -> list[Group]:
        page = self.page
        key = page.editor.key
        if not key:
            return [
                Group(slug, slug, network_name(slug), posts_only=_posts_only(channels))
                for slug, channels in page.composer.networks().items()
            ]
        number = channel_of(key)
        if number is None:
            posts_only = _posts_only(page.composer.networks().get(key, []))
            return [Group(key, key, network_name(key), whole=True, posts_only=posts_only)]
        channel = next((one for one in page.composer.channels if one.id == number), None)
        if channel is None:
            return []
        slug, posts_only = limits_for(channel.network).slug, _posts_only([channel])
        return [Group(key, slug, channel.name, whole=True, posts_only=posts_only)]

    @Slot(str, str, object)
    def _chosen(self, key: str, name: str, value: Any) -> None:
        composer = self.page.composer
        composer.draft = composer.draft.with_option(key, name, value)
        self.page.content_changed()

    @Slot(bool)
    def _folded(self, is_open: bool) -> None:
        if not self._setting:
            self.page.keeping.set(OPEN, is_open)

    def edit_option(self, key: str, name: str) -> bool:
        """Bring the caret into an option of a network (its slug) or a `channel:ID`; False when it
        is not offered."""
        self.page.leave_first_run()
        self.show_details()
        target = self.page.options.focus(key, name)
        if target is None and self.page.writing.show_key(key):
            self.show_details()
            target = self.page.options.focus(key, name)
        if target is None:
            return False
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.scroll_area.ensureWidgetVisible(target, 0, 24)
        return True


def _posts_only(channels: Sequence[Channel]) -> bool:
    """Whether all of these are known to make posts, not stories."""
    kinds = [one.channel_type.lower() for one in channels]
    return all(kinds) and not any("story" in kind for kind in kinds)
