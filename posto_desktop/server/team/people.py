"""The people of a workspace, and their application passwords: the rules for both.

Owner of the tables `people` and `app_passwords`. A password is stored as its argon2id hash, beside
its first letters, by which its row is found: the remaining 20 of its letters have 116 bits. Whoever
reads the database learns names, roles and devices, and no password.

Owners change people over HTTP (`server.routes_people`), administrators by the command line; `by` is
the owner, None for an administrator. Each change is one transaction, and takes what the caller has
seen `before`: what somebody else has changed since then is refused.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.rows import Row
from posto_desktop.server.security import make_password
from posto_desktop.server.team import hashing
from posto_desktop.server.team.audit_facts import Fact
from posto_desktop.server.team.person import ROLES, Person, Role

ADMINISTRATOR = "administrator"
"""What the audit log calls whoever runs the server: nobody else has this name."""
SELECTOR = 4
"""Letters of a password by which its row is found."""
RESTORE_SECONDS = 600
"""For so long a revoked password can be made valid again."""
MOST_PEOPLE, MOST_PASSWORDS, MOST_GROUPS = 2_000, 100, 200
FIELDS = ("shown_name", "role", "groups", "disabled")
"""What of a person can be changed."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,59}")
_GROUP = re.compile(r"[\w][\w .&+-]{0,59}")
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")
_LONGEST = 120


