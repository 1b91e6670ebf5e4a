"""Why a post is not out: the plain words, what to do, and the network's own words behind a fold."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.limits import network_name
from posto_desktop.models.reasons import Reason
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.rows import RowOrColumn

__all__ = ["ReasonBox"]


class ReasonBox(QFrame):
    """Signals: `fixRequested(str)` with "retry", "send_now", "look", "open_site", "there",
    "send_again" or "delete"."""

    fixRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("reason")
        box = QVBoxLayout(self)
        box.setContentsMargins(13, 12, 13, 12)
        box.setSpacing(0)
        self._title = Paragraph(role="strong", type_name="strong", object_name="reason-title")
        self._text = Paragraph(object_name="reason-text")
        box.addWidget(self._title)
        box.addSpacing(3)
        box.addWidget(self._text)
        self._actions = RowOrColumn(gap=6, parent=self)
        self._actions.set_margins(0, 12, 0, 0)
        self._first = self._button("primary", "reason-fix")
        self._actions.add(self._first)
        box.addWidget(self._actions)
        box.addWidget(self._make_answers())
        self._fold = Button("", "quiet", small=True, parent=self)
        self._fold.setObjectName("what-was-said")
        self._fold.setCheckable(True)
        self._fold.set_squeezable()
        self._fold.toggled.connect(self._unfold)
        self._fold_row = QWidget(self)
        fold = QHBoxLayout(self._fold_row)
        fold.setContentsMargins(0, 8, 0, 0)
        fold.addWidget(self._fold)
        fold.addStretch(1)
        box.addWidget(self._fold_row)
        self._said = Paragraph(role="small", type_name="small", object_name="said")
        said = QHBoxLayout()
        said.setContentsMargins(9, 4, 0, 0)
        said.addWidget(self._said)
        box.addLayout(said)
        self._first.clicked.connect(self._do_first)
        self._fix = ""

    def _make_answers(self) -> QWidget:
        """The ways out for a post of which nobody knows whether it is published."""
        self._answers = QWidget(self)
        rows = QVBoxLayout(self._answers)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(6)
        self._there = self._button("", "reason-there")
        self._there.set_lucide("check")
        self._name(self._there, self.tr("It was published"))
        self._there.clicked.connect(self._do_there)
        self._again = self._button("", "reason-send-again")
        self._again.set_lucide("send")
        self._name(self._again, self.tr("Send it again…"))
        self._again.clicked.connect(self._do_again)
        self._delete = self._button("quiet-danger", "reason-delete")
        self._delete.set_lucide("trash-2")
        self._name(self._delete, self.tr("Delete"))
        self._delete.clicked.connect(self._do_delete)
        for buttons in ((self._there,), (self._again, self._delete)):
            row = RowOrColumn(gap=6, parent=self._answers)
            for button in buttons:
                row.add(button)
            rows.addWidget(row)
        return self._answers

    def _name(self, button: Button, words: str) -> None:
        button.setText(words)
        button.setAccessibleName(words)

    def _button(self, variant: str, name: str) -> Button:
        button = Button("", variant, small=True, parent=self)
        button.setObjectName(name)
        return button

    def set_reason(
        self, reason: Reason, schedule: Schedule, can_look: bool = True, can_open_site: bool = False
    ) -> None:
        """Show a reason; the buttons follow from its fix. ``can_look``: it is known where the
        channel can be looked at; ``can_open_site``: the same of the site."""
        network = network_name(schedule.network) or self.tr("the network")
        set_role(self, f"{reason.tone}-area")
        self._title.setText(reason.title)
        self._text.setText(reason.text)
        looks = {
            "retry": ("rotate-cw", self.tr("Retry")),
            "send_now": ("send", self.tr("Send now")),
            "look": ("external-link", self.tr("Open {network} and look").format(network=network)),
        }
        if can_open_site:
            looks["open_site"] = ("external-link", self.tr("Open the site"))
        self._fix = reason.fix
        self._give(self._first, looks.get(reason.fix))
        self._actions.setVisible(reason.fix in looks and (can_look or reason.fix != "look"))
        self._answers.setVisible(reason.fix == "look")
        # Only the embedded workspace can be told that a post is there.
        self._there.setVisible(schedule.status == "unknown")
        self._fold.setText(self.tr("What {network} said").format(network=network))
        self._fold.setChecked(False)
        self._unfold(False)
        self._fold_row.setVisible(bool(reason.said))
        self._said.setText(reason.said[:2000])

    def _give(self, button: Button, look: tuple[str, str] | None) -> None:
        button.setVisible(look is not None)
        if look is not None:
            button.set_lucide(look[0])
            self._name(button, look[1])

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        self._fold.set_lucide("chevron-down" if on else "chevron-right")
        self._said.setVisible(on)

    @Slot()
    def _do_first(self) -> None:
        self.fixRequested.emit(self._fix)

    @Slot()
    def _do_there(self) -> None:
        self.fixRequested.emit("there")

    @Slot()
    def _do_again(self) -> None:
        self.fixRequested.emit("send_again")

    @Slot()
    def _do_delete(self) -> None:
        self.fixRequested.emit("delete")
