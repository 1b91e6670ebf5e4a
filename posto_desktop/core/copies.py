"""Drafts made of existing posts: to edit them, or as copies."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from posto_desktop.core import options
from posto_desktop.core.draft import Draft, channel_key
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost, message_key
from posto_desktop.core.limits import limits_for
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.core.posts import items_of, media_of, thread_texts
from posto_desktop.core.thread_split import without_numbers
from posto_desktop.sdk import networks, post_builder
from posto_desktop.sdk.answers import as_bool, as_text
from posto_desktop.sdk.records import Channel, Schedule

__all__ = [
    "Source",
    "by_message",
    "changed_channels",
    "draft_of_contents",
    "edit_of",
    "source_of",
    "text_digest",
    "with_present_texts",
]

_Texts = TypeVar("_Texts", str, tuple[str, ...])

_SET_BY_APP = (
    options.DERIVED
    | options.COMMON
    | {"attach_link", "post_text", "posto_no_files", "posto_thread"}
)


@dataclass(frozen=True)
class Source:
    """What a post was made of: its draft, and digests of the texts that were sent, by channel id;
    without any, it is unknown whether somebody has changed the post since."""

    draft: Draft
    sent: Mapping[str, str] = field(default_factory=dict, hash=False)

    def differs(self, channel_id: int, text: str) -> bool:
        """Return whether this is another text than the one that was sent, as far as is known."""
        digest = self.sent.get(str(channel_id))
        return digest is not None and text_digest(text) != digest

    @classmethod
    def from_json(cls, body: object) -> Source | None:
        if not isinstance(body, Mapping):
            return None
        sent = body.get("sent")
        try:
            draft = Draft.from_json(body.get("draft") or {})
        except ValueError:
            return None
        return cls(draft, dict(sent) if isinstance(sent, Mapping) else {})


def text_digest(text: str) -> str:
    """Return a short digest of a text as it was sent."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def by_message(rows: Iterable[Schedule]) -> list[list[Schedule]]:
    """Group the rows by message, in the order of their first rows."""
    groups: dict[str, list[Schedule]] = {}
    for row in rows:
        groups.setdefault(message_key(row), []).append(row)
    return list(groups.values())


def source_of(rows: Sequence[Schedule], sources: Mapping[str, Source]) -> Source | None:
    """Return what the rows were made of, by the mark of each: the latest version of their message.
    None if it is not known for all of them."""
    candidates = [sources.get(row.posto_ref or "") for row in rows]
    known = [source for source in candidates if source is not None]
    if not known or len(known) < len(candidates):
        return None
    latest = max(known, key=lambda source: source.draft.updated_at)
    # A post of an earlier version has the text of its own.
    sent: dict[str, str] = {}
    for row, source in zip(rows, known, strict=True):
        digest = source.sent.get(str(row.channel_id))
        if digest is not None:
            sent[str(row.channel_id)] = digest
    return Source(latest.draft, sent)


def draft_of_source(source: Source, rows: Sequence[Schedule], workspace: str) -> Draft:
    """Return a new draft with all that the posts were made of, for the channels of the rows."""
    return replace(
        source.draft.duplicate(),
        workspace=workspace,
        channel_ids=tuple(dict.fromkeys(row.channel_id for row in rows)),
        channels_elsewhere={},
        when_text="",
        repeat=None,
    )


def with_present_texts(
    draft: Draft,
    source: Source,
    contents: Mapping[int, Mapping[str, Any]],
    rows: Sequence[Schedule],
) -> Draft:
    """Return the draft with the text of each post that was changed elsewhere since it was made."""
    for row in rows:
        text = contents.get(row.id, {}).get("post_content")
        if isinstance(text, str) and source.differs(row.channel_id, text):
            texts = (text, *thread_texts(contents[row.id]))
            if draft.numbered:
                texts = without_numbers(texts)
            draft = draft.with_parts(channel_key(row.channel_id), texts)
    return draft


def draft_of_contents(
    rows: Sequence[Schedule], contents: Mapping[int, Mapping[str, Any]], workspace: str
) -> tuple[Draft, dict[str, dict[str, Any]]]:
    """Return a new draft of what the service has of one message, and by channel id what no field of
    a draft shows. It has no files yet."""
    parts = {row.channel_id: _Part.of(row, contents.get(row.id, {})) for row in rows}
    networks = {row.channel_id: row.network for row in rows}
    common = _most([part.texts for part in parts.values()]) or ("",)
    common_link = _most([part.link for part in parts.values() if part.takes_link]) or ""
    common_comment = _most([part.comment for part in parts.values() if part.takes_comment]) or ""
    own_texts: dict[str, tuple[str, ...]] = {}
    own_options: dict[str, dict[str, Any]] = {}
    for slug, ids in _by_network(networks).items():
        same = len({parts[channel_id].key for channel_id in ids}) == 1
        for number in ids[:1] if same else ids:
            key = slug if same else channel_key(number)
            part = parts[number]
            if part.texts != common:
                own_texts[key] = part.texts
            chosen = dict(part.options)
            if part.takes_link and part.link != common_link:
                chosen["attach_link"] = bool(part.link)
                chosen["custom_link"] = part.link
            if part.takes_comment and part.comment != common_comment:
                chosen["first_comment"] = part.comment
            if chosen:
                own_options[key] = chosen
    draft = replace(
        Draft().with_parts("", common),
        workspace=workspace,
        link=common_link,
        first_comment=common_comment,
        options=own_options,
        channel_ids=tuple(parts),
    )
    for key, texts in own_texts.items():
        draft = draft.with_parts(key, texts)
    return draft, {str(key): part.carried for key, part in parts.items() if part.carried}


