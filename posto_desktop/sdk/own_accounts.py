"""Accounts that the workspace on this computer publishes with: connecting, checking, disconnecting.

Only `posto-server` has these routes (docs/publishers.md); other services answer 404.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from posto_desktop.common.budgets import Budget, budgets_from
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translatable

from .answers import as_bool, as_int, as_list, as_mapping, as_text, plain_text, rows_of
from .errors import ServiceError
from .networks import canonical
from .transport import Transport

_SIGNED_IN = translatable("Server", "You can close this window and go back to Posto Desktop.")
"""What the browser shows after a sign-in."""
ROUTE = "posto/v1/connect"
ACCOUNTS = "posto/v1/accounts"
SIGN_IN_SECONDS = (5.0, 60.0)

NetworkGroup = Literal["at_once", "own_app", "service"]
SignInStage = Literal["working", "open", "choose", "done", "failed"]
TestStage = Literal["", "sent", "answered", "deleted"]
AccountHealth = Literal["ok", "sign_in_again", "locked", "unreachable"]

GROUPS: tuple[NetworkGroup, ...] = ("at_once", "own_app", "service")
_STAGES: tuple[SignInStage, ...] = ("working", "open", "choose", "done", "failed")
_TEST_STAGES: tuple[TestStage, ...] = ("sent", "answered", "deleted")
_HEALTHS: tuple[AccountHealth, ...] = ("ok", "sign_in_again", "locked", "unreachable")
_LONGEST = 500
_FARTHEST = 253_402_300_800  # the year 10000


@dataclass(frozen=True)
class ConnectField:
    """What a person fills in to connect; `name` is its key."""

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    hint: str = ""


@dataclass(frozen=True)
class ConnectableNetwork:
    """A network of the list. Without `fields` this computer does not connect it, and `reason` says
    why; `network` is the slug of its marks."""

    method: str
    name: str
    group: NetworkGroup = "at_once"
    network: str = ""
    reason: str = ""
    fields: tuple[ConnectField, ...] = ()
    has_browser_sign_in: bool = False
    """Whether one signs in on a page where no secret field is filled in."""

    @property
    def is_offered(self) -> bool:
        return bool(self.fields)


@dataclass(frozen=True)
class ConnectOptions:
    """What can be connected, and whether passwords can be kept in a keychain."""

    networks: tuple[ConnectableNetwork, ...] = ()
    has_keyring: bool = True

    def network(self, method: str) -> ConnectableNetwork | None:
        return next((network for network in self.networks if network.method == method), None)


@dataclass(frozen=True)
class NetworkGuess:
    """What a typed handle, site or server is of. `method` is "" where it cannot be connected;
    `software` is "" where nothing is known; `problem` is why the server could not be asked."""

    text: str
    method: str = ""
    software: str = ""
    host: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    problem: str = ""


@dataclass(frozen=True)
class ConnectTarget:
    """A room, chat or blog that can be chosen."""

    id: str
    name: str
    link: str = ""


@dataclass(frozen=True)
class OwnAccount:
    """An account of this computer. `waiting` is how many posts wait for it, `channels` are the ids
    of its channels."""

    id: int
    method: str
    server: str = ""
    handle: str = ""
    name: str = ""
    link: str = ""
    health: AccountHealth = "ok"
    health_note: str = ""
    channels: tuple[int, ...] = ()
    waiting: int = 0
    ends_at: datetime | None = None
    """When the network ends the sign-in; None where it does not, or does not say."""
    budgets: tuple[Budget, ...] = ()
    """What the network takes within a time; empty where nothing is known."""


@dataclass(frozen=True)
class AccountRights:
    """What an account may do; None where its server does not say. `missing` is what can be done
    about the rest."""

    publish: bool | None = None
    upload: bool | None = None
    missing: str = ""


@dataclass(frozen=True)
class AccountTest:
    """A test post that only the person sees. `words` say what it is, "" where there is none;
    `stage` is "" before it is sent, and "answered" where there is nothing to delete."""

    words: str = ""
    stage: TestStage = ""
    url: str = ""


@dataclass(frozen=True)
class SignInProgress:
    """How far a sign-in is. `error` and `error_field`, the name of the one that it is about,
    are there where it failed; who it is from "choose" on."""

    id: str
    method: str = ""
    stage: SignInStage = "working"
    open_url: str = ""
    error: str = ""
    error_field: str = ""
    handle: str = ""
    name: str = ""
    picture: str = ""
    server: str = ""
    network: str = ""
    limits: Mapping[str, object] = field(default_factory=dict, hash=False)
    targets: tuple[ConnectTarget, ...] = ()
    rights: AccountRights = AccountRights()
    test: AccountTest = AccountTest()
    account: OwnAccount | None = None


@dataclass(frozen=True)
class Disconnection:
    """`is_revoked` is whether the network took the sign-in back, too; `note` why not. `is_kept`:
    the account was connected again meanwhile, so nothing was done."""

    is_revoked: bool
    note: str = ""
    is_kept: bool = False


class OwnAccountManager:
    """The requests. All raise `PostoError`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def options(self) -> ConnectOptions:
        """What can be connected here."""
        data = as_mapping(self._transport.get(ROUTE))
        networks = [_network(row) for row in as_list(data.get("networks"))]
        return ConnectOptions(
            tuple(network for network in networks if network is not None),
            as_bool(data.get("keyring"), True),
        )

    def recognise(self, text: str) -> NetworkGuess:
        """Which network a handle, a site or a server is of. Takes seconds."""
        body = {"text": text}
        data = as_mapping(self._transport.post(f"{ROUTE}/recognise", body))
        fields = as_mapping(data.get("fields"))
        return NetworkGuess(
            text,
            as_text(data.get("method")),
            plain_text(as_text(data.get("software")), _LONGEST),
            plain_text(as_text(data.get("host")), _LONGEST),
            {name: value for name, value in fields.items() if isinstance(value, str)},
            _sentence(data.get("problem"), _LONGEST),
        )

    def begin(self, method: str, fields: Mapping[str, str], keep: str = "") -> SignInProgress:
        """Start a sign-in, which waits for `finish`; `keep` is "keyring", "session" or "file"."""
        body: dict[str, object] = {"network": method, "fields": dict(fields), "confirm": True}
        if keep:
            body["keep"] = keep
        browser_text = in_users_language(_SIGNED_IN)
        if browser_text != _SIGNED_IN:
            body["browser_text"] = browser_text
        return _progress(self._transport.post(ROUTE, body, timeout=SIGN_IN_SECONDS))

    def progress(self, sign_in: str) -> SignInProgress:
        """How far a sign-in is."""
        return _progress(self._transport.get(f"{ROUTE}/{sign_in}"))

    def submit_address(self, sign_in: str, address: str) -> SignInProgress:
        """Go on with the address at which a browser ended that does not reach this computer. Where
        it is another one, the answer is still "open" and has an `error`."""
        return _progress(self._transport.post(f"{ROUTE}/{sign_in}", {"address": address}))

    def send_test(self, sign_in: str) -> SignInProgress:
        """Publish a test post that only the person sees; of a failure the answer has an `error`."""
        route = f"{ROUTE}/{sign_in}/test"
        return _progress(self._transport.post(route, {}, timeout=SIGN_IN_SECONDS))

    def delete_test(self, sign_in: str) -> SignInProgress:
        """Delete it again."""
        route = f"{ROUTE}/{sign_in}/test"
        return _progress(self._transport.call("DELETE", route, timeout=SIGN_IN_SECONDS).data)

    def finish(self, sign_in: str, targets: Iterable[str] = ()) -> SignInProgress:
        """Keep the account, with these of its rooms, chats or blogs."""
        return _progress(self._transport.post(f"{ROUTE}/{sign_in}", {"targets": list(targets)}))

    def cancel(self, sign_in: str) -> None:
        """End a sign-in; nothing of it stays."""
        self._transport.call("DELETE", f"{ROUTE}/{sign_in}", empty_ok=True)

    def all(self) -> list[OwnAccount]:
        """The accounts of this computer."""
        rows = rows_of(self._transport.get(ACCOUNTS), "accounts") or ()
        accounts = [_account(row) for row in rows]
        return [account for account in accounts if account is not None]

    def check(self, account_id: int) -> OwnAccount:
        """Ask the network who the account is, and the keychain for its password."""
        data = self._transport.post(f"{ACCOUNTS}/{account_id}/check", {}, timeout=SIGN_IN_SECONDS)
        account = _account(as_mapping(data).get("account"))
        if account is None:
            raise ServiceError("no account in the answer of a check")
        return account

    def begin_disconnect(self, account_id: int) -> None:
        """Hide an account and hold its posts until `finish_disconnect` or `cancel_disconnect`. The
        server finishes it if the caller does not."""
        self._transport.post(f"{ACCOUNTS}/{account_id}/leave", {})

    def cancel_disconnect(self, account_id: int) -> None:
        """Undo `begin_disconnect`. Raises PluginError where it is too late."""
        self._transport.post(f"{ACCOUNTS}/{account_id}/leave", {"stay": True})

    def finish_disconnect(self, account_id: int) -> Disconnection:
        """Take the sign-in of an account that leaves back at the network, and forget it."""
        return self._disconnected(account_id, left="1")

    def disconnect(self, account_id: int) -> Disconnection:
        """Take the sign-in back at the network and forget the account, at once."""
        return self._disconnected(account_id)

    def _disconnected(self, account_id: int, **params: str) -> Disconnection:
        answer = self._transport.call(
            "DELETE",
            f"{ACCOUNTS}/{account_id}",
            params=list(params.items()),
            timeout=SIGN_IN_SECONDS,
        )
        data = as_mapping(answer.data)
        return Disconnection(
            as_bool(data.get("revoked"), False),
            _sentence(data.get("note"), _LONGEST),
            as_bool(data.get("kept"), False),
        )


