"""Tests of `posto post` and `posto check`, on this computer's workspace."""

from __future__ import annotations

import io
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.cli.exits import Exit
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.setting_declarations import Value
from posto_desktop.storage.settings import Settings
from tests.fakes.odd_files import make_pipe
from tests.unit.cli.conftest import Posto


def feed(posto: Posto) -> list[str]:
    """Return the texts that the workspace published, newest first."""
    listed = posto("channels", "--json")
    assert listed.code == Exit.DONE
    from posto_desktop.cli.output import Output
    from posto_desktop.cli.session import Session

    session = Session(str(posto.home), "", Output(as_json=True))
    try:
        return [row.text for row in session.client.sdk.schedules.iter()]
    finally:
        session.close()


def test_post_is_published_with_its_picture(posto: Posto, tmp_path: Path) -> None:
    picture = tmp_path / "sea.png"
    Image.new("RGB", (600, 400), "navy").save(picture)
    ended = posto(
        "post", "The sea", "--to", "Sandbox X, bluesky", "--media", str(picture), "--alt", "Waves",
        "--text", "bluesky=The blue sea", "--yes", "--wait", "--json",
    )  # fmt: skip
    assert ended.code == Exit.DONE, ended.out + ended.err
    sent = ended.data["sent"]
    assert [channel["status"] for channel in sent["channels"]] == ["published"] * 2
    assert all(channel["link"].startswith("http") for channel in sent["channels"])
    assert ended.data["preview"]["media"][0]["alt"] == "Waves"
    assert {"The blue sea", "The sea"} <= set(feed(posto))


def test_dry_run_shows_each_channel_and_sends_nothing(posto: Posto) -> None:
    ended = posto("post", "Hello", "--to", "all", "--when", "tomorrow 9:00", "--dry-run", "--json")
    assert ended.code == Exit.REFUSED  # Instagram needs a picture
    preview = ended.data["preview"]
    assert len(preview["outgoing"]) == 8
    assert {finding["code"] for finding in preview["findings"]} >= {"media_missing"}
    assert datetime.fromisoformat(preview["when"]).hour == 9
    assert ended.data["sent"] is None
    assert "Hello" not in feed(posto)


def test_refused_post_says_why(posto: Posto) -> None:
    ended = posto("post", "Hello", "--to", "instagram", "--yes", "--json")
    assert ended.code == Exit.REFUSED
    assert ended.json["ok"] is False
    assert "Instagram needs a picture" in ended.json["error"]["message"]
    assert "Hello" not in feed(posto)


def test_same_key_makes_one_post(posto: Posto) -> None:
    first = posto("post", "Once", "--to", "1", "--yes", "--key", "k", "--json")
    again = posto("post", "Once", "--to", "1", "--yes", "--key", "k", "--json")
    assert (first.code, again.code) == (Exit.DONE, Exit.DONE)
    assert not first.data["sent"]["repeated"]
    assert again.data["sent"]["repeated"]
    assert first.data["sent"]["id"] == again.data["sent"]["id"]
    other = posto("post", "Twice", "--to", "1", "--yes", "--key", "k")
    assert other.code == Exit.REFUSED
    assert "belongs to another post" in other.err
    assert feed(posto).count("Once") == 1
    assert "Twice" not in feed(posto)


def test_nothing_is_asked_without_a_terminal(posto: Posto) -> None:
    ended = posto("post", "Hello", "--to", "1")
    assert ended.code == Exit.USAGE
    assert "--yes" in ended.err
    assert "Hello" not in feed(posto)


def test_text_from_stdin_is_utf8(posto: Posto) -> None:
    ended = posto("post", "-", "--to", "1", "--yes", stdin="Grüße 👋\n")
    assert ended.code == Exit.DONE
    assert "Grüße 👋" in feed(posto)
    broken = posto("post", "-", "--to", "1", "--yes", stdin=b"Gr\xfc\xdfe")
    assert broken.code == Exit.USAGE
    assert "not UTF-8: byte 3" in broken.err


def test_check_ends_with_one_for_a_blocked_channel(posto: Posto) -> None:
    assert posto("check", "Hello", "--to", "1").code == Exit.DONE
    assert posto("check", "x" * 300, "--to", "1").code == Exit.REFUSED


def test_bad_time_and_unknown_channel_have_their_codes(posto: Posto) -> None:
    assert posto("post", "Hi", "--to", "1", "--when", "blursday", "--yes").code == Exit.USAGE
    ended = posto("post", "Hi", "--to", "Sandbox Y", "--yes", "--json")
    assert ended.code == Exit.NOT_FOUND
    assert "Did you mean" in ended.json["error"]["message"]


def test_paused_sending_is_respected(alone: Posto) -> None:
    posto = alone
    set_setting(posto, "sending.paused", True)
    ended = posto("post", "Hello", "--to", "1", "--yes")
    assert ended.code == Exit.REFUSED
    assert "paused" in ended.err
    queued = posto("post", "Hello", "--to", "1", "--yes", "--queue", "--timeout", "0.1", "--json")
    assert queued.code == Exit.DONE
    assert queued.data["sent"]["state"] == "waiting"
    assert "Hello" not in feed(posto)


def set_setting(posto: Posto, name: str, value: Value) -> None:
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    Settings(paths.settings).set(name, value)


@pytest.mark.parametrize("arguments", [["post"], ["nonsense"], ["post", "x", "--nonsense"]])
def test_wrong_usage_ends_with_two(posto: Posto, arguments: list[str]) -> None:
    assert posto(*arguments).code == Exit.USAGE
    ended = posto(*arguments, "--json")
    assert ended.code == Exit.USAGE
    assert ended.json["error"]["code"] == 2


