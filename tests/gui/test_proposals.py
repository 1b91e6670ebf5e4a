"""What agents propose on the Activity page: all of it is shown, as plain text, and a person's click
or key is what carries it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.proposals import LIFETIME, Proposal, ProposedFile, ProposedPost
from posto_desktop.delivery.proposals import Proposals, ProposedMessage
from posto_desktop.models import proposal_words
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.activity.proposal_card import ProposalCard
from posto_desktop.viewmodels.proposals_state import ProposalsState
from posto_desktop.workers.instance import LaunchRequest
from tests.gui.test_outside_text import rich
from tests.gui.whole_app import CHANNELS, WholeApp

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
TAGS = '<img src="file:///a/x.png"><b>Click <a href="https://evil.example">here</a></b>'


def proposal(digest: str = "a1b2c3d4e5", **more: Any) -> Proposal:
    posts = tuple(
        ProposedPost(number, name, network, "Fresh coffee at six.", at=MONDAY)
        for number, (network, name) in enumerate(
            (("twitter", "Harbour"), ("mastodon", "@harbour"), ("bluesky", "harbour.example")), 1
        )
    )
    values: dict[str, Any] = {
        "id": digest,
        "workspace": "local",
        "kind": "schedule",
        "body": {},
        "digest": digest,
        "client": "Claude Desktop",
        "created_at": NOW,
        "expires_at": NOW + LIFETIME,
        "state": "asked",
        "result": "",
        "updated_at": NOW,
        "posts": posts,
    }
    return Proposal(**{**values, **more})


class Shown:
    """The page with proposals, at a time that the test tells."""

    def __init__(self, qtbot: Any) -> None:
        self.now, self.seconds = NOW, 100.0
        self.state = ProposalsState(now=lambda: self.now)
        self.page = ActivityPage(proposals=self.state)
        self.state.setParent(self.page)
        self.page.proposal_area.monotonic = lambda: self.seconds
        qtbot.addWidget(self.page)
        self.page.resize(900, 700)
        self.answers: list[tuple[str, str]] = []
        self.page.confirmRequested.connect(lambda digest: self.answers.append(("yes", digest)))
        self.page.declineRequested.connect(lambda digest: self.answers.append(("no", digest)))
        with qtbot.waitExposed(self.page):
            self.page.show()

    def show(self, *proposals: Proposal) -> None:
        self.state.set_waiting(proposals)
        self.seconds += 1

    def cards(self) -> list[ProposalCard]:
        return self.page.proposal_area.findChildren(ProposalCard)


@pytest.fixture
def shown(qtbot: Any, theme: Any) -> Shown:
    return Shown(qtbot)


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("kind", "times", "title", "button"),
    [
        (
            "schedule",
            (MONDAY, MONDAY),
            "“Claude Desktop” asks to schedule 2 posts for Mon 30 Nov 12:00",
            "Schedule 2 posts",
        ),
        (
            "schedule",
            (MONDAY, MONDAY + timedelta(days=1)),
            "“Claude Desktop” asks to schedule 2 posts for Mon 30 Nov 12:00 to Tue 1 Dec 12:00",
            "Schedule 2 posts",
        ),
        (
            "move",
            (MONDAY,),
            "“Claude Desktop” asks to move 1 post to Mon 30 Nov 12:00",
            "Move 1 post",
        ),
        ("delete", (MONDAY,), "“Claude Desktop” asks to delete 1 post", "Delete 1 post"),
    ],
)
def test_a_title_says_who_asks_for_what(
    qtbot: Any, kind: Any, times: Any, title: str, button: str
) -> None:
    posts = tuple(ProposedPost(n, "c", "fb", "x", at=at) for n, at in enumerate(times))
    asked = proposal(kind=kind, posts=posts)
    assert proposal_words.request(asked, NOW - timedelta(hours=1), UTC) == title
    assert proposal_words.answer(asked) == button


def test_a_card_shows_everything_that_would_go_out(shown: Shown) -> None:
    post = ProposedPost(
        1,
        "Harbour",
        "facebook",
        "Fresh coffee.",
        thread=("And buns.",),
        title="Buns",
        link="https://bakery.example",
        comment="Come by",
        files=(
            ProposedFile("shop.png", "/x/shop.png", alt="The shop"),
            ProposedFile("b.mp4", "/x/b.mp4", kind="video"),
        ),
        at=MONDAY,
    )
    other = ProposedPost(2, "@harbour", "mastodon", "Coffee!", at=MONDAY)
    shown.show(proposal(posts=(post, other)))
    [card] = shown.cards()
    seen = words(card)
    for line in (
        "1/2  Fresh coffee.",
        "2/2  And buns.",
        "Title: Buns",
        "Link: https://bakery.example",
        "First comment: Come by",
        "shop.png: The shop",
        "b.mp4: no description",
        "Coffee!",
        "Harbour",
        "@harbour",
        "a1b2c3d4",
        "10 min left",
    ):
        assert line in seen, line


def test_equal_posts_are_shown_together(shown: Shown) -> None:
    shown.show(proposal())
    [card] = shown.cards()
    assert words(card).count("Fresh coffee at six.") == 1


def test_both_times_of_a_move_are_shown(shown: Shown) -> None:
    post = ProposedPost(1, "c", "fb", "x", at=MONDAY, old_at=MONDAY - timedelta(days=3), id=7)
    shown.show(proposal(kind="move", posts=(post,)))
    [card] = shown.cards()
    assert any("→" in line for line in words(card))


def test_pictures_of_posts_on_the_service_are_asked_for(shown: Shown, qtbot: Any) -> None:
    asked: list[str] = []
    shown.page.pictureRequested.connect(asked.append)
    files = (ProposedFile("image 3", url="https://pic.example/3"),)
    post = ProposedPost(1, "c", "fb", "x", at=MONDAY, old_at=NOW, id=7, files=files)
    shown.show(proposal(kind="move", posts=(post,)))
    qtbot.waitUntil(lambda: asked == ["https://pic.example/3"], timeout=20_000)
    assert not any("image 3" in line for line in words(shown.cards()[0]))


def test_what_an_agent_wrote_is_plain_text(shown: Shown) -> None:
    post = ProposedPost(1, TAGS, "fb", TAGS, thread=(TAGS,), title=TAGS, comment=TAGS, at=MONDAY)
    shown.show(proposal(client=TAGS, posts=(post,)))
    [card] = shown.cards()
    assert rich(card) == []
    labels = card.findChildren(QLabel)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    assert not any(label.openExternalLinks() for label in labels)


@pytest.mark.parametrize(("name", "answer"), [("confirm", "yes"), ("decline", "no")])
@pytest.mark.parametrize("by", ["click", "key"])
def test_a_person_answers_by_mouse_or_key(shown: Shown, name: str, answer: str, by: str) -> None:
    shown.show(proposal("aaaa"), proposal("bbbb"))
    button = getattr(shown.cards()[1], name)
    if by == "click":
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown.answers == [(answer, "bbbb")]
    assert len(shown.cards()) == 2  # until it was carried out


def test_a_click_in_the_moment_a_card_comes_confirms_nothing(shown: Shown) -> None:
    shown.state.set_waiting([proposal()])
    shown.seconds += 0.5
    shown.cards()[0].confirm.click()
    assert shown.answers == []
    shown.seconds += 0.5
    shown.cards()[0].confirm.click()
    assert shown.answers == [("yes", "a1b2c3d4e5")]


def test_nothing_is_answered_twice(shown: Shown) -> None:
    shown.show(proposal())
    shown.state.set_answering("a1b2c3d4e5", True)
    [card] = shown.cards()
    assert not card.confirm.isEnabled()
    assert not card.decline.isEnabled()
    shown.state.set_answering("a1b2c3d4e5", False)
    assert card.confirm.isEnabled()


def test_a_card_goes_with_its_time(shown: Shown) -> None:
    shown.show(proposal())
    shown.now += timedelta(minutes=9, seconds=20)
    shown.page.proposal_area._clock.timeout.emit()
    assert "40 s left" in words(shown.cards()[0])
    shown.now += timedelta(minutes=1)
    shown.state._expiry.timeout.emit()
    assert shown.state.waiting == ()
    assert shown.page.proposal_area.isHidden()


def test_many_cards_leave_room_for_the_list(shown: Shown) -> None:
    long = ProposedPost(1, "c", "fb", "A long line of words. " * 400, at=MONDAY)
    shown.show(*(proposal(f"{n}" * 8, posts=(long,)) for n in range(4)))
    assert shown.page.proposal_area.height() <= 0.6 * 700
    assert len(shown.cards()) == 4


def test_only_new_ones_are_told(shown: Shown) -> None:
    arrived: list[str] = []
    shown.state.arrived.connect(lambda new: arrived.extend(proposal.digest for proposal in new))
    shown.show(proposal("aaaa"))
    shown.show(proposal("aaaa"), proposal("bbbb"))
    shown.show(proposal("bbbb"))
    assert arrived == ["aaaa", "bbbb"]


# -- the whole app -------------------------------------------------------------------------------


@pytest.fixture
def app(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    made.begin()
    made.service.pause(True)
    yield made
    made.close()


def propose(app: WholeApp, draft: Draft | None = None) -> Proposal:
    """As `posto mcp` does, in another connection."""
    db = Database(app.paths.database)
    at = datetime.now(UTC) + timedelta(hours=5)
    message = ProposedMessage(draft or Draft(text="Fresh coffee"), CHANNELS[:2], (at,))
    asked = Proposals(db).propose_schedule([message], "Claude Desktop")
    db.close()
    return asked


def arrive(app: WholeApp, qtbot: Any) -> list[ProposalCard]:
    """Another process says that there are proposals; the cards on the page."""
    state = app.controllers.activity.proposals
    with qtbot.waitSignal(state.arrived, timeout=20_000):
        app.controllers.launch_request.handle(LaunchRequest(changed=("proposals",)))
    page = app.window.page("activity") if app.window.has_page("activity") else None
    if page is None:
        app.window.prepare_page("activity")
        page = app.window.page("activity")
    app.window.show_page("activity")
    page.proposal_area.monotonic = lambda: 1e9
    return page.proposal_area.findChildren(ProposalCard)


def notifications_of(app: WholeApp) -> list[str]:
    model = app.notifications
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def entries(app: WholeApp) -> list[Any]:
    db = Database(app.paths.database)
    rows = db.outbox()
    db.close()
    return rows


def test_the_app_tells_of_it_and_confirms_on_a_click(app: WholeApp, qtbot: Any) -> None:
    asked = propose(app)
    [card] = arrive(app, qtbot)
    assert any("asks to schedule 2 posts" in text for text in notifications_of(app))
    assert entries(app) == []
    with qtbot.waitSignal(app.service.proposals.answered, timeout=20_000):
        card.confirm.click()
    [row] = entries(app)
    assert row["id"] == asked.body["entries"][0]["id"]
    assert app.controllers.activity.proposals.waiting == ()
    assert any("2 posts scheduled" in text for text in notifications_of(app))


def test_undo_takes_a_confirmed_post_back(app: WholeApp, qtbot: Any) -> None:
    propose(app)
    [card] = arrive(app, qtbot)
    with qtbot.waitSignal(app.service.proposals.answered, timeout=20_000):
        card.confirm.click()

    def cancelled(entries: list[Entry]) -> bool:
        return any(entry.state == "cancelled" for entry in entries)

    with qtbot.waitSignal(app.service.outbox_changed, check_params_cb=cancelled, timeout=20_000):
        app.window.toasts.trigger("undo post")
    assert app.compose.draft.text == "Fresh coffee"


def test_a_declined_one_leaves_nothing(app: WholeApp, qtbot: Any) -> None:
    propose(app)
    [card] = arrive(app, qtbot)
    with qtbot.waitSignal(app.service.proposals.answered, timeout=20_000):
        card.decline.click()
    assert entries(app) == []
    assert app.controllers.activity.proposals.waiting == ()


def test_a_draft_that_became_a_post_is_not_listed_any_more(app: WholeApp, qtbot: Any) -> None:
    draft = Draft(text="From an agent", channel_ids=(1, 2))
    db = Database(app.paths.database)
    db.put_draft(draft.id, "local", draft.to_json())
    db.close()
    with qtbot.waitSignal(app.service.drafts_loaded, timeout=20_000):
        app.service.load_drafts()
    assert app.compose.message.store.get(draft.id) is not None
    propose(app, draft)
    [card] = arrive(app, qtbot)
    with qtbot.waitSignal(app.service.proposals.answered, timeout=20_000):
        card.confirm.click()
    assert app.compose.message.store.get(draft.id) is None


def test_what_was_answered_on_a_terminal_says_so(app: WholeApp, qtbot: Any) -> None:
    asked = propose(app)
    [card] = arrive(app, qtbot)
    db = Database(app.paths.database)
    Proposals(db).decline(asked.digest)
    db.close()
    with qtbot.waitSignal(app.service.proposals.refused, timeout=20_000) as signal:
        card.confirm.click()
    assert signal.args[1] == "It was answered already."
    assert entries(app) == []


def test_a_confirmed_deletion_can_be_undone(app: WholeApp, qtbot: Any) -> None:
    row = Schedule(7, "g", 1, "Harbour", "fb", status="not_sent", send_at=MONDAY, text="Old")
    db = Database(app.paths.database)
    proposals = Proposals(db)
    asked = proposals.propose_delete([row], "local", "Claude")
    [card] = arrive(app, qtbot)
    worker = app.service.proposals
    with qtbot.waitSignal(worker.answered, timeout=20_000):
        card.confirm.click()
    assert proposals.get(asked.digest).state == "confirmed"
    with qtbot.waitSignal(worker.loaded, timeout=20_000):
        worker.take_back(asked.digest)
    assert proposals.get(asked.digest).state == "declined"
    db.close()


# -- calls ---------------------------------------------------------------------------------------


def test_calls_are_listed_as_plain_lines(app: WholeApp, qtbot: Any) -> None:
    db = Database(app.paths.database)
    log: Callable[..., None] = Proposals(db).log_call
    log("Claude Desktop", "create_draft", TAGS, "Draft 7")
    db.close()
    with qtbot.waitSignal(app.service.proposals.calls_loaded, timeout=20_000):
        app.controllers.proposals.reload()
    app.window.prepare_page("activity")
    app.window.show_page("activity")
    page = app.window.page("activity")
    segment = page.findChild(QWidget, "view-agents")
    assert not segment.isHidden()
    segment.click()
    assert not page.calls.isHidden()
    assert page.list.isHidden()
    model = page.calls.model()
    assert model.rowCount() == 1
    text = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith(f"create_draft {TAGS}, Draft 7, Claude Desktop, ")


def test_without_agents_there_is_nothing_of_them(app: WholeApp, qtbot: Any) -> None:
    app.window.prepare_page("activity")
    app.window.show_page("activity")
    page = app.window.page("activity")
    assert page.findChild(QWidget, "view-agents").isHidden()
    assert page.proposal_area.isHidden()
