"""Figures that networks give of a post, and addresses that a person pastes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from posto_desktop.server.publishers.base import Publisher, Refused
from posto_desktop.server.publishers.discord import DiscordWebhook
from posto_desktop.server.publishers.telegram import Telegram
from tests.servers.conversations.cases import CASES
from tests.servers.posting import Person, make_post
from tests.servers.scripted import served


def person_of(name: str) -> Any:
    """A server of the conversations, and the account at it."""
    case = CASES[name]
    return case, served(case.server())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("misskey", {"Replies": 2, "Renotes": 1, "Reactions": 7}),
        ("lemmy", {"Score": 12, "Comments": 3}),
    ],
)
def test_figures_are_those_of_the_network(name: str, expected: dict[str, int]) -> None:
    case, serving = person_of(name)
    with serving as server:
        person = Person.connect(case.publisher(), **case.fields(server.url))
        (result,) = person.publish(make_post("Counted", title="Counted"), time.time())
        figures = person.publisher.insights(person.account, result.id)
    assert {figure["label"]: figure["value"] for figure in figures} == expected


def test_a_note_is_found_by_its_address() -> None:
    case, serving = person_of("misskey")
    with serving as server:
        person = Person.connect(case.publisher(), **case.fields(server.url))
        part, record = person.uploaded(make_post("Once"))[0]
        result = person.publisher.send(person.account, part, record)
        looked_up = person.publisher.find(person.account, part, record, result.url, ())
        assert looked_up == result
        for link in (f"{server.url}/notes/none", f"{server.url}/@alice"):
            with pytest.raises(Refused):
                person.publisher.find(person.account, part, record, link, ())


@pytest.mark.parametrize(
    ("publisher", "link", "number"),
    [
        (Telegram(), "https://t.me/fjord/42", "42"),
        (Telegram(), "https://t.me/c/1234567/42", "42"),
        (Telegram(), "https://t.me/fjord", None),
        (DiscordWebhook(), "https://discord.com/channels/1/2/345", "345"),
        (DiscordWebhook(), "https://discord.com/channels/1/2", None),
    ],
)
def test_where_nothing_can_be_looked_for_the_address_is_believed(
    publisher: Publisher, link: str, number: str | None
) -> None:
    part = publisher.parts(make_post("Once"))[0]
    asked: Any = None  # neither asks its server
    if number is None:
        with pytest.raises(Refused, match="not the address of a post"):
            publisher.find(asked, part, {}, link, ())
    else:
        looked_up = publisher.find(asked, part, {}, link, ())
        assert looked_up is not None
        assert looked_up.id == number
        assert publisher.find(asked, part, {}, "", ()) is None
