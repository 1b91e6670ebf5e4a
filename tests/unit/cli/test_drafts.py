"""Tests of `posto draft`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.cli import stored_drafts
from posto_desktop.cli.draft_files import message_of_draft
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.front_matter import read_message, write_message
from posto_desktop.cli.message import draft_of
from posto_desktop.cli.session import Session
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.edits import Edit
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import draft_rows
from tests.unit.cli.conftest import Posto


def create(posto: Posto, *arguments: str, stdin: str = "") -> str:
    ended = posto("draft", "create", *arguments, "--json", stdin=stdin)
    assert ended.code == Exit.DONE, ended.out + ended.err
    draft_id = ended.data["drafts"][0]["id"]
    assert isinstance(draft_id, str)
    return draft_id


def shown(posto: Posto, draft_id: str) -> dict[str, object]:
    ended = posto("draft", "show", draft_id, "--json")
    assert ended.code == Exit.DONE, ended.err
    data = ended.data
    assert isinstance(data, dict)
    return data


def stored(posto: Posto, draft_id: str) -> Draft:
    db = posto.database()
    try:
        row = db.row("SELECT * FROM drafts WHERE id=?", (draft_id,))
        assert row is not None
        return Draft.from_json(row["body"])
    finally:
        db.close()


def open_in_app(posto: Posto, draft_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the app run, with a tab for a draft."""
    db = posto.database()
    draft_rows.put_open_tabs(db, [draft_id], draft_id)
    db.close()
    monkeypatch.setattr(Session, "notify_app", lambda _session, _changed: True)


def test_draft_is_written_listed_shown_changed_and_deleted(alone: Posto) -> None:
    posto = alone
    first = create(posto, "Hello\nworld", "--when", "next friday", "--label", "sea")
    second = create(
        posto, "-", "--name", "Greeting", "--link", "https://example.org", stdin="Hi 👋"
    )
    listed = posto("draft", "list", "--json").data
    assert [row["id"] for row in listed] == [second, first]
    assert [row["title_line"] for row in listed] == ["Greeting", "Hello"]
    assert [row["id"] for row in posto("draft", "list", "SEA", "--json").data] == [first]
    assert first[:6] in posto("draft", "list", "hello").out

    ended = posto("draft", "edit", first[:8], "--when", "tomorrow", "--clear", "labels", "--json")
    assert ended.code == Exit.DONE
    data = shown(posto, first)
    assert (data["text"], data["when"], data["labels"]) == ("Hello\nworld", "tomorrow", [])

    assert posto("draft", "delete", first[:8], second, "--dry-run").code == Exit.DONE
    assert len(posto("draft", "list", "--json").data) == 2
    ended = posto("draft", "delete", first[:8], second)
    assert f"posto draft restore {first[:6]}" in ended.err
    assert posto("draft", "list", "--json").data == []
    assert posto("draft", "show", first).code == Exit.NOT_FOUND
    assert len(posto("draft", "list", "--deleted", "--json").data) == 2
    assert posto("draft", "restore", first).code == Exit.DONE
    assert shown(posto, first) == data
    assert posto("draft", "restore").code == Exit.DONE
    assert len(posto("draft", "list", "--json").data) == 2
    assert posto("draft", "restore").code == Exit.REFUSED


def test_delete_is_all_or_none(alone: Posto) -> None:
    draft_id = create(alone, "Stays")
    assert alone("draft", "delete", draft_id, "nonsense").code == Exit.NOT_FOUND
    assert len(alone("draft", "list", "--json").data) == 1


def test_dry_run_writes_nothing(alone: Posto) -> None:
    ended = alone("draft", "create", "Hello", "--dry-run", "--json")
    assert ended.data["dry_run"]
    assert alone("draft", "list", "--json").data == []
    draft_id = create(alone, "Hello")
    ended = alone("draft", "edit", draft_id, "Bye", "--dry-run", "--json")
    assert ended.data["drafts"][0]["text"] == "Bye"
    assert shown(alone, draft_id)["text"] == "Hello"


