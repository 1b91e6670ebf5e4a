"""Dialog about proposals whose time has passed: new times, with which they are approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from posto_desktop.ui.schedule.reschedule_dialog import RescheduleContext, RescheduleDialog
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["ApproveLateDialog"]


class ApproveLateDialog(RescheduleDialog):
    """Its button approves the messages; signals as those of `RescheduleDialog`."""

    def __init__(
        self,
        context: RescheduleContext,
        parent: QWidget | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._groups = {row.id: row.group_id for row in context.rows}
        super().__init__(context, parent, clock)
        count = len(set(self._groups.values()))
        hint = Paragraph("", "muted", object_name="approve-late-hint", parent=self)
        hint.setText(
            self.tr("Approved with a new time, the message(s) (goes/go) out then.", "", count)
        )
        self.body.insertWidget(1, hint)  # below the headline
        self.action_button.setObjectName("approve-at-new-time")
        self.fit()

    def _title_text(self, count: int) -> str:  # noqa: ARG002 - it is about messages
        messages = len(set(self._groups.values()))
        return self.tr("The time of %Ln proposal(s) has passed", "", messages)

    def _action_text(self, ids: Sequence[int]) -> str:
        count = len({self._groups.get(number) for number in ids})
        if not count:
            return self.tr("Approve")
        return self.tr("Approve %Ln message(s)", "", count)

    def _past_text(self, count: int) -> str:
        return self.tr("In the past, so not approved: %Ln post(s).", "", count)
