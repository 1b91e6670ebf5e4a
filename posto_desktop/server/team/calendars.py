"""Calendar addresses in a workspace with people: each is made for a device, and shows what its
person sees when it is asked for.

Their secrets have the number of the device's password, a mark that is stored with it, and a
signature over both: a wrong one is told from a right one without the database.
"""

from __future__ import annotations

import secrets

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.security import Guard
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.scope import Scope
from posto_desktop.server.team.team import Team


class TeamCalendars:
    """Makes and reads the addresses of a team's devices."""

    def __init__(self, store: ServerDatabase, team: Team, guard: Guard) -> None:
        self._store, self._team, self._guard = store, team, guard

    @property
    def is_active(self) -> bool:
        return self._team.is_active

    def secret_of(self, person: Person) -> str:
        """Return the secret of the device by which a person asks, "" for none."""
        row = self._store.row("SELECT calendar FROM app_passwords WHERE id = ?", person.password_id)
        return self._secret(row["calendar"], person.password_id) if row and row["calendar"] else ""

    def make(self, person: Person) -> None:
        """Make a new secret for their device, which invalidates the old one."""
        self._store.run(
            "UPDATE app_passwords SET calendar = ? WHERE id = ?",
            secrets.token_hex(16),
            person.password_id,
        )

    def is_signed(self, secret: str) -> bool:
        """Return whether a secret was made here. Nothing is asked."""
        return self._password_id(secret) is not None

    def scope_of(self, secret: str) -> Scope | None:
        """Return what a secret shows now, None for nothing."""
        password_id = self._password_id(secret)
        person = self._team.sign_ins.holder(password_id) if password_id else None
        if person is None or self.secret_of(person) != secret:
            return None
        return self._team.scope(person)

    def _secret(self, mark: str, password_id: int) -> str:
        return f"{mark}-{self._guard.sign(f'calendar:{mark}', password_id)}"

    def _password_id(self, secret: str) -> int | None:
        mark, _, signature = secret.partition("-")
        return self._guard.signed_for(f"calendar:{mark}", signature) or None
