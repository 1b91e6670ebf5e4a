"""Posts of several parts, what is handed over ahead, limits of requests and locked keyrings: the
sender's rules for accounts, with a network and a clock that the test holds in its hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Found,
    Limits,
    Part,
    Profile,
    Publisher,
    RateLimited,
    Record,
    Refused,
    Result,
    SecretsLocked,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.schedules import Filters

from .conftest import until
from .databases import DATABASES, opened
from .sending import Bench, PowerCut


class Threads(Publisher):
    """A network that knows parts; it does as it is told."""

    method = "threads"
    settle = 120.0
    ahead = 600.0

    def __init__(self) -> None:
        self.out: list[tuple[str, str, str]] = []  # key, text, parent
        self.uploads: list[str] = []
        self.discarded: list[str] = []
        self.trouble: Callable[[str, Part], None] = lambda _step, _part: None
        self.can_look = True

    def prepare(self, account: Account, part: Part) -> Record:
        self.trouble("prepare", part)
        return {"draft": ""}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if not record["draft"]:
            self.uploads.append(part.text)
            record = {"draft": f"draft of {part.text}"}
            keep(record)
        self.trouble("upload", part)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        account.secret()
        self.trouble("before", part)
        assert record["draft"] == f"draft of {part.text}"
        parent = part.answers.id if part.answers else ""
        self.out.append((part.key, part.text, parent))
        self.trouble("after", part)
        return self._result(len(self.out) - 1)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if not self.can_look:
            return Found.CANNOT_TELL, None
        # By the words alone, as most networks have to be asked.
        for number, (_key, text, _parent) in enumerate(self.out):
            if text == part.text and str(number + 1) not in taken:
                return Found.SENT, self._result(number)
        return Found.NOT_SENT, None

    def discard(self, account: Account, part: Part, record: Record) -> None:
        self.trouble("discard", part)
        self.discarded.append(record["draft"])

    def texts(self) -> list[str]:
        return [text for _, text, _ in self.out]

    def _result(self, number: int) -> Result:
        return Result(str(number + 1), f"https://net.example/{number + 1}")


class Own(Bench):
    """A bench with an account and two of its channels: its first, and one of another account."""

    def __init__(self, folder: Path, store: ServerDatabase | None = None) -> None:
        self.threads = Threads()
        super().__init__(folder, store)
        self.publisher = self.threads
        self.own, self.other = self.connect("a"), self.connect("b")
        self.sender = self.new_sender()

    def publishers(self) -> dict[str, Publisher]:
        return {"threads": self.threads}

    def connect(self, name: str) -> int:
        profile = Profile(name, f"@{name}", name, "mastodon", limits=Limits(text=500))
        connected = Connected("https://net.example", profile, {"token": f"token-of-{name}"})
        number = self.accounts.keep("threads", connected, "session")
        return int(self.accounts.channels(number)[0]["id"])

    def post(self, text: str = "One", *more: str, comment: str = "", **options: Any) -> int:
        return self.compose(
            channel=options.pop("channel", self.own),
            post_content=text,
            posto_thread=[{"text": text} for text in more],
            first_comment=comment,
            **options,
        )

    def parts(self, number: int) -> list[str]:
        row = self.row(number)
        known = json.loads(row["record"] or row["posted"] or "{}")
        return [part["state"] for part in known.get("parts", [])]

    def look_ahead(self, times: int = 1) -> None:
        """Looks of the loop at what can be handed over, each to its end."""
        for _ in range(times):
            self.sender._ahead.look()
            until(lambda: not self.sender._ahead._busy)
        assert self.sender.stop(10)
        self.sender = self.new_sender()


@pytest.fixture(params=DATABASES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Own]:
    with opened(request, tmp_path) as store:
        yield Own(tmp_path, store)


def raise_at(
    step: str, text: str, error: BaseException, times: int = 10**9
) -> Callable[[str, Part], None]:
    left = [times]

    def trouble(now: str, part: Part) -> None:
        if (now, part.text) == (step, text) and left[0]:
            left[0] -= 1
            raise error

    return trouble


def test_parts_answer_each_other_with_keys_of_their_own(bench: Own) -> None:
    number = bench.post("One", "Two", "Three", comment="Said")
    assert bench.send(number) == "success"
    assert [(text, parent) for _, text, parent in bench.threads.out] == [
        ("One", ""), ("Two", "1"), ("Three", "2"), ("Said", "1"),
    ]  # fmt: skip
    assert len({key for key, _, _ in bench.threads.out}) == 4
    assert bench.row(number)["remote_post_id"] == "1"
    assert bench.parts(number) == ["sent"] * 4


@pytest.mark.parametrize("step", ["prepare", "upload", "before"])
def test_a_failed_comment_never_fails_its_post(bench: Own, step: str) -> None:
    number = bench.post("One", "Two", comment="Said")
    bench.threads.trouble = raise_at(step, "Said", Refused("It is too long."), times=1)
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two"]
    assert bench.row(number)["error_msg"] == "The first comment is not published: It is too long."
    assert json.loads(bench.row(number)["posted"])["parts"][2]["reason"] == "It is too long."
    bench.schedules.retry_comment(number)
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two", "Said"]
    assert bench.row(number)["error_msg"] == ""
    with pytest.raises(PluginError):
        bench.schedules.retry_comment(number)


def test_a_comment_of_which_no_answer_came_is_a_remark(bench: Own) -> None:
    bench.threads.can_look = False
    number = bench.post("One", comment="Said")
    bench.threads.trouble = raise_at("after", "Said", Unclear("No answer."))
    bench.send(number)
    bench.now += 121
    bench.recover()
    assert bench.status(number) == "success"
    assert "may be published" in bench.row(number)["error_msg"]
    assert bench.parts(number) == ["sent", "unclear"]


def test_part_three_is_not_sent_before_part_two_has_an_id(bench: Own) -> None:
    number = bench.post("One", "Two", "Three")
    bench.threads.trouble = raise_at("before", "Two", Refused("Not this one."), times=1)
    assert bench.send(number) == "error"
    assert bench.threads.texts() == ["One"]
    row = bench.row(number)
    assert row["error_msg"].startswith("Part 2 of 3 is not published: Not this one.")
    assert row["remote_post_link"] == "https://net.example/1"
    bench.schedules.retry([number])
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two", "Three"], "the first is not sent again"


def test_a_part_that_is_put_off_waits_alone(bench: Own) -> None:
    number = bench.post("One", "Two")
    group = bench.row(number)["group_id"]
    bench.threads.trouble = raise_at("before", "Two", TryLater("Busy.", 60), times=1)
    assert bench.send(number) == "not_sent"
    with pytest.raises(PluginError, match="published"):
        bench.schedules.reschedule(group, int(bench.now) + 9000)
    with pytest.raises(PluginError, match="published"):
        bench.schedules.compose(
            {
                "schedule_group_id": group,
                "wp_post_id": bench.row(number)["wp_post_id"],
                "schedules": [{"channel_id": bench.own, "custom_post_data": {}}],
            }
        )
    other = {"channel_id": bench.own, "custom_post_data": {"post_content": "Other"}}
    with pytest.raises(PluginError, match="published"):
        bench.schedules.compose({"replaces": [number], "schedules": [other]})
    bench.now += 60
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two"]


@pytest.mark.parametrize("text", ["One", "Two", "Three", "Said"])
@pytest.mark.parametrize("step", ["prepare", "upload", "before", "after"])
def test_a_crash_at_any_part_neither_loses_nor_repeats(bench: Own, step: str, text: str) -> None:
    number = bench.post("One", "Two", "Three", comment="Said")
    bench.threads.trouble = raise_at(step, text, PowerCut(), times=1)
    with pytest.raises(PowerCut):
        bench.send(number)
    for _ in range(40):
        bench.now += 10
        bench.restart()
        bench.send(number)
    assert bench.status(number) == "success"
    assert bench.threads.texts() == ["One", "Two", "Three", "Said"]
    assert [parent for _, _, parent in bench.threads.out] == ["", "1", "2", "1"]


def test_the_same_words_twice_are_two_posts(bench: Own) -> None:
    first, second = bench.post("Same"), bench.post("Same", ref="again")
    assert bench.send(first) == "success"
    bench.threads.trouble = raise_at("before", "Same", Unclear("No answer."), times=1)
    bench.send(second)
    for _ in range(20):
        bench.now += 10
        bench.recover()
        bench.send(second)
    assert bench.status(second) == "success"
    assert bench.threads.texts() == ["Same", "Same"]
    links = {bench.row(row_id)["remote_post_link"] for row_id in (first, second)}
    assert len(links) == 2


def test_an_unclear_part_is_the_persons_to_decide(bench: Own) -> None:
    bench.threads.can_look = False
    number = bench.post("One", "Two", "Three")
    bench.threads.trouble = raise_at("before", "Two", Unclear("No answer."), times=1)
    bench.send(number)
    bench.now += 121
    bench.recover()
    assert bench.status(number) == "unknown"
    bench.unclear_posts.send_again(number)
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("more", "comment", "unclear", "expected"),
    [
        (["Two", "Three"], "", "Two", "error"),
        (["Two"], "", "Two", "success"),
        ([], "Said", "One", "success"),
        ([], "", "One", "success"),
    ],
)
def test_what_answers_a_part_without_an_id_cannot_follow_it(
    bench: Own, more: list[str], comment: str, unclear: str, expected: str
) -> None:
    bench.threads.can_look = False
    number = bench.post("One", *more, comment=comment)
    bench.threads.trouble = raise_at("after", unclear, Unclear("No answer."))
    bench.send(number)
    bench.now += 121
    bench.recover()
    assert bench.status(number) == "unknown"
    out = bench.threads.texts()
    bench.unclear_posts.is_there(number)
    assert bench.status(number) == expected
    assert ("not published" in bench.row(number)["error_msg"]) is bool(
        comment or expected == "error"
    )
    assert bench.threads.texts() == out
    bench.threads.trouble = lambda _step, _part: None
    if expected == "error":
        bench.schedules.retry([number])
        assert bench.send(number) == "error"
        assert "its address is unknown" in bench.row(number)["error_msg"]
    elif comment:
        bench.schedules.retry_comment(number)
        assert bench.send(number) == "success"
    assert bench.threads.texts() == out, "what is there is never sent again"


# Ahead of the time


def test_one_request_remains_at_the_due_second(bench: Own) -> None:
    number = bench.post("One", "Two", at=bench.now + 700)
    bench.look_ahead()
    assert bench.threads.uploads == [], "ten minutes at most"
    bench.now += 101
    bench.look_ahead()
    assert bench.threads.uploads == ["One", "Two"]
    assert bench.status(number) == "not_sent"
    bench.look_ahead()
    bench.now += 599
    assert bench.send(number) == "success"
    assert bench.threads.uploads == ["One", "Two"], "nothing is handed over again"
    assert bench.threads.discarded == []


def change(bench: Own, number: int, how: str) -> None:
    row = bench.row(number)
    if how == "deleted":
        bench.schedules.delete([number])
    elif how == "all deleted":
        bench.schedules.delete_all(Filters(), [])
    elif how == "moved":
        bench.schedules.reschedule(row["group_id"], int(bench.now) + 90_000)
    elif how == "replaced":
        bench.schedules.compose(
            {
                "replaces": [number],
                "schedules": [
                    {"channel_id": bench.own, "custom_post_data": {"post_content": "Other"}}
                ],
                "share_at": int(bench.now) + 90_000,
            }
        )
    else:
        bench.schedules.compose(
            {
                "schedule_group_id": row["group_id"],
                "wp_post_id": row["wp_post_id"],
                "schedules": [
                    {"channel_id": bench.own, "custom_post_data": {"post_content": "Other"}}
                ],
                "share_at": int(bench.now) + 300,
            }
        )


@pytest.mark.parametrize("how", ["deleted", "all deleted", "moved", "edited", "replaced"])
def test_what_was_handed_over_for_a_post_that_changed_is_taken_back(bench: Own, how: str) -> None:
    number = bench.post("One", "Two", at=bench.now + 500)
    bench.look_ahead()
    change(bench, number, how)
    bench.threads.trouble = raise_at("discard", "One", TryLater("Away.", 30), times=1)
    bench.look_ahead()
    assert bench.threads.discarded == []
    bench.now += 31
    bench.look_ahead()
    assert bench.threads.discarded == ["draft of One", "draft of Two"]
    assert bench.store.number("SELECT count(*) FROM discards") == 0


@pytest.mark.parametrize("how", ["deleted", "moved", "edited"])
def test_a_change_in_the_middle_of_an_upload_is_met(bench: Own, how: str) -> None:
    number = bench.post("One", at=bench.now + 500)

    def trouble(step: str, part: Part) -> None:
        if step == "upload" and part.text == "One":
            change(bench, number, how)

    bench.threads.trouble = trouble
    bench.look_ahead()
    bench.threads.trouble = lambda _step, _part: None
    bench.look_ahead()
    assert bench.threads.discarded[:1] == ["draft of One"]
    assert bench.threads.out == []


def test_a_description_that_changed_makes_it_anew(bench: Own, tmp_path: Path) -> None:
    import io

    from .conftest import png

    blob = bench.media.receive(io.BytesIO(png(4, 4)).read, None)
    item = bench.media.add(blob, "a.png")
    number = bench.post(
        "One",
        at=bench.now + 500,
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[item.id],
    )
    bench.look_ahead()
    bench.media.describe(item.id, {"alt_text": "A cake"})
    bench.now += 500
    assert bench.send(number) == "success"
    assert bench.threads.uploads == ["One", "One"]
    bench.look_ahead()
    assert bench.threads.discarded == ["draft of One"]


def test_a_server_that_is_away_early_is_tried_again_and_nothing_is_lost(bench: Own) -> None:
    number = bench.post("One", "Two", at=bench.now + 500)
    bench.threads.trouble = raise_at("upload", "Two", TryLater("Away.", 1), times=1)
    bench.look_ahead()
    assert bench.status(number) == "not_sent"
    bench.look_ahead()
    assert bench.threads.uploads == ["One", "Two"], "goes on where it was"
    bench.now += 500
    assert bench.send(number) == "success"


def test_rows_that_are_put_off_hold_up_no_others(bench: Own) -> None:
    """There are more of them than one look takes."""
    bench.threads.trouble = raise_at("upload", "Away", TryLater("Away.", 600))
    for number in range(40):
        bench.post("Away", at=bench.now + 100, ref=f"away {number}")
    bench.post("One", at=bench.now + 200)
    bench.look_ahead(times=2)
    assert bench.threads.uploads.count("Away") == 40, "each is tried once"
    assert "One" in bench.threads.uploads


def test_nothing_is_written_for_a_network_that_takes_nothing_ahead(bench: Own) -> None:
    bench.threads.ahead = 0.0
    number = bench.post("One", at=bench.now + 100)
    bench.look_ahead()
    assert bench.threads.uploads == []
    assert bench.row(number)["idempotency_key"] is None
    bench.now += 100
    assert bench.send(number) == "success"


# Whole accounts


def test_a_network_that_asks_to_wait_is_asked_nothing_by_its_account(bench: Own) -> None:
    first, second = bench.post("One"), bench.post("Two", ref="two")
    other = bench.post("Three", channel=bench.other)
    bench.threads.trouble = raise_at("before", "One", RateLimited("Slowly.", 300), times=1)
    assert bench.send(first) == "not_sent"
    assert bench.row(second)["due_at"] == bench.now + 300
    assert bench.send(second) == "not_sent"
    assert bench.send(other) == "success"
    bench.now += 300
    assert [bench.send(row_id) for row_id in (first, second)] == ["success", "success"]


def test_a_locked_keyring_is_waited_for(bench: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    number = bench.post("One", at=bench.now + 5)
    bench.now += 5
    locked = raise_at("before", "One", SecretsLocked("Keyring is locked. Unlock it."))
    bench.threads.trouble = locked
    for _ in range(100):
        assert bench.send(number) == "not_sent"
        bench.now += 60
        bench.restart()
    (account,) = [account for account in bench.accounts.all() if account["handle"] == "@a"]
    assert (account["health"], account["health_note"]) == (
        "locked",
        "Keyring is locked. Unlock it.",
    )
    assert bench.accounts.locked() == {"note": "Keyring is locked. Unlock it.", "posts": 1}
    bench.threads.trouble = lambda _step, _part: None
    assert bench.send(number) == "success", "not missed: the keyring was away, not the computer"
    assert bench.accounts.get(account["id"])["health"] == "ok"
    assert bench.accounts.locked() is None
    assert bench.threads.texts() == ["One"]


def test_a_sign_in_that_ended_marks_the_account_and_its_channel(bench: Own) -> None:
    number = bench.post("One")
    bench.threads.trouble = raise_at("before", "One", SignInAgain("Signed out."))
    assert bench.send(number) == "error"
    (account,) = [account for account in bench.accounts.all() if account["handle"] == "@a"]
    assert account["health"] == "sign_in_again"
    assert bench.channels.get(bench.own)["active"] == 0
    assert bench.connect("a") == bench.own, "connected again it is the same channel"
    assert bench.channels.get(bench.own)["active"] == 1


def test_what_a_network_says_is_stored_without_the_secret(bench: Own) -> None:
    number = bench.post("One", comment="Said")
    bench.threads.trouble = raise_at("before", "Said", Refused("Wrong: token-of-a."))
    assert bench.send(number) == "success"
    assert "Wrong: ***." in bench.row(number)["error_msg"]
    assert "Wrong: ***." in bench.row(number)["posted"]
    bench.threads.trouble = raise_at("before", "Two", SignInAgain("Ended: token-of-a."))
    assert bench.send(bench.post("Two", ref="two")) == "error"
    (account,) = [account for account in bench.accounts.all() if account["handle"] == "@a"]
    assert account["health_note"] == "Ended: ***."
    rows = [dict(row) for row in bench.store.rows("SELECT * FROM schedules")]
    assert "token-of-a" not in json.dumps([*rows, account])


def test_how_many_posts_wait_is_counted_for_each_account(bench: Own) -> None:
    for number, channel in enumerate((bench.own, bench.own, bench.other)):
        bench.post("One", at=bench.now + 900, channel=channel, ref=str(number))
    own, other = (row["id"] for row in bench.accounts.all())
    assert bench.accounts.waiting() == {own: 2, other: 1}


def test_what_waits_for_a_disconnected_account_says_so(bench: Own) -> None:
    number = bench.post("One", at=bench.now + 900)
    (account,) = [account for account in bench.accounts.all() if account["handle"] == "@a"]
    bench.accounts.remove(account["id"])
    assert bench.status(number) == "error"
    assert "disconnected" in bench.row(number)["error_msg"]
    assert bench.own not in [channel["id"] for channel in bench.channels.all()]
    assert bench.connect("a") == bench.own, "connected again it is the same channel"
    assert bench.own in [channel["id"] for channel in bench.channels.all()]


def test_words_go_out_as_they_were_composed(bench: Own) -> None:
    text = "I <3 you &amp; {a|b} {post_title} <b>x</b>\n\n\n\nend"
    bench.send(bench.post(text, text, comment=text))
    assert bench.threads.texts() == [text] * 3
