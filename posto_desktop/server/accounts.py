"""Accounts of this computer and their channels.

What is secret of an account is in `server.account_secrets`, and in a database only sealed.
"""

from __future__ import annotations

import functools
import json
import secrets
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server.account_secrets import SecretPlace
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.deliveries import NEEDS_KEY
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Limits,
    Profile,
    Refused,
    Secret,
    SignInAgain,
    Target,
    expiry_of,
)
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import Row, damage_of, json_object
from posto_desktop.server.team.scope import EVERYTHING, Scope
from posto_desktop.storage.secrets import Where

HEALTHS = ("ok", "sign_in_again", "locked", "unreachable")
_GONE = translatable("Server", "Its channel was disconnected.")
_LEAVING = "leaving:"
"""What stands before the health of an account whose disconnecting can still be undone."""
_MARK = 10
"""Length of what tells apart two times that one account was leaving."""
_IS_LEAVING = f"(health LIKE '{_LEAVING}%')"
HELD_CHANNELS = (
    "SELECT id FROM channels WHERE account_id IN"
    f" (SELECT id FROM accounts WHERE health LIKE '{_LEAVING}%')"
)
"""The ids of channels of accounts that are being disconnected."""


class Accounts:
    def __init__(self, store: ServerDatabase, secrets: SecretPlace) -> None:
        self._store = store
        self._secrets = secrets
        self._changing = threading.Lock()  # one sign-in or one end of an account at a time

    def of_channel(self, channel: Row) -> Account:
        """The account through which a channel publishes. Raises SignInAgain where it is gone."""
        number = channel["account_id"]
        if damage_of(channel):
            raise Refused(
                translatable(
                    "Server",
                    "The entry of this channel in the workspace's database is damaged ({names}).",
                ).format(names=", ".join(damage_of(channel)))
            )
        if not number and channel["method"] == "sandbox":
            return Account(0, channel["method"], channel["id"])
        row = self._store.row("SELECT * FROM accounts WHERE id = ?", number)
        if row is None or damage_of(row):
            raise SignInAgain(
                translatable(
                    "Server", "{channel} is no longer connected. Connect it again."
                ).format(channel=channel["name"])
            )
        return self._account(row, channel)

    def of_account(self, account_id: int) -> Account:
        """An account without regard to a channel. Raises PluginError if there is none."""
        return self._account(self.get(account_id), None)

    def get(self, account_id: int) -> Row:
        row = self._store.row("SELECT * FROM accounts WHERE id = ?", account_id)
        if row is None:
            raise PluginError(translatable("Server", "Account not found."))
        return row

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM accounts ORDER BY id")

    def known_facts(self, method: str, typed: Iterable[str]) -> dict[str, Any]:
        """The facts of the account whose handle is among what a person typed; {} without one."""
        handles = {text.strip().lower() for text in typed}
        for row in self.all():
            if row["method"] == method and str(row["handle"]).lower() in handles:
                return json_object(row["facts"])
        return {}

    def is_known(self, method: str, connected: Connected) -> bool:
        """Whether the account of a sign-in is connected already."""
        return bool(
            self._store.row(
                "SELECT 1 FROM accounts WHERE method = ? AND server = ? AND remote_id = ?",
                method,
                connected.server,
                connected.profile.remote_id,
            )
        )

    def channels(self, account_id: int) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM channels WHERE account_id = ? AND removed IS NOT 1 ORDER BY id",
            account_id,
        )

    def locked(self, scope: Scope = EVERYTHING) -> dict[str, Any] | None:
        """What waits for the keyring, for one notification: a sentence and how many posts."""
        seen = scope.within("id")
        condition = f" AND id IN (SELECT account_id FROM channels WHERE {seen.sql})"
        rows = self._store.rows(
            "SELECT * FROM accounts WHERE health = 'locked'"
            f"{condition if seen.sql else ''} ORDER BY id",
            *seen.values,
        )
        if not rows:
            return None
        waiting = self.waiting(scope)
        posts = sum(waiting.get(row["id"], 0) for row in rows)
        return {"note": rows[0]["health_note"], "posts": posts}

    def limits(self) -> dict[int, dict[str, Any]]:
        """What the servers of the accounts take, by the ids of the accounts."""
        rows = self._store.rows("SELECT id, limits FROM accounts")
        return {row["id"]: json_object(row["limits"]) for row in rows}

    def picture(self, account_id: int) -> str:
        """The address of an account's picture at its network, "" where there is none."""
        # Loaded late: a start needs none of the publishers.
        from posto_desktop.server.publishers.checks import is_web_address

        row = self._store.row("SELECT picture FROM accounts WHERE id = ?", account_id)
        picture = row["picture"] if row is not None else ""
        return picture if is_web_address(picture) else ""

    def waiting(self, scope: Scope = EVERYTHING) -> dict[int, int]:
        """How many posts wait to be sent, for each account that has any."""
        seen = scope.within("c.id")
        rows = self._store.rows(
            "SELECT c.account_id, count(*) AS posts FROM schedules s JOIN channels c"
            " ON c.id = s.channel_id WHERE s.status IN ('not_sent', 'sending')"
            f" AND c.account_id > 0 {f'AND {seen.sql} ' if seen.sql else ''}GROUP BY c.account_id",
            *seen.values,
        )
        return {row["account_id"]: row["posts"] for row in rows}

    def look_for_secrets(self) -> None:
        """Note which accounts have to be connected again: their secrets were kept for one run
        only, or are on another computer."""
        for row in self.all():
            if not self._secrets.is_here(row["uuid"]):
                self.set_health(row["id"], "sign_in_again", _missing(row["handle"]))

    def keep(
        self,
        method: str,
        connected: Connected,
        place: Where | None,
        *,
        targets: Sequence[Target] = (),
    ) -> int:
        """Store a sign-in and return its account's id.

        One that is known already gets the new secret and keeps its channels, so that what is
        scheduled goes out through it.
        """
        with self._changing:
            return self._keep(method, connected, place, targets)

    def _keep(
        self, method: str, connected: Connected, place: Where | None, targets: Sequence[Target]
    ) -> int:
        profile = connected.profile
        known = self._store.row(
            "SELECT * FROM accounts WHERE method = ? AND server = ? AND remote_id = ?",
            method,
            connected.server,
            profile.remote_id,
        )
        mark = known["uuid"] if known is not None else str(uuid.uuid4())
        # First the secret: an account in the list is one that can be used.
        self._secrets.set(mark, connected.secret, place)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO accounts (uuid, method, server, remote_id, handle, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (method, server, remote_id) DO NOTHING",
                (
                    mark,
                    method,
                    connected.server,
                    profile.remote_id,
                    profile.handle,
                    int(time.time()),
                ),
            )
            row = db.execute(
                "SELECT id FROM accounts WHERE method = ? AND server = ? AND remote_id = ?",
                (method, connected.server, profile.remote_id),
            ).fetchone()
            assert row is not None
            number = int(row[0])
        self.set_leaving(number, False)
        self.renew(number, profile)
        for target in targets or (Target("", profile.name, profile.link, profile.network),):
            self._add_channel(number, method, profile, target)
        return number

    def renew(self, account_id: int, profile: Profile) -> None:
        """Store what the server says of an account; it works, then."""
        profile = without_secrets(profile)
        with self._store.write() as db:
            db.execute(
                "UPDATE accounts SET handle = ?, name = ?, link = ?, picture = ?, facts = ?,"
                " limits = ?, health_note = '', checked_at = ?,"
                f" health = iif({_IS_LEAVING}, health, 'ok') WHERE id = ?",
                (
                    profile.handle,
                    profile.name,
                    profile.link,
                    profile.picture,
                    json.dumps(profile.facts, ensure_ascii=False),
                    json.dumps(profile.limits.to_json()),
                    time.time(),
                    account_id,
                ),
            )
            db.execute(
                "UPDATE channels SET active = 1 WHERE account_id = ? AND removed IS NOT 1",
                (account_id,),
            )

    def set_health(self, account_id: int, health: str, note: str = "") -> None:
        """Note how an account does: one of HEALTHS, with a sentence."""
        if not account_id:
            return
        note = clean(note)[:800]
        with self._store.write() as db:
            db.execute(
                "UPDATE accounts SET health = ?, health_note = ?"
                f" WHERE id = ? AND NOT {_IS_LEAVING} AND (health <> ? OR health_note <> ?)",
                (health, note, account_id, health, note),
            )
            if health in ("ok", "sign_in_again"):
                db.execute(
                    "UPDATE channels SET active = ? WHERE account_id = ? AND removed IS NOT 1",
                    (int(health == "ok"), account_id),
                )

    def set_leaving(self, account_id: int, on: bool) -> None:
        """Hide an account that is being disconnected, and hold its posts, or have it back."""
        mark = f"{_LEAVING}@{secrets.token_hex(_MARK // 2)}:"  # no two times are alike
        change = (
            f"'{mark}' || health"
            if on
            else f"CASE WHEN health LIKE '{_LEAVING}@%' THEN substr(health, {len(mark) + 1})"
            f" ELSE substr(health, {len(_LEAVING) + 1}) END"  # of an earlier version
        )
        condition = f"NOT {_IS_LEAVING}" if on else _IS_LEAVING
        with self._store.write() as db:
            db.execute(
                f"UPDATE accounts SET health = {change} WHERE id = ? AND {condition}", (account_id,)
            )

    def remove(self, account_id: int) -> None:
        """Forget an account and its secret. Its channels stay for the posts that went out."""
        with self._changing:
            self._remove(self.get(account_id))

    def _remove(self, row: Row) -> None:
        account_id = row["id"]
        with self._store.write() as db:
            db.execute(
                "DELETE FROM discards"
                " WHERE channel_id IN (SELECT id FROM channels WHERE account_id = ?)",
                (account_id,),
            )
            db.execute(
                "UPDATE schedules SET stage = '', error_msg = ?,"
                f" status = CASE WHEN {NEEDS_KEY} THEN 'unknown' ELSE 'error' END"
                " WHERE status = 'not_sent'"
                " AND channel_id IN (SELECT id FROM channels WHERE account_id = ?)",
                (_GONE, account_id),
            )
            db.execute(
                "UPDATE channels SET removed = 1, active = 0 WHERE account_id = ?", (account_id,)
            )
            db.execute("DELETE FROM accounts WHERE id = ?", (account_id,))
        self._secrets.delete(row["uuid"])

    def _add_channel(self, account_id: int, method: str, profile: Profile, target: Target) -> None:
        """Make the channel of a target, or bring back the one that stood for it before."""
        identity = f"{method} {profile.remote_id} {target.id}"
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE channels SET account_id = ?, removed = 0, active = 1"
                " WHERE method = ? AND identity = ?",
                (account_id, method, identity),
            ).rowcount
            if changed:
                return
            db.execute(
                "INSERT INTO channels (name, social_network, channel_type, channel_link, method,"
                " account_id, target, identity) VALUES (?, ?, 'account', ?, ?, ?, ?, ?)",
                (
                    (target.name or profile.name or profile.handle)[:255],
                    target.network or profile.network,
                    target.link or profile.link,
                    method,
                    account_id,
                    target.id,
                    identity,
                ),
            )

    def _account(self, row: Row, channel: Row | None) -> Account:
        mark = row["uuid"]
        return Account(
            id=row["id"],
            method=row["method"],
            channel_id=channel["id"] if channel else 0,
            server=row["server"],
            remote_id=row["remote_id"],
            handle=row["handle"],
            target=channel["target"] if channel else "",
            facts=json_object(row["facts"]),
            limits=Limits.from_json(json_object(row["limits"])),
            proxy=channel["proxy"] if channel else "",
            secret=functools.partial(self._secret, mark, row["handle"]),
            keep_secret=functools.partial(self._secrets.set, mark),
            renewing=functools.partial(self._secrets.renewing, mark),
        )

    def _secret(self, mark: str, handle: str) -> Secret:
        secret = self._secrets.get(mark)
        if secret is None:
            raise SignInAgain(_missing(handle))
        return secret


