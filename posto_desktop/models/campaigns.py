"""List model of the campaigns in a workspace: name and state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.campaign import Campaign, reached
from posto_desktop.core.campaign_results import MessageResult
from posto_desktop.core.folding import fold
from posto_desktop.core.posts import headline
from posto_desktop.models import dates

Index = QModelIndex | QPersistentModelIndex
_SEARCHED = 400


@dataclass(frozen=True)
class CampaignSummary:
    """State of a campaign: status and text of its pill, and numbers."""

    status: str
    words: str
    sent: int = 0
    failed: int = 0
    open: int = 0
    stopped: int = 0
    next: datetime | None = None


def title_of(campaign: Campaign) -> str:
    """Return the name of a campaign, or the beginning of its first message."""
    if campaign.name.strip():
        return campaign.name.strip()
    first = next(
        (headline(message.text) for message in campaign.messages if message.text.strip()), ""
    )
    return first or translate("CampaignsModel", "Untitled campaign")


def summary_of(campaign: Campaign, results: Mapping[str, MessageResult]) -> CampaignSummary:
    """Return the state of a campaign by the results of its messages."""
    message_results = [
        results[message.id] for message in campaign.messages if message.id in results
    ]
    kinds = [result.kind for result in message_results]
    failed = kinds.count("failed") + kinds.count("late")
    needs = kinds.count("needs_you")
    opened = sum(result.is_open for result in message_results)
    sent, stopped = kinds.count("sent"), kinds.count("stopped")
    ahead = [
        result.when for result in message_results if result.is_open and result.when is not None
    ]
    numbers = {
        "sent": sent,
        "failed": failed,
        "open": opened,
        "stopped": stopped,
        "next": min(ahead, default=None),
    }
    if needs:
        return CampaignSummary("needs_you", translate("CampaignsModel", "Needs you"), **numbers)  # type: ignore[arg-type]
    if campaign.state == "stopped" and not opened and sent < len(campaign.messages):
        return CampaignSummary("draft", translate("CampaignsModel", "Stopped"), **numbers)  # type: ignore[arg-type]
    if opened:
        return CampaignSummary("scheduled", translate("CampaignsModel", "Running"), **numbers)  # type: ignore[arg-type]
    if failed:
        #: Status.
        return CampaignSummary("failed", translate("CampaignsModel", "Failed"), **numbers)  # type: ignore[arg-type]
    if message_results:
        return CampaignSummary("sent", translate("CampaignsModel", "Done"), **numbers)  # type: ignore[arg-type]
    #: Status of a campaign.
    return CampaignSummary("draft", translate("CampaignsModel", "Draft"))


class CampaignsModel(QAbstractTableModel):
    """The delegate calls `campaign_at`, `summary_at` and `line_at`."""

    def __init__(
        self,
        zone: tzinfo | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.zone, self._clock = zone, clock
        self._all: list[Campaign] = []
        self._rows: list[Campaign] = []
        self._summaries: dict[str, CampaignSummary] = {}
        self._query = ""
        self._channels: frozenset[int] | None = None

    def set_campaigns(
        self, campaigns: Sequence[Campaign], summaries: Mapping[str, CampaignSummary]
    ) -> None:
        """Show these campaigns, latest change first."""
        self._all = sorted(campaigns, key=lambda campaign: campaign.updated_at, reverse=True)
        self._summaries = dict(summaries)
        self._filter()

    def set_query(self, query: str) -> None:
        """Show campaigns with these words in their name or messages."""
        self._query = query
        self._filter()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Show campaigns with one of these channels, or with none yet; None shows all."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._filter()

    @property
    def is_by_channel(self) -> bool:
        """Return True if a channel filter is active."""
        return self._channels is not None

    def _filter(self) -> None:
        self.beginResetModel()
        words = fold(self._query).split()
        self._rows = [campaign for campaign in self._all if self._is_shown(campaign, words)]
        self.endResetModel()

    def _is_shown(self, campaign: Campaign, words: Sequence[str]) -> bool:
        if self._channels is not None:
            ids = reached(campaign)
            if ids and not ids & self._channels:
                return False
        return all(word in _folded(campaign) for word in words)

    def count(self) -> int:
        """Return the number of campaigns, including hidden ones."""
        return len(self._all)

    def campaign_at(self, row: int) -> Campaign | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, campaign_id: str) -> int:
        return next(
            (at for at, campaign in enumerate(self._rows) if campaign.id == campaign_id), -1
        )

    def summary_at(self, row: int) -> CampaignSummary:
        campaign = self.campaign_at(row)
        summary = self._summaries.get(campaign.id) if campaign is not None else None
        #: Status of a campaign.
        return summary or CampaignSummary("draft", translate("CampaignsModel", "Draft"))

    def line_at(self, row: int) -> str:
        """Return "8 messages · 5 sent, 1 failed · next Mon 30 Nov, 9:04"."""
        campaign, summary = self.campaign_at(row), self.summary_at(row)
        if campaign is None:
            return ""
        count = len(campaign.messages)
        parts = [translate("CampaignsModel", "%Ln message(s)", "", count)]
        numbers = [
            words
            for number, words in (
                (summary.sent, translate("CampaignsModel", "%Ln sent", "", summary.sent)),
                (summary.failed, translate("CampaignsModel", "%Ln failed", "", summary.failed)),
                (summary.open, translate("CampaignsModel", "%Ln to come", "", summary.open)),
                (summary.stopped, translate("CampaignsModel", "%Ln stopped", "", summary.stopped)),
            )
            if number
        ]
        if numbers:
            parts.append(listed(numbers))
        if summary.next is not None:
            when = dates.spoken_when(summary.next, self._clock(), self.zone)
            parts.append(translate("CampaignsModel", "next: {when}").format(when=when))
        return " · ".join(parts)

    def age_at(self, row: int) -> str:
        """Return when it was last changed."""
        campaign = self.campaign_at(row)
        if campaign is None:
            return ""
        return dates.short_when(campaign.updated_at, self._clock(), self.zone)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        campaign = self.campaign_at(index.row())
        if campaign is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(campaign)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{title_of(campaign)}\n{self.line_at(index.row())}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self.summary_at(index.row()).words
            return f"{title_of(campaign)}, {words}, {self.line_at(index.row())}"
        return None


def _folded(campaign: Campaign) -> str:
    texts = (text[:_SEARCHED] for message in campaign.messages for text in message.parts)
    return fold("\n".join((campaign.name, *texts)))
