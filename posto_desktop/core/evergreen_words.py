"""Sentences about evergreen messages: why one was chosen, and why a slot stays free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from posto_desktop.common.formats import named_day
from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.evergreen import (
    BlockCode,
    ChoiceReason,
    EvergreenPreview,
    Filling,
    Nothing,
    TakenBackRuns,
)

_DAY = "ddd d MMM yyyy"
_PIN_PROBLEMS: Mapping[BlockCode, str] = {
    "cooldown": translatable("Evergreen", "The message pinned here would still rest."),
    "same_text": translatable(
        "Evergreen", "The network would not take the text of the message pinned here again by then."
    ),
    "not_yet": translatable("Evergreen", "The message pinned here starts later."),
    "paused": translatable("Evergreen", "The message pinned here is paused."),
    "used_up": translatable("Evergreen", "The message pinned here has no runs left."),
    "over": translatable("Evergreen", "The message pinned here has passed its last day."),
    "skipped": translatable("Evergreen", "You skipped the message pinned here."),
    "problem": translatable("Evergreen", "The message pinned here cannot be posted as it is."),
}
_NOTHING: Mapping[Nothing, str] = {
    "no_messages": translatable("Evergreen", "There are no evergreen messages."),
    "no_slots": translatable(
        "Evergreen", "Their channels have no weekly slots. Add some in Settings, Publishing."
    ),
    "all_paused": translatable("Evergreen", "All evergreen messages are paused."),
    "all_resting": translatable("Evergreen", "All evergreen messages rest."),
    "all_used_up": translatable("Evergreen", "No evergreen message has runs left."),
    "all_over": translatable("Evergreen", "All evergreen messages have passed their last day."),
    "all_taken": translatable("Evergreen", "No slot is free."),
    "blocked": translatable("Evergreen", "No evergreen message may go out at the free slots."),
}


def sentence_of(reason: ChoiceReason) -> str:
    """Return why a message goes out at a slot, or why the slot stays free."""
    sentences = [_pin_sentence(reason), *_main(reason)]
    return " ".join(sentence for sentence in sentences if sentence)


def _pin_sentence(reason: ChoiceReason) -> str:
    return translate("Evergreen", _PIN_PROBLEMS[reason.pin_problem]) if reason.pin_problem else ""


def _main(reason: ChoiceReason) -> list[str]:
    if reason.code == "blocked":
        words = [_cause(code, count) for code, count in reason.causes]
        if reason.next_day is not None:
            words.append(
                translate("Evergreen", "The next one may go out on {day}.").format(
                    day=_day(reason.next_day)
                )
            )
        return words
    return [_plain(reason)]


def _cause(code: BlockCode, count: int) -> str:
    sentences: Mapping[BlockCode, str] = {
        "cooldown": translate("Evergreen", "%n message(s) still (rests/rest).", "", count),
        "same_text": translate(
            "Evergreen",
            "%n message(s) (has/have) no text that the network would take again by then.",
            "",
            count,
        ),
        "not_yet": translate("Evergreen", "%n message(s) (starts/start) later.", "", count),
        "paused": translate("Evergreen", "%n message(s) (is/are) paused.", "", count),
        "used_up": translate("Evergreen", "%n message(s) (has/have) no runs left.", "", count),
        "over": translate("Evergreen", "%n message(s) (has/have) passed the last day.", "", count),
        "skipped": translate("Evergreen", "You skipped %n message(s) here.", "", count),
        "problem": translate("Evergreen", "%n message(s) cannot be posted here.", "", count),
    }
    return sentences[code]


def _plain(reason: ChoiceReason) -> str:
    if reason.code == "no_messages":
        return translate("Evergreen", "No evergreen message goes to this channel.")
    if reason.code == "skipped":
        return translate("Evergreen", "You skipped this slot.")
    if reason.code == "taken_back":
        return translate("Evergreen", "You took this slot back. Fill slots to use it again.")
    if reason.code == "pinned":
        return translate("Evergreen", "You pinned it here.")
    has_usual_weight = reason.weight <= 1
    if reason.code == "first" and has_usual_weight:
        return translate("Evergreen", "Its turn: never sent here.")
    if reason.code == "first":
        return translate("Evergreen", "Its turn: never sent here, weight {weight}.").format(
            weight=reason.weight
        )
    if reason.code == "only":
        return translate(
            "Evergreen", "The only one that may go out: last sent %n day(s) ago.", "", reason.days
        )
    if has_usual_weight:
        return translate("Evergreen", "Its turn: last sent %n day(s) ago.", "", reason.days)
    return translate(
        "Evergreen", "Its turn: last sent %n day(s) ago, weight {weight}.", "", reason.days
    ).format(weight=reason.weight)


def nothing_words(preview: EvergreenPreview) -> str:
    """Return why nothing comes; "" if something does."""
    if not preview.nothing:
        return ""
    if preview.nothing == "all_resting" and preview.next_day is not None:
        words = translate("Evergreen", "All evergreen messages rest until {day}.")
        return words.format(day=_day(preview.next_day))
    return translate("Evergreen", _NOTHING[preview.nothing])


def filled_words(filling: Filling) -> str:
    """Return what was filled; each run counts as a post of its channel."""
    if not filling.runs or filling.first is None or filling.last is None:
        return translate("Evergreen", "No slot was filled.")
    first, last = (when.astimezone().date() for when in (filling.first, filling.last))
    if first == last:
        words = translate("Evergreen", "%Ln post(s) scheduled: {when}", "", filling.runs)
        return words.format(when=_day(first))
    words = translate("Evergreen", "%Ln post(s) scheduled from {first} to {last}", "", filling.runs)
    return words.format(first=_day(first), last=_day(last))


def taken_back_words(result: TakenBackRuns) -> str:
    """Return what became of runs that were taken back; each counts for its channel."""
    sentences = []
    if result.undone or not result.renewed:
        sentences.append(translate("Evergreen", "%n post(s) taken back.", "", result.undone))
    if result.renewed:
        sentences.append(
            translate("Evergreen", "%n scheduled post(s) changed, too.", "", result.renewed)
        )
    if result.removing:
        sentences.append(
            translate(
                "Evergreen", "%n (is/are) being deleted from the service.", "", result.removing
            )
        )
    if result.sent:
        sentences.append(
            translate(
                "Evergreen", "%n post(s) (was/were) sent already and (stays/stay).", "", result.sent
            )
        )
    return " ".join(sentences)


def _day(day: date) -> str:
    return named_day(day, _DAY)
