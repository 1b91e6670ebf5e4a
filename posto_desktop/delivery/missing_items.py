"""Items of an outbox entry that the service does not list, and the sentences about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from posto_desktop.common.locale_words import listed, time_words
from posto_desktop.common.translation import translatable
from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import PostItem


def missing_items(entry: Entry, groups: Mapping[int, str]) -> list[PostItem]:
    """Return the items of channels without a known row."""
    return [
        item
        for item in entry.items
        if item.channel_id not in groups and item.channel_id not in entry.taken
    ]


def group_of(entry: Entry, groups: Mapping[int, str]) -> str:
    """Return the group of the last call, else any."""
    fresh = [group_id for group_id in groups.values() if group_id not in entry.group_ids]
    return next(filter(None, (*fresh, entry.group_id, *groups.values())), "")


def looks_again(missing: Sequence[PostItem], count: int, host: str) -> str:
    again = translatable("Delivery", "Posto will check again.")
    return f"{not_yet(missing, count, host)} {again}"


def not_yet(missing: Sequence[PostItem], count: int, host: str) -> str:
    if len(missing) == count:
        return translatable("Delivery", "{host} does not list the post yet.").format(host=host)
    names = listed(item.channel_name for item in missing)
    return translatable("Delivery", "{host} does not list it for {names} yet.").format(
        host=host, names=names
    )


def partly_listed(missing: Sequence[PostItem], host: str) -> str:
    sentence = translatable("Delivery", "{host} has this post but does not list it for {names}.")
    return sentence.format(host=host, names=listed(item.channel_name for item in missing))


def accepted_but_not_listed(host: str) -> str:
    """Return the sentence for an edited post."""
    reason = translatable("Delivery", "{host} accepted the post but does not list it.")
    rest = translatable("Delivery", "The earlier post is still scheduled.")
    return f"{reason.format(host=host)} {rest}"


def may_be_published(reason: str) -> str:
    return translatable("Delivery", "May already be published: {reason}").format(reason=reason)


def missed(planned: datetime) -> str:
    """Return the sentence for a post whose time passed before it could be sent."""
    return translatable(
        "Delivery",
        "Its time, {time}, passed before it could be sent. It was not sent; try again to send it "
        "now.",
    ).format(time=time_words(planned))


def not_checked_yet(*, was_accepted: bool) -> str:
    if was_accepted:
        return translatable(
            "Delivery", "It was accepted; for which channels cannot be checked yet."
        )
    return translatable("Delivery", "It may have been sent; that cannot be checked yet.")
