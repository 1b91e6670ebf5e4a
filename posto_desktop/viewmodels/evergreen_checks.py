"""Checks of the texts of the open evergreen message, each as its networks would take it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.evergreen_texts import same_as
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.assessment import QUIET_CODES, CharacterCount, assess
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner

SOON_MS = 60


@dataclass(frozen=True)
class TextAssessment:
    """One text: its count for each network, sentences about it, whether one is an error, and the
    place of an earlier text that is the same."""

    counts: tuple[CharacterCount, ...] = ()
    sentences: tuple[str, ...] = ()
    is_bad: bool = False
    same_as: int | None = None


class EvergreenChecks(QObject):
    """Assesses the open message on a worker, soon after it changes.

    Signal ``assessed(list[TextAssessment])``: one for each text, in order.
    """

    assessed = Signal(object)

    def __init__(
        self,
        state: EvergreenViewState,
        runner: JobRunner,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._clock, self._zone = state, clock, zone
        self._channels: dict[int, Channel] = {}
        self._style_registry: StyleRegistry | None = None
        self._service = ""
        self.results: Sequence[TextAssessment] = ()
        self._job = LatestJob(runner, self)
        self._job.done.connect(self._show)
        self._soon = Debouncer(SOON_MS, self.refresh, self)
        state.opened.connect(self._begin)
        state.changed.connect(self._changed)

    def set_channels(self, channels: Iterable[Channel]) -> None:
        self._channels = {channel.id: channel for channel in channels}
        self._soon.call()

    def set_style_registry(self, style_registry: StyleRegistry | None, service: str) -> None:
        self._style_registry, self._service = style_registry, service
        self._soon.call()

    @Slot()
    def _begin(self) -> None:
        self._job.forget()
        self.results = ()
        self._soon.call()

    @Slot()
    def _changed(self) -> None:
        self._soon.call()

    @Slot()
    def refresh(self) -> None:
        """Assess now."""
        message = self._state.message
        if message is None:
            return
        chosen = [self._channels[key] for key in message.channel_ids if key in self._channels]
        now = self._clock().astimezone(self._zone)
        self._job.start(assess_texts_job, message, chosen, now, self._style(message, now))

    def _style(self, message: EvergreenMessage, now: datetime) -> ResolvedStyle | None:
        if self._style_registry is None:
            return None
        return self._style_registry.resolved_style(message.draft.style, self._service, now.date())

    def assess_run(self, draft: Draft, channel_ids: Sequence[int]) -> TextAssessment:
        """Return what the networks of these channels would say about a short text."""
        chosen = [self._channels[key] for key in channel_ids if key in self._channels]
        return _assess(draft, chosen, self._clock().astimezone(self._zone), ())

    @Slot(object)
    def _show(self, results: Sequence[TextAssessment]) -> None:
        self.results = results
        self.assessed.emit(results)


def assess_texts(
    message: EvergreenMessage,
    channels: Sequence[Channel],
    now: datetime,
    style: ResolvedStyle | None = None,
) -> list[TextAssessment]:
    """Return what the networks would say about each text of a message."""
    missing = [ref.path for ref in message.draft.media if not os.path.exists(ref.path)]  # noqa: PTH110
    results = []
    for variant in range(message.variant_count):
        draft = replace(message.draft_for(variant), resolved_style=style)
        assessment = _assess(draft, channels, now, missing)
        results.append(replace(assessment, same_as=same_as(message, variant)))
    return results


def _assess(
    draft: Draft, channels: Sequence[Channel], now: datetime, missing: Collection[str]
) -> TextAssessment:
    assessment = assess(draft, channels, now, ParsedTime(), missing)
    findings = [
        finding
        for finding in assessment.findings
        if finding.severity != "hint" and finding.code not in QUIET_CODES
    ]
    sentences = tuple(dict.fromkeys(finding.sentence for finding in findings))
    is_bad = any(finding.severity == "error" for finding in findings)
    return TextAssessment(assessment.counts, sentences, is_bad)


def assess_texts_job(
    _job: Job,
    message: EvergreenMessage,
    channels: Sequence[Channel],
    now: datetime,
    style: ResolvedStyle | None,
) -> list[TextAssessment]:
    return assess_texts(message, channels, now, style)
