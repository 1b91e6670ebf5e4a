from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from posto_desktop.core import draft_list
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.recurrence import Repeat

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DRAFTS = [
    Draft(id="a", text="Grüße aus Kiel", labels=["Launch"], updated_at=NOW),
    Draft(
        id="b",
        text="",
        variants={"twitter": "Winter roast"},
        media=[MediaRef("/x/Bag-Photo.PNG", "Bag-Photo.PNG")],
        updated_at=NOW - timedelta(hours=1),
    ),
    Draft(id="c", first_comment="gruesse", link="https://kiel.example", updated_at=NOW),
]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "abc"),
        ("  ", "abc"),
        ("grusse", "a"),
        ("GRÜßE", "a"),
        ("kiel", "ac"),
        ("aus kiel", "a"),
        ("kiel aus", "a"),
        ("launch", "a"),
        ("photo.png", "b"),
        ("roast bag", "b"),
        ("nothing", ""),
    ],
)
def test_every_word_is_looked_for_everywhere(query: str, ids: str) -> None:
    assert "".join(item.id for item in draft_list.search(DRAFTS, query)) == ids


def test_the_name_in_lists() -> None:
    assert [draft_list.title_of(draft) for draft in DRAFTS] == [
        "Grüße aus Kiel",
        "Winter roast",
        "https://kiel.example",
    ]
    assert draft_list.title_of(replace(DRAFTS[0], name=" My draft ")) == "My draft"
    assert draft_list.title_of(Draft(media=[MediaRef("/a.png", "a.png")])) == "a.png"
    assert draft_list.title_of(Draft()) == ""


def test_labels_are_each_once() -> None:
    drafts = [Draft(labels=["Launch", "été"]), Draft(labels=["launch", "Été", "A"])]
    assert draft_list.labels_of(drafts) == ["A", "été", "Launch"]
    assert draft_list.clean_labels([" a  b ", "A B", "", "c"]) == ["a b", "c"]
    assert len(draft_list.clean_labels(str(n) for n in range(99))) == draft_list.MAX_LABELS


def test_the_tabs_come_back_with_the_one_in_front() -> None:
    desk = draft_list.snapshot_of(DRAFTS, tabs=["b", "gone", "a", "b"], active="a")
    assert desk.open_ids == ("b", "a")
    assert desk.active == "a"
    assert [item.id for item in desk.open] == ["b", "a"]
    assert [draft.id for draft in desk.drafts] == ["a", "c", "b"]
    assert draft_list.snapshot_of(DRAFTS, tabs=["b"], active="gone").active == "b"


def test_without_tabs_what_was_written_last_is_open() -> None:
    desk = draft_list.snapshot_of(DRAFTS[1:], tabs=["gone"], active="gone")
    assert desk.open_ids == ("c",)
    assert desk.active == "c"
    desk = draft_list.snapshot_of(DRAFTS, from_folders={"a", "c"})
    assert desk.open_ids == ("b",)
    assert draft_list.snapshot_of(DRAFTS, from_folders={"a", "b", "c"}).open_ids == ()
    empty = draft_list.snapshot_of([])
    assert (empty.open_ids, empty.active, empty.open) == ((), "", ())


def test_templates_are_sorted_by_name() -> None:
    templates = [Draft(id=n, name=n) for n in ("b", "Ä", "c")]
    assert [template.name for template in draft_list.snapshot_of([], templates).templates] == [
        "Ä",
        "b",
        "c",
    ]


def test_a_template_has_the_content_and_the_words_of_its_time() -> None:
    draft = Draft(
        text="t",
        workspace="acc",
        channel_ids=[1],
        variants={"channel:1": "own", "twitter": "x"},
        options={"channel:1": {"post_title": "T"}, "reddit": {"post_title": "R"}},
        when_text="friday",
        repeat=Repeat("day"),
        media=[MediaRef("/a.png", "a.png")],
    )
    template = draft_list.template_from(draft, " Weekly ")
    assert template.id != draft.id
    assert (template.name, template.when_text, template.repeat) == ("Weekly", "friday", None)
    assert template.media == draft.media
    assert draft_list.template_from(draft, "").name == "t"

    same = draft_list.draft_from(template, "acc")
    assert same.id != template.id
    assert same.name == ""
    assert same.variants == draft.variants
    elsewhere = draft_list.draft_from(template, "other")
    assert elsewhere.workspace == "other"
    assert elsewhere.channel_ids == ()
    assert elsewhere.variants == {"twitter": "x"}
    assert elsewhere.options == {"reddit": {"post_title": "R"}}
    assert template.channel_ids == (1,)


def test_a_finder_finds_what_a_search_does() -> None:
    drafts = [Draft(text="Winter roast"), Draft(text="Café"), Draft(labels=["Winter"])]
    finder = draft_list.DraftFinder(drafts)
    for query in ("", "winter", "CAFE", "winter roast", "nothing"):
        assert finder.find(query) == draft_list.search(drafts, query)
