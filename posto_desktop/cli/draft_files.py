"""Drafts as messages of the command line, and back: what files and options change of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from posto_desktop.cli.exits import CommandError
from posto_desktop.cli.message import MessageInput, draft_of
from posto_desktop.cli.targets import ALL, find_channels
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.records import Channel

_TAKEN = (
    "text", "variants", "threads", "numbered", "media", "when_text", "link", "first_comment",
    "style", "title", "name", "labels",
)  # fmt: skip
"""The fields of a draft that a message of the command line has."""


def message_of_draft(draft: Draft, channels: Sequence[Channel], groups: Groups) -> MessageInput:
    """Return what a file or options can say of a draft. `channels` are the known ones of its
    workspace; others are named by their ids."""
    by_id = {channel.id: channel for channel in channels}
    return MessageInput(
        text=draft.text,
        to=tuple(
            _word_of(number, by_id.get(number), channels, groups) for number in draft.channel_ids
        ),
        when=draft.when_text,
        media=tuple(ref.path for ref in draft.media),
        descriptions=tuple(ref.alt for ref in draft.media),
        style=draft.style,
        link=draft.link,
        comment=draft.first_comment,
        title=draft.title,
        labels=draft.labels,
        texts=dict(draft.variants),
        text_threads={key: parts for key, parts in draft.threads.items() if key},
        thread=draft.threads.get("", ()),
        is_numbered=draft.numbered,
        name=draft.name,
    )


def _word_of(
    number: int, channel: Channel | None, channels: Sequence[Channel], groups: Groups
) -> str:
    """Return the name of a channel if it means just that channel, else its id."""
    if channel is None or channel.name in (ALL, "") or channel.name != channel.name.strip():
        return str(number)
    try:
        named = find_channels([channel.name], channels, groups)
    except CommandError:
        return str(number)
    return channel.name if [known.id for known in named] == [number] else str(number)


def changed_draft(
    draft: Draft, before: MessageInput, after: MessageInput, channel_ids: Sequence[int]
) -> Draft:
    """Return a draft with what a message changed of it; what no message says (options, edits of
    pictures) stays. Raises CommandError."""
    if after == before and tuple(channel_ids) == draft.channel_ids:
        return draft
    new = draft_of(after, draft.workspace, channel_ids)
    old_files = {ref.path: ref for ref in draft.media}
    media = tuple(_with_edits(ref, old_files.get(ref.path)) for ref in new.media)
    values = {name: getattr(new, name) for name in _TAKEN}
    return replace(draft, **{**values, "media": media, "channel_ids": tuple(channel_ids)})


def _with_edits(ref: MediaRef, old: MediaRef | None) -> MediaRef:
    """Return a file as the draft had it, with the present facts."""
    if old is None:
        return ref
    return replace(
        old,
        alt=ref.alt,
        size=ref.size,
        mime=ref.mime,
        width=ref.width,
        height=ref.height,
        problem=ref.problem,
        sha256=None,
    )


def _has_edits(ref: MediaRef) -> bool:
    return bool(ref.edit or ref.network_edits or ref.left_out or ref.part or ref.own_parts)


def not_in_files(draft: Draft) -> list[str]:
    """Return what a draft has that no file can say."""
    words = []
    if draft.options:
        words.append("options of networks")
    if draft.repeat is not None:
        words.append("its repeat")
    if draft.thread_forms:
        words.append("how threads go out where there are none")
    if any(_has_edits(ref) for ref in draft.media):
        words.append("edits of its pictures")
    return words


def absolute(message: MessageInput) -> MessageInput:
    """Return a message whose paths do not depend on its file's folder."""
    if message.folder is None:
        return message
    media = tuple(str(Path(message.folder, path).absolute()) for path in message.media)
    return replace(message, media=media, folder=None)
