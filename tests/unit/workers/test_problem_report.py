"""The problem report tells what helps and nothing that is the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from posto_desktop.storage.settings import Settings
from posto_desktop.workers.problem_report import ReportRedactor, compose, tail, versions

HUSH = "abcd EFGH ijkl MNOP"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "settings.json")
    made.set("appearance.scheme", "dark")
    made.set("network.proxy_host", "proxy.office.example")
    made.set("network.proxy_user", "ann.example")
    made.set("compose.folder", "/home/ann/secret plans")
    return made


def test_it_names_versions_settings_and_counts(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "posto.log"
    log.write_text("".join(f"line {n}\n" for n in range(1000)))
    text = compose(
        made_of=versions("9.9", {"Qt": "6.11"}),
        settings=settings,
        counts={"drafts": 3},
        logs={"log": log, "crashes": tmp_path / "none"},
    )
    assert "Posto Desktop: 9.9" in text
    assert "Qt: 6.11" in text
    assert "requests: " in text
    assert "appearance.scheme: 'dark'" in text
    assert "drafts: 3" in text
    assert "line 999" in text
    assert "line 5\n" not in text
    for private in ("proxy.office", "ann.example", "secret plans"):
        assert private not in text
    assert "network.proxy_host: (set)" in text


@pytest.mark.parametrize(
    "line",
    [
        f"sign-in with {HUSH} failed",
        f"sign-in with {HUSH.replace(' ', '')} failed",
        "Authorization: Basic QmFzZTY0IHRva2VuIQ==",
        "GET https://ann:pw1234@social.nordlicht.example/wp-json",
        "mail to ann@nordlicht.example",
        "served /posto-calendar/k3J9_xs0PqLmZ71bTy4QwErTyUiOpAsDf.ics",
        '{"password": "hush-hush"}',
        "workspace of Ann Nordlicht opened",
        "SOCIAL.NORDLICHT.EXAMPLE answered 500",
    ],
)
def test_nothing_secret_or_private_passes(line: str) -> None:
    clean = ReportRedactor([HUSH], ["Ann Nordlicht", "social.nordlicht.example"])
    shown = clean(line).lower()
    for part in (
        "abcd efgh", "abcdefgh", "qmfzzty0", "pw1234", "nordlicht", "k3j9", "hush-hush", "ann@",
    ):  # fmt: skip
        assert part not in shown


def test_the_folder_of_the_user_is_not_named() -> None:
    assert ReportRedactor([], [])(f"{Path.home()}/x/posto.db") == "~/x/posto.db"


def test_ordinary_lines_stay() -> None:
    line = "2026-11-25 17:00:01,123 WARNING posto_desktop.workers.pool: 127.0.0.1 is not responding"
    assert ReportRedactor([], ["ab"])(line) == line


def test_a_log_that_is_no_text(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(b"\xff\xfe\x00" * 200_000 + b"\nend")
    assert tail(log)[-1] == "end"
