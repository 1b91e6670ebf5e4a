"""What the channel pane ticks: a message's channels, or the filter of a page."""

from __future__ import annotations

from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Channel
from tests.fakes.ticks import Ticks

CHANNELS = [Channel(n, f"Channel {n}", "fb") for n in (1, 2, 3)]


def heard(choice):
    choices = []
    choice.changed.connect(lambda: choices.append(choice.ids))
    return choices


def test_a_filter_begins_with_all_channels(qapp):
    channels = ChannelFilter()
    assert channels.ids is None
    assert channels.chosen_of([1, 2, 3]) == {1, 2, 3}
    assert channels.hidden_of([1, 2, 3]) == 0


def test_a_channel_that_appears_later_is_shown_while_all_are(qapp):
    channels = ChannelFilter()
    channels.choose({1, 2}, [1, 2])
    assert channels.ids is None, "all of them are no filter"
    assert channels.chosen_of([1, 2, 3]) == {1, 2, 3}
    channels.choose({1}, [1, 2, 3])
    assert channels.chosen_of([1, 2, 3, 4]) == {1}
    assert channels.hidden_of([1, 2, 3, 4]) == 3


def test_no_channel_hides_everything_until_all_are_shown_again(qapp):
    channels = ChannelFilter()
    choices = heard(channels)
    channels.choose(set(), [1, 2, 3])
    channels.choose(set(), [1, 2, 3])
    assert channels.hidden_of([1, 2, 3]) == 3
    channels.show_all()
    channels.show_all()
    assert choices == [frozenset(), None]


def test_targets_write_what_is_ticked_in_the_order_of_the_list(qapp):
    ticks = Ticks()
    ticks.choice.choose({3, 1}, [1, 2, 3])
    assert ticks.ids == [1, 3]
    assert ticks.choice.chosen_of([2, 3]) == {3}
    assert ticks.choice.missing_from([2, 3]) == 1


def test_targets_keep_what_is_not_listed_until_it_is_forgotten(qapp):
    ticks = Ticks()
    ticks.ids = [1, 8]
    ticks.choice.choose({1, 2}, [1, 2, 3])
    assert ticks.ids == [1, 2, 8]
    ticks.choice.choose(set(), [1, 2, 3])
    assert ticks.ids == [8]
    ticks.ids = [8, 3, 1]
    ticks.choice.forget_missing([1, 2, 3])
    assert ticks.ids == [3, 1]


def test_the_model_shows_the_ticks_of_one_choice_at_a_time(qapp, qtbot):
    model, ticks, channels = ChannelsModel(), Ticks(), ChannelFilter()
    model.set_channels(CHANNELS)
    ticks.ids = [1, 2]
    model.set_choice(ticks.choice)
    assert model.checked_ids() == {1, 2}
    with qtbot.waitSignals([model.choiceChanged, model.selectionChanged]):
        model.set_choice(channels)
    assert model.checked_ids() == {1, 2, 3}
    model.check_none()
    assert ticks.ids == [1, 2], "who is not shown is not changed"
    model.set_choice(ticks.choice)
    assert model.checked_ids() == {1, 2}
    with qtbot.assertNotEmitted(model.selectionChanged):
        channels.show_all()
    ticks.choice.choose([3], [1, 2, 3])
    assert model.checked_ids() == {3}


def test_without_a_choice_nothing_can_be_ticked(qapp):
    from PySide6.QtCore import Qt

    model, ticks = ChannelsModel(), Ticks()
    model.set_channels(CHANNELS)
    model.set_choice(ticks.choice)
    model.set_choice(None)
    row = model.index_of(1)
    assert row.data(Qt.ItemDataRole.CheckStateRole) is None
    assert not row.flags() & Qt.ItemFlag.ItemIsUserCheckable
    model.toggle(row)
    model.check_all()
    assert model.checked_ids() == set()
    assert ticks.ids == []


def test_a_locked_choice_keeps_its_ticks(qapp, qtbot):
    model, ticks = ChannelsModel(), Ticks()
    model.set_channels(CHANNELS)
    model.set_choice(ticks.choice)
    model.check_only(2)
    ticks.locked = "It is running."
    with qtbot.waitSignal(model.choiceChanged):
        ticks.choice.changed.emit()
    assert not model.can_tick
    model.check_all()
    model.toggle(model.index_of(1))
    assert ticks.ids == [2]
    ticks.locked = ""
    ticks.choice.changed.emit()
    model.check_all()
    assert ticks.ids == [1, 2, 3]


def test_what_the_list_does_not_have_is_counted_and_can_be_given_up(qapp):
    model, ticks = ChannelsModel(), Ticks()
    ticks.ids = [1, 8, 9]
    model.set_choice(ticks.choice)
    assert model.missing() == 0, "the list is still awaited"
    model.set_channels(CHANNELS)
    assert model.missing() == 2
    model.forget_missing()
    assert ticks.ids == [1]
    assert model.missing() == 0
