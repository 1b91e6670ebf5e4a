"""Which account of a provider is which person. Owner of the table `oidc_identities`.

An account is known by issuer and subject, which never change. The first sign-in links it to the
person on whom its verified e-mail address was put; names and addresses count no more after that, so
that who gets an address anew does not become who had it before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.rows import Row
from posto_desktop.server.team.oidc.refusal import OidcRefused, one_line
from posto_desktop.server.team.oidc.settings import OidcSettings
from posto_desktop.server.team.people import People, TeamError, clean_email
from posto_desktop.server.team.person import Person

__all__ = ["Identities", "account_of"]

_LONGEST = 255


class Identities:
    def __init__(
        self, store: ServerDatabase, people: People, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._people, self._clock = store, people, clock

    def link(self, name: str, issuer: str, subject: str, email: str = "") -> Person:
        """Make an account a person's. Raises TeamError."""
        person = self._people.get(name)
        if not subject or len(subject) > _LONGEST:
            raise TeamError(f"A subject has 1 to {_LONGEST} letters.")
        with self._store.write() as db:
            for column, value in (("subject", subject), ("person_id", person.id)):
                taken = db.execute(
                    f"SELECT 1 FROM oidc_identities WHERE issuer = ? AND {column} = ?",
                    (issuer, value),
                ).fetchone()
                if taken is not None and column == "subject":
                    raise TeamError("This account of the provider is somebody's already.")
                if taken is not None:
                    raise TeamError(
                        f"{person.name} has another account of this provider: unlink it first."
                    )
            db.execute(
                "INSERT INTO oidc_identities (issuer, subject, person_id, email, linked_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (issuer, subject, person.id, email, int(self._clock())),
            )
        return person

    def unlink(self, name: str) -> int:
        """Forget the accounts of a person, and return how many there were."""
        return self._store.run(
            "DELETE FROM oidc_identities WHERE person_id = ?", self._people.get(name).id
        )

    def of(self, person: Person) -> list[Row]:
        """Return the accounts of a person: issuer, subject, email, linked_at, last_used_at."""
        return self._store.rows(
            "SELECT issuer, subject, email, linked_at, last_used_at FROM oidc_identities"
            " WHERE person_id = ? ORDER BY issuer",
            person.id,
        )

    def find(self, claims: Mapping[str, Any], settings: OidcSettings) -> tuple[Person, str]:
        """Return who an account is, and what was done for that: "", "linked" or "created". Raises
        OidcRefused."""
        issuer, subject = settings.issuer, str(claims["sub"])
        row = self._store.row(
            "SELECT p.name FROM oidc_identities i JOIN people p ON p.id = i.person_id"
            " WHERE i.issuer = ? AND i.subject = ?",
            issuer,
            subject,
        )
        done = ""
        if row is not None:
            name = str(row["name"])
        else:
            name, done = self._first(claims, settings)
            try:
                self.link(name, issuer, subject, _email_of(claims))
            except TeamError as error:
                raise _nobody(claims, str(error)) from error
        self._store.run(
            "UPDATE oidc_identities SET last_used_at = ? WHERE issuer = ? AND subject = ?",
            int(self._clock()),
            issuer,
            subject,
        )
        try:
            return self._people.get(name), done
        except TeamError as error:  # removed in this moment
            raise _nobody(claims, str(error)) from error

    def _first(self, claims: Mapping[str, Any], settings: OidcSettings) -> tuple[str, str]:
        """Return the name of the person of a first sign-in, and what was done."""
        known = self._known(claims, settings)
        if known is not None:
            return known.name, "linked"
        if not settings.create:
            raise _nobody(claims, "nobody has this account")
        name = _name_of(claims, settings)
        try:
            person = self._people.add(
                name, settings.create, settings.groups, _shown(claims.get("name"))
            )
        except TeamError as error:
            raise _nobody(claims, str(error)) from error
        return person.name, "created"

    def _known(self, claims: Mapping[str, Any], settings: OidcSettings) -> Person | None:
        if settings.claim == "email":
            email = _email_of(claims)
            return self._people.of_email(email) if email else None
        if settings.claim == "preferred_username":
            given = _name_of(claims, settings)
            try:
                person = self._people.get(given)
            except TeamError:
                return None
            if person.role == "owner":
                # At many providers people choose this name by themselves.
                raise _nobody(claims, f"{person.name} is an owner: use posto-server people link")
            if person.name != given:
                # At many providers "Karen", "karen " and "KAREN" are accounts of three people.
                raise _nobody(
                    claims, f"{person.name} is written otherwise: use posto-server people link"
                )
            return person
        return None


def account_of(claims: Mapping[str, Any]) -> str:
    """Return what an audit log says of an account."""
    email = claims.get("email")
    more = f" ({_shown(email)})" if isinstance(email, str) and email else ""
    return f"subject {_shown(claims.get('sub'))}{more}"


def _email_of(claims: Mapping[str, Any]) -> str:
    """Return the address of an account, "" where the provider has not verified it."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    try:
        return clean_email(email)
    except TeamError:
        return ""


def _name_of(claims: Mapping[str, Any], settings: OidcSettings) -> str:
    """Return the name that the claim gives a person. Raises OidcRefused without one."""
    given = _email_of(claims) if settings.claim == "email" else claims.get(settings.claim)
    if not isinstance(given, str) or not given.strip():
        verified = "verified " if settings.claim == "email" else ""
        raise _nobody(claims, f"the provider says no {verified}{settings.claim} of this account")
    return given


def _nobody(claims: Mapping[str, Any], why: str) -> OidcRefused:
    shown = _shown(claims.get("email") or claims.get("preferred_username") or claims.get("sub"))
    return OidcRefused(
        f"You are signed in as {shown}, who is nobody in this workspace. Ask an owner to add you,"
        " or sign in as somebody else.",
        why,
    )


def _shown(value: object) -> str:
    """Return a text of a provider as it can be shown: one line without control characters."""
    return one_line(value if isinstance(value, str) else "")[:_LONGEST]
