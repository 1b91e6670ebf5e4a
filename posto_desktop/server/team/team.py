"""The people of a workspace as its web server uses them: who asks, may they, what did they do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import is_leaving
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.errors import ApiError, PluginError
from posto_desktop.server.rows import json_list, json_object
from posto_desktop.server.site import Site
from posto_desktop.server.team.audit import DONE, AuditLog, difference
from posto_desktop.server.team.audit_facts import Fact, named
from posto_desktop.server.team.channel_groups import TeamGroups
from posto_desktop.server.team.people import People, words_of
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.presence import Presence
from posto_desktop.server.team.review import Review
from posto_desktop.server.team.rights import Requirement, requirement_of
from posto_desktop.server.team.scope import Objects, Scope, Within
from posto_desktop.server.team.sign_ins import SignIns
from posto_desktop.server.team.tries import SharedTries
from posto_desktop.server.team.upload_quota import UploadQuota
from posto_desktop.server.web import Request

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often a workspace without people looks whether it has an owner by now."""
_MOST_DESCRIBED = 20
_LONGEST_TEXT = 80
_LONGEST_FILE = 500


class Team:
    """The people of one workspace."""

    def __init__(
        self,
        store: ServerDatabase,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._ticks, self.clock = store, ticks, clock
        self.people = People(store, clock=clock)
        self.sign_ins = SignIns(self.people, ticks, SharedTries(store, clock))
        self.audit = AuditLog(store, clock=clock)
        self.review = Review(store, clock=clock)
        self.presence = Presence(store, clock=clock, ticks=ticks)
        self.groups = TeamGroups(store)
        self.quota = UploadQuota(store)
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._is_active = False
        self.look()

    @property
    def is_active(self) -> bool:
        """Whether the workspace has an owner, as far as is known. Nothing is asked."""
        return self._is_active

    def look(self) -> bool:
        """Return whether the workspace has an owner, asking at most once a second, and on one
        thread: a database that is away holds nobody else. It never loses the last one."""
        if not self._is_active and self._lock.acquire(blocking=False):
            try:
                now = self._ticks()
                if now - self._looked_at >= LOOK_SECONDS:
                    self._looked_at = now
                    self._is_active = self.people.has_owner()
            finally:
                self._lock.release()
        return self._is_active

    def is_known(self, authorization: str) -> bool:
        return self.sign_ins.is_known(authorization)

    def person_of(self, authorization: str, address: str) -> Person | None:
        return self.sign_ins.person_of(authorization, address)

    def scope(self, person: Person) -> Scope:
        return Scope(self._store, person)

    def shows(self, password_id: int, objects: Objects) -> bool:
        """Return whether the person of a device sees something now."""
        person = self.sign_ins.holder(password_id)
        if person is None:
            return False
        try:
            self.scope(person).require(objects)
        except ApiError:
            return False
        return True

    def carry_out(
        self,
        request: Request,
        rule: str,
        parts: Mapping[str, Any],
        handler: Callable[[], object],
    ) -> object:
        """Run a route for a person who may, and store what they did. Raises ApiError: 403 for what
        their role may not, 404 for what they do not see."""
        requirement = requirement_of(request.method, rule)
        person = request.person
        if requirement.role == "anybody":
            return handler()
        if person is None or requirement.role == "nobody":
            raise _not_allowed()
        if not person.is_at_least(requirement.role):
            raise _not_allowed()
        if requirement.is_whole and not request.scope.is_whole:
            raise _not_allowed()
        objects = requirement.objects(request, parts)
        request.scope.require(objects)
        self._require_author(person, objects)
        if not requirement.action:
            return handler()
        if requirement.makes == "file":
            with self.quota.upload(person, request.body):
                return self._logged(request, requirement, objects, parts, handler)
        return self._logged(request, requirement, objects, parts, handler)

    def deletable(self, request: Request) -> Within:
        """Return the condition of the rows that a person may delete."""
        person = request.person
        within = request.scope.within("channel_id")
        if person is None or person.is_at_least("editor"):
            return within
        own = (
            "status IN ('proposed', 'returned')"
            " AND group_id IN (SELECT group_id FROM reviews WHERE author_id = ?)"
        )
        sql = f"{own} AND {within.sql}" if within.sql else own
        return Within(sql, (person.id, *within.values))

    def describe(self, db: Transaction, person: Person, media_id: int) -> None:
        """Store, in the transaction that does it, that a person changes what is written about a
        file. Raises ApiError 403 for a writer whose it is not any more."""
        self._require_author(person, Objects(changed_media=[media_id]))
        self.review.describe(db, person, media_id)

    def _require_author(self, person: Person, objects: Objects) -> None:
        """Writers change only files that they brought and no editor has approved."""
        if person.is_at_least("editor"):
            return
        for media_id in objects.changed_media:
            row = self._store.row(
                "SELECT person_id FROM media_authors WHERE media_id = ?", media_id
            )
            if row is None or row["person_id"] != person.id:
                raise _not_allowed()

    def _logged(
        self,
        request: Request,
        requirement: Requirement,
        objects: Objects,
        parts: Mapping[str, Any],
        handler: Callable[[], object],
    ) -> object:
        assert request.person is not None
        before = self._state(objects) | self._settings(requirement)
        target = self._named(objects) or named(
            [
                ("network" if name == "slug" else name, value)
                for name, value in parts.items()
                if isinstance(value, int) or name == "slug"
            ]
        )
        if requirement.action == "account.connect":
            target = named([("network", request.json().get("network"))])
        entry = self.audit.begin(
            request.person, request.address, requirement.action, target, before
        )
        try:
            answer = handler()
        except (ApiError, PluginError) as error:
            self.audit.finish(entry, error.message)
            raise
        except Exception as error:
            self.audit.finish(entry, type(error).__name__)
            raise
        made = _made(requirement, answer)
        if made.changed_media:
            self._take_upload(request.person, made.changed_media[0])
        after = self._settings(requirement) | self._state(
            Objects(*((*getattr(objects, name), *getattr(made, name)) for name in _KINDS))
        )
        old, new = difference(before, after)
        if not old and not new:
            fields = ", ".join(sorted(request.named()))
            new = {"named": Fact(fields, "named", text=fields)} if fields else {}
        self.audit.finish(entry, DONE, self._named(made), new)
        return answer

    def _take_upload(self, person: Person, media_id: int) -> None:
        """Store whose a new file is, and show it to their groups."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO media_authors (media_id, person_id) VALUES (?, ?)"
                " ON CONFLICT DO NOTHING",
                (media_id, person.id),
            )
            for name in sorted(person.groups or ()):
                db.execute(
                    "INSERT INTO media_groups (media_id, name) VALUES (?, ?)"
                    " ON CONFLICT DO NOTHING",
                    (media_id, name),
                )

    def _named(self, objects: Objects) -> Fact:
        """Return how the audit log names objects: people by name."""
        people = [("", row["name"]) for row in self._rows("people", "id", objects.people)]
        return named([*people, *objects.named()])

    def _state(self, objects: Objects) -> dict[str, str]:
        """Return in short how objects are."""
        state: dict[str, str] = {}
        posts = [
            *self._rows("schedules", "id", (*objects.schedules, *objects.listed)),
            *self._rows("schedules", "group_id", objects.groups),
        ]
        for row in posts[:_MOST_DESCRIBED]:
            text = str(json_object(row["customization"]).get("post_content") or "")
            moment = "at once" if row["share_at"] is None else _moment(row["share_at"])
            short = " ".join(text.split())[:_LONGEST_TEXT]
            state[f"schedule {row['id']}"] = Fact(
                f"{row['status']}, {moment}, “{short}”",
                "schedule",
                id=row["id"],
                status=row["status"],
                at=row["share_at"],
                text=short,
            )
        for row in self._rows("channels", "id", objects.channels):
            listed = self.groups.of(row["id"])
            state[f"channel {row['id']}"] = Fact(
                f"{row['name']}, labels {row['labels']}, groups {', '.join(listed) or '-'}",
                "channel",
                id=row["id"],
                name=row["name"],
                labels=json_list(row["labels"]),
                groups=[*listed],
            )
        for row in self._rows("accounts", "id", objects.accounts):
            health = "leaving" if is_leaving(row) else row["health"]
            state[f"account {row['id']}"] = Fact(
                f"{row['handle']}, {health}",
                "account",
                id=row["id"],
                handle=row["handle"],
                health=health,
            )
        for row in self._rows("media", "id", (*objects.media, *objects.changed_media)):
            parts = [row[name] for name in ("name", "title", "alt_text") if row[name]]
            words = ", ".join(parts)
            state[f"file {row['id']}"] = Fact(
                words, "file", id=row["id"], text=words[:_LONGEST_FILE]
            )
        for row in self._rows("people", "id", objects.people):
            state |= words_of(row)
        for row in self._rows("app_passwords", "id", objects.passwords):
            is_revoked = row["revoked_at"] is not None
            words = f"{row['device']}, revoked" if is_revoked else row["device"]
            state["device"] = Fact(words, "device", name=row["device"], is_revoked=is_revoked)
        return state

    def _settings(self, requirement: Requirement) -> dict[str, str]:
        """Return in short the settings that a route can change."""
        if requirement.action in ("settings.change", "sending.change"):
            # The table has secrets, too: only what is named here is shown.
            paused = self._store.row("SELECT value FROM site WHERE name = 'paused'")
            shown = {"paused": paused["value"]} if paused is not None else {}
            settings = Site(self._store).settings()
            return shown | {name: str(value)[:_LONGEST_TEXT] for name, value in settings.items()}
        if requirement.action == "network.change":
            rows = self._store.rows("SELECT slug, body FROM network_settings")
            return {row["slug"]: row["body"] for row in rows}
        return {}

    def _rows(self, table: str, column: str, keys: object) -> list[dict[str, Any]]:
        listed = list(dict.fromkeys(keys if isinstance(keys, tuple | list) else ()))
        listed = listed[:_MOST_DESCRIBED]
        if not listed:
            return []
        marks = ",".join("?" * len(listed))
        return self._store.rows(
            f"SELECT * FROM {table} WHERE {column} IN ({marks}) ORDER BY id", *listed
        )


_KINDS = (
    "channels", "schedules", "groups", "media", "changed_media", "accounts", "listed", "people",
    "passwords",
)  # fmt: skip


def _made(requirement: Requirement, answer: object) -> Objects:
    """Return what an answer says that it has made."""
    content: Any = getattr(answer, "content", answer)
    if not isinstance(content, dict):
        return Objects()
    if requirement.makes == "file" and type(content.get("id")) is int:
        return Objects(changed_media=[content["id"]])
    if requirement.makes == "posts":
        undone = content.get("undone")
        return Objects(groups=[step["schedule_group_id"] for step in undone or ()])
    if requirement.makes in ("person", "password") and type(content.get("id")) is int:
        ids = [content["id"]]
        return Objects(people=ids) if requirement.makes == "person" else Objects(passwords=ids)
    group_id, account = content.get("schedule_group_id"), content.get("account")
    number = account.get("id") if isinstance(account, dict) else None
    return Objects(
        groups=[group_id] if isinstance(group_id, str) else [],
        accounts=[number] if type(number) is int else [],
    )


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


def _not_allowed() -> ApiError:
    return ApiError(
        403, "rest_forbidden", translatable("Server", "Sorry, you are not allowed to do that.")
    )
