"""What people change in the very moment in which a post is handed over, claimed or sent."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import sending_settings
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Part,
    Publisher,
    Record,
    Refused,
    Result,
    SignInAgain,
    TryLater,
    Unclear,
)

from .conftest import png, until
from .databases import DATABASES, opened
from .test_parts import Own, Threads


class Drafts(Threads):
    """A network on which a post is a draft first, which is found again by the key of its part."""

    settle = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.drafts: dict[str, str] = {}  # by their ids, the keys
        self.made = 0

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if not record["draft"]:
            left = (number for number, key in self.drafts.items() if key == part.key)
            record = {"draft": next(left, "") or self._new(part)}
            keep(record)
        self.trouble("upload", part)
        return record

    def _new(self, part: Part) -> str:
        self.made += 1
        self.drafts[str(self.made)] = part.key
        return str(self.made)

    def send(self, account: Account, part: Part, record: Record) -> Result:
        self.trouble("before", part)
        if record["draft"] not in self.drafts:
            raise Refused("The draft of this post was deleted on the site.")
        self.out.append((part.key, part.text, ""))
        self.trouble("after", part)
        return Result(record["draft"], "")

    def discard(self, account: Account, part: Part, record: Record) -> None:
        self.trouble("discard", part)
        self.drafts.pop(record["draft"], None)


class Keys(Threads):
    """A network that knows a post again by its key, and cannot be asked for it."""

    settle = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.can_look = False

    def send(self, account: Account, part: Part, record: Record) -> Result:
        self.trouble("before", part)
        if part.key not in [key for key, _, _ in self.out]:
            self.out.append((part.key, part.text, ""))
        self.trouble("after", part)
        return Result(part.key, "")

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return True


class World(Own):
    """A bench with one of these networks."""

    def use(self, network: Threads) -> None:
        self.threads = network
        self.publisher = network
        self.sender = self.new_sender()

    def publishers(self) -> dict[str, Publisher]:
        return {"threads": self.threads}


@pytest.fixture(params=DATABASES)
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with opened(request, tmp_path) as store:
        yield World(tmp_path, store)


def once(step: str, deed: Callable[[], object]) -> Callable[[str, Part], None]:
    """Do this when the network comes to this step for the first time."""
    left = [deed]

    def trouble(now: str, _part: Part) -> None:
        if now == step and left:
            left.pop()()

    return trouble


def failing(step: str, error: Exception) -> Callable[[str, Part], None]:
    def fail() -> None:
        raise error

    return once(step, fail)


def no_trouble(_step: str, _part: Part) -> None:
    """Do nothing."""


def move(world: World, number: int, seconds: float) -> None:
    world.schedules.reschedule(world.row(number)["group_id"], int(world.now + seconds))


# While it is handed over ahead of its time


def test_a_post_that_is_moved_while_it_is_handed_over_goes_out_at_its_new_time(
    world: World,
) -> None:
    world.use(Drafts())
    number = world.post(at=world.now + 500)
    world.threads.trouble = once("upload", lambda: move(world, number, 5000))
    world.look_ahead(times=2)
    world.now += 5000
    assert world.send(number) == "success", world.row(number)["error_msg"]
    world.look_ahead()
    assert list(world.threads.drafts) == ["2"], "the draft for the old time is taken back"


@pytest.mark.parametrize("how", ["moved", "sent now"])
def test_a_post_that_is_handed_over_anew_has_no_part_in_what_is_taken_back(
    world: World, how: str
) -> None:
    network = Drafts()
    world.use(network)
    number = world.post(at=world.now + 500)
    world.look_ahead()
    network.trouble = failing("discard", TryLater("Away.", 30))
    if how == "moved":
        move(world, number, 550)
        world.look_ahead()
        world.now += 550
    else:
        world.schedules.send_now([number])
        world.sender._attempts.withdraw(world.store.rows("SELECT * FROM discards")[0], world.now)
        network.trouble = once("before", lambda: take_back(world))
    world.now += 31
    if how == "moved":
        take_back(world)
    assert world.send(number) == "success", world.row(number)["error_msg"]
    take_back(world)
    assert list(network.drafts) == ["2"]


def take_back(world: World) -> None:
    """Take back all that is to be taken back by now."""
    for discard in world.store.rows("SELECT * FROM discards"):
        world.sender._attempts.withdraw(discard, world.now)


def test_a_post_that_is_made_anew_when_it_is_due_has_no_part_in_what_is_taken_back(
    world: World,
) -> None:
    network = Drafts()
    world.use(network)
    blob = world.media.receive(io.BytesIO(png(4, 4)).read, None)
    item = world.media.add(blob, "a.png")
    files = {"upload_media": True, "upload_media_type": "custom", "media_list_to_upload": [item.id]}
    number = world.post(at=world.now + 500, **files)
    world.look_ahead()
    world.media.describe(item.id, {"alt_text": "A cake"})
    world.now += 500
    network.trouble = once("before", lambda: take_back(world))
    assert world.send(number) == "success", world.row(number)["error_msg"]
    assert list(network.drafts) == ["2"]


# Between the look for what is due and the claim


def hold(world: World, how: str) -> None:
    if how == "paused":
        sending_settings.keep(world.store, "paused", True)
    else:
        row = world.store.row("SELECT account_id FROM channels WHERE id = ?", world.own)
        assert row is not None
        world.accounts.set_leaving(row["account_id"], True)


@pytest.mark.parametrize("how", ["paused", "disconnecting"])
def test_what_is_held_after_the_look_for_due_posts_does_not_go_out(world: World, how: str) -> None:
    numbers = [world.post(text, ref=text) for text in ("One", "Two", "Three")]
    world.threads.trouble = once("after", lambda: hold(world, how))
    world.sender._tick()
    until(lambda: not world.sender._busy)
    assert world.threads.texts() == ["One"]
    assert [world.status(number) for number in numbers] == ["success", "not_sent", "not_sent"]


def test_what_became_too_late_while_the_computer_slept_does_not_follow(world: World) -> None:
    def sleep() -> None:
        world.now += 36_000

    # Another sender would have sent them meanwhile.
    world.store.run("DELETE FROM senders WHERE name <> ?", world.leases.current.name)
    numbers = [world.post(text, ref=text) for text in ("One", "Two", "Three")]
    world.threads.trouble = once("after", sleep)
    for _ in range(2):
        world.sender._tick()
        until(lambda: not world.sender._busy)
    assert world.threads.texts() == ["One"]
    assert [world.status(number) for number in numbers] == ["success", "missed", "missed"]


# While it may be out


def may_be_out(world: World) -> int:
    """Return a post that is out, which the sender does not know and is about to find out."""
    world.use(Keys())
    number = world.post()
    world.threads.trouble = failing("after", Unclear("No answer."))
    assert world.send(number) == "not_sent"
    assert world.threads.texts() == ["One"]
    world.threads.trouble = no_trouble
    return number


def edit(world: World, number: int, how: str) -> None:
    row = world.row(number)
    body: dict[str, Any] = {"replaces": [number]}
    if how == "edited":
        body = {"schedule_group_id": row["group_id"], "wp_post_id": row["wp_post_id"]}
    data = {"post_content": "Other", "posto_ref": "other"}
    body["schedules"] = [{"channel_id": world.own, "custom_post_data": data}]
    world.schedules.compose(body)


@pytest.mark.parametrize("how", ["replaced", "edited"])
def test_a_post_that_may_be_out_is_replaced_by_no_other(world: World, how: str) -> None:
    number = may_be_out(world)
    world.now += 1000
    with pytest.raises(PluginError):
        edit(world, number, how)
    assert world.send(number) == "success"
    assert world.threads.texts() == ["One"]


@pytest.mark.parametrize("how", ["replaced", "edited"])
def test_a_post_whose_request_may_still_be_under_way_is_replaced_by_no_other(
    world: World, how: str
) -> None:
    """It was not there when it was looked for, and sending it again would do no harm."""
    network = Drafts()
    world.use(network)
    number = world.post()
    network.trouble = failing("before", Unclear("No answer."))
    assert world.send(number) == "not_sent"
    with pytest.raises(PluginError):
        edit(world, number, how)
    world.now += 121
    edit(world, number, how)


@pytest.mark.parametrize("step", ["upload", "before"])
@pytest.mark.parametrize("error", [Refused("Not now."), SignInAgain("Sign in again.")])
def test_what_keeps_a_repeat_from_going_out_says_nothing_of_the_first_try(
    world: World, step: str, error: Exception
) -> None:
    number = may_be_out(world)
    world.threads.trouble = failing(step, error)
    world.now += 60
    assert world.send(number) == "unknown"
    assert str(error) in world.row(number)["error_msg"]
    world.unclear_posts.is_there(number)
    assert world.status(number) == "success"
    assert world.threads.texts() == ["One"]


def test_an_account_that_is_gone_at_the_repeat_says_nothing_of_the_first_try(world: World) -> None:
    number = may_be_out(world)
    row = world.store.row("SELECT account_id FROM channels WHERE id = ?", world.own)
    assert row is not None
    with world.store.write() as db:
        db.execute("DELETE FROM accounts WHERE id = ?", (row["account_id"],))
    world.now += 60
    assert world.send(number) == "unknown"
    assert "no longer connected" in world.row(number)["error_msg"]


@pytest.mark.parametrize("error", [Refused("Not now."), SignInAgain("Sign in again.")])
def test_a_comment_whose_repeat_is_refused_is_not_called_missing(
    world: World, error: Exception
) -> None:
    world.use(Keys())
    number = world.post(comment="First!")
    world.threads.trouble = lambda step, part: (
        failing("after", Unclear("No answer."))(step, part) if part.text == "First!" else None
    )
    assert world.send(number) == "not_sent"
    world.threads.trouble = lambda step, part: (
        failing("before", error)(step, part) if part.text == "First!" else None
    )
    world.now += 60
    assert world.send(number) == "success"
    assert "may be published" in world.row(number)["error_msg"]
    with pytest.raises(PluginError):
        world.schedules.retry_comment(number)
    assert world.threads.texts() == ["One", "First!"]
