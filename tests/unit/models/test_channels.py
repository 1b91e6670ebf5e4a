"""The channel tree: ticks belong to channels, whatever the rows do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from posto_desktop.common import translation
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.networks import channel_kind
from posto_desktop.sdk.records import Channel
from tests.fakes.ticks import ticking_model

CHECK = Qt.ItemDataRole.CheckStateRole
ON, OFF, PART = Qt.CheckState.Checked, Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked


def channel(number, name, network, **more):
    return Channel(id=number, name=name, network=network, channel_type="account", **more)


CHANNELS = [
    channel(1, "Nordlicht Coffee", "fb", labels=("Coffee",)),
    channel(2, "@nordlicht", "twitter", labels=("Coffee",)),
    channel(3, "Fjord Cycles", "fb", active=False),
    channel(4, "Ålesund Räder", "mastodon"),
    channel(5, "Sandbox Bluesky", "bluesky", method="sandbox"),
]


@pytest.fixture
def model(qapp):
    model = ticking_model()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_channels(CHANNELS)
    return model


def shape(model):
    """{group title: [names]} as shown."""
    tree = {}
    for row in range(model.rowCount()):
        group = model.index(row, 0)
        tree[group.data()] = [
            model.index(child, 0, group).data() for child in range(model.rowCount(group))
        ]
    return tree


def test_groups_are_networks_in_a_known_order(model):
    assert list(shape(model).items()) == [
        ("X", ["@nordlicht"]),
        ("Facebook", ["Nordlicht Coffee", "Fjord Cycles"]),
        ("Mastodon", ["Ålesund Räder"]),
        ("Bluesky", ["Sandbox Bluesky"]),
    ]


def test_other_groupings(model):
    model.set_grouping("label")
    assert shape(model) == {
        "Coffee": ["Nordlicht Coffee", "@nordlicht"],
        "No label": ["Fjord Cycles", "Ålesund Räder", "Sandbox Bluesky"],
    }
    assert list(shape(model))[-1] == "No label"
    model.set_grouping("order")
    assert shape(model) == {"All channels": [channel.name for channel in CHANNELS]}
    with pytest.raises(ValueError, match="colour"):
        model.set_grouping("colour")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fjord", ["Fjord Cycles"]),
        ("FACEBOOK nord", ["Nordlicht Coffee"]),
        ("ålesund", ["Ålesund Räder"]),
        ("coffee", ["@nordlicht", "Nordlicht Coffee"]),
        ("  ", ["@nordlicht", "Nordlicht Coffee", "Fjord Cycles", "Ålesund Räder"]),
        ("nothing like it", []),
    ],
)
def test_the_filter_looks_at_name_network_kind_and_label(model, text, names):
    model.set_channels(CHANNELS[:4])
    model.set_filter(text)
    assert [channel.name for channel in model.visible_channels()] == names


def test_groups_have_three_states_and_tick_their_channels(model, qtbot):
    facebook = model.index(1, 0)
    assert facebook.data(CHECK) == OFF
    assert facebook.data(ChannelsModel.CountRole) == "2"
    first = model.index(0, 0, facebook)
    with qtbot.waitSignal(model.selectionChanged):
        model.toggle(first)
    assert first.data(CHECK) == ON
    assert facebook.data(CHECK) == PART
    assert facebook.data(ChannelsModel.CountRole) == "1 of 2"
    model.toggle(facebook)
    assert facebook.data(CHECK) == ON
    assert model.checked_ids() == {1, 3}
    model.toggle(facebook)
    assert model.checked_ids() == set()


def test_values_as_qt_and_assistive_software_send_them(model):
    first = model.index(0, 0, model.index(0, 0))
    assert model.setData(first, 2, CHECK)
    assert model.checked_ids() == {2}
    assert model.setData(first, OFF, CHECK)
    assert model.checked_ids() == set()
    assert not model.setData(QModelIndex(), ON, CHECK)
    assert not model.setData(first, "x", Qt.ItemDataRole.EditRole)


def test_ticks_survive_filter_grouping_and_reload(model, qtbot):
    model.set_checked_ids([4, 1, 999])
    model.set_filter("bluesky")
    assert [item.id for item in model.channels_by_id([4, 1, 999])] == [1, 4], "in the order shown"
    assert model.checked_ids() == {1, 4}, "hidden ones stay ticked"
    model.set_grouping("order")
    model.set_filter("")
    assert model.checked_ids() == {1, 4}
    with qtbot.waitSignals([model.channelsChanged, model.selectionChanged]):
        model.set_channels([channel for channel in CHANNELS if channel.id != 4])
    assert model.checked_ids() == {1}
    assert model.missing() == 1
    model.set_channels(CHANNELS)
    assert model.checked_ids() == {1, 4}, "who chose it did not take it back"
    assert model.missing() == 0


def test_the_same_channels_again_change_nothing(model, qtbot):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.channelsChanged):
        model.set_channels(list(CHANNELS))


def test_all_none_active_and_only(model):
    model.check_all()
    assert len(model.checked_ids()) == 5
    model.check_active()
    assert model.checked_ids() == {1, 2, 4, 5}
    model.check_none()
    assert model.checked_ids() == set()
    model.check_only(3)
    assert model.checked_ids() == {3}
    model.set_filter("nordlicht")
    model.check_all()
    assert model.checked_ids() == {1, 2, 3}
    model.check_active()
    assert model.checked_ids() == {1, 2, 3}, "what is hidden is left alone"


def test_only_changed_rows_are_announced(model):
    changes = []
    model.dataChanged.connect(lambda a, b, _roles: changes.append((a.data(), b.data())))
    model.set_checked_ids([1])
    assert changes == [("Facebook", "Facebook"), ("Nordlicht Coffee", "Nordlicht Coffee")]


def test_what_rows_say(model):
    expired = model.index_of(3)
    assert expired.data(ChannelsModel.SecondLineRole) == "Session expired"
    assert "has expired" in expired.data(Qt.ItemDataRole.ToolTipRole)
    assert expired.data(Qt.ItemDataRole.AccessibleTextRole) == "Fjord Cycles, not ticked"
    model.set_checked_ids([1])
    spoken = [expired.parent(), model.index_of(1), expired]
    assert [index.data(Qt.ItemDataRole.AccessibleTextRole) for index in spoken] == [
        "Facebook, partly ticked",
        "Nordlicht Coffee, ticked",
        "Fjord Cycles, not ticked",
    ]
    assert expired.data(Qt.ItemDataRole.AccessibleDescriptionRole) == (
        "Facebook · Account, Session expired"
    )
    assert model.index_of(2).data(ChannelsModel.SecondLineRole) == "Account"
    assert model.index_of(5).data(ChannelsModel.SecondLineRole) == "Account"  # its name says it
    model.set_channels([Channel(6, "Fjord", "bluesky", method="sandbox")])
    assert model.index_of(6).data(ChannelsModel.SecondLineRole) == "Sandbox"
    assert not model.index_of(77).isValid()


def test_pictures(model, qtbot):
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    with qtbot.waitSignal(model.dataChanged):
        model.set_picture(2, image)
    assert model.index_of(2).data(ChannelsModel.PictureRole) is not None
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_picture(2, QImage())
        model.set_picture(999, image)
    model.set_channels(CHANNELS[2:])
    model.set_channels(CHANNELS)
    assert model.index_of(2).data(ChannelsModel.PictureRole) is None


def test_two_thousand_channels(qapp):
    many = [channel(n, f"Channel {n}", "fb" if n % 2 else "twitter") for n in range(1, 2001)]
    model = ticking_model()
    model.set_channels(many)
    model.check_all()
    model.set_filter("channel 19")
    assert len(model.visible_channels()) == sum("19" in str(n) for n in range(1, 2001))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("toggle"), st.integers(0, 4), st.integers(-1, 3)),
        st.tuples(st.just("filter"), st.sampled_from(["", "nord", "fb", "x"]), st.none()),
        st.tuples(st.just("group"), st.sampled_from(["network", "label", "order"]), st.none()),
        st.tuples(st.just("set"), st.sets(st.integers(1, 5)), st.none()),
    ),
    max_size=12,
)


@given(steps)
def test_counts_and_ticks_always_agree(qapp, steps):
    model = ticking_model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_channels(CHANNELS)
    for what, step, two in steps:
        if what == "toggle":
            group = model.index(step, 0)
            index = group if two < 0 else model.index(two, 0, group)
            if index.isValid():
                model.toggle(index)
        elif what == "filter":
            model.set_filter(step)
        elif what == "group":
            model.set_grouping(step)
        else:
            model.set_channels([channel for channel in CHANNELS if channel.id in step])
        ids = model.checked_ids()
        assert ids <= {channel.id for channel in model.channels()}
        assert {channel.id for channel in model.channels_by_id(ids)} == ids
        for row in range(model.rowCount()):
            group = model.index(row, 0)
            states = [
                model.index(child, 0, group).data(CHECK) for child in range(model.rowCount(group))
            ]
            whole = ON if set(states) == {ON} else OFF if set(states) == {OFF} else PART
            assert group.data(CHECK) == whole
    del tester


def test_many_channels_are_counted_in_groups_of_digits(model):
    model.set_channels([channel(n, f"Harbour {n}", "fb") for n in range(1_500)])
    head = model.index(0, 0)
    assert head.data(model.CountRole) == "1,500"
    model.check_all()
    assert head.data(model.CountRole) == "1,500 of 1,500"


@pytest.mark.parametrize(
    ("kind", "words"),
    [("account", "Konto"), ("account_story", "(Account story)"), ("new_thing", "New thing")],
)
def test_kinds_of_channels_are_in_the_users_language(
    monkeypatch: pytest.MonkeyPatch, kind: str, words: str
) -> None:
    def german(context: str, text: str, _comment: str = "", _count: int = -1) -> str:
        assert context == "ChannelKinds"
        return {"Account": "Konto"}.get(text, f"({text})")

    monkeypatch.setattr(translation, "_translator", german)
    assert channel_kind("", kind) == words
    assert channel_kind("fb", kind) == f"Facebook · {words}"
