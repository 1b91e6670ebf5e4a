"""Every fix leads to a post without the finding that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core import fixes
from posto_desktop.core.checks import Finding, Fix, ScheduledText, check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.times import read_when
from tests.unit.core.window_kinds import WINDOW_KINDS

NOW = datetime(2026, 11, 25, 12, 0, 20, tzinfo=ZoneInfo("Europe/Berlin"))
NETWORKS = [network.slug for network in all_networks()]
CHANNELS = [Channel(n, f"c{n}", slug) for n, slug in enumerate([*NETWORKS, "twitter", "fb"], 1)]
IDS = [channel.id for channel in CHANNELS]


def findings_of(draft: Draft, scheduled: list[ScheduledText]) -> list[Finding]:
    """As the app asks: the When field read, the chosen channels looked up."""
    try:
        reading = read_when(draft.when_text, NOW) if draft.when_text else None
    except WhenError as error:
        reading = error if error.when is not None else None
    chosen = [channel for channel in CHANNELS if channel.id in draft.channel_ids]
    return check(draft, chosen, NOW, reading, scheduled=scheduled)


def same(finding: Finding, other: Finding) -> bool:
    """The same complaint; its numbers may have changed."""
    shared = set(finding.channel_ids) & set(other.channel_ids)
    return (
        finding.code == other.code
        and finding.file == other.file
        and (bool(shared) or finding.channel_ids == other.channel_ids)
    )


def fixes_of(finding: Finding) -> list[Fix]:
    return [*([finding.fix] if finding.fix else []), *finding.more]


PIECES = [
    "word ", "👍🏽 ", "漢字", "https://example.com/some/page ", "example.com/x ", "#tag ", "@ana ",
    "<3 ", "a<b ", "<b>x</b> ", "<<", "{a|b} ", "{a|{b|c}} ", "{post_title} ", "&amp; ", "&amp;lt;",
    "&lt;", "\n", "\n\n\n\n\n", "   ", "e\u0301", "(#){}[]_~*|", "@ana@far.example ", "{", "}", "<",
]  # fmt: skip
words = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
writing = st.builds(lambda word, times: word * times, words, st.sampled_from([0, 1, 1, 3, 30, 90]))
refs = st.builds(
    MediaRef,
    path=st.sampled_from([f"/{n}" for n in range(9)]),
    name=st.sampled_from(["a.jpg", "b.png", "c.webp", "d.mp4", "e.gif"]),
    size=st.sampled_from([10, 5_000_000, 400_000_000, 20_000_000_000]),
    kind=st.sampled_from(["image", "image", "video", "gif"]),
    alt=st.sampled_from(["", "A bag", "a" * 600]),
    width=st.sampled_from([0, 100, 1000, 4000]),
    height=st.sampled_from([0, 100, 1500, 9000]),
    duration=st.sampled_from([0.0, 0.1, 30.0, 90_000.0]),
)
options = st.dictionaries(
    st.sampled_from(["reddit", "fb", "channel:3", "channel:9", "pinterest"]),
    st.fixed_dictionaries(
        {},
        optional={
            "post_title": st.sampled_from(["Own", "t" * 400]),
            "custom_link": st.just("https://own.example/"),
            "attach_link": st.booleans(),
        },
    ),
)
drafts = st.builds(
    Draft,
    workspace=st.sampled_from(["local", "account"]),
    text=writing,
    variants=st.dictionaries(
        st.sampled_from([*NETWORKS, "channel:1", "channel:3", "channel:12"]), writing, max_size=3
    ),
    media=st.lists(refs, max_size=12, unique_by=lambda ref: ref.path),
    channel_ids=st.lists(st.sampled_from(IDS), min_size=1, max_size=8, unique=True),
    link=st.sampled_from(["", "", "https://nordlicht.example/roast"]),
    first_comment=st.sampled_from(["", "", "More in the shop  \n\n\n\n\nbelow"]),
    title=st.sampled_from(["", "A title", "t" * 400]),
    options=options,
    when_text=st.sampled_from(["", "now", "tomorrow at 9", "in 1 minute", "1 January 2020"]),
)
rows = st.lists(
    st.builds(
        ScheduledText.of, st.sampled_from(IDS), st.just(NOW + timedelta(hours=3)), st.just("word ")
    ),
    max_size=3,
)


@settings(max_examples=3 * settings.default.max_examples)
@given(drafts, rows)
def test_a_fix_leads_to_a_post_without_its_finding(
    draft: Draft, scheduled: list[ScheduledText]
) -> None:
    before = draft.to_json()
    for finding in findings_of(draft, scheduled):
        for fix in fixes_of(finding):
            assert fix.label.strip()
            if fix.kind not in fixes.KINDS:
                assert fix.kind in WINDOW_KINDS
                continue
            fixed = fixes.apply_fix(draft, fix)
            left = [
                remaining for remaining in findings_of(fixed, scheduled) if same(finding, remaining)
            ]
            assert not left, (finding, fix, left)
    assert draft.to_json() == before


def findings(draft: Draft, *channels: Channel, **more: Any) -> list[Finding]:
    draft = replace(draft, channel_ids=tuple(channel.id for channel in channels))
    return check(draft, channels, datetime(2026, 11, 25, 12, 0, tzinfo=UTC), **more)


def fix_of(findings: list[Finding], kind: str) -> Fix:
    [fix] = [fix for finding in findings for fix in fixes_of(finding) if fix.kind == kind]
    return fix


X = Channel(1, "@nordlicht", "twitter")
BLUESKY = Channel(2, "nordlicht.example", "bluesky")
INSTAGRAM = Channel(3, "nordlicht.coffee", "instagram")
TELEGRAM = Channel(4, "News", "telegram")


def test_a_shortened_text_ends_at_a_word_and_is_the_networks_own() -> None:
    draft = Draft(text="The winter roast is here. " * 11)
    fixed = fixes.apply_fix(draft, fix_of(findings(draft, X, BLUESKY), "shorten"))
    assert fixed.text == draft.text
    [(slug, short)] = fixed.variants.items()
    assert slug == "twitter"
    assert short.endswith(" roast…")
    assert len(short) <= 280
    assert draft.variants == {}


@pytest.mark.parametrize(
    ("text", "kind", "after"),
    [
        ("I <3 you", "space_tags", "I < 3 you"),
        ("a<b and 1 < 2", "space_tags", "a< b and 1 < 2"),
        ("{tea|milk} {x} {a|{b|c}}", "plain_choices", "{tea/milk} {x} {a|{b/c}}"),
        ("See {post_title}, {tea}", "plain_variables", "See { post_title}, {tea}"),
        ("Tea &amp; coffee &copy; R&D", "plain_entities", "Tea & coffee © R&D"),
    ],
)
def test_what_the_service_would_change_is_written_so_that_it_stays(
    text: str, kind: str, after: str
) -> None:
    draft = Draft(text=text, variants={"bluesky": "own " + text})
    fixed = fixes.apply_fix(draft, fix_of(findings(draft, X, BLUESKY), kind))
    assert fixed.text == after
    assert fixed.variants == {"bluesky": "own " + after}


def test_the_last_hashtags_go() -> None:
    bag = MediaRef("/b.jpg", "b.jpg", 10, alt="x")
    tags = " ".join(f"#tag{n}" for n in range(32))
    draft = Draft(text=f"New:\n{tags} in the shop", media=[bag])
    fix = fix_of(findings(draft, INSTAGRAM), "drop_hashtags")
    assert fix.label == "Remove 2 hashtags"
    fixed = fixes.apply_fix(draft, fix)
    assert fixed.variants["instagram"].endswith("#tag28 #tag29 in the shop")


def test_a_link_and_a_comment_go_into_the_text_of_those_without() -> None:
    draft = Draft(text="Hello", link="https://example.com/", first_comment="More")
    fixed = fixes.apply_fix(draft, fix_of(findings(draft, X, TELEGRAM), "link_into_text"))
    fixed = fixes.apply_fix(fixed, fix_of(findings(fixed, X, TELEGRAM), "comment_into_text"))
    assert fixed.variants == {"telegram": "Hello\n\nhttps://example.com/\n\nMore"}
    assert findings(fixed, X, TELEGRAM) == []


def test_a_cut_keeps_the_turn_and_the_cut_before() -> None:
    wide = MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=3000, height=1000)
    draft = Draft(text="a", media=[wide])
    fixed = fixes.apply_fix(draft, fix_of(findings(draft, INSTAGRAM), "crop_to_fit"))
    crop = fixed.media[0].network_edits["instagram"].crop
    assert crop is not None
    assert crop[2] * 3000 / 1000 == pytest.approx(1.91, abs=0.01)
    assert fixed.media[0].edit is None


def test_kinds_for_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="edit_for"):
        fixes.apply_fix(Draft(), Fix("edit_for", "Edit", "twitter"))
    assert not fixes.KINDS & WINDOW_KINDS
