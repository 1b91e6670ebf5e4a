"""Texts of the channels pane for each page."""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.common.translation import translate
from posto_desktop.models.channels import ChannelsModel

_SELECT = ("select-all-channels", "select-no-channel", "select-active-channels")
_SHOW = ("show-every-channel", "hide-every-channel", "show-active-channels")


@dataclass(frozen=True)
class ChannelPurpose:
    """`heading` and `explanation` of the pane; `count` contains {ticked} and {total}; `all`, `none`
    and `active` say what the three buttons do; `object_names` are theirs."""

    heading: str
    explanation: str
    count: str
    all: str
    none: str
    active: str
    object_names: tuple[str, str, str] = _SELECT


def purpose_of(model: ChannelsModel) -> ChannelPurpose:
    """Return the texts for the model's current choice."""
    choice = model.choice
    if choice is None:
        words = translate("ChannelPurpose", "This page applies to all channels.")
        return ChannelPurpose(translate("ChannelPurpose", "Channels"), words, "", *_select_words())
    if choice.kind == "filter":
        return ChannelPurpose(
            translate("ChannelPurpose", "Show channels"),
            translate(
                "ChannelPurpose",
                "This page shows only the ticked channels. Your messages do not change.",
            ),
            translate("ChannelPurpose", "{ticked} of {total} shown"),
            translate("ChannelPurpose", "Show every channel"),
            translate("ChannelPurpose", "Hide every channel"),
            translate("ChannelPurpose", "Show active channels"),
            _SHOW,
        )
    selected = translate("ChannelPurpose", "{ticked} of {total} selected")
    if choice.kind == "campaign":
        words = translate(
            "ChannelPurpose",
            "Messages of this campaign go to the ticked channels, unless they have "
            "channels of their own.",
        )
        return ChannelPurpose(
            translate("ChannelPurpose", "Campaign goes to"), words, selected, *_select_words()
        )
    words = translate("ChannelPurpose", "The open message goes to the ticked channels.")
    return ChannelPurpose(translate("ChannelPurpose", "Post to"), words, selected, *_select_words())


def _select_words() -> tuple[str, str, str]:
    return (
        translate("ChannelPurpose", "Select all channels"),
        translate("ChannelPurpose", "Select no channel"),
        translate("ChannelPurpose", "Select active channels"),
    )


def hint_text(model: ChannelsModel) -> str:
    """Return a note: why nothing can be ticked, how many chosen channels are not listed, or how to
    make a group; "" for none."""
    choice = model.choice
    if choice is None:
        return purpose_of(model).explanation
    if choice.locked:
        return choice.locked
    missing = model.missing()
    if missing:
        return translate(
            "ChannelPurpose", "%Ln chosen channel(s) (is/are) no longer listed.", "", missing
        )
    if model.grouping == "group" and model.channels() and not model.own_groups():
        return translate(
            "ChannelPurpose",
            "No groups yet. Search or tick channels, then “New group” in the menu below.",
        )
    return ""