class TeamError(Exception):
    """What was asked of the list of people is not possible; the message is a sentence. `status` and
    `code` are those of an answer, `data` goes with it."""

    def __init__(
        self, sentence: str, code: str = "rest_invalid_param", status: int = 400, **data: Any
    ) -> None:
        super().__init__(sentence)
        self.code, self.status, self.data = code, status, data


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
            raise TeamError(f"There is nobody called {name}.", "posto_no_person", 404)
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

    def member(self, person_id: int) -> Person:
        """Return a person. Raises TeamError if there is none."""
        row = self._store.row("SELECT * FROM people WHERE id = ?", person_id)
        if row is None:
            raise TeamError(
                translatable("Server", "This person is not in the team any more."),
                "posto_no_person",
                404,
            )
        return _person(row)

    def find(self, who: int | str) -> Person:
        """Return a person by id or by the name to sign in. Raises TeamError."""
        return self.member(who) if isinstance(who, int) else self.get(who)

    def add(
        self, name: str, role: str, groups: Collection[str] | None, shown_name: str = ""
    ) -> Person:
        """Add a person. Raises TeamError. Owners see all groups."""
        name = clean_name(name)
        if not _NAME.fullmatch(name):
            raise TeamError(
                translatable(
                    "Server",
                    "A name to sign in with has letters from a to z, digits and . _ @ + -, "
                    "60 at most.",
                )
            )
        _require_role(role)
        sees = _sees(None if role == "owner" else groups)
        with self._store.write() as db:
            if not _has_owner(db) and role != "owner":
                raise TeamError("The first person has to be an owner.")
            is_taken = db.execute("SELECT 1 FROM people WHERE name = ?", (name,)).fetchone()
            if is_taken or name == ADMINISTRATOR:
                raise TeamError(
                    translatable("Server", "There is somebody called {name} already.").format(
                        name=name
                    ),
                    "posto_name_in_use",
                    409,
                )
            _require_room(db, "SELECT count(*) FROM people", (), MOST_PEOPLE)
            db.execute(
                "INSERT INTO people (name, shown_name, role, sees, created_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (name, _shown(shown_name) or name, role, sees, int(self._clock())),
            )
        return self.get(name)

    def change(
        self,
        who: int | str,
        wanted: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
        *,
        by: Person | None = None,
    ) -> Person:
        """Set `FIELDS` of a person: `shown_name`, `role`, `groups` (None for all), `disabled`.

        Raises TeamError: 409 "posto_changed" if one of them is not as `before` says any more, and
        for the last owner and oneself.
        """
        with self._store.write() as db:
            person = self.find(who)
            _require_unchanged(person, before or {})
            changed = _changed(person, wanted)
            if changed == person:
                return person
            is_owner = changed.role == "owner" and not changed.is_disabled
            if not is_owner:
                _require_other_owner(db, person)
            if changed.role != person.role or changed.is_disabled:
                _require_another(person, by)
            disabled_at = int(self._clock()) if changed.is_disabled else None
            db.execute(
                "UPDATE people SET shown_name = ?, role = ?, sees = ?, disabled_at = ?"
                " WHERE id = ?",
                (
                    changed.shown_name,
                    changed.role,
                    _sees(changed.groups),
                    disabled_at,
                    person.id,
                ),
            )
        return changed

    def set_role(self, name: str, role: str) -> Person:
        """Raises TeamError for the last owner."""
        return self.change(name, {"role": role})

    def set_groups(self, name: str, groups: Collection[str] | None) -> Person:
        """Set the groups whose channels a person sees, None for all."""
        return self.change(name, {"groups": groups})

    def set_disabled(self, name: str, on: bool) -> Person:
        """Refuse a person's sign-ins, or take them again. Their passwords stay."""
        return self.change(name, {"disabled": on})

    def remove(
        self, who: int | str, before: Mapping[str, Any] | None = None, *, by: Person | None = None
    ) -> None:
        """Remove a person with their passwords. Raises TeamError for the last owner and oneself,
        and if they are not as `before` says any more."""
        with self._store.write() as db:
            person = self.find(who)
            _require_unchanged(person, before or {})
            _require_other_owner(db, person)
            for table in ("app_passwords", "oidc_identities", "oidc_sign_ins"):
                db.execute(f"DELETE FROM {table} WHERE person_id = ?", (person.id,))
            _require_another(person, by)
            db.execute("DELETE FROM people WHERE id = ?", (person.id,))

    # -- passwords -------------------------------------------------------------------------------

    def add_password(self, who: int | str, device: str, made_by: str = "") -> str:
        """Return a new application password, which nobody can read again. `made_by` is "provider"
        for one that the person got by signing in there."""
        return self.make_password(who, device, made_by)[1]

    def make_password(self, who: int | str, device: str, made_by: str = "") -> tuple[int, str]:
        """Return the id of a new application password, and the password."""
        device = _shown(device)
        if not device:
            raise TeamError(
                translatable("Server", "Name the device that the password is for."),
                "posto_no_device",
            )
        password = make_password()
        hashed = hashing.hash_of(plain(password))
        with self._store.write() as db:
            person = self.find(who)
            _require_room(
                db,
                "SELECT count(*) FROM app_passwords WHERE person_id = ? AND revoked_at IS NULL",
                (person.id,),
                MOST_PASSWORDS,
            )
            db.execute(
                "INSERT INTO app_passwords (person_id, device, selector, hash, created_at, made_by)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (person.id, device, selector(password), hashed, int(self._clock()), made_by),
            )
            number = db.execute("SELECT id FROM app_passwords WHERE hash = ?", (hashed,)).fetchone()
        return int(number[0]) if number is not None else 0, password

    def passwords(self, name: str) -> list[Row]:
        """Return the passwords that are valid, without what is secret of them."""
        return self.passwords_of_all(self.get(name).id)

    def passwords_of_all(self, person_id: int | None = None) -> list[Row]:
        """Return the valid passwords of everybody, or of one person."""
        condition = "" if person_id is None else " AND person_id = ?"
        return self._store.rows(
            "SELECT id, person_id, device, created_at, last_used_at, last_address, made_by"
            f" FROM app_passwords WHERE revoked_at IS NULL{condition} ORDER BY id",
            *([] if person_id is None else [person_id]),
        )

    def revoke(self, who: int | str, password_id: int, *, by: Person | None = None) -> str:
        """Make a password invalid, here at once and on other servers within seconds. Return its
        device. Raises TeamError, also for the last one with which an owner can sign in unless an
        administrator does it."""
        with self._store.write() as db:
            person = self.find(who)
            row = db.execute(
                "SELECT device FROM app_passwords"
                " WHERE id = ? AND person_id = ? AND revoked_at IS NULL",
                (password_id, person.id),
            ).fetchone()
            if row is None:
                raise _no_password(f"{person.name} has no password {password_id}.")
            if by is not None and person.role == "owner":
                _require_other_password(db, password_id)
            db.execute(
                "UPDATE app_passwords SET revoked_at = ?, revoked_by = ? WHERE id = ?",
                (int(self._clock()), by.id if by is not None else 0, password_id),
            )
        return str(row[0])

    def restore(self, who: int | str, password_id: int, *, by: Person) -> str:
        """Make a password valid again that was revoked in the last `RESTORE_SECONDS`, by whoever
        revoked it or an owner. Return its device. Raises TeamError."""
        with self._store.write() as db:
            person = self.find(who)
            row = db.execute(
                "SELECT device, revoked_at, revoked_by FROM app_passwords"
                " WHERE id = ? AND person_id = ? AND revoked_at IS NOT NULL",
                (password_id, person.id),
            ).fetchone()
            if row is None or not (by.role == "owner" or row[2] == by.id):
                raise _no_password(f"{person.name} has no revoked password {password_id}.")
            if int(self._clock()) - int(row[1]) > RESTORE_SECONDS:
                raise TeamError(
                    translatable(
                        "Server", "It is too late to undo this. The device needs a new password."
                    ),
                    "posto_too_late",
                    409,
                )
            db.execute(
                "UPDATE app_passwords SET revoked_at = NULL, revoked_by = NULL WHERE id = ?",
                (password_id,),
            )
        return str(row[0])

    def candidates(self, name: str, password: str) -> list[tuple[int, str]]:
        """Return ids and hashes of the passwords that this may be."""
        rows = self._store.rows(
            "SELECT w.id, w.hash FROM app_passwords w JOIN people p ON p.id = w.person_id"
            " WHERE p.name = ? AND w.selector = ? AND w.revoked_at IS NULL"
            " AND p.disabled_at IS NULL",
            name,
            selector(password),
        )
        return [(row["id"], row["hash"]) for row in rows]

    def of_password(self, password_id: int) -> Person | None:
        """Return who has a password; None if it was revoked, or its person removed or disabled."""
        row = self._store.row(
            "SELECT p.*, w.device FROM app_passwords w JOIN people p ON p.id = w.person_id"
            " WHERE w.id = ? AND w.revoked_at IS NULL AND p.disabled_at IS NULL",
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
    """Return names of groups as they are compared. Raises TeamError for one that is none, and for
    too many."""
    groups = frozenset(" ".join(name.split()).lower() for name in names if name.strip())
    for name in groups:
        if not _GROUP.fullmatch(name):
            raise TeamError(
                translatable(
                    "Server", "{name} is no name of a group: letters, digits, spaces, & + . -"
                ).format(name=name[:_LONGEST]),
                "posto_no_group",
            )
    if len(groups) > MOST_GROUPS:
        raise _full(MOST_GROUPS)
    return groups


def fields_of(person: Person) -> dict[str, Any]:
    """Return `FIELDS` of a person, as they are changed and compared."""
    return {
        "shown_name": person.shown_name,
        "role": person.role,
        "groups": None if person.groups is None else sorted(person.groups),
        "disabled": person.is_disabled,
    }


def words_of(row: Row) -> dict[str, str]:
    """Return what the audit log says of a person, from their row."""
    person = _person(row)
    groups = "all" if person.groups is None else ", ".join(sorted(person.groups)) or "none"
    listed = None if person.groups is None else sorted(person.groups)
    state: dict[str, str] = {
        "shown name": Fact(person.shown_name, "shown_name", text=person.shown_name),
        "role": Fact(person.role, "role", text=person.role),
        "groups": Fact(groups, "groups", listed=listed),
    }
    return state | ({"disabled": Fact("yes", "disabled")} if person.is_disabled else {})


def _person(row: Row) -> Person:
    role: Role = row["role"] if row["role"] in ROLES else "viewer"
    sees: object = None
    try:
        sees = json_text.loads(row["sees"])
        is_all = sees is None
    except (ValueError, TypeError):
        is_all = False
    listed = sees if isinstance(sees, list) else []
    groups = None if is_all else frozenset(name for name in listed if isinstance(name, str))
    is_disabled = row["disabled_at"] is not None
    return Person(row["id"], row["name"], row["shown_name"], role, groups, is_disabled=is_disabled)


def _changed(person: Person, wanted: Mapping[str, Any]) -> Person:
    """Return a person with what is wanted. Raises TeamError."""
    role = wanted.get("role", person.role)
    _require_role(role)
    groups = person.groups
    if "groups" in wanted:
        listed = wanted["groups"]
        groups = None if listed is None else clean_groups(listed)
        if role == "owner" and groups is not None and "role" not in wanted:
            raise TeamError(translatable("Server", "An owner sees all groups."))
    return replace(
        person,
        shown_name=_shown(wanted.get("shown_name", person.shown_name)) or person.name,
        role=role,
        groups=None if role == "owner" else groups,
        is_disabled=bool(wanted.get("disabled", person.is_disabled)),
    )


def _sees(groups: Collection[str] | None) -> str:
    if groups is None:
        return "null"
    return json.dumps(sorted(clean_groups(groups)), ensure_ascii=False)


def _shown(words: str) -> str:
    """Return a name that is only shown, without what would break a line."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(printable.split())[:_LONGEST]


def _require_role(role: object) -> None:
    if role not in ROLES:
        raise TeamError(f"A role is one of: {', '.join(ROLES)}.")


def _require_unchanged(person: Person, before: Mapping[str, Any]) -> None:
    present = fields_of(person)
    for name, value in before.items():
        seen = sorted(clean_groups(value)) if isinstance(value, list) else value
        if present.get(name) != seen:
            raise TeamError(
                translatable("Server", "Somebody else has changed {name} meanwhile.").format(
                    name=person.shown_name
                ),
                "posto_changed",
                409,
            )


def _require_another(person: Person, by: Person | None) -> None:
    """Owners do not lock themselves out."""
    if by is not None and by.id == person.id:
        raise TeamError(
            translatable("Server", "You cannot do this to yourself. Another owner can."),
            "posto_yourself",
            409,
        )


def _require_room(db: Transaction, query: str, values: tuple[object, ...], most: int) -> None:
    row = db.execute(query, values).fetchone()
    if row is not None and int(row[0]) >= most:
        raise _full(most)


def _full(most: int) -> TeamError:
    return TeamError(
        translatable("Server", "There are {count} already, and no room for more.").format(
            count=most
        ),
        "posto_full",
        409,
    )


def _no_password(sentence: str) -> TeamError:
    return TeamError(sentence, "posto_no_password", 404)


def _has_owner(db: Transaction) -> bool:
    return db.execute("SELECT 1 FROM people WHERE role = 'owner' LIMIT 1").fetchone() is not None


def _require_other_owner(db: Transaction, person: Person) -> None:
    other = db.execute(
        "SELECT 1 FROM people WHERE role = 'owner' AND id <> ? AND disabled_at IS NULL LIMIT 1",
        (person.id,),
    ).fetchone()
    if person.role == "owner" and other is None:
        raise TeamError(
            translatable(
                "Server", "{name} is the last owner. Make somebody else an owner first."
            ).format(name=person.shown_name),
            "posto_last_owner",
            409,
        )


def _require_other_password(db: Transaction, password_id: int) -> None:
    other = db.execute(
        "SELECT 1 FROM app_passwords w JOIN people p ON p.id = w.person_id"
        " WHERE p.role = 'owner' AND p.disabled_at IS NULL AND w.revoked_at IS NULL"
        " AND w.id <> ? LIMIT 1",
        (password_id,),
    ).fetchone()
    if other is None:
        raise TeamError(
            translatable(
                "Server",
                "This is the last password with which an owner can sign in. Make another one "
                "first.",
            ),
            "posto_last_owner",
            409,
        )
