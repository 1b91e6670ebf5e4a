"""What starting a campaign would do: times, checks, and what cannot be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from posto_desktop.cli.campaign_store import CampaignState, title_of
from posto_desktop.cli.output import one_line
from posto_desktop.cli.post_lines import clock_words, iso
from posto_desktop.cli.preview import finding_json
from posto_desktop.cli.shapes import CampaignMessageData
from posto_desktop.cli.slots import slot_groups
from posto_desktop.core.campaign import Campaign, reached
from posto_desktop.core.campaign_times import CampaignTime, times_of
from posto_desktop.core.checks import Finding
from posto_desktop.core.slots import group_for
from posto_desktop.delivery.campaign_start import ReadyMessages, checks_of, ready_messages
from posto_desktop.delivery.style_store import StyleStore
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.times import read_when
from posto_desktop.sdk.when.zones import local_zone

_PROBLEMS = {
    "past": "This time has passed.",
    "no_time": "Set a time for this message.",
    "no_slot": "There are no slots for these channels.",
}


@dataclass(frozen=True)
class Forecast:
    """A campaign as it would be started, with the times and findings of its messages."""

    state: CampaignState
    campaign: Campaign
    times: Sequence[CampaignTime]
    findings: Mapping[str, Sequence[Finding]]
    ready: ReadyMessages
    missing_channels: Sequence[int]

    def messages(self) -> list[CampaignMessageData]:
        """Return each message with its time and what stands against it."""
        reasons = dict(self.ready.bad) | {
            partial.place: f"Without {partial.networks}: {partial.why}"
            for partial in self.ready.partial
        }
        bad = {place for place, _why in self.ready.bad}
        rows: list[CampaignMessageData] = []
        for message, at in zip(self.campaign.messages, self.times, strict=True):
            result = self.state.results.get(message.id)
            kind = "ready" if at.place not in bad else "refused"
            if result is not None and not result.is_stopped:
                kind = result.kind
            when = result.when if result is not None and not result.is_stopped else at.when
            ids = message.channel_ids
            rows.append(
                {
                    "place": at.place + 1,
                    "id": message.id,
                    "state": kind,
                    "time": iso(when),
                    "text": message.text,
                    "channels": list(self.campaign.channel_ids if ids is None else ids),
                    "reason": reasons.get(at.place, result.reason if result is not None else ""),
                    "clash": iso(at.clash.when) if at.clash is not None else None,
                    "findings": [finding_json(f) for f in self.findings.get(message.id, ())],
                }
            )
        return rows

    def lines(self) -> Iterator[str]:
        """Yield what a person reads before saying yes."""
        count = len(self.ready.requests)
        yield (
            f"{title_of(self.campaign)}: {count} {'message' if count == 1 else 'messages'}, "
            f"{self.ready.posts} posts"
        )
        yield from map(message_line, self.messages())


def message_line(row: CampaignMessageData) -> str:
    when = clock_words(datetime.fromisoformat(row["time"])) if row["time"] else "at once"
    words = [f"{row['place']:>5}  {row['state']:<9}  {when:<21}  {one_line(row['text'])}"]
    if row["reason"]:
        words.append(row["reason"])
    if row["clash"]:
        words.append(f"Near another post at {datetime.fromisoformat(row['clash']):%H:%M}.")
    words += [f["message"] for f in row["findings"] if f["severity"] == "warning"]
    return "  ".join(words)


def forecast(state: CampaignState, channels: Sequence[Channel], start_words: str) -> Forecast:
    """Return what starting a campaign now would do. `start_words` "": as the campaign has it.
    Reads its style and files. Raises WhenError for a start that is none, and PostoError."""
    session, campaign, now = state.session, state.campaign, state.now
    zone = local_zone()
    if start_words:
        campaign = replace(campaign, start_text=start_words)
    if campaign.state != "running":
        when = read_when(campaign.start_text, now, zone).when
        campaign = replace(campaign, start=when.astimezone(UTC) if when is not None else None)
    held = {key: r.when for key, r in state.results.items() if not r.is_stopped}
    slots = group_for(slot_groups(session), campaign.channel_ids, session.workspace.id)
    times = times_of(campaign, now, zone, slots, state.occupied_times, fixed=held)
    store = StyleStore(session.paths.config)
    registry = store.read() if campaign.style else store.read_plain()
    day = now.astimezone(zone).date()
    resolved_style = registry.resolved_style(campaign.style, session.workspace.address, day)
    by_id = {channel.id: channel for channel in channels}
    open_messages = [message for message in campaign.messages if message.id not in held]
    findings = checks_of(campaign, open_messages, by_id, resolved_style, now.astimezone(zone))
    ready = ready_messages(
        campaign,
        state.results,
        times,
        lambda at: findings.get(at.message_id, ()),
        lambda at: _PROBLEMS[at.problem],
    )
    missing = sorted(reached(campaign) - by_id.keys())
    return Forecast(state, campaign, times, findings, ready, missing)
