"""What is said of a server that cannot be used: its tests are skipped with that reason."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.needs import require
from tests.servers import install


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a server that pip has installed there."""
    monkeypatch.setenv("POSTO_TEST_SERVERS", str(tmp_path / "servers"))

    def environment(command: list[str], **_options: object) -> None:
        if "venv" in command:
            Path(command[-1], "pyvenv.cfg").write_text(f"command = {' '.join(command)}\n")

    monkeypatch.setattr(install, "_run", environment)
    install.install("nostr_relay")
    return tmp_path / "servers"


def test_what_is_installed_is_not_missing(place: Path) -> None:
    assert install.missing("nostr_relay") == []


def test_a_copy_says_what_it_is_a_copy_of(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(place, copy)
    monkeypatch.setenv("POSTO_TEST_SERVERS", str(copy))
    reason = f"nostr_relay ({copy} is a copy of {place}, or was moved)"
    assert install.missing("nostr_relay") == [reason]
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        require(install.missing("nostr_relay"))
    assert reason in str(skipped.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="CI has all servers on Linux")
def test_a_copy_fails_on_ci(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(place, tmp_path / "copy")
    monkeypatch.setenv("POSTO_TEST_SERVERS", str(tmp_path / "copy"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="is a copy of"):
        require(install.missing("nostr_relay"))


def test_other_reasons(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.missing("synapse") == [f"synapse (no folder {place / 'synapse'})"]
    stamp = place / "nostr_relay" / "stamp"
    stamp.write_text("that of an older lock file")
    (reason,) = install.missing("nostr_relay")
    assert "other versions than requirements/servers" in reason
    stamp.unlink()
    (reason,) = install.missing("nostr_relay")
    assert "is not whole" in reason


def test_a_copy_is_installed_anew_with_a_word(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(place, tmp_path / "copy")
    monkeypatch.setenv("POSTO_TEST_SERVERS", str(tmp_path / "copy"))
    install.install("nostr_relay")
    assert "is a copy of" in capsys.readouterr().out
    assert install.missing("nostr_relay") == []
