"""Explanations why a post is not published, with what to do.

Services pass on the networks' texts: codes, fragments, English for developers. Known ones are
recognised by their wording; others are called unknown and shown unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.models.planner_words import planner_words
from posto_desktop.sdk.post_stories import PostStory
from posto_desktop.sdk.records import Schedule

__all__ = [
    "Reason",
    "explain",
    "explain_error",
    "explain_own",
    "is_about_comment",
    "lacks_address",
    "question",
]


@dataclass(frozen=True)
class Reason:
    """Explanation of a row.

    ``fix`` is the best action: "retry", "send_now", "look" (check on the network), "open_site"
    (visitors keep a site's timer running), "edit", "comment" (send the first comment again), "link"
    (paste the address of the post), "pause" (the planner of the site) or "". ``answer`` is what
    the network or service said, shown collapsed; may be empty. ``tone`` is "failed", "late" or
    "site": the colour of the box.
    """

    title: str
    text: str
    fix: str
    answer: str = ""
    tone: str = "failed"


class _Cause(NamedTuple):
    pattern: re.Pattern[str]
    title: str
    text: str
    fix: str


def _cause(pattern: str, title: object, text: object, fix: str = "retry") -> _Cause:
    # Type checkers see an object from QT_TRANSLATE_NOOP; it is the text.
    return _Cause(re.compile(pattern, re.IGNORECASE), str(title), str(text), fix)


_CAUSES = (
    _cause(
        r"session (has )?expired|access.?token|oauth|#190\b|re-?connect|log ?in again"
        r"|unauthori[sz]ed|invalid (session|cookie|credential)|checkpoint|\b401\b",
        QT_TRANSLATE_NOOP("Reasons", "{network} no longer knows this channel"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "Its session has expired. Connect {channel} again on the site, then retry. "
            "Nothing was published there.",
        ),
    ),
    _cause(
        r"rate.?limit|too many (requests|posts|calls|actions)|limit reached|#(4|17|32|368|613)\)"
        r"|\b429\b|daily limit",
        QT_TRANSLATE_NOOP("Reasons", "{network} accepts no more posts for now"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            (
                "{channel} has reached the limit of {network}. Retry later. Nothing was "
                "published there."
            ),
        ),
    ),
    _cause(
        r"duplicate|already (been )?(posted|published|shared)|#506\b|\b187\b",
        QT_TRANSLATE_NOOP("Reasons", "{network} already has this text"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "It does not accept the same text twice. Edit the post, change the text "
            "and send it again.",
        ),
        "",
    ),
    _cause(
        r"(text|caption|message|status|content|tweet).{0,40}(too long|exceed|maximum|longer than)"
        r"|too long|character limit",
        QT_TRANSLATE_NOOP("Reasons", "The text is too long for {network}"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "Edit the post, shorten the text and send it again. Nothing was published there.",
        ),
        "",
    ),
    _cause(
        r"(image|photo|picture|video|media|file).{0,60}"
        r"(too (large|big)|size|exceed|format|unsupported|not supported|invalid|aspect|ratio"
        r"|resolution|could ?n.t be (processed|downloaded)|corrupt)"
        r"|aspect ratio|unsupported (media|image|video|file)",
        QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the file"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "The file is too large for {network}, or its format or shape is not "
            "supported. Edit the post, change the file and send it again. Nothing "
            "was published there.",
        ),
    ),
    _cause(
        r"permission|not (allowed|permitted|authorized to)|forbidden|#(10|200)\)|\b403\b",
        QT_TRANSLATE_NOOP("Reasons", "{network} does not allow this app to post here"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "{channel} has no permission to post. Connect it again on the site and allow posting.",
        ),
    ),
    _cause(
        r"curl error (28|52|55|56)\b|timed? ?out|time-?out|\b50[234]\b",
        QT_TRANSLATE_NOOP("Reasons", "{network} did not answer in time"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "Check whether the post is published before you retry.",
        ),
        "look",
    ),
    _cause(
        r"curl error (5|6|7|35)\b|could not resolve|connection (refused|reset|failed)|proxy"
        r"|network is unreachable",
        QT_TRANSLATE_NOOP("Reasons", "The service could not reach {network}"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "Retry later. Nothing was published there.",
        ),
    ),
    _cause(
        r"(board|page|group|channel|chat|location|subreddit|account).{0,40}"
        r"(not found|does ?n.t exist|deleted|removed|deactivated)|\b404\b",
        QT_TRANSLATE_NOOP("Reasons", "{channel} was not found"),
        QT_TRANSLATE_NOOP(
            "Reasons", "It may have been renamed, closed or deleted. Check it on {network}."
        ),
        "",
    ),
    _cause(
        r"no longer in the media library|\b(file|attachment)\b.{0,20}\bnot found",
        QT_TRANSLATE_NOOP("Reasons", "A file of the post is missing"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "It is no longer in the media library. Edit the post, add the file "
            "again and send it. Nothing was published there.",
        ),
        "",
    ),
    _cause(
        r"\b(requires?|required|needs?|must (have|contain|include)|at least one)\b.{0,30}"
        r"\b(image|photo|video|media|picture)s?\b"
        r"|\b(no|missing) (image|photo|video|media|picture)s?\b"
        r"|\b(image|photo|video|media|picture)s? (is|are) (required|missing)\b",
        QT_TRANSLATE_NOOP("Reasons", "{network} requires a picture or a video"),
        QT_TRANSLATE_NOOP(
            "Reasons",
            "Edit the post, add a file and send it again. Nothing was published there.",
        ),
        "",
    ),
)


def explain_error(error: str, network: str, channel: str) -> Reason:
    """Explain an error of the service; ``network`` is a slug."""
    names = {
        "network": network_name(network) or translate("Reasons", "The network"),
        "channel": channel or translate("Reasons", "This channel"),
    }
    english = error.strip()
    answer = in_users_language(english)
    for cause in _CAUSES:
        if cause.pattern.search(english[:2000]):
            return Reason(
                translate("Reasons", cause.title).format(**names),
                translate("Reasons", cause.text).format(**names),
                cause.fix,
                answer,
            )
    if not answer:
        return Reason(
            translate("Reasons", "{network} did not accept the post").format(**names),
            translate("Reasons", "No reason was given. Retrying may help."),
            "retry",
        )
    return Reason(
        translate("Reasons", "{network} did not accept the post").format(**names),
        _first_sentence(answer),
        "retry",
        answer if len(answer) > _SENTENCE else "",
    )


_SENTENCE = 180


def _first_sentence(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) <= _SENTENCE:
        return flat
    cut = flat[:_SENTENCE].rsplit(" ", 1)[0]
    return f"{cut}…"


def question(schedule: Schedule) -> str:
    """Return the explanation of a post that may be live, and what each answer does."""
    error_text = schedule.error.casefold().lstrip()
    if error_text.startswith("first comment error"):
        known = translate(
            "Reasons",
            "The post seems to be published, but its first comment was refused. "
            "Sending again would publish the post twice.",
        )
    else:
        known = translate(
            "Reasons",
            "The post was sent, but no clear answer came back. Sending again now could "
            "publish it twice.",
        )
    if schedule.status == "unknown":
        return known
    # The service cannot be informed that such a post exists.
    return f"{known} " + translate(
        "Reasons", "If it is there, delete it here. The published post stays."
    )


_NO_COMMENT = "The first comment is not published"
_UNCLEAR_COMMENT = "The first comment may be published"
_NO_ID = (
    "The rest of the thread is not published",
    "The parts of the thread after the one that is there",  # stored by versions before 0.2
)


def is_about_comment(schedule: Schedule) -> str:
    """Return "missing" or "unclear" for a published post of this computer whose first comment is
    that, else ""."""
    if schedule.status == "success":
        if schedule.error.startswith(_NO_COMMENT):
            return "missing"
        if schedule.error.startswith(_UNCLEAR_COMMENT):
            return "unclear"
    return ""


def lacks_address(schedule: Schedule) -> bool:
    """Return whether the rest of a thread waits for the address of a part that the user found."""
    return schedule.status == "error" and schedule.error.startswith(_NO_ID)


_REFUSED = {
    "text": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the text"),
    "title": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the title"),
    "link": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the link"),
    "files": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the files"),
    "file": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept a file"),
    "comment": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the first comment"),
    "thread": QT_TRANSLATE_NOOP("Reasons", "{network} did not accept part {n}"),
}


def _explain_refusal(schedule: Schedule, field: str) -> Reason:
    """Return the network's own sentence about a post of this computer, with what it is about:
    `field` as in `sdk.post_stories`."""
    network = network_name(schedule.network) or translate("Reasons", "The network")
    kind, _, number_text = field.partition(" ")
    words = str(
        _REFUSED.get(kind, QT_TRANSLATE_NOOP("Reasons", "{network} did not accept the post"))
    )
    return Reason(
        translate("Reasons", words).format(network=network, n=number_text),
        in_users_language(schedule.error.strip()),
        "edit",
    )


def explain_own(schedule: Schedule, status: str, story: PostStory | None) -> Reason | None:
    """Explain a row as `explain`, with the network's own sentence for posts of this computer, whose
    `story` says what of a refused one is the cause."""
    reason = explain(schedule, status)
    if story is None or not story.is_own or not schedule.error or reason is None:
        return reason
    if status == "failed" and not lacks_address(schedule):
        return _explain_refusal(schedule, story.field)
    if status == "needs_you" and schedule.status == "unknown":
        known = in_users_language(schedule.error.strip())
        doubt = translate("Reasons", "Sending again now could publish it twice.")
        return replace(reason, text=f"{known} {doubt}", answer="")
    return reason


# Errors that the local server sets on restored or rescued posts (storage.restore, server.rescue).
_MAYBE_SENT_BEFORE = re.compile(r"may have been sent then|is published already before it")


def explain(schedule: Schedule, status: str) -> Reason | None:
    """Return why a row with this status is not published; None if there is nothing to explain."""
    english = (schedule.error or "").strip()
    error = in_users_language(english)
    network = network_name(schedule.network) or translate("Reasons", "the network")
    if lacks_address(schedule):
        return Reason(
            translate("Reasons", "Which post is the first part?"),
            translate(
                "Reasons",
                "The rest of the thread replies to it. Paste its address to send the rest.",
            ),
            "link",
            error,
            "late",
        )
    comment = is_about_comment(schedule)
    if comment == "missing":
        why = in_users_language(english.partition(":")[2].strip())
        return Reason(
            translate("Reasons", "The first comment is missing"), why, "comment", "", "late"
        )
    if comment == "unclear":
        return Reason(
            translate("Reasons", "Is the first comment there already?"),
            translate(
                "Reasons",
                "The post is published. Its comment was sent, but no clear answer came back. "
                "Sending it again now could publish it twice.",
            ),
            "look",
            error,
            "late",
        )
    if status == "failed":
        return explain_error(english, schedule.network, schedule.channel_name)
    if status == "needs_you":
        return Reason(
            translate("Reasons", "Is it on {network} already?").format(network=network),
            question(schedule),
            "look",
            error,
            "late",
        )
    if status == "site":
        return Reason(
            planner_words(schedule),
            translate("Reasons", "The site posts this by itself. Change it on the site."),
            "pause",
            "",
            "site",
        )
    if status == "late" and schedule.status == "missed" and _MAYBE_SENT_BEFORE.search(english):
        return Reason(
            translate("Reasons", "It may have been sent before"),
            translate(
                "Reasons",
                "Its data comes from a backup or a damaged file and may be out of "
                "date. Check whether it is published before you send it.",
            ),
            "send_now",
            error,
            "late",
        )
    if status == "late" and schedule.status == "missed":
        return Reason(
            translate("Reasons", "Its time passed while nothing was running"),
            translate("Reasons", "It was not sent after its time. Send it now or reschedule it."),
            "send_now",
            error,
            "late",
        )
    if status == "late":
        return Reason(
            translate("Reasons", "The site has not sent it"),
            translate(
                "Reasons",
                "Its time has passed, but the site's timer seems to be stopped. It runs when "
                "the site has visitors. Open the site in a browser to start it.",
            ),
            "open_site",
            error,
            "late",
        )
    return None
