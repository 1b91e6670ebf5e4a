"""The people of a workspace, and their application passwords.

Owner of the tables `people` and `app_passwords`. A password is stored as its argon2id hash, beside
its first letters, by which its row is found: the remaining 20 of its letters have 116 bits. Whoever
reads the database learns names, roles and devices, and no password.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection
from dataclasses import replace

from posto_desktop.common import json_text
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.rows import Row
from posto_desktop.server.security import make_password
from posto_desktop.server.team import hashing
from posto_desktop.server.team.person import ROLES, Person, Role

SELECTOR = 4
"""Letters of a password by which its row is found."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,59}")
_GROUP = re.compile(r"[\w][\w .&+-]{0,59}")
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")
_LONGEST = 120


class TeamError(Exception):
    """What was asked of the list of people is not possible; the message is a sentence."""


class People:
    def __init__(self, store: ServerDatabase, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def has_owner(self) -> bool:
        return self._store.row("SELECT 1 FROM people WHERE role = 'owner' LIMIT 1") is not None

    def all(self) -> list[Person]:
        return [_person(row) for row in self._store.rows("SELECT * FROM people ORDER BY name")]

    def get(self, name: str) -> Person:
        """Return a person by the name to sign in. Raises TeamError if there is none."""
        row = self._store.row("SELECT * FROM people WHERE name = ?", clean_name(name))
        if row is None:
            raise TeamError(f"There is nobody called {name}.")
        return _person(row)

    def of_id(self, person_id: int) -> Person | None:
        row = self._store.row("SELECT * FROM people WHERE id = ?", person_id)
        return _person(row) if row is not None else None

    def of_email(self, email: str) -> Person | None:
        """Return on whom an e-mail address was put."""
        row = self._store.row("SELECT * FROM people WHERE email = ?", clean_email(email))
        return _person(row) if row is not None else None

    def email(self, person: Person) -> str:
        row = self._store.row("SELECT email FROM people WHERE id = ?", person.id)
        return str(row["email"]) if row is not None else ""

    def set_email(self, name: str, email: str) -> Person:
        """Put an e-mail address on a person, "" for none. Raises TeamError."""
        person, email = self.get(name), clean_email(email) if email.strip() else ""
        with self._store.write() as db:
            other = db.execute(
                "SELECT name FROM people WHERE email = ? AND id <> ?", (email, person.id)
            ).fetchone()
            if email and other is not None:
                raise TeamError(f"{email} is the address of {other[0]}.")
            db.execute("UPDATE people SET email = ? WHERE id = ?", (email, person.id))
        return person

    def add(
        self, name: str, role: str, groups: Collection[str] | None, shown_name: str = ""
    ) -> Person:
        """Add a person. Raises TeamError. Owners see all groups."""
        name = clean_name(name)
        if not _NAME.fullmatch(name):
            raise TeamError(
                "A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most."
            )
        _require_role(role)
        sees = _sees(role, groups)
        with self._store.write() as db:
            if not _has_owner(db) and role != "owner":
                raise TeamError("The first person has to be an owner.")
            if db.execute("SELECT 1 FROM people WHERE name = ?", (name,)).fetchone():
                raise TeamError(f"There is somebody called {name} already.")
            db.execute(
                "INSERT INTO people (name, shown_name, role, sees, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (name, (shown_name.strip() or name)[:_LONGEST], role, sees, int(self._clock())),
            )
        return self.get(name)

    def set_role(self, name: str, role: str) -> Person:
        """Raises TeamError for the last owner."""
        _require_role(role)
        person = self.get(name)
        with self._store.write() as db:
            if role != "owner":
                _require_other_owner(db, person)
            sees = ", sees = 'null'" if role == "owner" else ""
            db.execute(f"UPDATE people SET role = ?{sees} WHERE id = ?", (role, person.id))
        return self.get(name)

    def set_groups(self, name: str, groups: Collection[str] | None) -> Person:
        """Set the groups whose channels a person sees, None for all."""
        person = self.get(name)
        if person.role == "owner" and groups is not None:
            raise TeamError("An owner sees all groups.")
        with self._store.write() as db:
            db.execute(
                "UPDATE people SET sees = ? WHERE id = ?", (_sees(person.role, groups), person.id)
            )
        return self.get(name)

    def remove(self, name: str) -> None:
        """Remove a person with their passwords. Raises TeamError for the last owner."""
        person = self.get(name)
        with self._store.write() as db:
            _require_other_owner(db, person)
            for table in ("app_passwords", "oidc_identities", "oidc_sign_ins"):
                db.execute(f"DELETE FROM {table} WHERE person_id = ?", (person.id,))
            db.execute("DELETE FROM people WHERE id = ?", (person.id,))

    # -- passwords -------------------------------------------------------------------------------

    def add_password(self, name: str, device: str, made_by: str = "") -> str:
        """Return a new application password, which nobody can read again. `made_by` is "provider"
        for one that the person got by signing in there."""
        person = self.get(name)
        device = " ".join(device.split())[:_LONGEST]
        if not device:
            raise TeamError("Name the device that the password is for.")
        password = make_password()
        hashed = hashing.hash_of(plain(password))
        with self._store.write() as db:
            db.execute(
                "INSERT INTO app_passwords (person_id, device, selector, hash, created_at, made_by)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (person.id, device, selector(password), hashed, int(self._clock()), made_by),
            )
        return password

    def passwords(self, name: str) -> list[Row]:
        """Return the passwords that are valid, without what is secret of them."""
        return self._store.rows(
            "SELECT id, device, created_at, last_used_at, last_address, made_by"
            " FROM app_passwords WHERE person_id = ? AND revoked_at IS NULL ORDER BY id",
            self.get(name).id,
        )

    def revoke(self, name: str, password_id: int) -> str:
        """Make a password invalid, here at once and on other servers within seconds. Return its
        device. Raises TeamError."""
        person = self.get(name)
        with self._store.write() as db:
            row = db.execute(
                "SELECT device FROM app_passwords"
                " WHERE id = ? AND person_id = ? AND revoked_at IS NULL",
                (password_id, person.id),
            ).fetchone()
            if row is None:
                raise TeamError(f"{person.name} has no password {password_id}.")
            db.execute(
                "UPDATE app_passwords SET revoked_at = ? WHERE id = ?",
                (int(self._clock()), password_id),
            )
        return str(row[0])

    def candidates(self, name: str, password: str) -> list[tuple[int, str]]:
        """Return ids and hashes of the passwords that this may be."""
        rows = self._store.rows(
            "SELECT w.id, w.hash FROM app_passwords w JOIN people p ON p.id = w.person_id"
            " WHERE p.name = ? AND w.selector = ? AND w.revoked_at IS NULL",
            name,
            selector(password),
        )
        return [(row["id"], row["hash"]) for row in rows]

    def of_password(self, password_id: int) -> Person | None:
        """Return who has a password; None if it was revoked, or its person removed."""
        row = self._store.row(
            "SELECT p.*, w.device FROM app_passwords w JOIN people p ON p.id = w.person_id"
            " WHERE w.id = ? AND w.revoked_at IS NULL",
            password_id,
        )
        if row is None:
            return None
        return replace(_person(row), password_id=password_id, device=row["device"])

    def last_addresses(self, name: str) -> list[str]:
        """Return from where the valid passwords of a name were used last."""
        rows = self._store.rows(
            "SELECT w.last_address FROM app_passwords w JOIN people p ON p.id = w.person_id"
            " WHERE p.name = ? AND w.revoked_at IS NULL",
            name,
        )
        return [row["last_address"] for row in rows if row["last_address"]]

    def store_use(self, password_id: int, address: str) -> None:
        """Store when and from where a password was used last."""
        self._store.run(
            "UPDATE app_passwords SET last_used_at = ?, last_address = ? WHERE id = ?",
            int(self._clock()),
            address[:_LONGEST],
            password_id,
        )


def plain(password: str) -> str:
    """Return a password without spaces, which do not count."""
    return "".join(password.split())


def selector(password: str) -> str:
    return plain(password)[:SELECTOR]


def clean_name(name: str) -> str:
    """Return a name as it is compared: nobody has to mind capital letters."""
    return name.strip().lower()


def clean_email(email: str) -> str:
    """Return an address as it is compared. Raises TeamError for what is none. Letters beyond ASCII
    are refused: some of them become others when they are made small."""
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        raise TeamError(f"{email[:_LONGEST]} is no e-mail address.")
    return email.lower()


def clean_groups(names: Collection[str]) -> frozenset[str]:
    """Return names of groups as they are compared. Raises TeamError for one that is none."""
    groups = frozenset(" ".join(name.split()).lower() for name in names if name.strip())
    for name in groups:
        if not _GROUP.fullmatch(name):
            raise TeamError(f"{name} is no name of a group: letters, digits, spaces, & + . -")
    return groups


def _person(row: Row) -> Person:
    role: Role = row["role"] if row["role"] in ROLES else "viewer"
    sees: object = None
    try:
        sees = json_text.loads(row["sees"])
        is_all = sees is None
    except (ValueError, TypeError):
        is_all = False
    listed = sees if isinstance(sees, list) else []
    groups = frozenset(name for name in listed if isinstance(name, str))
    return Person(row["id"], row["name"], row["shown_name"], role, None if is_all else groups)


def _sees(role: str, groups: Collection[str] | None) -> str:
    if role == "owner" or groups is None:
        return "null"
    return json.dumps(sorted(clean_groups(groups)), ensure_ascii=False)


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise TeamError(f"A role is one of: {', '.join(ROLES)}.")


def _has_owner(db: Transaction) -> bool:
    return db.execute("SELECT 1 FROM people WHERE role = 'owner' LIMIT 1").fetchone() is not None


def _require_other_owner(db: Transaction, person: Person) -> None:
    other = db.execute(
        "SELECT 1 FROM people WHERE role = 'owner' AND id <> ? LIMIT 1", (person.id,)
    ).fetchone()
    if person.role == "owner" and other is None:
        raise TeamError(f"{person.name} is the last owner. Make somebody else an owner first.")
