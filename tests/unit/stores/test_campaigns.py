"""All campaigns in one place, and what is said to be written."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.core.campaign import Campaign
from posto_desktop.stores.campaigns import CampaignStore


class Heard:
    """A store, and what it said."""

    def __init__(self) -> None:
        self.store = CampaignStore()
        self.saved: list[Campaign] = []
        self.removed: list[str] = []
        self.restored: list[str] = []
        self.changes = 0
        self.store.saved.connect(self.saved.append)
        self.store.removed.connect(self.removed.append)
        self.store.restored.connect(self.restored.append)
        self.store.changed.connect(self._changed)

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def heard(qapp: Any) -> Heard:
    return Heard()


def test_each_workspace_has_its_own(heard: Heard) -> None:
    here, elsewhere = Campaign(id="here"), Campaign(id="there", workspace="account")
    assert not heard.store.is_loaded
    heard.store.fill([here, elsewhere])
    assert heard.store.is_loaded
    assert heard.store.campaigns("local") == [here]
    assert heard.store.campaigns("account") == [elsewhere]
    assert heard.saved == []
    heard.store.fill([elsewhere])
    assert heard.store.get("here") is None


def test_what_is_put_is_written_and_what_is_held_is_not(heard: Heard) -> None:
    campaign = Campaign(id="a", name="One")
    heard.store.put_unsaved(campaign)
    assert (heard.store.get("a"), heard.saved, heard.changes) == (campaign, [], 1)
    heard.store.put(campaign)
    assert (heard.saved, heard.changes) == ([campaign], 2)


def test_a_name_is_changed_once(heard: Heard) -> None:
    campaign = Campaign(id="a", name="One")
    heard.store.put_unsaved(campaign)
    heard.store.rename("a", "Two")
    heard.store.rename("a", "Two")
    heard.store.rename("nowhere", "Three")
    (renamed,) = heard.saved
    assert renamed.name == "Two"
    assert renamed.updated_at > campaign.updated_at


def test_what_is_removed_comes_back_as_it_was(heard: Heard) -> None:
    campaign = Campaign(id="a", name="One")
    heard.store.put_unsaved(campaign)
    undo = heard.store.remove("a")
    assert undo is not None
    assert (heard.removed, heard.store.campaigns("local")) == (["a"], [])
    assert heard.store.remove("a") is None
    undo()
    assert (heard.restored, heard.store.get("a")) == (["a"], campaign)
