"""State of the dialog that connects an account, in three steps: network, sign-in, account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.sdk.own_accounts import (
    ConnectableNetwork,
    ConnectField,
    ConnectOptions,
    NetworkGuess,
    OwnAccount,
    SignInProgress,
)
from posto_desktop.workers.debouncer import Debouncer

ConnectStep = Literal["where", "sign_in", "you", "done"]
ADDRESS = "address"
"""The field of an error about the address at which the browser ended."""
PAUSE_MS = 600
"""After the last letter, before a server is asked what it is."""

# A handle, a site or a server, and no longer the name of a network.
_ADDRESS = re.compile(
    r"[^\s@]*@[^\s@]+|\S+\.\w{2,}\S*|\S+://\S+|localhost:\d+\S*|n(sec|pub)1\w+"
    r"|\d{1,3}(\.\d{1,3}){3}([:/]\S*)?"
)


@dataclass(frozen=True)
class ConnectView:
    """What the dialog shows. `error` is of the field `error_field`, "" for none of them; `again` is
    the account that is signed in anew, `address` where a browser ended that cannot come back."""

    step: ConnectStep = "where"
    options: ConnectOptions | None = None
    text: str = ""
    is_guessing: bool = False
    guess: NetworkGuess | None = None
    method: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    keep: str = ""
    is_working: bool = False
    progress: SignInProgress | None = None
    targets: frozenset[str] = frozenset()
    error: str = ""
    error_field: str = ""
    again: OwnAccount | None = None
    address: str = ""

    @property
    def network(self) -> ConnectableNetwork | None:
        """The network that is being connected, or looked at in the list."""
        return self.options.network(self.method) if self.options is not None else None

    @property
    def is_address(self) -> bool:
        """Whether a handle, a site or a server was typed, and no network's name."""
        return _ADDRESS.fullmatch(self.text.strip()) is not None

    @property
    def matches(self) -> tuple[ConnectableNetwork, ...]:
        """The networks that the typed words leave; all of them beside an address."""
        if self.options is None:
            return ()
        words = [] if self.is_address else self.text.casefold().split()
        return tuple(
            network
            for network in self.options.networks
            if all(word in f"{network.name} {network.method}".casefold() for word in words)
        )

    @property
    def by_browser(self) -> bool:
        """Whether signing in goes on in the browser, unless a token is filled in."""
        network = self.network
        return (
            network is not None
            and network.has_browser_sign_in
            and not any(
                self.values.get(connect_field.name)
                for connect_field in network.fields
                if connect_field.is_secret and not connect_field.is_required
            )
        )

    @property
    def is_other_account(self) -> bool:
        """Whether another account came than the one that was to be signed in again."""
        return (
            self.again is not None
            and self.progress is not None
            and self.progress.handle.casefold() != self.again.handle.casefold()
        )


