"""What a post needs: the question whether it is out, or why it is not, each with its ways out."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.models.channel_states import headline, short_name, troubles
from posto_desktop.models.fates import Fate
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.reasons import Reason, explain, question
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.rows import RowOrColumn

__all__ = ["EntryCard"]

_MOST_REASONS = 3


class EntryCard(QFrame):
    """Signals: `actionRequested(str)` with "look", "there", "send_again", "retry", "send_now" or
    "edit"."""

    actionRequested = Signal(str)

    def __init__(self, model: OutboxModel, parent: QWidget):
        super().__init__(parent)
        self._model = model
        self._retry_kind = "retry"
        self.setObjectName("entry-card")
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 13, 14, 14)
        box.setSpacing(0)
        self._ask = Paragraph(role="strong", type_name="strong", object_name="entry-question")
        self._why = Paragraph(role="muted", object_name="entry-reason")
        box.addWidget(self._ask)
        box.addSpacing(2)
        box.addWidget(self._why)
        box.addWidget(self._make_ways())
        box.addWidget(self._make_fixes())

    def _make_ways(self) -> QWidget:
        self._look = Button("", "primary", icon="external-link", parent=self)
        self._look.setObjectName("look")
        self._look.clicked.connect(self._on_look)
        self._there = self._button(self.tr("It is there"), "check", "it-is-there")
        self._there.clicked.connect(self._on_there)
        self._again = self._button(self.tr("Not there, send"), "send", "not-there-send")
        self._again.clicked.connect(self._on_again)
        self._ways = QWidget(self)
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 12, 0, 0)
        ways.setSpacing(8)
        ways.addWidget(self._look)
        self._two = RowOrColumn(gap=8, fill=True, parent=self._ways)
        self._two.add(self._there)
        self._two.add(self._again)
        ways.addWidget(self._two)
        return self._ways

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

    def show_entry(self, entry: Entry, fate: Fate) -> None:
        """Show what this entry needs; hidden when it needs nothing."""
        asks = entry.state == "unclear" or fate.kind == "needs_you"
        failed = fate.kind in ("failed", "late")
        refused = entry.state == "refused"
        waits = entry.state == "waiting" and bool(entry.reason) and not self._model.paused
        self.setVisible(asks or failed or refused or waits)
        self._ways.setVisible(asks)
        self._fixes.setVisible(not asks)
        if asks:
            set_role(self, "card")
            self._tell_question(entry, fate)
        elif failed:
            set_role(self, f"{fate.kind}-area")
            self._tell_failure(entry, fate)
        else:
            tone = "late" if entry.code == "missed" else "failed"
            set_role(self, f"{tone}-area" if refused else "card")
            self._ask.setText(self._model.line(entry).strong)
            self._why.setText(entry.reason)
            self._offer("retry", self.tr("Try now") if waits else self.tr("Retry"))
            self._edit.setVisible(refused)
        self._two.fit()
        self._fixes.fit()

    def _offer(self, kind: str, words: str) -> None:
        self._retry_kind = kind
        self._retry.setVisible(bool(words))
        self._retry.setText(words)
        self._retry.setAccessibleName(words)
        self._retry.set_lucide("send" if kind == "send_now" else "rotate-cw")

    def _tell_failure(self, entry: Entry, fate: Fate) -> None:
        """What went well and what did not; of a whole post the reason of the first channel, the
        others stand beside the channels."""
        states = self._model.channel_states(entry)
        head, why = headline(states), troubles(states)
        reason = Reason("", entry.reason, "")
        if fate.concerned:
            reason = explain(fate.concerned[0], fate.kind) or Reason("", "", "")
        self._ask.setText(head or reason.title)
        told = reason.text
        if (head and len(why) > 1) or not told:
            # Each stands at its channel, too.
            told = "\n".join(f"{one}." for one in why[:_MOST_REASONS])
        elif head and fate.concerned:
            told = ". ".join((*why, reason.text))
        self._why.setText(told)
        if any(one.status == "missed" for one in fate.concerned):
            self._offer("send_now", self.tr("Send now"))
        elif fate.kind == "failed":
            self._offer("retry", self._model.retry_words(entry))
        else:
            self._offer("", "")
        self._edit.setVisible(True)

    def _tell_question(self, entry: Entry, fate: Fate) -> None:
        networks = entry.networks
        if fate.kind == "needs_you":
            networks = tuple(dict.fromkeys(row.network for row in fate.concerned))
        names = [network_name(slug) for slug in networks]
        if fate.kind == "outbox" and entry.missing:
            names = [short_name(item, entry.items) for item in entry.missing]
        if len(names) == 1:
            self._ask.setText(self.tr("Is it on {network} already?").format(network=names[0]))
            look = self.tr("Open {network} and look").format(network=names[0])
        else:
            self._ask.setText(self.tr("Is it published already?"))
            look = self.tr("Open the channels and look")
        self._look.setText(look)
        self._look.setAccessibleName(look)
        # Only the embedded workspace can be told that a post is there.
        self._there.setVisible(all(row.status == "unknown" for row in fate.concerned))
        if fate.kind == "needs_you":
            self._why.setText(question(fate.concerned[0]))
        elif entry.missing:
            self._why.setText(
                self.tr(
                    "The other channels have the post. (This one is/These are) not in the "
                    "schedule, but (it/they) may be on (its/their) way. Sending again now could "
                    "publish (it/them) twice.",
                    "",
                    len(entry.missing),
                )
            )
        else:
            self._why.setText(
                self.tr(
                    "Posto sent the post, but no clear answer came back. Sending again now "
                    "could publish it twice."
                )
            )

    def set_can_look(self, on: bool) -> None:
        """Offer to open the network only where it is known where that is."""
        self._look.setVisible(on)

    @Slot()
    def _on_retry(self) -> None:
        self.actionRequested.emit(self._retry_kind)

    @Slot()
    def _on_look(self) -> None:
        self.actionRequested.emit("look")

    @Slot()
    def _on_there(self) -> None:
        self.actionRequested.emit("there")

    @Slot()
    def _on_again(self) -> None:
        self.actionRequested.emit("send_again")

    @Slot()
    def _on_edit(self) -> None:
        self.actionRequested.emit("edit")
