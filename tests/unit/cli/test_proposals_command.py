"""`posto proposals`: a person at a terminal confirms, a program with a pipe does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import Output
from posto_desktop.cli.schema import RESULTS, schema_of
from posto_desktop.cli.session import Session
from posto_desktop.core.draft import Draft
from posto_desktop.core.proposals import Proposal
from posto_desktop.delivery.proposals import Proposals, ProposedMessage
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.database import Database
from tests.unit.cli.conftest import Posto

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def db(posto: Posto) -> Iterator[Database]:
    assert posto("channels", "--json").code == Exit.DONE
    made = posto.database()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def answered(db: Database) -> Iterator[None]:
    """What a test asked for waits no longer in the next one."""
    yield
    for waiting in Proposals(db).waiting():
        Proposals(db).decline(waiting.digest)


def ask(posto: Posto, db: Database, text: str) -> Proposal:
    """As an agent does."""
    listed = posto("channels", "--json").data
    row_of_x = next(row for row in listed if row["network"] == "twitter")
    channel = Channel(row_of_x["id"], row_of_x["name"], row_of_x["network"])
    at = datetime.now(UTC) + timedelta(days=1)
    message = ProposedMessage(Draft(text=text, channel_ids=(channel.id,)), (channel,), (at,))
    return Proposals(db).propose_schedule([message], "Claude\u202eDesktop")


def test_listed_and_shown_with_everything(posto: Posto, db: Database) -> None:
    asked = ask(posto, db, "Line one\x1b[2J\nLine two")
    listed = posto("proposals", "list", "--json")
    assert [row["short"] for row in listed.data] == [asked.short_digest]
    jsonschema.validate(listed.json, schema_of(RESULTS["proposals list"]))
    assert asked.short_digest in posto("proposals", "list").out
    shown = posto("proposals", "show", asked.short_digest)
    assert shown.code == Exit.DONE
    assert "“ClaudeDesktop” asks to schedule 1 post" in shown.out
    assert "    Line two" in shown.out
    assert "\x1b" not in shown.out
    assert posto("proposals", "show", "00000000").code == Exit.NOT_FOUND


def test_declined(posto: Posto, db: Database) -> None:
    asked = ask(posto, db, "No")
    assert posto("proposals", "decline", asked.short_digest).code == Exit.DONE
    again = posto("proposals", "decline", asked.short_digest)
    assert again.code == Exit.REFUSED
    assert "answered already" in again.err
    assert posto("proposals", "list", "--json").data == []
    assert {row["state"] for row in posto("proposals", "list", "--all", "--json").data} >= {
        "declined"
    }


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_pipe_confirms_nothing(posto: Posto, db: Database, more: tuple[str, ...]) -> None:
    asked = ask(posto, db, "Piped")
    ended = posto(
        "proposals", "confirm", asked.digest, *more, stdin=f"{asked.short_digest}\ny\n" * 9
    )
    assert ended.code == Exit.USAGE
    assert "Only a person at a terminal" in ended.out + ended.err
    assert Proposals(db).get(asked.digest).state == "asked"
    assert db.outbox("local") == []


class Person:
    """Somebody at a terminal of their own, in which a command runs."""

    def __init__(self, posto: Posto, *arguments: str) -> None:
        self._master, slave = os.openpty()
        environment = {**os.environ, "POSTO_KEYRING": "off", "TERM": "xterm"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "posto_desktop.cli", "--home", str(posto.home), *arguments],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            preexec_fn=lambda: _take_terminal(slave),
        )
        os.close(slave)
        self.seen = ""

    def read_until(self, words: str) -> None:
        while words not in self.seen:
            self.seen += os.read(self._master, 4096).decode("utf-8", "replace")

    def type(self, words: str) -> tuple[int, str]:
        """Type a line; the exit code and the output."""
        os.write(self._master, words.encode() + b"\n")
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            out = stdout.read().decode()
        code = self.process.wait()
        os.close(self._master)
        return code, out


def _take_terminal(slave: int) -> None:
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


@pytest.mark.skipif(os.name == "nt", reason="makes a terminal of Unix")
def test_a_person_types_the_digest(posto: Posto, db: Database) -> None:
    asked = ask(posto, db, "By hand")
    person = Person(posto, "proposals", "confirm", asked.short_digest)
    person.read_until("confirm exactly this: ")
    assert "By hand" in person.seen
    code, _ = person.type("00000000")
    assert code == Exit.REFUSED
    assert Proposals(db).get(asked.digest).state == "asked"

    person = Person(posto, "proposals", "confirm", asked.short_digest, "--json")
    person.read_until("confirm exactly this: ")
    code, out = person.type(asked.short_digest)
    assert code == Exit.DONE, out
    jsonschema.validate(json.loads(out), schema_of(RESULTS["proposals confirm"]))
    sent: Any = json.loads(out)["data"]
    assert (sent["state"], sent["sent"][0]["state"]) == ("done", "sent")
    assert len(posto_schedule(posto, "By hand")) == 1


def posto_schedule(posto: Posto, text: str) -> list[Schedule]:
    """The posts of the schedule with this text."""
    session = Session(str(posto.home), "", Output(as_json=True))
    try:
        return [row for row in session.client.sdk.schedules.iter() if row.text == text]
    finally:
        session.close()


@pytest.mark.skipif(os.name == "nt", reason="makes a terminal of Unix")
def test_a_confirmed_move_and_deletion_are_carried_out(posto: Posto, db: Database) -> None:
    sent = posto("post", "To be moved", "--to", "twitter", "--when", "in 3 days", "--yes", "--json")
    assert sent.code == Exit.DONE, sent.out
    [row] = posto_schedule(posto, "To be moved")
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    for asked in (
        Proposals(db).propose_move([row], {row.id: at}, "local", "Claude"),
        None,
    ):
        [now] = posto_schedule(posto, "To be moved")
        proposal = asked or Proposals(db).propose_delete([now], "local", "Claude")
        person = Person(posto, "proposals", "confirm", proposal.short_digest)
        person.read_until("confirm exactly this: ")
        assert person.type(proposal.short_digest) == (Exit.DONE, "Done.\n")
        if asked is not None:
            assert [row.send_at for row in posto_schedule(posto, "To be moved")] == [at]
    assert posto_schedule(posto, "To be moved") == []
