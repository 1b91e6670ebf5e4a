"""Translations of English texts from `core`: labels of options and of fixes.

`core` does not know Qt, so its texts are listed here for translators. An unlisted text (such as an
undocumented key) is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from posto_desktop.models.numbers import grouped

OPTIONS = tuple(
    map(
        str,
        (
            QT_TRANSLATE_NOOP("Options", "Add music to photos"),
            QT_TRANSLATE_NOOP("Options", "Alt text of the post"),
            QT_TRANSLATE_NOOP("Options", "Attach the link"),
            QT_TRANSLATE_NOOP("Options", "Book"),
            QT_TRANSLATE_NOOP("Options", "Button"),
            QT_TRANSLATE_NOOP("Options", "Button below the message"),
            QT_TRANSLATE_NOOP("Options", "Buy"),
            QT_TRANSLATE_NOOP("Options", "Call now"),
            QT_TRANSLATE_NOOP("Options", "Categories"),
            QT_TRANSLATE_NOOP("Options", "Draft"),
            QT_TRANSLATE_NOOP("Options", "Everyone"),
            QT_TRANSLATE_NOOP("Options", "Excerpt"),
            QT_TRANSLATE_NOOP("Options", "First comment"),
            QT_TRANSLATE_NOOP("Options", "Followers"),
            QT_TRANSLATE_NOOP("Options", "Friends"),
            QT_TRANSLATE_NOOP("Options", "Get offer"),
            QT_TRANSLATE_NOOP("Options", "Story hashtag"),
            QT_TRANSLATE_NOOP("Options", "Keep as a draft on the blog"),
            QT_TRANSLATE_NOOP("Options", "Keep the post type"),
            QT_TRANSLATE_NOOP("Options", "Labels"),
            QT_TRANSLATE_NOOP("Options", "Learn more"),
            QT_TRANSLATE_NOOP("Options", "Link"),
            QT_TRANSLATE_NOOP("Options", "Button link"),
            QT_TRANSLATE_NOOP("Options", "Allow comments"),
            QT_TRANSLATE_NOOP("Options", "Allow duets"),
            QT_TRANSLATE_NOOP("Options", "Allow stitches"),
            QT_TRANSLATE_NOOP("Options", "Only me"),
            QT_TRANSLATE_NOOP("Options", "Order online"),
            QT_TRANSLATE_NOOP("Options", "Pin the post"),
            QT_TRANSLATE_NOOP("Options", "Post type"),
            QT_TRANSLATE_NOOP("Options", "Private"),
            QT_TRANSLATE_NOOP("Options", "Published"),
            QT_TRANSLATE_NOOP("Options", "Qualifier"),
            QT_TRANSLATE_NOOP("Options", "Reserve"),
            QT_TRANSLATE_NOOP("Options", "Send categories"),
            QT_TRANSLATE_NOOP("Options", "Send pages as pages"),
            QT_TRANSLATE_NOOP("Options", "Send silently"),
            QT_TRANSLATE_NOOP("Options", "Send tags"),
            QT_TRANSLATE_NOOP("Options", "Sign up"),
            QT_TRANSLATE_NOOP("Options", "Status"),
            QT_TRANSLATE_NOOP("Options", "Tags"),
            QT_TRANSLATE_NOOP("Options", "Button text"),
            QT_TRANSLATE_NOOP("Options", "Title"),
            QT_TRANSLATE_NOOP("Options", "Photo title"),
            QT_TRANSLATE_NOOP("Options", "Visibility"),
            QT_TRANSLATE_NOOP("Options", "Waiting for review"),
            QT_TRANSLATE_NOOP("Options", "Watch video"),
            QT_TRANSLATE_NOOP("Options", "Who can see it"),
        ),
    )
)
# Each number form is a separate text. The more specific one comes first.
FIXES = tuple(
    map(
        str,
        (
            QT_TRANSLATE_NOOP("Fixes", "Add a space"),
            QT_TRANSLATE_NOOP("Fixes", "Add a title"),
            QT_TRANSLATE_NOOP("Fixes", "Add media"),
            QT_TRANSLATE_NOOP("Fixes", "Change the time"),
            QT_TRANSLATE_NOOP("Fixes", "Crop"),
            QT_TRANSLATE_NOOP("Fixes", "Crop the middle"),
            QT_TRANSLATE_NOOP("Fixes", "Describe"),
            QT_TRANSLATE_NOOP("Fixes", "Edit it"),
            QT_TRANSLATE_NOOP("Fixes", "Edit the title"),
            QT_TRANSLATE_NOOP("Fixes", "Keep the braces"),
            QT_TRANSLATE_NOOP("Fixes", "Leave out the link"),
            QT_TRANSLATE_NOOP("Fixes", "Add it to the text"),
            QT_TRANSLATE_NOOP("Fixes", "Remove"),
            QT_TRANSLATE_NOOP("Fixes", "Remove 1 hashtag"),
            QT_TRANSLATE_NOOP("Fixes", "Remove the link"),
            QT_TRANSLATE_NOOP("Fixes", "Select channels"),
            QT_TRANSLATE_NOOP("Fixes", "Send a still picture"),
            QT_TRANSLATE_NOOP("Fixes", "Send without a style"),
            QT_TRANSLATE_NOOP("Fixes", "Shorten it"),
            QT_TRANSLATE_NOOP("Fixes", "Move all files to the first part"),
            QT_TRANSLATE_NOOP("Fixes", "Remove the empty part"),
            QT_TRANSLATE_NOOP("Fixes", "Remove the empty parts"),
            QT_TRANSLATE_NOOP("Fixes", "Send all parts as one text"),
            QT_TRANSLATE_NOOP("Fixes", "Send only the first part"),
            QT_TRANSLATE_NOOP("Fixes", "Send the whole thread"),
            QT_TRANSLATE_NOOP("Fixes", "Shorten the title"),
            QT_TRANSLATE_NOOP("Fixes", "Sign in again"),
            QT_TRANSLATE_NOOP("Fixes", "Split for all networks"),
            QT_TRANSLATE_NOOP("Fixes", "Use the common text"),
            QT_TRANSLATE_NOOP("Fixes", "Use the nearest year"),
            QT_TRANSLATE_NOOP("Fixes", "Use “/” instead"),
            QT_TRANSLATE_NOOP("Fixes", "Write the character"),
            QT_TRANSLATE_NOOP("Fixes", "Leave it out for {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Leave out {n} channels"),
            QT_TRANSLATE_NOOP("Fixes", "Leave out {n} files for {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Leave out {name} for {other}"),
            QT_TRANSLATE_NOOP("Fixes", "Move to {time}"),
            QT_TRANSLATE_NOOP("Fixes", "Remove {n} files from the message"),
            QT_TRANSLATE_NOOP("Fixes", "Remove {n} hashtags"),
            QT_TRANSLATE_NOOP("Fixes", "Remove {name} and {other} from the message"),
            QT_TRANSLATE_NOOP("Fixes", "Remove {name} from the message"),
            QT_TRANSLATE_NOOP("Fixes", "Leave out {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Edit for {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Only {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Shorten for {name}"),
            QT_TRANSLATE_NOOP("Fixes", "Split for {name}"),
        ),
    )
)
_FORMS = {"n": r"[\d,]+", "time": r"\d+:\d\d", "name": r".+?", "other": r".+"}


def option_words(text: str) -> str:
    """Translate a label or choice of `core.options`."""
    return QCoreApplication.translate("Options", text)


def fix_words(label: str) -> str:
    """Translate the label of a `core.checks.Fix` and insert its numbers and names again."""
    text, parts = fix_pattern(label)
    count = next((int(part.replace(",", "")) for name, part in parts if name == "n"), -1)
    words = QCoreApplication.translate("Fixes", text, "", count)
    for name, part in parts:
        words = words.replace(f"{{{name}}}", grouped(count) if name == "n" else part)
    return words


@lru_cache(maxsize=256)
def fix_pattern(label: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the entry of `FIXES` that matches a label, and the values of its placeholders; without
    a match the label itself."""
    for text in FIXES:
        if not label.startswith(text.partition("{")[0]):
            continue
        match = _pattern(text).fullmatch(label)
        if match is not None:
            return text, tuple(match.groupdict().items())
    return label, ()


@cache
def _pattern(text: str) -> re.Pattern[str]:
    pattern = re.escape(text)
    for name, form in _FORMS.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{form})")
    return re.compile(pattern, re.DOTALL)