def test_empty_draft_and_ambiguous_or_missing_ids_are_refused(alone: Posto) -> None:
    assert alone("draft", "create", "", "--to", "1").code == Exit.USAGE
    db = alone.database()
    for draft_id in ("aabbccdd1", "aabbccdd2"):
        db.put_draft(draft_id, "local", Draft(id=draft_id, text=draft_id).to_json())
    db.close()
    ended = alone("draft", "show", "aa")
    assert ended.code == Exit.USAGE
    assert "aabbccdd1 aabbccdd1; aabbccdd2" in ended.err or "aabbccdd2 aabbccdd2" in ended.err
    assert alone("draft", "show", "aabbccdd1").code == Exit.DONE
    assert alone("draft", "show", "zz").code == Exit.NOT_FOUND
    ended = alone("draft", "edit", "aabbccdd1")
    assert ended.code == Exit.USAGE  # no editor without a terminal
    assert "--when" in ended.err


def test_shown_file_makes_the_same_draft(alone: Posto, tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "sea.png")
    (tmp_path / "a.md").write_text(
        "---\nwhen: friday\nmedia:\n- file: sea.png\n  alt: Waves\ntexts:\n  bluesky: [Blue, sea]\n"
        "thread: [two]\nnumbered: yes\nlabels: [x]\nname: Mine\n---\n\nHello\n"
    )
    draft_id = create(alone, str(tmp_path / "a.md"))
    written = alone("draft", "show", draft_id, "--format", "md").out
    again = stored(alone, create(alone, "--format", "md", "-", stdin=written))
    first = stored(alone, draft_id)
    assert first.media[0].width == 60
    assert first.threads == {"": ("two",), "bluesky": ("sea",)}
    assert (
        replace(again, id=first.id, created_at=first.created_at, updated_at=first.updated_at)
        == first
    )


def test_edit_by_file_leaves_what_files_cannot_say(alone: Posto, tmp_path: Path) -> None:
    picture = tmp_path / "sea.png"
    Image.new("RGB", (60, 40), "navy").save(picture)
    draft_id = create(alone, "Hello", "--media", str(picture))
    draft = stored(alone, draft_id)
    draft = replace(
        draft,
        options={"mastodon": {"visibility": "private"}},
        media=(replace(draft.media[0], edit=Edit(turns=1)),),
    )
    db = alone.database()
    db.put_draft(draft_id, "local", draft.to_json())
    db.close()
    ended = alone("draft", "show", draft_id, "--format", "md")
    assert "options of networks, edits of its pictures" in ended.err
    (tmp_path / "a.md").write_text(ended.out.replace("Hello", "Bye"))
    assert alone("draft", "edit", draft_id, str(tmp_path / "a.md")).code == Exit.DONE
    changed = stored(alone, draft_id)
    assert changed.text == "Bye"
    assert changed.options == draft.options
    assert changed.media[0].edit == draft.media[0].edit
    assert changed.updated_at > draft.updated_at


