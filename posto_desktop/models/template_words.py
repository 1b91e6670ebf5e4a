"""Words for the variables of templates, for chips, lists and descriptions."""

from __future__ import annotations

from collections.abc import Collection

from posto_desktop.common.translation import translate
from posto_desktop.sdk.templates import VARIABLES, tokens, used

_PARTS_BELOW_TITLE = {"post_content", "post_excerpt"}


def variable_title(name: str, beside: Collection[str] = ()) -> str:
    """Return the word for a variable; `beside` are the variables of its template. Alone, the title
    is the whole message."""
    if name == "post_title" and not _PARTS_BELOW_TITLE.intersection(beside):
        return translate("Templates", "Message")
    titles = {
        "post_title": translate("Templates", "Title"),
        "post_content": translate("Templates", "Text"),
        "post_excerpt": translate("Templates", "Excerpt"),
        #: Noun: a web address.
        "post_url": translate("Templates", "Link"),
        "hashtags": translate("Templates", "Hashtags"),
        "channel_name": translate("Templates", "Channel"),
        "social_network_name": translate("Templates", "Network"),
        "date": translate("Templates", "Date"),
    }
    return titles.get(name, name)


def variable_meaning(name: str, beside: Collection[str] = ()) -> str:
    """Return what a variable becomes in a template with the variables `beside`."""
    has_title = "post_title" in beside and bool(_PARTS_BELOW_TITLE.intersection(beside))
    below_title = translate("Templates", "The message below its first line")
    meanings = {
        "post_title": translate("Templates", "The first line of the message"),
        "post_content": below_title,
        "post_excerpt": below_title,
        "post_url": translate("Templates", "The link of the message"),
        "hashtags": translate("Templates", "All hashtags of the message"),
        "channel_name": translate("Templates", "The name of the channel"),
        "social_network_name": translate("Templates", "The name of the network"),
        "date": translate("Templates", "The day on which it is sent"),
    }
    if name in ("post_title", "post_content", "post_excerpt") and not has_title:
        return translate("Templates", "The whole message")
    if name == "post_excerpt" and "post_content" in beside:
        return translate("Templates", "The first paragraph below the first line")
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