def is_leaving(account: Row) -> bool:
    """Whether an account is being disconnected."""
    return str(account["health"]).startswith(_LEAVING)


def _missing(handle: str) -> str:
    return translatable(
        "Server",
        "The password of {handle} was not found on this computer. Connect the account again.",
    ).format(handle=handle)


def without_secrets(profile: Profile) -> Profile:
    """Return a profile in which a server says nothing of what it was told to sign in."""
    facts = {
        name: clean(value) if isinstance(value, str) else value
        for name, value in profile.facts.items()
    }
    targets = tuple(
        replace(target, name=clean(target.name), link=clean(target.link))
        for target in profile.targets
    )
    return replace(
        profile,
        name=clean(profile.name),
        link=clean(profile.link),
        picture=clean(profile.picture),
        facts=facts,
        targets=targets,
    )


def account_json(
    row: Row, channels: Sequence[Row], waiting: int, budgets: Sequence[Budget] = ()
) -> dict[str, Any]:
    """An account as clients see it; nothing secret."""
    facts = json_object(row["facts"])
    return {
        "id": row["id"],
        "method": row["method"],
        "server": row["server"],
        "handle": row["handle"],
        "name": row["name"],
        "link": row["link"],
        "picture": row["picture"],
        "health": row["health"],
        "health_note": row["health_note"],
        "checked_at": row["checked_at"],
        "limits": json_object(row["limits"]),
        "facts": facts,
        "expires_at": expiry_of(facts) or None,
        "budgets": [budget.to_json() for budget in budgets],
        "channels": [
            {
                "id": channel["id"],
                "name": channel["name"],
                "social_network": channel["social_network"],
            }
            for channel in channels
        ],
        "waiting": waiting,
    }