def edit_of(
    draft: Draft,
    rows: Sequence[Schedule],
    carried: Mapping[str, Mapping[str, Any]] | None = None,
) -> Draft:
    """Return the draft with what saving it compares: the rows, their time and what it was."""
    at = rows[0].send_at
    before = {key: value for key, value in draft.to_json().items() if key != "editing"}
    return replace(
        draft,
        editing=EditedMessage(
            workspace=draft.workspace,
            posts=tuple(map(ScheduledPost.of, rows)),
            at=at.timestamp() if at is not None else None,
            message=message_key(rows[0]),
            before=before,
            carried=carried or {},
        ),
    )


def changed_channels(before: Draft, now: Draft, channels: Sequence[Channel]) -> set[int]:
    """Return the ids of the channels that get something else than before."""
    old = {item.channel_id: item for item in items_of(before, channels, "")}
    new = {item.channel_id: item for item in items_of(now, channels, "")}
    return {
        channel.id
        for channel in channels
        if old[channel.id].data != new[channel.id].data
        or _files(before, channel) != _files(now, channel)
    }


def _files(draft: Draft, channel: Channel) -> list[tuple[object, ...]]:
    """Return what is sent of the files, without facts that are found out later."""
    slug = limits_for(channel.network).slug
    return [(ref.path, ref.alt, ref.edit_for(slug)) for ref in media_of(draft, channel)]


def files_of(rows: Sequence[Schedule]) -> list[str]:
    """Return the addresses of a message's files: those of the post with most, then what only others
    have."""
    ordered = sorted(rows, key=lambda row: -len(row.media))
    return list(dict.fromkeys(item.url for row in ordered for item in row.media if item.url))


def with_files(draft: Draft, rows: Sequence[Schedule], files: Mapping[str, MediaRef]) -> Draft:
    """Return the draft with downloaded files, by their addresses: each goes to the networks whose
    posts have it."""
    slugs = {row.network for row in rows}
    media = []
    for address in files_of(rows):
        ref = files.get(address)
        if ref is None:
            continue
        having = {row.network for row in rows if any(item.url == address for item in row.media)}
        part = next(item.part for row in rows for item in row.media if item.url == address)
        media.append(replace(ref, left_out=frozenset(slugs - having), part=part))
    return replace(draft, media=tuple(media))


@dataclass(frozen=True)
class _Part:
    """What the service has of one post, by the fields of a draft."""

    texts: tuple[str, ...]
    link: str
    comment: str
    takes_link: bool
    takes_comment: bool
    options: dict[str, Any]
    carried: dict[str, Any]

    @property
    def key(self) -> tuple[str, ...]:
        return (*self.texts, self.link, self.comment, repr(sorted(self.options.items())))

    @classmethod
    def of(cls, row: Schedule, data: Mapping[str, Any]) -> _Part:
        limits = limits_for(row.network)
        known = {option.key for option in options.fields_for(limits.slug)}
        text = data.get("post_content")
        chosen = {
            key: value
            for key, value in options.clean(limits.slug, data).items()
            if key not in _SET_BY_APP
        }
        body = text if isinstance(text, str) else row.text
        derived = post_builder.title_from(body, networks.network(limits.slug))
        if limits.title_key and as_text(data.get(limits.title_key)) == derived:
            chosen.pop(limits.title_key, None)  # it follows the text, as in a new message
        link = as_text(data.get("custom_link")) if as_bool(data.get("attach_link")) else ""
        return cls(
            texts=(body, *thread_texts(data)),
            link=link,
            comment=as_text(data.get("first_comment")),
            takes_link=limits.custom_link,
            takes_comment=limits.first_comment,
            options=chosen,
            carried={
                key: value
                for key, value in data.items()
                if key not in known and key not in _SET_BY_APP
            },
        )


def _by_network(networks: Mapping[int, str]) -> dict[str, list[int]]:
    by_network: dict[str, list[int]] = {}
    for number, slug in networks.items():
        by_network.setdefault(slug, []).append(number)
    return by_network


def _most(texts: Sequence[_Texts]) -> _Texts | None:
    """Return the commonest one, of several the first; None for none."""
    return Counter(texts).most_common(1)[0][0] if texts else None
