"""Controller of the dialog that moves chosen posts to other times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.bulk_reschedule import RescheduleRule
from posto_desktop.core.slots import SETTING, group_for, read
from posto_desktop.models.when_text import local_zone
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.reschedule_dialog import (
    RescheduleContext,
    RescheduleDialog,
    RescheduleForecast,
    forecast_reschedule,
)
from posto_desktop.workers.runner import Job

__all__ = ["RescheduleController"]


class RescheduleController(QObject):
    """Lives as long as its dialog."""

    def __init__(
        self,
        context: AppContext,
        rows: Sequence[Schedule],
        schedule: Sequence[Schedule],
        dialog_type: type[RescheduleDialog] = RescheduleDialog,
    ) -> None:
        self._context = context
        groups = read(context.settings.text(SETTING))
        channels = {row.channel_id for row in rows}
        slots = group_for(groups, channels, context.workspaces.current)
        self._reschedule = RescheduleContext(rows, schedule, slots, local_zone())
        self.dialog = dialog_type(self._reschedule, context.window)
        super().__init__(self.dialog)
        self.move: Callable[[dict[int, datetime]], object] = lambda times: (
            context.service.reschedule(list(times), times)
        )
        """Carries out the chosen times."""
        self.dialog.forecastRequested.connect(self._forecast)
        self.dialog.chosen.connect(self._move)

    def open(self) -> None:
        self.dialog.open()

    @Slot(object, object)
    def _forecast(self, rule: RescheduleRule, known: RescheduleForecast | None) -> None:
        now = self.dialog.now()
        handle = self._context.runner.submit(
            _work_out, self._reschedule, rule, now, known, parent=self
        )
        handle.done.connect(lambda forecast: self.dialog.show_forecast(rule, forecast))

    @Slot(object)
    def _move(self, times: dict) -> None:  # type: ignore[type-arg]
        # `moves_ended` reports the outcome, with Undo (controllers.calendar).
        self.move(times)


def _work_out(
    _job: Job, reschedule: RescheduleContext, rule: RescheduleRule, now: object, known: object
) -> RescheduleForecast:
    return forecast_reschedule(reschedule, rule, now, known)  # type: ignore[arg-type]
