"""Table model of the messages in the open campaign: text, time, state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import Kind, MessageResult
from posto_desktop.core.campaign_times import CampaignTime
from posto_desktop.core.checks import Finding
from posto_desktop.core.entries import ASKED
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import headline
from posto_desktop.core.thread import joined
from posto_desktop.models import dates
from posto_desktop.models.outbox_words import asked_words
from posto_desktop.sdk.records import Channel

Index = QModelIndex | QPersistentModelIndex
_TIP = 600

PILLS: Mapping[Kind, str] = {
    "waiting": "scheduled",
    "handed": "scheduled",
    "scheduled": "scheduled",
    "sending": "sending",
    "sent": "sent",
    "failed": "failed",
    "late": "late",
    "needs_you": "needs_you",
    "stopped": "draft",
}
"""Status token of the pill for each result."""


def is_listed_finding(finding: Finding) -> bool:
    """Return whether the campaign shows a finding: also the hint that a thread goes out as one
    post, which the user was not asked about."""
    return finding.severity != "hint" or finding.code.startswith("thread_")


def kind_words(kind: Kind) -> str:
    """Return the pill's text for a result."""
    return {
        "waiting": translate("CampaignMessages", "Waiting"),
        "handed": translate("CampaignMessages", "Accepted"),
        #: Status: it has a time and will be sent then.
        "scheduled": translate("CampaignMessages", "Scheduled"),
        "sending": translate("CampaignMessages", "Sending"),
        #: Status.
        "sent": translate("CampaignMessages", "Sent"),
        #: Status.
        "failed": translate("CampaignMessages", "Failed"),
        "late": translate("CampaignMessages", "Not sent"),
        "needs_you": translate("CampaignMessages", "Needs you"),
        "stopped": translate("CampaignMessages", "Stopped"),
    }[kind]