class ConnectState(QObject):
    """Owns the `ConnectView`; lives as long as its dialog.

    Signals: `changed(ConnectView, frozenset[str])`: the names of the fields that differ;
    `recogniseRequested(str)`, `guessDropped()`, `signInRequested(str method, dict values, str
    keep)`, `addressSubmitted(str)`, `testRequested(bool)`: to send or to delete it,
    `finishRequested(list ids)`, `cancelRequested()`: what the worker is to do;
    `openRequested(str url)`: for the browser; `connected(OwnAccount)`: it is kept.
    """

    changed = Signal(object, object)
    recogniseRequested = Signal(str)
    guessDropped = Signal()
    signInRequested = Signal(str, object, str)
    addressSubmitted = Signal(str)
    testRequested = Signal(bool)
    finishRequested = Signal(object)
    cancelRequested = Signal()
    openRequested = Signal(str)
    connected = Signal(object)

    def __init__(self, again: OwnAccount | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = ConnectView(again=again)
        self._opened = ""
        self._pause = Debouncer(PAUSE_MS, self._recognise, self)

    @property
    def view(self) -> ConnectView:
        return self._view

    # -- where -----------------------------------------------------------------------------------

    @Slot(object)
    def set_options(self, options: ConnectOptions) -> None:
        """What can be connected is known; an account that signs in again needs no choosing."""
        self._change(options=options, error="", error_field="")
        again = self._view.again
        if again is not None and self._view.step == "where":
            network = options.network(again.method)
            if network is not None and network.is_offered:
                self.choose(again.method)
                self._change(values=_known_values(network, again))
                self.go_on()

    @Slot(str)
    def search(self, text: str) -> None:
        """Something was typed: the name of a network, a handle, a site or a server."""
        if text == self._view.text:
            return
        self._change(text=text, guess=None, is_guessing=False, error="", error_field="", method="")
        self.guessDropped.emit()
        if self._view.is_address:
            self._change(is_guessing=True)
            self._pause.call()
        else:
            self._pause.cancel()

    @Slot()
    def _recognise(self) -> None:
        self.recogniseRequested.emit(self._view.text.strip())

    @Slot(object)
    def set_guess(self, guess: NetworkGuess) -> None:
        """Answer to `recogniseRequested`."""
        if guess.text == self._view.text.strip():
            self._change(guess=guess, is_guessing=False, method=guess.method)

    @Slot(str)
    def set_guess_failed(self, why: str) -> None:
        self._change(is_guessing=False, error=why, error_field="search")

    @Slot(str)
    def choose(self, method: str) -> None:
        """Look at a network of the list."""
        self._change(method=method, error="", error_field="")

    @Slot()
    def go_on(self) -> None:
        """To what is filled in for the chosen network; nothing where it is not offered."""
        view, network = self._view, self._view.network
        if network is None or not network.is_offered:
            return
        self._pause.cancel()
        self.guessDropped.emit()
        guessed = view.guess.fields if view.guess and view.guess.method == view.method else {}
        names = {connect_field.name for connect_field in network.fields}
        values = {name: text for name, text in {**view.values, **guessed}.items() if name in names}
        self._change(step="sign_in", values=values, is_guessing=False, error="", error_field="")

    # -- sign in ---------------------------------------------------------------------------------

    @Slot(str, str)
    def fill_in(self, name: str, text: str) -> None:
        """A field was edited: an error was about what stood in all of them."""
        values = {**self._view.values, name: text}
        self._change(values=values, error="", error_field="")

    @Slot(str)
    def set_keep(self, keep: str) -> None:
        """Where the password is to be kept."""
        self._change(keep=keep, error="", error_field="")

    @Slot()
    def sign_in(self) -> None:
        """Go to the network, unless something is missing."""
        view, network = self._view, self._view.network
        if network is None or view.is_working:
            return
        for connect_field in network.fields:
            if connect_field.is_required and not view.values.get(connect_field.name, "").strip():
                self._change(error=self.tr("Fill this in."), error_field=connect_field.name)
                return
        if not view.keep and view.options is not None and not view.options.has_keyring:
            self._change(error=self.tr("Choose where it is kept."), error_field="keep")
            return
        self._opened = ""
        self._change(is_working=True, progress=None, error="", error_field="", address="")
        filled_in = {name: text.strip() for name, text in view.values.items() if text.strip()}
        self.signInRequested.emit(view.method, filled_in, view.keep)

    @Slot(object)
    def set_progress(self, progress: SignInProgress) -> None:
        """How far the sign-in is."""
        if not self._view.is_working:
            return
        if progress.stage == "open" and progress.open_url != self._opened:
            self._opened = progress.open_url
            self.openRequested.emit(progress.open_url)
        if progress.stage == "failed":
            known = {connect_field.name for connect_field in self._fields()}
            named = progress.error_field if progress.error_field in known else ""
            self._change(
                is_working=False,
                step="sign_in",
                progress=None,
                error=progress.error,
                error_field=named,
            )
        elif progress.stage == "choose":
            only = (
                {target.id for target in progress.targets} if len(progress.targets) == 1 else set()
            )
            self._change(
                is_working=False,
                step="you",
                progress=progress,
                targets=self._view.targets if self._view.step == "you" else frozenset(only),
                error=progress.error,
                error_field=progress.error_field,
            )
        elif progress.stage == "done":
            self._change(is_working=False, step="done", progress=progress, values={})
            self.connected.emit(progress.account)
        else:
            changes: dict[str, Any] = {"progress": progress}
            if progress.error:
                changes |= {"error": progress.error, "error_field": progress.error_field}
            self._change(**changes)

    @Slot(str)
    def set_address(self, address: str) -> None:
        """The address at which a browser ended was pasted."""
        self._change(address=address, error="", error_field="")

    @Slot()
    def submit_address(self) -> None:
        """Go on with it."""
        progress, address = self._view.progress, self._view.address.strip()
        if progress is None or progress.stage != "open":
            return
        if not address:
            self._change(error=self.tr("Paste the address first."), error_field=ADDRESS)
            return
        self._change(error="", error_field="")
        self.addressSubmitted.emit(address)

    @Slot(str)
    def set_failed(self, why: str) -> None:
        """The server of this computer could not be asked."""
        self._change(is_working=False, error=why, error_field="")

    @Slot()
    def open_again(self) -> None:
        """Have the browser show the page once more."""
        if self._opened:
            self.openRequested.emit(self._opened)

    @Slot()
    def back(self) -> None:
        """One step back; a sign-in that is under way ends."""
        view = self._view
        if view.is_working or view.step == "you":
            self.cancelRequested.emit()
        step: ConnectStep = "sign_in"
        if view.step == "sign_in" and not view.is_working:
            step = "where"
        self._change(
            step=step, is_working=False, progress=None, error="", error_field="", address=""
        )

    # -- this is you -----------------------------------------------------------------------------

    @Slot(str, bool)
    def set_target(self, target: str, on: bool) -> None:
        """Choose a room, chat or blog, or not."""
        targets = self._view.targets | {target} if on else self._view.targets - {target}
        self._change(targets=targets, error="", error_field="")

    @Slot()
    def test(self) -> None:
        """Send the test post, or delete it where it is there."""
        progress = self._view.progress
        if progress is not None and not self._view.is_working:
            self._change(is_working=True, error="", error_field="")
            self.testRequested.emit(progress.test.stage != "sent")

    @Slot()
    def finish(self) -> None:
        """Keep the account."""
        progress = self._view.progress
        if progress is None or self._view.is_working:
            return
        if progress.targets and not self._view.targets:
            why = self.tr("Choose at least one place to publish to.")
            self._change(error=why, error_field="targets")
            return
        self._change(is_working=True, error="", error_field="")
        self.finishRequested.emit(
            [target.id for target in progress.targets if target.id in self._view.targets]
        )

    @Slot()
    def close(self) -> None:
        """The dialog closes: nothing that was not finished stays."""
        self._pause.cancel()
        self.guessDropped.emit()
        if self._view.step != "done":
            self.cancelRequested.emit()
        self._change(values={}, progress=None, is_working=False, address="")

    # -- inside ----------------------------------------------------------------------------------

    def _fields(self) -> tuple[ConnectField, ...]:
        network = self._view.network
        return network.fields if network is not None else ()

    def _change(self, **changes: Any) -> None:
        before, self._view = self._view, replace(self._view, **changes)
        differing = frozenset(
            view_field.name
            for view_field in fields(ConnectView)
            if getattr(before, view_field.name) != getattr(self._view, view_field.name)
        )
        if differing:
            self.changed.emit(self._view, differing)


def _known_values(network: ConnectableNetwork, account: OwnAccount) -> dict[str, str]:
    """What need not be typed again of an account: where it is and who."""
    known = {"server": account.server}
    known |= dict.fromkeys(("handle", "user", "username"), account.handle)
    return {
        connect_field.name: known[connect_field.name]
        for connect_field in network.fields
        if known.get(connect_field.name)
    }
