"""Running sign-ins: one thread each, polled by id."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.accounts import Accounts, without_secrets
from posto_desktop.server.connect.listener import BrowserSignIn, SignInDenied
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Publisher,
    PublishError,
    Refused,
    Result,
    Target,
    TryLater,
)
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.secrets import Where

log = logging.getLogger(__name__)

KEEP_SECONDS = 900.0
_MOST = 20
_UNDER_WAY = ("working", "open", "choose")
_FIRST_ANSWER = 25.0
PLACES: tuple[Where, ...] = ("keyring", "session", "file")


@dataclass
class Connection:
    """One sign-in. `state`: `working`, `open` (the person opens `open_url`), `choose` (one or more
    of `targets`), `done` with the `account_id`, or `failed` with the `error`."""

    id: str
    method: str
    place: Where | None
    state: str = "working"
    open_url: str = ""
    error: str = ""
    error_field: str = ""
    """Which of the fields the error is about, "" where that is not known."""
    confirms: bool = False
    """Whether nothing is kept before the person has said that this is the right account."""
    browser_text: str = ""
    """What the browser shows at the end, in the user's language."""
    account_id: int = 0
    connected: Connected | None = None
    browser: BrowserSignIn | None = None
    test_words: str = ""
    """What a test post is that only the person sees, "" where there is none."""
    test: Result | None = None
    """The test post while it is there."""
    tested: str = ""
    """What has become of it: `sent`, `answered` (there is nothing to delete) or `deleted`."""
    begun: float = field(default_factory=time.monotonic)
    cancelled: threading.Event = field(default_factory=threading.Event)
    changed: threading.Event = field(default_factory=threading.Event)

    def set(self, state: str) -> None:
        self.state = state
        self.changed.set()

    def to_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": self.id, "method": self.method, "state": self.state}
        if self.state == "open":
            answer["open_url"] = self.open_url
        if self.state == "failed":
            answer |= {"error": self.error, "field": self.error_field}
        if self.connected is not None:
            profile = self.connected.profile
            answer |= {
                "handle": profile.handle,
                "name": profile.name,
                "picture": profile.picture,
                "server": self.connected.server,
                "link": profile.link,
                "network": profile.network,
                "limits": profile.limits.to_json(),
                "rights": profile.rights.to_json(),
                "test": {
                    "words": self.test_words,
                    "state": self.tested,
                    "url": self.test.url if self.test else "",
                },
                "targets": [
                    {"id": target.id, "name": target.name, "link": target.link}
                    for target in profile.targets
                ],
            }
        return answer


