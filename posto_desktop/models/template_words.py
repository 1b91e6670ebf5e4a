"""Words for the variables of templates, for chips, lists and descriptions."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication

from posto_desktop.sdk.templates import VARIABLES, tokens, used

_PARTS_BELOW_TITLE = {"post_content", "post_excerpt"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Templates", text)


def variable_title(name: str, beside: Collection[str] = ()) -> str:
    """Return the word for a variable; `beside` are the variables of its template. Alone, the title
    is the whole message."""
    if name == "post_title" and not _PARTS_BELOW_TITLE.intersection(beside):
        return _tr("Message")
    titles = {
        "post_title": _tr("Title"),
        "post_content": _tr("Text"),
        "post_excerpt": _tr("Excerpt"),
        "post_url": _tr("Link"),
        "hashtags": _tr("Hashtags"),
        "channel_name": _tr("Channel"),
        "social_network_name": _tr("Network"),
        "date": _tr("Date"),
    }
    return titles.get(name, name)


def variable_meaning(name: str, beside: Collection[str] = ()) -> str:
    """Return what a variable becomes in a template with the variables `beside`."""
    has_title = "post_title" in beside and bool(_PARTS_BELOW_TITLE.intersection(beside))
    below_title = _tr("The message below its first line")
    meanings = {
        "post_title": _tr("The first line of the message"),
        "post_content": below_title,
        "post_excerpt": below_title,
        "post_url": _tr("The link of the message"),
        "hashtags": _tr("All hashtags of the message"),
        "channel_name": _tr("The name of the channel"),
        "social_network_name": _tr("The name of the network"),
        "date": _tr("The day on which it is sent"),
    }
    if name in ("post_title", "post_content", "post_excerpt") and not has_title:
        return _tr("The whole message")
    if name == "post_excerpt" and "post_content" in beside:
        return _tr("The first paragraph below the first line")
    return meanings.get(name, "")


def variable_tip(name: str, beside: Collection[str] = ()) -> str:
    """Return what a variable becomes, and how it is written."""
    return f"{variable_meaning(name, beside)}: {{{name}}}"


def readable(template: str) -> str:
    """Return a template with words in place of its variables, as in "News: ‹Message›"."""
    beside, parts, at = used(template), [], 0
    for token in tokens(template):
        if token.name in VARIABLES:
            parts += [template[at : token.start], f"‹{variable_title(token.name, beside)}›"]
            at = token.end
    return "".join([*parts, template[at:]])