def _network(row: object) -> ConnectableNetwork | None:
    data = as_mapping(row)
    method, group = as_text(data.get("method")), data.get("group")
    if not method:
        return None
    fields = []
    for entry in as_list(data.get("fields")):
        field = as_mapping(entry)
        if as_text(field.get("name")):
            fields.append(
                ConnectField(
                    as_text(field.get("name")),
                    in_users_language(as_text(field.get("label"))),
                    as_bool(field.get("secret"), False),
                    as_bool(field.get("required"), True),
                    in_users_language(as_text(field.get("hint"))),
                )
            )
    return ConnectableNetwork(
        method,
        in_users_language(as_text(data.get("name"))) or method,
        next((candidate for candidate in GROUPS if candidate == group), "at_once"),
        canonical(as_text(data.get("network")) or method),
        _sentence(data.get("reason"), _LONGEST),
        tuple(fields),
        as_bool(data.get("browser"), False),
    )


def _account(row: object) -> OwnAccount | None:
    data = as_mapping(row)
    number, health = as_int(data.get("id")), data.get("health")
    if number is None:
        return None
    ids = [as_int(as_mapping(channel).get("id")) for channel in as_list(data.get("channels"))]
    return OwnAccount(
        number,
        as_text(data.get("method")),
        as_text(data.get("server")),
        plain_text(as_text(data.get("handle")), _LONGEST),
        plain_text(as_text(data.get("name")), _LONGEST),
        as_text(data.get("link")),
        next((candidate for candidate in _HEALTHS if candidate == health), "ok"),
        _sentence(data.get("health_note"), _LONGEST * 2),
        tuple(channel_id for channel_id in ids if channel_id is not None),
        as_int(data.get("waiting")) or 0,
        _moment(data.get("expires_at")),
        budgets_from(as_list(data.get("budgets"))),
    )


