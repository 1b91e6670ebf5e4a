"""A network's refusal, and the field to edit before sending again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posto_desktop.common.translation import translate
from posto_desktop.core.checks import Finding, Fix
from posto_desktop.core.draft import Draft, MediaRef

__all__ = ["Refusal", "finding_of"]


@dataclass(frozen=True)
class Refusal:
    """The network's own `sentence`. `field` is what of the post it is about: "text", "title",
    "link", "comment", "files", "file" (the one with the number `file`), "thread"; "" for the whole.
    """

    sentence: str
    network: str
    channel_id: int
    field: str = ""
    file: int = 0


_CONTENT: dict[str, Callable[[Draft], object]] = {
    "text": lambda draft: (draft.text, draft.variants),
    "thread": lambda draft: (draft.text, draft.variants),
    "title": lambda draft: (draft.title, draft.options),
    "link": lambda draft: (draft.link, draft.options),
    "comment": lambda draft: (draft.first_comment, draft.options),
    "files": lambda draft: draft.media,
}


def finding_of(refusal: Refusal, draft: Draft, before: Draft) -> Finding | None:
    """Return the refusal as a finding that leads to its field; None once that was changed. `before`
    is the message as it was refused."""
    if refusal.field == "file":
        return _of_file(refusal, draft, before)
    content = _CONTENT.get(refusal.field, _whole)
    if refusal.field != "files" and content(draft) != content(before):
        return None
    files, known = ([_sent(ref, refusal) for ref in which.media] for which in (draft, before))
    if refusal.field == "files" and known and files != known:
        return None
    return _finding(refusal, _fix(refusal, draft))


def _fix(refusal: Refusal, draft: Draft) -> Fix:
    if refusal.field == "title":
        label = translate("Fixes", "Edit the title")
        return Fix("edit_title", label, refusal.network, (refusal.network,))
    if refusal.field == "link":
        return Fix("edit_link", translate("Fixes", "Edit the link"))
    if refusal.field == "comment":
        return Fix("edit_comment", translate("Fixes", "Edit the first comment"))
    if refusal.field == "files":
        return Fix("show_file", translate("Fixes", "Show the files"))
    key = draft.variant_key(refusal.network)
    return Fix("edit_for", translate("Fixes", "Edit the text"), key)


def _of_file(refusal: Refusal, draft: Draft, before: Draft) -> Finding | None:
    """Return the finding about one file, which may still be downloaded."""
    if refusal.file >= len(draft.media):
        fix = Fix("show_file", translate("Fixes", "Show the files"))
        return _finding(refusal, fix) if not before.media else None
    ref = draft.media[refusal.file]
    known = before.media[refusal.file] if refusal.file < len(before.media) else None
    if known is not None and _sent(ref, refusal) != _sent(known, refusal):
        return None
    fix = Fix("show_file", translate("Fixes", "Show the file"), ref.path)
    return _finding(refusal, fix, ref.path)


def _sent(ref: MediaRef, refusal: Refusal) -> tuple[object, ...]:
    """Return what of a file its network gets; its facts are read later."""
    return ref.path, ref.alt, ref.edit_for(refusal.network), refusal.network in ref.left_out


def _finding(refusal: Refusal, fix: Fix, file: str | None = None) -> Finding:
    return Finding(
        "warning",
        "refused",
        refusal.sentence,
        (refusal.network,),
        (refusal.channel_id,),
        file,
        fix,
    )


def _whole(draft: Draft) -> object:
    return tuple(content(draft) for content in _CONTENT.values())
