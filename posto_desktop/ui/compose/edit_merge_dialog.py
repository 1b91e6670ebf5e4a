"""Dialog about a message that two people have changed: both versions, and which one is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.core.edit_merge import Conflict
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.models import dates
from posto_desktop.models.review_words import field_words
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.choices import RadioButton
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["EditMergeDialog"]

LONGEST = 600


class EditMergeDialog(ActionDialog):
    """Signal: `chosen(bool is_mine)`: which version is saved where both changed a field. Without
    `is_saving` the own version goes on being edited with what is chosen."""

    chosen = Signal(bool)

    def __init__(
        self,
        name: str,
        conflicts: Sequence[Conflict],
        parent: QWidget | None = None,
        *,
        is_saving: bool = True,
    ) -> None:
        super().__init__("edit-merge", "", "", width=560, parent=parent)
        name = name or self.tr("Somebody else")
        self.set_title(self.tr("{name} changed this message, too").format(name=name))
        if is_saving:
            mine = self.tr("Save my version")
            theirs = self.tr("Save the version of {name}; mine goes to Drafts")
            self.action_button.setText(self.tr("Save"))
        else:
            mine = self.tr("Keep my version")
            theirs = self.tr("Use the version of {name}; mine goes to Drafts")
            self.action_button.setText(self.tr("Continue editing"))
        fields = field_words(conflict.field for conflict in conflicts)
        hint = Paragraph("", "muted", object_name="edit-merge-fields", parent=self)
        hint.setText(self.tr("Both of you changed: {fields}.").format(fields=fields))
        self.body.addWidget(hint)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        box = QVBoxLayout(inside)
        box.setContentsMargins(4, 4, 12, 4)
        box.setSpacing(6)
        self.mine = RadioButton(mine, inside)
        self.theirs = RadioButton(theirs.format(name=name), inside)
        for button, object_name, values in (
            (self.mine, "save-mine", [conflict.mine for conflict in conflicts]),
            (self.theirs, "save-theirs", [conflict.theirs for conflict in conflicts]),
        ):
            button.setObjectName(object_name)
            # Names may be long: a fixed height is that of one line.
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            box.addWidget(button)
            words = "\n".join(filter(None, map(_shown, values)))
            value = Paragraph("", object_name=f"{object_name}-value", parent=inside)
            value.setText(words if len(words) <= LONGEST else f"{words[:LONGEST]}…")
            indented = QVBoxLayout()
            indented.setContentsMargins(26, 0, 0, 10)
            indented.addWidget(value)
            box.addLayout(indented)
        box.addStretch(1)
        self.mine.setChecked(True)
        scroll = OverlayScrollArea(self)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(round(200 * Theme.instance().scale))
        self.body.addWidget(scroll, 1)
        self.action_button.clicked.connect(self._choose)
        self.fit()

    @Slot()
    def _choose(self) -> None:
        is_mine = self.mine.isChecked()
        self.accept()
        self.chosen.emit(is_mine)


def _shown(value: object) -> str:
    """Return the value of a field as it is shown: texts with their parts, files by name, times."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return dates.spoken_when(datetime.fromtimestamp(value, UTC), datetime.now(UTC))
    if isinstance(value, tuple):
        return "\n".join(filter(None, (_shown(part) for part in value)))
    return value.name if isinstance(value, MediaRef) else ""
