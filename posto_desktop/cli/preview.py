"""What would go out: the app's own checks, and each channel's final post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from posto_desktop.cli.output import one_line
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import FileData, FindingData, OutgoingData, PreviewData
from posto_desktop.core.checks import CheckedPost, Finding, blocked_channels, check_post
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_of, network_name
from posto_desktop.core.posts import comment_of, link_of, media_of, texts_of
from posto_desktop.core.text import length_of
from posto_desktop.delivery.style_store import with_resolved_style
from posto_desktop.sdk.records import Channel

_MARKS = {"error": "✗", "warning": "!", "hint": "·"}


@dataclass(frozen=True)
class _Time:
    """The reading of a time, as the checks take it."""

    when: datetime | None


@dataclass(frozen=True)
class Preview:
    """A checked draft, with its style resolved. `share_at` is None for at once."""

    draft: Draft
    channels: Sequence[Channel]
    share_at: datetime | None
    findings: Sequence[Finding]
    workspace: str

    @property
    def blocked(self) -> set[int]:
        """Ids of the channels that would refuse it."""
        return blocked_channels(self.findings, self.channels)

    def to_json(self) -> PreviewData:
        return {
            "workspace": self.workspace,
            "when": self.share_at.astimezone().isoformat() if self.share_at else None,
            "outgoing": [_outgoing(self.draft, channel) for channel in self.channels],
            "media": [
                FileData(
                    path=ref.path,
                    name=ref.name,
                    size=ref.size,
                    type=ref.type,
                    alt=ref.alt,
                    problem=ref.problem,
                )
                for ref in self.draft.media
            ],
            "findings": [finding_json(finding) for finding in self.findings],
            "blocked": sorted(self.blocked),
        }

    def lines(self) -> Iterator[str]:
        """Yield what a person reads before saying yes."""
        when = (
            "now" if self.share_at is None else f"{self.share_at.astimezone():%a %d %b %Y %H:%M %Z}"
        )
        count = len(self.channels)
        yield f"{count} {'post' if count == 1 else 'posts'} in {self.workspace}, {when}"
        for channel in self.channels:
            data = _outgoing(self.draft, channel)
            counted = (
                f"{data['characters']}/{data['limit']}"
                if data["limit"]
                else f"{data['characters']}"
            )
            further = f" +{len(data['texts']) - 1} parts" if len(data["texts"]) > 1 else ""
            files = f" [{', '.join(data['media'])}]" if data["media"] else ""
            yield (
                f"  {network_name(channel.network)}: {channel.name} ({counted}) "
                f"{one_line(data['texts'][0])}{further}{files}"
            )
        for finding in self.findings:
            yield f"{_MARKS[finding.severity]} {finding.sentence}"


def preview(
    session: Session, draft: Draft, channels: Sequence[Channel], share_at: datetime | None
) -> Preview:
    """Check a draft as the app does. Reads its style. Raises StorageError."""
    resolved = with_resolved_style(draft, session.paths.config, session.workspace.address)
    now = datetime.now().astimezone()
    post = CheckedPost.of(resolved, channels, now, _Time(share_at) if share_at else None, ())
    return Preview(resolved, channels, share_at, check_post(post), session.workspace.name)


def finding_json(finding: Finding) -> FindingData:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.sentence,
        "channels": list(finding.channel_ids),
        "networks": list(finding.networks),
        "file": finding.file,
    }


def _outgoing(draft: Draft, channel: Channel) -> OutgoingData:
    texts, link, media = texts_of(draft, channel), link_of(draft, channel), media_of(draft, channel)
    length = length_of(texts[0], limits_of(channel), bool(media), link)
    return {
        "channel": channel.id,
        "name": channel.name,
        "network": channel.network,
        "texts": list(texts),
        "link": link,
        "comment": comment_of(draft, channel),
        "media": [ref.name for ref in media],
        "characters": length.used,
        "limit": length.limit,
    }
