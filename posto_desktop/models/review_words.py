"""Words about reviews: who proposed a post, what is to be changed, what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.sdk.review import Remark, ReviewState, ReviewStep

__all__ = [
    "changed_words",
    "field_words",
    "headline_of",
    "history_rows",
    "remark_words",
    "subject_words",
    "withdrawn_words",
]

Times = Callable[[datetime], str]
_FIELDS = {
    "post_content": "text",
    "posto_thread": "text",
    "upload_media": "files",
    "media_list_to_upload": "files",
    "upload_media_type": "files",
    "attach_link": "link",
    "custom_link": "link",
    "first_comment": "comment",
    "share_to_first_comment": "comment",
    "channels": "channels",
    "time": "time",
}


def headline_of(review: ReviewState) -> str:
    """Return who proposed a post, or who requests changes."""
    if review.state == "returned" and review.remark is not None:
        words = translate("Review", "{name} requests changes")
        return words.format(name=review.remark.by)
    if review.is_own:
        return translate("Review", "You proposed this post")
    return translate("Review", "Proposed by {name}").format(name=review.author)


def subject_words(subject: str) -> str:
    """Return what a request for changes is about; "" for all of it."""
    return {
        "text": translate("Review", "The text"),
        "media": translate("Review", "A picture or video"),
        "time": translate("Review", "The time"),
    }.get(subject, "")


def remark_words(remark: Remark, when: Times) -> str:
    """Return the comment of a request for changes, with its subject and its time."""
    subject = subject_words(remark.subject)
    words = f"{subject}: {remark.comment}" if subject else remark.comment
    return f"{words}\n{when(remark.at)}" if remark.at is not None else words


def history_rows(steps: Sequence[ReviewStep], when: Times) -> list[tuple[str, str]]:
    """Return the time of each step and what happened, the newest first."""
    return [
        (when(step.at) if step.at is not None else "", _step_words(step, when))
        for step in reversed(steps)
    ]


def withdrawn_words() -> str:
    return translate("Review", "Proposal withdrawn")


def _step_words(step: ReviewStep, when: Times) -> str:
    words = {
        "proposed": translate("Review", "{name} proposed it"),
        "scheduled": translate("Review", "{name} scheduled it"),
        "edited": translate("Review", "{name} edited it"),
        "moved": translate("Review", "{name} moved it"),
        "returned": translate("Review", "{name} requests changes"),
        "approved": translate("Review", "{name} approved it"),
        "withdrawn": translate("Review", "{name} withdrew it"),
    }.get(step.step, "{name}")
    lines = [words.format(name=step.person)]
    changed = changed_words(step.changed)
    if changed:
        lines.append(translate("Review", "Changed: {fields}").format(fields=changed))
    if "time" in step.changed and step.share_at is not None:
        lines.append(when(step.share_at))
    if step.remark is not None:
        subject = subject_words(step.remark.subject)
        comment = step.remark.comment
        lines.append(f"{subject}: {comment}" if subject else comment)
    return "\n".join(lines)


def changed_words(fields: Sequence[str]) -> str:
    """Return which parts of a post are different, of the names of its fields."""
    return field_words(_FIELDS.get(name, "options") for name in fields)


def field_words(fields: Iterable[str]) -> str:
    """Return the names of fields that `core.edit_merge` tells apart, in one line."""
    names = {
        "text": translate("Review", "text"),
        "files": translate("Review", "pictures and videos"),
        "time": translate("Review", "time"),
        "channels": translate("Review", "channels"),
        "link": translate("Review", "link"),
        "comment": translate("Review", "first comment"),
        "options": translate("Review", "options"),
    }
    return listed(names[field] for field in dict.fromkeys(fields))
