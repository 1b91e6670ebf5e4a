from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from posto_desktop.core.link_card import LinkCard, LinkCardError
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.transport import Transport
from posto_desktop.workers import link_cards
from posto_desktop.workers.link_cards import CardCache, LinkCards
from posto_desktop.workers.runner import JobHandle, JobRunner
from tests.unit.sdk.scripted import Reply, Scripted


@pytest.fixture
def web() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    made.close()


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


@pytest.fixture
def cards(runner: JobRunner) -> Iterator[LinkCards]:
    made = LinkCards(
        runner,
        runner,
        transport=lambda: Transport(
            Endpoint("https://outside.invalid"),
            None,
            timeout=(5, 5),
            retries=0,
            allow_private=True,
        ),
    )
    yield made
    made.close()


def result(qtbot: QtBot, handle: JobHandle) -> Any:
    got: list[Any] = []
    handle.done.connect(got.append)
    handle.failed.connect(got.append)
    handle.cancelled.connect(lambda: got.append("cancelled"))
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_a_card_is_fetched_once(qtbot: QtBot, cards: LinkCards, web: Scripted) -> None:
    web.files["/"] = Reply(200, "<title>T</title>")
    owner = QObject()
    assert cards.known(f"{web.url}/") is None
    card = result(qtbot, cards.card(f" {web.url}/ ", owner))
    assert isinstance(card, LinkCard)
    assert card.title == "T"
    assert cards.known(f"{web.url}/") == card
    assert result(qtbot, cards.card(f"{web.url}/", owner)) == card
    assert web.count() == 1


def test_a_failure_is_told_each_time_but_not_asked_for_again(
    qtbot: QtBot, cards: LinkCards, web: Scripted
) -> None:
    owner = QObject()
    for _ in range(2):
        error = result(qtbot, cards.card(f"{web.url}/missing", owner))
        assert isinstance(error, LinkCardError)
        assert "404" in error.user_message
    assert web.count() == 1


def test_a_picture_comes_as_bytes(qtbot: QtBot, cards: LinkCards, web: Scripted) -> None:
    owner = QObject()
    web.files["/a.png"] = Reply(200, b"\x89PNG")
    assert result(qtbot, cards.picture(f"{web.url}/a.png", owner)) == b"\x89PNG"


def test_a_cancelled_card_is_not_remembered(qtbot: QtBot, cards: LinkCards, web: Scripted) -> None:
    web.files["/"] = Reply(200, "<title>T</title>")
    owner = QObject()
    handle = cards.card(f"{web.url}/", owner)
    handle.cancel()
    first = result(qtbot, handle)
    assert first == "cancelled" or isinstance(first, LinkCard)
    assert isinstance(result(qtbot, cards.card(f"{web.url}/", owner)), LinkCard)


def test_by_default_private_addresses_are_refused(
    qtbot: QtBot, runner: JobRunner, web: Scripted
) -> None:
    cards = LinkCards(runner, runner)
    error = result(qtbot, cards.card(f"{web.url}/", runner))
    assert isinstance(error, LinkCardError)
    assert error.reason == "private_address"
    assert web.count() == 0
    cards.close()


def test_the_cache_forgets() -> None:
    now = [0.0]
    cache = CardCache(lambda: now[0])
    cache.put("a", LinkCard("a"))
    cache.put("b", LinkCardError("no"))
    now[0] = link_cards.KEEP_FAILURE_SECONDS
    assert cache.get("a") == LinkCard("a")
    assert cache.get("b") is None
    for number in range(link_cards.KEPT):
        cache.put(str(number), LinkCard(str(number)))
    assert cache.get("a") is None
    assert cache.get("0") is not None
    now[0] = link_cards.KEEP_SECONDS * 2
    assert cache.get("0") is None
