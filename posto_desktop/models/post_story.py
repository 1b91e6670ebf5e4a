"""The story of a post of this computer in plain words, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import limits_for
from posto_desktop.core.refusal import Refusal
from posto_desktop.models import dates
from posto_desktop.sdk.post_stories import PartStory, PostStory
from posto_desktop.sdk.records import Schedule

__all__ = ["StoryStep", "is_live", "moment_words", "refusal_of", "story_steps"]

Moment = Callable[[datetime], str]
_LIVE_BEFORE_SECONDS = 11 * 60
"""Files are handed over up to ten minutes ahead."""


@dataclass(frozen=True)
class StoryStep:
    """A line of a story: `status` is a status token for its colour, `at` a time in words, `detail`
    a sentence below it. `link` is the address of the part that it is about."""

    text: str
    status: str
    icon: str
    at: str = ""
    detail: str = ""
    link: str = ""
    link_words: str = ""


def is_live(story: PostStory, now: datetime) -> bool:
    """Return whether something happens to the post now or soon."""
    if story.status == "sending":
        return True
    if story.status != "not_sent" or story.due_at is None:
        return False
    return (story.due_at - now).total_seconds() < _LIVE_BEFORE_SECONDS


def moment_words(moment: datetime) -> str:
    """Return a time with seconds, and its day unless that is today."""
    now = datetime.now(UTC)
    clock = dates.seconds_clock(moment)
    if dates.local(moment).date() == dates.local(now).date():
        return clock
    return f"{dates.day(moment, now)}, {clock}"


def refusal_of(post: Schedule, story: PostStory | None) -> Refusal:
    """Return what the network said about a refused post, and what of it that is about. Without its
    story, which says the latter, it is about the whole."""
    field, _, number_text = (story.field if story is not None else "").partition(" ")
    number = int(number_text) if number_text.isascii() and number_text.isdecimal() else 0
    ids = [media.id for media in post.media]
    if field == "file":
        field, number = ("file", ids.index(number)) if number in ids else ("files", 0)
    error = in_users_language(post.error)
    return Refusal(error, limits_for(post.network).slug, post.channel_id, field, number)


def story_steps(story: PostStory, when: Moment, moment: Moment = moment_words) -> list[StoryStep]:
    """Return the lines of a story, oldest first. `when` words a planned time, `moment` one at which
    something happened. Empty where nothing is known that the schedule does not say."""
    steps: list[StoryStep] = []
    for steps_of in (_handed_over, _state_of):
        for number, part in enumerate(story.parts):
            steps += steps_of(story, number, part, moment)
    if story.status == "not_sent" and story.due_at is not None:
        is_put_off = bool(story.reason)
        text = (
            translate("PostStory", "Tried again at {time}")
            if is_put_off
            else translate("PostStory", "Waits until {time}")
        )
        waiting = StoryStep(
            text.format(time=when(story.due_at)), "scheduled", "clock", detail=story.reason
        )
        steps.append(waiting)
    elif story.status == "sending" and not any(step.icon == "send" for step in steps):
        steps.append(StoryStep(translate("PostStory", "About to be sent"), "sending", "send"))
    return steps


def _handed_over(story: PostStory, number: int, part: PartStory, moment: Moment) -> list[StoryStep]:
    """Return what was or is being uploaded of a part."""
    upload = story.upload
    if upload is not None and upload.part == number:
        percent = min(99, upload.sent * 100 // upload.total)
        text = translate("PostStory", "Uploading files: {percent} %").format(percent=percent)
        return [StoryStep(text, "sending", "upload")]
    if not part.files or part.ready_at is None:
        return []
    text = translate("PostStory", "%Ln file(s) handed over", "", part.files)
    if len(story.parts) > 1:
        text = f"{part_name(number, part)}: {text}"
    return [StoryStep(text, "sent", "upload", moment(part.ready_at), "\n".join(part.notes))]


def _state_of(story: PostStory, number: int, part: PartStory, moment: Moment) -> list[StoryStep]:
    """Return whether a part is out."""
    is_only, part_words = len(story.parts) == 1, part_name(number, part)
    tried = moment(part.tried_at) if part.tried_at is not None else ""
    if part.state == "sending":
        text = (
            translate("PostStory", "Sending")
            if is_only
            else translate("PostStory", "{what} is being sent").format(what=part_words)
        )
        return [StoryStep(text, "sending", "send", tried, part.reason)]
    if part.state == "sent":
        text = (
            translate("PostStory", "Published")
            if is_only
            else translate("PostStory", "{what} is published").format(what=part_words)
        )
        at = moment(part.sent_at) if part.sent_at is not None else ""
        remark = ""
        if part.is_found_by_person:
            at, remark = "", translate("PostStory", "You found it on the network.")
        open_words = translate("PostStory", "Open post") if is_only else _open_words(number, part)
        return [StoryStep(text, "sent", "check", at, remark, part.link, open_words)]
    if part.state == "failed":
        text = (
            translate("PostStory", "Not published")
            if is_only
            else translate("PostStory", "{what} is not published").format(what=part_words)
        )
        return [StoryStep(text, "failed", "x", tried, part.reason)]
    if part.state == "unclear":
        text = translate("PostStory", "May be published")
        if not is_only:
            text = translate("PostStory", "{what} may be published").format(what=part_words)
        return [StoryStep(text, "needs_you", "hand", tried, part.reason)]
    if number and story.status in ("unknown", "error", "sending"):
        text = translate("PostStory", "{what} waits for the previous one").format(what=part_words)
        return [StoryStep(text, "draft", "clock")]
    return []


def _open_words(number: int, part: PartStory) -> str:
    if part.kind == "comment":
        return translate("PostStory", "Open comment")
    if not number:
        return translate("PostStory", "Open post")
    return translate("PostStory", "Open part {n}").format(n=number + 1)


def part_name(number: int, part: PartStory) -> str:
    """Return what a part of a post is called at the start of a sentence."""
    if part.kind == "comment":
        return translate("PostStory", "The first comment")
    return (
        translate("PostStory", "Part {n}").format(n=number + 1)
        if number
        else translate("PostStory", "The post")
    )
