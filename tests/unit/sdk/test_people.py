"""The people of a team, as the SDK reads and changes them: a real server in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.sdk import PeopleManager, PostoError, ServiceError
from posto_desktop.sdk.people import AuditEntry, NewPassword, TeamDevice, TeamPerson
from posto_desktop.sdk.transport import Transport
from tests.unit.server.in_process import InProcess
from tests.unit.server.team_world import NOW, A, Ids, TeamWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TeamWorld]:
    world = TeamWorld(tmp_path)
    world.add("olga", "owner")
    yield world
    world.close()


def manager(world: TeamWorld, name: str = "olga") -> PeopleManager:
    return PeopleManager(cast(Transport, InProcess(world, name)))


def refusal(error: pytest.ExceptionInfo[ServiceError]) -> tuple[str | None, str]:
    return error.value.code, error.value.user_message


def test_a_person_from_their_first_password_to_their_removal(world: TeamWorld) -> None:
    people = manager(world)
    ed = people.add("Ed", "editor", ["shop"], shown_name="Ed Miller")
    assert (ed.name, ed.shown_name, ed.role, ed.groups) == (
        "ed",
        "Ed Miller",
        "editor",
        ("shop",),
    )
    made = people.add_password(ed.id, "Phone")
    assert made.password not in repr(made)
    world.passwords["ed"] = made.password
    (own,) = manager(world, "ed").own_devices()
    assert (own.name, own.is_this, own.address) == ("Phone", True, "192.0.2.1")
    listed = next(person for person in people.all() if person.id == ed.id)
    assert listed.used_at == datetime.fromtimestamp(NOW, UTC)
    changed = people.change(listed, role="writer", sees_all=True)
    assert (changed.role, changed.groups) == ("writer", None)
    people.revoke(ed.id, made.id)
    with pytest.raises(PostoError):
        manager(world, "ed").own_devices()
    people.restore(ed.id, made.id)
    assert manager(world, "ed").own_devices()
    people.remove(changed)
    assert [person.name for person in people.all()] == ["olga"]


def test_a_refusal_has_the_sentence_of_the_rule_and_its_code(world: TeamWorld) -> None:
    people = manager(world)
    (olga,) = people.all()
    assert olga.is_self
    with pytest.raises(ServiceError) as error:
        people.change(olga, role="viewer")
    assert refusal(error) == (
        "posto_last_owner",
        "olga is the last owner. Make somebody else an owner first.",
    )
    ed = people.add("ed", "editor")
    people.change(ed, role="writer")
    with pytest.raises(ServiceError) as error:
        people.change(ed, role="viewer")
    assert refusal(error) == ("posto_changed", "Somebody else has changed ed meanwhile.")
    with pytest.raises(ServiceError) as error:
        people.remove(ed)
    assert error.value.code == "posto_changed"
    with pytest.raises(ServiceError) as error:
        people.revoke(ed.id, 999)
    assert refusal(error) == ("posto_no_password", "This password does not exist.")


def test_a_lost_phone_is_revoked_by_its_person(world: TeamWorld) -> None:
    vera = world.add("vera", "viewer", ["a"])
    world.team.people.add_password("vera", "Phone")
    people = manager(world, "vera")
    phone = next(device for device in people.own_devices() if device.name == "Phone")
    people.revoke_own(phone.id)
    assert [device.name for device in people.own_devices()] == ["Test"]
    people.restore_own(phone.id)
    assert len(people.own_devices()) == 2
    with pytest.raises(PostoError):
        people.revoke(vera.id, phone.id)
    with pytest.raises(PostoError):
        people.all()


def test_groups_and_the_audit_log(world: TeamWorld) -> None:
    world.fill()
    people = manager(world)
    channel = next(listed for listed in people.channels() if listed.id == Ids(A).channel)
    assert (channel.network, channel.groups) == ("mastodon", ("a",))
    changed = people.set_groups(channel, ["blog", "A"])
    assert changed.groups == ("a", "blog")
    with pytest.raises(ServiceError) as error:
        people.set_groups(channel, [])
    assert error.value.code == "posto_changed"
    newest, older = people.audit(limit=2)
    assert (newest.action, newest.outcome) == (
        "channel.group",
        "Somebody else has changed these groups meanwhile.",
    )
    assert (older.person, older.outcome) == ("olga", "done")
    assert people.audit(before=older.id) == []
    assert people.audit(person="nobody") == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=8,
)
_NAMES = (
    "id", "name", "shown_name", "role", "groups", "disabled", "is_self", "devices", "device",
    "created_at", "last_used_at", "last_address", "is_this", "at", "person", "action", "object",
    "facts", "objects", "before", "after",
)  # fmt: skip


@settings(max_examples=settings.default.max_examples // 2)
@given(st.dictionaries(st.sampled_from(_NAMES), values) | values)
def test_what_a_server_says_is_read_or_left_out(row: object) -> None:
    for kind in (TeamPerson, TeamDevice, AuditEntry):
        made = kind.from_service(row)  # type: ignore[attr-defined]
        assert made is None or isinstance(made.id, int)
        if isinstance(made, TeamPerson):
            assert made.shown_name.isprintable()
            assert made.groups is None or all(made.groups)


def test_entries_of_the_audit_log_can_be_in_a_set() -> None:
    facts = {"before": [["role", "editor", "role", {"text": "editor"}]]}
    entries = {AuditEntry.from_service({"id": number, "facts": facts}) for number in (1, 2, 1)}
    assert len(entries) == 2


def test_a_new_password_is_compared_and_hidden() -> None:
    made = NewPassword(1, "abcd")
    assert replace(made, id=2) != made
    assert "abcd" not in f"{made} {made!r}"
