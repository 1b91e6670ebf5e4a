"""Items of an outbox entry that the service does not list, and the sentences about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
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
    again = translate("Delivery", "Posto will check again.")
    return f"{not_yet(missing, count, host)} {again}"


def not_yet(missing: Sequence[PostItem], count: int, host: str) -> str:
    if len(missing) == count:
        return translate("Delivery", "{host} does not list the post yet.").format(host=host)
    names = listed(item.channel_name for item in missing)
    return translate("Delivery", "{host} does not list it for {names} yet.").format(
        host=host, names=names
    )
