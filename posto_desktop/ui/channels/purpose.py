"""Texts of the channels pane for each page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from posto_desktop.models.channels import ChannelsModel


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("ChannelPurpose", text, "", n)


@dataclass(frozen=True)
class ChannelPurpose:
    """`heading` and `explanation` of the pane; `count` contains {ticked} and {total}; `all`, `none`
    and `active` are the names of the three buttons."""

    heading: str
    explanation: str
    count: str
    all: str
    none: str
    active: str


def purpose_of(model: ChannelsModel) -> ChannelPurpose:
    """Return the texts for the model's current choice."""
    choice = model.choice
    if choice is None:
        words = _tr("This page applies to all channels.")
        return ChannelPurpose(_tr("Channels"), words, "", *_select_words())
    if choice.kind == "filter":
        return ChannelPurpose(
            _tr("Show channels"),
            _tr("This page shows only the ticked channels. Your messages do not change."),
            _tr("{ticked} of {total} shown"),
            _tr("Show every channel"),
            _tr("Hide every channel"),
            _tr("Show active channels"),
        )
    selected = _tr("{ticked} of {total} selected")
    if choice.kind == "campaign":
        words = _tr(
            "Messages of this campaign go to the ticked channels, unless they have "
            "channels of their own."
        )
        return ChannelPurpose(_tr("Campaign goes to"), words, selected, *_select_words())
    words = _tr("The open message goes to the ticked channels.")
    return ChannelPurpose(_tr("Post to"), words, selected, *_select_words())


def _select_words() -> tuple[str, str, str]:
    return _tr("Select all channels"), _tr("Select no channel"), _tr("Select active channels")


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
        return _tr("%Ln chosen channel(s) (is/are) no longer listed.", missing)
    if model.grouping == "group" and model.channels() and not model.own_groups():
        return _tr("No groups yet. Search or tick channels, then “New group” in the menu below.")
    return ""
