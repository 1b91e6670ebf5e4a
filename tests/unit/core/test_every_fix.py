"""Each finding of the checks once, and what its buttons do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.common.budgets import Budget
from posto_desktop.core.checks import CheckedPost, Code, Finding, Fix, ScheduledText, check_post
from posto_desktop.core.checks.accounts import look_ahead
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.fixes import KINDS, apply_fix
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.sdk import AutoShareSettings
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.times import read_when
from tests.unit.core.window_kinds import WINDOW_KINDS

NOW = datetime(2026, 11, 25, 12, 0, 20, tzinfo=ZoneInfo("Europe/Berlin"))
X = Channel(1, "@nordlicht", "twitter")
X2 = Channel(2, "@fjord", "twitter")
BLUESKY = Channel(3, "nordlicht.example", "bluesky")
INSTAGRAM = Channel(4, "nordlicht.coffee", "instagram")
INSTAGRAM2 = Channel(5, "fjord.coffee", "instagram")
TELEGRAM = Channel(6, "News", "telegram")
REDDIT = Channel(7, "r/coffee", "reddit")
PINTEREST = Channel(8, "Recipes", "pinterest")
LINKEDIN = Channel(9, "Nordlicht", "linkedin")
TIKTOK = Channel(10, "@nordlicht.tok", "tiktok")
THREADS = Channel(11, "nordlicht", "threads")
GOOGLE = Channel(12, "Shop", "google_b")
EXPIRED = Channel(13, "Fjord", "fb", active=False)
REDDIT2 = Channel(14, "r/tea", "reddit")
PLURK = Channel(15, "plurk", "plurk")
MASTODON = Channel(16, "@nordlicht", "mastodon", further_parts="replies")
MY_BLUESKY = Channel(17, "nordlicht.example", "bluesky", further_parts="replies")
WORDPRESS = Channel(18, "Blog", "wordpress", further_parts="joined")
MY_LINKEDIN = Channel(19, "Nordlicht", "linkedin", further_parts="comments")


def bag(number: int = 1, **more: Any) -> MediaRef:
    facts = {"size": 10_000, "alt": "A bag", "width": 1000, "height": 1000, **more}
    return MediaRef(f"/nowhere/{number}.jpg", f"{number}.jpg", **facts)


def film(**more: Any) -> MediaRef:
    facts = {"size": 10_000, "width": 1280, "height": 720, "duration": 20.0, **more}
    return MediaRef("/nowhere/f.mp4", "f.mp4", kind="video", **facts)


GIF = MediaRef("/nowhere/a.gif", "a.gif", 10_000, "gif", "A", 500, 500, 3.0)
LONG_TITLE = "t" * 400
OWN_TITLE = {"reddit": {"post_title": "Fine"}, "channel:7": {"post_title": LONG_TITLE}}
STYLED_TITLE = ResolvedStyle("s", style={"reddit": {"post_title": "{post_title} " + LONG_TITLE}})
ODD_STYLE = ResolvedStyle("s", style={"twitter": {"post_text": "{post_content} {nothing}"}})
WATERMARK = {"twitter": {"watermark": {"file": "logo.png"}}}
MARKED = ResolvedStyle("s", style=WATERMARK)
NO_MARK = ResolvedStyle("s", style=WATERMARK, no_marks={"logo.png": "It is damaged."})
ACCOUNT = "account"
SITE = AutoShareSettings(shortener="tinyurl_v2", joins_blank_lines=True)
THREAD = {"": ("Two", "Three")}
LONG = "This is a sentence of some words. " * 30


@dataclass(frozen=True)
class Case:
    draft: Draft
    channels: tuple[Channel, ...]
    missing: tuple[str, ...] = ()
    scheduled: tuple[ScheduledText, ...] = field(default=())
    accounts: dict[int, OwnAccount] = field(default_factory=dict)
    times: int = 1
    site: AutoShareSettings | None = None


def case(
    *channels: Channel,
    missing: Any = (),
    scheduled: Any = (),
    accounts: Any = (),
    times: int = 1,
    site: AutoShareSettings | None = None,
    **draft: Any,
) -> Case:
    ids = [channel.id for channel in channels]
    made = Draft(**{"text": "Hello", **draft}, channel_ids=ids)
    known = {channel.id: account for channel, account in accounts}
    return Case(made, channels, tuple(missing), tuple(scheduled), known, times, site)


CASES: dict[Code, list[Case]] = {
    "comment_unsupported": [case(X, TELEGRAM, first_comment="More")],
    "description_too_long": [case(PINTEREST, X, media=[bag(alt="a" * 3000)])],
    "empty": [case(X, text="")],
    "file_converted": [
        case(X, media=[film(edit=Edit(end=5.0))]),
        case(X, INSTAGRAM, media=[film(edit=Edit(fit=True, crop=(0.2, 0.0, 0.5, 1.0)))]),
    ],
    "file_length": [
        case(X, media=[film(duration=90_000.0)]),
        case(TIKTOK, X, media=[film(duration=0.2)]),
    ],
    "file_missing": [case(X, BLUESKY, media=[bag()], missing=["/nowhere/1.jpg"])],
    "file_pixels": [case(X, media=[film(width=9000, height=9000)])],
    "file_shape": [
        case(INSTAGRAM, X, media=[bag(width=3000, height=500)]),
        case(INSTAGRAM, media=[bag(width=500, height=3000, edit=Edit(turns=1))]),
        case(
            INSTAGRAM,
            media=[bag(width=3000, height=500, network_edits={"instagram": Edit(alone=True)})],
        ),
        case(X, media=[film(width=3000, height=300)]),
    ],
    "file_size": [case(X, media=[film(size=20_000_000_000)])],
    "file_small": [case(GOOGLE, INSTAGRAM, media=[bag(width=90, height=90)])],
    "file_type": [
        case(INSTAGRAM, X, media=[GIF]),
        case(X, media=[replace(film(), name="f.mkv", mime="video/x-matroska")]),
    ],
    "file_video": [
        case(
            X, INSTAGRAM, media=[film(video=VideoFacts("hevc", "opus", fps=120.0, bit_rate=9**9))]
        ),
        case(INSTAGRAM, media=[film(video=VideoFacts("h264", "aac", moov_first=False, hdr=True))]),
    ],
    "file_unusable": [case(X, BLUESKY, media=[bag(problem="1.jpg is damaged.")])],
    "link_drops_media": [case(LINKEDIN, X, media=[bag()], link="https://a.example/b")],
    "link_no_address": [
        case(X, LINKEDIN, link="not a link"),
        case(X, link="javascript:alert(1)", text="Look at https://a.example/b"),
        case(X, BLUESKY, link="https://a.example", options={"twitter": {"custom_link": "a b"}}),
        case(X, X2, options={"channel:2": {"custom_link": "http://["}}),
        case(
            X,
            style="s",
            resolved_style=ResolvedStyle("s", style={"twitter": {"custom_link": "file:///x"}}),
        ),
    ],
    "link_unsupported": [case(X, TELEGRAM, link="https://a.example/b")],
    "long_paragraph": [case(X, text="word " * 30_000)],
    "media_missing": [case(X, INSTAGRAM), case(INSTAGRAM, INSTAGRAM2)],
    "mixed_kinds": [case(X, LINKEDIN, media=[bag(1), bag(2), film()])],
    "no_channel": [case()],
    "no_description": [case(BLUESKY, X, media=[bag(alt="")])],
    "same_planned": [
        case(X, BLUESKY, scheduled=[ScheduledText.of(1, NOW + timedelta(hours=2), "hello")]),
        case(
            X,
            X2,
            scheduled=[
                ScheduledText.of(channel_id, NOW + timedelta(hours=2), "hello")
                for channel_id in (1, 2)
            ],
        ),
    ],
    "same_text": [case(X, X2, BLUESKY)],
    "goes_out_later": [
        case(
            X,
            accounts=[(X, OwnAccount(1, "x", budgets=(Budget(2, 900),)))],
            times=3,
            when_text="tomorrow 9:00",
        )
    ],
    "session_expired": [case(X, EXPIRED)],
    "sign_in_ends": [case(LINKEDIN, accounts=[(LINKEDIN, OwnAccount(2, "linkedin", ends_at=NOW))])],
    "site_blank_lines": [case(X, workspace=ACCOUNT, site=SITE, text="One\n\n\n\nTwo")],
    "site_links": [case(X, workspace=ACCOUNT, site=SITE, link="https://a.example/b")],
    "style_missing": [case(X, style="gone", resolved_style=ResolvedStyle("gone", missing=True))],
    "style_part_missing": [
        case(
            X,
            style="s",
            resolved_style=ResolvedStyle("s", style={"twitter": {"signature": {"name": "Gone"}}}),
        )
    ],
    "style_no_mark": [case(X, style="s", resolved_style=MARKED, media=[film()])],
    "style_variable": [case(X, style="s", resolved_style=ODD_STYLE)],
    "style_watermark": [case(X, style="s", resolved_style=NO_MARK, media=[bag()])],
    "text_cut": [
        case(THREADS, text="a" * 499),
        case(LINKEDIN, workspace=ACCOUNT, text="#" * 1501),
        case(INSTAGRAM, INSTAGRAM2, variants={"channel:5": "a" * 2199}, media=[bag()]),
    ],
    "text_entities": [case(X, text="Tea &amp; coffee", variants={"bluesky": "&copy;"})],
    "text_missing": [
        case(X, BLUESKY, variants={"twitter": " "}),
        case(X, X2, variants={"channel:2": ""}),
    ],
    "text_spintax": [case(X, text="{tea|milk}")],
    "text_tags": [case(X, text="I <3 you")],
    "text_too_long": [
        case(MASTODON, MY_BLUESKY, text=LONG, numbered=True),
        case(MY_BLUESKY, text=LONG, threads=THREAD),
        case(
            MY_BLUESKY, text="One", threads={"": ("Two", LONG)}, numbered=True, media=[bag(part=1)]
        ),
        case(MY_BLUESKY, X, variants={"bluesky": LONG}),
        case(MY_BLUESKY, X, text=LONG[:290]),
        case(X, BLUESKY, text="The winter roast is here. " * 12),
        case(BLUESKY, text="👨\u200d👩\u200d👧\u200d👦" * 200),
        case(
            X, text="The winter roast is here. " * 12, style="s", resolved_style=ResolvedStyle("s")
        ),
        case(TELEGRAM, text="a" * 1500, media=[bag()]),
    ],
    "text_variables": [case(X, text="See {post_title}")],
    "title_missing": [case(REDDIT, text="", media=[bag()])],
    "title_too_long": [
        case(REDDIT, title=LONG_TITLE),
        case(REDDIT, REDDIT2, options=OWN_TITLE),
        case(REDDIT, options={"reddit": {"post_title": LONG_TITLE}}),
        case(REDDIT, style="s", resolved_style=STYLED_TITLE),
    ],
    "too_many_files": [
        case(X, BLUESKY, media=[bag(n) for n in range(12)]),
        case(X, PLURK, media=[bag()]),
    ],
    "part_empty": [
        case(MASTODON, threads={"": ("", "Three")}),
        case(MASTODON, WORDPRESS, threads={"": ("Two", " \n")}, numbered=True),
        case(MASTODON, variants={"mastodon": ""}, threads={"mastodon": ("Two", "")}),
    ],
    "thread_comments": [case(MY_LINKEDIN, MASTODON, threads=THREAD)],
    "thread_files": [case(MY_LINKEDIN, threads=THREAD, media=[bag(), bag(2, part=1)])],
    "thread_first": [
        case(X, MASTODON, threads=THREAD, thread_forms={"twitter": "first"}),
        case(MASTODON, threads=THREAD, thread_forms={"mastodon": "first"}),
    ],
    "thread_joined": [
        case(WORDPRESS, MASTODON, threads=THREAD),
        case(MASTODON, threads=THREAD, thread_forms={"mastodon": "one"}),
    ],
    "thread_unsupported": [
        case(X, MASTODON, threads=THREAD),
        case(BLUESKY, MY_BLUESKY, X, threads=THREAD, workspace=ACCOUNT),
    ],
    "too_many_hashtags": [
        case(INSTAGRAM, text=" ".join(f"#tag{n}" for n in range(33)), media=[bag()])
    ],
    "too_many_mentions": [
        case(INSTAGRAM, text=" ".join(f"@name{n}" for n in range(23)), media=[bag()])
    ],
    "when_far": [case(X, when_text="1 March 2035"), case(X, when_text="29 February 2036")],
    "when_near": [
        case(X, workspace=ACCOUNT, when_text="today 12:01", media=[bag(size=30_000_000)])
    ],
    "when_past": [case(X, when_text="1 January 2020")],
    "when_unreadable": [case(X, when_text="when the sun shines")],
}
# What needs nothing done about it, or has no way but a person's own: the rest has a button.
WITHOUT_A_BUTTON = {
    "empty", "long_paragraph", "site_blank_lines", "site_links", "style_no_mark",
    "style_part_missing",
}  # fmt: skip
ALL = [(code, number) for code, cases in CASES.items() for number in range(len(cases))]


def look(draft: Draft, case: Case) -> list[Finding]:
    """As the app asks: the When field read, the chosen channels looked up."""
    try:
        reading = read_when(draft.when_text, NOW) if draft.when_text else None
    except WhenError as error:
        reading = error if error.when is not None else None
    chosen = [channel for channel in case.channels if channel.id in draft.channel_ids]
    post = CheckedPost.of(draft, chosen, NOW, reading, case.missing)
    post.site = case.site
    outlook = look_ahead(post, [post.when] * case.times, case.accounts)
    return check_post(post, case.scheduled, outlook)


def ways(finding: Finding) -> list[Fix]:
    return [*([finding.fix] if finding.fix else []), *finding.more]


def same(finding: Finding, other: Finding) -> bool:
    shared = set(finding.channel_ids) & set(other.channel_ids)
    return (
        finding.code == other.code
        and finding.file == other.file
        and (bool(shared) or finding.channel_ids == other.channel_ids)
    )


def test_everything_that_can_be_said_has_a_case() -> None:
    # What a network refused is said of a post that went out: see test_refusal.
    assert set(CASES) == set(get_args(Code)) - {"refused"}


@pytest.mark.parametrize(("code", "number"), ALL)
def test_each_button_leads_to_a_post_without_that_finding(code: Code, number: int) -> None:
    case = CASES[code][number]
    hits = [finding for finding in look(case.draft, case) if finding.code == code]
    assert hits
    before = case.draft.to_json()
    for finding in hits:
        assert bool(ways(finding)) == (code not in WITHOUT_A_BUTTON)
        for fix in ways(finding):
            assert fix.kind in KINDS | WINDOW_KINDS
            if fix.kind in KINDS:
                left = look(apply_fix(case.draft, fix), case)
                assert not [more for more in left if same(finding, more)], fix
    assert case.draft.to_json() == before


def test_the_cases_have_every_kind_of_button() -> None:
    shown = {
        fix.kind
        for cases in CASES.values()
        for case in cases
        for finding in look(case.draft, case)
        for fix in ways(finding)
    }
    assert shown == KINDS | WINDOW_KINDS


def test_the_title_is_changed_where_it_comes_from() -> None:
    keys = {
        (tuple(finding.channel_ids), fix.arg)
        for case in CASES["title_too_long"][:2]
        for finding in look(case.draft, case)
        for fix in ways(finding)
        if fix.kind == "edit_title"
    }
    assert keys == {((7,), "reddit"), ((7,), "channel:7")}