class MessagesModel(QAbstractTableModel):
    """One column. The delegate calls `message_at` and the methods below; `data` serves assistive
    software and tooltips. Emits changes only for changed rows."""

    def __init__(
        self,
        zone: tzinfo | None = None,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(parent)
        self.zone = zone
        self._now = now
        self.campaign_id = ""
        """Id of the campaign."""
        self._messages: Sequence[CampaignMessage] = ()
        self._places: dict[str, int] = {}
        self._times: Sequence[CampaignTime] = ()
        self._results: Mapping[str, MessageResult] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._channels: dict[int, Channel] = {}
        self._common: tuple[int, ...] = ()

    # -- content -------------------------------------------------------------------------------

    def set_campaign(self, campaign: Campaign | None) -> None:
        """Show the messages of a campaign. Rows are kept if only contents changed."""
        messages = campaign.messages if campaign is not None else ()
        common = campaign.channel_ids if campaign is not None else ()
        campaign_id = campaign.id if campaign is not None else ""
        before, self._common = self._common, common
        if len(messages) == len(self._messages) and all(
            message is previous or message.id == previous.id
            for message, previous in zip(messages, self._messages, strict=True)
        ):
            changed = [
                row
                for row, (message, previous) in enumerate(
                    zip(messages, self._messages, strict=True)
                )
                if message is not previous
            ]
            self._messages, self.campaign_id = messages, campaign_id
            for row in changed[:50]:
                self._emit_changed(row, row)
            if len(changed) > 50 or before != common:
                self._emit_changed(0, len(messages) - 1)
            return
        self.beginResetModel()
        self._messages, self.campaign_id = messages, campaign_id
        self._places = {message.id: row for row, message in enumerate(messages)}
        self._times = ()
        self.endResetModel()

    def set_forecast_rows(self, planned: Sequence[CampaignTime]) -> None:
        """Set the times, one per message."""
        self._times = planned
        self._emit_changed(0, len(self._messages) - 1)

    def set_results(self, results: Mapping[str, MessageResult]) -> None:
        """Set the results by message id."""
        self._results = results
        self._emit_changed(0, len(self._messages) - 1)

    def set_findings(self, findings: Mapping[str, list[Finding]]) -> None:
        """Set the findings by message id."""
        for key, message_findings in findings.items():
            if self._findings.get(key) != message_findings:
                self._findings[key] = message_findings
                row = self.row_of(key)
                if row >= 0:
                    self._emit_changed(row, row)

    def forget_findings(self) -> None:
        self._findings.clear()

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """Set the channels of the workspace."""
        self._channels = {channel.id: channel for channel in channels}
        self._emit_changed(0, len(self._messages) - 1)

    def _emit_changed(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # -- asking --------------------------------------------------------------------------------

    def message_at(self, row: int) -> CampaignMessage | None:
        return self._messages[row] if 0 <= row < len(self._messages) else None

    def row_of(self, message_id: str) -> int:
        """Return the row of a message, -1 for none."""
        return self._places.get(message_id, -1)

    def forecast_at(self, row: int) -> CampaignTime | None:
        return self._times[row] if 0 <= row < len(self._times) else None

    def result_at(self, row: int) -> MessageResult | None:
        message = self.message_at(row)
        return self._results.get(message.id) if message is not None else None

    def findings_at(self, row: int) -> list[Finding]:
        message = self.message_at(row)
        return self._findings.get(message.id, []) if message is not None else []

    def findings(self) -> Mapping[str, list[Finding]]:
        return self._findings

    def networks_at(self, row: int) -> list[str]:
        """Return the distinct networks of a message."""
        message = self.message_at(row)
        if message is None:
            return []
        ids = self._common if message.channel_ids is None else message.channel_ids
        channels = (self._channels.get(channel_id) for channel_id in ids)
        return list(dict.fromkeys(channel.network for channel in channels if channel is not None))

    def title_at(self, row: int, longest: int = 120) -> str:
        """Return the message's title: one line of limited length; "" without text."""
        message = self.message_at(row)
        if message is None:
            return ""
        title = headline(message.text, longest) or listed(ref.name for ref in message.media)
        count = len(message.parts)
        return (
            f"{translate('CampaignMessages', '%n part(s)', '', count)} · {title}"
            if count > 1
            else title
        )

    def own_words(self, row: int) -> str:
        """Return "Own text for X"; "" without own texts."""
        message = self.message_at(row)
        if message is None or not message.variants:
            return ""
        names = [network_name(key) or key for key in message.variants]
        return translate("CampaignMessages", "Own text for {names}").format(names=listed(names[:3]))

    def when_words(self, row: int) -> tuple[str, str]:
        """Return "Mon 30 Nov" and "9:04", or their replacements."""
        result, planned = self.result_at(row), self.forecast_at(row)
        if result is not None and not result.is_stopped:
            if result.when is None:
                return translate("CampaignMessages", "At once"), ""
            return self._day_and_clock(result.when)
        if planned is None:
            return "", ""
        if planned.at_once:
            return translate("CampaignMessages", "At once"), ""
        if planned.when is None:
            return (
                translate("CampaignMessages", "No free slot")
                if planned.problem == "no_slot"
                else translate("CampaignMessages", "No time")
            ), ""
        return self._day_and_clock(planned.when)

    def _day_and_clock(self, when: datetime) -> tuple[str, str]:
        return dates.day(when, self._now(), self.zone), dates.clock(when, self.zone)

    def note_at(self, row: int) -> tuple[str, str]:
        """Return the text of the second line with its severity: "error", "warning", "hint", ""."""
        result = self.result_at(row)
        if result is not None and not result.is_stopped:
            if result.reason and result.kind in ("failed", "needs_you", "late"):
                severity = "error" if result.kind == "failed" else "warning"
                return in_users_language(result.reason), severity
            entry = result.entry
            if entry is not None and entry.code == ASKED and entry.next_try is not None:
                return asked_words(entry, entry.next_try, self.zone), ""
            return "", ""
        findings = self.findings_at(row)
        if findings and findings[0].severity == "error":
            return findings[0].sentence, "error"
        planned = self.forecast_at(row)
        if planned is not None:
            if planned.problem == "past":
                return translate("CampaignMessages", "This time has passed"), "error"
            if planned.problem == "no_time":
                return translate("CampaignMessages", "Set a time for this message"), "error"
            if planned.problem == "no_slot":
                return translate("CampaignMessages", "No slots for these channels"), "error"
        hints = [finding for finding in findings if finding.severity == "hint"]
        hint_words = next((hint.sentence for hint in filter(is_listed_finding, hints)), "")
        if planned is not None and planned.clash is not None and planned.when is not None:
            return ". ".join(filter(None, (clash_words(planned), hint_words))), "warning"
        if findings and findings[0].severity == "warning":
            return findings[0].sentence, "warning"
        return (hint_words, "hint") if hint_words else ("", "")

    # -- for Qt --------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._messages)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title_at(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.accessible_text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(row)
        return None

    def tip(self, row: int) -> str:
        """Return what does not fit into a row: full text, own texts and all findings."""
        message = self.message_at(row)
        if message is None:
            return ""
        text = joined(message.parts).strip()
        if len(text) > _TIP:
            text = f"{text[:_TIP].rstrip()}…"
        parts = [text or self.title_at(row), self.own_words(row), self.note_at(row)[0]]
        result = self.result_at(row)
        if result is not None:
            parts += [
                ": ".join(
                    part
                    for part in (
                        post.channel_name,
                        kind_words(kind),
                        in_users_language(post.error),
                    )
                    if part
                )
                for post, kind in zip(result.rows, result.kinds, strict=True)
            ]
        if result is None or result.is_stopped:
            parts += [
                finding.sentence for finding in filter(is_listed_finding, self.findings_at(row))
            ]
        return "\n".join(dict.fromkeys(part for part in parts if part))

    def accessible_text(self, row: int) -> str:
        """Return the row for screen readers: number, text, time, state."""
        message, result = self.message_at(row), self.result_at(row)
        if message is None:
            return ""
        note, _kind = self.note_at(row)
        day, at = self.when_words(row)
        parts = [
            translate("CampaignMessages", "Message {number}").format(number=row + 1),
            self.title_at(row) or translate("CampaignMessages", "Empty message"),
            f"{day} {at}".strip(),
            kind_words(result.kind) if result is not None else "",
            note,
        ]
        return ", ".join(part for part in parts if part)


def clash_words(planned: CampaignTime) -> str:
    """Return "18 min after another post"."""
    assert planned.clash is not None
    moment = planned.when or datetime.now(UTC)
    minutes = round((moment - planned.clash.when).total_seconds() / 60)
    if not minutes:
        return translate("CampaignMessages", "At the same time as another post")
    if minutes > 0:
        return translate("CampaignMessages", "{n} min after another post").format(n=minutes)
    return translate("CampaignMessages", "{n} min before another post").format(n=-minutes)