def test_unreachable_service_means_surely_not_sent(
    posto: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTO_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("POSTO_USERNAME", "someone")
    monkeypatch.setenv("POSTO_PASSWORD", "secret word")
    ended = posto("post", "Hello", "--to", "1", "--yes", "--json")
    assert ended.code == Exit.UNREACHABLE
    assert ended.json["error"]["name"] == "unreachable"


def test_front_matter_has_the_options_and_those_given_win(posto: Posto, tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "sea.png")
    file = tmp_path / "monday.md"
    file.write_text(
        "---\nto: [1]\nwhen: tomorrow 9:00\nmedia: {file: sea.png, alt: Waves}\nkey: m\n---\n\n"
        "The sea\n"
    )
    ended = posto("check", str(file), "--json")
    assert ended.code == Exit.DONE, ended.err
    assert ended.data["outgoing"][0]["texts"] == ["The sea"]
    assert ended.data["media"][0]["path"] == str(tmp_path / "sea.png")
    assert ended.data["media"][0]["alt"] == "Waves"
    assert datetime.fromisoformat(ended.data["when"]).hour == 9
    ended = posto(
        "post", str(file), "--alt", "Foam", "--when", "tomorrow 10:00", "--dry-run", "--json"
    )
    assert ended.data["preview"]["media"][0]["alt"] == "Foam"
    assert datetime.fromisoformat(ended.data["preview"]["when"]).hour == 10
    sent = posto("post", str(file), "--yes", "--json")
    assert sent.data["sent"]["key"] == "m"
    file.write_text("---\nwen: now\n---\nx")
    ended = posto("post", str(file), "--yes")
    assert ended.code == Exit.USAGE
    assert "monday.md, line 2, wen: There is no such field. Did you mean when?" in ended.err


class BrokenOutput(io.StringIO):
    """A stdout whose reader has gone, or whose disk is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, _text: str) -> int:
        raise self._error

    def fileno(self) -> int:
        raise ValueError("none")


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), OSError(28, "No space left on device")]
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_broken_output_does_not_say_that_nothing_was_sent(
    posto: Posto, error: OSError, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"Sent whatever the output does {error.errno} {options}"
    monkeypatch.setattr("tests.unit.cli.conftest.io.StringIO", lambda: BrokenOutput(error))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BrokenOutput, "getvalue", lambda _self: "")
        ended = posto("post", text, "--to", "1", "--yes", *options)
    monkeypatch.undo()
    assert ended.code == Exit.DONE
    assert text in feed(posto)


def test_file_that_is_missing_is_not_posted_as_its_name(posto: Posto, tmp_path: Path) -> None:
    for name in ("missing.md", str(tmp_path / "missing.txt")):
        ended = posto("post", name, "--to", "1", "--yes")
        assert ended.code == Exit.NOT_FOUND
        assert "was not found" in ended.err
    make_pipe(tmp_path / "pipe.md")
    assert posto("post", str(tmp_path / "pipe.md"), "--to", "1", "--yes").code == Exit.NOT_FOUND


@pytest.mark.parametrize("words", ["", "  "])
def test_empty_time_is_not_now(posto: Posto, words: str) -> None:
    ended = posto("post", "Empty time", "--to", "1", "--yes", "--when", words)
    assert ended.code == Exit.USAGE
    assert "Empty time" not in feed(posto)


def test_nul_is_refused(posto: Posto) -> None:
    assert posto("post", "-", "--to", "1", "--yes", stdin=b"a\0b").code == Exit.USAGE


def test_key_belongs_to_the_content_of_files(posto: Posto, tmp_path: Path) -> None:
    picture = tmp_path / "same-size.png"
    post = ("post", "A picture", "--to", "1", "--media", str(picture), "--key", "pic", "--yes")
    Image.new("RGB", (50, 50), (1, 2, 3)).save(picture)
    assert posto(*post).code == Exit.DONE
    again = posto(*post)
    assert again.code == Exit.DONE
    assert "used before" in again.out
    Image.new("RGB", (50, 50), (3, 2, 1)).save(picture)
    assert posto(*post).code == Exit.REFUSED


def test_interruption_takes_back_what_was_not_sent(
    posto: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.cli import posts

    write = posts._write

    def interrupted(*arguments: Any) -> Any:
        keyed = write(*arguments)
        signal.raise_signal(signal.SIGINT)  # just after it was written
        return keyed

    set_setting(posto, "sending.paused", True)  # so that it is not sent meanwhile
    monkeypatch.setattr(posts, "_write", interrupted)
    ended = posto("post", "Stopped", "--to", "1", "--yes", "--queue", "--json")
    set_setting(posto, "sending.paused", False)
    assert ended.code == Exit.UNREACHABLE
    assert ended.data["sent"]["state"] == "cancelled"


def test_interrupted_waiting_does_not_say_that_nothing_was_sent(
    posto: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.cli import posts

    wait = posts.wait_published

    def interrupted(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return wait(*arguments)

    monkeypatch.setattr(posts, "wait_published", interrupted)
    when = ("--when", "in 2 hours")
    ended = posto("post", "Wait for me", "--to", "1", *when, "--yes", "--wait", "--json")
    assert ended.code == Exit.DONE
    assert ended.data["sent"]["state"] == "sent"


def test_empty_home_is_refused(posto: Posto) -> None:
    from posto_desktop.cli.__main__ import main

    assert main(["--home", "", "channels"]) == Exit.USAGE
    assert posto("--workspace", "", "channels").code == Exit.USAGE


def test_interrupted_command_does_not_say_that_nothing_was_done(
    posto: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.cli.session import Session

    def stopped(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "channels", stopped)
    ended = posto("channels", "--json")
    assert ended.code == Exit.UNCLEAR
    assert "Nothing was" not in ended.json["error"]["message"]
