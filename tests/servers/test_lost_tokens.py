"""Ends the process between the network's new token and its saving in the keyring."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

import pytest

from posto_desktop.server.publishers.base import Secret
from posto_desktop.server.publishers.bluesky import Bluesky
from tests.servers.bluesky import BlueskyServer
from tests.servers.middleman import middleman
from tests.servers.posting import Person, make_post
from tests.unit.server.sending import PowerCut

RENEWING = "refreshSession"


def cut(_secret: Secret) -> None:
    raise PowerCut


def in_a_new_process(person: Person) -> Person:
    """The same account, of which nothing is in memory."""
    return replace(person, publisher=Bluesky())


@pytest.mark.parametrize("times", [1, 3])
def test_a_renewed_token_that_is_lost_before_it_is_kept_ends_no_account(
    bluesky: BlueskyServer, times: int
) -> None:
    made = bluesky.create_account(f"l{secrets.token_hex(5)}")
    given = {"handle": made.handle, "password": made.app_password}
    with middleman(bluesky.url) as between:
        person = Person.connect(Bluesky(), server=bluesky.url, **given).by(between.url)
        ready = person.uploaded(make_post("Once"))
        stored = dict(person.secrets[-1])
        between.reset()
        for _ in range(times):
            broken = in_a_new_process(person)
            broken.account = replace(person.account, keep_secret=cut)
            with pytest.raises(PowerCut):
                broken.send(ready, time.time())
        assert between.count(RENEWING) == times
        assert between.count("putRecord") == 0, "what is not kept is not used"
        assert person.secrets[-1] == stored
        again = in_a_new_process(person)
        again.send(ready, time.time())
        assert person.secrets[-1]["refresh"] != stored["refresh"]
        assert person.secrets[-1]["password"] == made.app_password
        in_a_new_process(person).publish(make_post("And again"), time.time())
    shown = [post["value"]["text"] for post in reversed(bluesky.posts(made.did))]
    assert shown == ["Once", "And again"]
