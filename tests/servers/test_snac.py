"""The publisher of the Mastodon API against snac2, which knows no keys and lists public posts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posto_desktop.server.publishers.base import Found, Refused, Unclear
from posto_desktop.server.publishers.mastodon import Mastodon
from tests.needs import require
from tests.servers.middleman import Middleman, lost, middleman
from tests.servers.posting import Person, make_post
from tests.servers.snac import PROGRAM, Snac

STATUSES = "/api/v1/statuses"


@pytest.fixture
def snac() -> Iterator[Snac]:
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


@pytest.fixture
def between(snac: Snac) -> Iterator[Middleman]:
    with middleman(snac.url) as proxy:
        yield proxy


@pytest.fixture
def person(snac: Snac, between: Middleman) -> Person:
    between.reset()
    return Person.connect(Mastodon(), server=snac.url, token=snac.token()).by(between.url)


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_a_post_of_any_visibility_is_found_when_its_answer_is_lost(
    person: Person, between: Middleman, visibility: str
) -> None:
    part, record = person.ready(make_post("Whoever sees it", extra={"visibility": visibility}))
    between.fail(STATUSES, spoil=lost)
    with pytest.raises(Unclear):
        person.publisher.send(person.account, part, record)
    outcome, result = person.publisher.lookup(person.account, part, record, ())
    assert outcome is Found.SENT
    # The next one with the same words is another post.
    later_part, later_record = person.ready(make_post("Whoever sees it"))
    outcome, _ = person.publisher.lookup(person.account, later_part, later_record, ())
    assert outcome is Found.NOT_SENT
    assert result is not None


def test_a_lost_answer_is_known_behind_a_burst_of_sixty(person: Person, between: Middleman) -> None:
    posts = [make_post(f"Number {number} of sixty") for number in range(60)]
    ready = [person.ready(post) for post in posts]
    results = [person.publisher.send(person.account, *prepared) for prepared in ready[:5]]
    between.fail(STATUSES, spoil=lost)
    with pytest.raises(Unclear):
        person.publisher.send(person.account, *ready[5])
    results += [person.publisher.send(person.account, *prepared) for prepared in ready[6:59]]
    taken = [result.id for result in results]
    outcome, result = person.publisher.lookup(person.account, *ready[5], taken)
    assert outcome is Found.SENT
    assert result is not None
    outcome, _ = person.publisher.lookup(person.account, *ready[59], [*taken, result.id])
    assert outcome is Found.NOT_SENT
    # By its address, too, however old.
    looked_up = person.publisher.find(person.account, *ready[5], f"{result.url}/", taken)
    assert looked_up == result
    with pytest.raises(Refused, match="no post at this address"):
        person.publisher.find(person.account, *ready[5], f"{person.account.server}/bob/p/1", taken)
