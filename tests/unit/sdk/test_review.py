"""Proposals of a team, as the SDK reads and answers them: a real server in this process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest

from posto_desktop.sdk import Account, AuthenticationError, ServiceError
from posto_desktop.sdk.optional_routes import MISSING, OptionalRoutes
from posto_desktop.sdk.review import ReviewManager
from posto_desktop.sdk.transport import Transport
from tests.unit.server.in_process import InProcess
from tests.unit.server.team_world import LATER, NOW, A, Ids, TeamWorld


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamWorld]:
    world = TeamWorld(tmp_path_factory.mktemp("team"))
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    world.add("wanda", "writer", ["a"])
    world.add("vic", "viewer", ["a"])
    yield world
    world.close()


@pytest.fixture
def world(people: TeamWorld) -> TeamWorld:
    people.now = NOW
    people.fill()
    return people


def manager(world: TeamWorld, name: str) -> ReviewManager:
    transport = cast(Transport, InProcess(world, name))
    return ReviewManager(transport, OptionalRoutes(transport))


def propose(world: TeamWorld, text: str = "Fresh buns", at: int = LATER) -> str:
    item = {"channel_id": Ids(A).channel, "custom_post_data": {"post_content": text}}
    body = {"schedules": [item], "share_at": at}
    status, answer = world.ask("wanda", "POST", "/wp-json/fs-poster/v1/composer", body)
    assert status == 200, answer
    return str(answer["schedule_group_id"])


def test_what_a_writer_proposes_is_listed_for_an_editor_who_approves_it(world: TeamWorld) -> None:
    group = propose(world)
    ed = manager(world, "ed")
    proposal = next(listed for listed in ed.list() if listed.group_id == group)
    assert (proposal.text, proposal.share_at) == ("Fresh buns", datetime.fromtimestamp(LATER, UTC))
    assert (proposal.review.author, proposal.review.is_own) == ("wanda", False)
    assert [channel.network for channel in proposal.channels] == ["mastodon"]
    assert ed.approve(group, version=proposal.review.version).state == "approved"
    assert group not in {listed.group_id for listed in ed.list()}
    assert [step.step for step in ed.story(group)] == ["proposed", "approved"]


def test_a_request_for_changes_names_its_subject_until_the_writer_has_edited(
    world: TeamWorld,
) -> None:
    group = propose(world)
    channel = Ids(A).channel
    manager(world, "ed").ask(group, "Say the price", about="text", channel_id=channel)
    wanda = manager(world, "wanda")
    review = next(listed.review for listed in wanda.list() if listed.group_id == group)
    assert (review.state, review.is_own) == ("returned", True)
    assert review.remark is not None
    assert (review.remark.comment, review.remark.subject) == ("Say the price", "text")
    assert (review.remark.by, review.remark.channel_id) == ("ed", channel)
    step = wanda.story(group)[-1]
    assert (step.step, step.person, step.remark) == ("returned", "ed", review.remark)


def test_a_writer_withdraws_a_proposal_and_cannot_approve_it(world: TeamWorld) -> None:
    group = propose(world)
    wanda = manager(world, "wanda")
    with pytest.raises(AuthenticationError) as refused:
        wanda.approve(group)
    assert refused.value.status == 403
    assert wanda.withdraw(group).state == "withdrawn"


def test_a_passed_time_needs_another_one_and_a_changed_proposal_another_look(
    world: TeamWorld,
) -> None:
    group = propose(world)
    ed = manager(world, "ed")
    with pytest.raises(ServiceError) as changed:
        ed.approve(group, version=77)
    assert changed.value.code == "posto_changed"
    world.now = LATER + 3_600
    with pytest.raises(ServiceError) as late:
        ed.approve(group)
    assert late.value.code == "posto_time_passed"
    later = datetime.fromtimestamp(LATER + 7_200, UTC)
    assert ed.approve(group, share_at=later).state == "approved"
    assert ed.story(group)[-1].share_at == later


def test_steps_are_undone_together_and_those_that_cannot_be_say_why(world: TeamWorld) -> None:
    ed, groups = manager(world, "ed"), [propose(world), propose(world)]
    steps = [ed.approve(group, version=1, hold=20).step for group in groups]
    with world.store.write() as db:
        db.execute("UPDATE schedules SET status = 'success' WHERE group_id = ?", (groups[1],))
    undone, refused = ed.undo([step for step in steps if step is not None])
    assert (undone.step, undone.group_id) == (steps[0], groups[0])
    assert undone.state is not None
    assert undone.state.state == "proposed"
    assert (refused.step, refused.state, refused.code) == (steps[1], None, "posto_being_sent")
    assert refused.sentence
    assert [step.step for step in ed.story(groups[0])][-2:] == ["approved", "approval_undone"]


def test_a_proposal_says_when_it_was_proposed_and_what_was_changed(world: TeamWorld) -> None:
    group = propose(world)
    world.now = NOW + 60
    body = {"schedule_group_id": group, "share_at": LATER + 60}
    assert world.ask("wanda", "POST", "/wp-json/fs-poster/v1/composer/reschedule", body)[0] == 200
    (review,) = [
        listed.review for listed in manager(world, "ed").list() if listed.group_id == group
    ]
    assert review.proposed_at == datetime.fromtimestamp(NOW, UTC)
    assert (review.changed, review.changed_by) == (("time",), "wanda")
    assert review.changed_at == datetime.fromtimestamp(NOW + 60, UTC)


@pytest.mark.parametrize(
    ("name", "role", "may"),
    [
        ("olga", "owner", (True, True, False)),
        ("ed", "editor", (True, True, False)),
        ("wanda", "writer", (False, True, True)),
        ("vic", "viewer", (False, False, False)),
    ],
)
def test_an_account_knows_its_role(
    world: TeamWorld, name: str, role: str, may: tuple[bool, bool, bool]
) -> None:
    account = Account.from_service(InProcess(world, name).get("wp/v2/users/me"))
    assert account is not None
    assert account.role == role
    assert (account.may_approve, account.may_compose, account.may_only_propose) == may
    assert account.groups == (None if name == "olga" else ("a",))
    assert Account.from_dict(account.to_dict()) == account


def test_a_service_without_a_team_is_asked_once(world: TeamWorld) -> None:
    class Lacking(InProcess):
        def get(self, route: str, params: object = ()) -> object:
            self.asked += 1
            raise ServiceError("no route", status=404, code="rest_no_route")

    transport = Lacking(world, "ed")
    routes = OptionalRoutes(cast(Transport, transport))
    for _ in range(2):
        with pytest.raises(ServiceError) as missing:
            ReviewManager(cast(Transport, transport), routes).list()
        assert missing.value.reason == MISSING
    assert transport.asked == 1
    account = Account.from_service({"id": 1, "name": "Ann"})
    assert account is not None
    assert (account.role, account.may_compose, account.may_only_propose) == ("", True, False)
