"""Connecting an account, without widgets and without a network."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.sdk.own_accounts import (
    ConnectableNetwork,
    ConnectField,
    ConnectOptions,
    ConnectTarget,
    NetworkGuess,
    OwnAccount,
    SignInProgress,
)
from posto_desktop.viewmodels.connect_state import ConnectState
from posto_desktop.viewmodels.own_accounts import OwnAccountsState, worsened

MASTODON = ConnectableNetwork(
    "mastodon",
    "Mastodon",
    network="mastodon",
    fields=(
        ConnectField("server", "Server"),
        ConnectField("token", "Token", is_secret=True, is_required=False),
    ),
    has_browser_sign_in=True,
)
BLUESKY = ConnectableNetwork(
    "bluesky",
    "Bluesky",
    fields=(ConnectField("handle", "Handle"), ConnectField("password", "Password", True)),
)
X = ConnectableNetwork("twitter", "X", "own_app", reason="It costs.")
OPTIONS = ConnectOptions((MASTODON, BLUESKY, X))


class Scene:
    """A state, and what it asked for."""

    def __init__(self, again: OwnAccount | None = None) -> None:
        self.state = ConnectState(again)
        self.asked: list[tuple[Any, ...]] = []
        for name in (
            "recogniseRequested",
            "signInRequested",
            "finishRequested",
            "cancelRequested",
            "openRequested",
            "connected",
        ):
            signal = getattr(self.state, name)
            signal.connect(lambda *values, name=name: self.asked.append((name, *values)))

    def sign_in(self) -> None:
        """Bluesky, up to the answer of the server."""
        self.state.set_options(OPTIONS)
        self.state.choose("bluesky")
        self.state.go_on()
        self.state.fill_in("handle", "ann.bsky.social ")
        self.state.fill_in("password", "abcd")
        self.state.sign_in()


@pytest.fixture
def scene(qapp: Any) -> Scene:
    return Scene()


def test_words_leave_networks_and_addresses_leave_all(scene: Scene) -> None:
    scene.state.set_options(OPTIONS)
    scene.state.search("blue")
    assert scene.state.view.matches == (BLUESKY,)
    for address in (
        "@ann@social.example",
        "social.example",
        "localhost:80",
        "127.0.0.1:80",
        "192.168.1.5/blog",
        "https://a.example/b",
    ):
        scene.state.search(address)
        assert scene.state.view.is_address, address
        assert scene.state.view.matches == OPTIONS.networks
        assert scene.state.view.is_guessing
    scene.state.search("nothing of this name")
    assert scene.state.view.matches == ()
    assert not scene.state.view.is_guessing


def test_a_server_is_asked_once_after_a_pause(scene: Scene, qtbot: Any) -> None:
    scene.state.set_options(OPTIONS)
    with qtbot.waitSignal(scene.state.recogniseRequested):
        for text in ("social.ex", "social.exam", "social.example"):
            scene.state.search(text)
    assert scene.asked == [("recogniseRequested", "social.example")]


def test_a_guess_chooses_its_network_and_fills_in(scene: Scene) -> None:
    scene.state.set_options(OPTIONS)
    scene.state.search("social.example")
    given = {"server": "https://social.example", "other": "x"}
    scene.state.set_guess(NetworkGuess("old.example", "bluesky"))
    assert scene.state.view.method == ""  # of what was typed before
    scene.state.set_guess(NetworkGuess("social.example", "mastodon", "snac2", fields=given))
    scene.state.go_on()
    view = scene.state.view
    assert (view.step, view.method) == ("sign_in", "mastodon")
    assert dict(view.values) == {"server": "https://social.example"}
    assert view.by_browser
    scene.state.fill_in("token", "abc")
    assert not scene.state.view.by_browser


def test_what_is_not_offered_leads_nowhere(scene: Scene) -> None:
    scene.state.set_options(OPTIONS)
    scene.state.choose("twitter")
    scene.state.go_on()
    assert scene.state.view.step == "where"


def test_what_is_missing_is_said_at_its_field(scene: Scene) -> None:
    scene.state.set_options(OPTIONS)
    scene.state.choose("bluesky")
    scene.state.go_on()
    scene.state.fill_in("handle", "ann")
    scene.state.sign_in()
    assert scene.state.view.error_field == "password"
    assert scene.asked == []
    scene.state.fill_in("password", "x")
    assert scene.state.view.error == ""


def test_without_a_keychain_the_place_is_asked_for(scene: Scene) -> None:
    scene.sign_in()
    assert scene.asked[-1][0] == "signInRequested"  # with one it is not
    other = Scene()
    other.state.set_options(ConnectOptions(OPTIONS.networks, has_keyring=False))
    other.state.choose("bluesky")
    other.state.go_on()
    other.state.fill_in("handle", "ann")
    other.state.fill_in("password", "x")
    other.state.sign_in()
    assert other.state.view.error_field == "keep"
    other.state.set_keep("file")
    other.state.sign_in()
    given = {"handle": "ann", "password": "x"}
    assert other.asked == [("signInRequested", "bluesky", given, "file")]


def test_the_browser_is_opened_once_for_an_address(scene: Scene) -> None:
    scene.sign_in()
    for _ in range(3):
        scene.state.set_progress(SignInProgress("1", "bluesky", "open", "https://a.example"))
    assert scene.asked[1:] == [("openRequested", "https://a.example")]
    scene.state.open_again()
    assert scene.asked[2:] == [("openRequested", "https://a.example")]


def test_a_refusal_is_said_at_its_field_and_keeps_what_was_typed(scene: Scene) -> None:
    scene.sign_in()
    scene.state.set_progress(
        SignInProgress("1", "bluesky", "failed", error="No.", error_field="password")
    )
    view = scene.state.view
    assert (view.step, view.error, view.error_field) == ("sign_in", "No.", "password")
    scene.state.fill_in("handle", "ann.example")  # it was about another account
    assert scene.state.view.error == ""
    assert view.values["password"] == "abcd"
    scene.state.sign_in()
    scene.state.set_progress(SignInProgress("2", "bluesky", "failed", error="No.", error_field="z"))
    assert scene.state.view.error_field == ""


def test_places_are_chosen_before_it_is_kept(scene: Scene) -> None:
    scene.sign_in()
    targets = (ConnectTarget("a", "A"), ConnectTarget("b", "B"))
    scene.state.set_progress(SignInProgress("1", "bluesky", "choose", targets=targets))
    assert scene.state.view.step == "you"
    scene.state.finish()
    assert scene.state.view.error_field == "targets"
    scene.state.set_target("b", True)
    scene.state.finish()
    assert scene.asked[-1] == ("finishRequested", ["b"])
    account = OwnAccount(7, "bluesky")
    scene.state.set_progress(SignInProgress("1", "bluesky", "done", account=account))
    assert scene.asked[-1] == ("connected", account)
    assert scene.state.view.step == "done"
    assert dict(scene.state.view.values) == {}  # no password stays behind
    before = len(scene.asked)
    scene.state.close()
    assert len(scene.asked) == before


@pytest.mark.parametrize("way", ["back", "close"])
def test_going_back_or_closing_ends_the_sign_in(scene: Scene, way: str) -> None:
    scene.sign_in()
    getattr(scene.state, way)()
    assert scene.asked[-1] == ("cancelRequested",)
    # What comes later of it counts no more.
    scene.state.set_progress(SignInProgress("1", "bluesky", "choose"))
    assert scene.state.view.step == "sign_in"


def test_signing_in_again_begins_at_the_second_step(qapp: Any) -> None:
    scene = Scene(OwnAccount(3, "bluesky", handle="ann.bsky.social"))
    scene.state.set_options(OPTIONS)
    view = scene.state.view
    assert (view.step, view.method) == ("sign_in", "bluesky")
    assert dict(view.values) == {"handle": "ann.bsky.social"}
    scene.state.fill_in("password", "x")
    scene.state.sign_in()
    scene.state.set_progress(SignInProgress("1", "bluesky", "choose", handle="bob.bsky.social"))
    assert scene.state.view.is_other_account


def test_each_account_that_worsens_is_told_once() -> None:
    ok = OwnAccount(1, "x", channels=(1, 2))
    bad = OwnAccount(1, "x", health="locked", channels=(1, 2))
    assert worsened({1: bad, 2: bad}, {1: ok, 2: ok}) == [1]
    assert worsened({1: bad, 2: bad}, {1: bad, 2: bad}) == []
    assert worsened({1: ok, 2: ok}, {1: bad, 2: bad}) == []
    changes: list[object] = []
    state = OwnAccountsState()
    state.changed.connect(lambda now, _before: changes.append(now))
    state.set_accounts([bad])
    state.set_accounts([bad])
    assert changes == [{1: bad, 2: bad}]
    assert state.account_of(2) == bad
