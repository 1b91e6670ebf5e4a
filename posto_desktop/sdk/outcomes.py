"""Status of a post on each of its channels, from the schedules with its mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from posto_desktop.common.translation import translatable

from .answers import ended
from .records import Channel, ChannelOutcome, ChannelState, Schedule


def same_for_all(
    channels: Sequence[Channel], state: ChannelState, error: str = ""
) -> tuple[ChannelOutcome, ...]:
    """Return equal outcomes, one a channel."""
    return tuple(
        ChannelOutcome(channel.id, state, channel.name, channel.network, error=error)
        for channel in channels
    )


def outcomes_of(
    channels: Sequence[Channel], rows: Iterable[Schedule], *, lists_all: bool
) -> tuple[ChannelOutcome, ...]:
    """Return one outcome a channel. `lists_all`: a channel without a row surely has none."""
    by_channel = {row.channel_id: row for row in rows}
    sentences = []
    for channel in channels:
        row = by_channel.get(channel.id)
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
    good = sum(outcome.state == "taken" for outcome in outcomes)
    sentences = [translatable("Sdk", "The service has the post.")]
    if good:
        sentences = [
            translatable("Sdk", "The post was taken for {good} of {count} channels.").format(
                good=good, count=len(outcomes)
            )
        ]
    sentences += [_words(outcome) for outcome in outcomes if outcome.state != "taken"]
    if complaint and not any(_same(complaint, outcome.error) for outcome in outcomes):
        sentences.append(
            translatable("Sdk", "The service said: {answer}").format(answer=ended(complaint))
        )
    sentences.append(translatable("Sdk", "Do not send the whole post again."))
    return " ".join(sentences)


def _words(outcome: ChannelOutcome) -> str:
    if outcome.state == "failed":
        reason = outcome.error or translatable("Sdk", "it failed without a reason")
    elif outcome.state == "not_taken":
        reason = translatable("Sdk", "it is not in the list of schedules")
    elif outcome.schedule_id is None:
        reason = translatable("Sdk", "it may be on its way")
    else:
        reason = translatable("Sdk", "it may be live: {value}").format(
            value=outcome.error or outcome.status
        )
    return f"{outcome.channel_name or outcome.channel_id}: {ended(reason)}"


def _same(first: str, second: str) -> bool:
    return bool(second) and first.rstrip(". ") == second.rstrip(". ")


def named(items: Sequence[Mapping[str, object]], known: Sequence[Channel] = ()) -> list[Channel]:
    """Return the channels of a composer call, with their names if known."""
    by_id = {channel.id: channel for channel in known}
    numbers = [int(str(item["channel_id"])) for item in items]
    return [by_id.get(number) or Channel(number, "", "") for number in numbers]
