"""Tests of refusals at their fields, until the field is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.refusal import Refusal, finding_of

DRAFT = Draft(
    text="Words",
    title="Title",
    link="https://example.com",
    first_comment="Said",
    media=(MediaRef("/a.png", "a.png", 1), MediaRef("/b.png", "b.png", 1)),
)


def refusal(field: str, file: int = 0) -> Refusal:
    return Refusal("The network said so.", "mastodon", 3, field, file)


@pytest.mark.parametrize(
    ("field", "fix", "change", "other"),
    [
        ("text", "edit_for", {"text": "Less"}, {"title": "Other"}),
        ("thread", "edit_for", {"text": "Less"}, {"title": "Other"}),
        ("title", "edit_title", {"title": "Other"}, {"text": "Less"}),
        ("link", "edit_link", {"link": ""}, {"text": "Less"}),
        ("comment", "edit_comment", {"first_comment": ""}, {"text": "Less"}),
        ("files", "show_file", {"media": DRAFT.media[:1]}, {"text": "Less"}),
        ("", "edit_for", {"first_comment": ""}, {"labels": ("x",)}),
    ],
)
def test_it_goes_when_its_field_is_changed(
    field: str, fix: str, change: dict[str, object], other: dict[str, object]
) -> None:
    finding = finding_of(refusal(field), DRAFT, DRAFT)
    assert finding is not None
    assert (finding.sentence, finding.severity, finding.channel_ids) == (
        "The network said so.",
        "warning",
        (3,),
    )
    assert finding.fix is not None
    assert finding.fix.kind == fix
    assert finding_of(refusal(field), replace(DRAFT, **other), DRAFT) == finding  # type: ignore[arg-type]
    assert finding_of(refusal(field), replace(DRAFT, **change), DRAFT) is None  # type: ignore[arg-type]


def test_it_marks_the_file_that_caused_it() -> None:
    finding = finding_of(refusal("file", 1), DRAFT, DRAFT)
    assert finding is not None
    assert finding.file == "/b.png"
    assert finding_of(refusal("file", 1), replace(DRAFT, media=DRAFT.media[:1]), DRAFT) is None
    swapped = (DRAFT.media[0], MediaRef("/c.png", "c.png", 1))
    assert finding_of(refusal("file", 1), replace(DRAFT, media=swapped), DRAFT) is None


def test_facts_of_a_file_that_come_later_mend_nothing() -> None:
    known = tuple(replace(file, width=30, height=20, sha256="a" * 64) for file in DRAFT.media)
    for field in ("file", "files"):
        assert finding_of(refusal(field, 1), replace(DRAFT, media=known), DRAFT) is not None
    described = (known[0], replace(known[1], alt="A fjord"))
    for field in ("file", "files"):
        assert finding_of(refusal(field, 1), replace(DRAFT, media=described), DRAFT) is None


def test_a_file_that_is_still_downloaded_is_marked_when_it_is_there() -> None:
    before = replace(DRAFT, media=())
    finding = finding_of(refusal("file", 1), before, before)
    assert finding is not None
    assert finding.file is None
    finding = finding_of(refusal("file", 1), DRAFT, before)
    assert finding is not None
    assert finding.file == "/b.png"


def test_it_leads_to_the_own_text_of_the_network() -> None:
    draft = DRAFT.with_text("mastodon", "Own")
    finding = finding_of(refusal("text"), draft, draft)
    assert finding is not None
    assert finding.fix is not None
    assert finding.fix.arg == "mastodon"
