"""Card in the details of an outbox entry: a question or an error, with buttons that resolve it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.models.channel_states import headline, short_name, troubles
from posto_desktop.models.delivery_status import DeliveryStatus
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.reasons import (
    Reason,
    explain,
    explain_own,
    is_about_comment,
)
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_or_column import RowOrColumn
from posto_desktop.viewmodels.post_facts import PostFacts

__all__ = ["EntryCard"]

_MOST_REASONS = 3


class EntryCard(QFrame):
    """Signals: `actionRequested(str)` with "look", "there", "send_again", "retry", "send_now",
    "comment" or "edit"; `foundRequested(int id, str url)`: the post with this id in the schedule is
    there, at this address."""

    actionRequested = Signal(str)
    foundRequested = Signal(object, str)

    def __init__(self, model: OutboxModel, facts: PostFacts, parent: QWidget):
        super().__init__(parent)
        self._model, self._facts = model, facts
        self._asked: Schedule | None = None
        """The one post in the schedule that the question is about."""
        self._retry_kind = "retry"
        self.setObjectName("entry-card")
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 13, 14, 14)
        box.setSpacing(0)
        self._title = Paragraph(role="strong", type_name="strong", object_name="entry-question")
        self._reason = Paragraph(role="muted", object_name="entry-reason")
        box.addWidget(self._title)
        box.addSpacing(2)
        box.addWidget(self._reason)
        box.addWidget(self._make_answers())
        box.addWidget(self._make_fixes())

    def _make_answers(self) -> QWidget:
        self._look_button = Button("", "primary", icon="external-link", parent=self)
        self._look_button.setObjectName("look")
        self._look_button.clicked.connect(self._on_look)
        self._published_button = self._button(self.tr("It is there"), "check", "it-is-there")
        self._published_button.clicked.connect(self._on_published)
        self._send_again_button = self._button(self.tr("Send again"), "send", "send-again")
        self._send_again_button.clicked.connect(self._on_again)
        self._answers = QWidget(self)
        answers = QVBoxLayout(self._answers)
        answers.setContentsMargins(0, 12, 0, 0)
        answers.setSpacing(8)
        answers.addWidget(self._look_button)
        self._address = QLineEdit(self._answers)
        name_control(self._address, self.tr("Address of the post"), "address-of-the-post")
        self._address.setPlaceholderText(self.tr("Address, if you know it"))
        self._address.setToolTip(self._address.placeholderText())
        self._address.setMaxLength(2000)
        self._address.returnPressed.connect(self._on_published)
        answers.addWidget(self._address)
        self._answer_row = RowOrColumn(gap=8, fill=True, parent=self._answers)
        self._answer_row.add(self._published_button)
        self._answer_row.add(self._send_again_button)
        answers.addWidget(self._answer_row)
        return self._answers

    def _make_fixes(self) -> QWidget:
        self._retry = Button("", "primary", icon="rotate-cw", small=True, parent=self)
        self._retry.setObjectName("try-again")
        self._retry.clicked.connect(self._on_retry)
        self._edit = self._button(self.tr("Edit as new"), "pencil", "edit-as-new", small=True)
        self._edit.clicked.connect(self._on_edit)
        self._fixes = RowOrColumn(parent=self)
        self._fixes.set_margins(0, 12, 0, 0)
        self._fixes.add(self._retry)
        self._fixes.add(self._edit)
        return self._fixes

    def _button(self, words: str, icon: str, name: str, *, small: bool = False) -> Button:
        button = Button(words, icon=icon, small=small, parent=self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        return button

    # --- content ----------------------------------------------------------------------------------

    def show_entry(self, entry: Entry, delivery_status: DeliveryStatus) -> None:
        """Show what the entry needs; hide the card if it needs nothing."""
        is_question = entry.state == "unclear" or delivery_status.kind == "needs_you"
        asked = delivery_status.concerned if delivery_status.kind == "needs_you" else ()
        only = asked[0] if len(asked) == 1 and asked[0].status == "unknown" else None
        if (only.id if only else 0) != (self._asked.id if self._asked else 0):
            self._address.clear()
        self._asked = only
        self._address.setVisible(only is not None)
        commented = _without_comment(delivery_status)
        failed = delivery_status.kind in ("failed", "late")
        refused = entry.state == "refused"
        waits = entry.state == "waiting" and bool(entry.reason) and not self._model.paused
        self.setVisible(is_question or failed or refused or waits or commented is not None)
        self._answers.setVisible(is_question and not self._is_sent_again(delivery_status))
        self._fixes.setVisible(not is_question)
        if is_question:
            set_role(self, "card")
            self._show_question(entry, delivery_status)
        elif commented is not None:
            set_role(self, "late-area")
            self._show_comment(commented)
        elif failed:
            set_role(self, f"{delivery_status.kind}-area")
            self._show_failure(entry, delivery_status)
        else:
            tone = "late" if entry.code == "missed" else "failed"
            set_role(self, f"{tone}-area" if refused else "card")
            self._title.setText(self._model.line(entry).strong)
            self._reason.setText(entry.reason)
            self._set_retry("retry", self.tr("Try now") if waits else self.tr("Retry"))
            self._edit.setVisible(True)
        words = self.tr("Edit") if waits and not (failed or refused) else self.tr("Edit as new")
        self._edit.setText(words)
        self._edit.setAccessibleName(words)
        self._answer_row.fit()
        self._fixes.fit()

    def _set_retry(self, kind: str, words: str) -> None:
        self._retry_kind = kind
        self._retry.setVisible(bool(words))
        self._retry.setText(words)
        self._retry.setAccessibleName(words)
        self._retry.set_lucide("send" if kind == "send_now" else "rotate-cw")

    def _show_comment(self, post: Schedule) -> None:
        """Show that the first comment of a published post is missing."""
        reason = explain(post, "sent")
        self._title.setText(reason.title if reason is not None else "")
        self._reason.setText(reason.text if reason is not None else "")
        self._set_retry("comment", self.tr("Send the comment again"))
        self._edit.setVisible(False)

    def _show_failure(self, entry: Entry, delivery_status: DeliveryStatus) -> None:
        """Show the results and the reason of the first failed channel; `ChannelLines` shows the
        others."""
        states = self._model.channel_states(entry)
        head, why = headline(states), troubles(states)
        reason = Reason("", entry.reason, "")
        if delivery_status.concerned:
            post = delivery_status.concerned[0]
            story = self._facts.story_of(post)
            reason = explain_own(post, delivery_status.kind, story) or Reason("", "", "")
        self._title.setText(head or reason.title)
        explanation = reason.text
        if (head and len(why) > 1) or not explanation:
            # `ChannelLines` shows each reason, too.
            explanation = "\n".join(f"{reason}." for reason in why[:_MOST_REASONS])
        elif head and delivery_status.concerned:
            explanation = ". ".join((*why, reason.text))
        self._reason.setText(explanation)
        if any(row.status == "missed" for row in delivery_status.concerned):
            self._set_retry("send_now", self.tr("Send now"))
        elif delivery_status.kind == "failed":
            self._set_retry("retry", self._model.retry_words(entry))
        else:
            self._set_retry("", "")
        self._edit.setVisible(True)

    def _show_question(self, entry: Entry, delivery_status: DeliveryStatus) -> None:
        networks = entry.networks
        if delivery_status.kind == "needs_you":
            networks = tuple(dict.fromkeys(row.network for row in delivery_status.concerned))
        names = [network_name(slug) for slug in networks]
        if delivery_status.kind == "outbox" and entry.missing:
            names = [short_name(item, entry.items) for item in entry.missing]
        if len(names) == 1:
            self._title.setText(self.tr("Is it on {network} already?").format(network=names[0]))
            look = self.tr("Open the channel")
        else:
            self._title.setText(self.tr("Is it published already?"))
            look = self.tr("Open the channels")
        self._look_button.setText(look)
        self._look_button.setAccessibleName(look)
        # Only the local server accepts that the user reports a post as published.
        self._published_button.setVisible(
            all(row.status == "unknown" for row in delivery_status.concerned)
        )
        if self._is_sent_again(delivery_status):
            self._reason.setText(self.tr("It is sent again in a moment."))
        elif delivery_status.kind == "needs_you":
            self._reason.setText(self._question(delivery_status.concerned))
        elif entry.missing:
            self._reason.setText(
                self.tr(
                    (
                        "The other channels have the post. (This one is/These are) not in "
                        "the schedule, but (it/they) may still be published. Sending "
                        "again now could publish (it/them) twice."
                    ),
                    "",
                    len(entry.missing),
                )
            )
        else:
            self._reason.setText(
                self.tr(
                    "Posto sent the post, but no clear answer came back. Sending again now "
                    "could publish it twice."
                )
            )

    def _question(self, posts: Sequence[Schedule]) -> str:
        """Return what is known of posts that may be published."""
        story = self._facts.story_of(posts[0]) if len(posts) == 1 else None
        reason = explain_own(posts[0], "needs_you", story)
        return reason.text if reason is not None else ""

    def _is_sent_again(self, delivery_status: DeliveryStatus) -> bool:
        """Return whether the posts are about to be sent again."""
        concerned = delivery_status.concerned
        return bool(concerned) and all(map(self._facts.is_sent_again, concerned))

    def set_can_look(self, on: bool) -> None:
        """Show the button that opens the network if its address is known."""
        self._look_button.setVisible(on)

    @Slot()
    def _on_retry(self) -> None:
        self.actionRequested.emit(self._retry_kind)

    @Slot()
    def _on_look(self) -> None:
        self.actionRequested.emit("look")

    @Slot()
    def _on_published(self) -> None:
        address = self._address.text().strip()
        if self._asked is not None and address:
            self.foundRequested.emit(self._asked.id, address)
        else:
            self.actionRequested.emit("there")

    @Slot()
    def _on_again(self) -> None:
        self.actionRequested.emit("send_again")

    @Slot()
    def _on_edit(self) -> None:
        self.actionRequested.emit("edit")


def _without_comment(delivery_status: DeliveryStatus) -> Schedule | None:
    """Return a published post whose first comment is missing, if nothing else is wrong."""
    if delivery_status.kind != "sent":
        return None
    return next((row for row in delivery_status.rows if is_about_comment(row) == "missing"), None)
