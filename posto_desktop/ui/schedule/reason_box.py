"""Box with the reason why a post was not published: explanation, buttons, details from the
network."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.limits import network_name
from posto_desktop.models.reasons import Reason
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_or_column import RowOrColumn

__all__ = ["ReasonBox"]


class ReasonBox(QFrame):
    """Signals: `fixRequested(str)` with "retry", "send_now", "look", "open_site", "send_again",
    "comment", "edit", "undo" (do not send again), "pause" (the planner), "open_planner" or
    "delete"; `foundRequested(str url)`: the post is published, at the pasted address or "" without
    one."""

    fixRequested = Signal(str)
    foundRequested = Signal(str)

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
        self._fix_button = self._button("primary", "reason-fix")
        self._actions.add(self._fix_button)
        self._retry_button = self._button("", "reason-retry")
        self._retry_button.set_lucide("rotate-cw")
        self._set_button_name(self._retry_button, self.tr("Retry"))
        self._retry_button.clicked.connect(self._request_retry)
        self._actions.add(self._retry_button)
        self._planner_button = self._button("", "reason-open-planner")
        self._planner_button.set_lucide("external-link")
        self._set_button_name(self._planner_button, self.tr("Open on the site"))
        self._planner_button.clicked.connect(lambda: self.fixRequested.emit("open_planner"))
        self._actions.add(self._planner_button)
        box.addWidget(self._actions)
        box.addWidget(self._make_answers())
        self._details_toggle = Button("", "quiet", small=True, parent=self)
        self._details_toggle.setObjectName("what-was-said")
        self._details_toggle.setCheckable(True)
        self._details_toggle.set_squeezable()
        give_role(self._details_toggle, Role.Button, expands=True)
        self._details_toggle.toggled.connect(self._show_details)
        self._details_row = QWidget(self)
        fold = QHBoxLayout(self._details_row)
        fold.setContentsMargins(0, 8, 0, 0)
        fold.addWidget(self._details_toggle)
        fold.addStretch(1)
        box.addWidget(self._details_row)
        self._answer = Paragraph(role="small", type_name="small", object_name="said")
        details_row = QHBoxLayout()
        details_row.setContentsMargins(9, 4, 0, 0)
        details_row.addWidget(self._answer)
        box.addLayout(details_row)
        self._fix_button.clicked.connect(self._request_fix)
        self._fix = ""
        self._shown: tuple[int, str, str] | None = None

    def _make_answers(self) -> QWidget:
        """Add the buttons for a post that may or may not be published."""
        self._answers = QWidget(self)
        rows = QVBoxLayout(self._answers)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(6)
        self._address = QLineEdit(self._answers)
        name_control(self._address, self.tr("Address of the post"), "address-of-the-post")
        self._address.setPlaceholderText(self.tr("Address, if you know it"))
        self._address.setToolTip(self._address.placeholderText())
        self._address.setMaxLength(2000)
        self._address.returnPressed.connect(self._report_published)
        rows.addWidget(self._address)
        self._published_button = self._button("", "reason-there")
        self._published_button.set_lucide("check")
        self._set_button_name(self._published_button, self.tr("It is there"))
        self._published_button.clicked.connect(self._report_published)
        self._send_again_button = self._button("", "reason-send-again")
        self._send_again_button.set_lucide("send")
        self._set_button_name(self._send_again_button, self.tr("Send again"))
        self._send_again_button.clicked.connect(self._request_send_again)
        self._delete_button = self._button("quiet-danger", "reason-delete")
        self._delete_button.set_lucide("trash-2")
        self._set_button_name(self._delete_button, self.tr("Delete"))
        self._delete_button.clicked.connect(self._request_delete)
        for buttons in (
            (self._published_button, self._send_again_button),
            (self._delete_button,),
        ):
            row = RowOrColumn(gap=6, parent=self._answers)
            for button in buttons:
                row.add(button)
            rows.addWidget(row)
        return self._answers

    def _set_button_name(self, button: Button, words: str) -> None:
        button.setText(words)
        button.setAccessibleName(words)

    def _button(self, variant: str, name: str) -> Button:
        button = Button("", variant, small=True, parent=self)
        button.setObjectName(name)
        return button

    def set_reason(
        self,
        reason: Reason,
        schedule: Schedule,
        can_look: bool = True,
        can_open_site: bool = False,
        is_sent_again: bool = False,
        can_pause: bool = False,
    ) -> None:
        """Show a reason and the buttons of its fix. ``can_look``: the channel's profile address is
        known; ``can_open_site``: the site's address is known; ``is_sent_again``: the post is about
        to be sent again; ``can_pause``: its planner can be paused."""
        network = network_name(schedule.network) or self.tr("the network")
        shown = (schedule.id, schedule.status, reason.title)
        if shown != self._shown:
            self._address.clear()
            self._details_toggle.setChecked(False)
            self._show_details(False)
        self._shown = shown
        set_role(self, f"{reason.tone}-area")
        self._title.setText(reason.title)
        self._text.setText(
            self.tr("It is sent again in a moment.") if is_sent_again else reason.text
        )
        looks = {
            "retry": ("rotate-cw", self.tr("Retry")),
            "send_now": ("send", self.tr("Send now")),
            "look": ("external-link", self.tr("Open the channel")),
            "comment": ("message-circle", self.tr("Send the comment again")),
            "edit": ("pencil", self.tr("Edit")),
            "undo": ("undo-2", self.tr("Undo")),
        }
        if can_pause:
            looks["pause"] = ("pause", self.tr("Pause planner"))
        if can_open_site:
            looks["open_site"] = ("external-link", self.tr("Open the site"))
        self._fix = "undo" if is_sent_again else reason.fix
        self._show_button(self._fix_button, looks.get(self._fix))
        self._retry_button.setVisible(self._fix == "edit")
        self._planner_button.setVisible(reason.fix == "pause" and can_open_site)
        has_fix = self._fix in looks and (can_look or self._fix != "look")
        self._actions.setVisible(has_fix or not self._planner_button.isHidden())
        self._show_answers(reason, schedule, is_sent_again)
        self._details_toggle.setText(self.tr("Answer from {network}").format(network=network))
        self._details_row.setVisible(bool(reason.answer))
        self._answer.setText(reason.answer[:2000])

    def set_answerable(self, on: bool) -> None:
        """Hide the buttons that change the post where the signed-in person may not."""
        if not on:
            if self._fix in ("retry", "send_now", "comment", "edit", "undo"):
                self._actions.hide()
            self._answers.hide()

    def _show_answers(self, reason: Reason, schedule: Schedule, is_sent_again: bool) -> None:
        is_question = reason.fix == "look"
        self._answers.setVisible((is_question or reason.fix == "link") and not is_sent_again)
        # Only the local server accepts that the user reports a post as published.
        is_own = schedule.status in ("unknown", "success") or reason.fix == "link"
        self._published_button.setVisible(is_own)
        self._address.setVisible(is_own and schedule.status != "success")
        self._send_again_button.setVisible(is_question)
        self._delete_button.setVisible(schedule.status != "success")

    def _show_button(self, button: Button, look: tuple[str, str] | None) -> None:
        button.setVisible(look is not None)
        if look is not None:
            button.set_lucide(look[0])
            self._set_button_name(button, look[1])

    @Slot(bool)
    def _show_details(self, on: bool) -> None:
        self._details_toggle.set_lucide("chevron-down" if on else "chevron-end")
        self._answer.setVisible(on)

    @Slot()
    def _request_fix(self) -> None:
        self.fixRequested.emit(self._fix)

    @Slot()
    def _request_retry(self) -> None:
        self.fixRequested.emit("retry")

    @Slot()
    def _report_published(self) -> None:
        if not self._published_button.isHidden():
            address = "" if self._address.isHidden() else self._address.text().strip()
            self.foundRequested.emit(address)

    @Slot()
    def _request_send_again(self) -> None:
        self.fixRequested.emit("send_again")

    @Slot()
    def _request_delete(self) -> None:
        self.fixRequested.emit("delete")