class Connections:
    def __init__(self, accounts: Accounts, publishers: Mapping[str, Publisher]) -> None:
        self._accounts = accounts
        self._publishers = publishers
        self._known: dict[str, Connection] = {}
        self._lock = threading.Lock()
        self.problems: list[str] = []

    def begin(
        self,
        method: str,
        entered: Mapping[str, str],
        place: Where | None,
        wait: float = _FIRST_ANSWER,
        *,
        confirms: bool = False,
        browser_text: str = "",
    ) -> Connection:
        """Start a sign-in; returns when it has an outcome or the person has something to do, after
        `wait` seconds at the latest. With `confirms` it waits for `choose` in any case;
        `browser_text` is what the browser shows at the end."""
        publisher = self._publishers.get(method)
        if publisher is None or not publisher.fields:
            raise PluginError(translatable("Server", "This network cannot be connected here."))
        missing = [
            form_field.label
            for form_field in publisher.fields
            if form_field.is_required and not entered.get(form_field.name, "").strip()
        ]
        if missing:
            raise PluginError(
                translatable("Server", "Fill in: {names}.").format(names=", ".join(missing))
            )
        for form_field in publisher.fields:
            if form_field.is_secret:
                redaction.hide(entered.get(form_field.name, "").strip())
        connection = Connection(
            secrets.token_urlsafe(16), method, place, confirms=confirms, browser_text=browser_text
        )
        self._forget_old()
        with self._lock:
            under_way = [
                connection for connection in self._known.values() if connection.state in _UNDER_WAY
            ]
            if len(under_way) >= _MOST:
                raise PluginError(
                    translatable(
                        "Server", "Too many sign-ins are under way. Try again in a few minutes."
                    )
                )
            self._known[connection.id] = connection
        threading.Thread(
            target=self._run,
            args=(connection, publisher, dict(entered)),
            name="connect",
            daemon=True,
        ).start()
        connection.changed.wait(wait)
        return connection

    def get(self, connection_id: str) -> Connection:
        with self._lock:
            connection = self._known.get(connection_id)
        if connection is None:
            raise PluginError(translatable("Server", "This sign-in has expired. Start again."))
        return connection

    def choose(self, connection_id: str, ids: list[str]) -> Connection:
        """Take the account, with some of its rooms, chats or blogs where it has any."""
        connection = self.get(connection_id)
        if connection.state != "choose" or connection.connected is None:
            raise PluginError(translatable("Server", "This sign-in has nothing to choose."))
        targets = connection.connected.profile.targets
        chosen = (
            [target for target in targets if target.id in ids]
            if len(targets) > 1
            else list(targets)
        )
        if targets and not chosen:
            raise PluginError(translatable("Server", "Choose at least one place to publish to."))
        self._finish(connection, connection.connected, chosen)
        return connection

    def submit_address(self, connection_id: str, address: str) -> str:
        """Go on with the address at which a browser ended that does not reach this computer.
        Returns why that does not work, "" where it does."""
        connection = self.get(connection_id)
        if connection.state != "open" or connection.browser is None:
            raise PluginError(translatable("Server", "This sign-in does not wait for an address."))
        try:
            connection.browser.submit_address(address)
        except Refused as error:
            return str(error)
        return ""

    def send_test(self, connection_id: str) -> str:
        """Publish a test post that only the person sees. Returns why that did not work, "" where
        it did. What nobody deletes is deleted when the sign-in is kept or ends."""
        connection, publisher, account = self._waiting(connection_id)
        if connection.test is not None:
            return ""
        try:
            post = publisher.send_test(account)
        except PublishError as error:
            return redaction.clean(str(error))
        connection.tested = "sent" if post.id else "answered"
        connection.test = post if post.id else None
        if connection.cancelled.is_set():  # meanwhile
            self._clear_test(connection)
        return ""

    def delete_test(self, connection_id: str) -> str:
        """Delete the test post. Returns why that did not work, "" where it did."""
        connection, publisher, account = self._waiting(connection_id)
        if connection.test is not None:
            try:
                publisher.delete_test(account, connection.test)
            except PublishError as error:
                return redaction.clean(str(error))
            connection.test, connection.tested = None, "deleted"
        return ""

    def _waiting(self, connection_id: str) -> tuple[Connection, Publisher, Account]:
        """A sign-in that waits to be confirmed, with what is needed to publish by it."""
        connection = self.get(connection_id)
        publisher = self._publishers.get(connection.method)
        if connection.state != "choose" or connection.connected is None or publisher is None:
            raise PluginError(translatable("Server", "This sign-in has nothing to test."))
        return connection, publisher, _account_of(publisher, connection.connected)

    def _clear_test(self, connection: Connection) -> None:
        """Delete the test post that is left, and say where that did not work."""
        publisher, test = self._publishers.get(connection.method), connection.test
        if test is None or publisher is None or connection.connected is None:
            return
        connection.test = None
        try:
            publisher.delete_test(_account_of(publisher, connection.connected), test)
            return
        except PublishError as error:
            log.info("A test post stays: %s", redaction.clean(str(error)))
        except Exception:
            log.exception("A test post stays.")
        place = test.url or connection.connected.profile.handle
        self.problems.append(
            translatable(
                "Server", "The test post could not be deleted. Delete it yourself: {place}"
            ).format(place=place)
        )

    def cancel(self, connection_id: str) -> None:
        """End a sign-in. One that waits to be confirmed is taken back at the server, too, where it
        is of no account that is connected already."""
        with self._lock:
            connection = self._known.pop(connection_id, None)
        if connection is None:
            raise PluginError(translatable("Server", "This sign-in has expired. Start again."))
        connection.cancelled.set()
        connected, publisher = connection.connected, self._publishers.get(connection.method)
        if connection.state != "choose" or connected is None or publisher is None:
            return
        is_known = self._accounts.is_known(connection.method, connected)
        if is_known and connection.test is None:
            return

        def revoke() -> None:
            self._clear_test(connection)
            if not is_known:
                _revoke(publisher, connected)

        threading.Thread(target=revoke, name="connect", daemon=True).start()

    def close(self) -> None:
        """Ends what is under way."""
        with self._lock:
            for connection in self._known.values():
                connection.cancelled.set()

    def _run(self, connection: Connection, publisher: Publisher, entered: dict[str, str]) -> None:
        def show(url: str) -> None:
            connection.open_url = url
            connection.set("open")

        sign_in = BrowserSignIn(show, connection.cancelled, text=connection.browser_text)
        connection.browser = sign_in
        self._carefully(connection, lambda: self._sign_in(connection, publisher, entered, sign_in))
        sign_in.close()

    def _sign_in(
        self,
        connection: Connection,
        publisher: Publisher,
        entered: dict[str, str],
        sign_in: BrowserSignIn,
    ) -> None:
        if publisher.remembers:
            known = self._accounts.known_facts(publisher.method, entered.values())
            entered |= {name: str(known[name]) for name in publisher.remembers if known.get(name)}
        try:
            connected = publisher.connect(entered, sign_in)
        except PublishError as error:
            connection.error_field = _field_of(error, publisher, entered)
            raise
        for value in connected.secret.values():
            redaction.hide(value)
        connected = replace(connected, profile=without_secrets(connected.profile))
        if connection.cancelled.is_set():
            if not self._accounts.is_known(connection.method, connected):
                _revoke(publisher, connected)
            raise SignInDenied(translatable("Server", "Signing in was cancelled."))
        connection.test_words = publisher.test_words(_account_of(publisher, connected))
        connection.connected = connected
        targets = connected.profile.targets
        if connection.confirms or len(targets) > 1:
            connection.set("choose")
        else:
            self._finish(connection, connected, list(targets))

    def _finish(self, connection: Connection, connected: Connected, targets: list[Target]) -> None:
        if connection.test is not None:  # also where it cannot be kept
            threading.Thread(
                target=self._clear_test, args=(connection,), name="connect", daemon=True
            ).start()

        def keep() -> None:
            connection.account_id = self._accounts.keep(
                connection.method, connected, connection.place, targets=targets
            )
            connection.set("done")

        self._carefully(connection, keep)

    def _carefully(self, connection: Connection, step: Callable[[], None]) -> None:
        try:
            step()
        except PublishError as error:
            connection.error = redaction.clean(str(error))
            connection.set("failed")
        except StorageError as error:
            connection.error = error.user_message
            connection.set("failed")
        except Exception:
            log.exception("Connecting to %s failed.", connection.method)
            connection.error = translatable(
                "Server", "The sign-in failed unexpectedly. See the workspace's log for details."
            )
            connection.set("failed")

    def _forget_old(self) -> None:
        limit = time.monotonic() - KEEP_SECONDS
        with self._lock:
            old = [key for key, connection in self._known.items() if connection.begun < limit]
            forgotten = [self._known.pop(key) for key in old]
        for connection in forgotten:
            connection.cancelled.set()
            if connection.test is not None:
                threading.Thread(
                    target=self._clear_test, args=(connection,), name="connect", daemon=True
                ).start()


