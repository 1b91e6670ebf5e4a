"""Drafts as agents write them: with the same checks as on the command line, and nothing more.

An agent changes no scheduled message, no template, and no draft that was changed since it read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posto_desktop.cli.drafts import draft_json
from posto_desktop.cli.exits import not_found, refused, usage
from posto_desktop.cli.media_arguments import media_of
from posto_desktop.cli.message import text_key
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import DraftData
from posto_desktop.cli.stored_drafts import StoredDrafts
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.draft import Draft
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import parse_when
from posto_desktop.sdk.when.zones import local_zone

MAX_DRAFTS = 1_000
"""Most drafts to which agents may add."""


class AgentDrafts:
    """The drafts of a session's workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stored = StoredDrafts(session)

    def all(self) -> list[Draft]:
        """Return those that an agent can use, the newest first."""
        workspace = self._session.workspace.id
        drafts = self._stored.all()
        return [draft for draft in drafts if draft.workspace == workspace and draft.editing is None]

    def data(self, draft: Draft) -> DraftData:
        """Return a draft as tools give it."""
        return draft_json(self._session, draft, self._stored.open_ids())

    def get(self, draft_id: str) -> Draft:
        """Raises CommandError for one that an agent cannot use."""
        known = next((draft for draft in self._stored.all() if draft.id == draft_id), None)
        if known is None or known.workspace != self._session.workspace.id:
            raise not_found(f"There is no draft {draft_id}. See: list_drafts.")
        if known.editing is not None:
            raise refused("This draft edits a scheduled message. Only a person can change it.")
        return known

    def create(self, given: Mapping[str, Any]) -> Draft:
        """Write a new draft."""
        if len(self._stored.all()) >= MAX_DRAFTS:
            raise refused(f"There are {MAX_DRAFTS} drafts. Ask the person to delete some.")
        draft = self._changed(Draft(workspace=self._session.workspace.id), given)
        self._stored.put(draft, is_new=True)
        return self.get(draft.id)

    def update(self, given: Mapping[str, Any]) -> Draft:
        """Change the fields that are given."""
        draft = self.get(given["id"])
        if self.data(draft)["updated"] != given["updated"]:
            raise refused(
                "The draft was changed since you read it. Read it again with list_drafts."
            )
        return self._write(draft, self._changed(draft, given))

    def set_time(self, draft: Draft, when: datetime) -> Draft:
        """Suggest a time for a draft. Nothing is scheduled."""
        words = f"{when.astimezone(local_zone()):%Y-%m-%d %H:%M}"
        return self._write(draft, replace(draft, when_text=words))

    def time_of(self, words: str) -> datetime:
        """Return the time that words mean, in UTC. Raises CommandError for none, and for now."""
        if words.strip().lower() in ("", "now"):
            raise usage("A time is needed, in plain words: next Monday at noon. Now is not one.")
        now = datetime.now(UTC)
        try:
            when = parse_when(words, now, local_zone()).astimezone(UTC)
        except WhenError as error:
            raise usage(error.user_message) from error
        if when <= now:
            raise usage(f"{words} is not in the future.")
        return when

    def _changed(self, draft: Draft, given: Mapping[str, Any]) -> Draft:
        changes: dict[str, Any] = {
            field: given[name]
            for name, field in (
                ("when", "when_text"), ("link", "link"), ("comment", "first_comment"),
                ("title", "title"), ("name", "name"), ("style", "style"),
            )
            if name in given
        }  # fmt: skip
        if "labels" in given:
            changes["labels"] = tuple(given["labels"])
        if "texts" in given:
            changes["variants"] = {text_key(name): text for name, text in given["texts"].items()}
        if "to" in given:
            changes["channel_ids"] = tuple(self._channel_ids(given["to"]))
        if given.get("when"):
            self.time_of(given["when"])
        if "media" in given:
            changes["media"] = media_of(_paths(given["media"]), given.get("alt", ()))
        draft = replace(draft, **changes)
        if "text" in given or "thread" in given:
            parts = (given.get("text", draft.text), *given.get("thread", _further(draft)))
            draft = draft.with_parts("", parts)
        if draft.is_empty:
            raise usage("There is nothing in it yet. Write a text.")
        return draft

    def _channel_ids(self, words: Sequence[str]) -> list[int]:
        if not words:
            return []
        session = self._session
        channels = find_channels(words, session.channels(may_be_known=True), session.groups())
        return [channel.id for channel in channels]

    def _write(self, before: Draft, after: Draft) -> Draft:
        self._stored.put(after, seen=before)
        return self.get(after.id)


def _further(draft: Draft) -> tuple[str, ...]:
    return tuple(draft.threads.get("", ()))


def _paths(words: Sequence[str]) -> list[str]:
    paths = []
    for word in words:
        path = Path(word).expanduser() if word.startswith("~") else Path(word)
        if not path.is_absolute():
            raise usage(f"{word} is not a whole path, such as /home/ann/a.png.")
        paths.append(str(path))
    return paths
