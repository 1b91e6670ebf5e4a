"""Accounts of this computer: Compose goes by what their servers take, and leaves words alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from posto_desktop.common.account_limits import Limits
from posto_desktop.core.checks import Finding, check
from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.fixes import apply_fix
from posto_desktop.core.limits import limits_for, limits_of
from posto_desktop.core.posts import items_of
from posto_desktop.core.published_text import as_published
from posto_desktop.core.text import count_as
from posto_desktop.models.parsed_time import ParsedTime
from posto_desktop.sdk.networks import find
from posto_desktop.sdk.records import Channel
from posto_desktop.server.connect.catalogue import networks_json
from posto_desktop.server.publishers.all import Publishers
from posto_desktop.viewmodels.assessment import assess

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SNAC = Limits(text=5000, unit="graphemes_url23", link_length=23, files=6, alt=300, image_bytes=9)
OWN = Channel(1, "alice", "mastodon", method="mastodon", limits=SNAC)
SMALL = Channel(2, "bob", "mastodon", method="mastodon", limits=Limits(text=200, files=2))
SANDBOX = Channel(3, "Sandbox Mastodon", "mastodon", method="sandbox")
FILES = [MediaRef(f"/{n}.jpg", f"{n}.jpg", 10, "image", alt="A bag") for n in range(7)]


def findings_of(draft: Draft, *channels: Channel) -> list[Finding]:
    return check(draft, channels, NOW)


def local(text: str = "Hello", **fields: Any) -> Draft:
    return Draft(text=text, workspace=LOCAL, **fields)


def test_the_server_says_how_long_a_text_may_be() -> None:
    assert findings_of(local("a " * 2500), OWN) == []
    (finding,) = findings_of(local("a " * 2500 + "bcd"), OWN)
    assert (finding.severity, finding.code) == ("error", "text_too_long")
    assert "allows 5,000 characters" in finding.sentence
    assert "the service cuts" not in finding.sentence
    (fits,) = finding.more
    text = apply_fix(local("a " * 2500 + "bcd"), fits).variants["mastodon"]
    assert 4900 < count_as(text, limits_of(OWN)) <= 5000
    assert [finding.code for finding in findings_of(local("a " * 250), SANDBOX)] == ["text_cut"]


def test_the_server_says_how_many_files_it_takes() -> None:
    assert findings_of(local(media=FILES[:6]), OWN) == []
    (finding,) = findings_of(local(media=FILES), OWN)
    assert (finding.severity, finding.code) == ("error", "too_many_files")
    assert "allows 6 files" in finding.sentence
    needs = Channel(4, "pix", "mastodon", limits=Limits(needs_media=True))
    assert [finding.code for finding in findings_of(local(), needs)] == ["media_missing"]


def test_words_are_published_as_they_were_typed() -> None:
    text = "I <3 you, {a|b} {post_title} &lt;"
    assert findings_of(local(text), OWN) == []
    assert as_published(text, limits_of(OWN), local=True) == text
    codes = {finding.code for finding in findings_of(local(text), OWN, SANDBOX)}
    assert codes == {"text_tags", "text_spintax", "text_variables", "text_entities"}
    for finding in findings_of(local(text), OWN, SANDBOX):
        assert finding.channel_ids == (SANDBOX.id,)


def test_accounts_of_one_network_have_limits_of_their_own() -> None:
    (finding,) = findings_of(local("x" * 201), OWN, SMALL)
    assert finding.channel_ids == (SMALL.id,)
    result = assess(local("x" * 150), [OWN, SMALL], NOW, ParsedTime())
    (count,) = result.counts
    assert (count.used, count.limit) == (150, 200)
    assert result.by_key["mastodon"] == count
    assert [group.ids for group in result.post.groups] == [[1], [2]]  # type: ignore[union-attr]


def test_a_link_and_a_first_comment_go_to_accounts_of_this_computer() -> None:
    telegram = Channel(5, "News", "telegram", limits=Limits(text=4096, unit="utf16_units"))
    ghost = Channel(6, "Blog", "ghost", limits=Limits())
    draft = local(link="https://a.example/b", first_comment="More below")
    assert findings_of(draft, OWN, telegram) == []
    items = {item.network: item.data for item in items_of(draft, [OWN, telegram, ghost], "ref")}
    for data in items.values():
        assert (data["attach_link"], data["custom_link"]) == (True, "https://a.example/b")
    assert items["telegram"]["first_comment"] == "More below"
    assert "first_comment" not in items["ghost"]
    assert [finding.code for finding in findings_of(draft, ghost)] == ["comment_unsupported"]
    (plain,) = items_of(draft, [Channel(7, "News", "telegram")], "ref")
    assert plain.data["attach_link"] is False
    assert "first_comment" not in plain.data


def test_pictures_are_described_where_the_network_shows_it() -> None:
    file = MediaRef("/a.jpg", "a.jpg", 10, "image", alt="x" * 301)
    (finding,) = findings_of(local(media=[file]), OWN)
    assert finding.code == "description_too_long"
    assert limits_of(SMALL).alt_max == 1500
    assert not limits_of(Channel(8, "t", "ntfy", limits=Limits())).alt_text_sent


def test_what_a_server_does_not_say_is_the_networks() -> None:
    bare = limits_of(Channel(9, "x", "bluesky", limits=Limits()))
    known = limits_for("bluesky")
    assert (bare.text_max, bare.text_unit, bare.media_max) == (
        known.text_max,
        known.text_unit,
        known.media_max,
    )
    described = replace(limits_for("mastodon"), alt_text_sent=True)
    assert limits_of(SANDBOX) == described, "the sandbox keeps descriptions"


@pytest.mark.parametrize(
    "entry", networks_json(Publishers()), ids=lambda network: network["method"]
)
def test_every_network_that_can_be_connected_is_known(entry: dict[str, Any]) -> None:
    assert find(entry["network"]) is not None
    assert limits_for(entry["network"]).post_keys  # an entry of its own, not the defaults
