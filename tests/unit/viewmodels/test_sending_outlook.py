"""Why a message would wait on this computer, and that it is said as soon as it is so."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel, Limits
from posto_desktop.viewmodels.activity_view import ActivityViewState
from posto_desktop.viewmodels.sending_outlook import Outlook, SendingOutlook

MASTODON = Channel(1, "@nordlicht", "mastodon", limits=Limits())
BLUESKY = Channel(2, "nordlicht.example", "bluesky", limits=Limits())
SANDBOX = Channel(3, "Sandbox X", "twitter", method="sandbox")


class Model(QObject):
    accountsChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[int, OwnAccount] = {}

    def account(self, number: int) -> OwnAccount | None:
        return self.accounts.get(number)


class Channels(QObject):
    listChanged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.workspace = "local"
        self.listed: list[Channel] = [SANDBOX, MASTODON]


class Scene:
    def __init__(self) -> None:
        self.channels = Channels()
        self.activity = ActivityViewState(OutboxModel())
        self.has_network = True
        channels: Any = self.channels
        self.outlook = SendingOutlook(channels, self.activity, lambda: self.has_network)
        self.heard: list[Outlook] = []
        self.outlook.changed.connect(self.heard.append)


@pytest.fixture
def scene(qapp: Any) -> Scene:
    return Scene()


def test_what_goes_out_says_nothing(scene: Scene) -> None:
    scene.outlook.look()
    assert scene.outlook.outlook == Outlook()
    assert scene.heard == []


def test_a_pause_is_told_at_once_and_ends(scene: Scene) -> None:
    scene.activity.set_paused(True)
    [outlook] = scene.heard
    assert (outlook.kind, outlook.words, outlook.action) == (
        "paused",
        "Paused: waits on this computer",
        "Resume",
    )
    scene.activity.set_paused(False)
    assert scene.heard[-1] == Outlook()


def test_a_service_that_is_not_reached_is_named_with_the_reason(scene: Scene) -> None:
    scene.channels.workspace = "w1"
    scene.activity.set_connection("connected", "Connected", "site.example")
    assert scene.heard == []
    scene.activity.set_connection("offline", "site.example cannot be reached.", "site.example")
    assert scene.heard[-1].sentence == (
        "The message waits on this computer. site.example cannot be reached."
    )
    scene.activity.set_connection("sign_in_again", "Sign in again", "site.example")
    assert (scene.heard[-1].kind, scene.heard[-1].action) == ("signed_out", "Sign in")
    scene.activity.set_connection("connected", "Connected", "site.example")
    assert scene.heard[-1] == Outlook()


def test_own_accounts_need_a_network_and_the_sandbox_does_not(scene: Scene) -> None:
    scene.has_network = False
    scene.outlook.look()
    [outlook] = scene.heard
    assert outlook.words == "No network: waits on this computer"
    assert outlook.sentence == (
        "There is no network: what goes to Mastodon waits on this computer."
    )
    scene.channels.listed = [SANDBOX]
    scene.channels.listChanged.emit()
    assert scene.heard[-1] == Outlook()


def test_an_account_of_a_server_on_this_computer_needs_no_network(scene: Scene) -> None:
    scene.has_network = False
    scene.channels.model.accounts = {1: OwnAccount(7, "mastodon", "http://127.0.0.1:4000")}
    scene.outlook.look()
    assert scene.outlook.outlook == Outlook()
    scene.channels.listed = [MASTODON, BLUESKY]
    scene.channels.listChanged.emit()
    assert "what goes to Bluesky waits" in scene.heard[-1].sentence


def test_accounts_that_wait_for_the_user_are_named(scene: Scene) -> None:
    note = "mastodon.example does not know the sign-in any more."
    ended = OwnAccount(7, "mastodon", health="sign_in_again", health_note=note)
    scene.channels.model.accounts = {1: ended}
    scene.channels.model.accountsChanged.emit()
    assert scene.heard[-1].words == "Mastodon: sign in again"
    assert scene.heard[-1].sentence == f"What goes to Mastodon waits on this computer. {note}"
    scene.channels.listed = [MASTODON, BLUESKY]
    scene.channels.model.accounts[2] = OwnAccount(8, "b", health="unreachable")
    scene.channels.listChanged.emit()
    assert scene.heard[-1].words == "2 accounts cannot post yet"
    assert "Mastodon, Bluesky" in scene.heard[-1].sentence
