"""What a message becomes by a post of the site: its text, link and picture."""

from __future__ import annotations

from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.site_content import SitePost

__all__ = ["FORMS", "filled_by", "text_of_post"]

FORMS = ("title_excerpt", "title", "excerpt")
"""What of a post becomes the text, the usual first."""


def text_of_post(post: SitePost, form: str) -> str:
    """Return the text that a post gives; what it lacks is left out, and its title stands for a
    missing excerpt."""
    parts = {
        "title": (post.title,),
        "excerpt": (post.excerpt or post.title,),
    }.get(form, (post.title, post.excerpt))
    return "\n\n".join(part for part in parts if part)


def filled_by(draft: Draft, post: SitePost, form: str, picture: MediaRef | None) -> dict[str, Any]:
    """Return the fields that change. What is written stays, and the text of the post follows it;
    its link replaces another, and its picture comes after the other files."""
    text, written = text_of_post(post, form), draft.text.rstrip()
    fields: dict[str, Any] = {
        "text": f"{written}\n\n{text}" if written and text else written or text
    }
    if post.link:
        fields["link"] = post.link
    if picture is not None:
        fields["media"] = (*draft.media, picture)
    return fields