def _moment(value: object) -> datetime | None:
    seconds = as_int(value)
    if seconds is None or not 0 < seconds < _FARTHEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _progress(answer: object) -> SignInProgress:
    data = as_mapping(answer)
    stage = next((candidate for candidate in _STAGES if candidate == data.get("state")), None)
    if stage is None or not as_text(data.get("id")):
        raise ServiceError("no sign-in in the answer")
    targets = [as_mapping(target) for target in as_list(data.get("targets"))]
    return SignInProgress(
        id=as_text(data.get("id")),
        method=as_text(data.get("method")),
        stage=stage,
        open_url=as_text(data.get("open_url")),
        error=_sentence(data.get("error"), _LONGEST * 2),
        error_field=as_text(data.get("field")),
        handle=plain_text(as_text(data.get("handle")), _LONGEST),
        name=plain_text(as_text(data.get("name")), _LONGEST),
        picture=as_text(data.get("picture")),
        server=as_text(data.get("server")),
        network=canonical(as_text(data.get("network"))),
        limits=dict(as_mapping(data.get("limits"))),
        targets=tuple(
            ConnectTarget(
                as_text(target.get("id")),
                plain_text(as_text(target.get("name")), _LONGEST),
                as_text(target.get("link")),
            )
            for target in targets
        ),
        rights=_rights(as_mapping(data.get("rights"))),
        test=_test(as_mapping(data.get("test"))),
        account=_account(data.get("account")) if data.get("account") else None,
    )


def _rights(data: Mapping[str, object]) -> AccountRights:
    publish, upload = data.get("publish"), data.get("upload")
    return AccountRights(
        publish if isinstance(publish, bool) else None,
        upload if isinstance(upload, bool) else None,
        _sentence(data.get("missing"), _LONGEST),
    )


def _test(data: Mapping[str, object]) -> AccountTest:
    state = data.get("state")
    return AccountTest(
        _sentence(data.get("words"), _LONGEST),
        next((candidate for candidate in _TEST_STAGES if candidate == state), ""),
        as_text(data.get("url")),
    )


def _sentence(value: object, most: int) -> str:
    """Return a sentence of the service for people."""
    return in_users_language(plain_text(as_text(value), most))
