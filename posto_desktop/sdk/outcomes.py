"""Status of a post on each of its channels, from the schedules that carry its mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .answers import ended
from .records import Channel, ChannelOutcome, ChannelState, Schedule


def same_for_all(
    channels: Sequence[Channel], state: ChannelState, error: str = ""
) -> tuple[ChannelOutcome, ...]:
    """Return equal outcomes, one a channel."""
    return tuple(
        ChannelOutcome(one.id, state, one.name, one.network, error=error) for one in channels
    )


def outcomes_of(
    channels: Sequence[Channel], rows: Iterable[Schedule], *, lists_all: bool
) -> tuple[ChannelOutcome, ...]:
    """Return one outcome a channel. `lists_all`: a channel without a row surely has none."""
    found = {row.channel_id: row for row in rows}
    sentences = []
    for channel in channels:
        row = found.get(channel.id)
        if row is not None:
            sentences.append(_of_row(channel, row))
        else:
            state: ChannelState = "not_taken" if lists_all else "unclear"
            sentences.append(ChannelOutcome(channel.id, state, channel.name, channel.network))
    return tuple(sentences)


def _of_row(channel: Channel, row: Schedule) -> ChannelOutcome:
    state: ChannelState = "taken"
    if row.may_be_live:
        state = "unclear"
    elif row.status == "error":
        state = "failed"
    return ChannelOutcome(
        channel.id,
        state,
        channel.name or row.channel_name,
        channel.network or row.network,
        row.id,
        row.status,
        row.error,
    )


def sentence_of(outcomes: Sequence[ChannelOutcome], complaint: str) -> str:
    """Return sentences about what is wrong with an accepted post. `complaint` is the error that
    accompanied the acceptance."""
    good = sum(one.state == "taken" for one in outcomes)
    sentences = ["The service has the post."]
    if good:
        sentences = [f"The post was taken for {good} of {len(outcomes)} channels."]
    sentences += [_words(one) for one in outcomes if one.state != "taken"]
    if complaint and not any(_same(complaint, one.error) for one in outcomes):
        sentences.append(f"The service said: {ended(complaint)}")
    sentences.append("Do not send the whole post again.")
    return " ".join(sentences)


def _words(one: ChannelOutcome) -> str:
    if one.state == "failed":
        what = one.error or "it failed without a reason"
    elif one.state == "not_taken":
        what = "it is not in the list of schedules"
    elif one.schedule_id is None:
        what = "it may be on its way"
    else:
        what = f"it may be live: {one.error or one.status}"
    return f"{one.channel_name or one.channel_id}: {ended(what)}"


def _same(one: str, other: str) -> bool:
    return bool(other) and one.rstrip(". ") == other.rstrip(". ")


def named(items: Sequence[Mapping[str, object]], known: Sequence[Channel] = ()) -> list[Channel]:
    """Return the channels of a composer call, with their names if known."""
    by_id = {one.id: one for one in known}
    numbers = [int(str(item["channel_id"])) for item in items]
    return [by_id.get(number) or Channel(number, "", "") for number in numbers]