def _field_of(error: PublishError, publisher: Publisher, entered: Mapping[str, str]) -> str:
    """The field that an error is about: a server that is not reached is named by one field, a
    sign-in that is not accepted stands in the last secret one."""
    filled = [field for field in publisher.fields if entered.get(field.name, "").strip()]
    if isinstance(error, TryLater):
        named = [field.name for field in filled if field.name == "server"]
        return next(iter([*named, *(field.name for field in filled if not field.is_secret)]), "")
    secret = [field.name for field in filled if field.is_secret]
    if secret:
        return secret[-1]
    return filled[0].name if len(filled) == 1 and not isinstance(error, SignInDenied) else ""


def _account_of(publisher: Publisher, connected: Connected) -> Account:
    """The account of a sign-in that is not kept yet."""
    profile = connected.profile
    return Account(
        0,
        publisher.method,
        0,
        connected.server,
        profile.remote_id,
        profile.handle,
        facts=profile.facts,
        limits=profile.limits,
        secret=lambda: dict(connected.secret),
    )


def _revoke(publisher: Publisher, connected: Connected) -> None:
    try:
        publisher.revoke(_account_of(publisher, connected))
    except PublishError as error:
        log.info("A sign-in that was cancelled stays: %s", redaction.clean(str(error)))
    except Exception:
        log.exception("A sign-in that was cancelled could not be taken back.")
