"""Drafts as messages of the command line, and back: what files and options change of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from posto_desktop.cli.exits import CommandError
from posto_desktop.cli.message import MessageInput, draft_of
from posto_desktop.cli.targets import ALL, find_channels
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.records import Channel

_PLAIN = {
    "text": "text",
    "when": "when_text",
    "link": "link",
    "comment": "first_comment",
    "style": "style",
    "title": "title",
    "name": "name",
    "labels": "labels",
    "is_numbered": "numbered",
}
"""The fields of a message that are those of a draft, by their names there."""


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
    """Return a draft with what a message changed of it; all else stays, also what no message can
    say (options, edits of pictures). Raises CommandError."""

    def differs(*names: str) -> bool:
        return any(getattr(before, name) != getattr(after, name) for name in names)

    has_own_texts, has_media = (
        differs("texts", "text_threads"),
        differs("media", "descriptions", "alt"),
    )
    asked = after
    if not has_own_texts:
        asked = replace(asked, texts={}, text_threads={})
    if not has_media:
        asked = replace(asked, media=(), descriptions=(), alt=())
    new = draft_of(asked, draft.workspace, channel_ids)
    values = {field: getattr(new, field) for name, field in _PLAIN.items() if differs(name)}
    changed = replace(draft, channel_ids=tuple(channel_ids), **values)
    if has_media:
        old_files = {ref.path: ref for ref in draft.media}
        files = tuple(_with_edits(ref, old_files.get(ref.path)) for ref in new.media)
        changed = replace(changed, media=files)
    if differs("thread"):
        others = {key: parts for key, parts in changed.threads.items() if key}
        common = _common(new.threads)
        changed = replace(changed, threads={**others, **common})
    if has_own_texts:
        common = _common(changed.threads)
        own = {key: parts for key, parts in new.threads.items() if key}
        changed = replace(changed, variants=new.variants, threads={**common, **own})
    return changed


def _common(threads: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: parts for key, parts in threads.items() if not key}


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
