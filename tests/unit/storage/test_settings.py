from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.common import translation
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.setting_declarations import DECLARED, declaration
from posto_desktop.storage.settings import SCHEMA, Settings
from tests.fakes.forbidden_files import forbid_reading
from tests.fakes.odd_files import make_pipe


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def test_each_setting_is_sound() -> None:
    assert len({setting.name for setting in DECLARED}) == len(DECLARED)
    for setting in DECLARED:
        assert setting.accepts(setting.default)
        assert setting.text


def test_defaults_until_something_is_chosen(path: Path) -> None:
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "system"
    assert settings.get("sending.keep_in_tray") is True
    assert not path.exists()


def test_a_choice_is_there_after_the_next_start(path: Path) -> None:
    Settings(path).set("appearance.scheme", "dark")
    Settings(path).set("sending.late_limit_minutes", 15)
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "dark"
    assert settings.get("sending.late_limit_minutes") == 15
    assert settings.problems == []


def test_the_default_is_not_written(path: Path) -> None:
    settings = Settings(path)
    settings.set("appearance.scheme", "dark")
    settings.set("appearance.scheme", "system")
    assert json.loads(path.read_text()) == {"schema": SCHEMA}


@pytest.mark.parametrize("name", ["apearance.scheme", "", "appearance"])
def test_a_misspelt_name_raises(path: Path, name: str) -> None:
    settings = Settings(path)
    for use in (lambda: settings.get(name), lambda: settings.set(name, "dark")):
        with pytest.raises(KeyError, match="no setting named"):
            use()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("appearance.scheme", "sepia"),
        ("appearance.scheme", True),
        ("sending.keep_in_tray", 1),
        ("sending.late_limit_minutes", True),
        ("sending.late_limit_minutes", -1),
        ("sending.late_limit_minutes", 10**9),
        ("sending.late_limit_minutes", "60"),
        ("window.geometry", 5),
    ],
)
def test_wrong_values_are_refused_and_not_read_either(path: Path, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Settings(path).set(name, value)
    write(path, {"schema": SCHEMA, name: value})
    settings = Settings(path)
    assert settings.get(name) == declaration(name).default
    assert declaration(name).text in settings.problems[0]


def test_problems_are_in_the_language_that_is_chosen_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language is a setting, so nothing is translated while settings are read."""
    write(path, {"schema": SCHEMA, "calendar.clock": "13"})
    settings = Settings(path)
    monkeypatch.setattr(translation, "_translator", lambda _context, text, _comment, _n: f"!{text}")
    assert settings.problems == [
        "!The setting “!Clock” had an invalid value. The default is used instead."
    ]


def test_a_damaged_file_is_kept_and_reported(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"appearance.sch')
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "system"
    assert "damaged" in settings.problems[0]
    settings.set("appearance.scheme", "dark")
    assert Settings(path).get("appearance.scheme") == "dark"
    [copy] = path.parent.glob("settings.json.damaged-*")
    assert copy.read_text() == '{"appearance.sch'


@pytest.mark.parametrize("content", [[], 5, "text", None])
def test_json_of_another_shape_is_damage(path: Path, content: Any) -> None:
    write(path, content)
    settings = Settings(path)
    assert settings.problems
    assert list(path.parent.glob("settings.json.damaged-*"))


def test_a_newer_file_is_kept_and_used_as_far_as_understood(path: Path) -> None:
    newer = {"schema": SCHEMA + 1, "appearance.scheme": "dark", "appearance.shape": "round"}
    write(path, newer)
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "dark"
    assert "newer version" in settings.problems[0]
    [copy] = path.parent.glob("settings.json.newer-*")
    assert json.loads(copy.read_text()) == newer


def test_what_another_version_wrote_is_not_lost(path: Path) -> None:
    write(path, {"schema": SCHEMA, "publishing.queue": ["09:00"]})
    Settings(path).set("appearance.scheme", "dark")
    assert json.loads(path.read_text())["publishing.queue"] == ["09:00"]


def test_a_file_that_may_not_be_read_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("theirs")
    forbid_reading(monkeypatch, path)
    settings = Settings(path)
    assert settings.problems
    settings.set("appearance.scheme", "dark")
    assert settings.get("appearance.scheme") == "dark"
    assert path.read_text() == "theirs"


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    settings = Settings(tmp_path / "home" / "settings.json")
    with pytest.raises(StorageError):
        settings.set("appearance.scheme", "dark")
    assert settings.get("appearance.scheme") == "dark"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from([setting.name for setting in DECLARED] + ["schema", "else"]), json_values
    )
)
def test_any_content_gives_usable_settings(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    write(path, content)
    settings = Settings(path)
    for setting in DECLARED:
        assert setting.accepts(settings.get(setting.name))


DAMAGE = [b"", b"\0" * 300, b'{"schema": 1, "appear', bytes(range(256)), b"[]"]


@pytest.mark.parametrize("content", DAMAGE)
def test_the_last_copy_takes_the_place_of_a_damaged_file(path: Path, content: bytes) -> None:
    Settings(path).set("appearance.scheme", "dark")
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "dark"
    [problem] = settings.problems
    assert problem.startswith("settings.json could not be read: ")
    assert problem.endswith("The last copy of the settings is used.")
    [copy] = path.parent.glob("settings.json.damaged-*")
    assert copy.read_bytes() == content
    # Told once.
    again = Settings(path)
    assert again.problems == []
    assert again.get("appearance.scheme") == "dark"


@pytest.mark.parametrize("content", DAMAGE)
def test_a_damaged_copy_is_not_used(path: Path, content: bytes) -> None:
    Settings(path).set("appearance.scheme", "dark")
    path.write_bytes(content)
    path.with_name("settings.json.bak").write_bytes(content)
    settings = Settings(path)
    assert settings.get("appearance.scheme") == "system"
    assert "Default settings are used." in settings.problems[0]


def test_settings_that_were_removed_stay_removed(path: Path) -> None:
    Settings(path).set("appearance.scheme", "dark")
    path.unlink()
    assert Settings(path).get("appearance.scheme") == "system"


def test_what_is_no_file_is_kept_and_reported(path: Path) -> None:
    path.parent.mkdir()
    make_pipe(path)
    settings = Settings(path)
    assert (
        "settings.json could not be read: it is a named pipe, not a file." in settings.problems[0]
    )
    settings.set("appearance.scheme", "dark")
    assert Settings(path).get("appearance.scheme") == "dark"


def test_a_file_without_end_is_not_read(path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(20 << 30)
    assert "far too large" in Settings(path).problems[0]


def test_writing_in_the_background(path: Path) -> None:
    settings = Settings(path)
    settings.write_in_background(lambda error: pytest.fail(str(error)))
    for minutes in range(200):
        settings.set("sending.late_limit_minutes", minutes)
    settings.close()
    for file in (path, path.with_name("settings.json.bak")):
        assert json.loads(file.read_text())["sending.late_limit_minutes"] == 199


def test_a_failing_disk_is_told_from_the_background(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    settings = Settings(tmp_path / "home" / "settings.json")
    errors: list[StorageError] = []
    settings.write_in_background(errors.append)
    settings.set("appearance.scheme", "dark")
    settings.close()
    assert "settings.json could not be saved" in errors[0].user_message
    assert settings.get("appearance.scheme") == "dark"
