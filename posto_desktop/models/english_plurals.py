"""English plural forms of shown texts: "%n post(s)" becomes "1 post" and "2 posts".

Qt's `tr(text, "", n)` takes plural forms from a translation file (Polish has three). The app's
texts are English and have no such file; this module builds one in memory, in the .qm format, from
the list `COUNTED`. "(s)" is omitted if n is 1; of "(is/are)" the first part is for 1. %Ln groups
digits as the locale does, %n does not.

A text has the same forms in all contexts. `tests/unit/models/test_english_plurals.py` compares the
list with the program.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QTranslator

from posto_desktop.common.locale_words import set_time_words
from posto_desktop.common.plurals import english_forms
from posto_desktop.common.translation import set_translator
from posto_desktop.models.dates import full_when

__all__ = ["COUNTED", "install"]

COUNTED: tuple[str, ...] = (
    "+%n more network(s)",
    "+%n more network(s), with a problem",
    "%Ln message(s) cannot be sent",
    "%Ln message(s) duplicated as drafts",
    "%Ln more character(s) (is/are) not shown.",
    "%Ln post(s) scheduled from {first} to {last}",
    "%Ln selected",
    "%Ln stopped",
    "%Ln to come",
    "%Ln too long",
    "%n earlier",
    "%n later",
    "%n message(s) (needs/need) you.",
    "%n message(s) (was/were) accepted for some of their channels only.",
    "%n message(s) (was/were) not sent.",
    "%n message(s) (was/were) refused.",
    "%n of {all} posts could not be tried again.",
    "%n of {total} files could not be downloaded.",
    "%n of {total} posts could not be deleted.",
    "%n of {total} sent",
    "%n proposal(s) (waits/wait) for you.",
    "+%n more",
    "Accepted for {n} of %n channel(s)",
    "All %Ln",
    "At most %n time(s) (is/are) possible.",
    "No campaign matches the search. It hides %Ln.",
    "No campaign matches. The search and hidden channels hide %Ln.",
    "No campaign uses the visible channels. %Ln use hidden channels.",
    "Only %Ln",
    "Post to {n} of %Ln channel(s)",
    "Reading {name}: %Ln row(s)",
    "Save and schedule %Ln more",
    "Saved as {name}: %Ln file(s), {size}. Passwords are not included.",
    "Schedule {n} of %Ln channel(s)",
    "Scheduled for {n} of %n channel(s)",
    "Scheduled: {times} and %n more",
    "Sent to {n} of %n channel(s)",
    "Show %Ln character(s)",
    "Show all %Ln character(s)",
    "You can duplicate up to %n message(s) at once.",
    "part {part}: %Ln too long",
    "{channel} and %n more",
    "{network}: %Ln character(s) left",
    "{network}: %Ln character(s) too many",
    "{n} of %n file(s)",
    "“{title}” was accepted for {n} of %n channel(s), not for {channels}.",
    "“{title}” was accepted for {n} of %n channel(s).",
    "%Ln file(s) handed over",
    "%Ln post(s) (is/are) published",
    "%Ln post(s) (was/were) not published on {network}",
    "%Ln post(s) (was/were) not sent",
    "%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.",
    "%Ln post(s) moved",
    "%Ln post(s) moved back",
    "%Ln post(s) moved back to {when}",
    "%Ln post(s) moved to {when}",
    "%Ln post(s) not moved. {why}",
    "%Ln post(s) written to {file}",
    "All: %Ln post(s)",
    "Export %Ln post(s)…",
    "Filtered: %Ln post(s)",
    "Filters and hidden channels hide %Ln post(s).",
    "Filters hide %Ln post(s) on these days.",
    "Hidden channels contain %Ln post(s).",
    "In the past, so not moved: %Ln post(s).",
    "No free time for %Ln post(s).",
    "Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and "
    "choose what to do.",
    "Not scheduled, so not moved: %Ln post(s).",
    "Reschedule %Ln post(s)",
    "Same minute as another post on the channel: %Ln post(s).",
    "Selected: %Ln post(s)",
    "Send %Ln post(s) now instead of at the time in When?",
    "Send %Ln post(s) now?",
    "The filters hide %Ln post(s).",
    "The search hides %Ln post(s).",
    "The site has not sent %Ln post(s). Its timer seems to be stopped.",
    "Without the status filter: %Ln post(s).",
    "{titles} and %n more",
    "{workspace} (%Ln post(s) to look at)",
    "The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from "
    "now.",
    "Added to the (file/%n files) already attached",
    "%n account(s) cannot post yet",
    "%Ln message(s) (has/have) (a time/times) of (its/their) own",
    "%Ln message(s) (follows/follow) the rhythm now",
    "{names} and %n more",
    "%Ln row(s) (lacks its picture/lack their pictures): {names}",
    "%Ln row(s): {sentence}. The others likewise.",
    "All %n network(s)",
    "And %Ln more.",
    " And %n more.",
    "and %n more",
    "%Ln campaign(s)",
    "%n campaign(s)",
    "%n change(s) to the rows will be lost. The file does not change.",
    "%n change(s) will be saved",
    "%Ln channel(s)",
    "%n channel(s)",
    "%Ln channel(s) (is/are) left out",
    "%n character(s) left",
    "%n character(s) too long",
    "%n character(s) too long for {network}",
    "%n check(s)",
    "%n chosen",
    "{names} (is/are) not in the schedule of {host}.",
    "%n of its channels no longer exist. Nothing was sent.",
    "%n of {total} posts were changed or sent meanwhile, so they stay.",
    "{programs} (is/are) using it",
    "%n of your drafts could be rescued.",
    "%n deleted by you",
    "%n other(s)",
    "%Ln chosen channel(s) (is/are) no longer listed.",
    "Continue with %Ln row(s)",
    "day(s)",
    "%n day(s)",
    "%n day(s) ago",
    "Discard %n change(s)?",
    "Discard %n change(s)",
    "%Ln draft(s)",
    "%n draft(s)",
    "Drop %Ln file(s)",
    "Drop %Ln picture(s)",
    "Drop %Ln style(s)",
    "Drop %Ln video(s)",
    "Every %n day(s)",
    "Every %n month(s) {on}",
    "Every %n week(s) on {days}",
    "%Ln file(s)",
    "%n file(s)",
    "Move the (found channel/%Ln found channels) here",
    "New group of the (found channel/%Ln found channels)…",
    "Select the (found channel/%Ln found channels)",
    "Show only the (found channel/%Ln found channels)",
    "Too many files. Only the first {most} of %n were added.",
    "%n file(s) cannot be posted",
    "%n file(s) cannot be posted: {names}",
    "%n file(s) (has/have) no description for people who cannot see (it/them).",
    "%n file(s) removed from the message",
    "%n free slot(s)",
    "%n hint(s)",
    "hour(s)",
    "Import %Ln message(s)",
    "in %n day(s)",
    "in %n hour(s)",
    "in %n minute(s)",
    "in %n month(s)",
    "in %n year(s)",
    "%Ln failed",
    "%n file(s) not found",
    "%n part(s)",
    "Split into %n part(s)",
    "%n being sent",
    "%n item(s) (needs/need) attention",
    "%Ln message(s)",
    "%n message(s)",
    "%Ln message(s) added",
    "%Ln message(s) deleted",
    "%Ln message(s) imported",
    "%Ln message(s) scheduled",
    "%Ln message(s) will be added to {campaign}",
    "Message(s) {numbers}: {why}",
    "Message(s) {numbers} without {networks}: {why}",
    "%n minute(s)",
    "minute(s)",
    "month(s)",
    "%Ln more exceed the limit of one campaign",
    "%n more file(s) (is/are) left out",
    "%n more part(s) (is/are) not shown",
    "Move %n post(s)",
    "%Ln (needs/need) you",
    "%Ln network(s)",
    "%n network(s)",
    "%Ln not sent",
    "{numbers} and %Ln more",
    "%Ln of {total} channels (is/are) hidden",
    "%Ln other(s)",
    "One message for each of the %Ln file(s), spread over time",
    "%Ln picture(s)",
    "%Ln picture(s) could not be downloaded.",
    "%Ln picture(s) will be downloaded first.",
    "%n pin(s)",
    "%n pixel(s)",
    "%Ln post(s)",
    "%n post(s), {digest}",
    "%n post(s) deleted",
    "%n post(s) restored",
    "%n post(s) deleted here. (It stays/They stay) published.",
    "Sending %Ln post(s)",
    "%n post(s) being sent",
    "%n post(s) (is/are) sent again in a moment",
    "%n post(s) (is/are) tried again",
    "Sending %Ln post(s) in {seconds} s",
    "%Ln post(s) scheduled: {when}",
    "%n preview(s)",
    "%n problem(s)",
    "Repeat %n time(s)",
    "Resume %Ln post(s)",
    "Retry %n channel(s)",
    "Retry %Ln failed",
    "Retry %n post(s)",
    "%Ln row(s)",
    "%Ln row(s) (has a warning/have warnings).",
    "%Ln row(s) will not be imported.",
    "Save %n change(s)",
    "%Ln scheduled",
    "%n scheduled post(s)",
    "Schedule %Ln post(s)",
    "%Ln post(s) scheduled",
    "%Ln post(s) (is/are) deleted in {seconds} s",
    "%Ln proposed post(s) (was/were) deleted",
    "Delete %Ln post(s)",
    "Move %Ln post(s)",
    "“{client}” asks to delete %Ln post(s)",
    "“{client}” asks to move %Ln post(s) to {when}",
    "“{client}” asks to schedule %Ln post(s) for {when}",
    "Schedule the other (post/%Ln posts)",
    "%n second(s)",
    "Send %Ln post(s) now",
    "You can undo it for %n second(s).",
    "%Ln sending",
    "%Ln sent",
    "{sentence} Same for %n more file(s).",
    "%n shortcut(s)",
    "Stopped. %Ln message(s) will not be sent",
    "The other channels have the post. (This one is/These are) not in the schedule, but (it/they) "
    "may still be published. Sending again now could publish (it/them) twice.",
    "(The post/%n posts) could not be tried again.",
    "The search hides %Ln channel(s).",
    "The search hides %n style(s)",
    "%n time(s)",
    "to %Ln channel(s)",
    "%n unread notification(s)",
    "Up to %n hour(s) late",
    "Up to %n minute(s) late",
    "%n warning(s)",
    "week(s)",
    "working day(s)",
    "Up to %Ln character(s)",
    "Its %n channel(s) will be removed, too.",
    "%n waiting post(s) will not be sent.",
    "%Ln channel(s) moved to “{name}”",
    "%Ln channel(s) removed from (its/their) group",
    "Move the (ticked channel/%Ln ticked channels) here",
    "Moves %Ln channel(s) into this group.",
    "Creates a group with %Ln channel(s).",
    "New group of the (ticked channel/%Ln ticked channels)…",
    "used %n time(s)",
    "%n suggestion(s)",
    "%n word(s) (is/are) suggested again",
    "%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.",
    "Try again in %n hour(s).",
    "Try again in %n minute(s).",
    "Try again in %n second(s).",
    "%n hour(s)",
    "(a day/in %Ln days)",
    "(an hour/in %Ln hours)",
    "(a minute/in %Ln minutes)",
    "(a second/in %Ln seconds)",
    "%Ln file(s) {span}",
    "%Ln post(s) {span}",
    "About ${amount} at X for %Ln post(s)",
    "{network}'s sign-in ends {day}, before %Ln of these posts.",
    "Remove the empty part(s)",
    "{networks} (takes/take) no threads through this service. Choose what is sent instead.",
    "{networks} (takes/take) no threads from here. Choose what is sent instead.",
    "{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.",
    "{networks} (shows/show) the parts after the first as comments.",
    "Part(s) {numbers} (is/are) empty.",
    "{networks} (gets/get) all parts as one post.",
    "{networks} (gets/get) only the first part.",
    "The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) "
    "without it.",
    "The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.",
    "Remove %Ln hashtag(s)",
    "{network} allows %Ln hashtag(s), this text has {count}.",
    "{network} allows %Ln mention(s), this text has {count}.",
    "{network} allows %Ln file(s) per post, this message has {count}.",
    "{network} allows %Ln picture(s) per post, this message has {count}.",
    "{network} allows %Ln video(s) per post, this message has {count}.",
    "{network} allows %Ln GIF(s) per post, this message has {count}.",
    "{network} shows the link and leaves out the (file/%Ln files).",
    "%Ln by the site",
    "%Ln byte(s)",
    "{file} is a GIF; {networks} (allows/allow) none.",
    "{file} is {size}; {networks} (allows/allow) {least} pixels or more.",
    "{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.",
    "{file} is {size}; {networks} (allows/allow) up to {most}.",
    "{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.",
    "{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.",
    "{file} is {type}; {networks} (allows/allow) {types}.",
    "{file} lasts {length}; {networks} (allows/allow) up to {most}.",
    "{file} lasts {length}; {networks} (allows/allow) {least} or more.",
    "The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.",
    "Leave out %Ln channel(s)",
    "Remove %n file(s) from the message",
    "Leave out %n file(s) for {networks}",
    "{names} and %Ln more",
    "{networks} (does/do) not support first comments.",
    "{networks} (shows/show) links only in the text.",
    "{networks} (shows/show) links on stories only. In the text the link can be read, but not "
    "clicked.",
    "The link has %n part(s), and a thread {most} at most.",
    "“{text}” may be {names} or %Ln more",
    "{names} (is no channel/are no channels) of yours",
    "The thread has %n part(s); up to {most} can be imported",
    "%Ln (entry is no object and was/entries are no objects and were) left out.",
    "{number} {month} is not a date: {month} {year} has %n day(s)",
    "{number} {month} is not a date: {month} has %n day(s)",
    "%Ln row(s) above the names (was/were) left out.",
    "Only the first {most} of %Ln row(s) are read.",
    "Only the first {most} of %Ln column(s) are read.",
    "{file} has %Ln frame(s) of {size} pixels, too many to edit here.",
    "%n new message(s) from “{folder}”",
    "%n draft(s) from “{folder}”",
    "%n draft(s) stayed: you edited or opened (it/them)",
    "%n more file(s) in “{folder}” (has/have) the same problem.",
    "%n message(s) from “{folder}” scheduled",
    "%n message(s) from “{folder}” (stays/stay) in Drafts.",
    "Waiting for %n file(s) that (is/are) not complete",
    "“{folder}” has %Ln picture(s) and video(s) already.",
)

_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES, _RULES = 0x42, 0x69, 0x88  # sections of a .qm file
_END, _TRANSLATION, _SOURCE = 1, 3, 6  # tags inside a message
_ONE_AND_OTHERS = bytes((0x01, 1))  # plural rule: the first form is for n == 1


def install(app: QCoreApplication) -> QTranslator:
    """Install the English plural forms, and Qt's translations in the layers below it; translators
    installed later take precedence."""
    set_translator(QCoreApplication.translate)
    set_time_words(full_when)
    translator = QTranslator(app)
    translator.load(_DATA)
    app.installTranslator(translator)
    return translator


def _qm_file(texts: Iterable[str]) -> bytes:
    """Return a .qm file with the forms of these texts, without contexts (see qtranslator.cpp)."""
    messages = bytearray()
    places = []
    for text in texts:
        places.append((_elf_hash(text.encode()), len(messages)))
        for form in english_forms(text):
            messages += _part(_TRANSLATION, form.encode("utf-16-be"))
        messages += _part(_SOURCE, text.encode()) + bytes((_END,))
    hashes = b"".join(struct.pack(">II", *place) for place in sorted(places))
    sections = ((_HASHES, hashes), (_MESSAGES, messages), (_RULES, _ONE_AND_OTHERS))
    return _MAGIC + b"".join(_part(tag, data) for tag, data in sections)


def _part(tag: int, data: bytes | bytearray) -> bytes:
    return struct.pack(">BI", tag, len(data)) + data


def _elf_hash(data: bytes) -> int:
    value = 0
    for byte in data:
        value = (value << 4) + byte
        if high := value & 0xF0000000:
            value = (value ^ high >> 24) & ~high
    return value or 1


_DATA = _qm_file(COUNTED)  # QTranslator does not copy it
