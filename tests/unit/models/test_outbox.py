"""The outbox as rows: sections, the one line with its numbers, what changes keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.entries import SLOW, Entry, FileSnapshot, UploadProgress
from posto_desktop.models.outbox import MOVING, OutboxModel, megabytes
from tests.unit.models.outbox_entries import BERLIN, NOW, Watch, entry, rows


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def model(qapp: Any, watch: Watch) -> OutboxModel:
    return OutboxModel(now=lambda: NOW, monotonic=watch, zone=BERLIN)


def test_sections_in_their_order(model: OutboxModel) -> None:
    model.set_entries(
        [
            entry("a", "sent"),
            entry("b", "refused"),
            entry("c", "waiting"),
            entry("d", "uploading"),
            entry("e", "unclear"),
            entry("f", "handing_over"),
            entry("g", "cancelled"),
        ]
    )
    assert rows(model) == [
        "Needs you, 1",
        "Text e",
        "In progress, 2",
        "Text d",
        "Text f",
        "Waiting, 1",
        "Text c",
        "Failed, 1",
        "Text b",
        "Done today, 1, 1 other",
    ]
    assert model.attention() == 2
    model.set_show_done(True)
    assert rows(model)[-2:] == ["Text a", "Text g"]
    assert model.has_moving()


def test_done_means_today_where_the_user_is(model: OutboxModel) -> None:
    yesterday_in_berlin = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    today_in_berlin = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    model.set_entries(
        [
            entry("a", "sent", updated_at=yesterday_in_berlin),
            entry("b", "sent", updated_at=today_in_berlin),
        ]
    )
    assert model.counts()["done"] == 1


def test_channels_filter_but_never_what_needs_the_user(model: OutboxModel) -> None:
    model.set_entries([entry("a", "unclear"), entry("b", "refused")])
    model.set_channels([99])
    assert rows(model) == ["Needs you, 1", "Text a"]
    model.set_channels([1, 99])
    assert len(rows(model)) == 4
    assert model.attention() == 2


def test_an_upload_says_how_far_it_is(model: OutboxModel, watch: Watch) -> None:
    def at(sent: int) -> Entry:
        progress = UploadProgress(sent, 61_000_000, "pour-over.mp4", 3, 4)
        return entry("a", "uploading", progress=progress)

    model.set_entries([at(0)])
    line = model.line(at(0))
    assert (line.strong, line.detail) == ("Uploading 3 of 4", "pour-over.mp4, 0.0 of 61 MB")
    assert line.fraction == 0
    watch.seconds = 30.0
    line = model.line(at(38_000_000))
    assert line.detail == "pour-over.mp4, 38 of 61 MB, about 20 s left"
    assert line.fraction == pytest.approx(0.623, abs=0.001)
    watch.seconds = 600.0
    assert model.line(at(30_500_000)).detail.endswith("about 10 min left")


def test_a_small_file_is_told_in_kilobytes(model: OutboxModel) -> None:
    progress = UploadProgress(12_400, 61_300, "logo.png", 1, 1)
    uploading = entry("a", "uploading", progress=progress)
    model.set_entries([uploading])
    assert model.line(uploading).detail == "logo.png, 12 of 62 kB"


def test_too_early_to_tell_how_long(model: OutboxModel, watch: Watch) -> None:
    progress = UploadProgress(10, 1000, "a.png", 1, 1)
    model.set_entries([entry("a", "uploading", progress=progress)])
    watch.seconds = 2.0
    later = UploadProgress(20, 1000, "a.png", 1, 1)
    assert "left" not in model.line(entry("a", "uploading", progress=later)).detail


@pytest.mark.parametrize(
    ("given", "pill", "strong", "detail"),
    [
        (entry("a", "waiting"), "neutral", "Next in line", "starts automatically"),
        (
            entry(
                "a",
                "waiting",
                code="offline",
                reason="fjord.example does not answer.",
                next_try=NOW + timedelta(seconds=40),
            ),
            "neutral",
            "Waiting for network",
            "fjord.example does not answer, next try in 40 s",
        ),
        (
            entry("a", "waiting", code="busy", next_try=NOW + timedelta(minutes=5)),
            "neutral",
            "Waiting",
            "next try in 5 min",
        ),
        (
            entry("a", "waiting", code="busy", next_try=NOW + timedelta(hours=3)),
            "neutral",
            "Waiting",
            "next try at 17:21",
        ),
        *(
            (
                entry(
                    "a",
                    "waiting",
                    code="asked",
                    reason="fjord.example asks to wait.",
                    next_try=NOW + timedelta(seconds=seconds),
                ),
                "neutral",
                "Waiting",
                f"fjord.example asks to wait; sending continues {when}",
            )
            for seconds, when in (
                (0, "now"),
                (40, "in 40 s"),
                (1800, "at 14:51"),
            )
        ),
        (
            entry("a", "waiting", code="sign_in", reason="The password was refused."),
            "neutral",
            "Waiting for sign-in",
            "The password was refused.",
        ),
        (entry("a", "refused", reason="No."), "failed", "Failed", "No."),
        (entry("a", "refused"), "failed", "Failed", "No reason was given"),
        (entry("a", "refused", code="missed", reason="Late."), "late", "Not sent", "Late."),
        (
            entry("a", "unclear", reason="the site did not answer in time"),
            "needs_you",
            "Needs you",
            "May already be published: the site did not answer in time",
        ),
        (entry("a", "sent"), "sent", "Saved on this computer", "14:21"),
        (entry("a", "sent", workspace="acc"), "sent", "Accepted", "14:21"),
        (
            entry("a", "sent", share_at=NOW + timedelta(days=5)),
            "scheduled",
            "Scheduled",
            "Monday, 14:21",
        ),
        (entry("a", "cancelled"), "neutral", "Cancelled", "14:21"),
    ],
)
def test_lines(model: OutboxModel, given: Entry, pill: str, strong: str, detail: str) -> None:
    line = model.line(given)
    assert (line.pill, line.strong, line.detail) == (pill, strong, detail)
    assert line.fraction is None


def test_handing_over_moves_and_names_the_service(model: OutboxModel) -> None:
    here, away = entry("a", "handing_over"), entry("b", "handing_over", workspace="acc")
    assert (model.line(here).strong, model.line(here).fraction) == ("Saving…", MOVING)
    model.set_host("social.nordlicht.example")
    assert model.line(away).strong == "Sending to social.nordlicht.example"
    assert model.line(away).fraction == MOVING


def test_a_slow_service_is_named_where_posts_wait_for_it(model: OutboxModel) -> None:
    model.set_host("social.nordlicht.example")
    sentence = "social.nordlicht.example is slow to answer."
    slow = entry("a", "handing_over", workspace="acc", code=SLOW, reason=sentence)
    line, words = model.line(slow), "Sending to social.nordlicht.example"
    assert (line.strong, line.detail, line.fraction) == (words, sentence, MOVING)
    line = model.line(entry("b", "uploading", code=SLOW, reason=sentence))
    assert (line.strong, line.detail) == ("Uploading", sentence)
    line = model.line(entry("c", "waiting", code=SLOW, reason=f"Waits for the others: {sentence}"))
    assert (line.strong, line.detail) == ("Waiting", f"Waits for the others: {sentence}")


def test_accessible_text_says_all(model: OutboxModel) -> None:
    model.set_entries([entry("a", "unclear", reason="no answer")])
    accessible_text = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert accessible_text == "Text a, Instagram, Needs you, May already be published: no answer"
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Needs you, 1"
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags


def test_progress_resets_nothing(model: OutboxModel, qtbot: Any) -> None:
    first = entry("a", "uploading", progress=UploadProgress(1, 9, "a", 1, 1))
    model.set_entries([first])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_entries([entry("a", "uploading", progress=UploadProgress(5, 9, "a", 1, 1))])
    with qtbot.waitSignal(model.modelReset):
        model.set_entries([entry("a", "sent")])


def test_finding(model: OutboxModel) -> None:
    model.set_entries([entry("a", "waiting"), entry("b", "sent")])
    assert model.row_of("a") == 1
    assert model.row_of("b") == -1  # folded away under Done today
    assert model.entry("b") is not None
    assert model.entry_at(0) is None
    assert model.head_at(0) is not None


def test_title_of_a_post_without_text(model: OutboxModel) -> None:
    ref = MediaRef("/x/shop.png", "shop.png")
    bare = entry("a", "waiting", items=(), files=(FileSnapshot(ref, 1, 1),))
    model.set_entries([bare])
    assert rows(model)[1] == "shop.png"


def test_structure(model: OutboxModel, qtmodeltester: Any) -> None:
    model.set_entries([entry(str(n), state) for n, state in enumerate(("waiting", "sent"))])
    qtmodeltester.check(model)
    model.set_show_done(True)
    model.set_entries([])


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0.0"), (1_234_567, "1.2"), (9_999_999, "10.0"), (38_400_000, "38")]
)
def test_megabytes(size: int, words: str) -> None:
    assert megabytes(size) == words
