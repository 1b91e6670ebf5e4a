"""The dialog that connects an account, filled as a workspace fills it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posto_desktop.sdk.own_accounts import (
    AccountRights,
    AccountTest,
    ConnectableNetwork,
    ConnectField,
    ConnectOptions,
    ConnectTarget,
    NetworkGuess,
    SignInProgress,
)
from posto_desktop.ui.dialogs.account_guide_dialog import AccountGuideDialog, guide_of
from posto_desktop.ui.dialogs.connect_dialog import ConnectDialog
from posto_desktop.viewmodels.connect_state import ConnectState

MASTODON = ConnectableNetwork(
    "mastodon",
    "Mastodon and compatible servers",
    network="mastodon",
    fields=(
        ConnectField("server", "Server or handle", hint="mastodon.social or @you@mastodon.social"),
        ConnectField(
            "token",
            "Access token",
            is_secret=True,
            is_required=False,
            hint="Leave this empty to sign in with the browser.",
        ),
    ),
    has_browser_sign_in=True,
)
BLUESKY = ConnectableNetwork(
    "bluesky",
    "Bluesky",
    network="bluesky",
    fields=(
        ConnectField("handle", "Handle", hint="you.bsky.social, or a domain of your own"),
        ConnectField(
            "password",
            "App password",
            is_secret=True,
            hint="Create one in Bluesky: Settings, Privacy and security, App passwords.",
        ),
        ConnectField("server", "Server", is_required=False),
    ),
)
MATRIX = ConnectableNetwork(
    "matrix", "Matrix", network="matrix", fields=(ConnectField("user", "Matrix ID"),)
)
X = ConnectableNetwork(
    "twitter",
    "X",
    "own_app",
    "twitter",
    "X takes posts from a developer app of your own with prepaid credits.",
)
LINKEDIN = ConnectableNetwork(
    "linkedin", "LinkedIn profile", "own_app", "linkedin", "LinkedIn wants an app of your own."
)
TIKTOK = ConnectableNetwork(
    "tiktok", "TikTok", "service", "tiktok", "TikTok lets only apps that it has audited publish."
)
GOOGLE = ConnectableNetwork(
    "google_b", "Google Business Profile", "service", "google_b", "Google gives access on request."
)
OPTIONS = ConnectOptions((MASTODON, BLUESKY, MATRIX, X, LINKEDIN, TIKTOK, GOOGLE))
HANDLE = "@bakery@social.example"
OPEN = SignInProgress("1", "mastodon", "open", "https://social.example/oauth/authorize?state=x")
ROOMS = tuple(ConnectTarget(str(number), f"Room {number}") for number in range(1, 4))
ACCOUNT = SignInProgress(
    "1",
    "mastodon",
    "choose",
    handle=HANDLE,
    name="Harbour Bakery",
    server="https://social.example",
    network="mastodon",
    limits={"text": 500, "files": 4, "image_bytes": 16_777_216},
    rights=AccountRights(True, True),
    test=AccountTest(
        "A test post is visible only to the people it mentions, and it mentions nobody."
    ),
)


def at_networks(parent: QWidget | None, *, chosen: str = "") -> ConnectDialog:
    """The first step."""
    dialog = ConnectDialog(ConnectState(), parent)
    dialog.state.setParent(dialog)
    dialog.state.set_options(OPTIONS)
    dialog.state.choose(chosen)
    return dialog


def at_guess(parent: QWidget | None) -> ConnectDialog:
    """A handle was typed, and is recognised."""
    dialog = at_networks(parent)
    dialog.network_step.search.setText(HANDLE)
    given = {"server": HANDLE}
    dialog.state.set_guess(NetworkGuess(HANDLE, "mastodon", "snac2", "social.example", given))
    return dialog


def at_browser(parent: QWidget | None) -> ConnectDialog:
    """The browser is open."""
    dialog = at_guess(parent)
    dialog.state.go_on()
    dialog.state.sign_in()
    dialog.state.set_progress(OPEN)
    return dialog


def at_refusal(parent: QWidget | None) -> ConnectDialog:
    """The password was not taken."""
    dialog = at_networks(parent, chosen="bluesky")
    dialog.state.set_options(ConnectOptions(OPTIONS.networks, has_keyring=False))
    dialog.state.go_on()
    dialog.state.fill_in("handle", "bakery.bsky.social")
    dialog.state.fill_in("password", "abcd")
    dialog.state.set_keep("file")
    dialog.state.sign_in()
    dialog.state.set_progress(
        SignInProgress(
            "1",
            "bluesky",
            "failed",
            error="bsky.social does not know this password. Enter an app password.",
            error_field="password",
        )
    )
    return dialog


def at_account(parent: QWidget | None, rooms: tuple[ConnectTarget, ...] = ()) -> ConnectDialog:
    """Who it is, and where to publish."""
    dialog = at_guess(parent)
    dialog.state.go_on()
    dialog.state.sign_in()
    dialog.state.set_progress(
        SignInProgress(**{**vars(ACCOUNT), "targets": rooms, "limits": ACCOUNT.limits})
    )
    return dialog


def guide(parent: QWidget | None, method: str = "slack") -> AccountGuideDialog:
    """How to get what a network wants."""
    path = guide_of(method)
    assert path is not None
    return AccountGuideDialog(path, parent)
