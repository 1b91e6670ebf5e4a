"""Drafts and messages of campaigns made of files in watched folders, and what sidecars add to them
later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.core.sidecar_texts import SidecarTexts
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.sdk.errors import WhenError

_WRITTEN = (
    "text", "variants", "channel_ids", "when_text", "when", "link", "first_comment", "style",
    "labels", "title", "name", "options", "repeat", "threads", "numbered", "thread_forms",
    "workspace",
)  # fmt: skip
"""What a person decides of a draft or message. Facts of files are not among it."""


@dataclass(frozen=True)
class Completion:
    """What a sidecar says of a draft or message ("draft" or "campaign", by its id) that is already
    there. It is applied where the content still has this `digest`: nobody edited it.
    `channel_ids` None: the sidecar names none."""

    kind: str
    target: str
    parent: str
    digest: str
    texts: SidecarTexts
    channel_ids: tuple[int, ...] | None = None


def draft_of(
    folder: WatchFolder, media: MediaRef, texts: SidecarTexts, channel_ids: tuple[int, ...] | None
) -> Draft:
    """Return the draft of a file in a folder. `channel_ids` None: those of the folder."""
    return _with_texts(
        Draft(
            workspace=folder.workspace,
            media=(media,),
            channel_ids=folder.channel_ids,
            style=folder.style,
        ),
        texts,
        channel_ids,
    )


def message_of(
    media: MediaRef,
    texts: SidecarTexts,
    channel_ids: tuple[int, ...] | None,
    now: datetime,
    zone: tzinfo,
) -> CampaignMessage:
    """Return the message of a file for a campaign, whose channels and style it has."""
    return _message_with_texts(CampaignMessage(media=(media,)), texts, channel_ids, now, zone)


def _with_texts(draft: Draft, texts: SidecarTexts, channel_ids: tuple[int, ...] | None) -> Draft:
    return replace(
        draft,
        text=texts.text or draft.text,
        title=texts.title or draft.title,
        name=texts.name or draft.name,
        link=texts.link or draft.link,
        first_comment=texts.comment or draft.first_comment,
        style=texts.style or draft.style,
        when_text=texts.when or draft.when_text,
        labels=tuple(clean_labels(texts.labels)) or draft.labels,
        channel_ids=draft.channel_ids if channel_ids is None else channel_ids,
        media=_described(draft.media, texts),
    )


def _message_with_texts(
    message: CampaignMessage,
    texts: SidecarTexts,
    channel_ids: tuple[int, ...] | None,
    now: datetime,
    zone: tzinfo,
) -> CampaignMessage:
    when = message.when
    if texts.when:
        from posto_desktop.sdk.times import parse_when  # not needed when the app starts

        try:
            when = parse_when(texts.when, now, zone).astimezone(UTC)
        except WhenError:
            pass  # the rhythm gives it a time
    return replace(
        message,
        text=texts.text or message.text,
        link=texts.link or message.link,
        first_comment=texts.comment or message.first_comment,
        when=when,
        labels=tuple(clean_labels(texts.labels)) or message.labels,
        channel_ids=message.channel_ids if channel_ids is None else channel_ids,
        media=_described(message.media, texts),
    )


def _described(media: tuple[MediaRef, ...], texts: SidecarTexts) -> tuple[MediaRef, ...]:
    if not media or not texts.alt:
        return media
    return (replace(media[0], alt=texts.alt), *media[1:])


def completed_draft(draft: Draft, completion: Completion) -> Draft | None:
    """Return the draft with what the sidecar says; None if a person edited it, or nothing is
    new."""
    if content_digest(draft.to_json()) != completion.digest:
        return None
    changed = _with_texts(draft, completion.texts, completion.channel_ids)
    return None if changed == draft else replace(changed, updated_at=datetime.now(UTC))


def completed_message(
    message: CampaignMessage, completion: Completion, now: datetime, zone: tzinfo
) -> CampaignMessage | None:
    """The same for a message of a campaign."""
    if content_digest(message.to_json()) != completion.digest:
        return None
    changed = _message_with_texts(message, completion.texts, completion.channel_ids, now, zone)
    return None if changed == message else changed


def content_digest(body: dict[str, Any]) -> str:
    """Return a digest of what a person decides of a draft or message (its JSON)."""
    values = {name: body[name] for name in _WRITTEN if body.get(name)}
    values["media"] = [
        {name: ref.get(name) for name in ("path", "alt", "edit", "network_edits", "left_out")}
        for ref in body.get("media", ())
    ]
    return hashlib.sha256(json_text.dumps(values).encode()).hexdigest()
