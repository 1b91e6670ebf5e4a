"""The Styles page without widgets: the open style, what the preview is made of, and the notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from posto_desktop.common.resources import resource
from posto_desktop.core.draft import Draft
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.delivery.style_store import StyleResult
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile, read_style
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.styles_state import StylesState

BUILT_IN = [read_style(path, builtin=True) for path in sorted(resource("styles").glob("*.json"))]


def style(name: str, place: float | None = None, **settings: dict[str, Any]) -> StyleFile:
    by_network = {"*": {"post_text": f"{name} {{post_title}}"}, **settings}
    return StyleFile(name, by_network, place=place, content={"settings": by_network})


class Scene:
    """A state over a store, and what it said."""

    def __init__(self) -> None:
        self.store = DraftStore()
        self.state = StylesState(self.store)
        self.editor = self.state.editor
        self.view_changes: list[set[str]] = []
        self.changes: list[set[str]] = []
        self.notices: list[PageNotification] = []
        self.saves: list[tuple[str, str]] = []
        self.added: list[tuple[str, str]] = []
        self.opened: list[str] = []
        self.reloaded: list[str] = []
        self.state.changed.connect(lambda _view, fields: self.view_changes.append(set(fields)))
        self.state.notifier.requested.connect(self.notices.append)
        self.editor.changed.connect(lambda _style, fields: self.changes.append(set(fields)))
        self.editor.saveRequested.connect(
            lambda item, before, _stamp: self.saves.append((item.name, before))
        )
        self.editor.addRequested.connect(lambda item, after: self.added.append((item.name, after)))
        self.editor.opened.connect(lambda item: self.opened.append(item.name if item else ""))
        self.editor.reloaded.connect(lambda item: self.reloaded.append(item.name))

    def load(self, *styles: StyleFile) -> None:
        self.state.set_style_registry(StyleRegistry((*styles, *BUILT_IN)))

    def text(self, slug: str = "*") -> Any:
        return self.editor.part(slug).get("post_text")


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.editor.save_all()


FAIR = style("Fair", 1.0, twitter={"post_text": "X"})
GLAZE = style("Glaze", 2.0)


def test_the_first_of_the_users_own_is_opened(scene: Scene) -> None:
    scene.load(GLAZE, FAIR)
    assert scene.opened == ["Fair"]
    scene.load(GLAZE, FAIR)
    assert (scene.opened, scene.reloaded) == (["Fair"], [])


def test_one_that_was_asked_for_before_they_were_read_is_opened_then(scene: Scene) -> None:
    assert not scene.editor.open_named("Glaze")
    scene.load(FAIR, GLAZE)
    assert scene.opened == ["Glaze"]
    assert not scene.editor.open_named("Gone")
    scene.load(FAIR, GLAZE, style("Gone"))
    assert scene.opened == ["Glaze"]


def test_a_change_names_its_fields_and_is_saved_once(scene: Scene) -> None:
    scene.load(FAIR)
    scene.editor.set_value("*", "post_text", "A")
    scene.editor.set_value("*", "post_text", "A")
    scene.editor.set_name("Fairer")
    assert scene.changes == [{"settings"}, {"name"}]
    assert scene.editor.is_unsaved
    scene.editor.save()
    scene.editor.save()
    assert scene.saves == [("Fairer", "Fair")]
    written = replace(FAIR, name="Fairer", settings={"*": {"post_text": "A"}})
    scene.state.set_outcome(StyleResult("saved", written, FAIR))
    assert not scene.editor.is_unsaved


def test_what_is_changed_while_it_is_written_is_written_after_it(scene: Scene) -> None:
    scene.load(FAIR)
    scene.editor.set_value("*", "post_text", "A")
    scene.editor.save()
    scene.editor.set_value("*", "post_text", "B")
    scene.editor.save()
    assert len(scene.saves) == 1
    scene.state.set_outcome(StyleResult("saved", FAIR, FAIR))
    scene.editor.save()
    assert len(scene.saves) == 2
    assert scene.text() == "B"


def test_a_built_in_style_is_changed_in_a_copy_that_undo_drops(scene: Scene) -> None:
    scene.load()
    builtin = scene.editor.style
    assert builtin is not None
    deleted: list[str] = []
    scene.state.deleteRequested.connect(deleted.append)
    scene.editor.set_value("*", "post_text", "Mine")
    (name, after) = scene.added[0]
    assert (scene.editor.name, after) == (name, "")
    (notice,) = scene.notices
    assert notice.callback is not None
    notice.callback()
    assert scene.editor.style is builtin
    assert deleted == [name]


def test_a_part_that_was_taken_out_comes_back_whole(scene: Scene) -> None:
    tags = {"tags": ["tea"]}
    scene.load(style("Fair", **{"twitter": {"hashtags": tags}}))
    scene.state.remove_part("twitter", "hashtags", {}, "Hashtags")
    assert scene.editor.part("twitter") == {"hashtags": {}}
    (notice,) = scene.notices
    assert notice.text == "Hashtags removed from “Fair”"
    assert notice.callback is not None
    notice.callback()
    assert scene.editor.part("twitter") == {"hashtags": tags}
    assert scene.reloaded == ["Fair"]
    scene.state.remove_part("twitter", "utm", None, "Link tags (UTM)")
    assert len(scene.notices) == 1  # there was nothing in it


def test_what_another_program_wrote_over_can_be_had_back(scene: Scene) -> None:
    scene.load(FAIR)
    scene.editor.set_value("*", "post_text", "Mine")
    scene.editor.save()
    mine = replace(FAIR, settings={**FAIR.settings, "*": {"post_text": "Mine"}})
    scene.state.set_outcome(StyleResult("saved", mine, FAIR))
    scene.load(replace(FAIR, settings={"*": {"post_text": "Theirs"}}))
    assert (scene.text(), scene.reloaded) == ("Theirs", ["Fair"])
    (notice,) = scene.notices
    assert notice.callback is not None
    notice.callback()
    assert scene.text() == "Mine"


def test_a_tab_is_left_when_its_network_has_nothing_of_its_own(scene: Scene) -> None:
    scene.load(FAIR, GLAZE)
    scene.state.show_tab("twitter")
    assert scene.state.view.tab == "twitter"
    scene.state.show_tab("instagram")
    assert scene.state.view.tab == "*"
    scene.state.show_tab("twitter")
    scene.editor.set_part("twitter", None)
    assert scene.state.view.tab == "*"
    scene.editor.open_named("Fair")
    scene.state.show_tab("twitter")
    scene.editor.open_named("Glaze")
    assert scene.state.view.tab == "*"


def test_the_preview_is_of_the_sample_where_there_is_no_message(scene: Scene) -> None:
    scene.state.choose_source("present")
    assert scene.state.view.source == "sample"
    scene.state.set_present(Draft(text="Hello\nworld"), [Channel(1, "@n", "twitter")])
    scene.state.choose_source("present")
    assert (scene.state.view.source, scene.state.view.present.title) == ("present", "Hello")
    scene.state.set_present(Draft(), [])
    assert scene.state.view.source == "sample"
    assert scene.view_changes == [{"present"}, {"source"}, {"present", "source"}]


def test_uses_follow_the_drafts_that_there_are(scene: Scene) -> None:
    asked: list[int] = []
    scene.state.uses.changed.connect(lambda: asked.append(1))
    scene.store.put(Draft(id="a", text="One", style="Fair"))
    scene.store.put(Draft(id="b", text="Two"))
    scene.state.uses.set_campaigns({"Fair": ["Winter"]})
    scene.state.uses.set_posts({"Fair": 4})
    scene.state.uses.set_posts({"Fair": 4})
    assert len(asked) == 4
    used = scene.state.uses.of("Fair")
    assert ([draft.id for draft in used.drafts], used.campaigns, used.posts) == (
        ["a"],
        ("Winter",),
        4,
    )
    assert scene.state.uses.of("").drafts == ()


def test_new_and_deleted_styles_have_names_and_neighbours(scene: Scene) -> None:
    scene.load(FAIR, GLAZE)
    scene.editor.add("Fair")
    scene.editor.duplicate()
    assert scene.added[0][0] not in ("Fair", "Glaze")
    assert scene.added[1] == ("Fair copy", "Fair")
    assert scene.editor.moved(1) == ["Glaze", "Fair"]
    assert scene.editor.moved(-1) == []
    assert scene.editor.leave() == "Fair"
    scene.load(GLAZE)
    assert scene.editor.name == "Glaze"
    scene.editor.open_named(BUILT_IN[0].name)
    assert (scene.editor.leave(), scene.editor.moved(1)) == ("", [])


def test_what_could_not_be_saved_says_why_until_the_next_change(scene: Scene) -> None:
    scene.load(FAIR)
    scene.editor.set_value("*", "post_text", "A")
    scene.editor.save()
    scene.state.set_refused("Fair", "The disk is full.")
    assert (scene.editor.problem, scene.editor.is_unsaved) == ("The disk is full.", True)
    assert [notice.kind for notice in scene.notices] == ["error"]
    scene.editor.set_value("*", "post_text", "B")
    assert scene.editor.problem == ""
