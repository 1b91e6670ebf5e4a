"""Scenes of what agents propose, and of their calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from posto_desktop.core.proposals import Proposal, ProposedFile, ProposedPost
from posto_desktop.delivery.proposals import Proposals
from posto_desktop.storage import agent_calls
from posto_desktop.storage.database import Database
from tests.gui.golden.filled_app import CHANNELS, Scene, Stage
from tests.gui.golden.stage import NOW


def _proposals() -> list[Proposal]:
    """What an agent asks for: two posts with a picture, and one to move."""
    text = "Saffron buns from four in the morning on. https://bakery.example/buns #advent"
    monday = NOW + timedelta(days=5, hours=-1, minutes=-21)
    new = [
        ProposedPost(number, channel.name, channel.network, text, link="https://bakery.example")
        for number, channel in enumerate(CHANNELS[:2], 1)
    ]
    moved = ProposedPost(
        5,
        CHANNELS[4].name,
        CHANNELS[4].network,
        "A choir at six.",
        at=monday + timedelta(days=1),
        old_at=monday,
        id=7,
    )
    times = {"created_at": NOW, "expires_at": NOW + timedelta(minutes=9, seconds=30)}
    rest = {"workspace": "local", "body": {}, "state": "asked", "result": "", "updated_at": NOW}
    return [
        Proposal(
            id="1",
            kind="schedule",
            digest="9f31c2a7" * 8,
            client="Claude Desktop",
            posts=tuple(replace(post, at=monday) for post in new),
            **times,
            **rest,
        ),
        Proposal(
            id="2",
            kind="move",
            digest="04b77e1d" * 8,
            client="content-bot",
            posts=(moved,),
            **times,
            **rest,
        ),
    ]


def activity_proposals(stage: Stage, show_activity: Scene) -> QWidget | None:
    """Two proposals above the outbox, one with a picture."""
    shown = show_activity(stage)
    file = ProposedFile("harbour.jpg", str(stage.files[0]), alt="The harbour at six")
    first, second = _proposals()
    first = replace(first, posts=tuple(replace(post, files=(file,)) for post in first.posts))
    # Not told of, which other pictures would show in the bell.
    stage.app.controllers.activity.proposals._known |= {first.digest, second.digest}
    stage.app.service.proposals.loaded.emit([first, second])
    stage.calm()
    return shown


def activity_agents(stage: Stage, show_activity: Scene) -> QWidget | None:
    """The calls of agents, as another process writes them."""
    shown = show_activity(stage)
    calls = (
        ("list_schedule", "this week", "14 posts"),
        ("delete", "post 7", "Post 7 is not waiting, so it cannot be deleted."),
        ("create_draft", "Saffron buns from four in the morning on", "Draft 3fa2"),
        ("schedule", "Saffron buns from four in the morning on", "Asked: 9f31c2a7"),
        ("schedule", "2 posts, 9f31c2a7", "Confirmed by you in the app"),
    )
    db = Database(stage.app.paths.database)
    if not agent_calls.newest(db):
        for number, call in enumerate(calls):
            at = NOW + timedelta(minutes=number - 5)
            Proposals(db, lambda at=at: at).log_call("Claude Desktop", *call)
    db.close()
    stage.app.controllers.proposals.reload()
    stage.calm()
    stage.click("view-agents")
    return shown
