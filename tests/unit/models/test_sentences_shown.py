"""Sentences of the workspace, the SDK and the outbox where models show them, in the user's
language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from posto_desktop.common import translation
from posto_desktop.common.budgets import Budget
from posto_desktop.common.sentences import in_users_language, recognise_sentences
from posto_desktop.core.entries import EntryStep, ReportedError
from posto_desktop.core.proposals import AgentCall
from posto_desktop.delivery.proposals import _confirmed
from posto_desktop.models import languages
from posto_desktop.models.agent_calls import AgentCallsModel
from posto_desktop.models.channel_states import _why_missing
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.reasons import explain, explain_error, explain_own
from posto_desktop.sdk.own_accounts import OwnAccountManager, _network, _progress
from posto_desktop.sdk.post_stories import story_of
from posto_desktop.server.claims import _MISSED
from posto_desktop.storage.restore import BEFORE_RESTORE
from tests.unit.models.outbox_entries import NOW, entry, row

MARKED = frozenset({"Delivery", "Sdk", "Server"})
"""Contexts of sentences that are made in English."""


@pytest.fixture(autouse=True)
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def brackets(context: str, text: str, comment: str = "", count: int = -1) -> str:
        english = translation._english(context, text, comment, count)
        return f"[{english}]" if context in MARKED else english

    monkeypatch.setattr(translation, "_translator", brackets)
    recognise_sentences(True)
    yield
    recognise_sentences(False)


def test_a_stored_reason_of_the_outbox() -> None:
    model = OutboxModel()
    reason = "May already be published: the service did not answer in time."
    stored = entry("a", "unclear", reason=reason, steps=(EntryStep(NOW, "needs_you", reason),))
    model.set_entries([stored])
    shown = model.entry("a")
    assert shown is not None
    assert shown.reason == shown.steps[0].detail == f"[{reason}]"
    assert stored.reason == reason


def test_a_complaint_of_the_service() -> None:
    complaint = ReportedError("Choose at least one channel.", took=False)
    assert _why_missing(entry("a", "refused", complaint=complaint)) == (
        "[Choose at least one channel.]"
    )


def test_the_cause_is_still_found_in_english() -> None:
    error = "The file 6 is no longer in the media library."
    reason = explain_error(error, "fb", "Nordlicht Coffee")
    assert reason.title == "A file of the post is missing"
    assert reason.answer == f"[{error}]"


def test_a_post_that_a_backup_brought_back() -> None:
    reason = explain(row(1, "missed", error=BEFORE_RESTORE), "late")
    assert reason is not None
    assert (reason.title, reason.answer) == ("It may have been sent before", f"[{BEFORE_RESTORE}]")


def test_a_missed_post() -> None:
    reason = explain(row(1, "missed", error=_MISSED), "late")
    assert reason is not None
    assert reason.answer == f"[{_MISSED}]"


def test_a_refusal_of_a_network() -> None:
    error = "The text has 5,000 characters; @me@example.org allows 500. Shorten it."
    data = {"id": 1, "status": "error", "is_own": True, "field": "text", "reason": error}
    story = story_of({**data, "parts": [{"state": "failed", "reason": error}]}, 1)
    assert story.reason == story.parts[0].reason == f"[{error}]"
    reason = explain_own(row(1, "error", error=error), "failed", story)
    assert reason is not None
    assert reason.text == f"[{error}]"


def test_a_network_that_can_be_connected() -> None:
    network = _network(
        {
            "method": "discord", "name": "Discord (bot)", "network": "discord",
            "fields": [{"name": "token", "label": "Bot token", "hint": "Leave this empty."}],
        }
    )  # fmt: skip
    assert network is not None
    assert network.name == "[Discord (bot)]"
    assert [(field.label, field.hint) for field in network.fields] == [
        ("[Bot token]", "[Leave this empty.]")
    ]


def test_a_failed_sign_in() -> None:
    progress = _progress({"id": "1", "state": "failed", "error": "Enter the access token."})
    assert progress.error == "[Enter the access token.]"


class FakeTransport:
    def __init__(self) -> None:
        self.bodies: list[dict[str, object]] = []

    def post(self, _route: str, body: dict[str, object], **_options: object) -> object:
        self.bodies.append(body)
        return {"id": "1", "state": "open", "open_url": "https://example.org"}


def test_the_browser_gets_its_text_with_the_sign_in() -> None:
    transport = FakeTransport()
    accounts = OwnAccountManager(transport)  # type: ignore[arg-type]
    accounts.begin("mastodon", {})
    text = "You can close this window and go back to Posto Desktop."
    assert transport.bodies[0]["browser_text"] == f"[{text}]"
    recognise_sentences(False)
    accounts.begin("mastodon", {})
    assert "browser_text" not in transport.bodies[1]
    assert in_users_language(text) == text


def test_a_budget_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_translator", translation._english)
    sentence = f"@me may publish {Budget(300, 3 * 3600)}. This post waits until then."
    assert "300 posts in 3 hours" in sentence
    monkeypatch.setattr(
        translation,
        "_translator",
        lambda _context, text, _comment="", count=-1: f"[{text.replace('%Ln', str(count))}]",
    )
    recognise_sentences(True)
    assert in_users_language(sentence) == (
        "[@me may publish [300 post(s) [(an hour/in 3 hours)]]. This post waits until then.]"
    )


def test_the_language_of_the_app_decides(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "available_languages", lambda: ["en", "de"])
    monkeypatch.setattr(languages, "_install", lambda _app, _language: True)
    recognise_sentences(False)
    try:
        assert languages.use_language(qapp, "de") == "de"
        monkeypatch.setattr(translation, "_translator", lambda *_text: "Nichts wurde gesendet.")
        assert in_users_language("Nothing was sent.") == "Nichts wurde gesendet."
    finally:
        languages.use_language(qapp, "en")
    assert in_users_language("Nothing was sent.") == "Nothing was sent."


def test_an_answer_in_the_log_of_agents() -> None:
    model = AgentCallsModel()
    model.set_rows([AgentCall(NOW, "Claude", "schedule", "3 posts, ab12cd", _confirmed("app"))])
    call = model.call(0)
    assert call is not None
    assert call.summary == "[3 posts, ab12cd]"
    assert call.outcome == "[Confirmed by you in the app]"