def test_draft_that_is_open_in_the_app_is_left_alone(
    alone: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id, other_id = create(alone, "Open"), create(alone, "Closed")
    open_in_app(alone, draft_id, monkeypatch)
    for arguments in (["edit", draft_id, "New"], ["delete", other_id, draft_id]):
        ended = alone("draft", *arguments)
        assert ended.code == Exit.REFUSED
        assert "is open in Posto Desktop" in ended.err
    assert len(alone("draft", "list", "--json").data) == 2
    assert shown(alone, draft_id)["open"]
    assert alone("draft", "edit", other_id, "Changed").code == Exit.DONE
    monkeypatch.setattr(Session, "notify_app", lambda _session, _changed: False)
    assert alone("draft", "edit", draft_id, "New").code == Exit.DONE  # the app does not run


def test_draft_that_changed_meanwhile_is_not_overwritten(
    alone: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = create(alone, "Hello")
    demand_closed = stored_drafts.StoredDrafts.demand_closed

    def change_before(drafts: stored_drafts.StoredDrafts, asked: list[Draft]) -> None:
        demand_closed(drafts, asked)
        monkeypatch.setattr(stored_drafts.StoredDrafts, "demand_closed", demand_closed)
        later = replace(asked[0], text="By the app", updated_at=datetime.now(UTC))
        db = alone.database()
        db.put_draft(draft_id, "local", later.to_json())
        db.close()

    monkeypatch.setattr(stored_drafts.StoredDrafts, "demand_closed", change_before)
    ended = alone("draft", "edit", draft_id, "Mine")
    assert ended.code == Exit.REFUSED
    assert "changed meanwhile" in ended.err
    assert shown(alone, draft_id)["text"] == "By the app"


def test_channels_are_written_by_name_and_read_again(alone: Posto) -> None:
    channels = [
        Channel.from_dict({"id": 1, "name": "Sea", "social_network": "mastodon"}),
        Channel.from_dict({"id": 2, "name": "all", "social_network": "bluesky"}),
    ]
    db = alone.database()
    db.put_cache(
        "local", "channels", [channel.to_dict() for channel in channels],
        datetime.now(UTC).timestamp(),
    )  # fmt: skip
    db.close()
    draft_id = create(alone, "Hello", "--to", "all")
    assert stored(alone, draft_id).channel_ids == (1, 2)
    written = alone("draft", "show", draft_id, "--format", "md").out
    assert "- Sea\n- '2'\n" in written
    again = create(alone, "--format", "md", "-", stdin=written)
    assert stored(alone, again).channel_ids == (1, 2)
    assert alone("draft", "create", "x", "--to", "nobody").code == Exit.NOT_FOUND


def test_editor_changes_a_draft(alone: Posto, monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    from posto_desktop.cli import drafts

    draft_id = create(alone, "Hello")
    monkeypatch.setattr(drafts, "_is_terminal", lambda: True)
    monkeypatch.setattr(click, "edit", lambda text, extension: f"---\nwhen: friday\n---\n{text}!")
    assert alone("draft", "edit", draft_id).code == Exit.DONE
    data = shown(alone, draft_id)
    assert (data["text"], data["when"]) == ("Hello\n!", "friday")
    monkeypatch.setattr(click, "edit", lambda text, extension: "---\nwhne: x\n---\nlong text")
    ended = alone("draft", "edit", draft_id)
    assert ended.code == Exit.USAGE
    assert "long text" in ended.err
    assert shown(alone, draft_id) == data


def test_own_text_of_an_unknown_network_stays(alone: Posto) -> None:
    draft_id = create(alone, "Hello", "--part", "two", "--text", "bluesky=Blue")
    db = alone.database()
    draft = replace(stored(alone, draft_id), variants={"newnetwork": "Own"})
    db.put_draft(draft_id, "local", draft.to_json())
    db.close()
    assert alone("draft", "edit", draft_id, "Bye", "--when", "friday").code == Exit.DONE
    changed = stored(alone, draft_id)
    assert (changed.text, changed.when_text) == ("Bye", "friday")
    assert (changed.variants, changed.threads) == (draft.variants, {"": ("two",)})
    assert (
        alone("draft", "edit", draft_id, "--clear", "thread", "--clear", "texts").code == Exit.DONE
    )
    changed = stored(alone, draft_id)
    assert (changed.variants, changed.threads) == ({}, {})


words = st.text(st.characters(codec="utf-8"), max_size=30)
own = st.sampled_from(["bluesky", "mastodon", "channel:7"])


@given(
    text=words,
    variants=st.dictionaries(own, words),
    parts=st.lists(words, max_size=3),
    fields=st.fixed_dictionaries(
        dict.fromkeys(("when_text", "link", "first_comment", "style", "title", "name"), words)
    ),
    labels=st.lists(words, max_size=3),
    numbered=st.booleans(),
)
def test_draft_comes_back_from_its_file(
    text: str, variants: dict[str, str], parts: list[str], fields: dict[str, str],
    labels: list[str], numbered: bool,
) -> None:  # fmt: skip
    draft = Draft(
        text=text, variants=variants, channel_ids=(3, 7), labels=tuple(clean_labels(labels)),
        numbered=numbered, **fields,
    )  # fmt: skip
    for key in ("", *variants):
        draft = draft.with_parts(key, (draft.text_for(key) if key else text, *parts))
    written = write_message(message_of_draft(draft, (), ()))
    again = draft_of(read_message(written, "a.md"), draft.workspace, (3, 7))
    assert (
        replace(again, id=draft.id, created_at=draft.created_at, updated_at=draft.updated_at)
        == draft
    )
