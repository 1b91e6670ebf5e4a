from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import OutsideChanges
from posto_desktop.stores.drafts import DraftStore

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def draft(text: str, *, minutes: int = 0, **values: Any) -> Draft:
    return Draft(id=text, text=text, updated_at=NOW + timedelta(minutes=minutes), **values)


class Heard:
    """A store and what it said."""

    def __init__(self, qapp: Any) -> None:
        self.store = DraftStore()
        self.saved: list[str] = []
        self.removed: list[str] = []
        self.changes = 0
        self.store.saved.connect(lambda draft: self.saved.append(draft.id))
        self.store.removed.connect(self.removed.append)
        self.store.templateSaved.connect(lambda draft: self.saved.append(f"template {draft.id}"))
        self.store.templateRemoved.connect(
            lambda draft_id: self.removed.append(f"template {draft_id}")
        )
        self.store.changed.connect(self._changed)

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def heard(qapp: Any) -> Heard:
    return Heard(qapp)


def test_drafts_are_listed_newest_first_and_empty_ones_not(heard: Heard) -> None:
    heard.store.put(draft("old"))
    heard.store.put(draft("new", minutes=5))
    heard.store.put_unsaved(Draft(id="empty"))
    assert [draft.id for draft in heard.store.drafts()] == ["new", "old"]
    assert heard.store.count() == 2
    assert heard.store.get("empty") is not None
    assert heard.saved == ["old", "new"]
    assert heard.changes == 3


def test_what_was_written_here_meanwhile_is_newer_than_what_is_stored(heard: Heard) -> None:
    heard.store.put(draft("a", minutes=5, title="mine"))
    heard.store.put(draft("b", title="mine"))
    heard.store.fill(
        [draft("a", title="stored"), draft("b", minutes=9, title="stored"), draft("c")]
    )
    titles = {draft.id: draft.title for draft in heard.store.drafts()}
    assert titles == {"a": "mine", "b": "stored", "c": ""}
    assert heard.saved == ["a", "b"], "what comes from the disk is not written again"


def test_a_deleted_draft_comes_back_by_its_undo_or_by_that_of_the_list(heard: Heard) -> None:
    for name in "ab":
        heard.store.put(draft(name))
    restore = heard.store.delete("a")
    assert restore is not None
    assert heard.removed == ["a"]
    restore()
    assert heard.store.get("a") is not None
    heard.store.delete("b")
    heard.store.undo_delete()
    assert heard.store.get("b") is not None
    heard.store.undo_delete()  # once
    assert heard.saved == ["a", "b", "a", "b"]
    assert heard.store.delete("nobody") is None


def test_what_came_back_and_was_changed_since_is_not_put_back_again(heard: Heard) -> None:
    heard.store.put(draft("a"))
    heard.store.put_template(draft("t", title="before"))
    for restore in (heard.store.delete("a"), heard.store.delete_template("t")):
        assert restore is not None
        restore()
        heard.store.put(draft("a", title="changed since"))
        heard.store.put_template(draft("t", title="changed since"))
        restore()
        heard.store.undo_delete()
    assert [draft.title for draft in heard.store.drafts()] == ["changed since"]
    assert [template.title for template in heard.store.templates()] == ["changed since"]


def test_a_posted_draft_is_left_out_without_being_removed_twice(heard: Heard) -> None:
    heard.store.put(draft("a"))
    heard.store.forget("a")
    assert heard.store.drafts() == []
    assert heard.removed == []


def test_a_copy_is_another_draft(heard: Heard) -> None:
    heard.store.put(draft("a"))
    heard.store.duplicate("a")
    assert [draft.text for draft in heard.store.drafts()] == ["a", "a"]
    assert len({draft.id for draft in heard.store.drafts()}) == 2
    heard.store.duplicate("nobody")
    assert heard.store.count() == 2


def test_templates_are_listed_by_name_and_taken_back(heard: Heard) -> None:
    heard.store.put_template(draft("z", name="Weekly"))
    heard.store.put_template(draft("a", name="offer"))
    assert [template.id for template in heard.store.templates()] == ["a", "z"]
    restore = heard.store.delete_template("z")
    assert restore is not None
    assert heard.store.template("z") is None
    restore()
    assert heard.store.template("z") is not None
    assert heard.store.delete_template("nobody") is None
    assert heard.saved == ["template z", "template a", "template z"]
    assert heard.removed == ["template z"]
    assert heard.store.drafts() == []


def test_outside_changes_are_taken_but_for_what_is_open_or_was_changed_here(heard: Heard) -> None:
    store = heard.store
    store.fill(
        [draft(name) for name in ("same", "changed", "deleted", "open", "edited", "unsaved")]
    )
    known = store.known()
    store.put(replace(draft("edited"), text="here"))  # while posto.db is read
    store.put(draft("new here"))
    stored = {
        name: replace(draft(name, minutes=5), text="outside")
        for name in ("changed", "open", "edited", "unsaved", "new outside")
    }
    stored["same"] = draft("same", minutes=1)
    changes = heard.changes
    store.take_changes(OutsideChanges(known, stored, frozenset({"unsaved"})), {"open"})
    assert {name: known_draft.text for name, known_draft in store.known().items()} == {
        "same": "same",
        "changed": "outside",
        "new outside": "outside",
        "open": "open",
        "edited": "here",
        "unsaved": "unsaved",
        "new here": "new here",
    }
    assert heard.saved == ["edited", "new here"]
    assert heard.removed == []
    assert heard.changes == changes + 1
    store.take_changes(OutsideChanges(store.known(), store.known()), ())
    assert heard.changes == changes + 1
